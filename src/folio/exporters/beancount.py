"""A beancount ledger (https://beancount.github.io/docs): lots at cost, named by their opening.

- Every holding is an account, open with ``STRICT`` booking: each reduction states the cost, the
  day and the label of the lot it takes, so that beancount's own booking arrives at folio's lots
  whatever the method was.  (``NONE`` where a day's entries have units go before they came.)
- Units that go pro rata may not end: a lot has as many digits as beancount adds up, and the
  metadata states all of them.
- A unit cost that does not end has 32 digits: beancount computes in 28, and gets the lot's cost.
- Units without a known cost are held without one; the day and the lot stand in the metadata.
- Money that costs itself is money.
- A balance is stated for the start of the day after the observation, without any tolerance.
  One that the entries do not lead to is a comment with the gap, and a ``custom`` directive: a
  check that fails for ever is no check, and padding would invent a transaction.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from folio.exporters.about import apart, of_asset, of_entry, of_place, padded
from folio.exporters.names import Names, legal_commodity, legal_component
from folio.model.journal import OBSERVED, Change, Entry, Journal, OfLot, Seen, steps
from folio.model.numbers import ZERO, to_text

DIGITS = 27  # of a cost that its units times their unit cost surely come to again
ADDED = 27  # of units, so that sums of them are exact
PLACES = 20  # of amounts that follow from others; beancount computes in 28 digits
# Kinds in which what comes has the cost of what goes, to each of its digits.
_HANDING_ON = frozenset({"merger", "symbol_change", "spin_off", "return_of_capital"})
TOLERANCE = "0.000000000001"  # in which entries balance


def write(journal: Journal) -> Iterator[str]:
    """The ledger, line by line."""
    return _Beancount(journal).lines()


class _Beancount:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.names = Names(journal, legal_component, legal_commodity)
        self.units = _Units(journal)

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._commodities()
        yield from self._accounts()
        for day, entry, seen in steps(self.journal):
            if entry is not None:
                yield from self._entry(entry)
            for one in seen:
                yield self._balance(day, one)
        for quote in self.journal.quotes:
            price = self._amount(quote.price, quote.quote)
            yield f"{quote.day} price {self.names.commodities[quote.asset]}  {price}\n"

    def _head(self) -> Iterator[str]:
        yield 'option "title" "folio"\n'
        yield f'option "operating_currency" "{self.names.commodities[self.journal.base.id]}"\n'
        for name in self.names.commodities.values():
            yield f'option "inferred_tolerance_default" "{name}:{TOLERANCE}"\n'
        yield "\n"

    @cached_property
    def _first_day(self) -> str:
        days = [place.first_day for place in self.journal.places.values()]
        days += [entry.day for entry in islice(self.journal.entries, 1)]
        days += [quote.day.isoformat() for quote in self.journal.quotes[:1]]
        return min(days, default="1970-01-01")

    def _commodities(self) -> Iterator[str]:
        for number, asset in self.journal.assets.items():
            yield f"{self._first_day} commodity {self.names.commodities[number]}\n"
            yield from _metadata("  ", of_asset(asset, "name"))
        yield "\n"

    def _accounts(self) -> Iterator[str]:
        for place in self.journal.places.values():
            booking = "NONE" if place.id in self.journal.unordered else "STRICT"
            commodity = self.names.commodities[place.asset.id]
            name = self.names.places[place.id]
            yield f'{place.first_day} open {name}  {commodity} "{booking}"\n'
            yield from _metadata("  ", of_place(place))
        for name in self.journal.counters:
            yield f"{self._first_day} open {name}\n"
        yield "\n"

    def _entry(self, entry: Entry) -> Iterator[str]:
        flag = "!" if entry.kind == "unknown" else "*"
        title = entry.note or entry.kind.replace("_", " ")
        yield f"{entry.day} {flag} {_string(title)}\n"
        numbers = {"kind": entry.kind, "number": " ".join(map(str, entry.numbers))}
        yield from _metadata("  ", numbers | of_entry(entry, self.names))
        for change in entry.changes:
            handed_on = change.units > 0 or entry.kind in _HANDING_ON
            yield from self._posting(change, with_cost=handed_on)
        for counter in entry.counters:
            amount = round(counter.amount, PLACES)
            yield f"  {counter.name}  {self._amount(amount, counter.asset)}\n"
        yield "\n"

    def _posting(self, change: Change, *, with_cost: bool) -> Iterator[str]:
        asset = self.journal.places[change.place].asset
        units = self.units.added(change)
        line = f"  {self.names.places[change.place]}  {self._amount(units, asset.id)}"
        if change.unit_cost is not None and change.currency is not None:
            cost = self._amount(change.unit_cost, change.currency)
            line += f' {{{cost}, {change.acquired_on}, "{change.lot}"}}'
            if change.price is not None and change.price_currency == change.currency:
                line += f" @ {self._amount(change.price, change.currency)}"
        yield f"{line}\n"
        if units != change.units:
            yield f'    units: "{to_text(change.units)}"\n'
        if change.price is not None and change.price_currency not in (None, change.currency):
            yield f"    price: {self._amount(change.price, change.price_currency or 0)}\n"
        if with_cost and change.cost is not None and _digits(change.cost) > DIGITS:
            yield f'    cost: "{to_text(abs(change.cost))}"\n'
        if change.unit_cost is None and change.lot is not None:
            yield f"    acquired: {change.acquired_on}\n"
            yield f'    lot: "{change.lot}"\n'

    def _balance(self, day: str, seen: Seen) -> str:
        place = self.journal.places[seen.place]
        name, commodity = self.names.places[place.id], self.names.commodities[place.asset.id]
        if seen.balance != seen.ledger:
            balance = f"{to_text(seen.balance)} {commodity}"
            said = f'{seen.day} custom "{OBSERVED}" {name}  {balance}\n  source: "{seen.source}"\n'
            return f"; {apart(seen, name, commodity)}\n{said}\n"
        start = dt.date.fromisoformat(day) + dt.timedelta(days=1)
        text, within = to_text(seen.balance), self.units.tolerance(seen.place)
        return (
            f'{start} balance {name}  {text} ~ {within} {commodity}\n  source: "{seen.source}"\n\n'
        )

    def _amount(self, number: Decimal, asset: int) -> str:
        places = self.journal.assets[asset].precision if asset in self.journal.assets else 0
        money = asset in self.journal.assets and self.journal.assets[asset].is_currency
        return f"{padded(number, places if money else 0)} {self.names.commodities[asset]}"


class _Most(NamedTuple):
    """Of a lot so far: its units, the most of them, and the most decimal places."""

    units: Decimal = ZERO
    most: Decimal = ZERO
    places: int = 0

    def with_(self, units: Decimal) -> "_Most":
        now = self.units + units
        return _Most(now, max(self.most, abs(now), abs(units)), max(self.places, _places_of(now)))


def _places_of(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


class _Units:
    """What comes to a lot and goes, so that beancount's own sums are of the lot as it is."""

    def __init__(self, journal: Journal) -> None:
        self._places: dict[OfLot, int] = {}  # of lots that have more than beancount adds up
        self._held: dict[OfLot, tuple[Decimal, Decimal]] = {}  # exactly, and as it is shown
        held: dict[OfLot, _Most] = {}
        for change in (one for entry in journal.entries for one in entry.changes):
            lot = change.of_lot
            now = held[lot] = held.get(lot, _Most()).with_(change.units)
            if not now.units and change.lot is not None:
                self._keep(lot, held.pop(lot))
        for lot, now in held.items():
            self._keep(lot, now)
        self._rounded: dict[int, int] = {}  # decimal places, of holdings with other units

    def _keep(self, lot: OfLot, most: "_Most") -> None:
        """How many decimal places a lot may have, where it has more."""
        places = ADDED - max(most.most.adjusted() + 1, 1)
        if most.places > places:
            self._places[lot] = min(places, self._places.get(lot, places))

    def added(self, change: Change) -> Decimal:
        """The units of the next change."""
        lot = change.of_lot
        exact, shown = self._held.get(lot, (ZERO, ZERO))
        exact, places = exact + change.units, self._places.get(lot)
        now = exact if places is None or _places_of(exact) <= places else round(exact, places)
        if places is not None and now != exact:
            self._rounded[change.place] = min(places, self._rounded.get(change.place, places))
        self._held[lot] = exact, now
        if not exact:
            del self._held[lot]
        return now - shown

    def tolerance(self, place: int) -> str:
        """In which a balance agrees."""
        places = self._rounded.get(place)
        return "0" if places is None else to_text(Decimal(1).scaleb(3 - places))


def _digits(number: Decimal) -> int:
    return len(number.as_tuple().digits)


def _metadata(indent: str, about: dict[str, str]) -> Iterator[str]:
    for key, value in about.items():
        if value:
            yield f"{indent}{key}: {_string(value)}\n"


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _string(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    kept = (_ESCAPES.get(c, c) for c in text if c.isprintable() or c in _ESCAPES)
    return f'"{"".join(kept)}"'
