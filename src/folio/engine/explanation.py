"""Whether an explanation holds: every figure follows from those below it, every leaf has a source.

The figures of an explanation are those of the reports' own functions; here each inner one is
computed again from its children alone, so that arithmetic which is told and arithmetic which
was done cannot drift apart.

>>> from decimal import Decimal
>>> from folio.model.explanation import DEFINITION, Node
>>> two = Node("units", Decimal(2), source=DEFINITION)
>>> price = Node("price", Decimal("1.005"), "EUR", source=DEFINITION)
>>> list(faults(Node("value", Decimal("2.01"), "EUR", "product", (two, price), rounded_to=2)))
[]
>>> list(faults(Node("value", Decimal("2.00"), "EUR", "product", (two, price), rounded_to=2)))
['value: 2.00 is said, its parts make 2.01']
>>> list(faults(Node("fee", Decimal(1), "EUR")))
['fee: no source']
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from folio.engine.interest import nominal_of
from folio.engine.returns.risk import volatility
from folio.engine.returns.twr import YEAR, annualised, linked
from folio.engine.returns.xirr import present_value, xirr
from folio.model.explanation import Node, result
from folio.model.numbers import round_money

_UNRECORDED = frozenset({"definition", "assumed"})
_ALIKE = frozenset(
    {"sum", "difference", "same", "size"}
)  # operations whose parts have the unit of the whole


def faults(node: Node) -> Iterator[str]:
    """What does not hold in an explanation, each a sentence; nothing where all does."""
    yield from _own(node)
    for child in node.children:
        yield from faults(child)


def _own(node: Node) -> Iterator[str]:
    if node.operation == "leaf":
        if node.source is None:
            yield f"{node.what}: no source"
        elif node.source.kind == "figure":
            if not node.source.by:
                yield f"{node.what}: nobody says how to ask for it"
        elif node.source.kind not in _UNRECORDED and node.source.commit is None:
            yield f"{node.what}: nobody recorded its source"
        if node.figure is None:
            yield f"{node.what}: a leaf without a figure"
        return
    if node.operation == "missing" and (node.figure is not None or not node.note):
        yield f"{node.what}: missing, and nobody says why"
    if node.operation in ("missing", "list", "untold"):
        return
    figure = worked_out(node)
    if figure != node.figure:
        yield f"{node.what}: {node.figure} is said, its parts make {figure}"
    others = {c.unit for c in node.children if c.counted and c.figure is not None} - {node.unit}
    if node.operation in _ALIKE and others:
        yield f"{node.what}: {node.unit} is made of {', '.join(sorted(others))}"


def worked_out(node: Node) -> Decimal | None:
    """The figure that a node's children make, by its operation."""
    solve = _SOLVED.get(node.operation)
    if solve is None:
        return result(node.operation, node.children, node.rounded_to)
    figure = solve([child for child in node.children if child.counted])
    return None if figure is None else round_money(figure, node.rounded_to)


def _figures(nodes: list[Node]) -> list[Decimal]:
    return [node.figure for node in nodes if node.figure is not None]


def _annual(nodes: list[Node]) -> Decimal | None:
    total, days = _figures(nodes)
    return annualised(total, int(days))


def _discounted(nodes: list[Node]) -> Decimal:
    amount, rate, days, over = _figures(nodes)
    return present_value(amount, rate, int(days), int(over))


def _nominal(nodes: list[Node]) -> Decimal:
    rate, payments = _figures(nodes)
    return nominal_of(rate, int(payments))


def _solved(nodes: list[Node]) -> Decimal | None:
    """The rate, over a year or over the span, from the amounts and days of its equation."""
    amounts = []
    over = 0
    for part in nodes[0].children:
        amount, _, days, span = _figures(list(part.children))
        amounts.append((_FIRST + dt.timedelta(days=int(days)), amount))
        over = int(span)
    found = xirr(amounts)
    return found.per_year if over == YEAR else found.total


_FIRST = dt.date(1970, 1, 1)  # any day: a rate knows only how far its amounts are apart
_SOLVED: dict[str, Callable[[list[Node]], Decimal | None]] = {
    "linked": lambda nodes: linked(_figures(nodes)),
    "annual": _annual,
    "rate": _solved,
    "discounted": _discounted,
    "nominal": _nominal,
    "volatility": lambda nodes: volatility(_figures(nodes)),
}
