"""Rows that a bank states again under other ids.

Some banks number their rows anew in every download.  Where rows of the book lie within the
days that a file covers and the file has none of their ids any more, its new rows that say the
same (day, kind, amount, words) are those: each takes the id that the book knows, one for one.

A source that keeps its numbers means two rows by two of them: there only a row that it gave no
number, and whose id is made from what it says, can be another one.
"""

import re
import sqlite3
from collections import defaultdict

from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.sources import find_source
from folio.db.transactions.ledger import rows_between
from folio.errors import UsageError
from folio.model.numbers import to_text
from folio.model.statements import Statement
from folio.model.transactions import AccountRef, Draft
from folio.operations.names import find_account

_made = re.compile(r":[0-9a-f]{32}(#\d+)?$", re.ASCII).search  # an id that is a row's digest
_Said = tuple[int, str, str, str, str]  # account, day, kind, quantity, note


def with_known_ids(db: sqlite3.Connection, statement: Statement, name: AccountRef) -> Statement:
    """The statement, its rows under the ids by which the book knows them.

    ``name`` is the account of drafts that name none.
    """
    source = find_source(db, statement.source)
    if source is None or not statement.drafts:
        return statement
    numbers = _accounts(Catalog(db), statement, name)
    ids = {draft.external_id for draft in statement.drafts}
    span = statement.drafts[0].occurred_on, statement.drafts[-1].occurred_on
    gone: dict[_Said, list[str]] = defaultdict(list)
    there: set[str] = set()
    for account in set(numbers.values()):
        for row in rows_between(db, account, source, *span):
            there.add(row.external_id)
            if row.external_id not in ids:
                said = account, row.day, row.kind, row.quantity, row.note
                gone[said].append(row.external_id)
    if not gone:
        return statement
    drafts, again = [], 0
    for draft in statement.drafts:
        said = _said(draft, numbers.get(draft.account, 0))
        own = statement.keeps_numbers and not _made(draft.external_id or "")
        known = next((one for one in gone.get(said, ()) if not own or _made(one)), None)
        if known is not None and draft.external_id not in there:
            gone[said].remove(known)
            draft, again = draft._replace(external_id=known), again + 1
        drafts.append(draft)
    if not again:
        return statement
    rows = "1 row has another id" if again == 1 else f"{again} rows have other ids"
    note = f"{rows} than before; known by day, amount and words"
    return statement._replace(drafts=tuple(drafts), notes=(*statement.notes, note))


def _accounts(
    catalog: Catalog, statement: Statement, name: AccountRef
) -> dict[AccountRef | None, int]:
    found = {}
    for ref in {draft.account for draft in statement.drafts}:
        try:
            account = find_account(catalog, ref or name)
        except UsageError:  # recording says so
            continue
        if account is not None:
            found[ref] = account.id
    return found


def _said(draft: Draft, account: int) -> _Said:
    quantity = to_text(draft.legs[0].quantity) if draft.legs else ""
    return account, draft.occurred_on.isoformat(), draft.kind, quantity, draft.note
