"""Days and periods as people write them.

A day is read only when it can mean one thing: ISO first, then what python-dateutil
reads the same way whatever the order of day and month.  ``05/06/2024`` is refused.

>>> parse_period("2025-Q1", dt.date(2025, 7, 1))
Period(start=datetime.date(2025, 1, 1), end=datetime.date(2025, 3, 31))
>>> parse_period("last-month", dt.date(2025, 7, 1))
Period(start=datetime.date(2025, 6, 1), end=datetime.date(2025, 6, 30))
"""

import datetime as dt
import re
from calendar import monthrange
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import UsageError

_EARLIEST = dt.date(1900, 1, 1)
_LATEST = dt.date(2200, 12, 31)


class Period(NamedTuple):
    """A span of days, both ends included."""

    start: dt.date
    end: dt.date


def parse_day(text: str, today: dt.date) -> dt.date:
    """The day that ``text`` names.

    Raises:
        UsageError: when it is no day, or could be two.
    """
    word = text.strip().lower()
    if word in ("today", "now"):
        return today
    if word == "yesterday":
        return today - dt.timedelta(days=1)
    try:
        return _in_range(dt.date.fromisoformat(text.strip()), text)
    except ValueError:
        return _in_range(_parse_loosely(text), text)


def _in_range(day: dt.date, text: str) -> dt.date:
    if not _EARLIEST <= day <= _LATEST:
        raise UsageError(f"date {text!r} is outside of {_EARLIEST.year} to {_LATEST.year}")
    return day


def _parse_loosely(text: str) -> dt.date:
    """What dateutil reads the same under both orders and with nothing filled in."""
    from dateutil import parser

    readings = set()
    try:
        for dayfirst in (False, True):
            found = {
                parser.parse(text, dayfirst=dayfirst, default=missing).date()
                for missing in (dt.datetime(2001, 1, 1), dt.datetime(2002, 2, 2))  # noqa: DTZ001
            }
            if len(found) > 1:
                raise _no_day(text)  # the day, month or year is not said
            readings |= found
    except (ValueError, OverflowError, TypeError):
        raise _no_day(text) from None
    if len(readings) > 1:
        one, other = sorted(readings)
        raise UsageError(f"date {text!r} could be {one} or {other}; write it as YYYY-MM-DD")
    return readings.pop()


def _no_day(text: str) -> UsageError:
    shown = text if len(text) <= 40 else text[:37] + "…"
    return UsageError(f"date {shown!r} is not a day; write it as YYYY-MM-DD")


def parse_instant(text: str, zone: ZoneInfo) -> dt.datetime:
    """The instant that ``text`` names, in UTC; without an offset it is in ``zone``.

    Raises:
        UsageError: when it is not ISO 8601 with a time.
    """
    try:
        instant = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        instant = None
    if instant is None or not re.search(r"[T ]\d", text.strip()):
        raise UsageError(f"instant {text!r} is not a day and time such as 2025-03-04T15:30")
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=zone)
    return instant.astimezone(dt.UTC)


def parse_period(text: str, today: dt.date) -> Period:
    """The span of days that ``text`` names.

    ``2025``, ``2025-03``, ``2025-Q1``, ``2025-01-01..2025-06-30``, ``ytd``, ``last-month``,
    ``last-year``, ``1y``, ``6m``, ``90d``, ``all``, or one day.

    Raises:
        UsageError: when it is none of these, or ends before it starts.
    """
    word = text.strip().lower()
    if ".." in word:
        start, end = word.split("..", 1)
        period = Period(
            parse_period(start, today).start if start else _EARLIEST,
            parse_period(end, today).end if end else today,
        )
        if period.end < period.start:
            raise UsageError(f"period {text!r} ends before it starts")
        return period
    return _named(word, today) or _calendar(word) or _one_day(text, today)


def _one_day(text: str, today: dt.date) -> Period:
    try:
        day = parse_day(text, today)
    except UsageError:
        raise UsageError(
            f"period {text!r} is not understood; write 2025, 2025-03, 2025-Q1, "
            "2025-01-01..2025-06-30, ytd, last-month or 1y"
        ) from None
    return Period(day, day)


def _named(word: str, today: dt.date) -> Period | None:
    if word == "all":
        return Period(_EARLIEST, today)
    if word == "ytd":
        return Period(today.replace(month=1, day=1), today)
    if word == "last-month":
        end = today.replace(day=1) - dt.timedelta(days=1)
        return Period(end.replace(day=1), end)
    if word == "last-year":
        return Period(dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31))
    match = re.fullmatch(r"(\d{1,3})([dwmy])", word)
    if match is None:
        return None
    return Period(_back(today, int(match[1]), match[2]) + dt.timedelta(days=1), today)


def _back(day: dt.date, count: int, unit: str) -> dt.date:
    if unit in "dw":
        return day - dt.timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _calendar(word: str) -> Period | None:
    match = re.fullmatch(r"(\d{4})(?:-(?:q([1-4])|(\d{2})))?", word)
    if match is None:
        return None
    year = int(match[1])
    first, last = 1, 12
    if match[2]:
        first = 3 * int(match[2]) - 2
        last = first + 2
    elif match[3]:
        first = last = int(match[3])
    if not 1 <= first <= 12 or not _EARLIEST.year <= year <= _LATEST.year:
        return None
    return Period(dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1]))
