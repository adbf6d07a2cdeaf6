"""What is worth saying of a change to an account, which is made all the same.

What it holds as it is closed, and what happens later: a book may learn later what left it.  And
what was paid from outside where its cash is tracked from a day on that is past: postings are
facts, and stay so until they are recorded again.
"""

import datetime as dt
import sqlite3

from folio.book import Book
from folio.book.snapshot import snapshot
from folio.db.transactions.ledger import paid_from_outside
from folio.model.accounts import Account
from folio.model.numbers import to_text
from folio.model.shell_words import shell_word


def against_closing(db: sqlite3.Connection, account: Account, day: dt.date) -> list[str]:
    """Sentences; none where the account is empty on ``day`` and nothing is later."""
    book = Book(db)
    own = [h for h in book.catalog.holdings.values() if h.account_id == account.id]
    held = [
        f"{to_text(one.balance)} {book.catalog.assets[one.holding.asset_id].key}"
        f"{f' [{one.holding.label}]' if one.holding.label else ''}"
        for one in snapshot(book, day, own)
        if one.balance
    ]
    events = book.events([holding.id for holding in own])
    later = sorted({e.key[0] for e in events if e.ratio is None and e.key[0] > day.isoformat()})
    told = []
    if held:
        told.append(f"{account.key} holds {', '.join(held)} on {day}; record what left it")
    if later:
        register = f"folio register --account {shell_word(account.key)} --period {later[0]}.."
        told.append(f"{account.key} has transactions after {day}, from {later[0]} on: {register}")
    return told


def without_cash(db: sqlite3.Connection, account: Account, since: dt.date | None) -> list[str]:
    """A sentence on the transactions from ``since`` on (None: ever) that left the cash out."""
    found = paid_from_outside(db, account.id, since)
    if found is None:
        return []
    count, first = found
    many = f"{count} transactions" if count > 1 else "1 transaction"
    return [
        f"{many} in {account.key} from {first} on left the cash outside, and no setting changes "
        "what is recorded: undo and record again, or folio import undo IMPORT and import the file "
        f"again; see: folio register --account {shell_word(account.key)} --period {first}.."
    ]
