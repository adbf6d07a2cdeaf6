"""Charts on a terminal: lines in Braille, columns and bars in blocks, or in ASCII.

A Braille character is two dots wide and four high, so that a line of 60 characters shows 120
days apart.  A gap is left blank.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from folio.cli.render.cells import shown
from folio.cli.render.charts.scale import (
    day_ticks,
    known,
    place,
    place_of_day,
    said,
    tick_texts,
    ticks,
)
from folio.cli.render.columns import Line, Span
from folio.cli.text import cut, pad, visible, width
from folio.model.charts import Chart

PIPED = 80  # columns where there is no terminal
_WIDEST = 160
_HEIGHT = 14
# The dots of a Braille character, by column and by row from the top.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_RISING = " ▁▂▃▄▅▆▇█"
_ACROSS = " ▏▎▍▌▋▊▉█"
_ASCII_AXES = str.maketrans("─│┤┬┼└", "-|+++`")
Grid = list[list[str]]
Where = Callable[[dt.date], int]  # a day's place on the axis


def drawn(chart: Chart, columns: int | None, *, plain: bool = False) -> list[Line]:
    """The title of a chart with anything to draw, and the chart in so many columns.

    ``plain`` is in ASCII alone.
    """
    room = min(max(columns or PIPED, 30), _WIDEST)
    unit = f"  {chart.unit}" if chart.unit else ""
    title = [Span(visible(chart.title), "title"), Span(visible(unit), "quiet")]
    shapes = {"line": _line, "columns": _columns, "bars": _bars}
    lines = [title, [], *shapes[chart.shape](chart, room, plain)]
    if not plain:
        return lines
    return [[Span(s.text.translate(_ASCII_AXES), s.style) for s in line] for line in lines]


def _line(chart: Chart, room: int, plain: bool) -> list[Line]:
    """Values through days, Braille dots joined by lines."""
    days = _days(chart)
    marks = ticks(min(known(chart.values)), max(known(chart.values)), 5)
    texts = tick_texts(marks, chart)
    inner = room - max(map(width, texts)) - 2
    dots = _joined(chart, days, marks, inner * 2 - 1, _HEIGHT * 4 - 1)
    grid = [[" "] * inner for _ in range(_HEIGHT)]
    for x, y in dots:
        row, column = _HEIGHT - 1 - y // 4, x // 2
        bit = _DOTS[x % 2][3 - y % 4]
        before = grid[row][column]
        code = bit if before == " " else (ord(before) - 0x2800) | bit
        grid[row][column] = chr(0x2800 + code)
    if plain:
        grid = [["*" if cell != " " else " " for cell in row] for row in grid]
    styles = ["bar"] * _HEIGHT
    axis = _days_below(days[0], days[-1], inner, lambda d: place_of_day(d, *_ends(days), inner - 1))
    return _framed(grid, styles, marks, texts, axis)


def _days(chart: Chart) -> list[dt.date]:
    return [label for label in chart.labels if isinstance(label, dt.date)]


def _ends(days: Sequence[dt.date]) -> tuple[dt.date, dt.date]:
    return days[0], days[-1]


def _joined(
    chart: Chart, days: list[dt.date], marks: list[Decimal], right: int, top: int
) -> set[tuple[int, int]]:
    """The dots of the line: those of values, and between those that no gap parts."""
    dots: set[tuple[int, int]] = set()
    before: tuple[int, int] | None = None
    for day, value in zip(days, chart.values, strict=True):
        if value is None:
            before = None
            continue
        here = place_of_day(day, days[0], days[-1], right), place(value, marks[0], marks[-1], top)
        dots.update(_between(before or here, here))
        before = here
    return dots


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The dots from one to another, both with."""
    (x, y), (to_x, to_y) = start, end
    steps = max(abs(to_x - x), abs(to_y - y), 1)
    for n in range(steps + 1):
        yield (
            x + (2 * (to_x - x) * n + steps) // (2 * steps),
            y + (2 * (to_y - y) * n + steps) // (2 * steps),
        )


def _columns(chart: Chart, room: int, plain: bool) -> list[Line]:
    """A column a month, down from the axis where it is negative; the last ones that fit."""
    months, values = _days(chart), list(chart.values)
    marks = ticks(min(known(chart.values)), max(known(chart.values)), 4)
    texts = tick_texts(marks, chart)
    inner = room - max(map(width, texts)) - 2
    months, values = months[-inner:], values[-inner:]
    each = max(min(inner // len(months), 6), 1)
    thick = each if each < 3 else each - 1
    grid = [[" "] * (each * len(months)) for _ in range(_HEIGHT)]
    zero = place(Decimal(0), marks[0], marks[-1], _HEIGHT)  # rows below the axis
    for number, value in enumerate(values):
        if value is not None:
            cells = _column(value, zero, marks, plain)
            for row, text in cells:
                grid[row][number * each : number * each + thick] = [text] * thick
    styles = ["bar" if row < _HEIGHT - zero else "loss" for row in range(_HEIGHT)]
    places = {month: number * each for number, month in enumerate(months)}
    axis = _days_below(
        months[0], months[-1], len(grid[0]), lambda d: places[d.replace(day=1)], months=True
    )
    left_out = len(chart.labels) - len(months)
    lines = _framed(grid, styles, marks, texts, axis)
    if left_out:
        text = f"the last {len(months)} of {len(chart.labels)} months"
        lines.append([Span(cut(text, room), "quiet")])
    return lines


def _column(
    value: Decimal, zero: int, marks: list[Decimal], plain: bool
) -> Iterator[tuple[int, str]]:
    """The cells of one column, each with its row from the top; never less than a line."""
    eighths = place(value, marks[0], marks[-1], _HEIGHT * 8) - zero * 8
    if value and not eighths:
        eighths = 1 if value > 0 else -4
    for n in range(-(-abs(eighths) // 8)):
        filled = min(abs(eighths) - 8 * n, 8)
        row = _HEIGHT - zero - 1 - n if eighths > 0 else _HEIGHT - zero + n
        if not 0 <= row < _HEIGHT:
            continue
        if plain:
            yield row, "#"
        elif eighths > 0:
            yield row, _RISING[filled]
        elif filled >= 2:
            yield row, "█" if filled > 6 else "▀"


def _bars(chart: Chart, room: int, plain: bool) -> list[Line]:
    """A bar beside each name, to the left of the axis where it is negative."""
    names = [visible(str(label)) for label in chart.labels]
    figures = ["" if v is None else said(v, chart) for v in chart.values]
    amounts = [shown(amount, "money") for amount in chart.amounts] or [""] * len(names)
    figure, amount = max(map(width, figures)), max(map(width, amounts))
    beside = figure + 1 + (amount + 2 if amount else 0)
    label = min(max(map(width, names)), max(room - beside - 12, 8))
    inner = max(room - label - beside - 2, 4)
    least, most = min([*known(chart.values), Decimal(0)]), max([*known(chart.values), Decimal(0)])
    left = place(Decimal(0), least, most, inner) if least < most else 0
    lines: list[Line] = []
    for name, value, text, worth in zip(names, chart.values, figures, amounts, strict=True):
        below, above = _bar(value, least, most, inner, left, plain)
        spans = [
            Span(pad(cut(name, label), label) + " "),
            Span(pad(below, left, right=True), "loss"),
            Span("│" if left else "", "track"),
            Span(pad(above, inner - left), "bar"),
            Span(" " + pad(text, figure, right=True)),
        ]
        spans += [Span("  " + pad(worth, amount, right=True))] if amount else []
        lines.append([span for span in spans if span.text])
    return lines


def _bar(
    value: Decimal | None, least: Decimal, most: Decimal, inner: int, left: int, plain: bool
) -> tuple[str, str]:
    """What lies to the left and to the right of the axis."""
    if not value or least == most:
        return "", ""
    eighths = max(place(abs(value), Decimal(0), most - least, inner * 8), 1)
    if plain:
        text = "#" * -(-eighths // 8)
    elif value > 0:
        text = "█" * (eighths // 8) + (_ACROSS[eighths % 8] if eighths % 8 else "")
    else:
        text = ("▐" if 2 <= eighths % 8 <= 6 or eighths < 2 else "") + "█" * ((eighths + 1) // 8)
    return (text[: left or 1], "") if value < 0 else ("", text[: max(inner - left, 1)])


def _framed(
    grid: Grid, styles: list[str], marks: list[Decimal], texts: list[str], axis: tuple[str, str]
) -> list[Line]:
    """The grid beside its numbers, above its days."""
    label = max(map(width, texts))
    rows = _rows_of(marks, texts, len(grid))
    lines: list[Line] = []
    for number, (row, style) in enumerate(zip(grid, styles, strict=True)):
        text = rows.get(number, "")
        lines.append(
            [
                Span(pad(text, label, right=True), "quiet"),
                Span(" ┤" if text else " │", "track"),
                Span("".join(row), style),
            ]
        )
    rule, days = axis
    least = pad(rows.get(len(grid), ""), label, right=True)
    lines.append([Span(least, "quiet"), Span(f" └{rule}", "track")])
    lines.append([Span(" " * (label + 2) + days, "quiet")])
    return lines


def _rows_of(marks: list[Decimal], texts: list[str], height: int) -> dict[int, str]:
    """At which row each number stands, the least below all."""
    places = {
        height - place(m, marks[0], marks[-1], height): t for m, t in zip(marks, texts, strict=True)
    }
    return dict(sorted(places.items()))


def _days_below(
    first: dt.date, last: dt.date, inner: int, where: Where, *, months: bool = False
) -> tuple[str, str]:
    """The axis, and the days below it where they do not run into one another."""
    rule, text = ["─"] * inner, ""
    for tick in day_ticks(first, last, max(inner // (10 if months else 14), 2), months=months):
        at = where(tick.day)
        start = max(min(at - len(tick.text) // 2, inner - len(tick.text)), 0)
        if text and start < len(text) + 2:
            continue
        rule[at] = "┬"
        text = pad(text, start) + tick.text
    return "".join(rule), text
