"""Which holdings of an asset must be folded together.

Lots go from one holding to another by transfers and by corporate actions.  Where neither joined
two holdings since an evening that is kept, the lots of one follow from that evening and from its
own events: the other, which may have many more, need not be read.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from folio.book import Book
from folio.db.transactions.events import moved_with
from folio.model.ledger import EVER


def together(
    book: Book,
    family: frozenset[int],
    asked: Collection[int],
    after: dt.date | None,
    until: str = EVER,
) -> list[set[int]]:
    """The holdings of a family of assets, in parts that nothing joined on the days after ``after``
    (None: the beginning) through ``until``; of the parts without one of ``asked`` that is not sure.

    What is rare (merged names, growth, assets that corporate
    actions join, money that is not plain) is left in one part.
    """
    every = book.family_of(min(family))
    rare = book.known_at is not None or book.catalog.aliases or book.reader.grown
    if rare or len(family) > 1 or book.is_money(family):
        return [set(every)]
    since = "" if after is None else (after + dt.timedelta(days=1)).isoformat()
    parts = _joined([{holding} for holding in every], book.reader.joined(every, (since, until)))
    looked_at: set[int] = set()
    while len(parts) > 1:
        left = {h for part in parts if not part.isdisjoint(asked) for h in part} - looked_at
        if not left:
            break
        looked_at.add(holding := min(left))
        parts = _joined(parts, [moved_with(book.db, holding, since, until)])
    return parts


def _joined(parts: list[set[int]], all_ends: Iterable[Iterable[int]]) -> list[set[int]]:
    """Parts of which those are one that some holdings are of which something joined."""
    for ends in map(set, all_ends):
        one = [part for part in parts if part & ends]
        if len(one) > 1:
            parts = [part for part in parts if not part & ends] + [set().union(*one)]
    return parts
