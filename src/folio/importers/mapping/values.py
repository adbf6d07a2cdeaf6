"""What the values of a column can be: days, numbers, currencies, and how they are written."""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.importers.cells.amounts import Style, decide, proven_decimal, read_amount, unit_of
from folio.importers.cells.dates import compile_format
from folio.importers.cells.rows import RowFault
from folio.importers.cells.states import is_booked
from folio.importers.interpreting.conditions import QUOTE_COINS
from folio.importers.mapping.pairs import are_apart
from folio.importers.mapping.words import SHARED_SIGNS
from folio.model.assets import ISO_4217, is_isin
from folio.model.dates import EARLIEST, LATEST
from folio.model.quote_units import QUOTE_UNITS

Numbers = Sequence[Decimal | None]
_MOST = Decimal("0.9")  # of a column's values, the others being bad rows
_DAYS = (
    *"%Y-%m-%d %Y/%m/%d %Y.%m.%d %d.%m.%Y %d/%m/%Y %m/%d/%Y %d-%m-%Y %m-%d-%Y".split(),
    *"%d.%m.%y %d/%m/%y %m/%d/%y %d-%m-%y %y-%m-%d %Y%m%d".split(),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %b %y", "%d. %b %Y", "%d/%b/%Y"),
    *(
        "%b %d %Y",
        "%d %b, %Y",
        "%d de %b de %Y",
        "%Y-%b-%d",
        "%Y年%m月%d日",
        "%Y. %m. %d.",
        "%Y.%m.%d.",
        "%a, %b %d, %Y",
        "%a, %d %b %Y",
        "%a %d %b %Y",
        "%a %b %d, %Y",
        "%a, %d.%m.%Y",
        "%a, %d. %b %Y",
        "%a %d.%m.%Y",
        "%a %d/%m/%Y",
        "%Y/%m/%d(%a)",
        "%Y年%m月%d日(%a)",
    ),
    *"%R/%m/%d %R.%m.%d %R-%m-%d %R%m%d %d/%m/%T %d-%m-%T %d.%m.%T".split(),
    *"令和%J年%m月%d日 R%J.%m.%d".split(),
)
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %H:%M:%S",
    " %H:%M:%S %z",
)
_INSTANTS = ("T%H:%M:%S", "T%H:%M:%S.%f", "T%H:%M:%S%z", "T%H:%M:%S.%f%z", "T%H:%M")
_COUNTED = {
    "excel": re.compile(r"(?:2[5-9]|[345]\d)\d{3}(?:\.\d{1,12})?").fullmatch,
    "unix": re.compile(r"1\d{9}(?:\d{3}|\.\d{1,9})?").fullmatch,  # from 2001 to 2033
}
_CODE = re.compile("[A-Z0-9]{2,10}")
_of_words = re.compile(
    r"[^\W\d_]{6,}[^\w]*\d|[^\W\d_]+[ .-]+[^\W\d_]+.*\d"
).match  # a name: Fund A 80
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[AaPp][Mm])?")


class Holds(NamedTuple):
    """What the values of a column can be."""

    dates: tuple[str, ...]  # formats that fit every one of them
    counted: str  # the format of days that are counted, as spreadsheets and computers do
    numbers: bool
    fractions: bool  # and some of them have a decimal sign
    currencies: bool
    units: bool  # currencies, or quote units such as GBX
    coins: bool  # codes, some of them of coins that others are quoted in
    pairs: bool  # of such coins, with something between the two
    isins: bool
    clocks: bool
    kinds: int  # how many different ones there are
    length: int  # of the longest


def holds(values: list[str]) -> Holds:
    """What a column can be, from all its values."""
    different = list(dict.fromkeys(values))
    return Holds(
        tuple(formats_of(different)),
        counted_days(different),
        bool(values) and all(map(is_number, different)),
        any(sign in value for value in different for sign in ".,"),
        bool(values) and all(len(v) == 3 and v.upper() in ISO_4217 for v in different),
        bool(values) and all(v.upper() in ISO_4217 or v in QUOTE_UNITS for v in different),
        not QUOTE_COINS.isdisjoint(different) and all(map(_CODE.fullmatch, different)),
        are_apart(different),
        bool(values) and all(is_isin(v) for v in different),
        bool(values) and all(_CLOCK.fullmatch(v) is not None for v in different),
        len(different),
        max(map(len, values), default=0),
    )


def is_number(text: str) -> bool:
    """Whether a cell is a number in some style, a currency beside it or not.

    >>> is_number("1.200,50 EUR"), is_number("Rp 12.000"), is_number("Global Fund 80")
    (True, True, False)
    """
    if _of_words(text):
        return False
    for decimal in ("point", "comma"):
        try:
            if read_amount(text, Style(decimal, exponents=True, units=True)) is not None:
                return any(c.isdigit() for c in text)
        except RowFault:
            continue
    return False


def counted_days(values: Sequence[str]) -> str:
    """The format of these, where all can be days of our time that are counted; "" else.

    >>> counted_days(["45292", "45293.5"]), counted_days(["1735812000"]), counted_days(["12"])
    ('excel', 'unix', '')
    """
    fitting = (one for one, fits in _COUNTED.items() if all(map(fits, values)))
    return next(fitting, "") if values else ""


def formats_of(values: list[str]) -> list[str]:
    """The formats of dates that fit all of these values, or the most and nearly all."""
    texts = [" ".join(value.split()) for value in values if is_booked(value) is not False]
    if not texts or not any(c.isdigit() for c in texts[0]):
        return []
    tried = [day + time for day in _DAYS for time in _TIMES] + ["%Y-%m-%d" + t for t in _INSTANTS]
    counts = {}
    for one in tried:
        parse = compile_format(one, {})
        if any(parse(text) for text in texts[:3]):
            counts[one] = sum(
                (printed := parse(text)) is not None
                and EARLIEST.year <= printed.time.year <= LATEST.year
                for text in texts
            )
    most = max(counts.values(), default=0)
    return [one for one, count in counts.items() if count == most and most >= _MOST * len(texts)]


def meanings(formats: tuple[str, ...], values: list[str]) -> list[str]:
    """The formats that differ in what the values mean: one is certain, several a question.

    Where the rows run from day to day in one direction by one format alone, it is that one.
    """
    different: dict[tuple[str, ...], str] = {}
    texts = [" ".join(value.split()) for value in values]
    for one in formats:
        parse = compile_format(one, {})
        times = tuple(str(printed.time) for text in texts if (printed := parse(text)))
        different.setdefault(times, one)
    found = list(different.values())
    running = [one for times, one in different.items() if _run_one_way(times)]
    return running if len(found) > 1 and len(running) == 1 else found


def _run_one_way(times: tuple[str, ...]) -> bool:
    return len(set(times)) > 2 and list(times) in (sorted(times), sorted(times, reverse=True))


def decimal_of(values: list[str], column: str) -> str | None:
    """``point`` or ``comma``; None where the values fit both.

    Raises:
        UsageError: when they contradict one another.
    """
    proven = {proven_decimal(value) for value in values}
    if not proven & {"point", "comma"}:
        return None if "either" in proven else ""
    return decide(values, column)


def unit(values: list[str]) -> str:
    """The one currency that stands beside the numbers; "" where none or several do."""
    units = Counter(unit_of(value).upper() for value in values)
    (most, count), *_ = units.most_common(1) or [("", 0)]
    return most if most in ISO_4217 and count == len(values) else ""


def stands_beside(values: list[str]) -> set[str]:
    """What stands beside the numbers; a bare $ or ¥ as it is, for several countries write it."""
    lettered = [value for value in values if re.search("[A-Za-z]", value)]
    bare = {
        sign for value in values if value not in lettered for sign in SHARED_SIGNS if sign in value
    }
    others = [value for value in values if not any(sign in value for sign in SHARED_SIGNS)]
    return bare | {unit_of(value).upper() for value in (*lettered, *others)}


def has_units(values: list[str]) -> bool:
    """Whether a currency or a coin stands beside the numbers, one or several."""
    units = ISO_4217 | QUOTE_COINS
    return bool(values) and all(unit_of(value).upper() in units for value in values)


def ways_of(amounts: Numbers, balances: Numbers) -> list[str | None]:
    """Which way the money of each row went, as the balances say it, oldest or newest first.

    None of a row of which they say nothing: the oldest one, unless all of its balance is its
    amount.

    >>> ways_of([Decimal(5), Decimal(3), Decimal(3)], [Decimal(5), Decimal(2), Decimal(-1)])
    ['deposit', 'withdraw', 'withdraw']
    """
    none = Decimal(0)
    oldest_first = [_way(*one) for one in zip(amounts, (none, *balances), balances, strict=False)]
    newest_first = [
        _way(*one) for one in zip(amounts, (*balances[1:], none), balances, strict=False)
    ]
    return max(oldest_first, newest_first, key=lambda ways: sum(way is not None for way in ways))


def _way(amount: Decimal | None, old: Decimal | None, new: Decimal | None) -> str | None:
    """The way of a row whose amount is the step from one balance to the next."""
    if not amount or old is None or new is None or abs(new - old) != amount:
        return None
    return "deposit" if new > old else "withdraw"
