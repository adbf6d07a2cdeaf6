"""What an account's past keeps where its cash is tracked from a day on that is past.

Postings are facts: what was recorded as paid from outside stays so, until it is recorded again.
"""

import datetime as dt
import sqlite3

from folio.db.transactions.ledger import paid_from_outside
from folio.model.accounts import Account
from folio.model.shell_words import shell_word


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
