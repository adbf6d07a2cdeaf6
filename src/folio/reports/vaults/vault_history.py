"""How has a vault filled up: its value, what was put in, and what it grew by.

Every day is counted with the percentages of that day.  The rows of its holdings are those
of the history: from the rollup where that is up to date, else walked.
"""

import datetime as dt
import itertools
from collections.abc import Mapping
from decimal import Decimal

from folio.book import Book
from folio.book.later import runs_in
from folio.book.vaults import Filled, filled_vault
from folio.db.values import day_number, from_day_number
from folio.engine.vaults import Shares, layers
from folio.model.dates import Period
from folio.model.numbers import ZERO, round_money
from folio.model.rollups import DayRow, each_day, nothing_on, runs_of
from folio.model.shell_words import shell_word
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.over_time.history import (
    borders,
    grade_of,
    reasons_of,
    row_of,
    steps,
    summed,
)
from folio.reports.paid.payers import with_payments
from folio.reports.query import Query, in_its_currency, ratio

COLUMNS = (
    Column("date", "Date", "day"),
    Column("vault", "Vault", machine_only=True),
    Column("value", "Value", "money"),
    Column("target", "Target", "money", machine_only=True),
    Column("progress", "Progress", "percent", machine_only=True),
    Column("bar", "Progress", "bar", optional=1, people_only=True),
    Column("flow", "Put in", "money"),
    Column("change", "Growth", "gain", optional=2),
    Column("grade", "Grade", "grade", optional=3),
    Column("reasons", "Why", machine_only=True),
)
Rows = Mapping[int, Mapping[int, DayRow]]  # by holding and by day


def vault_history(
    book: Book, query: Query, name: str, period: Period, step: str = "month"
) -> Table:
    """One row per step from the first day on which anything fills the vault.

    ``change`` is what it grew by: value less the value before less what was put in.
    """
    filled = filled_vault(book, name)
    inside = in_its_currency(book, query, filled)
    end = min(period.end, query.as_of)
    rows, before = vault_days(book, inside, filled, Period(period.start, end))
    places = inside.currency.precision
    shown = []
    for days in steps(rows, step):
        shown.append(_row(filled, row_of(days, before, places), places))
        before = days[-1]
    final = rows[-1] if rows else None
    return Table(
        "vault-history",
        f"{filled.vault.name} by {step}",
        COLUMNS,
        shown,
        **inside.told(
            grade_of(final) if final else "unknown", reasons_of(final) if final else (), money=True
        ),
        empty="nothing filled it in that period; try: "
        f"folio vault fill {shell_word(filled.vault.name)} …",
    )


def _row(filled: Filled, cells: dict[str, Cell], places: int) -> dict[str, Cell]:
    value = cells["value"]
    progress = ratio(value.value, filled.vault.amount) if isinstance(value, Amount) else None
    return {
        "vault": filled.vault.name,
        "target": Amount(filled.vault.amount, places),
        "progress": progress,
        "bar": progress,
        **{key: cells[key] for key in ("date", "value", "flow", "change", "grade", "reasons")},
    }


def vault_days(
    book: Book, query: Query, filled: Filled, period: Period
) -> tuple[list[DayRow], DayRow]:
    """A vault's rows by day, bounds inclusive, and that of the evening before the first.

    Days before anything fills it have no row.  Only value, flow and the counts are filled in.
    """
    known = book.catalog.holdings
    holdings = [known[h] for h in filled.changes if h in known and known[h].included]
    counted = Filled(filled.vault, {h.id: filled.changes[h.id] for h in holdings})
    first = [since for changes in counted.changes.values() for since, percent in changes if percent]
    start = max(period.start, min(first, default=dt.date.max))
    if start > period.end:
        return [], nothing_on(day_number(period.start) - 1)
    evening = start - dt.timedelta(days=1)
    found = runs_in(book, holdings, Period(evening, period.end), book.teller(query.currency))
    rows = {number: {row.day: row for row in each_day(runs)} for number, runs in found.items()}
    days: list[DayRow] = []
    shares = counted.shares(evening)
    before = _day(rows, day_number(evening), shares, ZERO)
    for span in _spans(counted, Period(start, period.end)):
        previous, shares = shares, counted.shares(from_day_number(span[0]))
        flows = _flows(book, query, rows, shares, span)
        moved, flowed = _moved(rows, span[0] - 1, previous, shares), flows.get(span[0], ZERO)
        flows[span[0]] = None if moved is None or flowed is None else moved + flowed
        days += [_day(rows, number, shares, flows.get(number, ZERO)) for number in span]
    return days, before


def _spans(filled: Filled, period: Period) -> list[range]:
    """The days of a period, in stretches in which no percentage changes."""
    starts = {since for changes in filled.changes.values() for since, _ in changes}
    first = sorted({period.start, *(day for day in starts if period.start < day <= period.end)})
    days = [*map(day_number, first), day_number(period.end) + 1]
    return [range(*pair) for pair in itertools.pairwise(days)]


def _flows(
    book: Book, query: Query, rows: Rows, shares: Shares, span: range
) -> dict[int, Decimal | None]:
    """What flowed into the vault on each day: the sum over its layers of whole holdings."""
    found: dict[int, Decimal | None] = {}
    teller = book.teller(query.currency)
    days = Period(from_day_number(span[0]), from_day_number(span[-1]))
    for layer in layers(shares):
        border = borders(book, [book.catalog.holdings[h] for h in layer.holdings])
        parts = (
            (border[h], runs_of(rows[h][day] for day in span if day in rows.get(h, {})))
            for h in layer.holdings
        )
        for row in with_payments(book, each_day(summed(parts)), border, teller, days):
            before = found.get(row.day, ZERO)
            known = before is not None and row.flow is not None
            part = (row.flow or 0) * layer.percent / 100
            found[row.day] = (before or ZERO) + part if known else None
    return found


def _moved(rows: Rows, evening: int, before: Shares, after: Shares) -> Decimal | None:
    """What a change of percentages moved into the vault, at the values of the evening before."""
    moved = ZERO
    for holding in {*before, *after}:
        change = after.get(holding, ZERO) - before.get(holding, ZERO)
        row = rows.get(holding, {}).get(evening)
        if not change or row is None or not row.held:
            continue
        if row.value is None:
            return None
        moved += row.value * change / 100
    return moved


def _day(rows: Rows, number: int, shares: Shares, flow: Decimal | None) -> DayRow:
    """The vault on one day: each holding's part is a leaf, rounded; so is the day's flow."""
    value: int | None = None
    held = unknown = priceless = baseless = estimated = 0
    for holding, percent in shares.items():
        row = rows.get(holding, {}).get(number)
        if row is None:
            continue
        if row.held and row.value is not None:
            value = (value or 0) + int(round_money(row.value * percent / 100, 0))
        held, unknown = held + row.held, unknown + row.unknown
        priceless = priceless + row.priceless
        baseless, estimated = baseless + row.baseless, estimated + row.estimated
    put_in = None if flow is None else int(round_money(flow, 0))
    counts = (held, unknown, priceless, baseless, estimated)
    return DayRow(number, value if held else 0, None, 0, None, put_in, None, *counts)


def first_held(rows: list[DayRow]) -> tuple[dt.date, DayRow] | None:
    """The first row of a vault that counts anything."""
    return next(((from_day_number(row.day), row) for row in rows if row.held), None)
