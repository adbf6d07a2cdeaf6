"""What is wrong with a statement: rows that cannot be read, drafts that cannot be recorded."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from folio.db.statements.exclusions import excluded_texts
from folio.errors import BadRows, FolioError
from folio.model.statements import BAD, RawRow, Statement
from folio.model.transactions import Draft
from folio.operations.importing.read_files import LISTED, File, bad_rows, but_excluded

ENOUGH = 20_000  # rows that cannot be read


class Faults:
    """The faults of one file, found while it is recorded and said together at its end."""

    def __init__(self, db: sqlite3.Connection, file: File, *, skip_bad: bool) -> None:
        self._db = db
        self._path: Path = file.path
        self._profile = file.profile
        # The rows of a statement in memory were looked at when it was read.
        self._looks = not isinstance(file.statement, Statement)
        self._skip_bad = skip_bad
        self._excused: set[str] | None = None  # rows that the user said to leave out
        self._bad: list[RawRow] = []  # the first that cannot be read
        self._unread = 0
        self._unrecorded: dict[str, int] = {}  # what is wrong with drafts, by their first line
        self._stopped: FolioError | None = None

    @property
    def hopeless(self) -> bool:
        """Whether so many rows cannot be read that the rest is of no interest."""
        return self._unread > ENOUGH

    @property
    def final(self) -> bool:
        """Whether nothing will be recorded, whatever else is found."""
        return bool(self._unread or self._stopped)

    @property
    def found(self) -> bool:
        """Whether anything is wrong so far."""
        return self.final or bool(self._unrecorded)

    def readable(self, rows: Sequence[RawRow]) -> Sequence[RawRow]:
        """The rows; those that cannot be read are noted, or skipped where the user said so."""
        if not self._looks or not any(row.status == BAD for row in rows):
            return rows
        if self._excused is None:
            self._excused = excluded_texts(self._db, self._profile)
        rows = list(but_excluded(rows, self._excused))
        bad = [] if self._skip_bad else [row for row in rows if row.status == BAD]
        self._unread += len(bad)
        self._bad += bad[: LISTED - len(self._bad)]
        return rows

    def stop(self, fault: FolioError) -> None:
        """Note what keeps the whole file from being recorded."""
        self._stopped = fault

    def of_draft(self, draft: Draft, fault: FolioError) -> None:
        self._unrecorded.setdefault(str(fault), draft.lines[0] if draft.lines else 0)

    def refuse(self, rows: int) -> None:
        """Raise what was found in so many rows, if anything was: the unreadable first."""
        if self._unread:
            whole = not self.hopeless
            raise bad_rows(self._path, self._profile, self._bad, self._unread, rows, whole=whole)
        if self._stopped is not None:
            raise self._stopped
        listed = [f"\n  line {line}: {text}" for text, line in self._unrecorded.items()]
        if listed:
            more = f"\n  … and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
            said = "".join(listed[:LISTED]) + more
            raise BadRows(f"{self._path}: nothing was recorded:{said}")
