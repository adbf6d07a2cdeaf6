"""Two assets found to be one: read through, and taken back, without a rewrite of the ledger."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accruing import earns, stops
from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.book.vaults import filled_vault
from folio.errors import FolioError
from folio.model.assets import AssetRef
from folio.operations.arranging.arrange import (
    add_vault,
    fill_vault,
    get_holding,
    get_vault,
    set_asset,
)
from folio.operations.arranging.merge_assets import merge_assets, unmerge_asset
from folio.operations.names import find_asset
from folio.reports.held.holdings import holdings
from folio.reports.query import Query

A = "Broker"


@pytest.fixture
def keeper(tmp_path: Path) -> Any:
    """One fund that two statements name differently: 10 at 5 and 20 at 8, worth 9 each."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account(A)
    keeper.asset("VWCE", "etf", market="XETR")
    keeper.asset("VWCE.DE", "etf", isin="IE00BK5BQT80")
    keeper.add("deposit", "2024-01-01", A, "EUR", quantity=1000)
    keeper.add("buy", "2024-01-02", A, "VWCE.DE", quantity=10, price=5)
    keeper.add("buy", "2024-02-02", A, "VWCE", quantity=20, price=8)
    keeper.price("VWCE.DE", "2024-03-01", 9, "EUR")
    yield keeper
    keeper.close()


def merge(keeper: Bookkeeper) -> None:
    keeper.write(lambda write: merge_assets(write, "VWCE.DE", "VWCE"))


def rows(keeper: Bookkeeper, on: str = "2024-03-02", **more: Any) -> list[tuple[Any, ...]]:
    book = keeper.book(**more)
    table = holdings(book, Query(day(on), book.base))
    return [
        (row["asset"], *(getattr(row[key], "value", None) for key in ("quantity", "value")))
        for row in table.rows
        if row["asset"] != "EUR"
    ]


@pytest.mark.parametrize("name", ["VWCE", "VWCE.DE", "vwce.de:etf", "IE00BK5BQT80"])
def test_either_name_asks_for_what_both_are_now(keeper: Bookkeeper, name: str) -> None:
    """30 units by any of them; taken back, the 20 or the 10 that each had alone."""
    merge(keeper)
    assert units(keeper, name) == [30]
    keeper.write(lambda write: unmerge_asset(write, "VWCE.DE"))
    assert units(keeper, name) == [20 if name == "VWCE" else 10]


def units(keeper: Bookkeeper, name: str) -> list[Decimal]:
    book = keeper.book()
    asked = Query(day("2024-03-02"), book.base, Filters(asset=(name,)))
    return [row["quantity"].value for row in holdings(book, asked).rows]  # type: ignore[union-attr]


def test_a_merged_asset_is_one_row_with_both_prices_and_lots(keeper: Bookkeeper) -> None:
    """By hand: 30 × 9 = 270, where the other had a trade's price of 8 alone."""
    assert rows(keeper) == [
        ("VWCE:XETR", Decimal(20), Decimal(160)),
        ("VWCE.DE", Decimal(10), Decimal(90)),
    ]
    merge(keeper)
    assert rows(keeper) == [("VWCE:XETR", Decimal(30), Decimal(270))]
    assert [(lot.acquired_on, lot.cost) for lot in keeper.lots(A, "VWCE")] == [
        ("2024-01-02", Decimal(50)),
        ("2024-02-02", Decimal(160)),
    ]


def test_what_is_sold_afterwards_takes_the_oldest_of_both(keeper: Bookkeeper) -> None:
    merge(keeper)
    keeper.add("sell", "2024-03-05", A, "VWCE.DE", quantity=15, price=10)
    costs = [part.cost for part in keeper.disposals(A, "VWCE")]
    assert costs == [Decimal(50), Decimal(40)]  # 10 at 5, and 5 at 8
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


def test_the_days_of_a_merged_holding_are_the_other_ones(keeper: Bookkeeper) -> None:
    """What was observed of it is in the rollup once."""
    keeper.observe(A, "VWCE.DE", 10, "2024-02-20")
    keeper.roll_up("2024-03-05")
    merge(keeper)
    keeper.roll_up("2024-03-05")
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


def test_what_was_observed_of_it_counts_back_over_what_joins_it_and_leaves_it(
    keeper: Bookkeeper,
) -> None:
    """17 VWCE.DE on 25 February, after 10 of 2 January: 7 came of which nobody knows, so on the
    days before there were 10 + 7.  Of 20 VWCE more of 2 February nothing is left unknown but
    17 − 30 = −13, so that there were −3."""
    keeper.price("VWCE.DE", "2024-01-01", 5, "EUR")
    keeper.observe(A, "VWCE.DE", 17, "2024-02-25")
    keeper.roll_up("2024-03-05")
    apart = keeper.derived()
    keeper.write(lambda write: merge_assets(write, "VWCE", "VWCE.DE"))
    keeper.roll_up("2024-03-05")
    assert rows(keeper, "2024-01-20")[0][1:] == (Decimal(-3), Decimal(-15))
    together = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == together
    keeper.write(lambda write: unmerge_asset(write, "VWCE"))
    keeper.roll_up("2024-03-05")
    assert keeper.derived() == apart


def test_both_names_and_the_isin_find_it(keeper: Bookkeeper) -> None:
    merge(keeper)
    catalog = keeper.book().catalog
    refs = (AssetRef("VWCE"), AssetRef("VWCE.DE"), AssetRef("ANY", isin="IE00BK5BQT80"))
    found = {asset.key for ref in refs if (asset := find_asset(catalog, ref)) is not None}
    assert found == {"VWCE:XETR"}


def test_undo_gives_each_its_own_again(keeper: Bookkeeper) -> None:
    keeper.roll_up("2024-03-02")
    apart = keeper.derived()
    merge(keeper)
    keeper.roll_up("2024-03-02")
    together = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == together
    keeper.write(lambda write: unmerge_asset(write, "VWCE.DE"))
    keeper.roll_up("2024-03-02")
    assert keeper.derived() == apart
    keeper.rebuild()
    assert keeper.derived() == apart


def test_a_transaction_of_the_merged_one_can_be_undone(keeper: Bookkeeper) -> None:
    merge(keeper)
    keeper.undo(2)
    assert rows(keeper)[0][1] == Decimal(20)
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


def test_a_split_of_either_splits_both(keeper: Bookkeeper) -> None:
    keeper.add("split", "2024-02-20", "", "VWCE.DE", ratio="2:1")
    merge(keeper)
    assert rows(keeper)[0][1] == Decimal(60)


def test_earlier_knowledge_still_sees_two(keeper: Bookkeeper) -> None:
    (then,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    merge(keeper)
    assert len(rows(keeper, known_at=then)) == 2


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("VWCE", "VWCE", "nothing to merge"),
        ("EUR", "VWCE", "is a currency"),
        ("VWCE.DE", "OTHER", "so they are two"),
    ],
)
def test_what_cannot_be_one_is_refused(keeper: Bookkeeper, one: str, other: str, why: str) -> None:
    keeper.asset("OTHER", "etf", isin="IE00B3RBWM25")
    with pytest.raises(FolioError, match=why):
        keeper.write(lambda write: merge_assets(write, one, other))


def test_rules_that_earn_on_the_same_days_are_refused_until_one_is_ended(
    keeper: Bookkeeper,
) -> None:
    """One rule alone is in force on a day, whatever the holding was called."""
    earns(keeper, "5%", "2024-02-01", account=A, asset="VWCE")
    earns(keeper, "8%", "2024-03-01", account=A, asset="VWCE.DE")
    before = keeper.everything()
    with pytest.raises(FolioError, match=r"Broker VWCE\.DE --name interest --on 2024-01-31"):
        merge(keeper)
    assert keeper.everything() == before
    stops(keeper, "2024-01-31", account=A, asset="VWCE.DE")
    merge(keeper)


def test_assets_that_were_swapped_for_one_another_are_merged(keeper: Bookkeeper) -> None:
    """30 held and 40 gone are 10 too many; of the 12 that the swap brings 10 close that, and the
    10 that it takes have 2 left: two lots in and out by one transaction."""
    keeper.fact("withdraw", "2024-03-01", A, "VWCE", quantity=40)
    keeper.fact("swap", "2024-03-02", A, "VWCE.DE", quantity=10, to_asset="VWCE", to_quantity=12)
    merge(keeper)
    assert keeper.quantity(A, "VWCE") == -8
    swapped = [p.quantity for p in keeper.disposals(A, "VWCE") if p.disposed_on == "2024-03-02"]
    assert swapped == [Decimal(-10), Decimal(2), Decimal(8)]
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


# -- vaults ------------------------------------------------------------------------------


def fill(keeper: Bookkeeper, asset: str, percent: int, since: str) -> None:
    def change(write: Any) -> None:
        holding = get_holding(write, A, asset)
        fill_vault(write, get_vault(write, "Rent").id, holding, Decimal(percent), day(since))

    keeper.write(change)


def in_vault(keeper: Bookkeeper) -> list[tuple[str, Decimal]]:
    """What fills the vault on the second of March, and with which share."""
    book = keeper.book()
    catalog = book.catalog
    shares = filled_vault(book, "Rent").shares(day("2024-03-02"))
    return [(catalog.assets[catalog.holdings[h].asset_id].symbol, p) for h, p in shares.items()]


@pytest.fixture
def vault(keeper: Bookkeeper) -> Bookkeeper:
    def change(write: Any) -> None:
        base = write.catalog.base
        add_vault(write, "Rent", target=Decimal(1000), currency=base, by=None)

    keeper.write(change)
    return keeper


def test_unlike_shares_of_a_vault_are_refused_until_they_are_alike(vault: Bookkeeper) -> None:
    """One holding has one share; which of two was meant, nobody can tell."""
    fill(vault, "VWCE.DE", 50, "2024-01-01")
    fill(vault, "VWCE", 30, "2024-02-01")
    before = vault.everything()
    with pytest.raises(FolioError, match=r"50 % of .* and 0 % of .* on 2024-01-01.*--percent 0 "):
        merge(vault)
    assert vault.everything() == before
    fill(vault, "VWCE.DE", 0, "2024-01-01")
    with pytest.raises(FolioError, match=r"0 % of .* and 30 % of .* on 2024-02-01"):
        merge(vault)
    fill(vault, "VWCE.DE", 30, "2024-02-01")
    merge(vault)
    assert in_vault(vault) == [("VWCE", Decimal(30))]


def test_a_share_said_after_the_merge_counts(vault: Bookkeeper) -> None:
    """The newest row of the one holding, whichever of the two the older ones were said of."""
    fill(vault, "VWCE", 40, "2024-01-01")
    fill(vault, "VWCE.DE", 40, "2024-01-01")
    merge(vault)
    fill(vault, "VWCE", 70, "2024-03-01")
    assert in_vault(vault) == [("VWCE", Decimal(70))]
    vault.write(lambda write: unmerge_asset(write, "VWCE.DE"))
    assert sorted(in_vault(vault)) == [("VWCE", Decimal(70)), ("VWCE.DE", Decimal(40))]


# -- a new ISIN --------------------------------------------------------------------------


def test_a_former_isin_names_the_asset_still(keeper: Bookkeeper) -> None:
    """Statements of before the change state the ISIN of then."""
    keeper.write(lambda write: set_asset(write, "VWCE.DE", isin="IE00B3RBWM25"))
    catalog = keeper.book().catalog
    for isin in ("IE00BK5BQT80", "IE00B3RBWM25"):
        found = find_asset(catalog, AssetRef("VWCE.DE", isin=isin))
        assert found is not None
        assert found.key == "VWCE.DE"


def test_an_isin_that_is_taken_away_names_the_asset_no_longer(keeper: Bookkeeper) -> None:
    """None that was stated before either; and another one can be made with it."""
    keeper.write(lambda write: set_asset(write, "VWCE.DE", isin="IE00B3RBWM25"))
    keeper.write(lambda write: set_asset(write, "VWCE.DE", isin=""))
    catalog = keeper.book().catalog
    assert [a.isin for a in catalog.every_asset.values() if a.symbol == "VWCE.DE"] == [None]
    for isin in ("IE00BK5BQT80", "IE00B3RBWM25"):
        assert find_asset(catalog, AssetRef("ANY", isin=isin)) is None
        made = keeper.asset(isin[-4:], "etf", isin=isin)
        found = find_asset(keeper.book().catalog, AssetRef("ANY", isin=isin))
        assert found is not None
        assert found.id == made
    told = keeper.db.execute("SELECT isin FROM v1_assets WHERE symbol = 'VWCE.DE'").fetchone()
    assert told == (None,)


def test_an_isin_that_was_stated_by_mistake_can_be_another_ones(keeper: Bookkeeper) -> None:
    keeper.write(lambda write: set_asset(write, "VWCE.DE", isin="IE00B3RBWM25"))
    made = keeper.asset("OTHER", "etf", isin="IE00BK5BQT80")
    found = find_asset(keeper.book().catalog, AssetRef("ANY", isin="IE00BK5BQT80"))
    assert found is not None
    assert found.id == made
