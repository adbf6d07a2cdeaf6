"""Columns that a profile does not read, and that say what it cannot pass over.

An institution may add one after its profile was written.  A currency other than the one that is
booked makes a row bad.  Of fees and taxes nobody knows then whether the amounts have them in them;
to leave them out in silence would lose them.
"""

from folio.importers.cells.rows import Row, RowFault, normalised
from folio.importers.cells.states import as_compared
from folio.importers.interpreting.layout import Layout
from folio.importers.mapping.words import FIELDS, is_cost, plain
from folio.model.assets import ISO_4217
from folio.model.transactions import Draft

_DIGITS = frozenset("123456789")  # of what is not 0
# What a column of the currencies of what was booked is called, and no other.
_CURRENCIES = frozenset(
    "currency|currency code|ccy|wahrung|waehrung|devise|moneda|divisa|munt|munteenheid|waluta|"
    "moeda|monnaie|valuutta|valuta|mena|doviz|валюта|通貨|币种|통화".split("|")
)


class UnreadColumns:
    """The cells of such columns, row by row."""

    def __init__(self, layout: Layout) -> None:
        self.names = layout.header.names
        asked = {normalised(name) for names in layout.profile.header.require for name in names}
        known = asked | {self.names[n] for n in layout.columns.values() if n is not None}
        free = [(place, name) for place, name in enumerate(self.names) if name not in known]
        unread = [f for f in ("fee", "tax") if not any(is_cost(name, f) for name in known)]
        self.costs = [n for field in unread for n, name in free if plain(name) in FIELDS[field]]
        self.currencies = [place for place, name in free if as_compared(name) in _CURRENCIES]
        self.found: dict[int, tuple[int, str]] = {}  # by place, of the first row: line and cell

    def see(self, row: Row, draft: Draft) -> None:
        """Remember the fees beside what is booked, and compare its currency.

        Raises:
            RowFault: where it is in another currency than the row says.
        """
        for place in self.currencies:
            code = row.cells[place]
            if code not in ISO_4217:
                continue
            booked = {leg.asset.symbol for leg in draft.legs if leg.asset.type == "currency"}
            priced = {leg.price_currency.symbol for leg in draft.legs if leg.price_currency}
            if booked and code not in booked | priced:
                raise RowFault(
                    f"its {self.names[place]} is {code}, and the profile reads it as "
                    f"{' and '.join(sorted(booked))}"
                )
        for place in self.costs:
            cell = row.cells[place]
            if not _DIGITS.isdisjoint(cell):
                self.found.setdefault(place, (row.line, cell))

    def notes(self) -> list[str]:
        """What is left out where the amounts do not have it in them."""
        return [
            f"the profile does not read the column {self.names[place]!r}, which has {cell!r} at "
            f"line {line}: what is not in the amounts is left out"
            for place, (line, cell) in self.found.items()
        ]
