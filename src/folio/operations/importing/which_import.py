"""Which import is meant: by its number, or by the file that it read."""

import sqlite3
from pathlib import PurePath

from folio.db.statements.statements import (
    Imported,
    all_statements,
    statement_transactions,
    undone_of,
)
from folio.errors import UnknownName, UsageError
from folio.model.shell_words import shell_word


def which_import(db: sqlite3.Connection, said: str, known_at: int | None = None) -> int:
    """The number of an import: stated, or of the one that read a file of this name.

    Of several that did, the only one of which something is left is meant.

    Raises:
        UnknownName: when no import read such a file.
        UsageError: when several did.
    """
    if said.isascii() and said.isdigit():
        return int(said)
    names = {said, PurePath(said).name}
    found = [one for one in all_statements(db, known_at) if one.file_name in names]
    if not found:
        raise UnknownName(f"no import read a file {shell_word(said)}; see: folio import list")
    if len(found) > 1:
        found = [one for one in found if _stands(db, one, known_at)] or found
    if len(found) > 1:
        numbers = [str(one.id) for one in found]
        listed = f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        raise UsageError(
            f"imports {listed} read a file {shell_word(said)}; say which, by its number; "
            "see: folio import list"
        )
    return found[0].id


def _stands(db: sqlite3.Connection, one: Imported, known_at: int | None) -> bool:
    """Whether something of it was not undone."""
    return len(statement_transactions(db, one.id)) > undone_of(db, one.id, known_at)
