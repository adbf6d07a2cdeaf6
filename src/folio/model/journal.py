"""A book as double-entry journals know it: entries that change units of lots.

Whatever a transaction is called, what it did to lots is stated: so many units of this lot, of
this cost and day, came or went.  A program that books an entry as it stands reaches folio's lots
by every method, with splits, mergers and average costs too.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from folio.model.accounts import Account
from folio.model.assets import Asset

OBSERVED = "observed-balance"  # one that entries do not lead to, where a program would fail on it


class Place(NamedTuple):
    """A holding: an account of its own in the journal."""

    id: int
    account: Account
    asset: Asset
    label: str
    institution_type: str
    tracks_cash: bool
    first_day: str  # of its entries and observations


OfLot = tuple[int, Decimal | None, int | None, str | None, str | None]


class Change(NamedTuple):
    """Units of one lot that came into a holding or went out of it."""

    place: int
    units: Decimal  # signed
    cost: Decimal | None = None  # of these units, with their sign; None: unknown, or own money
    unit_cost: Decimal | None = None  # the lot's own, the same as long as the lot is there
    currency: int | None = None  # of the cost: an asset
    acquired_on: str | None = None  # None: own money
    lot: str | None = None  # what opened it: ``t12`` a transaction, ``g7`` an answered gap
    price: Decimal | None = None  # at which it was traded, as quoted
    price_currency: int | None = None

    @property
    def of_lot(self) -> OfLot:
        """Which lot the units are of, for a program that matches lots by what they state: place,
        cost of a unit, currency, day and what opened it."""
        return self.place, self.unit_cost, self.currency, self.acquired_on, self.lot


class Counter(NamedTuple):
    """The other side, outside the book."""

    name: str  # such as Income:Dividends
    amount: Decimal  # signed: income is negative
    asset: int


class Entry(NamedTuple):
    """One event."""

    day: str
    kind: str
    numbers: tuple[int, ...]  # of its transactions; a departure and its arrivals are one entry
    note: str
    external_id: str
    source: str
    changes: tuple[Change, ...]
    counters: tuple[Counter, ...]
    related: int | None = None  # the payer, an asset
    ratio: tuple[int, int] | None = None  # of a split
    worth: Decimal | None = None  # of a swap whose fees are in other money than its cost, in that
    short: bool = False  # it sells short, or only gives back, and its lots do not say so
    paid_by: int | None = None  # the payer's place, where another account was paid
    # Of a purchase or a sale, from its money, and of a swap: fee or tax, how much, and in what.
    costs: tuple[tuple[str, Decimal, int], ...] = ()


class Seen(NamedTuple):
    """A balance that was observed, beside the ledger's on that day's end."""

    place: int
    day: dt.date
    balance: Decimal
    ledger: Decimal
    source: str


class Quote(NamedTuple):
    """What one unit of an asset was worth on a day."""

    day: dt.date
    asset: int
    price: Decimal
    quote: int


class Journal(NamedTuple):
    """All that a journal is made of; entries and prices by day."""

    base: Asset
    assets: dict[int, Asset]  # that are mentioned
    places: dict[int, Place]
    entries: Iterable[Entry]  # may be read as often as wanted, and be too many to be held
    counters: Sequence[str]  # the names of the other sides
    seen: Sequence[Seen]  # by day
    quotes: Sequence[Quote]
    unordered: frozenset[int]  # places in which a day's entries take units before they came


Writer = Callable[[Journal], Iterable[str]]


def steps(journal: Journal) -> Iterator[tuple[str, Entry | None, list[Seen]]]:
    """The entries by day, and at the end of each day what was observed then."""
    by_day = groupby(journal.seen, key=lambda one: one.day.isoformat())
    seen = [(day, list(some)) for day, some in by_day][::-1]
    for day, entries in groupby(journal.entries, key=attrgetter("day")):
        while seen and seen[-1][0] < day:
            before, some = seen.pop()
            yield before, None, some
        for entry in entries:
            yield day, entry, []
        yield day, None, seen.pop()[1] if seen and seen[-1][0] == day else []
    for day, some in reversed(seen):
        yield day, None, some
