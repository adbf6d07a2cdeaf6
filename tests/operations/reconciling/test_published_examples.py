"""Observations and transfers that others worked out; a dollar or a euro is the same here.

- Martin Blais, Beancount, ``beancount/ops/pad_test.py``: what has to be there before for a balance
  to be what it was said to be.
- "Does cost basis follow when transferring between exchanges/wallets?", r/CryptoTax, January 2025,
  worked wallet by wallet (IRS Rev. Proc. 2024-28) and confirmed there by a CPA.
- CoinTracker, "How transaction fees impact your tax calculations": a fee for gas is disposed of.
"""

from decimal import Decimal

from bookkeeper import Bookkeeper, day
from folio.model.dates import Period
from folio.reports.query import Query
from folio.reports.sold.gains import gains

D = Decimal


def sold(keeper: Bookkeeper, account: str) -> list[tuple[str | None, Decimal, Decimal | None]]:
    """Day acquired, units and cost of what was disposed of."""
    return [(s.acquired_on, s.quantity, s.cost) for s in keeper.disposals(account, "COIN")]


# -- balances ----------------------------------------------------------------------------


def test_pad_check_balances(keeper: Bookkeeper) -> None:
    """10 put in and 105 there: 95 before.  Two times 20 lead to the 145 that are seen later."""
    keeper.add("deposit", "2013-05-03", "Broker", "EUR", quantity=10)
    keeper.observe("Broker", "EUR", 105, "2013-05-10")
    for on in ("2013-05-15", "2013-05-16"):
        keeper.add("deposit", on, "Broker", "EUR", quantity=20)
    keeper.observe("Broker", "EUR", 145, "2013-06-01")
    (gap,) = keeper.gaps("Broker", "EUR")
    assert (gap.is_opening, gap.drift) == (True, 95)
    keeper.answer(1, "opening")
    assert keeper.gaps("Broker", "EUR") == []
    assert keeper.quantity("Broker", "EUR") == 145


def test_pad_used_twice(keeper: Bookkeeper) -> None:
    """172.45 at first; 20 are added, and there are 200: 7.55 came in that nobody wrote down."""
    keeper.observe("Broker", "EUR", "172.45", "2013-05-03")
    keeper.add("deposit", "2013-05-15", "Broker", "EUR", quantity=20)
    keeper.observe("Broker", "EUR", 200, "2013-06-01")
    first, second = keeper.gaps("Broker", "EUR")
    assert (first.drift, second.drift) == (D("172.45"), D("7.55"))
    keeper.answer(1, "opening")
    keeper.answer(2, "flow", on=day("2013-05-20"))
    assert keeper.gaps("Broker", "EUR") == []
    assert keeper.quantity("Broker", "EUR") == 200


def test_pad_to_zero(keeper: Bookkeeper) -> None:
    """234.56 put in and nothing there: Beancount pads −234.56, which is no opening here."""
    keeper.add("deposit", "2013-02-01", "Broker", "EUR", quantity="234.56")
    keeper.observe("Broker", "EUR", 0, "2013-05-03")
    (gap,) = keeper.gaps("Broker", "EUR")
    assert gap.drift == D("-234.56")
    keeper.answer(1, "flow", on=day("2013-05-01"))
    assert keeper.quantity("Broker", "EUR") == 0


# -- transfers ---------------------------------------------------------------------------


def test_cost_basis_follows(keeper: Bookkeeper) -> None:
    """2.5 of A's 4 go to B: sold at 30000, they cost 24000 at A and 16000 at B.

    The gain is 42500, of which 7500 is short-term: what A had bought on 2025-03-01.
    """
    keeper.today = day("2026-03-01")
    for on, price in (("01-01", 10000), ("02-01", 15000), ("02-15", 18000), ("03-01", 20000)):
        keeper.add("buy", f"2025-{on}", "Broker", "COIN", quantity=1, price=price)
    keeper.add("buy", "2025-01-15", "Wallet", "COIN", quantity=1, price=12000)
    keeper.add("transfer_out", "2025-04-01", "Broker", "COIN", quantity="2.5")
    keeper.add("transfer_in", "2025-04-01", "Wallet", "COIN", quantity="2.5")
    assert keeper.open_legs() == []
    keeper.add("sell", "2026-02-20", "Broker", "COIN", quantity="1.25", price=30000)
    keeper.add("sell", "2026-02-20", "Wallet", "COIN", quantity="1.5", price=30000)
    assert sold(keeper, "Broker")[-2:] == [
        ("2025-02-15", D("0.5"), D(9000)),
        ("2025-03-01", D("0.75"), D(15000)),
    ]
    assert sold(keeper, "Wallet") == [
        ("2025-01-01", D(1), D(10000)),
        ("2025-01-15", D("0.5"), D(6000)),
    ]
    assert [(lot.acquired_on, lot.quantity) for lot in keeper.lots("Wallet", "COIN")] == [
        ("2025-01-15", D("0.5")),
        ("2025-02-01", D(1)),
        ("2025-02-15", D("0.5")),
    ]
    book = keeper.book()
    year = Period(day("2026-01-01"), day("2026-12-31"))
    found = gains(book, Query(keeper.today, book.base), year).rows
    by_term = {"long": D(0), "short": D(0)}
    for row in found:
        by_term[str(row["term"])] += row["gain"].value  # type: ignore[union-attr]
    assert by_term == {"long": D(35000), "short": D(7500)}


def test_a_gas_fee(keeper: Bookkeeper) -> None:
    """0.1 that cost 10 is worth 30 when it is spent on the way: a gain of 20.

    CoinTracker adds the 30 to what the other unit had cost, 1000; here that stays 1000, for what
    a transfer costs acquires nothing.
    """
    keeper.add("opening", "2025-01-01", "Broker", "COIN", quantity=1, cost=1000)
    keeper.add("opening", "2025-01-02", "Broker", "COIN", quantity="0.1", cost=10)
    keeper.price("COIN", "2025-03-01", 300)
    left = keeper.add("transfer_out", "2025-03-01", "Broker", "COIN", quantity="1.1")
    came = keeper.add("transfer_in", "2025-03-01", "Wallet", "COIN", quantity=1)
    keeper.pair(left, came)  # 9 % less: asked about, not linked unasked
    (fee,) = keeper.disposals("Wallet", "COIN")
    assert (fee.quantity, fee.proceeds, fee.cost) == (D("0.1"), D(30), D(10))
    (lot,) = keeper.lots("Wallet", "COIN")
    assert (lot.quantity, lot.cost, lot.acquired_on) == (D(1), D(1000), "2025-01-01")
