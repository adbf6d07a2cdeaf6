"""Numbers as statements print them, read exactly or refused.

A cell may carry a currency sign (``€``, ``$``), a minus before or after it, brackets
or ``Dr`` for negative, and thousands separators: apostrophes and every kind of space always,
and of point and comma the one that is not the decimal sign.  Which one that is, the
profile says, or, where it says ``auto``, the whole column decides (:func:`decide`):
``1.234`` alone could be either and is asked about, never guessed.  Where it says
``each``, a column with both (a file that was edited) is read cell by cell.

>>> style = Style("comma")
>>> read_amount("-1.234,50 €", style), read_amount("(12,5)", style)
(Decimal('-1234.50'), Decimal('-12.5'))
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.errors import UsageError
from folio.importers.cells.rows import RowFault
from folio.model.numbers import parse_plain, quoted, round_money, to_text

MAX_EXPONENT = 30
CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₿": "BTC"}
# Other signs and words of one country's currency.
CURRENCY_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "円": "JPY",
    "원": "KRW",
    "₩": "KRW",
    "人民币": "CNY",
    "zł": "PLN",
    "kč": "CZK",
    "руб": "RUB",
    "₽": "RUB",
    "₴": "UAH",
    "₺": "TRY",
    "₪": "ILS",
    "r$": "BRL",
    "₫": "VND",
    "฿": "THB",
    "₱": "PHP",
}

_MINUS = ("-", "−", "–")  # a hyphen, a minus sign, and the dash that a word processor makes of it
_NO_UNIT = frozenset("#!=")  # a formula that went wrong: #DIV/0!
_is_slip = re.compile(r"\d[OolI](?![A-Za-z])", re.ASCII).search  # 12O: a letter for a digit
_SIDES = {"dr": "-", "cr": "+"}  # as banks in many countries write them: 1,200.00 Dr

_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007'’"), None)
_SHAPE = re.compile(
    r"(?P<sign>[-+−–]?)(?P<before>[^\d.,+−–-]{0,12}?)(?P<sign2>[-+−–]?)"
    r"(?P<digits>[\d.,]+)(?P<exponent>[eE][-+]?\d{1,3})?"
    r"(?P<after>(?:[^\d.,+−–-][^.,+−–-]{0,11})?)(?P<sign3>[-+−–]?)",
    re.ASCII,
)
_GROUPED = {
    "point": re.compile(r"[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?", re.ASCII),
    "comma": re.compile(r"[1-9]\d{0,2}(\.\d{2,3})*\.\d{3}(,\d*)?", re.ASCII),
}
_PLAIN = {
    "point": re.compile(r"\d+(\.\d*)?|\.\d+", re.ASCII),
    "comma": re.compile(r"\d+(,\d*)?|,\d+", re.ASCII),
}
_beside_digits = re.compile(r"[A-Za-z]\w*|[^\d.,]", re.ASCII)  # signs, and a unit: 1,000C98
_of_money = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?= [A-Z]{3}\b)", re.ASCII).findall
# What most cells are: exact as it stands, where the decimal sign is a point.
is_simple = re.compile(r"-?\d{1,20}(?:\.\d{1,15})?", re.ASCII).fullmatch


class Style(NamedTuple):
    """How a column prints its numbers."""

    decimal: str  # "point", "comma", or "each": every cell proves its own
    exponents: bool = False  # 1.5E-7 is a number here
    units: bool = False  # letters beside the digits are a unit: 249.73 USD, 0.2 BTC
    blanks: frozenset[str] = frozenset()  # what stands for "nothing": --, n/a
    grouped: bool = True  # thousands separators are possible
    places: int | None = None  # beyond so many decimal places a number is rounded


def read_amount(cell: str, style: Style) -> Decimal | None:
    """The exact value, or None for a blank cell.

    Raises:
        RowFault: when the cell is no number in this style.
    """
    if style.decimal == "point" and is_simple(cell):
        return Decimal(cell)
    if not cell or cell in style.blanks:
        return None
    if style.decimal == "each":
        style = style._replace(decimal=_proven_alone(cell))
    text = cell.translate(_SPACES)
    negative = text.startswith("(") and text.endswith(")")
    match = _SHAPE.fullmatch(text[1:-1] if negative else text)
    side = _SIDES.get(match["after"].casefold(), "") if match else ""
    if match is None or not (side or _unit_allowed(match, style)) or _is_slip(cell):
        raise RowFault(f"{quoted(cell)} is no number")
    signs = match["sign"] + match["sign2"] + match["sign3"] + side
    if len(signs) + negative > 1:
        raise RowFault(f"{quoted(cell)} has two signs")
    value = _scaled(_plain_digits(match["digits"], style, cell), match, style, cell)
    return -value if negative or signs in _MINUS else value


def _proven_alone(cell: str) -> str:
    found = proven_decimal(cell)
    if found == "either":
        raise RowFault(f"{quoted(cell)} could be thousands or a fraction: nothing says which")
    return found or "point"


def _unit_allowed(match: re.Match[str], style: Style) -> bool:
    unit = match["before"] + match["after"]
    if style.units:
        return _NO_UNIT.isdisjoint(unit)
    return all(sign in CURRENCY_SIGNS for sign in unit)


def _plain_digits(digits: str, style: Style, cell: str) -> Decimal:
    decimal = style.decimal
    grouped = style.grouped and _GROUPED[decimal].fullmatch(digits)
    if not (grouped or _PLAIN[decimal].fullmatch(digits)):
        raise RowFault(f"{quoted(cell)} is no number with a decimal {decimal}")
    plain = digits.replace(",", "") if decimal == "point" else digits.replace(".", "")
    try:
        return parse_plain(_shortened(plain.replace(",", "."), style.places))
    except UsageError as error:
        raise RowFault(str(error)) from None


def _shortened(plain: str, places: int | None) -> str:
    """A number with so many decimal places at most: more than that a source has reckoned only."""
    whole, _, fraction = plain.partition(".")
    if places is None or len(fraction) <= places:
        return plain
    return to_text(round_money(Decimal(f"{whole or 0}.{fraction[: places + 1]}"), places))


def _scaled(value: Decimal, match: re.Match[str], style: Style, cell: str) -> Decimal:
    if not match["exponent"]:
        return value
    exponent = int(match["exponent"][1:])
    if not style.exponents or abs(exponent) > MAX_EXPONENT:
        raise RowFault(f"{quoted(cell)} has an exponent, which this statement does not use")
    return value.scaleb(exponent)


def canonical_amount(amount: Decimal | None) -> str:
    """The amount as it counts for identity: 1.50, 1,50 and 1.5 are the same."""
    return "" if amount is None else to_text(amount)


def unit_of(cell: str) -> str:
    """The currency that stands beside a number: its sign as an ISO code, or its letters.

    >>> unit_of("R$ 1.200,00"), unit_of("12,50 zł"), unit_of("0.5 ETH")
    ('BRL', 'PLN', 'ETH')
    """
    match = _SHAPE.fullmatch(cell.translate(_SPACES).strip("()"))
    unit = (match["before"] + match["after"]) if match else ""
    return CURRENCY_SIGNS.get(unit) or CURRENCY_WORDS.get(unit.casefold().rstrip("."), unit)


def decide(
    cells: Iterable[str], column: str, *, mixed: bool = False, beside: Iterable[str] = ()
) -> str:
    """``point`` or ``comma``, from every cell of a column; ``each`` where it has both.

    Where none of its cells tells, what those ``beside`` it, of other columns, agree upon.

    Raises:
        UsageError: when the cells contradict one another, unless they may be ``mixed``, or
            fit both.
    """
    evidence: dict[str, str] = {}
    unclear = ""
    for cell in cells:
        style = proven_decimal(cell)
        if style == "either":
            unclear = unclear or cell
        elif style:
            evidence.setdefault(style, cell)
    agreed = _tell(beside) if unclear else set()
    if mixed and (len(evidence) == 2 or len(agreed | evidence.keys()) == 2):
        return "each"
    if len(evidence) == 2:
        raise UsageError(
            f"column {column}: {quoted(evidence['point'])} has a decimal point and "
            f"{quoted(evidence['comma'])} a decimal comma; correct the file"
        )
    if unclear and not evidence:
        if len(agreed) == 1:
            return agreed.pop()
        raise UsageError(
            f"column {column}: {quoted(unclear)} could be thousands or a fraction; "
            "say which: --set decimal=point or --set decimal=comma"
        )
    return next(iter(evidence), "point")


def decimal_in_words(cells: Iterable[str]) -> str:
    """The decimal sign that all amounts with their currency agree upon, which stand in sentences;
    "" where they do not tell.

    A spreadsheet that saves a file again writes its own numbers anew, and no sentences.

    >>> decimal_in_words(["Koop 1.234 @ 100,00 EUR", "12.50", "3.5% EUR Bond", "2.5 Fund"])
    'comma'
    """
    found = _tell(amount for cell in cells for amount in _of_money(cell))
    return found.pop() if len(found) == 1 else ""


def _tell(cells: Iterable[str]) -> set[str]:
    """The styles that cells prove."""
    return {style for cell in cells if (style := proven_decimal(cell)) in ("point", "comma")}


def proven_decimal(cell: str) -> str:
    """The style that a cell's digits prove, ``either``, or "" where they prove none."""
    digits = _beside_digits.sub("", cell)
    signs = [character for character in digits if character in ".,"]
    if not signs or len(signs) == len(digits):
        return ""
    last = "point" if signs[-1] == "." else "comma"
    if len(set(signs)) == 2:
        return last
    if len(signs) > 1:
        return "comma" if last == "point" else "point"
    before, after = re.split("[.,]", digits)
    whole_group = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return "either" if whole_group else last
