"""Realised gains: every slice of a lot that was disposed of."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import merge
from itertools import groupby

from folio.book import Book
from folio.book.rolled import sums_of
from folio.db.derived.disposals import read_disposals
from folio.engine.valuation import Teller
from folio.model.accounts import Holding
from folio.model.ledger import Slice, Step
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.reports.query import Query

_ONE_DAY = dt.timedelta(days=1)


def disposals(
    book: Book,
    holdings: Iterable[Holding],
    since: dt.date,
    until: dt.date,
    *,
    currency: int,
    uncovered: bool = False,
) -> Iterator[Slice]:
    """The slices of these holdings that realise something, by day, bounds inclusive.

    ``currency`` is that of the report: in the base currency plain money realises nothing, and
    its slices are left out.  ``uncovered`` leaves out what came of a lot.
    """
    wanted = {h.id for h in holdings}
    found = _found(book, wanted, since, until, currency, uncovered=uncovered)
    parts = found[0] if len(found) == 1 else merge(*found, key=_place)
    return _asked(parts, wanted, since, until, uncovered=uncovered)


def _asked(
    parts: Iterable[Slice],
    wanted: set[int],
    since: dt.date,
    until: dt.date,
    *,
    uncovered: bool = False,
) -> Iterator[Slice]:
    first, last = since.isoformat(), until.isoformat()
    for part in parts:
        asked = part.realises and part.holding_id in wanted and not (uncovered and part.place)
        if asked and first <= part.disposed_on <= last:
            yield part


def _found(
    book: Book,
    wanted: set[int],
    since: dt.date,
    until: dt.date,
    currency: int,
    *,
    uncovered: bool = False,
    by_day: bool = True,
) -> list[Iterator[Slice]]:
    """At least these slices in one or several streams, each by day, or only of one disposal after
    another."""
    if book.known_at is not None:
        return [_folded(book, wanted, until)]
    stored = read_disposals(
        book.db, since=since, until=until, holding_ids=wanted, uncovered=uncovered, by_day=by_day
    )
    plain = {n for n, p in book.positions.items() if p.plain and n in wanted}
    if currency == book.base.id or not plain:
        return [stored]
    return [stored, _of_plain_money(book, plain, since, until)]


def _place(part: Slice) -> tuple[str, int, int]:
    return (part.disposed_on, part.transaction_id, part.holding_id)


def _folded(book: Book, wanted: set[int], until: dt.date) -> Iterator[Slice]:
    """Slices through a day, as an earlier state of knowledge has them."""
    families = {book.family(book.catalog.holdings[h].asset_id) for h in wanted}
    yield from merge(*(_of_family(book, min(one), until) for one in families), key=_place)


def _of_plain_money(book: Book, plain: set[int], since: dt.date, until: dt.date) -> Iterator[Slice]:
    """Slices of money through a day, at least those from ``since`` on: where it can be told what
    lots there were on the evening before, what came before that is not folded."""
    if since > dt.date.min:
        from folio.book.money_lots import money_lots, money_steps  # few ask in another currency

        evening = since - _ONE_DAY
        states = money_lots(book, book.family_of(book.base.id), evening)
        if states is not None:
            return _by_place(money_steps(book, states, evening, until))
    return _folded(book, plain, until)


def _of_family(book: Book, asset: int, until: dt.date) -> Iterator[Slice]:
    """The slices of one family of assets."""
    return _by_place(book.walk(asset, until=until))


def _by_place(steps: Iterable[Step]) -> Iterator[Slice]:
    """The slices of a fold in the order of those that are stored."""
    for _, own in groupby(steps, key=_day):
        yield from sorted((part for *_, slices in own for part in slices), key=_place)


def _day(step: Step) -> str:
    return step[0].key[0]


class Realised(NamedTuple):
    """What a holding realised: the sum of the gains that are known."""

    known: Decimal = ZERO
    unknown: int = 0  # disposals of unknown gain, which add nothing

    @property
    def gain(self) -> Decimal | None:
        """The sum; None where disposals are all that there is, and none has a known gain."""
        return None if self.unknown and not self.known else self.known

    def plus(self, other: "Realised") -> "Realised":
        """With other disposals."""
        return Realised(self.known + other.known, self.unknown + other.unknown)


def realised_gains(book: Book, query: Query, holdings: list[Holding]) -> dict[int, Realised]:
    """What each holding realised up to the day.

    The rollup has the sum of the same leaves, so it is read as far as it is right: the
    disposals of thirty years are many.
    """
    known = {} if query.exact else _rolled_up(book, query, holdings)
    gains = {h.id: known[h.id][1] if h.id in known else Realised() for h in holdings}
    positions = book.positions if known else {}
    asked: dict[dt.date, list[Holding]] = {}  # by the first day that is read besides
    for holding in holdings:
        day = known[holding.id][0] + _ONE_DAY if holding.id in known else dt.date.min
        position = positions.get(holding.id)
        last = position.last_evidence if position is not None else None
        if not known or (last is not None and day <= min(last, query.as_of)):
            asked.setdefault(day, []).append(holding)
    teller = query.teller(book)
    for day, some in asked.items():
        wanted = {h.id for h in some}
        for parts in _found(book, wanted, day, query.as_of, teller.currency, by_day=False):
            gained = _gained(_asked(parts, wanted, day, query.as_of), teller)
            for number, gain in gained.items():
                gains[number] = gains[number].plus(gain)
    return gains


def _gained(parts: Iterable[Slice], teller: Teller) -> dict[int, Realised]:
    """What slices realised, by holding."""
    known: dict[int, Decimal] = {}
    unknown: dict[int, int] = {}
    for part in parts:
        gain, holding = teller.gain(part), part.holding_id
        if gain is None:
            unknown[holding] = unknown.get(holding, 0) + 1
        else:
            known[holding] = known.get(holding, ZERO) + gain
    return {h: Realised(known.get(h, ZERO), unknown.get(h, 0)) for h in {*known, *unknown}}


def _rolled_up(
    book: Book, query: Query, holdings: list[Holding]
) -> dict[int, tuple[dt.date, Realised]]:
    """The last day up to the query's on which the rollup has a holding's gain, and the gain."""
    sums, places = sums_of(book, query.currency.id, holdings, query.as_of), book.base.precision
    return {
        number: (day, Realised(Decimal(units).scaleb(-places), unknown))
        for number, (day, _, units, unknown, _) in sums.items()
    }
