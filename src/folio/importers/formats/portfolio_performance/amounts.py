"""Numbers and days as Portfolio Performance writes them.

Amounts are whole hundredths of their currency, whatever that is (100 yen are 10000); shares and
prices are whole parts of a unit, 10⁻⁸ since version 49 of the file, fewer before.
"""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

from folio.importers.cells.rows import RowFault
from folio.model.assets import ISO_4217, AssetRef, currency_ref
from folio.model.quote_units import in_major

OLDEST = 29  # the version since which amounts have currencies
_WHOLE = re.compile(r"-?\d{1,30}")


class Scale:
    """How many decimal places the whole numbers of a version have."""

    def __init__(self, version: int) -> None:
        self.shares_places = 8 if version >= 49 else 6
        self.price_places = 8 if version >= 49 else 4 if version >= 30 else 2

    def shares(self, text: str) -> Decimal:
        return whole(text).scaleb(-self.shares_places)

    def price(self, text: str) -> Decimal:
        return whole(text).scaleb(-self.price_places)


def whole(text: str) -> Decimal:
    """A whole number.

    Raises:
        RowFault: when it is none.
    """
    if not _WHOLE.fullmatch(text):
        raise RowFault(f"{text[:40]!r} is no whole number")
    return Decimal(text)


def money(text: str, code: str) -> tuple[Decimal, AssetRef]:
    """An amount in hundredths as one of its currency; of pence it is pounds.

    Raises:
        RowFault: when it is no whole number, or its currency is unknown.
    """
    amount, currency = in_major(whole(text).scaleb(-2), code)
    if currency not in ISO_4217:
        raise RowFault(f"{code!r} is no currency that folio knows")
    return amount, currency_ref(currency)


def moment(text: str, zone: ZoneInfo) -> tuple[dt.date, dt.datetime | None]:
    """A day, and the instant where a time of day is stated.

    >>> moment("2024-03-01T00:00", ZoneInfo("Europe/Berlin"))
    (datetime.date(2024, 3, 1), None)

    Raises:
        RowFault: when it is no day.
    """
    try:
        stated = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RowFault(f"{text[:40]!r} is no day") from None
    if stated.tzinfo is not None:
        raise RowFault(f"{text[:40]!r} has a zone, which no transaction has")
    if stated.time() == dt.time():
        return stated.date(), None
    return stated.date(), stated.replace(tzinfo=zone).astimezone(dt.UTC)
