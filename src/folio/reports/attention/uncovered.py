"""Findings about what went out beyond what there was: seen, owed, or covered later."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.snapshot import Held, snapshot
from folio.db.statements.observations import Observation, ever_negative
from folio.db.transactions.lot_choices import short_ones
from folio.model.accounts import Holding
from folio.model.assets import Asset
from folio.model.ledger import PARTIAL, Slice
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word
from folio.reports.held.holdings import Line
from folio.reports.query import Query
from folio.reports.sold.realised import disposals


class Finding(NamedTuple):
    """Something that wants attention."""

    kind: str
    about: str
    what: str
    settle: str  # the command that settles it


def units_text(quantity: Decimal, asset: Asset) -> str:
    """A quantity, with the cents of money."""
    least = Decimal(1).scaleb(-asset.precision if asset.is_currency else 0)
    return to_text(quantity) if quantity % least or least == 1 else f"{quantity.quantize(least):f}"


def negative(book: Book, query: Query, page: list[Line]) -> Iterator[Finding]:
    """What cannot be: less than nothing where nothing is owed, seen so or worked out so."""
    owing = {a.id for a in book.catalog.accounts.values() if a.is_liability}
    plain = {h.id: h for h in query.holdings(book) if h.account_id not in owing}
    seen_so = set()
    for number in sorted(
        {book.catalog.holdings[h].id for h in ever_negative(book.db)} & set(plain)
    ):
        last = [seen for seen in book.observations(number) if seen.balance < ZERO][-1:]
        seen_so |= {number} if last else set()
        for seen in last:
            short = _sold_short(book, seen.day, [plain[number]])
            if seen.balance + short[number] < ZERO:
                yield _seen_negative(book, plain[number], seen)
    below = [line for line in page if line.held.balance < ZERO and line.holding.id in plain]
    short = _sold_short(book, query.as_of, [line.holding for line in below])
    for line in below:
        if line.holding.id in seen_so or line.held.balance + short[line.holding.id] >= ZERO:
            continue
        account = book.catalog.accounts[line.holding.account_id]
        asset = book.catalog.assets[line.holding.asset_id]
        units = units_text(line.held.balance, asset)
        yield Finding(
            "negative balance",
            book.catalog.describe(line.holding),
            f"{units} {asset.key}: something that came in is missing",
            f"folio add-tx opening QUANTITY {shell_word(asset.key)} "
            f"--account {shell_word(account.key)} --on DAY",
        )


def _sold_short(book: Book, day: dt.date, holdings: list[Holding]) -> dict[int, Decimal]:
    """The units that holdings owe because they were sold short."""
    short = dict.fromkeys((h.id for h in holdings), ZERO)
    for held in snapshot(book, day, holdings):
        if not book.catalog.assets[held.holding.asset_id].is_currency:
            owed = [lot.quantity for lot in held.lots if lot.cost is not None]
            short[held.holding.id] -= sum((units for units in owed if units < ZERO), ZERO)
    return short


def _seen_negative(book: Book, holding: Holding, seen: Observation) -> Finding:
    account, asset = (
        book.catalog.accounts[holding.account_id],
        book.catalog.assets[holding.asset_id],
    )
    label = f" --label {shell_word(holding.label)}" if holding.label else ""
    return Finding(
        "negative balance",
        book.catalog.describe(holding),
        f"{seen.source} said {units_text(seen.balance, asset)} {asset.key} on {seen.day}, and "
        f"{account.key} is no credit card or loan",
        f"folio observe {shell_word(account.key)} {shell_word(asset.key)} BALANCE "
        f"--on {seen.day} --source {seen.source}{label} --supersede",
    )


def uncovered(book: Book, query: Query) -> Iterator[Finding]:
    """Units sold that were never recorded as bought, where the balance does not show it."""
    read_as = book.catalog.holdings
    short = {(number, read_as[of].id) for number, of in short_ones(book.db, book.known_at)}
    for held in snapshot(book, query.as_of, query.holdings(book)):
        yield from _ending_nothing(book, held, short)
        lots = [lot for lot in held.lots if lot.quantity < ZERO and lot.cost is None]
        owed = -sum((lot.quantity for lot in lots), ZERO)
        asset = book.catalog.assets[held.holding.asset_id]
        if owed and not asset.is_currency and held.balance >= ZERO:
            yield Finding(
                "uncovered",
                book.catalog.describe(held.holding),
                f"{to_text(owed)} {asset.key} went out that never came in",
                "folio add-tx opening …, for what was held before the ledger starts, "
                f"or folio amend {lots[0].opened_by} --lot short, if it was sold short",
            )


def _ending_nothing(book: Book, held: Held, short: set[tuple[int, int]]) -> Iterator[Finding]:
    """What was bought to end a short sale that is not in the ledger: it is not held."""
    asset = book.catalog.assets[held.holding.asset_id]
    account = book.catalog.accounts[held.holding.account_id]
    for lot in held.lots:
        if lot.quantity > ZERO and (lot.opened_by, held.holding.id) in short:
            units = f"{to_text(lot.quantity)} {asset.key}"
            yield Finding(
                "no short sale",
                book.catalog.describe(held.holding),
                f"{units} came in to end a short sale that is not recorded",
                f"folio add-tx sell {to_text(lot.quantity)} {shell_word(asset.key)} --lot short "
                f"--price PRICE --account {shell_word(account.key)} --on DAY",
            )


def covered_late(book: Book, query: Query) -> Iterator[Finding]:
    """Sales of units that came only later: nothing is owed any more, but what they gained stays
    unknown, for what came later is not what was sold."""
    chosen = query.holdings(book)
    if book.known_at is None:
        known = book.positions
        chosen = [h for h in chosen if h.id in known and known[h.id].basis == PARTIAL]
    sold: dict[tuple[int, int], Slice] = {}
    days, base = (dt.date.min, query.as_of), book.base.id
    for part in disposals(book, chosen, *days, currency=base, uncovered=True):
        if part.quantity > ZERO:
            sold[part.holding_id, part.transaction_id] = part
    held = snapshot(book, query.as_of, chosen) if sold else []  # a transfer is owed where it left
    owed = {lot.opened_by for one in held for lot in one.lots if lot.quantity < ZERO}
    for (holding, number), part in sold.items():
        if number in owed:
            continue
        asset = book.catalog.assets[book.catalog.holdings[holding].asset_id]
        yield Finding(
            "covered late",
            book.catalog.describe(book.catalog.holdings[holding]),
            f"{to_text(part.quantity)} {asset.key} went on {part.disposed_on} before they came in "
            f"(transaction {number}): what they gained is not known",
            f"folio amend {number} --on …, if its day is wrong, or that of what came in; "
            f"folio amend {number} --lot short, if they were sold short",
        )
