"""Rates of return against published examples, and the conventions by hand."""

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal

import pytest

from folio.engine.returns.currency import currency_factor
from folio.engine.returns.dietz import modified_dietz
from folio.engine.returns.risk import drawdown, index, volatility, weekday_returns
from folio.engine.returns.twr import Day, Link, annualised, links, time_weighted
from folio.engine.returns.xirr import MoneyWeighted, Terms, xirr

D = Decimal
START = dt.date(2025, 1, 1)  # a Wednesday


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def daily(*rows: tuple[str | None, str | None] | tuple[str | None, str | None, str]) -> list[Day]:
    """Days from START on: value, flow and, where it is known, the value before."""
    return [
        Day(START + dt.timedelta(days=n), *(None if text is None else D(text) for text in row))
        for n, row in enumerate(rows)
    ]


def percent(ratio: Decimal | None, places: int = 2) -> str:
    assert ratio is not None
    return f"{round(ratio * 100, places)}"


# -- time-weighted -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "after", "end"), [(100000, 1262484, 1192328), (-100000, 1062484, 1003440)]
)
def test_investopedia(flow: int, after: int, end: int) -> None:
    """Investopedia, "Time-Weighted Rate of Return (TWR)": a million is worth 1,162,484 on 15
    August, when one investor puts in and another takes out 100,000; both made 9.79 %."""
    days = [
        Day(day("2023-12-31"), D(1000000), D(0)),
        Day(day("2024-08-15"), D(after), D(flow), D(1162484)),
        Day(day("2024-12-31"), D(end), D(0)),
    ]
    assert percent(time_weighted(links(days)).total) == "9.79"


@pytest.mark.parametrize(("flow", "end"), [(2000, 3255), (-100, 1050)])
def test_alice_and_bob(flow: int, end: int) -> None:
    """Cindicator, "My returns are wrong": 1000 gain 10 %, then Alice adds 2000 and Bob takes 100,
    and what is there gains 5 %: 15.5 % for both."""
    days = daily(("1000", "0"), (str(1100 + flow), str(flow), "1100"), (str(end), "0"))
    assert percent(time_weighted(links(days)).total) == "15.50"


def test_months_are_linked() -> None:
    """Question on GIPS at theanalystspace.com: 2.3 %, −1.0 % and 4.02 % are 5.35 % a quarter."""
    chain = [Link(START, D(f)) for f in ("1.023", "0.990", "1.0402")]
    assert percent(time_weighted(chain).total) == "5.35"


def test_a_large_first_deposit_does_not_explode() -> None:
    """1 is there when 10,000 come in, and they gain 1 that day: 0.01 %, not 1,000,000 %."""
    days = daily(("0", "0"), ("1", "1", "0"), ("10002", "10000", "1"), ("10002", "0"))
    found = time_weighted(links(days))
    assert found.total is not None
    assert round(found.total, 8) == round(D(10002) / D(10001) - 1, 8)
    assert found.skipped == 1  # the day of the first


def test_what_goes_out_has_earned_its_day() -> None:
    """Ten at 100; five are sold at 101: 5 on 1000, and as much when all ten are, for 10 more."""
    half = time_weighted(links(daily(("1000", "0"), ("500", "-505", "1000"))))
    whole = time_weighted(links(daily(("1000", "0"), ("0", "-1010", "1000"))))
    assert (percent(half.total), percent(whole.total)) == ("0.50", "1.00")


def test_what_comes_in_shares_the_day_after_the_evening_before() -> None:
    """10 held at 100 rise to 110; 10 more are bought at 105 and close at 110.

    1100 ÷ 1000 for the old ones, 2200 ÷ (1100 + 1050) for all of them: 12.56 %.
    """
    found = time_weighted(links(daily(("1000", "0"), ("2200", "1050", "1100"))))
    assert percent(found.total) == "12.56"


def test_a_flow_without_the_value_before_counts_at_the_end_of_its_day() -> None:
    """100 rise to 110, and 50 come in: (160 − 50) ÷ 100."""
    found = time_weighted(links(daily(("100", "0"), ("160", "50"), ("176", "0"))))
    assert (percent(found.total), found.at_end) == ("21.00", 1)


def test_nothing_invested_is_skipped() -> None:
    days = daily(("0", "0"), ("0", "0"), ("100", "100", "0"), ("0", "-110", "110"), ("0", "0"))
    found = time_weighted(links(days))
    assert (percent(found.total), found.skipped) == ("10.00", 3)
    assert (found.since, found.until, found.days) == (day("2025-01-03"), day("2025-01-04"), 1)
    assert time_weighted(links(daily(("0", "0"), ("0", "0")))).total is None
    assert time_weighted([]).total is None
    assert links([]) == []


def test_a_gap_is_left_out_and_named() -> None:
    """The chain goes on from the last value where nothing flowed, and afresh where it did."""
    still = time_weighted(links(daily(("100", "0"), (None, "0"), ("121", "0"))))
    assert (percent(still.total), still.gaps) == ("21.00", (day("2025-01-02"),))
    moved = time_weighted(
        links(daily(("100", "0"), (None, "7"), ("121", "0"), ("133.1", "0"))),
    )
    assert percent(moved.total) == "10.00"
    assert moved.gaps == (day("2025-01-02"), day("2025-01-03"))
    unknown = time_weighted(links(daily(("100", "0"), ("90", None), ("99", "0"))))
    assert (percent(unknown.total), unknown.gaps) == ("10.00", (day("2025-01-02"),))


def test_more_than_everything_cannot_be_lost() -> None:
    found = time_weighted(links(daily(("100", "0"), ("-5", "0"), ("-6", "0"), ("95", "100", "-5"))))
    assert (found.total, found.gaps, found.skipped) == (D(0), (day("2025-01-02"),), 2)
    drowned = time_weighted(links(daily(("100", "0"), ("3", "10", "-20"))))
    assert (drowned.total, len(drowned.gaps)) == (None, 1)


def test_everything_can_be_lost() -> None:
    found = time_weighted(links(daily(("100", "0"), ("0", "0"))))
    assert found.total == -1
    assert annualised(D(-1), 800) == -1


def test_annualised_from_a_year_on() -> None:
    """21 % in 730 days are 10 % a year, as 1.1² = 1.21."""
    assert annualised(D("0.21"), 364) is None
    assert annualised(D("0.21"), 365) == D("0.21")
    found = annualised(D("0.21"), 730)
    assert found is not None
    assert round(found, 30) == D("0.1")


# -- Modified Dietz ----------------------------------------------------------------------


def test_dietz_of_the_cfa_reading() -> None:
    """Bloomberg's exam preparation for the CFA, GIPS: October composite, 2.45 %."""
    flows = [(5, "-15.05"), (9, "19.82"), (15, "16.42"), (24, "-18.96")]
    found = modified_dietz(D("585.60"), D("602.34"), ((n, D(f)) for n, f in flows), days=31)
    assert percent(found) == "2.45"


def test_dietz_of_a_redemption() -> None:
    """Question on GIPS at theanalystspace.com: 50 m, 0.5 m out on 15 March, 51.5 m: 4.02 %."""
    found = modified_dietz(D(50000000), D(51500000), [(15, D(-500000))], days=31)
    assert percent(found) == "4.02"


def test_dietz_of_wikipedia() -> None:
    """Wikipedia, "Modified Dietz method": HKD 1,128,728 become 1,125,990, −0.24 %; and 8000 that
    come in at the start of the last quarter are an average capital of 2000."""
    assert percent(modified_dietz(D(1128728), D(1125990), [], days=365)) == "-0.24"
    late = modified_dietz(D(0), D(8200), [(300, D(8000))], days=400)
    assert percent(late) == "10.00"  # 200 on 2000


def test_dietz_without_capital() -> None:
    assert modified_dietz(D(0), D(5), [], days=30) is None
    assert modified_dietz(D(100), D(5), [(1, D(-200))], days=30) is None


# -- money-weighted ----------------------------------------------------------------------


def dated(*amounts: tuple[str, int]) -> list[tuple[dt.date, Decimal]]:
    return [(day(on), D(amount)) for on, amount in amounts]


EXCEL = dated(
    ("2008-01-01", -10000),
    ("2008-03-01", 2750),
    ("2008-10-30", 4250),
    ("2009-02-15", 3250),
    ("2009-04-01", 2750),
)


def test_xirr_of_the_spreadsheets() -> None:
    """Microsoft's documentation of XIRR prints 0.373362535, LibreOffice's the same cash flows."""
    found = xirr(EXCEL)
    assert found.per_year is not None
    assert found.total is not None
    assert abs(found.per_year - D("0.373362535")) < D("5e-9")
    span = (EXCEL[-1][0] - EXCEL[0][0]).days
    assert math.isclose(1 + float(found.total), float(1 + found.per_year) ** (span / 365))
    assert (found.roots, found.others) == (1, ())


ROI = ("2017-01-01", -100)  # and the evening of 31 December is 2018-01-01
HLEDGER: list[tuple[list[tuple[str, int]], list[tuple[str, str]], str, str]] = [
    # 4: 10 % on what is there grow at the end of the year, on 200
    ([ROI, ("2017-06-01", -100), ("2018-01-01", 220)],
     [("100", "100"), ("200", "100"), ("220", "0")], "12.72", "10.00"),
    # 5: 90 % are lost
    ([ROI, ("2017-06-01", -100), ("2018-01-01", 20)],
     [("100", "100"), ("200", "100"), ("20", "0")], "-95.73", "-90.00"),
    # 7: from 1 June on; 100 in and 50 out; its 11.45 % are those of 214 days, a year
    ([("2017-06-01", -100), ("2017-07-01", -100), ("2017-10-01", 50), ("2018-01-01", 155)],
     [("100", "0"), ("110", "0"), ("210", "100"), ("160", "-50"), ("155", "0")], "5.24", "6.56"),
]  # fmt: skip


@pytest.mark.parametrize(("amounts", "days", "irr", "twr"), HLEDGER)
def test_what_hledger_prints(
    amounts: list[tuple[str, int]], days: list[tuple[str, str]], irr: str, twr: str
) -> None:
    """hledger/test/roi.test, cases 4, 5 and 7 of ``hledger roi``: IRR and TWR.

    Of case 7, (1 + 6.5625 %)^(365/214) is the 111.45 % that it prints.
    """
    assert percent(xirr(dated(*amounts)).per_year) == irr
    assert percent(time_weighted(links(daily(("0", "0"), *days))).total) == twr
    assert f"{1.065625 ** (365 / 214):.4f}" == "1.1145"


@pytest.mark.parametrize("last", [-900, 0.4, 700, 40_000])
def test_the_scan_for_rates_leaves_out_no_change_of_sign(last: float) -> None:
    """By the sum itself at every point, most of which the scan need not work out."""
    amounts = [-1600, 10_000, -10_000, 300, -900, 1200, last]
    terms = Terms(amounts, [0, 0.2, 0.4, 0.5, 0.7, 0.8, 1])
    points = [step * 0.05 for step in range(-415, 416)]
    worked_out: list[float] = []
    sides = terms.sides
    terms.sides = lambda growth: (worked_out.append(growth), sides(growth))[1]  # type: ignore[method-assign]
    signs = terms.signs(points)
    assert signs == [(terms.worth(at) > 0) - (terms.worth(at) < 0) for at in points]
    assert len(worked_out) < len(points) / 4


def test_xirr_knows_no_order_and_adds_up_days() -> None:
    split = [(on, amount / 2) for on, amount in EXCEL]
    assert xirr([*reversed(split), *split]) == xirr(EXCEL)


def test_two_rates() -> None:
    """Lorie and Savage (1955), the oil pump: −1600, 10000 and −10000 earn 25 % and 400 %."""
    found = xirr(dated(("2021-01-01", -1600), ("2022-01-01", 10000), ("2023-01-01", -10000)))
    assert found.roots == 2
    assert found.per_year is not None
    assert (percent(found.per_year), [percent(one) for one in found.others]) == (
        "25.00",
        ["400.00"],
    )


@pytest.mark.parametrize(
    ("amounts", "rates"),
    [
        # Ross, Westerfield and Jaffe, "Corporate Finance", multiple IRRs: "useful for testing the
        # ability of financial calculators"; 1/4, 1/3, 3/7 and 2/3.
        ((-252, 1431, -3035, 2850, -1000), ["25.00", "33.33", "42.86", "66.67"]),
        # A question of the CFA's first level: 38 % and 260 %, which is rounded.
        ((-2000, 10000, -10000), ["38.20", "261.80"]),
    ],
)
def test_every_rate_is_found(amounts: tuple[int, ...], rates: list[str]) -> None:
    """Years of 365 days; the rate nearest to none counts, and the others are listed."""
    found = xirr([(START + dt.timedelta(365 * n), D(units)) for n, units in enumerate(amounts)])
    assert found.per_year is not None
    assert (found.roots, [percent(one) for one in (found.per_year, *found.others)]) == (
        len(rates),
        rates,
    )


@pytest.mark.parametrize(
    "amounts",
    [
        [],
        dated(("2024-01-01", -100), ("2025-01-01", 0)),
        dated(("2024-01-01", -100), ("2025-01-01", -1)),
    ],
)
def test_no_rate_without_a_return(amounts: list[tuple[dt.date, Decimal]]) -> None:
    assert xirr(amounts) == MoneyWeighted(why="nothing came back of what was put in")


def test_no_rate_within_a_day() -> None:
    found = xirr(dated(("2024-01-01", -100), ("2024-01-01", 101)))
    assert found == MoneyWeighted(why="no time passed between what was put in and what came back")


def test_no_rate_at_all() -> None:
    """−1, 2 and −2, a year apart: 1 − 2x + 2x² has no real root."""
    found = xirr(dated(("2021-01-01", -1), ("2022-01-01", 2), ("2023-01-01", -2)))
    assert found == MoneyWeighted(why="no rate brings what was put in and what came back together")


def test_a_day_and_a_century_are_found() -> None:
    """10 % overnight, and 100 that become a thousand million in a hundred years."""
    overnight = xirr(dated(("2025-01-01", -100), ("2025-01-02", 110)))
    assert percent(overnight.total) == "10.00"
    assert overnight.per_year is not None
    assert math.isclose(1 + float(overnight.per_year), 1.1**365)
    century = xirr(dated(("1925-01-01", -100), ("2025-01-01", 10**11)))
    assert century.total is not None
    assert math.isclose(float(century.total), 1e9 - 1, rel_tol=1e-12)
    doubled = xirr(dated(("2025-01-01", -1), ("2025-01-02", 10)))
    assert (percent(doubled.total), doubled.per_year) == ("900.00", None)  # 10^365 is no rate


# -- price and currency ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "start", "end", "total"),
    [
        ("1.02", "120", "132", "-7.27"),  # Wikipedia, "Rate of return": a deposit in yen
        ("1.07", "84.28", "88.65", "1.73"),  # wizedu.com 187519: 125,000 become 127,156.80 dollars
    ],
)
def test_yen_in_dollars(local: str, start: str, end: str, total: str) -> None:
    """``start`` and ``end`` are yen a dollar."""
    moved = D(start) / D(end)
    currency = currency_factor([(D(1000) * D(local) * moved, moved)])
    assert currency is not None
    assert round(currency, 12) == round(moved, 12)
    assert percent(D(local) * currency - 1) == total


def test_currencies_count_by_what_they_are() -> None:
    """300 at home, and 330 abroad whose currency rose by 10 %: 630 ÷ 600."""
    assert currency_factor([(D(300), D(1)), (D(330), D("1.1"))]) == D("1.05")
    assert currency_factor([]) is None
    assert currency_factor([(D(100), D(1)), (D(-110), D("1.1"))]) is None


# -- risk --------------------------------------------------------------------------------


def test_volatility_of_certified_numbers() -> None:
    """NIST Statistical Reference Datasets, NumAcc2: 1.2, and 1.1 and 1.3 five hundred times each,
    whose standard deviation is certified to be 0.1 exactly."""
    numbers = [D("1.2"), *[D("1.1"), D("1.3")] * 500]
    found = volatility(numbers)
    assert found is not None
    assert math.isclose(float(found), 0.1 * math.sqrt(252), rel_tol=1e-12)


def test_volatility_takes_two_returns() -> None:
    assert volatility([D("0.01")]) is None
    assert volatility([]) is None
    assert volatility([D("0.01")] * 2) == 0


def chain(*factors: str | None) -> list[Link]:
    """Links of consecutive days from the day after START, a Thursday; None: a gap."""
    found = []
    since = START
    for n, factor in enumerate(factors, 1):
        day = START + dt.timedelta(days=n)
        known = None if factor is None else D(factor)
        found.append(Link(day, known, gap=known is None, since=since))
        since = since if known is None else day
    return found


def returned(factors: Iterable[str]) -> list[Decimal]:
    return [D(factor) - 1 for factor in factors]


def test_a_weekend_belongs_to_monday() -> None:
    """Thursday to Tuesday: 1 %, 2 %, then 10 % and 10 % and 0 on Monday, and 3 %."""
    days = chain("1.01", "1.02", "1.1", "1.1", "1", "1.03")
    assert weekday_returns(days) == returned(("1.01", "1.02", "1.21", "1.03"))


def test_what_is_no_day_is_no_daily_return() -> None:
    days = chain("1.01", None, "1.1", "1.1", "1", "1.03")
    assert weekday_returns(days) == returned(("1.01", "1.03"))
    over = [*chain("1.01"), Link(START + dt.timedelta(days=5), D(2), since=days[0].day)]
    assert weekday_returns(over) == returned(("1.01",))
    within = [Link(START, D("1.5")), *chain("1.01")]
    assert weekday_returns(within) == returned(("1.01",))


def test_drawdown_is_of_the_index_and_not_of_the_value() -> None:
    """Nine tenths are taken out at a gain of 10 %: no loss.  Then 5 % are lost, and 1000 put in."""
    days = daily(
        ("1000", "0"), ("110", "-990", "1100"), ("104.5", "0"), ("1104.5", "1000", "104.5")
    )
    fall = drawdown(index(links(days)))
    assert fall is not None
    assert percent(fall.depth) == "-5.00"
    assert (fall.peak, fall.trough, fall.recovery) == (day("2025-01-02"), day("2025-01-03"), None)


def test_of_two_falls_the_deeper_one() -> None:
    """−10 % is mended, then −20 % from a new height, which is reached again exactly."""
    levels = index(chain("0.9", "1.25", "0.8", "1.1", "1.3"))
    fall = drawdown(levels)
    assert fall is not None
    assert percent(fall.depth) == "-20.00"
    assert [d.day for d in (fall.peak, fall.trough)] == [3, 4]
    assert fall.recovery == day("2025-01-06")


def test_an_index_that_never_fell() -> None:
    assert drawdown(index(chain("1", "1.1"))) is None
    assert drawdown([]) is None
    first = drawdown(index([Link(START, D("0.9"))]))  # bought above the close
    assert first is not None
    assert percent(first.depth) == "-10.00"
