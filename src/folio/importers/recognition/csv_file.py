"""A CSV file and a profile make a statement.

The header is found by its names; every row below it is read by the first rule that
fits, and kept as it stood: booked, skipped with a reason, or bad with a reason.  Bad
rows are never raised, the caller decides what to do about them.  Drafts are handed
over oldest first, whichever way round the file is.
"""

import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import TextIO

from folio.errors import FolioError, UnknownStatement
from folio.importers.cells.rows import Row
from folio.importers.files.text_file import (
    MAX_AT_ONCE,
    NotText,
    choose_encoding,
    first_text,
    is_json,
    numbered_lines,
    open_text,
    records,
    splitter_at,
)
from folio.importers.interpreting.layout import Header
from folio.importers.language.catalogue import signatures
from folio.importers.language.profile import Profile, Signature
from folio.importers.recognition.head import Head, read_head
from folio.importers.recognition.rewritten import as_written
from folio.importers.tables.reader import Readable, Reader, ReadRow, statement
from folio.importers.tables.sections import SectionsReader, StackedReader
from folio.importers.tables.stream import NumberedLine, Stream
from folio.importers.tables.xml_file import XmlReader, is_xml, lines_beside, looks_like, read_rows
from folio.model.statements import BAD, Statement

MAX_LISTED = 6  # missing columns that a message names


def read_statement(
    path: Path,
    profile: Profile,
    zone: zoneinfo.ZoneInfo,
    watch: Callable[[int], None] | None = None,
) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    ``watch`` is told now and then how many characters have been read.

    Raises:
        FolioError: when the file cannot be read, has not this profile's header, or has no
            rows below it.
        UsageError: when a column's decimal sign or date order is ambiguous.
    """
    if is_xml(path, profile):
        return _read_xml(path, profile, zone)
    encoding = choose_encoding(path, profile.file.encodings)
    header, profile = _header(path, encoding, profile)

    def read(how: Profile) -> Statement:
        with open_text(path, encoding) as file:
            return statement(_reader(how, header, zone), _rows(path, how, header, file, watch))

    found = read(profile)
    if header.is_own(profile) and (profile.sections or profile.tables) and _bad(found):
        again = as_written(profile, header, _all_rows(path, encoding, profile, header))
        return min(found, read(again), key=_bad)
    return found


def _bad(found: Statement) -> int:
    return sum(row.status == BAD for row in found.rows)


def open_stream(
    path: Path,
    profile: Profile,
    zone: zoneinfo.ZoneInfo,
    watch: Callable[[int], None] | None = None,
) -> Stream | None:
    """The statement in ``path``, to be read in pieces; None where all of it must be seen first.

    That is so where rows join, where the newest comes first, where a whole column decides how it
    is read, or where the lines above the header state a closing balance.

    Raises:
        FolioError: as :func:`read_statement`; for what its rows say, when they are read.
    """
    if is_xml(path, profile) or is_json(path):
        return None
    encoding = choose_encoding(path, profile.file.encodings)
    header, profile = _header(path, encoding, profile)
    reader = _reader(profile, header, zone)
    if profile.joins_rows or profile.closing or profile.file.order == "descending":
        return None
    if not isinstance(reader, Reader) or reader.decides_by_column():
        return None
    with open_text(path, encoding) as file:
        first = next(_rows(path, profile, header, file, None)).line
    above = tuple(lines_above(path, profile, first))
    splitter = splitter_at(header.delimiter, profile.file.quote)

    def lines() -> Iterator[NumberedLine]:
        with open_text(path, encoding) as file:
            yield from islice(numbered_lines(file, watch), first - 1, None)

    def reads(some: Iterator[NumberedLine]) -> Iterator[ReadRow]:
        return reader.read(records(some, splitter))

    return Stream(reader, above, lines, reads, splitter)


def _rows(
    path: Path,
    profile: Profile,
    header: Header,
    file: TextIO,
    watch: Callable[[int], None] | None,
) -> Iterator[Row]:
    """The rows below the header.

    Raises:
        UnknownStatement: when there is none.
    """
    if is_json(path):
        from folio.importers.files.json_file import read_json

        found = iter(read_json(path))
    else:
        splitter = splitter_at(header.delimiter, profile.file.quote)
        found = records(numbered_lines(file, watch), splitter)
    below = dropwhile(lambda row: row.line <= header.line, found)
    first = next(below, None)
    if first is None:
        fault = f"{path} has a header and no rows; export a longer period"
        raise UnknownStatement(fault, is_text=False)
    return chain([first], below)


def _read_xml(path: Path, profile: Profile, zone: zoneinfo.ZoneInfo) -> Statement:
    missing = looks_like(path, profile)
    if missing:
        raise _other_file(path, profile, "it lacks the elements", missing)
    records = read_rows(path, profile)
    if not records:
        raise FolioError(f"{path} has no records; export a longer period")
    reader = XmlReader(profile, records, zone)
    return statement(reader, reader.rows())


def _reader(profile: Profile, header: Header, zone: zoneinfo.ZoneInfo) -> Readable:
    if profile.tables:
        return StackedReader(profile, profile.tables, header, zone)
    if profile.sections:
        return SectionsReader(profile, profile.sections, header, zone)
    return Reader(profile, header, zone)


def find_profiles(path: Path, profiles: Mapping[str, Profile]) -> list[Profile]:
    """The profiles whose header the file has: one is found, several are a question.

    Raises:
        FolioError: when the file cannot be read.
    """
    head = " ".join(first_text(path).split()).casefold()
    return _fitting(path, profiles, signatures(profiles, head)) or _fitting(
        path, profiles, signatures(profiles)
    )


def headless(path: Path, profiles: Mapping[str, Profile]) -> list[str]:
    """The profiles by which the file could be read if it has no header: none is found."""
    told = {name: one for name, one in signatures(profiles).items() if one.header.numbered}
    heads = {one.file.encodings: _decoded_head(path, one.file.encodings) for one in told.values()}
    return [name for name, one in told.items() if _is_of(path, one, heads)]


def _fitting(
    path: Path, profiles: Mapping[str, Profile], signed: Mapping[str, Signature]
) -> list[Profile]:
    heads: dict[tuple[str, ...], Head] = {}
    told = {name: one for name, one in signed.items() if not one.header.numbered}
    for one in told.values():
        is_text = one.file.format == "text" or one.tables
        if is_text and one.file.encodings not in heads:
            heads[one.file.encodings] = _decoded_head(path, one.file.encodings)
    return [profiles[name] for name, one in told.items() if _is_of(path, one, heads)]


def _is_of(path: Path, profile: Signature, heads: Mapping[tuple[str, ...], Head]) -> bool:
    if is_xml(path, profile):
        return not looks_like(path, profile)
    return heads[profile.file.encodings].header(profile) is not None


def _decoded_head(path: Path, encodings: tuple[str, ...]) -> Head:
    try:
        return read_head(path, choose_encoding(path, encodings))
    except NotText:
        return Head([])  # so it is not this profile's file


def _header(path: Path, encoding: str, profile: Profile) -> tuple[Header, Profile]:
    """The header, and the profile as this file is written."""
    head = read_head(path, encoding)
    found = head.header(profile)
    if found is None:
        raise _other_file(path, profile, "its header lacks", head.missing(profile))
    found = head.with_width(found, profile)
    if not found.is_own(profile) and path.stat().st_size <= MAX_AT_ONCE:
        return found, as_written(profile, found, _all_rows(path, encoding, profile, found))
    if profile.sections or profile.tables:
        return found, profile  # as most are; what cannot be read will tell
    return found, as_written(profile, found, head.rows(found, profile))


def _all_rows(path: Path, encoding: str, profile: Profile, header: Header) -> list[Row]:
    with open_text(path, encoding) as file:
        return list(_rows(path, profile, header, file, None))


def _other_file(path: Path, profile: Profile, lacks: str, missing: list[str]) -> FolioError:
    listed = ", ".join(missing[:MAX_LISTED]) + (", …" if len(missing) > MAX_LISTED else "")
    return FolioError(
        f"{path} is not a statement of the profile {profile.name} ({profile.title}): "
        f"{lacks} {listed}; choose another profile, or make one for this file"
    )


def lines_above(path: Path, profile: Profile, first: int) -> list[tuple[int, str]]:
    """The numbered lines before line ``first``: preamble and header, as they stand."""
    if is_xml(path, profile):
        return lines_beside(path, profile)
    if is_json(path):
        return []
    encoding = choose_encoding(path, profile.file.encodings)
    with open_text(path, encoding) as file:
        return list(islice(numbered_lines(file), first - 1))
