"""Reading batches: NDJSON or CSV with a fixed set of keys."""

import io
from collections.abc import Iterable, Iterator, Sequence

from folio.errors import BadRows, UsageError

Fault = tuple[int, str]  # a line, and what is wrong with it


def listed(faults: Sequence[Fault], rows: int, what: str = "rows") -> str:
    """The message that refuses a batch: every fault once, with its first line."""
    lines: dict[str, list[int]] = {}
    for line, text in faults:
        lines.setdefault(text, []).append(line)
    shown = [f"\n  line {at[0]}{_others(at)}: {text}" for text, at in lines.items()]
    more = f"\n  … and {len(shown) - 50} more" if len(shown) > 50 else ""
    return (
        f"{len(faults)} of {rows} {what} cannot be recorded, so none was:"
        f"{''.join(shown[:50])}{more}"
    )


def _others(lines: list[int]) -> str:
    return f" and {len(lines) - 1} more" if len(lines) > 1 else ""


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
    import json

    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    for line, row in enumerate(text.split("\n"), 1):  # a note may hold other line ends
        if not row.strip():
            continue
        try:
            # Numbers stay text: a float would lose digits.
            found = json.loads(
                row, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
            )
        except json.JSONDecodeError as error:
            faults.append((line, f"not JSON: {error.msg}"))
            continue
        except RecursionError:
            faults.append((line, "not an object of texts and numbers"))
            continue
        except UsageError as error:
            faults.append((line, str(error)))
            continue
        if not isinstance(found, dict) or not all(_plain(v) for v in found.values()):
            faults.append((line, "not an object of texts and numbers"))
            continue
        rows.append((line, {str(k): str(v) for k, v in found.items() if v is not None}))
    if faults:
        raise BadRows(listed(faults, len(rows) + len(faults)))
    return iter(rows)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"key {twice!r} is there twice")
    return found


def _plain(value: object) -> bool:
    return value is None or (isinstance(value, str) and not isinstance(value, bool))


def _read_csv(text: str, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    import csv

    reader = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(reader)]
    unknown = [name for name in header if name not in keys]
    if unknown:
        raise UsageError(f"unknown column {unknown[0]!r}; the columns are: {', '.join(keys)}")
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise UsageError(f"column {twice[0]!r} is there twice")
    return _cells(reader, header)


def _cells(
    reader: "Iterable[list[str]]", header: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    faults: list[Fault] = []
    rows = []
    for cells in reader:
        line = getattr(reader, "line_num", 0)
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append((line, f"{len(cells)} cells under {len(header)} columns"))
            continue
        rows.append((line, dict(zip(header, map(plain_cell, cells), strict=True))))
    if faults:
        raise BadRows(listed(faults, len(rows) + len(faults)))
    return iter(rows)


def plain_cell(cell: str) -> str:
    """A cell without the quote that folio's own CSV puts before what a sheet would compute."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell
