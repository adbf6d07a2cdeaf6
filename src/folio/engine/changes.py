"""What a holding's value did between two days, told apart.

    opening + new knowledge + flows + gap + moved + income + costs + market + currency = closing

*Opening* is the value of the first day as it was known then, *new knowledge* what that day's value
has become since.  *Flows* came from outside the book, a *gap* is what was observed beyond the
ledger and no transaction brought, *moved* came from other holdings (what a purchase cost, what a
sale fetched, transfers), *income* was paid, *costs* are fees and taxes, and what was lost on the
way.  What a gap that is answered with growth brought is return, and with what is left: the price's
doing, told apart by the rates x of the currency in which the price is quoted:

    currency = V₀ × (x₁ / x₀ − 1) + Σ Fᵢ × (x₁ / xᵢ − 1)        market = the rest

where V₀ is the value at the open and Fᵢ each movement, in the report's currency.  So currency is
what the rates alone did to the money exposed, and market is the gain in the quoted
currency at the closing rate.  Where one of these rates is missing, nothing is told of the
currency, and the reports say so: a part of the exposure would not say what the rates did.

The other convention, the gain at the opening rate with the cross term in currency, was rejected:
after a movement it needs lots to say which units were there.  Both are in Karnosky and Singer,
Global Asset Management and Performance Attribution (1994); and (1 + asset) × (1 + currency) =
1 + total holds between movements.

Worked example: 10 shares go from 100 to 110 USD while a dollar goes from 0.90 to 0.95 EUR.  The
value goes from 900 to 1045 EUR.  1000 USD were exposed to 0.05 EUR: currency 50.  100 USD were
gained, at 0.95: market 95.

>>> exposed = [Exposure(Decimal(900), Decimal("0.90"))]
>>> change = split(Decimal(900), Decimal(900), Decimal(1045), exposed=exposed,
...                closing_rate=Decimal("0.95"), places=2)
>>> [str(part) for part in (change.market, change.currency)]
['95.00', '50.00']
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.model.gaps import GROWTH
from folio.model.numbers import ZERO, divide, round_money
from folio.model.transactions import EXTERNAL_KINDS, INCOME_KINDS

_TRADES = frozenset({"buy", "sell", "swap", "exercise"})
_COSTS = frozenset({"fee", "tax"})
_MARKET = frozenset({"delisting", GROWTH})  # lost or gained there, not brought by anybody


class Units(NamedTuple):
    """Units of a holding's asset that came at once (went where negative), by their cause."""

    flow: Decimal = ZERO  # from outside the book
    gap: Decimal = ZERO  # observed beyond the ledger, where no transaction brought them
    moved: Decimal = ZERO  # from other holdings
    income: Decimal = ZERO
    costs: Decimal = ZERO  # fees and taxes, negative as a rule


def units_of(
    kind: str, quantity: Decimal, external: Decimal, gross: Decimal, lost: Decimal = ZERO
) -> Units:
    """Which part of a transaction's ``quantity`` is what; the parts add up to it.

    ``external`` and ``gross`` are those of :class:`folio.model.ledger.Event`; what is ``lost`` on
    the way moved, and is a cost where it did not arrive.  What a trade
    cost beside its price is part of what moved, as it is part of a cost or of proceeds.
    """
    if kind in EXTERNAL_KINDS or kind == "correction":
        return Units(flow=gross, costs=quantity - gross)
    if kind in INCOME_KINDS or kind == "return_of_capital":
        return Units(flow=external, income=gross, costs=quantity - gross - external)
    if kind in _COSTS:
        return Units(flow=external, costs=quantity - external)
    if kind in _MARKET:
        return Units(flow=external)
    if kind in _TRADES:
        return Units(flow=external, moved=quantity - external)
    moved = gross + lost
    return Units(flow=external, moved=moved, costs=quantity - moved - external)


class Exposure(NamedTuple):
    """Money that a rate works on from a day on."""

    amount: Decimal  # in the report's currency
    rate: Decimal  # of the quoted currency in it, on that day


class Change(NamedTuple):
    """The parts of one holding's change; None: nothing, or not known."""

    opening: Decimal | None
    knowledge: Decimal
    flow: Decimal
    gap: Decimal
    moved: Decimal
    income: Decimal
    costs: Decimal
    market: Decimal
    currency: Decimal
    unmeasured: Decimal  # where a price was missing at one end, or for what moved
    closing: Decimal | None


def split(
    opening: Decimal | None,
    opening_now: Decimal | None,
    closing: Decimal | None,
    *,
    moves: Units = Units(),  # noqa: B008  # a NamedTuple is never changed
    exposed: Iterable[Exposure] = (),
    closing_rate: Decimal | None = None,
    measured: bool = True,
    places: int | None = None,
) -> Change:
    """The parts of a change, all amounts in the report's currency.

    ``opening_now`` is the opening day's value as known at the end.  Without a ``closing_rate``
    nothing is told of the currency, and all is market's; where something that moved is not
    ``measured``, neither is told.
    """
    rest = (closing or ZERO) - (opening_now or ZERO) - sum(moves, ZERO)
    currency = unmeasured = ZERO
    if opening_now is None or closing is None or not measured:
        rest, unmeasured = ZERO, rest
    elif closing_rate is not None:
        # At the same rate nothing was gained; of more than 50 digits a ratio would lose some.
        changed = (e for e in exposed if e.rate and e.rate != closing_rate)
        gained = (divide(e.amount * closing_rate, e.rate) - e.amount for e in changed)
        currency = round_money(sum(gained, ZERO), places)
    return Change(
        opening,
        (opening_now or ZERO) - (opening or ZERO),
        *moves,
        rest - currency,
        currency,
        unmeasured,
        closing,
    )
