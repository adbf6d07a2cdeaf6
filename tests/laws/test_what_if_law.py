"""A sale that was only tried out is what the same sale is, once recorded."""

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper, day
from folio.model.dates import EVER
from folio.model.table import Amount, Cell
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.query import Query
from folio.reports.sold.gains import gains
from folio.reports.sold.what_if import Sale, what_if_sell

ON = "2025-06-30"
units = st.decimals(min_value="0.001", max_value="100", places=3)
prices = st.decimals(min_value="0.01", max_value="500", places=2)
trades = st.lists(st.tuples(st.integers(0, 800), units, prices), min_size=1, max_size=6)
plans = st.fixed_dictionaries(
    {
        "bought": trades,
        "earlier": st.decimals(min_value="0.01", max_value="0.9", places=2),
        "share": st.decimals(min_value="0.01", max_value="1", places=2),
        "price": prices,
        "fee": st.decimals(min_value="0", max_value="5", places=2),
        "method": st.sampled_from(("fifo", "lifo", "hifo", "average")),
    }
)


@settings(max_examples=30, deadline=None)
@given(plan=plans)
def test_what_is_tried_out_is_what_is_recorded(plan: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        keeper = Bookkeeper(Path(folder) / "book.db")
        try:
            compare(keeper, plan)
        finally:
            keeper.close()


def compare(keeper: Bookkeeper, plan: dict[str, Any]) -> None:
    keeper.account("Broker")
    keeper.asset("ACME")
    keeper.write(lambda write: set_lot_method(write, ("book", 0), plan["method"]))
    left = Decimal(0)
    for back, quantity, paid in plan["bought"]:
        on = day("2025-05-01") - dt.timedelta(days=back)
        keeper.add("buy", on.isoformat(), "Broker", "ACME", quantity=quantity, price=paid)
        left += quantity
    gone = round(left * plan["earlier"], 6)
    keeper.add("sell", "2025-06-01", "Broker", "ACME", quantity=gone, price=plan["price"])
    sold = round((left - gone) * plan["share"], 6) or left - gone
    book = keeper.book()
    query = Query(day(ON), book.base)
    asset = book.catalog.assets[keeper.asset_id("ACME")]
    table = what_if_sell(book, query, Sale(asset, sold, plan["price"], fee=plan["fee"]))
    (tried,) = [row for row in table.rows if row["in_force"]]
    words = {"quantity": sold, "price": plan["price"], "fee": plan["fee"]}
    number = keeper.add("sell", ON, "Broker", "ACME", **words)
    listed = gains(keeper.book(), query, EVER)
    recorded = [row for row in listed.rows if row["transaction"] == number]
    for key in ("proceeds", "cost", "gain"):
        assert value(tried[key]) == sum((value(row[key]) for row in recorded), Decimal(0))
    for term in ("short", "long"):
        gained = sum((value(r["gain"]) for r in recorded if r["term"] == term), Decimal(0))
        assert value(tried[f"{term}_gain"]) == gained


def value(cell: Cell) -> Decimal:
    return cell.value if isinstance(cell, Amount) else Decimal(0)
