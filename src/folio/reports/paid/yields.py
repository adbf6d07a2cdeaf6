"""What holdings earn by their rules, and what is booked of it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from folio.book import Book
from folio.book.interest import BOOKED, DUE, STATED, Earnings, Payment, Sheet, earnings_of
from folio.engine.grades import Days, of_days
from folio.engine.interest import days_in_force, in_force
from folio.model.assets import Asset
from folio.model.dates import EVER, Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.model.yields import MONTHS_BETWEEN, Rule, Terms
from folio.reports.query import Query, judged_cells, names, title_of

_WHICH = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("label", "Label", optional=1),
    Column("rule", "Rule", optional=6),
)
_AMOUNTS = (
    Column("expected", "Expected", "quantity"),
    Column("booked", "Booked", "quantity"),
    Column("difference", "Difference", "gain"),
)
_GRADE = (
    Column("grade", "Grade", "grade", machine_only=True),
    Column("reasons", "Why", machine_only=True),
)
RULES = (
    *_WHICH,
    Column("rate", "Rate", "rate"),
    Column("rate_type", "", optional=2),
    Column("day_count", "Day count", optional=5),
    Column("pays", "Pays", optional=4),
    Column("from_day", "From", "day", machine_only=True),
    Column("next_due_on", "Next due", "day", optional=1),
    *_AMOUNTS,
    Column("not_booked", "Not booked", "count", optional=2),
    *_GRADE,
)
PAYMENTS = (
    *_WHICH,
    Column("from_day", "From", "day", optional=2),
    Column("due_on", "Due", "day"),
    *_AMOUNTS,
    Column("state", "State"),
    Column("transactions", "Transactions", optional=1),
    *_GRADE,
)
BOOKINGS = (
    *_WHICH,
    Column("from_day", "From", "day", optional=2),
    Column("due_on", "Due", "day"),
    Column("amount", "Amount", "quantity"),
    Column("transaction", "Transaction", "number", optional=1),
    *_GRADE,
)
INTEREST = (*_WHICH, Column("payments", "Payments", "count", optional=1), *_AMOUNTS, *_GRADE)
_STATES = {BOOKED: "booked", STATED: "stated", DUE: "not booked"}
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def schedule(terms: Terms) -> str:
    """When a rule pays: ``monthly, day 31``."""
    if terms.frequency == "weekly":
        return f"weekly, {_WEEKDAYS[terms.pay_day - 1]}"
    step = MONTHS_BETWEEN.get(terms.frequency)
    if step is None:
        return terms.frequency
    if step == 1:
        return f"monthly, day {terms.pay_day}"
    months = [(terms.pay_month - 1 + i) % 12 for i in range(0, 12, step)]
    return (
        f"{terms.frequency}, day {terms.pay_day} of {', '.join(_MONTHS[m] for m in sorted(months))}"
    )


def rules(book: Book, query: Query) -> Table:
    """Every rule: what it says, when it pays next, and what is booked of what it owes by now."""
    rows, known = [], []
    for earnings in earnings_of(book, query.holdings(book), query.as_of):
        payments = earnings.payments(query.as_of)
        for sheet in earnings.sheets:
            own = [p for p in payments if p.rule is sheet.rule]
            last = max((end for _, end in days_in_force(sheet.terms)), default=None)
            if last is None and not own:  # it was taken back, and so is what it paid
                continue
            row = _which(book, sheet.rule) | _sums(own, earnings.asset)
            now = in_force(sheet.terms, query.as_of)
            row["next_due_on"] = sheet.next_due(query.as_of)
            if now is not None:
                row |= _said(now)
            elif row["next_due_on"] is None:
                row["pays"] = "taken back" if last is None else f"ended {last}"
            row["not_booked"] = sum(p.state == DUE for p in own) or None
            known.append(_known(earnings, sheet, query, EVER))
            rows.append(row | judged_cells(of_days(known[-1:])))
    whole = of_days(known)
    return Table(
        "yield",
        "Yield rules",
        RULES,
        rows,
        **query.told(*whole),
        empty="no rules; add one with: folio yield set ACCOUNT ASSET RATE",
    )


def _said(terms: Terms) -> dict[str, Cell]:
    return {
        "rate": Amount(terms.rate_per_year or ZERO),
        "rate_type": terms.rate_type,
        "day_count": terms.day_count,
        "pays": schedule(terms),
        "from_day": terms.from_day,
    }


def payments(book: Book, query: Query, period: Period) -> Table:
    """Payment by payment: for which days, due when, expected and booked."""
    rows, known = [], []
    for earnings in earnings_of(book, query.holdings(book), query.as_of):
        known += [_known(earnings, sheet, query, period) for sheet in earnings.sheets]
        places = earnings.asset.precision
        for one in within(earnings, query, period):
            cells: dict[str, Cell] = {
                "from_day": one.first,
                "due_on": one.due,
                "expected": Amount(one.expected, places),
                "booked": optional_amount(one.booked, places),
                "difference": Amount(one.difference, places),
                "state": _STATES.get(one.state, one.state),
                "transactions": " ".join(map(str, one.transactions)) or None,
            }
            rows.append(_which(book, one.rule) | cells | judged_cells(of_days([one.known])))
    whole = of_days(known)
    return Table(
        "payments",
        title_of("Interest by payment", period, query),
        PAYMENTS,
        rows,
        **query.told(*whole),
        empty="no rule owes anything in that period; see: folio yield list",
    )


def interest(book: Book, query: Query, period: Period) -> Table:
    """Interest of the period by rule: expected against booked."""
    rows, known = [], []
    for earnings in earnings_of(book, query.holdings(book), query.as_of):
        paid = within(earnings, query, period)
        for sheet in earnings.sheets:
            own = [one for one in paid if one.rule is sheet.rule]
            known.append(_known(earnings, sheet, query, period))
            if own:
                cells = _which(book, sheet.rule) | _sums(own, earnings.asset)
                cells |= judged_cells(of_days(known[-1:]))
                rows.append(cells | {"payments": len(own)})
    whole = of_days(known)
    return Table(
        "interest",
        title_of("Interest by rule", period, query),
        INTEREST,
        rows,
        **query.told(*whole),
    )


def within(earnings: Earnings, query: Query, period: Period) -> list[Payment]:
    """A holding's payments due in a period, by day."""
    found = earnings.payments(min(period.end, query.as_of))
    return [one for one in found if one.due >= period.start]


def _known(earnings: Earnings, sheet: Sheet, query: Query, period: Period) -> Days:
    """How well the balances are known of which a rule pays in a period."""
    return earnings.known(sheet, period.start, min(period.end, query.as_of))


def bookings(book: Book, day: dt.date, booked: Iterable[tuple[Payment, int | None]]) -> Table:
    """What accruing booked, with the transaction of each payment; None: it only would."""
    rows, known = [], []
    for payment, number in booked:
        known.append(payment.known)
        asset = book.catalog.holdings[payment.rule.holding_id].asset_id
        cells: dict[str, Cell] = {
            "from_day": payment.first,
            "due_on": payment.due,
            "amount": Amount(payment.expected, book.catalog.assets[asset].precision),
            "transaction": number,
        }
        rows.append(_which(book, payment.rule) | cells | judged_cells(of_days([payment.known])))
    would = bool(rows) and rows[0]["transaction"] is None
    whole = of_days(known)
    return Table(
        "accrue",
        "Interest that would be booked" if would else "Interest booked",
        BOOKINGS,
        rows,
        as_of=day,
        grade=whole.grade,
        reasons=whole.reasons,
        empty="nothing is due; what is next: folio yield list",
    )


def accrued_units(book: Book, query: Query) -> dict[int, Decimal]:
    """The interest of each holding that accrued by the day and is not paid, in its asset."""
    found = {}
    for earnings in earnings_of(book, query.holdings(book), query.as_of):
        owed = sum((p.expected for p in earnings.payments(query.as_of, only_due=True)), ZERO)
        found[earnings.holding.id] = owed + earnings.running(query.as_of)
    return found


def unsettled(book: Book, query: Query) -> Iterator[tuple[Earnings, list[Payment]]]:
    """The holdings with payments that nobody has booked, or that folio would book otherwise now."""
    for earnings in earnings_of(book, query.holdings(book), dt.date.max):
        found = [p for p in earnings.payments(query.as_of) if p.state == DUE or p.differs]
        if found:
            yield earnings, found


def _which(book: Book, rule: Rule) -> dict[str, Cell]:
    named = names(book, book.catalog.holdings[rule.holding_id])
    keys = ("institution", "account", "asset", "label")
    return {key: named[key] for key in keys} | {"rule": rule.name}


def _sums(payments: list[Payment], asset: Asset) -> dict[str, Cell]:
    booked = sum((p.booked or ZERO for p in payments), ZERO)
    difference = sum((p.difference for p in payments), ZERO)
    sums = {"expected": booked - difference, "booked": booked, "difference": difference}
    return {key: Amount(amount, asset.precision) for key, amount in sums.items()}
