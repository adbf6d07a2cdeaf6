"""Whatever is recorded, what ``explain`` tells of a figure adds up to the figure of the report.

Random books, with everything that moves lots: sales in every method, fees in other
currencies, splits, transfers and their links, corporate actions, observations, prices that
are taken back, inverse or restated.  Each figure of each report is told, and computed again
from the leaves of what is told.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_rollup_law import COMMANDS, END, START, folder, new_book, run

from bookkeeper import Bookkeeper
from folio.book import Book
from folio.book.selection import Filters
from folio.db.arrangements.settings import add_setting
from folio.db.recording.since import last_commit
from folio.engine.changes import Change
from folio.engine.explanation import faults
from folio.errors import FolioError
from folio.model.dates import EARLIEST, Period
from folio.model.explanation import Node
from folio.model.table import Amount, Cell
from folio.reports.attention.reconcile import reconcile
from folio.reports.earned.returns import returns
from folio.reports.explain import Asked, explain
from folio.reports.explain.asked.figures import FIGURES, SINCE, Told
from folio.reports.explain.asked.question import Question
from folio.reports.explain.earned.returns import Returns
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.evidence import Evidence
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.held.open_lots import OpenLots
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.held.coverage import coverage
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.over_time.changes import changes
from folio.reports.over_time.history import history
from folio.reports.paid.income import income
from folio.reports.query import Query, Since
from folio.reports.sold.gains import gains
from told import wrong

__all__ = ["folder"]  # the fixture


# What grew on the day of a flow was counted before it in the chain, and after it where it is told.
_GROWN = [
    ("move", ("Alpha", ("Alpha", None), "COIN", "2025-01-15", 2, "2", "1", "", "")),
    ("explain", ("Alpha", "EUR", ("0.333", "2025-01-01"), ("1", "2025-01-22"), "growth")),
    ("price", (("COIN", "EUR"), "2025-01-11", "10")),
]

# The second arrival at Beta is the first departure's, of the day after it, from a hidden holding.
_EARLY = [
    ("move", ("Alpha", ("Alpha", None), "USD", "2025-01-08", 0, "0.5", "1", "", "")),
    ("move", ("Alpha", ("Beta", "Beta"), "USD", "2025-01-07", 0, "2", "1", "", "")),
]


# What was paid into a hidden holding, before the period, by shares of which nothing else is known.
_PAID = [
    (
        "fact",
        (
            "dividend",
            {
                "account": "Alpha",
                "on": "2025-01-03",
                "related_asset": "ACME",
                "amount": "1",
                "currency": "EUR",
            },
        ),
    )
]


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    commands=st.lists(COMMANDS, min_size=6, max_size=30),
    after=st.sampled_from((5, 12, 24, 41, 68)),
    code=st.sampled_from(("EUR", "EUR", "USD", "JPY")),
    exact=st.booleans(),
    flag=st.sampled_from((None, None, "hidden", "inactive")),
)
@example(commands=_GROWN, after=24, code="EUR", exact=True, flag=None)
@example(commands=_EARLY, after=12, code="USD", exact=False, flag="hidden")
@example(commands=_PAID, after=5, code="EUR", exact=False, flag="hidden")
def test_every_figure_is_told(
    folder: Path,  # pytest hands it over by name
    commands: list[tuple[str, Any]],
    after: int,
    code: str,
    exact: bool,
    flag: str | None,
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        if flag is not None and keeper.book().catalog.holdings:
            flag_one(keeper, flag)
        book = keeper.book()
        day = START + dt.timedelta(days=after)
        query = Query(min(day, END), book.catalog.currency(code), exact=exact)
        wrong = list(all_that_is_wrong(keeper, query))
        assert not wrong, "\n".join(wrong)
    finally:
        keeper.close()


def flag_one(keeper: Bookkeeper, flag: str) -> None:
    first = min(keeper.book().catalog.holdings)
    keeper.write(lambda write: add_setting(write.commit, ("holding", first), flag, "yes"))


def all_that_is_wrong(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    yield from _page(keeper, query)
    yield from _gains(keeper, query)
    yield from _income(keeper, query)
    yield from _history(keeper, query._replace(exact=False))
    yield from _lots(keeper, query)
    yield from _returns(keeper, query)
    yield from _changes(keeper, query)
    yield from _evidence(keeper, query)
    told = explain(keeper.book(), query, Asked("grade"))
    yield from told.faults


def _compared(what: str, node: Node, cell: Cell) -> Iterator[str]:
    yield from (f"{what}: {fault}" for fault in faults(node))
    expected = cell.value if isinstance(cell, Amount) else cell
    if node.figure != expected:
        yield f"{what}: told {node.figure}, reported {expected}"


def _page(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    book = keeper.book()
    table = holdings(book, query)
    ground = Ground(book, query)
    told = Holdings(ground)
    everything = Disposals(ground, Period(EARLIEST, query.as_of))
    whole = told.values("everything")
    for row, line in zip(table.rows, ground.lines, strict=True):
        about = f"{ground.name(line.holding)} on {query.as_of}"
        yield from _compared(f"balance of {about}", told.balance(line), row["quantity"])
        yield from _compared(f"value of {about}", told.value(line), row["value"])
        yield from _compared(f"cost of {about}", told.cost(line), row["cost_basis"])
        yield from _compared(f"gain of {about}", told.gain(line), row["unrealised_gain"])
        yield from _compared(f"gain % of {about}", told.gain_percent(line), row["gain_percent"])
        yield from _compared(f"weight of {about}", told.weight([line], whole), row["weight"])
        realised = everything.realised(line.holding)
        yield from _compared(f"realised of {about}", realised, row["realised_gain"])
    asked = {"cost_basis": "cost", "unrealised_gain": "gain", "realised_gain": "realised"}
    question = Shared(book, query, Asked("value"))
    for key, cell in table.totals.items():
        if table.rows:
            root = question.told(FIGURES[asked.get(key, key).replace("_", "-")])
            yield from _compared(f"total {key}", root, cell)


def _gains(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    book = keeper.book()
    middle = START + dt.timedelta(days=8)
    for start in (EARLIEST, middle):
        table = gains(book, query, Period(start, query.as_of))
        period = "all" if start == EARLIEST else f"{start}..{max(start, query.as_of)}"
        question = Shared(book, query, Asked("gain", period=period))
        for key, cell in table.totals.items():
            root = question.told(FIGURES[key.replace("_", "-")])
            if cell is None and not root.figure:
                cell = None if root.figure is None else Amount(root.figure)  # no rows, no sum
            yield from _compared(f"{key} of {period}", root, cell)


def _income(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    table = income(keeper.book(), query, Period(EARLIEST, query.as_of))
    for key, cell in table.totals.items():
        yield from _compared(key, explain(keeper.book(), query, Asked(key)).root, cell)


def _history(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    names = ("value", "cost_basis", "unrealised_gain", "realised_gain", "flow", "income")
    book = keeper.book()
    middle = START + dt.timedelta(days=3)
    for start, filters in ((START, Filters()), (middle, Filters(account=("Alpha",)))):
        asked = query._replace(filters=filters)
        period = Period(start, query.as_of)
        table = history(book, asked, period, "year")
        if not table.rows:
            continue
        root = explain(book, asked, Asked("rollup", f"{start}..{query.as_of}")).root
        for name, node in zip(names, root.children, strict=True):
            yield from _compared(f"{name} of {period}", node, table.rows[-1][name])
    yield from faults(explain(book, query, Asked("change", str(query.as_of))).root)


class Shared(Question):
    """A question whose report is made once for all the figures that are asked of it.

    What ``explain`` does besides, to find the question, is asked of the totals and of others.
    """

    def __init__(self, book: Book, query: Query, asked: Asked) -> None:
        super().__init__(Ground(book, query), asked, query)

    @cached_property
    def _lots(self) -> OpenLots | None:
        return super().lots()

    @cached_property
    def _parts(self) -> Returns:
        return super().returns()

    @cached_property
    def _evidence(self) -> Evidence:
        return super().evidence()

    def lots(self) -> OpenLots | None:
        return self._lots

    def returns(self) -> Returns:
        return self._parts

    def evidence(self) -> Evidence:
        return self._evidence

    def told(self, told: Told) -> Node:
        root = told.tell(self).whole
        assert not self.ground.wrong, self.ground.wrong
        return root


def _row_of(query: Query, row: dict[str, Cell]) -> Query:
    """The query about a row's holding alone."""
    account, asset = f"{row['institution']}/{row['account']}", str(row["asset"])
    return query._replace(filters=Filters(account=(account,), asset=(asset,), label=(_label(row),)))


def _changes(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    """Each cause of each holding's change, from half of what is known now to all of it."""
    book = keeper.book()
    commit = last_commit(book.db) // (1 if query.exact else 2)
    since = Since(commit, dt.datetime.now(dt.UTC), START + dt.timedelta(days=4))
    table = changes(book, query, since)
    for row in table.rows:
        question = Shared(book, _row_of(query, row), Asked("market", since=since))
        for key in Change._fields:
            root = question.told(SINCE[key])
            yield from _compared(f"{key} of {row['asset']} since {commit}", root, row[key])
    for key, cell in table.totals.items():
        if table.rows:
            root = explain(book, query, Asked(key, since=since)).root
            yield from _compared(f"total {key} since {commit}", root, cell)


def _label(row: dict[str, Cell]) -> str:
    return "" if row["label"] is None else str(row["label"])


def _evidence(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    """What is known of each holding, and each gap that it leaves."""
    book = keeper.book()
    for row in coverage(book, query).rows:
        question = Shared(book, _row_of(query, row), Asked("gaps"))
        for key in ("postings", "observations", "gaps", "drift", "unexplained"):
            cell = Amount(Decimal(0)) if row[key] is None and key == "gaps" else row[key]
            yield from _compared(f"{key} of {row}", question.told(FIGURES[key]), cell)
    for row in reconcile(book, query, everything=True).rows:
        if row["gap"] is not None and row.get("transaction") is None:
            for key in ("expected", "observed", "drift", "value"):
                root = explain(book, query, Asked(key, gap=int(str(row["gap"])))).root
                yield from _compared(f"{key} of gap {row['gap']}", root, row[key])


RATES = {
    "twr": "twr", "twr_per_year": "twr-per-year", "money_weighted": "money-weighted",
    "xirr": "xirr", "modified_dietz": "modified-dietz", "asset_part": "asset-part",
    "currency_part": "currency-part", "max_drawdown": "max-drawdown", "volatility": "volatility",
    "start_value": "start-value", "end_value": "end-value", "flows": "flows",
    "gain": "period-gain",
}  # fmt: skip


def _returns(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    """Each rate of the whole, or of an account; and what two of them name, asked again."""
    book = keeper.book()
    later = START + dt.timedelta(days=9)
    start, filters = (later, Filters(account=("Alpha",))) if query.exact else (START, Filters())
    asked = query._replace(filters=filters)
    period = f"{start}..{query.as_of}"
    for row in returns(book, asked, Period(start, query.as_of)).rows:
        question = Shared(book, asked, Asked("twr", period=period))
        for key, figure in RATES.items():
            root = question.told(FIGURES[figure])
            yield from _compared(f"{figure} of {period}", root, row[key])
            if figure in ("twr", "currency-part"):
                yield from wrong(book, asked, root)


def _lots(keeper: Bookkeeper, query: Query) -> Iterator[str]:
    """The figures of each lot; several that one transaction opened are told together."""
    book = keeper.book()
    asked = {"quantity": "balance", "cost_basis": "cost", "value": "value",
             "unrealised_gain": "gain"}  # fmt: skip
    rows: dict[tuple[Cell, ...], list[dict[str, Cell]]] = {}
    for row in lots(book, query).rows:
        if row["lot"] is not None:
            rows.setdefault((row["lot"], row["account"], row["asset"]), []).append(row)
    for (number, account, asset), of_lot in rows.items():
        if len(of_lot) == 1:
            filters = Filters(account=(str(account),), asset=(str(asset),))
            chosen = query._replace(filters=filters)
            question = Shared(book, chosen, Asked("value", lot=int(str(number))))
            for key, figure in asked.items():
                root = question.told(FIGURES[figure])
                yield from _compared(f"{key} of lot {number}", root, of_lot[0][key])


def test_a_question_about_nothing_is_refused(keeper: Bookkeeper) -> None:
    book = keeper.book()
    query = Query(dt.date(2025, 1, 20), book.base)
    with pytest.raises(FolioError, match="nothing of that is held"):
        explain(book, query, Asked("value", "ACME"))
