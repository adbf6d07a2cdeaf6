"""A table for programs: JSON as the contract says, JSON lines, CSV, TSV; and Markdown.

Numbers are strings in canonical form, missing is null, keys are those of the columns.
"""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

from folio.cli.render.columns import View, blocks_of
from folio.cli.text import visible
from folio.model.numbers import to_text
from folio.model.table import Amount, Cell, Column, Phrases, Series, Table

SCHEMA = 1
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def value(cell: Cell) -> Any:
    """A cell as JSON has it: a number as a string, a day in ISO 8601, missing as null."""
    if isinstance(cell, Amount):
        return to_text(cell.value)
    if isinstance(cell, Series):
        return [None if number is None else to_text(number) for number in cell.values]
    if isinstance(cell, Phrases):
        return list(cell.words)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, bool) else str(cell)


def record(table: Table, row: dict[str, Cell]) -> dict[str, Any]:
    """A row with every column, those for machines too."""
    return {column.key: value(row.get(column.key)) for column in _columns(table)}


def _rows(table: Table) -> list[dict[str, Cell]]:
    return [*table.rows, *table.machine_rows]


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if not column.people_only]


def contract(table: Table) -> dict[str, Any]:
    """The object that scripts read."""
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "report": table.report,
        "as_of": value(table.as_of),
        "known_at": value(table.known_at),
        "currency": table.currency,
        "grade": table.grade,
        "reasons": list(table.reasons),
        "rows": [record(table, row) for row in _rows(table)],
        "totals": {key: value(cell) for key, cell in table.totals.items()},
    }
    if table.children:
        answer["children"] = [contract(child) for child in table.children]
    return answer


_encode = json.JSONEncoder(ensure_ascii=False).encode


def dump(answer: Any) -> str:
    """JSON on one line, whose text is readable, and harmless on a terminal."""
    return _shown(_encode(answer))


def dump_indented(answer: Any) -> str:
    """The same on many lines, a member on each.

    Python's own does so in Python, ten times as long: a tree of explanations has a million.
    """
    return "\n".join(map(_shown, _indented(answer, "\n").split("\n")))


def _indented(answer: Any, margin: str) -> str:
    inner = f"{margin}  "
    if answer and isinstance(answer, dict):
        members = [f"{_encode(key)}: {_indented(one, inner)}" for key, one in answer.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}"
    if answer and isinstance(answer, list):
        return f"[{inner}{f',{inner}'.join(_indented(one, inner) for one in answer)}{margin}]"
    return _encode(answer)


def _shown(line: str) -> str:
    if line.isascii():
        return line.replace("\x7f", "\\u007f")
    return "".join(c if visible(c) == c else json.dumps(c)[1:-1] for c in line)


def as_json(table: Table, view: View) -> str:
    return dump_indented(contract(table)) + "\n"


def as_jsonl(table: Table, view: View) -> str:
    return "".join(dump(record(table, row)) + "\n" for row in _rows(table))


def as_csv(table: Table, view: View) -> str:
    """RFC 4180 with line feeds; what a spreadsheet would compute is marked as text."""
    clean = visible if view.columns else str
    lone = len(_columns(table)) == 1  # an empty line would be no row at all
    return _separated(table, ",", lambda text: _quoted(clean(_harmless(text)), lone))


def as_tsv(table: Table, view: View) -> str:
    """One line a row: tabs and line ends inside a cell are shown as escapes."""
    return _separated(table, "\t", lambda text: visible(_harmless(text)))


def _separated(table: Table, separator: str, written: Callable[[str], str]) -> str:
    keys = [column.key for column in _columns(table)]
    rows = [keys, *([plain(row.get(key)) for key in keys] for row in _rows(table))]
    return "".join(separator.join(map(written, row)) + "\n" for row in rows)


def _quoted(text: str, lone: bool) -> str:
    if _NEEDS_QUOTES.search(text) or (lone and not text):
        return '"' + text.replace('"', '""') + '"'
    return text


def plain(cell: Cell) -> str:
    """A cell as text without form: missing is empty, a series has spaces between."""
    if isinstance(cell, Phrases):
        return "; ".join(cell.words)
    answer = value(cell)
    if isinstance(answer, list):
        return " ".join(number or "" for number in answer)
    return "" if answer is None else str(answer).lower() if answer in (True, False) else answer


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a plain negative number stays."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def as_markdown(table: Table, view: View) -> str:
    """A heading, a table as people see it, the reasons, and the tables that follow."""
    lines = [f"### {_escaped(table.title)}", ""]
    lines += _markdown_rows(table, view) if table.rows else [_escaped(visible(table.empty))]
    if table.reasons:
        said = "note" if table.grade == "full" else table.grade
        lines += ["", f"{said}: {_escaped(', '.join(table.reasons))}"]
    if table.footnotes:
        lines += ["", "```", *map(visible, table.footnotes), "```"]
    parts = ["\n".join(lines) + "\n", *(as_markdown(child, view) for child in table.children)]
    return "\n".join(parts)


def _markdown_rows(table: Table, view: View) -> list[str]:
    blocks = blocks_of(table, View(exact=view.exact), without=None)
    totals = len(table.rows)  # their place
    rows = [[_escaped(block.texts[place]) for block in blocks] for place in range(totals)]
    if table.totals:
        sums = [_escaped(block.texts[totals]) for block in blocks]
        sums = [f"**{text}**" if text else "" for text in sums]
        rows.append(sums if sums[0] else ["**total**", *sums[1:]])
    head = [_escaped(visible(block.column.title)) for block in blocks]
    sides = ["--:" if block.right else ":--" for block in blocks]
    return [f"| {' | '.join(row)} |" for row in (head, sides, *rows)]


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]#])", r"\\\1", visible(text))


WRITERS: dict[str, Callable[[Table, View], str]] = {
    "csv": as_csv,
    "tsv": as_tsv,
    "json": as_json,
    "jsonl": as_jsonl,
    "md": as_markdown,
}
