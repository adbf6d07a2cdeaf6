"""The fields of an MT940 file, ``:61:`` and the like, cut into statements and their rows.

A field goes on until the next one; what stands between messages (``-``, the blocks of SWIFT,
the lines that some banks put above) is in none.  A statement begins with ``:20:``; a page of
it that has none, with its number.  A row is an entry (``:61:``) with what is said of it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Nothing else: a time at the head of a line, :26:37, is text.
_FIELD = re.compile(r":(13D?|20|21|25P?|28C?|34F|6[02][FM]|61|6[45]|86|90[CD]|NS):")
_END = re.compile(r"-(?:\}.*|XXX)?\s*$|\{\d:|[\x01\x03]")
_OF_ENTRY = ("86", "NS")


class Field(NamedTuple):
    """A field; its first line is without the tag."""

    tag: str
    line: int  # its first
    lines: tuple[str, ...]

    @property
    def last_line(self) -> int:
        return self.line + len(self.lines) - 1


class Row(NamedTuple):
    """An entry and what follows on it."""

    entry: Field
    details: tuple[str, ...]  # the lines of its :86:

    last_line: int


class Message(NamedTuple):
    """A statement, or a page of one."""

    fields: dict[str, Field]  # the last of each tag but those of rows; "25" has 25P too
    rows: list[Row]
    line: int


def fields(lines: Sequence[str]) -> Iterator[Field]:
    """Every field, in the file's order."""
    tag, start, inside = "", 0, list[str]()
    for number, line in enumerate(lines, 1):
        match = _FIELD.match(line)
        if match or _END.match(line):
            if tag:
                yield Field(tag, start, tuple(inside))
            tag, start, inside = "", number, []
        if match:
            tag = match[1]
            inside.append(line[match.end() :])
        elif tag:
            inside.append(line)
    if tag:
        yield Field(tag, start, tuple(inside))


def messages(lines: Sequence[str]) -> list[Message]:
    """The statements of a file, and their pages."""
    found: list[Message] = []
    in_row = False
    for field in fields(lines):
        tag = field.tag[:2] if field.tag in ("25P", "28C") else field.tag
        before = found[-1].fields if found else {}
        if tag == "20" or not found or (tag in ("25", "28") and tag in before):
            found.append(Message({}, [], field.line))
        rows = found[-1].rows
        if tag == "61":
            rows.append(Row(field, (), field.last_line))
        elif in_row and tag in _OF_ENTRY:
            said = field.lines if tag == "86" else ()
            rows[-1] = Row(rows[-1].entry, (*rows[-1].details, *said), field.last_line)
        else:
            found[-1].fields[tag] = field
        in_row = tag == "61" or (in_row and tag in _OF_ENTRY)
    return found
