"""Linking the legs of a transfer: by itself where nothing else can be meant.

Whatever records transactions ends with :func:`settle_new_legs`: a leg that was recorded again
(an undone undo, an amendment, a file imported again) takes the answer of its former revision
along, and what is left is linked where exactly one departure and one arrival fit each other.
A pair that the user took apart is never linked again unasked.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from folio.book import Book
from folio.book.transfers import OpenLegs, leg_of
from folio.db.arrangements.settings import add_setting
from folio.db.arrangements.sources import find_source
from folio.db.transactions.events import events_of
from folio.db.transactions.ledger import Recorded, get_transaction, revisions_of
from folio.db.transactions.legs import days_of, legs_again, waiting_since
from folio.db.transactions.links import Link, Said, add_link, links_of, said_of
from folio.engine.transfers import WIDE_DAYS, match
from folio.model.accounts import Account
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import AccountRef
from folio.model.transfers import Match, TransferLeg
from folio.operations.names import add_account, find_account, holding_for
from folio.operations.recording import Recording
from folio.operations.transactions.reversals import TRANSFERS, record_again, touch_together

# Units that arrive on a later day than they left are in a holding of this account meanwhile.  It
# has no postings of its own: folio.book.events makes its events from the links.
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
    """The account in which units are between two others, made for the first such link."""
    ids = write.catalog.settings.flagged("account", "in_transit")
    if ids:
        return write.catalog.accounts[min(ids)]
    ref = AccountRef(IN_TRANSIT, IN_TRANSIT, "other")
    account = find_account(write.catalog, ref) or add_account(write, ref)
    add_setting(write.commit, ("account", account.id), "in_transit", "yes")
    write.catalog.settings.note(("account", account.id), "in_transit", "yes")
    return account


AT_ONCE = 5000  # new legs whose partners are looked for together


class Linked(NamedTuple):
    """Transfers that were linked."""

    told: tuple[str, ...]  # in words: ``412 → 415, 0.5 BTC from Kraken to Ledger``
    more: int = 0  # that nobody asked to be told of


def settle_new_legs(write: Recording, *, tell: int | None = None) -> Linked:
    """Answer for the legs that this command recorded, as far as that needs no question.

    Returns the links made unasked; ``tell`` of them in words, None: all.
    """
    first = write.touched.first_transaction
    new = waiting_since(write.db, first)
    for number in legs_again(write.db, first) if write.has_revisions else ():
        _stand_in(write, number)
    book = Book(write.db)
    told: list[str] = []
    more = 0
    two_weeks = dt.timedelta(2 * WIDE_DAYS)  # to a leg's partner, and to the partner's others
    for at in range(0, len(new), AT_ONCE):
        legs = new[at : at + AT_ONCE]
        first_day, last_day = days_of(write.db, legs)
        near = OpenLegs(book, first_day - two_weeks, last_day + two_weeks)
        for found in _link_certain(write, near, set(legs)):
            if tell is None or len(told) < tell:
                told.append(described(book, found))
            else:
                more += 1
    return Linked(tuple(told), more)


def link_all(write: Recording) -> list[str]:
    """Link every pair of the book that needs no question; returns them in words."""
    book = Book(write.db)
    return [described(book, found) for found in _link_certain(write, OpenLegs(book))]


def _link_certain(
    write: Recording, waiting: OpenLegs, new: Collection[int] | None = None
) -> Iterator[Match]:
    """Link what needs no question, of the ``new`` legs or all."""
    for leg in waiting:
        found = waiting.certain(leg) if new is None or leg.transaction_id in new else None
        if found is not None:
            _forget(write, waiting.take(found))
            _pair(write, found, "paired")
            yield found


def link_legs(write: Recording, found: Match, answer: str) -> None:
    """Record that these legs are one transfer."""
    forget_former(write, [leg.transaction_id for leg in found.legs])
    _pair(write, found, answer)


def _pair(write: Recording, found: Match, answer: str) -> None:
    for arrival in found.arrivals:
        record_pair(write, found.departure, arrival, answer)


def forget_former(write: Recording, legs: Sequence[int]) -> None:
    """Take back what open legs were one with before that was reversed: it is answered anew."""
    _forget(write, [one for one in said_of(write.db, legs) if one.is_former_of(legs)])


def _forget(write: Recording, former: Iterable[Said]) -> None:
    for said in former:
        add_link(write.commit, said.departure_id, said.arrival_id, None)


def described(book: Book, found: Match) -> str:
    """A transfer in words: its legs, what was sent, from where to where, what did not arrive."""
    holdings, accounts = book.catalog.holdings, book.catalog.accounts
    departure = found.departure
    numbers = ", ".join(str(arrival.transaction_id) for arrival in found.arrivals)
    asset = book.catalog.assets[departure.asset_id].key
    here = accounts[holdings[departure.holding_id].account_id].key
    there = dict.fromkeys(accounts[holdings[a.holding_id].account_id].key for a in found.arrivals)
    said = f"{departure.transaction_id} → {numbers}, {to_text(departure.units)} {asset}"
    said += f" from {here} to {' and '.join(there)}"
    if found.lost > ZERO:
        said += f", {to_text(found.lost)} less arrived"
    elif found.lost < ZERO:
        said += f", {to_text(-found.lost)} more arrived, of unknown cost"
    return said


# -- a leg that is recorded again ------------------------------------------------------------


def _stand_in(write: Recording, leg: int) -> None:
    """A later revision of a leg stands where the former one stood, if it still fits there."""
    revisions = revisions_of(write.db, leg)
    place = revisions.index(leg)
    if not place:
        return
    former = get_transaction(write.db, revisions[place - 1])
    again = get_transaction(write.db, leg)
    if former is None or again is None:
        return
    same = former.content == again.content  # notes are no part of it
    if same:
        _bring_back(write, leg, former)
    links = [link for link in links_of(write.db, leg) if link.pairs]
    if same:
        touch_together(write, links)
        return
    fits = _fits(write, links)
    for link in links:
        answer = link.answer if fits else None
        record_link(write, link.departure_id, link.arrival_id, answer)


def _bring_back(write: Recording, leg: int, former: Recorded) -> None:
    """Record again the leg that an answer made, where it was undone together with this one."""
    source = find_source(write.db, TRANSFERS)
    undone = get_transaction(write.db, former.reversed_by or 0)
    for said in said_of(write.db, [leg]):
        if said.answer != "internal" or not said.gone or leg not in said[:2]:
            continue
        other = next(one for one in said[:2] if one not in (leg, None))
        made = get_transaction(write.db, revisions_of(write.db, other or 0)[-1])
        gone = None if made is None else get_transaction(write.db, made.reversed_by or 0)
        if made is None or gone is None or undone is None or made.source_id != source:
            continue
        if gone.commit_id == undone.commit_id:
            record_again(write, gone)


def _fits(write: Recording, links: list[Link]) -> bool:
    """Whether these links could be proposed of the legs as they are now."""
    book = Book(write.db)
    legs = [[leg_of(book, number) for number in link.legs] for link in links]
    found = [(left, came) for left, came in legs if left is not None and came is not None]
    arrivals = tuple(came for _, came in found)
    if not found or any(
        left.asset_id != came.asset_id or left.holding_id == came.holding_id for left, came in found
    ):
        return False
    return match(found[0][0], arrivals) is not None
