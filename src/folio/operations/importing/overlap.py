"""Rows of a file that an earlier file had just so: what they state is in the book already.

A person's export of this month has again most rows of the last one.  Where each row of a file
stands for itself, was read in the same way from an earlier file of the source, and states a
transaction that is in force, the same text states the same transaction, and is not read again.

That holds as long as names mean what they meant, and no other row of the file has a part in it:

- a statement keeps how it was read, and of which lines something was said (a repeat, a price
  that differs): those are read again, and so are splits;
- of each run of known rows the first and the last are read, and the first of each account.  What
  they state must be what is known of them; their times prove that the file runs on in order;
- no row that was read may state what one that was not read states.

Where anything is otherwise, or anything is wrong with the file, all of it is read after all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

from folio.db.statements.earlier_rows import (
    EarlierStatement,
    line_with,
    renamed_since,
    standing_rows,
    statements_read,
)
from folio.model.statements import Found, KnownRows
from folio.operations.recording import Recording
from folio.operations.transactions.record import ALREADY, CONFLICT, Outcome

if TYPE_CHECKING:
    from folio.importers.tables.stream import NumberedLine, Stream

LOOKED_AT = 5  # earlier statements
BLOCK = 2000  # rows of one that are looked up at a time


class NotTheSame(Exception):
    """Rows that were taken for known may not be: all of the file is to be read."""


def overlap_with(write: Recording, source_id: int, stream: "Stream") -> "Overlap | None":
    """The statement that a file may repeat; None where there is none."""
    db, first = write.stored, stream.first_line
    if not stream.way or first is None:
        return None
    candidates = statements_read(db, source_id, stream.way, LOOKED_AT)
    begun = ((one, line_with(db, one.id, first)) for one in candidates)
    found = next((pair for pair in begun if pair[1] is not None), None)
    if found is None:
        found = next(((one, 0) for one in candidates), None)
    if found is None or renamed_since(db, found[0].commit_id):
        return None
    return Overlap(write, source_id, found[0], found[1] or 0)


class Overlap:
    """The rows of an earlier statement beside those of a file."""

    def __init__(
        self, write: Recording, source_id: int, earlier: EarlierStatement, first: int
    ) -> None:
        self.write = write
        self.source_id = source_id
        self.earlier = earlier
        self._next: int | None = first  # line of the earlier statement; None: it has no more
        # Rows of it that may come next, column by column; and the place of each text:
        self._lines: list[int] = []
        self._texts: list[str] = []
        self._transactions: list[int] = []
        self._accounts: list[int] = []
        self._columns: tuple[list[Any], ...] = (
            self._lines,
            self._texts,
            self._transactions,
            self._accounts,
        )
        self._places: dict[str, int] = {}
        self._met: set[int] = set()  # accounts of which a row was read
        self._expected: dict[int, int] = {}  # what rows that are read should state, by line
        self._stated: dict[str, set[int]] = {ALREADY: set(), CONFLICT: set()}  # by rows read
        self.found_any = False

    def find(self, lines: Sequence["NumberedLine"]) -> Found | None:
        """What the earlier statement tells of some lines, after those before; None: of no more."""
        places = self._placed([text for _, text in lines])
        if not self._texts:
            return None
        within = zip(places, places[1:], places[2:], strict=False)
        known = [False, *(0 <= one < two < three for one, two, three in within), False]
        known = known[: len(lines)]
        self._read_new_accounts(places, known)
        others = [not one for one in known]
        left = list(compress(lines, others))
        lines_at = dict(zip(compress(places[::-1], others[::-1]), left[::-1], strict=True))
        self._expected = {  # of a text that comes again, the first
            line: self._transactions[at] for at, (line, _) in lines_at.items() if at >= 0
        }
        there = list(compress(places, known))
        stated = [self._transactions[place] for place in there]
        self.found_any |= bool(stated)
        numbers, texts = zip(*compress(lines, known), strict=True) if stated else ((), ())
        earlier = [self._lines[place] for place in there]
        self._let_go(max(places) + 1)
        return Found(KnownRows(numbers, texts, stated, self.earlier.id, earlier), left)

    def _placed(self, texts: Sequence[str]) -> list[int]:
        """The place of each text, -1 where it is none; enough rows are there after the last."""
        while True:
            places = list(map(self._places.get, texts, repeat(-1)))
            if self._next is None or len(self._texts) - max(places) > BLOCK:
                return places
            self._take_in(self._next)

    def _take_in(self, first: int) -> None:
        """Take in a block of the earlier statement, from a line on."""
        db = self.write.stored
        rows = standing_rows(db, self.earlier, self.source_id, first, BLOCK + 1)
        self._next = rows[BLOCK][0] if len(rows) > BLOCK else None
        for column, values in zip(self._columns, zip(*rows[:BLOCK], strict=True), strict=False):
            column += values
        self._find_places()

    def _let_go(self, count: int) -> None:
        """Let go of so many rows: what comes after them in the file does so here."""
        for column in self._columns:
            del column[:count]
        self._find_places()

    def _find_places(self) -> None:
        texts = self._texts
        self._places = dict(zip(texts, range(len(texts)), strict=True))
        if len(self._places) < len(texts):  # a text that stands there twice tells nothing
            for text, times in Counter(texts).items():
                if times > 1:
                    del self._places[text]

    def _read_new_accounts(self, places: Sequence[int], known: list[bool]) -> None:
        """See to it that the first row of each account is read."""
        accounts = map(self._accounts.__getitem__, compress(places, known))
        new = set(accounts) - self._met
        self._met |= new
        for at, place in enumerate(places) if new else ():
            if place >= 0 and self._accounts[place] in new:
                new.remove(self._accounts[place])
                known[at] = False

    def check(self, line: int, outcome: Outcome) -> None:
        """See to it that a row which was read stated what is known of it.

        Raises:
            NotTheSame: where it did not.
        """
        status, number, _ = outcome
        expected = self._expected.get(line)
        if expected is not None and (status, number) != (ALREADY, expected):
            raise NotTheSame
        if status in self._stated:
            self._stated[status].add(number)

    def prove(self, stated: Iterable[int]) -> None:
        """See to it that no row which was read stated what another one does, of all that are there.

        Raises:
            NotTheSame: where one did.
        """
        already, conflicts = self._stated[ALREADY], self._stated[CONFLICT]
        again = Counter(number for number in stated if number in already or number in conflicts)
        if any(times > 1 or number in conflicts for number, times in again.items()):
            raise NotTheSame
