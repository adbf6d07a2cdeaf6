"""How a user likes folio: the book, the report's currency, the format, colours, the pager.

What belongs to the figures is a setting of the book and is recorded there; what belongs to
who looks is said here, by the first of these that says anything:

1. flags of the command
2. variables of the environment: ``FOLIO_`` and the name, such as ``FOLIO_CURRENCY``
3. ``folio.toml`` in the working folder or above it: a project's
4. ``config.toml`` in the user's configuration folder, or where ``FOLIO_CONFIG`` says

A project's file may lie in a folder that came from somebody else, so it says only what can do
no harm: it names no book and no program, it can hide amounts and never show them, and what it
may not say is left out with a warning.  It must belong to the user, or to root.  With
``FOLIO_CONFIG`` set to nothing no file is read at all.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from folio.cli.text import warn
from folio.errors import FolioError, UsageError, near, system_says
from folio.model.named import NamedTuple

PROJECT = "folio.toml"
DATE_STYLES = ("Y-M-D", "D.M.Y", "D/M/Y", "M/D/Y")
_YES, _NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")


class Key(NamedTuple):
    """One thing that can be said."""

    read: Callable[[Any], Any]  # from TOML or text; UsageError where it cannot be
    help: str
    default: str  # in words
    in_project: bool = True


class Chosen(NamedTuple):
    """A value, and who said so."""

    value: Any
    origin: str  # "default", "flag", a variable's name, or a file


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(said: Any) -> str:
        if said not in words:
            raise UsageError(f"{said!r} is none of {', '.join(words)}")
        return str(said)

    return read


def _text(said: Any) -> str:
    if not isinstance(said, str) or not said.strip():
        raise UsageError(f"{said!r} is no text")
    return said


def _yes_or_no(said: Any) -> bool:
    word = str(said).lower()
    if word not in _YES + _NO:
        raise UsageError(f"{said!r} is neither yes nor no")
    return word in _YES


def _is_word(said: Any) -> bool:
    return isinstance(said, str) and bool(said.strip())


def _names(said: Any) -> tuple[str, ...]:
    words = said.split(",") if isinstance(said, str) else said
    if not isinstance(words, list) or not words or not all(map(_is_word, words)):
        raise UsageError(f"{said!r} is no list of columns, such as account, asset, value")
    return tuple(word.strip() for word in words)


def names_in(said: str | None) -> tuple[str, ...] | None:
    """The columns that a flag names; None where it says nothing."""
    return None if said is None else _names(said)


def _command(said: Any) -> tuple[str, ...]:
    """A program and its arguments: a list in a file, one text in a shell."""
    import shlex

    try:
        words = shlex.split(said) if isinstance(said, str) else said
    except ValueError as error:
        raise UsageError(f"{said!r} is no command: {error}") from None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise UsageError(f"{said!r} is no command, such as ['quotes', '--isin', '{{isin}}']")
    return tuple(words)


def _address(said: Any) -> str:
    from folio.quotes.web import checked_url

    return checked_url(_text(said))


FORMATS = ("table", "csv", "tsv", "json", "jsonl", "md", "html", "svg")
KEYS = {
    "db": Key(_text, "the book", "folio.db in the data folder", in_project=False),
    "currency": Key(_text, "in which reports are", "the book's"),
    "output": Key(_one_of(*FORMATS), f"how listings are written: {', '.join(FORMATS)}", "table"),
    "private": Key(_yes_or_no, "whether amounts are hidden", "no"),
    "color": Key(_one_of("auto", "always", "never"), "auto, always or never", "auto"),
    "pager": Key(_text, "the program that shows long tables, or off", "less", in_project=False),
    "date_style": Key(
        _one_of(*DATE_STYLES), f"days in tables: {', '.join(DATE_STYLES)}", DATE_STYLES[0]
    ),
    "ecb_url": Key(_address, "where the ECB's rates are", "the ECB's own", in_project=False),
}
COLUMNS = Key(_names, "the columns of a table for people", "all that there is room for")
COMMAND = Key(_command, "a program that prints prices", "none", in_project=False)
TABLES = {"columns": COLUMNS, "price_commands": COMMAND}

_flags: dict[str, Any] = {}
_files: list[tuple[str, dict[str, Any]]] | None = None


def begin() -> None:
    """Start a run of the command line: nothing is known yet."""
    global _files
    _flags.clear()
    _files = None


def say(key: str, value: Any) -> None:
    """Take in what a flag says; None is nothing."""
    if value is not None:
        _flags[key] = value


def value(key: str) -> Any:
    """What is in force for a key of ``KEYS``, or for ``columns.REPORT``; None: nothing said."""
    return chosen(key).value


def is_private() -> bool:
    """Whether messages hide amounts; where it cannot be told, because a file is wrong, they do."""
    try:
        return bool(value("private"))
    except FolioError:
        return True


def chosen(key: str) -> Chosen:
    """What is in force, and who said so.

    Raises:
        FolioError: where a variable, or the user's file, says something that cannot be.
    """
    if key in _flags or key in ("paged", "columns"):
        return Chosen(_flags.get(key), "flag")
    name = "FOLIO_" + key.upper().replace(".", "_")
    if text := os.environ.get(name):
        try:
            return Chosen(key_of(key).read(text), name)
        except UsageError as error:
            raise FolioError(f"the variable {name}: {error}") from None
    for origin, said in _read_files():
        if key in said:
            return Chosen(said[key], origin)
    return Chosen(None, "default")


def key_of(name: str) -> Key:
    """What is known of a key.

    Raises:
        UsageError: where there is no such key.
    """
    table, _, of = name.partition(".")
    if table in TABLES and of and "." not in of:
        return TABLES[table]
    if name in TABLES:
        raise UsageError(f"{name!r} is a table of settings, such as {name}.NAME")
    if name not in KEYS:
        from folio.db.arrangements.settings import DEFAULTS

        hint = near(name, [*KEYS, *DEFAULTS])
        raise UsageError(f"{name!r} is no setting{hint}; see: folio config list")
    return KEYS[name]


def said_in_tables() -> list[str]:
    """The keys ``columns.REPORT`` and ``price_commands.NAME`` of the files."""
    return sorted({key for _, said in _read_files() for key in said if "." in key})


def picks_columns() -> bool:
    """Whether columns are chosen, by a flag or for any report."""
    named = (*said_in_tables(), *(key for key in os.environ if key.startswith("FOLIO_COLUMNS_")))
    return bool(value("columns")) or any(k.startswith(("columns.", "FOLIO_")) for k in named)


def price_commands() -> dict[str, tuple[str, ...]]:
    """The user's programs that print prices, by name."""
    keys = [key for key in said_in_tables() if key.startswith("price_commands.")]
    return {key.partition(".")[2]: value(key) for key in keys}


# -- the files -------------------------------------------------------------------------------


def user_file() -> Path | None:
    """Where the user's file is, or would be; None where ``FOLIO_CONFIG`` says that none is."""
    if (said := os.environ.get("FOLIO_CONFIG")) is not None:
        return Path(said).expanduser() if said else None
    if sys.platform.startswith("linux"):  # what platformdirs says, without its loading
        said = os.environ.get("XDG_CONFIG_HOME", "")
        base = said if os.path.isabs(said) else os.path.expanduser("~/.config")
        return Path(base) / "folio" / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("folio", appauthor=False) / "config.toml"


def shown(path: Path) -> str:
    """A path as people read it, the home as ``~``."""
    home, text = os.path.expanduser("~"), str(path)
    inside = text.startswith(home + os.sep) and len(home) > 1
    return f"~{text[len(home) :]}" if inside else text


def project_file() -> Path | None:
    """The nearest ``folio.toml`` from the working folder up, not above the user's home."""
    if os.environ.get("FOLIO_CONFIG") == "":
        return None
    try:
        folder = os.getcwd()
    except OSError:  # it has been removed
        return None
    home = os.path.expanduser("~")
    while True:
        path = os.path.join(folder, PROJECT)
        if _is_own(path):
            return Path(path)
        above = os.path.dirname(folder)
        if folder in (home, above):
            return None
        folder = above


def _is_own(path: str) -> bool:
    """Whether the file is there, and nobody else's."""
    try:
        owner = os.stat(path).st_uid
    except OSError:
        return False
    return not hasattr(os, "getuid") or owner in (os.getuid(), 0)


def _read_files() -> list[tuple[str, dict[str, Any]]]:
    """What the files say, the project's first; they are read once in a run."""
    global _files
    if _files is None:
        _files = []
        if (project := project_file()) is not None:
            _files.append((shown(project), _harmless(project)))
        user = user_file()
        if user is not None and user.is_file():
            _files.append((shown(user), dict(_checked(user))))
    return _files


def _harmless(path: Path) -> dict[str, Any]:
    """What a project's file may say; the rest, and what cannot be read, is warned of."""
    found: dict[str, Any] = {}
    try:
        for name, said in _flat(path):
            try:
                if not key_of(name).in_project or (name == "private" and not _yes_or_no(said)):
                    where = where_said(path, name)
                    warn(f"{where}: a project's file may not say {name!r}; it is left out")
                    continue
                found[name] = key_of(name).read(said)
            except UsageError as error:
                warn(f"{where_said(path, name)}: {name}: {error}; it is left out")
    except FolioError as error:
        warn(f"{error}; it is left out")
    return found


def _checked(path: Path) -> Iterator[tuple[str, Any]]:
    for name, said in _flat(path):
        try:
            found = key_of(name).read(said)
        except UsageError as error:
            raise FolioError(f"{where_said(path, name)}: {name}: {error}") from None
        if name == "db" and not Path(found).expanduser().is_absolute():
            where = where_said(path, name)
            raise FolioError(f"{where}: db: {found!r} must start at the root, or with ~")
        yield name, found


def _flat(path: Path) -> Iterator[tuple[str, Any]]:
    """The keys of a file, those of its tables as ``columns.REPORT``."""
    import tomllib

    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    for name, one in said.items():
        if name in TABLES and isinstance(one, dict):
            yield from ((f"{name}.{key}", said) for key, said in one.items())
        else:
            yield name, one


def unreadable(path: Path, error: OSError | ValueError) -> FolioError:
    """What is wrong with a file that cannot be read, or is no TOML."""
    if isinstance(error, UnicodeDecodeError):
        why = "it is not UTF-8"
    else:
        why = system_says(error) if isinstance(error, OSError) else str(error)
    return FolioError(f"{shown(path)} cannot be read: {why}")


def where_said(path: Path, key: str) -> str:
    """A file and the line of one of its keys; the file alone where no line is plainly its."""
    from folio.cli.toml_lines import line_of

    line = line_of(path.read_text("utf-8-sig").splitlines(), key)
    return shown(path) if line is None else f"{shown(path)}:{line + 1}"
