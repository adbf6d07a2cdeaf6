"""Writing a line of a configuration file, with the user's own lines left as they are.

>>> print(with_line("# mine\\ncurrency = 'EUR'  # as at home\\n", "currency", "USD"), end="")
# mine
currency = "USD"
>>> print(with_line("[columns]\\nlots = ['asset']\\n", "private", True), end="")
private = true
<BLANKLINE>
[columns]
lots = ['asset']
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from folio.cli import preferences
from folio.errors import FolioError

_HEADER = re.compile(r"^\s*\[")


def write(path: Path, key: str, value: Any) -> None:
    """Say ``key`` in the file, which is made where there is none; None takes it out.

    Raises:
        FolioError: where the file cannot be read or written, or the line cannot be told.
    """
    from folio.cli.render import write_file
    from folio.db.files import own_folder

    try:
        before = path.read_text("utf-8") if path.exists() else ""
        wanted = tomllib.loads(before)
    except (OSError, ValueError) as error:
        raise FolioError(f"{preferences.shown(path)} cannot be read: {error}") from None
    group, _, name = key.rpartition(".")
    place = wanted.setdefault(group, {}) if group else wanted
    plain = list(value) if isinstance(value, tuple) else value
    place.pop(name, None) if value is None else place.update({name: plain})
    after = with_line(before, key, value)
    if _filled(tomllib.loads(after)) != _filled(wanted):
        where = preferences.shown(path)
        raise FolioError(f"{where} says {key!r} in a way that only you can change; edit it")
    own_folder(path.parent)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    write_file(path, after)
    os.chmod(os.path.realpath(path), mode)


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in said.items() if one != {}}


def with_line(text: str, key: str, value: Any) -> str:
    """The text of a file with the line of a key written, replaced or, for None, taken out."""
    group, _, name = key.rpartition(".")
    lines = text.splitlines()
    start, end = _section(lines, group)
    line = [] if value is None else [f"{name} = {_toml(value)}"]
    if start is None:
        lines += [*([""] if lines else []), f"[{group}]", *line] if line else []
    else:
        own = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=")
        at = next((n for n in range(start, end) if own.match(lines[n])), None)
        if at is not None:
            lines[at : at + 1] = line
        else:
            gap = [""] if line and end < len(lines) and lines[end].strip() else []
            lines[end:end] = [*line, *gap]
    return "".join(f"{one}\n" for one in lines).lstrip("\n")


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


def place(project: bool) -> Path:
    """The file that is written: the user's, or that of the working folder.

    Raises:
        FolioError: where ``FOLIO_CONFIG`` says that there is none.
    """
    path = Path(preferences.PROJECT) if project else preferences.user_file()
    if path is None:
        raise FolioError("FOLIO_CONFIG is empty, so there is no file; let it name one")
    return path
