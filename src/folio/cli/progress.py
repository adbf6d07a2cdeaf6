"""A bar on the terminal for what takes longer than a second.

Where one step of it takes long, SQLite calls back on the way.
"""

import contextlib
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from folio.cli.text import visible
from folio.db.file.connection import be_interruptible

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS = 1


class Bar:
    """Is told how far something is; Rich is started only when it takes its time."""

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self.started = time.monotonic()
        self.what = ""
        self.told: tuple[str, int, int] | None = None  # last
        self.progress: Progress | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        self.told = what, done, total
        if not self.shown or time.monotonic() - self.started < SECONDS:
            return
        if self.progress is None:
            self._start()
        if self.progress is not None:
            if what != self.what:
                self._begin(self.progress, what, total)
            self.progress.update(self.progress.task_ids[0], completed=done)

    def tick(self) -> int:
        """Nothing is new; returns 0."""
        if self.told is not None:
            self(*self.told)
        return 0

    def _begin(self, progress: "Progress", what: str, total: int) -> None:
        self.what = what
        for task in progress.task_ids:
            progress.remove_task(task)
        progress.add_task(visible(what), total=total or None)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        what = TextColumn("{task.description}", markup=False)
        self.progress = Progress(
            what, BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self.progress.start()

    def close(self) -> None:
        """Take the bar off the terminal, for good."""
        self.shown = False
        if self.progress is not None:
            self.progress.stop()


@contextlib.contextmanager
def bar(db: "sqlite3.Connection | None" = None, *, at_once: bool = False) -> Iterator[Bar]:
    """A bar on standard error, where that is a terminal; ``at_once`` waits for no second.

    What ``db`` runs meanwhile moves it.
    """
    made = Bar(shown=sys.stderr.isatty())
    made.started -= SECONDS if at_once else 0
    if db is not None and made.shown:
        be_interruptible(db, made.tick)
    try:
        yield made
    finally:
        made.close()
