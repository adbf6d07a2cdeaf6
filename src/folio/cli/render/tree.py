"""An explanation as people see it, an indented tree, and as programs do, JSON.

One line a figure: what it is, how much, the arithmetic, where it comes from.  A line that is
too wide goes on below, under the tree's own lines.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from folio.cli.render.cells import decimal_text
from folio.cli.render.columns import Line, Span
from folio.cli.text import MASK, visible, width
from folio.model.assets import ISO_4217, minor_unit
from folio.model.explanation import DEFINITION, SHOWN, Node, Source, result
from folio.model.numbers import ONE, ZERO, cut, to_text

DEPTH = 2  # levels below the root that are shown unasked
_NO_AMOUNTS = ("ratio", "days")  # units
_TERMS = 4  # parts that fit into one line of arithmetic
# How the smaller ones of many parts are taken together, and the part that changes nothing.
_REST = {
    "sum": ("sum", ZERO),
    "linked": ("product", ONE),
    "product": ("product", ONE),
    "volatility": ("list", ZERO),
}


class Shape(NamedTuple):
    """How much of a tree is shown, and how wide."""

    columns: int = 80
    depth: int | None = None  # None: the first levels, and the first parts of each figure
    exact: bool = False
    private: bool = False  # every figure hidden but ratios and days


# -- for people ------------------------------------------------------------------------------


def tree(root: Node, shape: Shape) -> list[Line]:
    """The lines of a tree."""
    return list(_lines(root, shape, "", "", 0))


def hides(root: Node, shape: Shape) -> bool:
    """Whether there is more than what is shown unasked."""
    if shape.depth is not None:
        return False

    def deeper(node: Node, level: int) -> bool:
        if node.tell is not None:
            return True
        children = [child for child in node.children if not _goes_without_saying(child)]
        beyond = bool(children) and (level >= DEPTH or len(children) > SHOWN)
        return beyond or any(deeper(child, level + 1) for child in children)

    return deeper(root, 0)


def _lines(node: Node, shape: Shape, first: str, rest: str, level: int) -> Iterator[Line]:
    deeper = level < (DEPTH if shape.depth is None else shape.depth)
    node = node.told if deeper else node
    children = [_shown(child, node) for child in node.children if not _goes_without_saying(child)]
    shown = children if deeper else []
    others: Node | None = None
    if shape.depth is None and len(shown) > SHOWN:
        shown, others = _largest(node, shown)
    listed = children if others is not None else shown
    hidden = "" if listed else _more(node, children)
    below = "│  " if shown else "   "
    yield from _wrapped(_chunks(node, shape, hidden, level), shape, first, rest + below)
    for index, child in enumerate(shown):
        last = index == len(shown) - 1 and others is None
        corner, beneath = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _lines(child, shape, rest + corner, rest + beneath, level + 1)
    if others is not None:
        yield from _lines(others, shape, rest + "└─ ", rest + "   ", DEPTH)


def _largest(node: Node, children: list[Node]) -> tuple[list[Node], Node]:
    """The largest of many parts, and one that stands for the others and adds up with them.

    Parts in an order of their own, as the first of a difference has, stay in it.
    """
    together = _REST.get(node.operation)
    if together is None:
        shown, others = children[: SHOWN - 1], children[SHOWN - 1 :]
        return shown, Node(f"{len(others)} others", None, "", "list", tuple(others))
    operation, neutral = together

    def weight(child: Node) -> Decimal:
        return abs(child.figure - neutral) if child.counted and child.figure is not None else ZERO

    largest = sorted(children, key=weight, reverse=True)
    shown, others = largest[: SHOWN - 1], largest[SHOWN - 1 :]
    figure = result(operation, others, None)
    return shown, Node(f"{len(others)} others", figure, others[0].unit, operation, tuple(others))


def _shown(child: Node, parent: Node) -> Node:
    """Of a missing figure no part counts, which need not be said of each."""
    return child._replace(counted=True) if parent.operation == "missing" else child


def _goes_without_saying(node: Node) -> bool:
    """One EUR is one EUR."""
    return node.source == DEFINITION and node.figure == 1


def _more(node: Node, hidden: list[Node]) -> str:
    """How much is not shown below a figure; what was not told yet is not counted."""
    count = sum(child.size for child in hidden)
    untold = node.tell is not None or any(child.tell is not None for child in hidden)
    if not count:
        return "… more" if untold else ""
    return f"… over {count} more" if untold else f"… {count} more"


def _chunks(node: Node, shape: Shape, hidden: str, level: int) -> list[Span]:
    """What one line says, in pieces that are kept together where there is room."""
    figure = amount(node.figure, node.unit, shape)
    weight = "figure" if level == 0 else ""
    chunks = [Span(visible(f"{node.what}:" if figure else node.what), weight)]
    if figure:
        chunks.append(Span(visible(figure), weight))
    arithmetic = _arithmetic(node, shape)
    if arithmetic:
        chunks.append(Span(visible(f"= {arithmetic}")))
    if not node.counted:
        chunks.append(Span("(counts nothing here)", "quiet"))
    if node.note:
        style = "estimated" if node.operation == "missing" else "quiet"
        chunks.append(Span(visible(f"({node.note})"), style))
    if node.source is not None and (said := source_text(node.source)):
        chunks.append(Span(visible(f"[{said}]"), "quiet"))
    if hidden:
        chunks.append(Span(hidden, "quiet"))
    return chunks


def _wrapped(chunks: list[Span], shape: Shape, first: str, rest: str) -> Iterator[Line]:
    """The pieces on as few lines as there is room for; a piece too wide is broken at a space."""
    room = shape.columns
    line: Line = [Span(first, "track")]
    used, start = width(first), True
    for chunk in chunks:
        gap = 0 if start else 1
        if not start and used + gap + width(chunk.text) > room:
            yield line
            line, used, gap = [Span(rest + "  ", "track")], width(rest) + 2, 0
        for index, word in enumerate(chunk.text.split(" ")):
            gap = gap if index == 0 else 1
            if index and used + gap + width(word) > room:
                yield line
                line, used, gap = [Span(rest + "  ", "track")], width(rest) + 2, 0
            line.append(Span(" " * gap + word, chunk.style))
            used += gap + width(word)
            gap = 1
        start = False
    yield line


def amount(figure: Decimal | None, unit: str, shape: Shape) -> str:
    """A figure with its unit; "" where there is none."""
    if figure is None:
        return ""
    if shape.private and unit not in _NO_AMOUNTS:
        return f"{MASK} {unit}".rstrip()
    if unit == "ratio":
        return f"{_digits(figure * 100, shape)}%"
    text = _digits(figure, shape)
    if unit == "days" and figure == ONE:
        return f"{text} day"
    if unit in ISO_4217:
        places = minor_unit(unit)
        if -int(Decimal(to_text(figure)).as_tuple().exponent) < places:
            text = decimal_text(figure, places)
    return f"{text} {unit}".rstrip()


def _digits(figure: Decimal, shape: Shape) -> str:
    """Every digit, or as many as a person reads; what is cut is marked."""
    exact = decimal_text(figure, None)
    return exact if shape.exact else cut(exact)


def _arithmetic(node: Node, shape: Shape) -> str:
    """The children's figures with the operation between them."""
    parts = [child for child in node.children if child.counted and child.figure is not None]
    texts = [amount(child.figure, child.unit, shape) for child in parts]
    rounded = "" if node.rounded_to is None or node.figure is None else ", rounded"
    if node.operation not in _WRITTEN or not texts or node.figure is None:
        return ""
    if node.operation in _MANY and len(texts) > _TERMS:
        return _MANY[node.operation].format(len(texts)) + rounded
    text = _WRITTEN[node.operation](texts)
    return text + rounded if text != amount(node.figure, node.unit, shape) else ""


_MANY = {
    "sum": "the sum of {}",
    "difference": "the sum of {}",
    "product": "the product of {}",
    "linked": "the product of {}, less 1",
}


def _sum(texts: list[str]) -> str:
    first, *others = texts
    return first + "".join(
        f" − {text[1:]}" if text.startswith("-") else f" + {text}" for text in others
    )


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


_WRITTEN: dict[str, Callable[[list[str]], str]] = {
    "sum": _sum,
    "difference": lambda texts: " − ".join([texts[0], *map(_bracketed, texts[1:])]),
    "product": " × ".join,
    "quotient": " ÷ ".join,
    "share": lambda texts: f"{texts[0]} × {texts[1]} ÷ {texts[2]}",
    "split": lambda texts: f"{texts[0]} × {texts[1]} ÷ {texts[2]}",
    "same": lambda texts: texts[0],
    "size": lambda texts: f"|{texts[0]}|",
    "linked": lambda texts: " × ".join(texts) + " − 1",
    "annual": lambda texts: f"({_sum(['1', texts[0]])}) ^ (365 days ÷ {texts[1]}) − 1",
    "nominal": lambda texts: f"{texts[1]} × (({_sum(['1', texts[0]])}) ^ (1 ÷ {texts[1]}) − 1)",
    "discounted": lambda texts: (
        f"{texts[0]} ÷ ({_sum(['1', texts[1]])}) ^ ({texts[2]} ÷ {texts[3]})"
    ),
}


def source_text(source: Source) -> str:
    """Who said it, and where; "" for what follows from words alone."""
    if source.kind == "definition":
        return ""
    if source.kind == "figure":
        return source.by or ""
    if source.kind == "assumed":
        return "assumed"
    lines, why = _places(source), f": {source.reason}" if source.reason else ""
    if source.kind == "transaction":
        return f"transaction {source.id}, {lines or source.by}"
    if source.kind == "observation":
        return f"observation {source.id}, {lines or source.by}{why}"
    said = f"{source.kind} of {source.day}" if source.day else source.kind
    by = f", {source.by}" if source.by else ""
    return f"{said}{by}, commit {source.commit}{why}"


def _places(source: Source) -> str:
    """The lines of statements, each file named once: ``a.csv:5,6``."""
    files: dict[str, list[str]] = {}
    for line in source.lines:
        files.setdefault(line.file, []).append(str(line.line))
    return ", ".join(f"{file}:{','.join(numbers)}" for file, numbers in files.items())


# -- for programs ----------------------------------------------------------------------------


def as_object(node: Node, depth: int | None, *, private: bool) -> dict[str, Any]:
    """A node and ``depth`` levels below it, numbers as strings; ``private`` hides the amounts.

    None: all that is told at once.  ``parts`` says of how many parts a figure is made, be they
    listed or not; null: of some that are not told.
    """
    node = node.seen(depth)
    below = None if depth is None else depth - 1
    listed = () if depth == 0 else node.children
    hides = private and node.unit not in _NO_AMOUNTS and node.figure is not None
    return {
        "what": node.what,
        "figure": MASK if hides else None if node.figure is None else to_text(node.figure),
        "unit": node.unit or None,
        "operation": node.operation,
        "rounded_to": None if node.rounded_to is None else str(node.rounded_to),
        "counted": node.counted,
        "note": node.note or None,
        "source": None if node.source is None else _source_object(node.source),
        "parts": None if node.tell is not None else str(len(node.children)),
        "children": [as_object(child, below, private=private) for child in listed],
    }


def _source_object(source: Source) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "id": None if source.id is None else str(source.id),
        "day": None if source.day is None else source.day.isoformat(),
        "commit": None if source.commit is None else str(source.commit),
        "by": source.by,
        "reason": source.reason,
        "lines": [
            {"file": line.file, "line": str(line.line), "text": line.text} for line in source.lines
        ],
    }
