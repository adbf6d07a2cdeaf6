"""Reading a whole book from JSON (:mod:`folio.exporters.whole_book`), a row at a time.

However the file is laid out (``jq`` writes it anew), no more than a row is in memory.
"""

import json
from collections.abc import Iterator
from typing import Any, TextIO, cast

from folio.errors import FolioError
from folio.model.numbers import parse_plain

PIECE = 1 << 16  # characters that are read at a time
LONGEST = 1 << 24  # characters of one row
_BLANKS = " \t\r\n"


class WholeBook:
    """A file under way: what it says of itself, then its tables."""

    def __init__(self, file: TextIO, name: str) -> None:
        self.name = name
        self._file = file
        self._text = ""
        self._at = 0
        self._decode = json.JSONDecoder(parse_float=parse_plain).raw_decode
        self._waiting: str | None = None  # a table's name, its rows not read yet
        self._expect("{")
        self.about = dict(self._fields())

    def tables(self) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
        """Each table's name with its rows, which are read before the next is asked for.

        Raises:
            FolioError: where the file is no JSON, or laid out in another way.
        """
        while self._waiting is not None:
            yield self._waiting, self._rows()
            self._waiting = None
            if self._next() == ",":
                self._at += 1
                for key, _ in self._fields():
                    raise self._fault(f"{key!r} is no table")
        self._expect("}")
        if self._next():
            raise self._fault("something follows the end")

    def _fields(self) -> Iterator[tuple[str, object]]:
        """The plain fields up to the next table."""
        while self._next() == '"':
            key = str(self._value())
            self._expect(":")
            if self._next() == "[":
                self._waiting = key
                return
            yield key, self._value()
            if self._next() == ",":
                self._at += 1

    def _rows(self) -> Iterator[dict[str, Any]]:
        self._expect("[")
        while self._next() == "{":
            yield cast(dict[str, Any], self._value())
            if self._next() == ",":
                self._at += 1
        self._expect("]")

    def _next(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        try:
            # Of what goes on and on more at a time: it is read from its start each time.
            piece = self._file.read(max(PIECE, len(self._text) - self._at))
        except UnicodeDecodeError:
            raise FolioError(f"{self.name} is not UTF-8 text; it is no exported book") from None
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _value(self) -> object:
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError):
                value, end = None, len(self._text)
            # At the very end of what was read, a number may go on.
            is_whole = end < len(self._text)
            if is_whole or len(self._text) - self._at > LONGEST or not self._more():
                break
        if not is_whole:
            raise self._fault("it ends in the middle")
        self._at = end
        return value

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise self._fault(f"{mark!r} is missing")
        self._at += 1

    def _fault(self, what: str) -> FolioError:
        near = " ".join(self._text[self._at : self._at + 40].split())
        return FolioError(f"{self.name} is no book as folio exports it: {what}, near {near!r}")
