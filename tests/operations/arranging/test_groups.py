"""Groups: tagged directly or by account, less what is excluded; and the filter of listings."""

from collections.abc import Callable
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.groups import members
from folio.book.selection import Filters
from folio.errors import FolioError
from folio.model.dates import EVER, Period
from folio.model.table import Amount, Table
from folio.operations.arranging.shown import add_group, get_group, tag_group
from folio.operations.recording import Recording
from folio.reports.attention.status import status
from folio.reports.held.allocation import allocation
from folio.reports.held.coverage import coverage
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.held.names import accounts, assets, institutions
from folio.reports.held.names import holdings as holding_list
from folio.reports.held.page import page
from folio.reports.over_time.history import history
from folio.reports.paid.income import income
from folio.reports.prices.prices import missing_prices, prices
from folio.reports.query import Query
from folio.reports.recorded.register import register
from folio.reports.sold.gains import gains

ON = day("2025-01-31")


def tag(keeper: Bookkeeper, group: str, how: str | None, account: str, **of: Any) -> None:
    def change(write: Recording) -> None:
        known = {name.casefold() for name in write.catalog.groups.values()}
        number = get_group(write, group) if group.casefold() in known else add_group(write, group)
        tag_group(write, number, how, account=account, **of)

    keeper.write(change)


def names(keeper: Bookkeeper, group: str, **more: Any) -> set[str]:
    catalog = keeper.book(**more).catalog
    return {catalog.describe(catalog.holdings[h]) for h in members(catalog, group)}


@pytest.fixture
def held(keeper: Bookkeeper) -> Bookkeeper:
    """The broker: 900 EUR and 1 ACME of 100; the wallet: 2 COIN of 50."""
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=100)
    keeper.add("opening", "2025-01-02", "Wallet", "COIN", quantity=2, cost=80)
    keeper.price("COIN", "2025-01-31", 50)
    keeper.price("ACME", "2025-01-31", 100)
    return keeper


def test_members_are_the_tagged_and_those_of_tagged_accounts(held: Bookkeeper) -> None:
    tag(held, "Core", "member", "Broker")
    assert names(held, "core") == {"North/Broker EUR", "North/Broker ACME"}
    tag(held, "Core", "member", "Wallet", asset="COIN")
    assert names(held, "Core") == {"North/Broker EUR", "North/Broker ACME", "South/Wallet COIN"}


def test_an_account_brings_its_future_holdings(held: Bookkeeper) -> None:
    tag(held, "Core", "member", "Broker")
    held.add("buy", "2025-01-05", "Broker", "COIN", quantity=1, price=50)
    assert "North/Broker COIN" in names(held, "Core")


def test_an_excluded_holding_stays_out_until_that_is_taken_back(held: Bookkeeper) -> None:
    tag(held, "Core", "member", "Broker")
    tag(held, "Core", "excluded", "Broker", asset="EUR")
    assert names(held, "Core") == {"North/Broker ACME"}
    (known,) = held.db.execute("SELECT max(id) FROM commits").fetchone()
    tag(held, "Core", None, "Broker", asset="EUR")
    assert names(held, "Core") == {"North/Broker EUR", "North/Broker ACME"}
    assert names(held, "Core", known_at=known) == {"North/Broker ACME"}
    tag(held, "Core", None, "Broker")
    assert names(held, "Core") == set()


def value(table: Table) -> str:
    cell = table.totals["value"]
    assert isinstance(cell, Amount)
    return str(cell.value)


def asked(keeper: Bookkeeper, group: str) -> Query:
    return Query(ON, keeper.book().base, Filters(group=(group,)))


def test_a_tag_that_is_not_there_does_not_go(held: Bookkeeper) -> None:
    """Of an account that is tagged as a whole a holding has no tag of its own."""
    tag(held, "Core", "member", "Broker")
    with pytest.raises(
        FolioError, match="North/Broker ACME by itself is neither tagged for Core nor"
    ):
        tag(held, "Core", None, "Broker", asset="ACME")
    with pytest.raises(FolioError, match="all of South/Wallet is neither tagged for Core nor"):
        tag(held, "Core", None, "Wallet")
    tag(held, "Core", None, "Broker")
    assert names(held, "Core") == set()
    with pytest.raises(FolioError, match="is neither tagged"):
        tag(held, "Core", None, "Broker")


def test_a_group_as_it_was_known_then(held: Bookkeeper) -> None:
    """900 and 100 of the broker; without its cash, known later, 100."""
    tag(held, "Core", "member", "Broker")
    (known,) = held.db.execute("SELECT max(id) FROM commits").fetchone()
    tag(held, "Core", "excluded", "Broker", asset="EUR")
    assert value(holdings(held.book(), asked(held, "Core"))) == "100.00"
    assert value(holdings(held.book(known_at=known), asked(held, "Core"))) == "1000.00"


def test_what_is_in_two_groups_counts_in_both(held: Bookkeeper) -> None:
    """Core 1,000, Shares 100, the rest 100, of 1,100 in all: 90.9 %, 9.1 % and 9.1 %."""
    tag(held, "Core", "member", "Broker")
    tag(held, "Shares", "member", "Broker", asset="ACME")
    table = allocation(held.book(), Query(ON, held.book().base), "group")
    told = {str(r["group"]): [str(r[k].value) for k in ("value", "weight")] for r in table.rows}  # type: ignore[union-attr]
    assert told == {
        "Core": ["1000.00", "0.909091"],
        "Shares": ["100.00", "0.090909"],
        "(in no group)": ["100.00", "0.090909"],
    }
    assert value(table) == "1100.00"
    said = "what is in several groups counts in each, so the weights add up to more than 100 %"
    assert said in table.reasons
    assert said not in allocation(held.book(), asked(held, "Core"), "type").reasons


JANUARY = Period(day("2025-01-01"), ON)
LISTINGS: dict[str, Callable[[Any, Query], Table]] = {
    "page": page,
    "holdings": holdings,
    "lots": lots,
    "coverage": coverage,
    "allocation": lambda book, query: allocation(book, query, "asset"),
    "history": lambda book, query: history(book, query, JANUARY),
    "gains": lambda book, query: gains(book, query, JANUARY),
    "income": lambda book, query: income(book, query, JANUARY),
    "register": lambda book, query: register(book, query, EVER),
    "status": status,
    "prices": prices,
    "missing prices": missing_prices,
    "accounts": accounts,
    "assets": assets,
    "institutions": institutions,
    "holding list": holding_list,
}


@pytest.mark.parametrize("listing", list(LISTINGS))
def test_every_listing_goes_by_the_group(held: Bookkeeper, listing: str) -> None:
    """The wallet's coins are sold, pay, are stale and observed; the group has the broker's."""
    tag(held, "Core", "member", "Broker")
    held.add("sell", "2025-01-10", "Wallet", "COIN", quantity=1, price=60)
    held.add("reward", "2025-01-11", "Wallet", "COIN", quantity=1)
    held.asset("OLD", "stock")
    held.add("opening", "2025-01-02", "Wallet", "OLD", quantity=1, cost=80)
    held.observe("Wallet", "COIN", 7, "2025-01-20")
    book = held.book()
    everything = LISTINGS[listing](book, Query(ON, book.base))
    core = LISTINGS[listing](book, asked(held, "Core"))
    assert everything.rows != core.rows
    shown = " ".join(str(cell) for row in core.rows for cell in row.values())
    assert not any(word in shown for word in ("COIN", "OLD", "Wallet", "South"))


def test_an_account_without_holdings_is_there_where_it_is_tagged(held: Bookkeeper) -> None:
    held.account("Empty", institution="East")
    held.account("Other", institution="East")
    tag(held, "Core", "member", "Empty")
    found = accounts(held.book(), asked(held, "Core")).rows
    assert [r["account"] for r in found] == ["Empty"]
