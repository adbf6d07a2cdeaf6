"""Units of a journal's entries: which lot they are of, and which go with which."""

from collections.abc import Callable, Iterable
from decimal import Context, Decimal

from folio.importers.formats.journals.entries import Event, Unit
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO, to_text
from folio.model.transactions import Leg

Key = tuple[str, str, str, str]  # commodity, what it cost a unit, day, label


def as_kept(paid: Iterable[Unit], legs: list[Leg]) -> list[Leg]:
    """The legs of money; what only passed through was in no pot, and is made up for.

    That was in the draft's own account: what another account paid is kept there.
    """
    if not any(u.passing for u in paid):
        return legs
    sums: dict[AssetRef, Decimal] = {}
    passed = [leg._replace(label="") if leg.account is None else leg for leg in legs]
    for leg in passed:
        if leg.account is None:
            sums[leg.asset] = sums.get(leg.asset, ZERO) + leg.quantity
    return [*passed, *(Leg("external", asset, -whole) for asset, whole in sums.items())]


def is_rounding(amount: Decimal, paid: Decimal) -> bool:
    """Whether an amount is within half of the last place in which money is stated."""
    return 2 * abs(amount) <= Decimal(1).scaleb(int(paid.as_tuple().exponent))


def lot_key(unit: Unit) -> Key:
    """The lot of a posting.

    Its label names it where it has one that says more than its day.
    """
    day = "" if unit.acquired_on is None else unit.acquired_on.isoformat()
    each = ""
    if unit.cost is not None:
        each = f"{unit.cost_in} {_unit_cost(unit)}"
    return unit.commodity, each, day, unit.label


def _unit_cost(unit: Unit) -> str:
    """The cost of one unit to 20 digits: parts of a lot have that of the whole."""
    each = Context(prec=20).divide(unit.cost or ZERO, abs(unit.units))
    return to_text(each)


def lot_name(unit: Unit) -> Key:
    """The lot of a posting by its day and label, whatever it costs.

    What a unit costs stands behind the label too, where a journal's labels are to differ.
    """
    commodity, each, day, label = lot_key(unit)
    return commodity, "" if day or label else each, day, label.partition(" ")[0]


def matched(
    inside: list[Unit], lot: Callable[[Unit], Key] = lot_key
) -> tuple[list[tuple[Unit, Unit]], list[Unit]]:
    """Units of one lot that go out of one account and into another, and what is left over."""
    moves: list[tuple[Unit, Unit]] = []
    left = list(inside)
    for out in [u for u in inside if u.units < ZERO]:
        for into in [u for u in left if u.units > ZERO and u.account != out.account]:
            if lot(into) != lot(out) or into not in left or out not in left:
                continue
            part = min(-out.units, into.units)
            gone, here = _part(out, -part), _part(into, part)
            moves.append((gone, here))
            left.remove(into)
            left.remove(out)
            rest = into.units - part
            left += [_part(into, rest)] if rest else []
            out = _part(out, out.units + part)
            if not out.units:
                break
            left.append(out)
    return moves, left


def sent(inside: list[Unit]) -> tuple[list[tuple[Unit, Unit]], list[Unit]]:
    """What a transfer moved, and what is left over.

    Where units were lost on the way, and their cost stayed with those that arrived, a lot has
    another cost there, and the same day and label; of money that was owed there or here, a part
    is of no lot.
    """
    moves, left = matched(inside)
    if left and not is_lost(moves, left):
        for lot in (lot_name, _any_lot):
            found = matched(inside, lot)
            if is_lost(*found) or not found[1]:
                return found
    return moves, left


def _any_lot(unit: Unit) -> Key:
    return unit.commodity, "", "", ""


def alike(moves: list[tuple[Unit, Unit]]) -> list[list[tuple[Unit, Unit]]]:
    """The moves of each asset from one account to another: one transfer of several lots."""
    found: dict[tuple[str, str, str], list[tuple[Unit, Unit]]] = {}
    for out, into in moves:
        found.setdefault((out.account, into.account, out.commodity), []).append((out, into))
    return list(found.values())


def fees_in_kind(kind: str, things: list[Unit]) -> list[Unit]:
    """The units, not money, that paid the fee of a trade in a journal of folio's own.

    What was bought came in, and what was sold has the price of the sale.
    """
    traded = {
        u.commodity for u in things if (u.units > ZERO if kind == "buy" else u.price is not None)
    }
    if kind not in ("buy", "sell") or len(traded) != 1:
        return []
    return [u for u in things if u.units < ZERO and u.commodity not in traded]


def swap_fees(event: Event, out: list[Unit]) -> list[Unit]:
    """What paid the fees and taxes of a swap in a journal of folio's own, and nothing else."""
    sums: dict[str, Decimal] = {}
    moved = [(commodity, amount) for _, amount, commodity in event.costs]
    for commodity, amount in [*moved, *((unit.commodity, unit.units) for unit in out)]:
        sums[commodity] = sums.get(commodity, ZERO) + amount
    return [unit for unit in out if not sums[unit.commodity]]


def is_lost(moves: list[tuple[Unit, Unit]], left: list[Unit]) -> bool:
    """Whether what is left of a transfer's units went out as they did, and came nowhere."""
    ways = {(out.commodity, out.account, into.account) for out, into in moves}
    places = {way[:2] for way in ways}
    return (
        bool(left)
        and len(ways) == 1
        and all(u.units < ZERO and (u.commodity, u.account) in places for u in left)
    )


def _part(unit: Unit, units: Decimal) -> Unit:
    """So many units of a posting, with their part of its cost."""
    if unit.cost is None or units == unit.units:
        return unit._replace(units=units)
    return unit._replace(units=units, cost=unit.cost * units / unit.units)
