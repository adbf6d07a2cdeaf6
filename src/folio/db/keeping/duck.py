"""Tables in DuckDB's own file, or as Parquet: exact decimals, in columns with types.

An amount is DECIMAL(38, 18): 20 digits before the point and 18 after it.  A column with an amount
that does not fit is text, so that no digit is lost.
"""

import contextlib
import errno
import json
import os
import re
import tempfile
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
    rows: Iterable[Sequence[str | None]]  # read once, as they are written


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
        # One thread: each has buffers of its own, and several hand rows over in no order.
        with duckdb.connect(file, config={"threads": 1}) as db:
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
    with _database(str(path)) as db:
        return [
            name
            for sheet in sheets
            for name in _take(db, sheet, f"CREATE TABLE {_name(sheet.name)} AS (", ")")
        ]


def write_parquet(folder: Path, sheets: Iterable[Sheet]) -> list[str]:
    """A Parquet file a sheet; returns the columns that are text for their length.

    Raises:
        OSError: where they cannot be written.
    """
    with _database(":memory:") as db:
        kept: list[str] = []
        for sheet in sheets:
            target = str(folder / f"{sheet.name}.parquet").replace("'", "''")
            into = f") TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
            kept += _take(db, sheet, "COPY (", into)
        return kept


def _take(db: Any, sheet: Sheet, before: str, after: str) -> list[str]:
    """Take the rows of a sheet in by what stands around them; returns the columns that are text.

    Which those are only the last row tells; so all are kept in a file meanwhile, of which DuckDB
    reads some at a time, as fast as from memory.
    """
    names = [name for name, _ in sheet.columns]
    amounts = [place for place, (_, kind) in enumerate(sheet.columns) if kind == DECIMAL]
    long: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        with file.open("w", encoding="utf-8") as out:
            for row in sheet.rows:
                long |= {names[place] for place in amounts if not _fits(row[place])}
                out.write(json.dumps(dict(zip(names, row, strict=True))) + "\n")
        texts = ", ".join(f"{_name(name)}: 'VARCHAR'" for name in names)
        typed = ", ".join(
            f"CAST({_name(name)} AS {TEXT if name in long else kind}) AS {_name(name)}"
            for name, kind in sheet.columns
        )
        rows = f"read_json(?, columns = {{{texts}}}, format = 'newline_delimited')"
        db.execute(f"{before}SELECT {typed} FROM {rows}{after}", [str(file)])
    return [f"{sheet.name}.{name}" for name in names if name in long]


def _fits(text: str | None) -> bool:
    return text is None or _FITS.fullmatch(text) is not None


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
