"""What observations say, told from the ledger's end, is what its first event leads to (rules 6)."""

import datetime as dt
from decimal import Decimal

import pytest

from bookkeeper import TODAY, Bookkeeper, day
from folio.book.from_the_end import drift_after, observed_after
from folio.book.held_by_locks import may_hold
from folio.operations.arranging.lock import lock_book
from folio.operations.reconciling.observe import take_back_balance

MOVES = (("2025-01-05", 10), ("2025-01-11", 3), ("2025-02-02", -4), ("2025-03-01", 9))
SEEN = (("2025-01-01", 100), ("2025-01-11", 143), ("2025-02-02", 139), ("2025-03-03", 150))
DAYS = [dt.date(2024, 12, 25) + dt.timedelta(n) for n in range(90)]


@pytest.mark.parametrize("account", ["Broker", "Wallet"])
@pytest.mark.parametrize("symbol", ["EUR", "COIN"])
def test_every_day_may_be_the_first_that_changed(
    keeper: Bookkeeper, account: str, symbol: str
) -> None:
    for on, units in MOVES:
        kind = "deposit" if units > 0 else "withdraw"
        keeper.add(kind, on, account, symbol, quantity=abs(units))
    for on, balance in SEEN:
        keeper.observe(account, symbol, balance, on)
    book, holding = keeper.book(), keeper.holding_id(account, symbol)
    seen, units = book.observations(holding), Decimal(10 + 3 - 4 + 9)
    whole = book.drift(seen, book.events([holding]), holding=holding)
    said = book.observed(holding)
    assert [str(gap.drift) for gap in said.gaps or ()] == ["100", "30", "2"]
    for first in DAYS:
        assert observed_after(book, holding, first, units) == said
        drift = drift_after(book, holding, seen, first, units)
        assert drift is not None
        for number in range(first.toordinal() - 1, DAYS[-1].toordinal()):
            assert drift.offset(number) == whole.offset(number)
            assert drift.interpolated(number) == whole.interpolated(number)
            if number >= first.toordinal():
                assert drift.grows(number) == whole.grows(number)


def test_the_example_of_the_rules(keeper: Bookkeeper) -> None:
    """100 on day 0, +10 on day 4, 140 on day 10 gives 106, 122 and 125 on days 2, 4 and 5."""
    keeper.add("deposit", "2025-01-05", "Broker", "EUR", quantity=10)
    keeper.observe("Broker", "EUR", 100, "2025-01-01")
    keeper.observe("Broker", "EUR", 140, "2025-01-11")
    book, holding = keeper.book(), keeper.holding_id("Broker", "EUR")
    drift = drift_after(book, holding, book.observations(holding), day("2025-01-03"), Decimal(10))
    assert drift is not None
    ledger = {"2025-01-03": 0, "2025-01-05": 10, "2025-01-06": 10}
    found = [units + drift.offset(day(on).toordinal()) for on, units in ledger.items()]
    assert found == [106, 122, 125]


def test_growth_and_splits_are_told_from_the_first_event(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-05", "Wallet", "COIN", quantity=10)
    keeper.observe("Wallet", "COIN", 10, "2025-01-06")
    keeper.observe("Wallet", "COIN", 11, "2025-01-08")
    holding = keeper.holding_id("Wallet", "COIN")
    assert observed_after(keeper.book(), holding, day("2025-01-08"), Decimal(10)) is not None
    (gap,) = keeper.gaps("Wallet", "COIN")
    keeper.answer(gap.observation_id, "growth")
    assert observed_after(keeper.book(), holding, day("2025-01-08"), Decimal(11)) is None
    keeper.add("deposit", "2025-01-05", "Broker", "ACME", quantity=10)
    keeper.observe("Broker", "ACME", 10, "2025-01-06")
    keeper.add("split", "2025-01-07", asset="ACME", ratio="2:1")
    other = keeper.holding_id("Broker", "ACME")
    assert observed_after(keeper.book(), other, day("2025-01-08"), Decimal(20)) is None


def test_a_lock_before_the_observations_that_count_holds_nothing_of_them(
    keeper: Bookkeeper,
) -> None:
    """One on their days or after may: then all is compared from the first event on."""
    for on, units in (("2024-12-01", 5), ("2025-01-05", 10), ("2025-02-05", 1)):
        keeper.add("deposit", on, "Broker", "EUR", quantity=units)
    keeper.add("deposit", "2024-12-01", "Wallet", "EUR", quantity=5)
    for on, balance in (("2024-12-15", 6), ("2025-01-10", 20), ("2025-02-10", 19)):
        keeper.observe("Broker", "EUR", balance, on)
    keeper.do(lock_book, day("2024-12-31"), today=TODAY)
    book, holding = keeper.book(), keeper.holding_id("Broker", "EUR")
    seen, units = book.observations(holding), Decimal(16)
    whole = book.drift(seen, book.events([holding]), holding=holding)
    for first in DAYS:
        drift = drift_after(book, holding, seen, first, units)
        if first <= day("2025-01-10"):
            assert drift is None
            continue
        assert drift is not None
        for number in range(first.toordinal() - 1, DAYS[-1].toordinal()):
            assert drift.offset(number) == whole.offset(number)
        assert observed_after(book, holding, first, units) == book.observed(holding)
    assert may_hold(book, holding)
    assert not may_hold(book, keeper.holding_id("Wallet", "EUR"))
    keeper.observe("Wallet", "EUR", 5, "2025-01-10")
    gone = {"day": day("2025-01-10"), "source": "user-entered"}
    keeper.do(take_back_balance, "Wallet", "EUR", **gone)  # type: ignore[arg-type]
    assert may_hold(keeper.book(), keeper.holding_id("Wallet", "EUR"))
