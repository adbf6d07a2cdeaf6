"""What was paid: dividends, interest, coupons and rewards, before and after tax."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.db.transactions.ledger import Choice, Recorded, walk_transactions, with_postings
from folio.db.transactions.postings import Posting
from folio.engine.grades import Judged, by_rates, together
from folio.engine.valuation import Teller
from folio.model.charts import Chart
from folio.model.dates import Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.model.transactions import INCOME_KINDS
from folio.reports.over_time.drawing import month_of, months_between
from folio.reports.paid.yields import interest
from folio.reports.query import Query, judged_cells, title_of

COLUMNS = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", optional=1),
    Column("asset", "Paid by"),
    Column("kind", "Kind"),
    Column("payments", "Payments", "count", optional=2),
    Column("last_on", "Last", "day", optional=3),
    Column("gross", "Gross", "money"),
    Column("tax", "Tax", "money"),
    Column("net", "Net", "money"),
    Column("grade", "Grade", "grade", optional=4),
    Column("reasons", "Why", machine_only=True),
)
PAID_OR_KEPT = INCOME_KINDS | {"tax"}  # a broker may state what was withheld in a row of its own
Key = tuple[str, str, str, str]  # institution, account, asset, kind


class Payment(NamedTuple):
    """One transaction that paid something."""

    key: Key  # the row that it belongs to
    recorded: Recorded
    gross: list[Posting]  # what came in
    tax: list[Posting]  # what was kept of it


class Payments:
    """Income of one kind from one payer, added up as it comes."""

    def __init__(self) -> None:
        self.payments = 0
        self.last_on: dt.date | None = None
        self.gross: Decimal | None = None  # nothing of it is known
        self.tax: Decimal | None = None
        self.judged: Counter[Judged] = Counter()  # how many payments so


def income(book: Book, query: Query, period: Period) -> Table:
    """Income of the period by account, payer and kind, at each day's rate.

    What a source withholds of a payer's income in rows of their own is a kind of its own.

    Units count at what they were stated to be worth, which is what their lot cost, else at market.

    Below it, what yield rules owe for the period beside what is booked of it.
    """
    teller = query.teller(book)
    found: dict[Key, Payments] = {}
    months = Months() if query.drawn else None
    for payment in payments(book, query, period):
        _take(book, teller, payment, found, months)
    rows = [_row(key, paid, query.currency.precision) for key, paid in sorted(found.items())]
    each = sum((paid.judged for paid in found.values()), Counter[Judged]())
    judged = together(each) if each else Judged("full")
    by_rule = interest(book, query, period)
    chart = months.chart(query) if months else None
    return Table(
        "income",
        title_of("Income", period, query),
        COLUMNS,
        rows,
        _totals(rows, query.currency.precision),
        **query.told(*judged, money=True),
        children=(by_rule,) if by_rule.rows else (),
        charts=(chart,) if chart else (),
        empty="nothing was paid in that period",
    )


def payments(book: Book, query: Query, period: Period) -> Iterator[Payment]:
    """What the holdings asked for were paid, or paid, in the period, by day."""
    wanted = {h.id for h in query.holdings(book)}
    until = min(period.end, query.as_of)
    found = walk_transactions(book.db, Choice(book.known_at, period.start, until, PAID_OR_KEPT))
    for recorded, stated in with_postings(book.db, (one for one in found if _counts(one))):
        postings = [p for p in stated if p.role != "external"]
        payer = _payer(book, recorded, postings)
        if payer is not None and payer in wanted:
            account = book.catalog.accounts[recorded.account_id or 0]
            asset = book.catalog.assets[book.catalog.holdings[payer].asset_id]
            key = (account.institution, account.name, asset.key, recorded.kind)
            gross = [p for p in postings if p.role in ("asset", "cash")]
            yield Payment(key, recorded, gross, [p for p in postings if p.role == "tax"])


def _counts(one: Recorded) -> bool:
    """Whether it is in force, and on a payer's income: a tax without a payer is on none."""
    alone = one.kind == "tax" and one.related_asset_id is None
    return one.reversed_by is None and not alone


BY_MONTH = (
    Column("month", "Month"),
    Column("payments", "Payments", "count", optional=1),
    Column("gross", "Gross", "money"),
    Column("tax", "Tax", "money"),
    Column("net", "Net", "money"),
)


class Months:
    """Sums by month.  A payment without a rate adds nothing, as in the report."""

    def __init__(self) -> None:
        self.found: dict[dt.date, tuple[int, Decimal | None, Decimal]] = {}

    def take(self, day: dt.date, gross: Decimal | None, tax: Decimal | None) -> None:
        """Count a payment; ``tax`` is what was kept of it, positive."""
        count, sum_gross, sum_tax = self.found.get(month_of(day), (0, None, ZERO))
        if gross is not None:
            sum_gross = (sum_gross or ZERO) + gross
        self.found[month_of(day)] = count + 1, sum_gross, sum_tax + (tax or ZERO)

    def chart(self, query: Query) -> Chart | None:
        """What came in by month, after tax; a month without payments has none: 0."""
        if not self.found:
            return None
        months = months_between(min(self.found), max(self.found))
        return Chart(
            "Income by month, after tax",
            "columns",
            tuple(months),
            tuple(self._net(month) for month in months),
            query.currency.symbol,
            query.currency.precision,
        )

    def _net(self, month: dt.date) -> Decimal | None:
        if month not in self.found:
            return ZERO
        _, gross, tax = self.found[month]
        return None if gross is None else gross - tax

    def table(self, query: Query, totals: dict[str, Cell]) -> Table:
        """A row for each month in which something was paid, the newest first."""
        places = query.currency.precision
        rows: list[dict[str, Cell]] = []
        for month in sorted(self.found, reverse=True):
            count, gross, tax = self.found[month]
            net = self._net(month)
            rows.append(
                {
                    "month": f"{month:%Y-%m}",
                    "payments": count,
                    "gross": optional_amount(gross, places),
                    "tax": Amount(tax, places) if tax else None,
                    "net": optional_amount(net, places),
                }
            )
        chart = self.chart(query)
        return Table(
            "income_by_month",
            "Income by month",
            BY_MONTH,
            rows,
            totals,
            **query.told(money=True),
            charts=(chart,) if chart else (),
            empty="nothing was paid yet",
        )


def by_month(book: Book, query: Query, period: Period) -> Table:
    """Income of the period by month, whose totals are those of :func:`income`."""
    teller, months = query.teller(book), Months()
    found: dict[Key, Payments] = {}
    for payment in payments(book, query, period):
        _take(book, teller, payment, found, months)
    rows = [_row(key, paid, query.currency.precision) for key, paid in found.items()]
    return months.table(query, _totals(rows, query.currency.precision))


def _take(
    book: Book,
    teller: Teller,
    paid: Payment,
    found: dict[Key, Payments],
    months: Months | None = None,
) -> None:
    gross = _sum(book, teller, paid.recorded, paid.gross)
    tax = _sum(book, teller, paid.recorded, paid.tax)
    if months is not None:
        months.take(paid.recorded.occurred_on, gross, None if tax is None else -tax)
    known = found.setdefault(paid.key, Payments())
    known.payments += 1
    known.last_on = paid.recorded.occurred_on
    known.gross = _plus(known.gross, gross)
    known.tax = _plus(known.tax, None if tax is None else -tax)
    known.judged[_judge(book, teller, paid, None if tax is None else gross)] += 1


def _judge(book: Book, teller: Teller, paid: Payment, gross: Decimal | None) -> Judged:
    """The grade of one payment: whether there is a rate, and how good it is."""
    if gross is None:
        return Judged("partial", ("without a rate",))
    assets = {paid_in(book, posting)[1] for posting in (*paid.gross, *paid.tax)}
    day = paid.recorded.occurred_on
    return by_rates(teller.rate(asset, day) for asset in assets if asset != teller.currency)


def _payer(book: Book, recorded: Recorded, postings: list[Posting]) -> int | None:
    """The holding that paid: the related asset's in this account, else what was received."""
    if recorded.related_asset_id is not None and recorded.account_id is not None:
        holding = book.catalog.holding_of(recorded.account_id, recorded.related_asset_id)
        if holding is not None:
            return holding.id
    return book.catalog.holdings[postings[0].holding_id].id if postings else None


def _sum(book: Book, teller: Teller, recorded: Recorded, postings: list[Posting]) -> Decimal | None:
    total = ZERO
    for posting in postings:
        amount = teller.convert(*paid_in(book, posting), recorded.occurred_on)
        if amount is None:
            return None
        total += amount
    return total


def paid_in(book: Book, posting: Posting) -> tuple[Decimal, int]:
    """What was paid, and in what: units at their stated worth, where one is stated."""
    if posting.amount is None or posting.amount_currency_id is None:
        return posting.quantity, book.catalog.holdings[posting.holding_id].asset_id
    worth = abs(posting.amount).copy_sign(posting.quantity)
    return worth, book.catalog.assets[posting.amount_currency_id].id


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """Their sum; an unknown part adds nothing, and the grade says so."""
    return one if other is None else (one or ZERO) + other


def _row(key: Key, paid: Payments, places: int) -> dict[str, Cell]:
    gross, tax = paid.gross, paid.tax  # None: not known of any payment
    return {
        "institution": key[0],
        "account": key[1],
        "asset": key[2],
        "kind": key[3],
        "payments": paid.payments,
        "last_on": paid.last_on,
        "gross": None if gross is None or key[3] == "tax" else Amount(gross, places),
        "tax": Amount(tax, places) if tax else None,
        "net": None if gross is None or tax is None else Amount(gross - tax, places),
        **judged_cells(together(paid.judged)),
    }


def _totals(rows: list[dict[str, Cell]], places: int) -> dict[str, Cell]:
    totals: dict[str, Cell] = {}
    for key in ("gross", "tax", "net"):
        amounts = [cell.value for row in rows if isinstance(cell := row[key], Amount)]
        known = amounts or key == "tax" or not rows
        totals[key] = Amount(sum(amounts, ZERO), places) if known else None
    return totals
