"""``folio config``: settings of the book, and how a user likes folio."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from folio.cli import context, lot_methods, options, preferences
from folio.cli.asking import asking, recording, show
from folio.cli.lazy import new_app
from folio.cli.options import argument, flag
from folio.cli.text import say
from folio.errors import UsageError

if TYPE_CHECKING:
    from folio.model.table import Cell

app = new_app("Settings of the book, and how you like folio: both, and where each comes from.")


@app.command("list")
def list_(
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """List every setting with its value, and where that comes from."""
    from folio.reports.held.names import settings, settings_table

    preferred, files = _preferred(), _files()
    if not context.book_path().exists():
        show(settings_table(preferred)._replace(footnotes=files), output, file, False)
        return
    with asking(as_of, known_at) as (book, query):
        table = settings(book, query)
        show(table._replace(rows=[*table.rows, *preferred], footnotes=files), output, file, False)


def _preferred() -> "list[dict[str, Cell]]":
    """What is not of the book, each with who said so."""
    rows: list[dict[str, Cell]] = []
    for key in (*preferences.KEYS, *preferences.said_in_tables()):
        value, origin = preferences.chosen(key)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        words = ", ".join(value) if isinstance(value, tuple) else value or _default(key)
        words = preferences.shown(Path(words)) if key == "db" else words
        rows.append({"setting": key, "value": words, "origin": origin})
    return rows


def _default(key: str) -> str:
    return str(context.book_path()) if key == "db" else preferences.key_of(key).default


def _files() -> tuple[str, ...]:
    user, project = preferences.user_file(), preferences.project_file()
    lines = []
    if user is not None:
        absent = "" if user.exists() else ", not there yet"
        lines.append(f"yours: {preferences.shown(user)}{absent}")
    if project is not None:
        lines.append(f"the project's: {preferences.shown(project)}")
    return tuple(lines)


@app.command("set")
def set_(
    key: Annotated[str, argument("SETTING", "Such as lot_method.")],
    value: Annotated[str, argument("VALUE", "Its value; default: folio's own.")],
    from_day: options.FromDay = None,
    user: bool = flag("--user", "In your own file: how you like folio."),
    project: bool = flag("--project", "In folio.toml of the working folder."),
) -> None:
    """Change a setting: folio config set lot_method hifo --from 2025-01-01.

    What is of the book is recorded in it. What is yours goes into your file: currency, output,
    color, pager, private, date_style, db, columns.REPORT.
    """
    from folio.db.arrangements.settings import DEFAULTS

    if user and project:
        raise UsageError("--user and --project exclude one another; say in which file")
    if key in DEFAULTS:
        if user or project:
            raise UsageError(f"{key} is a setting of the book; leave --user and --project out")
        _set_in_book(key, value, from_day)
        return
    if from_day is not None:
        raise UsageError(f"{key} is not of the book, and holds for all days; leave --from out")
    _set_in_file(key, value, project=project)


def _set_in_book(key: str, value: str, from_day: dt.date | None) -> None:
    from folio.db.arrangements.settings import BOOK, load_settings
    from folio.operations.arranging.arrange import set_setting

    with recording() as write:
        set_setting(write, BOOK, key, None if value == "default" else value, from_day)
        methods = lot_methods.in_force(load_settings(write.db), BOOK)
    if key == lot_methods.SETTABLE:
        say(f"lot_method of the book: {methods}")
    else:
        say(f"{key} is {value} from now on")


def _set_in_file(key: str, value: str, *, project: bool) -> None:
    from folio.cli import preferences_file

    known = preferences.key_of(key)
    said = None if value == "default" else known.read(value)
    if key == "db" and said is not None:
        said = str(Path(said).expanduser().absolute())
    if project and (not known.in_project or (key == "private" and said is False)):
        raise UsageError(f"a project's file may not say {key} {value}; leave --project out")
    path = preferences_file.place(project)
    preferences_file.write(path, key, said)
    word = "the default" if said is None else value
    say(f"{key} is {word} from now on, in {preferences.shown(path)}")
