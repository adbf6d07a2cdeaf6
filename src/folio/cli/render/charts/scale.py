"""Axes: round numbers and round days, and where a value lies between them.

>>> [int(tick) for tick in ticks(Decimal(1200), Decimal(41000), 5)]
[0, 10000, 20000, 30000, 40000, 50000]
>>> tick_texts(ticks(Decimal("-0.03"), Decimal("0.05"), 4), Chart("", "line", (), ()))
['-0.04', '-0.02', '0.00', '0.02', '0.04', '0.06']
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from folio.cli.render.cells import decimal_text
from folio.model.charts import Chart
from folio.model.numbers import divide

_STEPS = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
_NEAR_ZERO = Decimal("0.5")  # an axis starts at 0 unless all is above this part of the greatest
_MONTHS = (1, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50)
_DAYS = (1, 2, 7, 14)


def ticks(least: Decimal, most: Decimal, about: int) -> list[Decimal]:
    """Round numbers from at or below ``least`` to at or above ``most``, some ``about`` of them.

    0 is among them, unless all is well above or below it.
    """
    if least <= most * _NEAR_ZERO or least == most:
        least = min(least, Decimal(0))
    if most >= least * _NEAR_ZERO or least == most:
        most = max(most, Decimal(0))
    if least == most:
        return [Decimal(0), Decimal(1)]
    step = _step(divide(most - least, Decimal(max(about, 1))))
    first = divide(least, step).to_integral_value(ROUND_FLOOR)
    last = divide(most, step).to_integral_value(ROUND_CEILING)
    return [step * n for n in range(int(first), int(last) + 1)]


def _step(rough: Decimal) -> Decimal:
    """The least round number that is not below."""
    unit = Decimal(1).scaleb(rough.adjusted())
    return next(unit * step for step in _STEPS if unit * step >= rough)


class DayTick(NamedTuple):
    day: dt.date
    text: str


def day_ticks(first: dt.date, last: dt.date, most: int, *, months: bool = False) -> list[DayTick]:
    """Round days from one to another, at most ``most``: years, quarters, months or days.

    ``months`` leaves out single days.
    """
    found: list[DayTick] = []
    for candidates in _candidates(first, last, months):
        found = [tick for tick in candidates if first <= tick.day <= last]
        if len(found) <= max(most, 1) and (len(found) > 1 or first == last or months):
            return found
    return found[: max(most, 1)] or [DayTick(first, first.isoformat())]


def _candidates(first: dt.date, last: dt.date, months: bool) -> Iterable[list[DayTick]]:
    if (last - first).days <= 130 and not months:
        for step in _DAYS:
            days = range(first.toordinal(), last.toordinal() + 1)
            yield [
                DayTick(day, day.isoformat())
                for number in days
                if number % step == (1 if step % 7 == 0 else 0) or step == 1
                for day in [dt.date.fromordinal(number)]
            ]
    years = range(first.year, last.year + 1)
    if len(years) <= 30:
        for step in _MONTHS:
            firsts = [dt.date(y, m, 1) for y in years for m in range(1, 13, step)]
            yield [DayTick(day, f"{day:%Y-%m}") for day in firsts]
    for step in _YEARS:
        firsts = [dt.date(year, 1, 1) for year in years if year % step == 0]
        yield [DayTick(day, f"{day:%Y}") for day in firsts]


def said(value: Decimal, chart: Chart, *, tick: bool = False) -> str:
    """A value of the chart as people read it; a tick without needless places."""
    if chart.ratio:
        return f"{decimal_text(value * 100, None if tick else 1)}%"
    return decimal_text(value, None if tick else chart.places)


def tick_texts(values: list[Decimal], chart: Chart) -> list[str]:
    """The ticks' numbers, all with the places of the finest."""
    factor = 100 if chart.ratio else 1
    exact = [(value * factor).normalize() for value in values]
    places = max((-int(value.as_tuple().exponent) for value in exact), default=0)
    sign = "%" if chart.ratio else ""
    return [f"{decimal_text(value, max(places, 0))}{sign}" for value in exact]


def known(*series: tuple[Decimal | None, ...]) -> list[Decimal]:
    return [value for values in series for value in values if value is not None]


def place(value: Decimal, least: Decimal, most: Decimal, size: int) -> int:
    """Where a value lies, 0 at ``least`` and ``size`` at ``most``."""
    return int((divide(value - least, most - least) * size).to_integral_value())


def place_of_day(day: dt.date, first: dt.date, last: dt.date, size: int) -> int:
    """Where a day lies, 0 at the first and ``size`` at the last."""
    days = (last - first).days
    return size // 2 if not days else (2 * (day - first).days * size + days) // (2 * days)
