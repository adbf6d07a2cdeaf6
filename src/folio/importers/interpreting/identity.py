"""What makes a row the same row in another export of the same account.

A source's own id is kept, with the kind, the asset and the sign beside it, because one
id is shared by a buy and its sale (Trading 212) or a transfer and its fee (Wise).
Without an id it is half a SHA-256 over the fields that the profile names: numbers in
canonical decimal form, texts in one letter case with plain blanks and hyphens, the
time as printed, to the minute: a spreadsheet that saves a statement leaves out its
seconds, and the zeros before a number.  An id that it rounded (``1.23457E+17``) is
refused.  Never part of it: the name of the file, the line, a running balance, and what
the profile does not name.

Identical rows of one file are counted: the second has ``#2`` after its id, so that a
true repeat is booked and an overlapping export adds nothing.
"""

import hashlib
from collections.abc import Callable

from folio.importers.cells.amounts import canonical_amount
from folio.importers.cells.dates import When, compile_format
from folio.importers.cells.rows import Known, Row, as_it_came
from folio.importers.interpreting.assets import canonical_text
from folio.importers.interpreting.conditions import ReadText
from folio.importers.interpreting.layout import Layout
from folio.model.assets import AssetRef
from folio.model.numbers import to_text
from folio.model.transactions import Leg

# Of an event: its kind, its legs and the asset it is about.
Facts = tuple[str, tuple[Leg, ...], AssetRef | None]
Part = Callable[[Row, When, Facts], str]


def _kind(row: Row, when: When, facts: Facts) -> str:
    return facts[0]


def _asset(row: Row, when: When, facts: Facts) -> str:
    _, legs, related = facts
    return str(legs[0].asset if legs else related if related else "")


def _sign(row: Row, when: When, facts: Facts) -> str:
    _, legs, _ = facts
    return "" if not legs else "+" if legs[0].quantity > 0 else "-"


def _legs(row: Row, when: When, facts: Facts) -> str:
    return "|".join([f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in facts[1]])


_OF_EVENT: dict[str, Part] = {"kind": _kind, "asset": _asset, "sign": _sign, "legs": _legs}


class RowIdentity:
    """Names the rows of one file."""

    def __init__(self, layout: Layout) -> None:
        form = layout.profile.identity
        self.source = layout.profile.name
        self.read_id: ReadText | None = layout.text(form.id) if form.id else None
        self.with_id = [_part(name, layout) for name in form.with_]
        self.hashed = [_part(name, layout) for name in form.fields]

    def identity(self, row: Row, when: When, facts: Facts) -> str:
        source_id = as_it_came(self.read_id(row)) if self.read_id else ""
        if not source_id:
            return digest([self.source, *[part(row, when, facts) for part in self.hashed]])
        if not self.with_id:
            return source_id
        return ":".join([source_id, *[part(row, when, facts) for part in self.with_id]])


def _part(name: str, layout: Layout) -> Part:
    if name in _OF_EVENT:
        return _OF_EVENT[name]
    if name == "time":
        return lambda row, when, facts: when.printed.isoformat(timespec="minutes")
    form = layout.profile.texts.get(name)
    if form is not None and form.time:
        return _time_of(layout.text(name), layout)
    of_row = key_part(name, layout)
    return lambda row, when, facts: of_row(row, when)


def _time_of(read: ReadText, layout: Layout) -> Part:
    """The day and time that a text has, as the file's dates are written, to the minute."""
    dates = layout.profile.date
    parses = [compile_format(text, dates.months) for text in dates.formats]

    def canonical(text: str) -> str:
        found = next((printed for parse in parses if (printed := parse(text))), None)
        return found.time.isoformat(timespec="minutes") if found else canonical_text(text)

    known = Known(canonical)
    return lambda row, when, facts: known[read(row)]


def key_part(name: str, layout: Layout) -> Callable[[Row, When], str]:
    """A function to the canonical text of a name, of the row's ``day`` or its ``time``."""
    if name == "day":
        return lambda row, when: when.printed.date().isoformat()
    if name == "time":
        return lambda row, when: when.printed.isoformat(timespec="seconds")
    if name in layout.profile.amounts:
        amount = layout.amount(name)
        return lambda row, when: canonical_amount(amount(row))
    text = layout.text(name)
    return lambda row, when: canonical_text(text(row))


def digest(parts: list[str]) -> str:
    """128 bits of a SHA-256, in hex, over texts none of which can be mistaken for two.

    Not all of it: 64 digits are what blockchains call a transaction by, and two of them say
    that a departure and an arrival are not one transfer.
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
