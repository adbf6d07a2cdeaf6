"""What the fold of a book did, day by day, for its journal.

Every family of assets is folded at once, so memory holds what one day did, however many there are.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from heapq import merge
from itertools import groupby, takewhile
from operator import attrgetter
from typing import NamedTuple

from folio.book import Book
from folio.book.lot_changes import LotChanges
from folio.db.statements.observations import Observation
from folio.db.transactions.links import newest_facts
from folio.engine import money
from folio.model.journal import Change, Seen
from folio.model.ledger import Event
from folio.model.numbers import ZERO


class Raw:
    """An entry in the making."""

    def __init__(self) -> None:
        self.place: tuple[bool, tuple[object, ...]] | None = None
        self.numbers: list[int] = []
        self.changes: list[Change] = []

    def take(self, event: Event, changes: Iterable[Change], *, in_lots: bool) -> None:
        place = (not in_lots, event.key)
        self.place = place if self.place is None else min(self.place, place)
        if event.transaction_id not in self.numbers:
            self.numbers.append(event.transaction_id)
        self.changes += changes


class Day(NamedTuple):
    """What the fold did on a day: entries in the making, by transaction or minus a gap."""

    day: str
    raw: dict[int, Raw]

    @property
    def numbers(self) -> set[int]:
        """The transactions that they are of."""
        named = (n for number, raw in self.raw.items() for n in (number, *raw.numbers))
        return {number for number in named if number > 0}


class _Did(NamedTuple):
    """What an event did."""

    day: str
    event: Event
    balance: Decimal  # of its holding, after it
    changes: list[Change]


_of_day = attrgetter("day")


class JournalDays:
    """Folds all that happened until a day (inclusive, as text)."""

    def __init__(self, book: Book, until: str, wanted: Collection[int]) -> None:
        self.book = book
        self.until = until
        self.lots = LotChanges(lambda n: book.catalog.assets[book.catalog.holdings[n].asset_id])
        self._balances = _Balances(book, until, wanted)
        self._folded = bytearray(newest_facts(book.db)[1] or 0)  # 1: so was this transaction

    def not_folded(self) -> Iterator[int]:
        """After the days: the transactions that did nothing, or do not count."""
        return (number for number, folded in enumerate(self._folded, 1) if not folded)

    def seen(self) -> list[Seen]:
        """After the days: what was observed of the holdings that are wanted, by day."""
        return sorted(self._balances.seen(), key=lambda one: (one.day, one.place))

    def _families(self) -> Iterator[int]:
        """One asset of each family that holds something."""
        done: set[int] = set()
        for asset in self.book.assets_held():
            if asset not in done:
                done |= self.book.family(asset)
                yield asset

    def _fold(self, asset: int) -> Iterator[_Did]:
        holdings = self.book.family_of(asset)
        events = takewhile(lambda e: e.key[0] <= self.until, self.book.reader.walk(holdings))
        if self.book.keeps_sums(holdings):
            for event, state, _ in money.walk(events, {}, self.book.catalog.assets[asset]):
                change = Change(event.holding_id, event.quantity)
                changes = [change] if event.quantity else []
                yield _Did(event.key[0], event, state.quantity, changes)
            return
        for event, state, _ in self.book.fold(events):
            anew = event.ratio is not None
            changes = list(self.lots.compared(event.holding_id, state, anew=anew))
            yield _Did(event.key[0], event, state.quantity, changes)

    def days(self) -> Iterator[Day]:
        """What every family did, day by day; of each day one family after another."""
        families = [self._fold(asset) for asset in self._families()]
        for day, did in groupby(merge(*families, key=_of_day), key=_of_day):
            raw: dict[int, Raw] = {}
            for _, event, balance, changes in did:
                self._balances.take(event, balance)
                number = event.transaction_id
                if number > 0:
                    self._folded[number - 1] = 1
                if event.kind == "transfer" and event.transit is not None:
                    number = event.transit
                in_lots = any(c.lot is not None for c in changes)
                raw.setdefault(number, Raw()).take(event, changes, in_lots=in_lots)
            yield Day(day, raw)


class _Balances:
    """Each observation beside the ledger's balance on that day's end."""

    def __init__(self, book: Book, until: str, wanted: Collection[int]) -> None:
        self._left: dict[int, deque[Observation]] = {}  # by holding and day: not met yet
        for number in book.catalog.holdings:
            if number in wanted:
                seen = (one for one in book.observations(number) if one.day.isoformat() <= until)
                self._left[number] = deque(seen)
        self._now: dict[int, Decimal] = {}  # by holding
        self._seen: list[Seen] = []

    def take(self, event: Event, balance: Decimal) -> None:
        """An event left that much; a holding's come in their order."""
        holding = event.holding_id
        left = self._left.get(holding)
        if left:
            while left and left[0].day.isoformat() < event.key[0]:
                self._meet(holding, left.popleft())
            self._now[holding] = balance

    def _meet(self, holding: int, one: Observation) -> None:
        ledger = self._now.get(holding, ZERO)
        self._seen.append(Seen(holding, one.day, one.balance, ledger, one.source))

    def seen(self) -> list[Seen]:
        """All of them; those that are left come after the last event."""
        for holding, left in self._left.items():
            while left:
                self._meet(holding, left.popleft())
        return self._seen
