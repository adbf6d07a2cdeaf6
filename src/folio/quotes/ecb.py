"""The euro's reference rates of the European Central Bank, since 1999.

The bank publishes them on working days at about 16:00 CET, as the units of a currency that
one euro is worth, in three files: of the last day, of ninety days, of all days
(https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates).
They are kept as they are stated, a price of EUR in each currency; the rate between two
others goes through the euro.  A currency that had no rate on a day says ``N/A``.

>>> read("Date,USD,JPY\\n2026-10-30,1.1172,N/A\\n".encode(), ("USD", "JPY")).rows
(Row(day=datetime.date(2026, 10, 30), asset='EUR', quote='USD', price=Decimal('1.1172')),)
>>> read("Date, USD, \\n30 October 2026, 1.1172, \\n".encode()).rows[0].day.isoformat()
'2026-10-30'
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from xml.etree import ElementTree

from folio.model.price_sources import weekdays
from folio.quotes.rows import Answer, Row, read_day, read_price
from folio.quotes.trying import NoAnswer

BASE_URL = "https://www.ecb.europa.eu/stats/eurofxref"
LAST_DAY, NINETY_DAYS, EVERY_DAY = "eurofxref.zip", "eurofxref-hist-90d.xml", "eurofxref-hist.zip"
_NINETY = dt.timedelta(days=85)  # some days less than are promised
_MOST = 64_000_000  # bytes unpacked; all days are three million
_WHO = "the ECB's file"
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_CODE = re.compile(r"[A-Z]{3}")


def files(start: dt.date, today: dt.date) -> list[str]:
    """The files that reach back to a day, the smallest first."""
    found = [LAST_DAY] if weekdays(start, today) <= 1 else []
    return [*found, *([NINETY_DAYS] if start > today - _NINETY else []), EVERY_DAY]


def read(data: bytes, codes: Collection[str] | None = None) -> Answer:
    """The rates of a file of the ECB's: CSV, the same in a zip, or XML.

    ``codes`` are the currencies that are wanted; None: all of them.

    Raises:
        NoAnswer: when it is no such file, or one of the currencies is not in it.
    """
    if data[:2] == b"PK":
        data = _unpacked(data)
    table = _from_xml(data) if data.lstrip()[:1] == b"<" else _from_csv(data)
    days = list(table)
    known = {code for _, rates in days for code in rates}
    missing = sorted(set(codes or ()) - known)
    if not days or missing:
        of = f" of {missing[0]}" if missing and days else ""
        raise NoAnswer(f"{_WHO} has no rates{of}")
    rows, faults = [], []
    for day, rates in days:
        for code in sorted(known if codes is None else codes):
            text = rates.get(code, "N/A")
            if text in ("N/A", ""):
                continue
            try:
                rows.append(Row(read_day(day), "EUR", code, read_price(text)))
            except ValueError as error:
                faults.append(f"{code} on {day}: {error}")
    return Answer(tuple(rows), tuple(faults))


def _unpacked(data: bytes) -> bytes:
    """The one CSV of a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(inside) != 1 or inside[0].file_size > _MOST:
                raise NoAnswer(f"{_WHO} does not hold one table")
            with archive.open(inside[0]) as table:
                found = table.read(_MOST + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise NoAnswer(f"{_WHO} is a broken zip: {error}") from None
    if len(found) > _MOST:
        raise NoAnswer(f"{_WHO} does not hold one table")
    return found


def _from_csv(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace")), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        if header[:1] != ["Date"] or not all(_CODE.fullmatch(one) for one in header[1:] if one):
            raise NoAnswer(f"{_WHO} is none: its first line must be Date,USD,…")
        for cells in lines:
            if any(cells):
                if len(cells) != len(header):  # 1,11 for 1.11, or half a file
                    raise NoAnswer(f"{_WHO} is broken: line {lines.line_num} has {len(cells)} "
                                   f"cells under {len(header)} columns")  # fmt: skip
                named = zip(header[1:], (cell.strip() for cell in cells[1:]), strict=True)
                yield _iso(cells[0].strip()), {code: text for code, text in named if code}
    except csv.Error:
        raise NoAnswer(f"{_WHO} is no CSV") from None


def _iso(text: str) -> str:
    """``30 October 2026``, as the file of the last day has it, or an ISO day."""
    words = text.split()
    if len(words) == 3 and words[1] in _MONTHS and words[0].isdecimal():
        return f"{words[2]}-{_MONTHS.index(words[1]) + 1:02d}-{int(words[0]):02d}"
    return text


def _from_xml(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # the bank declares nothing
        raise NoAnswer(f"{_WHO} declares what it should not")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise NoAnswer(f"{_WHO} is broken XML: {error}") from None
    for day in root.iter():
        if "time" in day.attrib:
            yield (
                day.attrib["time"],
                {
                    one.attrib["currency"]: one.attrib.get("rate", "")
                    for one in day
                    if "currency" in one.attrib
                },
            )
