"""What yield rules earn beside what is booked of it, payment by payment.

A payment is *booked* by folio, or *stated* by a row of a statement (or by hand) within
three days of the day it is due; or it is *due*: nobody has booked it; or *undone*: it was
booked and taken back, and stays so until it is asked for.

What was booked is a fact, and so are its days: those that the rule gave it when it was
booked.  A rule that is edited pays for the other days alone; of the days that are
paid it only says what it would have paid, and the difference is listed.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from folio.book import Book
from folio.book.balances import Balances, Booked
from folio.db.yields import (
    Accrual,
    StatedInterest,
    read_accruals,
    read_rules,
    read_stated_interest,
)
from folio.engine.interest import DAY, Span, accrued, due_near, first_day, in_force, spans
from folio.model.accounts import Holding
from folio.model.numbers import ZERO, round_money
from folio.model.yields import NEAR, Rule, Terms

BOOKED, STATED, DUE, UNDONE = "booked", "stated", "due", "undone"
_NEAR = dt.timedelta(days=NEAR)


class Payment(NamedTuple):
    """One payment of a rule, in units of the holding's asset."""

    first: dt.date | None  # the first day that it is for; None: of no day of the rule
    due: dt.date
    state: str  # BOOKED, STATED, DUE or UNDONE
    expected: Decimal  # by the rule and the balances as they are known now
    booked: Decimal | None
    transactions: tuple[int, ...] = ()

    @property
    def difference(self) -> Decimal:
        """Booked beyond what is expected; what was undone is expected no more."""
        return ZERO if self.state == UNDONE else (self.booked or ZERO) - self.expected


def rules_of(book: Book, holdings: Iterable[Holding]) -> list[Rule]:
    """The rules of these holdings, in their order."""
    place = {holding.id: i for i, holding in enumerate(holdings)}
    if not place:
        return []
    found = read_rules(book.db, None, book.known_at)
    return sorted((r for r in found if r.holding_id in place), key=lambda r: place[r.holding_id])


class Earnings:
    """What one rule earns, and what is booked of it.

    ``seen_until`` is the last day of rows that are looked at: what comes in after it is
    not known of.
    """

    def __init__(self, book: Book, rule: Rule, seen_until: dt.date) -> None:
        self.book = book
        self.rule = rule
        self.holding = book.catalog.holdings[rule.holding_id]
        self.asset = book.catalog.assets[self.holding.asset_id]
        self.terms = rule.terms()
        self.seen_until = seen_until
        self._terms_at: dict[int, list[Terms]] = {}
        self._first_said = min(t.from_day for _, t in rule.said)

    @cached_property
    def balances(self) -> Balances:
        """Read when an amount is asked for: most days nothing is due."""
        return Balances(self.book, self.holding)

    @cached_property
    def _accruals(self) -> list[Accrual]:
        return read_accruals(self.book.db, self.rule, self.holding, known_at=self.book.known_at)

    def payments(
        self, until: dt.date, *, only_due: bool = False, again: bool = False
    ) -> list[Payment]:
        """The payments due by ``until``, by day; those that are 0 and booked by nobody left out.

        Each one that is due is added to the balances, and later ones earn on it.  With ``only_due``
        nothing else is worked out; ``again`` counts what was undone as due.
        """
        periods = {span.due: span for span in spans(self.terms, until) if span.due <= until}
        standing = {a.due: a for a in self._accruals if a.reversed_by is None and a.due <= until}
        undone = {a.due for a in self._accruals if a.reversed_by == "undo"} - standing.keys()
        open_dues = [due for due in periods if due not in standing]
        if only_due and not open_dues:
            return []
        since = min(open_dues) if only_due else self._first_said
        stated = self._stated(since - _NEAR, until)
        paid = _joined(self._days_of(accrual) for accrual in standing.values())
        found = []
        for due in sorted({*periods, *standing, *stated}):
            state = DUE if again or due not in undone else UNDONE
            state = BOOKED if due in standing else STATED if due in stated else state
            if only_due and state != DUE:
                continue
            days = _left(periods[due], paid) if due in periods else []
            days += [self._days_of(standing[due])] if due in standing else []
            one = self._payment(due, state, days, standing.get(due), stated.get(due, []))
            if one.expected or one.booked is not None:
                found.append(one)
        return found

    def running(self, until: dt.date) -> Decimal:
        """What accrues from the last day due through ``until``, not rounded.

        Asked for after :meth:`payments`, it earns on those that are due.
        """
        last = next((span for span in spans(self.terms, until) if span.due > until), None)
        if last is None or last.due in self._stated(last.due - _NEAR, last.due):
            return ZERO
        paid = _joined(self._days_of(a) for a in self._accruals if a.reversed_by is None)
        return self._interest(_left(Span(last.first, until), paid), ())

    def next_due(self, after: dt.date) -> dt.date | None:
        """The first day after ``after`` on which the rule pays."""
        until = max(after + DAY, self.terms[-1].from_day)
        return next((span.due for span in spans(self.terms, until) if span.due > after), None)

    # -- parts ---------------------------------------------------------------------------

    def _stated(self, since: dt.date, until: dt.date) -> dict[dt.date, list[StatedInterest]]:
        """What others recorded, by the day due to which it belongs, else by its own."""
        last = min(until + _NEAR, self.seen_until)
        rows = read_stated_interest(
            self.book.db,
            self.holding,
            rewards=not self.asset.is_currency,
            since=since,
            until=last,
            known_at=self.book.known_at,
        )
        found: dict[dt.date, list[StatedInterest]] = {}
        for row in rows:
            due = due_near(self.terms, row.day)
            if due is None and in_force(self.terms, row.day) is not None:
                due = row.day
            if due is not None and due <= until:
                found.setdefault(due, []).append(row)
        return found

    def _days_of(self, accrual: Accrual) -> Span:
        """The days that a booked payment was for."""
        known = sum(commit <= accrual.commit_id for commit, _ in self.rule.said)
        if known not in self._terms_at:
            self._terms_at[known] = self.rule.terms(accrual.commit_id)
        first = first_day(self._terms_at[known], accrual.due)
        return Span(first or accrual.due, accrual.due)

    def _payment(
        self,
        due: dt.date,
        state: str,
        days: list[Span],
        accrual: Accrual | None,
        rows: list[StatedInterest],
    ) -> Payment:
        booked: list[Booked] = [(row.day, row.amount) for row in rows]
        booked += [(accrual.paid_on, accrual.amount)] if accrual else []
        numbers = [row.transaction_id for row in rows]
        numbers += [accrual.transaction_id] if accrual else []
        first = min((span.first for span in days), default=None)
        if state == DUE:
            return Payment(first, due, DUE, self._add(due, days), None)
        total = sum((amount for _, amount in booked), ZERO) if booked else None
        expected = self._rounded(days, booked)
        return Payment(first, due, state, expected, total, tuple(numbers))

    def _add(self, due: dt.date, days: list[Span]) -> Decimal:
        """What a payment comes to, taken into the balances.

        A balance that was observed later has the payment in it already: it is worked out again
        without itself, until that changes nothing.
        """
        amount = self._rounded(days, ())
        if not amount:
            return amount
        self.balances.add(due, amount)
        for _ in range(5 if self.balances.observed_since(days[0].first) else 0):
            better = self._rounded(days, [(due, amount)])
            if better == amount:
                break
            self.balances.add(due, better - amount)
            amount = better
        return amount

    def _rounded(self, days: list[Span], without: Iterable[Booked]) -> Decimal:
        return round_money(self._interest(days, without), self.asset.precision)

    def _interest(self, days: list[Span], without: Iterable[Booked]) -> Decimal:
        left_out = tuple(without)
        stretches = (
            stretch
            for first, last in days
            for stretch in self.balances.stretches(first, last, left_out)
        )
        return accrued(self.terms, stretches)


def _joined(days: Iterable[Span]) -> list[Span]:
    """Spans of days as few as possible, by day."""
    found: list[Span] = []
    for span in sorted(days):
        if found and span.first <= found[-1].due + DAY:
            found[-1] = Span(found[-1].first, max(found[-1].due, span.due))
        else:
            found.append(span)
    return found


def _left(span: Span, paid: list[Span]) -> list[Span]:
    """The days of a span that no other covers."""
    first, found = span.first, []
    for one in paid:
        if one.due < first or one.first > span.due:
            continue
        if one.first > first:
            found.append(Span(first, one.first - DAY))
        first = max(first, one.due + DAY)
    if first <= span.due:
        found.append(Span(first, span.due))
    return found
