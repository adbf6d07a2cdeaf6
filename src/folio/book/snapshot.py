"""What every holding was at the end of a day.

A day on or after a holding's last evidence is answered from its stored position; an
earlier day, or an earlier state of knowledge, is folded in memory by the same fold.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from folio.book import Book
from folio.book.rolled import sums_of
from folio.db.derived.positions import Position, read_lots
from folio.engine.valuation import Basis, Teller, Valuation, basis_of, value
from folio.model.accounts import Holding
from folio.model.ledger import FULL, Lot, State
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ONE, ZERO

if TYPE_CHECKING:
    from folio.db.statements.observations import Observation

_ONE_DAY = dt.timedelta(days=1)


class Evidence(NamedTuple):
    """What is known of a holding, and from when to when."""

    postings: int  # transactions that touched it
    first_posting: dt.date | None
    last_posting: dt.date | None
    observations: int
    first_observation: dt.date | None
    last_observation: dt.date | None

    @property
    def first(self) -> dt.date | None:
        return _least(self.first_posting, self.first_observation)

    @property
    def last(self) -> dt.date | None:
        days = [d for d in (self.last_posting, self.last_observation) if d is not None]
        return max(days, default=None)


def _least(*days: dt.date | None) -> dt.date | None:
    return min((d for d in days if d is not None), default=None)


class Held(NamedTuple):
    """A holding at the end of a day."""

    holding: Holding
    found: Evidence | Position | None  # up to that day; None: of a past one it was not asked for
    quantity: Decimal  # of the ledger
    unexplained: Decimal  # observed beyond it
    interpolated: bool  # between two observations that the ledger does not join
    lots: list[Lot]  # empty where ``basis`` is there in their place
    days: list[tuple[str, Decimal]]  # at average cost: units by the day held since, else empty
    basis: Basis | None = None  # what the lots cost, where the rollup has it

    @property
    def balance(self) -> Decimal:
        return self.quantity + self.unexplained if self.unexplained else self.quantity

    @property
    def evidence(self) -> Evidence:
        """What is known of it, up to that day."""
        found = self.found
        assert found is not None, "who asks for costs alone has no evidence of a past day"
        return found if isinstance(found, Evidence) else _evidence(found)


_HELD = from_tuple(Held)


def snapshot(
    book: Book,
    as_of: dt.date,
    holdings: Iterable[Holding],
    *,
    currency: int | None = None,
    costs_for: Teller | None = None,
    evidence: bool = True,
) -> list[Held]:
    """The holdings that anything is known of on ``as_of``, in the order given.

    ``currency`` is that in which lots are to be valued, if not the base currency: then plain
    money has its lots too.  Without ``evidence`` that of such money is not asked for.
    ``costs_for`` says so, and that of lots only their cost in its currency is: where the rollup
    has that, no lots are read, which grow with the transactions, nor what moved plain money.
    """
    wanted = list(holdings)
    current = {} if book.known_at is not None else _stored(book, as_of, wanted, currency)
    known = {} if costs_for is None else _costs(book, as_of, current, costs_for)
    asked = current.keys() - known.keys()
    lots = read_lots(book.db, asked)
    told_in = currency if costs_for is None else costs_for.currency
    kept = book.known_at is None and told_in in (None, book.base.id)
    others = [h for h in wanted if h.id not in current]
    past = _folded(book, as_of, others, costs_for, kept=kept, evidence=evidence)
    found = []
    for holding in wanted:
        position = current.get(holding.id)
        if position is not None:
            units, extra, costs = position.quantity, position.unexplained, known.get(holding.id)
            own, since = lots.get(holding.id, []), position.held
            found.append(_HELD((holding, position, units, extra, False, own, since, costs)))
        elif holding.id in past:
            found.append(past[holding.id])
    return found


def _stored(
    book: Book, as_of: dt.date, holdings: Iterable[Holding], currency: int | None
) -> dict[int, Position]:
    """The stored positions of the holdings that were on ``as_of`` what they are now."""
    stored, money_too = book.positions, currency in (None, book.base.id)
    current = {}
    for holding in holdings:
        position = stored.get(holding.id)
        last = None if position is None else position.last_evidence
        if position is None or last is None or last > as_of or (position.plain and not money_too):
            continue
        # What was only observed is stored in units after every split.
        if not position.unexplained or book.splits_until(holding.asset_id, as_of)[2] == dt.date.max:
            current[holding.id] = position
    return current


def _costs(
    book: Book, as_of: dt.date, positions: dict[int, Position], teller: Teller
) -> dict[int, Basis]:
    """What the open lots cost of those holdings that are fully known, and in the rollup.

    Of a cost that was unknown once, or at market value, the lots say which it is that are not
    sure to cost what they say.
    """
    if teller.places is None:
        return {}
    sums = sums_of(book, teller.currency, (book.catalog.holdings[h] for h in positions), as_of)
    costs, unit, doubted = {}, ONE.scaleb(-teller.places), []
    for holding, (day, cost, _, _, baseless) in sums.items():
        position = positions[holding]
        if not position.quantity or position.unexplained or (position.last_evidence or day) > day:
            continue
        known = None if cost is None else cost * unit
        costs[holding] = Basis(known, position.quantity, True, False)
        if baseless or position.basis != FULL:
            doubted.append(holding)
    if doubted:
        for holding, lots in read_lots(book.db, doubted, doubted_in=teller.currency).items():
            costs[holding] = _with_doubts(costs[holding], basis_of(lots, teller), lots)
    return costs


def _with_doubts(basis: Basis, doubted: Basis, lots: list[Lot]) -> Basis:
    """A basis whose units are those of all lots, with what is wrong with some of them."""
    unknown = sum((lot.quantity for lot in lots), ZERO) - doubted.units
    return Basis(basis.cost, basis.units - unknown, doubted.complete, doubted.at_market)


def _evidence(position: Position) -> Evidence:
    return Evidence(
        position.postings,
        position.first_day,
        position.last_day,
        position.observations,
        position.first_observation,
        position.last_observation,
    )


def _evidence_until(state: State, seen: "Sequence[Observation]", as_of: dt.date) -> Evidence:
    days = [o.day for o in seen if o.day <= as_of]
    return Evidence(
        state.events,
        dt.date.fromisoformat(state.first_day) if state.first_day else None,
        dt.date.fromisoformat(state.last_day) if state.last_day else None,
        len(days),
        min(days, default=None),
        max(days, default=None),
    )


def _folded(
    book: Book,
    as_of: dt.date,
    holdings: list[Holding],
    costs_for: Teller | None,
    *,
    kept: bool,
    evidence: bool,
) -> dict[int, Held]:
    """The holdings as the fold leaves them that day, from the last evening before that is kept.

    ``kept``: as it would be stored, so plain money is summed up; where only its cost is asked
    for, the rollup has that.
    """
    if not holdings:
        return {}
    held = _plain_money(book, as_of, holdings) if kept and costs_for is not None else {}
    wanted: dict[frozenset[int], list[Holding]] = {}
    for holding in holdings:
        if holding.id not in held:
            wanted.setdefault(book.family(holding.asset_id), []).append(holding)
    for family, members in wanted.items():
        every = book.family_of(min(family))
        states = None
        if not (kept or (evidence and costs_for is None)) and book.is_money(family):
            from folio.book.money_lots import money_lots  # few ask in another currency

            states = money_lots(book, [h.id for h in members], as_of)
        if states is None:
            states = _states(book, every, as_of, kept=kept)
        for holding in members:
            found = _held(book, as_of, holding, states.get(holding.id, State()))
            if found is not None:
                held[holding.id] = found
    return held


def _plain_money(book: Book, as_of: dt.date, holdings: Iterable[Holding]) -> dict[int, Held]:
    """The holdings of plain money, each worth what the rollup has of that day: what it costs."""
    from folio.book.plain_money import is_alone

    plain = [
        holding
        for holding in holdings
        if holding.asset_id == book.base.id
        and (position := book.positions.get(holding.id)) is not None
        and is_alone(book, position)
    ]
    unit, held = ONE.scaleb(-book.base.precision), {}
    for number, (day, cost, *_) in sums_of(book, book.base.id, plain, as_of).items():
        if day == as_of and cost is not None:
            holding, units = book.catalog.holdings[number], cost * unit
            basis = Basis(units, units, True, False)
            held[number] = Held(holding, None, units, ZERO, False, [], [], basis)
    return held


def _states(book: Book, holdings: list[int], as_of: dt.date, *, kept: bool) -> dict[int, State]:
    """What a family's holdings were at the end of a day; ``kept``: as it would be stored."""
    end = as_of.isoformat()
    evening = book.evening(holdings, as_of + _ONE_DAY) if as_of < dt.date.max else None
    states, after = ({}, None) if evening is None else (evening.states, evening.day)
    read, fold = book.reader.walk, book.fold
    if kept and book.has_plain_money({book.catalog.holdings[h].asset_id for h in holdings}):
        from folio.engine import money  # few ask for a day of the past

        read, fold = partial(read, sums=True), partial(money.walk, base=book.base)
    for _ in fold((e for e in read(holdings, after=after, until=end) if e.key[0] <= end), states):
        pass
    return states


def _held(book: Book, as_of: dt.date, holding: Holding, state: State) -> Held | None:
    """A holding on a day, from its state by then; None before all evidence."""
    seen = book.observations(holding.id)
    evidence = _evidence_until(state, seen, as_of)
    if not evidence.postings and not evidence.observations:
        return None
    held = bool(seen)
    if book.locks and not seen:
        from folio.book.held_by_locks import may_hold

        held = may_hold(book, holding.id)
    events = book.events([holding.id]) if held else []
    drift = book.drift(seen, events, holding=holding.id)
    number = as_of.toordinal()
    new, old, _ = book.splits_until(holding.asset_id, as_of)
    extra = drift.offset(number, new, old)
    between = drift.interpolated(number)
    return Held(holding, evidence, state.quantity, extra, between, state.lots, state.held)


def valuation(held: Held, teller: Teller, as_of: dt.date) -> Valuation:
    """What a holding is worth at the end of a day, in the teller's currency."""
    rate, _ = teller.graph.rate_until(held.holding.asset_id, teller.currency, as_of)
    return value(
        held.balance,
        held.unexplained,
        basis_of(held.lots, teller) if held.basis is None else held.basis,
        rate,
        as_of,
        places=teller.places,
        interpolated=held.interpolated,
    )
