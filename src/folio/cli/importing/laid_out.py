"""Statement files laid out to be read: what folders and zips hold, and standard input.

Banks hand statements out in zips, so the files in one are statements as those in a folder are; and
so are the sheets of a spreadsheet, each a table of its own: ``account.xlsx/Movements``.  What is
taken out of either, or from standard input, lies in a folder apart that is gone afterwards; the
messages name it as it was named.
"""

import contextlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from folio.cli.inputs import read_data
from folio.errors import FolioError, UsageError, system_says

if TYPE_CHECKING:
    import zipfile

MOST = 10_000  # files and folders, which a folder of statements stays far below
MAX_BYTES = 500_000_000  # of all files of a zip, unpacked
STDIN = Path("-")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second: of one that is empty
_COMPOUND = b"\xd0\xcf\x11\xe0"  # how a spreadsheet begins that is no zip, and an old document
# What is a zip itself, and no folder of files: a portfolio, a document.
_OWN = ("data.xml", "data.portfolio", "[Content_Types].xml", "mimetype")


class LaidOut(list[Path]):
    """Files laid out, and how they were named."""

    def __init__(self) -> None:
        super().__init__()
        self.apart: Path | None = None  # the folder in which files lie for a while
        self.spreadsheets: dict[str, str] = {}  # where their sheets lie: where they were

    def as_named(self, text: str) -> str:
        """A sentence without that folder, and no command on what is no file but in a zip."""
        if self.apart is None:
            return text
        for there, before in self.spreadsheets.items():
            text = text.replace(there, before)
        apart = re.escape(str(self.apart))
        text = re.sub(rf"--map '?{apart}/[^\n]*", "--map FILE, once it is a file", text)
        return re.sub(rf"{apart}/\d+/", "", text)


@contextlib.contextmanager
def laid_out(named: list[Path]) -> Iterator[LaidOut]:
    """The files named, those in folders and zips, and what stands for standard input, each once.

    Raises:
        UsageError: where a folder or a zip is empty, or has too much in it.
        FolioError: where one cannot be read.
    """
    with contextlib.ExitStack() as stack:
        found = LaidOut()
        for path, is_named in dict.fromkeys(_listed(named)):
            book = _workbook_of(path)
            if path != STDIN and not (book or _is_zip(path)):
                found.append(path)
                continue
            if found.apart is None:
                import tempfile

                made = tempfile.TemporaryDirectory(prefix="folio-")
                found.apart = Path(stack.enter_context(made))
            folder = found.apart / str(len(found))
            try:
                if book:
                    found.spreadsheets[f"{folder}/"] = (
                        f"{book.parent}/" if len(book.parts) > 1 else ""
                    )
                    found += _sheets(book, folder / book.name, path)
                else:
                    found += _taken(path, folder)
            except FolioError:
                if is_named:
                    raise
                found.append(path)  # it is passed over, as any file of a folder can be
        found[:] = dict.fromkeys(found)
        try:
            yield found
        except FolioError as fault:
            fault.args = tuple(found.as_named(str(arg)) for arg in fault.args)
            raise


def _listed(named: list[Path]) -> Iterator[tuple[Path, bool]]:
    """The files that are named, and those in folders; and whether it was the file's own name."""
    for path in named:
        is_folder = path.is_dir()
        yield from ((one, not is_folder) for one in (files_in(path) if is_folder else [path]))


def files_in(folder: Path) -> list[Path]:
    """The files in a folder and in its folders, in the order of their paths; nothing hidden.

    A link to a file counts as the file; a link to a folder is followed where it is named, and
    not further down, so that none leads in a circle.

    Raises:
        UsageError: where there is no file, or there is more than MOST of files and folders.
        FolioError: where a folder cannot be looked into.
    """
    found: list[Path] = []
    waiting, seen = [folder], 0
    while waiting:
        within = waiting.pop()
        try:
            with os.scandir(within) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    seen += 1
                    if seen > MOST:
                        raise UsageError(
                            f"{folder} has more than {MOST:,} files and folders in it; "
                            "name one that holds statements"
                        )
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(within / entry.name)
                    elif os.path.isfile(entry):
                        found.append(within / entry.name)
        except OSError as error:
            raise FolioError(
                f"{within} cannot be read: {system_says(error)}; name the folders beside it"
            ) from None
    if not found:
        raise UsageError(f"{folder} is an empty folder; name a statement")
    return sorted(found)


def _is_zip(path: Path) -> bool:
    return _begins_with(path, *_ZIP) and _holds_files(path)


def _begins_with(path: Path, *marks: bytes) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(8).startswith(marks)
    except OSError:
        return False  # whoever reads it says why it cannot be


def _holds_files(zipped: "Path | io.BytesIO") -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(zipped) as archive:
            return not any(name in _OWN for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return True  # what is wrong with it is said when it is unpacked


def _taken(path: Path, folder: Path) -> list[Path]:
    """The files of a zip, or of what standard input holds, in a folder."""
    if path != STDIN:
        return _unpacked(path, path, folder / path.name)
    data = read_data(str(path))
    if not data:
        raise UsageError("standard input is empty; say which file, or pipe one in")
    if data[:4] in _ZIP and _holds_files(io.BytesIO(data)):
        return _unpacked(path, io.BytesIO(data), folder / "standard input")
    folder.mkdir(parents=True)
    target = folder / "standard input"
    target.write_bytes(data)
    return _with_sheets(target)


def _unpacked(path: Path, zipped: "Path | io.BytesIO", folder: Path) -> list[Path]:
    """The files of a zip, in their folders; nothing hidden."""
    import zipfile

    try:
        with zipfile.ZipFile(zipped) as archive:
            members = [one for one in archive.infolist() if not (one.is_dir() or _hidden(one))]
            if not members:
                raise UsageError(f"{path} is an empty zip; name a statement")
            if len(members) > MOST or sum(one.file_size for one in members) > MAX_BYTES:
                raise UsageError(
                    f"{path} has more than {MOST:,} files or {MAX_BYTES:,} bytes in it; unpack it, "
                    "and name what is a statement"
                )
            paths = [Path(archive.extract(one, folder)) for one in members]
            if len(set(paths)) < len(paths):
                raise FolioError(
                    f"{path} has several files of one name in it; unpack it, and name each"
                )
            return [one for path in paths for one in _with_sheets(path)]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        why = str(error).partition(",")[0].lower()  # RuntimeError: it needs a password
        raise FolioError(f"{path} is a zip that cannot be read ({why}); unpack it first") from None


def _with_sheets(path: Path) -> list[Path]:
    """The sheets of what a zip holds, where it is a spreadsheet; else the file itself."""
    return [path] if _workbook_of(path) is None else _sheets(path, path, path)


def _workbook_of(path: Path) -> Path | None:
    """The spreadsheet that a path is, or of which it is a sheet."""
    book = path if path.is_file() else path.parent
    if not _begins_with(book, *_ZIP, _COMPOUND):
        return None
    from folio.importers.files.workbook import is_workbook

    return book if is_workbook(book) else None


def _sheets(book: Path, folder: Path, named: Path) -> list[Path]:
    """The sheets of a spreadsheet with a table in them, as files; or the one that is named."""
    import csv

    from folio.importers.files.workbook import read_workbook

    sheets = read_workbook(book)
    if named not in (book, folder):
        if named.name not in sheets:
            raise UsageError(
                f"{book} has no sheet {named.name!r}; it has {', '.join(map(repr, sheets))}"
            )
        sheets = {named.name: sheets[named.name]}
    tables = {name: rows for name, rows in sheets.items() if sum(len(r) > 1 for r in rows) > 1}
    if not tables:
        raise FolioError(f"{book} has no sheet with a table; name a statement")
    if book == folder:
        book.unlink()
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(_as_wide(rows))
    return [folder / name for name in tables]


def _as_wide(rows: list[list[str]]) -> "Iterator[list[str]]":
    """The rows of a sheet, each as wide as the widest: a header may end with columns that have no
    names, and a spreadsheet does not keep that it does.
    """
    width = max(map(len, rows))
    return (row + [""] * (width - len(row)) if row else row for row in rows)


def _hidden(member: "zipfile.ZipInfo") -> bool:
    parts = PurePosixPath(member.filename).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
