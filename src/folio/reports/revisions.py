"""How a past day's figures changed, and because of which later rows.

Knowledge is replayed commit by commit: the figures of the day are computed as known after
each commit whose facts can matter to it, so that the contributions add up to the whole change.
Facts that can matter are those of the day or before it, those without a day, and of later
days the observations, the splits, and whatever moves a holding that was observed after the day
(an observation bends the days before it).  Where more than ``MOST`` commits can matter,
neighbours are replayed as one, and share their contribution.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from folio.book import Book
from folio.book.facts import Fact, facts_between
from folio.db.arrangements.locks import read_entries
from folio.db.recording.since import Made, commits_between, last_commit, seen_after
from folio.errors import UnknownName
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.holdings import lines, total
from folio.reports.query import Query, Since
from folio.reports.realised import realised_gains

MOST = 60  # replays
COLUMNS = (
    Column("commit", "Commit"),
    Column("recorded_at", "Recorded (UTC)", optional=2),
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
    facts = [
        fact
        for fact in facts_between(book, since.commit, until)
        if _matters(book, query, fact) or (fact.commit_id in into and _concerns(book, query, fact))
    ]
    made = commits_between(book.db, since.commit, until)
    first = last = _figures(book, query, since.commit)
    rows: list[dict[str, Cell]] = []
    for together in _bundles(facts):
        now = _figures(book, query, together[-1].commit_id)
        rows += _rows(query, _told(query, together, now.less(last)), now.less(last), made, into)
        last = now
    return Table(
        "revisions",
        f"Revisions since {since.instant:%Y-%m-%d %H:%M}",
        COLUMNS if into else tuple(c._replace(machine_only=c in _QUIET) for c in COLUMNS),
        rows,
        _cells(query, last.less(first)) | _ends(query, first, last),
        as_of=query.as_of,
        known_at=query.known_at,
        currency=query.currency.symbol,
        headline={"before": _cells(query, first)["value"], "now": _cells(query, last)["value"]},
        headline_columns=(Column("before", "Known then", "money"), Column("now", "Now", "money")),
        empty="nothing was recorded since that concerns that day",
    )


def _matters(book: Book, query: Query, fact: Fact) -> bool:
    """Whether a fact may change the day's figures of what is asked for."""
    day = query.as_of.isoformat()
    if fact.kind in ("vault", "yield", "group"):
        return fact.kind == "group" and bool(query.filters.group)
    if not _concerns(book, query, fact):
        return False
    if fact.day is None or fact.day <= query.as_of or fact.kind in ("observation", "answer"):
        return True
    return bool(fact.kind == "transaction" and fact.assets) or any(
        seen_after(book.db, holding, day, book.known_at) for holding in fact.holdings
    )


def _concerns(book: Book, query: Query, fact: Fact) -> bool:
    """Whether a fact is about what is asked for, or about everything."""
    if not query.filters or not (fact.holdings or fact.assets):
        return True
    catalog = book.catalog
    wanted = {h.asset_id for h in query.holdings(book)}
    about = {*fact.assets, *(catalog.holdings[h].asset_id for h in fact.holdings)}
    rate = fact.kind == "price" and all(catalog.assets[a].is_currency for a in fact.assets)
    return rate or not wanted.isdisjoint(about)


def _bundles(facts: list[Fact]) -> Iterator[list[Fact]]:
    """The facts of each commit; of neighbouring ones together where there are too many."""
    commits = [list(group) for _, group in groupby(facts, key=lambda fact: fact.commit_id)]
    size = -(-len(commits) // MOST) or 1
    for start in range(0, len(commits), size):
        yield [fact for commit in commits[start : start + size] for fact in commit]


def _figures(book: Book, query: Query, commit: int) -> Figures:
    """The day's figures as known after a commit, in sum over what is included."""
    then = Book.known(book.db, commit)
    try:
        included = [h for h in query.holdings(then) if h.included]
    except UnknownName:  # it was made later
        return Figures()
    sums = total(lines(then, query))
    gains = realised_gains(then, query, included)
    return Figures(
        sums.value or ZERO,
        sums.cost or ZERO,
        sum((gain.known for gain in gains.values()), ZERO),
    )


def _told(query: Query, facts: list[Fact], change: Figures) -> list[Fact]:
    """Those worth telling: facts of later days only where something changed."""
    if any(change):
        return facts
    return [fact for fact in facts if fact.day is None or fact.day <= query.as_of]


def _rows(
    query: Query, facts: list[Fact], change: Figures, made: dict[int, Made], into: dict[int, int]
) -> Iterator[dict[str, Cell]]:
    """A row for each fact; what they changed together stands with the first."""
    if not facts:
        return
    first, last = facts[0].commit_id, facts[-1].commit_id
    name = str(first) if first == last else f"{first}-{last}"
    for number, fact in enumerate(facts):
        who = made[fact.commit_id]
        lock = into.get(fact.commit_id)
        row: dict[str, Cell] = {
            "commit": name,
            "recorded_at": who.recorded_at[:16].replace("T", " "),
            "user": who.user,
            "kind": fact.kind,
            "id": fact.number,
            "date": fact.day,
            "what": fact.said,
            "into_lock": None if lock is None else f"into lock {lock}",
            "command": who.command,
        }
        yield row | (_cells(query, change) if number == 0 else {})


def _ends(query: Query, first: Figures, last: Figures) -> dict[str, Cell]:
    """What the figures were then and are now, for programs."""
    ends = (("then", first), ("now", last))
    return {f"{key}_{end}": cell for end, of in ends for key, cell in _cells(query, of).items()}


def _cells(query: Query, figures: Figures) -> dict[str, Cell]:
    places = query.currency.precision
    return {key: Amount(value, places) for key, value in figures._asdict().items()}
