"""Undoing: a reversal takes a transaction out of the walk, and nothing is deleted.

A reversal takes its original's day.  Undoing a reversal records the original again, as
its next revision.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from folio.db.prices.prices import prices_of_commit, row_below
from folio.db.statements.observations import add_observation, balance_below
from folio.db.statements.statements import (
    Imported,
    also_stated,
    get_statement,
    statement_balances,
    statement_transactions,
)
from folio.db.transactions.ledger import Recorded, get_transaction, revisions_of
from folio.db.transactions.postings import action_of, postings_of
from folio.errors import FolioError
from folio.operations.recording import Who, recording
from folio.operations.transactions.cover import Cover
from folio.operations.transactions.reversals import record_again, refuse_undone, reverse
from folio.operations.transfers.link_transfers import settle_new_legs


class Undone(NamedTuple):
    """What an undoing did."""

    recorded: Recorded  # what was undone
    number: int  # of what undoes it, or of what it is recorded as again
    short: list[str]  # what lacks its units now, in words


def undo_transaction(
    db: sqlite3.Connection, who: Who, number: int, *, dry_run: bool = False
) -> Undone:
    """Undo a transaction; what it leaves without units is told, and not refused.

    Raises:
        FolioError: when there is none, or it is undone already.
    """
    with recording(db, who, dry_run=dry_run) as write:
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


class UndoneImport(NamedTuple):
    """What the undoing of an import did."""

    imported: Imported
    reversed: int  # transactions
    again: int  # of them: in whose place stands again what they had superseded
    balances: int  # that it stated
    elsewhere: list[tuple[str, int]]  # files that state some of its rows, too, and how many


def undo_import(
    db: sqlite3.Connection, who: Who, statement_id: int, *, dry_run: bool = False
) -> UndoneImport:
    """Undo what one import recorded; what that had superseded counts again.

    Raises:
        FolioError: when there is no such import, or nothing of it is left to undo.
    """
    with recording(db, who, dry_run=dry_run) as write:
        imported = get_statement(db, statement_id)
        if imported is None:
            raise FolioError(f"there is no import {statement_id}; see: folio import list")
        numbers = statement_transactions(db, statement_id)
        open_ones = [r for n in numbers if (r := get_transaction(db, n)) and not r.reversed_by]
        balances = statement_balances(db, statement_id)
        if not open_ones and not balances:
            raise FolioError(
                f"nothing of import {statement_id} is left to undo; see: folio import show "
                f"{statement_id}"
            )
        for recorded in open_ones:
            reverse(write, recorded)
        again = [
            record_again(write, one) for one in _superseded(db, imported, open_ones, set(numbers))
        ]
        settle_new_legs(write)
        for holding, day in balances:
            below = balance_below(db, holding, day, "statement-close", statement_id)
            balance, line = below or (None, None)
            add_observation(write.commit, holding, day, "statement-close", balance, line=line)
            write.touched.observation(holding, day)
        for price in prices_of_commit(db, imported.commit_id):
            stated = row_below(db, price)
            if stated is not None and stated[0] == imported.commit_id:
                write.price(stated[1]._replace(reason=f"import {statement_id} undone"))
        elsewhere = also_stated(db, statement_id)
    return UndoneImport(imported, len(open_ones), len(again), len(balances), elsewhere)


def _superseded(
    db: sqlite3.Connection, imported: Imported, undone: list[Recorded], own: set[int]
) -> Iterator[Recorded]:
    """The reversals of what the undone transactions took the place of.

    ``own`` are all that the import recorded: what comes back of these superseded nothing.
    """
    for recorded in undone:
        revisions = revisions_of(db, recorded.id)
        before = revisions[: revisions.index(recorded.id)]
        came_back = recorded.commit_id != imported.commit_id and not own.isdisjoint(before)
        former = None if came_back or not before else get_transaction(db, before[-1])
        reversal = None if former is None else get_transaction(db, former.reversed_by or 0)
        if reversal is not None and reversal.commit_id == recorded.commit_id:
            yield reversal
