"""What a split makes of a quantity."""

from decimal import Decimal

from folio.model.numbers import divide


def scaled(quantity: Decimal, new_units: int, old_units: int) -> Decimal:
    """``quantity`` after a split, exact where it comes out even, else to 18 decimal places.

    What would be nothing there is kept to 50 digits: units that cost something do not vanish.
    A quantity is what a source could state, so what a split rounds stays rounded: another one
    that takes it back leaves 10⁻¹⁸ units less, or more.  The other choice, fractions, would be
    exact here and leave quantities that no statement can close.

    >>> str(scaled(scaled(Decimal(10), 1, 3), 3, 1))
    '9.999999999999999999'
    """
    product = quantity * new_units
    exact = divide(product, Decimal(old_units))
    return exact if exact * old_units == product else round(exact, 18) or exact
