"""Disposals in a report's currency: what each slice of a lot fetched, cost and gained."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.engine.grades import Judged, of_slice
from folio.engine.valuation import Teller
from folio.model.ledger import Slice
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column

EFFECTS = (
    Column("price_effect", "By price", "gain"),
    Column("currency_effect", "By currency", "gain"),
)
TERMS = SHORT, LONG, CASH, UNCOVERED = "short", "long", "cash", "uncovered"


class Disposal(NamedTuple):
    """One slice of a lot that went away, or several of them together."""

    part: Slice
    proceeds: Decimal | None
    cost: Decimal | None
    gain: Decimal | None
    effects: tuple[Decimal | None, Decimal | None]  # of the price, of the currency
    days_held: int | None
    term: str | None  # SHORT, LONG, CASH or UNCOVERED
    judged: Judged


def disposal(book: Book, teller: Teller, part: Slice, *, effects: bool = False) -> Disposal:
    """A slice in the teller's currency; its effects where they are asked for."""
    asset = book.catalog.assets[book.catalog.holdings[part.holding_id].asset_id]
    leaves = teller.leaves(part)
    days = _days_held(part)
    return Disposal(
        part,
        leaves.proceeds,
        leaves.cost,
        leaves.gain,
        teller.effects(part, leaves, is_money=asset.is_currency) if effects else (None, None),
        days,
        CASH if asset.is_currency else _term(book, part, days),
        of_slice(part, leaves.gain, leaves.rates),
    )


def held_since(part: Slice) -> dt.date | None:
    """The day from which its units were held: at average cost the earliest, as FIFO would."""
    since = part.held_since or part.acquired_on
    return None if part.place == 0 or since is None else dt.date.fromisoformat(since)


def lot_of(part: Slice) -> int | None:
    """The transaction that opened the lot; none did where an answer said that units grew."""
    known = part.place and part.opened_by is not None and part.opened_by > 0
    return part.opened_by if known else None


def _days_held(part: Slice) -> int | None:
    since = held_since(part)
    return None if since is None else (dt.date.fromisoformat(part.disposed_on) - since).days


def _term(book: Book, part: Slice, days: int | None) -> str | None:
    return UNCOVERED if part.place == 0 or days is None else term_of(book, days)


def term_of(book: Book, days_held: int) -> str:
    """Long term where held for more than the setting's days, such as over a year."""
    return LONG if days_held > int(book.catalog.settings.book("long_term_days")) else SHORT


def sums(parts: Iterable[Disposal], places: int, *, effects: bool = False) -> dict[str, Cell]:
    """The sums of disposals, each figure over those that have it; None where none has.

    ``gain`` is ``short_gain`` + ``long_gain`` + ``cash_gain``, exactly.
    """
    found = list(parts)

    def add(values: Iterable[Decimal | None]) -> Amount | None:
        known = [value for value in values if value is not None]
        return Amount(sum(known, ZERO), places) if known else None

    cells: dict[str, Cell] = {
        "proceeds": add(one.proceeds for one in found),
        "cost": add(one.cost for one in found),
        "gain": add(one.gain for one in found),
    }
    for term in (SHORT, LONG, CASH):
        cells[f"{term}_gain"] = add(one.gain for one in found if one.term == term)
    cells["uncovered_proceeds"] = add(one.proceeds for one in found if one.term == UNCOVERED)
    if effects:
        cells["price_effect"] = add(one.effects[0] for one in found)
        cells["currency_effect"] = add(one.effects[1] for one in found)
    return cells
