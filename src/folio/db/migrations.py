"""The schema file, and the way from each released schema to this one.

A fresh book is made from ``schema.sql``; a book of an older release is brought up by
the migrations below, each in its own database transaction.  The tests compare both:
first release + all migrations = fresh, triggers included.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils.migrations import Migrations

_BESIDE = Path(__file__).parent.parent / "schema.sql"  # in a wheel
SCHEMA_FILE = _BESIDE if _BESIDE.exists() else Path(__file__).parents[3] / "schema.sql"


def migrations() -> "Migrations":
    """Every step since the first release, oldest first."""
    from sqlite_utils.migrations import Migrations

    return Migrations("folio")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a book of an older release up to this schema."""
    from sqlite_utils import Database

    migrations().apply(Database(connection))
