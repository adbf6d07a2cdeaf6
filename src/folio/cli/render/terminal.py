"""Lines on a terminal, in colour, and as a picture.

The lines are laid out already, so that all there is to do is to say their colours, in the
sequences of ECMA-48 that every terminal knows.  Rich would say the same, and takes longer to
start than the whole report: it draws the picture alone.
"""

import io
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from folio.cli import preferences
from folio.cli.render.columns import Line, trimmed
from folio.model.once import Once

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
_AT_ONCE = 100  # lines
_BOLD_OR_DIM = {"bold": 1, "dim": 2}
_COLOURS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36}

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def painted(lines: Iterable[Line], *, plain: bool = False, colours: bool = True) -> Iterator[str]:
    """The lines as text with its styles in it; ``plain`` leaves all of them out."""
    begun = Once[str, str](lambda style: _begun(style, colours))
    for line in lines:
        parts = [
            f"{codes}{text}\x1b[0m" if style and not plain and (codes := begun[style]) else text
            for text, style in trimmed(line)
        ]
        parts.append("\n")
        yield "".join(parts)


def _begun(style: str, colours: bool) -> str:
    """What begins a text in one or more of our styles; of two colours the last one counts."""
    words = [word for name in style.split() for word in STYLES[name].split()]
    codes = sorted({_BOLD_OR_DIM[word] for word in words if word in _BOLD_OR_DIM})
    coloured = [_COLOURS[word] for word in words if word in _COLOURS]
    said = ";".join(map(str, codes + (coloured[-1:] if colours else [])))
    return f"\x1b[{said}m" if said else ""


def _several_at_once(lines: Iterator[str]) -> Iterator[str]:
    """As many lines as a screen or two has in one text: a terminal is written to line by line,
    and each time whoever draws it wakes up."""
    while text := "".join(islice(lines, _AT_ONCE)):
        yield text


def show(lines: Iterable[Line]) -> None:
    """Print the lines to the terminal, as it and NO_COLOR (no-color.org) would have them.

    A page that is longer than the terminal goes to a pager.
    """
    said = preferences.value("color")
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    plain = said == "never" or (dumb and said != "always")
    colours = said == "always" or not os.environ.get("NO_COLOR")
    rest = iter(lines)
    first = list(islice(rest, shutil.get_terminal_size().lines))
    is_long = len(first) == shutil.get_terminal_size().lines
    text = _several_at_once(painted(chain(first, rest), plain=plain, colours=colours))
    if sys.stdout.isatty() and is_long:
        from folio.cli.pager import page

        page(text)
    else:
        sys.stdout.writelines(text)


def svg(lines: list[Line], columns: int, title: str) -> str:
    """The lines as a picture, as wide as a terminal of ``columns``; it fetches no font."""
    from rich.console import Console
    from rich.text import Text

    recorder = Console(
        file=io.StringIO(),
        width=columns,
        record=True,
        force_terminal=True,
        color_system="truecolor",
        markup=False,
        highlight=False,
        emoji=False,
    )
    text = Text.from_ansi("".join(painted(lines)), no_wrap=True, overflow="ignore", end="")
    recorder.print(text, soft_wrap=True, end="")
    return _FONT_FACE.sub("", recorder.export_svg(title=title)).replace(
        "font-family: Fira Code, monospace", f"font-family: {_FONTS}"
    )
