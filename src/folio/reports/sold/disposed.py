"""Disposals in a report's currency: what each slice of a lot fetched, cost and gained."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from folio.book import Book
from folio.engine.grades import Judged, of_slice
from folio.engine.valuation import Teller
from folio.model.ledger import Slice
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO
from folio.model.table import Cell, Column, optional_amount

EFFECTS = (
    Column("price_effect", "By price", "gain"),
    Column("currency_effect", "By currency", "gain"),
)
TERMS = SHORT, LONG, CASH, UNCOVERED = "short", "long", "cash", "uncovered"


_day = lru_cache(10_000)(dt.date.fromisoformat)  # many lots were acquired on each


_NO_EFFECTS: tuple[Decimal | None, Decimal | None] = (None, None)


class Disposal(NamedTuple):
    """One slice of a lot that went away, or several of them together."""

    part: Slice
    proceeds: Decimal | None
    cost: Decimal | None
    gain: Decimal | None
    effects: tuple[Decimal | None, Decimal | None]  # of the price, of the currency
    days_held: int | None
    term: str  # SHORT, LONG, CASH or UNCOVERED
    judged: Judged


_DISPOSAL = from_tuple(Disposal)


class Disposing:
    """Tells slices in a teller's currency, one after another; effects where they are asked for."""

    def __init__(self, book: Book, teller: Teller, *, effects: bool = False) -> None:
        self._teller, self._effects = teller, effects
        self._long_after = long_after(book)
        catalog = book.catalog
        self._money = {
            number: catalog.assets[holding.asset_id].is_currency
            for number, holding in catalog.holdings.items()
        }

    def of(self, part: Slice) -> Disposal:
        """A slice as it is told.

        What ends a short sale was fetched before and is paid now: the slice owes what it fetched.
        """
        is_money = self._money[part.holding_id]
        leaves = self._teller.leaves(part)
        proceeds, cost, gain, rates = leaves
        if ends_short(part, is_money=is_money):
            proceeds, cost = _negative(cost), _negative(proceeds)
        days = _days_held(part)
        effects = _NO_EFFECTS
        if self._effects:
            effects = self._teller.effects(part, leaves, is_money=is_money)
        if is_money:
            term = CASH
        elif part.place == 0 or days is None:
            term = UNCOVERED
        else:
            term = LONG if days > self._long_after else SHORT
        judged = of_slice(part, gain, rates)
        return _DISPOSAL((part, proceeds, cost, gain, effects, days, term, judged))


def disposal(book: Book, teller: Teller, part: Slice) -> Disposal:
    """One slice in the teller's currency."""
    return Disposing(book, teller).of(part)


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


def term_of(book: Book, days_held: int) -> str:
    """Long term where held for more than the setting's days, such as over a year."""
    return LONG if days_held > long_after(book) else SHORT


def long_after(book: Book) -> int:
    """For how many days units are held in the short term."""
    return int(book.catalog.settings.book("long_term_days"))


class Sum:
    """Disposals added up as they come, each figure over those that have it."""

    def __init__(self) -> None:
        self.disposals = 0
        self.units = ZERO
        self.last: Disposal | None = None
        self.moved = False  # whether one of them gained or lost, or nobody knows
        # Of those whose gain is known, nearly all: proceeds, cost and gain, by term.
        self._gained: dict[str, list[Decimal]] = {}
        self._others: dict[str, Decimal] = {}  # figures of the rest, and effects
        self._judged: dict[Judged, list[int]] = {}  # how many, and the place of the first

    def add(self, one: Disposal, place: int) -> None:
        """Add the disposal that stands in this place among all."""
        part, proceeds, cost, gain, effects, _, term, judged = one
        self.disposals += 1
        self.units += part.quantity
        self.last = one
        known = self._judged.get(judged)
        if known is None:
            self._judged[judged] = [1, place]
        else:
            known[0] += 1
        if gain is None or proceeds is None or cost is None:
            self.moved = True
            self._count("proceeds", proceeds)
            self._count("cost", cost)
            if term == UNCOVERED:
                self._count("uncovered_proceeds", proceeds)
        else:
            self.moved = self.moved or bool(gain)
            self._gain(term, proceeds, cost, gain)
        if effects is not _NO_EFFECTS:
            self._count("price_effect", effects[0])
            self._count("currency_effect", effects[1])

    def _gain(self, term: str, proceeds: Decimal, cost: Decimal, gain: Decimal) -> None:
        gained = self._gained.get(term)
        if gained is None:
            self._gained[term] = [proceeds, cost, gain]
            return
        gained[0] += proceeds
        gained[1] += cost
        gained[2] += gain

    def _count(self, figure: str, value: Decimal | None) -> None:
        if value is not None:
            self._others[figure] = self._others.get(figure, ZERO) + value

    def join(self, other: "Sum") -> None:
        """Add what another sum has."""
        self.disposals += other.disposals
        self.units += other.units
        self.last = self.last or other.last
        self.moved = self.moved or other.moved
        for term, gained in other._gained.items():
            self._gain(term, *gained)
        for figure, value in other._others.items():
            self._count(figure, value)
        for judged, (times, place) in other._judged.items():
            own, first = self._judged.get(judged, (0, place))
            self._judged[judged] = [own + times, min(first, place)]

    @property
    def judged(self) -> Counter[Judged]:
        """How they are judged, in the order in which that was first so."""
        places = sorted(self._judged.items(), key=lambda one: one[1][1])
        return Counter({judged: times for judged, (times, _) in places})

    def cells(self, places: int, *, effects: bool = False) -> dict[str, Cell]:
        """The sums in ``places``; None where no disposal has the figure.

        ``gain`` is ``short_gain`` + ``long_gain`` + ``cash_gain``, exactly.
        """
        known = dict(self._others)
        for term, (proceeds, cost, gain) in self._gained.items():
            parts = {"proceeds": proceeds, "cost": cost, "gain": gain, f"{term}_gain": gain}
            known |= {figure: known.get(figure, ZERO) + value for figure, value in parts.items()}
        keys = _FIGURES + (tuple(column.key for column in EFFECTS) if effects else ())
        return {k: optional_amount(known.get(k), places) for k in keys}


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
