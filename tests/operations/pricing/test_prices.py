"""Prices by hand: stated, corrected, taken back; prices in bulk; and waiting for one."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.db.prices.prices import price_edits
from folio.errors import BadRows, FolioError, UsageError
from folio.model.dates import parse_instant
from folio.operations.pricing.prices_by_hand import add_price, retry_price, undo_price
from folio.reports.attention.status import status
from folio.reports.held.holdings import holdings
from folio.reports.prices.prices import missing_prices, price_history
from folio.reports.query import Query

NOON = "2025-01-02T12:00"


def state(keeper: Bookkeeper, price: Any, on: str = "2025-01-02", **more: Any) -> None:
    keeper.do(add_price, "ACME", day(on), Decimal(str(price)), **more)


def take_back(keeper: Bookkeeper, on: str = "2025-01-02", **more: Any) -> Decimal | None:
    return keeper.do(undo_price, "ACME", day(on), **more).price


def worth(keeper: Bookkeeper, on: str, **more: Any) -> Decimal | None:
    graph = keeper.book(**more).graph
    found = graph.rate(keeper.asset_id("ACME"), keeper.asset_id("EUR"), day(on))
    return None if found is None else found.rate


def query(keeper: Bookkeeper, on: str) -> Query:
    return Query(day(on), keeper.book().base)


def test_taking_back_goes_back_step_by_step(keeper: Bookkeeper) -> None:
    """9, corrected to 7, corrected to 8: taken back to 7, to 9, to nothing, and no further."""
    state(keeper, 9)
    state(keeper, 7, reason="a typo")
    state(keeper, 8, supersede=True)
    assert [take_back(keeper) for _ in range(3)] == [Decimal(7), Decimal(9), None]
    assert worth(keeper, "2025-01-03") is None
    with pytest.raises(FolioError, match="no manual price in EUR on 2025-01-02 to take back"):
        take_back(keeper)
    state(keeper, 6)  # nothing holds, so it corrects nothing
    assert worth(keeper, "2025-01-03") == 6
    said = [(e.price, e.undoes is not None) for e in price_edits(keeper.db, None, None)]
    numbers: list[tuple[int | None, bool]] = [
        (9, False), (7, False), (8, False), (7, True), (9, True), (None, True), (6, False),
    ]  # fmt: skip
    assert said == numbers


def test_the_only_currency_is_taken_back_unasked(keeper: Bookkeeper) -> None:
    """There is nothing else that could be meant; of two it is asked."""
    state(keeper, 9, currency="USD")
    assert take_back(keeper) is None
    state(keeper, 9, currency="USD")
    state(keeper, 9, currency="GBP")
    with pytest.raises(UsageError, match="has prices in USD and GBP so far"):
        take_back(keeper)


def test_dollars_are_not_taken_for_euros(keeper: Bookkeeper) -> None:
    """A price without a currency is the book's while an asset has none, or has one in it."""
    state(keeper, 9, currency="USD")
    with pytest.raises(UsageError, match="USD so far; say --currency USD or --currency EUR"):
        state(keeper, 8, "2025-01-03")
    state(keeper, 8, "2025-01-03", currency="EUR")
    state(keeper, 7, "2025-01-04")
    assert worth(keeper, "2025-01-04") == 7
    keeper.price("USD", "2025-01-04", "0.9")


def test_prices_in_marks_say_nothing_after_the_euro_came(keeper: Bookkeeper) -> None:
    """Nothing was quoted in marks in 2025, but in December 2001 it may have been."""
    state(keeper, 9, "2001-12-28", currency="DEM")
    with pytest.raises(UsageError, match="DEM so far; say --currency DEM or --currency EUR"):
        state(keeper, 8, "2001-12-31")
    state(keeper, 8, "2025-01-03")
    assert worth(keeper, "2025-01-03") == 8


def test_a_currency_without_a_rate_is_what_is_missing(keeper: Bookkeeper) -> None:
    """ACME is at 9 dollars: another price of it would be the wrong thing to ask for."""
    keeper.add("opening", "2025-01-01", "Broker", "ACME", quantity=1)
    state(keeper, 9, currency="USD")
    (row,) = status(keeper.book(), query(keeper, "2025-01-02")).rows[:1]
    assert row["what"] == "ACME has a price in USD, and that has none in EUR"
    (row,) = missing_prices(keeper.book(), query(keeper, "2025-01-02")).rows
    assert (row["state"], row["pair"]) == ("no price", "USD in EUR")
    keeper.price("USD", "2025-01-01", "0.9")
    assert worth(keeper, "2025-01-02") == Decimal("8.1")
    (row,) = status(keeper.book(), query(keeper, "2025-01-20")).rows[:1]
    assert str(row["settle"]).startswith("folio price add USD PRICE, ")


def test_a_correction_after_a_taking_back_is_taken_back_first(keeper: Bookkeeper) -> None:
    """9, 7, back to 9, then 5: taking back leads to 9, for 7 was taken back already."""
    state(keeper, 9)
    state(keeper, 7, supersede=True)
    take_back(keeper)
    state(keeper, 5, supersede=True)
    assert take_back(keeper) == 9


def test_a_correction_changes_history_from_its_day_on(keeper: Bookkeeper) -> None:
    """10 ACME at 5 and 8: 50 and 80; the second corrected to 7 is 70, and the days before stay.
    What was known before the correction is asked for by its commit."""
    keeper.add("buy", "2025-01-01", "Broker", "ACME", quantity=10, price=4)
    state(keeper, 5, "2025-01-02")
    state(keeper, 8, "2025-01-04")
    keeper.roll_up("2025-01-06")
    (known,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    state(keeper, 7, "2025-01-04", reason="misread")
    dirty = keeper.db.execute("SELECT min(from_day) FROM dirty").fetchone()[0]
    assert dirty == (day("2025-01-04") - dt.date(1970, 1, 1)).days
    values = [worth(keeper, f"2025-01-0{n}") for n in (2, 3, 4, 5)]
    assert values == [Decimal(n) for n in (5, 5, 7, 7)]
    assert worth(keeper, "2025-01-05", known_at=known) == 8
    total = holdings(keeper.book(), query(keeper, "2025-01-05")).rows[0]["value"]
    assert str(total.value) == "70.00"  # type: ignore[union-attr]


def test_the_history_says_who_when_and_why(keeper: Bookkeeper) -> None:
    state(keeper, 9)
    state(keeper, 7, reason="a typo")
    take_back(keeper, reason="it was right")
    rows = price_history(keeper.book(), query(keeper, "2025-02-01"), ("ACME",)).rows
    told = [
        (row["before"] and str(row["before"].value), str(row["price"].value), row["reason"])  # type: ignore[union-attr]
        for row in rows
    ]
    assert told == [(None, "9", None), ("9", "7", "a typo"), ("7", "9", "it was right")]
    commits = keeper.db.execute("SELECT id, recorded_at, user, command FROM commits").fetchall()
    last = commits[-1]
    assert (rows[-1]["commit"], rows[-1]["user"], rows[-1]["command"]) == (last[0], *last[2:])
    assert rows[-1]["recorded_at"] == last[1]
    other = price_history(keeper.book(), query(keeper, "2025-02-01"), (), day("2025-01-03"))
    assert other.rows == []


def test_intraday_prices_have_instants_of_their_own(keeper: Bookkeeper) -> None:
    """The book's day is Berlin's: 23:30 UTC on the 1st is the 2nd."""
    zone = dt.UTC
    for text, price in (("2025-01-01T23:30", 4), ("2025-01-02T15:00", 5)):
        keeper.do(add_price, "ACME", None, Decimal(price), at=parse_instant(text, zone))
    assert [str(e.day) for e in price_edits(keeper.db, None, None)] == ["2025-01-02", "2025-01-02"]
    assert worth(keeper, "2025-01-02") == 5
    state(keeper, 6)
    assert worth(keeper, "2025-01-02") == 6  # the close
    with pytest.raises(FolioError, match="not the same day"):
        state(keeper, 6, "2025-02-02", at=parse_instant(NOON, zone))
    assert take_back(keeper, at=parse_instant("2025-01-02T15:00", zone)) is None
    assert take_back(keeper) is None


HEAD = "date,asset,quote,price,open,high,low,volume\n"


def test_the_range_of_a_day(keeper: Bookkeeper) -> None:
    keeper.prices(HEAD + "2025-01-02,ACME,EUR,5,4,6,3.5,1000")
    (edit,) = price_edits(keeper.db, None, None)
    assert tuple(map(str, edit.span)) == ("4", "6", "3.5", "1000")
    again = keeper.prices("date,asset,quote,price\n2025-01-02,ACME,EUR,5")
    assert again.already == 1
    with pytest.raises(BadRows, match="--supersede"):
        keeper.prices(HEAD + "2025-01-02,ACME,EUR,5,4,7,3.5,1000")
    with pytest.raises(BadRows, match="high 3 is below low 3"):
        keeper.prices(HEAD + "2025-01-03,ACME,EUR,5,4,3,3.5,1000")
    with pytest.raises(BadRows, match="volume -1 is negative"):
        keeper.prices(HEAD + "2025-01-03,ACME,EUR,5,4,6,3.5,-1")


def test_a_range_completes_what_was_said(keeper: Bookkeeper) -> None:
    keeper.prices(HEAD + "2025-01-02,ACME,EUR,5,4,,,")
    counts = keeper.prices(HEAD + "2025-01-02,ACME,EUR,5,,,,9")
    assert (counts.recorded, counts.corrected) == (1, 0)
    last = list(price_edits(keeper.db, None, None))[-1].span
    assert (last.open, last.high, last.low, last.volume) == (4, None, None, 9)


def test_a_daily_price_has_no_instant(keeper: Bookkeeper) -> None:
    with pytest.raises(BadRows, match="a daily price has no instant"):
        keeper.prices(f"date,asset,quote,price,at,granularity\n2025-01-02,ACME,EUR,5,{NOON},daily")


def test_a_source_that_restates_its_prices_after_a_split(keeper: Bookkeeper) -> None:
    """25 for a day before a 4:1 split was 100 then."""
    keeper.add("split", "2025-01-10", asset="ACME", ratio="4:1")
    text = "date,asset,quote,price,source\n2025-01-05,ACME,EUR,25,yahoo"
    keeper.prices(text, adjusted=True)
    assert worth(keeper, "2025-01-09") == 100
    assert worth(keeper, "2025-01-10") == 25
    keeper.prices("date,asset,quote,price\n2025-01-06,ACME,EUR,101")
    with pytest.raises(FolioError, match="a source of their own"):
        keeper.prices("date,asset,quote,price\n2025-01-07,ACME,EUR,25", adjusted=True)


def findings(keeper: Bookkeeper, on: str) -> list[str]:
    rows = status(keeper.book(), query(keeper, on)).rows
    return [str(row["kind"]) for row in rows if row["kind"] in ("no price", "stale price")]


def test_an_asset_that_nothing_prices_waits(keeper: Bookkeeper) -> None:
    """Status is quiet until the day on which it is asked about again; the report grades it."""
    keeper.add("opening", "2025-01-01", "Broker", "ACME", quantity=2, cost=10)
    assert findings(keeper, "2025-01-02") == ["no price"]
    keeper.do(retry_price, "ACME", day("2025-02-01"), reason="delisted")
    assert findings(keeper, "2025-01-31") == []
    assert findings(keeper, "2025-02-01") == ["no price"]
    page = holdings(keeper.book(), query(keeper, "2025-01-31"))
    assert (page.grade, page.reasons) == ("unknown", ("1 of 1 without a price",))
    (row,) = missing_prices(keeper.book(), query(keeper, "2025-01-31")).rows
    assert (row["state"], row["retry_on"], row["reason"]) == (
        "no price", day("2025-02-01"), "delisted",
    )  # fmt: skip
    (row,) = missing_prices(keeper.book(), query(keeper, "2025-02-01")).rows
    assert (row["retry_on"], row["reason"]) == (None, None)
    (known,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    keeper.do(retry_price, "ACME", None)
    assert findings(keeper, "2025-01-31") == ["no price"]
    (row,) = missing_prices(keeper.book(known_at=known), query(keeper, "2025-01-31")).rows
    assert row["retry_on"] == day("2025-02-01")


def test_what_is_stale_is_missing_too(keeper: Bookkeeper) -> None:
    keeper.add("opening", "2025-01-01", "Broker", "ACME", quantity=2, cost=10)
    keeper.price("ACME", "2025-01-01", 5)
    assert missing_prices(keeper.book(), query(keeper, "2025-01-08")).rows == []
    (row,) = missing_prices(keeper.book(), query(keeper, "2025-01-09")).rows
    assert (row["state"], row["pair"], row["age"]) == ("stale", "ACME in EUR", 8)
    keeper.add("sell", "2025-01-09", "Broker", "ACME", quantity=2, price=5)
    assert missing_prices(keeper.book(), query(keeper, "2025-02-09")).rows == []  # not held


def test_undoing_an_import_of_prices_restores_what_it_replaced(keeper: Bookkeeper) -> None:
    from folio.db.prices.prices import prices_of_commit, row_below

    head = "date,asset,quote,price\n2025-01-02,ACME,EUR,"
    keeper.prices(head + "9")
    keeper.prices(head + "8", supersede=True)
    (last,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    (price,) = prices_of_commit(keeper.db, last)
    below = row_below(keeper.db, price)
    assert below is not None
    assert (below[0], below[1].price, below[1].undoes) == (last, Decimal(9), last)


def test_a_price_of_a_day_to_come_is_refused(keeper: Bookkeeper) -> None:
    """Tomorrow's may be one of a market further east, where the day has begun."""

    def states(on: str) -> None:
        keeper.do(add_price, "ACME", day(on), Decimal(5), today=day("2025-01-30"))

    states("2025-01-31")
    with pytest.raises(UsageError, match="2025-02-01 is yet to come"):
        states("2025-02-01")
    to_come = keeper.today + dt.timedelta(days=2)
    with pytest.raises(BadRows, match=f"line 2: {to_come} is yet to come"):
        keeper.prices(f"date,asset,quote,price\n{to_come},ACME,EUR,9")


def test_the_last_trade_of_a_day_is_the_last_that_walks(keeper: Bookkeeper) -> None:
    """Without an hour a day's purchases come before its sales (rules 3), whatever was typed first.

    So the price of that day is the 12 of the sale, and 10 − 4 + 2 units are worth 96.
    """
    keeper.add("buy", "2025-03-01", "Broker", "ACME", quantity=10, price=10)
    keeper.add("sell", "2025-03-03", "Broker", "ACME", quantity=4, price=12)
    keeper.add("buy", "2025-03-03", "Broker", "ACME", quantity=2, price=7)
    for on, worth in (("2025-03-02", 100), ("2025-03-04", 96)):
        book = keeper.book()
        rows = {row["asset"]: row for row in holdings(book, Query(day(on), book.base)).rows}
        assert rows["ACME"]["value"].value == worth  # type: ignore[union-attr]


def test_a_history_read_from_a_day_on_answers_for_earlier_days_too(keeper: Bookkeeper) -> None:
    """5 from 2023 on, 6 for a day in 2024, then a trade at 7: whatever is asked first.

    The 9 of a day between was taken back.
    """
    keeper.price("ACME", "2023-01-02", 5)
    state(keeper, 9, "2024-02-01")
    take_back(keeper, "2024-02-01")
    keeper.price("ACME", "2024-06-03", 6)
    keeper.add("buy", "2024-06-04", "Broker", "ACME", quantity=1, price=7)
    known = {
        "2023-01-01": None, "2023-06-01": 5, "2024-02-02": 5, "2024-06-03": 6, "2024-07-01": 7,
    }  # fmt: skip
    for since in known:
        for first in known:
            prices = keeper.book().prices
            prices.read_whole(day(since))
            for on in (first, *known):
                pair = keeper.asset_id("ACME"), keeper.asset_id("EUR")
                found = prices.latest(*pair, day(on))
                assert (found and found.price) == known[on], (since, first, on)
                assert [p.price for p in prices.onward(*pair, day(on))] == [
                    price for price in (5, 6, 7) if price >= (known[on] or 9)
                ]
