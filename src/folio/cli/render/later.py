"""The rows of a table beyond those that are held: measured first, then written.

How wide a column is only its last row tells.  So each is made into text once, and that is kept in a
file without a name, which goes with the command: memory holds a thousand rows, however many come.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from folio.model.table import Cell, Table

AT_ONCE = 1_000  # rows

Part = tuple[list[str], list[str]]  # of a column: the texts of its cells, and their styles


def some_at_a_time(rows: Iterable[dict[str, Cell]]) -> Iterator[list[dict[str, Cell]]]:
    """The rows in lists of ``AT_ONCE``."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def held(table: Table) -> Table:
    """The table with all of its rows in memory, for a page that is made at once."""
    return table._replace(rows=[*table.rows, *table.more], more=())


class Later:
    """The columns of the rows that are not held, some rows at a time."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self.grades: set[Cell] = set()  # that stand among them

    def keep(self, parts: dict[str, Part]) -> None:
        """Keep some rows: a part for each column, by its key."""
        import json
        from tempfile import TemporaryFile

        if self._file is None:
            self._file = TemporaryFile("w+")  # noqa: SIM115  # open as long as the page is written
        self._file.write(json.dumps(parts) + "\n")

    def parts(self) -> Iterator[dict[str, Part]]:
        """What was kept, some rows at a time; once."""
        if self._file is None:
            return
        import json

        with self._file as file:
            file.seek(0)
            yield from map(json.loads, file)
