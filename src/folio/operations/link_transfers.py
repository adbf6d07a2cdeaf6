"""Linking the legs of a transfer: by itself where nothing else can be meant.

Whatever records transactions ends with :func:`settle_new_legs`: a leg that was recorded again
(an undone undo, an amendment, a file imported again) takes the answer of its former revision
along, and what is left is linked where exactly one departure and one arrival fit each other.
A pair that the user took apart is never linked again unasked.
"""

import sqlite3
from typing import NamedTuple

from folio.book import Book
from folio.book.transfers import certain, is_open, scaled, unanswered
from folio.db.ledger import get_transaction, revisions_of
from folio.db.legs import get_leg, legs_since
from folio.db.links import Said, add_link, said_of
from folio.db.sources import find_source
from folio.engine.transfers import match
from folio.model.numbers import ZERO, to_text
from folio.model.transfers import Match, TransferLeg
from folio.operations.recording import Recording, Who, recording
from folio.operations.reversals import TRANSFERS, record_again
from folio.operations.transit import record_link


def settle_new_legs(write: Recording) -> list[str]:
    """Answer for the legs that this command recorded, as far as that needs no question.

    Returns the links made unasked, each in words: ``412 → 415, 0.5 BTC from Kraken to Ledger``.
    """
    new = legs_since(write.db, write.touched.first_transaction)
    if not new:
        return []
    for leg in new:
        _take_along(write, leg)
    return _link_certain(write, new)


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
            link(write, found, "paired")
            linked.append(described(book, found))
    return linked


def link(write: Recording, found: Match, answer: str) -> None:
    """Record that these legs are one transfer."""
    for arrival in found.arrivals:
        record_link(write, found.departure.transaction_id, arrival.transaction_id, answer)


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


def _take_along(write: Recording, leg: TransferLeg) -> None:
    """Give a leg the answer that its former revision had."""
    revisions = revisions_of(write.db, leg.transaction_id)
    former = revisions[: revisions.index(leg.transaction_id)]
    if not former:
        return
    said = said_of(write.db, former[-1])
    own = [s for s in said if former[-1] in (s.departure_id, s.arrival_id)]
    for one in own:
        if one.answer is not None and None in (one.departure_id, one.arrival_id):
            _say(write, leg, one.answer)
        elif one.answer is None:
            _stay_apart(write, one)
    for departure in {s.departure_id for s in own if s.answer is not None and s.departure_id}:
        group = [s for s in said if s.departure_id == departure and s.answer is not None]
        _join_again(write, former[-1], [s for s in group if s.arrival_id is not None])


def _say(write: Recording, leg: TransferLeg, answer: str) -> None:
    number = leg.transaction_id
    record_link(write, number if leg.departs else None, None if leg.departs else number, answer)


def _stay_apart(write: Recording, said: Said) -> None:
    """A pair that was taken apart stays so, under the numbers of its last revisions."""
    if said.departure_id is not None and said.arrival_id is not None:
        departure = revisions_of(write.db, said.departure_id)[-1]
        arrival = revisions_of(write.db, said.arrival_id)[-1]
        add_link(write.commit, departure, arrival, None)


class _Joined(NamedTuple):
    """A link between former revisions, and the legs that stand in their places now."""

    said: Said
    departure: TransferLeg
    arrival: TransferLeg


def _join_again(write: Recording, former: int, group: list[Said]) -> None:
    """Link the last revisions of a transfer's legs, if all are there and nothing else's."""
    joined = []
    for said in group:
        departure = _last(write, said.departure_id or 0, former, said.answer)
        arrival = _last(write, said.arrival_id or 0, former, said.answer)
        if departure is None or arrival is None:
            return
        joined.append(_Joined(said, departure, arrival))
    book = Book(write.db)
    departure, arrivals = joined[0].departure, tuple(one.arrival for one in joined)
    legs = (departure, *arrivals)
    if not all(is_open(book, leg.transaction_id) for leg in legs):
        return
    if not _still_fits(write, former, departure, arrivals):
        return
    for said, _, arrival in joined:
        if (departure.transaction_id, arrival.transaction_id) != said[:2]:
            add_link(write.commit, said.departure_id, said.arrival_id, None)
        record_link(write, departure.transaction_id, arrival.transaction_id, said.answer)


def _last(write: Recording, number: int, former: int, answer: str | None) -> TransferLeg | None:
    """The last revision of a leg; one that was undone together with ``former`` comes back."""
    last = revisions_of(write.db, number)[-1]
    found = get_leg(write.db, last)
    if found is not None or answer != "internal":
        return found
    gone, with_it = get_transaction(write.db, last), get_transaction(write.db, former)
    if gone is None or gone.source_id != find_source(write.db, TRANSFERS) or with_it is None:
        return None
    undone = get_transaction(write.db, gone.reversed_by or 0)
    together = get_transaction(write.db, with_it.reversed_by or 0)
    if undone is None or together is None or undone.commit_id != together.commit_id:
        return None
    if not _says_the_same(write, former):
        return None
    return get_leg(write.db, record_again(write, undone))


def _still_fits(
    write: Recording, former: int, departure: TransferLeg, arrivals: tuple[TransferLeg, ...]
) -> bool:
    """Whether the legs may be one transfer: as the former revision said, or as proposed."""
    if any(a.asset_id != departure.asset_id for a in arrivals) or any(
        a.holding_id == departure.holding_id for a in arrivals
    ):
        return False
    book = Book(write.db)
    fits = match(scaled(book, departure), tuple(scaled(book, a) for a in arrivals))
    return fits is not None or _says_the_same(write, former)


def _says_the_same(write: Recording, former: int) -> bool:
    """Whether the last revision of a transaction states what this one did, notes apart."""
    before = get_transaction(write.db, former)
    after = get_transaction(write.db, revisions_of(write.db, former)[-1])
    return before is not None and after is not None and before.content == after.content
