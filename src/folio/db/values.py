"""Days, instants and decimals as they stand in the book, and what queries share."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from folio.model.numbers import to_text

# A day as text; rows come day by day, so mostly it is that of the row before.
day_text = lru_cache(dt.date.isoformat)
EPOCH = dt.date(1970, 1, 1).toordinal()


def optional_text(value: Decimal | None) -> str | None:
    """The canonical text of a decimal; None stays None."""
    return None if value is None else to_text(value)


def optional_decimal(text: str | None) -> Decimal | None:
    """The decimal that ``text`` holds; None stays None."""
    return None if text is None else Decimal(text)


def optional_day(text: str | None) -> dt.date | None:
    """The day that ``text`` holds; None stays None."""
    return None if text is None else dt.date.fromisoformat(text)


def instant_text(instant: dt.datetime) -> str:
    """``2025-03-04T09:30:00.000000Z``: fixed width, so that text order is time order.

    ``instant`` must be aware; it is converted to UTC.
    """
    utc = instant.astimezone(dt.UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def from_day_number(number: int) -> dt.date:
    """The day that is ``number`` days after 1970-01-01."""
    return dt.date.fromordinal(number + EPOCH)


# A commit that no book reaches: everything is known.
LATEST = 2**62


def upto(known_at: int | None) -> int:
    """The last commit that counts: ``known_at``, or none too late where that is None."""
    return LATEST if known_at is None else known_at


# A later revision (an undone undo, an amendment) keeps the place of the first in the walk.
PLACE = """
    CASE WHEN t.revision = 1 THEN t.id ELSE
        (SELECT f.id FROM transactions f WHERE ifnull(f.account_id, 0) = ifnull(t.account_id, 0)
         AND f.source_id = t.source_id AND f.external_id = t.external_id AND f.revision = 1) END
"""


def listed(numbers: Iterable[int]) -> str:
    """Ids for an SQL list."""
    return ", ".join(str(int(n)) for n in numbers)


def array_of(numbers: Iterable[int]) -> str:
    """Ids as one value for ``json_each``: there may be more than a query takes."""
    return f"[{listed(numbers)}]"
