"""Lines on a terminal, in colour, and as a picture: the only place that imports Rich.

The whole page is one Rich ``Text`` of lines that are laid out already: a Rich ``Table``
would measure every cell again, which takes longer than the report.
"""

import io
import re
from typing import IO

from rich.console import Console
from rich.text import Text

from folio.cli.render.columns import Line, trimmed

STYLES = {
    "title": "bold",
    "figure": "bold",
    "group": "bold cyan",
    "total": "bold",
    "sum": "bold",
    "head": "dim",
    "quiet": "dim",
    "track": "dim",
    "bar": "cyan",  # sparklines too
    "gain": "green",
    "loss": "red",
    "full": "dim",
    "estimated": "yellow",
    "partial": "yellow",
    "unknown": "red",
}


_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def console(file: IO[str] | None = None, columns: int | None = None) -> Console:
    """A console that shows data as it is: no markup, no highlighting, no emoji.

    With ``columns`` it records a picture instead of asking the terminal.
    """
    return Console(
        file=file,
        width=columns,
        record=columns is not None,
        force_terminal=columns is not None or None,
        color_system="auto" if columns is None else "truecolor",
        markup=False,
        highlight=False,
        emoji=False,
    )


def painted(lines: list[Line]) -> Text:
    """The lines as one styled text."""
    text = Text(no_wrap=True, overflow="ignore", end="")
    for line in lines:
        for span in trimmed(line):
            text.append(span.text, _rich(span.style))
        text.append("\n")
    return text


def _rich(style: str) -> str:
    """Rich's words for one or more of ours; of two colours the last one counts."""
    return " ".join(STYLES[word] for word in style.split())


def show(lines: list[Line]) -> None:
    """Print the lines to the terminal."""
    console().print(painted(lines), soft_wrap=True, end="")


def svg(lines: list[Line], columns: int, title: str) -> str:
    """The lines as a picture, as wide as a terminal of ``columns``; it fetches no font."""
    recorder = console(io.StringIO(), columns)
    recorder.print(painted(lines), soft_wrap=True, end="")
    return _FONT_FACE.sub("", recorder.export_svg(title=title)).replace(
        "font-family: Fira Code, monospace", f"font-family: {_FONTS}"
    )
