"""Records in an XML file: every element of the tables that a profile names is a row, and its
attributes are the cells.

The parser (:mod:`folio.importers.files.safe_xml`) knows no document types and no entities; the
file's depth, its attributes and its size are bounded.  In the profile the name of the element
is the column ``section``.  Several records may stand on one line; each has a number of its
own, that of its line where the file has one record a line.
"""

import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from folio.errors import FolioError
from folio.importers.cells.rows import Row, normalised
from folio.importers.files.safe_xml import SafeXml
from folio.importers.files.text_file import (
    MAX_COLUMNS,
    NotText,
    choose_encoding,
    numbered_lines,
    open_text,
)
from folio.importers.interpreting.layout import Header
from folio.importers.language.profile import Profile, Signature
from folio.importers.tables.reader import ReadRow, unread
from folio.importers.tables.sections import Located, TablesReader
from folio.model.statements import BAD

MAX_SIZE = 64_000_000  # characters
MAX_RECORDS = 250_000
MAX_DEPTH = 50
_HEAD = 200_000  # characters in which the elements stand that tell whose file it is
_BLANKS = 500  # characters before the first that is none


class Record(NamedTuple):
    """An element of a table, or text where none belongs."""

    table: str  # "": none
    cells: Mapping[str, str]
    line: int
    text: str  # as it stood


class NotXml(FolioError):
    """The file is no XML, or none that is read here."""


class _Parser(SafeXml):
    """Feeds expat and collects what it finds."""

    fault = NotXml
    advice = "export the statement again"
    needless = "a statement does not need; export it again"

    def __init__(
        self, path: Path, tables: frozenset[str], inherited: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(path)
        self.tables = tables
        self.inherited = inherited  # attributes
        self.around: list[dict[str, str]] = []  # those of each element that is open
        self.names: dict[str, None] = {}  # of every element
        self.records: list[Record] = []
        self.depth = 0
        self.data = b""
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text

    def parse(self, text: str, *, whole: bool) -> None:
        """Raises NotXml where the text is not well-formed; of a head its end may be missing."""
        self.data = text.encode()
        self.feed(self.data, whole=whole)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH or len(attributes) > MAX_COLUMNS:
            raise NotXml(f"{self.path}: line {self.line} is nested too deeply or too wide")
        self.names.setdefault(normalised(name))
        passed_on = dict(self.around[-1]) if self.around else {}
        passed_on |= {key: attributes[key] for key in self.inherited & attributes.keys()}
        self.around.append(passed_on)
        if normalised(name) in self.tables:
            if len(self.records) >= MAX_RECORDS:
                raise NotXml(
                    f"{self.path} has more than {MAX_RECORDS:,} records; export a shorter period"
                )
            cells = passed_on | attributes
            self.records.append(Record(normalised(name), cells, self.line, self._source()))

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.around.pop()

    def _text(self, text: str) -> None:
        if text.strip():
            # Handed over at its end.
            line = self.line - text.lstrip().count("\n")
            self.records.append(Record("", {}, line, text.strip()))

    def _source(self) -> str:
        start = self.expat.CurrentByteIndex
        end = self.data.find(b">", start)  # may stand inside an attribute; then it is shorter
        return self.data[start : end + 1].decode(errors="replace")


def _text_of(path: Path, profile: Signature, limit: int) -> str:
    with open_text(path, choose_encoding(path, profile.file.encodings)) as file:
        text = file.read(limit + 1)
    return text.lstrip("\ufeff").lstrip()


def is_xml(path: Path, profile: Signature) -> bool:
    """Whether the file is to be read as XML: by the profile, or by its first character where
    the profile's statements come as text too.
    """
    if profile.file.format != "xml" or profile.tables is None:
        return profile.file.format == "xml"
    try:
        return _text_of(path, profile, _BLANKS).startswith("<")
    except NotText:
        return True  # so it is said what it lacks


def looks_like(path: Path, profile: Signature) -> list[str]:
    """The elements of the profile that the head of the file lacks; [] when it is its file."""
    parser = _Parser(path, frozenset())
    missing = [names[0] for names in profile.header.require]
    try:
        text = _text_of(path, profile, _HEAD)[:_HEAD]
        if not text.startswith("<"):
            return missing
        parser.parse(text, whole=False)
    except FolioError:
        return missing
    return [
        names[0]
        for names in profile.header.require
        if not any(normalised(name) in parser.names for name in names)
    ]


def read_rows(path: Path, profile: Signature) -> list[Record]:
    """The records of the tables that the profile reads, in the file's order.

    Raises:
        NotXml: where the file is not well-formed, declares a document type, or is too large.
    """
    text = _text_of(path, profile, MAX_SIZE)
    if len(text) > MAX_SIZE:
        raise NotXml(f"{path} has more than {MAX_SIZE:,} characters; export a shorter period")
    sections = profile.sections
    tables = frozenset(map(normalised, sections.read if sections else ()))
    parser = _Parser(path, tables, frozenset(sections.inherit if sections else ()))
    parser.parse(text, whole=True)
    return parser.records


def lines_beside(path: Path, profile: Signature) -> list[tuple[int, str]]:
    """The numbered lines of the file on which no record begins."""
    taken = {record.line for record in read_rows(path, profile)}
    with open_text(path, choose_encoding(path, profile.file.encodings)) as file:
        return [(number, line) for number, line in numbered_lines(file) if number not in taken]


class XmlReader(TablesReader):
    """Reads the records of an XML file as rows of their tables."""

    def __init__(self, profile: Profile, records: list[Record], zone: zoneinfo.ZoneInfo) -> None:
        super().__init__(profile, Header(0, (), "", ()), zone)
        self.records = records
        columns: dict[str, dict[str, None]] = {}
        for record in records:
            columns.setdefault(record.table, {}).update(dict.fromkeys(record.cells))
        self.columns = {table: list(names) for table, names in columns.items()}
        for table, names in self.columns.items():
            if table:
                header = ("section", *map(normalised, names))
                self.readers[table] = self.reader(header, 0, ())

    def rows(self) -> Iterator[Row]:
        """Every record as a row."""
        last = 0
        for record in self.records:
            last = max(record.line, last + 1)
            cells = [record.cells.get(name, "") for name in self.columns[record.table]]
            fault = "" if record.table else "it belongs to no element"
            yield Row(last, record.text, [record.table, *cells], fault)

    def locate(self, row: Row) -> Located | ReadRow:
        if row.fault:
            return unread(row, BAD, row.fault)
        table = row.cells[0]
        return Located(row, table, self.readers[table])
