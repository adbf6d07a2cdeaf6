"""In which unit prices are, where it is not that of the amounts.

Shares in London are quoted in pence and paid in pounds.  A column that is called ``Price (p)``
says so, and so do rows in which a hundredth of price times quantity is what was paid.
"""

import re
from decimal import Decimal

from folio.importers.mapping.proposed import Proposal
from folio.importers.mapping.words import currencies_in
from folio.model.quote_units import QUOTE_UNITS

_PENCE = re.compile(r"\(p\)|\bpence\b|\bGB[Xp]\b|\bp$")
_CENT = Decimal("0.01")
_FAR = Decimal("0.1")  # of what is paid, fees are less


def price_unit(bare: Proposal) -> None:
    """Tell ``bare`` the currency or quote unit of its prices, where the file says another."""
    if "price" not in bare.columns or "price_currency" in bare.columns:
        return
    currency = bare.settings.get("currency", "")
    if "price-currency" in bare.settings or currency.startswith("beside "):
        return
    quoted = {unit.currency: unit.code for unit in QUOTE_UNITS.values()}.get(currency, "")
    name = bare.columns["price"]
    named = set(currencies_in(name))
    if currency == "GBP" and _PENCE.search(name):
        bare.settings["price-currency"] = "GBX"
    elif quoted and _in_hundredths(bare):
        bare.settings["price-currency"] = quoted
    elif len(named) == 1 and currency and named != {currency}:
        bare.settings["price-currency"] = named.pop()


def scale_of(bare: Proposal) -> Decimal:
    """What price × quantity is multiplied by to be an amount."""
    return _CENT if bare.settings.get("price-currency") in QUOTE_UNITS else Decimal(1)


def _in_hundredths(bare: Proposal) -> bool:
    """Whether a hundredth of price times quantity is about what was paid, in every row."""
    money = [bare.numbers(field) for field in ("amount", "money_in", "money_out")]
    every = zip(*filter(None, money), strict=True)
    paid = [max((abs(n) for n in row if n), default=None) for row in every]
    rows = zip(paid, bare.numbers("quantity"), bare.numbers("price"), strict=False)
    parts = [abs(q * p) * _CENT / amount for amount, q, p in rows if amount and q and p]
    return bool(parts) and all(abs(part - 1) < _FAR for part in parts)
