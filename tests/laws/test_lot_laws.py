"""Laws of lots: they sum to the position, no cost is lost, and methods agree in the end."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from folio.engine.fold import Fold
from folio.engine.lots import METHODS, take
from folio.engine.terms import Terms
from folio.model.ledger import Event, Lot, Slice, State, walk_key
from folio.model.numbers import ZERO

EUR, ACME, HERE, THERE = 1, 2, 10, 11

amounts = st.decimals(
    min_value="0.000001", max_value="1000000", places=6, allow_nan=False, allow_infinity=False
)
kinds = st.sampled_from(("buy", "buy", "buy", "sell", "withdraw", "transfer", "correction"))
steps = st.lists(st.tuples(kinds, amounts, amounts), min_size=1, max_size=25)
ratios = st.tuples(st.integers(1, 30), st.integers(1, 30))


def terms(method: str) -> Terms:
    """A world without prices: whatever costs something, costs euros."""
    return Terms(
        lambda holding: (ACME, False),
        lambda holding, day: method,
        lambda asset, day: None,
        lambda currency, into, day: Decimal(1) if currency == into else None,
        EUR,
    )


def event(
    number: int, kind: str, quantity: Decimal, amount: Decimal | None, holding: int = HERE
) -> Event:
    day = f"2025-01-{1 + number // 4:02}"
    key = walk_key(day, None, kind, quantity > ZERO, number)
    currency = None if amount is None else EUR
    transit = number if kind == "transfer" else None
    return Event(key, holding, number, kind, quantity, amount, currency, transit=transit)


def events(walk: list[tuple[str, Decimal, Decimal]]) -> Iterator[Event]:
    for number, (kind, quantity, amount) in enumerate(walk, 1):
        if kind == "transfer":
            yield event(number, kind, -quantity, None)
            yield event(number, kind, quantity, None, THERE)
        elif kind in ("sell", "withdraw"):
            yield event(number, kind, -quantity, amount if kind == "sell" else None)
        else:
            yield event(number, kind, quantity, amount if kind == "buy" else None)


def fold(method: str, walk: list[Event]) -> tuple[dict[int, State], list[Slice]]:
    states: dict[int, State] = {}
    slices = [s for _, _, gone in Fold(terms(method), states).walk(walk) for s in gone]
    return states, slices


@settings(max_examples=150, deadline=None)
@given(walk=steps, method=st.sampled_from(sorted(METHODS)), ratio=ratios)
def test_lots_sum_to_the_position(
    walk: list[tuple[str, Decimal, Decimal]], method: str, ratio: tuple[int, int]
) -> None:
    split = Event(("2025-01-03", 0, "", 999, 0), HERE, 999, "split", ZERO, ratio=ratio)
    states: dict[int, State] = {}
    ordered = sorted([*events(walk), split], key=lambda one: one.key)
    for _, state, _ in Fold(terms(method), states).walk(ordered):
        assert sum((lot.quantity for lot in state.lots), ZERO) == state.quantity
        assert all(lot.quantity for lot in state.lots)
        signs = {lot.quantity > ZERO for lot in state.lots}
        assert len(signs) <= 1  # what is owed is given back before anything is held
        ages = [(lot.acquired_on, lot.place) for lot in state.lots]
        assert all(a < b for a, b in pairwise(ages))


covered = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12)
shares = st.lists(st.decimals(min_value="0.01", max_value="0.99", places=2), max_size=12)


def never_short(bought: list[tuple[Decimal, Decimal]], sold: list[Decimal]) -> list[Event]:
    """Purchases, then sales of a share of what is left, then of all the rest."""
    walk = [event(n, "buy", units, cost) for n, (units, cost) in enumerate(bought, 1)]
    left = sum((units for units, _ in bought), ZERO)
    for number, share in enumerate(sold, len(walk) + 1):
        units = round(left * share, 12) or left
        walk.append(event(number, "sell", -units, units * 3))
        left -= units
    if left:
        walk.append(event(len(walk) + 1, "sell", -left, left * 3))
    return walk


@settings(max_examples=150, deadline=None)
@given(bought=covered, sold=shares, method=st.sampled_from(sorted(METHODS)))
def test_cost_in_is_cost_out_and_cost_left(
    bought: list[tuple[Decimal, Decimal]], sold: list[Decimal], method: str
) -> None:
    walk = never_short(bought, sold)[:-1]
    states, slices = fold(method, walk)
    paid = sum((e.amount or ZERO for e in walk if e.kind == "buy"), ZERO)
    left = sum((lot.cost or ZERO for lot in states[HERE].lots), ZERO)
    gone = sum((part.cost or ZERO for part in slices), ZERO)
    assert paid == gone + left
    fetched = sum((e.amount or ZERO for e in walk if e.kind == "sell"), ZERO)
    assert fetched == sum((part.proceeds or ZERO for part in slices), ZERO)


@settings(max_examples=100, deadline=None)
@given(bought=covered, sold=shares)
def test_every_method_realises_the_same_in_the_end(
    bought: list[tuple[Decimal, Decimal]], sold: list[Decimal]
) -> None:
    walk = never_short(bought, sold)
    gains = set()
    for method in METHODS:
        states, slices = fold(method, walk)
        assert states[HERE].lots == []
        gains.add(sum(((s.proceeds or ZERO) - (s.cost or ZERO) for s in slices), ZERO))
    assert len(gains) == 1


@settings(max_examples=100, deadline=None)
@given(walk=steps, method=st.sampled_from(sorted(METHODS)), cut=st.integers(0, 25))
def test_folding_on_is_folding_again(
    walk: list[tuple[str, Decimal, Decimal]], method: str, cut: int
) -> None:
    whole = sorted(events(walk), key=lambda one: one.key)
    while 0 < cut < len(whole) and whole[cut].transaction_id == whole[cut - 1].transaction_id:
        cut += 1  # a transfer is folded at once
    states, slices = fold(method, whole)
    halves: dict[int, State] = {}
    parts = []
    for half in (whole[:cut], whole[cut:]):
        parts += [s for _, _, gone in Fold(terms(method), halves).walk(half) for s in gone]
    assert parts == slices
    assert {h: s.lots for h, s in halves.items()} == {h: s.lots for h, s in states.items()}


@settings(max_examples=150, deadline=None)
@given(
    bought=covered,
    sold=shares,
    methods=st.tuples(*[st.sampled_from(sorted(METHODS))] * 2),
    turn=st.integers(1, 7),
)
def test_a_change_of_method_leaves_what_was_sold_before(
    bought: list[tuple[Decimal, Decimal]],
    sold: list[Decimal],
    methods: tuple[str, str],
    turn: int,
) -> None:
    walk = never_short(bought, sold)
    first = f"2025-01-{turn:02}"
    before, after = methods
    changing = terms(before)._replace(method=lambda _, day: before if day < first else after)
    slices = [s for _, _, gone in Fold(changing, {}).walk(walk) for s in gone]
    _, unchanged = fold(before, walk)
    early = [s for s in slices if s.disposed_on < first]
    assert early == [s for s in unchanged if s.disposed_on < first]
    paid = sum((e.amount or ZERO for e in walk if e.kind == "buy"), ZERO)
    assert sum((s.cost or ZERO for s in slices), ZERO) == paid  # all of it is sold in the end


@settings(max_examples=150, deadline=None)
@given(bought=covered, data=st.data(), method=st.sampled_from(sorted(METHODS)))
def test_a_sale_takes_the_lots_it_names_and_no_other(
    bought: list[tuple[Decimal, Decimal]], data: st.DataObject, method: str
) -> None:
    walk = [event(n, "buy", units, cost) for n, (units, cost) in enumerate(bought, 1)]
    names = data.draw(st.sets(st.integers(1, len(walk)), min_size=1))
    share = data.draw(st.decimals(min_value="0.01", max_value="1", places=2))
    named = tuple((n, round(bought[n - 1][0] * share, 12)) for n in sorted(names))
    units = sum((part for _, part in named), ZERO)
    sale = event(len(walk) + 1, "sell", -units, units * 3)._replace(lots=named)
    states, slices = fold(method, [*walk, sale])
    assert [(s.opened_by, s.quantity) for s in slices] == list(named)
    left = {lot.opened_by: lot.quantity for lot in states[HERE].lots}
    for number, (held, _) in enumerate(bought, 1):
        assert left.get(number, ZERO) == held - dict(named).get(number, ZERO)
    cost = sum((s.cost or ZERO for s in slices), ZERO)
    kept = sum((lot.cost or ZERO for lot in states[HERE].lots), ZERO)
    assert cost + kept == sum((price for _, price in bought), ZERO)


def test_an_average_over_hundreds_of_trades_is_exact() -> None:
    """Each sale leaves less of the first lots, which are gone in the end and not just almost;
    what is sold last leaves nothing, and no unit too few."""
    of, position, paid, spent, lots = Random(1), ZERO, ZERO, ZERO, list[Lot]()
    for number in range(1, 800):
        if position < 10 or of.random() < 0.5:
            units, cost = Decimal(of.randint(1, 10**9)) / 10**6, Decimal(of.randint(1, 10**6)) / 100
            lots.append(Lot(number, number, "2025-01-02", units, cost, EUR, 0))
            position, paid = position + units, paid + cost
            continue
        units = round(position * of.randint(1, 99) / 100, 6)
        pooled = sum((Fraction(lot.cost or 0) for lot in lots), Fraction(0))
        taken, short = take(lots, units, METHODS["average"], lambda lot: None)
        cost = sum((lot.cost or ZERO for lot in taken), ZERO)
        average = pooled * Fraction(units) / Fraction(position)
        assert abs(Fraction(cost) - average) < Fraction(1, 10**40)
        position, spent = position - units, spent + cost
        assert (short, sum((lot.quantity for lot in taken), ZERO)) == (ZERO, units)
        assert sum((lot.quantity for lot in lots), ZERO) == position
    taken, short = take(lots, position, METHODS["average"], lambda lot: None)
    assert (short, lots) == (ZERO, [])
    assert spent + sum((lot.cost or ZERO for lot in taken), ZERO) == paid
