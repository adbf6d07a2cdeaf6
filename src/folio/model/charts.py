"""A chart: what a report draws of its own figures, before anybody decides how it looks.

Three shapes are enough: a ``line`` through days, ``columns`` of months, and ``bars`` beside names.
A value that is not known is None: a gap, never 0.

>>> chart = Chart("Weight", "bars", ("ETF", "debt"), (Decimal("1.2"), Decimal("-0.2")), ratio=True)
>>> chart.drawable
True
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from folio.model.numbers import divide, round_money
from folio.model.table import Amount

Values = tuple[Decimal | None, ...]


class Chart(NamedTuple):
    """Values beside days or names, in order."""

    title: str
    shape: str  # line, columns or bars
    labels: tuple[dt.date | str, ...]  # days of a line, firsts of months of columns, names of bars
    values: Values  # in the unit; None where one is not known
    unit: str = ""  # a currency; empty for ratios
    places: int = 2
    ratio: bool = False  # values are ratios, where 1 is 100 %
    invested: Values = ()  # of a line: what was put in so far, less what was taken out
    amounts: tuple[Amount | None, ...] = ()  # of bars: what each is worth
    replaces: bool = True  # the rows of its table say the same again

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for value in self.values)


def scaled(chart: Chart) -> Chart:
    """The chart without amounts: shares of the largest, which leave its shape."""
    if chart.ratio:
        return chart._replace(amounts=())
    most = max(
        (abs(v) for v in (*chart.values, *chart.invested) if v is not None), default=Decimal(0)
    )

    def shares(values: Values) -> Values:
        return tuple(
            v if v is None or not most else round_money(divide(v, most), 4) for v in values
        )

    return chart._replace(
        values=shares(chart.values),
        invested=shares(chart.invested),
        unit="",
        ratio=True,
        amounts=(),
    )
