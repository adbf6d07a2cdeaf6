"""Rows that go on in the lines below them.

Degiro breaks long descriptions and order ids: such a line has no date, and the rest of a text
in the cell that was too narrow for it.
"""

from collections.abc import Iterable, Iterator, Sequence

from folio.importers.cells.rows import Row
from folio.importers.checking.ends import is_total


def whole_rows(found: Iterable[Row], dates: Sequence[int]) -> Iterator[Row]:
    """The rows, each with what the lines below it go on with; ``dates`` are its date cells."""
    row: Row | None = None
    for following in found:
        if row is not None and _goes_on(following, row, dates):
            row = _together(row, following)
            continue
        if row is not None:
            yield row
        row = following
    if row is not None:
        yield row


def _goes_on(following: Row, row: Row, dates: Sequence[int]) -> bool:
    cells = following.cells
    if row.fault or following.fault or len(cells) != len(row.cells):
        return False
    if not any(cells) or any(cells[place].strip() for place in dates):
        return False
    return not is_total(list(map(str.strip, cells)))


def _together(row: Row, following: Row) -> Row:
    cells = [_joined(*pair) for pair in zip(row.cells, following.cells, strict=True)]
    return Row(row.line, f"{row.text}\n{following.text}", cells)


def _joined(start: str, rest: str) -> str:
    """An order id breaks at one of its hyphens, a sentence at a blank."""
    if not (start and rest):
        return start or rest
    return start + rest if start.endswith("-") else f"{start} {rest}"
