"""Which accounts of the book a file means that names its own, as OFX and QIF do.

A bank writes its number of an account, the user calls it otherwise.  What ``--account`` says
counts; else the account of that name; else the one that took the rows of that number before.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from folio.db.catalog import Catalog
from folio.db.ledger import account_of_ids
from folio.db.sources import find_source
from folio.errors import UsageError
from folio.model.statements import Statement
from folio.model.transactions import AccountRef, Draft
from folio.operations.names import find_account


def placed(db: sqlite3.Connection, statement: Statement, name: str | None, path: Path) -> Statement:
    """The statement with its accounts as the book knows them; ``name`` is that of --account.

    Raises:
        UsageError: when there is a name, and the file is of several accounts.
    """
    named = dict.fromkeys(ref for ref in _refs(statement) if ref is not None)
    if name is None:
        catalog = Catalog(db)
        known = {ref: _known(db, catalog, statement, ref) for ref in named}
        return _with_accounts(statement, lambda ref: known[ref])
    if len(named) > 1:
        listed = ", ".join(map(str, named))
        raise UsageError(f"{path} is of {len(named)} accounts ({listed}); leave --account out")
    return _with_accounts(statement, lambda ref: None)


def _refs(statement: Statement) -> Iterator[AccountRef | None]:
    yield from (draft.account for draft in statement.drafts)
    yield from (stated.account for stated in statement.balances)


def _known(
    db: sqlite3.Connection, catalog: Catalog, statement: Statement, ref: AccountRef
) -> AccountRef:
    source = find_source(db, statement.source)
    if source is None or find_account(catalog, ref) is not None:
        return ref
    mark = f"/{ref.name}:"
    ids = (draft.external_id or "" for draft in statement.drafts if draft.account == ref)
    first = next((one for one in ids if mark in one), "")
    if not first:
        return ref
    prefix = first[: first.index(mark) + len(mark)]
    found = account_of_ids(db, list(catalog.accounts), source, prefix)
    account = catalog.accounts.get(found or 0)
    return ref if account is None else AccountRef(account.name, account.institution)


def _with_accounts(
    statement: Statement, place: Callable[[AccountRef], AccountRef | None]
) -> Statement:
    def of(ref: AccountRef | None) -> AccountRef | None:
        return None if ref is None else place(ref)

    def draft_of(draft: Draft) -> Draft:
        legs = tuple([leg._replace(account=of(leg.account)) for leg in draft.legs])
        return draft._replace(account=of(draft.account), legs=legs)

    return statement._replace(
        drafts=tuple([draft_of(draft) for draft in statement.drafts]),
        balances=tuple([one._replace(account=of(one.account)) for one in statement.balances]),
    )
