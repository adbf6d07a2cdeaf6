"""Short sales: they owe what they fetched, and what gives the units back realises the difference.

So say IRS Publication 550 ("Short Sales": the gain is what the sale fetched less what the units
that close it cost) and beancount, where a lot below zero is reduced by a purchase.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.errors import FolioError
from folio.model.assets import AssetRef
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.import_files import import_files
from folio.operations.read_files import Choices
from folio.operations.record import Recorder
from folio.reports.query import Query
from folio.reports.status import status
from importing import PROFILES

SAMPLES = Path(__file__).parent.parent / "importers"


def gains(keeper: Bookkeeper, where: str = "Broker", asset: str = "ACME") -> list[tuple[str, str]]:
    """Day and gain of each slice that realised something; of unknown gain "?"."""
    return [
        (
            part.disposed_on,
            "?"
            if part.proceeds is None or part.cost is None
            else f"{(part.proceeds - part.cost).normalize():f}",
        )
        for part in keeper.disposals(where, asset)
        if part.realises
    ]


def findings(keeper: Bookkeeper) -> list[str]:
    book = keeper.book()
    return [str(row["kind"]) for row in status(book, Query(day("2024-12-31"), book.base)).rows]


def test_what_covers_a_short_sale_realises_the_difference(keeper: Bookkeeper) -> None:
    """10 sold at 50 less a fee of 3 owe 497.  4 for 161 gain 198.80 − 161 = 37.80; of 8 at 45,
    6 gain 298.20 − 270 = 28.20, and 2 are a lot of their own."""
    sold = keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=10, price=50, fee=3,
                      lot="short")  # fmt: skip
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(-10, -497)]
    assert "negative balance" not in findings(keeper)
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=4, price=40, fee=1)
    keeper.add("buy", "2024-04-01", "Broker", "ACME", quantity=8, price=45)
    assert gains(keeper) == [("2024-03-01", "37.8"), ("2024-04-01", "28.2")]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(2, 90)]
    assert "covered late" not in findings(keeper)
    keeper.undo(keeper.undo(sold))  # it comes back as what it was
    assert gains(keeper) == [("2024-03-01", "37.8"), ("2024-04-01", "28.2")]
    keeper.amend(sold + 4, price=51)
    assert gains(keeper)[0] == ("2024-03-01", "41.8")


def test_what_is_there_is_sold_before_anything_is_short(keeper: Bookkeeper) -> None:
    """Of 5, 2 were held for 20: they gain 24 − 20, and 3 are owed for 36."""
    keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=2, price=10)
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=5, price=12, lot="short")
    assert gains(keeper) == [("2024-02-01", "4")]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [(-3, -36)]


def test_lots_are_named_beside_what_is_short(keeper: Bookkeeper) -> None:
    """1 of lot 1 and 2 that are not there; the other unit of that lot stays."""
    lot = keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=2, price=10)
    keeper.add("buy", "2024-01-11", "Broker", "ACME", quantity=1, price=11)
    with pytest.raises(FolioError, match="lot short"):
        keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=4, price=12)
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=4, price=12, lot=f"{lot}:1,short")
    assert gains(keeper) == [("2024-02-01", "2"), ("2024-02-01", "2"), ("2024-02-01", "1")]
    assert [(one.quantity, one.cost) for one in keeper.lots("Broker", "ACME")] == [(-1, -12)]


def test_what_nobody_calls_short_stays_unknown_until_it_is_said(keeper: Bookkeeper) -> None:
    """A statement may begin after the purchase: a later one covers only what is said to."""
    sold = keeper.fact("sell", "2024-02-01", "Broker", "ACME", quantity=3, price=12)
    keeper.add("buy", "2024-05-01", "Broker", "ACME", quantity=3, price=10)
    assert gains(keeper) == [("2024-02-01", "?")]
    assert "covered late" in findings(keeper)
    keeper.amend(sold, lot="short")
    assert gains(keeper) == [("2024-05-01", "6")]
    assert "covered late" not in findings(keeper)


@pytest.mark.parametrize(
    ("expired", "gained", "left"),
    [(1, [("2024-03-15", "88.86")], []), (3, [("2024-03-15", "88.86")], [(2, None)])],
)
def test_an_option_that_was_written_and_expires_gains_its_premium(
    keeper: Bookkeeper,
    expired: int,
    gained: list[tuple[str, str]],
    left: list[tuple[int, Decimal | None]],
) -> None:
    """90 less 1.14 for one that ends for nothing; of more than is owed nobody knows what it was."""
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=1, amount=90, fee="1.14",
               lot="short")  # fmt: skip
    units = Leg("asset", AssetRef("ACME", "stock"), Decimal(expired))
    ended = Draft("delisting", day("2024-03-15"), AccountRef("Broker"), (units,))
    keeper.write(lambda write: Recorder(write, "statement").record(ended))
    assert gains(keeper) == gained
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == left


# Gains as the statement itself prints them (IBKR), or of the sums that moved: 90 − 1 − 0.14.
@pytest.mark.parametrize(
    ("profile", "account", "asset", "gained"),
    [
        ("tastytrade", "tastytrade", "EXMA 240920C00060000", [("2024-09-20", "88.86")]),
        ("ibkr_activity", "Interactive Brokers", "VTI 20JUN25 240 P", [("2025-06-20", "249.35")]),
    ],
)
def test_statements_say_what_they_sell_to_open(
    keeper: Bookkeeper, profile: str, account: str, asset: str, gained: list[tuple[str, str]]
) -> None:
    file = SAMPLES / profile / "sample.csv"
    import_files(keeper.db, keeper.who, [file], PROFILES, Choices(create=True))
    assert gains(keeper, account, asset) == gained
