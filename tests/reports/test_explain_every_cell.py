"""Every figure of the reports of the example book is explained: by ``explain`` from its own cell.

The figure told must be the cell's, what is told must add up part by part, and every leaf must
name its source.
"""

import datetime as dt
import shlex
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pytest

from folio.book import Book
from folio.book.selection import Filters
from folio.db.file.connection import open_book
from folio.db.recording.since import last_commit
from folio.engine.changes import Change
from folio.importers import load_profiles
from folio.model.dates import Period, parse_period
from folio.model.table import Amount, Cell, Table
from folio.operations.keeping.make_example import LAST_DAY, make_example
from folio.operations.recording import Who
from folio.reports.earned.returns import returns
from folio.reports.explain import CONTEXTS, FIGURES, Asked, explain
from folio.reports.explain.asked.catalogue import GROUPS, catalogue
from folio.reports.held.allocation import allocation
from folio.reports.held.coverage import coverage
from folio.reports.held.lots import lots
from folio.reports.held.page import page
from folio.reports.over_time.changes import changes
from folio.reports.over_time.history import first_day, history
from folio.reports.over_time.revisions import revisions
from folio.reports.paid.income import by_month, income
from folio.reports.query import Query, Since
from folio.reports.sold.gains import gains
from folio.reports.sold.what_if import Sale, what_if_sell
from folio.reports.vaults.vault_history import vault_history
from folio.reports.vaults.vaults import vaults
from told import asked, wrong


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("example") / "book.db"
    who = Who("demo", "tester", dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC))
    make_example(path, who, load_profiles(None)).close()
    db = open_book(path)
    yield Book(db)
    db.close()


@pytest.fixture
def query(book: Book) -> Query:
    return Query(LAST_DAY, book.base)


class Asker:
    """Asks for one cell after another, and keeps what is wrong."""

    def __init__(self, book: Book, query: Query) -> None:
        self.book = book
        self.query = query
        self.wrong: list[str] = []
        self.asked = 0

    def check(self, cell: Cell, figure: str, what: str | None = None, **more: Any) -> None:
        if cell is None:
            return
        expected = cell.value if isinstance(cell, Amount) else Decimal(str(cell))
        filters = more.pop("filters", Filters())
        currency = more.pop("currency", self.query.currency)
        query = self.query._replace(filters=filters, currency=currency)
        told = explain(self.book, query, Asked(figure, what, **more))
        self.asked += 1
        self.wrong += told.faults
        if told.root.figure != expected:
            said = f"{figure} {what or ''} {filters} {more}"
            self.wrong.append(f"{said}: {told.root.figure} instead of {expected}")


@pytest.fixture
def asker(book: Book, query: Query) -> Iterator[Asker]:
    asking = Asker(book, query)
    yield asking
    assert not asking.wrong, "\n".join(asking.wrong)
    assert asking.asked > 5


def at(row: dict[str, Cell]) -> Filters:
    return Filters(account=(f"{row['institution']}/{row['account']}",))


KINDS = {"quantity", "price", "money", "gain", "percent", "change", "count", "age", "return"}


def figures(table: Table) -> set[str]:
    """The columns of a table that hold figures: neither names nor the ids of transactions."""
    return {c.key for c in table.columns if c.kind in KINDS - {"return"} and not c.people_only}


def test_the_page(book: Book, query: Query, asker: Asker) -> None:
    table = page(book, query)
    cells = {
        "quantity": "balance",
        "price": "quote",
        "age": "age",
        "value": "value",
        "weight": "weight",
        "cost_basis": "cost",
        "unrealised_gain": "gain",
        "gain_percent": "gain-percent",
        "realised_gain": "realised",
    }
    assert set(cells) == figures(table)
    for row in [*table.rows, *table.machine_rows]:
        for key, figure in cells.items():
            if key in row:  # of what was sold to the last unit there is no price
                what = f"{row['institution']}/{row['account']}/{row['asset']}"
                asker.check(row.get(key), figure, what)
    for key, cell in table.totals.items():
        asker.check(cell, cells[key])
    headline = dict(table.headline)
    for key in ("value", "unrealised_gain", "gain_percent", "day_change", "year_change"):
        asker.check(headline.pop(key), key)
    assert not headline
    for name, cells_of in table.subtotals.items():
        for key, cell in cells_of.items():
            if key == "accrued_interest":
                assert cell is None  # the example has no yield rules
                continue
            asker.check(cell, cells[key], filters=Filters(account=(name,)))


def test_the_weights_of_a_filtered_report(book: Book, query: Query, asker: Asker) -> None:
    filters = Filters(account=("Kraken", "Wise"), type=("currency", "crypto"))
    table = page(book, query._replace(filters=filters))
    for row in table.rows:
        asker.check(row["weight"], "weight", f"{row['account']}/{row['asset']}", filters=filters)
    for row in table.rows:  # of what is asked for, all of one asset
        if row["asset"] in ("BTC", "ETH"):
            asker.check(row["weight"], "weight", str(row["asset"]), filters=filters)


def test_the_vaults(book: Book, query: Query, asker: Asker) -> None:
    table = page(book, query).children[0]
    assert figures(table) == {"current", "target", "progress", "monthly"}
    for row in table.rows:
        for key in figures(table):
            asker.check(row[key], key, str(row["vault"]))


def test_the_pace_of_the_vaults(book: Book, query: Query) -> None:
    for row in vaults(book, query).rows:
        told = explain(book, query, Asked("projected-date", str(row["vault"])))
        assert not told.faults
        days = told.root.figure
        assert days is not None
        whole = int(days.to_integral_value(ROUND_CEILING))
        assert query.as_of + dt.timedelta(days=whole) == row["projected_date"]


def test_the_history_of_a_vault(book: Book, query: Query, asker: Asker) -> None:
    name, start = "House deposit", dt.date(2024, 6, 1)
    table = vault_history(book, query, name, Period(start, query.as_of), "quarter")
    asked = figures(table)
    assert asked == {"value", "target", "progress", "flow", "change"}
    for row in table.rows:
        end = row["date"]
        assert isinstance(end, dt.date)
        for key in asked:
            asker.check(row[key], key, period=f"{start}..{end}", vault=name)
        start = end + dt.timedelta(days=1)


def test_the_coverage(book: Book, query: Query, asker: Asker) -> None:
    table = coverage(book, query)
    asked = figures(table)
    assert asked == {"postings", "observations", "gaps", "drift", "unexplained"}
    for row in table.rows:
        for key in asked:
            asker.check(row[key], key, str(row["asset"]), filters=at(row))


def test_the_effects(book: Book, query: Query, asker: Asker) -> None:
    table = gains(book, query, parse_period("all", query.as_of), effects=True)
    keys = {"price_effect", "currency_effect"}
    assert keys <= figures(table)
    for row in table.rows:
        sale = None if row["transaction"] is None else int(str(row["transaction"]))
        lot = None if row["lot"] is None else int(str(row["lot"]))
        about = {"transaction": sale, "lot": lot, "period": "all", "filters": at(row)}
        for key in keys:
            asker.check(row[key], key, str(row["asset"]), **about)
    for key in keys:
        asker.check(table.totals[key], key, period="all")


@pytest.mark.parametrize("period", ["all", "2024", "2025-Q2"])
def test_the_gains(book: Book, query: Query, asker: Asker, period: str) -> None:
    table = gains(book, query, parse_period(period, query.as_of))
    cells = {"quantity": "balance", "proceeds": "proceeds", "cost": "cost", "gain": "gain"}
    assert figures(table) == {*cells, "days_held"}
    for row in table.rows:
        sale = None if row["transaction"] is None else int(str(row["transaction"]))
        lot = None if row["lot"] is None else int(str(row["lot"]))
        about = {"transaction": sale, "lot": lot, "period": period, "filters": at(row)}
        for key, figure in cells.items():
            asker.check(row[key], figure, str(row["asset"]), **about)
        asker.check(row["days_held"], "days-held", str(row["asset"]), **about)
    for key, cell in table.totals.items():
        asker.check(cell, cells.get(key, key), period=period)


@pytest.mark.parametrize("by", ["asset", "account", "lot", "term"])
def test_the_sums_of_gains(book: Book, query: Query, asker: Asker, by: str) -> None:
    table = gains(book, query, parse_period("all", query.as_of), by=by)
    for row in table.rows:
        about: dict[str, Any] = {} if by in ("asset", "term") else {"filters": at(row)}
        about |= {"what": str(row["asset"])} if by in ("asset", "lot") else {}
        about |= {"lot": row["lot"] or "none"} if by == "lot" else {}
        about |= {"term": row["term"]} if by == "term" else {}
        for key in figures(table) - {"price_effect", "currency_effect"}:
            asker.check(row[key], "balance" if key == "quantity" else key, period="all", **about)


def test_the_income(book: Book, query: Query, asker: Asker) -> None:
    table = income(book, query, parse_period("all", query.as_of))
    assert figures(table) == {"payments", "gross", "tax", "net"}
    for row in table.rows:
        for key in figures(table):
            kind, asset = str(row["kind"]), str(row["asset"])
            asker.check(row[key], key, asset, kind=kind, filters=at(row))
    for key, cell in table.totals.items():
        asker.check(cell, key)


@pytest.mark.parametrize("filters", [Filters(), Filters(account=("Kraken",))])
def test_the_history(book: Book, query: Query, asker: Asker, filters: Filters) -> None:
    start = first_day(book)
    assert start is not None
    step = "quarter" if filters else "month"
    asked = query._replace(filters=filters)
    table = history(book, asked, Period(start, query.as_of), step)
    names = ("value", "cost_basis", "unrealised_gain", "realised_gain", "flow", "income")
    assert figures(table) == {*names, "change"}
    begin = start
    for row in table.rows:
        end = row["date"]
        assert isinstance(end, dt.date)
        period = f"{begin}..{end}"
        told = explain(book, asked, Asked("rollup", period))
        asker.asked += len(names)
        asker.wrong += told.faults
        for name, node in zip(names, told.root.children, strict=True):
            cell = row[name]
            if node.figure != (cell.value if isinstance(cell, Amount) else None):
                asker.wrong.append(f"{name} of {period}: {node.figure} instead of {cell}")
        asker.check(row["change"], "change", period, filters=filters)
        begin = end + dt.timedelta(days=1)


def test_the_changes(book: Book, query: Query, asker: Asker) -> None:
    commit = last_commit(book.db)
    since = Since(commit, dt.datetime(2025, 1, 31, 23, tzinfo=dt.UTC), dt.date(2025, 1, 31))
    table = changes(book, query, since)
    asked = figures(table)
    assert asked == set(Change._fields)
    for row in table.rows:
        for key in asked:
            asker.check(row[key], key, str(row["asset"]), filters=at(row), since=since)
    for key, cell in table.totals.items():
        asker.check(cell, key, since=since)


def test_the_revisions(book: Book, query: Query, asker: Asker) -> None:
    """What each commit did to a past day's figures, and all of them together."""
    day, commit = dt.date(2025, 1, 31), last_commit(book.db)
    since = Since(commit // 2, dt.datetime(2025, 6, 30, tzinfo=dt.UTC), query.as_of)
    asker.query = query._replace(as_of=day)
    table = revisions(book, asker.query, since)
    told = {"value": "value", "cost_basis": "cost-basis", "realised_gain": "realised-gain"}
    assert figures(table) == set(told)
    for key, figure in told.items():
        asker.check(table.totals[key], figure, since=since)
        for row in table.rows:
            asker.check(row.get(key), figure, since=since, commits=str(row["commit"]))


def test_income_by_month(book: Book, query: Query, asker: Asker) -> None:
    table = by_month(book, query, parse_period("all", query.as_of))
    assert figures(table) == {"payments", "gross", "tax", "net"}
    for row in table.rows[:8]:
        for key in figures(table):
            asker.check(row[key], key, period=str(row["month"]))


RATES = {
    "twr": "twr",
    "twr_per_year": "twr-per-year",
    "money_weighted": "money-weighted",
    "xirr": "xirr",
    "modified_dietz": "modified-dietz",
    "asset_part": "asset-part",
    "currency_part": "currency-part",
    "max_drawdown": "max-drawdown",
    "volatility": "volatility",
    "start_value": "start-value",
    "end_value": "end-value",
    "flows": "flows",
    "gain": "period-gain",
}


@pytest.mark.parametrize("by", ["year", "account"])
def test_the_returns(book: Book, query: Query, asker: Asker, by: str) -> None:
    other = next(a for a in book.catalog.assets.values() if a.symbol == "CSPX")
    table = returns(book, query, parse_period("all", query.as_of), by, other)
    others = {"days", "income", "skipped_days", "gap_days"}  # counts; and income, which is told
    benchmark = ("benchmark_twr", "difference", "benchmark_value")
    assert {c.key for c in table.columns if c.kind in KINDS} - others == {*RATES, *benchmark}
    for row in table.rows[1:3]:
        filters = Filters(account=(str(row[by]),)) if by == "account" else Filters()
        for key, figure in RATES.items():
            asker.check(row[key], figure, filters=filters, period=f"{row['from']}..{row['to']}")
        for key in benchmark:
            period = f"{row['from']}..{row['to']}"
            asker.check(row[key], key, filters=filters, period=period, benchmark=other)


def test_what_a_return_names_can_be_asked(book: Book, query: Query) -> None:
    """The values, flows and days of a return, each as its command tells it."""
    for figure, what, period in (
        ("twr", None, "2025"),
        ("twr", "ETH", "2024-Q2..2025-Q1"),
        ("currency-part", None, "2025-06"),
        ("currency-part", None, "2025-06-30"),
        ("volatility", None, "2025-06"),
        ("flows", "ETH", "2024"),
    ):
        told = explain(book, query, Asked(figure, what, period))
        assert not list(wrong(book, query, told.root))


def test_the_lots(book: Book, query: Query, asker: Asker) -> None:
    table = lots(book, query, effects=True)
    cells = {
        "days_held": "days-held",
        "quantity": "balance",
        "unit_cost": "unit-cost",
        "cost": "own-cost",
        "cost_basis": "cost",
        "value": "value",
        "unrealised_gain": "gain",
        "price_effect": "price-effect",
        "currency_effect": "currency-effect",
    }
    assert figures(table) == set(cells)
    for row in table.rows:
        lot = row["lot"] or "none"  # money that costs itself is a row without a number
        for key, figure in cells.items():
            asker.check(row[key], figure, str(row["asset"]), lot=lot, filters=at(row))
    for key, cell in table.totals.items():
        asker.check(cell, cells[key], lot="all")
        asker.check(cell, cells[key])  # nothing was observed beyond the ledger


@pytest.mark.parametrize("by", ["type", "account", "institution", "asset", "currency", "group"])
def test_the_allocation(book: Book, query: Query, asker: Asker, by: str) -> None:
    table = allocation(book, query, by)
    assert figures(table) == {"holdings", "value", "weight"}
    for row in table.rows:
        for key in figures(table):
            name = str(row[by])
            asker.check(row[key], key, within=(by, name))
            if by not in ("currency", "group"):
                asker.check(row[key], key, filters=Filters(**{by: (name,)}))
    for key, cell in table.totals.items():
        asker.check(cell, key)


def test_what_a_sale_would_gain(book: Book, query: Query, asker: Asker) -> None:
    asset = next(a for a in book.catalog.assets.values() if a.symbol == "AAPL")
    sale = Sale(asset, Decimal(3), Decimal("201.5"), book.base, fee=Decimal(2))
    keys = {"proceeds", "cost", "gain", "short_gain", "long_gain", "uncovered_proceeds"}
    table = what_if_sell(book, query, sale)
    assert figures(table) == {*keys, "quantity", "price"}
    for row in table.rows:
        method = str(row["method"])
        for key in sorted(keys | {"price"}):
            asker.check(row[key], key, "AAPL", sale=sale, method=method)
        asker.check(row["quantity"], "balance", "AAPL", sale=sale, method=method)


def test_no_figure_is_left_out() -> None:
    apart = {option: of for option, (_, of) in CONTEXTS.items()}
    listed: dict[str, set[str]] = {"": set()} | {option: set() for option in apart}
    for group in GROUPS:
        option = next((option for option in apart if option in group.form), "")
        listed[option] |= set(group.figures.split())
    assert listed.pop("") == set(FIGURES)
    assert {*listed.pop("--vault"), *FIGURES} >= set(apart.pop("--vault"))
    assert listed == {option: set(of) for option, of in apart.items()}


def test_every_example_can_be_asked(book: Book, query: Query) -> None:
    rows = catalogue(book, query).rows
    assert len(rows) > 70
    first = {row["report"]: str(row["example"]) for row in reversed(rows)}
    del first["folio reconcile"], first["folio yield list"]  # the book has no gap, and no rule
    for example in first.values():
        told = explain(book, query, asked(book, shlex.split(example)[2:]), whole=False)
        assert not told.faults, example
