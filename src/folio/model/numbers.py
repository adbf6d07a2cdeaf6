"""Exact decimals: reading, writing and rounding them.

Amounts are ``Decimal`` in memory and canonical text in the book: no exponent, no
plus sign, no leading or trailing zeros, no ``-0``, so that equal amounts are equal
strings.  Sums and products are exact because the context holds 100 digits; only a
ratio is rounded, to 50 digits (:func:`divide`).  Floats are trapped: mixing one in
raises ``decimal.FloatOperation``.

Money is rounded half-up (a tie goes away from zero) by :func:`round_money`, :func:`minor_units`
and :func:`whole` and, for people, :func:`rounded_form`, and nowhere else.  What falls short of a
tie by no more than 10⁻³⁰ of the last place is the tie: a ratio of 50 digits, and what is left of a
lot after some, can be that much too small, and by hand it is the tie.  What was read exactly comes
no nearer to one, but for numbers made to.

Half of 15 units that cost 1.01, after 1 and then 6.5 of them were sold:

>>> left = Decimal("1.01") - divide(Decimal("1.01"), Decimal(15))
>>> left -= divide(left * Decimal("6.5"), Decimal(14))
>>> to_text(left), to_text(round_money(left, 2))
('0.504999999999999999999999999999999999999999999999997', '0.51')
"""

import decimal
import re
from decimal import Decimal
from functools import lru_cache

from folio.errors import UsageError

MAX_DIGITS = 40  # significant digits a number may have; 36 must survive a round trip
MAX_PLACES = 30  # decimal places a number may have; 18 must survive a round trip
_READ_PLACES = 10  # decimal places of a ratio

EXACT = decimal.Context(
    prec=100,
    rounding=decimal.ROUND_HALF_UP,
    traps=[
        decimal.InvalidOperation,
        decimal.DivisionByZero,
        decimal.Overflow,
        decimal.FloatOperation,
    ],
)
RATIO = decimal.Context(prec=50, rounding=decimal.ROUND_HALF_EVEN, traps=EXACT.traps)
# A thread that starts later copies the default context, so both are set.
decimal.DefaultContext.prec = EXACT.prec
decimal.DefaultContext.rounding = EXACT.rounding
for _signal in (decimal.FloatOperation, decimal.InvalidOperation, decimal.DivisionByZero):
    decimal.DefaultContext.traps[_signal] = True
decimal.setcontext(EXACT)

ZERO = Decimal(0)
ONE = Decimal(1)
_quantum = lru_cache(ONE.scaleb)
_quantize, _ratio = EXACT.quantize, RATIO.divide  # found once: to look each up takes as long
_SHORT = Decimal("1e-30")  # of the last place: nearer to a tie than this is the tie
_TO_UNIT = Decimal("0.5") + _SHORT

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A ratio to 50 significant digits.

    Raises:
        decimal.DivisionByZero: when ``denominator`` is zero.
    """
    return _ratio(numerator, denominator)


def parse_plain(text: str, what: str = "number") -> Decimal:
    """The exact value of a plain number: digits with at most one decimal point.

    Raises:
        UsageError: for anything else (thousands separators, exponents, NaN, infinity,
            more than 40 significant digits or 30 decimal places).  The sentence
            starts with ``what``.
    """
    text = text.strip()
    if not _PLAIN.fullmatch(text):
        raise UsageError(f"{what} {quoted(text)} is not a plain number{_advice(text)}")
    value = Decimal(text)
    _, digits, exponent = value.as_tuple()
    if len(digits) > MAX_DIGITS or -int(exponent) > MAX_PLACES:
        raise UsageError(
            f"{what} {quoted(text)} is too long: folio keeps up to {MAX_DIGITS} digits "
            f"and {MAX_PLACES} decimal places"
        )
    return value


def parse_part(text: str, what: str) -> Decimal:
    """A plain number, or as many hundredths: ``0.25`` or ``25%``.

    Raises:
        UsageError: for anything else.
    """
    value = parse_plain(text.strip().removesuffix("%"), what)
    return value.scaleb(-2) if text.strip().endswith("%") else value


def parse_price(text: str, asset: str, kind: str | None) -> Decimal:
    """What one unit is worth; of a bond, that of a nominal amount of 1, in percent too: ``98.5%``.

    ``kind`` is the asset's type.

    Raises:
        UsageError: for anything else, and for percent of what is no bond.
    """
    value = parse_part(text, "price")
    if "%" in text and kind != "bond":
        raise UsageError(
            f"price {text} is of a bond's nominal amount, and {asset} is no bond; say what one "
            "unit is worth"
        )
    return value


def parse_share(text: str) -> Decimal:
    """A part of a cost, 0 to 1: ``0.25`` or ``25%``.

    Raises:
        UsageError: for anything else.
    """
    value = parse_part(text, "cost share")
    if not ZERO <= value <= ONE:
        raise UsageError(f"cost share {text} is not between 0 and 1 (or 0% and 100%)")
    return value


def cut(text: str) -> str:
    """The digits of a ratio that a person reads, 10 beyond its first; what is cut is marked.

    >>> cut("0.3333333333333333"), cut("0.00000000000000000123456789012345"), cut("2.5")
    ('0.3333333333…', '0.000000000000000001234567890…', '2.5')
    """
    whole, point, fraction = text.partition(".")
    zeros = len(fraction) - len(fraction.lstrip("0"))
    shown = fraction[: zeros + _READ_PLACES]
    return text if shown == fraction else f"{whole}{point}{shown}…"


def quoted(text: str) -> str:
    """What somebody wrote, in quotes; of much only the beginning."""
    return repr(text if len(text) <= 40 else text[:37] + "…")


def _advice(text: str) -> str:
    if "," in text:
        return ": write it with a decimal point and no thousands separator, such as 1234.56"
    if re.fullmatch(r"[+-]?[\d.]+[eE][+-]?\d+", text, re.ASCII):
        return ": write it out without an exponent"
    return ": write digits with at most one decimal point, such as 1234.56"


def to_text(value: Decimal) -> str:
    """The canonical text of ``value``, as it stands in the book."""
    text = str(value)  # in a third of the time of a format
    if text[-1] in "123456789" and "E" not in text:
        return text  # as most are
    if "E" in text:
        text = f"{value:f}"
    if text[-1] in "0." and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" or not text else text


Rounding = tuple[Decimal, Decimal, Decimal]


@lru_cache
def rounding(places: int) -> Rounding:
    """What is added before rounding to so many places, above zero and below it, and the last."""
    shortfall = _SHORT.scaleb(-places)
    return shortfall, -shortfall, _quantum(-places)


def round_money(amount: Decimal, places: int | None) -> Decimal:
    """``amount`` rounded half-up to ``places`` decimal places; None leaves it exact."""
    return amount if places is None else rounded(amount, rounding(places))


def rounded(amount: Decimal, to: Rounding) -> Decimal:
    """The same, for who rounds to the same places again and again."""
    return _quantize(amount + to[amount < ZERO], to[2])  # half-up


def rounded_form(places: int, *, percent: bool = False, signed: bool = False) -> str:
    """The form in which ``format`` writes a decimal, or a ratio, as :func:`round_money` rounds it.

    To write a decimal in so many places rounds it by the same context, in half the time.

    >>> format(Decimal("-1234.565"), rounded_form(2))
    '-1,234.57'
    >>> format(Decimal("0.12345"), rounded_form(1, percent=True, signed=True))
    '+12.3%'
    """
    return f"{'+' if signed else ''},.{places}{'%' if percent else 'f'}"


def minor_units(amount: Decimal, places: int) -> int:
    """``amount`` rounded as money is, in units of its last place.

    >>> minor_units(Decimal("2.345"), 2)
    235
    """
    return whole(amount * _quantum(places))


def whole(units: Decimal) -> int:
    """Minor units, and parts of one, rounded as money is.

    >>> whole(Decimal("234.5")), whole(Decimal("-234.5"))
    (235, -235)
    """
    return int(units + _TO_UNIT if units >= ZERO else units - _TO_UNIT)  # which cuts towards zero


def how_many(number: int, what: str) -> str:
    """How many there are, with their noun.

    >>> how_many(1, "price"), how_many(2, "security")
    ('1 price', '2 securities')
    """
    if number == 1:
        return f"1 {what}"
    first, of, rest = what.partition(" of ")
    if of:
        return f"{how_many(number, first)}{of}{rest}"
    return f"{number} {what[:-1]}ies" if what.endswith(("ity", "omy")) else f"{number} {what}s"
