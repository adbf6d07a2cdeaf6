"""The account in which units are between two others.

A linked transfer whose units arrive on a later day than they left needs a place for them in
between: a holding of the account *In transit*, made when the first such link is recorded.
It has no postings of its own; :mod:`folio.book.events` makes its events from the links.
"""

import datetime as dt

from folio.db.arrangements.settings import add_setting
from folio.db.transactions.events import events_of
from folio.db.transactions.links import add_link
from folio.model.accounts import Account
from folio.model.transactions import AccountRef
from folio.model.transfers import TransferLeg
from folio.operations.names import add_account, find_account, holding_for
from folio.operations.recording import Recording

IN_TRANSIT = "In transit"


def record_link(
    write: Recording, departure_id: int | None, arrival_id: int | None, answer: str | None
) -> None:
    """Record what is said of a pair of legs or of one alone; None takes it back.

    With :func:`record_pair` the one way to record a link: it makes the holding in between where
    one is needed, and says what changes, from the departure's day on.  What is said of a leg
    alone changes no figure.
    """
    add_link(write.commit, departure_id, arrival_id, answer)
    if departure_id is None or arrival_id is None:
        return
    moved = events_of(write.db, (departure_id, arrival_id))
    left, came = moved.get(departure_id, []), moved.get(arrival_id, [])
    legs = [event for event in (*left, *came) if event.gross]
    _touch(write, [(e.holding_id, dt.date.fromisoformat(e.key[0])) for e in legs])


def record_pair(
    write: Recording, departure: TransferLeg, arrival: TransferLeg, answer: str
) -> None:
    """:func:`record_link` of two legs that were read."""
    add_link(write.commit, departure.transaction_id, arrival.transaction_id, answer)
    _touch(write, [(leg.holding_id, leg.day) for leg in (departure, arrival)])


def _touch(write: Recording, legs: list[tuple[int, dt.date]]) -> None:
    """Say what a transfer changes: the holdings and days of its legs, the departure's first."""
    first = min(day for _, day in legs)
    for holding, _ in legs:
        write.touched.holding(holding, first, replay=True)
    if legs[0][1] < legs[-1][1]:
        asset = write.catalog.assets[write.catalog.holdings[legs[0][0]].asset_id]
        between = holding_for(write, _account(write), asset)
        write.touched.holding(between.id, first, replay=True)


def _account(write: Recording) -> Account:
    ids = write.catalog.settings.flagged("account", "in_transit")
    if ids:
        return write.catalog.accounts[min(ids)]
    ref = AccountRef(IN_TRANSIT, IN_TRANSIT, "other")
    account = find_account(write.catalog, ref) or add_account(write, ref)
    add_setting(write.commit, ("account", account.id), "in_transit", "yes")
    write.catalog.settings.note(("account", account.id), "in_transit", "yes")
    return account
