"""Getters: functions from a row to a text or a number in it."""

from collections.abc import Callable, Collection
from decimal import Decimal

from folio.importers.cells.amounts import Style, is_simple, proven_decimal, read_amount
from folio.importers.cells.rows import Known, Row, RowFault
from folio.importers.interpreting.conditions import ReadAmount, ReadText
from folio.importers.language import patterns


def blank(row: Row) -> str:
    """The text of a column that this file does not have."""
    return ""


def constant(text: str) -> ReadText:
    return (lambda row: text) if text else blank


def cell(place: int) -> ReadText:
    return lambda row: row.cells[place]


def capture(name: str) -> ReadText:
    return lambda row: row.captures.get(name, "")


def either(first: ReadText, second: ReadText) -> ReadText:
    return lambda row: first(row) or second(row)


def looked_up(read: ReadText, meaning: Callable[[str], str]) -> ReadText:
    known = Known(meaning)
    return lambda row: known[read(row)]


def value_of(read: ReadText, pattern: patterns.Pattern) -> ReadText:
    return looked_up(read, lambda text: value_in(text, pattern))


def value_in(text: str, pattern: patterns.Pattern) -> str:
    match = pattern.fullmatch(text[: patterns.MAX_CELL])
    return (match["value"] or "").strip() if match else ""


def with_default(read: ReadText, default: ReadText) -> ReadText:
    return read if default is blank else either(read, default)


def number(place: int, style: Style, column: str, beside: Collection[int]) -> ReadAmount:
    """The number in a cell.

    Of a column that is written in both ways, one that could be thousands or a fraction is what
    the cells ``beside`` it in its row agree upon: whoever wrote them wrote it, too.
    """
    may_be_simple = style.decimal == "point"

    def number(cell: str) -> Decimal | None:
        if may_be_simple and is_simple(cell):
            return Decimal(cell)
        try:
            return read_amount(cell, style)
        except RowFault as fault:
            raise RowFault(f"{column}: {fault}") from None

    known = Known(number)
    if style.decimal != "each":
        return lambda row: known[row.cells[place]]

    def in_its_row(row: Row) -> Decimal | None:
        cell = row.cells[place]
        if proven_decimal(cell) == "either":
            told = {proven_decimal(row.cells[other]) for other in beside} & {"point", "comma"}
            if len(told) == 1:
                return read_amount(cell, style._replace(decimal=told.pop()))
        return known[cell]

    return in_its_row


def scaled(read: ReadAmount, scale: Decimal) -> ReadAmount:
    if scale == 1:
        return read
    return lambda row: None if (amount := read(row)) is None else amount * scale


def number_of(read: ReadText, style: Style) -> ReadAmount:
    return lambda row: read_amount(read(row), style)


def number_of_either(read: ReadText, style: Style) -> ReadAmount:
    """As :func:`number_of`, with the decimal sign that a captured group proves.

    Where none does: that of the file, or a comma where the file has both.  What could be
    thousands or a fraction is refused, unless another group says which; a point, which most
    write, is a fraction's unless another group has a comma.
    """
    otherwise = "comma" if style.decimal == "each" else style.decimal

    def value(row: Row) -> Decimal | None:
        text = read(row)
        proven = {proven_decimal(group) for group in row.captures.values() if group[0].isdigit()}
        decimal = "comma" if "comma" in proven else "point" if "point" in proven else otherwise
        undecided = otherwise == "point" and "point" not in proven
        if undecided and ("," in text) != ("comma" in proven):
            decimal = "each"  # it must prove its own
        return read_amount(text, style._replace(decimal=decimal))

    return value
