"""Files that are there whole or not at all, and are their owner's alone."""

import contextlib
import errno
import os
import re
import secrets
import shutil
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from folio.errors import FolioError, system_says

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a book
_UNFINISHED = ".new-"
_DAY = 86_400  # seconds
_LITTLE = 1_000_000  # bytes
# How a file system says that it brings no folders to the disk.
_UNKNOWN = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS, errno.EACCES, errno.EPERM)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """An empty file beside ``path``, to be filled inside; then it is put there, on the disk.

    A crash leaves no half of a file at ``path``, only one that :func:`unfinished` finds.  A link
    that leads nowhere leads to the file afterwards.

    Raises:
        FolioError: where a file is there already, before or after, or the folder refuses.
    """
    path = led_to(path)
    if path.exists():
        raise _is_there(path)
    with filling(path) as aside:
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
        try:
            sync_folder(path.parent)
        except OSError:  # it may be gone tomorrow: so it is today
            path.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def filling(path: Path) -> Iterator[Path]:
    """An empty file beside ``path``, readable by its owner alone, and gone afterwards.

    Those that killed programs left go, too.

    Raises:
        FolioError: where the folder refuses.
    """
    aside = unfinished_name(path)
    try:
        own_folder(path.parent)
        remove(unfinished(path.parent, path.name))
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise FolioError(f"{path} cannot be written: {system_says(error)}") from None
    try:
        yield aside
    finally:
        for name in (aside, *besides(aside)):
            with contextlib.suppress(OSError):
                name.unlink()


def led_to(path: Path) -> Path:
    """What a link leads to; any other path as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _is_there(path: Path) -> FolioError:
    return FolioError(f"{path} is there already; name another file with --db")


def besides(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a book while it is written."""
    return [path.with_name(path.name + end) for end in BESIDE]


def own_folder(path: Path) -> None:
    """Make a folder where there is none, and those above it, for their owner alone."""
    if not path.exists():
        own_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def unfinished_name(path: Path) -> Path:
    """A name beside ``path`` for what is to be there, which says whose it is."""
    own = f"{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    return path.with_name(f".{path.name}{_UNFINISHED}{own}")


def remove(left: Iterable[Path]) -> None:
    """Remove files and folders that nobody needs; some may be gone."""
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def unfinished(folder: Path, start: str) -> list[Path]:
    """What programs that were killed left in a folder of files whose names begin like this.

    Of a program on another machine nobody knows whether it still runs: when the folder was
    written to a day after the file, it does not.
    """
    if not folder.is_dir():
        return []
    name = re.compile(
        rf"\.{re.escape(start)}.*{re.escape(_UNFINISHED)}([0-9a-f]{{8}})-(\d+)-[0-9a-f]{{8}}"
        rf"(?:{'|'.join(BESIDE)})?",
        re.ASCII | re.DOTALL,
    )
    there = ((one, name.fullmatch(one.name)) for one in folder.iterdir())
    return sorted(one for one, match in there if match and _is_over(one, match[1], int(match[2])))


def _machine() -> str:
    """This machine's name as eight characters."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return f"{zlib.crc32(name.encode(errors='surrogateescape')):08x}"


def _is_over(path: Path, machine: str, process: int) -> bool:
    if machine == _machine():
        return not _runs(process)
    with contextlib.suppress(OSError):
        return path.parent.stat().st_mtime - path.stat().st_mtime > _DAY
    return False


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


def read_little(path: Path) -> bytes:
    """The bytes of a file that holds a key, a passphrase or the like.

    Raises:
        FolioError: where it holds more than such a file can, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LITTLE + 1)
    except OSError as error:
        raise FolioError(f"{path}: {system_says(error)}") from None
    if len(data) > _LITTLE:
        raise FolioError(f"{path} has more than {_LITTLE:,} bytes; it holds no key or passphrase")
    return data


def keep(path: Path) -> None:
    """Bring a file's content to the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        _sync(handle, path)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk; where that is unknown, as on Windows, nothing.

    Raises:
        OSError: where the disk fails.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        _sync(handle, folder)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
    finally:
        os.close(handle)


def _sync(handle: int, path: Path) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
