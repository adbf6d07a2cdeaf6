"""What the accounts outside of a journal say that money from or to them is."""

from collections.abc import Iterable

from folio.importers.formats.journals.entries import Event, Unit
from folio.model.numbers import ZERO
from folio.model.transactions import INCOME_KINDS

# A word in the name of an account outside → what money from or to it is.
_WORDS = (
    ("dividend", "dividend"),
    ("interest", "interest"),
    ("coupon", "coupon"),
    ("reward", "reward"),
    ("staking", "reward"),
    ("airdrop", "airdrop"),
    ("opening", "opening"),
    ("tax", "tax"),
    ("fee", "fee"),
    ("commission", "fee"),
)
OUT = frozenset({"fee", "tax"})
# Income in units.
RECEIVED = {
    "dividend": "stock_dividend",
    "stock_dividend": "stock_dividend",
    "interest": "reward",
    "reward": "reward",
    "airdrop": "airdrop",
}
OWN_KINDS = frozenset({"opening", "unknown", *INCOME_KINDS, *OUT})


def named(account: str) -> str:
    """A kind of transaction, fee or tax by the name of an account; empty where it says nothing."""
    folded = account.casefold()
    return next((kind for word, kind in _WORDS if word in folded), "")


def kind_of(event: Event, outside: Iterable[Unit]) -> str:
    """What money from or to the outside is, by the accounts there: income before its costs."""
    kinds = filter(None, (named(u.account) for u in outside))
    found = min(kinds, key=OUT.__contains__, default="")
    return event.kind if event.kind in OWN_KINDS else found


def charge(unit: Unit, event: Event, outside: Iterable[Unit]) -> str:
    """Whether money that went beside a trade is its fee or its tax; empty where it is neither.

    All of it went to one account.  Folio's own journals have it with the gain or the cost.
    """
    there = [u for u in outside if u.commodity == unit.commodity and u.units]
    if any(u.units < ZERO for u in there) or sum((u.units for u in there), unit.units):
        return ""
    kinds = {named(u.account) for u in there}
    if len(kinds) == 1 and kinds <= OUT:
        return kinds.pop()
    return "fee" if event.kind in ("buy", "sell") else ""
