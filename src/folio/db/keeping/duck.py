"""Tables in DuckDB's own file, or as Parquet: exact decimals, in columns with types.

An amount is DECIMAL(38, 18): 20 digits before the point and 18 after it.  A column with an amount
that does not fit is text, so that no digit is lost.
"""

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from folio.errors import FolioError
from folio.model.extras import install_with

DECIMAL, DAY, WHOLE, TEXT = "DECIMAL(38, 18)", "DATE", "BIGINT", "VARCHAR"
_FITS = re.compile(r"-?\d{1,20}(\.\d{1,18})?", re.ASCII)


class Sheet(NamedTuple):
    """A table as text, with the type that each column should have."""

    name: str
    columns: Sequence[tuple[str, str]]  # name and type
    rows: Sequence[Sequence[str | None]]


def engine() -> Any:
    """The duckdb module.

    Raises:
        FolioError: where it is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise FolioError(
            "Parquet and DuckDB files need the duckdb package; install it with: "
            f"{install_with('duckdb>=1.1')}"
        ) from None
    return duckdb


@contextlib.contextmanager
def _database(file: str) -> Iterator[Any]:
    """A database in ``file``; what the system refuses is the system's own error.

    DuckDB says it in a sentence, and may say more of it while it closes.
    """
    duckdb = engine()
    try:
        with duckdb.connect(file) as db:
            yield db
    except duckdb.Error as error:
        texts = [str(error), str(error.__context__ or "")]
        for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES):
            if any(os.strerror(number) in text for text in texts):
                raise OSError(number, os.strerror(number)) from None
        if not isinstance(error, duckdb.IOException):
            raise
        raise OSError(errno.EIO, texts[0].splitlines()[0].removeprefix("IO Error: ")) from None


def write_database(path: Path, sheets: Iterable[Sheet]) -> list[str]:
    """A DuckDB file with a table a sheet; returns the columns that are text for their length.

    Raises:
        OSError: where it cannot be written: it is no file, or the disk is full.
    """
    kept: list[str] = []
    with _database(str(path)) as db:
        for sheet in sheets:
            kept += _make(db, sheet)
    return kept


def write_parquet(folder: Path, sheets: Iterable[Sheet]) -> list[str]:
    """A Parquet file a sheet; returns the columns that are text for their length.

    Raises:
        OSError: where they cannot be written.
    """
    kept: list[str] = []
    with _database(":memory:") as db:
        for sheet in sheets:
            kept += _make(db, sheet)
            target = str(folder / f"{sheet.name}.parquet").replace("'", "''")
            db.execute(f"COPY {_name(sheet.name)} TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return kept


def _make(db: Any, sheet: Sheet) -> list[str]:
    types, kept = [], []
    for place, (name, kind) in enumerate(sheet.columns):
        fits = kind != DECIMAL or all(_fits(row[place]) for row in sheet.rows)
        types.append(kind if fits else TEXT)
        kept += [] if fits else [f"{sheet.name}.{name}"]
    columns = [(name, kind) for (name, _), kind in zip(sheet.columns, types, strict=True)]
    declared = ", ".join(f"{_name(name)} {kind}" for name, kind in columns)
    db.execute(f"CREATE TABLE {_name(sheet.name)} ({declared})")
    if sheet.rows:
        # All of a column at once: row by row takes a hundred times as long.
        lists = [list(values) for values in zip(*sheet.rows, strict=True)]
        chosen = ", ".join(f"unnest(CAST(? AS VARCHAR[]))::{kind}" for _, kind in columns)
        db.execute(f"INSERT INTO {_name(sheet.name)} SELECT {chosen}", lists)
    return kept


def _fits(text: str | None) -> bool:
    return text is None or _FITS.fullmatch(text) is not None


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
