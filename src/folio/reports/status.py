"""One inbox of what wants attention, each with the command that settles it."""

import shlex
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.snapshot import snapshot
from folio.db.derived import read_dirty, read_positions, rollup_until
from folio.db.lot_choices import holdings_naming_lots, lacking
from folio.db.statements import unsettled_rows
from folio.model.assets import Asset
from folio.model.numbers import ZERO, to_text
from folio.model.table import Cell, Column, Table
from folio.reports.holdings import Line, lines
from folio.reports.query import Query


class Finding(NamedTuple):
    """Something that wants attention."""

    kind: str
    about: str
    what: str
    settle: str  # the command that settles it


COLUMNS = (
    Column("kind", "Finding"),
    Column("about", "About"),
    Column("what", "What"),
    Column("settle", "Settle it with"),
)


def status(book: Book, query: Query) -> Table:
    """Conflicts, rejected rows, probable duplicates, negative balances, prices and gaps."""
    page = lines(book, query)
    found = [
        *_rows(book),
        *_negative(book, page),
        *_uncovered(book, query),
        *_named_lots(book),
        *_prices(book, page),
        *_gaps(book, query),
        *_rollup(book, query),
    ]
    rows: list[dict[str, Cell]] = [dict(finding._asdict()) for finding in found]
    return Table(
        "status",
        "Status" if rows else "Status: all is well",
        COLUMNS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        empty="nothing wants attention",
    )


def _rows(book: Book) -> Iterator[Finding]:
    """Rows of statements that were not recorded."""
    settle = {
        "conflict": "folio import retry {import_} --supersede, "
        "or folio import answer {row} ignored",
        "held": "folio import answer {row} same, or different",
        "rejected": "folio import retry {import_}, or folio import answer {row} ignored",
    }
    names = {"conflict": "conflict", "held": "probable duplicate", "rejected": "rejected row"}
    for row in unsettled_rows(book.db):
        place = f"{row.statement_id}:{row.line}"
        yield Finding(
            names[row.status],
            f"import {place}",
            row.reason,
            settle[row.status].format(row=place, import_=row.statement_id),
        )


def _negative(book: Book, page: list[Line]) -> Iterator[Finding]:
    for line in page:
        account = book.catalog.accounts[line.holding.account_id]
        asset = book.catalog.assets[line.holding.asset_id]
        if line.held.balance >= ZERO or account.is_liability:
            continue
        yield Finding(
            "negative balance",
            book.catalog.describe(line.holding),
            f"{_units(line.held.balance, asset)} {asset.key}: something that came in is missing",
            f"folio add-tx opening QUANTITY {asset.key} --account {shlex.quote(account.name)} "
            "--on DAY",
        )


def _uncovered(book: Book, query: Query) -> Iterator[Finding]:
    """Units sold that were never recorded as bought, where the balance does not show it."""
    for held in snapshot(book, query.as_of, query.holdings(book)):
        owed = -sum((lot.quantity for lot in held.lots if lot.quantity < ZERO), ZERO)
        asset = book.catalog.assets[held.holding.asset_id]
        if owed and not asset.is_currency and held.balance >= ZERO:
            yield Finding(
                "uncovered",
                book.catalog.describe(held.holding),
                f"{to_text(owed)} {asset.key} went out that never came in",
                "folio add-tx opening …, for what was held before the ledger starts",
            )


def _named_lots(book: Book) -> Iterator[Finding]:
    """Sales that name lots which lack the units: the method chose the rest."""
    naming = {book.catalog.holdings[number].id for number in holdings_naming_lots(book.db)}
    for holding in (book.catalog.holdings[number] for number in sorted(naming)):
        asset = book.catalog.assets[holding.asset_id].key
        members = book.catalog.members(holding.id)
        for lack in lacking(book.db, holding.id, members).values():
            has = to_text(lack.asked - lack.units)
            yield Finding(
                "named lot",
                book.catalog.describe(holding),
                f"transaction {lack.transaction} names {to_text(lack.asked)} {asset} of lot "
                f"{lack.lot}, which had {has}; the method chose the rest",
                f"folio amend {lack.transaction} --lot …, see: folio lots {asset}",
            )


def _prices(book: Book, page: list[Line]) -> Iterator[Finding]:
    for line in page:
        asset = book.catalog.assets[line.holding.asset_id]
        about = book.catalog.describe(line.holding)
        if not line.worth.balance:
            continue
        if line.worth.rate is None:
            yield Finding(
                "no price", about, f"{asset.key} has no price", f"folio price add {asset.key} PRICE"
            )
        elif line.worth.rate.stale:
            yield Finding(
                "stale price",
                about,
                f"{_path(book, line)} is of {line.worth.rate.day}",
                f"folio price add {asset.key} PRICE, or folio price import FILE",
            )


def _path(book: Book, line: Line) -> str:
    rate = line.worth.rate
    legs = () if rate is None else rate.legs
    oldest = min(legs, key=lambda leg: leg.day)
    assets = book.catalog.assets
    return f"{assets[oldest.asset].key} in {assets[oldest.quote].key}"


def _gaps(book: Book, query: Query) -> Iterator[Finding]:
    """Observations that the ledger does not explain."""
    positions = read_positions(book.db)
    for holding in query.holdings(book):
        position = positions.get(holding.id)
        if position is None or not position.unexplained:
            continue
        asset = book.catalog.assets[holding.asset_id]
        size = f"{_units(abs(position.unexplained), asset)} {asset.key}"
        way = "more" if position.unexplained > ZERO else "less"
        account = book.catalog.accounts[holding.account_id].name
        yield Finding(
            "gap",
            book.catalog.describe(holding),
            f"on {position.last_observation} there was {size} {way} than the ledger explains",
            f"folio add-tx … --account {shlex.quote(account)}, or folio amend TX",
        )


def _units(quantity: Decimal, asset: Asset) -> str:
    """A quantity, with the cents of money."""
    least = Decimal(1).scaleb(-asset.precision if asset.is_currency else 0)
    return to_text(quantity) if quantity % least or least == 1 else f"{quantity.quantize(least):f}"


def _rollup(book: Book, query: Query) -> Iterator[Finding]:
    until = rollup_until(book.db)
    if until is None:
        return
    late = [h for h, day in read_dirty(book.db).items() if day <= until]
    if late or until < query.as_of:
        yield Finding(
            "rollup",
            "the book",
            f"value over time reaches {until}"
            + (f", and {len(late)} holdings changed since" if late else ""),
            "folio rollup",
        )
