"""What assets paid into other holdings: it left them, and is their return.

A dividend arrives as cash, so the rows of the share know nothing of it.  Where a share is
looked at apart from the cash beside it, what it paid, after tax, is a flow out of it (else
its return would lack its dividends) and its income; where the cash is looked at apart, it
is a flow into that, and no income.  Where both are looked at, the two flows cancel.
"""

from collections.abc import Iterable
from decimal import Decimal

from folio.book import Book
from folio.db.derived import HOLDING
from folio.db.events import Paid, read_paid
from folio.db.values import from_day_number
from folio.engine.valuation import Teller
from folio.model.rollups import DayRow
from folio.model.transactions import INCOME_KINDS

_KINDS = INCOME_KINDS | {"return_of_capital", "spin_off"}


def with_payments(
    book: Book, rows: list[DayRow], borders: dict[int, int], teller: Teller
) -> list[DayRow]:
    """Rows summed over the holdings of ``borders``, with what was paid between those and others.

    ``borders`` says at which border each holding's flows count; only at its own does a
    payment to a holding beside it cross one.
    """
    holdings = book.catalog.holdings
    apart = {number for number, border in borders.items() if border == HOLDING}
    accounts = {holdings[number].account_id for number in apart}
    beside = {h.asset_id for h in holdings.values() if h.account_id in accounts}
    payers = {asset for one in beside for asset in book.catalog.aliases.members(one)}
    if not rows or not payers:
        return rows
    first = from_day_number(rows[0].day)
    paid = read_paid(
        book.db,
        payers,
        _KINDS,
        since=first,
        until=from_day_number(rows[-1].day),
        known_at=book.known_at,
    )
    by_day: dict[int, list[tuple[Paid, bool]]] = {}
    for one in paid:
        payer = book.catalog.holding_of(one.account_id, one.payer)
        one = one._replace(holding_id=holdings[one.holding_id].id)  # a merged one's is the other's
        if payer is not None and (payer.id in apart or one.holding_id in apart):
            day = (one.day - first).days + rows[0].day
            by_day.setdefault(day, []).append((one, payer.id in borders))
    if not by_day:
        return rows
    return [_paid(book, row, by_day.get(row.day, ()), borders, teller) for row in rows]


def _paid(
    book: Book,
    row: DayRow,
    paid: Iterable[tuple[Paid, bool]],
    borders: dict[int, int],
    teller: Teller,
) -> DayRow:
    """A day with its payments, each with whether its payer is among the holdings."""
    for one, by_one_of_them in paid:
        asset = book.catalog.holdings[one.holding_id].asset_id
        if by_one_of_them:
            net = _units(teller, teller.convert(one.net, asset, one.day))
            flow = None if row.flow is None or net is None else row.flow - net
            row = row._replace(flow=flow, before=row.value if row.before is None else row.before)
        to_one_of_them = one.holding_id in borders
        if one.kind in INCOME_KINDS and by_one_of_them != to_one_of_them:
            gross = _units(teller, teller.convert(one.gross, asset, one.day))
            known = row.income is not None and gross is not None
            earned = (gross or 0) if by_one_of_them else -(gross or 0)
            row = row._replace(income=(row.income or 0) + earned if known else None)
    return row


def _units(teller: Teller, amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount.scaleb(teller.places or 0))
