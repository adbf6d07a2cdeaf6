"""Which accounts of the book a file means that names its own, as OFX and QIF do.

A bank writes its number of an account, the user calls it otherwise.  What ``--account`` says
counts; else the account of that name; else the one that took the rows of that number before,
or that is named by an IBAN of which the number is a part, or took the rows of a number that is a
part of the IBAN.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.locks import read_locks
from folio.db.arrangements.sources import find_source, source_names
from folio.db.transactions.ledger import account_of_ids
from folio.errors import UsageError
from folio.importers.cells.ibans import is_iban, parts
from folio.model.accounts import Account
from folio.model.assets import AssetRef, currency_ref
from folio.model.shell_words import shell_word
from folio.model.statements import UNSTATED, Statement
from folio.model.transactions import AccountRef, Draft, parse_account_ref
from folio.operations.importing.known_rows import with_known_ids
from folio.operations.names import find_account

# Before an account's own id, of sources that have one whatever the account is called.
OWN_KEY = "account/"
MOST_DIGITS = 12  # of a number that is a part of an IBAN


def placed(db: sqlite3.Connection, statement: Statement, name: str | None, path: Path) -> Statement:
    """The statement with its accounts as the book knows them; ``name`` is that of --account.

    Raises:
        UsageError: when there is a name, and the file is of several accounts.
    """
    statement = _but_locked(db, statement)
    named = dict.fromkeys(ref for ref in _refs(statement) if ref is not None)
    catalog = Catalog(db)
    statement = with_currencies(catalog, statement, name, path)
    if name is None:
        known = {ref: _known(db, catalog, statement, ref) for ref in named}
        statement = _with_accounts(statement, lambda ref: known[ref])
        return with_known_ids(db, statement, AccountRef(statement.institution))
    if len(named) > 1:
        listed = ", ".join(map(str, named))
        raise UsageError(f"{path} is of {len(named)} accounts ({listed}); leave --account out")
    statement = _with_accounts(statement, lambda ref: None)
    return with_known_ids(db, statement, parse_account_ref(name))


def _but_locked(db: sqlite3.Connection, statement: Statement) -> Statement:
    """The statement without what it opens with on locked days: its rows are of later ones, and
    are not to be refused for what the book says of those days already.
    """
    lock = next(reversed(read_locks(db)), None)
    locked = [one for one in statement.openings if lock is not None and one.day <= lock.day]
    if lock is None or not locked:
        return statement
    kept = tuple(one for one in statement.balances if one not in locked)
    notes = [
        f"line {one.lines[0]}: what it opens with on {one.day} is not looked at: the book is "
        f"locked through {lock.day}"
        for one in locked
    ]
    return statement._replace(balances=kept, notes=(*statement.notes, *notes))


def _refs(statement: Statement) -> Iterator[AccountRef | None]:
    for draft in statement.drafts:
        yield draft.account
        yield from (leg.account for leg in draft.legs)
    yield from (stated.account for stated in statement.balances)


def _known(
    db: sqlite3.Connection, catalog: Catalog, statement: Statement, ref: AccountRef
) -> AccountRef:
    if find_account(catalog, ref) is not None:
        return ref
    mark = f"/{ref.name}:"
    ids = (draft.external_id or "" for draft in statement.drafts if draft.account == ref)
    first = next((one for one in ids if mark in one or one.startswith(OWN_KEY)), "")
    if not first:
        return ref
    own = first.startswith(OWN_KEY)
    end = first.index(":") + 1 if own else first.index(mark) + len(mark)
    source = find_source(db, statement.source)
    found = source and account_of_ids(db, list(catalog.accounts), source, first[:end])
    account = catalog.accounts.get(found or 0)
    if account is None and not own:
        account = _of_iban(catalog, first[: first.index(mark)], ref.name)
        account = account or _of_parts(db, catalog, ref.name)
    return ref if account is None else AccountRef(account.name, account.institution)


def _of_iban(catalog: Catalog, bank: str, number: str) -> Account | None:
    """The account that is named by an IBAN of which these are parts: after its check digits
    stands the code of the bank (or the letters of its BIC), and at its end the number.
    """
    code = bank[:4] if bank[:4].isalpha() else bank
    found = []
    for account in catalog.accounts.values():
        name = account.name.replace(" ", "")
        rest = name[4 + len(code) :].lstrip("0")
        fits = name[4:].startswith(code) and rest == number.lstrip("0")
        if is_iban(name) and (fits or name == number.replace(" ", "")):
            found.append(account)
    return found[0] if len(found) == 1 else None


def _of_parts(db: sqlite3.Connection, catalog: Catalog, iban: str) -> Account | None:
    """The one account with rows that came under the bank's code and the number in an IBAN."""
    found = parts(iban)
    if found is None:
        return None
    code, number = found
    starts = [
        f"{code}/{number.rjust(width, '0')}:" for width in range(len(number), MOST_DIGITS + 1)
    ]
    took = {
        account_of_ids(db, list(catalog.accounts), source, start)
        for source in source_names(db)
        for start in starts
    } - {None}
    return catalog.accounts.get(took.pop() or 0) if len(took) == 1 else None


def as_one(statements: Sequence[Statement]) -> list[Statement]:
    """The statements of one import, where what one calls by an IBAN and another by its parts is
    one account: as the IBAN has it.
    """
    refs = {ref for one in statements for ref in _refs(one) if ref is not None}
    known = {found: ref for ref in refs if (found := parts(ref.name)) is not None}

    return [_renamed(one, known) if known else one for one in statements]


def _renamed(statement: Statement, known: Mapping[tuple[str, str], AccountRef]) -> Statement:
    """The statement with the accounts as they are ``known`` by their parts."""

    def of(ref: AccountRef) -> AccountRef:
        mark = f"/{ref.name}:"
        ids = (draft.external_id or "" for draft in statement.drafts if draft.account == ref)
        code = next((text for text in ids if mark in text), "").partition(mark)[0]
        return known.get((code, ref.name.lstrip("0")), ref)

    places = {ref: of(ref) for ref in set(_refs(statement)) if ref is not None}
    return _with_accounts(statement, lambda ref: places[ref])


def with_currencies(
    catalog: Catalog, statement: Statement, name: str | None, path: Path
) -> Statement:
    """The statement in the currencies of its accounts, where it states none itself.

    Raises:
        UsageError: where an account has had other money than the book's alone.
    """
    stated = [leg.asset for draft in statement.drafts for leg in draft.legs]
    stated += [one.asset for one in statement.balances] + [one.quote for one in statement.prices]
    if UNSTATED not in stated:
        return statement
    base = currency_ref(catalog.settings.book("base_currency"))

    def of(ref: AccountRef | None) -> AssetRef:
        ref = parse_account_ref(name) if name else ref
        account = None if ref is None else find_account(catalog, ref)
        if account is None:
            return base
        code = catalog.currency_of(account)
        if code is None:
            money = catalog.money_of(account)
            raise UsageError(
                f"{path} names no currency, and {account.key} has had {' and '.join(money)} alone "
                f"so far; say folio account set {shell_word(account.key)} --currency {money[0]}, "
                f"or {base.symbol}"
            )
        return currency_ref(code)

    drafts = [_in_currency(draft, of(draft.account)) for draft in statement.drafts]
    balances = [
        one._replace(asset=of(one.account) if one.asset == UNSTATED else one.asset)
        for one in statement.balances
    ]
    prices = [
        one._replace(quote=base) if one.quote == UNSTATED else one for one in statement.prices
    ]
    taken = ", ".join(sorted({of(draft.account).symbol for draft in drafts} or {base.symbol}))
    return statement._replace(
        drafts=tuple(drafts),
        balances=tuple(balances),
        prices=tuple(prices),
        notes=(*statement.notes, f"the file names no currency; its amounts are taken as {taken}"),
    )


def _in_currency(draft: Draft, money: AssetRef) -> Draft:
    def of(asset: AssetRef | None) -> AssetRef | None:
        return money if asset == UNSTATED else asset

    legs = [
        leg._replace(
            asset=of(leg.asset) or leg.asset,
            price_currency=of(leg.price_currency),
            cost_currency=of(leg.cost_currency),
        )
        for leg in draft.legs
    ]
    return draft._replace(legs=tuple(legs))


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
