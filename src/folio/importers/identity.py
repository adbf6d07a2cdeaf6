"""What makes a row the same row in another export of the same account.

A source's own id is kept, with the kind, the asset and the sign beside it, because one
id is shared by a buy and its sale (Trading 212) or a transfer and its fee (Wise).
Without an id it is a SHA-256 over the fields that the profile names: numbers in
canonical decimal form, texts in one letter case with plain blanks and hyphens, the
time as printed, to the second.  Never part of it: the name of the file, the line, a
running balance, and what the profile does not name.

Identical rows of one file are counted: the second has ``#2`` after its id, so that a
true repeat is booked and an overlapping export adds nothing.
"""

import hashlib
from collections.abc import Callable

from folio.importers.events import Event, key_part
from folio.importers.layout import Layout
from folio.importers.rows import Row

_OF_EVENT: dict[str, Callable[[Event], str]] = {
    "kind": lambda event: event.kind,
    "asset": lambda event: str(
        event.legs[0].asset if event.legs else event.related if event.related else ""
    ),
    "sign": lambda event: "" if not event.legs else "+" if event.legs[0].quantity > 0 else "-",
}


class Identities:
    """Names the rows of one file."""

    def __init__(self, layout: Layout) -> None:
        form = layout.profile.identity
        self.source = layout.profile.source_id
        self.read_id = layout.text(form.id) if form.id else None
        self.with_id = [_part(name, layout) for name in form.with_]
        self.hashed = [_part(name, layout) for name in form.fields]

    def identity(self, row: Row, event: Event) -> str:
        source_id = self.read_id(row) if self.read_id else ""
        if source_id:
            return ":".join([source_id, *(part(row, event) for part in self.with_id)])
        return digest([self.source, *(part(row, event) for part in self.hashed)])


def _part(name: str, layout: Layout) -> Callable[[Row, Event], str]:
    if name in _OF_EVENT:
        of_event = _OF_EVENT[name]
        return lambda row, event: of_event(event)
    of_row = key_part(name, layout)
    return lambda row, event: of_row(row, event.when)


def digest(parts: list[str]) -> str:
    """A SHA-256, in hex, over texts none of which can be mistaken for two."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
