"""A long statement, read while it is recorded: at no time is all of it in memory.

That works for a file whose rows come oldest first and stand each for themselves.  Whether
they come so is seen on the way: the first row that goes back raises :class:`NotInOrder`, and
the file is read whole instead (a file of newest rows first says so in its second day).

What grows with the file is some 24 bytes a row: a digest of each identity, by which a row
that repeats is known.
"""

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Protocol

from folio.importers.cells.dates import When
from folio.importers.checking import signs
from folio.importers.checking.balances import Balances
from folio.importers.checking.findings import Findings
from folio.importers.checking.repeats import SeenIdentities
from folio.importers.files.text_file import Splitter
from folio.importers.interpreting import joining
from folio.importers.tables.reader import Reader, ReadRow
from folio.importers.tables.way_of_reading import reading
from folio.model.statements import (
    BAD,
    BESIDE,
    NOTHING_KNOWN,
    Found,
    KnownRows,
    NotInOrder,
    Piece,
    RawRow,
    StatedBalance,
    StatedPrice,
)
from folio.model.transactions import Draft

FIRST = 10_000  # rows, in which a day must stand, and something that is understood
HEAD = 500  # rows, that are read although they are known
NumberedLine = tuple[int, str]


class Earlier(Protocol):
    """An earlier statement, of which most lines of a file may be."""

    def find(self, lines: Sequence[NumberedLine]) -> Found | None:
        """What it tells of some lines, after those before; None: of no more."""


class Stream:
    """A statement that comes in pieces, oldest first; each piece is there once."""

    def __init__(
        self,
        reader: Reader,
        above: tuple[NumberedLine, ...],
        lines: Callable[[], Iterator[NumberedLine]],
        reads: Callable[[Iterator[NumberedLine]], Iterator[ReadRow]],
        splitter: Splitter,
    ) -> None:
        profile = reader.profile
        self._above = above  # the lines above the first row
        self.profile = profile.name
        self.institution = profile.institution
        self.institution_type = profile.institution_type
        self.account_type = profile.account_type
        self.tracks_cash = profile.tracks_cash
        self.source = profile.name
        self.way = reader.way()
        # Known when all the pieces were taken:
        self.balances: tuple[StatedBalance, ...] = ()
        self.prices: tuple[StatedPrice, ...] = ()
        self.notes: tuple[str, ...] = ()
        self._lines = lines  # from the first row on
        self._reads = reads
        self._splitter = splitter
        self._assumed = reader.assumed  # what the file does not say; once it is read
        self._findings = Findings()
        self._repeats = SeenIdentities()
        self._balances = Balances()
        self._latest: When | None = None

    def first_day(self) -> dt.date | None:
        """The day of the first row that has one."""
        first = islice(self._reads(self._lines()), FIRST)
        return next((when.day for _, when, *_ in first if when is not None), None)

    def is_understood(self) -> bool:
        """Whether any of the first rows is more than something unknown."""
        first = islice(self._reads(self._lines()), FIRST)
        return any(draft is not None and draft.kind != "unknown" for _, _, draft, *_ in first)

    @property
    def first_line(self) -> str | None:
        """The text of the first row, as far as its first line goes."""
        return next((text for _, text in self._lines()), None)

    @property
    def reading(self) -> str:
        """How it was read, once all the pieces were taken; "" where not row by row."""
        return reading(self.way, self._findings.lines)

    def pieces(self, size: int, earlier: Earlier | None = None) -> Iterator[Piece]:
        """All that the file states, in pieces of so many rows.

        Raises:
            NotInOrder: when a row is older than the one before it.
        """
        yield Piece((), [RawRow(line, text, BESIDE, "header") for line, text in self._above])
        lines = self._lines()
        if earlier is not None:
            lines = yield from self._but_known(lines, size, earlier)
        reads = self._reads(lines)
        while some := list(islice(reads, size)):
            yield self._piece(some)
        checked = self._balances.checked()
        self.balances = checked.balances
        self.notes = (*self._assumed(), *self._findings.notes(), *checked.notes)
        self._repeats = SeenIdentities()

    def _but_known(
        self, lines: Iterator[NumberedLine], size: int, earlier: Earlier
    ) -> Generator[Piece, None, Iterator[NumberedLine]]:
        """Pieces of which an earlier statement has rows; returns the lines that are left."""
        for _ in islice(self._reads(self._lines()), HEAD):
            pass  # the first rows say which sign a column has in the others
        cells, quote = self._splitter.cells, self._splitter.quote
        while some := list(islice(lines, size)):
            found = earlier.find(some)
            if found is None or any(
                quote in text and cells(text) is None for _, text in found.others
            ):  # a row of several lines, in which a line that is known means nothing
                return chain(some, lines)
            yield self._piece(self._reads(iter(found.others)), found.known)
        return lines

    def _piece(self, some: Iterable[ReadRow], known: KnownRows = NOTHING_KNOWN) -> Piece:
        drafts: list[Draft] = []
        rows: list[RawRow] = []
        for raw, when, draft, _, printed in some:
            if raw.reason:
                self._findings.row(raw)
            if when is not None and when is not self._latest:  # mostly it is: of the same day
                if self._latest is not None and when[:2] < self._latest[:2]:
                    raise NotInOrder(f"line {raw.line} is older than a line before it")
                self._latest = when
            fault = draft and self._take(draft, drafts)
            rows.append(raw._replace(status=BAD, reason=fault) if fault else raw)
            if printed is not None:
                self._balances.add(printed)
        return Piece(drafts, rows, known)

    def _take(self, draft: Draft, drafts: list[Draft]) -> str:
        """Take a row's draft, numbered where its identity repeats; what is wrong with it."""
        draft = self._repeats.numbered(draft, self._findings.repeat)
        if draft.kind == "split":
            draft = joining.decided(draft)
        fault = signs.contradiction(draft)
        if not fault:
            self._findings.draft(draft)
            drafts.append(draft)
        return fault
