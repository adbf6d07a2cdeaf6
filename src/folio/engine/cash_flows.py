"""Which movements are flows from outside, which are income, and for whom.

A flow is judged at four borders: of the portfolio, the institution, the account and
the holding.  Deposits, withdrawals, openings, unlinked transfer legs and movements that
nobody can explain cross all of them; a transfer crosses those between its two ends; the
``external`` posting of an account that does not track cash crosses all of them.  Trades cross
only the border of a holding, unless they are of several accounts.  What a deposit, a
withdrawal or a transfer cost is no part of its flow; what was lost on the way came in with the
last that arrived and is lost there, as by lots, so that what left one account is what came into
others.  Income and costs are return, not flow, except that the cash of a dividend flows into the
cash holding when its payer is held beside it.  A correction is a restatement: it counts as a
flow, so that it is never taken for return.

A transaction of several accounts is *about* one holding: the payer of income or of a cost, what
a trade brought or, where that is money, what it took away; of two things exchanged the one that
came in.  What it did in other accounts (and institutions) is a flow there, at its worth on the
day: money itself, the given side of an exchange what that was worth, income in kind what it was
stated to be worth.  The opposite of all that is the flow of what it is about, so the same figures
stand on both sides of a border, and those of all accounts come to the portfolio's.  A purchase for
1000 and a fee of 5 that the bank paid brought the depot 1005, for units worth 1000: what it cost
belongs to what was bought.  A dividend of 100, less 15 of tax, that was paid to the bank is income
of 100 of the depot, where the share is, of which 85 left it; its return has the 85, and the bank
has 85 from outside and no income.  So it is with interest, and with a fee or a tax on a holding
that another account paid: it came in, and was spent there.  A cost of no holding stays with the
account that paid it.
"""

from decimal import Decimal

from folio.model.ledger import FAR, Event
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO
from folio.model.rollups import ACCOUNT, HOLDING, INSTITUTION, PORTFOLIO
from folio.model.transactions import EXTERNAL_KINDS, INCOME_KINDS

_FROM_OUTSIDE = EXTERNAL_KINDS | {"correction"}
_RETURN_KINDS = frozenset(("fee", "tax", "delisting", "growth"))  # that are no income


class Flows(NamedTuple):
    """Units that crossed each border inward, and units that are income."""

    portfolio: Decimal
    institution: Decimal
    account: Decimal
    holding: Decimal
    income: Decimal


_FLOWS = from_tuple(Flows)
# The fields that say what crossed the border of each scope.
SCOPES = dict(zip((PORTFOLIO, INSTITUTION, ACCOUNT, HOLDING), Flows._fields, strict=False))


class Side(NamedTuple):
    """A part of a transaction in another account than what it is about, as a holding sees it."""

    event: Event
    asset: int  # of its holding
    sign: int  # 1: it is the holding's own; -1: the holding is what the transaction is about


def flows(event: Event, *, payer_held: bool = False) -> Flows:
    """Units of the holding's asset that flowed in (out where negative) at each border.

    ``payer_held`` says that who paid income is a holding of the same account.  Transfers: see
    :func:`transferred`; what crosses between the accounts of one transaction: :func:`crossing`.
    """
    kind, out = event.kind, event.external
    if kind in _FROM_OUTSIDE:
        whole = event.gross
        return _FLOWS((whole, whole, whole, whole, ZERO))
    if kind in INCOME_KINDS:
        if event.across and event.is_apart:
            return _FLOWS((out, out, out, out, ZERO))
        return _FLOWS((out, out, out, event.quantity if payer_held else out, event.gross))
    return _FLOWS((out, out, out, out if kind in _RETURN_KINDS else event.quantity, ZERO))


def crossing(event: Event) -> Decimal:
    """Units that a part of a transaction brought to an account that it is not about.

    What came from outside the book, and what went there, is none of them.
    """
    outside = event.gross if event.kind in _FROM_OUTSIDE else ZERO
    return event.quantity - event.external - outside


def earned_apart(event: Event) -> Decimal:
    """Units that were income of who paid them from another account."""
    return event.gross if event.is_apart and event.kind in INCOME_KINDS else ZERO


def borders_crossed(event: Event, side: Event) -> tuple[int, ...]:
    """The borders of an event's holding over which its transaction's ``side`` in another account
    is a flow, beside those of :func:`flows`; the event may be that side itself."""
    kind = event.kind
    returns = kind in _FROM_OUTSIDE or kind in INCOME_KINDS or kind in _RETURN_KINDS
    own = (HOLDING,) if returns or event.on_lots_alone else ()  # of others it is in their flow
    return (*own, ACCOUNT, INSTITUTION) if side.across == FAR else (*own, ACCOUNT)


def transferred(
    event: Event, within_institution: Decimal, within_account: Decimal, lost: Decimal
) -> Flows:
    """The same of a transfer: how much of its gross stays ``within`` an institution or account.

    What was ``lost``, sent and come nowhere, is that of its last arrival.
    """
    across = (within_institution, within_account, ZERO)
    crossed = [units + lost if (units := event.gross - n) else ZERO for n in across]
    return _FLOWS((ZERO, *crossed, ZERO))
