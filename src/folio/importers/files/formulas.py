"""What a workbook's cells say that are worked out: an error, or nothing where nobody did.

python-calamine gives both as blank cells.  A cell that went wrong is no blank one, and a program
that writes formulas without their values leaves it to the next one to work them out.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

_BOOK = "xl/workbook.xml"
_tag = r"<(?:\w+:)?%s\b([^>]*?)/?>"
_sheets = re.compile(_tag % "sheet").finditer
_links = re.compile(_tag % "Relationship").finditer
_attributes = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')").findall
_told = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']").search
# A row, or a cell with what stands in it.
_cells = re.compile(
    rb"<(?:\w+:)?row\b(?P<row>[^>]*)>|"
    rb"<(?:\w+:)?c\b(?P<cell>[^>]*?)(?:/>|>(?P<inside>.*?)</(?:\w+:)?c>)",
    re.DOTALL,
).finditer
_place = re.compile(r"([A-Z]{1,3})(\d{1,7})").fullmatch
_has_formula = re.compile(rb"<(?:\w+:)?f[\s/>]").search
_value = re.compile(rb"<(?:\w+:)?(?:v|is)\b[^>/]*>([^<]*)").search

# Of OpenDocument: a cell with a formula, and what it shows.
_open_cells = re.compile(
    rb"<table:table-cell\b(?P<cell>[^>]*?\btable:formula=[^>]*?)"
    rb"(?:/>|>(?P<inside>.*?)</table:table-cell>)",
    re.DOTALL,
).finditer
_paragraph = re.compile(rb"<text:p[^>]*>([^<]*)").search
_error = re.compile(r"#[A-Z/]+[0-9]?[!?]?|#N/A|Err:\d+").fullmatch


class Worked(NamedTuple):
    """A cell that is worked out and has no value: its place, from 0, and its error."""

    row: int
    column: int
    error: str  # "": nobody worked it out

    @property
    def name(self) -> str:
        """As a spreadsheet calls it.

        >>> Worked(4, 27, "").name
        'AB5'
        """
        letters, rest = "", self.column + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row + 1}"


def without_value(archive: zipfile.ZipFile, sheet: int) -> Iterator[Worked]:
    """The cells of a sheet, by its place in the book, that are worked out and have no value."""
    part = _part(archive, sheet)
    data = archive.read(part) if part in archive.namelist() else b""
    if not _told(data):
        return
    row = column = -1
    for found in _cells(data):
        if found["row"] is not None:
            stated = _of(found["row"].decode()).get("r", "")
            row, column = int(stated) - 1 if stated.isdecimal() else row + 1, -1
            continue
        said = _of(found["cell"].decode())
        place = _place(said.get("r", ""))
        column = _column(place[1]) if place else column + 1
        inside = found["inside"] or b""
        value = _value(inside)
        text = value[1].decode().strip() if value else ""
        if said.get("t") == "e":
            yield Worked(row, column, text or "#ERROR!")
        elif _has_formula(inside) and not text and said.get("t") != "str":
            yield Worked(row, column, "")


def open_formulas(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The formulas of an OpenDocument spreadsheet that went wrong or were not worked out, each
    with its error, "" where nobody worked it out.
    """
    if "content.xml" not in archive.namelist():
        return
    for found in _open_cells(archive.read("content.xml")):
        said = _of(found["cell"].decode("utf-8", "replace"))
        shown = _paragraph(found["inside"] or b"")
        text = shown[1].decode("utf-8", "replace").strip() if shown else ""
        if _error(text) or not (text or said.get("office:value-type")):
            yield said.get("table:formula", ""), text


def _of(tag: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {name: double or single for name, double, single in _attributes(tag)}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _part(archive: zipfile.ZipFile, sheet: int) -> str:
    """The part of the book that has a sheet."""
    names = archive.namelist()
    rels = "xl/_rels/workbook.xml.rels"
    if _BOOK not in names or rels not in names:
        return ""
    tags = [_of(tag[1]) for tag in _sheets(archive.read(_BOOK).decode("utf-8", "replace"))]
    links = [_of(tag[1]) for tag in _links(archive.read(rels).decode("utf-8", "replace"))]
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    link = next((v for k, v in tags[sheet].items() if k.endswith(":id")), "")
    target = targets.get(link, "")
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
