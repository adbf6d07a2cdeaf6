"""Transactions of brokers.

TOTAL is the cash that moved, commission, fees and taxes inside it; UNITS and UNITPRICE say
what for.  The direction goes by the name of the transaction, since brokers sign UNITS and
TOTAL as they like, but for income, expenses and interest, where the sign says whether it
was taken back.  A reinvestment is income and a purchase; it moves no cash.  What goes from
one sub-account (cash, margin) to another stays in the account and moves nothing.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from folio.importers.cells.rows import NO_UNITS, RowFault
from folio.importers.formats.ofx.bank import identity, read_bank_row
from folio.importers.formats.ofx.markup import Block, Values, values
from folio.importers.formats.ofx.values import Context, Security, amount_of, costs_of, note_of
from folio.importers.formats.records import Record, Stays, record_of
from folio.model.assets import minor_unit
from folio.model.numbers import ZERO, round_money
from folio.model.transactions import Draft, Leg

MAX_TERM = 1_000_000  # of a ratio
_FEES = ("COMMISSION", "FEES", "LOAD", "PENALTY")
_TAXES = ("TAXES", "WITHHOLDING", "STATEWITHHOLDING")
_DAYS = ("DTTRADE", "DTSETTLE")
# What says that units are sold short, or that this is ended.
_SHORT = (
    ("SELLTYPE", "SELLSHORT"),
    ("OPTSELLTYPE", "SELLTOOPEN"),
    ("BUYTYPE", "BUYTOCOVER"),
    ("OPTBUYTYPE", "BUYTOCLOSE"),
)
_CLOSES = {"EXERCISE": -1, "ASSIGN": 1}  # what was bought, and what was written
_WITHHELD = re.compile(r"\b(?:tax(?:es)?|w/h|withh?eld|withholding)", re.IGNORECASE)
_HUNDRED = Decimal(100)
_NEAR = Decimal("0.02")  # of a value: what price × units may miss it by


def read_trade(block: Block, context: Context) -> Record:
    """The record of a transaction."""
    if block.tag == "INVBANKTRAN":
        return read_bank_row(block, context)
    return record_of(block.line, block.text, lambda: _named(block, context))


def _named(block: Block, context: Context) -> Iterator[Draft]:
    """What a transaction did, each under its id."""
    found = values(block)
    drafts = _reader(block.tag)(found, context)
    for draft in drafts:
        number = identity(found, context, draft)
        number += f":{draft.kind}" if len(drafts) > 1 else ""
        yield draft._replace(external_id=number)


Read = Callable[[Values, Context], list[Draft]]


def _reader(tag: str) -> Read:
    if tag.startswith("BUY"):
        return lambda found, context: [_trade(found, context, "buy")]
    if tag.startswith("SELL"):
        return lambda found, context: [_trade(found, context, "sell")]
    return _READERS[tag]


def _draft(kind: str, found: Values, context: Context, *legs: Leg, of: Security | None) -> Draft:
    return Draft(
        kind,
        context.day(found, *_DAYS),
        context.account,
        legs,
        related_asset=of and of.asset,
        note=note_of(found, "MEMO"),
    )


def _trade(found: Values, context: Context, kind: str) -> Draft:
    of, units = context.security(found), _units(found)
    money = context.money(found)
    sign = 1 if kind == "buy" else -1
    _check_signs(found, kind, sign)
    fees, taxes = costs_of(found, *_FEES), costs_of(found, *_TAXES)
    total = amount_of(found, "TOTAL")
    price = amount_of(found, "UNITPRICE")
    if total is None:
        if price is None:
            raise RowFault("it has neither TOTAL nor UNITPRICE")
        total = round_money(units * price, minor_unit(money.symbol)) + sign * (fees + taxes)
    gross = abs(total) - sign * (fees + taxes)
    quoted = unit_price(units, price, gross)
    priced = (quoted, money) if quoted else (None, None)
    asset = Leg("asset", of.asset, sign * units, *priced)
    if gross <= 0:
        return _for_nothing(_draft(kind, found, context, asset, of=None), total)
    legs = [asset, Leg("cash", money, -sign * gross)]
    legs += [Leg("fee", money, -fees)] if fees else []
    legs += [Leg("tax", money, -taxes)] if taxes else []
    draft = _draft(kind, found, context, *legs, of=None)
    is_short = any(found.get(tag).upper() == word for tag, word in _SHORT)
    return draft._replace(lot="short") if is_short else draft


def _check_signs(found: Values, kind: str, sign: int) -> None:
    """Refuse units and money that both go the other way: nobody signs a trade of its own so."""
    units, total = amount_of(found, "UNITS"), amount_of(found, "TOTAL")
    if units and total and units * sign < 0 < total * sign:
        raise RowFault(
            f"its UNITS and TOTAL go the other way than a {kind}: it takes one back, and does not "
            "say which (REVERSALFITID)"
        )


def _for_nothing(draft: Draft, total: Decimal) -> Draft:
    """Units that came or went without money: given, or worth nothing."""
    if total:
        raise RowFault("its fees and taxes are more than its total")
    asset = draft.legs[0]
    kind = "transfer_in" if asset.quantity > 0 else "delisting"
    bare = asset._replace(price=None, price_currency=None)
    return draft._replace(kind=kind, legs=(bare,))


def unit_price(units: Decimal, price: Decimal | None, value: Decimal | None) -> Decimal | None:
    """The price of one unit, in whole units of money.

    Bonds are quoted in percent, options per share of a hundred: where price × units misses the
    value that is stated beside them by a factor of a hundred, the price is the hundredth of
    what is quoted, or a hundred times that.
    """
    if not price or not units or not value:
        return price or None
    for factor in (Decimal(1), 1 / _HUNDRED, _HUNDRED):
        if abs(abs(units * price * factor) - abs(value)) <= _NEAR * abs(value):
            return price * factor
    return price


def _units(found: Values) -> Decimal:
    units = amount_of(found, "UNITS")
    if units is None:
        raise RowFault("it has no UNITS")
    if not units and amount_of(found, "TOTAL"):
        raise RowFault("it has UNITS of 0, and money moves")
    if not units:
        raise Stays(NO_UNITS)
    return abs(units)


def _total(found: Values) -> Decimal:
    total = amount_of(found, "TOTAL")
    if total is None:
        raise RowFault("it has no TOTAL")
    if not total:
        raise Stays("moves nothing")
    return total


def _income_kind(found: Values, of: Security) -> str:
    if found.get("INCOMETYPE").upper() != "INTEREST":
        return "dividend"
    return "coupon" if of.is_bond else "interest"


def _income(found: Values, context: Context) -> list[Draft]:
    of, total, money = context.security(found), _total(found), context.money(found)
    withheld = amount_of(found, "WITHHOLDING") or ZERO
    withheld = withheld.copy_sign(total)  # taken back with what it was withheld from
    legs = [Leg("cash", money, total + withheld)]
    legs += [Leg("tax", money, -withheld)] if withheld else []
    return [_draft(_income_kind(found, of), found, context, *legs, of=of)]


def _reinvested(found: Values, context: Context) -> list[Draft]:
    of, money = context.security(found), context.money(found)
    bought = _trade(found, context, "buy")
    cash = [leg for leg in bought.legs if leg.role != "asset"]
    if not cash:
        return [bought._replace(kind="stock_dividend", related_asset=of.asset)]
    paid = sum((leg.quantity for leg in cash), ZERO)
    received = Leg("cash", money, -paid)
    return [_draft(_income_kind(found, of), found, context, received, of=of), bought]


def _expense(found: Values, context: Context) -> list[Draft]:
    kind = "tax" if _WITHHELD.search(found.get("MEMO")) else "fee"
    leg = Leg(kind, context.money(found), _total(found))
    of = context.security(found) if found.get("UNIQUEID") else None
    return [_draft(kind, found, context, leg, of=of)]


def _margin_interest(found: Values, context: Context) -> list[Draft]:
    leg = Leg("cash", context.money(found), _total(found))
    return [_draft("interest", found, context, leg, of=None)]


def _transfer(found: Values, context: Context) -> list[Draft]:
    of, units = context.security(found), _units(found)
    action = found.get("TFERACTION").upper()
    stated = amount_of(found, "UNITS") or ZERO
    goes_out = action == "OUT" or (action != "IN" and stated < 0)
    leg = Leg("asset", of.asset, -units if goes_out else units)
    kind = "transfer_out" if goes_out else "transfer_in"
    return [_draft(kind, found, context, leg, of=None)]


def _split(found: Values, context: Context) -> list[Draft]:
    of = context.security(found)
    cash = amount_of(found, "FRACCASH")
    legs = [Leg("cash", context.money(found), cash)] if cash else []
    draft = _draft("split", found, context, *legs, of=of)
    old, new = amount_of(found, "OLDUNITS"), amount_of(found, "NEWUNITS")
    over, under = amount_of(found, "NUMERATOR"), amount_of(found, "DENOMINATOR")
    if over and under:
        return [draft._replace(ratio=_ratio(over, under))]
    if not old or not new:
        raise RowFault("it has neither NUMERATOR and DENOMINATOR nor OLDUNITS and NEWUNITS")
    return [draft._replace(ratio=_ratio(new, old))]


def _ratio(new: Decimal, old: Decimal) -> tuple[int, int]:
    ratio = Fraction(new) / Fraction(old)
    if ratio <= 0 or max(ratio.numerator, ratio.denominator) > MAX_TERM:
        raise RowFault(f"{new}:{old} is no ratio of a split")
    return ratio.numerator, ratio.denominator


def _return_of_capital(found: Values, context: Context) -> list[Draft]:
    leg = Leg("cash", context.money(found), abs(_total(found)))
    return [_draft("return_of_capital", found, context, leg, of=context.security(found))]


def _closure(found: Values, context: Context) -> list[Draft]:
    """An option that was exercised, assigned or expired; its shares are a trade of their own."""
    of = context.security(found)
    _units(found)
    units, action = amount_of(found, "UNITS") or ZERO, found.get("OPTACTION").upper()
    if action in _CLOSES:
        units = abs(units) * _CLOSES[action]
    kind = "exercise" if action in _CLOSES else "delisting"
    return [_draft(kind, found, context, Leg("asset", of.asset, units), of=None)]


def _within(found: Values, context: Context) -> list[Draft]:
    raise Stays("from one sub-account to another: nothing leaves the account")


_READERS: dict[str, Read] = {
    "REINVEST": _reinvested,
    "INCOME": _income,
    "INVEXPENSE": _expense,
    "MARGININTEREST": _margin_interest,
    "TRANSFER": _transfer,
    "SPLIT": _split,
    "RETOFCAP": _return_of_capital,
    "CLOSUREOPT": _closure,
    "JRNLFUND": _within,
    "JRNLSEC": _within,
}
