"""What holdings earn by their rules, and what is booked of it."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from folio.book import Book
from folio.book.interest import BOOKED, DUE, STATED, Earnings, Payment, rules_of
from folio.engine.interest import in_force
from folio.model.dates import Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.model.yields import MONTHS_BETWEEN, Rule, Terms
from folio.reports.query import Query, names, title_of

_WHICH = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account"),
    Column("asset", "Asset"),
    Column("label", "Label", optional=3),
    Column("rule", "Rule", optional=6),
)
_AMOUNTS = (
    Column("expected", "Expected", "quantity"),
    Column("booked", "Booked", "quantity"),
    Column("difference", "Difference", "gain"),
)
RULES = (
    *_WHICH,
    Column("rate", "Rate", "rate"),
    Column("rate_type", "", optional=2),
    Column("day_count", "Day count", optional=5),
    Column("pays", "Pays", optional=4),
    Column("from", "From", "day", machine_only=True),
    Column("next_due", "Next due", "day", optional=1),
    *_AMOUNTS,
    Column("not_booked", "Not booked", "count", optional=2),
)
PAYMENTS = (
    *_WHICH,
    Column("from", "From", "day", optional=2),
    Column("due", "Due", "day"),
    *_AMOUNTS,
    Column("state", "State"),
    Column("transactions", "Transactions", optional=1),
)
BOOKINGS = (
    *_WHICH,
    Column("from", "From", "day", optional=2),
    Column("due", "Due", "day"),
    Column("amount", "Amount", "quantity"),
    Column("transaction", "Transaction", "number", optional=1),
)
INTEREST = (*_WHICH, Column("payments", "Payments", "count", optional=1), *_AMOUNTS)
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
    found = [Earnings(book, r, query.as_of) for r in rules_of(book, query.holdings(book))]
    rows = []
    for earnings in found:
        payments = earnings.payments(query.as_of)
        now = in_force(earnings.terms, query.as_of)
        row = _which(book, earnings) | _sums(earnings, payments)
        if now is not None:
            row |= {
                "rate": Amount(now.rate_per_year or ZERO),
                "rate_type": now.rate_type,
                "day_count": now.day_count,
                "pays": schedule(now),
                "from": now.from_day,
            }
        row["next_due"] = earnings.next_due(query.as_of)
        row["not_booked"] = sum(p.state == DUE for p in payments) or None
        rows.append(row)
    return Table(
        "yield",
        "Yield rules",
        RULES,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        empty="no rules; add one with: folio yield set ACCOUNT ASSET RATE",
    )


def payments(book: Book, query: Query, period: Period) -> Table:
    """Payment by payment: for which days, due when, expected and booked."""
    rows = []
    for rule in rules_of(book, query.holdings(book)):
        earnings = Earnings(book, rule, query.as_of)
        places = earnings.asset.precision
        for one in earnings.payments(min(period.end, query.as_of)):
            if one.due < period.start:
                continue
            rows.append(
                _which(book, earnings)
                | {
                    "from": one.first,
                    "due": one.due,
                    "expected": Amount(one.expected, places),
                    "booked": None if one.booked is None else Amount(one.booked, places),
                    "difference": Amount(one.difference, places),
                    "state": _STATES.get(one.state, one.state),
                    "transactions": " ".join(map(str, one.transactions)) or None,
                }
            )
    return Table(
        "payments",
        title_of("Interest by payment", period, query),
        PAYMENTS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
        empty="no rule owes anything in that period; see: folio yield list",
    )


def interest(book: Book, query: Query, period: Period) -> Table:
    """Interest of the period by rule: expected against booked."""
    rows = []
    for rule in rules_of(book, query.holdings(book)):
        earnings = Earnings(book, rule, query.as_of)
        due = earnings.payments(min(period.end, query.as_of))
        within = [one for one in due if one.due >= period.start]
        if within:
            row = _which(book, earnings) | _sums(earnings, within)
            rows.append(row | {"payments": len(within)})
    return Table(
        "interest",
        title_of("Interest by rule", period, query),
        INTEREST,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
    )


def bookings(book: Book, day: dt.date, booked: Iterable[tuple[Rule, Payment, int | None]]) -> Table:
    """What accruing booked, with the transaction of each payment; None: it only would."""
    rows: list[dict[str, Cell]] = []
    for rule, payment, number in booked:
        earnings = Earnings(book, rule, day)
        rows.append(
            _which(book, earnings)
            | {
                "from": payment.first,
                "due": payment.due,
                "amount": Amount(payment.expected, earnings.asset.precision),
                "transaction": number,
            }
        )
    would = bool(rows) and rows[0]["transaction"] is None
    return Table(
        "accrue",
        "Interest that would be booked" if would else "Interest booked",
        BOOKINGS,
        rows,
        as_of=day,
        empty="nothing is due; what is next: folio yield list",
    )


def accrued_units(book: Book, query: Query) -> dict[int, Decimal]:
    """The interest of each holding that accrued by the day and is not paid, in its asset."""
    found: dict[int, Decimal] = {}
    for rule in rules_of(book, query.holdings(book)):
        earnings = Earnings(book, rule, query.as_of)
        owed = sum((p.expected for p in earnings.payments(query.as_of, only_due=True)), ZERO)
        units = owed + earnings.running(query.as_of)
        found[rule.holding_id] = found.get(rule.holding_id, ZERO) + units
    return found


def unbooked(book: Book, query: Query) -> list[tuple[Earnings, list[Payment]]]:
    """The rules with payments due that nobody has booked."""
    found = []
    for rule in rules_of(book, query.holdings(book)):
        earnings = Earnings(book, rule, dt.date.max)
        due = earnings.payments(query.as_of, only_due=True)
        if due:
            found.append((earnings, due))
    return found


def _which(book: Book, earnings: Earnings) -> dict[str, Cell]:
    named = names(book, earnings.holding)
    keys = ("institution", "account", "asset", "label")
    return {key: named[key] for key in keys} | {"rule": earnings.rule.name}


def _sums(earnings: Earnings, payments: list[Payment]) -> dict[str, Cell]:
    places = earnings.asset.precision
    booked = sum((p.booked or ZERO for p in payments), ZERO)
    difference = sum((p.difference for p in payments), ZERO)
    return {
        "expected": Amount(booked - difference, places),
        "booked": Amount(booked, places),
        "difference": Amount(difference, places),
    }
