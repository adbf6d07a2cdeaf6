"""Showing an explanation: on the terminal, into a pipe or a file, for people or for programs."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from folio.cli.render import as_text, format_of, write_file
from folio.cli.render.columns import Line, Span, View, trimmed
from folio.cli.render.tree import Shape, as_object, hides, tree
from folio.cli.text import visible

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
    output = output or format_of(file)
    terminal = file is None and sys.stdout is not None and sys.stdout.isatty()
    columns = shutil.get_terminal_size().columns if terminal else 80
    if output != "table":
        text = _for_programs(query, told, output)
    else:
        lines = _page(query, told, Shape(max(columns, _NARROWEST), depth, query.exact))
        if terminal:
            from folio.cli.render import terminal as painter

            painter.show(lines)
            return
        text = "".join("".join(s.text for s in trimmed(line)) + "\n" for line in lines)
    if file is not None:
        write_file(file, text)
    else:
        print(text, end="")


def _page(query: "Query", told: "Explanation", shape: Shape) -> list[Line]:
    lines = tree(told.root, shape)
    if told.grade not in (None, "full") and told.figure != "grade":
        why = visible(f"{told.grade}: {', '.join(told.reasons)}")
        lines += [[], [Span(why, told.grade or "")]]
    if hides(told.root, shape):
        hint = "more of it: --depth 9; all of it: -O json"
        lines += [[], [Span(hint, "quiet")]]
    return lines


def _for_programs(query: "Query", told: "Explanation", output: str) -> str:
    from folio.cli.render.machine import contract, dump
    from folio.reports.explain.flat import as_table

    table = as_table(query, told)
    if output != "json":
        return as_text(table, output, View(None, query.exact))
    answer = contract(table._replace(rows=[]))
    for key in ("rows", "totals"):
        del answer[key]
    answer = {"schema": answer.pop("schema"), "report": answer.pop("report"),
              "figure": told.figure, **answer, "tree": as_object(told.root)}  # fmt: skip
    return dump(answer, indent=2) + "\n"
