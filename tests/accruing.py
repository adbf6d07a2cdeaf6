"""Short ways to say what holdings earn, and to accrue it, for tests."""

import datetime as dt
from decimal import Decimal
from typing import Any

from bookkeeper import Bookkeeper, day
from folio.book import Book
from folio.book.interest import Payment, earnings_of
from folio.book.selection import Filters
from folio.model.yields import Rule
from folio.operations.arranging.arrange import get_holding
from folio.operations.interest.accrue import Accrued, accrue
from folio.operations.interest.yields import NAME, Stated, parse_rate, set_rule, stop_rule
from folio.reports.query import Query


def earns(
    keeper: Bookkeeper,
    rate: str,
    on: str,
    until: str | None = None,
    *,
    account: str = "Savings",
    asset: str = "EUR",
    name: str = NAME,
    **words: Any,
) -> Rule:
    """Say what a holding earns from a day on."""

    def change(write: Any) -> Rule:
        holding = get_holding(write, account, asset)
        stated = Stated(parse_rate(rate), **words)
        last = None if until is None else day(until)
        return set_rule(write, holding, stated, from_day=day(on), until=last, name=name)

    rule: Rule = keeper.write(change)
    return rule


def stops(keeper: Bookkeeper, on: str, *, account: str = "Savings", asset: str = "EUR") -> None:
    keeper.write(
        lambda write: stop_rule(write, get_holding(write, account, asset), last_day=day(on))
    )


def accrues(keeper: Bookkeeper, until: str, **more: Any) -> list[tuple[str, str]]:
    """Accrue; the days due and the amounts that it booked."""
    done = accrued(keeper, until, **more)
    return [(str(b.payment.due), str(b.payment.expected)) for b in done.bookings]


def accrued(keeper: Bookkeeper, until: str, **more: Any) -> Accrued:
    return keeper.do(accrue, until=day(until), **more)


def payments(keeper: Bookkeeper, until: str, known_at: int | None = None) -> list[Payment]:
    """The payments of every rule of the book."""
    book = Book(keeper.db, known_at=known_at)
    earnings = earnings_of(book, book.catalog.holdings.values(), dt.date.max)
    return [payment for one in earnings for payment in one.payments(day(until))]


def listed(keeper: Bookkeeper, until: str) -> list[tuple[str, str, str | None, str]]:
    """Each payment: due, expected, booked, state."""
    return [
        (str(p.due), str(p.expected), None if p.booked is None else str(p.booked), p.state)
        for p in payments(keeper, until)
    ]


def query(keeper: Bookkeeper, on: str) -> Query:
    return Query(day(on), keeper.book().base, Filters())


def saver(keeper: Bookkeeper, amount: Any = 10000, on: str = "2024-01-01") -> None:
    """Savings with money in it."""
    keeper.account("Savings", kind="savings")
    keeper.add("deposit", on, "Savings", "EUR", quantity=Decimal(str(amount)))
