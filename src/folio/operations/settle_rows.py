"""Settling rows that an import did not record: reading them again, and answering."""

import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from folio.db.settings import load_settings
from folio.db.statements import Imported, get_statement, read_rows, unsettled_rows
from folio.errors import FolioError, UsageError
from folio.importers import Profile, read_statement
from folio.model.statements import Statement
from folio.model.transactions import AccountRef
from folio.operations.import_statement import Choices, Summary, import_files
from folio.operations.names import find_account
from folio.operations.record import HELD, RECORDED, Recorder
from folio.operations.recording import Recording, Who, recording

ANSWERS = ("same", "different", "ignored")


def retry_import(
    db: sqlite3.Connection,
    who: Who,
    number: int,
    profiles: Mapping[str, Profile],
    *,
    create: bool = False,
    supersede: bool = False,
) -> Summary:
    """Read an import's kept rows again, with the profile as it is now.

    Raises:
        FolioError: when there is no such import, or its profile is gone.
    """
    imported = _get(db, number)
    with tempfile.TemporaryDirectory() as folder:
        path = _restore(db, imported, Path(folder))
        choices = Choices(
            imported.profile, _account_name(db, imported), create, True, supersede, False
        )
        return import_files(db, who, [path], profiles, choices)[0]


def _get(db: sqlite3.Connection, number: int) -> Imported:
    imported = get_statement(db, number)
    if imported is None:
        raise FolioError(f"there is no import {number}; see: folio import list")
    return imported


def _restore(db: sqlite3.Connection, imported: Imported, folder: Path) -> Path:
    """The file as its rows were kept."""
    lines: list[str] = []
    for row in read_rows(db, imported.id):
        lines += [""] * (row.line - 1 - len(lines))
        lines += row.text.split("\n")
    path = folder / imported.file_name
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _account_name(db: sqlite3.Connection, imported: Imported) -> str | None:
    from folio.db.catalog import Catalog

    if imported.account_id is None:
        return None
    return Catalog(db).accounts[imported.account_id].key


def answer_row(
    db: sqlite3.Connection,
    who: Who,
    row: str,
    answer: str,
    profiles: Mapping[str, Profile],
) -> int:
    """Record what the user says of a row; returns how many transactions that recorded.

    ``row`` is IMPORT:LINE.  ``same`` says that it is there already, ``different`` records
    it, ``ignored`` leaves it out.

    Raises:
        UsageError: for an unknown answer, or no such row.
    """
    if answer not in ANSWERS:
        raise UsageError(f"{answer!r} is no answer; say one of: {', '.join(ANSWERS)}")
    number, _, line = row.partition(":")
    if not (number.isdecimal() and line.isdecimal()):
        raise UsageError(f"{row!r} is not IMPORT:LINE, such as 3:17; see: folio status")
    waiting = {(u.statement_id, u.line): u for u in unsettled_rows(db)}
    found = waiting.get((int(number), int(line)))
    if found is None:
        raise UsageError(f"row {row} does not wait for an answer; see: folio status")
    if found.status != "held" and answer != "ignored":
        raise UsageError(
            f"row {row} is a {found.status}; answer ignored, or import it with --supersede"
        )
    imported = _get(db, int(number))
    statement = _read_again(db, imported, profiles)
    with recording(db, who) as write:
        return _answer(write, imported, statement, int(line), answer)


def _read_again(
    db: sqlite3.Connection, imported: Imported, profiles: Mapping[str, Profile]
) -> Statement:
    if imported.profile not in profiles:
        raise FolioError(f"the profile {imported.profile!r} of import {imported.id} is gone")
    zone = ZoneInfo(load_settings(db).book("time_zone"))
    with tempfile.TemporaryDirectory() as folder:
        path = _restore(db, imported, Path(folder))
        return read_statement(path, profiles[imported.profile], zone)


def _answer(
    write: Recording, imported: Imported, statement: Statement, line: int, answer: str
) -> int:
    account = None
    if imported.account_id is not None:
        known = write.catalog.accounts[imported.account_id]
        account = AccountRef(known.name, known.institution)
    source = statement.source or statement.profile
    drafts = [draft for draft in statement.drafts if line in draft.lines]
    probing = Recorder(write, source, account=account, holds_twins=True)
    recorded = 0
    for draft in drafts:
        outcome = probing.record(draft)
        ref = draft.account or account
        found = None if ref is None else find_account(write.catalog, ref)
        write.commit.add(
            "row_answers",
            statement_id=imported.id,
            line=line,
            account_id=found and found.id,
            source_id=write.source(source),
            external_id=draft.external_id,
            transaction_id=outcome.transaction_id,
            answer=answer,
        )
        if outcome.status == HELD and answer == "different":
            outcome = Recorder(write, source, account=account).record(draft)
        if outcome.status == RECORDED:
            write.link(imported.id, [(outcome.transaction_id, one) for one in draft.lines])
            recorded += 1
    if not drafts:
        write.commit.add("row_answers", statement_id=imported.id, line=line, answer=answer)
    return recorded
