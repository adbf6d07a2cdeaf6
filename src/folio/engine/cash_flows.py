"""Which movements are flows from outside, which are income, and for whom.

A flow is judged at four borders: of the portfolio, the institution, the account and
the holding.  Deposits, withdrawals, openings, unlinked transfer legs and movements that
nobody can explain cross all of them; a transfer crosses those between its two ends, as does a
swap whose other side is elsewhere; the ``external`` posting of an account that does not track
cash crosses all of them.  Trades cross only the border of a holding.  What a deposit, a
withdrawal or a transfer cost is no part of its flow; what was lost on the way came in with the
last that arrived and is lost there, as by lots, so that what left one account is what came into
others.  Income and costs are return, not flow, except that the cash of a dividend flows into the
cash holding when its payer is held beside it.  A correction is a restatement: it counts as a
flow, so that it is never taken for return.
"""

from decimal import Decimal

from folio.model.ledger import Event
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO
from folio.model.transactions import EXTERNAL_KINDS, INCOME_KINDS

_RETURN_KINDS = frozenset(("fee", "tax", "delisting", "growth"))  # that are no income


class Flows(NamedTuple):
    """Units that crossed each border inward, and units that are income."""

    portfolio: Decimal
    institution: Decimal
    account: Decimal
    holding: Decimal
    income: Decimal


_FLOWS = from_tuple(Flows)


def flows(event: Event, *, payer_held: bool = False) -> Flows:
    """Units of the holding's asset that flowed in (out where negative) at each border.

    ``payer_held`` says that who paid income is a holding of the same account.  Transfers: see
    :func:`transferred`.
    """
    kind, out = event.kind, event.external
    if kind in EXTERNAL_KINDS or kind == "correction":
        whole = event.gross
        return _FLOWS((whole, whole, whole, whole, ZERO))
    if kind in INCOME_KINDS:
        return _FLOWS((out, out, out, event.quantity if payer_held else out, event.gross))
    return _FLOWS((out, out, out, out if kind in _RETURN_KINDS else event.quantity, ZERO))


def exchanged(event: Event, within_institution: bool, within_account: bool) -> Flows:
    """The same of a swap, whose other side may be ``within`` its institution or its account."""
    out, units = event.external, event.gross
    at_account = out if within_account else units
    return _FLOWS((out, out if within_institution else units, at_account, event.quantity, ZERO))


def transferred(
    event: Event, within_institution: Decimal, within_account: Decimal, lost: Decimal
) -> Flows:
    """The same of a transfer: how much of its gross stays ``within`` an institution or account.

    What was ``lost``, sent and come nowhere, is that of its last arrival.
    """
    across = (within_institution, within_account, ZERO)
    crossed = [units + lost if (units := event.gross - n) else ZERO for n in across]
    return _FLOWS((ZERO, *crossed, ZERO))
