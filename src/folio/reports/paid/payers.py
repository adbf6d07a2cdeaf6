"""What assets paid into other holdings: it left them, and is their return.

A dividend arrives as cash, so the rows of the share know nothing of it.  Where a share is
looked at apart from the cash beside it, what it paid, after tax, is a flow out of it (else
its return would lack its dividends) and its income; where the cash is looked at apart, it
is a flow into that, and no income.  Where both are looked at, the two flows cancel.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.db.transactions.paid import Paid, read_paid
from folio.db.values import day_number
from folio.engine.rollups import earned
from folio.engine.valuation import Teller
from folio.model.dates import EARLIEST, Period
from folio.model.ledger import Money
from folio.model.numbers import ZERO
from folio.model.rollups import HOLDING, DayRow, nothing_on
from folio.model.transactions import INCOME_KINDS

_KINDS = INCOME_KINDS | {"return_of_capital", "spin_off"}


class Crossing(NamedTuple):
    """A payment between the holdings that are looked at and those beside them."""

    paid: Paid
    asset: int  # in which it was paid
    leaves: bool  # its payer is among the holdings: what it paid, after tax, flows out of it
    earned: Decimal  # income of the payer; where the receiver alone is looked at, none of its own

    @property
    def worth(self) -> Money:
        """The income, and in what: units as they were stated to be worth, as in the rollup."""
        return earned(self.paid, self.earned) or (self.earned, self.asset)


def crossing(
    book: Book, borders: dict[int, int], since: dt.date, until: dt.date
) -> Iterator[Crossing]:
    """The payments of some days, bounds inclusive, that cross the border of a holding.

    ``borders`` says at which border each holding's flows count; only at its own does a
    payment to a holding beside it cross one.
    """
    holdings = book.catalog.holdings
    apart = {number for number, border in borders.items() if border == HOLDING}
    if not apart:
        return
    assets = {holdings[number].asset_id for number in apart}
    payers = {member for asset in assets for member in book.catalog.aliases.members(asset)}
    receivers = {member for number in apart for member in book.catalog.members(number)}
    days = {"since": since, "until": until}
    for one in read_paid(book.db, payers, receivers, _KINDS, **days, known_at=book.known_at):
        payer = book.catalog.holding_of(one.account_id, one.payer)
        one = one._replace(holding_id=holdings[one.holding_id].id)  # a merged one's is the other's
        if payer is None or not (payer.id in apart or one.holding_id in apart):
            continue
        if holdings[one.holding_id].account_id != payer.account_id:
            continue  # between accounts it is a flow in the rows themselves
        leaves, stays = payer.id in borders, one.holding_id in borders
        income = ZERO
        if one.kind in INCOME_KINDS and leaves != stays:
            income = one.gross if leaves else -one.gross
        yield Crossing(one, holdings[one.holding_id].asset_id, leaves, income)


def with_payments(
    book: Book, rows: list[DayRow], borders: dict[int, int], teller: Teller, period: Period
) -> list[DayRow]:
    """The rows of a period summed over the holdings of ``borders``, with what was paid between
    those and others.

    What is paid before anything is known of what is held has rows from its day on, in whatever
    period is asked for.
    """
    by_day: dict[int, list[Crossing]] = {}
    for one in crossing(book, borders, *period):
        by_day.setdefault(day_number(one.paid.day), []).append(one)
    start, begun = day_number(period.start), day_number(period.end) + 1
    if rows:
        begun = rows[0].day
    if begun > start:
        past = Period(EARLIEST, period.start - dt.timedelta(days=1))
        first = start if any(crossing(book, borders, *past)) else min(by_day, default=begun)
        rows = [*map(nothing_on, range(first, begun)), *rows]
    if not by_day:
        return rows
    return [_paid(row, by_day.get(row.day, ()), teller) for row in rows]


def _paid(row: DayRow, payments: Iterable[Crossing], teller: Teller) -> DayRow:
    """A day with its payments."""
    for one in payments:
        day = one.paid.day
        if one.leaves:
            net = _units(teller, teller.convert(one.paid.net, one.asset, day))
            flow = None if row.flow is None or net is None else row.flow - net
            row = row._replace(flow=flow, before=row.value if row.before is None else row.before)
        if one.earned:
            gross = _units(teller, teller.convert(*one.worth, day))
            known = row.income is not None and gross is not None
            row = row._replace(income=(row.income or 0) + (gross or 0) if known else None)
    return row


def _units(teller: Teller, amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount.scaleb(teller.places or 0))
