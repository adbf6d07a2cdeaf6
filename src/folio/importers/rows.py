"""A row on its way from the file to an event."""

from decimal import Decimal


def normalised(text: str) -> str:
    """A name or a word as it is compared: letter case and repeated blanks do not matter."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()


class RowFault(ValueError):
    """This row cannot be read; the text says why.  The rows around it are not concerned."""


class Row:
    """The cells of one row, and what has been read from them so far."""

    __slots__ = ("amounts", "captures", "cells", "line", "text")

    def __init__(self, line: int, text: str, cells: list[str]) -> None:
        self.line = line  # of the file, from 1
        self.text = text  # as it stood
        self.cells = cells  # without blanks around them
        self.captures: dict[str, str] = {}  # named groups of the rule's patterns
        self.amounts: dict[int, Decimal | None] = {}  # by the column's place
