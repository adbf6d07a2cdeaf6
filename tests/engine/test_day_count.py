"""Day counts against the examples of those who defined them.

Actual/actual: the five examples of "EMU and Market Conventions: Recent Developments" (ISDA, 10
November 1998), each of one or two periods, with their ISDA and ISMA fractions, as QuantLib's
test suite has them too.  Of 15 July 2003 to 15 January 2004 the memo's own ISDA figure is a
misprint: 170 days of 2003 and 14 of 2004 are 170/365 + 14/366.

30/360: the sheet "Calculation examples of 30/360 and 30E/360 in the 2006 ISDA Definitions"
(30-360-2006ISDADefs.xls, "Comparison"), its column 30E/360.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folio.engine.day_count import (
    COUNTS,
    Parts,
    actual_365,
    actual_actual,
    in_period,
    thirty_360,
)

days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def year_fraction(parts: Parts) -> Decimal:
    return sum((Decimal(days) / basis for days, basis in parts), Decimal(0))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


MEMO = [  # from, to, ISDA; the regular period, payments a year, ISMA
    # semi-annual payments
    ("2003-11-01", "2004-05-01", "0.497724380567", "2003-11-01", "2004-05-01", 2, "0.5"),
    # short first period, annual payments
    ("1999-02-01", "1999-07-01", "0.410958904110", "1998-07-01", "1999-07-01", 1, "0.410958904110"),
    ("1999-07-01", "2000-07-01", "1.001377348600", "1999-07-01", "2000-07-01", 1, "1"),
    # long first period, semi-annual payments: the period after it
    ("2003-07-15", "2004-01-15", "0.504004790778", "2003-07-15", "2004-01-15", 2, "0.5"),
    # short final period, semi-annual payments
    ("1999-07-30", "2000-01-30", "0.503892506924", "1999-07-30", "2000-01-30", 2, "0.5"),
    ("2000-01-30", "2000-06-30", "0.415300546448", "2000-01-30", "2000-07-30", 2, "0.417582417582"),
    # long final period, quarterly payments: its first, regular part, and the rest
    ("1999-11-30", "2000-04-30", "0.415540085336", None, None, 4, None),
]


@pytest.mark.parametrize("example", MEMO, ids=lambda e: f"{e[0]}-{e[1]}")
def test_actual_actual_of_the_memo(example: tuple[str, ...]) -> None:
    start, end, isda, from_, to, payments, isma = example
    parts = actual_actual(day(start), day(end))
    assert abs(year_fraction(parts) - Decimal(isda)) < Decimal("1e-10")
    if isma is not None:
        fraction = year_fraction(
            in_period(day(start), day(end), (day(from_), day(to)), int(payments))
        )
        assert abs(fraction - Decimal(isma)) < Decimal("1e-12")


def test_the_memos_long_first_period_in_its_parts() -> None:
    """15 August 2002 to 15 July 2003: ISDA 334/365 = 0.915068493151; ISMA 181/(181 × 2) and
    153/(184 × 2) of the regular period that began on 15 July 2002: 0.915760869565."""
    start, cut, end = day("2002-08-15"), day("2003-01-15"), day("2003-07-15")
    assert f"{year_fraction(actual_actual(start, end)):.12f}" == "0.915068493151"
    parts = in_period(start, cut, (day("2002-07-15"), cut), 2)
    parts += in_period(cut, end, (cut, end), 2)
    assert parts == [(153, 368), (181, 362)]
    assert f"{year_fraction(parts):.12f}" == "0.915760869565"


def test_the_memos_long_final_period_in_its_parts() -> None:
    """30 November 1999 to 30 April 2000, quarterly: ISMA 91/(91 × 4) + 61/(92 × 4) =
    0.415760869565, where the regular periods end on 29 February and 31 May."""
    start, cut, end = day("1999-11-30"), day("2000-02-29"), day("2000-04-30")
    parts = in_period(start, cut, (start, cut), 4)
    parts += in_period(cut, end, (cut, day("2000-05-31")), 4)
    assert parts == [(91, 364), (61, 368)]
    assert f"{year_fraction(parts):.12f}" == "0.415760869565"


SHEET = """
2007-01-15 2007-01-30 15    2007-01-15 2007-02-15 30    2007-01-15 2007-07-15 180
2007-09-30 2008-03-31 180   2007-09-30 2007-10-31 30    2007-09-30 2008-09-30 360
2007-01-15 2007-01-31 15    2007-01-31 2007-02-28 28    2007-02-28 2007-03-31 32
2006-08-31 2007-02-28 178   2007-02-28 2007-08-31 182   2007-02-14 2007-02-28 14
2007-02-26 2008-02-29 363   2008-02-29 2009-02-28 359   2008-02-29 2008-03-30 31
2008-02-29 2008-03-31 31    2007-02-28 2007-03-05 7     2007-10-31 2007-11-28 28
2007-08-31 2008-02-29 179   2008-02-29 2008-08-31 181   2008-08-31 2009-02-28 178
2009-02-28 2009-08-31 182
""".split()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    list(zip(SHEET[::3], SHEET[1::3], map(int, SHEET[2::3]), strict=True)),
)
def test_thirty_360_of_the_sheet(start: str, end: str, expected: int) -> None:
    assert thirty_360(day(start), day(end)) == [(expected, 360)]


def test_actual_365_is_more_than_a_year_in_a_leap_year() -> None:
    """ISDA 2006, 4.16(d): actual days / 365, so 2024 is 366/365."""
    assert actual_365(day("2024-01-01"), day("2025-01-01")) == [(366, 365)]
    assert actual_actual(day("2024-01-01"), day("2025-01-01")) == [(366, 366)]


def total(parts: Parts) -> Fraction:
    return sum((Fraction(n, basis) for n, basis in parts), Fraction(0))


@given(st.sampled_from(sorted(COUNTS)), st.lists(days, min_size=3, max_size=3).map(sorted))
def test_a_span_counts_as_much_as_its_parts(name: str, cuts: list[dt.date]) -> None:
    count = COUNTS[name]
    start, cut, end = cuts
    assert total(count(start, cut)) + total(count(cut, end)) == total(count(start, end))
