"""What charts show of the figures of reports: days thinned to what a screen can show."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from folio.db.values import from_day_number
from folio.model.charts import Chart, Values
from folio.model.rollups import DayRow
from folio.reports.query import Query

RECENT = 400  # days at the end that are all kept
KEPT = 1000  # of the days before, about so many at most


def value_chart(query: Query, rows: list[DayRow], *, invested: bool) -> Chart:
    """The value of each day; ``invested`` adds what was put in so far.

    Nothing held is worth 0, as in the history.  What was put in is not known from the first
    day on whose flow is not.
    """
    places = query.currency.precision

    def amount(units: int | None) -> Decimal | None:
        return None if units is None else Decimal(units).scaleb(-places)

    values = tuple(amount(row.value if row.held else 0) for row in rows)
    sums = tuple(map(amount, _sums(rows))) if invested else ()
    kept = thinned(values, sums)
    return Chart(
        "Value by day",
        "line",
        tuple(from_day_number(rows[place].day) for place in kept),
        tuple(values[place] for place in kept),
        query.currency.symbol,
        places,
        invested=tuple(sums[place] for place in kept) if sums else (),
    )


def _sums(rows: list[DayRow]) -> list[int | None]:
    """The flows so far, day by day."""
    found: list[int | None] = []
    so_far: int | None = 0
    for row in rows:
        so_far = None if so_far is None or row.flow is None else so_far + row.flow
        found.append(so_far)
    return found


def thinned(
    values: Values, others: Values = (), kept: int = KEPT, recent: int = RECENT
) -> list[int]:
    """The places to keep: of each bucket the first, the last, the least and the greatest.

    The last ``recent`` are all kept, and so are those at which a gap begins or ends: what is
    drawn through the rest looks the same at as many columns as there are buckets.

    >>> thinned((Decimal(1), Decimal(9), None, Decimal(2)))
    [0, 1, 2, 3]
    """
    early = len(values) - recent
    if early <= kept:
        return list(range(len(values)))
    places = set(range(early, len(values)))
    size = -(-early * 4 // kept)
    for start in range(0, early, size):
        bucket = range(start, min(start + size, early))
        places |= {bucket[0], bucket[-1]}
        for series in (values, others):
            known = [place for place in bucket if series and series[place] is not None]
            if known:
                places |= {_least(series, known), _most(series, known)}
    for series in (values, others):
        for place in range(1, min(early, len(series))):
            if (series[place] is None) != (series[place - 1] is None):
                places |= {place - 1, place}
    return sorted(places)


def _least(series: Values, places: Sequence[int]) -> int:
    return min(places, key=lambda place: series[place] or 0)


def _most(series: Values, places: Sequence[int]) -> int:
    return max(places, key=lambda place: series[place] or 0)


def month_of(day: dt.date) -> dt.date:
    """The first day of its month."""
    return day.replace(day=1)


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The firsts of the months from one to another, both inclusive."""
    count = (last.year - first.year) * 12 + last.month - first.month
    months = (first.month - 1 + n for n in range(count + 1))
    return [dt.date(first.year + n // 12, n % 12 + 1, 1) for n in months]
