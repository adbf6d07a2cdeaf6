"""Holdings day by day beyond what the rollup has of them.

Most go on from the evening before and the stored position: of most nothing was said since,
and of a few something on the first missing day alone, as when a transaction of today is
recorded.  That costs what the day costs, whatever came before.  The others are folded
from nothing, with their families.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from folio.book import Book
from folio.book.rolled import out_of_date, reached, stored_before
from folio.db.derived.disposals import read_disposals
from folio.db.derived.positions import Position, read_lots
from folio.db.derived.rollup import read_days, read_each
from folio.db.values import day_number
from folio.engine.courses import Course
from folio.engine.reconciliation import NO_DRIFT, Drift, Hold
from folio.engine.rollups import HoldingDays
from folio.engine.valuation import Basis, Teller
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.ledger import FULL, Event, Lot, Slice, State
from folio.model.rollups import DAY, HOLDING, LAST, DayRow, Earlier, Run

_ONE_DAY = dt.timedelta(days=1)
Realising = Callable[[list[Holding], dt.date], dict[int, Earlier]]
FEW_DAYS = 7  # beyond so many, price histories are read at once


def runs_after(
    book: Book,
    since: dict[int, dt.date],
    until: dt.date,
    teller: Teller,
    *,
    start: dt.date = dt.date.min,
) -> Iterator[tuple[int, list[Run]]]:
    """Each holding's runs of equal days from its day of ``since`` through ``until``, inclusive.

    The rollup must be right, and in the currency of ``teller``, up to the evening before.
    Rows before ``start`` are not asked for.
    """
    folded = dict(since)
    for holding, runs in _later_runs(book, since, until, teller):
        yield holding, runs
        del folded[holding]
    if not folded:  # mostly; what folds is not loaded then
        return
    from folio.book.timeline import walked

    for holding, runs in _moved_on(book, folded, until, teller):
        yield holding, runs
        del folded[holding]
    whole = {h: max(day, start) for h, day in folded.items() if is_unbegun(book, h, day)}
    yield from walked(book, whole, until, teller)
    others = {h: day for h, day in folded.items() if h not in whole}
    yield from walked(book, others, until, teller, onward=True)


def is_unbegun(book: Book, holding: int, day: dt.date) -> bool:
    """Whether there is no evening before ``day`` from which a holding could go on.

    Before its first row only a corporate action can have realised anything, of units that nobody
    recorded.
    """
    if day == dt.date.min:
        return True
    if not book.reader.last_action(book.catalog.holdings[holding].asset_id):
        return False
    evening = day - _ONE_DAY
    return not read_days(book.db, HOLDING, holding, evening, evening)


def _moved_on(
    book: Book, since: dict[int, dt.date], until: dt.date, teller: Teller
) -> list[tuple[int, list[Run]]]:
    """The runs of those holdings of plain money that need not be folded."""
    from folio.book.plain_money import moved_on

    found = []
    for holding, position in book.positions_of(since).items():
        runs = moved_on(book, position, since[holding], until, teller) if position.whole else None
        if runs is not None:
            found.append((holding, runs))
    return found


def runs_in(
    book: Book, holdings: Iterable[Holding], period: Period, teller: Teller
) -> dict[int, list[Run]]:
    """Each holding's runs of the period, bounds inclusive; what was realised is not asked for."""
    numbers = list(holdings)
    since = out_of_date(book, teller.currency, numbers, period.start, period.end)
    found = dict(stored_before(book, {h.id: since.get(h.id) for h in numbers}, period))
    for holding, runs in worked_out(book, since, period, teller):
        found[holding] += runs
    return found


def worked_out(
    book: Book,
    since: dict[int, dt.date],
    period: Period,
    teller: Teller,
    realised: Realising | None = None,
) -> Iterator[tuple[int, list[Run]]]:
    """Each holding's runs of equal days of the period, from its day of ``since`` on.

    See :func:`out_of_date`.  ``realised`` finds what holdings had realised by an evening, which
    in another currency no stored row says; without it what they did is not asked for.
    """
    start = max(period.start, min(since.values(), default=period.start))
    if (period.end - start).days >= FEW_DAYS:
        book = Book(book.db, known_at=book.known_at, walks=True)
        book.prices.read_whole(start)
        teller = book.teller(book.catalog.assets[teller.currency])
    if reached(book, teller.currency) is None:
        yield from _in_another(book, since, period, teller, realised)
        return
    first = day_number(period.start)
    for holding, runs in runs_after(book, since, period.end, teller, start=period.start):
        yield holding, [(max(run[DAY], first), *run[1:]) for run in runs if run[LAST] >= first]


def _in_another(
    book: Book,
    holdings: Iterable[int],
    period: Period,
    teller: Teller,
    realised: Realising | None,
) -> Iterator[tuple[int, list[Run]]]:
    """The runs of holdings of which nothing is stored in the teller's currency, or as it was known.

    What is stored of an evening before the period is so whatever the currency.  Of plain money
    no slices are: to find what they realised is to fold it from nothing, so that is done once.
    """
    from folio.book.timeline import walked

    folded = set(holdings)
    if book.known_at is None and period.start > dt.date.min:
        evening = period.start - _ONE_DAY
        stored = book.positions_of(folded).values()
        asked = (p for p in stored if realised is None or not p.plain)
        known = [p for p in asked if not is_unbegun(book, p.holding_id, period.start)]
        folded -= {p.holding_id for p in known}
        old = [p.holding_id for p in known if (p.first_evidence or dt.date.max) <= evening]
        if realised is None:
            begun = dict.fromkeys(old, Earlier(0, 0))
        else:
            begun = realised([book.catalog.holdings[h] for h in old], evening)
        onward = dict.fromkeys((p.holding_id for p in known), period.start)
        yield from walked(book, onward, period.end, teller, earlier=begun)
    yield from walked(book, dict.fromkeys(folded, period.start), period.end, teller)


def _later_runs(
    book: Book, since: dict[int, dt.date], until: dt.date, teller: Teller
) -> Iterator[tuple[int, list[Run]]]:
    """The runs of those holdings that go on from their stored positions."""
    positions = book.positions_of(since)
    moved = {h: e for h, p in positions.items() if (e := _moves(book, p, since[h])) is not None}
    evenings = read_each(book.db, {h: since[h] - _ONE_DAY for h in moved})
    known = {
        h: basis
        for h, before in evenings.items()
        if not moved[h] and (basis := _basis(positions[h], before)) is not None
    }
    lots = read_lots(book.db, moved.keys() - known.keys())
    courses: dict[int, Course] = {}
    for holding, events in moved.items():
        position, day = positions[holding], since[holding]
        evening, before = day - _ONE_DAY, evenings.get(holding)
        if before is None and position.first_evidence != day:
            continue
        asset = book.catalog.holdings[holding].asset_id
        days = HoldingDays(
            since=day,
            drift=_kept(book, position, asset, evening),
            splits=partial(book.splits_until, asset),
            teller=teller,
            course=courses.setdefault(asset, Course(teller.graph, asset, teller.currency)),
            seen=evening if before else day,
        )
        state = _holding(position.quantity, lots.get(holding, []))
        if before is not None:
            opening = _opening(state, events) if events else state
            days.resume(opening, before.realised, before.gainless, known.get(holding))
        _apply(book, days, events, state, day)
        yield holding, days.days(until + _ONE_DAY)


def _basis(position: Position, before: DayRow) -> Basis | None:
    """What the lots of a holding that did not move cost, in minor units, by its row of the evening.

    None where some of it is not fully known: then the lots themselves are asked.
    """
    full = position.basis == FULL and position.quantity and not position.unexplained
    if not full or before.baseless or before.cost_basis is None:
        return None
    return Basis(Decimal(before.cost_basis), position.quantity, True, False)


def _moves(book: Book, position: Position, since: dt.date) -> list[Event] | None:
    """What moved a holding from ``since`` on, where that is on this day alone; None: it is not.

    Then the stored position is what the holding was on that evening, and is still.
    """
    holding, last = position.holding_id, position.last_evidence
    seen = position.last_observation
    if last is None or last > since or (book.locks and position.unexplained):
        return None
    if last < since:
        return []
    return None if seen == since else book.reader.of_day(holding, since)


def _kept(book: Book, position: Position, asset: int, evening: dt.date) -> Drift:
    """What was observed beyond the ledger stays, from the evening on."""
    if not position.unexplained:
        return NO_DRIFT
    from fractions import Fraction

    new, old, _ = book.splits_until(asset, dt.date.max)
    offset = Fraction(position.unexplained) * old / new  # in units of the first day
    return Drift((), [Hold(evening.toordinal(), offset)])


def _opening(state: State, events: Sequence[Event]) -> State:
    """What there was before a day's events."""
    return _holding(state.quantity - sum(event.quantity for event in events))


def _holding(quantity: Decimal, lots: Sequence[Lot] = ()) -> State:
    """So much, in these lots; none where nobody asks for them."""
    state = State()
    state.quantity, state.lots = quantity, list(lots)
    return state


def _apply(
    book: Book, days: HoldingDays, events: Sequence[Event], state: State, day: dt.date
) -> None:
    """Take in a day's events: only what they leave in the evening counts, and what they moved."""
    if not events:
        return
    from folio.book.flows import flows_of, sides_of

    slices: dict[int, list[Slice]] = {}
    for part in read_disposals(book.db, since=day, holding_ids=[events[0].holding_id]):
        slices.setdefault(part.transaction_id, []).append(part)
    days.days(day)
    for event in events:
        gone = slices.get(event.transaction_id, [])
        days.apply(event, state, gone, flows_of(book, event), sides_of(book, event))
