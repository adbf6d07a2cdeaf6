"""Whether the rows of a table have their ends, as those of the other rows tell.

Some files leave out the blank cells at the end of a row, so a short row may be whole.  It is not
where the others have theirs written, nor where it would be a booking without an amount; where all
others are as wide as the header, it is told.  The last row of a file that does not end with a line
may not be whole either.
"""

from collections.abc import Collection

from folio.importers.cells.amounts import Style, read_amount
from folio.importers.cells.rows import MOVES_NOTHING, NO_UNITS, NOT_UNDERSTOOD, Row, RowFault
from folio.importers.files.text_file import Unended
from folio.importers.interpreting.layout import Layout

TORN = "the file ends in the middle of this row; export it again"
_PADDED = "the other rows have their blank cells too, so its end is lost; export it again"
_STYLES = (Style("point"), Style("comma"))
_BARE = (MOVES_NOTHING, NO_UNITS, NOT_UNDERSTOOD)  # why a row is skipped whose amounts are blank
_NO_AMOUNT = "it has no amount, so its end may be lost; export it again"


class RowEnds:
    """What the rows of a table tell of their ends, one after another."""

    def __init__(self, layout: Layout, dates: Collection[int]) -> None:
        header, identity = layout.header, layout.profile.identity
        named = [place for place, name in enumerate(header.names, 1) if name]
        self.named = max(named, default=0)  # cells of a row that has all with a name
        places = map(layout.columns.__getitem__, layout.profile.amounts)
        self.amounts = [place for place in places if place is not None]
        self.is_padded = header.is_padded
        self.is_read = self.named - 1 in {*layout.columns.values(), *dates}
        self.is_id = identity.id is not None and layout.columns[identity.id] == self.named - 1
        self.shortest = self.named  # cells of a row so far
        self.open = 0, ""  # the line without a line end, and the cell it ends with
        self.blank_end = False  # whether a booking so far had a blank last cell
        self.short: dict[int, int] = {}  # of bookings, two at most: line and cells
        self.whole: set[int] = set()  # lines of bookings, two at most

    def is_torn(self, row: Row) -> bool:
        """Whether the file ends in the middle of a row."""
        return isinstance(row.text, Unended) and row.count < self.shortest

    def fault(self, row: Row, skipped: str) -> str:
        """Why a row is not whole; "" where it is, or may be.  ``skipped``: why it is left out."""
        if row.count >= self.named:
            return ""
        if self.is_padded:
            return _PADDED
        is_bare = skipped in _BARE and not any(_is_amount(row.cells[n]) for n in self.amounts)
        return _NO_AMOUNT if is_bare else ""

    def see_open(self, row: Row) -> None:
        """Remember the last cell of the file's last row, where it may be a part of what stood
        there: no quote ends it, and no line end; and a blank one where no row before it had one,
        or where it would be the row's id.
        """
        if not isinstance(row.text, Unended) or row.text.rstrip().endswith('"'):
            return
        last = row.cells[self.named - 1]
        if last and self.is_read:
            self.open = row.line, last
        elif not last and (self.is_id or not self.blank_end):
            self.open = row.line, "its last cell"

    def see(self, row: Row) -> None:
        """Remember how wide a booking is."""
        self.blank_end = self.blank_end or not row.cells[self.named - 1]
        if row.count < self.named:
            if len(self.short) < 2:
                self.short[row.line] = row.count
        elif len(self.whole) < 2:
            self.whole.add(row.line)

    def notes(self) -> list[str]:
        """What to say, once all rows were seen."""
        said = []
        line, cell = self.open
        if line:
            said.append(
                f"line {line} has no line end: if the file was cut off there, {cell} is not whole"
            )
        if len(self.short) == 1 and len(self.whole) == 2:
            ((line, count),) = self.short.items()
            said.append(
                f"line {line} has {count} cells and every other booking {self.named}: if its end "
                "was lost, undo the import and export the statement again"
            )
        return said


def _is_amount(cell: str) -> bool:
    for style in _STYLES:
        try:
            return read_amount(cell, style) is not None
        except RowFault:
            continue
    return False
