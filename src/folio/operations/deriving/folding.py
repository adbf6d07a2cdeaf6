"""Folding a family of assets again, or all of them, and storing what comes out.

Who wants to look on, as the rollup does, folds in place of the book: the days of the holdings are
left on the way, and nothing is folded twice.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from folio.book import Book, Folding
from folio.db.derived.disposals import Disposals, forget_disposals
from folio.db.derived.evenings import Evening
from folio.db.derived.positions import write_state
from folio.model.ledger import State, Step
from folio.model.named import NamedTuple
from folio.operations.deriving.evenings_to_keep import Evenings
from folio.operations.watching import WORKING_OUT, Watch, unwatched

# Folds all events of a family's holdings after a day (None: from the beginning) onto states.
FamilyFold = Callable[[set[int], dict[int, State], Folding, dt.date | None], Iterator[Step]]


class Again(NamedTuple):
    """A family of assets that is to be folded again."""

    family: frozenset[int]
    holdings: set[int]  # those that may come out otherwise
    since: dt.date  # what went away before this day is stored as it is
    start: Evening | None  # the last one before; None: none is kept
    apart: bool = False  # the other holdings, and all events that there were, are as before


def starting_before(book: Book, again: Again, day: dt.date) -> Again:
    """The same family, folded from an evening before a day at the latest."""
    if day >= again.since:
        return again
    return again._replace(start=Evenings(book, again.family).last_before(day), apart=False)


def fold_again(book: Book, again: Again, fold: FamilyFold | None = None) -> None:
    """Fold a family again, and store what comes out; ``fold`` does in place of the book."""
    evenings, holdings = Evenings(book, again.family), again.holdings
    for holding in holdings:
        forget_disposals(book.db, holding, again.since)
    if again.apart:
        from folio.operations.deriving.evenings_that_stay import KeptEvenings

        folding = KeptEvenings(book, evenings, holdings, again.since).fold
        steps, states = _folded(book, holdings, folding, again.start, fold)
    else:
        evenings.forget(again.since)
        every = set(evenings.holdings)
        steps, states = _folded(book, every, evenings.fold, again.start, fold)
    own = (step for step in steps if step[0].holding_id in holdings)
    keep_disposals(book, own, again.since)
    _write_states(book, holdings, states)


def fold_everything(book: Book, fold: FamilyFold | None = None, watch: Watch = unwatched) -> None:
    """Compute every derived table but prices and the rollup again, from nothing.

    ``fold`` folds the events of a family's holdings in place of the book, to look on; ``watch`` is
    told how far it is.
    """
    families = sorted({book.family(asset) for asset in book.assets_held()}, key=min)
    for done, family in enumerate(families):
        watch(WORKING_OUT, done, len(families))
        evenings = Evenings(book, family)
        steps, states = _folded(book, set(evenings.holdings), evenings.fold, None, fold)
        keep_disposals(book, steps)
        _write_states(book, evenings.holdings, states)


def _folded(
    book: Book,
    holdings: set[int],
    folding: Folding,
    start: Evening | None,
    fold: FamilyFold | None,
) -> tuple[Iterator[Step], dict[int, State]]:
    """The fold of holdings from an evening on, and the states that it folds onto."""
    after = None if start is None else start.day
    known = {} if start is None else start.states
    states = {holding: state for holding, state in known.items() if holding in holdings}
    if fold is not None:
        return fold(holdings, states, folding, after), states
    return folding(book.kept_events(holdings, after=after), states), states


def _write_states(book: Book, holdings: Iterable[int], states: dict[int, State]) -> None:
    for holding in holdings:
        write_state(book.db, holding, states.get(holding, State()), book.observed(holding))


def keep_disposals(book: Book, steps: Iterator[Step], since: dt.date = dt.date.min) -> None:
    disposals = Disposals(book.db, since)
    for _, _, slices in steps:
        if slices:
            disposals.add(slices)
    disposals.write()
