"""Statement files laid out to be read: what folders and zips hold, and standard input.

Banks hand statements out in zips, so the files in one are statements as those in a folder are.
What is taken out of a zip, or from standard input, lies in a folder apart that is gone afterwards;
the messages name it as it was named.
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
# What is a zip itself, and no folder of files: a portfolio, a sheet.
_OWN = ("data.xml", "data.portfolio", "[Content_Types].xml", "mimetype")


@contextlib.contextmanager
def laid_out(named: list[Path]) -> Iterator[list[Path]]:
    """The files named, those in folders and zips, and what stands for standard input, each once.

    Raises:
        UsageError: where a folder or a zip is empty, or has too much in it.
        FolioError: where one cannot be read.
    """
    with contextlib.ExitStack() as stack:
        apart: Path | None = None
        found: list[Path] = []
        for path, is_named in dict.fromkeys(_listed(named)):
            if path != STDIN and not _is_zip(path):
                found.append(path)
                continue
            if apart is None:
                import tempfile

                made = tempfile.TemporaryDirectory(prefix="folio-")
                apart = Path(stack.enter_context(made))
            try:
                found += _taken(path, apart / str(len(found)))
            except FolioError:
                if is_named:
                    raise
                found.append(path)  # it is passed over, as any file of a folder can be
        try:
            yield list(dict.fromkeys(found))
        except FolioError as fault:
            if apart is not None:
                fault.args = tuple(_as_named(str(arg), apart, len(found)) for arg in fault.args)
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


def _as_named(text: str, apart: Path, count: int) -> str:
    """A sentence without the folder in which files lie for a while, and no command on them."""
    text = re.sub(rf"--map '?{re.escape(str(apart))}/[^\n]*", "--map FILE, once it is a file", text)
    for number in reversed(range(count)):
        text = text.replace(f"{apart / str(number)}/", "")
    return text


def _is_zip(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(4) in _ZIP and _holds_files(path)
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
    return [target]


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
            return paths
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        why = str(error).partition(",")[0].lower()  # RuntimeError: it needs a password
        raise FolioError(f"{path} is a zip that cannot be read ({why}); unpack it first") from None


def _hidden(member: "zipfile.ZipInfo") -> bool:
    parts = PurePosixPath(member.filename).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
