"""A Ghostfolio export, with the lines on which its activities stand.

Numbers are read as decimals.  An activity begins on a line of its own: where the file is one
line, a line ends before each.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from folio.errors import FolioError
from folio.importers.cells.rows import RowFault
from folio.importers.files.json_file import Span, scanned
from folio.importers.files.text_file import choose_encoding, open_text

MAX_SIZE = 200_000_000  # characters
ACTIVITIES = ("activities", "orders")  # the newer and the oldest name of the list


class Activity(NamedTuple):
    """An activity as it stood."""

    line: int
    last_line: int
    said: Any  # what it says: an object, else it cannot be read


class Export(NamedTuple):
    """A whole file."""

    text: str  # with an activity at the head of its line
    said: dict[str, Any]  # without the activities
    activities: list[Activity]


def read_export(path: Path) -> Export:
    """The file's parts.

    Raises:
        FolioError: when it is too large or no JSON of Ghostfolio.
    """
    with open_text(path, choose_encoding(path, ["utf-8"])) as file:
        text = file.read(MAX_SIZE + 1).lstrip("\ufeff")
    if len(text) > MAX_SIZE:
        raise FolioError(
            f"{path} has more than {MAX_SIZE:,} characters, which no export has; check what it is"
        )
    said, lists = scanned(path, text, "export it from Ghostfolio again")
    named = [key for key in lists if key in ACTIVITIES]
    if not named:
        raise FolioError(f"{path} has no list of activities; export it from Ghostfolio again")
    text, numbered = _lined(text, lists.pop(named[-1]))
    others = {key: [value for *_, value in spans] for key, spans in lists.items()}
    return Export(text, said | others, numbered)


def _lined(text: str, spans: list[Span]) -> tuple[str, list[Activity]]:
    """The text with each activity at the head of a line, and where they are then."""
    pieces: list[str] = []
    found: list[Activity] = []
    line, end_before = 1, 0
    for start, end, said in spans:
        between = text[end_before:start]
        if between.rpartition("\n")[2].strip() or (found and "\n" not in between):
            between += "\n"
        line += between.count("\n")
        inside = text[start:end]
        found.append(Activity(line, line + inside.count("\n"), said))
        line += inside.count("\n")
        pieces += [between, inside]
        end_before = end
    return "".join([*pieces, text[end_before:]]), found


def number(said: dict[str, Any], key: str) -> Decimal:
    """A number; 0 where there is none.

    Raises:
        RowFault: when it is something else.
    """
    value = said.get(key)
    if value is None:
        return Decimal(0)
    if not isinstance(value, Decimal):
        raise RowFault(f"{key} {str(value)[:40]!r} is no number")
    return value


def text(said: dict[str, Any], key: str) -> str:
    """A text on one line; "" where there is none."""
    value = said.get(key)
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def objects(said: object, key: str) -> list[dict[str, Any]]:
    """The objects of a list; [] where there is none."""
    value = said.get(key) if isinstance(said, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def moment(stated: str, zone: ZoneInfo) -> tuple[dt.date, dt.datetime | None]:
    """A day, and the instant where a time of day is stated.

    The program keeps days as midnight, of UTC or of where they were typed.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> moment("2021-09-16T00:00:00.000Z", berlin)[0], moment("2021-09-15T22:00:00.000Z", berlin)[0]
    (datetime.date(2021, 9, 16), datetime.date(2021, 9, 16))

    Raises:
        RowFault: when it is no day.
    """
    try:
        found = dt.datetime.fromisoformat(stated)
    except ValueError:
        raise RowFault(f"date {stated[:40]!r} is no day") from None
    if found.time() == dt.time():
        return found.date(), None
    if found.tzinfo is None:
        found = found.replace(tzinfo=dt.UTC)
    local = found.astimezone(zone)
    if local.time() == dt.time():
        return local.date(), None
    return local.date(), found.astimezone(dt.UTC)
