"""An explanation: a figure, the arithmetic that makes it, and where each part came from.

It is a tree.  The figure of an inner node follows from those of its children by its operation;
a leaf was said by somebody, and names who said it and where.

========== ==================================================================================
leaf       said: it has a source
sum        of its children (a missing one adds nothing)
difference the first less the others
product    of its children
quotient   the first ÷ the second, to 50 digits
share      the first × the second ÷ the third, to 50 digits
split      the first, after a split of the second (new units) for the third (old ones)
same       its only child, perhaps rounded
size       its only child without its sign
count      how many children it has
linked     the product of its children, less 1
annual     the first over a year of the second (365 days), from the third (its days)
rate       the one at which what its only child's children were, before it, is worth 0
discounted the first over (1 + the second) ^ (the third ÷ the fourth), all of them days
volatility of its children, which are returns of a day each, over a year
untold     said, and told once it is asked for
nominal    the first, an effective rate, as the one of as many payments a year as the second
list       no figure: its children belong together
missing    no figure, because something is missing: the note says what
========== ==================================================================================

The figures of the last six are those of engines, which a checker asks again.
Where ``rounded_to`` says so, the result is then rounded half-up to so many decimal places.

What would take a whole book to tell, a value on one of a thousand days, is a leaf too: its
source is the question that tells it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.model.numbers import ONE, ZERO, divide, round_money

SHOWN = 12  # parts of a figure that people see unasked; of more, each is told when it is looked at


class StatementLine(NamedTuple):
    """One line of a statement, as it stood in the file."""

    file: str
    line: int  # of the file, from 1
    text: str


class Source(NamedTuple):
    """Who said a figure, and where."""

    # transaction, price, observation, share, target, rule, setting, definition, figure, assumed
    kind: str
    id: int | None = None  # of the transaction or the observation
    day: dt.date | None = None  # that it is about
    commit: int | None = None  # that recorded it
    by: str | None = None  # the source's name: hand, a profile; what to ask for a figure
    reason: str | None = None  # a note, or why a price was entered by hand
    lines: tuple[StatementLine, ...] = ()  # of the statements that state it


DEFINITION = Source("definition")  # follows from what the words mean: a EUR is worth one EUR


class Node(NamedTuple):
    """One figure, and what it is made of."""

    what: str
    figure: Decimal | None  # None: a list, or missing
    unit: str = ""  # the symbol of a currency or an asset; "ratio" (1 is 100 %), "days" …
    operation: str = "leaf"  # one of those above
    children: tuple["Node", ...] = ()
    source: Source | None = None  # every leaf has one
    note: str = ""
    rounded_to: int | None = None  # decimal places; None: not rounded
    counted: bool = True  # False: shown beside the others, and part of nothing
    tell: Callable[[], "Node"] | None = None  # what it is made of, where it is not told yet

    @property
    def told(self) -> "Node":
        """The figure with its parts."""
        if self.tell is None:
            return self
        node = self.tell()
        note = node.note if self.figure is None else self.note or node.note
        return node._replace(what=self.what, counted=self.counted, note=note)

    @property
    def whole(self) -> "Node":
        """The figure with everything below it told."""
        node = self.told
        if not node.children:
            return node
        return node._replace(children=tuple(child.whole for child in node.children))

    def seen(self, depth: int | None) -> "Node":
        """The figure as a reader ``depth`` levels above the last one sees it: told, unless it
        is the last; None: as it stands."""
        return self.told if depth else self

    @property
    def size(self) -> int:
        """How many nodes there are, this one among them."""
        return 1 + sum(child.size for child in self.children)


def leaf(what: str, figure: Decimal, unit: str, source: Source, note: str = "") -> Node:
    """A figure that somebody said."""
    return Node(what, figure, unit, source=source, note=note)


def defined(what: str, figure: Decimal | int, unit: str = "", note: str = "") -> Node:
    """A figure that follows from what its words mean."""
    return Node(what, Decimal(figure), unit, source=DEFINITION, note=note)


def missing(what: str, unit: str, note: str, children: Iterable[Node] = ()) -> Node:
    """A figure that nobody knows; ``note`` says why, ``children`` what was looked at."""
    beside = tuple(child._replace(counted=False) for child in children)
    return Node(what, None, unit, "missing", beside, note=note)


def together(what: str, children: Iterable[Node], note: str = "") -> Node:
    """Figures that belong together."""
    return Node(what, None, "", "list", tuple(children), note=note)


def made(
    what: str, unit: str, operation: str, children: Sequence[Node], *,
    rounded_to: int | None = None, note: str = "",
) -> Node:  # fmt: skip
    """A figure that follows from its children."""
    figure = result(operation, children, rounded_to)
    if figure is None and operation != "list":
        return missing(what, unit, note or _lacking(children), children)
    return Node(what, figure, unit, operation, tuple(children), None, note, rounded_to)


def total(what: str, unit: str, children: Sequence[Node], note: str = "") -> Node:
    """The sum of the children; nothing at all sums to 0."""
    return made(what, unit, "sum", children, note=note)


def total_or_one(what: str, unit: str, children: Sequence[Node]) -> Node:
    """The sum of the children; of one alone, that one."""
    return children[0] if len(children) == 1 else total(what, unit, children)


def total_of_all(what: str, unit: str, children: Sequence[Node]) -> Node:
    """The sum of the children; missing where one of them is."""
    lacking = next((child for child in children if child.figure is None), None)
    if lacking is None:
        return total(what, unit, children)
    return missing(what, unit, f"{lacking.what}: {lacking.note}", children)


def total_of_known(what: str, unit: str, children: Sequence[Node]) -> Node:
    """The sum of those children that have a figure: 0 where none has."""
    node = total(what, unit, children)
    if node.figure is not None:
        return node
    return total(what, unit, [*children, defined("nothing is known", 0, unit)])


def _lacking(children: Sequence[Node]) -> str:
    return (
        ", ".join(f"{c.what} is missing" for c in children if c.figure is None) or "nothing known"
    )


def result(operation: str, children: Sequence[Node], rounded_to: int | None) -> Decimal | None:
    """What an operation makes of these children; None where something is missing."""
    counted = [child for child in children if child.counted]
    if operation == "count":
        return Decimal(len(counted))
    known = [child.figure for child in counted if child.figure is not None]
    if operation == "sum":
        figure = sum(known, ZERO) if known or not counted else None
    elif len(known) < len(counted) or operation not in _RESULTS:
        figure = None
    else:
        figure = _RESULTS[operation](known)
    return None if figure is None else round_money(figure, rounded_to)


def _product(figures: list[Decimal]) -> Decimal:
    answer = ONE
    for figure in figures:
        answer *= figure
    return answer


def _scaled(figures: list[Decimal]) -> Decimal:
    quantity, new, old = figures
    exact = divide(quantity * new, old)
    return exact if exact * old == quantity * new else round(exact, 18)


_RESULTS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "product": _product,
    "difference": lambda figures: figures[0] - sum(figures[1:], ZERO),
    "quotient": lambda figures: divide(figures[0], figures[1]),
    "share": lambda figures: divide(figures[0] * figures[1], figures[2]),
    "split": _scaled,
    "same": lambda figures: figures[0],
    "size": lambda figures: abs(figures[0]),
}
