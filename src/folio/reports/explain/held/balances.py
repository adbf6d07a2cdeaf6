"""A holding's balance: what its transactions moved, and what its observations say beyond them.

The unexplained part follows the law of :mod:`folio.engine.reconciliation`: each observation less
the ledger of its day, on a straight line between two of them, scaled by the splits in between.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import takewhile

from folio.book import observed
from folio.book.snapshot import Held
from folio.db.statements.observations import Observation
from folio.engine.splits import scaled
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import DEFINITION, Node, defined, leaf, made, total
from folio.model.gaps import GROWTH
from folio.model.ledger import Event
from folio.model.numbers import ZERO
from folio.reports.explain.ground import Ground, day_of
from folio.reports.explain.trace import Move

_MANY = 10_000  # postings: beyond, they are told when somebody looks at what they make


def balance(ground: Ground, held: Held, *, below: bool = False) -> Node:
    """What a holding held at the end of the day; ``below`` another figure that is asked for."""
    unit = ground.symbol(held.holding.asset_id)
    ledger = position(ground, held, below=below)
    if not held.unexplained:
        return ledger._replace(what="balance")
    return made("balance", unit, "sum", [ledger, unexplained(ground, held)])


def position(ground: Ground, held: Held, *, below: bool = False) -> Node:
    """The sum of a holding's postings up to the day, through its splits.

    ``below`` another figure very many are not read before they are asked for.
    """
    known = ground.book.positions.get(held.holding.id)
    if below and known is not None and known.postings > _MANY:
        unit = ground.symbol(held.holding.asset_id)
        return ground.later("ledger", held.quantity, partial(position, ground, held), unit)
    moves = ground.moves(held.holding.id)
    return ledger_of(ground, held.holding.asset_id, moves, "ledger")


def ledger_of(ground: Ground, asset: int, moves: Iterable[Move], what: str) -> Node:
    """What some events, from the first on, moved."""
    unit = ground.symbol(asset)
    parts: list[Node] = []
    for move in moves:
        if move.event.ratio is not None:
            before = total(f"before the split of {day_of(move.event)}", unit, parts)
            parts = [_split(ground, move, unit, before)]
        elif move.after != move.before:
            parts.append(moved(ground, move.event, move.after - move.before, unit))
    return parts[0]._replace(what=what) if _whole(parts) else total(what, unit, parts)


def _whole(parts: list[Node]) -> bool:
    return len(parts) == 1 and parts[0].operation == "split"


def moved(ground: Ground, event: Event, quantity: Decimal, unit: str) -> Node:
    """What one transaction did to a holding."""
    what = f"{event.kind.replace('_', ' ')} of {day_of(event)}"
    return leaf(what, quantity, unit, ground.transaction(event.transaction_id))


def _split(ground: Ground, move: Move, unit: str, before: Node) -> Node:
    assert move.event.ratio is not None
    source = ground.transaction(move.event.transaction_id)
    new, old = (Decimal(term) for term in move.event.ratio)
    terms = [leaf("new units", new, "", source), leaf("for old units", old, "", source)]
    return made(f"split of {day_of(move.event)}", unit, "split", [before, *terms])


# -- what was observed beyond the ledger -----------------------------------------------------


def unexplained(ground: Ground, held: Held) -> Node:
    """Observed beyond the ledger on the day; the figure is the snapshot's own."""
    asset, day = held.holding.asset_id, ground.query.as_of
    seen = ground.book.observations(held.holding.id)
    after = [o for o in seen if o.day >= day]
    before = [o for o in seen if o.day < day]
    unit = ground.symbol(asset)
    scale = _Scale(ground, held, seen)
    days = 1
    if not after:
        parts = scale.gap(before[-1])
    elif after[0].day == day:
        parts = scale.gap(after[0])
    elif not before:
        parts = scale.gap(after[0], grown=False)
    else:
        parts, days = _between(ground, scale, before[-1], after[0])
    what = "observed beyond the ledger"
    node = scale.on(day, parts, days, unit)
    if node.figure == held.unexplained:
        return node._replace(what=what)
    source = ground.observation(after[0] if after else before[-1])
    return leaf(what, held.unexplained, unit, source, "as it was held by a lock")


def _between(
    ground: Ground, scale: "_Scale", first: Observation, last: Observation
) -> tuple[Node, int]:
    """The gaps of two observations, each × the days to the other; and the days between them.

    On a straight line both are divided by those days, once, so that no digit is lost before.
    """
    there, here = scale.gap(last, grown=False), scale.gap(first)
    if there.figure == here.figure:
        return there, 1
    day, unit = ground.query.as_of, there.unit
    since = defined(f"days since {first.day}", (day - first.day).days, "days")
    left = defined(f"days until {last.day}", (last.day - day).days, "days")
    parts = [
        made(f"of {last.day}", unit, "product", [there, since]),
        made(f"of {first.day}", unit, "product", [here, left]),
    ]
    return total("each, by the days to the other", unit, parts), (last.day - first.day).days


class _Scale:
    """Gaps of different days in one unit: that of the first day, times the parts of all splits."""

    def __init__(self, ground: Ground, held: Held, seen: Sequence[Observation]) -> None:
        self.ground = ground
        self.holding = held.holding
        self.asset = held.holding.asset_id
        self.events = ground.book.events([self.holding.id])
        self.parts = 1
        for event in self._until(seen[-1].day):
            self.parts *= 1 if event.ratio is None else event.ratio[0]

    def _until(self, day: dt.date) -> Iterator[Event]:
        return takewhile(lambda event: event.key[0] <= day.isoformat(), self.events)

    def _moves(self, day: dt.date, grown: bool) -> Iterator[Move]:
        """What the ledger did up to a day, be it later than the one asked for.

        What grew in the gap that ends on the day counts from the day on: only if ``grown``.
        """
        units = ZERO
        for event in self._until(day):
            if event.kind == GROWTH and event.key[0] == day.isoformat() and not grown:
                continue
            before = units
            units = scaled(units, *event.ratio) if event.ratio else units + event.quantity
            if units or before:
                yield Move(event, before, units)

    def gap(self, seen: Observation, *, grown: bool = True) -> Node:
        """What an observation says beyond the ledger of its day."""
        unit = self.ground.symbol(self.asset)
        ledger = ledger_of(
            self.ground, self.asset, self._moves(seen.day, grown), f"ledger on {seen.day}"
        )
        said = leaf(f"observed on {seen.day}", seen.balance, unit, self.ground.observation(seen))
        gap = made(f"beyond the ledger on {seen.day}", unit, "difference", [said, ledger])
        new, old, _ = self.ground.book.splits_until(self.asset, seen.day)
        factor = old * (self.parts // new)
        if factor == 1:
            return gap
        units = defined("parts of a unit", factor, note="so that every split comes out even")
        return made(f"{gap.what}, in those parts", unit, "product", [gap, units])

    def on(self, day: dt.date, offset: Node, days: int, unit: str) -> Node:
        """The offset over ``days``, in units of ``day``: one division."""
        new, old, _ = self.ground.book.splits_until(self.asset, day)
        below = old * self.parts * days
        if new == below or not offset.figure:
            return offset
        if new == 1 and below == days:
            over = defined("days between them", days, "days")
            return made("on a straight line", unit, "quotient", [offset, over])
        terms = [defined("new units", new), defined("old ones, their parts and days", below)]
        return made("in units of the day", unit, "share", [offset, *terms])


def appeared(
    ground: Ground, holding: Holding, period: Period
) -> Iterator[tuple[dt.date, list[Node]]]:
    """The days of a period on which what is observed beyond the ledger changed, with the units that
    are there, and those that were."""
    seen, unit = ground.book.observations(holding.id), ground.symbol(holding.asset_id)
    for found in observed.appeared(ground.book, holding, period):
        source = ground.observation(next((o for o in seen if o.day >= found.day), seen[-1]))
        ends = [leaf("beyond the ledger", found.there, unit, source)]
        if found.before:
            ends.append(leaf("the evening before", found.before, unit, source))
        yield found.day, ends


def units_of_lots(ground: Ground, held: Held, units: Decimal) -> Node:
    """The units whose cost is known: those of the lots that have one."""
    unit = ground.symbol(held.holding.asset_id)
    known = [lot for lot in held.lots if lot.cost is not None]
    leaves = [
        leaf(f"lot {lot.opened_by} of {lot.acquired_on}", lot.quantity, unit,
             ground.transaction(lot.opened_by))
        for lot in known
    ]  # fmt: skip
    if not units and not leaves:
        return Node("units of known cost", ZERO, unit, "leaf", source=DEFINITION)
    return total("units of known cost", unit, leaves)
