"""The lines of a QIF file as records of sections, and how it writes days and numbers.

QIF says neither the order of day and month nor the decimal sign.  Both follow from the whole
file: the one order in which every date is a day, else the one in which the records run in
one direction; the decimal sign of each field from all its values, else from the other fields.
What stays open is refused, never guessed; a line ``!Option:DMY`` or ``!Option:MDY`` at the
head of the file says it.

A year after an apostrophe is of this century: ``1/ 5' 4`` is in 2004.

>>> dates = decide_dates(["1/ 5' 4", "1/31/98"], "", "x.qif")
>>> dates("1/ 5' 4"), dates("1/31/98")
(datetime.date(2004, 1, 5), datetime.date(1998, 1, 31))
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.errors import UsageError
from folio.importers.cells.amounts import Style, proven_decimal, read_amount
from folio.importers.cells.rows import RowFault, in_reach, no_date

ORDERS = ("MDY", "DMY", "YMD")
_DATE = re.compile(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*(['/. -])\s*(\d{1,4})\s*")
_FRACTION = re.compile(r"(-?\d+)?\s*(?:(\d+)/(\d+))?")
NUMBERS = "TUQIO$"  # fields that are numbers
ReadDay = Callable[[str], dt.date]


class Fields(NamedTuple):
    """One record."""

    section: str  # its header, such as ``type:bank``
    line: int  # its first
    last_line: int  # that of its ^
    text: str
    fields: tuple[tuple[str, str], ...]  # letter and value, in the file's order

    def get(self, letter: str) -> str:
        """The first value of a field; "" where it has none."""
        return next((value for found, value in self.fields if found == letter), "")


def sections(lines: Sequence[str]) -> Iterator[Fields]:
    """The records of the file; a header is one without fields."""
    header, first = "", 0
    held: list[tuple[str, str]] = []
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("!"):
            header, held = stripped[1:].strip().casefold().replace(" ", ""), []
            yield Fields(header, number, number, line, ())
        elif stripped == "^":
            if held:
                yield _record(header, first, number, lines, held)
            held = []
        elif stripped:
            first = first if held else number
            held.append((line.lstrip()[0], line.lstrip()[1:].strip()))
    if held:
        yield _record(header, first, len(lines), lines, held)


def _record(
    header: str, first: int, last: int, lines: Sequence[str], held: list[tuple[str, str]]
) -> Fields:
    return Fields(header, first, last, "\n".join(lines[first - 1 : last]), tuple(held))


def _parse(text: str, order: str) -> dt.date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    part = dict(zip(order, (match[1], match[2], match[4]), strict=True))
    if (order == "YMD") != (len(match[1]) == 4):
        return None
    year = int(part["Y"])
    if len(part["Y"]) < 3:
        year += 2000 if match[3] == "'" or year < 70 else 1900
    try:
        return dt.date(year, int(part["M"]), int(part["D"]))
    except ValueError:
        return None


def decide_dates(texts: Sequence[str], stated: str, path: object) -> ReadDay:
    """A function from a date of this file to its day; ``stated`` is the order it names.

    Raises:
        UsageError: when the dates fit no order, or several.
    """
    wellformed = [text for text in dict.fromkeys(texts) if any(_parse(text, o) for o in ORDERS)]
    orders = [stated] if stated else _fitting(wellformed)
    if not orders and wellformed:
        raise UsageError(
            f"{path}: its dates fit no single order of day and month; correct the file"
        )
    other = next((t for t in wellformed if len({_parse(t, order) for order in orders}) > 1), None)
    if other is not None:
        orders = [order for order in orders if _runs_one_way(texts, order)]
        if len(orders) != 1:
            raise UsageError(
                f"{path}: {other.strip()!r} could be several days; say which with a line "
                "!Option:DMY or !Option:MDY at the head of the file"
            )
    order = orders[0] if orders else "MDY"

    def read(text: str) -> dt.date:
        day = _parse(text, order)
        if day is None:
            raise no_date(text)
        return in_reach(day)

    return read


def _fitting(texts: Iterable[str]) -> list[str]:
    return [order for order in ORDERS if all(_parse(text, order) for text in texts)]


def _runs_one_way(texts: Sequence[str], order: str) -> bool:
    days = [day for text in texts if (day := _parse(text, order))]
    return days in (sorted(days), sorted(days, reverse=True))


def decide_numbers(records: Iterable[Fields], path: object) -> dict[str, Style]:
    """How each field writes its numbers.

    Raises:
        UsageError: when one writes both ways, or none says what ``1,234`` is.
    """
    found: dict[str, set[str]] = {letter: set() for letter in NUMBERS}
    unclear = ""
    for record in records:
        for letter, value in record.fields:
            if letter in found:
                sign = proven_decimal(value)
                unclear = unclear or (value if sign == "either" else "")
                found[letter] |= {sign} & {"point", "comma"}
    proven: set[str] = set().union(*found.values())
    both = next((letter for letter, styles in found.items() if len(styles) > 1), None)
    if both is not None:
        raise UsageError(
            f"{path}: the numbers of its lines {both} have decimal points and decimal commas; "
            "correct the file"
        )
    if unclear and len(proven) != 1:
        raise UsageError(
            f"{path}: {unclear!r} could be thousands or a fraction, and nothing in the file says "
            f"which; write it as {unclear}{'.' if ',' in unclear else ','}00 or without its sign"
        )
    common = next(iter(sorted(proven, reverse=True)), "point")
    return {letter: Style(next(iter(styles), common)) for letter, styles in found.items()}


def read_price(text: str) -> Decimal:
    """A price of the list, of days when shares were quoted in eighths: ``12 3/4``.

    Raises:
        RowFault: when it is none.
    """
    match = _FRACTION.fullmatch(text.strip())
    if match and match[3] and int(match[3]) and 64 % int(match[3]) == 0:
        return Decimal(match[1] or 0) + Decimal(match[2]) / Decimal(match[3])
    price = read_amount(
        text.strip(), Style("comma" if proven_decimal(text) == "comma" else "point")
    )
    if price is None:
        raise RowFault("it has no price")
    return price
