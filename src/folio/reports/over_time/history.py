"""How has it gone: value, cost, gains, flows and income over time.

Read from the rollup as far as that is right and in the currency asked for, and beyond it
worked out in memory by the same functions, so that no stale row is ever shown as fresh.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from folio.book import Book
from folio.book.rolled import evening_of, out_of_date, stored_before
from folio.book.snapshot import snapshot
from folio.db.derived.rollup import flow_after, read_days, sum_days
from folio.db.values import day_number, from_day_number
from folio.engine.grades import Counts, grade, of_unknown_gain, worst
from folio.engine.valuation import Teller
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.rollups import (
    ACCOUNT,
    HOLDING,
    INSTITUTION,
    PORTFOLIO,
    DayRow,
    Earlier,
    Run,
    each_day,
    nothing_on,
    runs_of,
)
from folio.model.table import Amount, Cell, Column, Phrases, Table, minor_amount
from folio.reports.query import Query, ratio, title_of

if TYPE_CHECKING:
    from folio.book.later import Realising
    from folio.model.charts import Chart

COLUMNS = (
    Column("date", "Date", "day"),
    Column("scope", "Scope", machine_only=True),
    Column("scope_name", "Of", machine_only=True),
    Column("value", "Value", "money"),
    Column("bar", "", "bar", optional=1, people_only=True),
    Column("change", "Change", "gain", optional=3),
    Column("flow", "Flow", "money"),
    Column("income", "Income", "money", optional=2),
    Column("cost_basis", "Cost", "money", optional=4),
    Column("unrealised_gain", "Unrealised", "gain"),
    Column("realised_gain", "Realised", "gain", optional=1),
    Column("grade", "Grade", "grade", optional=5),
    Column("reasons", "Why", machine_only=True),
)


def history(book: Book, query: Query, period: Period, step: str = "month") -> Table:
    """One row per step of the period; flows and income are sums over its days.

    ``change`` is the value less that of the evening before and what flowed in; before all
    evidence it was 0.
    """
    end = min(period.end, query.as_of)
    evening = period.start - dt.timedelta(days=1)
    before = nothing_on(day_number(evening))
    rows = daily(book, query, Period(evening, end))
    if rows and rows[0].day == before.day:
        before = rows.pop(0)
    places = query.currency.precision
    scope, scope_name = _scope(query)
    shown: list[dict[str, Cell]] = []
    for days in steps(rows, step):
        cells = row_of(days, before, places)
        shown.append({"scope": scope, "scope_name": scope_name, **cells})
        before = days[-1]
    _add_bars(shown)
    final = rows[-1] if rows else None
    first = from_day_number(rows[0].day) if rows else period.start
    why = ["nothing is held"]
    if final:
        why = [f"{reason} on {from_day_number(final.day)}" for reason in reasons_of(final)]
    return Table(
        "history",
        title_of(f"Value by {step}", Period(first, period.end), query),
        COLUMNS,
        shown,
        **query.told(grade_of(final) if final else "unknown", why, money=True),
        charts=_charts(book, query, rows) if query.drawn else (),
        empty="nothing was held in that period",
    )


def _charts(book: Book, query: Query, rows: list[DayRow]) -> "tuple[Chart, ...]":
    from folio.reports.over_time.drawing import value_chart  # few ask for it

    if not rows:
        return ()
    begun = first_day(book)
    since_first = begun is not None and from_day_number(rows[0].day) <= begun
    return (value_chart(query, rows, invested=since_first),)


def daily(book: Book, query: Query, period: Period, *, realised: bool = True) -> list[DayRow]:
    """The sums over included holdings, day by day, bounds inclusive.

    Where nobody asks for what was ``realised``, no row may tell it.
    """
    included = [h for h in query.holdings(book) if h.included]
    if not included:
        return []
    teller = book.teller(query.currency)
    border = borders(book, included)
    since = out_of_date(book, query.currency.id, included, period.start, period.end)
    cut = max(period.start, min(since.values(), default=dt.date.max))
    rows = []
    if cut > period.start:
        rows = summed_up(book, border, Period(period.start, evening_of(cut, period.end)))
    if cut <= period.end:
        earlier = partial(_realised, book, query) if realised else None
        rows += _partly(book, border, since, Period(cut, period.end), teller, earlier)
    if HOLDING not in border.values():
        return rows  # no payment crosses a wider border
    from folio.reports.paid.payers import with_payments

    return with_payments(book, rows, border, teller, period)


def changes(book: Book, query: Query, since: Sequence[dt.date]) -> list[int | None]:
    """What the days after each of some days brought up to the query's, in minor units.

    That is the value at the end less that at the start, and less what flowed in; before all
    evidence it was 0.  None where one of them is not known, and where the days are not measured.
    """
    end = query.as_of
    first = min(since)
    known = book.catalog.holdings.values()
    every = not query.filters and all(h.included for h in known)
    behind = out_of_date(book, query.currency.id, known, first, end)
    evening = evening_of(min(behind.values(), default=None), end)
    if every and known and max(since) <= evening:  # up to then it is all summed up
        rows = _of_all(book, end)
        if behind:
            rows = daily(book, query, Period(evening, end), realised=False)
        days = {row.day: row for one in since for row in _of_all(book, one)}
        later = _flow_after(day_number(evening), rows)
        earlier = [flow_after(book.db, one, evening) for one in since]
        flows = [None if one is None or later is None else one + later for one in earlier]
    else:
        rows = daily(book, query, Period(first, end), realised=False)
        days = {}
        flows = [_flow_after(day_number(one), rows) for one in since]
    days |= {row.day: row for row in rows}
    starts, last = (days.get(day_number(one)) for one in since), days.get(day_number(end))
    return [_change(start, last, flow) for start, flow in zip(starts, flows, strict=True)]


def change_since_measured(book: Book, query: Query, begin: dt.date) -> tuple[dt.date, int] | None:
    """The last day after ``begin`` that cannot be measured (:func:`is_measured`), and what the days
    since then brought, in minor units; None where there is none, or it is not known.
    """
    rows = daily(book, query, Period(begin, query.as_of), realised=False)
    ends = [at for at, days in enumerate(pairwise(rows), 1) if not is_measured([*days])]
    if not ends or ends[-1] == len(rows) - 1:
        return None
    since, *later = rows[ends[-1] :]
    units = _change(since, later[-1], _total(later, "flow"))
    return None if units is None else (from_day_number(since.day), units)


def _of_all(book: Book, day: dt.date) -> list[DayRow]:
    return read_days(book.db, PORTFOLIO, 0, day, day)


def _change(first: DayRow | None, last: DayRow | None, flow: int | None) -> int | None:
    before = 0 if first is None else first.value
    if last is None or last.value is None or before is None or flow is None:
        return None
    return last.value - before - flow


def _flow_after(day: int, rows: list[DayRow]) -> int | None:
    """What flowed in after a day; None where that cannot be told."""
    if not is_measured([row for row in rows if row.day >= day]):
        return None
    return _total([row for row in rows if row.day > day], "flow")


def is_measured(rows: list[DayRow]) -> bool:
    """Whether what these days brought can be told: no holding without a price got one, or left.

    Its value would come in with no flow, and look like a gain.  Nor did what has a price become
    something without one, as in a merger: its value would go with no flow, and look like a loss.
    What came as income of an unknown worth was given for nothing, and hides no loss.
    """
    return all(
        after.priceless == before.priceless
        or (after.priceless > before.priceless and after.income is None)
        for before, after in pairwise(rows)
    )


def summed_up(book: Book, border: dict[int, int], period: Period) -> list[DayRow]:
    """The sums of days that the rollup has of all holdings.

    It has those of whole accounts, too, and of the whole book: they are read, not their parts.
    """
    every = {h.id: h.account_id for h in book.catalog.holdings.values()}
    if border.keys() == every.keys():
        return read_days(book.db, PORTFOLIO, 0, period.start, period.end)
    split_up = {account for number, account in every.items() if number not in border}
    single = {h: at for h, at in border.items() if every[h] in split_up}
    own = {ACCOUNT: HOLDING}  # the flow over its own border is an account's own, too
    accounts = {every[h]: own.get(at, at) for h, at in border.items() if h not in single}
    parts = [
        sum_days(book.db, some, period.start, period.end, scope=scope)
        for some, scope in ((accounts, ACCOUNT), (single, HOLDING))
        if some
    ]
    return parts[0] if len(parts) == 1 else each_day(total(map(runs_of, parts)))


def total(series: Iterable[list[Run]]) -> list[Run]:
    """The sum of several sums; of one it is that one."""
    parts = [runs for runs in series if runs]
    return parts[0] if len(parts) == 1 else summed((HOLDING, runs) for runs in parts)


def _partly(
    book: Book,
    border: dict[int, int],
    since: dict[int, dt.date],
    period: Period,
    teller: Teller,
    realised: "Realising | None",
) -> list[DayRow]:
    """The sums of days that the rollup has of some holdings."""
    from folio.book.later import worked_out  # what folds: most questions need nothing of it

    kept = {h: at for h, at in border.items() if h not in since}
    later = worked_out(book, since, period, teller, realised)
    rows = chain(stored_before(book, since, period), later)
    parts = ((border[number], runs) for number, runs in rows)
    if not kept:
        return each_day(summed(parts))
    # Summed already, each with the flow at its border.
    return each_day(summed(chain(parts, [(HOLDING, runs_of(summed_up(book, kept, period)))])))


def _realised(
    book: Book, query: Query, holdings: list[Holding], evening: dt.date
) -> dict[int, Earlier]:
    """What each holding had realised by an evening, in the query's currency."""
    from folio.reports.sold.realised import realised_gains  # the rollup has it in the book's own

    gains = realised_gains(book, query._replace(as_of=evening, exact=False), holdings)
    places = query.currency.precision
    return {h: Earlier(int(one.known.scaleb(places)), one.unknown) for h, one in gains.items()}


def borders(book: Book, included: list[Holding]) -> dict[int, int]:
    """At which border each holding's flows count: the widest around what is included alone.

    What moves between something included and something left out is a flow, not a gain.
    """
    if len(included) == len(book.catalog.holdings):
        return {h.id: PORTFOLIO for h in included}
    numbers = {h.id for h in included}
    left_out = [h for h in book.catalog.holdings.values() if h.id not in numbers]
    accounts = {h.account_id for h in left_out}
    institutions = {book.catalog.accounts[number].institution_id for number in accounts}

    def border(holding: Holding) -> int:
        account = book.catalog.accounts[holding.account_id]
        if account.institution_id not in institutions:
            return INSTITUTION
        return HOLDING if account.id in accounts else ACCOUNT

    return {h.id: border(h) for h in included}


def summed(parts: Iterable[tuple[int, list[Run]]]) -> list[Run]:
    """The sum of runs, each with its flow at a border; one after another, for there may be hundreds
    of fifteen years."""
    from folio.engine.sums import Sums  # the rollup has most sums

    sums = Sums()
    for border, runs in parts:
        sums.add(runs, border)
    return sums.runs()


def steps(rows: list[DayRow], step: str) -> list[list[DayRow]]:
    """The rows of each day, week, month, quarter or year."""
    groups: dict[tuple[int, int], list[DayRow]] = {}
    for row in rows:
        groups.setdefault(_step_of(from_day_number(row.day), step), []).append(row)
    return list(groups.values())


def _step_of(day: dt.date, step: str) -> tuple[int, int]:
    if step == "day":
        return (day_number(day), 0)
    if step == "week":
        return day.isocalendar()[:2]
    if step == "quarter":
        return (day.year, (day.month - 1) // 3)
    return (day.year, day.month if step == "month" else 0)


def row_of(days: list[DayRow], before: DayRow, places: int) -> dict[str, Cell]:
    """A row of these days; ``before`` is the evening before them."""
    last, money = days[-1], partial(minor_amount, places=places)
    flow, income = _total(days, "flow"), _total(days, "income")
    value = last.value if last.held else 0
    start = before.value if before.held else 0
    change = None
    if not (value is None or flow is None or start is None) and is_measured([before, *days]):
        change = value - start - flow
    return {
        "date": from_day_number(last.day),
        "value": money(value),
        "change": money(change),
        "flow": money(flow),
        "income": money(income),
        "cost_basis": money(last.cost_basis if last.held else last.cost_basis or 0),
        "unrealised_gain": money(last.unrealised if last.held else last.unrealised or 0),
        "realised_gain": money(last.realised_gain),
        "grade": grade_of(last),
        "reasons": Phrases(reasons_of(last)),
    }


def _total(days: list[DayRow], column: str) -> int | None:
    """The sum over days; None where some day was not measured."""
    values = [getattr(day, column) for day in days]
    return None if any(v is None for v in values) else sum(values)


def grade_of(row: DayRow) -> str:
    """The grade of a day's figures; partial where what was realised so far is."""
    of_held = grade(Counts(held=row.held, unknown=row.unknown, estimated=row.estimated))
    return worst([of_held, "partial"]) if row.gainless else of_held


def reasons_of(row: DayRow) -> tuple[str, ...]:
    """Why a day's grade is not better."""
    if not row.held:
        return ("nothing is held",)
    phrases = (
        (row.priceless, "without a price"),
        (row.baseless, "without a full cost basis"),
        (row.estimated, "estimated"),
    )
    found = [f"{n} of {row.held} {phrase}" for n, phrase in phrases if n]
    return (*found, *of_unknown_gain(row.gainless))


def _add_bars(rows: list[dict[str, Cell]]) -> None:
    """Each value as a share of the largest, for the bar beside it."""
    values = [cell.value for row in rows if isinstance(cell := row["value"], Amount)]
    largest = max(values, default=Decimal(0))
    for row in rows:
        cell = row["value"]
        share = None
        if isinstance(cell, Amount) and largest > 0 and cell.value > 0:
            share = ratio(cell.value, largest)
        row["bar"] = share


def _scope(query: Query) -> tuple[str, str | None]:
    filters = {k: v for k, v in query.filters._asdict().items() if v}
    if not filters:
        return "portfolio", None
    name = ", ".join(word for words in filters.values() for word in words)
    return (next(iter(filters)) if len(filters) == 1 else "selection"), name


def first_day(book: Book) -> dt.date | None:
    """The first day on which anything is known."""
    if book.known_at is None:
        days = [p.first_evidence for p in book.positions.values()]
    else:
        found = snapshot(book, dt.date.max, book.catalog.holdings.values())
        days = [held.evidence.first for held in found]
    return min((d for d in days if d is not None), default=None)
