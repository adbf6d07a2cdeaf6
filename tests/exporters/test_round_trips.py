"""Out to another program and back: the same holdings, lots and costs, to the last digit."""

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from exporters.peers import HLEDGER, journal_of
from folio.book import Book
from folio.db.derived.positions import Position, read_lots, read_positions
from folio.db.derived.rollup import read_days
from folio.exporters import beancount, hledger
from folio.model.accounts import Holding
from folio.model.dates import EVER
from folio.model.rollups import ACCOUNT
from folio.operations.arranging.lot_methods import set_lot_method
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from folio.reports.held.holdings import holdings
from folio.reports.query import Query
from folio.reports.recorded.register import register
from folio.reports.sold.gains import gains
from laws.test_rollup_law import COMMANDS, new_book, run

PROGRAMS = ["beancount"] + ["hledger", "ledger"] * bool(HLEDGER)  # which reads both
WRITERS = {
    "beancount": beancount.write,
    "hledger": hledger.write,
    "ledger": hledger.write_ledger,
}
Lots = dict[tuple[str, ...], list[Decimal]]


def lots_of(book: Book) -> Lots:
    """Open lots by account, asset, day and cost currency: units and cost; money as one sum."""
    found: Lots = defaultdict(lambda: [Decimal(0), Decimal(0)])
    catalog, stored = book.catalog, read_lots(book.db)
    for number, position in read_positions(book.db).items():
        holding = catalog.holdings[number]
        asset = catalog.assets[holding.asset_id]
        where = (catalog.accounts[holding.account_id].name, asset.symbol, holding.label)
        if position.plain:
            found[where][0] += position.quantity
            continue
        for lot in stored.get(number, []):
            key, cost = where, lot.cost or Decimal(0)
            if lot.currency == asset.id:  # what it cost beyond itself
                cost -= lot.quantity
            elif lot.quantity > 0:
                currency = "" if lot.currency is None else catalog.assets[lot.currency].symbol
                key = (*where, lot.acquired_on, currency)
            found[key][0] += lot.quantity
            found[key][1] += cost
    return {k: [n.normalize() for n in v] for k, v in sorted(found.items()) if any(v)}


def back(keeper: Bookkeeper, folder: Path, program: str) -> Bookkeeper:
    """A new book of what a book's journal says."""
    for old in folder.glob("back.*"):
        old.unlink()
    file = folder / f"back.{program}"
    file.write_text("".join(WRITERS[program](journal_of(keeper.book(walks=True)))), "utf-8")
    other = Bookkeeper(folder / "back.db")
    import_files(other.db, other.who, [file], {}, Choices(create=True))
    return other


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("program", PROGRAMS)
@settings(
    max_examples=8,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a book is read sooner than shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=5, max_size=30))
def test_any_book_comes_back(folder: Path, program: str, commands: list[Any]) -> None:
    keeper = new_book(folder)
    for command in commands:
        run(keeper, command)
    other = back(keeper, folder, program)
    assert lots_of(other.book()) == lots_of(keeper.book())
    without = {name for name, tracks in cash_of(other.book()).items() if not tracks}
    assert not any(cash_of(keeper.book())[name] for name in without)
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_owed_is_split_too(folder: Path, program: str) -> None:
    """5 leave where nothing is, and arrive two days later as 10, for the units are split 2:1: 10 of
    the day on which they left, and 10 are owed.  3 that were sold short become 6."""
    keeper = new_book(folder)
    short = {"quantity": 3, "price": 10, "currency": "EUR", "lot": "short"}
    keeper.add("sell", "2025-01-10", "Alpha", "COIN", **short)
    keeper.add("split", "2025-01-14", asset="ACME", ratio="2:1")
    keeper.add("split", "2025-01-15", asset="COIN", ratio="2:1")
    keeper.fact("transfer_out", "2025-01-12", "Beta", "ACME", quantity=5)
    keeper.fact("transfer_in", "2025-01-14", "Alpha", "ACME", quantity=10)  # linked unasked
    other = back(keeper, folder, program)
    kinds = [kind for (kind,) in other.db.execute("SELECT kind FROM transactions ORDER BY id")]
    assert kinds == ["sell", "transfer", "split", "transfer", "split"]
    units = {key: some[0] for key, some in lots_of(other.book()).items() if key[1] != "EUR"}
    assert units == {
        ("Alpha", "ACME", "", "2025-01-12", ""): 10,
        ("Beta", "ACME", ""): -10,
        ("Alpha", "COIN", ""): -6,
    }
    other.close()
    keeper.close()


def cash_of(book: Book) -> dict[str, bool]:
    """Whether each account tracks its cash."""
    catalog = book.catalog
    return {
        a.name: catalog.tracks_cash(a, dt.date(2025, 12, 31)) for a in catalog.accounts.values()
    }


def gains_of(keeper: Bookkeeper) -> list[tuple[str, ...]]:
    """Every slice that was sold: asset, day, quantity, proceeds, cost and gain in euros."""
    book = keeper.book()
    table = gains(book, Query(dt.date(2025, 12, 31), book.base), EVER)
    keys = ("asset", "disposed_on", "quantity", "proceeds", "cost", "gain")
    return [tuple(str(getattr(row[k], "value", row[k])) for k in keys) for row in table.rows]


def told(keeper: Bookkeeper) -> list[tuple[str, ...]]:
    """The kinds of what happened, by day, with taxes and fees."""
    query = (
        "SELECT t.occurred_on, t.kind, p.role, p.quantity FROM transactions t "
        "LEFT JOIN postings p ON p.transaction_id = t.id AND p.role IN ('fee', 'tax') "
        "AND t.kind NOT IN ('buy', 'sell') ORDER BY 1, 2, 3, 4"  # whose cost has them
    )
    return list(keeper.db.execute(query))


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_happened_is_still_called_so(tmp_path: Path, program: str) -> None:
    """Purchases, sales, a split, a reward and a transfer, in accounts with and without cash.

    By hand: 4 for 40 and a fee of 1, split 2:1, then 5 of the 8 sold for 60 less 1: the gain is
    59 − 41 × 5/8 = 33.375; 2 of the 3 that are left go to the other account with 10.25 of cost.
    Before that a split of nothing, and after it an uneven one and a transfer of two lots.  Of 10
    shares that a call for 5 brought for 100, 4 go for 48 and the 6 that another call fetched: 12.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("With", cash=True)
    keeper.account("Without", cash=False)
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    for symbol in ("CALL", "CORP"):
        keeper.asset(symbol)
    keeper.add("split", "2025-01-01", "", "ACME", ratio="3:1")  # of nothing
    keeper.add("deposit", "2025-01-02", "With", "EUR", quantity=500, note="; all, of: it")
    for name in ("With", "Without"):
        keeper.add("buy", "2025-01-03", name, "ACME", quantity=4, price=10, fee=1)
    keeper.add("split", "2025-02-03", "", "ACME", ratio="2:1")
    for name in ("With", "Without"):
        keeper.add("sell", "2025-02-04", name, "ACME", quantity=5, price=12, fee=1)
    keeper.add("airdrop", "2025-02-04", "Without", "COIN", quantity=3)  # of unknown worth
    keeper.price("COIN", "2025-02-05", 3)
    keeper.add("reward", "2025-02-05", "With", "COIN", quantity=2)
    keeper.add("dividend", "2025-02-06", "With", related_asset="ACME", amount=7, tax=1)
    keeper.add("withdraw", "2025-02-06", "With", "EUR", quantity=20, fee=2)
    keeper.add("swap", "2025-02-06", "With", "COIN", quantity=1, to_asset="ACME", to_quantity=1,
               amount=5, currency="EUR")  # fmt: skip
    keeper.add("transfer", "2025-02-07", "With", "ACME", quantity=2, to_account="Without")
    keeper.add("swap", "2025-02-08", "With", "COIN", quantity="0.5", to_asset="EUR", to_quantity=6)
    keeper.add("split", "2025-03-03", "", "ACME", ratio="7:3")  # which does not come out even
    keeper.add("transfer", "2025-03-05", "With", "ACME", quantity=4, to_account="Without")
    for name in ("With", "Without"):  # a call that was held, and one that was written
        keeper.add("buy", "2025-04-01", name, "CALL", quantity=1, amount=5)
        keeper.add("exercise", "2025-04-02", name, "CALL", quantity=1, to_asset="CORP",
                   to_quantity=10, amount=100)  # fmt: skip
        keeper.add("sell", "2025-04-03", name, "CALL", quantity=1, amount=6, lot="short")
        keeper.add("exercise", "2025-04-04", name, "CALL", quantity=-1, to_asset="CORP",
                   to_quantity=-4, amount=48)  # fmt: skip
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    assert gains_of(other) == gains_of(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    for name in ("With", "Without"):
        gains = [s.proceeds - s.cost for s in other.disposals(name, "ACME") if s.realises]
        assert gains == [Decimal("33.375")]
        assert [s.proceeds - s.cost for s in other.disposals(name, "CORP")] == [Decimal(12)]
    there = [(lot.acquired_on, lot.cost) for lot in other.lots("Without", "ACME")]
    assert ("2025-01-03", Decimal("10.25")) in there
    assert cash_of(other.book()).items() >= {"With": True, "Without": False}.items()
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", ["beancount", "hledger"])
def test_the_cash_for_a_split_s_fraction_comes_back(tmp_path: Path, program: str) -> None:
    """Of 21 for 210 a split 1:2 makes 10.5, of which 0.5 go for 15: the gain is 15 − 10 = 5.

    Split again 1:4, they and one bought for 12 between are 2.5 and 0.25: 0.75 of the first go for 9
    and had cost 60, and what is left is 1.75 for 140.  Elsewhere 3 for 30 and 5 for 60 become 0.75
    and 1.25: just the first lot goes for 24 and realises −6.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.asset("ACME")
    keeper.asset("KID")
    for name, cash in (("With", True), ("Without", False), ("Other", True)):
        keeper.account(name, cash=cash)
    for name in ("With", "Without"):
        keeper.add("buy", "2025-01-03", name, "ACME", quantity=21, price=10)
    keeper.add("buy", "2025-01-03", "Other", "ACME", quantity=8, price=10)
    keeper.add("split", "2025-02-03", "With", "ACME", ratio="1:2", quantity="0.5", amount=15)
    keeper.add("buy", "2025-02-04", "With", "ACME", quantity=1, price=12)
    keeper.add("split", "2025-03-03", "With", "ACME", ratio="1:4", quantity="0.75", amount=9)
    for quantity, price in ((3, 10), (5, 12)):
        keeper.add("buy", "2025-03-04", "Without", "KID", quantity=quantity, price=price)
    keeper.add("split", "2025-03-05", "Without", "KID", ratio="1:4", quantity="0.75", amount=24)
    keeper.add("sell", "2025-03-06", "Without", "KID", quantity=1, price=50)
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    assert gains_of(other) == gains_of(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    gains = [s.proceeds - s.cost for s in other.disposals("With", "ACME")]
    assert gains == [Decimal(5), Decimal(9 - 60)]
    assert [(lot.quantity, lot.cost) for lot in other.lots("With", "ACME")] == [
        (Decimal("1.75"), Decimal(140)), (Decimal("0.25"), Decimal(12)),
    ]  # fmt: skip
    assert [s.proceeds - s.cost for s in other.disposals("Without", "KID")] == [-6, 50 - 48]
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_split_of_lots_without_a_cost_comes_back(tmp_path: Path, program: str) -> None:
    """Of 10 for 30 and 1 of unknown cost a split 1:4 makes 2.5 and 0.25; 0.75 go for 15.

    By hand: they are of the first lot, 9 of its 30, so 1.75 for 21 and 0.25 for nobody knows what
    are left there; the 8 that are elsewhere for 24 are 2.  The money came where no cash is kept.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Bank", cash=True)
    keeper.account("Here", cash=False)
    keeper.asset("ACME")
    keeper.add("buy", "2025-01-02", "Bank", "ACME", quantity=8, price=3)
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=10, price=3)
    keeper.add("opening", "2025-01-04", "Here", "ACME", quantity=1)
    keeper.add("split", "2025-02-03", "Here", "ACME", ratio="1:4", quantity="0.75", amount=15)
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    assert gains_of(other) == gains_of(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    assert [(lot.quantity, lot.cost) for lot in other.lots("Here", "ACME")] == [
        (Decimal("1.75"), Decimal(21)), (Decimal("0.25"), None),
    ]  # fmt: skip
    assert [s.proceeds - s.cost for s in other.disposals("Here", "ACME")] == [Decimal(15 - 9)]
    assert not cash_of(other.book())["Here"]
    other.close()
    keeper.close()


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_paid_for_an_exchange_is_told_from_what_was_given(
    tmp_path: Path, program: str, cash: bool
) -> None:
    """5 dollars and a fee of 1 EUR for 5 coins, whose rate nobody said: they cost 5 USD.

    By hand: 2 of these and a fee of 0.5 of a third one for 4 of another, at 1.50 USD each as it
    says.  A call that was written is assigned for 7 USD and a fee of 1 EUR.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here", cash=cash)
    for symbol in ("CALL", "ACME"):
        keeper.asset(symbol)
    for coin in ("COIN", "GOLD", "BNB"):
        keeper.asset(coin, "crypto")
    for code in ("EUR", "USD"):
        keeper.add("deposit", "2025-01-02", "Here", code, quantity=100)
    keeper.add("opening", "2025-01-02", "Here", "BNB", quantity=2, cost=10)
    keeper.add("swap", "2025-01-03", "Here", "USD", quantity=5, to_asset="COIN", to_quantity=5,
               fee=1, fee_currency="EUR")  # fmt: skip
    keeper.add("swap", "2025-01-04", "Here", "COIN", quantity=2, to_asset="GOLD", to_quantity=4,
               amount=3, currency="USD", fee="0.5", fee_currency="BNB")  # fmt: skip
    keeper.add("exercise", "2025-01-05", "Here", "CALL", quantity=-1, to_asset="ACME", lot="short",
               to_quantity=-5, amount=7, currency="USD", fee=1, fee_currency="EUR")  # fmt: skip
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    there = {
        symbol: [(lot.quantity, lot.cost) for lot in other.lots("Here", symbol)]
        for symbol in ("COIN", "BNB", "ACME")
    }
    assert there == {
        "COIN": [(3, 3)],
        "BNB": [(Decimal("1.5"), Decimal("7.5"))],
        "ACME": [(-5, -7)],
    }
    other.close()
    keeper.close()


def test_a_journal_of_what_nobody_knows_is_read(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here")
    keeper.asset("ACME")
    for day in ("03", "04", "05"):
        keeper.add("unknown", f"2025-01-{day}", "Here", "ACME", quantity=2)
    other = back(keeper, tmp_path, "beancount")
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_trade_cost_in_another_currency_stays_with_it(tmp_path: Path, program: str) -> None:
    """A dollar is 0.9 euros: of 720 USD less 3 EUR a sale fetched 645, and had cost 551.54.

    By hand, in euros: 5 cost 500 USD and 2 EUR, 452; one more 110.60 USD, 99.54; so the gain is
    93.46.  A coin for a coin, and dollars for euros, are no money from outside.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Broker", cash=True)
    keeper.asset("ACME")
    for coin in ("COIN", "GOLD"):
        keeper.asset(coin, "crypto")
    for code in ("EUR", "USD"):
        keeper.add("deposit", "2025-01-02", "Broker", code, quantity=5000)
    keeper.price("USD", "2025-01-02", "0.9")
    trades = {"currency": "USD", "fee_currency": "EUR"}
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=5, price=100, fee=2, **trades)
    keeper.add("buy", "2025-01-04", "Broker", "ACME", quantity=5, price="110.6", currency="USD")
    keeper.add("sell", "2025-01-05", "Broker", "ACME", quantity=6, price=120, fee=3, **trades)
    keeper.add("buy", "2025-01-05", "Broker", "COIN", quantity=1, price=1000)
    keeper.price("COIN", "2025-01-06", 1100)
    keeper.add("swap", "2025-01-06", "Broker", "COIN", quantity="0.2", to_asset="GOLD",
               to_quantity=3, fee=1)  # fmt: skip
    for there, back_again in (("EUR", "USD"), ("USD", "EUR")):
        keeper.add("swap", "2025-01-07", "Broker", there, quantity=500, to_asset=back_again,
                   to_quantity=520, fee=1, fee_currency="EUR")  # fmt: skip
    other = back(keeper, tmp_path, program)
    assert lots_of(other.book()) == lots_of(keeper.book())
    assert [row[:2] for row in told(other)] == [row[:2] for row in told(keeper)]
    assert gains_of(other) == gains_of(keeper)
    query = Query(dt.date(2025, 12, 31), other.book().base)
    assert len(register(other.book(), query, EVER).rows) == len(told(other))  # a cost of 50 digits
    assert sum(Decimal(row[-1]) for row in gains_of(other) if row[0] == "ACME") == Decimal("93.46")
    other.close()
    keeper.close()


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_ends_a_short_sale_and_gaps_come_back(
    tmp_path: Path, program: str, cash: bool
) -> None:
    """2 sold short for 20; of 3 for 22 that end it, 1 came from nowhere, as all of 3 coins did.

    By hand: 22 × 2/3 is 14.67, so 20 fetched 5.33.  A coin is sold, and 5 and then 2.3 are seen
    where 2 are left.  Of the price at which it was sold it is known what they are worth.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here", cash=cash)
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    keeper.add("sell", "2025-01-03", "Here", "ACME", quantity=2, price=10, lot="short")
    for day, asset in (("04", "ACME"), ("05", "COIN")):
        terms = {"quantity": 3, "price": 7, "fee": 1, "lot": "short"}
        keeper.fact("buy", f"2025-01-{day}", "Here", asset, **terms)
    keeper.add("sell", "2025-01-06", "Here", "COIN", quantity=1, price=7)
    for day, balance in (("2025-01-10", 5), ("2025-02-10", "2.3")):
        keeper.observe("Here", "COIN", balance, day)
    other = back(keeper, tmp_path, program)
    assert gains_of(other) == gains_of(keeper)
    assert gains_of(other)[0] == ("ACME", "2025-01-04", "-2", "20.00", "14.67", "5.33")
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    for one in (keeper, other):
        query = Query(dt.date(2025, 2, 10), one.book().base)
        held = {row["asset"]: row["value"] for row in holdings(one.book(), query).rows}
        assert str(getattr(held["COIN"], "value", None)) == "16.10"
        gaps = [(str(gap.until), gap.expected, gap.observed) for gap in one.gaps("Here", "COIN")]
        assert gaps == [("2025-01-10", 2, 5), ("2025-02-10", 5, Decimal("2.3"))]
        one.close()


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_fees_in_other_money_come_back(tmp_path: Path, program: str, cash: bool) -> None:
    """A dollar is 0.9 euros: 5 cost 500 USD and 1 EUR, 451, and 2 of them fetch 220 USD less 1 EUR.

    By hand: 2 coins sold short fetch 18 − 1 and the first 2 of 3 for 24.30 + 1 give them back; 0.5
    of 25.30 / 3 each go for 5 USD, and the 3 for them cost 4.50 + 1.  One of these goes for 3 EUR
    less 1 USD, a half for 0.25 less 1, one share for nothing, and one for no more than its fee.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here", cash=cash)
    keeper.asset("ACME")
    for coin in ("COIN", "GOLD"):
        keeper.asset(coin, "crypto")
    keeper.price("USD", "2025-01-01", "0.9")
    dollars = {"currency": "USD", "fee": 1, "fee_currency": "EUR"}
    gold = {"to_asset": "GOLD", "to_quantity": 3, "amount": 5}
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=5, price=100, **dollars)
    keeper.add("sell", "2025-01-04", "Here", "ACME", quantity=2, price=110, **dollars)
    keeper.add("sell", "2025-01-05", "Here", "COIN", quantity=2, price=10, lot="short", **dollars)
    keeper.add("buy", "2025-01-06", "Here", "COIN", quantity=3, price=9, **dollars)
    keeper.add("swap", "2025-01-07", "Here", "COIN", quantity="0.5", **gold, **dollars)
    keeper.add("swap", "2025-01-08", "Here", "GOLD", quantity=1, to_asset="EUR", to_quantity=3,
               fee=1, fee_currency="USD")  # fmt: skip
    keeper.add("sell", "2025-01-09", "Here", "GOLD", quantity="0.5", price="0.5", fee=1)
    keeper.add("sell", "2025-01-10", "Here", "ACME", quantity=1, amount=0, currency="EUR")
    keeper.add("sell", "2025-01-11", "Here", "ACME", quantity=1, price=1, fee=1, currency="EUR")
    other = back(keeper, tmp_path, program)
    assert gains_of(other) == [
        ("ACME", "2025-01-04", "2", "197.00", "180.40", "16.60"),
        ("COIN", "2025-01-06", "-2", "17.00", "16.87", "0.13"),
        ("COIN", "2025-01-07", "0.5", "4.50", "4.22", "0.28"),
        ("GOLD", "2025-01-08", "1", "2.10", "1.83", "0.27"),
        ("GOLD", "2025-01-09", "0.5", "-0.75", "0.92", "-1.67"),
        ("ACME", "2025-01-10", "1", "0.00", "90.20", "-90.20"),
        ("ACME", "2025-01-11", "1", "0.00", "90.20", "-90.20"),
    ]
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_short_sale_that_fetched_less_than_its_fee_comes_back(
    tmp_path: Path, program: str
) -> None:
    """By hand: 1 of 4 was there for 3; 4 × 0.10 − 1 is −0.60, of which the 3 owed have −0.45, and
    one of them, given back for 0.20, gains −0.15 − 0.20."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here")
    keeper.asset("ACME")
    keeper.add("buy", "2025-01-02", "Here", "ACME", quantity=1, price=3)
    keeper.add("sell", "2025-01-03", "Here", "ACME", quantity=4, price="0.1", fee=1, lot="short")
    keeper.add("buy", "2025-01-05", "Here", "ACME", quantity=1, price="0.2")
    other = back(keeper, tmp_path, program)
    assert gains_of(other) == [
        ("ACME", "2025-01-03", "1", "-0.15", "3.00", "-3.15"),
        ("ACME", "2025-01-05", "-1", "-0.15", "0.20", "-0.35"),
    ]
    assert [(lot.quantity, lot.cost) for lot in other.lots("Here", "ACME")] == [
        (Decimal(-2), Decimal("0.3"))
    ]
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_trades_paid_for_fees_and_taxes_comes_back(
    tmp_path: Path, program: str, cash: bool
) -> None:
    """By hand, 3 for 300, a fee of 1 and a tax of 0.50 cost 301.50; with 3 for 301 dollars at 0.90,
    270.90.  4 of them fetch 400 − 1 − 12.34 and had cost 301.50 + 90.30."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here", cash=cash)
    keeper.asset("ACME")
    keeper.price("USD", "2025-01-01", "0.9")
    dollars = {"price": 100, "currency": "USD", "fee": 1}
    keeper.add("buy", "2025-01-02", "Here", "ACME", quantity=3, price=100, fee=1, tax="0.5")
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=3, **dollars)
    keeper.add("sell", "2025-01-04", "Here", "ACME", quantity=4, price=100, fee=1, tax="12.34")
    keeper.add("buy", "2025-01-05", "Here", "ACME", quantity=3, **dollars, tax="0.3",
               fee_currency="EUR")  # fmt: skip
    keeper.add("sell", "2025-01-06", "Here", "ACME", quantity=5, **dollars)
    keeper.add("sell", "2025-01-07", "Here", "ACME", quantity=2, **dollars, lot="short")
    keeper.add("buy", "2025-01-08", "Here", "ACME", quantity=2, **dollars, lot="short")
    other = back(keeper, tmp_path, program)
    for number in range(1, 8):
        assert sorted(paid(other, number)) == sorted(paid(keeper, number))
    first = [(role, units) for _, _, _, role, units in paid(other, 3)]
    assert first == [("asset", "-4"), ("cash", "400"), ("fee", "-1"), ("tax", "-12.34")]
    sold = [row[3:] for row in gains_of(other) if row[1] == "2025-01-04"]
    assert sum(Decimal(proceeds) for proceeds, _, _ in sold) == Decimal("386.66")
    assert sum(Decimal(cost) for _, cost, _ in sold) == Decimal("391.80")
    assert gains_of(other) == gains_of(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_fees_in_kind_and_losses_on_the_way_come_back(tmp_path: Path, program: str) -> None:
    """By hand, coins that cost 4 each and are worth 10: 10 for 50 and 0.1 coins cost 51; 4 of them
    fetch 28 less 0.2 coins, 26.00 for 20.40; of 2 sent at 6 each 0.1 are lost, 0.60 for 0.51."""
    keeper = Bookkeeper(tmp_path / "book.db")
    for name in ("Here", "There"):
        keeper.account(name, cash=False)
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    keeper.price("COIN", "2025-01-01", 10)
    keeper.add("deposit", "2025-01-01", "Here", "COIN", quantity=5, cost=20)
    for kind, on, units, price, fee in (("buy", 2, 10, 5, "0.1"), ("sell", 3, 4, 7, "0.2")):
        words = {"quantity": units, "price": price, "fee": fee, "fee_currency": "COIN"}
        keeper.add(kind, f"2025-01-0{on}", "Here", "ACME", **words)
    keeper.price("ACME", "2025-01-04", 6)
    there = {"to_account": "There", "to_quantity": "1.9"}
    keeper.add("transfer", "2025-01-04", "Here", "ACME", quantity=2, **there)
    other = back(keeper, tmp_path, program)
    assert gains_of(keeper) == gains_of(other) == [
        ("COIN", "2025-01-02", "0.1", "1.00", "0.40", "0.60"),
        ("COIN", "2025-01-03", "0.2", "2.00", "0.80", "1.20"),
        ("ACME", "2025-01-03", "4", "26.00", "20.40", "5.60"),
        ("ACME", "2025-01-04", "0.1", "0.60", "0.51", "0.09"),
    ]  # fmt: skip
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("cash", [True, False])
def test_what_companies_did_comes_back(tmp_path: Path, program: str, cash: bool) -> None:
    """By hand: of two lots of 10, for 1,000 and 600, a quarter of the cost goes with 5 NEWCO each:
    750 and 250, 450 and 150.  100 of capital each come back: 650 and 350.  All become 10 NEWCO and
    400, of which a quarter of the cost goes with the money, 162.50 and 87.50 for 200 each; the rest
    is 487.50 and 262.50.  Under its new name all four lots of 5 go for 500 each.  What is
    delisted had cost 50, and half of it is paid out 10."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Me", cash=cash)
    for symbol in ("ACME", "NEWCO", "LAST", "DEAD"):
        keeper.asset(symbol)
    keeper.add("buy", "2025-01-02", "Me", "ACME", quantity=10, price=100)
    keeper.add("buy", "2025-01-03", "Me", "ACME", quantity=10, price=60)
    keeper.add("buy", "2025-01-04", "Me", "DEAD", quantity=4, price="12.50")
    of = {"related_asset": "ACME"}
    keeper.add("spin_off", "2025-02-01", "Me", "NEWCO", quantity=10, cost_share="25%", **of)
    keeper.add("return_of_capital", "2025-02-02", "Me", "ACME", amount=200)
    into = {"to_asset": "NEWCO", "to_quantity": 10, "amount": 400, "cost_share": "75%"}
    keeper.add("merger", "2025-02-03", "Me", "ACME", quantity=20, **into)
    keeper.add("symbol_change", "2025-02-04", "Me", "NEWCO", quantity=20, to_asset="LAST")
    keeper.add("delisting", "2025-02-05", "Me", "DEAD", quantity=2, amount=10)
    keeper.add("delisting", "2025-02-06", "Me", "DEAD", quantity=2)
    keeper.add("sell", "2025-02-07", "Me", "LAST", quantity=20, price=100)
    other = back(keeper, tmp_path, program)
    last = [("LAST", "2025-02-07", "5", "500.00")] * 4
    costs = (("250.00", "250.00"), ("487.50", "12.50"), ("150.00", "350.00"), ("262.50", "237.50"))
    assert sorted(gains_of(keeper)) == sorted(gains_of(other)) == sorted([
        ("ACME", "2025-02-03", "2.5", "200.00", "162.50", "37.50"),
        ("ACME", "2025-02-03", "2.5", "200.00", "87.50", "112.50"),
        ("DEAD", "2025-02-05", "2", "10.00", "25.00", "-15.00"),
        ("DEAD", "2025-02-06", "2", "0.00", "25.00", "-25.00"),
        *(sold + cost for sold, cost in zip(last, costs, strict=True)),
    ])  # fmt: skip
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("cash", [True, False])
def test_what_does_not_come_out_even_comes_back(tmp_path: Path, program: str, cash: bool) -> None:
    """By hand, of 3 for 300 and 4 for 240: 98 of the 749 that both are worth is the spin-off's, so
    39.25 and 31.40 go with 6 and 8 of it; 260.75 and 208.60 stay.  These 7 become 5 and 40, and
    nine tenths of the cost go with the units: 26.07 for 17.14, 20.86 for 22.86.  The 5 become 3,
    and go for 100 each; for the spin-off's 14 there are 84."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Me", cash=cash)
    for symbol in ("ACME", "SPIN", "NEWCO", "LAST"):
        keeper.asset(symbol)
    keeper.add("return_of_capital", "2025-01-01", "Me", "ACME", amount=9)  # of nothing
    keeper.add("buy", "2025-01-02", "Me", "ACME", quantity=3, price=100)
    keeper.add("buy", "2025-01-03", "Me", "ACME", quantity=4, price=60)
    keeper.price("ACME", "2025-02-01", 93)
    keeper.price("SPIN", "2025-02-01", 7)
    keeper.add("spin_off", "2025-02-01", "Me", "SPIN", quantity=14, related_asset="ACME")
    into = {"to_asset": "NEWCO", "to_quantity": 5, "amount": 40, "cost_share": "90%"}
    keeper.add("merger", "2025-02-02", "Me", "ACME", quantity=7, **into)
    keeper.add("symbol_change", "2025-02-03", "Me", "NEWCO", quantity=5, to_asset="LAST",
               to_quantity=3)  # fmt: skip
    keeper.add("sell", "2025-02-04", "Me", "LAST", quantity=3, price=100)
    keeper.add("merger", "2025-02-05", "Me", "SPIN", quantity=14, amount=84)
    other = back(keeper, tmp_path, program)
    there = [(asset, *amounts) for asset, _, _, *amounts in gains_of(other)]
    assert there == [
        ("ACME", "17.14", "26.07", "-8.93"),
        ("ACME", "22.86", "20.86", "2.00"),
        ("LAST", "128.57", "234.67", "-106.10"),
        ("LAST", "171.43", "187.74", "-16.31"),
        ("SPIN", "36.00", "39.25", "-3.25"),
        ("SPIN", "48.00", "31.40", "16.60"),
        ("ACME", "9.00", "None", "None"),
    ]
    assert gains_of(other) == gains_of(keeper)
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(("method", "cash"), [("fifo", True), ("fifo", False), ("hifo", False)])
def test_what_left_is_no_fee_though_it_cost_one(
    tmp_path: Path, program: str, method: str, cash: bool
) -> None:
    """Of 5 coins for 20 and 5 for 90, 1, 4.6 and 1 leave for 0.2, 0.2 and 2 EUR; 1 is sent for 0.3.

    By hand, 10 − 1.2 − 4.8 − 1 − 1.3 = 1.7 are left: first in, first out, of the second, at 18
    each; the dearest first, of the first, at 4.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.write(lambda write: set_lot_method(write, ("book", 0), method))
    for name in ("Here", "There"):
        keeper.account(name, cash=cash)
    keeper.asset("COIN", "crypto")
    for on, cost in (("2025-01-01", 20), ("2025-01-02", 90)):
        keeper.add("deposit", on, "Here", "COIN", quantity=5, cost=cost)
    coins = {"fee": "0.2", "fee_currency": "COIN"}
    keeper.add("withdraw", "2025-01-03", "Here", "COIN", quantity=1, **coins)
    keeper.add("withdraw", "2025-01-04", "Here", "COIN", quantity="4.6", **coins)
    keeper.add("withdraw", "2025-01-05", "Here", "COIN", quantity=1, fee=2, fee_currency="EUR")
    keeper.add("transfer", "2025-01-06", "Here", "COIN", quantity=1, to_account="There",
               **coins | {"fee": "0.3"})  # fmt: skip
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    assert [row[1:] for row in told(other) if row[1] != "deposit"] == [
        ("withdraw", "fee", "-0.2"),
        ("withdraw", "fee", "-0.2"),
        ("withdraw", "fee", "-2"),
        ("transfer", "fee", "-0.3"),
    ]
    (left,) = other.lots("Here", "COIN")
    whole = Decimal("30.6") if method == "fifo" else Decimal("6.8")
    assert (left.quantity, left.cost) == (Decimal("1.7"), whole)
    assert lots_of(other.book()) == lots_of(keeper.book())
    assert gains_of(other) == gains_of(keeper)
    entries = journal_of(keeper.book(walks=True)).entries
    assert [one.kind for one in entries if one.day == "2025-01-05"] == ["withdraw"]
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("arrived", ["14.9", "4"])
def test_a_loss_of_unknown_worth_comes_back_in_its_transfer(
    tmp_path: Path, program: str, arrived: str
) -> None:
    """10 that cost 100 and 5 of unknown cost are sent, and not all arrive: all the 100 stay."""
    keeper = Bookkeeper(tmp_path / "book.db")
    for name in ("Here", "There"):
        keeper.account(name, cash=False)
    keeper.asset("COIN", "crypto")
    keeper.add("deposit", "2025-01-01", "Here", "COIN", quantity=5)
    keeper.add("deposit", "2025-01-02", "Here", "COIN", quantity=10, cost=100)
    there = {"to_account": "There", "to_quantity": arrived}
    keeper.add("transfer", "2025-01-04", "Here", "COIN", quantity=15, **there)
    other = back(keeper, tmp_path, program)
    assert [kind for _, kind, *_ in told(other)] == ["deposit", "deposit", "transfer"]
    assert told(other) == told(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_fee_in_coins_of_unknown_worth_is_no_money(tmp_path: Path, program: str) -> None:
    """Dollars for a share worth 10 yen, and a coin that nobody has priced: they cost 10, not 9."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Here")
    keeper.asset("JPY", "currency")
    for symbol, kind in (("ACME", "stock"), ("COIN", "crypto"), ("USD", "currency")):
        keeper.asset(symbol, kind)
        keeper.add("deposit", "2025-01-01", "Here", symbol, quantity=1)
    keeper.add("swap", "2025-01-02", "Here", "ACME", quantity=1, to_asset="USD", to_quantity=2,
               amount=10, currency="JPY", fee=1, fee_currency="COIN")  # fmt: skip
    other = back(keeper, tmp_path, program)
    there = lots_of(other.book())
    assert there["Here", "USD", "", "2025-01-02", "JPY"] == [2, 10]
    assert there == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_fees_in_kind_take_the_lots_that_the_method_chose(tmp_path: Path, program: str) -> None:
    """By hand, the last in first: coins for 4 each and then for 6, at 10, of which the second lot
    pays 1 for a purchase, 1 for a sale and 1 for each of two swaps, each 10.00 for 6.00."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.write(lambda write: set_lot_method(write, ("book", 0), "lifo"))
    keeper.account("Here", cash=False)
    for symbol in ("ACME", "OTHER"):
        keeper.asset(symbol)
    keeper.asset("COIN", "crypto")
    keeper.price("COIN", "2025-01-01", 10)
    for day, cost in (("2025-01-01", 20), ("2025-01-02", 30)):
        keeper.add("deposit", day, "Here", "COIN", quantity=5, cost=cost)
    fee = {"fee": 1, "fee_currency": "COIN"}
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=10, price=5, **fee)
    keeper.add("sell", "2025-01-04", "Here", "ACME", quantity=4, price=7, **fee)
    for day, asset, units, amount in (("05", "OTHER", 3, {"amount": 20}), ("06", "EUR", 25, {})):
        swap = {"to_asset": asset, "to_quantity": units, **amount, **fee}
        keeper.add("swap", f"2025-01-{day}", "Here", "ACME", quantity=2, **swap)
    other = back(keeper, tmp_path, program)
    coins = [part for part in gains_of(other) if part[0] == "COIN"]
    days = [f"2025-01-0{day}" for day in (3, 4, 5, 6)]
    assert coins == [("COIN", day, "1", "10.00", "6.00", "4.00") for day in days]
    assert gains_of(other) == gains_of(keeper)
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_trades_of_a_pot_leave_no_money_where_none_is_kept(tmp_path: Path, program: str) -> None:
    """A pot buys 10 for 50 and sells 4 of them for 24: the money is outside, in no pot."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Without", cash=False)
    keeper.asset("ACME")
    words = {"price": "5", "label": "pot"}
    keeper.add("buy", "2025-01-02", "Without", "ACME", quantity="10", **words)
    keeper.add("sell", "2025-01-03", "Without", "ACME", quantity="4", **words | {"price": "6"})
    other = back(keeper, tmp_path, program)
    there = {(h.label, p.quantity) for h, p in positions(other)}
    assert there == {(h.label, p.quantity) for h, p in positions(keeper)} == {("pot", 6), ("", 0)}
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_split_of_what_cost_nothing_is_one_and_splits_what_was_seen(
    tmp_path: Path, program: str
) -> None:
    """3 were given for nothing and 4 bought for 40; 5 more are seen in a pot of which the ledger
    knows nothing: a split 2:1 makes 6, 8 and 10.  One before is of units that come later."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here", cash=True)
    keeper.asset("ACME")
    keeper.add("split", "2025-01-01", "", "ACME", ratio="3:1")
    keeper.add("deposit", "2025-01-02", "Here", "ACME", quantity=3, cost=0)
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=4, price=10)
    keeper.observe("Here", "ACME", 5, "2025-01-10", label="pot")
    keeper.add("split", "2025-02-03", "", "ACME", ratio="2:1")
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper)
    for one in (keeper, other):
        book = one.book()
        assert [account.name for account in book.catalog.accounts.values()] == ["Here"]
        rows = holdings(book, Query(dt.date(2025, 2, 28), book.base)).rows
        there = {
            (row["asset"], row["label"]): [
                str(getattr(row[key], "value", None)) for key in ("quantity", "cost_basis")
            ]
            for row in rows
        }
        assert there.pop(("EUR", None)) == ["-40", "-40.00"]
        assert there == {("ACME", None): ["14", "40.00"], ("ACME", "pot"): ["10", "None"]}
        one.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_balances_of_pots_come_back(tmp_path: Path, program: str) -> None:
    """100 came into a pot and 5 beside it; 120 and 5 are seen there, and 7 in a pot where nothing
    ever came: 20 and 7 are beyond the ledger, each in its own pot."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here", cash=True)
    keeper.add("deposit", "2025-01-02", "Here", "EUR", quantity="100", label="holidays")
    keeper.add("deposit", "2025-01-02", "Here", "EUR", quantity="5")
    for label, balance in (("holidays", 120), ("", 5), ("taxes", 7)):
        keeper.observe("Here", "EUR", balance, "2025-01-10", label=label)
    other = back(keeper, tmp_path, program)
    for one in (keeper, other):
        rows = holdings(one.book(), Query(dt.date(2025, 1, 31), one.book().base)).rows
        there = {row["label"]: str(getattr(row["value"], "value", None)) for row in rows}
        assert there == {None: "5.00", "holidays": "120.00", "taxes": "7.00"}
        gaps = {label: one.gaps("Here", "EUR", label) for label in ("", "holidays", "taxes")}
        found = {label: [(g.expected, g.observed) for g in some] for label, some in gaps.items()}
        assert found == {"": [], "holidays": [(100, 120)], "taxes": [(0, 7)]}
        one.close()


def positions(keeper: Bookkeeper) -> list[tuple[Holding, Position]]:
    """What is held, and what was."""
    holdings = keeper.book().catalog.holdings
    return [(holdings[number], one) for number, one in read_positions(keeper.db).items()]


@pytest.mark.parametrize("program", PROGRAMS)
def test_money_that_nobody_had_is_sent_in_one_transfer(tmp_path: Path, program: str) -> None:
    """Of 2 dollars 1.99 arrive, and 1.01 of them where so many are owed: 0.98 are left there."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    for name in ("Here", "There"):
        keeper.account(name)
    keeper.fact("withdraw", "2025-01-02", "There", "USD", quantity="1.01")
    there = {"to_account": "There", "to_quantity": "1.99"}
    keeper.fact("transfer", "2025-01-03", "Here", "USD", quantity=2, **there)
    other = back(keeper, tmp_path, program)
    assert [row[1] for row in told(other)] == ["withdraw", "transfer"]
    assert [other.quantity(name, "USD") for name in ("Here", "There")] == [-2, Decimal("0.98")]
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_money_that_a_transfer_gained_stays_where_no_cash_is_kept(
    tmp_path: Path, program: str
) -> None:
    """Of 0.5 dollars that left 0.501 arrive, in an account whose cash is not in the ledger."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here")
    keeper.account("There", cash=False)
    gone = keeper.fact("transfer_out", "2025-01-03", "Here", "USD", quantity="0.5")
    keeper.pair(gone, keeper.fact("transfer_in", "2025-01-04", "There", "USD", quantity="0.501"))
    other = back(keeper, tmp_path, program)
    assert other.quantity("There", "USD") == Decimal("0.501")
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_units_of_unknown_cost_come_before_what_takes_them(tmp_path: Path, program: str) -> None:
    """First in, first out, on one day: of 1 that nobody paid for, 1 and 1, that for 7 is left."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here")
    keeper.asset("ACME")
    keeper.add("deposit", "2025-01-02", "Here", "ACME", quantity=1)
    for price in (5, 7):
        keeper.add("buy", "2025-01-02", "Here", "ACME", quantity=1, price=price)
    keeper.add("withdraw", "2025-01-02", "Here", "ACME", quantity=2)
    other = back(keeper, tmp_path, program)
    assert [(lot.quantity, lot.cost) for lot in other.lots("Here", "ACME")] == [(1, 7)]
    other.close()
    keeper.close()


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_income_and_costs_alone_come_back(tmp_path: Path, program: str, cash: bool) -> None:
    """Where no cash is kept it comes and goes at once; who paid it is still told.

    By hand, of 5 coins 0.5 pay a fee; 2 came from nobody knows where, and 1 grew: 7.5 are left.
    """
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here", cash=cash)
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    of = {"related_asset": "ACME"}
    keeper.add("dividend", "2025-01-02", "Here", amount=7, tax=1, **of)
    keeper.add("coupon", "2025-01-03", "Here", amount=5, currency="USD", **of)
    keeper.add("interest", "2025-01-04", "Here", amount=3)
    keeper.add("fee", "2025-01-05", "Here", amount=2, **of)
    keeper.add("tax", "2025-01-06", "Here", amount=1, currency="USD")
    keeper.add("opening", "2025-01-07", "Here", "COIN", quantity=5, cost=20)
    keeper.add("fee", "2025-01-08", "Here", "COIN", quantity="0.5")
    keeper.add("unknown", "2025-01-09", "Here", "COIN", quantity=2)
    keeper.observe("Here", "COIN", "6.5", "2025-01-10")
    keeper.observe("Here", "COIN", "7.5", "2025-01-11")
    (gap,) = keeper.gaps("Here", "COIN")
    keeper.answer(gap.observation_id, "growth")
    other = back(keeper, tmp_path, program)
    grown = ("2025-01-11", "reward", None, None)  # there is no gap any more
    assert told(other) == sorted([*told(keeper), grown])
    for number in range(1, 6):
        assert paid(other, number) == paid(keeper, number)
    assert not other.gaps("Here", "COIN")
    assert other.quantity("Here", "COIN") == Decimal("7.5")
    assert lots_of(other.book()) == lots_of(keeper.book())
    assert gains_of(other) == gains_of(keeper)
    left = {"EUR": 7, "USD": 4} if cash else {"EUR": 0, "USD": 0}
    assert {code: other.quantity("Here", code) for code in left} == left
    other.close()
    keeper.close()


def paid(keeper: Bookkeeper, number: int) -> list[tuple[str, ...]]:
    """Of a transaction its day, payer, and what was posted, but for the money outside."""
    query = (
        "SELECT t.occurred_on, r.symbol, a.symbol, p.role, p.quantity FROM transactions t "
        "JOIN postings p ON p.transaction_id = t.id JOIN holdings h ON h.id = p.holding_id "
        "JOIN assets a ON a.id = h.asset_id LEFT JOIN assets r ON r.id = t.related_asset_id "
        "WHERE t.id = ? AND p.role <> 'external' ORDER BY p.line"
    )
    return list(keeper.db.execute(query, (number,)))


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_swap_gave_without_having_it_is_told_from_its_fee(
    tmp_path: Path, program: str
) -> None:
    """A share that nobody had goes for dollars, and a cent is the fee."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    keeper.account("Here")
    keeper.asset("ACME")
    keeper.asset("USD", "currency")
    keeper.price("ACME", "2025-01-01", 1)
    keeper.fact("swap", "2025-01-02", "Here", "ACME", quantity=1, to_asset="USD", to_quantity=1,
                fee="0.01", fee_currency="EUR")  # fmt: skip
    other = back(keeper, tmp_path, program)
    assert told(other) == told(keeper) == [("2025-01-02", "swap", "fee", "-0.01")]
    assert lots_of(other.book()) == lots_of(keeper.book())
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_several_accounts_had_a_part_in_comes_back(tmp_path: Path, program: str) -> None:
    """The bank pays 10 for 1 ACME of the depot, gets its dividend of 2 less 0.5, and pays 0.25 for
    it: 10 came in, 1.50 went out, 0.25 came in and was spent."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Bank", institution="First")
    keeper.account("Depot", institution="Second")
    keeper.asset("ACME")
    keeper.add("deposit", "2025-01-02", "Bank", "EUR", quantity=500)
    bought = ("asset", "Depot", "ACME", 1), ("cash", "Bank", "EUR", -10)
    keeper.spread("buy", "2025-01-03", "Depot", *bought)
    paid = ("cash", "Bank", "EUR", 2), ("tax", "Bank", "EUR", "-0.5")
    keeper.spread("dividend", "2025-01-04", "Depot", *paid, of="ACME")
    keeper.spread("fee", "2025-01-05", "Depot", ("fee", "Bank", "EUR", "-0.25"), of="ACME")
    other = back(keeper, tmp_path, program)
    for one in (keeper, other):
        one.roll_up("2025-01-06")
        account = next(a.id for a in one.book().catalog.accounts.values() if a.name == "Depot")
        rows = read_days(one.db, ACCOUNT, account, dt.date(2025, 1, 3), dt.date(2025, 1, 5))
        assert [(row.flow, row.income) for row in rows] == [(1000, 0), (-150, 200), (25, 0)]
    other.close()
    keeper.close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_purchase_that_two_other_accounts_pay_leaves_no_money(
    tmp_path: Path, program: str
) -> None:
    """The bank pays 20, and one that keeps no cash a fee of 1: nothing is left where it is held."""
    keeper = Bookkeeper(tmp_path / "folio.db")
    for name, cash in (("Depot", True), ("Bank", True), ("Card", False)):
        keeper.account(name, cash=cash)
    keeper.asset("ACME")
    keeper.add("deposit", "2025-01-02", "Bank", "EUR", quantity=50)
    legs = [("asset", "Depot", "ACME", 2), ("cash", "Bank", "EUR", -20), ("fee", "Card", "EUR", -1)]
    keeper.spread("buy", "2025-01-03", "Depot", *legs)
    other = back(keeper, tmp_path, program)
    assert [(lot.quantity, lot.cost) for lot in other.lots("Depot", "ACME")] == [(2, 21)]
    assert other.quantity("Bank", "EUR") == 30
    assert (
        sum(p.quantity for h, p in positions(other) if h.id != other.holding_id("Bank", "EUR")) == 2
    )
    other.close()
    keeper.close()
