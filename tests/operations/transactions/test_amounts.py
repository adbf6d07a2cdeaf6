"""What the units of a trade cost or fetched, where an amount is stated and money stands beside it.

Worked by hand: a purchase costs what was paid and its fees; a sale fetches what came in, less them.
"""

from decimal import Decimal

import pytest

from folio.model.assets import Asset, AssetRef
from folio.model.transactions import Leg
from folio.operations.transactions.trade_amounts import Amounted, money_beside, with_stated

EURO, DOLLAR = (Asset(n, s, "currency", "", None, 2, "") for n, s in ((1, "EUR"), (2, "USD")))
ONE = AssetRef("ACME")


def leg(role: str, quantity: str, asset: Asset = EURO) -> tuple[Leg, Asset]:
    return Leg(role, AssetRef(asset.symbol), Decimal(quantity)), asset


def stated(amount: str) -> Amounted:
    return Decimal(amount), EURO.id, False


@pytest.mark.parametrize(
    ("units", "money", "said", "amount"),
    [
        ("10", [leg("cash", "-100"), leg("fee", "-1")], None, stated("101")),
        ("-10", [leg("cash", "100"), leg("fee", "-1")], None, stated("99")),
        # 3 at 33.33333 is 99.99999, and 100.00 was paid: the cost is known to the last digit
        ("3", [leg("cash", "-100")], stated("99.99999"), stated("99.99999")),
        # what a sale fetched is what came in, whatever its units had cost
        ("-3", [leg("cash", "120")], stated("99.99999"), stated("120")),
        # 0.001 at 0.01 is less than a cent, of which none moved; the fee did
        ("0.001", [leg("fee", "-0.01")], stated("0.00001"), stated("0.01001")),
        ("-0.001", [leg("fee", "-0.01")], stated("0"), stated("-0.01")),
        ("0.001", [], stated("0.00001"), stated("0.00001")),
        # a fee in something else comes on top, at a rate to be found
        ("0.001", [leg("fee", "-1", DOLLAR)], stated("0.00001"), (Decimal("0.00001"), 1, True)),
    ],
)
def test_what_was_paid_and_what_is_stated(
    units: str, money: list[tuple[Leg, Asset]], said: Amounted | None, amount: Amounted
) -> None:
    own = Leg("asset", ONE, Decimal(units))
    legs, assets = zip((own, Asset(9, "ACME", "stock", "", None, 2, "")), *money, strict=True)
    assert with_stated(own, legs, money_beside(legs, assets), said) == amount
