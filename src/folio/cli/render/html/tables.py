"""Tables for the browser: every cell as on the terminal, its exact value beside it.

``data-value`` has what JSON has, for sorting and for programs.
"""

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from folio.cli.render import cells
from folio.cli.render.columns import Block, View, blocks_of, breadth, may_go, subtotals_at
from folio.cli.text import visible, width
from folio.model.assets import minor_unit
from folio.model.numbers import to_text
from folio.model.table import Amount, Cell, Table

_LONG = 24  # characters: text that may be broken, but not at each word
BROAD = 130  # characters: a table that takes all the width there is


def escaped(text: str) -> str:
    """Text that is text wherever it stands in the page, in quotes too."""
    return html.escape(visible(text))


def cards(table: Table, view: View) -> str:
    """The figures above the table."""
    known = {c.key: c for c in (*table.columns, *table.headline_columns)}
    places, parts = minor_unit(table.currency or ""), []
    for key, cell in table.headline.items():
        column = known.get(key)
        kind = column.kind if column else "money" if isinstance(cell, Amount) else "text"
        title = column.title if column else key.replace("_", " ")
        text = cells.shown(cell, kind, places=places, exact=view.exact)
        if text:
            style = cells.style(cell, kind)
            parts.append(
                f'<div><dt>{escaped(title)}</dt><dd class="{style}" data-key="{escaped(key)}"'
                f"{_data(cell)}>{escaped(text)}</dd></div>\n"
            )
    return f'<dl class="cards">\n{"".join(parts)}</dl>\n' if parts else ""


def notes(table: Table) -> str:
    """The grade, why it is not better, and what stands below."""
    parts = []
    if table.grade not in (None, "", "full") or table.reasons:
        said = "note" if table.grade in (None, "full") else table.grade
        text = escaped(", ".join(table.reasons))
        parts.append(f'<p class="note"><b class="{said}">{said}</b> {text}</p>\n')
    if table.footnotes:
        lines = "\n".join(map(escaped, table.footnotes))
        parts.append(f'<pre class="note">{lines}</pre>\n')
    return "".join(parts)


def listed(table: Table, view: View, name: str) -> str:
    """The rows under their columns, which a narrow screen can scroll."""
    blocks = blocks_of(table, View(exact=view.exact), without=table.group_by)
    body = "".join([_head(blocks), *_bodies(table, blocks), _foot(table, blocks)])
    title = escaped(table.title)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}">\n'
        f'<table id="{name}" data-report="{escaped(table.report)}">\n'
        f"<caption>{title}</caption>\n{body}</table>\n</div>\n"
    )


def is_broad(table: Table, view: View) -> bool:
    """Whether a table wants more width than a page of text."""
    blocks = blocks_of(table, View(exact=view.exact), without=table.group_by)
    return breadth(blocks) > BROAD


def _class(block: Block, *others: str) -> str:
    names = [{"instant": "day"}.get(block.column.kind, block.column.kind)]
    names = [name for name in names if name in ("bar", "spark", "text", "day")]
    names.append("long" if block.column.kind == "text" and block.width > _LONG else "")
    names += ["num" if block.right else "", *others]
    names.append(f"o{block.column.optional}" if block.column.optional and may_go(block) else "")
    return " ".join(filter(None, names))


def _head(blocks: Sequence[Block]) -> str:
    parts = []
    for block in blocks:
        title = escaped(block.column.title)
        if not title:  # for those who hear it
            title = f'<span class="heard">{escaped(block.column.key.replace("_", " "))}</span>'
        key = escaped(block.column.key)
        parts.append(f'<th scope="col" class="{_class(block)}" data-key="{key}">{title}</th>')
    return f"<thead><tr>{''.join(parts)}</tr></thead>\n"


def _bodies(table: Table, blocks: Sequence[Block]) -> Iterator[str]:
    """One body of rows; of a grouped table one for each group, under its name."""
    if table.group_by is None:
        rows = _rows(range(len(table.rows)), blocks)
        yield f'<tbody class="rows">\n{rows}</tbody>\n'
        return
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(table.rows):
        groups.setdefault(str(row.get(table.group_by) or ""), []).append(place)
    sums = subtotals_at(table)
    for name, places in groups.items():
        head = _named(name or "–", sums.get(name), blocks, "rowgroup")
        yield f'<tbody class="group">\n{head}</tbody>\n'
        yield f'<tbody class="rows">\n{_rows(places, blocks)}</tbody>\n'


def _rows(places: Iterable[int], blocks: Sequence[Block]) -> str:
    return "".join(
        "<tr>" + "".join(_cell(block, place, n == 0) for n, block in enumerate(blocks)) + "</tr>\n"
        for place in places
    )


def _cell(block: Block, place: int | None, first: bool = False) -> str:
    cell = None if place is None else block.cells[place]
    kind, inside = block.column.kind, "" if place is None else escaped(block.texts[place])
    if kind == "bar" and isinstance(cell, Amount):
        inside = f'<div>{_bar(cell.value)}<span class="share">{inside}</span></div>'
    style = cells.style(cell, kind) if kind in cells.STYLED else ""
    tag, scope = ("th", ' scope="row"') if first else ("td", "")
    return f'<{tag}{scope} class="{_class(block, style)}"{_data(cell)}>{inside}</{tag}>'


def _data(cell: Cell) -> str:
    """The exact value, where the text may be rounded or written in some style."""
    if isinstance(cell, Amount):
        return f' data-value="{to_text(cell.value)}"'
    if isinstance(cell, dt.date):
        day = cell if isinstance(cell, dt.datetime) else dt.date(cell.year, cell.month, cell.day)
        return f' data-value="{day.isoformat()}"'
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f' data-value="{cell}"'
    return ""


def _bar(ratio: Decimal) -> str:
    """A bar that is full at 1; less than 0 has none."""
    tenths = int(min(max(ratio, Decimal(0)), Decimal(1)) * 1000)
    return (
        '<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8"/>'
        f'<rect class="fill" width="{tenths // 10}.{tenths % 10}" height="8"/></svg>'
    )


def _foot(table: Table, blocks: Sequence[Block]) -> str:
    if not table.totals:
        return ""
    return f"<tfoot>\n{_named('total', len(table.rows), blocks, 'row')}</tfoot>\n"


def _named(name: str, place: int | None, blocks: Sequence[Block], scope: str) -> str:
    """A name over the columns before the first figure, and the figures in theirs."""
    if place is not None and blocks and blocks[0].cells[place] is not None:
        return _rows([place], blocks)
    # Columns that narrow screens leave out cannot be spanned: each has a cell of its own.
    rest = "".join(_cell(block, place) for block in blocks[1:])
    kind = _class(blocks[0], "long" if width(name) > _LONG else "") if blocks else ""
    return f'<tr><th scope="{scope}" class="{kind}">{escaped(name)}</th>{rest}</tr>\n'
