"""``folio backup``: a verified, packed, dated copy of the book."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from folio.cli import context, options
from folio.cli.options import flag, option
from folio.cli.secrets import PassphraseFile, new_passphrase
from folio.cli.text import say
from folio.errors import FolioError, UsageError

if TYPE_CHECKING:
    from folio.operations.keeping.sealing import Seal


def command(
    folder: Path | None = typer.Argument(
        None,
        parser=options.folder,
        metavar="FOLDER",
        help="Where to; the folder backups beside the book.",
    ),
    keep: str | None = option(
        "--keep",
        "RULES",
        "Then only the newest of each of so many days, weeks, months, years: 7d,4w,12m.",
    ),
    recipient: list[str] | None = option(
        "--recipient",
        "KEY",
        "Encrypt with age for age1…, ssh-ed25519 … or a file of them; repeatable.",
    ),
    passphrase: bool = flag(
        "--passphrase", "Encrypt with a passphrase: FOLIO_BACKUP_PASSPHRASE, else you are asked."
    ),
    passphrase_file: PassphraseFile = None,
    list_: bool = flag("--list", "List the backups that are there."),
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """Copy the book while it may be in use, verify the copy, pack it, and put it away.

    folio backup --keep 7d,4w,12m

    Nothing is removed without --keep, and never the newest.  Bring it back with: folio restore
    """
    from folio.operations.keeping.back_up import back_up, backup_folder

    book = context.book_path()
    place = folder.expanduser() if folder else backup_folder(book)
    if list_:
        if keep or recipient or passphrase or passphrase_file:
            raise UsageError("--list makes no backup; leave the other options out")
        _list(book, place, output, file)
        return
    if output or file:
        raise UsageError("-O and -o are for --list; the backup goes to a folder")
    from folio.cli.progress import bar
    from folio.db.arrangements.settings import load_settings
    from folio.model.dates import time_zone
    from folio.model.rotation import parse_keep

    rules = None if keep is None else parse_keep(keep)
    how = _seal(tuple(recipient or ()), passphrase, passphrase_file)
    with context.open_book() as db:
        if folder is None and not os.access(place if place.exists() else book.parent, os.W_OK):
            raise FolioError(f"{place} is read-only; name another folder: folio backup FOLDER")
        zone = time_zone(load_settings(db).book("time_zone"))
        with bar(db) as watch:
            done = back_up(
                db, book, place, context.now(), how=how, keep=rules, zone=zone, watch=watch
            )
    number, _, hashed = done.head.partition("-")
    say(f"backed up commit {number} to {done.path} ({done.bytes:,} bytes); verified")
    say(f"the head of its chain: {number}-{hashed}")
    for path in done.removed:
        say(f"removed {path.name}")


def _seal(recipients: tuple[str, ...], asked: bool, file: Path | None) -> "Seal | None":
    """How to encrypt, None where nothing says so."""
    from folio.operations.keeping.sealing import Seal

    if recipients and (asked or file):
        raise UsageError("age takes either recipients or a passphrase, not both")
    if asked or file:
        return Seal(passphrase=new_passphrase(file))
    return Seal(recipients) if recipients else None


def _list(book: Path, folder: Path, output: options.Format | None, file: Path | None) -> None:
    from folio.cli.asking import show
    from folio.model.table import Cell, Column, Table
    from folio.operations.keeping.back_up import backups, mark_of

    mark = None
    with contextlib.suppress(FolioError), context.open_book() as db:  # it may be gone
        mark = mark_of(db)
    columns = (
        Column("made_at", "Made (UTC)", "instant"),
        Column("file", "File"),
        Column("bytes", "Bytes", "count"),
        Column("encrypted", "Encrypted"),
        Column("schema", "Before schema", "number", optional=1),
    )
    rows: list[dict[str, Cell]] = [
        {
            "made_at": f"{one.made_at:%Y-%m-%dT%H:%M:%SZ}",
            "file": str(one.path),
            "bytes": one.bytes,
            "encrypted": "yes" if one.encrypted else None,
            "schema": None if one.schema is None else one.schema + 1,
        }
        for one in backups(book, folder, mark)
    ]
    nothing = f"there is no backup of {book.name} in {folder}; make one with: folio backup"
    show(Table("backups", "Backups", columns, rows, empty=nothing), output, file, False)
