"""Options that were exercised or assigned: which trade of a statement is that of their shares.

Statements print two rows, one that ends the option and one that trades its shares.  They are one
event where nothing else can be meant: one account and day, the share that the contract's symbol
names, bought or sold as its right and its side say, at its strike price, a hundred shares for each
contract.  Where no trade fits, or several do, the option ends as if it were worth nothing, and that
is said.

>>> put = Contract("EXM", Decimal(50), is_call=False)
>>> [contract(symbol) == put for symbol in ("EXM   240719P00050000", "EXM240719P50",
... "EXM 07/19/2024 50.00 P", "EXM 7/19/2024 Put $50.00", "EXM 19JUL24 50 P")]
[True, True, True, True, True]
>>> contract("EXM")
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.importers.interpreting.joining import together
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import AccountRef, Draft, Leg

SHARES = 100  # of a contract; one that was adjusted has another symbol
_ROOT = r"(?P<root>[A-Z][A-Z0-9./]{0,5}) *"
_STRIKE = r"\$?(?P<strike>[0-9,]{1,7}(?:\.[0-9]{1,3})?)"
_FORMS = [
    re.compile(form)
    for form in (
        _ROOT + r"[0-9]{6}(?P<right>[CP])(?P<thousandths>[0-9]{8})",
        _ROOT + r"[0-9]{6}(?P<right>[CP])" + _STRIKE,
        _ROOT + r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} " + _STRIKE + r" (?P<right>[CP])",
        _ROOT + r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} (?P<right>C|P)(?:all|ut) " + _STRIKE,
        _ROOT + r"[0-9]{2}[A-Z]{3}[0-9]{2} " + _STRIKE + r" (?P<right>[CP])",
    )
]


class Contract(NamedTuple):
    """What an option's symbol says."""

    share: str  # its symbol, letters and digits alone
    strike: Decimal  # for a share
    is_call: bool


class _Trade(NamedTuple):
    """What a trade of shares has to be."""

    account: AccountRef | None
    day: dt.date
    share: str
    price: Decimal
    comes_in: bool


def contract(symbol: str) -> Contract | None:
    """The terms of an option; None where its symbol does not say them."""
    found = next(filter(None, (form.fullmatch(symbol.strip()) for form in _FORMS)), None)
    if found is None:
        return None
    said = found.groupdict()
    thousandths = said.get("thousandths")
    strike = (
        Decimal(thousandths) / 1000 if thousandths else Decimal(said["strike"].replace(",", ""))
    )
    return Contract(_plain(said["root"]), strike, said["right"] == "C")


def _plain(symbol: str) -> str:
    return "".join(filter(str.isalnum, symbol.upper()))


def delivered(drafts: Sequence[Draft]) -> tuple[Sequence[Draft], list[str]]:
    """The drafts with each exercise as one event with its trade, and what is said of the others."""
    ends: dict[_Trade | int, list[Draft]] = {}  # by the trade that it has to be; else by the line
    for draft in drafts:
        if draft.kind == "exercise" and len(_units([draft])) == 1:
            ends.setdefault(_sought(draft) or draft.lines[0], []).append(draft)
    if not ends:
        return drafts, []
    trades: dict[_Trade, list[Draft]] = {}
    for draft in drafts:
        trade = _trade(draft) if draft.kind in ("buy", "sell") else None
        if trade in ends and trade is not None:
            trades.setdefault(trade, []).append(draft)
    instead: dict[int, Draft | None] = {}  # of a draft, by its first line
    notes = []
    for key, options in ends.items():
        shares = _fitting(options, trades.get(key, ())) if isinstance(key, _Trade) else None
        if shares is None:
            notes += [_not_found(option) for option in options]
            instead |= {o.lines[0]: o._replace(kind="delisting") for o in options}
        else:
            gone = dict.fromkeys(one.lines[0] for one in (*options, *shares[1:]))
            instead |= {**gone, shares[0].lines[0]: _event(options, shares)}
    made = [instead.get(draft.lines[0], draft) for draft in drafts]
    return [draft for draft in made if draft is not None], notes


def _units(drafts: Iterable[Draft]) -> list[Leg]:
    return [leg for draft in drafts for leg in draft.legs if leg.role == "asset"]


def _sought(option: Draft) -> _Trade | None:
    (leg,) = _units([option])
    terms = contract(leg.asset.symbol)
    if terms is None:
        return None
    comes_in = terms.is_call == (leg.quantity < ZERO)  # held ones go, and calls bring shares
    return _Trade(option.account, option.occurred_on, terms.share, terms.strike, comes_in)


def _trade(draft: Draft) -> _Trade | None:
    """A trade of one share for money, at the price of its cash."""
    units, cash = _units([draft]), [leg for leg in draft.legs if leg.role == "cash"]
    if len(units) != 1 or len(cash) != 1 or not units[0].quantity:
        return None
    leg = units[0]
    price = abs(cash[0].quantity / leg.quantity)
    share = _plain(leg.asset.symbol)
    return _Trade(draft.account, draft.occurred_on, share, price, leg.quantity > ZERO)


def _fitting(options: Sequence[Draft], trades: Sequence[Draft]) -> Sequence[Draft] | None:
    """The trades, or the one of them, that bring or take just the options' shares."""
    ended = _units(options)
    if len({(leg.asset.symbol, leg.quantity > ZERO) for leg in ended}) > 1:
        return None
    due = SHARES * sum(abs(leg.quantity) for leg in ended)
    fits = [some for some in _choices(trades) if sum(abs(u.quantity) for u in _units(some)) == due]
    return fits[0] if len(fits) == 1 else None


def _choices(trades: Sequence[Draft]) -> list[Sequence[Draft]]:
    return [trades, *([one] for one in trades if len(trades) > 1)]


def _event(options: Sequence[Draft], shares: Sequence[Draft]) -> Draft:
    """One event, under the identity of the trade; the strike is no price of a market."""
    every = (*options, *shares)
    legs = [leg._replace(price=None, price_currency=None) for one in every for leg in one.legs]
    rows = {row for one in every for row in (one.rows or (one.external_id or "",))}
    return shares[0]._replace(
        kind="exercise",
        legs=tuple(together(legs)),
        lines=tuple(sorted(line for one in every for line in one.lines)),
        rows=tuple(sorted(rows)),
    )


def _not_found(option: Draft) -> str:
    (leg,) = _units([option])
    return (
        f"line {option.lines[0]}: {to_text(abs(leg.quantity))} {leg.asset} were exercised or "
        "assigned, and which trade is that of their shares is not said; what they cost or fetched "
        "stays theirs; see: folio help lots"
    )
