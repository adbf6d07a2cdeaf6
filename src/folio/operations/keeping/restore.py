"""A book from its own export: the same facts, the same chain of commits."""

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from folio.db.file.connection import SCHEMA_VERSION, lay_out, open_book, writing
from folio.db.file.files import new_file
from folio.db.keeping.proof import chain_faults, head
from folio.db.keeping.whole import TABLES, add_rows, defer_references, is_empty
from folio.errors import FolioError
from folio.exporters.whole_book import FORMAT, VERSION
from folio.importers.formats.whole_book import WholeBook
from folio.operations.deriving.roll_up import rebuild


def restore(path: Path, source: Path) -> sqlite3.Connection:
    """Make a book at ``path`` of the one exported to ``source``; returns it, open.

    Raises:
        FolioError: where a file is there already, or the export is not one, is newer, or does
            not come to the chain of commits that it states.
    """
    if source.exists() and not source.is_file():
        raise FolioError(f"{source} is no file; name what folio export json wrote")
    with source.open(encoding="utf-8") as file:
        whole = WholeBook(file, str(source))
        _check(whole)
        with new_file(path) as aside, contextlib.closing(lay_out(aside)) as db:
            with writing(db):
                _fill(db, whole)
            rebuild(db)
            db.close()  # in one file, before it is put in its place
    return open_book(path)


def _check(whole: WholeBook) -> None:
    about = whole.about
    if about.get("format") != FORMAT:
        raise FolioError(f"{whole.name} is no book as folio exports it: its format is not {FORMAT}")
    if about.get("version") != VERSION or about.get("schema") != SCHEMA_VERSION:
        raise FolioError(
            f"{whole.name} has layout {about.get('version')} of schema {about.get('schema')}, and "
            f"this folio reads layout {VERSION} of schema {SCHEMA_VERSION}; use the folio that "
            "wrote it, or a newer one"
        )


def _fill(db: sqlite3.Connection, whole: WholeBook) -> None:
    defer_references(db)
    for table, rows in whole.tables():
        if table not in TABLES:
            raise FolioError(f"{whole.name}: there is no table {table!r}")
        add_rows(db, table, rows)
    if is_empty(db):
        raise FolioError(f"{whole.name} has no commits; a book has one at least")
    _refuse(whole.name, chain_faults(db))
    if whole.about.get("head") != head(db):
        raise FolioError(f"{whole.name} states another last commit than its rows come to")


def _refuse(name: str, faults: Iterable[str]) -> None:
    for fault in faults:
        raise FolioError(f"{name} was changed after it was exported: {fault}; nothing was made")
