"""Running balances: each printed one must follow from the movements.

The check is made day by day, because rows of one day come in any order.  Within a day
every row starts at some balance (printed − movement) and ends at the printed one; the
ends that are nobody's start must be exactly one, the day's close, and the starts that
are nobody's end must be the close before.  A bank that prints the balance *before*
each row is recognised by the whole file fitting only so.  A gap is a note; nothing is
corrected.  The last day's close is the statement's balance.  Some print balances by another
date than that of the booking: where all rows make one chain, its end is the balance; where
they do not and the days break more often than the chain, none is stated.  A row that states
a balance and moves nothing is the balance of its day.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.importers.cells.dates import When
from folio.importers.cells.rows import Row, RowFault
from folio.importers.interpreting.assets import compile_asset, compile_money
from folio.importers.interpreting.conditions import all_hold, compile_conditions
from folio.importers.interpreting.events import bind_amount
from folio.importers.interpreting.identity import key_part
from folio.importers.interpreting.layout import Layout
from folio.importers.language.profile import StatedForm
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO, how_many, to_text
from folio.model.statements import Pocket, StatedBalance
from folio.model.transactions import AccountRef


class RunningBalance(NamedTuple):
    """A running balance as a row prints it."""

    line: int
    when: When
    chain: tuple[AccountRef | None, AssetRef, tuple[str, ...]]
    balance: Decimal
    movement: Decimal | None  # None: the row states the balance and nothing else


ReadRunningBalance = Callable[[Row, When, AccountRef | None], RunningBalance | None]


def compile_balance(layout: Layout) -> ReadRunningBalance | None:
    """A function from a row to its running balance, None where it prints none.

    None where no row of the profile prints one.
    """
    form = layout.profile.balance
    if form is None:
        return None
    printed = layout.amount(form.printed)
    movement = bind_amount(form.movement, layout)
    asset = compile_asset(layout.profile.assets[form.asset], layout) if form.asset else None
    currency = compile_money(form.currency, layout)
    per = [key_part(name, layout) for name in form.per]
    applies = all_hold(compile_conditions(form.when, layout))

    def read(row: Row, when: When, account: AccountRef | None) -> RunningBalance | None:
        balance = printed(row)
        if balance is None or not applies(row):
            return None
        moved = movement(row)
        if moved is None:
            raise RowFault("the row prints a balance but no amount")
        thing = asset(row) if asset else currency(row).asset
        chain = (account, thing, tuple([part(row, when) for part in per]))
        return RunningBalance(row.line, when, chain, balance, moved)

    return read


def compile_stated(form: StatedForm, layout: Layout) -> ReadRunningBalance:
    """A function from a row that states a balance to it, None where it is blank."""
    stated = bind_amount(form.balance, layout)
    currency = compile_money(form.currency, layout)

    def read(row: Row, when: When, account: AccountRef | None) -> RunningBalance | None:
        balance = stated(row)
        if balance is None:
            return None
        return RunningBalance(row.line, when, (account, currency(row).asset, ()), balance, None)

    return read


class Closing(NamedTuple):
    """The end of one chain; None where the last day's rows do not say which is last."""

    balance: Decimal | None
    day: dt.date
    line: int
    first: dt.date
    opening: Decimal | None  # before the first row; None where the first day's rows do not say


_Closings = dict[tuple[str, ...], Closing]  # of one holding, by what its chains are called


class Checked(NamedTuple):
    balances: tuple[StatedBalance, ...]
    notes: list[str]


class Balances:
    """The check of a file's running balances, row by row; rows come oldest first."""

    def __init__(self) -> None:
        self._chains: dict[tuple[AccountRef | None, AssetRef, tuple[str, ...]], _Chain] = {}
        self._stated: dict[tuple[AccountRef | None, AssetRef], RunningBalance] = {}  # the newest

    def add(self, row: RunningBalance) -> None:
        if row.movement is None:
            self._stated[row.chain[:2]] = row
            return
        chain = self._chains.get(row.chain)
        if chain is None:
            chain = self._chains[row.chain] = _Chain()
        chain.add(row)

    def checked(self) -> Checked:
        """The statement's balances, and a note on each chain with a gap."""
        closings: dict[tuple[AccountRef | None, AssetRef], _Closings] = defaultdict(dict)
        notes: list[str] = []
        for (account, asset, name), chain in self._chains.items():
            closings[account, asset][name], found = chain.checked(asset)
            notes += found
        stated = [
            StatedBalance(*key, row.balance, row.when.day, (row.line,))
            for key, row in self._stated.items()
        ]
        told = {(balance.account, balance.asset, balance.day) for balance in stated}
        chained = (_stated(*key, ends) for key, ends in closings.items())
        stated += [one for one in chained if one and (one.account, one.asset, one.day) not in told]
        return Checked(tuple(stated), notes)


def check(printed: Iterable[RunningBalance]) -> Checked:
    """The statement's balances, and a note on each chain with a gap; rows oldest first."""
    balances = Balances()
    for row in printed:
        balances.add(row)
    return balances.checked()


def _stated(account: AccountRef | None, asset: AssetRef, ends: _Closings) -> StatedBalance | None:
    pockets = tuple(
        [
            Pocket(name, end.first, end.opening, end.day, end.balance)
            for name, end in ends.items()
            if end.balance is not None
        ]
    )
    if len(pockets) < len(ends):
        return None
    balance, day = sum((one.end for one in pockets), ZERO), max(one.last for one in pockets)
    lines = tuple(sorted(end.line for end in ends.values()))
    return StatedBalance(
        account, asset, balance, day, lines, tuple(one for one in pockets if one.name)
    )


class _Chain:
    """A chain of running balances: of its rows, those of the day under way are kept."""

    def __init__(self) -> None:
        self.count = 0
        self._first: dt.date | None = None
        self._day: list[RunningBalance] = []
        self._loose: Counter[Decimal] = Counter()  # starts that are nobody's end; negative: ends
        self._lines: dict[Decimal, int] = {}  # the last row that ends there
        self._after, self._before = _Walk(before=False), _Walk(before=True)

    def add(self, row: RunningBalance) -> None:
        self._first = self._first or row.when.day
        if self._day and row.when.printed.date() != self._day[-1].when.printed.date():
            self._end_day()
        self._day.append(row)
        self._loose[row.balance - _moved(row)] += 1
        self._loose[row.balance] -= 1
        self._lines[row.balance] = row.line
        self.count += 1

    def _end_day(self) -> None:
        for walk in (self._after, self._before):
            walk.add(self._day)
        self._day = []

    def checked(self, asset: AssetRef) -> tuple[Closing, list[str]]:
        last = self._day[-1]
        self._end_day()
        after, before = self._after, self._before
        first = self._first or last.when.day
        if after.first_gap is not None and not before.gaps and self.count > 1:
            notes = [f"each {asset} balance is the one before its row"]
            return Closing(before.close, last.when.day, last.line, first, before.opening), notes
        close = Closing(after.close, last.when.day, last.line, first, after.opening)
        if after.first_gap is None:
            return close, []
        if after.gaps >= (+self._loose).total():  # rows that are missing leave a start each
            ends = list((-self._loose).elements())
            if len(ends) == 1:
                starts = list((+self._loose).elements())
                opening = starts[0] if len(starts) == 1 else None
                line = self._lines[ends[0]]
                return close._replace(balance=ends[0], line=line, opening=opening), []
            close = close._replace(balance=None)
        return close, [_gap_note(after.first_gap, after.gaps, self.count, asset)]


def _gap_note(first: RunningBalance, gaps: int, count: int, asset: AssetRef) -> str:
    days = how_many(gaps, "day")
    return (
        f"line {first.line}: the printed balance {to_text(first.balance)} {asset} does not "
        f"follow from the rows before it (gaps on {days}, {count} balances checked)"
    )


class _Walk:
    """A chain read one way: what is printed stands after its row, or before it."""

    def __init__(self, *, before: bool) -> None:
        self.before = before
        self.opening: Decimal | None = None  # of the first day
        self.close: Decimal | None = None  # of the days so far
        self.days = 0
        self.gaps = 0  # days that do not follow
        self.first_gap: RunningBalance | None = None  # the first row of the first of them

    def add(self, day: list[RunningBalance]) -> None:
        start, end, sound = _day(day, self.close, before=self.before)
        if not sound or (self.days and start != self.close):
            self.gaps += 1
            self.first_gap = self.first_gap or day[0]
        if not self.days:
            self.opening = start
        self.close = end
        self.days += 1


def _moved(row: RunningBalance) -> Decimal:
    return ZERO if row.movement is None else row.movement


def _day(
    rows: list[RunningBalance], opening: Decimal | None, *, before: bool
) -> tuple[Decimal | None, Decimal | None, bool]:
    """Where the day starts and ends, and whether its rows form one chain."""
    if before:
        starts = Counter(row.balance for row in rows)
        ends = Counter(row.balance + _moved(row) for row in rows)
    else:
        starts = Counter(row.balance - _moved(row) for row in rows)
        ends = Counter(row.balance for row in rows)
    loose_starts, loose_ends = list((starts - ends).elements()), list((ends - starts).elements())
    if not loose_ends and not loose_starts:
        # The day came back to where it began; nobody's statement begins in the middle of it.
        last = rows[-1].balance + (_moved(rows[-1]) if before else 0)
        began = ZERO if opening is None else opening
        closed = began if began in ends else last
        return closed, closed, True
    if len(loose_ends) == 1 and len(loose_starts) == 1:
        return loose_starts[0], loose_ends[0], True
    return None, None, False
