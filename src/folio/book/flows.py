"""Across which borders an event brought units: the account's, the institution's, the book's."""

from collections.abc import Sequence
from decimal import Decimal

from folio.book import Book
from folio.engine.cash_flows import Flows, Side, flows, transferred
from folio.model.accounts import Account
from folio.model.ledger import Event
from folio.model.numbers import ZERO


def flows_of(book: Book, event: Event) -> Flows:
    """The units that an event brought across each border."""
    if event.kind != "transfer":
        beside = event.related_asset is not None and not event.across and _is_held(book, event)
        return flows(event, payer_held=beside)
    here = _account_of(book, event.holding_id)
    within_institution = within_account = ZERO
    for there, units in _other_ends(book, event):
        within_account += units if there.id == here.id else ZERO
        within_institution += units if there.institution_id == here.institution_id else ZERO
    return transferred(event, within_institution, within_account, lost_of(book, event))


def sides_of(book: Book, event: Event) -> Sequence[Side]:
    """The parts of an event's transaction that crossed between accounts, where it has a part in
    that: its own, or those of what it is about."""
    if not event.across:  # mostly
        return ()
    if event.is_apart:
        return [Side(event, book.catalog.holdings[event.holding_id].asset_id, 1)]
    holdings = book.catalog.holdings
    return [Side(one, holdings[one.holding_id].asset_id, -1) for one in event.sides]


def _is_held(book: Book, event: Event) -> bool:
    """Whether who paid is a holding of the account that was paid."""
    account = book.catalog.holdings[event.holding_id].account_id
    return book.catalog.holding_of(account, event.related_asset or 0) is not None


def _account_of(book: Book, holding: int) -> Account:
    return book.catalog.accounts[book.catalog.holdings[holding].account_id]


def lost_of(book: Book, event: Event) -> Decimal:
    """Of a transfer's last arrival: units that were sent and came nowhere."""
    if event.kind != "transfer" or event.other_end is not None or event.gross <= ZERO:
        return event.lost
    return -sum(book.units_moved(event.transaction_id, event.holding_id).values(), ZERO)


def _other_ends(book: Book, event: Event) -> list[tuple[Account, Decimal]]:
    """The accounts at the other end of a transfer, and what of its units went there.

    What several arrivals do not account for is lost on the way, and went with the last.
    """
    if event.other_end is None:  # both legs are in one transaction
        here = _account_of(book, event.holding_id)
        moved = book.units_moved(event.transaction_id, event.holding_id)
        ends = [_account_of(book, h) for h in moved]
        return [(next((end for end in ends if end.id != here.id), here), event.gross)]
    arrivals = book.reader.arrivals_of(event.transaction_id) if event.gross < ZERO else []
    asset = book.catalog.holdings[event.holding_id].asset_id
    if len(arrivals) < 2 or event.other_end == book.reader.transit_holding(asset):
        return [(_account_of(book, event.other_end), event.gross)]
    from folio.book.transfers import leg_of  # few transfers arrive in parts

    legs = [leg for number in arrivals if (leg := leg_of(book, number))]
    legs.sort(key=lambda leg: (leg.instant is not None, leg.instant, leg.transaction_id))
    lost = event.gross + sum((leg.units for leg in legs), ZERO)
    ends_at = [(_account_of(book, leg.holding_id), -leg.units) for leg in legs]
    return [*ends_at[:-1], (ends_at[-1][0], ends_at[-1][1] + lost)]
