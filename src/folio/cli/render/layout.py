"""A table as lines of styled text: the one layout for terminal, pipe and picture."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from folio.cli.render import cells
from folio.cli.render.columns import (
    GAP,
    SPAN,
    Block,
    Line,
    Span,
    View,
    breadth,
    fitted,
    held_later,
    measured,
    subtotals_at,
)
from folio.cli.render.later import held
from folio.cli.text import cut, pad, visible, width, wrapped
from folio.model.assets import minor_unit
from folio.model.table import Amount, Cell, Table

if TYPE_CHECKING:
    from folio.model.charts import Chart

_COMMAND = re.compile(r" (?=folio [a-z])")  # where a command to paste begins


def page(table: Table, view: View) -> Iterator[Line]:
    """Title, headline, rows, totals, reasons, footnotes, and the tables that follow."""
    yield from _title(table, view)
    yield from _headline(table, view)
    charts = [chart for chart in table.charts if chart.drawable]
    for chart in charts:
        shown = _drawn(chart, view)
        yield from shown[1:] if chart.title == table.title else [[], *shown]
    if any(chart.replaces for chart in charts):
        pass  # it says what the rows say
    elif table.rows:
        yield []
        yield from _Body(table, view).lines()
    else:
        yield from [[], *_quiet(_prose(table.empty, view))]
    yield from _notes(table, view)
    if table.footnotes:
        yield from [[], *_quiet(line for note in table.footnotes for line in _prose(note, view))]
    for child in table.children:
        yield []
        yield from page(child, view)


def _title(table: Table, view: View) -> list[Line]:
    said = visible(" · ".join(cells.context_of(table)))
    title = visible(table.title)
    if view.columns is not None and width(title) + 2 + width(said) > view.columns:
        titles = [[Span(line, "title")] for line in wrapped(title, view.columns)]
        return [*titles, *_quiet(wrapped(said, view.columns))]
    return [[Span(title, "title"), Span(f"  {said}", "quiet")] if said else [Span(title, "title")]]


def _prose(text: str, view: View, indent: int = 0) -> list[str]:
    """A sentence; a command in it has a line of its own where it has no room beside it."""
    text = visible(text)
    columns = view.columns
    if columns is None or width(text) + indent <= columns or text.startswith("folio "):
        return [text]
    said, *commands = _COMMAND.split(text)
    return [*wrapped(said, columns - indent), *(f"  {command}" for command in commands)]


def _quiet(lines: Iterable[str]) -> list[Line]:
    return [[Span(line, "quiet")] for line in lines]


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
    start, *rest = wrapped(text, view.columns) if view.columns else [text]
    first = [Span(said, grade), Span(start.removeprefix(said), "quiet")]
    return [[], first, *_quiet(rest)]


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
        style = f"figure {style}".strip()
        size = max(width(title), width(text))
        if not lines or room < size:
            lines += [*([[]] if lines else []), [], []]
            room = columns
        first, *rest = wrapped(text, columns)
        lines[-2].append(Span(pad(title, size + 4), "quiet"))
        lines[-1].append(Span(pad(first, size + 4), style))
        lines += [[Span(line, style)] for line in rest]
        room -= size + 4
    return lines


class _Body:
    """The rows of a table under their columns."""

    def __init__(self, table: Table, view: View) -> None:
        self.view = view
        self.terminal = view.columns is not None
        self.group_by = table.group_by if self.terminal else None
        whole = self.group_by or any(column.kind == "bar" for column in table.columns)
        self.table = table = held(table) if whole else table
        indent = 2 if self.group_by else 0
        self.totals = len(table.rows)  # their place in a block; the subtotals come after them
        self.blocks, self.later = measured(table, view, without=self.group_by)
        self.folds = [self.blocks]  # the columns of each line that a row takes
        self.gap = GAP
        self.below: list[Block] = []
        self.left_out: list[str] = []  # titles of the columns that there is no room for
        if view.columns is not None:
            room = view.columns - indent
            if breadth(self.blocks) > room:
                self.below = [block for block in self.blocks if block.column.below]
            rest = [block for block in self.blocks if block not in self.below]
            self.folds = fitted(rest, room)
            self.blocks = [block for fold in self.folds for block in fold]
            shown = {block.column.key for block in self.blocks}
            self.left_out = [b.column.title for b in rest if b.column.key not in shown]
            if not self.folds[1:]:
                self.gap = next((g for g in (4, 3) if breadth(self.blocks, g) <= room), GAP)
        first, *others = (breadth(fold, self.gap) for fold in self.folds)
        self.breadth = indent + max([first, *(GAP + other for other in others)])
        self.indents = [indent, *(self.breadth - other for other in others)]

    def lines(self) -> Iterator[Line]:
        yield from [*self._head(), *self._rule()]
        if self.group_by:
            yield from self._sections(self.group_by)
        else:
            yield from self._listed(self.folds, self.below, range(self.totals))
            yield from self._listed_later()
        if self.table.totals:
            yield from [*self._rule(self.totals), *self._total()]
        yield from self._meanings()

    def _listed(
        self, folds: list[list[Block]], below: list[Block], places: Sequence[int]
    ) -> Iterator[Line]:
        for place, row in enumerate(self._rows(places, folds)):
            yield from row
            yield from self._whole(place, below)

    def _listed_later(self) -> Iterator[Line]:
        """The rows that are not held, in columns as wide."""
        for some in held_later([*itertools.chain(*self.folds), *self.below], self.later):
            rest = iter(some)
            folds = [list(itertools.islice(rest, len(fold))) for fold in self.folds]
            yield from self._listed(folds, list(rest), range(len(some[0].texts)))

    def _head(self) -> list[Line]:
        return [
            self._joined(
                indent,
                [
                    [Span(pad(visible(b.column.title), b.width, right=b.right), "head")]
                    for b in fold
                ],
            )
            for indent, fold in zip(self.indents, self.folds, strict=True)
        ]

    def _rule(self, only: int | None = None) -> list[Line]:
        """A line below the titles or above the sums, over the columns that have one."""
        if self.terminal:
            return [[Span("─" * self.breadth, "track")]]
        dashes = [
            "-" * b.width if only is None or b.cells[only] is not None else " " * b.width
            for b in self.blocks
        ]
        return [self._joined(0, [[Span(dash)] for dash in dashes])]

    def _rows(
        self, places: Sequence[int], folds: list[list[Block]] | None = None
    ) -> Iterable[tuple[Line, ...]]:
        """The lines of each row: nearly always one."""
        lines = zip(self.indents, folds or self.folds, strict=True)
        return zip(*(self._column_wise(*line, places) for line in lines), strict=True)

    def _column_wise(self, indent: int, fold: list[Block], places: Sequence[int]) -> list[Line]:
        """A line of each row, column by column; plain ones that stand together are one text."""
        columns: list[Iterable[Line]] = []
        for plain, blocks in itertools.groupby(fold, lambda b: b.is_plain(self.view)):
            if plain:
                texts = zip(*(block.filled(places) for block in blocks), strict=True)
                columns.append([[SPAN((text, ""))] for text in map((" " * self.gap).join, texts)])
            else:
                columns += [block.spans(places) for block in blocks]
        gap = itertools.repeat([Span(" " * self.gap)])
        beside = [part for column in columns for part in (gap, column)]
        beside[:1] = [[[Span(" " * indent)] if indent else []] * len(places)]
        together = itertools.chain.from_iterable
        return [list(together(parts)) for parts in zip(*beside, strict=False)]  # gaps never end

    def _whole(self, place: int, below: list[Block]) -> list[Line]:
        """What of a row has no room beside it, each text below it."""
        texts = [block.texts[place] for block in below if block.texts[place]]
        return [[Span(f"  {line}")] for text in texts for line in _prose(text, self.view, 2)]

    def _joined(self, indent: int, parts: Iterable[Line]) -> Line:
        gap, line = Span(" " * self.gap), [Span(" " * indent)]
        for part in parts:
            line += part
            line.append(gap)
        return line[0 if indent else 1 : -1]

    def _sections(self, key: str) -> list[Line]:
        """The rows by the value of ``key``, each group under its name."""
        sums, rows = subtotals_at(self.table), self.table.rows
        groups: dict[str, list[Line]] = {}
        for row, own in zip(rows, self._rows(range(self.totals)), strict=True):
            groups.setdefault(str(row.get(key) or ""), []).extend(own)
        lines: list[Line] = []
        for name, group in groups.items():
            lines += [[]] if lines else []
            lines += [*self._named(visible(name) or "–", sums.get(name), "group"), *group]
        return lines

    def _total(self) -> list[Line]:
        if self.blocks and self.blocks[0].cells[self.totals] is not None:
            return [_styled(line, "total") for row in self._rows([self.totals]) for line in row]
        return self._named("total", self.totals, "total")

    def _named(self, name: str, place: int | None, style: str) -> list[Line]:
        """A name that runs up to the first figure, and the figures in their columns."""
        if place is None:
            return [[Span(name, style)]]
        lines = [self._name_and_sums(name, place, style)]
        for indent, fold in zip(self.indents[1:], self.folds[1:], strict=True):
            if any(block.cells[place] is not None for block in fold):
                lines += [_styled(line, "sum") for line in self._column_wise(indent, fold, [place])]
        return lines

    def _name_and_sums(self, name: str, place: int, style: str) -> Line:
        fold = self.folds[0]
        known = [block.cells[place] is not None for block in fold]
        if True not in known:
            return [Span(name, style)]
        first = known.index(True)
        before, after = fold[:first], fold[first:]
        parts = self._joined(0, [block.spans([place])[0] for block in after])
        figure = parts[0].text.lstrip()
        room = self.indents[0] + sum(block.width + self.gap for block in before)
        room += len(parts[0].text) - len(figure)
        named = Span(pad(cut(name, room - 1), room), style)
        return [named, *_styled([Span(figure, parts[0].style), *parts[1:]], "sum")]

    def _meanings(self) -> list[Line]:
        """What the marks mean, where there are any, and which columns are left out."""
        marked = [block.column.key for block in self.blocks if block.marks]
        grades = {row.get(key) for row in self.table.rows for key in marked}
        grades |= self.later.grades if marked else set()
        said = [f"{mark} {word}" for word, mark in cells.MARKS.items() if mark and word in grades]
        lines = ["   ".join(said)] if said else []
        if titles := [visible(title) for title in self.left_out if title]:
            lines += wrapped(f"too narrow for: {', '.join(titles)}", self.view.columns or 0)
        return [[], *_quiet(lines)] if lines else []


def _styled(line: Line, style: str) -> Line:
    return [Span(span.text, f"{style} {span.style}".strip()) for span in line]
