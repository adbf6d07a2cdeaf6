"""Prices as the book keeps them."""

import datetime as dt
from decimal import Decimal

from folio.model.named import NamedTuple

TRADE, INTRADAY, CLOSE = 0, 1, 2  # granularities, the best is largest
FOREVER = dt.date.max


class Span(NamedTuple):
    """What else a source says of the time that a price closes; None where it does not."""

    open: Decimal | None = None  # in the price's quote, like the next two
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None  # in units of the asset


class PricePoint(NamedTuple):
    """A pair's price in force on a day."""

    day: dt.date  # of the price
    price: Decimal
    granularity: int
    until: dt.date  # exclusive: the day of the pair's next price
