"""The columns of a table: their cells as text, and which of them a terminal has room for.

Where there is room, quantities and prices stand with their points below each other.  Where it is
too narrow, grades and flags become marks, then text is cut (not below ``LEAST_TEXT``; in its
middle, where the beginnings alone are alike), then columns go, those with the highest ``optional``
first, and what is left goes on in a line below.  A number is never cut, none stands outside, and
what tells a row that counts in no total is never left out: above the total all would be counted.
"""

from collections.abc import Iterator, Sequence

from folio.cli.render import cells
from folio.cli.render.later import Later, Part, some_at_a_time
from folio.cli.text import cut, pad, padded, visible, widest, width
from folio.model.assets import minor_unit
from folio.model.named import NamedTuple, from_tuple
from folio.model.table import Amount, Cell, Column, Phrases, Table

GAP = 2  # spaces between columns
LEAST_TEXT = 14  # columns to which text is cut before a column is left out
SCARCE_TEXT = 8  # and before a row takes two lines
LEAST_BAR, MOST_BAR = 8, 24
_POINTED = frozenset({"quantity", "price"})  # kinds whose cells have unlike numbers of places
_EMPTY = (None, "", Phrases(()))
_PERCENT = 8  # columns of the number beside a bar


class Span(NamedTuple):
    text: str
    style: str = ""


SPAN = from_tuple(Span)
Line = list[Span]


def trimmed(line: Line) -> Line:
    """The line without spaces at its end."""
    kept = list(line)
    while kept:
        text, style = kept[-1]
        if text and text[-1] != " ":
            break
        kept.pop()
        if text := text.rstrip(" "):
            kept.append(Span(text, style))
    return kept


def text_of(line: Line) -> str:
    """The line without styles, and without spaces at its end."""
    return "".join([span.text for span in line]).rstrip(" ")


class View(NamedTuple):
    """For whom the page is laid out."""

    columns: int | None = None  # of the terminal; None: not one, so nothing is cut
    exact: bool = False
    plain: bool = False  # charts in ASCII
    styled: bool = True  # styles are seen


class Block(NamedTuple):
    """A column with its cells: those of the rows, then of the totals, then of the subtotals."""

    column: Column
    width: int
    cells: list[Cell] = []  # noqa: RUF012  # never changed
    texts: list[str] = []  # noqa: RUF012  # of these cells
    marks: bool = False  # grades as marks
    narrow: bool = False  # its texts are cut
    middle: bool = False  # in their middle
    whole: int = 0  # columns before the points of its numbers
    places: int = 0  # and from there on, where these differ
    pointed: bool = False  # the points stand below each other
    styles: list[str] = []  # noqa: RUF012  # of its cells, where these are not held

    @property
    def right(self) -> bool:
        return self.column.kind not in cells.TEXTUAL

    def is_plain(self, view: View) -> bool:
        """Whether each of its cells is one text without a style."""
        kind = self.column.kind
        return kind != "bar" and not (view.styled and kind in cells.STYLED)

    def holding(self, texts: list[str], styles: list[str]) -> "Block":
        """The column with other cells, as wide as it is."""
        if self.marks:
            texts = [cells.MARKS.get(text, text) for text in texts]
        return self._replace(cells=[], texts=texts, styles=styles)

    def spans(self, places: Sequence[int]) -> list[Line]:
        """Some of its cells, each in the block's width."""
        kind = self.column.kind
        if kind == "bar":
            return [self._bar(place) for place in places]
        if self.cells:
            styles = cells.styles([self.cells[place] for place in places], kind)
        else:
            styles = [self.styles[place] for place in places]
        return [[span] for span in map(SPAN, zip(self.filled(places), styles, strict=True))]

    def filled(self, places: Sequence[int]) -> list[str]:
        """The texts of some cells, each in the block's width."""
        texts = [self.texts[place] for place in places]
        if self.narrow:
            texts = [cut(text, self.width, middle=self.middle) for text in texts]
        if self.pointed:
            texts = [text + " " * (self.places - _places(text)) for text in texts]
        return padded(texts, self.width, right=self.right)

    def _bar(self, place: int) -> Line:
        cell = self.cells[place]
        if not isinstance(cell, Amount):
            return [Span(" " * self.width)]
        beside = max(_PERCENT, 1 + widest(self.texts))
        filled, empty = cells.bar(cell.value, self.width - beside)
        number = pad(self.texts[place], beside, right=True)
        return [Span(filled, "bar"), Span(empty, "track"), Span(number)]


def subtotals_at(table: Table) -> dict[str, int]:
    """Where the subtotals of the groups stand in a block: after the rows and the totals."""
    return {name: len(table.rows) + 1 + n for n, name in enumerate(table.subtotals)}


def blocks_of(table: Table, view: View, *, without: str | None) -> list[Block]:
    """The columns to show, as wide as their cells; an optional one that is empty goes."""
    return measured(table, view, without=without)[0]


def measured(table: Table, view: View, *, without: str | None) -> tuple[list[Block], Later]:
    """The same, as wide as the cells of the rows that are not held, too; and these rows."""
    shown = [c for c in table.columns if not c.machine_only and c.key != without]
    rows = [*table.rows, table.totals, *table.subtotals.values()]
    blocks = [_block(table, column, rows, view) for column in shown]
    later = Later()
    for some in some_at_a_time(table.more):
        parts = [_filled(_block(table, column, some, view), len(some)) for column in shown]
        later.keep({part.column.key: _to_keep(part) for part in parts})
        later.grades.update(*(part.cells for part in parts if part.column.kind in cells.MARKED))
        pairs = zip(blocks, parts, strict=True)
        blocks = [
            block._replace(
                width=max(block.width, part.width),
                whole=max(block.whole, part.whole),
                places=max(block.places, part.places),
            )
            for block, part in pairs
        ]
    blocks = [block for block in blocks if block.width or not block.column.optional]
    return [_filled(block, len(rows)) for block in blocks], later


def held_later(blocks: Sequence[Block], later: Later) -> Iterator[list[Block]]:
    """These columns with the rows that are not held, some at a time; once."""
    for parts in later.parts():
        yield [block.holding(*parts[block.column.key]) for block in blocks]


def _filled(block: Block, rows: int) -> Block:
    """The column with a cell for each row, where all of them are empty too."""
    if block.texts:
        return block
    return block._replace(cells=[None] * rows, texts=[""] * rows)


def _to_keep(block: Block) -> Part:
    return block.texts, cells.styles(block.cells, block.column.kind)


def _block(table: Table, column: Column, rows: list[dict[str, Cell]], view: View) -> Block:
    key = column.key
    own = [row.get(key) for row in rows]
    if column.optional and (own.count(None) == len(own) or all(cell in _EMPTY for cell in own)):
        return Block(column, 0)
    places = minor_unit(table.currency or "")
    texts = cells.texts(own, column.kind, places=places, exact=view.exact)
    broad = widest(texts)
    if column.kind == "bar":
        broad = LEAST_BAR + max(_PERCENT, 1 + broad)
    block = Block(column, max(broad, width(visible(column.title))), own, texts)
    if view.columns is None or column.kind not in _POINTED:
        return block
    after = [_places(text) for text in texts]
    whole = max(len(text) - own for text, own in zip(texts, after, strict=True))
    return block._replace(whole=whole, places=max(after))


def _places(number: str) -> int:
    """The columns that a number takes from its point on."""
    return len(number) - at if (at := number.find(".")) >= 0 else 0


def _pointed(blocks: list[Block]) -> list[Block]:
    """The blocks with the points of their numbers below each other, as wide as that needs."""
    return [
        block._replace(pointed=True, width=max(block.width, block.whole + block.places))
        if block.places
        else block
        for block in blocks
    ]


def breadth(blocks: list[Block], gap: int = GAP) -> int:
    """The columns that the whole table takes."""
    return sum(block.width for block in blocks) + gap * (len(blocks) - 1)


def fitted(blocks: list[Block], room: int) -> list[list[Block]]:
    """The blocks that ``room`` has space for, how wide each may be, and in how many lines."""
    while True:
        marked = [_marked(block) for block in blocks]
        for attempt in (_pointed(blocks), _pointed(marked), blocks, marked):
            if breadth(attempt) <= room:
                return [_widened(attempt, room)]
        spare = max((block.column.optional for block in blocks if may_go(block)), default=0)
        for attempt in (_pointed(marked), marked):
            shrunk = _shrunk(attempt, room, LEAST_TEXT if spare else SCARCE_TEXT)
            if breadth(shrunk) <= room:
                return [shrunk]
        if not spare:
            return _folded(_shrunk(marked, room, LEAST_TEXT), room)
        last = max(
            i for i, block in enumerate(blocks) if block.column.optional == spare and may_go(block)
        )
        blocks = _without(blocks, last)


def may_go(block: Block) -> bool:
    """Without the flag of a row that counts in no total, the column would not add up."""
    return block.column.kind != "flag"


def _without(blocks: list[Block], at: int) -> list[Block]:
    """The blocks without one, and without what belongs to it: a price goes with its currency."""
    start = at
    while start and not blocks[start].column.title and _together(blocks[start - 1], blocks[start]):
        start -= 1
    return blocks[:start] + blocks[at + 1 :]


def _together(one: Block, other: Block) -> bool:
    return one.column.optional == other.column.optional


def _folded(blocks: list[Block], room: int) -> list[list[Block]]:
    """The blocks in as few lines as hold them; what has no title stays with what is before it."""
    lines: list[list[Block]] = [[]]
    for i, block in enumerate(blocks):
        if i and not block.column.title:
            continue
        end = next((j for j in range(i + 1, len(blocks)) if blocks[j].column.title), len(blocks))
        own = blocks[i:end]
        if lines[-1] and breadth([*lines[-1], *own]) > room - (GAP if lines[1:] else 0):
            lines.append([])
        lines[-1] += own
    return lines


def _marked(block: Block) -> Block:
    """Grades and flags as marks, in one column without a title."""
    if block.column.kind not in cells.MARKED:
        return block
    marks = [cells.MARKS.get(text, text) for text in block.texts]
    return Block(block.column._replace(title=""), 1, block.cells, marks, marks=True)


def _shrunk(blocks: list[Block], room: int, least: int) -> list[Block]:
    """Text cut, the widest first, until the table fits or no text is wider than ``least``."""
    blocks = list(blocks)
    while (over := breadth(blocks) - room) > 0:
        texts = [i for i, b in enumerate(blocks) if b.column.kind == "text" and b.width > least]
        if not texts:
            break
        widest = max(texts, key=lambda i: blocks[i].width)
        others = max((blocks[i].width for i in texts if i != widest), default=least)
        target = max(blocks[widest].width - over, min(others, blocks[widest].width - 1), least)
        blocks[widest] = blocks[widest]._replace(width=target, narrow=True)
    return [block._replace(middle=_alike(block)) if block.narrow else block for block in blocks]


def _alike(block: Block) -> bool:
    """Whether its texts, cut at their ends, would not all be told apart."""
    texts = set(block.texts)
    return len({cut(text, block.width) for text in texts}) < len(texts)


def _widened(blocks: list[Block], room: int) -> list[Block]:
    """Bars take what is left over, up to a length that still reads well."""
    bars = [i for i, block in enumerate(blocks) if block.column.kind == "bar"]
    spare = max(room - breadth(blocks, GAP + 1), 0) // max(len(bars), 1)
    blocks = list(blocks)
    for i in bars:
        more = min(spare, MOST_BAR - LEAST_BAR)
        blocks[i] = blocks[i]._replace(width=blocks[i].width + more)
    return blocks
