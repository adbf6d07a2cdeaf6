"""Accrued interest gives way to the bank's own word.

A row of interest that a statement or a person states takes the place of what folio
booked for the day due, within three days and whatever its amount: the accrual is reversed
in the same commit.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.postings import NewPosting
from folio.model.accounts import Holding
from folio.model.numbers import ZERO
from folio.model.transactions import MAY_REPLACE, Draft
from folio.model.yields import ACCRUAL, NEAR, Rule
from folio.operations.recording import Recording
from folio.operations.transactions.reversals import reverse

if TYPE_CHECKING:
    from folio.db.arrangements.yields import Accrual


def replace_accrual(
    write: Recording,
    source_id: int,
    draft: Draft,
    postings: Sequence[NewPosting],
    related_asset_id: int | None,
) -> int | None:
    """Reverse the accrual whose place this row takes; returns its id, None where there is none."""
    if draft.kind not in MAY_REPLACE or not postings:
        return None
    row = postings[0]
    holding = write.catalog.holdings[row.holding_id]
    asset = write.catalog.assets[holding.asset_id]
    if row.role not in ("asset", "cash") or (draft.kind == "reward" and asset.is_currency):
        return None
    accrual_source = write.known_source(ACCRUAL)
    paid_by = [None, *write.catalog.aliases.members(asset.id)]
    if accrual_source in (None, source_id) or related_asset_id not in paid_by:
        return None
    from folio.db.arrangements.yields import (
        read_rules,  # a book may have accruals, and most rows no interest
    )

    for rule in read_rules(write.db, write.catalog.members(holding.id)):
        found = _standing(write, rule, holding, draft.occurred_on)
        known = None if found is None else get_transaction(write.db, found.transaction_id)
        if found is not None and known and (found.amount > ZERO) != row.quantity.startswith("-"):
            reverse(write, known, ACCRUAL)
            return known.id
    return None


def _standing(write: Recording, rule: Rule, holding: Holding, day: dt.date) -> "Accrual | None":
    """The accrual of the day due that is nearest to a day."""
    from folio.db.arrangements.yields import read_accruals
    from folio.engine.interest import due_near, is_due

    terms, near = rule.terms(), dt.timedelta(days=NEAR)
    accruals = read_accruals(
        write.db,
        rule,
        holding.account_id,
        write.catalog.members(holding.id),
        since=day - near,
        until=day + near,
    )
    standing = [a for a in accruals if a.reversed_by is None]
    # One of a schedule that is no more belongs to whatever is near.
    fitting = [a for a in standing if a.due == due_near(terms, day) or not is_due(terms, a.due)]
    return min(fitting, key=lambda a: (abs(a.due - day), a.due), default=None)
