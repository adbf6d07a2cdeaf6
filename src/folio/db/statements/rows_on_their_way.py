"""The rows of a file between their reading and their statement's record."""

import hashlib
from collections.abc import Sequence
from itertools import repeat
from operator import itemgetter

from folio.db.recording.commits import Commit, rows_digested
from folio.db.recording.stated_lines import StatedLines
from folio.db.statements.statements import StatementRow
from folio.model.statements import NOTHING_KNOWN, KnownRows


class RowsOnTheirWay:
    """The rows of a file while it is read: kept aside until its statement is recorded.

    They are written to a table of this connection alone, which is not in the book: only at
    the end is it known whether the file adds anything, and what its statement says of it.  Those
    that an earlier statement has are copied from there.
    """

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._digest = hashlib.sha256()
        self._copied = StatedLines()  # lines of the earlier statement and of this one
        self._earlier = 0
        commit.db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS rows_on_their_way "
            "(line INTEGER PRIMARY KEY, text TEXT, status TEXT, reason TEXT)"
        )
        commit.db.execute("DELETE FROM rows_on_their_way")

    def add(self, rows: Sequence[StatementRow], known: KnownRows = NOTHING_KNOWN) -> None:
        """Take in rows, by line, after those before; those ``known`` lie between them, and are
        there already.
        """
        query = "INSERT INTO rows_on_their_way VALUES (?, ?, ?, ?)"
        self._commit.db.executemany(query, rows)
        merged: Sequence[tuple[int, str, str, str | None]] = rows
        if known.lines:
            self._earlier = known.earlier
            for pair in zip(known.earlier_lines, known.lines, strict=True):
                self._copied.add(*pair)
            columns = zip(known.lines, known.texts, repeat("already"), repeat(None), strict=False)
            merged = sorted([*rows, *columns], key=itemgetter(0))
        self._digest.update(rows_digested(merged))

    @property
    def sha256(self) -> str:
        """The digest by which the statement proves its rows."""
        return self._digest.hexdigest()

    def write(self, statement_id: int) -> None:
        """Write the rows, which their statement proves, by line."""
        execute = self._commit.db.execute
        read = (
            "INSERT INTO statement_rows SELECT ?, line, text, status, reason "
            "FROM rows_on_their_way WHERE line >= ? AND line < ? ORDER BY line"
        )
        copy = (
            "INSERT INTO statement_rows SELECT ?, line + ?, text, 'already', NULL "
            "FROM statement_rows WHERE statement_id = ? AND line BETWEEN ? AND ? ORDER BY line"
        )
        done = 0
        for of, line, count in self._copied.runs():
            execute(read, [statement_id, done, line])
            execute(copy, [statement_id, line - of, self._earlier, of, of + count - 1])
            done = line
        execute(read, [statement_id, done, 2**62])
        execute("DELETE FROM rows_on_their_way")
