"""One cell as people see it.

A non-zero amount is never shown as 0, and what is missing is blank:

>>> shown(Amount(Decimal("0.004"), 2), "money"), shown(Amount(Decimal("-0.004"), 2), "money")
('<0.01', '>-0.01')
>>> shown(Amount(Decimal("1234567.891"), 2), "gain"), shown(None, "money")
('+1,234,567.89', '')
>>> shown(Amount(Decimal("0.12345")), "percent"), shown(Amount(Decimal("2.50"), 8), "quantity")
('12.3%', '2.5')
>>> shown(Amount(Decimal("0.123456789")), "price"), shown(Amount(1 / Decimal("0.046")), "price")
('0.123456789', '21.73913')
>>> shown(Amount(Decimal("96847.405873901104437015")), "price")
'96,847.405874'
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache, partial

from folio.cli.text import visible
from folio.model.numbers import ZERO, rounded_form, to_text
from folio.model.table import Amount, Cell, Phrases, Series, Table

TEXTUAL = frozenset(
    {"text", "day", "instant", "bar", "spark", "grade", "flag"}
)  # left-aligned; the rest right
STYLED = frozenset({"gain", "change", "return", "grade", "age", "spark"})  # kinds with a style
MARKS = {"full": "", "estimated": "~", "partial": "◐", "unknown": "?", "inactive": "○"}
MARKED = frozenset({"grade", "flag"})  # kinds that become marks where there is little room
_STATED = 20  # digits: whoever prints more of a price has divided
_BLOCKS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"


def context_of(table: Table) -> list[str]:
    """What all of a table is about: the day, the currency, and as known when."""
    facts = [table.as_of.isoformat() if table.as_of else "", table.currency or ""]
    if table.known_at:
        facts.append(f"known at {table.known_at.isoformat(sep=' ', timespec='seconds')}")
    return [fact for fact in facts if fact]


def shown(cell: Cell, kind: str, *, places: int = 2, exact: bool = False) -> str:
    """The text of a cell; ``places`` are those of the table's currency."""
    return texts([cell], kind, places=places, exact=exact)[0]


def texts(column: Sequence[Cell], kind: str, *, places: int = 2, exact: bool = False) -> list[str]:
    """The text of each cell of a column."""
    if kind == "instant":
        column = [None if cell is None else _minute(str(cell)) for cell in column]
    writer = lru_cache(partial(_WRITERS.get(kind, _quantity), places=places, exact=exact))
    return [
        writer(cell[1])(cell[0]) if type(cell) is Amount
        else "" if cell is None
        else cell if type(cell) is str and cell.isprintable()
        else _said(cell, kind)
        for cell in column
    ]  # fmt: skip


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")


def _said(cell: Cell, kind: str) -> str:
    """The text of what is there and no amount."""
    if isinstance(cell, str):
        return visible(cell)
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, int):
        return f"{cell}d" if kind == "age" else f"{cell:,}" if kind == "count" else str(cell)
    if isinstance(cell, Series):
        return sparkline(cell)
    if isinstance(cell, Phrases):
        return visible("; ".join(cell.words))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return visible(str(cell))


def styles(column: Sequence[Cell], kind: str) -> list[str]:
    """The name of each cell's style: what it means, not which colour; "" unless ``STYLED``."""
    if kind in ("gain", "change", "return"):
        return [_direction(cell.value) if type(cell) is Amount else "" for cell in column]
    if kind == "grade":
        return [str(cell) if cell in MARKS else "" for cell in column]
    return [{"age": "quiet", "spark": "bar"}.get(kind, "")] * len(column)


def _direction(value: Decimal) -> str:
    return "gain" if value > ZERO else "loss" if value < ZERO else "quiet"


def style(cell: Cell, kind: str) -> str:
    """The name of one cell's style."""
    return styles([cell], kind)[0]


Writer = Callable[[Decimal], str]


def decimal_text(value: Decimal, places: int | None) -> str:
    """With thousands separators, rounded to ``places`` (None: every digit)."""
    return _decimals(places)(value)


def _decimals(
    places: int | None, *, trim: int | None = None, percent: bool = False, signed: bool = False
) -> Writer:
    """What writes decimals with thousands separators, rounded to ``places`` (None: every digit).

    ``trim`` takes trailing zeros away, down to that many places; ``percent`` is for ratios,
    ``signed`` says a plus too.
    """
    if places is None:
        return partial(_exactly, percent=percent, signed=signed)
    form = rounded_form(places, percent=percent, signed=signed)
    least = f"{Decimal(1).scaleb(-places):f}{'%' if percent else ''}"

    def text(value: Decimal) -> str:
        said = format(value, form)
        if not said.strip("+-0.%"):  # no digit is left
            if value:
                return f"<{least}" if value > 0 else f">-{least}"
            said = said.lstrip("+-")
        return said if trim is None else _trimmed(said, trim)

    return text


def _exactly(value: Decimal, *, percent: bool, signed: bool) -> str:
    own = Decimal(to_text(value * 100 if percent else value))
    return f"{'+' if signed and own > 0 else ''}{own:,f}{'%' if percent else ''}"


def _trimmed(text: str, least: int) -> str:
    whole, _, digits = text.partition(".")
    digits = digits[:least] + digits[least:].rstrip("0")
    return f"{whole}.{digits}" if digits else whole


def _quantity(own: int | None, *, places: int, exact: bool) -> Writer:
    """Units with the zeros at their end trimmed; those of money, with its few places, kept."""
    few = own is not None and own <= 3
    return _decimals(None if exact else own, trim=own if few else 0)


def _price(own: int | None, *, places: int, exact: bool) -> Writer:
    if not exact and own is not None:
        return _decimals(own, trim=min(own, 2))

    least = 0 if exact else 2

    def text(value: Decimal) -> str:
        whole, _, digits = to_text(value).partition(".")
        if len(whole) + len(digits) > _STATED and not exact:
            whole, _, digits = to_text(_readable(value)).partition(".")
        whole = f"{int(whole):,}" if len(whole) > 3 else whole
        return f"{whole}.{digits.ljust(least, '0')}" if digits or least else whole

    return text


def _readable(ratio: Decimal) -> Decimal:
    """A price that was divided has more digits than anybody quotes: to six that say most."""
    return round(ratio, max(6, 5 - ratio.adjusted()))


def _money(own: int | None, *, places: int, exact: bool, signed: bool = False) -> Writer:
    return _decimals(None if exact else places if own is None else own, signed=signed)


def _ratio(own: int | None, *, places: int, exact: bool, to: int, signed: bool = False) -> Writer:
    return _decimals(None if exact else to, percent=True, signed=signed)


def _rate(own: int | None, *, places: int, exact: bool) -> Writer:
    return lambda value: f"{to_text(value * 100)}%"


# What writes the amounts of a column, by the places of their own.
_WRITERS: dict[str, Callable[..., Writer]] = {
    "quantity": _quantity,
    "price": _price,
    "money": _money,
    "gain": partial(_money, signed=True),
    "percent": partial(_ratio, to=1),
    "rate": _rate,
    "change": partial(_ratio, to=1, signed=True),
    "return": partial(_ratio, to=2, signed=True),
    "bar": partial(_ratio, to=1),
}


def bar(ratio: Decimal, columns: int) -> tuple[str, str]:
    """The filled and the empty part of a bar, full at 1; more than 0 always shows.

    >>> bar(Decimal("0.5"), 4), bar(Decimal(2), 4), bar(Decimal("0.001"), 4)
    (('██', '░░'), ('████', ''), ('▏', '░░░'))
    """
    eighths = int(min(max(ratio, Decimal(0)), Decimal(1)) * columns * 8)
    if ratio > 0:
        eighths = max(eighths, 1)
    filled = "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")
    return filled, "░" * (columns - len(filled))


def sparkline(series: Series) -> str:
    """A series as a line of blocks, from its least to its greatest; a gap is a space.

    >>> sparkline(Series((Decimal(1), None, Decimal(3), Decimal(2))))
    '▁ █▅'
    """
    known = [value for value in series.values if value is not None]
    if not known:
        return ""
    least, most = min(known), max(known)
    top = len(_LEVELS) - 1

    def level(value: Decimal) -> str:
        if most == least:
            return _LEVELS[top // 2]
        return _LEVELS[int(((value - least) * top / (most - least)).to_integral_value())]

    return "".join(" " if value is None else level(value) for value in series.values)
