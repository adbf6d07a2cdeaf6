"""What a past day's figure changed by, because of what was recorded later.

The figure as known at the end, less the one as known before: of each holding whose figure
differs, both are told by those that tell them in a report.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from folio.book import Book
from folio.db.recording.since import last_commit
from folio.engine.grades import Counts, Judged
from folio.errors import UnknownName, UsageError
from folio.model.dates import EARLIEST, Period
from folio.model.explanation import Node, defined, made, total
from folio.model.numbers import ZERO
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.held.holdings import Line
from folio.reports.held.holdings import total as total_of
from folio.reports.over_time.revisions import both_ends
from folio.reports.query import Since
from folio.reports.sold.realised import realised_gains


class Stated(NamedTuple):
    """A holding's figure in one state of knowledge."""

    figure: Decimal | None
    tell: Callable[[], Node]


class Revised:
    """A day as known at the end, beside what was known before.

    ``commits`` names those that a row of the report is about, such as ``13`` or ``4-9``; None:
    all since then.

    Raises:
        UsageError: for commits that are none, or were not recorded since.
    """

    def __init__(self, ground: Ground, since: Since, commits: str | None) -> None:
        db, known_at = ground.book.db, ground.book.known_at
        until = last_commit(db) if known_at is None else known_at
        before, last = since.commit, until
        if commits is not None:
            before, last = _commits(commits, since.commit, until)
        self.ground = ground
        self.now = ground if last == until else self._known(last)
        self.then = self._known(before)

    def _known(self, commit: int) -> Ground:
        known = Ground(Book.known(self.ground.book.db, commit), self.ground.query)
        known.wrong = self.ground.wrong
        return known

    def told(self, what: str, stated: "_Figures") -> Node:
        """What a figure of the day changed by: the sum over the holdings whose own differs."""
        unit = self.ground.unit
        now, then = self._stated(stated, self.now), self._stated(stated, self.then)
        differing = [
            number
            for number in {**then, **now}
            if _figure(now.get(number)) != _figure(then.get(number))
        ]
        parts = []
        for number in differing:
            named = self.now if number in now else self.then
            name = f"{what} of {named.name(named.book.catalog.holdings[number])}"
            ends = now.get(number), then.get(number)
            tell = partial(self._difference, name, *ends)
            figure = _figure(ends[0]) - _figure(ends[1])
            parts.append(self.ground.one_of(len(differing), name, figure, tell))
        return total(f"change of the {what} on {self.ground.query.as_of}", unit, parts)

    def judged(self) -> Judged:
        """How well the day is known, at both ends."""
        return both_ends(*(self._counts(ground) for ground in (self.then, self.now)))

    @staticmethod
    def _counts(ground: Ground) -> Counts:
        try:
            return total_of(ground.lines).counts
        except UnknownName:  # what is asked for was made later
            return Counts()

    def _stated(self, stated: "_Figures", ground: Ground) -> dict[int, Stated]:
        try:
            return stated(ground)
        except UnknownName:  # what is asked for was made later
            return {}

    def _difference(self, name: str, now: Stated | None, then: Stated | None) -> Node:
        ends = [self._end("now", now), self._end("known then", then)]
        return made(name, self.ground.unit, "difference", ends)

    def _end(self, when: str, of: Stated | None) -> Node:
        if of is None:
            return defined(when, ZERO, self.ground.unit, "it is in no total")
        node = of.tell()
        if node.figure is None:
            nothing = defined("it counts as nothing", ZERO, self.ground.unit)
            node = total(when, self.ground.unit, [nothing, node._replace(counted=False)])
        return node._replace(what=when)


_Figures = Callable[[Ground], dict[int, Stated]]


def values(ground: Ground) -> dict[int, Stated]:
    """What each holding in the totals was worth."""
    return _of_lines(ground, Holdings(ground).value, lambda line: line.worth.value)


def costs(ground: Ground) -> dict[int, Stated]:
    """What each had cost."""
    return _of_lines(ground, Holdings(ground).cost, lambda line: line.worth.cost)


def _of_lines(
    ground: Ground, tell: Callable[[Line], Node], figure: Callable[[Line], Decimal | None]
) -> dict[int, Stated]:
    return {
        line.holding.id: Stated(figure(line), partial(tell, line))
        for line in ground.lines
        if line.holding.included
    }


def realised(ground: Ground) -> dict[int, Stated]:
    """What each had realised."""
    book, query = ground.book, ground.query
    included = [h for h in query.holdings(book) if h.included]
    tell = Disposals(ground, Period(EARLIEST, query.as_of)).realised
    gains = realised_gains(book, query, included)
    return {h.id: Stated(gains[h.id].gain, partial(tell, h)) for h in included}


def _figure(of: Stated | None) -> Decimal:
    """Unknown is nothing in a sum."""
    return ZERO if of is None or of.figure is None else of.figure


def _commits(said: str, since: int, until: int) -> tuple[int, int]:
    """The commit before those that are named, and the last of them."""
    first, _, last = said.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise UsageError(f"{said!r} names no commits; say one, such as 13, or 4-9")
    before, end = int(first) - 1, int(last or first)
    if not since <= before < end <= until:
        raise UsageError(f"commits {said} were not recorded since; see: folio changes")
    return before, end
