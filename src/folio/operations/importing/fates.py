"""What becomes of the rows of a statement."""

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter

from folio.db.recording.stated_lines import StatedLines
from folio.db.statements.statements import StatementRow
from folio.importers.cells.rows import OPEN
from folio.model.named import from_tuple
from folio.model.statements import BAD, BESIDE, BOOKED, KnownRows, RawRow
from folio.model.transactions import Draft
from folio.operations.importing.read_files import LEFT_OUT
from folio.operations.transactions.record import (
    ALREADY,
    CANCELLED,
    CONFLICT,
    HELD,
    IGNORED,
    RECORDED,
    Outcome,
)

# Of a row's several drafts the first of these counts; 0: no draft states the row.
_RANK = {RECORDED: 1, CONFLICT: 2, HELD: 3, ALREADY: 4, IGNORED: 5, CANCELLED: 6}
_OUTCOME = ("", *_RANK)
_STATUS = ("already", "recorded", "conflict", "held", "already", "skipped", "skipped")  # by rank
_status = attrgetter("status")
_COUNTED = {
    "recorded": "recorded",
    "already": "already",
    "conflicts": "conflict",
    "held": "held",
    "skipped": "skipped",
    "rejected": "rejected",
}
AT_ONCE = 4096  # lines that get a place
_ROW = from_tuple(StatementRow)


class Fates:
    """What became of each line of a file."""

    def __init__(self) -> None:
        self._ranks = bytearray()  # by line: a million lines are a megabyte
        self.reasons: dict[int, str] = {}  # why one was not recorded
        self.not_understood: list[RawRow] = []  # and move nothing
        self._statuses: Counter[str] = Counter()

    def note(self, line: int, outcome: str) -> None:
        """Take in what became of one of a line's drafts."""
        if line >= len(self._ranks):
            self._ranks.extend(bytes(line + AT_ONCE - len(self._ranks)))
        rank, known = _RANK[outcome], self._ranks[line]
        if not known or rank < known:
            self._ranks[line] = rank

    def outcome(self, line: int) -> str:
        """RECORDED, ALREADY …; "" where no draft states the line."""
        return _OUTCOME[self._rank(line)]

    def _rank(self, line: int) -> int:
        return self._ranks[line] if line < len(self._ranks) else 0

    def of(self, rows: Iterable[RawRow]) -> list[StatementRow]:
        """The rows as they are kept; they are counted, so each is asked for once."""
        kept: list[StatementRow] = []
        beside, reasons = 0, self.reasons
        for line, text, status, reason in rows:
            if status == BOOKED:  # as most are
                row = _ROW((line, text, _STATUS[self._rank(line)], reasons.get(line)))
            elif status == BAD:
                row = StatementRow(line, text, "rejected", reason)
            else:
                if reason in OPEN:
                    self.not_understood.append(RawRow(line, text, status, reason))
                row = StatementRow(line, text, "skipped", reason)
                beside += status == BESIDE
            kept.append(row)
        self._statuses.update(map(_status, kept))
        self._statuses["skipped"] -= beside
        return kept

    def count_known(self, known: KnownRows) -> None:
        """Count rows that were not read: what they state is there."""
        self._statuses["already"] += len(known.lines)

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return self._statuses.total()

    def counts(self) -> dict[str, int]:
        """How many rows had which fate, by the column of a statement that says so."""
        return {column: self._statuses[status] for column, status in _COUNTED.items()}


class Links(StatedLines):
    """Which lines of a file state which transactions, a piece of the file after another."""

    def __init__(self) -> None:
        super().__init__()
        self._piece: list[tuple[int, int]] = []

    def note(self, transaction: int, line: int) -> None:
        """Take in what a row that was read states."""
        self._piece.append((transaction, line))

    def end_piece(self, known: KnownRows) -> None:
        """Take in what the rows of a piece state that were not read, between those that were."""
        if known.lines:
            self._piece += zip(known.transactions, known.lines, strict=True)
            self._piece.sort()
        for transaction, line in self._piece:
            self.add(transaction, line)
        self._piece.clear()


def reason(draft: Draft, outcome: Outcome) -> str:
    """Why a draft was not recorded."""
    status, number, _ = outcome
    if status == IGNORED:
        return LEFT_OUT
    if status == CANCELLED:
        return "with a row of another file it moves nothing"
    if status == HELD:
        return f"probably transaction {number}"
    return f"its id {draft.external_id} is transaction {number}, with other content"
