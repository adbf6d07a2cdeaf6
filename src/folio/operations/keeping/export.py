"""``export``: the book in a format of another program, or whole."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Iterator

from folio.book import Book
from folio.book.journal import make_journal
from folio.db.file.connection import SCHEMA_VERSION
from folio.db.keeping.proof import head
from folio.db.keeping.whole import TABLES, rows_of
from folio.exporters import beancount, hledger, whole_book
from folio.model.journal import Journal
from folio.operations.keeping.left_out import left_out

JOURNALS: dict[str, Callable[[Journal], Iterator[str]]] = {
    "beancount": beancount.write,
    "hledger": hledger.write,
    "ledger": hledger.write_ledger,
}


def export_journal(
    book: Book, format: str, until: dt.date, wanted: Collection[int]
) -> tuple[Iterator[str], list[str]]:
    """A journal of some holdings until a day (inclusive), and what is worth saying of it."""
    journal = make_journal(book, until, wanted)
    apart = sum(one.balance != one.ledger for one in journal.seen)
    notes = []
    if apart:
        said = "1 balance does" if apart == 1 else f"{apart} balances do"
        became = "is a comment" if apart == 1 else "are comments"
        notes.append(
            f"{said} not follow from the ledger and {became} with the gap; see: folio reconcile"
        )
    return JOURNALS[format](journal), [*notes, *left_out(book, times=True)]


def export_whole(db: sqlite3.Connection) -> Iterator[str]:
    """Every fact of the book, as JSON that ``folio init --from`` reads."""
    tables = ((table, rows_of(db, table)) for table in TABLES)
    return whole_book.write(head(db), SCHEMA_VERSION, tables)
