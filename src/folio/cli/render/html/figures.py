"""Charts of a page: pictures in two widths, and for the script the days and their values."""

import datetime as dt
import json
from typing import Any

from folio.cli.render.charts.vector import summary, svg
from folio.cli.render.html.tables import escaped
from folio.model.charts import Chart, Values
from folio.model.numbers import to_text

_WIDE, _NARROW = 900, 380  # pixels
_HIGH = {"line": (320, 240), "columns": (230, 200)}  # of each


def figure(chart: Chart, name: str) -> str:
    """The chart with its caption; that of a line can be pointed at."""
    title = f"{chart.title}, {chart.unit}" if chart.unit else chart.title
    pictures = "".join(
        f'<div class="{kind}">{svg(chart, wide, high)[0]}</div>\n'
        for kind, wide, high in zip(
            ("wide", "narrow"), (_WIDE, _NARROW), _HIGH[chart.shape], strict=True
        )
    )
    has_flows = any(value is not None for value in chart.invested)
    legend = '<p class="legend"><span class="key line"></span>value'
    legend += ' <span class="key flows"></span>put in, less taken out</p>\n'
    return (
        f'<figure id="{name}" class="chart {chart.shape}">\n'
        f"<figcaption>{escaped(title)}</figcaption>\n{pictures}"
        f"{legend if has_flows else ''}{_data(chart)}</figure>\n"
    )


def _data(chart: Chart) -> str:
    """What the script draws.  No character of it can end the element or start another."""
    if chart.shape != "line" or not chart.drawable:
        return ""
    days = [label for label in chart.labels if isinstance(label, dt.date)]
    data: dict[str, Any] = {
        "title": summary(chart),
        "unit": chart.unit,
        "places": chart.places,
        "ratio": chart.ratio,
        "first": days[0].isoformat(),
        "days": [(day - days[0]).days for day in days],
        "values": _texts(chart.values),
        "invested": _texts(chart.invested),
    }
    text = json.dumps(data, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json">{text}</script>\n'


def _texts(values: Values) -> list[str | None]:
    return [None if value is None else to_text(value) for value in values]
