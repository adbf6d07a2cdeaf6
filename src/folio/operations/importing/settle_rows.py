"""Settling rows that an import did not record: reading them again, and answering."""

import shlex
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from folio.db.arrangements.settings import load_settings
from folio.db.statements.statements import (
    Asked,
    Imported,
    Unsettled,
    add_row_answer,
    get_statement,
    read_rows,
    recorded_lines,
    statement_command,
    unsettled_rows,
)
from folio.db.transactions.ledger import get_transaction
from folio.errors import FolioError, UsageError, one_of
from folio.importers import Profile, written_as
from folio.importers.cells.rows import OPEN
from folio.importers.recognition.signatures import FORMATS, Format, read_by
from folio.model.statements import BAD, SKIPPED, KnownRows, RawRow, Statement
from folio.model.transactions import AccountRef, Draft
from folio.operations.importing.exclude_rows import exclude_recorded, parse_row
from folio.operations.importing.import_statement import Import, Summary
from folio.operations.importing.place_accounts import placed
from folio.operations.importing.read_files import INCLUDING, WRITTEN, Choices, File
from folio.operations.reconciling.compare_balances import compare_when_derived
from folio.operations.recording import Recording
from folio.operations.transactions.record import ALREADY, RECORDED, Recorder
from folio.operations.transactions.reversals import reverse
from folio.operations.transfers.link_transfers import settle_new_legs

if TYPE_CHECKING:
    from folio.importers.tables.stream import Stream

ANSWERS = ("same", "different", "ignored")


def retry_import(
    write: Recording,
    number: int,
    profiles: Mapping[str, Profile],
    *,
    create: bool = False,
    supersede: bool = False,
) -> Summary:
    """Read an import's kept rows again, with the profile as it is now.

    Rows that are recorded stay as they are; ``supersede`` replaces those that are now
    read otherwise.

    Raises:
        FolioError: when there is no such import, or its profile is gone.
    """
    db = write.db
    imported = _get(db, number)
    if imported.profile in INCLUDING:
        raise FolioError(
            f"{imported.file_name} is read by {imported.profile} whole; mend it there and import "
            "it again: what is recorded stays"
        )
    statement = _read_again(db, imported, profiles)
    file = File(Path(imported.file_name), imported.file_sha256, 0, imported.profile, statement)
    choices = Choices(
        imported.profile, _account_name(db, imported), create, skip_bad=True, supersede=supersede
    )
    again = _Retry(write, file, choices, imported)
    summary = again.run()._replace(linked=settle_new_legs(write).told)
    (compared,) = compare_when_derived(write, [again.balances.compared])
    return summary._replace(balances=compared)


class _Retry(Import):
    """The rows of an import on their second way into the book; the import stays one."""

    def __init__(self, write: Recording, file: File, choices: Choices, imported: Imported) -> None:
        super().__init__(write, file, choices)
        self.imported = imported
        self.stated = dict(recorded_lines(write.db, imported.id))
        self.own = {number for numbers in self.stated.values() for number in numbers}
        self.unsettled = {
            row.line: row for row in unsettled_rows(write.db) if row.statement_id == imported.id
        }

    def _settle(self, rows: Sequence[RawRow], known: KnownRows) -> None:
        self.fates.of(rows)  # they are kept already

    def _take(self, recorder: Recorder, draft: Draft) -> None:
        stated = {number for line in draft.lines for number in self._in_force(line)}
        if stated and not self.choices.supersede:
            return
        count = len(self.new)
        super()._take(recorder, draft)
        if len(self.new) > count:
            for number in stated:
                recorded = get_transaction(self.write.db, number)
                if recorded is not None and recorded.reversed_by is None:
                    reverse(self.write, recorded)

    def _in_force(self, line: int) -> list[int]:
        known = (get_transaction(self.write.db, n) for n in self.stated.get(line, ()))
        return [one.id for one in known if one is not None and one.reversed_by is None]

    def _adds_something(self) -> bool:
        return bool(self.new or self.balances.adds_something or self._settled())

    def _keep(self, statement: "Statement | Stream") -> int:
        new = set(self.new)
        self.write.link(self.imported.id, [link for link in self.links if link[0] in new])
        for line, answer in self._settled().items():
            if answer:
                add_row_answer(self.write.commit, Asked(self.imported.id, line), answer)
        self.waiting = [
            (draft, outcome)
            for draft, outcome in self.waiting
            if any(self._is_rejected(line) for line in draft.lines)
        ]
        self._await_answers(self.imported.id)
        self.balances.keep(self.imported.id)
        return self.imported.id

    def _settled(self) -> dict[int, str]:
        """What became of rows that waited; "" where that is said elsewhere."""
        found = {}
        statement = self.file.statement
        for row in statement.rows if isinstance(statement, Statement) else ():
            if row.line not in self.unsettled or row.status == BAD:
                continue
            outcome = self.fates.outcome(row.line)
            if row.status == SKIPPED and row.reason not in OPEN:
                found[row.line] = "ignored"
            elif outcome == ALREADY:
                found[row.line] = "same"
            elif outcome == RECORDED or self._is_rejected(row.line):
                found[row.line] = ""
        return found

    def _is_rejected(self, line: int) -> bool:
        return line in self.unsettled and self.unsettled[line].status == "rejected"


def _get(db: sqlite3.Connection, number: int) -> Imported:
    imported = get_statement(db, number)
    if imported is None:
        raise FolioError(f"there is no import {number}; see: folio import list")
    return imported


def _restore(db: sqlite3.Connection, imported: Imported, folder: Path) -> Path:
    """The file as its rows were kept."""
    lines: list[str] = []
    for row in list(read_rows(db, imported.id)):
        lines += [""] * (row.line - 1 - len(lines))
        lines += row.text.split("\n")
    # Its name is one of a book that anybody may have made: it could lead out of the folder.
    path = folder / (Path(imported.file_name).name.strip(".") or "statement")
    path.touch(mode=0o600)
    # The mark says the encoding, whatever the profile expects of the original.
    path.write_text("\n".join(lines) + "\n", "utf-8-sig")
    return path


def _account_name(db: sqlite3.Connection, imported: Imported) -> str | None:
    from folio.db.arrangements.catalog import Catalog

    if imported.account_id is None:
        return None
    return Catalog(db).accounts[imported.account_id].key


def _read_again(
    db: sqlite3.Connection, imported: Imported, profiles: Mapping[str, Profile]
) -> Statement:
    how = profiles.get(imported.profile) or FORMATS.get(imported.profile)
    if how is None:
        raise FolioError(
            f"the profile {imported.profile!r} of import {imported.id} is gone; bring its file "
            "back, or make one of that name; see: folio profile list"
        )
    zone = ZoneInfo(load_settings(db).book("time_zone"))
    with tempfile.TemporaryDirectory() as folder:
        path = _restore(db, imported, Path(folder))
        if isinstance(how, Format):
            statement = read_by(how, path, zone)
            return placed(db, statement, _account_name(db, imported), path)
        return read_by(written_as(how, _said_of(db, imported)), path, zone)


def _said_of(db: sqlite3.Connection, imported: Imported) -> dict[str, str]:
    """How its file is written, as the command said that imported it (``--set``)."""
    words = iter(shlex.split(statement_command(db, imported.id)))
    said: dict[str, str] = {}
    for word in words:
        option, _, setting = word.partition("=")
        if word == "--map":
            return {}  # the profile that it made has them
        if option == "--set":
            key, _, value = (setting or next(words, "")).partition("=")
            said[key.strip()] = value.strip()
    return {key: value for key, value in said.items() if key in WRITTEN}


def answer_row(write: Recording, row: str, answer: str, profiles: Mapping[str, Profile]) -> int:
    """Record what the user says of a row; returns how many transactions that recorded.

    ``row`` is IMPORT:LINE, or IMPORT for every row of it that was held back.  ``same`` says
    that it is there already, ``different`` records it, ``ignored`` leaves it out and undoes
    what it had recorded.  Other files that state the row are answered with it.

    Raises:
        UsageError: for an unknown answer, or no such row.
    """
    one_of(answer, ANSWERS, "answer")
    db = write.db
    found = _waiting(db, row, answer)
    if not found and answer == "ignored" and exclude_recorded(write, row):
        return 0
    if not found:
        raise UsageError(f"row {row} does not wait for an answer; see: folio status")
    imported = _get(db, found[0].statement_id)
    drafts: list[Draft] = []
    source = ""
    if answer == "different":
        statement = _read_again(db, imported, profiles)
        source = statement.source or statement.profile
        lines = {one.line for one in found}
        drafts = [draft for draft in statement.drafts if lines.intersection(draft.lines)]
        if not lines.issubset(line for draft in drafts for line in draft.lines):
            raise FolioError(
                f"row {row} is read otherwise now; see: folio import retry {imported.id}"
            )
    for one in found:
        add_row_answer(write.commit, one.asked, answer)
    count = sum(_record(write, imported, source, draft) for draft in drafts)
    settle_new_legs(write)
    return count


def _waiting(db: sqlite3.Connection, row: str, answer: str) -> list[Unsettled]:
    """The rows that the answer is for: one that waits, or all of an import that were held."""
    if row.isdecimal():
        own = [u for u in unsettled_rows(db) if str(u.statement_id) == row]
        held = [u for u in own if u.status == "held"]
        if not held and answer == "ignored":
            held = [u for u in own if u.status == "skipped"]
        if not held:
            raise UsageError(f"import {row} has no row that was held back; see: folio status")
        return held
    place = parse_row(row)
    found = [u for u in unsettled_rows(db) if (u.statement_id, u.line) == place]
    if found and found[0].status != "held" and answer != "ignored":
        status = found[0].status
        raise UsageError(f"row {row} is {_NAMES[status]}; answer ignored, or {_INSTEAD[status]}")
    return found


_MEND = "mend the profile and see: folio import retry"
_NAMES = {"conflict": "a conflict", "rejected": "rejected", "skipped": "not understood"}
_INSTEAD = {"conflict": "import it with --supersede", "rejected": _MEND, "skipped": _MEND}


def _record(write: Recording, imported: Imported, source: str, draft: Draft) -> int:
    account = None
    if imported.account_id is not None:
        known = write.catalog.accounts[imported.account_id]
        account = AccountRef(known.name, known.institution)
    outcome = Recorder(write, source, account=account).record(draft)
    if outcome.status != RECORDED:
        return 0
    write.link(imported.id, [(outcome.transaction_id, line) for line in draft.lines])
    return 1
