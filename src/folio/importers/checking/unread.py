"""Columns of fees and taxes that a profile does not read: what stands there is said.

An institution may add one after its profile was written.  Whether the amounts have such a fee in
them, nobody knows then; to leave it out in silence would lose it.
"""

from folio.importers.cells.rows import Row
from folio.importers.interpreting.layout import Layout
from folio.importers.mapping.words import FIELDS, is_cost, plain

_DIGITS = frozenset("123456789")  # of what is not 0


class UnreadCosts:
    """The cells of such columns, row by row."""

    def __init__(self, layout: Layout) -> None:
        self.names = layout.header.names
        read = {self.names[place] for place in layout.columns.values() if place is not None}
        self.places = [
            place
            for field in ("fee", "tax")
            if not any(is_cost(name, field) for name in read)
            for place, name in enumerate(self.names)
            if plain(name) in FIELDS[field] and name not in read
        ]
        self.found: dict[int, tuple[int, str, int]] = {}  # by place: line, cell, how many

    def see(self, row: Row) -> None:
        """Remember what a booking has there."""
        for place in self.places:
            cell = row.cells[place]
            if not _DIGITS.isdisjoint(cell):
                line, first, count = self.found.get(place, (row.line, cell, 0))
                self.found[place] = line, first, count + 1

    def notes(self) -> list[str]:
        return [
            f"the profile does not read the column {self.names[place]!r}, which has {cell!r} at "
            f"line {line}{f' and more in {count - 1} others' if count > 1 else ''}: what is not in "
            "the amounts is left out"
            for place, (line, cell, count) in self.found.items()
        ]
