"""Files that are there whole or not at all, and are their owner's alone."""

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from folio.errors import FolioError

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a book
_UNFINISHED = ".new-"


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """An empty file beside ``path``, to be filled inside; then it is put there, on the disk.

    A crash leaves no half of a file at ``path``, only one that :func:`unfinished` finds.

    Raises:
        FolioError: where a file is there already, before or after, or the folder refuses.
    """
    with filling(path) as aside:
        if path.exists():
            raise _is_there(path)
        yield aside
        keep(aside)
        try:
            os.link(aside, path)
        except FileExistsError:
            raise _is_there(path) from None
        except OSError:  # a file system without links
            if path.exists():
                raise _is_there(path) from None
            os.rename(aside, path)
        sync_folder(path.parent)


@contextlib.contextmanager
def filling(path: Path) -> Iterator[Path]:
    """An empty file beside ``path``, readable by its owner alone, and gone afterwards.

    Those that killed programs left go, too.

    Raises:
        FolioError: where the folder refuses.
    """
    aside = path.with_name(f".{path.name}{_UNFINISHED}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in unfinished(path):
            left.unlink(missing_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        if path.exists() and error.errno in (errno.EACCES, errno.EROFS):
            raise _is_there(path) from None
        raise FolioError(f"{path} cannot be written: {error.strerror}") from None
    try:
        yield aside
    finally:
        for name in (aside, *besides(aside)):
            with contextlib.suppress(OSError):
                name.unlink()


def _is_there(path: Path) -> FolioError:
    return FolioError(f"{path} is there already; name another file with --db")


def besides(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a book while it is written."""
    return [path.with_name(path.name + end) for end in BESIDE]


def unfinished(path: Path) -> list[Path]:
    """What a program that was killed left beside ``path`` while it made that file, or a copy."""
    if not path.parent.is_dir():
        return []
    name = re.compile(re.escape(f".{path.name}{_UNFINISHED}") + r"(\d+)-.*")
    there = ((one, name.fullmatch(one.name)) for one in path.parent.iterdir())
    return sorted(one for one, match in there if match and not _runs(int(match[1])))


def _runs(process: int) -> bool:
    """Whether a process may be at work still."""
    if os.name == "nt":  # where signal 0 is no question
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def keep(path: Path) -> None:
    """Bring a file's content to the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk; where that is unknown, as on Windows, nothing."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
