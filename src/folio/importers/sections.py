"""Files of several tables, each with a header of its own.

Every row says in one cell which section it belongs to and in another whether it is
that section's header, its data or a total (Interactive Brokers' activity statement).
In the profile the two cells are the columns ``section`` and ``row``; the other columns
are those of the section's own header.
"""

import zoneinfo
from collections.abc import Iterable, Iterator

from folio.importers.layout import Header
from folio.importers.profile import Profile, SectionsForm
from folio.importers.reader import Reader, ReadRow, unread
from folio.importers.rows import Row, normalised
from folio.model.statements import BAD, SKIPPED


class SectionsReader:
    """Reads each row by the newest header of its section."""

    def __init__(
        self, profile: Profile, form: SectionsForm, header: Header, zone: zoneinfo.ZoneInfo
    ) -> None:
        self.profile = profile
        self.form = form
        self.header = header
        self.zone = zone
        self.sections = frozenset(map(normalised, form.read))
        self.readers: dict[str, Reader] = {}

    def read(self, found: Iterable[Row]) -> Iterator[ReadRow]:
        """Every row, in the file's order."""
        return map(self._read, found)

    def assumed(self) -> list[str]:
        return list(dict.fromkeys(n for reader in self.readers.values() for n in reader.assumed()))

    def _read(self, row: Row) -> ReadRow:
        if row.fault:
            return unread(row, BAD, row.fault)
        if len(row.cells) <= max(self.form.section_cell, self.form.row_cell):
            return unread(row, BAD, "it belongs to no section")
        section = normalised(row.cells[self.form.section_cell])
        sort = normalised(row.cells[self.form.row_cell])
        if section not in self.sections:
            return unread(row, SKIPPED, "a section that states no bookings")
        if sort == normalised(self.form.header):
            self.readers[section] = self._reader(row)
            return unread(row, SKIPPED, "the header of a section")
        if sort != normalised(self.form.data):
            return unread(row, SKIPPED, "a total")
        if section not in self.readers:
            return unread(row, BAD, "its section has no header")
        return self.readers[section].read_one(row)

    def _reader(self, row: Row) -> Reader:
        names = [normalised(cell) for cell in row.cells]
        names[self.form.section_cell] = "section"
        names[self.form.row_cell] = "row"
        header = self.header._replace(line=row.line, names=tuple(names))
        reader = Reader(self.profile, header, self.zone)
        reader.bind([])
        return reader
