"""What the status lists: something that wants attention, and the command that settles it."""

from decimal import Decimal
from typing import NamedTuple

from folio.model.assets import Asset
from folio.model.numbers import to_text


class Finding(NamedTuple):
    """Something that wants attention."""

    kind: str
    about: str
    what: str
    settle: str  # the command that settles it


def units_text(quantity: Decimal, asset: Asset) -> str:
    """A quantity, with the cents of money."""
    least = Decimal(1).scaleb(-asset.precision if asset.is_currency else 0)
    return to_text(quantity) if quantity % least or least == 1 else f"{quantity.quantize(least):f}"
