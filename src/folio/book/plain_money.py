"""The days of plain money after a back-dated transaction: what was stored, and the difference.

Money in the base currency is worth itself on every day (:mod:`folio.engine.money`), so units that
came in on one day are in every later balance, and nothing else of a later day changes.  To fold
the account's cash again would read every purchase and every salary of its years: of a million
transactions, a hundred thousand.

Where the money never had a fraction of a cent, nothing is rounded and the difference is exact.
Where it had, or where anything was said since that bears on more than its own day (a link, an
observation, a reversal), the holding is folded as others are.
"""

import datetime as dt
from collections.abc import Sequence

from folio.book import Book
from folio.book.timeline import flows_of
from folio.db.derived import Position
from folio.db.events import events_between
from folio.db.rollup import Reach, read_days, read_reach
from folio.db.values import day_number
from folio.engine.cash_flows import Flows
from folio.engine.money import is_plain
from folio.engine.valuation import Teller
from folio.model.ledger import AT_THE_OPEN, Event
from folio.model.numbers import minor_units
from folio.model.rollups import HOLDING, DayRow

_MANY = 64  # transactions: beyond, days are folded
_ONE_DAY = dt.timedelta(days=1)


def moved_on(
    book: Book, position: Position, since: dt.date, until: dt.date, teller: Teller
) -> list[DayRow] | None:
    """The rows of plain money from ``since`` through ``until``; None where it must be folded."""
    reach = read_reach(book.db)
    first_of_all = since == dt.date.min
    if first_of_all or reach is None or reach.until != until or not _is_alone(book, position):
        return None
    events = _recorded_since(book, position, reach, since)
    stored = read_days(book.db, HOLDING, position.holding_id, since - _ONE_DAY, until)
    if events is None or len(stored) != (until - since).days + 2:
        return None
    return _with(book, events, stored, teller.places or 0)


def _is_alone(book: Book, position: Position) -> bool:
    """Whether a holding's own postings are all that it rests on."""
    holding = book.catalog.holdings[position.holding_id]
    return (
        position.whole
        and not position.observations
        and not book.locks
        and not book.catalog.aliases
        and holding.id not in book.reader.grown
        and book.has_plain_money(book.reader.family(holding.asset_id))
    )


def _recorded_since(
    book: Book, position: Position, reach: Reach, since: dt.date
) -> list[Event] | None:
    """What was recorded of a holding since the rollup; None where that is not all."""
    if not reach.only_transactions or reach.transactions > _MANY:
        return None
    first, last = reach.last_transaction + 1, reach.last_transaction + reach.transactions
    events = events_between(book.db, position.holding_id, first, last)
    end = reach.until.isoformat()
    simple = all(
        is_plain(e) and e.kind not in AT_THE_OPEN and since.isoformat() <= e.key[0] <= end
        for e in events
    )
    return events if simple else None


def _with(
    book: Book, events: Sequence[Event], stored: Sequence[DayRow], places: int
) -> list[DayRow] | None:
    """The rows after the first of ``stored``, with what events add to them."""
    by_day: dict[int, list[Event]] = {}
    for event in events:
        by_day.setdefault(day_number(dt.date.fromisoformat(event.key[0])), []).append(event)
    rows, more, evening = [], 0, stored[0].value
    for row in stored[1:]:
        before = None if row.before is None else row.before + more
        for event in by_day.get(row.day, ()):
            before = evening if before is None else before
            more += minor_units(event.quantity, places)
            row = _crossed(row, flows_of(book, event), places)
        evening = (row.value or 0) + more
        held = int(evening != 0)
        rows.append(row._replace(value=evening, cost_basis=evening, held=held, before=before))
    return rows


def _crossed(row: DayRow, crossed: Flows, places: int) -> DayRow:
    """A row with what one event moved on its day; of money nothing is unknown."""
    return row._replace(
        flow=(row.flow or 0) + minor_units(crossed.holding, places),
        income=(row.income or 0) + minor_units(crossed.income, places),
        flow_account=(row.flow_account or 0) + minor_units(crossed.account, places),
        flow_institution=(row.flow_institution or 0) + minor_units(crossed.institution, places),
        flow_portfolio=(row.flow_portfolio or 0) + minor_units(crossed.portfolio, places),
    )
