"""Bringing derived tables up to date with the facts of one command.

A new event that comes after everything its holding has seen is folded onto the stored
state.  Anything else (a back-dated row, a reversal, a split, a price on which some lot's
cost rests) folds the asset's holdings again, from the last evening that is kept before it.
Both run the same fold.

A new event leaves its days to the next rollup.  Who folds again leaves none: the rollup, and who
reads before it, would fold the same once more.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from folio.book import Book
from folio.db.derived.mispriced import note_mispriced
from folio.db.derived.positions import (
    Position,
    consulting_prices,
    read_positions,
    read_states,
    write_state,
)
from folio.db.derived.rollup import read_marks, rollup_until
from folio.db.transactions.events import events_between, stream_events
from folio.engine import money
from folio.model.gaps import Observed
from folio.model.ledger import EVER, Event, State
from folio.model.prices import FOREVER
from folio.model.rollups import Days
from folio.operations.deriving.changed_days import changes_from, everything_changes_from
from folio.operations.deriving.changed_prices import mark_prices, price_trades
from folio.operations.deriving.touched import Touched

if TYPE_CHECKING:  # who pays money in or out folds nothing, and loads none of it
    from folio.operations.deriving.evenings_to_keep import Evenings
    from folio.operations.deriving.folding import Again

_NEARLY = dt.timedelta(days=40)


def derive(book: Book, touched: Touched, *, tried: bool) -> None:
    """Bring positions, lots, disposals, trade prices and dirty marks up to date.

    What is only ``tried``, to be taken back, leaves the rollup as it is.
    """
    if touched.everything:
        from folio.operations.deriving.derive_prices import derive_every_price
        from folio.operations.deriving.folding import fold_everything

        everyone = (*book.catalog.holdings, *book.catalog.holdings.merged)
        derive_every_price(book)
        fold_everything(book)
        since = everything_changes_from(book, touched)
        touched.mark(book.db, [(h, (since, FOREVER)) for h in everyone])
        return
    if touched.transactions > 0:
        note_mispriced(book.db, touched.first_transaction, few=touched.few)
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
    past = {*touched.assets, *resting}
    families = {book.family(asset) for asset in {*assets, *past}}
    again: list[Again] = []
    dirty = read_marks(book.db).values()
    for family in sorted(families, key=min):
        holdings = {h for asset in family for h in assets.get(asset, ())}
        changed = None if past & family else _bring_on(book, family, holdings, touched)
        days = [touched.holdings[h] for h in holdings]
        days += [touched.assets[asset] for asset in family if asset in touched.assets]
        days += [touched.first] if resting & family else []
        if changed is None:
            # Of plain money none are stored: once it is not plain any more, or belongs to shares
            # that became money, all of them are new.
            since = dt.date.min if book.base.id in family else min(days)
            every = touched if not resting & family else None
            again.append(_again(book, family, holdings, every, since=since))
            changed = again[-1].holdings
        first = {h: changes_from(book, h, days, touched) for h in changed}
        touched.mark(book.db, [(h, (day, FOREVER)) for h, day in first.items()])
    mark_prices(book, touched)
    if again:
        _fold_all(book, again, behind=tried or _is_far_behind(dirty))


def _is_far_behind(marks: Iterable[Days]) -> bool:
    """Whether what the rollup lacked before a command is more than a command may wait for."""
    return any(last - first > _NEARLY for first, last in marks)


def _fold_all(book: Book, again: "Sequence[Again]", *, behind: bool) -> None:
    """Fold families again; a rollup that is not far behind is brought up to date on the way."""
    if behind or rollup_until(book.db) is None:
        from folio.operations.deriving.folding import fold_again

        for one in again:
            fold_again(book, one)
        return
    from folio.operations.deriving.roll_up import keep_up

    keep_up(book, again)


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
    return {holdings[holding].asset_id for holding in consulting_prices(book.db, min(days))}


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
    from folio.operations.deriving.evenings_to_keep import Evenings

    evenings, first = Evenings(book, family), dt.date.fromisoformat(fresh[0])
    if not evenings.are_behind(first, touched.transactions * len(holdings)):
        return None
    return _fold_on(book, holdings, *fresh, touched, evenings)


def _count(book: Book, holdings: set[int], touched: Touched) -> set[int] | None:
    """Count events of plain money, wherever they fall; None where it is not plain any more."""
    states = read_states(book.db, list(holdings))
    anew = {h for h in holdings if h not in states or not _take_back(book, h, states, touched)}
    states.update((holding, State()) for holding in anew)
    streams = (  # one after another: links take memory
        book.kept_events([holding]) if holding in anew else _new_events(book, holding, touched)
        for holding in holdings
    )
    for event, _, _ in money.walk(chain.from_iterable(streams), states, book.base):
        if not money.is_plain(event):
            return None
    positions = read_positions(book.db, holdings - anew)
    for holding in holdings:
        state = states.get(holding, State())
        first = touched.holdings[holding]
        observed = _observed(book, holding, positions.get(holding), state, first, touched)
        write_state(book.db, holding, state, observed)
    return set(holdings)


def _take_back(book: Book, holding: int, states: dict[int, State], touched: Touched) -> bool:
    """Take out of plain money what the command took back; False where all must be counted."""
    if holding in touched.replays or (holding in touched.again and not touched.few):
        return False
    if holding not in touched.again:
        return True
    from folio.book.plain_money import ends_again, taken_back

    state = states[holding]
    gone = taken_back(book, holding, touched.first_transaction, touched.last_transaction)
    if gone is None or not all(money.uncount(event, state, book.base.id) for event in gone):
        return False
    return ends_again(book, holding, state, {event.key[0] for event in gone})


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
    return day, chain(*streams) if len(streams) < 2 else _merged(streams)


def _merged(streams: Sequence[Iterator[Event]]) -> Iterator[Event]:
    from heapq import merge  # a trade has two streams; what is paid in or out one, or none

    return merge(*streams, key=attrgetter("key"))


def _fold_on(
    book: Book,
    holdings: set[int],
    day: str,
    fresh: Iterator[Event],
    touched: Touched,
    evenings: "Evenings",
) -> set[int]:
    """Fold new events onto the stored states; returns the holdings whose rollup changes."""
    from folio.operations.deriving.folding import keep_disposals

    positions = read_positions(book.db, holdings)
    if evenings.may_come(touched.transactions * len(holdings)):
        states = read_states(book.db, evenings.holdings)
        keep_disposals(book, evenings.fold(fresh, states))
    else:
        states = read_states(book.db, list(holdings))
        keep_disposals(book, book.fold(fresh, states))
    first = dt.date.fromisoformat(day)
    for holding in holdings:
        state = states.get(holding, State())
        since = min(first, touched.holdings[holding])
        observed = _observed(book, holding, positions.get(holding), state, since, touched)
        write_state(book.db, holding, state, observed)
    return set(holdings)


def _observed(
    book: Book,
    holding: int,
    position: Position | None,
    state: State,
    first: dt.date,
    touched: Touched,
) -> Observed:
    """What the observations say, where events from ``first`` on were taken into what is stored."""
    if position is None or position.last_observation is None:
        if book.locks:
            from folio.book.held_by_locks import may_hold

            return book.observed(holding) if may_hold(book, holding) else Observed()
        return book.observed(holding)
    if holding not in touched.observing and position.last_observation < first:
        return _still_observed(position)
    from folio.book.from_the_end import observed_after  # few are observed on the days touched

    found = observed_after(book, holding, first, state.quantity, plain=state.plain)
    return found or book.observed(holding)


def _still_observed(position: Position) -> Observed:
    """What is stored of the observations, where later events leave it as it is."""
    return Observed(
        position.unexplained,
        position.observations,
        position.first_observation,
        position.last_observation,
        gaps=None,
    )


def _again(
    book: Book,
    family: frozenset[int],
    holdings: set[int],
    touched: Touched | None,
    *,
    since: dt.date,
) -> "Again":
    """What of a family is to be folded again, by what touched some of it; None: all of it."""
    from folio.operations.deriving.evenings_to_keep import Evenings
    from folio.operations.deriving.folding import Again

    evenings = Evenings(book, family)
    start, every = evenings.last_before(since), set(evenings.holdings)
    if touched is None:
        return Again(family, every, since, start)
    changed = _resting_on(book, family, holdings, touched, start and start.day)
    apart = changed != every and changed.isdisjoint(touched.replays | touched.again)
    return Again(family, changed, since, start, apart)


def _resting_on(
    book: Book,
    family: frozenset[int],
    holdings: set[int],
    touched: Touched,
    after: dt.date | None,
) -> set[int]:
    """The holdings of a family whose lots may change where those of some do, after a day."""
    from folio.book.together import together

    asset_of = {h: book.catalog.holdings[h].asset_id for h in book.family_of(min(family))}
    own = holdings | {h for h, asset in asset_of.items() if asset in touched.assets}
    if book.reader.any_links and not own.isdisjoint(touched.replays | touched.again):
        return set(asset_of)  # what was taken back may have joined them
    parts = together(book, family, own, after)
    return set().union(*(part for part in parts if not part.isdisjoint(own)))
