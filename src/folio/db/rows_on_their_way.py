"""The rows of a file between their reading and their statement's record."""

import hashlib
from collections.abc import Sequence

from folio.db.commits import Commit, rows_digested
from folio.db.statements import StatementRow


class RowsOnTheirWay:
    """The rows of a file while it is read: kept aside until its statement is recorded.

    They are written to a table of this connection alone, which is not in the book: only at
    the end is it known whether the file adds anything, and what its statement says of it.
    """

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._digest = hashlib.sha256()
        commit.db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS rows_on_their_way "
            "(line INTEGER PRIMARY KEY, text TEXT, status TEXT, reason TEXT)"
        )
        commit.db.execute("DELETE FROM rows_on_their_way")

    def add(self, rows: Sequence[StatementRow]) -> None:
        """Take in rows, by line, after those before."""
        self._digest.update(rows_digested(rows))
        query = "INSERT INTO rows_on_their_way VALUES (?, ?, ?, ?)"
        self._commit.db.executemany(query, rows)

    @property
    def sha256(self) -> str:
        """The digest by which the statement proves its rows."""
        return self._digest.hexdigest()

    def write(self, statement_id: int) -> None:
        """Write the rows, which their statement proves."""
        self._commit.db.execute(
            "INSERT INTO statement_rows SELECT ?, line, text, status, reason "
            "FROM rows_on_their_way ORDER BY line",
            [statement_id],
        )
        self._commit.db.execute("DELETE FROM rows_on_their_way")
