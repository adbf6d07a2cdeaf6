"""The head of a file, in which the header that a profile asks for is looked for.

A spreadsheet that saves a statement again writes the delimiter of its own country, so every
usual one is tried once the profile's own have found nothing: a header that has all the columns
of a profile is that profile's whatever stands between them.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from folio.importers.cells.rows import Row, normalised
from folio.importers.files.text_file import (
    Splitter,
    is_json,
    numbered_lines,
    open_text,
    records,
    splitter_at,
)
from folio.importers.interpreting.layout import Header, has, lacking
from folio.importers.language.profile import Signature, numbers_to

WITHIN = 200  # rows from the top
LENGTH = 200_000  # characters of them; every profile looks through them
DELIMITERS = (",", ";", "\t", "|")
WRAPPED = (";,", ",,", "\t,", ",;")  # whole lines in the cells of one column
_Named = tuple[Row, tuple[str, ...], frozenset[str]]  # a row and its cells, normalised


class Head:
    """The first lines of a file; each is cut once for all the profiles that look at it."""

    def __init__(self, lines: list[tuple[int, str]], records: Sequence[Row] = ()) -> None:
        self.lines = lines  # numbered
        self.records = records  # of a file that is no lines, already cut
        self._cut: dict[tuple[str, str], list[_Named]] = {}
        self._names: dict[tuple[str, str], frozenset[str]] = {}  # of all the rows of a cut

    def header(self, profile: Signature) -> Header | None:
        """The header that has all the columns that the profile asks for."""
        own, quote = profile.file.delimiters, profile.file.quote
        count = profile.header.numbered
        first = _first_columns(profile)
        for delimiter in dict.fromkeys((*own, *DELIMITERS, *self._wrapped)):
            rows = self._rows(delimiter, quote)
            if count:
                if any(len(names) == count for _, names, _ in rows):
                    return Header(0, numbers_to(count), delimiter, ())
                continue
            if first and first.isdisjoint(self._names[delimiter, quote]):
                continue  # as for most profiles
            for row, names, there in rows:
                if first and first.isdisjoint(there):
                    continue  # as nearly all rows
                if _has_columns(profile, names, there):
                    # A quoted name may span lines; the rows begin after its last one.
                    last = row.line + row.text.count("\n")
                    return Header(last, names, delimiter, self._above(row))
        return None

    def missing(self, profile: Signature) -> list[str]:
        """What the row most like a header lacks to be one."""
        if profile.header.numbered:
            return [f"rows of {profile.header.numbered} columns"]
        return min(
            (
                _missing_columns(profile, names)
                for delimiter in (*profile.file.delimiters, *DELIMITERS)
                for _, names, _ in self._rows(delimiter, profile.file.quote)
            ),
            key=len,
            default=_missing_columns(profile, ()),
        )

    def with_width(self, header: Header, profile: Signature) -> Header:
        """The header, and whether nearly all rows below it have their blank cells at the end."""
        named = [place for place, name in enumerate(header.names) if name]
        if profile.sections or profile.tables or len(named) < 2:
            return header
        rows = [row.cells for row in self.rows(header, profile) if len(row.cells) > 1]
        blank = sum(len(cells) > named[-1] and not cells[named[-1]] for cells in rows)
        return header._replace(is_padded=blank > sum(len(cells) <= named[-1] for cells in rows))

    def rows(self, header: Header, profile: Signature) -> list[Row]:
        """The rows below the header, as far as the head goes."""
        cut = self._rows(header.delimiter, profile.file.quote)
        return [row for row, *_ in cut if row.line > header.line]

    @cached_property
    def _wrapped(self) -> list[str]:
        """Those of WRAPPED under which a line in quotes is one cell with several in it."""
        quoted = [text for _, text in self.lines if text.startswith('"')]
        return [
            both
            for both in WRAPPED
            for cut in [Splitter(both[0], '"')]
            if any(
                cells is not None and both[1] in cells[0] and not any(cells[1:])
                for cells in map(cut.cells, quoted)
            )
        ]

    def _above(self, row: Row) -> tuple[str, ...]:
        return tuple(text for number, text in self.lines if number < row.line)

    def _rows(self, delimiter: str, quote: str) -> list[_Named]:
        known = self._cut.get((delimiter, quote))
        if known is None:
            cut = self.records or records(iter(self.lines), splitter_at(delimiter, quote))
            known = []
            for row in cut:
                names = tuple(map(normalised, row.cells))
                known.append((row, names, frozenset(names)))
            self._cut[delimiter, quote] = known
            self._names[delimiter, quote] = frozenset().union(*(there for _, _, there in known))
        return known


def read_head(path: Path, encoding: str) -> Head:
    """The head of the file.

    Raises:
        FolioError: when it is JSON without records.
        OSError: when it cannot be read.
    """
    if is_json(path):
        from folio.importers.files.json_file import read_json

        return Head([], read_json(path)[:WITHIN])
    with open_text(path, encoding) as file:
        lines, length = [], 0
        for number, line in islice(numbered_lines(file), WITHIN):
            length += len(line)
            if length > LENGTH:
                break
            lines.append((number, line))
        return Head(lines)


def _has_columns(profile: Signature, names: tuple[str, ...], there: frozenset[str]) -> bool:
    """Whether a row has all that makes it this profile's header; ``there`` is ``names``."""
    if any(has(name, names, there) for name in profile.header.forbid):
        return False
    tables = (lacking(columns, names, there) for columns in _wanted(profile))
    return any(next(lacks, None) is None for lacks in tables)


def _first_columns(profile: Signature) -> set[str]:
    """Names of which every header of the profile has one; none where that cannot be told."""
    found = [name for columns in _wanted(profile) for name in next(iter(columns), ("{}",))]
    return set() if any("{" in name for name in found) else set(map(normalised, found))


def _missing_columns(profile: Signature, names: Sequence[str]) -> list[str]:
    """What a row lacks to be this profile's header: [] when it is."""
    unwanted = [f"no {name}" for name in profile.header.forbid if has(name, names, names)]
    missing = (list(lacking(columns, names, names)) for columns in _wanted(profile))
    return min(missing, key=len) + unwanted


def _wanted(profile: Signature) -> Iterable[Sequence[Sequence[str]]]:
    """The columns of the profile's header, or of each table that it may have instead."""
    return profile.tables.read.values() if profile.tables else [profile.header.require]
