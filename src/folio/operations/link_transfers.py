"""Linking the legs of a transfer: by itself where nothing else can be meant.

Whatever records transactions ends with :func:`settle_new_legs`: a leg that was recorded again
(an undone undo, an amendment, a file imported again) takes the answer of its former revision
along, and what is left is linked where exactly one departure and one arrival fit each other.
A pair that the user took apart is never linked again unasked.
"""

import sqlite3

from folio.book import Book
from folio.book.transfers import certain, is_open, leg_of, unanswered
from folio.db.ledger import Recorded, get_transaction, revisions_of
from folio.db.legs import legs_since
from folio.db.links import Link, add_link, links_of, said_of
from folio.db.sources import find_source
from folio.engine.transfers import match
from folio.model.numbers import ZERO, to_text
from folio.model.transfers import Match, TransferLeg
from folio.operations.recording import Recording, Who, recording
from folio.operations.reversals import TRANSFERS, record_again, touch_together
from folio.operations.transit import record_link


def settle_new_legs(write: Recording) -> list[str]:
    """Answer for the legs that this command recorded, as far as that needs no question.

    Returns the links made unasked, each in words: ``412 → 415, 0.5 BTC from Kraken to Ledger``.
    """
    new = legs_since(write.db, write.touched.first_transaction)
    if not new:
        return []
    for number in new:
        _stand_in(write, number)
    book = Book(write.db)
    legs = (leg_of(book, number) for number in new)
    return _link_certain(write, [leg for leg in legs if leg is not None and leg.waits])


def link_all(db: sqlite3.Connection, who: Who, *, dry_run: bool = False) -> list[str]:
    """Link every pair of the book that needs no question; returns them in words."""
    with recording(db, who, dry_run=dry_run) as write:
        return _link_certain(write, unanswered(Book(db)))


def _link_certain(write: Recording, legs: list[TransferLeg]) -> list[str]:
    book = Book(write.db)
    linked = []
    for leg in legs:
        found = certain(book, leg) if is_open(book, leg.transaction_id) else None
        if found is not None:
            link_legs(write, found, "paired")
            linked.append(described(book, found))
    return linked


def link_legs(write: Recording, found: Match, answer: str) -> None:
    """Record that these legs are one transfer."""
    for leg in found.legs:
        forget_former(write, leg.transaction_id)
    for arrival in found.arrivals:
        record_link(write, found.departure.transaction_id, arrival.transaction_id, answer)


def forget_former(write: Recording, number: int) -> None:
    """Take back what an open leg was one with before that was reversed: it is answered anew."""
    for said in said_of(write.db, number):
        if said.answer is not None and number in (said.departure_id, said.arrival_id):
            add_link(write.commit, said.departure_id, said.arrival_id, None)


def described(book: Book, found: Match) -> str:
    """A transfer in words: its legs, what was sent, from where to where, what did not arrive."""
    holdings, accounts = book.catalog.holdings, book.catalog.accounts
    departure = found.departure
    numbers = ", ".join(str(arrival.transaction_id) for arrival in found.arrivals)
    asset = book.catalog.assets[departure.asset_id].key
    here = accounts[holdings[departure.holding_id].account_id].name
    there = dict.fromkeys(accounts[holdings[a.holding_id].account_id].name for a in found.arrivals)
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
        touch_together(write, {number for link in links for number in link.legs})
        return
    fits = _fits(write, links)
    for link in links:
        answer = link.answer if fits else None
        record_link(write, link.departure_id, link.arrival_id, answer)


def _bring_back(write: Recording, leg: int, former: Recorded) -> None:
    """Record again the leg that an answer made, where it was undone together with this one."""
    source = find_source(write.db, TRANSFERS)
    undone = get_transaction(write.db, former.reversed_by or 0)
    for said in said_of(write.db, leg):
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
