"""How full are the vaults?

Filters choose vaults, not parts of them: with ``--group`` those that the group's holdings
help to fill are shown, whole.
"""

from decimal import Decimal

from folio.book import Book
from folio.book.vaults import Filled, filled_vaults
from folio.engine.grades import Counts, Judged, judged, reasons, worst
from folio.engine.vaults import (
    Point,
    monthly_needed,
    months_left,
    projected_day,
)
from folio.engine.vaults import (
    over_allocated as too_much,
)
from folio.model.accounts import Holding
from folio.model.charts import Chart
from folio.model.dates import Period, year_before
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.held.holdings import Line, lines
from folio.reports.query import Query, in_its_currency, judged_cells, ratio

COLUMNS = (
    Column("vault", "Vault"),
    Column("current", "Current", "money"),
    Column("target", "Target", "money"),
    Column("currency", ""),
    Column("progress", "Progress", "percent", machine_only=True),
    Column("bar", "Progress", "bar", people_only=True),
    Column("target_date", "By", "day", optional=1),
    Column("monthly", "A month", "money", optional=2),
    Column("projected_date", "At this pace", "day", optional=2),
    Column("filled_by", "Filled by", optional=3),
    Column("grade", "Grade", "grade", optional=4),
    Column("reasons", "Why", machine_only=True),
)
Page = dict[int, Line]  # by holding


def vaults(book: Book, query: Query, *, projecting: bool = True) -> Table:
    """Every vault in its own currency, with its progress; over 100 % is shown as it is.

    ``projecting`` looks at the year before, to say when the target will be reached.
    """
    chosen = query.chosen(book)
    pages: dict[int, Page] = {}
    rows = []
    notes: list[str] = []
    for filled in filled_vaults(book):
        shares = filled.shares(query.as_of)
        if chosen is not None and not chosen & shares.keys():
            continue
        inside = in_its_currency(book, query, filled)
        page = pages.get(inside.currency.id)
        if page is None:
            page = pages[inside.currency.id] = {li.holding.id: li for li in lines(book, inside)}
        row, why = _row(book, inside, filled, page, projecting=projecting)
        rows.append(row)
        notes += [f"{filled.vault.name}: {reason}" for reason in why]
    for holding, parts in over_allocated(book, query):
        whole = to_text(sum((percent for _, percent in parts), ZERO))
        notes.append(f"{book.catalog.describe(holding)} fills vaults with {whole} %")
    grades = [str(row["grade"]) for row in rows]
    columns = COLUMNS if projecting else tuple(c for c in COLUMNS if c.key != "projected_date")
    return Table(
        "vaults",
        "Vaults",
        columns,
        rows,
        **query.told(worst(grades) if grades else None, notes),
        charts=(_chart(rows),) if query.drawn else (),
        empty="no vaults; make one with: folio vault add NAME --target 10000",
    )


def _chart(rows: list[dict[str, Cell]]) -> Chart:
    """How full each vault is, over 100 % too."""
    return Chart(
        "Vaults: how full they are",
        "bars",
        tuple(f"{row['vault']} ({row['currency']})" for row in rows),
        tuple(cell.value if isinstance(cell := row["progress"], Amount) else None for row in rows),
        ratio=True,
        amounts=tuple(cell if isinstance(cell := row["current"], Amount) else None for row in rows),
    )


def _row(
    book: Book, query: Query, filled: Filled, page: Page, *, projecting: bool
) -> tuple[dict[str, Cell], list[str]]:
    vault, shares, places = filled.vault, filled.shares(query.as_of), query.currency.precision
    current, counts, parts = ZERO, Counts(), []
    for holding, percent in shares.items():
        line = page.get(holding)
        if line is None or not line.holding.included:
            continue
        counts = counts + line.worth.counts
        parts.append(f"{to_text(percent)} % of {book.catalog.describe(line.holding)}")
        if line.worth.value is not None:
            share = line.worth.value * percent / 100
            current += round_money(share, None if query.exact else places)
    progress = ratio(current, vault.amount)
    row: dict[str, Cell] = {
        "vault": vault.name,
        "current": Amount(current, places),
        "target": Amount(vault.amount, places),
        "currency": query.currency.symbol,
        "progress": progress,
        "bar": progress,
        "target_date": vault.target_day,
        "monthly": _monthly(query, filled, current, places),
        "filled_by": ", ".join(parts) or None,
    }
    empty = Judged("unknown", ("nothing fills it; try: folio vault fill",))
    row |= judged_cells(judged(counts) if shares else empty)
    why = reasons(counts) if shares else list(empty.reasons)
    if projecting:
        row["projected_date"], said = _projected(book, query, filled)
        why += said
    return row, why


def _monthly(query: Query, filled: Filled, current: Decimal, places: int) -> Amount | None:
    vault = filled.vault
    if vault.target_day is None:
        return None
    needed = monthly_needed(current, vault.amount, months_left(query.as_of, vault.target_day))
    if needed is None:
        return None
    return Amount(round_money(needed, None if query.exact else places), places)


def _projected(book: Book, query: Query, filled: Filled) -> tuple[Cell, list[str]]:
    """When the target is reached at the pace of the year before, and what to know of that."""
    from folio.reports.vaults.vault_history import (  # the page projects nothing
        first_held,
        vault_days,
    )

    year = Period(year_before(query.as_of), query.as_of)
    rows, _ = vault_days(book, query, filled, year)
    begun = first_held(rows)
    if begun is None:
        return None, []
    start, first = begun
    last = rows[-1]
    if first.value is None or last.value is None or first.priceless or last.priceless:
        return None, [f"no pace, because its value on {start} or now is not known"]

    def amount(units: int) -> Decimal:
        return Decimal(units).scaleb(-query.currency.precision)

    line = Point(start, amount(first.value)), Point(query.as_of, amount(last.value))
    day = projected_day(*line, filled.vault.amount)
    if day is None:
        return None, [f"no date at its pace since {start}"]
    young = start > year.start and day > query.as_of
    return day, [f"its pace is that of the days since {start}"] if young else []


def over_allocated(book: Book, query: Query) -> list[tuple[Holding, list[tuple[str, Decimal]]]]:
    """The holdings asked for of which vaults count more than there is: (vault, percentage)."""
    filling = [(f.vault.name, f.shares(query.as_of)) for f in filled_vaults(book)]
    sums = too_much(shares for _, shares in filling)
    return [
        (holding, [(name, shares[holding.id]) for name, shares in filling if holding.id in shares])
        for holding in query.holdings(book)
        if holding.id in sums
    ]
