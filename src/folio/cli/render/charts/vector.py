"""Charts as SVG: for a page, where its style sheet colours them, and as pictures of their own."""

import datetime as dt
import html
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.cli.render.cells import shown
from folio.cli.render.charts.scale import (
    DayTick,
    day_ticks,
    known,
    place,
    place_of_day,
    said,
    tick_texts,
    ticks,
)
from folio.cli.text import cut, visible
from folio.model.charts import Chart, Values
from folio.reports.over_time.drawing import thinned

_TOP, _RIGHT, _BOTTOM = 12, 14, 26  # around the field, in pixels
_DIGIT = 8  # a digit's width, with something to spare
_BAR = 26  # the height of a bar with what is around it
_STYLE = """
svg{background:#fff;color:#1a1d21;font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
text{fill:#5a6270}.name,.title{fill:#1a1d21}.title{font-weight:600;font-size:14px}
.grid{stroke:#dfe3e8}.axis{stroke:#8a93a0}.line{stroke:#1f5fbf;fill:none;stroke-width:1.8}
.area{fill:#1f5fbf;opacity:.1}.flows{stroke:#8a5a00;fill:none;stroke-dasharray:5 3;stroke-width:1.5}
.fill{fill:#1f5fbf}.loss{fill:#b3261e}
@media(prefers-color-scheme:dark){svg{background:#14171a}text{fill:#9aa4b2}
.name,.title{fill:#e6e8eb}.grid{stroke:#2a3037}.line{stroke:#6cb6ff}.area,.fill{fill:#6cb6ff}
.flows{stroke:#e0b050}.loss{fill:#ff8a80}}
"""


class Field(NamedTuple):
    """Where a chart's values lie, in pixels."""

    left: int
    wide: int
    high: int
    marks: list[Decimal]
    texts: list[str]

    def y(self, value: Decimal) -> str:
        tenths = place(value, self.marks[0], self.marks[-1], self.high * 10)
        return _pixels((_TOP + self.high) * 10 - tenths)


def _pixels(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def picture(charts: tuple[Chart, ...], wide: int = 860) -> str:
    """The charts, one below another, as a file of its own."""
    parts: list[str] = []
    y = 8
    for chart in charts:
        parts.append(f'<text class="title" x="10" y="{y + 16}">{_title(chart)}</text>')
        drawn, high = svg(chart, wide)
        parts.append(
            drawn.replace("<svg ", f'<svg y="{y + 28}" width="{wide}" height="{high}" ', 1)
        )
        y += high + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {y}" width="{wide}" '
        f'height="{y}"><style>{_STYLE}</style>{"".join(parts)}</svg>\n'
    )


def _title(chart: Chart) -> str:
    return _escaped(f"{chart.title}, {chart.unit}" if chart.unit else chart.title)


def svg(chart: Chart, wide: int, high: int = 300) -> tuple[str, int]:
    """The chart, and how high it is.  Bars are as high as there are names."""
    if not chart.drawable:
        body, high = f'<text x="10" y="20">{_escaped("nothing of it is known")}</text>', 30
    elif chart.shape == "bars":
        body, high = "".join(_bars(chart, wide)), _BAR * len(chart.values) + 4
    else:
        shape = _line if chart.shape == "line" else _columns
        body = "".join(shape(chart, wide, high))
    return (
        f'<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{_escaped(summary(chart))}">'
        f"{body}</svg>",
        high,
    )


def summary(chart: Chart) -> str:
    """What who does not see it is told: from what to what, the least and the greatest."""
    pairs = [(v, la) for v, la in zip(chart.values, chart.labels, strict=True) if v is not None]
    if not pairs:
        return f"{chart.title}: nothing of it is known"

    def point(pair: tuple[Decimal, dt.date | str]) -> str:
        unit = f" {chart.unit}" if chart.unit and not chart.ratio else ""
        at = f"{pair[1]:%Y-%m}" if chart.shape == "columns" else str(pair[1])
        return f"{said(pair[0], chart)}{unit} ({at})"

    if chart.shape == "bars":
        return f"{chart.title}: {', '.join(map(point, pairs[:12]))}"
    least, most = min(pairs, key=lambda p: p[0]), max(pairs, key=lambda p: p[0])
    return (
        f"{chart.title}: from {point(pairs[0])} to {point(pairs[-1])}; "
        f"least {point(least)}, most {point(most)}"
    )


def _field(values: list[Decimal], chart: Chart, wide: int, high: int) -> Field:
    inner = high - _TOP - _BOTTOM
    marks = ticks(min(values), max(values), max(inner // 55, 2))
    texts = tick_texts(marks, chart)
    left = max(map(len, texts)) * _DIGIT + 12
    return Field(left, wide - left - _RIGHT, inner, marks, texts)


def _grid(field: Field) -> Iterator[str]:
    right = field.left + field.wide
    for mark, text in zip(field.marks, field.texts, strict=True):
        y, kind = field.y(mark), "grid" if mark else "axis"
        yield f'<line class="{kind}" x1="{field.left}" x2="{right}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{field.left - 8}" y="{y}" dy="4" text-anchor="end">{text}</text>'


def _days(field: Field, days: list[DayTick], x: Callable[[dt.date], int]) -> Iterator[str]:
    """The days below; the first and the last stay inside."""
    free = 0
    for tick in days:
        half = len(tick.text) * _DIGIT // 2
        at = x(tick.day) // 10
        middle = max(min(at, field.left + field.wide + _RIGHT - half), half)
        if middle - half < free:
            continue
        free = middle + half + 10
        y = _TOP + field.high
        yield f'<line class="axis" x1="{at}" x2="{at}" y1="{y}" y2="{y + 5}"/>'
        yield f'<text x="{middle}" y="{y + 19}" text-anchor="middle">{tick.text}</text>'


def _line(chart: Chart, wide: int, high: int) -> Iterator[str]:
    chart = _thinned(chart, wide)
    days = [label for label in chart.labels if isinstance(label, dt.date)]
    field = _field(known(chart.values, chart.invested), chart, wide, high)
    first, last = days[0], days[-1]

    def x(day: dt.date) -> int:
        return field.left * 10 + place_of_day(day, first, last, field.wide * 10)

    yield from _grid(field)
    yield from _days(field, day_ticks(first, last, max(field.wide // 90, 2)), x)
    base = (
        field.y(Decimal(0)) if field.marks[0] <= 0 <= field.marks[-1] else field.y(field.marks[0])
    )
    for run in _runs(chart.values):
        points = [f"{_pixels(x(days[n]))} {field.y(chart.values[n] or Decimal(0))}" for n in run]
        ends = _pixels(x(days[run[0]])), _pixels(x(days[run[-1]]))
        yield f'<path class="area" d="M{ends[0]} {base}L{"L".join(points)}L{ends[1]} {base}Z"/>'
        yield _path("line", points)
    for run in _runs(chart.invested):
        yield _path(
            "flows",
            [f"{_pixels(x(days[n]))} {field.y(chart.invested[n] or Decimal(0))}" for n in run],
        )


def _thinned(chart: Chart, wide: int) -> Chart:
    """The chart with about as many days as there are pixels, the extremes among them."""
    kept = thinned(chart.values, chart.invested, kept=wide, recent=0)
    return chart._replace(
        labels=tuple(chart.labels[n] for n in kept),
        values=tuple(chart.values[n] for n in kept),
        invested=tuple(chart.invested[n] for n in kept) if chart.invested else (),
    )


def _path(kind: str, points: list[str]) -> str:
    """A line through points; a lone one is a dot."""
    if len(points) == 1:
        x, y = points[0].split()
        return f'<circle class="{kind}" cx="{x}" cy="{y}" r="2"/>'
    return f'<path class="{kind}" d="M{"L".join(points)}"/>'


def _runs(values: Values) -> Iterator[list[int]]:
    """The places of values that no gap parts."""
    run: list[int] = []
    for n, value in enumerate((*values, None)):
        if value is not None:
            run.append(n)
        elif run:
            yield run
            run = []


def _columns(chart: Chart, wide: int, high: int) -> Iterator[str]:
    """A column a month; those for which there is room, at three pixels each."""
    months = [label for label in chart.labels if isinstance(label, dt.date)]
    most = (wide - 100) // 8
    months, values = months[-most:], chart.values[-most:]
    if not known(values):
        return
    field = _field(known(values), chart, wide, high)
    each = field.wide * 10 // len(months)
    thick = min(each * 7 // 10, 400)
    places = {month: n for n, month in enumerate(months)}

    def middle(day: dt.date) -> int:
        return field.left * 10 + each * places[day.replace(day=1)] + each // 2

    yield from _grid(field)
    first, last = months[0], months[-1]
    ticked = day_ticks(first, last, max(field.wide // 90, 2), months=True)
    yield from _days(field, ticked, middle)
    for month, value in zip(months, values, strict=True):
        if value:
            low, top = field.y(min(value, Decimal(0))), field.y(max(value, Decimal(0)))
            tall = max(Decimal(low) - Decimal(top), Decimal(1))
            kind = "fill" if value > 0 else "loss"
            yield (
                f'<rect class="{kind}" x="{_pixels(middle(month) - thick // 2)}" y="{top}" '
                f'width="{_pixels(thick)}" height="{tall}">'
                f"<title>{month:%Y-%m}: {said(value, chart)}</title></rect>"
            )


def _bars(chart: Chart, wide: int) -> Iterator[str]:
    """A bar beside each name, with its figure and amount."""
    values = [*known(chart.values), Decimal(0)]
    least, most = min(values), max(values)
    amounts = [shown(amount, "money") for amount in chart.amounts] or [""] * len(chart.values)
    name, right = wide * 3 // 10, 70 + max(map(len, amounts)) * _DIGIT
    inner = wide - name - right - 20
    zero = place(Decimal(0), least, most, inner) if least < most else 0
    for n, (label, value, amount) in enumerate(
        zip(chart.labels, chart.values, amounts, strict=True)
    ):
        y = n * _BAR
        text = _escaped(cut(visible(str(label)), name // _DIGIT))
        yield f'<text class="name" x="10" y="{y + 17}">{text}</text>'
        if value is None:
            continue
        size = max(place(abs(value), Decimal(0), most - least, inner), 1) if value else 0
        x = name + (zero if value > 0 else zero - size)
        kind = "fill" if value > 0 else "loss"
        yield f'<rect class="{kind}" x="{x}" y="{y + 5}" width="{size}" height="{_BAR - 10}"/>'
        at = name + inner + 60
        yield f'<text x="{at}" y="{y + 17}" text-anchor="end">{said(value, chart)}</text>'
        yield f'<text x="{wide - 10}" y="{y + 17}" text-anchor="end">{amount}</text>'


def _escaped(text: str) -> str:
    return html.escape(visible(text))
