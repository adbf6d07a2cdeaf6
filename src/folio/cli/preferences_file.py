"""Writing a line of a configuration file, with the user's own lines left as they are."""

import os
import tomllib
from pathlib import Path
from typing import Any

from folio.cli import preferences
from folio.cli.toml_lines import with_line
from folio.errors import FolioError


def write(path: Path, key: str, value: Any) -> None:
    """Say ``key`` in the file, which is made where there is none; None takes it out.

    Raises:
        FolioError: where the file cannot be read or written, or the line cannot be told.
    """
    from folio.cli.render import write_file
    from folio.db.file.files import own_folder

    try:
        before = path.read_text("utf-8-sig") if path.exists() else ""
        wanted = tomllib.loads(before)
    except (OSError, ValueError) as error:
        raise preferences.unreadable(path, error) from None
    group, _, name = key.rpartition(".")
    place = wanted.setdefault(group, {}) if group else wanted
    plain = list(value) if isinstance(value, tuple) else value
    place.pop(name, None) if value is None else place.update({name: plain})
    after = with_line(before, key, value)
    if not _says(after, wanted):
        where = preferences.shown(path)
        raise FolioError(f"{where} says {key!r} in a way that only you can change; edit it")
    own_folder(path.parent)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    write_file(path, after)
    os.chmod(os.path.realpath(path), mode)


def _says(text: str, wanted: dict[str, Any]) -> bool:
    """Whether a file says just this: it is no TOML where a table was there in another form."""
    try:
        return _filled(tomllib.loads(text)) == _filled(wanted)
    except tomllib.TOMLDecodeError:
        return False


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in said.items() if one != {}}


def place(project: bool) -> Path:
    """The file that is written: the user's, or that of the working folder.

    Raises:
        FolioError: where ``FOLIO_CONFIG`` says that there is none.
    """
    path = Path(preferences.PROJECT) if project else preferences.user_file()
    if path is None:
        raise FolioError("FOLIO_CONFIG is empty, so there is no file; let it name one")
    return path
