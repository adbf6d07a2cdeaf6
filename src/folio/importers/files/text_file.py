"""The bytes of a statement as numbered records of cells.

A record keeps its first line's number and its text as it stood, so that every figure
can be walked back to a line.  What cannot be read is a record with a fault, not an
exception; only a file that is no text at all is refused.
"""

import codecs
import csv
import hashlib
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, TextIO

from folio.errors import FolioError, system_says
from folio.importers.cells.rows import Row
from folio.importers.files.encodings import SINGLE, by_letters, has_latin_9_euro

MAX_LINE = 1_000_000  # characters of a line
MAX_COLUMNS = 10_000
MAX_QUOTED_LINES = 100  # lines that one quoted cell may span
MAX_FILE = 1 << 30  # bytes
MAX_AT_ONCE = 32_000_000  # bytes of a file that must be in memory as a whole
HEAD = 1 << 16  # bytes by which a file is recognised
_CHUNK = 1 << 18
_begins_as_json = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]").match
_is_web_page = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+)?html\b", re.IGNORECASE).match
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AS_CSV = "export the statement as CSV"
_OTHERS = {
    b"PK\x03\x04": f"a zip file or a spreadsheet; unpack it and import the folder, or {_AS_CSV}",
    b"\x1f\x8b": "packed with gzip; unpack it and import what is in it",
    b"\xd0\xcf\x11\xe0": f"a spreadsheet of an older kind; {_AS_CSV}",
    b"%PDF": f"a PDF; {_AS_CSV}",
}


class NotText(FolioError):
    """The file is not text in any encoding that the profile names."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hex.

    Raises:
        FolioError: when there is no such file, or it is none that can be read.
    """
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def check_file(path: Path, most: int = MAX_FILE) -> None:
    """See to it that a file can be read to its end, and that it comes.

    Raises:
        FolioError: for a folder, a pipe, a device, a file of more than ``most`` bytes, or where
            there is none.
        OSError: where it cannot be looked at.
    """
    if "\n" in str(path):
        raise FolioError(f"{str(path)!r} has a line end in its name; rename the file")
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise FolioError(f"{path} is a folder; name one statement file in it")
    if not stat.S_ISREG(found.st_mode):
        raise FolioError(f"{path} is no file but a pipe or a device; save it as a file first")
    if found.st_size > most:
        raise FolioError(
            f"{path} has {found.st_size:,} bytes, and at most {most:,} are read; "
            "export a shorter period"
        )


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        check_file(path)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError:
        raise FolioError(f"there is no file {path}; check the name") from None
    except OSError as error:
        raise FolioError(f"{path} cannot be read: {system_says(error)}") from None


def whole_text(path: Path, candidates: Iterable[str]) -> str:
    """All of a file's text, of the first encoding that fits.

    Raises:
        FolioError: when it cannot be read, or has more than may be read at once.
    """
    encoding = choose_encoding(path, candidates)
    check_file(path, MAX_AT_ONCE)
    with open_text(path, encoding) as file:
        return file.read()


def first_bytes(path: Path, count: int) -> bytes:
    """At most ``count`` bytes of the head of the file.

    Raises:
        FolioError: when there is no such file, or it is a folder.
    """
    return next(_chunks(path), b"")[:count]


def first_text(path: Path) -> str:
    """The head of the file, in UTF-8 or UTF-16; what is neither has marks in it.

    Raises:
        FolioError: when it cannot be read.
    """
    head = first_bytes(path, HEAD)
    wide = head.startswith(_WIDE_BOMS)
    return head.decode("utf-16" if wide else "utf-8", "replace").replace("\r\n", "\n")


def is_json(path: Path) -> bool:
    """Whether the file begins as JSON does.

    Raises:
        FolioError: when it cannot be read.
    """
    return _begins_as_json(first_bytes(path, 1000)) is not None


def choose_encoding(path: Path, candidates: Iterable[str]) -> str:
    """The candidate that decodes the whole file, of several the one that its letters fit best.

    UTF-8 comes before others, a byte order mark or the zeros of UTF-16 decide alone.

    Raises:
        NotText: when the file fits none of them.
        FolioError: when the file is empty or binary.
    """
    first = next(_chunks(path), b"")
    if not first:
        raise FolioError(f"{path} is empty; export the statement again")
    if _is_web_page(first[:1000]):
        raise FolioError(f"{path} is a web page (HTML); {_AS_CSV}")
    for head, what in _OTHERS.items():
        if first.startswith(head):
            raise FolioError(f"{path} is a binary file, {what}")
    return possible_encodings(path, candidates)[0]


def possible_encodings(path: Path, candidates: Iterable[str]) -> list[str]:
    """As :func:`choose_encoding`, with every candidate between which the letters do not tell.

    Raises:
        NotText: when the file fits none of them.
        FolioError: when it is binary, or cannot be read.
    """
    first = next(_chunks(path), b"")
    names = [_wide(first)] if _wide(first) else list(candidates)
    if first.startswith(codecs.BOM_UTF8):
        names = ["utf-8"]
    fitting = []
    for name in names:
        if decodes(path, name):
            fitting.append(name)
            if name not in SINGLE:
                break
    if fitting == ["cp1252"] != names and has_latin_9_euro(_chunks(path)):
        return ["iso8859-15"]
    if fitting:
        return fitting if len(fitting) == 1 else by_letters(first, fitting)
    raise NotText(
        f"{path} is not text in {' or '.join(names)}; name its encoding in the profile, "
        "or export the statement again"
    )


def _wide(first: bytes) -> str:
    """UTF-16, by its mark or by its zeros: every other byte of what is mostly ASCII; "" else."""
    if first.startswith(_WIDE_BOMS):
        return "utf-16"
    even, odd = first[:4000:2], first[1:4000:2]
    zeros = even.count(0), odd.count(0)
    if len(odd) < 8 or max(zeros) * 2 <= len(odd) or min(zeros) * 20 > max(zeros):
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def decodes(path: Path, encoding: str) -> bool:
    """Whether all of a file is text in an encoding.

    Raises:
        FolioError: when it is binary: no text of any encoding has a NUL.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    wide = codecs.lookup(encoding).name.startswith("utf-16")
    try:
        for chunk in _chunks(path):
            if (b"\0" in chunk and not wide) or "\0" in decoder.decode(chunk):
                raise FolioError(f"{path} is a binary file, no text; {_AS_CSV}")
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def open_text(path: Path, encoding: str) -> TextIO:
    """The text with every line end as a line feed."""
    return path.open(encoding=encoding)


def numbered_lines(
    file: TextIO, watch: Callable[[int], None] | None = None
) -> Iterator[tuple[int, str]]:
    """Each line with its number, its end removed; one beyond MAX_LINE is cut there.

    ``watch`` is told now and then how many characters have been read.
    """
    number, characters, rest = 0, 0, ""
    # By chunks: line by line costs four times as much.
    while chunk := file.read(_CHUNK):
        if not characters:
            chunk = chunk.lstrip("\ufeff")  # a mark may stand twice
        characters += len(chunk)
        if watch is not None:
            watch(characters)
        first, *others = chunk.split("\n")
        rest = (rest + first)[: MAX_LINE + 1]
        if others:
            yield number + 1, rest
            rest = others.pop()
            yield from enumerate(others, number + 2)
            number += len(others) + 1
    if rest:
        yield number + 1, Unended(rest)


class Unended(str):
    """The last line of a file, where no line end follows it: it may have been torn."""

    __slots__ = ()


class _OneLine:
    """Feeds a csv.reader one line at a time, so that a stray quote harms only its own row."""

    def __init__(self) -> None:
        self.line: str | None = None

    def __iter__(self) -> "_OneLine":
        return self

    def __next__(self) -> str:
        if self.line is None:
            raise StopIteration
        line, self.line = self.line, None
        return line


class Splitter:
    """Cuts lines into cells."""

    def __init__(self, delimiter: str, quote: str) -> None:
        csv.field_size_limit(MAX_LINE + 1)
        self.delimiter = delimiter
        self.quote = quote
        self.others = {quote, ",", ";", "\t"} - {delimiter}
        self.feed = _OneLine()
        self.goes_on = False  # whether more lines could close what was cut last
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        self.reader, self.lenient = (
            csv.reader(
                self.feed,
                delimiter=delimiter,
                quotechar=quote or None,
                quoting=quoting,
                strict=strict,
                skipinitialspace=True,  # "a", "b"
            )
            for strict in (True, False)
        )

    def cells(self, text: str) -> list[str] | None:
        """The cells of a whole record, None where its quotes do not close.

        Where a spreadsheet took lines for cells, those with a quote or its own delimiter in them
        are in quotes once more.
        """
        if not self.quote or self.quote not in text:
            return text.split(self.delimiter)  # as the csv module does, in a third of the time
        cells = self._quoted(text)
        if cells is None or len(cells) > 1 or not self._is_line(cells[0]):
            return cells
        return self.cells(cells[0]) or cells

    def _is_line(self, cell: str) -> bool:
        """Whether a cell is a whole line that had to be quoted."""
        if cell.startswith(self.quote):
            return True
        return self.delimiter in cell and any(sign in cell for sign in self.others)

    def _quoted(self, text: str) -> list[str] | None:
        self.feed.line = text
        self.goes_on = False
        try:
            cells = next(self.reader)
        except csv.Error as error:
            self.goes_on = "unexpected end" in str(error)
            return self._stray(text)
        except StopIteration:
            return self._stray(text)
        return None if text.count(self.quote) % 2 and self._lost(text, cells) else cells

    def _lost(self, text: str, cells: list[str]) -> bool:
        """Whether one of the quotes before a cell is lost: others are there, and its end is."""
        is_quoted = text.lstrip().startswith(self.quote) or self.delimiter + self.quote in text
        return is_quoted and any(cell.rstrip().endswith(self.quote) for cell in cells)

    def _stray(self, text: str) -> list[str] | None:
        """The cells of a line whose quotes pair up, though something follows one of them."""
        if not self.quote or text.count(self.quote) % 2 or "\n" in text:
            return None
        self.feed.line = text
        try:
            return next(self.lenient)
        except (csv.Error, StopIteration):
            return None


class Wrapped(Splitter):
    """Cuts lines of which a spreadsheet put each, as a whole, into a cell of its first column."""

    def __init__(self, delimiter: str, quote: str) -> None:
        super().__init__(delimiter[0], quote)
        self.inner = Splitter(delimiter[1], quote)

    def cells(self, text: str) -> list[str] | None:
        """As :meth:`Splitter.cells`; a line with more than that cell is cut once."""
        outer = super().cells(text)
        return outer if outer is None or any(outer[1:]) else self.inner.cells(outer[0])


def splitter_at(delimiter: str, quote: str) -> Splitter:
    """What cuts lines at a delimiter, or at one within another: ``;,``."""
    return Splitter(delimiter, quote) if len(delimiter) == 1 else Wrapped(delimiter, quote)


def records(lines: Iterator[tuple[int, str]], splitter: Splitter) -> Iterator[Row]:
    """Every record that is not blank."""
    waiting: list[tuple[int, str]] = []  # read ahead, in reverse
    while True:
        numbered = waiting.pop() if waiting else next(lines, None)
        if numbered is None:
            return
        number, line = numbered
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            yield Row(number, line[:200], [], f"the line is longer than {MAX_LINE} characters")
            continue
        cells = splitter.cells(line)
        if cells is None:
            yield _several_lines(number, line, lines, waiting, splitter)
        elif len(cells) > MAX_COLUMNS:
            yield Row(number, line, [], f"the row has more than {MAX_COLUMNS} columns")
        else:
            yield Row(number, line, cells)


def _several_lines(
    number: int,
    text: str,
    lines: Iterator[tuple[int, str]],
    waiting: list[tuple[int, str]],
    splitter: Splitter,
) -> Row:
    """A record whose quoted cell goes on; where it never ends, only its first line is bad."""
    taken: list[tuple[int, str]] = []
    whole = text
    while splitter.goes_on and len(taken) < MAX_QUOTED_LINES and len(whole) <= MAX_LINE:
        following = waiting.pop() if waiting else next(lines, None)
        if following is None:
            break
        taken.append(following)
        whole += "\n" + following[1]
        # Only a line with a quote can close it.
        if splitter.quote in following[1] and (cells := splitter.cells(whole)) is not None:
            return Row(number, whole, cells)
    waiting.extend(reversed(taken))
    return Row(number, text, [], "its quotes do not close")
