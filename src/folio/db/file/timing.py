"""A connection that adds up the time spent in SQLite, for ``folio report --profile``."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import Any


class TimedConnection(sqlite3.Connection):
    """Counts what its cursors do."""

    seconds = 0.0  # of CPU
    statements = 0

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _TimedCursor)

    def execute(self, sql: str, values: Any = (), /) -> Any:
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, rows)

    def timed(self, step: Callable[..., Any], *values: Any) -> Any:
        """What a step of SQLite answers."""
        begun = time.process_time()
        try:
            return step(*values)
        finally:
            self.seconds += time.process_time() - begun


class _TimedCursor(sqlite3.Cursor):
    connection: TimedConnection

    def execute(self, sql: str, values: Any = (), /) -> Any:
        self.connection.statements += 1
        return self.connection.timed(super().execute, sql, values)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Any:
        self.connection.statements += 1
        return self.connection.timed(super().executemany, sql, rows)

    def __next__(self) -> Any:
        return self.connection.timed(super().__next__)

    def fetchone(self) -> Any:
        return self.connection.timed(super().fetchone)

    def fetchall(self) -> list[Any]:
        return list(self.connection.timed(super().fetchall))
