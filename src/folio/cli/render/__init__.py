"""Showing a table: on the terminal, into a pipe or a file, for people or for programs."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from folio.cli import preferences
from folio.cli.preferences import FORMATS
from folio.cli.render.columns import View, text_of
from folio.cli.render.later import held
from folio.cli.text import for_programs, has_unicode, visible, warn, widest
from folio.errors import UsageError
from folio.model.table import Cell, Table

_PICTURES = ("html", "svg")
_FLAT = ("csv", "tsv", "jsonl")  # these hold one table


def show(
    table: Table, output: str | None = None, file: Path | None = None, *, exact: bool = False
) -> None:
    """Write a table as ``output`` to ``file``, else to standard output.

    Without ``output`` the file's name decides (``.csv``, ``.json`` …), else it is a table
    for people: in colour on a terminal, plain elsewhere.
    """
    output = output or format_for(file)
    table = as_preferred(table, output)
    terminal = file is None and sys.stdout.isatty()
    columns = shutil.get_terminal_size().columns if terminal else None
    view = View(columns, exact, plain=file is None and not has_unicode())
    if file is not None:
        write_file(file, pieces(table, output, view))
    elif output == "table" and (terminal or preferences.value("color") == "always"):
        _paint(table, view)
    else:
        if output != "table":
            for_programs()
        sys.stdout.writelines(pieces(table, output, view))
    if table.children and output in _FLAT:
        warn(f"{output} has room for the first of {1 + len(table.children)} tables; json has all")


def _paint(table: Table, view: View) -> None:
    from folio.cli.render import terminal
    from folio.cli.render.layout import page

    terminal.show(page(table, view))


def as_text(table: Table, output: str, view: View) -> str:
    """The table in one of ``FORMATS``, without colour."""
    return "".join(pieces(table, output, view))


def pieces(table: Table, output: str, view: View) -> Iterable[str]:
    """The same, piece by piece: a table may have more rows than are held."""
    if output == "table":
        from folio.cli.render.layout import page

        lines = page(table, view._replace(styled=False))
        return (f"{text_of(line)}\n" for line in lines)
    if output in _PICTURES:
        return [_picture(held(table), output, view)]
    from folio.cli.render.machine import WRITERS

    if output not in WRITERS:
        raise UsageError(f"{output!r} is not a way to write a table: {', '.join(FORMATS)}")
    return WRITERS[output](table, view)


def _picture(table: Table, output: str, view: View) -> str:
    """A page for the browser; or a picture, of the chart where one was asked for."""
    if output == "html":
        from folio.cli.render.html import document

        return document(table, view)
    if table.charts:
        from folio.cli.render.charts.vector import picture

        return picture(table.charts)
    return export_svg(table, title=f"folio: {visible(table.title)}")


def export_svg(table: Table, width: int = 100, *, title: str = "folio") -> str:
    """The table as a picture of a terminal, for documentation."""
    from folio.cli.render import terminal
    from folio.cli.render.layout import page

    lines = list(page(table, View(width)))
    return terminal.svg(lines, max(width, widest([text_of(line) for line in lines])), title)


def as_preferred(table: Table, output: str) -> Table:
    """The table as its reader likes it: some columns, days in a style, amounts hidden.

    To people accounts of one name are told apart.
    """
    from_flag = preferences.value("columns")
    people = output in ("table", "md", *_PICTURES)
    keys = from_flag or (people and preferences.value(f"columns.{table.report}")) or ()
    style = preferences.value("date_style") if people else None
    private = preferences.value("private")
    table = told_apart(table) if people else table
    if not (keys or private or style):
        return table
    from folio.cli.render import shaping

    if from_flag:
        shaping.refuse_unknown(table, keys)
    if private:
        table = shaping.hidden(table, machine=not people)
    table = shaping.dated(table, style) if style else table
    return shaping.picked(table, keys) if keys else table


def told_apart(table: Table) -> Table:
    """The table with the institution beside each account whose name another one has, too."""
    table = table._replace(children=tuple(map(told_apart, table.children)))
    shown = {column.key for column in table.columns if not column.machine_only}
    if "account" not in shown or "institution" in shown:
        return table
    places = {(row.get("account"), row.get("institution")) for row in table.rows}
    names = [name for name, _ in places]
    shared = {name for name in names if names.count(name) > 1}
    shared |= table.namesakes if table.more else set()
    if not shared:
        return table

    def row(cells: dict[str, Cell]) -> dict[str, Cell]:
        name = cells.get("account")
        return cells | {"account": f"{cells['institution']}/{name}"} if name in shared else cells

    return table._replace(rows=[row(one) for one in table.rows], more=map(row, table.more))


def format_for(file: Path | None) -> str:
    """The format where none is asked for: what the file's name says, or what is preferred."""
    return format_of(file) if file is not None else preferences.value("output") or "table"


def format_of(file: Path | None) -> str:
    """What a file's name says: a table for people where it says nothing.

    Raises:
        UsageError: where it says a format that folio does not write.
    """
    suffix = "" if file is None else file.suffix.lower().lstrip(".")
    said = {"": "table", "txt": "table", "ndjson": "jsonl", "markdown": "md", "htm": "html"}
    found = said.get(suffix, suffix)
    if found not in FORMATS:
        known = ", ".join(f".{one}" for one in ("txt", *FORMATS[1:]))
        raise UsageError(
            f"{file}: no format is called {suffix}; say one with -O, or name it {known}"
        )
    return found


def write_file(path: Path, text: str | Iterable[str]) -> None:
    """Write ``text``, or pieces of it, to ``path``, all or nothing, readable by its owner alone.

    Raises:
        FolioError: where it is a folder, or cannot be written.
    """
    from folio.cli.files import new_file, write_pieces

    with new_file(path, force=True) as target:
        write_pieces(target, [text] if isinstance(text, str) else text)
