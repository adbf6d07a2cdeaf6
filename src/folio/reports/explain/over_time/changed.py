"""What changed since an instant, cause by cause: each column of the report of changes."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from folio.book import Book
from folio.engine.grades import Judged
from folio.errors import FolioError
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import Node, defined, made, missing, total, total_of_known
from folio.model.numbers import ZERO
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.over_time.movements import Movements
from folio.reports.explain.rates import rate
from folio.reports.held.holdings import Line
from folio.reports.over_time.changes import Course, Move, courses, together, told_of
from folio.reports.query import Since

_ONE_DAY = dt.timedelta(days=1)
_WORDS = {"knowledge": "new knowledge", "moved": "moved from other holdings"}
_Tell = Callable[["Changed", Holding, Course], Node]


class Changed:
    """The holdings of a query, from ``since`` to its day.

    Raises:
        FolioError: where nothing was held then, or is now.
    """

    def __init__(self, ground: Ground, since: Since) -> None:
        self.ground = ground
        self.since = since
        query = ground.query._replace(as_of=since.day)
        self.start = ground.again(query)
        self.then = Ground(Book.known(ground.book.db, since.commit), query)
        self.then.wrong = ground.wrong
        self.movements = Movements(ground)
        self.courses = dict(courses(ground.book, ground.query, since))
        self._found: dict[int, dict[dt.date, Node]] = {}  # beyond the ledger, by holding
        if not self.courses:
            raise FolioError("nothing of that was held then, and nothing is now")

    def judged(self) -> Judged:
        """How well what is told is known."""
        return together([told_of(course) for course in self.courses.values()])

    def told(self, column: str) -> Node:
        """A column: of the holding that is asked for, else the sum over all."""
        found = [(self.ground.book.catalog.holdings[h], one) for h, one in self.courses.items()]
        if len(found) == 1 and self.ground.query.filters:
            return self._of(column, *found[0])
        parts = []
        for holding, course in found:
            figure = getattr(course.change, column)
            if figure == ZERO:
                continue
            tell = partial(self._of, column, holding, course)
            parts.append(self.ground.one_of(len(found), self._named(column, holding), figure, tell))
        return total_of_known(_WORDS.get(column, column), self.ground.unit, parts)

    def _named(self, column: str, holding: Holding) -> str:
        return f"{_WORDS.get(column, column)} of {self.ground.name(holding)}"

    def _of(self, column: str, holding: Holding, course: Course) -> Node:
        tell = _TOLD.get(column)
        node = self._part(column, holding, course) if tell is None else tell(self, holding, course)
        return node._replace(what=self._named(column, holding))

    # -- at both ends --------------------------------------------------------------------

    def _worth(self, ground: Ground, line: Line | None) -> Node:
        """What a holding is worth on the day of ``ground``, as known there."""
        what = f"value on {ground.query.as_of}"
        if line is None:
            return defined(what, ZERO, ground.unit, "nothing was held")
        return Holdings(ground).value(line)._replace(what=what)

    def _begun(self, course: Course) -> Node:
        return self._worth(self.start, course.opening)

    def _opening(self, _: Holding, course: Course) -> Node:
        if course.before is None:
            return missing("", self.ground.unit, f"nothing was known of it on {self.since.day}")
        return self._worth(self.then, course.before)

    def _knowledge(self, holding: Holding, course: Course) -> Node:
        then = self._opening(holding, course)._replace(what=f"known of {self.since.day} then")
        return self._difference([self._begun(course), then])

    def _closing(self, _: Holding, course: Course) -> Node:
        return self._worth(self.ground, course.closing)

    def _difference(self, parts: list[Node]) -> Node:
        """The first less the others; what is unknown counts as nothing, and says so."""
        return made("", self.ground.unit, "difference", [*map(self._or_nothing, parts)])

    def _or_nothing(self, node: Node) -> Node:
        if node.figure is not None:
            return node
        nothing = defined("it counts as nothing", ZERO, self.ground.unit)
        parts = (nothing, node._replace(counted=False))
        return Node(node.what, ZERO, self.ground.unit, "sum", parts, note=node.note)

    # -- in between ----------------------------------------------------------------------

    def _part(self, column: str, holding: Holding, course: Course) -> Node:
        """What came by one of the causes, movement by movement."""
        parts = [
            self._or_nothing(self._moved(column, holding, move))
            for move in course.moves
            if getattr(move.units, column)
        ]
        return total("", self.ground.unit, parts)

    def _moved(self, column: str, holding: Holding, move: Move) -> Node:
        units: Decimal = getattr(move.units, column)
        if move.event is None:
            return self._observed(holding)[move.day]
        tell = _MOVED.get(column, Movements.at_market)
        return tell(self.movements, holding, move.event, units)

    def _observed(self, holding: Holding) -> dict[dt.date, Node]:
        """What was found beyond the ledger, by day."""
        if holding.id not in self._found:
            after = Period(self.since.day + _ONE_DAY, self.ground.query.as_of)
            self._found[holding.id] = dict(self.movements.appeared(holding, after))
        return self._found[holding.id]

    def _all_moved(self, holding: Holding, course: Course) -> list[Node]:
        """Each cause that brought anything."""
        columns = ("flow", "gap", "moved", "income", "costs")
        there = [column for column in columns if getattr(course.change, column)]
        return [self._of(column, holding, course) for column in there]

    def _market(self, holding: Holding, course: Course) -> Node:
        """What is left of the change: the price's doing."""
        if course.change.unmeasured:
            return self._not_told("market", "it is told as unmeasured")
        currency = self._of("currency", holding, course)
        beside = [currency] if course.change.currency else []
        return self._difference([*self._rest(holding, course), *beside])

    def _unmeasured(self, holding: Holding, course: Course) -> Node:
        if not course.change.unmeasured:
            return self._not_told("unmeasured", "all of it is measured")
        return self._difference(self._rest(holding, course))

    def _rest(self, holding: Holding, course: Course) -> list[Node]:
        ends = [self._closing(holding, course), self._begun(course)]
        return [*ends, *self._all_moved(holding, course)]

    def _not_told(self, what: str, why: str) -> Node:
        return defined(what, ZERO, self.ground.unit, why)

    def _currency(self, holding: Holding, course: Course) -> Node:
        """What the rate of the currency in which it is priced did to the money exposed to it."""
        if course.change.unmeasured:
            return self._not_told("currency", "it is told as unmeasured")
        if course.quote is None:
            return self._not_told("currency", "nobody says in which currency it is priced")
        unit = self.ground.symbol(course.quote)
        if course.first_quote is not None:
            first = self.ground.symbol(course.first_quote)
            why = f"it was priced in {first}, and is in {unit}; its part is in market"
            return self._not_told("currency", why)
        if course.quote == self.ground.query.currency.id:
            return self._not_told("currency", f"it is priced in {unit}")
        if course.unrated is not None:
            why = f"{unit} has no rate on {course.unrated}; its part is in market"
            return self._not_told("currency", why)
        end = rate(
            self.ground, course.quote, self.ground.query.currency.id, self.ground.query.as_of
        )
        if end.figure is None:
            return self._not_told("currency", f"{unit} has no rate: {end.note}")
        parts = [self._exposed(self.since.day, self._begun(course), course.quote, end)]
        for move in course.moves:
            brought = [self._moved(c, holding, move) for c in move.units._fields
                       if getattr(move.units, c)]  # fmt: skip
            amount = total(f"moved on {move.day}", self.ground.unit, brought)
            amount = brought[0] if len(brought) == 1 else amount
            parts.append(self._exposed(move.day, amount, course.quote, end))
        told = [part for part in parts if part is not None and part.figure]
        return made("", self.ground.unit, "sum", told, rounded_to=self.ground.teller.places)

    def _exposed(self, day: dt.date, amount: Node, quote: int, end: Node) -> Node | None:
        """What the rate made of an amount since; None where there was none, or no amount."""
        begin = rate(self.ground, quote, self.ground.query.currency.id, day)
        if not begin.figure or not amount.figure:
            return None
        there = made("at the rate of the end", self.ground.unit, "share", [amount, end, begin])
        what = f"{self.ground.symbol(quote)} since {day}"
        return made(what, self.ground.unit, "difference", [there, amount])


_MOVED = {"moved": Movements.traded, "income": Movements.earned}
_TOLD: dict[str, _Tell] = {
    "opening": Changed._opening,
    "knowledge": Changed._knowledge,
    "market": Changed._market,
    "currency": Changed._currency,
    "unmeasured": Changed._unmeasured,
    "closing": Changed._closing,
}
