"""Reversals: a transaction leaves the walk, and comes back as its next revision.

A leg of a transfer leaves with its link: the other leg is open again, and one that an answer
recorded in its stead goes with it.
"""

import sqlite3
from collections.abc import Iterable

from folio.db.arrangements.sources import find_source
from folio.db.transactions.ledger import Recorded, find_transaction, get_transaction
from folio.db.transactions.links import links_of
from folio.db.transactions.postings import (
    NewPosting,
    NewTransaction,
    action_of,
    lines_of,
    lots_named,
    postings_of,
)
from folio.errors import FolioError
from folio.model.numbers import to_text
from folio.operations.recording import Recording
from folio.operations.transactions.account_rules import check_open

UNDO = "undo"
TRANSFERS = "transfers"  # the source of legs that an answer recorded


def reverse(write: Recording, recorded: Recorded, source: str = UNDO) -> int:
    """Record the reversal of a transaction; returns its id.  ``source`` says who undoes it."""
    _check(write, recorded)
    made = _release(write, recorded)
    postings = [
        NewPosting(p.holding_id, p.role, to_text(-p.quantity))
        for p in postings_of(write.db, recorded.id)
    ]
    action = action_of(write.db, recorded.id)
    number = write.transaction(
        NewTransaction(
            "reversal",
            recorded.occurred_on,
            recorded.occurred_at,
            recorded.account_id,
            write.source(source),
            f"{recorded.id}",
            1,
            recorded.content,
            postings,
            reverses=recorded.id,
        ),
        replay=True,
    )
    if action is not None:
        write.touched.asset(action.asset_id, recorded.occurred_on)
    for other in made:
        reverse(write, other)
    return number


def refuse_undone(db: sqlite3.Connection, recorded: Recorded) -> None:
    """Refuse a transaction that was undone, or amended.

    Raises:
        FolioError: with what it is now, or how it comes back.
    """
    if recorded.reversed_by is None:
        return
    newest = find_transaction(db, recorded.account_id, recorded.source_id, recorded.external_id)
    if newest is not None and not newest[3]:
        raise FolioError(f"transaction {recorded.id} was recorded anew; it is {newest[0]} now")
    raise FolioError(
        f"transaction {recorded.id} is undone already, by {recorded.reversed_by}; "
        f"record it again with: folio undo {recorded.reversed_by}"
    )


def _release(write: Recording, recorded: Recorded) -> list[Recorded]:
    """Mark what its link touches; returns the legs that an answer recorded in its stead."""
    links = [link for link in links_of(write.db, recorded.id) if link.pairs]
    legs = {leg for link in links for leg in link.legs}
    touch_together(write, legs)
    internal = {leg for link in links if link.answer == "internal" for leg in link.legs}
    others = (get_transaction(write.db, leg) for leg in sorted(internal - {recorded.id}))
    source = find_source(write.db, TRANSFERS)
    return [one for one in others if one is not None and one.source_id == source]


def touch_together(write: Recording, legs: Iterable[int]) -> None:
    """Say that the legs of one transfer are judged anew, from the day of the first of them."""
    found = [one for leg in legs if (one := get_transaction(write.db, leg)) is not None]
    for leg in found:
        for posting in postings_of(write.db, leg.id):
            first = min(one.occurred_on for one in found)
            write.touched.holding(posting.holding_id, first, replay=True)


def _check(write: Recording, recorded: Recorded) -> None:
    holdings = write.catalog.holdings
    touched = {holdings[p.holding_id].account_id for p in postings_of(write.db, recorded.id)}
    if recorded.account_id is not None:
        touched.add(recorded.account_id)
    for number in sorted(touched):
        check_open(write, write.catalog.accounts[number], recorded.occurred_on)


def record_again(write: Recording, reversal: Recorded) -> int:
    """Record again what a reversal took away, as its next revision; returns its id."""
    original = get_transaction(write.db, reversal.reverses or 0)
    if original is None:
        raise FolioError(f"transaction {reversal.reverses} is not in the book; run: folio verify")
    return next_revision(write, original)


def next_revision(write: Recording, original: Recorded) -> int:
    """Record what was reversed again as it was, with the note that is said; returns its id."""
    newest = find_transaction(
        write.db, original.account_id, original.source_id, original.external_id
    )
    if newest is not None and not newest[3]:
        raise FolioError(
            f"transaction {original.id} was recorded again already, as {newest[0]}; "
            f"see: folio register --all"
        )
    _check(write, original)
    return write.transaction(
        NewTransaction(
            original.kind,
            original.occurred_on,
            original.occurred_at,
            original.account_id,
            original.source_id,
            original.external_id,
            (newest[1] if newest else 0) + 1,
            original.content,
            [posting.again for posting in postings_of(write.db, original.id)],
            related_asset_id=original.related_asset_id,
            note=original.note,
            action=action_of(write.db, original.id),
            lots=lots_named(write.db, original.id),
            lines=lines_of(write.db, original.id),
        )
    )
