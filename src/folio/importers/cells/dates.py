"""Days and instants as statements print them, by formats that the profile states.

Nothing is guessed: a cell fits one of the formats or its row is bad.  What ISO 8601 writes with
a time, and with an offset or without, fits every profile: it has one meaning.  The formats
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
from functools import partial
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
# Hours from UTC, as brokers in America and Europe write them; CST and IST are several zones.
_ZONES = {"EST": -5, "EDT": -4, "CDT": -5, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "R": r"(?P<R>\d{3})",  # of the Republic of China: 113 is 2024
    "T": r"(?P<T>2[45]\d{2})",  # Thai, of the Buddhist era: 2567 is 2024
    "J": r"(?P<J>\d{1,2})",  # Japanese, of Reiwa: 6 is 2024
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
    "z": rf"(?P<z>Z|UTC|GMT|{'|'.join(_ZONES)}|[+-]\d{{2}}:?\d{{2}})",
    "%": "%",
}
_ERAS = {"R": 1911, "T": -543, "J": 2018}  # what is added to their years
# Formats beside those of strftime, and beside "unix": days that spreadsheets count, since this one.
_SERIALS = {"excel": dt.datetime(1899, 12, 30), "excel1904": dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - as printed
_DATE_ONLY = frozenset("YymdbaRTJ%")


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
    if text == "unix":
        return _unix
    if text in _SERIALS:
        return partial(_serial, _SERIALS[text])
    pattern, used = "", set()
    for part in re.findall(r"%.?|[^%]+", text):
        if part.startswith("%"):
            if part[1:] not in _DIRECTIVES or (part[1:] in used and part != "%%"):
                raise ValueError(f"the date format {text!r} has an unknown or repeated {part}")
            used.add(part[1:])
            # Behind a digit of another one it has both of its digits: 1032025 is the 1st of March.
            is_close = pattern.endswith(")")
            pattern += _DIRECTIVES[part[1:]].replace(
                r"\d{1,2}", r"\d{2}" if is_close else r"\d{1,2}"
            )
        else:
            pattern += re.escape(part)
    if not (used & set("YyRTJ") and used & set("mb") and "d" in used):
        raise ValueError(f"the date format {text!r} needs a year, a month and a day")
    pattern = pattern.replace(r"\." + _DIRECTIVES["f"], rf"(?:\.{_DIRECTIVES['f']})?")
    match = re.compile(pattern).fullmatch
    named = {**_MONTHS, **{name.casefold(): number for name, number in months.items()}}
    has_time = not used <= _DATE_ONLY

    def parse(cell: str) -> Printed | None:
        found = match(cell)
        return None if found is None else _printed(found.groupdict(), named, has_time)

    return parse


_ISO = [
    compile_format(f"%Y-%m-%d {clock}{offset}", {})
    for clock in ("%H:%M:%S.%f", "%H:%M")
    for offset in ("", "%z")
]


def _printed(part: dict[str, str], months: Mapping[str, int], has_time: bool) -> Printed | None:
    month = int(part["m"]) if "m" in part else months.get(part["b"].casefold(), 0)
    year = _full_year(part)
    try:
        time = dt.datetime(year, month, int(part["d"]), *_clock(part) if has_time else ())  # noqa: DTZ001 - as printed; the profile knows the zone
    except ValueError:
        return None  # there is no such day
    return Printed(time, has_time, _offset(part["z"]) if "z" in part else None)


def _serial(day_zero: dt.datetime, cell: str) -> Printed | None:
    """A day as spreadsheets count them: 45292 is 2024-01-01, or four years and a day later."""
    days, _, fraction = cell.partition(".")
    if not (cell.isascii() and days.isdigit() and len(days) == 5 and (fraction or "0").isdigit()):
        return None
    seconds = round(Decimal(f"0.{fraction or 0}") * 86_400)
    time = day_zero + dt.timedelta(days=int(days), seconds=seconds)
    return Printed(time, bool(fraction))


def _unix(cell: str) -> Printed | None:
    """An instant as computers count it: in seconds since 1970 UTC, or in thousandths of them.

    >>> _unix("1735812000").time == _unix("1735812000000").time
    True
    """
    if not re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", cell, re.ASCII):
        return None
    seconds = Decimal(cell) / (1000 if len(cell.partition(".")[0]) > 10 else 1)
    instant = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(seconds * 1_000_000))  # noqa: DTZ001
    return Printed(instant, True, dt.timedelta())


def _full_year(part: dict[str, str]) -> int:
    """The year of our era.

    >>> _full_year({"y": "69"}), _full_year({"y": "70"}), _full_year({"T": "2567"})
    (2069, 1970, 2024)
    """
    for sign, added in _ERAS.items():
        if sign in part:
            return int(part[sign]) + added
    if "Y" in part:
        return int(part["Y"])
    year = int(part["y"])
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
    if text in _ZONES:
        return dt.timedelta(hours=_ZONES[text])
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def _iso(cell: str) -> Printed | None:
    """A day with a time, as ISO 8601 writes it, whatever else a source writes.

    >>> [bool(_iso(cell)) for cell in ("2025-01-06T11:00:00.5Z", "2025-01-06 11:00+01:00")]
    [True, True]
    >>> _iso("2025-01-06"), _iso("06.01.2025 11:00")
    (None, None)
    """
    spaced = re.sub(r"(?<=\d)T(?=\d)| (?=[+-]\d)", lambda sign: " " * (sign[0] == "T"), cell)
    return next((printed for parse in _ISO if (printed := parse(spaced))), None)


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
        if printed := _iso(cell):
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
