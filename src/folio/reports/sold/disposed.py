"""Disposals in a report's currency: what each slice of a lot fetched, cost and gained."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from folio.book import Book
from folio.engine.grades import Judged, of_slice
from folio.engine.valuation import Teller
from folio.model.ledger import Slice
from folio.model.numbers import ZERO
from folio.model.table import Cell, Column, optional_amount

EFFECTS = (
    Column("price_effect", "By price", "gain"),
    Column("currency_effect", "By currency", "gain"),
)
TERMS = SHORT, LONG, CASH, UNCOVERED = "short", "long", "cash", "uncovered"


_day = lru_cache(10_000)(dt.date.fromisoformat)  # many lots were acquired on each


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
    """A slice in the teller's currency; its effects where they are asked for.

    What ends a short sale was fetched before and is paid now: the slice owes what it fetched.
    """
    asset = book.catalog.assets[book.catalog.holdings[part.holding_id].asset_id]
    leaves = teller.leaves(part)
    days = _days_held(part)
    proceeds, cost = leaves.proceeds, leaves.cost
    if ends_short(part, is_money=asset.is_currency):
        proceeds, cost = _negative(cost), _negative(proceeds)
    return Disposal(
        part,
        proceeds,
        cost,
        leaves.gain,
        teller.effects(part, leaves, is_money=asset.is_currency) if effects else (None, None),
        days,
        CASH if asset.is_currency else _term(book, part, days),
        of_slice(part, leaves.gain, leaves.rates),
    )


def ends_short(part: Slice, *, is_money: bool) -> bool:
    """Whether units were given back that were sold short; money is a debt."""
    return part.quantity < ZERO and not is_money


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def held_since(part: Slice) -> dt.date | None:
    """The day from which its units were held: at average cost the earliest, as FIFO would."""
    since = part.held_since or part.acquired_on
    return None if part.place == 0 or since is None else _day(since)


def lot_of(part: Slice) -> int | None:
    """The transaction that opened the lot; none did where an answer said that units grew."""
    known = part.place and part.opened_by is not None and part.opened_by > 0
    return part.opened_by if known else None


def _days_held(part: Slice) -> int | None:
    since = held_since(part)
    return None if since is None else (_day(part.disposed_on) - since).days


def _term(book: Book, part: Slice, days: int | None) -> str | None:
    return UNCOVERED if part.place == 0 or days is None else term_of(book, days)


def term_of(book: Book, days_held: int) -> str:
    """Long term where held for more than the setting's days, such as over a year."""
    return LONG if days_held > int(book.catalog.settings.book("long_term_days")) else SHORT


class Sum:
    """Disposals added up as they come, each figure over those that have it."""

    def __init__(self) -> None:
        self.disposals = 0
        self.units = ZERO
        self.last: Disposal | None = None
        self._known: dict[str, Decimal] = {}
        self._judged: dict[Judged, tuple[int, int]] = {}  # how many, and the place of the first
        self.moved = False  # whether one of them gained or lost, or nobody knows

    def add(self, one: Disposal, place: int) -> None:
        """Add the disposal that stands in this place among all."""
        self.disposals += 1
        self.units += one.part.quantity
        self.last = one
        self.moved = self.moved or one.gain != ZERO
        times, first = self._judged.get(one.judged, (0, place))
        self._judged[one.judged] = times + 1, first
        self._count("proceeds", one.proceeds)
        self._count("cost", one.cost)
        self._count("gain", one.gain)
        if one.term == UNCOVERED:
            self._count("uncovered_proceeds", one.proceeds)
        else:
            self._count(f"{one.term}_gain", one.gain)
        self._count("price_effect", one.effects[0])
        self._count("currency_effect", one.effects[1])

    def _count(self, figure: str, value: Decimal | None) -> None:
        if value is not None:
            self._known[figure] = self._known.get(figure, ZERO) + value

    def join(self, other: "Sum") -> None:
        """Add what another sum has."""
        self.disposals += other.disposals
        self.units += other.units
        self.last = self.last or other.last
        self.moved = self.moved or other.moved
        for figure, value in other._known.items():
            self._count(figure, value)
        for judged, (times, place) in other._judged.items():
            own, first = self._judged.get(judged, (0, place))
            self._judged[judged] = own + times, min(first, place)

    @property
    def judged(self) -> Counter[Judged]:
        """How they are judged, in the order in which that was first so."""
        places = sorted(self._judged.items(), key=lambda one: one[1][1])
        return Counter({judged: times for judged, (times, _) in places})

    def cells(self, places: int, *, effects: bool = False) -> dict[str, Cell]:
        """The sums in ``places``; None where no disposal has the figure.

        ``gain`` is ``short_gain`` + ``long_gain`` + ``cash_gain``, exactly.
        """
        keys = _FIGURES + (tuple(column.key for column in EFFECTS) if effects else ())
        known = {key: self._known.get(key) for key in keys}
        return {k: optional_amount(value, places) for k, value in known.items()}


_FIGURES = (
    *("proceeds", "cost", "gain"),
    *(f"{term}_gain" for term in (SHORT, LONG, CASH)),
    "uncovered_proceeds",
)


def sums(parts: Iterable[Disposal], places: int) -> dict[str, Cell]:
    """The sums of disposals that are held."""
    whole = Sum()
    for place, one in enumerate(parts):
        whole.add(one, place)
    return whole.cells(places)
