"""Files of several tables, each with a header of its own.

Tables that stand one below the other are told by the columns of their headers
(:class:`StackedReader`).  Or every row says in its first cell which section it belongs to and in
its second whether it is that section's header, its data or a total (Interactive Brokers'
activity statement).  What stands between two tables is the preamble of the second one: its title
can name another account.
In the profile the two cells are the columns ``section`` and ``row``; the other columns
are those of the section's own header.  The lines of sections that are not read are the
preamble of those below them.

Some files state one thing several times, at different levels of detail (an order, and
each of its executions): a profile's ``[[levels]]`` name them, and the rows of the first
level that the file has are read.
"""

import zoneinfo
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from folio.importers.cells.rows import ASIDE, UNKNOWN_SECTION, Row, normalised
from folio.importers.checking.ends import is_total
from folio.importers.checking.row_ends import TORN
from folio.importers.files.text_file import Unended
from folio.importers.interpreting.conditions import like_any
from folio.importers.interpreting.layout import Header, lacking
from folio.importers.language.profile import LevelsForm, Profile, SectionsForm, TablesForm
from folio.importers.tables.reader import Reader, ReadRow, unread
from folio.model.statements import BAD, SKIPPED

TITLE = 8  # lines above a header among which its table's title is
_HEADER, _DATA = "header", "data"
_SORTS = {_HEADER, _DATA, "total", "subtotal", "notes", "footer", "trailer"}  # of rows


class Located(NamedTuple):
    """A row with the table it belongs to."""

    row: Row
    table: str  # normalised
    reader: Reader


class TablesReader:
    """Reads rows of several tables, once it is known which is whose."""

    def __init__(self, profile: Profile, header: Header, zone: zoneinfo.ZoneInfo) -> None:
        self.profile = profile
        self.header = header
        self.zone = zone
        self.readers: dict[str, Reader] = {}

    def read(self, found: Iterable[Row]) -> Iterator[ReadRow]:
        """Every row, in the file's order."""
        located = [self.locate(row) for row in found]
        levels = Levels(self.profile.levels, located)
        for item in located:
            if not isinstance(item, Located):
                yield item
            elif levels.leave_out(item):
                yield unread(item.row, SKIPPED, "the same at another level of detail")
            else:
                yield item.reader.read_one(item.row)

    def locate(self, row: Row) -> Located | ReadRow:
        """The row's table, or what becomes of a row that has none."""
        raise NotImplementedError

    def assumed(self) -> list[str]:
        return list(dict.fromkeys(n for reader in self.readers.values() for n in reader.assumed()))

    def reader(
        self, names: tuple[str, ...], line: int, preamble: Iterable[str], section: str = ""
    ) -> Reader:
        """A reader of the rows below a header, with the lines of its preamble; the text
        ``section`` is the name of the table where no column has it.
        """
        header = self.header._replace(line=line, names=names, preamble=tuple(preamble))
        reader = Reader(self.profile, header, self.zone)
        reader.layout.constants["section"] = section
        reader.bind([])
        return reader


class SectionsReader(TablesReader):
    """Reads each row by the newest header of its section."""

    def __init__(
        self, profile: Profile, form: SectionsForm, header: Header, zone: zoneinfo.ZoneInfo
    ) -> None:
        super().__init__(profile, header, zone)
        self.sections = frozenset(map(normalised, form.read))
        self.lists = like_any(form.lists)
        self.above: list[str] = []
        if header.names[1:2] == (_HEADER,):
            self._begin(header.names, header.line)  # the line that tells the profile is one

    def locate(self, row: Row) -> Located | ReadRow:
        if row.fault:
            return unread(row, BAD, row.fault)
        if not any(map(str.strip, row.cells)):
            return unread(row, SKIPPED, "every cell is blank")
        if is_total(list(map(str.strip, row.cells))):
            return unread(row, SKIPPED, ASIDE)
        section, sort = map(normalised, [*row.cells, ""][:2])
        if len(row.cells) < 2 or (section not in self.sections and sort not in _SORTS):
            return unread(row, BAD, "it belongs to no section")
        if section not in self.sections:
            self.above.append(row.text)
            if self.lists is None or self.lists(section) or sort != _DATA:
                return unread(row, SKIPPED, "a section that states no bookings")
            return unread(row, SKIPPED, UNKNOWN_SECTION)
        if sort == _HEADER:
            self._begin(row.cells, row.line)
            return unread(row, SKIPPED, "the header of a section")
        if isinstance(row.text, Unended) and sort not in _SORTS:
            return unread(row, BAD, TORN)
        if sort != _DATA:
            return unread(row, SKIPPED, "a total")
        if section not in self.readers:
            return unread(row, BAD, "its section has no header")
        return Located(row, section, self.readers[section])

    def _begin(self, cells: Iterable[str], line: int) -> None:
        section, _, *names = map(normalised, cells)
        if section in self.sections:
            above = [*self.header.preamble, *self.above]
            self.readers[section] = self.reader(("section", "row", *names), line, above)


class StackedReader(TablesReader):
    """Reads each row by the last header above it."""

    def __init__(
        self, profile: Profile, form: TablesForm, header: Header, zone: zoneinfo.ZoneInfo
    ) -> None:
        super().__init__(profile, header, zone)
        self.form = form
        self.marks = frozenset(map(normalised, form.header))
        self.table: tuple[str, Reader] | None = None  # of the rows that come; None: not read
        self.above: deque[str] = deque(maxlen=TITLE)  # the lines of late
        self._begin(header.names, header.line)

    def locate(self, row: Row) -> Located | ReadRow:
        if row.fault:
            return unread(row, BAD, row.fault)
        names = tuple(map(normalised, row.cells))
        self.above.append(row.text)
        if self.marks.intersection(names):
            self._begin(names, row.line)
            return unread(row, SKIPPED, "the header of a table")
        if self.table is None:
            return unread(row, SKIPPED, "a table that is not read")
        return Located(row, *self.table)

    def _begin(self, names: tuple[str, ...], line: int) -> None:
        tables = self.form.read.items()
        found = next((name for name, of in tables if not any(lacking(of, names, names))), None)
        self.table = None
        if found is not None:
            above = [*self.above, *self.header.preamble]  # its own title before those of others
            reader = self.readers[f"{found} {line}"] = self.reader(names, line, above, found)
            self.table = normalised(found), reader
        self.above.clear()


class Levels:
    """Which rows say again what others say in more detail."""

    def __init__(self, forms: Iterable[LevelsForm], located: Iterable[Located | ReadRow]) -> None:
        self.ranks = [
            (
                frozenset(map(normalised, form.tables)),
                tuple(map(normalised, form.column)),
                {normalised(word): rank for rank, words in enumerate(form.of) for word in words},
            )
            for form in forms
        ]
        self.best: dict[int, int] = {}  # the first level that there is
        for item in located if self.ranks else ():
            for number, rank in self._ranked(item) if isinstance(item, Located) else ():
                self.best[number] = min(rank, self.best.get(number, rank))

    def _ranked(self, item: Located) -> Iterator[tuple[int, int]]:
        for number, (tables, columns, ranks) in enumerate(self.ranks):
            if item.table in tables:
                places = (item.reader.names.index(c) for c in columns if c in item.reader.names)
                place = next(places, None)
                cells = item.row.cells
                level = cells[place] if place is not None and place < len(cells) else ""
                rank = ranks.get(normalised(level))
                if rank is not None:
                    yield number, rank

    def leave_out(self, item: Located) -> bool:
        return any(rank > self.best[number] for number, rank in self._ranked(item))
