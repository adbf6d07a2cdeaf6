"""The lines of a TOML file: where a key stands, and writing it, the others left as they are.

>>> print(with_line("# mine\\ncurrency = 'EUR'  # as at home\\n", "currency", "USD"), end="")
# mine
currency = "USD"
>>> print(with_line("[columns]\\nlots = ['asset']\\n", "private", True), end="")
private = true
<BLANKLINE>
[columns]
lots = ['asset']
"""

import re
from typing import Any

_HEADER = re.compile(r"^\s*\[")


def with_line(text: str, key: str, value: Any) -> str:
    """The text of a file with the line of a key written, replaced or, for None, taken out."""
    group, _, name = key.rpartition(".")
    lines = text.splitlines()
    start, end = _section(lines, group)
    line = [] if value is None else [f"{name} = {_toml(value)}"]
    if start is None:
        lines += [*([""] if lines else []), f"[{group}]", *line] if line else []
    else:
        at = line_of(lines, key)
        if at is not None:
            lines[at : at + 1] = line
        else:
            gap = [""] if line and end < len(lines) and lines[end].strip() else []
            lines[end:end] = [*line, *gap]
    return "".join(f"{one}\n" for one in lines).lstrip("\n")


def line_of(lines: list[str], key: str) -> int | None:
    """The place of a key's line, from 0; None where it has no line of its own.

    >>> lines = ["private = true", "[columns]", "lots = 1", "[other]", "lots = 2"]
    >>> line_of(lines, "columns.lots"), line_of(lines, "private"), line_of(lines, "lots")
    (2, 0, None)
    """
    group, _, name = key.rpartition(".")
    start, end = _section(lines, group)
    own = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=")
    return next((n for n in range(start or 0, end) if own.match(lines[n])), None)


def _section(lines: list[str], group: str) -> tuple[int | None, int]:
    """The first line of a table, and the one after its last that is not empty."""
    headers = [n for n, line in enumerate(lines) if _HEADER.match(line)]
    if group:
        opened = re.compile(rf"^\s*\[\s*{re.escape(group)}\s*\]")
        found = next((n for n in headers if opened.match(lines[n])), None)
        if found is None:
            return None, 0
        start = found + 1
    else:
        start = 0
    end = next((n for n in headers if n >= start), len(lines))
    while end > start and not lines[end - 1].strip():
        end -= 1
    return start, end


def _toml(value: Any) -> str:
    """A value as TOML: yes or no, text, or a list of texts."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    from folio.cli.render.machine import dump

    return dump(value)
