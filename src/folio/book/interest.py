"""What yield rules earn beside what is booked of it, payment by payment.

A payment is *booked* by folio, or *stated* by a row of a statement (or by hand) within
three days of the day it is due, or by amending what folio booked; or it is *due*: nobody has
booked it; or *undone*: it was booked and taken back, and stays so until it is asked for.

What was booked is a fact, and so are its days: those that the rule gave it when it was
booked.  A rule that is edited pays for the other days alone; of the days that are
paid it only says what it would have paid, and the difference is listed.  Asked for again,
what folio would book otherwise now is due once more, for the same days.

What is paid before an observation explains a part of what was seen, so payments between two
observations depend on one another.  They are worked out in turn until none changes any more.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from folio.book import Book
from folio.book.balances import Balances, Booked
from folio.db.arrangements.yields import (
    Accrual,
    StatedInterest,
    read_accruals,
    read_rules,
    read_stated_interest,
)
from folio.engine.grades import Days
from folio.engine.interest import (
    DAY,
    Earned,
    Span,
    due_near,
    earned,
    first_day,
    in_force,
    interest,
    spans,
)
from folio.model.accounts import Holding
from folio.model.numbers import ZERO, round_money
from folio.model.yields import NEAR, Rule, Terms

BOOKED, STATED, DUE, UNDONE = "booked", "stated", "due", "undone"
_NEAR = dt.timedelta(days=NEAR)
_ROUNDS = 8  # each moves the payments by less than a year's rate of what the one before did
_Owner = tuple[tuple[int, str], dt.date]  # the key of a rule, and the day due


class Payment(NamedTuple):
    """One payment of a rule, in units of the holding's asset."""

    rule: Rule
    first: dt.date | None  # the first day that it is for; None: of no day of the rule
    due: dt.date
    state: str  # BOOKED, STATED, DUE or UNDONE
    expected: Decimal  # by the rule and the balances as they are known now
    booked: Decimal | None
    known: Days  # how well: the balances that it is expected of
    transactions: tuple[int, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether it is folio's alone, and folio would book another amount now."""
        return self.state == BOOKED and len(self.transactions) == 1 and bool(self.difference)

    @property
    def difference(self) -> Decimal:
        """Booked beyond what is expected; what was undone is expected no more."""
        return ZERO if self.state == UNDONE else (self.booked or ZERO) - self.expected


class _Owing(NamedTuple):
    """A payment to be booked, or to be booked anew in the place of the one that stands."""

    sheet: "Sheet"
    due: dt.date
    days: list[Span]
    stands: Accrual | None

    @property
    def transactions(self) -> tuple[int, ...]:
        return () if self.stands is None else (self.stands.transaction_id,)


class Working(NamedTuple):
    """How a payment was worked out, and what of it was recorded."""

    days: list[Span]
    without: tuple[Booked, ...]  # its own payment, which earns nothing for itself
    recorded: tuple[tuple[int, Decimal], ...] = ()  # transactions and their amounts


class Sheet:
    """One rule, and what folio booked of it."""

    def __init__(self, book: Book, rule: Rule) -> None:
        self.rule = rule
        self.terms = rule.terms()
        holding = book.catalog.holdings[rule.holding_id]
        members = book.catalog.members(holding.id)
        accruals = read_accruals(book.db, rule, holding.account_id, members, known_at=book.known_at)
        self.standing = {a.due: a for a in accruals if a.reversed_by is None}
        self.undone = {a.due for a in accruals if a.reversed_by == "undo"} - self.standing.keys()

    @cached_property
    def booked_days(self) -> dict[dt.date, list[Span]]:
        """The days that each booked payment was for: no day was paid twice."""
        terms_at: dict[int, list[Terms]] = {}
        found: dict[dt.date, list[Span]] = {}
        paid: list[Span] = []
        for one in sorted(self.standing.values(), key=lambda a: (a.commit_id, a.due)):
            known = sum(commit <= one.commit_id for commit, _ in self.rule.said)
            if known not in terms_at:
                terms_at[known] = self.rule.terms(one.commit_id)
            first = first_day(terms_at[known], one.due)
            span = Span(first or one.due, one.due)
            found[one.due] = _left(span, paid)
            paid = _joined([*paid, span])
        return found

    def paid_days(self, until: dt.date = dt.date.max) -> list[Span]:
        """The days of the payments that were booked and due by ``until`` (inclusive)."""
        return _joined(s for due, days in self.booked_days.items() if due <= until for s in days)

    def state(self, due: dt.date, *, has_rows: bool, again: bool = False) -> str:
        """What became of a payment; ``again`` counts as due what is folio's own affair."""
        accrual = self.standing.get(due)
        if has_rows or (accrual is not None and accrual.amended):
            return BOOKED if accrual is not None and not accrual.amended else STATED
        if accrual is None and due not in self.undone:
            return DUE
        return DUE if again else BOOKED if accrual is not None else UNDONE

    def next_due(self, after: dt.date) -> dt.date | None:
        """The first day after ``after`` on which the rule pays."""
        until = max(after + DAY, self.terms[-1].from_day)
        return next((span.due for span in spans(self.terms, until) if span.due > after), None)


class Earnings:
    """What a holding earns by its rules, and what is booked of it.

    ``seen_until`` is the last day of rows that are looked at: what comes in after it is
    not known of.
    """

    def __init__(
        self, book: Book, holding: Holding, rules: Iterable[Rule], seen_until: dt.date
    ) -> None:
        self.book = book
        self.holding = holding
        self.asset = book.catalog.assets[holding.asset_id]
        self.sheets = [Sheet(book, rule) for rule in rules]
        self.seen_until = seen_until
        self._workings: dict[_Owner, Working] = {}

    @cached_property
    def balances(self) -> Balances:
        """Read when an amount is asked for: most days nothing is due."""
        return Balances(self.book, self.holding)

    def payments(
        self, until: dt.date, *, only_due: bool = False, again: bool = False
    ) -> list[Payment]:
        """The payments due by ``until``, by day; those that are 0 and booked by nobody left out.

        Those that are due are added to the balances, and later ones earn on them.  With
        ``only_due`` nothing else is worked out.  ``again`` counts as due what was undone, and what
        folio booked: with the transaction that stands, where the amount is another one now.
        """
        open_days = [
            span.due
            for sheet in self.sheets
            for span in spans(sheet.terms, until)
            if span.due <= until and span.due not in sheet.standing
        ]
        if only_due and not open_days and not again:
            return []
        said = [terms.from_day for sheet in self.sheets for _, terms in sheet.rule.said]
        stated = self._stated(min(said if again or not only_due else open_days) - _NEAR, until)
        owing, others = [], []
        for due, sheet, days in sorted(self._owed(until, stated), key=lambda owed: owed[0]):
            rows = stated.get((sheet.rule.key, due), [])
            state = sheet.state(due, has_rows=bool(rows), again=again)
            if state == DUE:
                owing.append(_Owing(sheet, due, days, sheet.standing.get(due)))
            elif not only_due:
                others.append((sheet, due, state, days, rows))
        found = self._settled(owing) + [self._payment(*other) for other in others]
        return sorted(found, key=lambda one: one.due)

    def known(self, sheet: Sheet, start: dt.date, until: dt.date) -> Days:
        """How well the balances are known of which a rule pays from ``start`` to ``until``.

        Of days without one it pays nothing, and that payment is none of :meth:`payments`.
        """
        due = [span for span in spans(sheet.terms, until) if start <= span.due <= until]
        return self.balances.known(due)

    def running(self, until: dt.date) -> Decimal:
        """What accrues from the last day due through ``until``, not rounded.

        Asked for after :meth:`payments`, it earns on those that are due.
        """
        return sum((interest(parts) for _, parts in self.runs(until)), ZERO)

    def runs(self, until: dt.date) -> Iterator[tuple[Rule, list[Earned]]]:
        """What :meth:`running` adds up, by rule."""
        for sheet in self.sheets:
            last = next((span for span in spans(sheet.terms, until) if span.due > until), None)
            if last is None or (
                last.due - _NEAR <= until
                and ((sheet.rule.key, last.due) in self._stated(last.due - _NEAR, last.due))
            ):
                continue
            days = _left(Span(last.first, until), sheet.paid_days(until))
            yield sheet.rule, self._earned(sheet.terms, days, until, ())

    def working(self, payment: Payment) -> tuple[Working, list[Earned]]:
        """How a payment of :meth:`payments` was worked out: rounded, the parts are what it is."""
        found = self._workings[payment.rule.key, payment.due]
        terms = payment.rule.terms()
        return found, self._earned(terms, found.days, payment.due, found.without)

    def stays(self, day: dt.date) -> bool:
        """Whether what is paid on a day stays: it leaves where cash is not in the ledger."""
        account = self.book.catalog.accounts[self.holding.account_id]
        return not self.asset.is_currency or self.book.catalog.tracks_cash(account, day)

    # -- parts ---------------------------------------------------------------------------

    def _owed(
        self, until: dt.date, stated: Iterable[_Owner]
    ) -> Iterator[tuple[dt.date, Sheet, list[Span]]]:
        """The days on which something is due, was booked or came in, and the days it is for."""
        for sheet in self.sheets:
            periods = {s.due: s for s in spans(sheet.terms, until) if s.due <= until}
            rows = {due for key, due in stated if key == sheet.rule.key}
            paid = sheet.paid_days()  # by one that is due later too: no day is paid twice
            for due in {*periods, *rows, *(d for d in sheet.standing if d <= until)}:
                days = _left(periods[due], paid) if due in periods else []
                yield due, sheet, days + sheet.booked_days.get(due, [])

    def _stated(self, since: dt.date, until: dt.date) -> dict[_Owner, list[StatedInterest]]:
        """What others recorded, by rule and the day due to which it belongs, else by its own."""
        rows = read_stated_interest(
            self.book.db,
            self.book.catalog.members(self.holding.id),
            self.book.catalog.aliases.members(self.asset.id),
            rewards=not self.asset.is_currency,
            since=since,
            until=min(until + _NEAR, self.seen_until),
            known_at=self.book.known_at,
        )
        found: dict[_Owner, list[StatedInterest]] = {}
        for row in rows:
            owner = self._owner(row.day)
            if owner is not None and owner[1] <= until:
                found.setdefault(owner, []).append(row)
        return found

    def _owner(self, day: dt.date) -> _Owner | None:
        """The rule and the day due that a row of a day belongs to."""
        near = [(s.rule.key, due) for s in self.sheets if (due := due_near(s.terms, day))]
        near += [(s.rule.key, day) for s in self.sheets if not near and in_force(s.terms, day)]
        return min(near, key=lambda owner: abs(owner[1] - day), default=None)

    def _payment(
        self,
        sheet: Sheet,
        due: dt.date,
        state: str,
        days: list[Span],
        rows: list[StatedInterest],
    ) -> Payment:
        amounts = [row.amount for row in rows]
        stayed: list[Booked] = [(row.day, row.stayed) for row in rows]
        numbers = [row.transaction_id for row in rows]
        accrual = sheet.standing.get(due)
        if accrual is not None:
            amounts.append(accrual.amount)
            stayed.append((accrual.paid_on, accrual.stayed))
            numbers.append(accrual.transaction_id)
        total = sum(amounts, ZERO) if amounts else None
        recorded = tuple(zip(numbers, amounts, strict=True))
        self._workings[sheet.rule.key, due] = Working(days, tuple(stayed), recorded)
        expected = self._rounded(sheet, days, due, stayed)
        known = self.balances.known(days)
        return Payment(sheet.rule, _first(days), due, state, expected, total, known, tuple(numbers))

    def _settled(self, owing: list[_Owing]) -> list[Payment]:
        """What the payments that are due come to, taken into the balances.

        Each is worked out without itself: a balance seen later has it in it already.
        """
        amounts = [ZERO if one.stands is None else one.stands.amount for one in owing]
        days = [span.first for one in owing for span in one.days]
        rounds = _ROUNDS if days and self.balances.observed_since(min(days)) else 1
        for _ in range(rounds):
            before = tuple(amounts)
            for place, one in enumerate(owing):
                kept = amounts[place] if self.stays(one.due) else ZERO
                amounts[place] = self._rounded(one.sheet, one.days, one.due, [(one.due, kept)])
                if self.stays(one.due) and amounts[place] != kept:
                    self.balances.add(one.due, amounts[place] - kept)
            if tuple(amounts) == before:
                break
        for one, amount in zip(owing, amounts, strict=True):
            own = amount if self.stays(one.due) else ZERO
            self._workings[one.sheet.rule.key, one.due] = Working(one.days, ((one.due, own),))
        return [
            Payment(
                one.sheet.rule,
                _first(one.days),
                one.due,
                DUE,
                amount,
                None,
                self.balances.known(one.days),
                one.transactions,
            )
            for one, amount in zip(owing, amounts, strict=True)
            if amount != (ZERO if one.stands is None else one.stands.amount)
        ]

    def _rounded(
        self, sheet: Sheet, days: list[Span], due: dt.date, without: Iterable[Booked]
    ) -> Decimal:
        parts = self._earned(sheet.terms, days, due, without)
        return round_money(interest(parts), self.asset.precision)

    def _earned(
        self, terms: list[Terms], days: list[Span], paid_on: dt.date, without: Iterable[Booked]
    ) -> list[Earned]:
        """What these days earn, in units of the day on which that is paid."""
        left_out = tuple(without)
        stretches = (
            stretch
            for first, last in days
            for stretch in self.balances.stretches(first, last, left_out)
        )
        found = earned(terms, stretches)
        if not self.balances.is_split:
            return list(found)
        splits = self.book.prices.splits
        return [
            part._replace(split=splits.product(self.asset.id, part.last, paid_on)[:2])
            for part in found
        ]


def earnings_of(book: Book, holdings: Iterable[Holding], seen_until: dt.date) -> Iterator[Earnings]:
    """The earnings of those of these holdings that have rules, in their order."""
    rules: dict[int, list[Rule]] = {}
    for rule in read_rules(book.db, known_at=book.known_at):
        rules.setdefault(book.catalog.holdings[rule.holding_id].id, []).append(rule)
    for holding in holdings if rules else ():
        if holding.id in rules:
            yield Earnings(book, holding, rules[holding.id], seen_until)


def _first(days: list[Span]) -> dt.date | None:
    return min((span.first for span in days), default=None)


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
