"""The euro's rates, from a file of the ECB's."""

import datetime as dt
import sqlite3
from collections.abc import Collection

from folio.errors import BadRows, UsageError
from folio.model.assets import BECAME_EURO, ISO_4217
from folio.model.euro import EURO, REPLACED_BY_EURO
from folio.model.numbers import to_text
from folio.model.price_sources import ECB
from folio.operations.batches import listed
from folio.operations.collector import collector_at_rest
from folio.operations.pricing.import_prices import LOOKED_UP, Choices, PriceCounts, Reading
from folio.operations.recording import Who, recording
from folio.quotes.ecb import read
from folio.quotes.rows import Row
from folio.quotes.trying import NoAnswer


@collector_at_rest()
def import_rates(
    db: sqlite3.Connection,
    who: Who,
    data: bytes,
    *,
    today: dt.date,
    choices: Choices = Choices(),  # noqa: B008  # a NamedTuple never changes
    since: dt.date = dt.date.min,
    dry_run: bool = False,
) -> PriceCounts:
    """Record the rates of the currencies that the book knows; with ``create``, of all.

    They are the units of each that one euro is worth, as the ECB states them; of a currency
    that became the euro the last is the rate at which it did.  ``since`` is the first day that
    is taken.

    Raises:
        UsageError: when it is no file of the ECB's.
        BadRows: listing every rate that cannot be, or is another one than before.
    """
    try:
        answer = read(data)
    except NoAnswer as error:
        raise UsageError(f"{error}; see https://www.ecb.europa.eu for eurofxref") from None
    if answer.faults:
        raise BadRows(listed(list(enumerate(answer.faults, 1)), len(answer.rows), "rates"))
    with recording(db, who, dry_run=dry_run) as write:
        reading = Reading(write, today, choices)
        known = {a.symbol for a in write.catalog.assets.values() if a.is_currency}
        wanted = ISO_4217 if choices.create else known
        every = (*answer.rows, *_fixed_rates(known, today))
        rows = [row for row in every if row.quote in wanted and row.day >= since]
        stated = [
            (
                number,
                {
                    "date": row.day.isoformat(),
                    "asset": row.asset,
                    "quote": row.quote,
                    "price": to_text(row.price),
                    "source": ECB,
                },
            )
            for number, row in enumerate(rows, 1)
        ]
        for first in range(0, len(stated), LOOKED_UP):
            reading.take_rows(stated[first : first + LOOKED_UP])
        if reading.faults:
            raise BadRows(listed(reading.faults, len(rows), "rates"))
        for new in reading.fresh.values():
            write.price(new)
    return PriceCounts(len(rows), len(reading.fresh), reading.already, reading.corrected)


def _fixed_rates(known: Collection[str], today: dt.date) -> list[Row]:
    """The rates at which those of these currencies that are gone became the euro, on that day."""
    gone = sorted(BECAME_EURO.intersection(known))
    rates = [(code, REPLACED_BY_EURO[code]) for code in gone]
    return [
        Row(one.euro_from, EURO, code, one.rate) for code, one in rates if one.euro_from <= today
    ]
