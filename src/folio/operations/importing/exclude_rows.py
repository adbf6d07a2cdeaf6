"""Leaving rows out that a statement keeps offering, and taking them in again.

A row that was recorded is undone when it is left out, and recorded again when it is taken in;
a row that waited for an answer waits again.  What is left out stays out of every later file
that states it.
"""

from folio.db.statements.exclusions import excluded_ids, exclusions
from folio.db.statements.statements import Asked, add_row_answer, recorded_lines, statement_source
from folio.db.transactions.ledger import find_transaction, get_transaction
from folio.errors import FolioError, UsageError
from folio.operations.recording import Recording
from folio.operations.transactions.reversals import record_again, reverse
from folio.operations.transfers.link_transfers import settle_new_legs


def parse_row(row: str) -> tuple[int, int]:
    """The import and the line of ``IMPORT:LINE``.

    Raises:
        UsageError: for anything else.
    """
    number, _, line = row.partition(":")
    if not (number.isdecimal() and line.isdecimal()):
        raise UsageError(f"{row!r} is not IMPORT:LINE, such as 3:17; see: folio status")
    return int(number), int(line)


def exclude_recorded(write: Recording, row: str) -> bool:
    """Leave a row that was recorded out of later files, and undo it where it is not undone yet.

    False where it recorded nothing, or is left out already.
    """
    db = write.db
    statement, line = parse_row(row)
    source = statement_source(db, statement)
    if source is None:
        return False
    stated = [get_transaction(db, n) for n in dict(recorded_lines(db, statement)).get(line, ())]
    keys = {(one.account_id, one.external_id) for one in stated if one and one.source_id == source}
    left_out = excluded_ids(db, source)
    newest = [
        one
        for account, external_id in sorted(keys, key=str)
        if (account or 0, external_id) not in left_out
        and (known := find_transaction(db, account, source, external_id)) is not None
        and (one := get_transaction(db, known[0])) is not None
    ]
    if not newest:
        return False
    for one in newest:  # of a row that was undone and imported again, its last revision
        if one.reversed_by is None:
            reverse(write, one)
        asked = Asked(statement, line, one.account_id, one.source_id, one.external_id, one.id)
        add_row_answer(write.commit, asked, "ignored")
    return True


def include_row(write: Recording, row: str) -> int:
    """Take in a row that was left out; returns how many transactions are recorded again.

    Raises:
        FolioError: when it is not left out.
    """
    place = parse_row(row)
    found = [one for one in exclusions(write.db) if one.row[:2] == place]
    if not found:
        raise FolioError(f"row {row} is not left out; see: folio import exclusions")
    for one in found:
        add_row_answer(write.commit, one.row, None)
    again = sum(_record_again(write, one.row) for one in found if one.status == "recorded")
    settle_new_legs(write)
    return again


def _record_again(write: Recording, one: Asked) -> bool:
    """Record again what the row had recorded, where leaving it out undid that."""
    if one.source_id is None or one.external_id is None:
        return False
    known = find_transaction(write.db, one.account_id, one.source_id, one.external_id)
    undone = None if known is None else get_transaction(write.db, known[0])
    if undone is None or undone.reversed_by is None:
        return False
    reversal = get_transaction(write.db, undone.reversed_by)
    if reversal is None:
        return False
    record_again(write, reversal)
    return True
