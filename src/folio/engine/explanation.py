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

from collections.abc import Iterator

from folio.model.explanation import Node, result

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
        elif node.source.kind != "definition" and node.source.commit is None:
            yield f"{node.what}: nobody recorded its source"
        if node.figure is None:
            yield f"{node.what}: a leaf without a figure"
        return
    if node.operation == "missing" and (node.figure is not None or not node.note):
        yield f"{node.what}: missing, and nobody says why"
    if node.operation in ("missing", "list"):
        return
    figure = result(node.operation, node.children, node.rounded_to)
    if figure != node.figure:
        yield f"{node.what}: {node.figure} is said, its parts make {figure}"
    others = {c.unit for c in node.children if c.counted and c.figure is not None} - {node.unit}
    if node.operation in _ALIKE and others:
        yield f"{node.what}: {node.unit} is made of {', '.join(sorted(others))}"
