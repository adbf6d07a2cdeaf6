"""Undoing an import: whatever it recorded is reversed, some of it at a time."""

import datetime as dt
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.db.prices.prices import prices_of_commit, row_below
from folio.db.statements.observations import add_observation, balance_below, closes_of
from folio.db.statements.statements import (
    Imported,
    also_stated,
    get_statement,
    statement_balances,
    statement_source,
    statement_transactions,
)
from folio.db.transactions.ledger import Recorded, get_transactions, revisions_of, superseded_by
from folio.errors import FolioError
from folio.operations.importing.pockets import Pockets, earlier_pockets, restated
from folio.operations.recording import Recording
from folio.operations.transactions.reversals import record_again, reverse_all
from folio.operations.transfers.link_transfers import settle_new_legs
from folio.operations.watching import WORKING_OUT, Watch, unwatched

_AT_ONCE = 1000  # transactions


class UndoneImport(NamedTuple):
    """What the undoing of an import did."""

    imported: Imported
    reversed: int  # transactions
    again: int  # of them: in whose place stands again what they had superseded
    balances: int  # that it stated
    elsewhere: list[tuple[str, int]]  # files that state some of its rows, too, and how many


def undo_import(write: Recording, statement_id: int, *, watch: Watch = unwatched) -> UndoneImport:
    """Undo what one import recorded; what that had superseded counts again.

    ``watch`` is told how far it is.

    Raises:
        FolioError: when there is no such import, or nothing of it is left to undo.
    """
    db = write.db
    imported = get_statement(db, statement_id)
    if imported is None:
        raise FolioError(f"there is no import {statement_id}; see: folio import list")
    own = statement_transactions(db, statement_id)
    balances = statement_balances(db, statement_id)
    source = statement_source(db, statement_id) or 0
    pockets = earlier_pockets(db, source)
    superseded: list[int] = []  # by what is undone: the reversals of these
    undone, what = 0, f"undoing {imported.file_name}"
    for some in reverse_all(write, _open_ones(db, imported, own, superseded)):
        undone += some
        watch(what, undone, len(own))
    if not undone and not balances:
        raise FolioError(
            f"nothing of import {statement_id} is left to undo; see: folio import show "
            f"{statement_id}"
        )
    for reversal in get_transactions(db, superseded):
        record_again(write, reversal)
    settle_new_legs(write)
    _take_back(write, statement_id, balances, pockets, earlier_pockets(db, source))
    for price in prices_of_commit(db, imported.commit_id):
        stated = row_below(db, price)
        if stated is not None and stated[0] == imported.commit_id:
            write.price(stated[1]._replace(reason=f"import {statement_id} undone"))
    elsewhere = also_stated(db, statement_id)
    watch(WORKING_OUT, 0, 0)
    return UndoneImport(imported, undone, len(superseded), len(balances), elsewhere)


def _take_back(
    write: Recording,
    statement_id: int,
    balances: Sequence[tuple[int, dt.date]],
    before: Mapping[int, Mapping[int, Pockets]],
    after: Mapping[int, Mapping[int, Pockets]],
) -> None:
    """Take back what the import stated; what had been stated counts again, and what others state
    of other pockets is that without those of the import.
    """
    said: dict[tuple[int, dt.date], tuple[Decimal | None, tuple[int, int] | None]] = {}
    for holding, day in balances:
        below = balance_below(write.db, holding, day, "statement-close", statement_id)
        said[holding, day] = below or (None, None)
    for holding, statements in before.items():
        left = after.get(holding, {})
        if len(left) == len(statements):
            continue
        closes = closes_of(write.db, holding)
        for other in restated(write.db, holding, closes, statements, left):
            key = holding, other.day
            if key in said and other.number not in left:
                continue
            if key in said or other.balance != closes.get(other.day):
                said[key] = other.balance, None
    for (holding, day), (balance, line) in said.items():
        add_observation(write.commit, holding, day, "statement-close", balance, line=line)
        write.touched.observation(holding, day)


def _open_ones(
    db: sqlite3.Connection, imported: Imported, own: Sequence[int], superseded: list[int]
) -> Iterator[Recorded]:
    """What an import recorded and nobody undid; with what reversed the former revisions of that,
    in ``superseded``.

    ``own`` are all that the import recorded, by number: what came back of these superseded nothing.
    """
    for at in range(0, len(own), _AT_ONCE):
        some = get_transactions(db, own[at : at + _AT_ONCE])
        undone = {one.id: one for one in some if one.reversed_by is None}
        for number, reversal in superseded_by(db, undone):
            came_back = undone[number].commit_id != imported.commit_id and any(
                former < number and own[bisect_left(own, former)] == former
                for former in revisions_of(db, number)
            )
            if not came_back:
                superseded.append(reversal)
        yield from undone.values()
