"""Undoing: a reversal takes a transaction out of the walk, and nothing is deleted.

A reversal takes its original's day.  Undoing a reversal records the original again, as
its next revision.
"""

import sqlite3
from typing import NamedTuple

from folio.db.transactions.ledger import Recorded, get_transaction
from folio.db.transactions.postings import action_of, postings_of
from folio.errors import FolioError
from folio.operations.recording import Recording
from folio.operations.transactions.cover import Cover
from folio.operations.transactions.reversals import record_again, refuse_undone, reverse
from folio.operations.transfers.link_transfers import settle_new_legs


class Undone(NamedTuple):
    """What an undoing did."""

    recorded: Recorded  # what was undone
    number: int  # of what undoes it, or of what it is recorded as again
    short: list[str]  # what lacks its units now, in words


def undo_transaction(write: Recording, number: int) -> Undone:
    """Undo a transaction; what it leaves without units is told, and not refused.

    Raises:
        FolioError: when there is none, or it is undone already.
    """
    db = write.db
    recorded = undoable(db, number)
    cover, short = Cover(write), list[str]()
    cover.note_all(postings_of(db, number))
    action = action_of(db, recorded.reverses or number)
    if action is not None and action.ratio is not None:
        cover.note_split(write.catalog.assets[action.asset_id].id)
    if recorded.kind == "reversal":
        again = record_again(write, recorded)
        settle_new_legs(write)
    else:
        again = reverse(write, recorded)
    write.checks.append(lambda: short.extend(text for _, text in cover.faults("lacks")))
    return Undone(recorded, again, short)


def undoable(db: sqlite3.Connection, number: int) -> Recorded:
    """The transaction, which is not undone yet.

    Raises:
        FolioError: when there is none, or it is.
    """
    recorded = get_transaction(db, number)
    if recorded is None:
        raise FolioError(f"there is no transaction {number}; see: folio register")
    refuse_undone(db, recorded)
    return recorded
