"""Undoing: a reversal takes a transaction out of the walk, and nothing is deleted.

A reversal takes its original's day.  Undoing a reversal records the original again, as
its next revision.  Amending is a reversal and the corrected transaction in one commit.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book.wording import wording
from folio.db.ledger import Recorded, get_transaction, revisions_of
from folio.db.observations import add_observation, balance_below
from folio.db.postings import action_of, lines_of, lots_named, postings_of
from folio.db.prices import prices_of_commit, row_below
from folio.db.sources import source_names
from folio.db.statements import Imported, get_statement, statement_balances, statement_transactions
from folio.errors import FolioError
from folio.model.numbers import to_text
from folio.model.quote_units import QUOTE_UNITS
from folio.operations.add_transactions import drafting_context
from folio.operations.drafting import draft_from
from folio.operations.link_transfers import settle_new_legs
from folio.operations.quote_units import said_in_major
from folio.operations.record import Outcome, Recorder
from folio.operations.recording import Recording, Who, recording
from folio.operations.reversals import record_again, reverse


def undo_transaction(
    db: sqlite3.Connection, who: Who, number: int, *, dry_run: bool = False
) -> tuple[Recorded, int]:
    """Undo a transaction; returns it, and the id of what undoes it.

    Raises:
        FolioError: when there is none, or it is undone already.
    """
    with recording(db, who, dry_run=dry_run) as write:
        recorded = _undoable(db, number)
        if recorded.kind == "reversal":
            again = record_again(write, recorded)
            settle_new_legs(write)
            return recorded, again
        return recorded, reverse(write, recorded)


def _undoable(db: sqlite3.Connection, number: int) -> Recorded:
    recorded = get_transaction(db, number)
    if recorded is None:
        raise FolioError(f"there is no transaction {number}; see: folio register")
    if recorded.reversed_by is not None:
        raise FolioError(
            f"transaction {number} is undone already, by {recorded.reversed_by}; "
            f"record it again with: folio undo {recorded.reversed_by}"
        )
    return recorded


def amend_transaction(
    db: sqlite3.Connection,
    who: Who,
    number: int,
    changes: dict[str, str],
    *,
    today: dt.date,
    dry_run: bool = False,
) -> tuple[Recorded, Outcome]:
    """Correct a transaction: its reversal and the corrected one, in one commit.

    ``changes`` are keys of a batch; the rest stays as it was recorded.

    Raises:
        FolioError: when it cannot be undone, or cannot be said in words.
    """
    if not changes:
        raise FolioError("nothing to change; say what, such as --price 118.30")
    with recording(db, who, dry_run=dry_run) as write:
        recorded = _undoable(db, number)
        if recorded.kind == "reversal":
            raise FolioError(
                f"transaction {number} undoes {recorded.reverses}; record that again with: "
                f"folio undo {number}, and amend what it becomes"
            )
        said = wording(write.catalog, recorded, postings_of(db, number), action_of(db, number))
        if not said.complete:
            raise FolioError(
                f"transaction {number} has more parts than words; undo it with: folio undo "
                f"{number}, and record what is right"
            )
        changes = said_in_major(changes, unit=_unit(write, said.words))
        words = said.words | {"lot": _lots(lots_named(db, number))} | changes
        if "price" in changes and "amount" not in changes:
            words.pop("amount", None)
        if ("quantity" in changes or "price" in changes) and "to_quantity" not in changes:
            words.pop("amount", None)
            if recorded.kind == "transfer":
                words.pop("to_quantity", None)
        if changes.get("on", words["on"]) != recorded.occurred_on.isoformat():
            words.pop("at", None)  # the instant was of the former day
        reverse(write, recorded)
        draft = draft_from(words, drafting_context(write.catalog, today))
        source = source_names(db)[recorded.source_id]
        recorder = Recorder(write, source, by_hand=True)
        outcome = recorder.record(
            draft._replace(external_id=recorded.external_id), tuple(lines_of(db, number))
        )
        settle_new_legs(write)
        write.checks.append(recorder.cover.refuse_uncovered)
    return recorded, outcome


def _lots(named: list[tuple[int, int, Decimal | None]]) -> str:
    """Named lots as ``--lot`` says them."""
    return ",".join(
        str(lot) if units is None else f"{lot}:{to_text(units)}" for _, lot, units in named
    )


def _unit(write: Recording, words: dict[str, str]) -> str | None:
    """In which quote unit a new price is meant: its asset's, if it is a part of the currency."""
    asset = next((a for a in write.catalog.assets.values() if a.key == words.get("asset")), None)
    unit = None if asset is None else QUOTE_UNITS.get(asset.quote_unit or "")
    return unit.code if unit is not None and unit.currency == words.get("currency") else None


class UndoneImport(NamedTuple):
    """What the undoing of an import did."""

    imported: Imported
    reversed: int  # transactions
    again: int  # of them: in whose place stands again what they had superseded
    balances: int  # that it stated


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
    return UndoneImport(imported, len(open_ones), len(again), len(balances))


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
