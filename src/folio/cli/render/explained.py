"""Showing an explanation: on the terminal, into a pipe or a file, for people or for programs."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from folio.cli import preferences
from folio.cli.render import as_preferred, as_text, format_for, write_file
from folio.cli.render.columns import Line, Span, View, trimmed
from folio.cli.render.tree import Shape, as_object, hides, tree
from folio.cli.text import MASK, for_programs, visible, wrapped
from folio.model.explanation import Node

if TYPE_CHECKING:
    from folio.reports.explain import Explanation
    from folio.reports.query import Query

_NARROWEST = 40


def show_explanation(
    query: "Query", told: "Explanation", output: str | None, file: Path | None, depth: int | None
) -> None:
    """Write an explanation as ``output`` to ``file``, else to standard output.

    A tree is as wide as the terminal, and 80 columns elsewhere.
    """
    output = output or format_for(file)
    if preferences.value("private"):
        told = told._replace(root=_hidden(told.root))
    terminal = file is None and sys.stdout.isatty()
    columns = shutil.get_terminal_size().columns if terminal else 80
    if output != "table":
        text = _for_programs(query, told, output, depth)
    else:
        private = bool(preferences.value("private"))
        lines = _page(query, told, Shape(max(columns, _NARROWEST), depth, query.exact, private))
        if terminal or preferences.value("color") == "always":
            from folio.cli.render import terminal as painter

            painter.show(lines)
            return
        text = "".join("".join(s.text for s in trimmed(line)) + "\n" for line in lines)
    if file is not None:
        write_file(file, text)
    else:
        if output != "table":
            for_programs()
        print(text, end="")


def _hidden(node: "Node") -> "Node":
    """The tree with every amount in its words hidden."""
    from folio.cli.render.shaping import hidden_text

    source, tell = node.source, node.tell
    if source is not None:
        lines = tuple(line._replace(text=MASK) for line in source.lines)
        source = source._replace(lines=lines, reason=source.reason and hidden_text(source.reason))
    return node._replace(
        what=hidden_text(node.what),
        note=hidden_text(node.note),
        source=source,
        children=tuple(map(_hidden, node.children)),
        tell=None if tell is None else lambda: _hidden(tell()),
    )


def _page(query: "Query", told: "Explanation", shape: Shape) -> list[Line]:
    lines = tree(told.root, shape)
    if told.grade not in (None, "full") and told.figure != "grade":
        why = visible(f"{told.grade}: {', '.join(told.reasons)}")
        lines += [[], *([Span(line, told.grade or "")] for line in wrapped(why, shape.columns))]
    if hides(told.root, shape):
        hint = "more of it: --depth 9; for programs: -O json"
        lines += [[], *([Span(line, "quiet")] for line in wrapped(hint, shape.columns))]
    return lines


def _for_programs(query: "Query", told: "Explanation", output: str, depth: int | None) -> str:
    """What is told at once, or so many levels of it."""
    from folio.cli.render.machine import contract, dump_indented
    from folio.reports.explain.asked.flat import as_table

    table = as_preferred(as_table(query, told, depth), output)
    if output != "json":
        return as_text(table, output, View(None, query.exact))
    answer = contract(table._replace(rows=[]))
    for key in ("rows", "totals"):
        del answer[key]
    shown = as_object(told.root, depth, private=bool(preferences.value("private")))
    answer = {"schema": answer.pop("schema"), "report": answer.pop("report"),
              "figure": told.figure, **answer, "tree": shown}  # fmt: skip
    return dump_indented(answer) + "\n"
