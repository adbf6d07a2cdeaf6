"""One cell as people see it.

A non-zero amount is never shown as 0, and what is missing is blank:

>>> shown(Amount(Decimal("0.004"), 2), "money"), shown(Amount(Decimal("-0.004"), 2), "money")
('<0.01', '>-0.01')
>>> shown(Amount(Decimal("1234567.891"), 2), "gain"), shown(None, "money")
('+1,234,567.89', '')
>>> shown(Amount(Decimal("0.12345")), "percent"), shown(Amount(Decimal("2.50"), 8), "quantity")
('12.3%', '2.5')
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from folio.cli.text import visible
from folio.model.numbers import round_money, to_text
from folio.model.table import Amount, Cell, Phrases, Series

TEXTUAL = frozenset({"text", "day", "bar", "spark", "grade"})  # left-aligned; the rest right
STYLED = frozenset({"gain", "change", "return", "grade", "age", "spark"})  # kinds with a style
MARKS = {"full": "", "estimated": "~", "partial": "◐", "unknown": "?"}
_BLOCKS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"


def shown(cell: Cell, kind: str, *, places: int = 2, exact: bool = False) -> str:
    """The text of a cell; ``places`` are those of the table's currency."""
    return writer(kind, places=places, exact=exact)(cell)


def writer(kind: str, *, places: int = 2, exact: bool = False) -> Callable[[Cell], str]:
    """What says the text of each cell of a column."""
    say = _AMOUNTS.get(kind, _quantity)

    def text(cell: Cell) -> str:
        if type(cell) is Amount:
            return say(cell.value, cell.places, places, exact)
        return _said(cell, kind)

    return text


def _said(cell: Cell, kind: str) -> str:
    """The text of what is no amount."""
    if cell is None:
        return ""
    if isinstance(cell, Series):
        return sparkline(cell)
    if isinstance(cell, Phrases):
        return visible("; ".join(cell.words))
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, int):
        return {"count": f"{cell:,}", "age": f"{cell}d"}.get(kind, str(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return visible(str(cell))


def style(cell: Cell, kind: str) -> str:
    """The name of a cell's style: what it means, not which colour it has; "" unless ``STYLED``."""
    if kind in ("gain", "change", "return") and isinstance(cell, Amount):
        return "gain" if cell.value > 0 else "loss" if cell.value < 0 else "quiet"
    if kind == "grade":
        return str(cell) if cell in MARKS else ""
    return {"age": "quiet", "spark": "bar"}.get(kind, "")


def decimal_text(value: Decimal, places: int | None, *, trim: int | None = None) -> str:
    """With thousands separators, rounded to ``places`` (None: every digit).

    ``trim`` takes trailing zeros away, down to that many places.
    """
    if places is None:
        return f"{Decimal(to_text(value)):,f}"
    rounded = round_money(value, places)
    if not rounded and value:
        least = f"{Decimal(1).scaleb(-places):f}"
        return f"<{least}" if value > 0 else f">-{least}"
    text = f"{rounded if rounded else abs(rounded):,f}"
    if trim is None:
        return text
    whole, _, digits = text.partition(".")
    digits = digits[:trim] + digits[trim:].rstrip("0")
    return f"{whole}.{digits}" if digits else whole


def _quantity(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    """Units with the zeros at their end trimmed; those of money, with its few places, kept."""
    few = own is not None and own <= 3
    return decimal_text(value, None if exact else own, trim=own if few else 0)


def _price(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    if exact or own is None:
        digits = to_text(value).partition(".")[2]
        return decimal_text(value, max(len(digits), 0 if exact else 2))
    return decimal_text(value, own, trim=min(own, 2))


def _money(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    return decimal_text(value, None if exact else places if own is None else own)


def _percent(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    return f"{decimal_text(value * 100, None if exact else 1)}%"


def _rate(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    return f"{to_text(value * 100)}%"


def _return(value: Decimal, own: int | None, places: int, exact: bool) -> str:
    return f"{decimal_text(value * 100, None if exact else 2)}%"


def _signed(plain: Callable[[Decimal, int | None, int, bool], str]) -> Callable[..., str]:
    def signed(value: Decimal, own: int | None, places: int, exact: bool) -> str:
        text = plain(value, own, places, exact)
        return f"+{text}" if value > 0 and text[0] != "<" else text

    return signed


_AMOUNTS = {
    "quantity": _quantity,
    "price": _price,
    "money": _money,
    "gain": _signed(_money),
    "percent": _percent,
    "rate": _rate,
    "change": _signed(_percent),
    "return": _signed(_return),
    "bar": _percent,
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
