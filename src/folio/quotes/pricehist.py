"""Asking pricehist, a program of its own with many sources (https://pypi.org/project/pricehist).

Its command line is what it promises to keep, so it is run and not imported.  Its keys, where
a source needs one, are in the environment (``ALPHAVANTAGE_API_KEY``), and folio never sees
them.  The type of price is always said: Yahoo's first is one that has dividends taken out.

Yahoo keeps prices in single precision and prints them in double, so that 118.3 is said as
118.30000305175781.  Such a number is read as the shortest decimal that is the same number
in single precision, as float32 is printed everywhere (G. Steele and J. White, *How to
Print Floating-Point Numbers Accurately*, 1990); any other is taken as it stands.

>>> plain(Decimal("118.30000305175781")), plain(Decimal("1.1172")), plain(Decimal("118.25"))
(Decimal('118.3'), Decimal('1.1172'), Decimal('118.25'))
"""

import re
import struct
from collections.abc import Sequence
from decimal import Decimal

from folio.model.extras import install_with
from folio.quotes.programs import find, run
from folio.quotes.rows import Answer, read_csv
from folio.quotes.trying import NoAnswer, Policy

_COLUMNS = ("date", "base", "quote", "amount")
_LEVEL = re.compile(r"(CRITICAL|ERROR|WARNING) ")
_PASSES = re.compile(
    r"rate limit|making a request|timed out|temporar|\b(429|50[0234])\b", re.IGNORECASE
)
# Days without trade are no failure; that is how Yahoo's are told.
_NOTHING = re.compile(r"No data for the given interval|gap in the data")
_HEADER = "date,base,quote,amount,source,type\n"
_GARBLED = re.compile(r"(\(Caused by|HTTPSConnectionPool|Run 'pricehist).*", re.DOTALL)


def arguments(source: str, symbol: str, type: str, start: str, end: str) -> list[str]:
    """The command; days are inclusive."""
    return ["fetch", source, symbol, "-t", type, "-s", start, "-e", end, "-o", "csv"]


def ask(words: Sequence[str], policy: Policy) -> str:
    """What pricehist prints.

    Raises:
        NoAnswer: when it is not there or fails.
    """
    program = find("pricehist")
    if program is None:
        how = install_with("pricehist>=1.4.6")
        raise NoAnswer(f"pricehist is not installed; install it with: {how}")
    try:
        return run([program, *words], policy, "pricehist")
    except NoAnswer as error:
        if _NOTHING.search(str(error)):
            return _HEADER
        text = _LEVEL.sub("", _GARBLED.sub("", str(error))).strip(" .")
        text = text.replace("pricehist failed: ", "", 1)
        passes = error.passes or bool(_PASSES.search(str(error)))
        raise NoAnswer(text, passes=passes) from None


def read(text: str, source: str) -> Answer:
    """The rows that it printed."""
    answer = read_csv(text, _COLUMNS, "pricehist")
    if source != "yahoo":
        return answer
    return answer._replace(rows=tuple(r._replace(price=plain(r.price)) for r in answer.rows))


def plain(price: Decimal) -> Decimal:
    """A single-precision number that was printed in double, as what it was meant to be."""
    try:
        single = struct.pack("f", price)
    except OverflowError:
        return price
    if Decimal(repr(struct.unpack("f", single)[0])) != price:
        return price
    for digits in range(1, 9):
        shorter = Decimal(f"{price:.{digits}g}")
        if struct.pack("f", shorter) == single:
            return shorter
    return price
