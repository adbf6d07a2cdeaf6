"""Where an asset's prices come from, as it is said in a setting.

=====================  ================================================================
``pricehist:SOURCE``   the program pricehist and one of its sources: yahoo, coinbasepro …
``ecb``                the reference rates of the European Central Bank, for currencies
``command:NAME``       a program of the user's, named in the user's own configuration
``none``               nothing is asked
=====================  ================================================================

A source says whether its history is restated after a split.  Yahoo's closes are; what a
program of the user's prints is taken to be as it was quoted on the day.

>>> parse_source("pricehist:yahoo"), is_adjusted("pricehist:yahoo"), price_type("ecb", None)
('pricehist:yahoo', True, 'reference')
>>> last_over(dt.datetime(2026, 3, 4, 4, 59, tzinfo=dt.UTC), dt.date(2026, 3, 4))
datetime.date(2026, 3, 2)
>>> last_over(dt.datetime(2026, 3, 4, 5, 15, tzinfo=dt.UTC), dt.date(2026, 3, 4))
datetime.date(2026, 3, 3)
"""

import datetime as dt
import re

from folio.errors import UsageError, one_of
from folio.model.named import NamedTuple

ECB, NONE = "ecb", "none"
PRICEHIST, COMMAND = "pricehist", "command"
_SOURCE = re.compile(r"(pricehist|command):[a-z0-9][a-z0-9_-]{0,31}")
# A symbol becomes an argument of a program: it never starts like an option.
_SYMBOL = re.compile(r"[A-Za-z0-9^=.][A-Za-z0-9^=./_:+!&-]{0,63}")
TYPES = ("close", "open", "high", "low", "mid", "reference", "default")
_OWN_TYPE = {ECB: "reference", "pricehist:ecb": "reference", "pricehist:bankofcanada": "default"}
_ADJUSTED = frozenset({"pricehist:yahoo"})
# Sources whose day is final once it is published: today's may be asked for.
_FINAL = frozenset({ECB, "pricehist:ecb", "pricehist:bankofcanada"})
# Sources that know pairs, such as BTC/EUR; the others have symbols of their own.
_PAIRED = frozenset(
    {"pricehist:coinbasepro", "pricehist:coindesk", "pricehist:coinmarketcap", "pricehist:ecb"}
)
_ONE_DAY = dt.timedelta(days=1)
_NEW_YORK_MIDNIGHT = dt.timedelta(hours=5)  # UTC; the last large market to close is closed then


class PriceSource(NamedTuple):
    """What is asked about an asset."""

    source: str
    symbol: str | None  # the source's own word; None where it needs one that nobody stated
    type: str
    quote: str | None  # in what it must be quoted: EUR, GBX; None: as the source says
    origin: str  # who said so: asset, book or default


def parse_source(text: str) -> str:
    """A source, checked for its form.

    Raises:
        UsageError: for anything else.
    """
    if text in (ECB, NONE) or _SOURCE.fullmatch(text):
        return text
    raise UsageError(
        f"{text!r} is no source of prices; say pricehist:SOURCE, command:NAME, ecb or none"
    )


def parse_symbol(text: str) -> str:
    """A source's word for an asset.

    Raises:
        UsageError: for what a program could take for an option, or for two words.
    """
    if not _SYMBOL.fullmatch(text):
        raise UsageError(f"{text!r} is no symbol of a source, such as VWCE.DE or BTC/EUR")
    return text


def parse_type(text: str) -> str:
    """Which of a day's prices is meant.

    Raises:
        UsageError: for one that is not, or that takes dividends out of the past.
    """
    if text == "adjclose":
        raise UsageError(
            "adjclose is no price at which anything was traded: dividends are taken out of it; "
            "say close"
        )
    return one_of(text, TYPES, "type of price")


def price_type(source: str, stated: str | None) -> str:
    """The type of price asked for."""
    return stated or _OWN_TYPE.get(source, "close")


def default_symbol(source: str, symbol: str, quote: str, *, is_currency: bool) -> str | None:
    """What a source calls an asset where nobody said: a pair, and never a guess at a symbol.

    >>> default_symbol("pricehist:coinbasepro", "BTC", "EUR", is_currency=False)
    'BTC/EUR'
    >>> default_symbol("pricehist:yahoo", "VWCE", "EUR", is_currency=False) is None
    True
    """
    if source == ECB or source.startswith(COMMAND):
        return symbol
    if source == "pricehist:ecb" and is_currency and symbol != "EUR":
        return f"EUR/{symbol}"
    if source == "pricehist:bankofcanada" and is_currency:
        return f"CAD/{symbol}" if symbol != "CAD" else f"CAD/{quote}"
    return f"{symbol}/{quote}" if source in _PAIRED else None


def is_adjusted(source: str) -> bool:
    """Whether the source restates its history after each split."""
    return source in _ADJUSTED


def last_day(source: str, now: dt.datetime, today: dt.date) -> dt.date:
    """The last day (inclusive) whose price stays as it is.

    A program of the user's decides for itself: it may print today's.
    """
    final = source in _FINAL or source.startswith(COMMAND)
    return today if final else last_over(now, today)


def last_over(now: dt.datetime, today: dt.date) -> dt.date:
    """The last day that is over in the book's zone and in New York.

    A close asked for before that is a price of the day, and another one an hour later.
    """
    return min(today, (now.astimezone(dt.UTC) - _NEW_YORK_MIDNIGHT).date()) - _ONE_DAY


def weekdays(start: dt.date, end: dt.date) -> int:
    """Mondays to Fridays from ``start`` to ``end``, both inclusive.

    >>> weekdays(dt.date(2026, 3, 6), dt.date(2026, 3, 9)), weekdays(*[dt.date(2026, 3, 7)] * 2)
    (2, 0)
    """
    days = max((end - start).days + 1, 0)
    return days // 7 * 5 + sum((start + n * _ONE_DAY).weekday() < 5 for n in range(days % 7))
