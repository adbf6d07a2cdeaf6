"""Amounts, days, currencies and securities as OFX writes them.

A day is the one that is printed: banks stamp noon, midnight or nothing at all, with or
without the zone that the specification asks for, and mean their own day.  Only a time in
GMT that says so and is no such stamp is an instant, whose day is that of the book's zone.
No instant is kept: two stamps of noon are not the same moment.

>>> read_day("20240328203000.000[-4:EDT]", ZoneInfo("Asia/Tokyo"))
datetime.date(2024, 3, 28)
>>> read_day("20240328203000[0:GMT]", ZoneInfo("Asia/Tokyo"))
datetime.date(2024, 3, 29)
>>> read_amount("+00000001234.500"), read_amount("-1.234,5"), read_amount("")
(Decimal('1234.500'), Decimal('-1234.5'), None)
"""

import datetime as dt
import re
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import UsageError
from folio.importers.cells.amounts import Style, proven_decimal
from folio.importers.cells.amounts import read_amount as read_styled
from folio.importers.cells.rows import RowFault, in_reach, no_date
from folio.importers.formats.bank_codes import money_of, said_once
from folio.importers.formats.ofx.markup import Values
from folio.model.assets import AssetRef, is_isin, parse_isin, unit_ref
from folio.model.transactions import AccountRef

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[ T]?(?::?(\d{2}):?(\d{2}):?(\d{2})?)?")
_GMT = re.compile(r"\[\s*[+-]?0(?:\.0+)?\s*(?::|\])")
_STAMPS = ("000000", "120000", "235959")
_FUND = re.compile(r"\b(etf|fund|trust|ucits|spdr|ishares)\b", re.IGNORECASE)
_POINT, _COMMA = Style("point", exponents=True), Style("comma", exponents=True)


def read_amount(text: str) -> Decimal | None:
    """An amount; None where there is none.  A comma is a decimal sign, as in the standard.

    Raises:
        RowFault: when it is no number.
    """
    text = text.strip()
    if proven_decimal(text) == "either":  # the standard knows no thousands
        return read_styled(text, (_COMMA if "," in text else _POINT)._replace(grouped=False))
    return read_styled(text, _COMMA if proven_decimal(text) == "comma" else _POINT)


def amount_of(values: Values, tag: str) -> Decimal | None:
    """The amount of a tag.

    Raises:
        RowFault: when it is no number.
    """
    try:
        return read_amount(values.get(tag))
    except RowFault as fault:
        raise RowFault(f"{tag}: {fault}") from None


def costs_of(values: Values, *tags: str) -> Decimal:
    """What these tags add up to, none of which needs to be there."""
    return sum((abs(amount_of(values, tag) or Decimal(0)) for tag in tags), Decimal(0))


def read_day(text: str, zone: ZoneInfo) -> dt.date:
    """The day of a date.

    Raises:
        RowFault: when it is none.
    """
    match = _DAY.match(text.strip())
    if match is None:
        raise no_date(text)
    try:
        day = dt.date(*(int(part) for part in match.groups()[:3]))
        clock = "".join(part or "00" for part in match.groups()[3:])
        if _GMT.search(text) and clock not in _STAMPS:
            hour, minute, second = (int(clock[at : at + 2]) for at in (0, 2, 4))
            time = dt.time(hour, minute, second, tzinfo=dt.UTC)
            day = dt.datetime.combine(day, time).astimezone(zone).date()
    except (ValueError, OverflowError):
        raise no_date(text) from None
    return in_reach(day)


class Security(NamedTuple):
    """What the list of securities says of one."""

    asset: AssetRef
    is_bond: bool


class Context(NamedTuple):
    """What holds for a block: whose statement it is in, and the securities of the file."""

    account: AccountRef | None
    prefix: str  # of the ids: the bank's number and the account's
    currency: str  # of the statement; "" where it does not say
    zone: ZoneInfo
    securities: dict[tuple[str, str], Security]

    def day(self, values: Values, *tags: str) -> dt.date:
        """The day of the first of these tags that is there.

        Raises:
            RowFault: when none is, or it is no date.
        """
        return read_day(next(filter(None, map(values.get, tags)), ""), self.zone)

    def money(self, values: Values) -> AssetRef:
        """The currency of a block's amounts: its own, else the statement's.

        ORIGCURRENCY names what they were converted from, and so not theirs.

        Raises:
            RowFault: when neither names one.
        """
        own = values.part("CURRENCY")
        code = (own.get("CURSYM") if own else "") or self.currency
        return money_of(code)

    def security(self, values: Values) -> Security:
        """The security that a block names.

        Raises:
            RowFault: when it names none.
        """
        number, kind = values.get("UNIQUEID"), values.get("UNIQUEIDTYPE").upper()
        if not number:
            raise RowFault("it names no security")
        known = self.securities.get((kind, number)) or self.securities.get(("", number))
        return known or Security(_asset(number, number, kind), is_bond=False)


def listed_security(tag: str, values: Values) -> dict[tuple[str, str], Security]:
    """A security of the file's list, by its number."""
    number, kind = values.get("UNIQUEID"), values.get("UNIQUEIDTYPE").upper()
    name = values.get("SECNAME")
    asset = _asset(values.get("TICKER") or number, number, kind, name, _type(tag, name))
    found = Security(asset, is_bond=tag == "DEBTINFO")
    return {(kind, number): found, ("", number): found} if number else {}


def _type(tag: str, name: str) -> str | None:
    """The type of asset; None for what is listed as a share and may be a fund."""
    if tag == "STOCKINFO":
        return None if _FUND.search(name) else "stock"
    return {"DEBTINFO": "bond", "MFINFO": "fund"}.get(tag)


def _asset(
    symbol: str, number: str, kind: str, name: str = "", asset_type: str | None = None
) -> AssetRef:
    isin = number if kind == "ISIN" or (kind != "CUSIP" and is_isin(number)) else None
    if isin is not None:
        isin = _checked_isin(isin)
    return unit_ref(symbol, asset_type, "", isin, name or None)


def _checked_isin(text: str) -> str | None:
    try:
        return parse_isin(text)
    except UsageError:
        return None


def note_of(values: Values, *tags: str) -> str:
    """What these tags say, each thing once."""
    return said_once(*map(values.get, tags))
