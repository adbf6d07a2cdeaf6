"""``init``: a new book with its base currency and time zone."""

import contextlib
import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

from folio.db.arrangements.settings import BOOK, add_setting
from folio.db.file.connection import lay_out, open_book
from folio.db.file.files import new_file
from folio.errors import UsageError
from folio.model.assets import currency_code, currency_ref
from folio.operations.names import add_asset
from folio.operations.recording import Who, recording


def init(path: Path, who: Who, *, currency: str, time_zone: str) -> sqlite3.Connection:
    """Make a book; returns it, open.

    Raises:
        UsageError: for an unknown currency or time zone.
        FolioError: where a file is there already.
    """
    code = currency_code(currency)
    if code is None:
        raise UsageError(f"{currency!r} is no ISO 4217 currency code, such as EUR")
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError, KeyError):
        raise UsageError(f"{time_zone!r} is no time zone, such as Europe/Berlin") from None
    with new_file(path) as aside, contextlib.closing(lay_out(aside)) as db:
        with recording(db, who) as write:
            add_asset(write, currency_ref(code))
            add_setting(write.commit, BOOK, "base_currency", code)
            add_setting(write.commit, BOOK, "time_zone", time_zone)
        db.close()  # in one file, before it is put in its place
    return open_book(path)
