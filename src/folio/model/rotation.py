"""Which backups stay: the newest of each of the last days, weeks, months and years that have one.

Each rule counts periods in which a backup was made, as ``restic forget --keep-daily`` does, not
days of the calendar: who was away for a month loses nothing for it.  A backup that two rules keep
counts for both.  The newest of all always stays.

>>> days = [dt.datetime(2025, 6, day, 6, tzinfo=dt.UTC) for day in (1, 2, 3, 9)]

Sunday 1 June is a week of its own, Monday 2 and Tuesday 3 one, Monday 9 the next:

>>> sorted(moment.day for moment in kept(days, parse_keep("1d,3w")))
[1, 3, 9]
>>> sorted(moment.day for moment in kept(days, parse_keep("3d,1m")))
[2, 3, 9]
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from folio.errors import UsageError

# What periods are told apart by; a week begins on Monday, as ISO 8601 has it.
_PERIODS: dict[str, Callable[[dt.datetime], tuple[int, ...]]] = {
    "d": lambda moment: (moment.toordinal(),),
    "w": lambda moment: tuple(moment.isocalendar())[:2],
    "m": lambda moment: (moment.year, moment.month),
    "y": lambda moment: (moment.year,),
}
Keep: TypeAlias = Mapping[str, int]  # how many of each period, by its letter


def parse_keep(text: str) -> Keep:
    """``7d,4w,12m``: of so many days, weeks, months, years.

    Raises:
        UsageError: for anything else, and for nothing to keep.
    """
    rules: dict[str, int] = {}
    for part in text.replace(" ", "").lower().split(","):
        match = re.fullmatch(r"([1-9]\d{0,3})([dwmy])", part, re.ASCII)
        if match is None or match[2] in rules:
            raise UsageError(
                f"{text!r} does not say what to keep; say so many days, weeks, months, years "
                "like this: 7d,4w,12m"
            )
        rules[match[2]] = int(match[1])
    return rules


def kept(moments: Iterable[dt.datetime], keep: Keep, zone: dt.tzinfo = dt.UTC) -> set[dt.datetime]:
    """The moments (UTC) whose backups stay; days are told apart in ``zone``.

    They are compared in UTC only: in the hour that a clock set back has twice, Python calls a
    local time equal to no instant.
    """
    newest_first = sorted(set(moments), reverse=True)
    stay = set(newest_first[:1])
    for unit, number in keep.items():
        newest: dict[tuple[int, ...], dt.datetime] = {}
        for moment in newest_first:
            newest.setdefault(_PERIODS[unit](moment.astimezone(zone)), moment)
        stay.update(list(newest.values())[:number])
    return stay
