"""The days of plain money after a back-dated transaction: what was stored, and the difference.

Money in the base currency is worth itself on every day (:mod:`folio.engine.money`), so units that
came in on one day are in every later balance, and nothing else of a later day changes.  To fold
the account's cash again would read every purchase and every salary of its years: of a million
transactions, a hundred thousand.

Where the money never had a fraction of a cent, nothing is rounded and the difference is exact.
Where it had, or where anything was said since that bears on more than its own day (a link, an
observation), the holding is folded as others are.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

from folio.book import Book
from folio.book.flows import flows_of
from folio.db.derived.altering import stays_worth_something
from folio.db.derived.positions import Position
from folio.db.derived.rollup import Reach, read_reach, read_runs
from folio.db.transactions.events import events_between, events_of, read_events
from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.links import said_of
from folio.db.transactions.money_days import last_moved
from folio.db.transactions.walked import again_between
from folio.db.values import day_number
from folio.engine import money
from folio.engine.cash_flows import SCOPES, Flows, borders_crossed, crossing
from folio.engine.money import is_plain
from folio.engine.sums import COST, HELD, VALUE
from folio.engine.valuation import Teller
from folio.model.ledger import ABOUT, AT_THE_OPEN, Event, State
from folio.model.named import NamedTuple
from folio.model.numbers import ONE, minor_units
from folio.model.rollups import BEFORE, DAY, HOLDING, LAST, DayRow, Days, Run

_MANY = 64  # transactions: beyond, days are folded
_ONE_DAY = dt.timedelta(days=1)

Change = tuple[Event, int]  # an event that came (1), or was taken back (-1)


def moved_on(
    book: Book, position: Position, since: dt.date, until: dt.date, teller: Teller
) -> list[Run] | None:
    """The runs of plain money from ``since`` through ``until``; None where it must be folded."""
    changes = _changes(book, position, since, until)
    if changes is None:
        return None
    return _through(book, position, changes, (since, until), teller)


class Shift(NamedTuple):
    """What became of the days of plain money."""

    runs: list[Run]  # through the last day on which something else moved it than before
    day: dt.date  # which is this one
    more: int  # minor units by which every later day is worth more


def shifted(
    book: Book, position: Position, since: dt.date, until: dt.date, teller: Teller
) -> Shift | None:
    """The same of days that are stored, where all after some are worth so much more; else None."""
    changes = _changes(book, position, since, until)
    if not changes:
        return None
    day = dt.date.fromisoformat(max(event.key[0] for event, _ in changes))
    units = (sign * minor_units(event.quantity, teller.places or 0) for event, sign in changes)
    more = sum(units)
    later = day + _ONE_DAY, until
    if not stays_worth_something(book.db, HOLDING, position.holding_id, later, more):
        return None
    runs = _through(book, position, changes, (since, day), teller)
    return None if runs is None else Shift(runs, day, more)


def _through(
    book: Book, position: Position, changes: Sequence[Change], days: Days, teller: Teller
) -> list[Run] | None:
    """The runs of some days, both inclusive; None where one or their eve is not stored."""
    since, until = days
    stored = read_runs(book.db, HOLDING, position.holding_id, since - _ONE_DAY, until)
    if sum(run[LAST] + 1 - run[DAY] for run in stored) != (until - since).days + 2:
        return None
    return _with(book, changes, stored, teller.places or 0)


def _changes(book: Book, position: Position, since: dt.date, until: dt.date) -> list[Change] | None:
    """What changed of plain money since the rollup was made; None where it must be folded."""
    reach = read_reach(book.db)
    first_of_all = since == dt.date.min
    if first_of_all or reach is None or reach.until != until or not is_alone(book, position):
        return None
    return _changed_since(book, position, reach, since)


def is_alone(book: Book, position: Position) -> bool:
    """Whether a holding's own postings are all that it rests on."""
    holding = book.catalog.holdings[position.holding_id]
    return (
        position.whole
        and not position.observations
        and not book.locks
        and not book.catalog.aliases
        and holding.id not in book.reader.grown
        and book.has_plain_money(book.family(holding.asset_id))
    )


def _changed_since(
    book: Book, position: Position, reach: Reach, since: dt.date
) -> list[Change] | None:
    """What was recorded of a holding since the rollup; None where that is not all."""
    if not reach.only_transactions or reach.transactions > _MANY:
        return None
    first, last = reach.last_transaction + 1, reach.last_transaction + reach.transactions
    gone = taken_back(book, position.holding_id, first, last)
    if gone is None:
        return None
    changes = [(event, 1) for event in events_between(book.db, position.holding_id, first, last)]
    changes += [(event, -1) for event in gone]
    end = reach.until.isoformat()
    simple = all(
        is_plain(e)
        and e.kind not in AT_THE_OPEN
        and e.across != ABOUT
        and since.isoformat() <= e.key[0] <= end
        for e, _ in changes
    )
    days = {event.key[0] for event in gone}
    return changes if simple and all(_still_moves(book, position, day) for day in days) else None


def taken_back(book: Book, holding: int, first: int, last: int) -> list[Event] | None:
    """What the transactions from ``first`` through ``last`` took back of earlier ones' events.

    None where a link has a part in it, or a fraction of a minor unit went.
    """
    again = again_between(book.db, first, last)
    numbers = {number for pair in again for number in pair if number is not None}
    if numbers and (book.catalog.aliases or said_of(book.db, numbers)):
        return None
    former = [number for _, number in again if number is not None and number < first]
    start = get_transaction(book.db, first) if former else None
    if start is None:
        return []
    found = events_of(book.db, former, start.commit_id - 1)  # as they counted then
    gone = [e for events in found.values() for e in events if e.holding_id == holding]
    unit = ONE.scaleb(-book.base.precision)
    return None if any(event.quantity % unit for event in gone) else gone


def ends_again(book: Book, holding: int, state: State, gone: Container[str]) -> bool:
    """Find a holding's first and last event again, where those of the days ``gone`` may have been.

    False where its postings do not lead to them.  Of its days only those at its ends are read.
    """
    if state.first_day in gone:
        first = next(book.reader.walk([holding], sums=True), None)
        if first is None:
            return False
        money.begins_with(first, state, book.base.id)
    if state.last_day in gone:
        last = _last_event(book, holding, dt.date.fromisoformat(state.last_day))
        if last is None:
            return False
        money.ends_with(last, state)
    return True


def _last_event(book: Book, holding: int, day: dt.date) -> Event | None:
    """The event after which none walks, where that is of ``day`` or of the one moved on before."""
    others = list(book.reader.walk([holding], after=day - _ONE_DAY))
    before = None if others else last_moved(book.db, holding, day)
    if before is not None:
        others = list(book.reader.walk([holding], after=before - _ONE_DAY))
    return max(others, key=attrgetter("key"), default=None)


def _still_moves(book: Book, position: Position, day: str) -> bool:
    """Whether something of a day moves a holding for certain: a link may walk on another one."""
    others = read_events(book.db, position.holding_id, since=day, until=day)
    linked = {n for said in said_of(book.db, [e.transaction_id for e in others]) for n in said[:2]}
    return any(event.transaction_id not in linked for event in others)


def _with(book: Book, changes: Sequence[Change], stored: Sequence[Run], places: int) -> list[Run]:
    """The days after the first of ``stored``, with what events add to them, or took away."""
    by_day: dict[int, list[Change]] = {}
    for change in changes:
        day = day_number(dt.date.fromisoformat(change[0].key[0]))
        by_day.setdefault(day, []).append(change)
    start = stored[0][DAY] + 1
    bounds = sorted({start, *by_day, *(day + 1 for day in by_day)})
    runs: list[Run] = []
    more, evening = 0, stored[0][VALUE] or 0
    for run in _cut(stored, bounds):
        if run[DAY] < start:
            continue
        row = DayRow._make(run[:LAST])
        before = None if row.before is None else row.before + more
        for event, sign in by_day.get(row.day, ()):
            before = evening if before is None else before
            more += sign * minor_units(event.quantity, places)
            row = _crossed(row, _flows(book, event), places, sign)
        evening = (row.value or 0) + more
        figures = (
            evening, evening, *row[COST + 1 : HELD], int(evening != 0),
            *row[HELD + 1 : BEFORE], before, *row[BEFORE + 1 :],
        )  # fmt: skip
        runs.append((row.day, *figures, run[LAST]))
    return runs


def _flows(book: Book, event: Event) -> Flows:
    """What an event of money brought over each border; between accounts as much as it is."""
    crossed, units = flows_of(book, event), crossing(event)
    for border in borders_crossed(event, event) if event.is_apart else ():
        crossed = crossed._replace(**{SCOPES[border]: getattr(crossed, SCOPES[border]) + units})
    return crossed


def _cut(runs: Iterable[Run], days: Sequence[int]) -> Iterator[Run]:
    """The same days, with a run that begins on each of ``days``, which are in order."""
    for run in runs:
        for day in days[bisect_right(days, run[DAY]) : bisect_right(days, run[LAST])]:
            yield (*run[:LAST], day - 1)
            run = (day, *run[1:])
        yield run


def _crossed(row: DayRow, crossed: Flows, places: int, sign: int) -> DayRow:
    """A row with what one event moved on its day, or without; of money nothing is unknown."""

    def moved(amount: int | None, units: Decimal) -> int:
        return (amount or 0) + sign * minor_units(units, places)

    return row._replace(
        flow=moved(row.flow, crossed.holding),
        income=moved(row.income, crossed.income),
        flow_account=moved(row.flow_account, crossed.account),
        flow_institution=moved(row.flow_institution, crossed.institution),
        flow_portfolio=moved(row.flow_portfolio, crossed.portfolio),
    )
