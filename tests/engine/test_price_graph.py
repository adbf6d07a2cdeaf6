"""Which price counts on a day, and by which route."""

import datetime as dt
from decimal import Decimal

import pytest

from bookkeeper import Bookkeeper, day
from folio.db.prices.prices import NewPrice
from folio.engine.courses import Course
from folio.engine.prices import Rate
from folio.errors import FolioError
from folio.model.numbers import divide
from folio.operations.arranging.arrange import set_setting
from folio.operations.recording import Recording


@pytest.fixture(params=[False, True], ids=["looked up", "walked"])
def walks(request: pytest.FixtureRequest) -> bool:
    """A book answers the same whether it looks a price up or reads whole histories."""
    return bool(request.param)


def ask(keeper: Bookkeeper, asset: str, quote: str, on: str, walks: bool) -> Rate | None:
    graph = keeper.book(walks=walks).graph
    return graph.rate(keeper.asset_id(asset), keeper.asset_id(quote), day(on))


def rate(keeper: Bookkeeper, asset: str, quote: str, on: str, walks: bool) -> Decimal:
    found = ask(keeper, asset, quote, on, walks)
    assert found is not None
    return found.rate


@pytest.fixture
def money(keeper: Bookkeeper) -> Bookkeeper:
    for code in ("USD", "GBP", "JPY", "CHF"):
        keeper.asset(code, "currency")
    return keeper


def test_an_asset_in_itself_is_one(money: Bookkeeper, walks: bool) -> None:
    found = ask(money, "ACME", "ACME", "2025-01-01", walks)
    assert found is not None
    assert (found.rate, found.legs, found.stale, found.routed) == (Decimal(1), (), False, False)


def test_direct_then_the_inverse(money: Bookkeeper, walks: bool) -> None:
    money.price("EUR", "2025-01-02", "1.25", "USD")
    assert rate(money, "EUR", "USD", "2025-01-03", walks) == Decimal("1.25")
    assert rate(money, "USD", "EUR", "2025-01-03", walks) == Decimal("0.8")
    money.price("USD", "2025-01-02", "0.79", "EUR")
    assert rate(money, "USD", "EUR", "2025-01-03", walks) == Decimal("0.79")
    assert rate(money, "EUR", "USD", "2025-01-03", walks) == Decimal("1.25")


def test_a_fresh_inverse_beats_a_stale_direct(money: Bookkeeper, walks: bool) -> None:
    money.price("USD", "2025-01-01", "0.5", "EUR")
    money.price("EUR", "2025-01-20", "1.25", "USD")
    found = ask(money, "USD", "EUR", "2025-01-20", walks)
    assert found is not None
    assert (found.rate, found.stale) == (Decimal("0.8"), False)


def test_never_a_later_price(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-02", 5)
    assert ask(money, "ACME", "EUR", "2025-01-01", walks) is None
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 5


def test_one_hop_through_each_hub_in_order(money: Bookkeeper, walks: bool) -> None:
    """ACME in GBP: through the base EUR, else USD, else a currency that both sides share."""
    money.price("ACME", "2025-01-02", 100, "CHF")
    money.price("CHF", "2025-01-02", 2, "GBP")
    assert rate(money, "ACME", "GBP", "2025-01-02", walks) == 200
    money.price("ACME", "2025-01-02", 100, "USD")
    money.price("USD", "2025-01-02", 3, "GBP")
    assert rate(money, "ACME", "GBP", "2025-01-02", walks) == 300
    money.price("ACME", "2025-01-02", 100, "EUR")
    money.price("EUR", "2025-01-02", 4, "GBP")
    found = ask(money, "ACME", "GBP", "2025-01-02", walks)
    assert found is not None
    assert (found.rate, found.routed) == (Decimal(400), False)  # its own price, then one rate


def test_marks_in_francs_go_through_the_euro(keeper: Bookkeeper, walks: bool) -> None:
    """Council Regulation (EC) 2866/98: 1 euro is 1.95583 DEM and 6.55957 FRF; by Article 4(4) of
    Regulation 1103/97 a mark becomes francs through the euro.  It keeps their central rate from
    before, 335.386 FRF for 100 DEM, as the communiqué of 2 May 1998 says."""
    for code in ("DEM", "FRF"):
        keeper.asset(code, "currency")
    keeper.price("EUR", "2000-01-03", "1.95583", "DEM")
    keeper.price("EUR", "2000-01-03", "6.55957", "FRF")
    found = rate(keeper, "DEM", "FRF", "2000-01-03", walks)
    assert abs(100 * found - Decimal("335.386")) < Decimal("0.001")
    # There and back is 1, to 50 digits.
    back = rate(keeper, "FRF", "DEM", "2000-01-03", walks)
    assert abs(found * back - 1) < Decimal("1e-48")


def test_the_rate_at_which_a_currency_became_the_euro_never_ages(
    keeper: Bookkeeper, walks: bool
) -> None:
    """Council Regulation (EU) 2022/1208: 7.53450 kuna a euro, from 2023-01-01 on.  A market's rate
    from before ages like any other."""
    keeper.asset("HRK", "currency")
    keeper.price("EUR", "2022-12-30", "7.5365", "HRK")
    before = ask(keeper, "HRK", "EUR", "2023-03-01", walks)
    assert before is not None
    assert before.stale
    keeper.price("EUR", "2023-01-01", "7.5345", "HRK")
    for on in ("2023-01-01", "2053-01-01"):
        after = ask(keeper, "HRK", "EUR", on, walks)
        assert after is not None
        assert (after.stale, after.estimated) == (False, False)
        assert after.rate == divide(Decimal(1), Decimal("7.5345"))
    keeper.price("ACME", "2024-05-02", 75, "HRK")  # what is old of it is its own price alone
    share = ask(keeper, "ACME", "EUR", "2025-05-02", walks)
    assert share is not None
    assert (share.day, share.stale) == (day("2024-05-02"), True)


def test_two_hops_are_routed(money: Bookkeeper, walks: bool) -> None:
    """ACME in JPY, JPY in USD, USD in EUR: 1000 / 125 × 0.8 = 6.4."""
    money.price("ACME", "2025-01-02", 1000, "JPY")
    money.price("USD", "2025-01-02", 125, "JPY")
    money.price("USD", "2025-01-02", "0.8", "EUR")
    found = ask(money, "ACME", "EUR", "2025-01-02", walks)
    assert found is not None
    assert (found.rate, found.routed, len(found.legs)) == (Decimal("6.4"), True, 3)


def test_a_fresh_route_beats_a_stale_price(money: Bookkeeper, walks: bool) -> None:
    """Within the limit of 7 days the pair's own price counts; after it, the fresh route."""
    money.price("ACME", "2025-01-01", 10, "EUR")
    money.price("ACME", "2025-01-09", 20, "USD")
    money.price("USD", "2025-01-09", "0.5", "EUR")
    assert rate(money, "ACME", "EUR", "2025-01-08", walks) == 10
    found = ask(money, "ACME", "EUR", "2025-01-09", walks)
    assert found is not None
    assert (found.rate, found.stale, found.day) == (Decimal(10), False, dt.date(2025, 1, 9))


def test_of_stale_routes_the_one_whose_oldest_leg_is_freshest(
    money: Bookkeeper, walks: bool
) -> None:
    money.price("ACME", "2025-01-01", 10, "EUR")
    money.price("ACME", "2025-01-05", 20, "USD")
    money.price("USD", "2025-01-03", "0.25", "EUR")
    found = ask(money, "ACME", "EUR", "2025-02-20", walks)
    assert found is not None
    assert (found.rate, found.stale, found.day) == (Decimal(5), True, dt.date(2025, 1, 3))


def test_of_stale_routes_of_one_day_the_first_one_counts(money: Bookkeeper, walks: bool) -> None:
    """In francs through the euro, the base: 10 × 0.9; through dollars it would be 12 × 0.8."""
    for asset, price, quote in (
        ("ACME", 10, "EUR"), ("EUR", "0.9", "CHF"), ("ACME", 12, "USD"), ("USD", "0.8", "CHF")
    ):  # fmt: skip
        money.price(asset, "2025-01-03", price, quote)
    found = ask(money, "ACME", "CHF", "2025-03-01", walks)
    assert found is not None
    assert (found.rate, found.stale) == (Decimal(9), True)


def test_of_routes_that_share_an_old_price_the_one_with_the_fresher_rate(
    money: Bookkeeper, walks: bool
) -> None:
    """ACME was last 10 USD on the 1st.  The dollar's own rate of 0.5 EUR is of the 2nd, and over
    the franc it is 0.9 × 1.1 = 0.99 EUR on the 20th, which is what the dollar is worth beside it.
    """
    money.price("ACME", "2025-01-01", 10, "USD")
    money.price("USD", "2025-01-02", "0.5", "EUR")
    money.price("USD", "2025-01-20", "0.9", "CHF")
    money.price("CHF", "2025-01-20", "1.1", "EUR")
    assert rate(money, "USD", "EUR", "2025-01-20", walks) == Decimal("0.99")
    assert rate(money, "ACME", "EUR", "2025-01-20", walks) == Decimal("9.9")
    assert rate(money, "ACME", "EUR", "2025-01-19", walks) == 5


def test_funds_are_stale_later(money: Bookkeeper, walks: bool) -> None:
    money.asset("FUND", "fund")
    money.price("FUND", "2025-01-01", 10)
    for on, stale in (("2025-02-15", False), ("2025-02-16", True)):  # 45 days, and 46
        found = ask(money, "FUND", "EUR", on, walks)
        assert found is not None
        assert found.stale is stale


def test_within_a_day_the_close_then_intraday_then_a_trade(money: Bookkeeper, walks: bool) -> None:
    money.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=1)
    money.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=2)
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 2  # the day's last trade
    head = "date,asset,quote,price,granularity\n"
    money.prices(head + "2025-01-02,ACME,EUR,3,intraday")
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 3
    money.prices(head + "2025-01-02,ACME,EUR,4,daily")
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 4
    money.add("buy", "2025-01-03", "Broker", "ACME", quantity=1, price=5)
    assert rate(money, "ACME", "EUR", "2025-01-03", walks) == 5  # the freshest day wins


def test_of_two_sources_the_one_recorded_last(money: Bookkeeper, walks: bool) -> None:
    head = "date,asset,quote,price,source\n"
    money.prices(head + "2025-01-02,ACME,EUR,9,alpha\n2025-01-02,ACME,EUR,10,beta\n")
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 10
    money.prices(head + "2025-01-02,ACME,EUR,8,alpha", supersede=True)
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 8


def test_a_price_taken_back_uncovers_the_one_below(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-01", 1)
    money.prices("date,asset,quote,price\n2025-01-02,ACME,EUR,9")
    asset, euro = money.asset_id("ACME"), money.asset_id("EUR")

    def forget(write: Recording) -> None:
        write.price(NewPrice(asset, euro, day("2025-01-02"), None, write.source("import")))

    money.write(forget)
    assert rate(money, "ACME", "EUR", "2025-01-05", walks) == 1


def test_a_correction_counts(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-02", 9)
    money.price("ACME", "2025-01-02", 7)
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 7


def test_a_price_of_nothing_is_a_price(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-01", 5)
    money.price("ACME", "2025-01-02", 0)
    assert rate(money, "ACME", "EUR", "2025-01-03", walks) == 0
    assert ask(money, "EUR", "ACME", "2025-01-03", walks) is None


def test_splits_between_the_prices_day_and_the_day_asked_for(
    money: Bookkeeper, walks: bool
) -> None:
    money.price("ACME", "2025-01-02", 100)
    money.add("split", "2025-01-05", asset="ACME", ratio="4:1")
    assert rate(money, "ACME", "EUR", "2025-01-04", walks) == 100
    assert rate(money, "ACME", "EUR", "2025-01-05", walks) == 25
    money.price("ACME", "2025-01-06", 26)
    assert rate(money, "ACME", "EUR", "2025-01-06", walks) == 26


def test_an_inverse_price_is_split_too(money: Bookkeeper, walks: bool) -> None:
    """A euro buys 2 ACME, and 8 once each is four."""
    money.price("EUR", "2025-01-02", 2, "ACME")
    money.add("split", "2025-01-05", asset="ACME", ratio="4:1")
    assert rate(money, "ACME", "EUR", "2025-01-04", walks) == Decimal("0.5")
    assert rate(money, "ACME", "EUR", "2025-01-05", walks) == Decimal("0.125")


def test_a_source_that_restates_its_history(money: Bookkeeper, walks: bool) -> None:
    """Recorded on the 20th (the clock of these tests), after a 4:1 split of the 10th."""
    asset, euro = money.asset_id("ACME"), money.asset_id("EUR")
    money.add("split", "2025-01-10", asset="ACME", ratio="4:1")

    def record(write: Recording) -> None:
        source = write.commit.add("sources", name="adjusting", split_adjusted=1)
        for on, price in (("2025-01-05", 25), ("2025-01-12", 26)):
            write.price(NewPrice(asset, euro, day(on), Decimal(price), source))

    money.write(record)
    assert rate(money, "ACME", "EUR", "2025-01-09", walks) == 100
    assert rate(money, "ACME", "EUR", "2025-01-10", walks) == 25
    assert rate(money, "ACME", "EUR", "2025-01-12", walks) == 26


def test_a_ratio_has_fifty_digits(money: Bookkeeper, walks: bool) -> None:
    money.price("EUR", "2025-01-02", 3, "USD")
    assert rate(money, "USD", "EUR", "2025-01-02", walks) == divide(Decimal(1), Decimal(3))
    assert str(rate(money, "USD", "EUR", "2025-01-02", walks)) == "0." + "3" * 50


def test_a_past_state_of_knowledge_takes_the_days_last_trade(money: Bookkeeper) -> None:
    money.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=1)
    money.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=2)
    (last,) = money.db.execute("SELECT max(id) FROM commits").fetchone()
    money.add("buy", "2025-01-02", "Broker", "ACME", quantity=1, price=3)
    graph = money.book(known_at=last).graph
    found = graph.rate(money.asset_id("ACME"), money.asset_id("EUR"), day("2025-01-02"))
    assert found is not None
    assert found.rate == 2


def test_hubs_come_in_their_order_and_before_what_else_is_shared(
    money: Bookkeeper, walks: bool
) -> None:
    """ACME in GBP without a price in EUR: USD is a hub and comes before CHF and JPY, which are
    shared alone, though theirs are fresher: 100 × 3 = 300.  Once the way through USD is older
    than 7 days, CHF or JPY follows, whichever the book met first: 100 × 2 = 200, or 20 × 15 = 300.
    """
    money.price("ACME", "2025-01-02", 100, "USD")
    money.price("USD", "2025-01-02", 3, "GBP")
    for code, price, pounds in (("CHF", 100, 2), ("JPY", 20, 15)):
        money.price("ACME", "2025-01-09", price, code)
        money.price(code, "2025-01-09", pounds, "GBP")
    found = ask(money, "ACME", "GBP", "2025-01-09", walks)
    assert found is not None
    assert (found.rate, found.day) == (Decimal(300), dt.date(2025, 1, 2))
    assert [money_of(money, leg.quote) for leg in found.legs] == ["USD", "GBP"]
    later = ask(money, "ACME", "GBP", "2025-01-10", walks)
    assert later is not None
    first = min(("CHF", "JPY"), key=money.asset_id)
    assert later.rate == {"CHF": Decimal(200), "JPY": Decimal(300)}[first]
    assert later.day == dt.date(2025, 1, 9)


def money_of(keeper: Bookkeeper, number: int) -> str:
    return keeper.book().catalog.assets[number].symbol


def test_the_second_leg_may_be_quoted_the_other_way_round(money: Bookkeeper, walks: bool) -> None:
    """ACME is 100 USD, and a euro 1.25 USD: 100 ÷ 1.25 = 80 EUR."""
    money.price("ACME", "2025-01-02", 100, "USD")
    money.price("EUR", "2025-01-02", "1.25", "USD")
    found = ask(money, "ACME", "EUR", "2025-01-02", walks)
    assert found is not None
    assert (found.rate, [leg.inverse for leg in found.legs]) == (Decimal(80), [False, True])


def test_a_fresh_detour_of_two_hops_beats_a_stale_single_hop(
    money: Bookkeeper, walks: bool
) -> None:
    """ACME is 10 USD; the dollar's rate of 0.5 EUR is of the day before.  Eight days later it
    is stale, and 10 USD × 0.9 CHF × 1.1 EUR = 9.90 counts, a routed rate."""
    money.price("ACME", "2025-01-02", 10, "USD")
    money.price("USD", "2025-01-01", "0.5", "EUR")
    money.price("ACME", "2025-01-09", 10, "USD")
    assert rate(money, "ACME", "EUR", "2025-01-08", walks) == 5
    money.price("USD", "2025-01-09", "0.9", "CHF")
    money.price("CHF", "2025-01-09", "1.1", "EUR")
    found = ask(money, "ACME", "EUR", "2025-01-09", walks)
    assert found is not None
    assert (found.rate, found.routed, found.stale) == (Decimal("9.9"), True, False)


def test_fresh_for_seven_days(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-01", 10)
    for on, stale in (("2025-01-08", False), ("2025-01-09", True)):  # 7 days, and 8
        found = ask(money, "ACME", "EUR", on, walks)
        assert found is not None
        assert found.stale is stale


def test_the_limits_are_settings(money: Bookkeeper, walks: bool) -> None:
    money.write(lambda write: set_setting(write, ("book", 0), "stale_days", "3"))
    money.write(
        lambda write: set_setting(write, ("asset", money.asset_id("COIN")), "stale_days", "1")
    )
    for symbol, last in (("ACME", 4), ("COIN", 2)):
        money.price(symbol, "2025-01-01", 10)
        fresh, late = (ask(money, symbol, "EUR", f"2025-01-0{n}", walks) for n in (last, last + 1))
        assert fresh is not None
        assert late is not None
        assert (fresh.stale, late.stale) == (False, True)


def test_a_fund_is_stale_late_whichever_way_it_is_quoted(money: Bookkeeper, walks: bool) -> None:
    """So many units for a euro: the price of a fund, and no rate that trades daily."""
    money.asset("FUND", "fund")
    money.price("EUR", "2025-01-01", "0.1", "FUND")
    found = ask(money, "FUND", "EUR", "2025-02-15", walks)
    assert found is not None
    assert (found.rate, found.stale) == (Decimal(10), False)


def test_the_oldest_leg_dates_a_rate(money: Bookkeeper, walks: bool) -> None:
    money.price("ACME", "2025-01-06", 100, "USD")
    money.price("USD", "2025-01-02", "0.9", "EUR")
    found = ask(money, "ACME", "EUR", "2025-01-09", walks)
    assert found is not None
    assert (found.day, found.stale) == (dt.date(2025, 1, 2), False)


def test_the_last_of_a_days_intraday_prices(money: Bookkeeper, walks: bool) -> None:
    money.prices(
        "date,asset,quote,price,at\n"
        "2025-01-02,ACME,EUR,5,2025-01-02T16:00Z\n"
        "2025-01-02,ACME,EUR,4,2025-01-02T09:30Z\n"
    )
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 5
    money.prices("date,asset,quote,price\n2025-01-01,ACME,EUR,9")
    assert rate(money, "ACME", "EUR", "2025-01-02", walks) == 5  # a close, but of the day before


def test_prices_that_cannot_be(money: Bookkeeper) -> None:
    with pytest.raises(FolioError, match="negative"):
        money.price("ACME", "2025-01-02", -1)
    with pytest.raises(FolioError, match="always 1"):
        money.price("EUR", "2025-01-02", 2, "EUR")
    with pytest.raises(FolioError, match="line 2: 5 cells"):
        money.prices("date,asset,quote,price\n2025-01-02,ACME,EUR,1,234.56\n")


def test_a_course_says_of_each_day_what_is_found_of_it_alone(money: Bookkeeper) -> None:
    """Prices on end, stale ones, a trade's, one of nothing, a split, an inverse and a hop."""
    money.asset("BETA")
    for on, price in (
        ("01-03", 5), ("01-04", 6), ("01-09", "5.5"), ("01-20", 0), ("01-22", 7), ("02-20", 8),
    ):  # fmt: skip
        money.price("ACME", f"2024-{on}", price, "USD")
        money.price("BETA", f"2024-{on}", price, "EUR")
    money.add("buy", "2024-01-12", "Broker", "ACME", quantity="1", price="9", currency="USD")
    money.add("split", "2024-01-11", asset="BETA", ratio="2:1")
    money.price("USD", "2024-01-06", "0.9", "EUR")
    money.price("EUR", "2024-01-18", "1.25", "USD")
    for on, price in (("01-05", 2), ("01-11", 0), ("01-19", "1.2"), ("01-21", "1.5")):
        money.price("GBP", f"2024-{on}", price, "EUR")
    alone, walked = money.book().graph, money.book(walks=True).graph
    since, end = (day(text).toordinal() for text in ("2024-01-01", "2024-03-05"))
    for asset in ("ACME", "BETA", "USD", "EUR"):
        for quote in ("USD", "EUR", "GBP"):
            pair = money.asset_id(asset), money.asset_id(quote)
            spans = Course(walked, *pair).spans(since, end)
            told = [
                (value, doubtful)
                for first, last, value, doubtful in spans
                for _ in range(first, last)
            ]
            days = map(dt.date.fromordinal, range(since, end))
            found = [alone.rate(*pair, on) for on in days]
            assert told == [
                (None, 0) if one is None else (one.rate, int(one.estimated)) for one in found
            ]
