"""A spreadsheet's workbook (``.xlsx``) as tables of text, a sheet each.

A cell is written as it is shown, but in one way whatever the country: days as ``2024-03-05``, a
time behind them where the cell shows one, numbers with a point and without groups.  A spreadsheet
knows fifteen digits of a number, so what it keeps beyond them is none of the statement's.  Hidden
sheets are left out; of merged cells the first has what stands there and the others are blank.
"""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from folio.errors import FolioError, system_says
from folio.importers.files.safe_xml import SafeXml
from folio.importers.files.text_file import MAX_COLUMNS
from folio.model.numbers import to_text

MAX_BYTES = 300_000_000  # of all parts, unpacked
_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_BROKEN = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error),
    *(KeyError, IndexError, ValueError),  # it names what it has not
)
_CHUNK = 1 << 18
_KNOWN = Context(prec=15)
# Numbers of the formats that come with every spreadsheet: those of days, and of times of day.
_DAYS = frozenset([14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58])
_TIMES = frozenset([18, 19, 20, 21, 22, *range(32, 36), 45, 46, 47, 55, 56])
_aside = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]').sub
_place = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII).fullmatch


class Shown(NamedTuple):
    """What a cell's format shows of a number that is a point in time."""

    day: bool
    time: bool


class _Parts(SafeXml):
    """Hands elements and their texts over, without their namespaces."""

    advice = "save the statement again, or export it as CSV"
    needless = "no spreadsheet needs"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.found: list[tuple[str, dict[str, str], str]] = []  # ended: tag, attributes, text
        self._open: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._texts.append

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._texts.clear()
        own = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        self._open.append((tag.rpartition(":")[2], own))

    def _end(self, _: str) -> None:
        tag, attributes = self._open.pop()
        self.found.append((tag, attributes, "".join(self._texts)))
        self._texts.clear()


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook that can be read here."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _BOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return False


def read_workbook(path: Path) -> dict[str, list[list[str]]]:
    """The visible sheets by name, of each the cells of every row from the first on.

    Raises:
        FolioError: where it cannot be read, or has too much in it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_BYTES:
                raise FolioError(
                    f"{path} has more than {MAX_BYTES:,} bytes in it; export a shorter period"
                )
            return _Book(path, archive).sheets()
    except _BROKEN as error:
        raise FolioError(
            f"{path} is a spreadsheet that cannot be read ({error}); export the statement as CSV"
        ) from None
    except OSError as error:
        raise FolioError(f"{path} cannot be read: {system_says(error)}") from None


class _Book:
    """One workbook, while it is read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.archive = archive
        self.there = frozenset(archive.namelist())
        self.texts: list[str] = []
        self.formats: list[Shown] = []  # by the number of a cell's style
        self.day_zero = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - as printed

    def sheets(self) -> dict[str, list[list[str]]]:
        """The visible sheets."""
        links = [one for tag, one, _ in self._parts(_LINKS) if tag == "Relationship"]
        parts = {one["Id"]: one["Target"] for one in links}
        named: dict[str, str] = {}
        for tag, one, _ in self._parts(_BOOK):
            if tag == "workbookPr" and one.get("date1904") in ("1", "true"):
                self.day_zero = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - as printed
            if tag == "sheet" and one.get("state", "visible") == "visible":
                target = PurePosixPath("/xl") / parts[one["id"]]
                named[" ".join(one["name"].split())] = str(target).lstrip("/")
        self.texts = list(self._shared())
        self.formats = list(self._styles())
        return {name: self._rows(part) for name, part in named.items() if part in self.there}

    def _parts(self, name: str) -> Iterator[tuple[str, dict[str, str], str]]:
        """The elements of a part, each when it has ended; none where there is no such part."""
        if name not in self.there:
            return
        parser = _Parts(self.path)
        with self.archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk, whole=False)
                yield from parser.found
                parser.found.clear()
        parser.feed(b"", whole=True)
        yield from parser.found

    def _shared(self) -> Iterator[str]:
        """The texts that cells name by number; how a name is spoken is none of it."""
        pieces: list[str] = []
        for tag, _, text in self._parts("xl/sharedStrings.xml"):
            if tag == "t":
                pieces.append(text)
            elif tag == "rPh":
                pieces.pop()
            elif tag == "si":
                yield "".join(pieces)
                pieces.clear()

    def _styles(self) -> Iterator[Shown]:
        own: dict[str, Shown] = {}
        styles: list[str] = []
        for tag, one, _ in self._parts("xl/styles.xml"):
            if tag == "numFmt":
                own[one["numFmtId"]] = shown_by(one["formatCode"])
            elif tag == "xf":
                styles.append(one.get("numFmtId", "0"))
            elif tag == "cellStyleXfs":
                styles.clear()  # those of cells come after
            elif tag == "cellXfs":
                break
        for style in styles:
            number = int(style)
            yield own.get(style) or Shown(number in _DAYS, number in _TIMES)

    def _rows(self, part: str) -> list[list[str]]:
        rows: list[list[str]] = []
        cells: list[str] = []
        value, pieces = "", list[str]()
        for tag, one, text in self._parts(part):
            if tag == "v":
                value = text
            elif tag == "t":
                pieces.append(text)
            elif tag == "rPh":
                pieces.pop()
            elif tag == "c":
                there = _place(one.get("r", ""))
                column = _column(there[1]) if there else len(cells) + 1
                if column > MAX_COLUMNS:
                    raise FolioError(f"{self.path} has more than {MAX_COLUMNS:,} columns")
                cells += [""] * (column - 1 - len(cells))
                cells.append(self._cell(one, "".join(pieces) or value))
                value = ""
                pieces.clear()
            elif tag == "row":
                number = int(one.get("r", len(rows) + 1))
                if any(cells):  # a row far below that has nothing is none
                    rows += [[] for _ in range(number - 1 - len(rows))]
                    rows.append(cells)
                cells = []
        return rows

    def _cell(self, attributes: Mapping[str, str], value: str) -> str:
        kind = attributes.get("t", "n")
        if kind == "s":
            value = self.texts[int(value)]
        elif kind == "b":
            value = {"1": "TRUE", "0": "FALSE"}.get(value, value)
        elif kind == "d":
            value = value.removesuffix("T00:00:00").replace("T", " ")
        elif kind == "n" and value:
            style = int(attributes.get("s", "0"))
            shown = self.formats[style] if style < len(self.formats) else Shown(False, False)
            return self._number(value, shown)
        return " ".join(value.split())

    def _number(self, value: str, shown: Shown) -> str:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        if shown.day or shown.time:
            return self._time(number, shown)
        if number.is_finite() and not value.isdecimal():  # the digits of an id all stay
            number = _KNOWN.create_decimal(number)
        text = to_text(number)
        # 1.234 could be a thousand and more in the other countries; 1.2340 is not.
        return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text

    def _time(self, number: Decimal, shown: Shown) -> str:
        """A point in time, counted in days.

        Raises:
            FolioError: where there is no such day.
        """
        try:
            time = self.day_zero + dt.timedelta(seconds=round(number * 86_400))
        except OverflowError:
            raise FolioError(
                f"{self.path} has a cell with a day {number}, which is none; export it as CSV"
            ) from None
        day, clock = f"{time:%Y-%m-%d}", f"{time:%H:%M:%S}"
        return f"{day} {clock}" if shown.day and shown.time else day if shown.day else clock


def shown_by(code: str) -> Shown:
    """What a format of a number shows of a point in time.

    >>> shown_by("dd/mm/yyyy hh:mm"), shown_by('[$-409]#,##0.00 "days"'), shown_by("[Red]0.00")
    (Shown(day=True, time=True), Shown(day=False, time=False), Shown(day=False, time=False))
    """
    plain = _aside("", code.partition(";")[0].casefold())
    return Shown(bool(re.search("[yd]|mmm", plain)), bool(re.search("[hs]", plain)))


def _column(letters: str) -> int:
    """A column's number.

    >>> _column("A"), _column("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
