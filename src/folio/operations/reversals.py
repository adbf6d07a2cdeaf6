"""Reversals: a transaction leaves the walk, and comes back as its next revision."""

from folio.db.ledger import Recorded, find_transaction, get_transaction
from folio.db.postings import (
    NewPosting,
    NewTransaction,
    action_of,
    lines_of,
    lots_named,
    postings_of,
)
from folio.errors import FolioError
from folio.operations.account_rules import check_open
from folio.operations.recording import Recording

UNDO = "undo"


def reverse(write: Recording, recorded: Recorded, source: str = UNDO) -> int:
    """Record the reversal of a transaction; returns its id.  ``source`` says who undoes it."""
    _check(write, recorded)
    postings = [
        NewPosting(p.holding_id, p.role, -p.quantity) for p in postings_of(write.db, recorded.id)
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
    return number


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
            [NewPosting(*posting) for posting in postings_of(write.db, original.id)],
            related_asset_id=original.related_asset_id,
            note=original.note,
            action=action_of(write.db, original.id),
            lots=lots_named(write.db, original.id),
            lines=lines_of(write.db, original.id),
        )
    )
