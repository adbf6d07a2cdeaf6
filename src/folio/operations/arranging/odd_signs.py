"""Signs that may be meant, and hardly are: what a debt is said to be, or to earn.

A credit card may be paid too much and a loan may pay interest, so they are told, not refused.
"""

import sqlite3
from decimal import Decimal

from folio.db.arrangements.catalog import Catalog
from folio.model.accounts import Account
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import AccountRef, Draft
from folio.operations.names import find_account


def odd_opening(db: sqlite3.Connection, draft: Draft) -> str | None:
    """What is odd about an opening: a debt that is owned."""
    if draft.kind != "opening" or draft.account is None or not draft.legs:
        return None
    return odd_balance(db, draft.account, draft.legs[0].quantity)


def odd_balance(db: sqlite3.Connection, ref: AccountRef, balance: Decimal) -> str | None:
    """What is odd about a balance: a debt that is owned."""
    account = find_account(Catalog(db), ref)
    if account is None or not account.is_liability or balance <= ZERO:
        return None
    return (
        f"{account.key} is a {account.type}, and what it owes is negative: {to_text(-balance)}; "
        f"{to_text(balance)} is owned"
    )


def odd_rate(account: Account, rate_per_year: Decimal) -> str | None:
    """What is odd about a rate: a debt that earns."""
    if not account.is_liability or rate_per_year >= ZERO:
        return None
    return (
        f"{account.key} is a {account.type}: at a negative rate what it owes earns interest; "
        "what it costs is a rate without a sign"
    )
