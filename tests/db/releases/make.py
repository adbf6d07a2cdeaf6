"""Write the small book of a release: ``python tests/db/releases/make.py`` in a checkout.

It is SQL text, with at least one row in every table of facts.  Run it whenever ``schema.sql``
changes before the first release; after a release its file is never written again, and a change of
``schema.sql`` comes with a step in ``folio.db.file.migrations``.
"""

import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from test_facts import whole_book  # noqa: E402

from folio import __version__  # noqa: E402
from folio.db.file.connection import APPLICATION_ID  # noqa: E402


def release_file(version: str) -> Path:
    """Where the book of a release is."""
    return HERE / f"{version}.sql"


def dumped(db: sqlite3.Connection) -> Iterator[str]:
    """A book as SQL text: what makes it a book, then what SQLite's shell would dump."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    yield f"PRAGMA application_id = {APPLICATION_ID};"
    yield f"PRAGMA user_version = {version};"
    yield from db.iterdump()


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(whole_book(Path(folder) / "book.db")) as keeper,
    ):
        text = "\n".join(dumped(keeper.db)) + "\n"
    release_file(__version__).write_text(text, "utf-8")
    print(f"wrote {release_file(__version__).name}")


if __name__ == "__main__":
    main()
