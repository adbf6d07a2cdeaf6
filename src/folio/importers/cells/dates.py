"""Days and instants as statements print them, by formats that the profile states.

Nothing is guessed: a cell fits one of the formats or its row is bad.  The formats
are those of ``strftime``, but month names are those of several languages (or the profile's)
whatever the machine's locale, and an impossible day is refused, never rolled over.

A local time that the source wrote keeps its day.  Where the zone of the source is
known, the instant is kept in UTC too; and where that zone is UTC itself, the day is
the one on which the instant fell in the book's zone.
"""

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.importers.cells.rows import RowFault, in_reach
from folio.model.dates import EARLIEST

# English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic languages and Polish; no
# name is that of two months.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier ene enero gen gennaio janeiro januari sty "
            "stycznia styczeń",
            "feb february februar févr février fév febrero febbraio fev fevereiro februari lut "
            "lutego luty",
            "mar march mär märz mrz mars marzo março mrt maart marts marca marzec",
            "apr april avr avril abr abril aprile kwi kwietnia kwiecień",
            "may mai mayo mag maggio maio mei maj maja",
            "jun june juni juin junio giu giugno junho cze czerwca czerwiec",
            "jul july juli juil juillet julio lug luglio julho lip lipca lipiec",
            "aug august août aou aoû ago agosto augustus augusti sie sierpnia sierpień",
            "sep sept september septembre septiembre set settembre setembro wrz września wrzesień",
            "oct october okt oktober octobre octubre ott ottobre out outubro paź października "
            "październik",
            "nov november novembre noviembre novembro lis listopada listopad",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro des desember "
            "gru grudnia grudzień",
        ),
        1,
    )
    for name in names.split()
}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "b": r"(?P<b>[^\W\d]{3,12})\.?",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,9})",
    "a": r"[^\W\d]{1,12}\.?",  # the name of a weekday, which the day has anyway
    "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "z": r"(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})",
    "%": "%",
}
EXCEL = "excel"  # a format beside those of strftime: the days since the end of 1899
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - as printed
_DATE_ONLY = frozenset("YymdbBa%")


class Printed(NamedTuple):
    """A date cell, as printed."""

    time: dt.datetime  # naive; midnight where only a day is printed
    has_time: bool
    offset: dt.timedelta | None = None  # from UTC, where the cell says so


class When(NamedTuple):
    """When a row happened."""

    day: dt.date  # in the book's time zone
    printed: dt.datetime  # as the source wrote it, for order and identity
    instant: dt.datetime | None = None  # UTC, where it is known


Parse = Callable[[str], Printed | None]


def compile_format(text: str, months: Mapping[str, int]) -> Parse:
    """A function from a cell to its date, None where the format does not fit.

    Raises:
        ValueError: when ``text`` is no format of a date.
    """
    if text == EXCEL:
        return _serial
    pattern, used = "", set()
    for part in re.findall(r"%.?|[^%]+", text):
        if part.startswith("%"):
            if part[1:] not in _DIRECTIVES or (part[1:] in used and part != "%%"):
                raise ValueError(f"the date format {text!r} has an unknown or repeated {part}")
            used.add(part[1:])
            pattern += _DIRECTIVES[part[1:]]
        else:
            pattern += re.escape(part)
    if not (used & set("Yy") and used & set("mb") and "d" in used):
        raise ValueError(f"the date format {text!r} needs a year, a month and a day")
    pattern = pattern.replace(r"\." + _DIRECTIVES["f"], rf"(?:\.{_DIRECTIVES['f']})?")
    match = re.compile(pattern).fullmatch
    named = {**_MONTHS, **{name.casefold(): number for name, number in months.items()}}
    has_time = not used <= _DATE_ONLY

    def parse(cell: str) -> Printed | None:
        found = match(cell)
        return None if found is None else _printed(found.groupdict(), named, has_time)

    return parse


def _printed(part: dict[str, str], months: Mapping[str, int], has_time: bool) -> Printed | None:
    month = int(part["m"]) if "m" in part else months.get(part["b"].casefold(), 0)
    year = int(part["Y"]) if "Y" in part else _full_year(int(part["y"]))
    try:
        time = dt.datetime(year, month, int(part["d"]), *_clock(part) if has_time else ())  # noqa: DTZ001 - as printed; the profile knows the zone
    except ValueError:
        return None  # there is no such day
    return Printed(time, has_time, _offset(part["z"]) if "z" in part else None)


def _serial(cell: str) -> Printed | None:
    """A day as spreadsheets count them: 45292 is 2024-01-01."""
    days, _, fraction = cell.partition(".")
    if not (cell.isascii() and days.isdigit() and len(days) == 5 and (fraction or "0").isdigit()):
        return None
    seconds = round(Decimal(f"0.{fraction or 0}") * 86_400)
    time = _DAY_ZERO + dt.timedelta(days=int(days), seconds=seconds)
    return Printed(time, bool(fraction))


def _full_year(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _clock(part: dict[str, str]) -> tuple[int, int, int, int]:
    """Hour, minute, second and microsecond."""
    fraction = (part.get("f") or "0").ljust(6, "0")[:6]
    return _hour(part), int(part.get("M", 0)), int(part.get("S", 0)), int(fraction)


def _hour(part: dict[str, str]) -> int:
    if "I" not in part:
        return int(part.get("H", 0))
    hour = int(part["I"])
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if part.get("p", "a") in "Pp" else 0)


def _offset(text: str) -> dt.timedelta:
    if text in ("Z", "UTC", "GMT"):
        return dt.timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


class Calendar:
    """Reads the date cells of one file."""

    def __init__(
        self,
        parses: Sequence[Parse],
        zone: zoneinfo.ZoneInfo | None,
        book_zone: zoneinfo.ZoneInfo,
        since: dt.date | None = None,
    ) -> None:
        self.parses = parses
        self.since = since  # no row of the source is older
        self.zone = zone  # of the source; None: not known
        self.book_zone = book_zone

    def read(self, cell: str, zone_name: str = "") -> When:
        """When ``cell`` says; ``zone_name`` is the row's own zone, where it has one.

        Raises:
            RowFault: when no format fits.
        """
        printed = self._printed(" ".join(cell.split()))
        when = self._when(printed, _row_zone(zone_name) or self.zone)
        if in_reach(when.day) < (self.since or EARLIEST):
            raise RowFault(f"{cell!r} is {when.day}, before there were such statements")
        return when

    def _printed(self, cell: str) -> Printed:
        for parse in self.parses:
            printed = parse(cell)
            if printed is not None:
                return printed
        raise RowFault(f"{cell[:40]!r} is no date of this statement" if cell else "no date")

    def _when(self, printed: Printed, zone: zoneinfo.ZoneInfo | None) -> When:
        time = printed.time
        if not printed.has_time or (zone is None and printed.offset is None):
            return When(time.date(), time)
        source = dt.timezone(printed.offset) if printed.offset is not None else zone
        bare = printed.offset == dt.timedelta() if printed.offset is not None else _is_utc(zone)
        try:
            instant = time.replace(tzinfo=source).astimezone(dt.UTC)
            day = instant.astimezone(self.book_zone).date() if bare else time.date()
        except OverflowError:
            raise RowFault(f"{time:%Y-%m-%d} is no day of this calendar") from None
        return When(day, time, instant)


def _is_utc(zone: zoneinfo.ZoneInfo | None) -> bool:
    return zone is not None and zone.key in ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu")


def _row_zone(name: str) -> zoneinfo.ZoneInfo | None:
    if not name:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise RowFault(f"{name[:40]!r} is no time zone") from None


def read_instant(text: str) -> dt.datetime:
    """An ISO 8601 instant with its offset, in UTC.

    Raises:
        RowFault: when it is none, or has no offset.
    """
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise RowFault(f"{text[:40]!r} is no instant: write it as 2024-03-29T14:30:00+01:00")
    return instant.astimezone(dt.UTC)


def fitting(parses: Sequence[Parse], cells: Sequence[str]) -> list[Parse]:
    """The formats that fit every cell."""
    return [parse for parse in parses if all(parse(cell) is not None for cell in cells)]
