"""A spreadsheet's workbook (``.xlsx``, ``.xlsb``, ``.xls``, ``.ods``) as tables of text.

There is one for each sheet.  python-calamine reads it; here cells become text, in one way whatever
the country: days as ``2024-03-05``, with a time behind them in a column in which any has one,
numbers with a point and without groups, as they are meant
(:mod:`folio.importers.files.spreadsheet_numbers`), not as their format rounds them.  Hidden sheets
are left out, hidden rows are not; of merged cells the first has what stands there and the others
are blank.  A formula that went wrong says so, and one whose value the file does not keep is
refused: a blank cell would say that there is nothing.
"""

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from folio.errors import FolioError, system_says
from folio.importers.files.formulas import open_formulas, without_value
from folio.importers.files.spreadsheet_numbers import meant
from folio.importers.files.text_file import MAX_COLUMNS
from folio.model.numbers import to_text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_BYTES = 300_000_000  # of all parts, unpacked
_BOOKS = frozenset(["xl/workbook.xml", "xl/workbook.bin"])
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
# What a spreadsheet that is no zip calls its parts, the last one where it needs a password.
_STREAMS = [name.encode("utf-16-le") for name in ("Workbook", "Book", "EncryptedPackage")]
_BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError)
_WHOLE = 2**53  # beyond it a spreadsheet's numbers leave some whole ones out

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by what it holds."""
    try:
        if not zipfile.is_zipfile(path):
            data = path.read_bytes()
            return any(part in data for part in _STREAMS)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            is_open = "mimetype" in names and archive.read("mimetype").startswith(_OPEN_DOCUMENT)
            return is_open or not _BOOKS.isdisjoint(names)
    except (*_BROKEN_ZIP, OSError):
        return False


def read_workbook(path: Path) -> dict[str, list[list[str]]]:
    """The visible sheets by name, of each the cells of every row from the first on.

    Raises:
        FolioError: where it cannot be read, or has too much in it.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        if zipfile.is_zipfile(path):
            _weigh(path)
        elif _STREAMS[-1] in path.read_bytes():
            raise PasswordError
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            sheets = _sheets(path, book)
        if zipfile.is_zipfile(path):
            _see_formulas(path, sheets)
        return {sheet.name: sheet.cells for sheet in sheets}
    except PasswordError:
        raise FolioError(
            f"{path} is a spreadsheet that needs a password; save it without one"
        ) from None
    except CalamineError as error:
        raise FolioError(
            f"{path} is a spreadsheet that cannot be read ({error}); export the statement as CSV"
        ) from None
    except OSError as error:
        raise FolioError(f"{path} cannot be read: {system_says(error)}") from None


def _weigh(path: Path) -> None:
    """Refuse what would be too much once it is unpacked."""
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > MAX_BYTES:
            raise FolioError(
                f"{path} has more than {MAX_BYTES:,} bytes in it; export a shorter period"
            )


class _Sheet(NamedTuple):
    number: int  # its place in the book
    name: str
    cells: list[list[str]]


def _sheets(path: Path, book: "CalamineWorkbook") -> list[_Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets: list[_Sheet] = []
    for number, sheet in enumerate(book.sheets_metadata):
        if (sheet.typ, sheet.visible) != (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible):
            continue
        table = book.get_sheet_by_index(number)
        if table.total_width > MAX_COLUMNS:
            raise FolioError(f"{path} has more than {MAX_COLUMNS:,} columns; export it as CSV")
        name = _file_name(sheet.name)
        if any(name == other.name for other in sheets):
            raise FolioError(f"{path} has two sheets called {name!r}; give one another name")
        try:
            cells = _texts(table.to_python(skip_empty_area=False))
        except ValueError as error:
            raise FolioError(f"{path} {error}; export the statement as CSV") from None
        sheets.append(_Sheet(number, name, cells))
    return sheets


def _see_formulas(path: Path, sheets: Iterable[_Sheet]) -> None:
    """Put the errors of formulas where they stand.

    Raises:
        FolioError: where the value of one is not kept.
    """
    with zipfile.ZipFile(path) as archive:
        for formula, error in open_formulas(archive):
            raise FolioError(
                f"{path} has a formula {formula[:60]!r} that comes to {error or 'nothing'}; mend "
                "it, or export the statement as CSV"
            )
        for sheet in sheets:
            for found in without_value(archive, sheet.number):
                if not found.error:
                    raise FolioError(
                        f"{path} has a formula in cell {found.name} of {sheet.name!r} and not what "
                        "it comes to; open it in a spreadsheet program, save it there, and import "
                        "that"
                    )
                row = sheet.cells[found.row]
                row += [""] * (found.column + 1 - len(row))
                row[found.column] = found.error


def _file_name(sheet: str) -> str:
    """A sheet's name, as one that a file can have."""
    return re.sub(r"^\.|[/\\\0]", "-", " ".join(sheet.split()))


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    timed = {
        column
        for row in rows
        for column, cell in enumerate(row)
        if isinstance(cell, dt.datetime) and cell.time() != dt.time.min
    }
    return [_without_blanks(_text(cell, n in timed) for n, cell in enumerate(row)) for row in rows]


def _without_blanks(cells: Iterable[str]) -> list[str]:
    """A row without those behind its last one that says something."""
    row = list(cells)
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: Cell, timed: bool) -> str:
    """A cell as text; ``timed``: a day has its time behind it.

    >>> _text(dt.date(2024, 3, 5), False), _text(dt.date(2024, 3, 5), True), _text(12.0, False)
    ('2024-03-05', '2024-03-05 00:00:00', '12')
    """
    match cell:
        case str():
            return " ".join(cell.split())
        case bool():
            return str(cell).upper()
        case int() | float():
            return _number(cell)
        case dt.datetime():
            second = (cell + dt.timedelta(milliseconds=500)).replace(microsecond=0)
            return f"{second:%Y-%m-%d %H:%M:%S}" if timed else f"{second:%Y-%m-%d}"
        case dt.date():
            return f"{cell} 00:00:00" if timed else f"{cell}"
        case dt.timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
        case _:
            return f"{cell:%H:%M:%S}"


def _number(number: float) -> str:
    """A number as text.

    Raises:
        ValueError: where a spreadsheet does not keep all its digits.
    """
    if abs(number) > _WHOLE or not math.isfinite(number):
        raise ValueError(f"has a number {number:g}, of which it may not keep every digit")
    if number == int(number):
        return str(int(number))
    text = to_text(meant(number))
    # 1.234 could be a thousand and more in the other countries; 1.2340 is not.
    return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
