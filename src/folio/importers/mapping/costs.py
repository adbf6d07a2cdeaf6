"""Whether fees and taxes are inside the amounts or beside them, and in which units they are.

What price times quantity makes tells it, row by row: it is the amount where costs are beside it.
A fee in what was traded is beside the quantity where the price of that quantity, and not of both
together, is the amount.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from folio.importers.mapping.proposed import Proposal, Question
from folio.importers.mapping.words import plain
from folio.importers.mapping.worth import scale_of

_FEES_IN = re.compile(r"(fees?|commissions?|gebuhr(en)?) ?(coin|currency|asset|ccy|wahrung)")
_NEAR = Decimal("0.02")


def are_inside(bare: Proposal) -> Iterator[Question]:
    """Tell ``bare`` whether costs are inside the amounts, or ask."""
    if "fee" in bare.settings or not bare.costs:
        return
    sizes = [[abs(number or Decimal(0)) for number in bare.numbers(one)] for one in bare.costs]
    costs = [sum(row, Decimal(0)) for row in zip(*sizes, strict=True)]
    if not any(costs) or ("amount" not in bare.columns and bare.has_money):
        bare.settings["fee"] = "beside"
        return
    told = {*_told(bare, costs)}
    if len(told) == 1:
        bare.settings["fee"] = "inside" if told == {True} else "beside"
    else:
        text = "are fees and taxes inside the amount, or beside it?"
        yield Question("set", "fee", text, ("inside", "beside"))


def _told(bare: Proposal, costs: list[Decimal]) -> Iterator[bool]:
    """Of each row that tells whether its costs are inside, whether they are."""
    columns = [bare.numbers(field) for field in ("amount", "quantity", "price")]
    scale = scale_of(bare)
    traded, fees_in = ("symbol", "fee_currency") if "symbol" in bare.columns else ("", "")
    units = zip(bare.cells(traded), bare.cells(fees_in), strict=False)
    of_units = [unit == fee for unit, fee in units] or [False] * len(costs)
    for amount, quantity, price, cost, in_kind in zip(*columns, costs, of_units, strict=False):
        if amount and quantity and price and cost:
            worth, paid = abs(quantity * price * scale), abs(amount)
            part = abs(cost * price * scale) if in_kind else cost
            missed, with_costs = abs(paid - worth), abs(abs(paid - worth) - part)
            if min(missed, with_costs) > max(_NEAR, worth * _NEAR / 10):
                continue
            if missed != with_costs:
                yield with_costs < missed


def in_other_units(bare: Proposal) -> Iterator[Question]:
    """Fees that are in another currency than the amounts, or in coins, as a column says."""
    currency = bare.settings.get("currency", "")
    paid = bare.cells("currency") or [currency] * len(bare.found.rows)
    for name in bare.found.names:
        told = name == bare.columns.get("fee_currency") and bare.settings.get("fee") == "beside"
        if "fee" in bare.columns and _FEES_IN.fullmatch(plain(name)) and not told:
            cells = zip(bare.numbers("fee"), bare.found.cells(name), paid, strict=True)
            units = sorted({unit for fee, unit, here in cells if fee and unit and unit != here})
            if units and any(paid):
                there = currency or "the currency of their rows"
                text = f"fees are in {', '.join(units)}; which column has them in {there}, if any?"
                yield Question("column", "fee", text, ("",))
