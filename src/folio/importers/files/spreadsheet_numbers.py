"""The number that a spreadsheet's float stands for.

A spreadsheet knows fifteen digits of a number; what it keeps beyond them is none of the
statement's.  What it worked out itself may be off in digits before those, too: 100.1 - 100 is kept
as 0.09999999999999432, a multiple of the last place of 100.1 in binary, and stands for 0.1.  Such
a tail is cut off where a run of zeros or nines leads up to it, and what is nothing but a tail is 0.

>>> [str(meant(number)) for number in (0.30000000000000004, 100.1 - 100, 0.3 - 0.1 - 0.2)]
['0.3', '0.1', '0']
>>> [str(meant(number)) for number in (1000000.00000001, 0.1000000012345678, 1E-18)]
['1000000.00000001', '0.100000001234568', '1E-18']
"""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

DIGITS = 15  # of a number, that a spreadsheet knows
_KNOWN = Context(prec=DIGITS)
_LEFT = 45  # bits that are left of one at most, once two that are alike were subtracted
_OF_TAIL = 16  # bits of a number that is nothing else
_LONGEST = Decimal("1E-9")  # of such numbers
_SLACK = 3  # digits before the last known one in which a tail may begin
_PLACES = 10  # that somebody writes of a number, with a tail of its last digit known
_run = re.compile(r"0{6,}|9{6,}").search


def meant(number: float) -> Decimal:
    """The decimal that a float of a spreadsheet stands for."""
    written = Decimal(repr(number))
    bits = abs(number.as_integer_ratio()[0]).bit_length()
    digits = "".join(map(str, written.as_tuple().digits))
    exponent = int(written.as_tuple().exponent)
    is_longest = len(digits) == DIGITS and -exponent > _PLACES
    if len(digits) <= DIGITS and bits > _LEFT and not is_longest:
        return written  # as somebody wrote it
    if len(digits) > DIGITS and bits <= _OF_TAIL and abs(written) < _LONGEST:
        return Decimal(0)
    found = _run(digits, max(0, len(digits) + exponent))  # behind the point
    known = min(DIGITS, math.floor(bits * math.log10(2)))
    if found is None or found.end() < known - _SLACK:
        return _KNOWN.create_decimal(written)
    place = Decimal(1).scaleb(exponent + len(digits) - found.start())
    return written.quantize(place, ROUND_HALF_UP)
