"""A table, with all that follows it, as one page for a browser.

The page is complete: style, script and figures stand in it, and its Content-Security-Policy
lets it load nothing and send nothing.  Without JavaScript the charts are pictures and the
tables are as they are; with it, the value of a day can be pointed at and columns sorted.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from folio import __version__
from folio.cli.render.cells import context_of
from folio.cli.render.charts.vector import summary, svg
from folio.cli.render.columns import View
from folio.cli.render.html.tables import cards, escaped, is_broad, listed, notes
from folio.model.charts import Chart, Values
from folio.model.numbers import to_text
from folio.model.table import Table

_FOLDED = ("history", "income_by_month")  # their charts say most of it


@lru_cache
def _asset(name: str) -> str:
    return (files("folio.cli.render.html") / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def document(table: Table, view: View) -> str:
    """The page.  Style and script are named in its policy by their hashes."""
    style = _asset("style/palette.css") + _asset("style/page.css")
    script = _asset("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="robots" content="noindex">\n'
        f'<meta name="generator" content="folio {__version__}">\n'
        f"<title>{escaped(' · '.join([table.title, *context_of(table)]))}</title>\n"
        f"<style>{style}</style>\n"
    )
    body = "".join(_body(table, view))
    kind = "" if table.charts or not is_broad(table, view) else ' class="broad"'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n{head}</head>\n'
        f"<body>\n<main{kind}>\n{body}</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _body(table: Table, view: View) -> Iterator[str]:
    facts = f'<p class="facts">{escaped(" · ".join(context_of(table)))}</p>'
    yield f"<header>\n<h1>{escaped(table.title)}</h1>\n{facts}\n</header>\n"
    yield cards(table, view)
    yield _contents(table)
    yield from _drawn(table, "c0")
    yield _section(table, view, "t0") if table.rows or not table.charts else ""
    yield notes(table)
    numbered = list(enumerate(table.children, 1))
    for report, some in groupby(numbered, key=lambda pair: pair[1].report):
        parts = [_child(child, view, n, table) for n, child in some]
        grid = report == "allocation" and len(parts) > 1
        yield f'<div class="beside">\n{"".join(parts)}</div>\n' if grid else "".join(parts)
    yield f"<footer>folio {__version__}</footer>\n"


def _contents(table: Table) -> str:
    """Where the parts of a long page begin."""
    if len(table.children) < 3:
        return ""
    links = (
        f'<a href="#h-t{n}">{escaped(child.title)}</a>' for n, child in enumerate(table.children, 1)
    )
    return f'<nav aria-label="Parts of this page">{" ".join(links)}</nav>\n'


def _child(table: Table, view: View, number: int, above: Table) -> str:
    """A table that follows, with its heading, chart and notes, and those that follow it.

    What the table above it says already is not said again.
    """
    name = f"t{number}"
    facts = [fact for fact in context_of(table) if fact not in context_of(above)]
    said = f' <span class="facts">{escaped(" · ".join(facts))}</span>' if facts else ""
    folded = table.report in _FOLDED and bool(table.rows)
    kind = ' class="folded"' if folded and not table.charts else ""
    parts = [f'<section aria-labelledby="h-{name}"{kind}>\n']
    parts.append(f'<h2 id="h-{name}">{escaped(table.title)}{said}</h2>\n')
    parts.append(cards(table, view))
    parts += _drawn(table, f"c{number}")
    body = _section(table, view, name)
    if folded:
        count = f"{len(table.rows)} rows" if len(table.rows) != 1 else "1 row"
        body = f"<details>\n<summary>As a table, {count}</summary>\n{body}</details>\n"
    known = (table.grade, table.reasons) == (above.grade, above.reasons)
    parts += [body, "" if known else notes(table)]
    below = enumerate(table.children, 1)
    parts += [_child(child, view, number * 100 + n, table) for n, child in below]
    return "".join([*parts, "</section>\n"])


def _drawn(table: Table, name: str) -> Iterator[str]:
    """The charts; bars stand in the rows of their table already."""
    for number, chart in enumerate(table.charts):
        if chart.shape != "bars":
            yield figure(chart, f"{name}-{number}")


def _section(table: Table, view: View, name: str) -> str:
    if table.rows:
        return listed(table, view, name)
    return f'<p class="empty">{escaped(table.empty)}</p>\n'


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
