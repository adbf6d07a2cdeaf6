"""Charts: round numbers on axes, gaps left blank, negative values below the axis."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from bookkeeper import Bookkeeper
from folio.cli.render.charts.blocks import drawn
from folio.cli.render.charts.scale import day_ticks, place_of_day, tick_texts, ticks
from folio.cli.render.charts.vector import picture, summary, svg
from folio.cli.render.columns import View, text_of
from folio.cli.render.layout import page
from folio.model.charts import Chart, scaled
from folio.model.table import Amount, Column, Table
from folio.reports.held.allocation import allocation
from folio.reports.over_time.drawing import months_between, thinned
from folio.reports.query import Query

FIRST = dt.date(2024, 1, 1)


def numbers(*texts: str | None) -> tuple[Decimal | None, ...]:
    return tuple(None if text is None else Decimal(text) for text in texts)


def days(count: int, start: dt.date = FIRST) -> tuple[dt.date, ...]:
    return tuple(start + dt.timedelta(days=n) for n in range(count))


def line(*texts: str | None) -> Chart:
    return Chart("Value", "line", days(len(texts)), numbers(*texts), "EUR")


def lines(chart: Chart, columns: int | None = 60, *, plain: bool = False) -> list[str]:
    return [text_of(one) for one in drawn(chart, columns, plain=plain)]


@pytest.mark.parametrize(
    ("least", "most", "wanted"),
    [
        ("0", "97", "0 25 50 75 100"),
        ("-40", "60", "-50 -25 0 25 50 75"),
        ("9800", "10100", "9800 9900 10000 10100"),  # far from 0: no need to show it
        ("-10100", "-9800", "-10100 -10000 -9900 -9800"),
        ("0.00000012", "0.00000031", "0 0.0000001 0.0000002 0.0000003 0.0000004"),
        ("5", "5", "0 2 4 6"),
        ("0", "0", "0 1"),
        ("1e15", "4e15", "0e15 1e15 2e15 3e15 4e15"),
    ],
)
def test_numbers_of_an_axis_are_round(least: str, most: str, wanted: str) -> None:
    assert ticks(Decimal(least), Decimal(most), 4) == [Decimal(text) for text in wanted.split()]


def test_numbers_have_the_places_of_the_finest() -> None:
    marks = [Decimal("0"), Decimal("2.5"), Decimal("5.0"), Decimal("1000")]
    assert tick_texts(marks, line("1")) == ["0.0", "2.5", "5.0", "1,000.0"]


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("2024-01-01", "2024-01-05", "2024-01-01 2024-01-02 2024-01-03 2024-01-04 2024-01-05"),
        (  # Mondays
            "2024-01-03",
            "2024-02-28",
            "2024-01-08 2024-01-15 2024-01-22 2024-01-29 "
            "2024-02-05 2024-02-12 2024-02-19 2024-02-26",
        ),
        ("2024-01-15", "2024-06-20", "2024-02 2024-03 2024-04 2024-05 2024-06"),
        ("2022-01-03", "2025-06-30", "2022-07 2023-01 2023-07 2024-01 2024-07 2025-01"),
        ("2010-03-01", "2024-12-31", "2012 2014 2016 2018 2020 2022 2024"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_days_of_an_axis_are_round(first: str, last: str, wanted: str) -> None:
    found = day_ticks(dt.date.fromisoformat(first), dt.date.fromisoformat(last), 8)
    assert [tick.text for tick in found] == wanted.split()


def test_the_ends_are_at_the_ends() -> None:
    first, last = FIRST, FIRST + dt.timedelta(days=9)
    assert [place_of_day(day, first, last, 90) for day in (first, last)] == [0, 90]


def test_a_gap_is_blank_and_not_0() -> None:
    """Of 31 days the middle eleven are unknown: a third of the columns has no dot."""
    values = ["100"] * 10 + [None] * 11 + ["100"] * 10
    field = [row[5:] for row in lines(line(*values), 65, plain=True) if "|" in row or "+" in row]
    marked = {x for row in field for x, mark in enumerate(row) if mark == "*"}
    assert len(set(range(61)) - marked) >= 18
    assert not any(25 <= x <= 36 for x in marked)


def test_a_negative_value_is_below_0() -> None:
    shown = lines(line("-50", "-50", "50", "50"), 50, plain=True)
    zero = next(n for n, row in enumerate(shown) if row.strip().startswith("0 "))
    left = [n for n, row in enumerate(shown) if row[6:12].strip(" *") == "" and "*" in row[6:12]]
    assert left
    assert min(left) > zero


def test_columns_go_down_where_negative() -> None:
    months = tuple(months_between(FIRST, dt.date(2024, 3, 1)))
    chart = Chart("Income", "columns", months, numbers("10", None, "-10"), "EUR")
    rows = lines(chart, 40, plain=True)[2:-2]
    places = [row.partition("|")[2] or row.partition("+")[2] for row in rows]
    upper, lower = places[: len(places) // 2], places[len(places) // 2 :]
    assert any(row.startswith("#") for row in upper)
    assert not any(row.startswith("#") for row in lower)
    assert any(row[12:].strip() for row in lower)
    assert not any(row[12:].strip() for row in upper)
    assert not any(row[6:11].strip() for row in places)  # February is not known


def test_bars_have_their_axis_where_0_is() -> None:
    amounts = (Amount(Decimal(500), 2), Amount(Decimal(-100), 2), None)
    weights = numbers("1.25", "-0.25", None)
    chart = Chart("By type", "bars", ("etf", "debt", "odd"), weights, ratio=True, amounts=amounts)
    etf, debt, odd = lines(chart, 60)[2:]
    axis = etf.index("│")
    assert debt.index("│") == odd.index("│") == axis
    assert set(debt[5:axis].strip()) <= {"█", "▐"}
    assert etf.endswith("125.0%   500.00")
    assert debt.endswith("-25.0%  -100.00")
    assert odd.rstrip().endswith("│")
    filled = [sum(mark in "█▉▊▋▌▍▎▏▐" for mark in row) for row in (etf, debt)]
    assert [row.count("#") for row in lines(chart, 60, plain=True)[2:4]] == filled
    assert filled[0] > 4 * filled[1] > 0


@pytest.mark.parametrize("columns", [30, 80, 120, 200, None])
@pytest.mark.parametrize("plain", [False, True])
def test_no_line_is_wider_than_there_is_room(columns: int | None, plain: bool) -> None:
    many = tuple(months_between(dt.date(2008, 1, 1), dt.date(2024, 12, 1)))
    charts = (
        line(*[str(1000 * n) for n in range(400)]),
        Chart("Income", "columns", many, numbers(*map(str, range(len(many)))), "EUR"),
        Chart("Names", "bars", ("ÄÖÜ 漢字" * 9, "b"), numbers("0.7", "-0.3"), ratio=True),
    )
    for chart in charts:
        shown = lines(chart, columns, plain=plain)
        assert max(map(len, shown)) <= (columns or 80)
        if plain:
            assert all(row.isascii() or "漢" in row or "Ä" in row for row in shown)


def test_thinning_keeps_the_extremes_the_ends_and_the_gaps() -> None:
    values = [Decimal(n % 97) for n in range(5500)]
    values[1234], values[2345] = Decimal(10**6), Decimal(-(10**6))
    series: list[Decimal | None] = [*values]
    series[3000:3003] = [None] * 3
    kept = thinned(tuple(series))
    assert len(kept) < 1500
    assert {0, 1234, 2345, 2999, 3000, 3002, 3003, 5499} <= set(kept)
    assert set(range(5100, 5500)) <= set(kept)
    assert kept == sorted(kept)


def test_scaled_charts_have_no_amount() -> None:
    """1500 is the most, so that 750 is half and -300 a fifth below 0."""
    chart = scaled(line("750", None, "1500", "-300"))
    assert chart.values == numbers("0.5", None, "1", "-0.2")
    assert (chart.unit, chart.ratio) == ("", True)


def test_a_picture_breaks_its_line_at_a_gap() -> None:
    text, _ = svg(line("1", "2", None, "3", "4"), 400)
    assert text.count('class="line" d=') == 2
    assert "2024-01-05" in summary(line("1", "2", None, "3", "4"))


def test_a_picture_s_line_goes_up_with_its_values() -> None:
    (points,) = re.findall(r'class="line" d="M([^"]*)"', svg(line("0", "10", "5"), 400)[0])
    (left, low), (middle, high), (right, half) = (map(float, p.split()) for p in points.split("L"))
    assert left < middle < right
    assert low > half > high  # y grows downwards
    assert 2 * half == low + high


def test_a_picture_is_one_whole() -> None:
    chart = Chart("<b>&", "bars", ("<i>",), numbers("0.5"), ratio=True)
    text = picture((line("1", "2"), chart))
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<b>" not in text
    assert "<i>" not in text
    assert not re.search(r"url\(|href|<script", text)


def test_where_nothing_can_be_drawn_the_table_says_why() -> None:
    """``report vaults --chart`` of a book without vaults says how to make one."""
    chart = Chart("Vaults", "bars", (), (), ratio=True)
    empty = Table(
        "vaults", "Vaults", (Column("vault", "Vault"),), [], charts=(chart,), empty="none"
    )
    assert [text_of(line) for line in page(empty, View(60))] == ["Vaults", "", "none"]
    unknown = chart._replace(labels=("Home",), values=(None,))
    known = empty._replace(rows=[{"vault": "Home"}], charts=(unknown,))
    assert text_of(list(page(known, View(60)))[-1]) == "Home"


def test_a_number_beside_a_bar_keeps_its_distance() -> None:
    """A goal of 1 that holds a million: 100,000,000.0 % is wider than most."""
    column = Column("bar", "Progress", "bar")
    rows = [{"bar": Amount(Decimal(10**6))}, {"bar": Amount(Decimal("0.5"))}]
    shown = list(page(Table("vaults", "Vaults", (column,), rows), View()))
    assert [text_of(line) for line in shown[-2:]] == [
        "████████ 100,000,000.0%",
        "████░░░░          50.0%",
    ]


def test_a_share_of_debt_says_nothing(keeper: Bookkeeper) -> None:
    """1,000 of shares and 6,000 owed: shares would be -20 % of -5,000, and lie where debt does."""
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=10, price=100)
    keeper.add("withdraw", "2025-01-04", "Broker", "EUR", quantity=5001)
    book = keeper.book()
    (chart,) = allocation(book, Query(dt.date(2025, 1, 5), book.base, drawn=True)).charts
    assert (chart.ratio, chart.labels) == (False, ("stock", "currency"))
    assert chart.values == numbers("1000", "-6000")
