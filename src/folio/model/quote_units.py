"""Quote units: the hundredths of a currency in which some markets state prices.

London quotes shares in pence, Johannesburg in cents of a rand, Tel Aviv in agorot, and
American grain in cents of a dollar.  None of these is a currency of ISO 4217: data
vendors made the codes up, so that nobody takes pence for pounds.  Nothing can be held in
one; an amount in pence is an amount in pounds with its decimal point two places further
to the left.  A shift of the decimal point is exact and can be undone, so every digit of a
price stands in the book as it was quoted, in pounds.  What was typed is kept with its
commit, the row of a statement as it stood; an asset may state its quote unit, and then
its prices are shown in it again.

The convention rejected: pence as a currency of their own, with a price of 0.01 pounds.
Then cash could be held in pence, every sum would need a rate, and 7234 would be shown
beside values in pounds.

>>> in_major(Decimal("7234"), "GBX")
(Decimal('72.34'), 'GBP')
>>> in_major(Decimal("72.34"), "GBP")
(Decimal('72.34'), 'GBP')
>>> quoted(Decimal("72.345"), "GBP", "GBX"), quoted(Decimal("80.1"), "EUR", "GBX")
((Decimal('7234.5'), 'GBX'), (Decimal('80.1'), 'EUR'))
"""

from decimal import Decimal

from folio.errors import UsageError
from folio.model.named import NamedTuple
from folio.model.numbers import to_text


class QuoteUnit(NamedTuple):
    """A unit of prices, and the currency that it is a part of."""

    code: str
    currency: str  # its ISO 4217 code
    places: int  # how far its decimal point lies to the right of the currency's


GBX = QuoteUnit("GBX", "GBP", 2)  # pence
ZAC = QuoteUnit("ZAc", "ZAR", 2)  # cents of a rand
ILA = QuoteUnit("ILA", "ILS", 2)  # agorot
USX = QuoteUnit("USX", "USD", 2)  # cents of a dollar

# As sources write them.  Case matters: GBp is a penny, GBP a pound.
QUOTE_UNITS = {
    "GBX": GBX,
    "GBp": GBX,
    "GBx": GBX,
    "GBXP": GBX,
    "ZAc": ZAC,
    "ZAC": ZAC,
    "ILA": ILA,
    "USX": USX,
    "USx": USX,
}


def parse_quote_unit(text: str) -> QuoteUnit:
    """The quote unit with this code.

    Raises:
        UsageError: when there is none.
    """
    unit = QUOTE_UNITS.get(text.strip())
    if unit is None:
        known = ", ".join(sorted({u.code for u in QUOTE_UNITS.values()}))
        raise UsageError(f"{text!r} is no unit of prices; say one of: {known}")
    return unit


def in_major(amount: Decimal, code: str) -> tuple[Decimal, str]:
    """An amount in a quote unit as one of its currency; any other amount as it is."""
    unit = QUOTE_UNITS.get(code)
    return (amount, code) if unit is None else (amount.scaleb(-unit.places), unit.currency)


def quoted(price: Decimal, currency: str, unit: str | None) -> tuple[Decimal, str]:
    """A price as its asset states it: in the unit, where that is a part of the currency."""
    if unit is None or QUOTE_UNITS[unit].currency != currency:
        return price, currency
    return Decimal(to_text(price.scaleb(QUOTE_UNITS[unit].places))), unit
