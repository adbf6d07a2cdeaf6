"""Which movements are flows from outside, which are income, and for whom.

A flow is judged at four borders: of the portfolio, the institution, the account and
the holding.  Deposits, withdrawals, openings, unlinked transfer legs and movements that
nobody can explain cross all of them; a transfer crosses those between its two ends; the
``external`` posting of an account that does not track cash crosses all of them.  Trades
cross only the border of a holding.  What a deposit, a withdrawal or a transfer cost is no
part of its flow; what was lost on the way came in with the last that arrived and is lost there,
as by lots, so that what left one account is what came into others.  Income and costs are
return, not flow, except that the cash of a dividend flows into the cash holding when its payer
is held beside it.  A correction is a restatement: it counts as a flow, so that it is never
taken for return.
"""

from decimal import Decimal
from functools import partial

from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.model.transactions import EXTERNAL_KINDS, INCOME_KINDS

_RETURN_KINDS = INCOME_KINDS | {"fee", "tax", "delisting", "growth"}


class Movement(NamedTuple):
    """What one transaction did to one holding, for the flows."""

    kind: str
    quantity: Decimal  # all postings together
    external: Decimal  # of them: in the role external
    gross: Decimal  # of them: in the roles asset and cash
    within_institution: Decimal = ZERO  # of a transfer's gross: to or from the same institution
    within_account: Decimal = ZERO  # … and the same account
    lost: Decimal = ZERO  # of a transfer: with its last arrival, sent and come nowhere
    payer_held: bool = False  # income whose payer is a holding of the same account


class Flows(NamedTuple):
    """Units that crossed each border inward, and units that are income."""

    portfolio: Decimal
    institution: Decimal
    account: Decimal
    holding: Decimal
    income: Decimal


_FLOWS = partial(tuple.__new__, Flows)  # from a tuple, in a third of the time


def flows(move: Movement) -> Flows:
    """Units of the holding's asset that flowed in (out where negative) at each border."""
    if move.kind in EXTERNAL_KINDS or move.kind == "correction":
        whole = move.gross
        return _FLOWS((whole, whole, whole, whole, ZERO))
    if move.kind == "transfer":
        across = (move.within_institution, move.within_account, ZERO)
        crossed = [units + move.lost if (units := move.gross - n) else ZERO for n in across]
        return Flows(ZERO, crossed[0], crossed[1], crossed[2], ZERO)
    out = move.external
    income = move.gross if move.kind in INCOME_KINDS else ZERO
    paid_beside = move.payer_held and move.kind in INCOME_KINDS
    returned = move.kind in _RETURN_KINDS and not paid_beside
    inner = out if returned else move.quantity
    return _FLOWS((out, out, out, inner, income))
