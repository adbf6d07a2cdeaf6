"""Prices as the book keeps them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

TRADE, INTRADAY, CLOSE = 0, 1, 2  # granularities, the best is largest
FOREVER = dt.date.max


class PricePoint(NamedTuple):
    """A pair's price in force on a day."""

    day: dt.date  # of the price
    price: Decimal
    granularity: int
    until: dt.date  # exclusive: the day of the pair's next price
