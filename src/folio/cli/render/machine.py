"""A table for programs: JSON as the contract says, JSON lines, CSV, TSV; and Markdown.

Numbers are strings in canonical form, missing is null, keys are those of the columns.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from folio.cli.render.columns import View, held_later, measured
from folio.cli.text import visible
from folio.model.numbers import to_text
from folio.model.table import Amount, Cell, Column, Phrases, Series, Table

SCHEMA = 1
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')
_HARMLESS = re.compile(r"[0-9A-Za-z]([0-9A-Za-z .:/_-]*[0-9A-Za-z])?")  # nearly all, at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def value(cell: Cell) -> Any:
    """A cell as JSON has it: a number as a string, a day in ISO 8601, missing as null."""
    if cell is None or type(cell) is str:  # nearly all
        return cell
    if isinstance(cell, Amount):
        return to_text(cell.value)
    if isinstance(cell, Series):
        return [None if number is None else to_text(number) for number in cell.values]
    if isinstance(cell, Phrases):
        return list(cell.words)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, bool) else str(cell)


def _rows(table: Table) -> Iterator[dict[str, Cell]]:
    return chain(table.rows, table.more, table.machine_rows)


def _records(table: Table) -> Iterator[dict[str, Any]]:
    """The rows with every column, those for machines too."""
    keys = [column.key for column in _columns(table)]
    return ({key: value(row.get(key)) for key in keys} for row in _rows(table))


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
        "rows": list(_records(table)),
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
    return _shown(_indented(answer, "\n"))


def _indented(answer: Any, margin: str) -> str:
    inner = f"{margin}  "
    if answer and isinstance(answer, dict):
        members = [f"{_encode(key)}: {_indented(one, inner)}" for key, one in answer.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}"
    if answer and isinstance(answer, list):
        return f"[{inner}{f',{inner}'.join(_indented(one, inner) for one in answer)}{margin}]"
    return _encode(answer)


def _shown(text: str) -> str:
    """JSON whose only line ends are those between its members."""
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    lines = text.split("\n")
    return "\n".join(
        line if line.isprintable()
        else "".join(c if visible(c) == c else json.dumps(c)[1:-1] for c in line)
        for line in lines
    )  # fmt: skip


_NO_ROWS = '\n  "rows": []'  # of the outermost object: elsewhere nothing stands in so far
_ROW, _MEMBER = "\n    ", "\n      "


def as_json(table: Table, view: View) -> Iterator[str]:
    """The contract, its rows one by one."""
    around = contract(table._replace(rows=[], more=(), machine_rows=()))
    before, rows, after = dump_indented(around).partition(_NO_ROWS)
    yield before
    end = rows
    for record in _records(table):
        yield f"{rows[:-1] if end is rows else ','}{_ROW}{_shown(_row_indented(record))}"
        end = "\n  ]"
    yield f"{end}{after}\n"


def _row_indented(record: dict[str, Any]) -> str:
    if any(type(one) is list for one in record.values()):
        return _indented(record, _ROW)
    return f"{{{_MEMBER}{_encode_members(record)[1:-1]}{_ROW}}}"


_encode_members = json.JSONEncoder(ensure_ascii=False, separators=(f",{_MEMBER}", ": ")).encode


def as_jsonl(table: Table, view: View) -> Iterator[str]:
    return (f"{dump(record)}\n" for record in _records(table))


def as_csv(table: Table, view: View) -> Iterator[str]:
    """RFC 4180 with line feeds; what a spreadsheet would compute is marked as text."""
    clean = visible if view.columns else str
    lone = len(_columns(table)) == 1  # an empty line would be no row at all
    return _separated(table, ",", lambda text: _quoted(clean(_harmless(text)), lone))


def as_tsv(table: Table, view: View) -> Iterator[str]:
    """One line a row: tabs and line ends inside a cell are shown as escapes."""
    return _separated(table, "\t", lambda text: visible(_harmless(text)))


def _separated(table: Table, separator: str, written: Callable[[str], str]) -> Iterator[str]:
    keys = [column.key for column in _columns(table)]
    nothing, stands_as_it_is = written(""), _HARMLESS.fullmatch
    yield separator.join(map(written, keys)) + "\n"
    for row in _rows(table):
        texts = ["" if cell is None else plain(cell) for cell in map(row.get, keys)]
        yield (
            separator.join(
                [nothing if not t else t if stands_as_it_is(t) else written(t) for t in texts]
            )
            + "\n"
        )


def _quoted(text: str, lone: bool) -> str:
    if _NEEDS_QUOTES.search(text) or (lone and not text):
        return '"' + text.replace('"', '""') + '"'
    return text


def plain(cell: Cell) -> str:
    """A cell as text without form: missing is empty, a series has spaces between."""
    if type(cell) is str:
        return cell
    if isinstance(cell, Phrases):
        return "; ".join(cell.words)
    answer = value(cell)
    if isinstance(answer, list):
        return " ".join(number or "" for number in answer)
    return "" if answer is None else str(answer).lower() if answer in (True, False) else answer


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a plain negative number stays."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def as_markdown(table: Table, view: View) -> Iterator[str]:
    """A heading, a table as people see it, the reasons, and the tables that follow."""
    yield f"### {_escaped(table.title)}\n\n"
    if table.rows:
        yield from (f"| {' | '.join(row)} |\n" for row in _markdown_rows(table, view))
    else:
        yield f"{_escaped(visible(table.empty))}\n"
    if table.reasons:
        said = "note" if table.grade == "full" else table.grade
        yield f"\n{said}: {_escaped(', '.join(table.reasons))}\n"
    if table.footnotes:
        yield "\n".join(["", "```", *map(visible, table.footnotes), "```", ""])
    for child in table.children:
        yield "\n"
        yield from as_markdown(child, view)


def _markdown_rows(table: Table, view: View) -> Iterator[list[str]]:
    blocks, later = measured(table, View(exact=view.exact), without=None)
    totals = len(table.rows)  # their place
    yield [_escaped(visible(block.column.title)) for block in blocks]
    yield ["--:" if block.right else ":--" for block in blocks]
    for some in (blocks, *held_later(blocks, later)):
        places = range(totals if some is blocks else len(some[0].texts))
        yield from ([_escaped(block.texts[place]) for block in some] for place in places)
    if table.totals:
        sums = [_escaped(block.texts[totals]) for block in blocks]
        sums = [f"**{text}**" if text else "" for text in sums]
        yield sums if sums[0] else ["**total**", *sums[1:]]


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]#])", r"\\\1", visible(text))


WRITERS: dict[str, Callable[[Table, View], Iterator[str]]] = {
    "csv": as_csv,
    "tsv": as_tsv,
    "json": as_json,
    "jsonl": as_jsonl,
    "md": as_markdown,
}
