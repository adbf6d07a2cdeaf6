"""What the facts of one command touch: holdings, assets and prices, each from a day on."""

import datetime as dt
import sqlite3
from collections.abc import Iterable

from folio.db.derived.rollup import mark_dirty
from folio.db.transactions.postings import NewPosting
from folio.model.rollups import Days

_FEW = 64  # transactions


class Touched:
    """What a command changed, and from which day on."""

    def __init__(self) -> None:
        self.first_transaction = 2**62  # of this command
        self.last_transaction = 0
        self.holdings: dict[int, dt.date] = {}
        self.observing: set[int] = set()  # holdings with a new observation
        self.replays: set[int] = set()  # holdings whose past changed …
        self.again: set[int] = set()  # … by what the command's transactions took back or renewed
        self.assets: dict[int, dt.date] = {}  # splits
        self.prices: dict[tuple[int, int], Days] = {}
        self.everything = False  # a setting on which every figure may rest …
        self.since = dt.date.min  # … from this day on
        self.about: set[int] = set()  # the assets that it concerns; empty: all
        self.beside: dt.date | None = None  # the first day on which something is told otherwise
        self.lots_alone: set[int] = set()  # holdings whose balances stay as they are
        self.marks: dict[int, dt.date] = {}  # from which day on which holding's figures change

    @property
    def nothing(self) -> bool:
        return not (self.holdings or self.assets or self.prices or self.everything)

    @property
    def only_lots(self) -> bool:
        """Whether nothing changed but which lots are chosen."""
        others = self.assets or self.prices or self.everything
        return not others and self.holdings.keys() == self.lots_alone

    @property
    def many(self) -> bool:
        """Whether so much changed that whole price histories are worth reading."""
        return len(self.holdings) + len(self.assets) > 20 or bool(self.replays | self.again)

    @property
    def first(self) -> dt.date:
        """The earliest day that anything touches."""
        prices = (first for first, _ in self.prices.values())
        return min([*self.holdings.values(), *self.assets.values(), *prices])

    @property
    def few(self) -> bool:
        """Whether the command's transactions are better looked up than its holdings' days."""
        return 0 < self.transactions <= _FEW

    @property
    def transactions(self) -> int:
        """How many the command recorded; not above 0 where it recorded none."""
        return self.last_transaction - self.first_transaction + 1

    def transaction(self, number: int, day: dt.date, postings: Iterable[NewPosting]) -> None:
        if number < self.first_transaction:
            self.first_transaction = number
        if number > self.last_transaction:
            self.last_transaction = number
        known = self.holdings
        for posting in postings:
            holding = posting[0]
            if self.lots_alone:
                self.lots_alone.discard(holding)
            if day < known.setdefault(holding, day):
                known[holding] = day

    def holding(self, number: int, day: dt.date, *, replay: bool = False) -> None:
        if self.lots_alone:
            self.lots_alone.discard(number)
        if day < self.holdings.setdefault(number, day):
            self.holdings[number] = day
        if replay:
            self.replays.add(number)

    def observation(self, number: int, day: dt.date) -> None:
        """A balance bends the past back to the observation before it, or to the start."""
        self.observing.add(number)
        self.holding(number, day)

    def grown(self, number: int, day: dt.date) -> None:
        """Units that came of themselves by ``day``: what was observed is in the lots now."""
        self.observation(number, day)
        self.replays.add(number)

    def asset(self, number: int, day: dt.date) -> None:
        self.assets[number] = min(day, self.assets.get(number, day))

    def price(self, asset: int, quote: int, days: Days) -> None:
        first, last = self.prices.get((asset, quote), days)
        self.prices[(asset, quote)] = min(first, days[0]), max(last, days[1])

    def lots(self, number: int, day: dt.date) -> None:
        """Lots are chosen otherwise from ``day`` on; balances are what they were."""
        if number not in self.holdings:
            self.lots_alone.add(number)
        self.holdings[number] = min(day, self.holdings.get(number, day))
        self.replays.add(number)

    def told(self, day: dt.date) -> None:
        """What no holding's row stores is another figure from ``day`` on.

        That is how a vault is filled, what interest has accrued, which gains are long term, and
        which holdings are in a sum.
        """
        self.beside = min(day, self.beside or day)

    def guard(self, holding: int, day: dt.date) -> None:
        """Say that figures of a holding, in whatever currency, change from a day on."""
        self.marks[holding] = min(day, self.marks.get(holding, day))

    def mark(self, db: sqlite3.Connection, marks: list[tuple[int, Days]]) -> None:
        """Say on which days what the rollup has of which holding changes."""
        for holding, (first, _) in marks:
            self.guard(holding, first)
        mark_dirty(db, marks)
