"""The open lots of plain money on a day, which only a report in another currency asks for.

They are not stored (:mod:`folio.engine.money`), but on any evening the rollup has how much money
there was: what plain money cost is how much it is.  The fold goes on from there, with all that
money in one lot that is older than any later one.  Where at the end nothing is left of it, the
lots that are open were opened since, and are those of a fold from nothing: which lot goes first
depends on the later ones alone.  Of money that comes and goes, a month is mostly enough.
"""

import datetime as dt
from collections.abc import Collection, Iterator

from folio.book import Book
from folio.book.rolled import out_of_date
from folio.db.derived.rollup import read_each
from folio.model.ledger import FULL, Lot, State, Step, owed_in
from folio.model.numbers import ONE, ZERO

_SPANS = (31, 186, 1116)  # days to go back: all of them take a third of a fold from nothing at most
_OLDEST = 0  # which transaction opened what there was: none


def money_lots(book: Book, asked: Collection[int], as_of: dt.date) -> dict[int, State] | None:
    """The lots of all the book's plain money at the end of a day, surely those of ``asked``; None
    where it must be folded from nothing.  Of how the states came to be they do not tell."""
    family = book.family_of(book.base.id)
    if book.catalog.aliases or not book.has_plain_money({book.base.id}):
        return None
    if not all(p.whole for h in family if (p := book.positions.get(h)) is not None):
        return None
    for days in _SPANS:
        if (as_of - dt.date.min).days <= days:
            return None
        states = _since(book, family, as_of - dt.timedelta(days), as_of)
        if states is None:
            return None
        if not any(_has_oldest(states[h]) for h in asked if h in states):
            return states
    return None


def _since(
    book: Book, family: list[int], evening: dt.date, as_of: dt.date
) -> dict[int, State] | None:
    """The states after an evening's money and what moved since; None where the rollup does not
    say how much there was, or some of it was between two accounts."""
    states = _evening(book, family, evening)
    if states is None:
        return None
    for event, _, _ in money_steps(book, states, evening, as_of):
        if event.acquired_on is not None and event.acquired_on <= evening.isoformat():
            return None
    return states


def money_steps(
    book: Book, states: dict[int, State], evening: dt.date, until: dt.date
) -> Iterator[Step]:
    """Fold all the book's money onto its ``states`` of an evening, through a day."""
    start, end = evening.isoformat(), until.isoformat()
    events = book.reader.walk(book.family_of(book.base.id), after=evening, until=end)
    return book.fold((event for event in events if start < event.key[0] <= end), states)


def _evening(book: Book, family: list[int], evening: dt.date) -> dict[int, State] | None:
    """What there was of each holding, in one lot."""
    holdings = [book.catalog.holdings[number] for number in family]
    if out_of_date(book, book.base.id, holdings, evening, evening):
        return None
    rows = read_each(book.db, dict.fromkeys(family, evening))
    unit, currency, states = ONE.scaleb(-book.base.precision), book.base.id, {}
    for number, row in rows.items():
        units = (row.cost_basis or 0) * unit
        states[number] = state = State()
        if units and number == book.reader.transit_holding(currency):
            return None
        state.events, state.quantity = 1, units
        if units != ZERO:
            state.lots = [Lot(1, _OLDEST, "", units, units, currency, FULL)]
            state.owes, state.opened = owed_in(state.lots), 1
    return states


def _has_oldest(state: State) -> bool:
    return any(lot.opened_by == _OLDEST for lot in state.lots)
