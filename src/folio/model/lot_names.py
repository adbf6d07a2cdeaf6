"""The lots that a sale names: ``12``, or ``12:5,14:2.5`` with the units of each.

A lot is named by the transaction that opened it, wherever it was carried since.  Without
units a single lot must have all that is sold, and one of several takes the rest.  ``short`` is
the sale's own: what is not there is sold short, and what comes in later gives it back.

>>> parse_lots("14,12:5", Decimal(8))
[(12, Decimal('5')), (14, Decimal('3'))]
>>> parse_lots("short,12:5", Decimal(8))
[(0, Decimal('3')), (12, Decimal('5'))]
"""

from decimal import Decimal

from folio.errors import UsageError
from folio.model.numbers import ZERO, parse_plain, to_text

Lots = list[tuple[int, Decimal | None]]  # opened by, units; None: all that is sold
SHORT = 0  # for the number of a sale that opens a lot of its own
_SHORT = "short"


def lot_text(lot: int, units: Decimal | None) -> str:
    """A named lot as ``--lot`` says it."""
    name = _SHORT if lot == SHORT else str(lot)
    return name if units is None else f"{name}:{to_text(units)}"


def parse_lots(text: str, sold: Decimal) -> Lots:
    """The lots named for a sale of ``sold`` units, by number.

    Raises:
        UsageError: when one is no number, named twice, or of other units than are sold.
    """
    said = [_parse_lot(part.strip()) for part in text.split(",")]
    if len({lot for lot, _ in said}) < len(said):
        raise UsageError(f"lot {text!r} names a transaction twice")
    if len(said) > 1 or said[0][1] is not None:
        said = _completed(said, sold)
    return sorted(said, key=lambda one: one[0])


def _parse_lot(text: str) -> tuple[int, Decimal | None]:
    number, colon, units = text.partition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) < 18
    lot = SHORT if number == _SHORT else int(number) if is_number else None
    if lot is None or number == str(SHORT):
        raise UsageError(f"lot {text!r} is not a transaction's number; folio lots lists them")
    quantity = parse_plain(units, f"quantity of lot {number}") if colon else None
    if quantity is not None and quantity <= ZERO:
        raise UsageError(f"lot {text!r} is of no units")
    return lot, quantity


def _completed(said: Lots, sold: Decimal) -> Lots:
    """The lots with their units, which add up to what is sold."""
    stated = sum((units for _, units in said if units is not None), ZERO)
    silent = [lot for lot, units in said if units is None]
    rest = sold - stated
    if len(silent) > 1:
        raise UsageError(
            f"lots {' and '.join(map(str, silent))} have no units; say them, such as {silent[0]}:5"
        )
    if rest < ZERO or (rest > ZERO) != bool(silent):
        raise UsageError(f"the lots named are of {to_text(stated)} units, not of {to_text(sold)}")
    return [(lot, rest if units is None else units) for lot, units in said]
