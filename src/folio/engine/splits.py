"""What a split makes of a quantity."""

from decimal import Decimal

from folio.model.numbers import divide

_STATED_PLACES = 12  # decimal places that sources give a number of units
_TAKEN_BACK = Decimal("1e-17")  # what a few splits, each rounded to 18 places, can leave


def scaled(quantity: Decimal, new_units: int, old_units: int) -> Decimal:
    """``quantity`` after a split, exact where it comes out even, else to 18 decimal places.

    What would be nothing there is kept to 50 digits: units that cost something do not vanish.
    A quantity is what a source could state: the other choice, fractions, would leave quantities
    that no statement can close.  So that nothing is left of the rounding when a later split takes
    it back, the quantity that this split makes is the number of up to 12 places, if there is one,
    of which the opposite split leaves what there was.

    Of several lots their sum is scaled, as a statement has it; one of them may have 10⁻¹⁸ more or
    less than its part.  After uneven splits a sale may list such a rest as a slice of its own: it
    is there, and fetches and costs what so little does.

    >>> scaled(scaled(Decimal(10), 1, 3) - 1, 3, 1) == 7
    True
    """
    units = _at_once(quantity, new_units, old_units)
    stated = round(units, _STATED_PLACES)
    back = _at_once(stated, old_units, new_units)
    uneven = back * new_units != stated * old_units
    return stated if uneven and abs(back - quantity) <= _TAKEN_BACK else units


def _at_once(quantity: Decimal, new_units: int, old_units: int) -> Decimal:
    product = quantity * new_units
    exact = divide(product, Decimal(old_units))
    return exact if exact * old_units == product else round(exact, 18) or exact
