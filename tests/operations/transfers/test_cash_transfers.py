"""A bank's withdrawal and a broker's deposit that are one transfer; figures worked by hand.

The book of every test: 10000 USD at Bank since 2025-01-01 that cost 8000 EUR, 0.80 each; a USD is
worth 0.90 EUR from 2025-01-01 and 0.85 from 2025-02-01.  4000 are withdrawn on 2025-02-01 and put
in at Broker on 2025-02-03.
"""

from decimal import Decimal
from typing import NamedTuple

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.timeline import walked
from folio.db.values import day_number
from folio.errors import FolioError
from folio.model.numbers import to_text
from folio.model.rollups import each_day
from folio.reports.attention.status import status
from folio.reports.attention.transfers import transfers
from folio.reports.query import Query

D = Decimal


class Moved(NamedTuple):
    keeper: Bookkeeper
    withdrawn: int
    put_in: int


@pytest.fixture
def moved(keeper: Bookkeeper) -> Moved:
    keeper.account("Bank", institution="Bank", kind="checking")
    keeper.add("opening", "2025-01-01", "Bank", "USD", quantity=10000, cost=8000)
    keeper.price("USD", "2025-01-01", "0.9")
    keeper.price("USD", "2025-02-01", "0.85")
    withdrawn = keeper.add("withdraw", "2025-02-01", "Bank", "USD", quantity=4000)
    return Moved(keeper, withdrawn, put_in(keeper))


def put_in(keeper: Bookkeeper, units: str = "4000", on: str = "2025-02-03") -> int:
    return keeper.add("deposit", on, "Broker", "USD", quantity=units)


def rows(keeper: Bookkeeper, **more: bool) -> list[tuple[object, ...]]:
    book = keeper.book()
    found = transfers(book, Query(keeper.today, book.base), **more).rows
    return [(row["id"], row["with"], row["state"], row["why"]) for row in found]


def finding(keeper: Bookkeeper) -> dict[str, object]:
    """The one finding of the status about a transfer."""
    book = keeper.book()
    found = status(book, Query(keeper.today, book.base)).rows
    (row,) = [row for row in found if row["kind"] == "transfer"]
    return dict(row)


def lots(keeper: Bookkeeper, account: str) -> list[tuple[str, str, str]]:
    return [
        (lot.acquired_on, to_text(lot.quantity), to_text(lot.cost or D(0)))
        for lot in keeper.lots(account, "USD")
    ]


def flow(keeper: Bookkeeper, account: str, on: str) -> tuple[object, object]:
    """What crossed the borders of the portfolio and of the account, in cents."""
    book = keeper.book()
    since = {keeper.holding_id(account, "USD"): day("2025-01-01")}
    ((_, runs),) = walked(book, since, day("2025-04-01"), book.teller(book.base))
    row = next(row for row in each_day(runs) if row.day == day_number(day(on)))
    return row.flow_portfolio, row.flow_account


def test_nothing_is_said_unasked(moved: Moved) -> None:
    keeper, withdrawn, came = moved
    assert keeper.open_legs() == []
    assert keeper.link() == []
    assert rows(keeper) == []
    why = "the same units; 2 days later; recorded as a withdrawal; recorded as a deposit"
    assert rows(keeper, everything=True) == [(withdrawn, str(came), "possible", why)]


@pytest.mark.parametrize(("units", "on"), [("3999.99", "2025-02-03"), ("4000", "2025-02-05")])
def test_other_units_or_four_days_are_no_transfer(
    keeper: Bookkeeper, moved: Moved, units: str, on: str
) -> None:
    keeper.undo(moved.put_in)
    put_in(keeper, units, on)
    assert rows(keeper, everything=True) == []


def test_paired_by_hand_the_lots_keep_cost_and_day(moved: Moved) -> None:
    """4000 of 10000 take 3200 of the 8000 along; apart, they would have cost 4000 × 0.85 = 3400."""
    keeper, withdrawn, came = moved
    before = keeper.derived()
    assert flow(keeper, "Bank", "2025-02-01") == (-340000, -340000)
    assert flow(keeper, "Broker", "2025-02-03") == (340000, 340000)
    assert (
        keeper.pair(withdrawn, came) == f"{withdrawn} → {came}, 4000 USD from Bank to North/Broker"
    )
    assert lots(keeper, "Bank") == [("2025-01-01", "6000", "4800")]
    assert lots(keeper, "Broker") == [("2025-01-01", "4000", "3200")]
    assert flow(keeper, "Bank", "2025-02-01") == (0, -340000)
    assert flow(keeper, "Broker", "2025-02-03") == (0, 340000)
    assert rows(keeper, everything=True) == [(withdrawn, str(came), "paired", None)]
    paired = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == paired
    assert keeper.undo_leg(came) == [withdrawn, came]
    between = {"positions", "rollup_dirty"}
    after = keeper.derived()
    assert {k: v for k, v in after.items() if k not in between} == {
        k: v for k, v in before.items() if k not in between
    }


def test_a_leg_that_is_undone_and_recorded_again_is_paired_again(moved: Moved) -> None:
    keeper, withdrawn, came = moved
    keeper.pair(withdrawn, came)
    paired = lots(keeper, "Broker")
    reversal = keeper.undo(withdrawn)
    assert lots(keeper, "Broker") == [("2025-02-03", "4000", "4000")]
    again = keeper.undo(reversal)
    assert keeper.linked_to(again) == [came]
    assert lots(keeper, "Broker") == paired
    changed = keeper.amend(came, quantity=1000)  # no transfer of 4000 any more
    assert keeper.linked_to(changed) == []
    assert lots(keeper, "Broker") == [("2025-02-03", "1000", "1000")]


def test_a_departure_may_have_arrived_as_a_deposit(moved: Moved) -> None:
    keeper = moved.keeper
    left = keeper.add("transfer_out", "2025-03-04", "Bank", "USD", quantity=1000)
    came = put_in(keeper, "995", "2025-03-05")
    far = put_in(keeper, "985", "2025-03-05")  # 1.5 % less: too far for what is no leg
    assert keeper.link() == []
    why = "5 less (0.5 %); a day later; recorded as a deposit"
    assert rows(keeper) == [(left, str(came), "open", why)]
    found = finding(keeper)
    assert found["settle"] == f"folio transfers pair {left} {came}"
    assert far
    keeper.pair(left, came)
    assert rows(keeper) == []


def test_an_arrival_may_have_left_as_a_withdrawal(moved: Moved) -> None:
    keeper = moved.keeper
    left = keeper.add("withdraw", "2025-03-04", "Bank", "USD", quantity=1000)
    came = keeper.add("transfer_in", "2025-03-05", "Broker", "USD", quantity=1000)
    why = "the same units; a day later; recorded as a withdrawal"
    assert rows(keeper) == [(came, str(left), "open", why)]
    found = finding(keeper)
    assert found["what"] == f"1000.00 USD came on 2025-03-05, and may have left as {left}"
    assert found["settle"] == f"folio transfers pair {left} {came}"


def test_what_needs_no_answer(moved: Moved) -> None:
    keeper, withdrawn, came = moved
    for number in (withdrawn, came):
        with pytest.raises(FolioError, match="needs no answer; where it is a transfer: folio"):
            keeper.answer_leg(number, "untracked")
    with pytest.raises(FolioError, match="is a deposit, not a transfer_out or a withdraw; say the"):
        keeper.pair(came, withdrawn)
