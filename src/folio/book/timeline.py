"""Holdings day by day: what the rollup stores, and what a past state of knowledge shows."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from folio.book import Book, Folding
from folio.book.flows import flows_of, sides_of
from folio.book.from_the_end import drift_after
from folio.book.held_by_locks import may_hold
from folio.book.together import together
from folio.db.derived.positions import read_positions, read_states
from folio.db.derived.rollup import read_days
from folio.engine import money
from folio.engine.courses import Course
from folio.engine.rollups import HoldingDays
from folio.engine.valuation import Teller
from folio.model.ledger import EVER, Event, State, Step
from folio.model.rollups import HOLDING, Earlier, Run

_ONE_DAY = dt.timedelta(days=1)


def walked(
    book: Book,
    since: dict[int, dt.date],
    until: dt.date,
    teller: Teller,
    *,
    onward: bool = False,
    earlier: Mapping[int, Earlier] | None = None,
) -> Iterator[tuple[int, list[Run]]]:
    """Each holding's runs of equal days from its day of ``since`` through ``until``, inclusive.

    A holding of which nothing is known has none.  ``onward`` says that the rollup is right up
    to the evening before, and in the teller's currency: what came before is not looked at.
    ``earlier`` says so too of that evening, whatever the currency: which holdings there was
    evidence of by then, and what they had realised.
    """
    end = until.isoformat()
    own = teller.currency == book.base.id
    onward = onward or earlier is not None
    for asked, part in _parts(book, since, end, onward=onward, alone=own):
        asset = book.catalog.holdings[part[0]].asset_id
        plain = onward and own and book.has_plain_money(book.family(asset))
        fold: Folding = book.fold
        if own:
            fold = partial(money.walk, base=book.base) if plain else book.keeping(part)
        first = {h: since[h] for h in asked}
        walk = DayWalk(book, part, first, until, teller, fold, onward=onward, plain=plain)
        after, states = None, dict[int, State]()
        if onward:
            after, states = _start(book, part, min(first.values()), plain=plain)
            walk.go_on(after, earlier)
        for event, _, _ in walk.fold(states, until=end):
            if event.key[0] > end:
                break
        yield from walk.runs.items()


def _start(
    book: Book, part: list[int], day: dt.date, *, plain: bool
) -> tuple[dt.date | None, dict[int, State]]:
    """An evening before a day, and what holdings were then, to be folded on from.

    Of plain money, of which no evening is kept, it is what is stored less what came since.
    """
    if plain:
        evening, states = day - _ONE_DAY, dict[int, State]()
        for holding, state in read_states(book.db, part).items():
            later = book.reader.walk([holding], after=evening, sums=True)
            states[holding] = money.without(state, later, book.base.id)
        return evening, states
    if book.has_plain_money({book.catalog.holdings[holding].asset_id for holding in part}):
        from folio.book.money_lots import money_lots  # only in another currency

        lots = money_lots(book, part, day - _ONE_DAY)
        return (None, {}) if lots is None else (day - _ONE_DAY, lots)
    start = book.evening(part, day)
    return (start.day, start.states) if start else (None, {})


def _parts(
    book: Book, since: dict[int, dt.date], until: str, *, onward: bool, alone: bool
) -> Iterator[tuple[list[int], list[int]]]:
    """The holdings asked for, with those that they must be folded together with up to a day.

    Plain money is what it is ``alone``, holding by holding; ``onward`` from an evening, those
    are together that something joined since.
    """
    families: dict[frozenset[int], list[int]] = {}
    for holding in since:
        asset = book.catalog.holdings[holding].asset_id
        families.setdefault(book.family(asset), []).append(holding)
    for family, asked in sorted(families.items(), key=lambda item: min(item[0])):
        if alone and book.has_plain_money(family):
            yield from (([holding], [holding]) for holding in asked)
            continue
        parts = [set(book.family_of(min(family)))]
        if onward:
            evening = book.evening(asked, min(since[holding] for holding in asked))
            parts = together(book, family, asked, evening and evening.day, until)
        for part in parts:
            # With one that is read as another, all are together.
            if own := [h for h in asked if h in part or len(parts) == 1]:
                yield own, sorted(part)


class DayWalk:
    """A fold of holdings' events that leaves, on its way, rows of their days.

    ``holdings`` are folded together; of those of ``since`` rows are left, from that day on.
    """

    def __init__(
        self,
        book: Book,
        holdings: Iterable[int],
        since: dict[int, dt.date],
        until: dt.date,
        teller: Teller,
        fold: Folding,
        *,
        onward: bool = False,
        plain: bool = False,
    ) -> None:
        """``onward``: the stored positions are those that all events make, and rows go on;
        ``plain``: the holdings are money of which sums are stored."""
        self._folding = fold
        self._events = book.kept_events if teller.currency == book.base.id else book.reader.walk
        if plain:
            self._events = partial(book.reader.walk, sums=True)
        self._since = since
        self.runs: dict[int, list[Run]] = {h: [] for h in since}
        self._book = book
        self._holdings = list(holdings)
        self._after: dt.date | None = None  # the day after which events are folded
        self._until = until
        self._walks = _walks(book, since, teller, onward=onward)
        self._evenings: dict[int, Earlier] = {}  # that are still to be gone on from

    def go_on(self, after: dt.date | None, earlier: Mapping[int, Earlier] | None = None) -> None:
        """Go on from the evenings before, with the events after a day; what was realised by then
        stands in ``earlier``, else in the stored rows."""
        self._after = after
        for holding, walk in self._walks.items():
            first = self._since[holding]
            evening = first - _ONE_DAY if first > dt.date.min else first
            found = self._stored(holding, evening) if earlier is None else earlier.get(holding)
            if found is not None:
                self._evenings[holding] = found
                walk.go_on(evening)

    def _stored(self, holding: int, evening: dt.date) -> Earlier | None:
        rows = read_days(self._book.db, HOLDING, holding, evening, evening)
        return Earlier(rows[0].realised, rows[0].gainless) if rows else None

    def fold(self, states: dict[int, State], until: str = EVER) -> Iterator[Step]:
        """Fold the events up to ``until`` (inclusive) onto ``states``; the rows are whole before
        the first event after their last day is yielded."""
        end, walks = self._until.isoformat(), self._walks
        since = {holding: day.isoformat() for holding, day in self._since.items()}
        for step in self._folding(self._by_day(since, end, states, until), states):
            event, state, slices = step
            holding, day = event.holding_id, event.key[0]
            walk = walks.get(holding)
            if walk is not None:
                if day < since[holding]:
                    if holding not in self._evenings:
                        walk.pass_by(event, state, slices)
                elif day <= end:
                    sides = sides_of(self._book, event) if event.across else ()
                    walk.apply(event, state, slices, flows_of(self._book, event), sides)
            yield step
        self._write_all(states)

    def _by_day(
        self, since: dict[int, str], end: str, states: dict[int, State], until: str
    ) -> Iterator[Event]:
        """A holding's days before an event are written first: the fold changes its lots."""
        written: dict[int, str] = {}  # up to which day
        over = False
        for event in self._events(self._holdings, after=self._after, until=until):
            holding, day = event.holding_id, event.key[0]
            if day > end:
                if not over:
                    self._write_all(states)
                over = True
            elif written.get(holding) != day and holding in self._walks and day >= since[holding]:
                written[holding] = day
                self._write(holding, dt.date.fromisoformat(day), states)
            yield event

    def _write_all(self, states: dict[int, State]) -> None:
        for holding in self._walks:
            self._write(holding, self._until + _ONE_DAY, states)

    def _write(self, holding: int, end: dt.date, states: dict[int, State]) -> None:
        """Write a holding's days before ``end``."""
        evening = self._evenings.pop(holding, None)
        if evening is not None:
            state = states.get(holding) or State()
            self._walks[holding].resume(state, evening.realised, evening.gainless)
        self.runs[holding] += self._walks[holding].days(end)


def _walks(
    book: Book, since: dict[int, dt.date], teller: Teller, *, onward: bool
) -> dict[int, HoldingDays]:
    walks = {}
    stored = read_positions(book.db, since) if onward else {}
    courses: dict[int, Course] = {}
    for holding, first_row in since.items():
        if holding in book.catalog.holdings.merged:
            continue  # read as another, which has its days
        asset = book.catalog.holdings[holding].asset_id
        seen = book.observations(holding)
        position = stored.get(holding)
        drift = None
        if seen and position is not None:
            drift = drift_after(
                book, holding, seen, first_row, position.quantity, plain=position.plain
            )
        if drift is None:
            known = seen or (book.locks and may_hold(book, holding))
            own = book.events([holding]) if known else []
            drift = book.drift(seen, own, holding=holding)
        course = courses.setdefault(asset, Course(teller.graph, asset, teller.currency))
        walks[holding] = HoldingDays(
            since=first_row,
            drift=drift,
            splits=partial(book.splits_until, asset),
            teller=teller,
            course=course,
            seen=seen[0].day if seen else dt.date.max,
        )
    return walks
