"""What becomes of the rows of a statement."""

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import chain
from operator import attrgetter

from folio.db.statements import StatementRow
from folio.model.statements import BAD, SKIPPED, RawRow, Statement
from folio.operations.record import ALREADY, CONFLICT, HELD, IGNORED, RECORDED

# Of a row's several drafts the first of these counts; 0: no draft states the row.
_RANK = {RECORDED: 1, CONFLICT: 2, HELD: 3, ALREADY: 4, IGNORED: 5}
_OUTCOME = ("", *_RANK)
_STATUS = ("already", "recorded", "conflict", "held", "already", "skipped")  # by rank
_COUNTED = {
    "recorded": "recorded",
    "already": "already",
    "conflicts": "conflict",
    "held": "held",
    "skipped": "skipped",
    "rejected": "rejected",
}


class Fates:
    """What became of each line of a file."""

    def __init__(self) -> None:
        self._ranks = bytearray()  # by line: a million lines are a megabyte
        self.reasons: dict[int, str] = {}  # why one was not recorded

    def note(self, line: int, outcome: str) -> None:
        """Take in what became of one of a line's drafts."""
        if line >= len(self._ranks):
            self._ranks.extend(bytes(line + 1 - len(self._ranks)))
        rank = _RANK[outcome]
        self._ranks[line] = min(self._ranks[line] or rank, rank)

    def outcome(self, line: int) -> str:
        """RECORDED, ALREADY …; "" where no draft states the line."""
        return _OUTCOME[self._rank(line)]

    def _rank(self, line: int) -> int:
        return self._ranks[line] if line < len(self._ranks) else 0

    def of(self, rows: Iterable[RawRow]) -> Iterator[StatementRow]:
        """The rows as they are kept."""
        for line, text, status, reason in rows:
            if status == BAD:
                yield StatementRow(line, text, "rejected", reason)
            elif status == SKIPPED:
                yield StatementRow(line, text, "skipped", reason)
            else:
                yield StatementRow(line, text, _STATUS[self._rank(line)], self.reasons.get(line))

    def kept(self, statement: Statement) -> Iterator[StatementRow]:
        """The rows as they are kept, with what stands around them, by line."""
        rows, around = self.of(statement.rows), statement.around
        first = next((row.line for row in statement.rows), 0)
        above = [StatementRow(*one, "skipped", "header") for one in around if one[0] < first]
        below = [StatementRow(*one, "skipped", "no row") for one in around if one[0] >= first]
        return chain(above, merge(rows, below, key=attrgetter("line")) if below else rows)

    def counts(self, rows: Iterable[RawRow]) -> dict[str, int]:
        """How many rows had which fate, by the column of a statement that says so."""
        statuses = Counter(row.status for row in self.of(rows))
        return {column: statuses[status] for column, status in _COUNTED.items()}
