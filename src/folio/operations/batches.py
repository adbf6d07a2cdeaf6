"""Reading batches: NDJSON or CSV with a fixed set of keys."""

import io
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from folio.errors import BadRows, UsageError
from folio.model.named import NamedTuple

Fault = tuple[int, str]  # a line, and what is wrong with it
MOST = 50  # faults that are listed where they are of no lines


def listed(faults: Sequence[Fault], rows: int, what: str = "rows", *, by_line: bool = True) -> str:
    """The message that refuses a batch: every fault once, with all of its lines.

    Without ``by_line`` the numbers are no lines of a file: faults say themselves what they are of,
    and the first will do.
    """
    lines: dict[str, list[int]] = {}
    for line, text in faults:
        lines.setdefault(text, []).append(line)
    where = {text: f"{_places(at)}: " if by_line else "" for text, at in lines.items()}
    shown = [f"\n  {place}{text}" for text, place in where.items()]
    end = len(shown) if by_line else MOST
    more = f"\n  … and {len(shown) - end} more" if len(shown) > end else ""
    return (
        f"{len({line for line, _ in faults})} of {rows} {what} cannot be recorded, so none was:"
        f"{''.join(shown[:end])}{more}"
    )


def _places(lines: Sequence[int]) -> str:
    """Lines in words.

    >>> _places([7]), _places([2, 3]), _places([2, 4, 5, 6, 9])
    ('line 7', 'lines 2-3', 'lines 2, 4-6, 9')
    """
    runs: list[list[int]] = []
    for line in dict.fromkeys(lines):  # a line may have the same fault twice
        if runs and runs[-1][1] == line - 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    said = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"line {said}" if said.isdecimal() else f"lines {said}"


class Batch(NamedTuple):
    """The rows of a batch that can be read, with their lines, and what is wrong with the others."""

    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault]

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.faults)

    def refuse(self, others: Iterable[Fault] = ()) -> None:
        """Raise all that is wrong, with ``others`` found in the rows that could be read.

        Raises:
            BadRows: where anything is.
        """
        faults = sorted([*self.faults, *others], key=itemgetter(0))
        if faults:
            raise BadRows(listed(faults, self.read))


def read_rows(text: str, keys: Sequence[str]) -> Batch:
    """The rows of NDJSON or CSV.

    Raises:
        UsageError: when there are none, or a column is unknown.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UsageError("there is nothing on standard input; pipe NDJSON or CSV into it")
    if text.lstrip().startswith("["):
        raise UsageError("say one JSON object a line, and no list around them")
    return _read_ndjson(text) if text.lstrip().startswith("{") else _read_csv(text, keys)


def _read_ndjson(text: str) -> Batch:
    batch = Batch([], [])
    for line, row in enumerate(text.split("\n"), 1):  # a note may hold other line ends
        if not row.strip():
            continue
        try:
            batch.rows.append((line, _object(row)))
        except UsageError as error:
            batch.faults.append((line, str(error)))
    return batch


def _object(row: str) -> dict[str, str]:
    import json

    try:
        # Numbers stay text: a float would lose digits.
        found = json.loads(
            row, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error.msg}") from None
    except RecursionError:
        found = None
    if not isinstance(found, dict) or not all(_plain(v) for v in found.values()):
        raise UsageError("not an object of texts and numbers")
    said = "".join([text for pair in found.items() for text in pair if text is not None])
    if not said.isprintable():
        _refuse_no_text(said)
    return {str(k): str(v) for k, v in found.items() if v is not None}


def _refuse_no_text(said: str) -> None:
    """Refuse what JSON can write and no text has, of which the book could not give back a file."""
    if "\0" in said:
        raise UsageError("a text has the character \\u0000, which no text has; leave it out")
    try:
        said.encode()
    except UnicodeEncodeError:
        raise UsageError(
            "a text has half a character, such as \\ud83d alone; write both halves, or none"
        ) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"key {twice!r} is there twice")
    return found


def _plain(value: object) -> bool:
    return value is None or (isinstance(value, str) and not isinstance(value, bool))


def _read_csv(text: str, keys: Sequence[str]) -> Batch:
    batch = Batch([], [])
    cells_of = csv_cells(text, batch.faults)
    _, cells = next(cells_of, (1, []))
    header = [name.strip() for name in cells]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UsageError("the cells are not separated by commas; write a CSV file with commas")
    unknown = [repr(name) for name in header if name not in keys]
    if unknown:
        several = "s" if len(unknown) > 1 else ""
        raise UsageError(
            f"unknown column{several} {', '.join(unknown)}; the columns are: {', '.join(keys)}"
        )
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise UsageError(f"column {twice[0]!r} is there twice")
    for line, cells in cells_of:
        if len(cells) == len(header):
            row = zip(header, map(plain_cell, cells), strict=True)
            batch.rows.append((line, {key: cell for key, cell in row if cell.strip()}))
        else:
            batch.faults.append((line, f"{len(cells)} cells under {len(header)} columns"))
    return batch


def csv_cells(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV that say anything, with the lines that they begin on.

    A quote that stays open would take all that follows for one cell: that is a fault, and the end.
    """
    import csv

    reader = csv.reader(io.StringIO(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            open_ended = "unexpected end" in str(error)
            said = "a quote is opened and never closed" if open_ended else str(error)
            faults.append((line, f"not CSV: {said}"))
            return
        if cells is None:
            return
        if any(cells):
            yield line, cells


def plain_cell(cell: str) -> str:
    """A cell without the quote that folio's own CSV puts before what a sheet would compute."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell
