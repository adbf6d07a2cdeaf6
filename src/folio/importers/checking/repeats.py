"""Rows of one file that say the same: each but the first gets a number after its identity."""

from array import array
from collections.abc import Callable
from typing import NamedTuple

from folio.model.transactions import Draft


class Repeat(NamedTuple):
    """A row with the identity of an earlier one in the same file."""

    line: int
    of_line: int


class SeenIdentities:
    """The identities of a file's rows, each by 64 bits: 24 bytes a row, where a text has 150.

    Two of a million would be taken for one in thirty million files; then the later row is
    booked with a number after its id.

    >>> seen = SeenIdentities().seen
    >>> seen("a", 7), seen("b", 8), seen("a", 9), seen("a", 10)
    ((0, 1), (0, 1), (7, 2), (7, 3))
    """

    def __init__(self) -> None:
        self._count = 0
        self._again: dict[int, int] = {}  # how often, of those that repeat
        self._empty(1 << 12)

    def _empty(self, places: int) -> None:
        self._mask = places - 1
        self._digests = array("q", bytes(8 * places))  # each at its own place or the next free
        self._lines = array("I", bytes(4 * places))

    def numbered(self, draft: Draft, tell: Callable[[Repeat], object]) -> Draft:
        """A row's draft, with ``#2``, ``#3`` … after an identity that repeats, which is told."""
        line = draft.lines[0]
        of_line, times = self.seen((draft.account, draft.external_id), line)
        if not of_line:
            return draft
        tell(Repeat(line, of_line))
        return draft._replace(external_id=f"{draft.external_id}#{times}")

    def seen(self, identity: object, line: int) -> tuple[int, int]:
        """The line on which an identity stood first, 0 where it is new; how often it came."""
        digest = hash(identity) or 1
        place = digest & self._mask
        if self._digests[place]:  # else it is new
            place = self._place(digest)
        if self._digests[place]:
            times = self._again[digest] = self._again.get(digest, 1) + 1
            return self._lines[place], times
        self._digests[place] = digest
        self._lines[place] = line
        self._count += 1
        if 3 * self._count > 2 * self._mask:
            self._grow()
        return 0, 1

    def _place(self, digest: int) -> int:
        digests, mask = self._digests, self._mask
        place = digest & mask
        while digests[place] and digests[place] != digest:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        known = zip(self._digests, self._lines, strict=True)
        self._empty(2 * (self._mask + 1))
        for digest, line in known:
            if digest:
                place = self._place(digest)
                self._digests[place] = digest
                self._lines[place] = line
