"""How full are the vaults?"""

from decimal import Decimal

from folio.book import Book
from folio.book.selection import Filters
from folio.db.vaults import Vault, read_vaults, vault_shares
from folio.engine.grades import Counts, Judged, judged, reasons, worst
from folio.engine.vaults import monthly_needed, months_left
from folio.model.numbers import ZERO, divide, round_money, to_text
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.holdings import lines
from folio.reports.query import Query, judged_cells

COLUMNS = (
    Column("vault", "Vault"),
    Column("current", "Current", "money"),
    Column("target", "Target", "money"),
    Column("currency", ""),
    Column("progress", "Progress", "percent", machine_only=True),
    Column("bar", "Progress", "bar", people_only=True),
    Column("target_date", "By", "day", optional=1),
    Column("monthly", "A month", "money", optional=2),
    Column("filled_by", "Filled by", optional=3),
    Column("grade", "Grade", "grade", optional=4),
    Column("reasons", "Why", machine_only=True),
)


def vaults(book: Book, query: Query) -> Table:
    """Every vault in its own currency, with its progress; over 100 % is shown as it is."""
    rows = []
    notes: list[str] = []
    for vault in read_vaults(book.db, book.known_at):
        row, why = _row(book, query, vault)
        rows.append(row)
        notes += [f"{vault.name}: {reason}" for reason in why]
    notes += _over_allocated(book, query)
    grades = [str(row["grade"]) for row in rows]
    return Table(
        "vaults",
        "Vaults",
        COLUMNS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        grade=worst(grades) if grades else None,
        reasons=tuple(notes),
        empty="no vaults; make one with: folio vault add NAME --target 10000",
    )


def _row(book: Book, query: Query, vault: Vault) -> tuple[dict[str, Cell], list[str]]:
    currency = book.catalog.assets[vault.currency_id]
    places = currency.precision
    stated = vault_shares(book.db, vault.id, query.as_of, book.known_at)
    shares = {book.catalog.holdings[h].id: percent for h, percent in stated.items()}
    inside = query._replace(currency=currency, filters=Filters())
    filling = [line for line in lines(book, inside) if line.holding.id in shares]
    current, counts, parts = ZERO, Counts(), []
    for line in filling:
        percent = shares[line.holding.id]
        counts = counts + line.worth.counts
        asset = book.catalog.assets[line.holding.asset_id].key
        account = book.catalog.accounts[line.holding.account_id].name
        parts.append(f"{to_text(percent)} % of {account} {asset}")
        if line.worth.value is not None and line.holding.included:
            current += round_money(
                line.worth.value * percent / 100, None if query.exact else places
            )
    progress = Amount(round_money(divide(current, vault.amount), 6), 6)
    row: dict[str, Cell] = {
        "vault": vault.name,
        "current": Amount(current, places),
        "target": Amount(vault.amount, places),
        "currency": currency.symbol,
        "progress": progress,
        "bar": progress,
        "target_date": vault.target_day,
        "monthly": _monthly(query, vault, current, places),
        "filled_by": ", ".join(parts) or None,
    }
    empty = Judged("unknown", ("nothing fills it; try: folio vault fill",))
    row |= judged_cells(judged(counts) if shares else empty)
    return row, reasons(counts) if shares else list(empty.reasons)


def _monthly(query: Query, vault: Vault, current: Decimal, places: int) -> Amount | None:
    if vault.target_day is None:
        return None
    needed = monthly_needed(current, vault.amount, months_left(query.as_of, vault.target_day))
    return None if needed is None else Amount(round_money(needed, places), places)


def _over_allocated(book: Book, query: Query) -> list[str]:
    """Holdings that vaults share out more than once."""
    shared: dict[int, Decimal] = {}
    for vault in read_vaults(book.db, book.known_at):
        for holding, percent in vault_shares(book.db, vault.id, query.as_of, book.known_at).items():
            shared[holding] = shared.get(holding, ZERO) + percent
    return [
        f"{book.catalog.describe(book.catalog.holdings[holding])} fills vaults with "
        f"{to_text(percent)} %"
        for holding, percent in shared.items()
        if percent > 100
    ]
