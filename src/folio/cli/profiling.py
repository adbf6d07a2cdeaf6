"""Where the time of a report goes: ``folio report --profile``, for whoever works on folio."""

import sys
import time
from typing import TYPE_CHECKING

from folio.db.file.timing import TimedConnection

if TYPE_CHECKING:
    from folio.book import Book


class Stages:
    """The CPU time of a command by stage, from the start of the process on."""

    def __init__(self) -> None:
        self._spent: list[tuple[str, float]] = []
        self._last = self._read = 0.0
        self._take("start-up", 0.0)

    def end(self, stage: str, book: "Book") -> None:
        """A stage ends here; after the last one all are told."""
        assert isinstance(book.db, TimedConnection)
        self._take(stage, book.db.seconds)
        if stage == "rendering":
            self._tell(book.db)

    def _take(self, stage: str, read: float) -> None:
        """Take in a stage, and apart from it what SQLite did meanwhile: ``read`` seconds so far."""
        now = time.process_time()
        self._spent.append((stage, now - self._last - (read - self._read)))
        self._last, self._read = now, read

    def _tell(self, db: TimedConnection) -> None:
        spent = [*self._spent, ("reading", db.seconds), ("total", self._last)]
        for stage, seconds in spent:
            more = f"  {db.statements} statements" if stage == "reading" else ""
            print(f"{stage:10} {seconds * 1000:8.1f} ms{more}", file=sys.stderr)
