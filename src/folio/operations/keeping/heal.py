"""What is wrong with a book, and making anew what is not a fact.

Derived rows, indexes, triggers, views and permissions can always be made again from the facts and
the schema file.  A fact cannot: where one does not fit, nothing is computed from it, and a backup
is the remedy.
"""

import glob
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from folio.db.file.files import besides, remove, unfinished
from folio.db.file.migrations import BACKUPS, differences, page_faults
from folio.db.file.places import place_warning, unsafe_place
from folio.db.keeping.repairs import can_be_made, make_indexes_anew, make_schema_anew
from folio.operations.deriving.roll_up import rebuild
from folio.operations.keeping.verify import derived_faults, fact_faults
from folio.operations.watching import Watch, unwatched


class Finding(NamedTuple):
    """Something wrong, in a sentence."""

    text: str
    kind: str  # "file", "schema", "index", "derived", "fact" or "place"

    @property
    def repairable(self) -> bool:
        return self.kind not in ("fact", "place")


def findings(db: sqlite3.Connection, book: Path, watch: Watch = unwatched) -> list[Finding]:
    """Everything wrong with a book that is open; nothing is changed."""
    watch("checking the file", 0, 0)
    found = [*_file_findings(book)]
    found += [Finding(str(d), "schema" if can_be_made(d) else "fact") for d in differences(db)]
    known = {one.text for one in found}
    pages = page_faults(db)
    if all(" index " in text for text in pages):
        found += [Finding(f"an index does not fit its table: {text}", "index") for text in pages]
        pages = []
    facts = fact_faults(db, watch=watch, pages=pages)
    found += [Finding(text, "fact") for text in facts if text not in known]
    if not any(one.kind in ("fact", "schema", "index") for one in found):
        found += [Finding(text, "derived") for text in derived_faults(db, watch)]
    return found


def _file_findings(book: Path) -> Iterator[Finding]:
    open_to_others = [path for path in (book, *besides(book)) if _others_may(path)]
    if open_to_others:  # the others take the book's mode
        yield Finding(f"{open_to_others[0]} can be read or written by others", "file")
    for path in _left(book):
        yield Finding(f"{path} was left by a program that was killed", "file")
    if place := unsafe_place(book):
        yield Finding(place_warning(book, place), "place")


def _left(book: Path) -> list[Path]:
    """What programs that were killed left: half of a file, or a second name of the book.

    That is what a restore gives it for a moment; SQLite's log is safe with one name only.
    """
    names = book.parent.glob(f"{glob.escape(book.stem)}-before-*.db")
    return [
        *unfinished(book.parent, book.name),
        *unfinished(book.parent / BACKUPS, f"{book.stem}-"),
        *sorted(name for name in names if name.samefile(book)),
    ]


def _others_may(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077) and hasattr(path, "owner")
    except OSError:  # it is not there
        return False


def heal(
    db: sqlite3.Connection, book: Path, watch: Watch = unwatched
) -> tuple[list[Finding], list[Finding]]:
    """Repair what can be; returns what was found, in the order of its repair, and what is left."""
    repaired: list[Finding] = []
    while True:
        found = findings(db, book, watch)
        fresh = [one for one in found if one.repairable and one not in repaired]
        if not fresh:
            return repaired, [one for one in found if one not in repaired or one.repairable]
        for kind in dict.fromkeys(one.kind for one in fresh):
            _repair(db, book, kind, watch)
        repaired += fresh


def _repair(db: sqlite3.Connection, book: Path, kind: str, watch: Watch) -> None:
    if kind == "file":
        for path in (book, *besides(book)):
            if _others_may(path):
                path.chmod(0o600)
        remove(_left(book))
    elif kind == "schema":
        make_schema_anew(db)
    elif kind == "index":
        make_indexes_anew(db)
    else:
        rebuild(db, watch)
