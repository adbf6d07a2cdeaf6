"""The balances that a file states: which are new, and which were not of the end of their day.

A file that is made in the course of a day states what there is by then, and a later one has what
moved on the rest of that day.  Two balances in turn tell: where the second is the first, what
moved on the days since, and just those rows of the first one's day that its file did not have,
the first was of during that day, and at its end these rows are in it.  Where they are not just
that, both stand as they were stated, and what is between them is a gap.

>>> rest, since = Decimal(-7), Decimal(-20)  # 85 are stated; then 7 go that day, 20 the next one
>>> day_end(Decimal(85), rest, since, Decimal(58))
Decimal('78')
>>> day_end(Decimal(85), rest, since, Decimal(65)) is None
True
"""

import datetime as dt
import sqlite3
from bisect import bisect_right, insort
from collections.abc import Collection
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from folio.db.recording.stated_lines import StatedLines
from folio.db.statements.observations import (
    add_observation,
    closes_moved_since,
    closes_of,
    moved_after,
    moved_on,
)
from folio.model.accounts import Holding
from folio.model.numbers import ZERO, to_text
from folio.model.statements import Pocket, StatedBalance, Statement
from folio.operations.importing.pockets import (
    Pockets,
    Unknown,
    Whole,
    as_text,
    earlier_pockets,
    follows,
    in_words,
    restated,
    whole,
)
from folio.operations.importing.read_files import Choices
from folio.operations.importing.statement_accounts import Accounts
from folio.operations.names import account_for, asset_for, holding_for
from folio.operations.reconciling.compare_balances import Stated
from folio.operations.recording import Recording

if TYPE_CHECKING:
    from folio.importers.tables.stream import Stream


def day_end(stated: Decimal, rest: Decimal, since: Decimal, later: Decimal) -> Decimal | None:
    """What there was at the end of a day in whose course ``stated`` was; None: nobody tells.

    ``rest`` moved on that day and is not in the file, ``since`` moved on the days after it,
    through that of the balance ``later``.
    """
    return stated + rest if rest and stated + rest + since == later else None


class StatedBalances:
    """The balances of one file on their way into the book."""

    def __init__(self, write: Recording, choices: Choices) -> None:
        self._write = write
        self._choices = choices
        self._found: dict[Holding, list[StatedBalance]] = {}
        self._in_order: list[tuple[int, StatedBalance]] = []  # with its holding, as the file has it
        self._settled: dict[tuple[int, StatedBalance], tuple[Decimal, bool]] = {}  # is it new?
        self._closes: dict[int, dict[dt.date, Decimal]] = {}  # that were known before
        self._pockets: dict[int, dict[int, list[Pocket]]] | None = None  # of earlier statements
        self._restated: list[tuple[int, dt.date, Decimal | None, int]] = []  # with the file's line
        self.new: list[tuple[StatedBalance, int]] = []
        self.compared: list[Stated] = []
        self.notes: list[str] = []

    def find(self, statement: "Statement | Stream", accounts: Accounts, source: str) -> set[int]:
        """Take in what a file states; returns the lines of what is new to the book."""
        lines: set[int] = set()
        write, create = self._write, self._choices.create
        for stated in statement.balances:
            ref = accounts.default if accounts.is_said else stated.account or accounts.default
            if ref is None:
                continue
            account = account_for(write, ref, create=create, tracks_cash=statement.tracks_cash)
            asset = asset_for(write, stated.asset, create=create, source=source)
            holding = holding_for(write, account, asset, stated.label)
            self._found.setdefault(holding, []).append(stated)
            self._in_order.append((holding.id, stated))
            if stated.pockets and self._pockets is None:
                self._pockets = earlier_pockets(write.db, write.source(source))
            if holding.id not in self._closes:
                self._closes[holding.id] = closes_of(write.db, holding.id)
            said = self._closes[holding.id].get(stated.day)
            if said is None or (said != stated.balance and self._choices.supersede):
                lines.update(stated.lines)
        return lines

    def settle(self, first: int | None, own: Collection[int], links: StatedLines) -> None:
        """Say which are recorded, once the file's transactions are.

        Those from ``first`` on are new, and those of ``own`` and ``links`` the file states, too.
        """
        further: list[tuple[StatedBalance, int]] = []
        for holding, found in self._found.items():
            closes = self._closes[holding.id]
            wholes = self._wholes(holding, found)
            days = _Days(self._write.db, holding.id, closes, _Stated(first, own, links))
            for stated in sorted(wholes, key=attrgetter("day"), reverse=True):
                self._take(holding, stated, wholes[stated], days)
            own_days = {stated.day for stated in found}
            for day in days.gone_on():
                told = day in own_days or day not in days.closes
                end = None if told else days.end(day, new=True)
                if end is not None:
                    self._tell(holding, day, days.closes[day], end)
                    days.say(day, end)
                    lines = days.last_new_line(day) or found[-1].lines
                    one = found[-1]._replace(day=day, balance=end, lines=lines)
                    further.append((one, holding.id))
        for key in self._in_order:
            if key in self._settled:
                (holding_id, stated), (balance, is_new) = key, self._settled[key]
                self.compared.append((holding_id, stated.day, balance))
                if is_new:
                    self.new.append((stated._replace(balance=balance), holding_id))
        self.new += further

    @property
    def pockets(self) -> str:
        """What the statement keeps of the pockets that it has; "" of none."""
        return as_text((number, one) for number, by in self._in_order for one in by.pockets)

    @property
    def adds_something(self) -> bool:
        """Whether the book does not have it all."""
        return bool(self.new or self._restated)

    def _wholes(self, holding: Holding, found: list[StatedBalance]) -> dict[StatedBalance, Decimal]:
        """What a file states, each with what all pockets held; none of which nobody knows that.

        Of what earlier statements stated, what this file changes is restated.
        """
        own = [pocket for stated in found for pocket in stated.pockets]
        if not own or self._pockets is None:
            return {stated: stated.balance for stated in found}
        db, closes = self._write.db, self._closes[holding.id]
        earlier: dict[int, Pockets] = dict(self._pockets.get(holding.id, {}))
        wholes: dict[StatedBalance, Decimal] = {}
        for stated in found:
            by = whole([*earlier.values(), own], stated.pockets)
            if not isinstance(by, Unknown) and not by[1]:
                wholes[stated] = stated.balance
            elif follows(db, holding.id, closes, stated.day, stated.balance):
                wholes[stated] = stated.balance  # a pocket may have another name now
            else:
                if isinstance(by, Unknown) or closes.get(stated.day) != by[0]:
                    self._tell_of_pockets(holding, stated.pockets, by)
                if not isinstance(by, Unknown):
                    wholes[stated] = by[0]
        known = {stated.day: balance for stated, balance in wholes.items()} | closes
        after = {**earlier, 0: own}
        now: dict[dt.date, Decimal | None] = {**known}
        for other in restated(db, holding.id, known, earlier, after):
            if other.balance == now.get(other.day):
                continue
            self._restated.append((holding.id, other.day, other.balance, found[-1].lines[0]))
            if isinstance(other.by, Unknown) or (other.by[1] and other.balance == other.by[0]):
                self._tell_of_pockets(holding, other.own, other.by)
            now[other.day] = other.balance
            closes.pop(other.day, None)
            if other.balance is not None:
                closes[other.day] = other.balance
        return wholes

    def _tell_of_pockets(self, holding: Holding, own: Pockets, by: Whole) -> None:
        account = self._write.catalog.accounts[holding.account_id].key
        self.notes.append(in_words(self._asset(holding), account, own, by))

    def _take(
        self, holding: Holding, stated: StatedBalance, balance: Decimal, days: "_Days"
    ) -> None:
        """Record a balance, unless one is there that tells more of the day, or something else."""
        day, as_stated = stated.day, balance
        said = days.closes.get(day)
        if said is None:
            days.say(day, balance)
            end = days.end(day, new=False)
            if end is not None:
                balance = end
                self._tell(holding, day, as_stated, end)
        elif said != balance and not self._choices.supersede:
            new, others = days.moved(day)
            if day_end(balance, others, ZERO, said) is not None:
                balance = said  # another file goes on with the day
            elif day_end(said, new, ZERO, balance) is not None:
                self._tell(holding, day, said, balance)
            else:
                self.notes.append(
                    f"another statement says {to_text(said)} {self._asset(holding)} at the end of "
                    f"{day}, this one {to_text(balance)}; --supersede takes this one"
                )
                return
        days.say(day, balance)
        self._settled[holding.id, stated] = balance, balance != said

    def _tell(self, holding: Holding, day: dt.date, during: Decimal, end: Decimal) -> None:
        self.notes.append(
            f"{to_text(during)} {self._asset(holding)} was the balance in the course of {day}; "
            f"with what followed on that day it ended at {to_text(end)}"
        )

    def _asset(self, holding: Holding) -> str:
        return self._write.catalog.assets[holding.asset_id].key

    def keep(self, statement_id: int) -> None:
        """Record what is new, each with the line that states it."""
        for stated, holding in self.new:
            line = (statement_id, stated.lines[0]) if stated.lines else None
            add_observation(
                self._write.commit,
                holding,
                stated.day,
                "statement-close",
                stated.balance,
                line=line,
            )
            self._write.touched.observation(holding, stated.day)
        for holding, day, balance, number in self._restated:
            line = (statement_id, number)
            add_observation(self._write.commit, holding, day, "statement-close", balance, line=line)
            self._write.touched.observation(holding, day)


class _Stated(NamedTuple):
    """The transactions that a file states."""

    first: int | None  # those from it on are new
    own: Collection[int]
    links: StatedLines

    def is_new(self, number: int) -> bool:
        return self.first is not None and number >= self.first

    def without(self, numbers: set[int]) -> set[int]:
        """Those that the file does not state."""
        others = {number for number in numbers if not self.is_new(number)}.difference(self.own)
        for start, _, count in self.links.runs() if others else ():
            others.difference_update(range(start, start + count))
        return others

    def line(self, number: int) -> tuple[int, ...]:
        """The line that states a transaction, where one does."""
        for start, line, count in self.links.runs():
            if start <= number < start + count:
                return (line + number - start,)
        return ()


class _Days:
    """What is known of a holding's days: balances at their ends, and what moved."""

    def __init__(
        self, db: sqlite3.Connection, holding: int, closes: dict[dt.date, Decimal], file: _Stated
    ) -> None:
        self._db, self._holding, self._file = db, holding, file
        self.closes = closes
        self._sorted = sorted(closes)

    def say(self, day: dt.date, balance: Decimal) -> None:
        """Take in the balance of a day."""
        if day not in self.closes:
            insort(self._sorted, day)
        self.closes[day] = balance

    def gone_on(self) -> list[dt.date]:
        """Days of which a balance is known and the file has new rows, the newest first."""
        if self._file.first is None:
            return []
        return closes_moved_since(self._db, self._holding, self._file.first)

    def moved(self, day: dt.date) -> tuple[Decimal, Decimal]:
        """What moved on a day: by the file's new rows, and by those that it does not have."""
        rows = moved_on(self._db, self._holding, day)
        others = self._file.without({number for number, _ in rows})
        new = sum((units for number, units in rows if self._file.is_new(number)), ZERO)
        return new, sum((units for number, units in rows if number in others), ZERO)

    def end(self, day: dt.date, *, new: bool) -> Decimal | None:
        """The end of a day that has a balance, by the next one; None where that does not tell.

        Of its rows the file's ``new`` ones are not in the balance, or those it does not have.
        """
        place = bisect_right(self._sorted, day)
        if place == len(self._sorted):
            return None
        rest = self.moved(day)[not new]
        if not rest:
            return None
        later = self._sorted[place]
        since = moved_after(self._db, self._holding, day, later)
        return day_end(self.closes[day], rest, since, self.closes[later])

    def last_new_line(self, day: dt.date) -> tuple[int, ...]:
        """The file's line of the last of a day's new rows; none where it has none."""
        return self._file.line(max(one for one, _ in moved_on(self._db, self._holding, day)))
