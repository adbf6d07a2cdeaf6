"""What the accounts outside of a journal say that money from or to them is."""

import functools
import re
from collections.abc import Iterable
from decimal import Decimal

from folio.importers.formats.journals.entries import Event, Unit
from folio.model.numbers import ZERO
from folio.model.transactions import INCOME_KINDS

# A word in the name of an account outside → what money from or to it is.  Whole words, for coffee
# is no fee and a taxi no tax; of words written together (BankFees) each counts.
_WORDS = {
    "dividend": "dividend",
    "interest": "interest",
    "coupon": "coupon",
    "reward": "reward",
    "staking": "reward",
    "airdrop": "airdrop",
    "opening": "opening",
    "tax": "tax",
    "taxes": "tax",
    "fee": "fee",
    "commission": "fee",
}
_WORD = re.compile(r"[^\W\d_]+")
_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z])")
OUT = frozenset({"fee", "tax"})
Cost = tuple[str, str]  # fee or tax, and the commodity that it was paid in
INCOME = frozenset({"dividend", "interest", "coupon", "reward", "airdrop"})  # in money
# Income in units.
RECEIVED = {
    "dividend": "stock_dividend",
    "stock_dividend": "stock_dividend",
    "interest": "reward",
    "reward": "reward",
    "airdrop": "airdrop",
}
OWN_KINDS = frozenset({"opening", "unknown", "correction", *INCOME_KINDS, *OUT})


@functools.cache
def named(account: str) -> str:
    """A kind of transaction, fee or tax by the name of an account; empty where it says nothing.

    >>> named("Expenses:BankFees"), named("income:dividends:ACME"), named("expenses:coffee")
    ('fee', 'dividend', '')
    """
    words = {word.casefold() for word in _WORD.findall(_TOGETHER.sub(" ", account))}
    words |= {word.removesuffix("s") for word in words}
    return next((kind for word, kind in _WORDS.items() if word in words), "")


def kind_of(event: Event, outside: Iterable[Unit]) -> str:
    """What money from or to the outside is, by the accounts there: income before its costs."""
    kinds = filter(None, (named(u.account) for u in outside))
    found = min(kinds, key=OUT.__contains__, default="")
    return event.kind if event.kind in OWN_KINDS else found


def is_charged(unit: Unit, kind: str, outside: Iterable[Unit]) -> bool:
    """Whether units went for the fee or the tax that stands outside, or are of its refund."""
    there = [u.units for u in outside if named(u.account) == kind and u.commodity == unit.commodity]
    whole = -sum(there, ZERO)
    return ZERO < unit.units <= whole or whole <= unit.units < ZERO


def costs_of(outside: Iterable[Unit]) -> dict[Cost, Decimal]:
    """The fees and the taxes that an entry has outside, with what they were paid in."""
    found: dict[Cost, Decimal] = {}
    for unit in outside:
        role = named(unit.account)
        if role in OUT and unit.units > ZERO:
            found[role, unit.commodity] = found.get((role, unit.commodity), ZERO) + unit.units
    return found


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
    return "fee" if event.kind in ("buy", "sell", "exercise") else ""
