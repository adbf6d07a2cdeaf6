"""The entries of a journal, kept in a file without a name, which goes with the command.

What stands at the head of a journal only its last entry tells; so each is made once and read
again, and memory holds those of some days, however many there are.
"""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from heapq import merge
from operator import attrgetter
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

from folio.book.lot_changes import Order
from folio.db.values import optional_decimal
from folio.model.journal import Change, Counter, Entry


class KeptEntries:
    """Entries in the order in which they were added, to be read as often as wanted."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # open as long as this is there
        finalize(self, self._file.close)
        self._end = 0

    def add(self, entries: list[Entry]) -> None:
        """Keep entries behind those that are there."""
        self._file.seek(self._end)
        self._file.write(json.dumps(entries, default=str).encode() + b"\n")
        self._end = self._file.tell()

    def __iter__(self) -> Iterator[Entry]:
        at = 0
        while at < self._end:
            self._file.seek(at)
            line = self._file.readline()
            at += len(line)
            yield from map(_entry, json.loads(line))


def _entry(row: list[Any]) -> Entry:
    """An entry, of the lists and texts that it was kept as."""
    (
        day, kind, numbers, note, number, source, changes, counters, related, ratio, worth, short,
        paid_by, costs,
    ) = row  # fmt: skip
    return Entry(
        day,
        kind,
        tuple(numbers),
        note,
        number,
        source,
        tuple(map(_change, changes)),
        tuple(Counter(name, Decimal(amount), asset) for name, amount, asset in counters),
        related,
        None if ratio is None else (ratio[0], ratio[1]),
        optional_decimal(worth),
        short,
        paid_by,
        tuple((role, Decimal(amount), asset) for role, amount, asset in costs),
    )


def _change(row: list[Any]) -> Change:
    place, units, cost, unit_cost, currency, acquired_on, lot, price, price_currency = row
    return Change(
        place,
        Decimal(units),
        optional_decimal(cost),
        optional_decimal(unit_cost),
        currency,
        acquired_on,
        lot,
        optional_decimal(price),
        price_currency,
    )


class InOrder:
    """Entries by day; of each day a few that moved nothing come first."""

    def __init__(self, idle: Sequence[Entry], kept: KeptEntries) -> None:
        self._idle, self._kept = idle, kept

    def __iter__(self) -> Iterator[Entry]:
        return merge(self._idle, self._kept, key=attrgetter("day"))


class Mentioned:
    """What entries mention, which is declared before them."""

    def __init__(self) -> None:
        self.assets: set[int] = set()
        self.counters: set[str] = set()
        self.first_days: dict[int, str] = {}  # of places
        self.order = Order()

    def take(self, entry: Entry) -> None:
        self.assets.update(_assets_of(entry))
        self.counters.update(counter.name for counter in entry.counters)
        for change in entry.changes:
            self.first_days.setdefault(change.place, entry.day)
        self.order.take(entry)


def _assets_of(entry: Entry) -> Iterator[int]:
    yield from (counter.asset for counter in entry.counters)
    for change in entry.changes:
        for asset in (change.currency, change.price_currency):
            if asset is not None:
                yield asset
    if entry.related is not None:
        yield entry.related
