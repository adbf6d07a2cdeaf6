"""Days, instants and periods as people type them.

A day is read only where it can mean one thing: ISO first, then what python-dateutil
reads the same way whatever the order of day and month.  A period includes both its ends.

>>> parse_day("2025-06-30"), parse_day("30 June 2025")
(datetime.date(2025, 6, 30), datetime.date(2025, 6, 30))
>>> parse_period("2025-Q1", dt.date(2025, 6, 30))
Period(start=datetime.date(2025, 1, 1), end=datetime.date(2025, 3, 31))
"""

import datetime as dt
import re
from collections.abc import Callable

from folio.errors import UsageError
from folio.model.named import NamedTuple

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTHS = {"m": 1, "q": 3, "y": 12}
RELATIVE = ("today", "yesterday")  # each so many days before today
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


class Period(NamedTuple):
    """A span of days, both ends included."""

    start: dt.date
    end: dt.date


EVER = Period(EARLIEST, LATEST)


def parse_day(text: str, today: dt.date | None = None) -> dt.date:
    """A day: ``2025-06-30``, what can be read in one way only (``30 June 2025``), and, where
    ``today`` is given, ``today`` and ``yesterday``.

    Raises:
        UsageError: for anything else; ``05/06/2025`` is asked about, never guessed.
    """
    text = text.strip()
    if today is not None and text.lower() in RELATIVE:
        return today - dt.timedelta(days=RELATIVE.index(text.lower()))
    if _ISO_DAY.fullmatch(text):
        try:
            return _sensible(dt.date.fromisoformat(text))
        except ValueError:
            raise UsageError(f"{text} is not a day of the calendar") from None
    readings = _readings(text)
    if len(readings) == 1:
        return _sensible(readings[0])
    if len(readings) > 1:
        asked = " or ".join(day.isoformat() for day in readings[:2])
        raise UsageError(f"{text!r} can be read in several ways: do you mean {asked}?")
    raise UsageError(f"{text!r} is not a day; write it as YYYY-MM-DD, such as 2025-06-30")


def _sensible(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise UsageError(f"{day} is not between {EARLIEST.year} and {LATEST.year}")
    return day


def _readings(text: str) -> list[dt.date]:
    """Every day that ``text`` may mean; none where it does not state day, month and year."""
    if not re.search(r"\d", text) or not re.fullmatch(r"[\w\s.,/-]{5,30}", text):
        return []
    from dateutil.parser import parse

    days: list[dt.date] = []
    for day_first, year_first in ((False, False), (True, False), (False, True), (True, True)):
        try:
            first, second = (
                parse(text, default=d, dayfirst=day_first, yearfirst=year_first)
                for d in (dt.datetime(2000, 1, 1), dt.datetime(2003, 2, 2))  # noqa: DTZ001
            )
        except (ValueError, OverflowError):
            return []
        if first != second or first.time() != dt.time():  # a part of the day is not stated
            return []
        if first.date() not in days:
            days.append(first.date())
    return days


def parse_instant(text: str, zone: dt.tzinfo) -> dt.datetime:
    """The instant that ``text`` names, in UTC; without an offset it is in ``zone``.

    Raises:
        UsageError: when it is not ISO 8601 with a day and a time, or clocks that are changed
            showed it twice, or never.
    """
    try:
        if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text.strip(), re.ASCII):
            raise ValueError
        read = in_zone(dt.datetime.fromisoformat(text.strip()), zone)
    except ValueError:
        raise UsageError(
            f"{text!r} is not a day and time; write it as 2025-06-30T18:00, or with Z for UTC"
        ) from None
    first, second = read.astimezone(dt.UTC), read.replace(fold=1).astimezone(dt.UTC)
    if first != second:
        how_often = "twice" if first < second else "never"
        meant = " or ".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in sorted((first, second)))
        raise UsageError(
            f"clocks of {zone} showed {text!r} {how_often}, as they were changed; write {meant}"
        )
    return first


def parse_moment(text: str, today: dt.date | None = None) -> dt.datetime:
    """An instant, naive where no offset is stated; a day alone means its end.

    Where ``today`` is given, so does ``today`` or ``yesterday``.

    Raises:
        UsageError: for anything that is neither a day nor an ISO 8601 instant.
    """
    if not (_ISO_DAY.match(text) and len(text) > 10):
        return dt.datetime.combine(parse_day(text, today), dt.time.max)
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is not an instant; write it as 2025-06-30T18:00, or with Z for UTC"
        ) from None


def in_zone(instant: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant with its own zone, else with ``zone``."""
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def year_before(day: dt.date) -> dt.date:
    """The same day of the year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def time_zone(name: str) -> dt.tzinfo:
    """The time zone called ``name``.

    Raises:
        UsageError: when this machine does not know it.
    """
    if name == "UTC":
        return dt.UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            f"{name!r} is not a time zone; use a name such as Europe/Berlin or UTC"
        ) from None


def parse_period(text: str, today: dt.date) -> Period:
    """A period: 2025, 2025-03, 2025-Q1, A..B, ytd, last-month, 6m, 1y, all, or one day.

    Raises:
        UsageError: for anything else, or an end before its start.
    """
    word = text.strip().lower()
    if ".." in word:
        return _range(text.strip(), today)
    if match := re.fullmatch(r"([12]\d{3})(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?", word, re.ASCII):
        year, quarter, month = (int(part) if part else 0 for part in match.groups())
        start = month or (quarter * 3 - 2 if quarter else 1)
        return _months(year, start, 1 if month else 3 if quarter else 12)
    if match := re.fullmatch(r"([1-9]\d{0,2})([dwmqy])", word, re.ASCII):
        return Period(_back(today, int(match[1]), match[2]) + dt.timedelta(days=1), today)
    if word in _NAMED:
        return _NAMED[word](today)
    try:
        day = parse_day(text, today)
    except UsageError as error:
        if "several ways" in str(error):
            raise
        raise UsageError(
            f"{text!r} is not a period; write 2025, 2025-03, 2025-Q1, 2025-01-01..2025-06-30, "
            "ytd, last-month or 1y"
        ) from None
    return Period(day, day)


def _range(text: str, today: dt.date) -> Period:
    first, _, last = text.partition("..")
    start = parse_period(first, today).start if first else EARLIEST
    end = parse_period(last, today).end if last else today
    if end < start:
        raise UsageError(f"{text!r} ends before it starts")
    return Period(start, end)


def _months(year: int, first: int, count: int) -> Period:
    """``count`` whole months from month ``first``, which may be beyond the year's ends."""
    start, after = (
        dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        for month in (first, first + count)
    )
    return Period(start, after - dt.timedelta(days=1))


def _back(day: dt.date, count: int, unit: str) -> dt.date:
    """``count`` units before ``day``; a month too short ends on its last day."""
    if unit in "dw":
        return day - dt.timedelta(count * (7 if unit == "w" else 1))
    month = day.year * 12 + day.month - 1 - count * _MONTHS[unit]
    last = _months(month // 12, month % 12 + 1, 1).end
    return last.replace(day=min(day.day, last.day))


def _quarter(day: dt.date) -> int:
    return (day.month - 1) // 3 * 3 + 1


_NAMED: dict[str, Callable[[dt.date], Period]] = {
    "mtd": lambda day: Period(day.replace(day=1), day),
    "qtd": lambda day: Period(day.replace(month=_quarter(day), day=1), day),
    "ytd": lambda day: Period(day.replace(month=1, day=1), day),
    "this-month": lambda day: _months(day.year, day.month, 1),
    "last-month": lambda day: _months(day.year, day.month - 1, 1),
    "this-quarter": lambda day: _months(day.year, _quarter(day), 3),
    "last-quarter": lambda day: _months(day.year, _quarter(day) - 3, 3),
    "this-year": lambda day: _months(day.year, 1, 12),
    "last-year": lambda day: _months(day.year - 1, 1, 12),
    "all": lambda day: Period(EARLIEST, day),
}
