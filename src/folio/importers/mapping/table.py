"""The table in a file of which nothing is known: its header, and what its columns hold."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from folio.errors import FolioError, UsageError
from folio.importers.cells.rows import Row
from folio.importers.files.text_file import (
    Splitter,
    is_json,
    numbered_lines,
    open_text,
    possible_encodings,
    records,
)
from folio.importers.language.profile import numbers_to
from folio.importers.language.profile_types import ENCODINGS
from folio.importers.mapping.letters import encodings_of
from folio.importers.mapping.values import formats_of, is_number
from folio.importers.mapping.words import FIELDS, TOTALS, plain

HEADER_WITHIN = 60  # rows from the top
KNOWN_HEADER = 4  # known names by which a row is a header, whatever is below it
BLANKS = ("-", "--", "—", "n/a", "N/A", "NULL", "null", "None")  # what stands for nothing
SAMPLES = 3  # values of a column that are shown
_OTHER_DELIMITERS = re.compile(r"[;\t|,]")
_DELIMITERS = (",", ";", "\t", "|")
_KNOWN = frozenset(name for names in FIELDS.values() for name in names)
_SUMS = tuple(f"{word} " for word in TOTALS)


class Found(NamedTuple):
    """A table: where it is, and its rows."""

    path: Path
    encoding: str
    delimiter: str
    names: tuple[str, ...]  # as they stand in the header
    rows: tuple[Row, ...]
    spelled: Mapping[str, str]  # columns without a name of their own: how a profile says them
    beside: tuple[str, ...] = ()  # first cells of rows that are no bookings: sums, headings
    encodings: tuple[str, ...] = ()  # those that it could be in as well as its own
    has_header: bool = True  # else its columns are called 1, 2, 3 …

    def cells(self, name: str) -> list[str]:
        """The cells of a column, row by row; "" where a row has none."""
        place = self.names.index(name)
        return [row.cells[place].strip() if place < len(row.cells) else "" for row in self.rows]

    def values(self, name: str) -> list[str]:
        """The cells of a column that are not blank; beside a plus, a minus is none."""
        cells = self.cells(name)
        blanks = BLANKS[1:] if "+" in cells else BLANKS
        return [cell for cell in cells if cell and cell not in blanks]


def find_table(path: Path, said: str = "") -> Found:
    """The table in ``path``, in the encoding that was ``said``, or else in one that fits.

    Raises:
        FolioError: when there is none.
        UsageError: when the encoding is none that folio reads.
    """
    if said and said not in ENCODINGS:
        raise UsageError(f"{said!r} is no encoding here: use one of {', '.join(ENCODINGS)}")
    if is_json(path):
        raise FolioError(f"{path} is JSON, which --map does not read; save its records as CSV")
    encodings = possible_encodings(path, (said,)) if said else encodings_of(path)
    encoding = encodings[0]
    best: tuple[tuple[int, int, int], str, int] | None = None
    with open_text(path, encoding) as file:
        head = list(islice(numbered_lines(file), HEADER_WITHIN))
    for delimiter in _DELIMITERS:
        found = list(records(iter(head), Splitter(delimiter, '"')))
        for at, row in enumerate(found):
            score = _score(row, found[at + 1 :])
            if score is not None and (best is None or score > best[0]):
                best = score, delimiter, row.line
    delimiter, line = best[1:] if best else (_delimiter_of_rows(path, head), 0)
    with open_text(path, encoding) as file:
        every = list(records(numbered_lines(file), Splitter(delimiter, '"')))
    widest = max((len(row.cells) for row in every), default=0)
    names = next(
        (tuple(c.strip() for c in row.cells) for row in every if row.line == line),
        numbers_to(widest),
    )
    below = [row for row in every if row.line > line]
    _check_alone(path, names, line, every)
    beside = {row.line: first for row in below if (first := _beside(row))}
    wide = len(names) // 2 + 1  # narrower ones are lines of a footer
    rows = tuple(row for row in below if row.line not in beside and len(row.cells) >= wide)
    known = encoding if encoding in ENCODINGS else "utf-8"
    sums = tuple(dict.fromkeys(beside.values()))
    names, spelled = _told_apart(names, rows)
    others = tuple(encodings)
    return Found(path, known, delimiter, names, rows, spelled, sums, others, best is not None)


def _check_alone(path: Path, names: tuple[str, ...], line: int, every: list[Row]) -> None:
    """Refuse a file of several tables: the rows of one would be read by the columns of another.

    What has one row alone above the header sums the account up.

    Raises:
        FolioError: where another table begins.
    """
    for at, row in enumerate(every):
        others = {cell.strip() for cell in row.cells} - {""}
        known = sum(plain(name) in _KNOWN for name in others)
        if known * 2 <= max(len(others), 3) or others <= set(names):
            continue
        rows = [other for other in every[at + 1 :] if row.line > line or other.line < line]
        dated = [any(_is_day(cell.strip()) for cell in other.cells) for other in rows[:2]]
        if _score(row, rows) and (row.line > line or dated == [True, True]):
            raise FolioError(
                f"{path} has several tables, at lines {row.line} and {line}; save each as a file "
                "of its own, and import them one by one"
            )


def _delimiter_of_rows(path: Path, head: list[tuple[int, str]]) -> str:
    """What stands between the cells of rows that have no header above them: each row has a day.

    Raises:
        FolioError: where they are no rows.
    """
    alike: list[tuple[int, int, str]] = []
    for delimiter in _DELIMITERS:
        found = [row.cells for row in records(iter(head), Splitter(delimiter, '"'))]
        widths = Counter(len(cells) for cells in found if any(_is_day(c.strip()) for c in cells))
        alike += [(count, width, delimiter) for width, count in widths.items() if width > 1]
    rows, _, delimiter = max(alike, default=(0, 0, ""))
    if rows * 2 <= sum(bool(line.strip()) for _, line in head):
        raise FolioError(
            f"{path} has no header that folio can see, nor rows that each have a day; put a line "
            "with the names of its columns above the rows, such as date,description,amount"
        )
    return delimiter


def _told_apart(
    names: tuple[str, ...], rows: Sequence[Row]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names of which none stands twice, and how a profile says those that are made up here.

    What has no name and yet values is named by the column before it.
    """
    apart: list[str] = []
    spelled: dict[str, str] = {}
    last, said = "", 0  # how the column before is said that has a name, and where it is
    for place, name in enumerate(names):
        if name:
            nth = names[: place + 1].count(name)
            last, said = f"column = {json.dumps(name, ensure_ascii=False)}", place
            last += f", nth = {nth}" if nth > 1 else ""
            unique = f"{name} ({nth})" if nth > 1 else name
            if nth > 1:
                spelled[unique] = f"{{ {last} }}"
        elif last and any(row.cells[place].strip() for row in rows if place < len(row.cells)):
            unique = f"{names[said]} + {place - said}"
            spelled[unique] = f"{{ {last}, offset = {place - said} }}"
        else:
            unique = ""
        apart.append(unique)
    return tuple(apart), spelled


def _beside(row: Row) -> str:
    """The first cell of a row that is no booking: one of sums, or without any number."""
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    is_total = bool(cells) and f"{plain(cells[0])} ".startswith(_SUMS)
    if not cells or (not is_total and any(map(is_number, cells))) or any(map(_is_day, cells)):
        return ""
    return cells[0]


def is_sum(text: str) -> bool:
    """Whether a first cell says that its row is of sums."""
    return plain(text) in TOTALS


def _is_day(text: str) -> bool:
    return bool(formats_of([text]))


def _score(row: Row, below: list[Row]) -> tuple[int, int, int] | None:
    """How much a row is a header: names known, rows as wide below it, its width."""
    names = [cell.strip() for cell in row.cells]
    filled = [name for name in names if name]
    if len(filled) < 2 or not below or any(_is_value(name) for name in filled):
        return None
    parts = [part.strip(' "') for name in filled for part in _OTHER_DELIMITERS.split(name)]
    if any(_is_day(part) for part in parts if part not in filled):
        return None  # a row of values, taken apart by what is no delimiter
    known = sum(plain(name) in _KNOWN for name in filled)
    # What has no value at the end of a row is not always written.
    shortest = len(names) * 2 // 3 if known >= KNOWN_HEADER else len(names) - 1
    alike = sum(shortest <= len(other.cells) <= len(names) + 1 for other in below[:5])
    return (known, alike, len(filled)) if alike else None


def _is_value(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,'’ ]*\d[\d.,'’ ]*", text)) or bool(formats_of([text]))
