"""Bringing a backup back: opened with a bound, verified, then put in the place of the book.

The book that is there stays beside it, and at every moment there is one at its path.
"""

import contextlib
import datetime as dt
import gzip
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from folio.db.file.connection import SCHEMA_VERSION, held_alone, open_copy
from folio.db.file.files import besides, filling, keep, led_to, new_file, sync_folder
from folio.db.file.migrations import schema_version
from folio.db.keeping.proof import head
from folio.errors import FolioError, system_says
from folio.operations.keeping.sealing import MAGIC, Key, unseal
from folio.operations.keeping.verify import first_fault

_GZIP = b"\x1f\x8b"
_SQLITE = b"SQLite format 3\0"
_PART = 1 << 20


class BroughtBack(NamedTuple):
    """What a restore did."""

    head: str  # of the chain in the book now
    kept: Path | None  # where the book that was there is


def bring_back(
    source: Path, book: Path, now: dt.datetime, *, force: bool = False, key: Key | None = None
) -> BroughtBack:
    """Make ``book`` of a backup; ``force`` lets it take the place of one that is there.

    Of a link, what it leads to is replaced: who names that file would go on in the old book.

    Raises:
        FolioError: where a book is there and ``force`` is not said, or the backup is none, is
            damaged, does not open or does not verify; nothing is changed then.
        BookBusy: where another program holds the book that is there.
    """
    book = led_to(book)
    if not source.exists():
        raise FolioError(f"there is no file {source}; see: folio backup --list")
    if book.exists() and not force:
        raise FolioError(
            f"{book} is there already; to put the backup in its place and keep the book beside it, "
            "repeat with --force, or name another file with --to"
        )
    try:
        if not book.exists():
            with new_file(book) as aside:
                found = _opened(source, aside, key or Key(), book)
            return BroughtBack(found, None)
        with filling(book) as aside:
            found = _opened(source, aside, key or Key(), book)
            return BroughtBack(found, _replace(book, aside, now))
    except OSError as error:
        named = error.filename or source
        raise FolioError(f"{named}: {system_says(error)}; nothing was restored") from None


def _opened(source: Path, aside: Path, key: Key, book: Path) -> str:
    """Fill ``aside`` with the book in a backup and verify it; returns its chain's head."""
    if source.exists() and not source.is_file():  # a pipe would have us wait for ever
        raise FolioError(f"{source} is no file; name a backup, of: folio backup --list")
    with source.open("rb") as file:
        start = file.read(len(MAGIC[1]))
    if start.startswith(MAGIC):
        with filling(book) as clear:
            unseal(source, clear, key)
            _unpack(clear, aside, source)
    else:
        _unpack(source, aside, source)
    keep(aside)
    with open_copy(aside, named=source) as db:
        fault = first_fault(db) if schema_version(db) == SCHEMA_VERSION else None
        if fault is not None:
            raise FolioError(f"{source} does not verify, so it was not restored: {fault}")
        return head(db)


def _unpack(packed: Path, target: Path, named: Path) -> None:
    """Write the book in a file, of gzip or plain, to ``target``."""
    with packed.open("rb") as file:
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        try:
            if is_packed:
                with gzip.open(file) as reader:
                    _copy(reader.read, target, named, None)
            else:
                _copy(file.read, target, named, packed.stat().st_size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise FolioError(f"{named} is damaged or cut short ({error}); take another") from None


def _copy(read: Callable[[int], bytes], target: Path, named: Path, size: int | None) -> None:
    """Copy as many bytes as the book has by its own header, so that a bomb ends there.

    A plain file has its own size; its header's may be of an older SQLite.
    """
    start = read(100)
    if start[:16] != _SQLITE or len(start) < 100:
        raise FolioError(f"{named} is no backup of a folio book; see: folio backup --list")
    if size is None:  # https://www.sqlite.org/fileformat2.html#the_database_header
        page = int.from_bytes(start[16:18], "big")
        size = (65536 if page == 1 else page) * int.from_bytes(start[28:32], "big")
    if size > shutil.disk_usage(target.parent).free:
        raise FolioError(f"{named} holds a book of {size:,} bytes, and the disk has no such room")
    with target.open("wb") as writer:
        written = writer.write(start)
        while part := read(min(_PART, size - written + 1)):
            written += writer.write(part)
            if written > size:
                raise FolioError(f"{named} holds more than the book that it says; take another")
    if written < size:
        raise FolioError(f"{named} is cut short: {written:,} of {size:,} bytes; take another")


def _replace(book: Path, aside: Path, now: dt.datetime) -> Path:
    """Put ``aside`` in the place of a book; returns where that is now."""
    kept = _free(book, now)
    with _in_one_file(book):
        try:
            os.link(book, kept)
        except OSError:  # a file system without links: for a moment there is no book
            os.rename(book, kept)
        for was in besides(book):  # of a book that could not be opened
            if was.exists():
                os.rename(was, was.with_name(kept.name + was.name.removeprefix(book.name)))
        os.replace(aside, book)
    try:
        sync_folder(book.parent)
    except OSError as error:
        raise FolioError(
            f"{book} is the backup now and {kept} the book that was there, but the disk does not "
            f"confirm it ({system_says(error)}); check the disk before you go on"
        ) from None
    return kept


def _free(book: Path, now: dt.datetime) -> Path:
    """A name for the book that was there, which no file has."""
    while True:
        kept = book.with_name(f"{book.stem}-before-{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}Z.db")
        if not kept.exists():
            return kept
        now += dt.timedelta(seconds=1)


@contextlib.contextmanager
def _in_one_file(book: Path) -> Iterator[None]:
    """Nobody else writes to the book inside, and all of it is in its one file, if it is one."""
    with book.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    with contextlib.ExitStack() as held:
        if is_database:  # of another file SQLite would throw the log away
            with contextlib.suppress(sqlite3.DatabaseError):
                held.enter_context(held_alone(book))
        yield
