"""Records in a JSON file: the objects of its first list are rows, and their keys are columns.

What stands within a record (its details) is a part of its row: of several such parts the first
counts.  Numbers are read as they are printed.  Where all of a file is one line, each record has a
number of its own.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from folio.errors import FolioError
from folio.importers.cells.rows import Row
from folio.importers.files.text_file import whole_text
from folio.model.numbers import to_text

MAX_DEPTH = 8  # objects within a record
_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][-+]?\d{1,2})?")
Span = tuple[int, int, Any]  # first character, the one after the last, and what is said


class _NoJson(Exception):
    """The text is none; says where."""


def read_json(path: Path) -> list[Row]:
    """The records as rows, below a first one with the names of their columns.

    Raises:
        FolioError: when the file is no JSON, or has no list of records.
    """
    return _rows(path, whole_text(path, ["utf-8"]).lstrip("\ufeff"))


@lru_cache(maxsize=1)  # asked for to know whose file it is, and then to read it
def _rows(path: Path, text: str) -> list[Row]:
    _, lists = scanned(path, text, "export it again")
    spans = next((found for key, found in lists.items() if _are_records(key, found)), None)
    if spans is None:
        raise FolioError(f"{path} is JSON without a list of records; export a statement as CSV")
    cells = [dict(_flat(said, 0)) for *_, said in spans]
    names = list(dict.fromkeys(name for one in cells for name in one))
    rows = [Row(0, "", names)]
    for (start, end, _), one in zip(spans, cells, strict=True):
        line = max(text.count("\n", 0, start) + 1, rows[-1].line + 1)
        rows.append(Row(line, text[start:end], [one.get(name, "") for name in names]))
    return rows


def scanned(path: Path, text: str, remedy: str) -> tuple[dict[str, Any], dict[str, list[Span]]]:
    """What the outermost object of a file's text says, and its lists; a list alone has no name.

    Raises:
        FolioError: when it is no JSON, with the remedy.
    """
    try:
        return _Scanner(text).top()
    except (_NoJson, json.JSONDecodeError, RecursionError) as fault:
        raise FolioError(f"{path} cannot be read as JSON ({str(fault)[:80]}); {remedy}") from None


def _are_records(key: str, found: list[Span]) -> bool:
    """Whether a list is of objects, and not of what is only pending."""
    objects = bool(found) and all(isinstance(said, dict) for *_, said in found)
    return objects and not key.casefold().startswith("pending")


def _flat(said: dict[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    """The cells of a record; those that stand outermost come last, and count."""
    for value in said.values():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and depth < MAX_DEPTH:
            yield from _flat(inner, depth + 1)
    for key, value in said.items():
        if not isinstance(value, dict | list):
            yield key, _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return to_text(value)
    return "" if value is None else str(value)


class _Scanner:
    """Reads the outermost object or list key by key, and what its lists hold one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.decoder = json.JSONDecoder(
            parse_float=_decimal, parse_int=_decimal, parse_constant=_refuse
        )

    def top(self) -> tuple[dict[str, Any], dict[str, list[Span]]]:
        said: dict[str, Any] = {}
        lists: dict[str, list[Span]] = {}
        if self._is_at("["):
            lists[""] = self._list()
        else:
            self._expect("{")
            while not self._takes("}"):
                key = str(self._value())
                self._expect(":")
                if self._is_at("["):
                    lists[key] = self._list()
                else:
                    said[key] = self._value()
                if not self._takes(","):
                    self._expect("}")
                    break
        self._skip()
        if self.place != len(self.text):
            raise _NoJson(f"more follows at character {self.place}")
        return said, lists

    def _list(self) -> list[Span]:
        spans = []
        self._expect("[")
        while not self._takes("]"):
            self._skip()
            start = self.place
            value = self._value()
            spans.append((start, self.place, value))
            if not self._takes(","):
                self._expect("]")
                break
        return spans

    def _value(self) -> Any:
        self._skip()
        value, self.place = self.decoder.raw_decode(self.text, self.place)
        return value

    def _skip(self) -> None:
        match = _BLANK.match(self.text, self.place)
        self.place = match.end() if match else self.place

    def _is_at(self, sign: str) -> bool:
        self._skip()
        return self.text.startswith(sign, self.place)

    def _takes(self, sign: str) -> bool:
        there = self._is_at(sign)
        self.place += there
        return there

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise _NoJson(f"{sign!r} is missing at character {self.place}")


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _NoJson(f"{text[:40]} is no number")
    return Decimal(text)


def _refuse(text: str) -> NoReturn:
    raise _NoJson(f"{text} is no number")
