"""Bringing derived tables up to date with the facts of one command.

A new event that comes after everything its holding has seen is folded onto the stored
state.  Anything else (a back-dated row, a reversal, a split, a price on which some lot's
cost rests) folds the asset's holdings again, from the last evening that is kept before it.
Both run the same fold.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import chain
from operator import attrgetter

from folio.book import Book, Folding
from folio.db.derived import (
    Disposals,
    Position,
    forget_disposals,
    read_positions,
    read_states,
    write_state,
)
from folio.db.evenings import read_evening
from folio.db.events import events_between, stream_events
from folio.db.rollup import mark_dirty
from folio.engine import money
from folio.model.gaps import Observed
from folio.model.ledger import EVER, Event, State, Step
from folio.model.prices import FOREVER
from folio.model.rollups import Days
from folio.operations.changed_days import changes_from
from folio.operations.changed_prices import mark_prices, price_trades
from folio.operations.derive_prices import assets_held, derive_every_price
from folio.operations.evenings import Evenings

# Folds all events of a family's holdings onto states.
FamilyFold = Callable[[set[int], dict[int, State], Folding], Iterator[Step]]


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

    def transaction(self, number: int) -> None:
        if number < self.first_transaction:
            self.first_transaction = number
        if number > self.last_transaction:
            self.last_transaction = number

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

        That is how a vault is filled, what interest has accrued, which gains are long term.
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


def derive(book: Book, touched: Touched) -> None:
    """Bring positions, lots, disposals, trade prices and dirty marks up to date."""
    if touched.everything:
        everyone = (*book.catalog.holdings, *book.catalog.holdings.merged)
        derive_every_price(book)
        derive_everything(book)
        touched.mark(book.db, [(h, (touched.since, FOREVER)) for h in everyone])
        return
    _read_through(book, touched)
    assets: dict[int, set[int]] = {}
    for holding in touched.holdings:
        assets.setdefault(book.catalog.holdings[holding].asset_id, set()).add(holding)
    for asset, holdings in assets.items():
        if not book.catalog.assets[asset].is_currency:
            price_trades(book, asset, holdings, touched)
    for asset in touched.assets:
        if book.prices.restated(asset):
            touched.assets[asset] = dt.date.min
    resting = _resting_on_prices(book, touched)
    again = {*touched.assets, *resting}
    families = {book.reader.family(asset) for asset in {*assets, *again}}
    for family in sorted(families, key=min):
        holdings = {h for asset in family for h in assets.get(asset, ())}
        changed = None if again & family else _bring_on(book, family, holdings, touched)
        days = [touched.holdings[h] for h in holdings]
        days += [touched.assets[asset] for asset in family if asset in touched.assets]
        days += [touched.first] if resting & family else []
        if changed is None:
            # Of plain money none are stored: once it is not plain any more, all of them are new.
            since = dt.date.min if book.is_money(family) else min(days)
            changed = _fold_again(book, family, since=since)
        first = {h: changes_from(book, h, days, touched) for h in changed}
        touched.mark(book.db, [(h, (day, FOREVER)) for h, day in first.items()])
    mark_prices(book, touched)


def _read_through(book: Book, touched: Touched) -> None:
    """What happened to a merged asset or holding happened to the one that it is read as."""
    canonical = book.catalog.aliases.canonical
    for number in [h for h in touched.holdings if h in book.catalog.holdings.merged]:
        touched.holding(book.catalog.holdings[number].id, touched.holdings.pop(number), replay=True)
    for asset in [a for a in touched.assets if canonical(a) != a]:
        touched.asset(canonical(asset), touched.assets.pop(asset))
    for pair in [p for p in touched.prices if (canonical(p[0]), canonical(p[1])) != p]:
        touched.price(canonical(pair[0]), canonical(pair[1]), touched.prices.pop(pair))


def _resting_on_prices(book: Book, touched: Touched) -> set[int]:
    """The assets with lots whose cost or choice may rest on a price that changed."""
    assets, holdings = book.catalog.assets, book.catalog.holdings
    days = [
        day
        for holding, day in touched.holdings.items()
        if not assets[holdings[holding].asset_id].is_currency  # its trades are prices
    ]
    days += [*(first for first, _ in touched.prices.values()), *touched.assets.values()]
    if not days:
        return set()
    return {
        holdings[p.holding_id].asset_id
        for p in read_positions(book.db).values()
        if p.consults_prices and p.last_day is not None and p.last_day >= min(days)
    }


def _bring_on(
    book: Book, family: frozenset[int], holdings: set[int], touched: Touched
) -> set[int] | None:
    """Take the command's events into what is stored; None where all must be folded again.

    Returns the holdings whose rollup changes.
    """
    if book.has_plain_money(family):
        return _count(book, holdings, touched)
    fresh = _later_events(book, holdings, touched)
    if fresh is None:
        return None
    evenings, first = Evenings(book, family), dt.date.fromisoformat(fresh[0])
    if not evenings.are_behind(first, touched.transactions * len(holdings)):
        return None
    return _fold_on(book, holdings, *fresh, touched, evenings)


def _count(book: Book, holdings: set[int], touched: Touched) -> set[int] | None:
    """Count events of plain money, wherever they fall; None where it is not plain any more."""
    states = read_states(book.db, list(holdings))
    for holding in holdings:
        if _take_back(book, holding, states, touched):
            events = _new_events(book, holding, touched)
        else:
            states[holding] = State()
            events = book.reader.walk([holding])
        for event, _, _ in money.walk(events, states, book.base):
            if not money.is_plain(event):
                return None
    for holding in holdings:
        write_state(book.db, holding, states.get(holding, State()), book.observed(holding))
    return set(holdings)


def _take_back(book: Book, holding: int, states: dict[int, State], touched: Touched) -> bool:
    """Take out of plain money what the command took back; False where all must be counted."""
    if holding in touched.replays or (holding in touched.again and not touched.few):
        return False
    if holding not in touched.again:
        return True
    from folio.book.plain_money import taken_back

    gone = taken_back(book, holding, touched.first_transaction, touched.last_transaction)
    return gone is not None and all(
        money.uncount(event, states[holding], book.base.id) for event in gone
    )


def _new_events(book: Book, holding: int, touched: Touched) -> Iterator[Event]:
    """What the command's transactions did to a holding, in walk order."""
    first = touched.first_transaction
    if touched.few:
        return iter(events_between(book.db, holding, first, touched.last_transaction))
    since = touched.holdings[holding].isoformat()
    found = chain.from_iterable(stream_events(book.db, holding, since))
    return (event for event in found if event.transaction_id >= first)


def _later_events(
    book: Book, holdings: set[int], touched: Touched
) -> tuple[str, Iterator[Event]] | None:
    """The command's events in walk order, when all come after what was folded; else None.

    The day of the first one is with them.
    """
    positions = read_positions(book.db, holdings)
    streams: list[Iterator[Event]] = []
    days: list[str] = []
    for holding in holdings:
        grown = max((a.until for a in book.reader.grown.get(holding, ())), default=dt.date.min)
        past = touched.replays | touched.again
        if holding in past or touched.holdings[holding] <= grown:
            return None
        fresh = _new_events(book, holding, touched)
        first = next(fresh, None)
        last = positions[holding].last_key if holding in positions else None
        if first is None:
            continue
        if last is not None and first.key < last:
            return None
        streams.append(chain([first], fresh))
        days.append(first.key[0])
    day = min(days, default=EVER)
    if any(book.reader.last_action(book.catalog.holdings[h].asset_id) >= day for h in holdings):
        return None
    return day, merge(*streams, key=attrgetter("key"))


def _fold_on(
    book: Book,
    holdings: set[int],
    day: str,
    fresh: Iterator[Event],
    touched: Touched,
    evenings: Evenings,
) -> set[int]:
    """Fold new events onto the stored states; returns the holdings whose rollup changes."""
    positions = read_positions(book.db, holdings)
    if evenings.may_come(touched.transactions * len(holdings)):
        states = read_states(book.db, evenings.holdings)
        _keep_disposals(book, evenings.fold(fresh, states))
    else:
        states = read_states(book.db, list(holdings))
        _keep_disposals(book, book.fold(fresh, states))
    first = dt.date.fromisoformat(day)
    for holding in holdings:
        position = positions.get(holding)
        observed = _still_observed(position, first)
        if observed is None or holding in touched.observing:
            observed = book.observed(holding)
        write_state(book.db, holding, states.get(holding, State()), observed)
    return set(holdings)


def _still_observed(position: Position | None, first: dt.date) -> Observed | None:
    """What is stored of the observations, where events from ``first`` on leave it as it is."""
    if position is None or position.last_observation is None or position.last_observation >= first:
        return None
    return Observed(
        position.unexplained,
        position.observations,
        position.first_observation,
        position.last_observation,
        gaps=None,
    )


def _fold_again(book: Book, family: frozenset[int], *, since: dt.date) -> set[int]:
    """Fold the holdings of a family of assets again, and store what comes out.

    What they disposed of before ``since`` is stored as it is.  Returns the holdings.
    """
    evenings = Evenings(book, family)
    evenings.forget(since)
    for holding in evenings.holdings:
        forget_disposals(book.db, holding, since)
    start = read_evening(book.db, family, since)
    states = {} if start is None else start.states
    events = book.kept_events(evenings.holdings, after=None if start is None else start.day)
    _keep_disposals(book, evenings.fold(events, states), since)
    _write_states(book, evenings.holdings, states)
    return set(evenings.holdings)


def _write_states(book: Book, holdings: Iterable[int], states: dict[int, State]) -> None:
    for holding in holdings:
        write_state(book.db, holding, states.get(holding, State()), book.observed(holding))


def _keep_disposals(book: Book, steps: Iterator[Step], since: dt.date = dt.date.min) -> None:
    disposals = Disposals(book.db, since)
    for _, _, slices in steps:
        if slices:
            disposals.add(slices)
    disposals.write()


def derive_everything(book: Book, fold: FamilyFold | None = None) -> None:
    """Compute every derived table but prices and the rollup again, from nothing.

    ``fold`` folds the events of a family's holdings in place of the book, to look on.
    """
    for family in sorted({book.reader.family(asset) for asset in assets_held(book)}, key=min):
        evenings = Evenings(book, family)
        holdings, states = set(evenings.holdings), dict[int, State]()
        if fold is None:
            steps = evenings.fold(book.kept_events(holdings), states)
        else:
            steps = fold(holdings, states, evenings.fold)
        _keep_disposals(book, steps)
        _write_states(book, holdings, states)
