"""How a past day's figures changed, and because of which later rows.

Knowledge is replayed commit by commit: the figures of the day are computed as known after
each commit whose facts can matter to it, so that the contributions add up to the whole change.
Facts that can matter are those of the day or before it, those without a day, and of later
days the observations, the splits, and whatever moves a holding that was observed after the day
(an observation bends the days before it).  Where more than ``MOST`` commits can matter,
neighbours are replayed as one, and share their contribution.
"""

from collections.abc import Container, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from folio.book import Book
from folio.book.facts import Fact, facts_between
from folio.db.arrangements.locks import read_entries
from folio.db.recording.since import Made, commits_between, last_commit, seen_after
from folio.engine.grades import Counts, Judged, grade, reasons, worst
from folio.errors import UnknownName
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.held.holdings import lines, total
from folio.reports.query import Query, Since, begun
from folio.reports.sold.realised import realised_gains

MOST = 60  # replays
COLUMNS = (
    Column("commit", "Commit"),
    Column("recorded_at", "Recorded (UTC)", "instant", optional=2),
    Column("user", "By", optional=5),
    Column("kind", "Kind", optional=4),
    Column("id", "Id", "number", optional=3),
    Column("date", "Of", "day"),
    Column("what", "What"),
    Column("value", "Value", "gain"),
    Column("cost_basis", "Cost", "gain"),
    Column("realised_gain", "Realised", "gain", optional=1),
    Column("into_lock", "Lock", optional=0),
    Column("command", "Command", machine_only=True),
)


_QUIET = COLUMNS[-2:]


class Figures(NamedTuple):
    """The figures of a day; 0 where nothing is known."""

    value: Decimal = ZERO
    cost_basis: Decimal = ZERO
    realised_gain: Decimal = ZERO

    def less(self, other: "Figures") -> "Figures":
        return Figures(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


def revisions(book: Book, query: Query, since: Since) -> Table:
    """Each later fact that concerns the day, and what its commit did to the day's figures."""
    until = book.known_at if book.known_at is not None else last_commit(book.db)
    into = {entry.commit_id: entry.lock_id for entry in read_entries(book.db, book.known_at)}
    told = _Facts(book, query, since.commit, until, into)
    first, then = _figures(book, query, since.commit)
    last, counts = first, then
    changes = []
    for bundle in told.bundles:
        now, counts = _figures(book, query, bundle[-1].commit)
        changes.append(now.less(last))
        last = now
    rows = _rows(query, told, changes, commits_between(book.db, since.commit, until), into)
    held, more = begun(rows)
    return Table(
        "revisions",
        f"Revisions since {since.instant:%Y-%m-%d %H:%M}",
        COLUMNS if into else tuple(c._replace(machine_only=c in _QUIET) for c in COLUMNS),
        held,
        _cells(query, last.less(first)) | _ends(query, first, last),
        **query.told(*both_ends(then, counts), money=True),
        headline={"before": _cells(query, first)["value"], "now": _cells(query, last)["value"]},
        headline_columns=(Column("before", "Known then", "money"), Column("now", "Now", "money")),
        more=more,
        empty="nothing was recorded since that concerns that day",
    )


def both_ends(then: Counts, now: Counts) -> Judged:
    """How well a difference is known: as its ends are, of which one may hold nothing."""
    ends = [(known, when) for known, when in ((then, " then"), (now, "")) if known.held]
    return Judged(
        worst(["full", *(grade(known) for known, _ in ends)]),
        tuple(f"{why}{when}" for known, when in ends for why in reasons(known)),
    )


class _Touching(NamedTuple):
    """A commit that may have changed the day's figures."""

    commit: int
    of_the_day: bool  # some of its facts are of the day or before it, or of no day


class _Facts:
    """The later facts that may change the day's figures, read each time they are asked for."""

    def __init__(
        self, book: Book, query: Query, after: int, until: int, into: Container[int]
    ) -> None:
        self._book = book
        self._query = query
        self._commits = after, until
        self._into = into  # locks
        self._seen: dict[int, bool] = {}  # whether a holding was observed after the day

    def __iter__(self) -> Iterator[Fact]:
        for fact in facts_between(self._book, *self._commits):
            if self._matters(fact) or (fact.commit_id in self._into and self._concerns(fact)):
                yield fact

    @cached_property
    def bundles(self) -> list[list[_Touching]]:
        """Their commits, one by one; of neighbouring ones together where there are too many."""
        found = [
            _Touching(commit, any(self.is_of_the_day(fact) for fact in facts))
            for commit, facts in groupby(self, key=attrgetter("commit_id"))
        ]
        size = -(-len(found) // MOST) or 1
        return [found[at : at + size] for at in range(0, len(found), size)]

    def is_of_the_day(self, fact: Fact) -> bool:
        """Whether a fact is of the day or before it, or of no day."""
        return fact.day is None or fact.day <= self._query.as_of

    def _matters(self, fact: Fact) -> bool:
        """Whether a fact may change the day's figures of what is asked for."""
        if fact.kind in ("vault", "yield", "group"):
            return fact.kind == "group" and bool(self._query.filters.group)
        if not self._concerns(fact):
            return False
        if self.is_of_the_day(fact) or fact.kind in ("observation", "answer"):
            return True
        is_action = fact.kind == "transaction" and fact.assets
        return bool(is_action) or any(map(self._is_seen, fact.holdings))

    def _is_seen(self, holding: int) -> bool:
        if holding not in self._seen:
            day = self._query.as_of.isoformat()
            self._seen[holding] = seen_after(self._book.db, holding, day, self._book.known_at)
        return self._seen[holding]

    @cached_property
    def _wanted(self) -> set[int]:
        """The assets that are asked for."""
        return {h.asset_id for h in self._query.holdings(self._book)}

    def _concerns(self, fact: Fact) -> bool:
        """Whether a fact is about what is asked for, or about everything."""
        if not self._query.filters or not (fact.holdings or fact.assets):
            return True
        catalog = self._book.catalog
        about = {*fact.assets, *(catalog.holdings[h].asset_id for h in fact.holdings)}
        rate = fact.kind == "price" and all(catalog.assets[a].is_currency for a in fact.assets)
        return rate or not self._wanted.isdisjoint(about)


def _figures(book: Book, query: Query, commit: int) -> tuple[Figures, Counts]:
    """The day's figures as known after a commit, in sum over what is included; and how well."""
    then = Book.known(book.db, commit)
    try:
        included = [h for h in query.holdings(then) if h.included]
    except UnknownName:  # it was made later
        return Figures(), Counts()
    sums = total(lines(then, query))
    gains = realised_gains(then, query, included)
    known = sum((gain.known for gain in gains.values()), ZERO)
    return Figures(sums.value or ZERO, sums.cost or ZERO, known), sums.counts


def _rows(
    query: Query,
    told: _Facts,
    changes: Sequence[Figures],
    made: dict[int, Made],
    into: dict[int, int],
) -> Iterator[dict[str, Cell]]:
    """A row for each fact worth telling; what a bundle changed stands with its first.

    Facts of later days are worth it only where something changed.
    """
    facts = iter(told)
    fact = next(facts, None)
    for bundle, change in zip(told.bundles, changes, strict=True):
        commits = [one.commit for one in bundle if one.of_the_day or any(change)]
        name = "-".join(str(one) for one in dict.fromkeys([*commits[:1], *commits[-1:]]))
        cells = _cells(query, change)
        while fact is not None and fact.commit_id <= bundle[-1].commit:
            if any(change) or told.is_of_the_day(fact):
                yield _row(fact, name, made[fact.commit_id], into.get(fact.commit_id)) | cells
                cells = {}
            fact = next(facts, None)


def _row(fact: Fact, name: str, made: Made, lock: int | None) -> dict[str, Cell]:
    return {
        "commit": name,
        "recorded_at": made.recorded_at,
        "user": made.user,
        "kind": fact.kind,
        "id": fact.number,
        "date": fact.day,
        "what": fact.said,
        "into_lock": None if lock is None else f"into lock {lock}",
        "command": made.command,
    }


def _ends(query: Query, first: Figures, last: Figures) -> dict[str, Cell]:
    """What the figures were then and are now, for programs."""
    ends = (("then", first), ("now", last))
    return {f"{key}_{end}": cell for end, of in ends for key, cell in _cells(query, of).items()}


def _cells(query: Query, figures: Figures) -> dict[str, Cell]:
    places = query.currency.precision
    return {key: Amount(value, places) for key, value in figures._asdict().items()}
