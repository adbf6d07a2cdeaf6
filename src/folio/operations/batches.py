"""Reading batches: NDJSON or CSV with a fixed set of keys."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from folio.errors import BadRows, UsageError


def listed(faults: list[str], rows: int) -> str:
    """The message that refuses a batch: every fault, up to fifty of them."""
    shown = "".join(f"\n  {fault}" for fault in faults[:50])
    more = f"\n  … and {len(faults) - 50} more" if len(faults) > 50 else ""
    return f"{len(faults)} of {rows} rows cannot be recorded, so none was:{shown}{more}"


def read_rows(text: str, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of NDJSON or CSV with their line numbers.

    Raises:
        BadRows: when a line is neither, or a column is unknown.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UsageError("there is nothing on standard input; pipe NDJSON or CSV into it")
    return _read_ndjson(text) if text.lstrip().startswith("{") else _read_csv(text, keys)


def _read_ndjson(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows, faults = [], []
    for line, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            # Numbers stay text: a float would lose digits.
            found = json.loads(row, parse_float=str, parse_int=str, parse_constant=str)
        except json.JSONDecodeError as error:
            faults.append(f"line {line}: not JSON: {error.msg}")
            continue
        if not isinstance(found, dict) or not all(_plain(v) for v in found.values()):
            faults.append(f"line {line}: not an object of texts and numbers")
            continue
        rows.append((line, {str(k): str(v) for k, v in found.items() if v is not None}))
    if faults:
        raise BadRows(listed(faults, len(rows) + len(faults)))
    return iter(rows)


def _plain(value: object) -> bool:
    return value is None or (isinstance(value, str) and not isinstance(value, bool))


def _read_csv(text: str, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(reader)]
    unknown = [name for name in header if name not in keys]
    if unknown:
        raise UsageError(f"unknown column {unknown[0]!r}; the columns are: {', '.join(keys)}")
    return _cells(reader, header)


def _cells(
    reader: "Iterable[list[str]]", header: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    faults = []
    rows = []
    for cells in reader:
        line = getattr(reader, "line_num", 0)
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append(f"line {line}: {len(cells)} cells under {len(header)} columns")
            continue
        rows.append((line, dict(zip(header, cells, strict=True))))
    if faults:
        raise BadRows(listed(faults, len(rows) + len(faults)))
    return iter(rows)
