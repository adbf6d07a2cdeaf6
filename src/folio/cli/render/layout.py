"""A table as lines of styled text: the one layout for terminal, pipe and picture."""

import itertools
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from folio.cli.render import cells
from folio.cli.render.columns import (
    GAP,
    Block,
    Line,
    Span,
    View,
    blocks_of,
    breadth,
    fitted,
    subtotals_at,
)
from folio.cli.text import cut, pad, visible, width
from folio.model.assets import minor_unit
from folio.model.table import Amount, Cell, Table

if TYPE_CHECKING:
    from folio.model.charts import Chart


def page(table: Table, view: View) -> list[Line]:
    """Title, headline, rows, totals, reasons, footnotes, and the tables that follow."""
    lines = [_title(table), *_headline(table, view)]
    charts = [chart for chart in table.charts if chart.drawable]
    for chart in charts:
        shown = _drawn(chart, view)
        lines += shown[1:] if chart.title == table.title else [[], *shown]
    if any(chart.replaces for chart in charts):
        pass  # it says what the rows say
    elif table.rows:
        lines += [[], *_Body(table, view).lines()]
    else:
        lines += [[], [Span(visible(table.empty), "quiet")]]
    lines += _notes(table, view)
    if table.footnotes:
        lines += [[], *([Span(visible(note), "quiet")] for note in table.footnotes)]
    for child in table.children:
        lines += [[], *page(child, view)]
    return lines


def _title(table: Table) -> Line:
    facts = [table.as_of.isoformat() if table.as_of else "", table.currency or ""]
    if table.known_at:
        facts.append(f"known at {table.known_at.isoformat(sep=' ', timespec='seconds')}")
    said = visible(" · ".join(filter(None, facts)))
    title = Span(visible(table.title), "title")
    return [title, Span(f"  {said}", "quiet")] if said else [title]


def _drawn(chart: "Chart", view: View) -> list[Line]:
    from folio.cli.render.charts.blocks import drawn  # few pages have one

    return drawn(chart, view.columns, plain=view.plain)


def _notes(table: Table, view: View) -> list[Line]:
    """The grade, and why it is not better."""
    grade = table.grade or ""
    if grade in ("", "full") and not table.reasons:
        return []
    said = "note" if grade == "full" else grade
    text = ": ".join(filter(None, [said, visible(", ".join(table.reasons))]))
    wrapped = textwrap.wrap(text, view.columns) if view.columns else [text]
    first = [Span(said, grade), Span(wrapped[0].removeprefix(said), "quiet")]
    return [[], first, *([Span(line, "quiet")] for line in wrapped[1:])]


Card = tuple[str, str, str]  # title, figure, style


def _headline(table: Table, view: View) -> list[Line]:
    """The figures above the table: cards on a terminal, lines elsewhere."""
    cards = [_card(table, key, cell, view) for key, cell in table.headline.items()]
    cards = [card for card in cards if card[1]]
    if not cards:
        return []
    return [[], *(_cards(cards, view.columns) if view.columns else _facts(cards))]


def _card(table: Table, key: str, cell: Cell, view: View) -> Card:
    known = {c.key: c for c in (*table.columns, *table.headline_columns)}
    if key in known:
        kind, title = known[key].kind, known[key].title
    else:
        kind, title = "money" if isinstance(cell, Amount) else "text", key.replace("_", " ")
    places = minor_unit(table.currency or "")
    text = cells.shown(cell, kind, places=places, exact=view.exact)
    return visible(title), text, cells.style(cell, kind)


def _facts(cards: list[Card]) -> list[Line]:
    label = max(width(title) for title, _, _ in cards)
    figure = max(width(text) for _, text, _ in cards)
    return [
        [Span(f"{pad(title, label)}  {pad(text, figure, right=True)}")] for title, text, _ in cards
    ]


def _cards(cards: list[Card], columns: int) -> list[Line]:
    lines: list[Line] = []
    room = 0
    for title, text, style in cards:
        size = max(width(title), width(text))
        if not lines or room < size:
            lines += [*([[]] if lines else []), [], []]
            room = columns
        lines[-2].append(Span(pad(title, size + 4), "quiet"))
        lines[-1].append(Span(pad(text, size + 4), f"figure {style}".strip()))
        room -= size + 4
    return lines


class _Body:
    """The rows of a table under their columns."""

    def __init__(self, table: Table, view: View) -> None:
        self.table = table
        self.view = view
        self.terminal = view.columns is not None
        self.group_by = table.group_by if self.terminal else None
        self.indent = 2 if self.group_by else 0
        self.totals = len(table.rows)  # their place in a block; the subtotals come after them
        self.blocks = blocks_of(table, view, without=self.group_by)
        self.gap = GAP
        self.below: list[Block] = []
        if view.columns is not None:
            room = view.columns - self.indent
            if breadth(self.blocks) > room:
                self.below = [block for block in self.blocks if block.column.below]
            self.blocks = fitted([block for block in self.blocks if block not in self.below], room)
            self.gap = next((g for g in (4, 3) if breadth(self.blocks, g) <= room), GAP)

    def lines(self) -> list[Line]:
        lines = [self._head(), self._rule()]
        if self.group_by:
            lines += self._sections(self.group_by)
        else:
            for place, line in enumerate(self._rows(range(self.totals))):
                lines += [line, *self._whole(place)]
        if self.table.totals:
            lines += [self._rule(self.totals), self._total()]
        return [*lines, *self._meanings()]

    def _head(self) -> Line:
        titles = [
            [Span(pad(visible(b.column.title), b.width, right=b.right), "head")]
            for b in self.blocks
        ]
        return self._joined(titles)

    def _rule(self, only: int | None = None) -> Line:
        """A line below the titles or above the sums, over the columns that have one."""
        if self.terminal:
            return [Span("─" * (breadth(self.blocks, self.gap) + self.indent), "track")]
        dashes = [
            "-" * b.width if only is None or b.cells[only] is not None else " " * b.width
            for b in self.blocks
        ]
        return self._joined([[Span(dash)] for dash in dashes])

    def _rows(self, places: Sequence[int]) -> list[Line]:
        """Column by column; plain ones that stand together are one text."""
        columns: list[list[Line]] = []
        for plain, blocks in itertools.groupby(self.blocks, lambda b: b.is_plain(self.view)):
            if plain:
                texts = zip(*(block.filled(places) for block in blocks), strict=True)
                columns.append([[Span(text)] for text in map((" " * self.gap).join, texts)])
            else:
                columns += [block.spans(places) for block in blocks]
        return [self._joined(parts) for parts in zip(*columns, strict=True)]

    def _whole(self, place: int) -> list[Line]:
        """What of a row has no room beside it, each text in a line of its own."""
        return [[Span(f"  {block.texts[place]}")] for block in self.below if block.texts[place]]

    def _joined(self, parts: Iterable[Line]) -> Line:
        gap, line = Span(" " * self.gap), [Span(" " * self.indent)]
        for part in parts:
            line += part
            line.append(gap)
        return line[0 if self.indent else 1 : -1]

    def _sections(self, key: str) -> list[Line]:
        """The rows by the value of ``key``, each group under its name."""
        sums, rows = subtotals_at(self.table), self.table.rows
        groups: dict[str, list[Line]] = {}
        for row, line in zip(rows, self._rows(range(self.totals)), strict=True):
            groups.setdefault(str(row.get(key) or ""), []).append(line)
        lines: list[Line] = []
        for name, own in groups.items():
            lines += [[]] if lines else []
            lines += [self._named(visible(name) or "–", sums.get(name), "group"), *own]
        return lines

    def _total(self) -> Line:
        if self.blocks and self.blocks[0].cells[self.totals] is not None:
            return [
                Span(span.text, f"total {span.style}".strip())
                for span in self._rows([self.totals])[0]
            ]
        return self._named("total", self.totals, "total")

    def _named(self, name: str, place: int | None, style: str) -> Line:
        """A name that runs up to the first figure, and the figures in their columns."""
        known = [] if place is None else [b.cells[place] is not None for b in self.blocks]
        if place is None or True not in known:
            return [Span(name, style)]
        first = known.index(True)
        before, after = self.blocks[:first], self.blocks[first:]
        parts = [part for block in after for part in self._spaced(block, place)]
        figure = parts[0].text.lstrip()
        room = self.indent + sum(block.width + self.gap for block in before)
        room += len(parts[0].text) - len(figure)
        named = Span(pad(cut(name, room - 1), room), style)
        rest = [Span(figure, parts[0].style), *parts[1:]]
        return [named, *(Span(s.text, f"sum {s.style}".strip()) for s in rest)]

    def _spaced(self, block: Block, place: int) -> Line:
        spans = block.spans([place])[0]
        return spans if block is self.blocks[-1] else [*spans, Span(" " * self.gap)]

    def _meanings(self) -> list[Line]:
        """What the marks mean, where grades are shown by them."""
        marked = [block.column.key for block in self.blocks if block.marks]
        grades = {row.get(key) for row in self.table.rows for key in marked}
        said = [f"{cells.MARKS[g]} {g}" for g in ("estimated", "partial", "unknown") if g in grades]
        return [[], [Span("   ".join(said), "quiet")]] if said else []
