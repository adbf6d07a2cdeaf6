"""Files that are written whole or not at all, readable by their owner alone."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from folio.db.file.files import remove, sync_folder, unfinished, unfinished_name
from folio.errors import FolioError, system_says


@contextlib.contextmanager
def new_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """A path to write to, which becomes ``path`` at the end; with ``force`` in its place.

    Raises:
        FolioError: where something is there already, or it cannot be written.
    """
    if path.is_dir():
        raise FolioError(f"{path} is a folder; name a file with -o")
    target = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():  # a pipe or a device
        with _sentences(path):
            yield path
        return
    with _sentences(path), _aside(target) as folder:
        _refuse_existing(target, path, force)
        yield folder / target.name
        os.chmod(folder / target.name, 0o600)
        _refuse_existing(target, path, force)
        os.replace(folder / target.name, target)
        sync_folder(target.parent)


@contextlib.contextmanager
def new_folder(path: Path, *, force: bool = False) -> Iterator[Path]:
    """A folder to write files into, which becomes ``path``; with ``force`` they go into it.

    Raises:
        FolioError: where something is there already, or it cannot be written.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_dir():
        raise FolioError(f"{path} is a file; name a folder with -o")
    if target.exists() and any(target.iterdir()) and not force:
        raise FolioError(f"{path} is there already and not empty; replace its files with --force")
    with _sentences(path), _aside(target) as folder:
        yield folder
        for file in folder.iterdir():
            os.chmod(file, 0o600)
        if target.exists():
            for file in folder.iterdir():
                os.replace(file, target / file.name)
            sync_folder(target)
        else:
            os.rename(folder, target)
            sync_folder(target.parent)


@contextlib.contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside ``target``, its owner's alone, and gone afterwards, as those of killed."""
    remove(unfinished(target.parent, target.name))
    folder = unfinished_name(target)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_existing(target: Path, path: Path, force: bool) -> None:
    if target.exists() and not force:
        raise FolioError(f"{path} is there already; replace it with --force")


@contextlib.contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise FolioError(f"{path} cannot be written: {system_says(error)}") from None


def _of_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write text piece by piece, and see it on the disk."""
    with open(path, "w", encoding="utf-8", newline="", opener=_of_the_owner) as out:
        out.writelines(pieces)
        out.flush()
        if path.is_file():  # neither a pipe nor a device
            os.fsync(out.fileno())
