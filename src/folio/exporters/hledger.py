"""Journals of hledger (https://hledger.org) and ledger (https://ledger-cli.org).

- Every holding is an account.  What comes and what goes is stated at its cost (``@@``), so that
  ``balance -B`` (``--cost``) shows folio's cost basis; the gain of a sale is an entry of its own.
- hledger has no lots: which lot a posting is of stands in its tags.  ledger has, by cost and day:
  ``{cost} [day]``, and ``balance --lots`` lists them.  hledger reads both, and so does folio; a
  note ``(lot)`` behind the day, which ledger knows too, hledger refuses.
- A balance is asserted after the day's entries (``= 5 VWCE``); one to which they do not lead is a
  comment with the gap, and the tag of an entry that moves nothing.
- Text cannot hold what ends it here (``;``, a new line): a space or a comma stands there instead.
  Values of tags are percent-encoded.
"""

from collections.abc import Iterator
from decimal import Decimal

from folio.exporters.about import apart, of_asset, of_entry, of_place, padded
from folio.exporters.names import Names, plain_commodity, plain_component, quoted, tag_value
from folio.model.journal import OBSERVED, Change, Entry, Journal, Seen, steps
from folio.model.numbers import to_text

PLACES = 10  # decimal places that hledger's JSON has


def write(journal: Journal) -> Iterator[str]:
    """An hledger journal, line by line."""
    return _Hledger(journal).lines()


def write_ledger(journal: Journal) -> Iterator[str]:
    """A ledger journal, line by line."""
    return _Ledger(journal).lines()


class _Hledger:
    marked = True  # what the decimal sign is
    least_places = 0  # of a format

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.names = Names(journal, plain_component, plain_commodity)
        self.commodities = {n: quoted(name) for n, name in self.names.commodities.items()}

    def lines(self) -> Iterator[str]:
        if self.marked:
            yield "decimal-mark .\n\n"
        yield from self._head()
        for quote in self.journal.quotes:
            price = self._amount(quote.price, quote.quote)
            yield f"P {quote.day} {self.commodities[quote.asset]} {price}\n"
        yield "\n"
        for _, entry, seen in steps(self.journal):
            if entry is not None:
                yield from self._entry(entry)
            for one in seen:
                yield from self._assertion(one)

    def _head(self) -> Iterator[str]:
        yield from self._formats()
        for place in self.journal.places.values():
            name = self.names.places[place.id]
            tags = _tags(of_place(place) | of_asset(place.asset, "asset-name"))
            yield f"account {name}\n    ; {tags}\n"  # ledger takes one beside it for the name
        for name in self.journal.counters:
            yield f"account {name}\n"
        yield "\n"

    def _formats(self) -> Iterator[str]:
        for number, asset in self.journal.assets.items():
            commodity = self.commodities[number]
            places = max(asset.precision, self.least_places)
            yield f"commodity {commodity}\n    format 1000.{'0' * places} {commodity}\n"
        yield "\n"

    def _entry(self, entry: Entry) -> Iterator[str]:
        flag = "!" if entry.kind == "unknown" else "*"
        code = f"({' '.join(map(str, entry.numbers))}) " if entry.numbers else ""
        title = plain_text(entry.note) or entry.kind.replace("_", " ")
        yield f"{entry.day} {flag} {code}{title}\n"
        yield f"    ; {_tags(of_entry(entry, self.names))}\n"
        for change in entry.changes:
            yield f"    {self._posting(change)}\n"
        for counter in entry.counters:
            yield f"    {counter.name}  {self._amount(counter.amount, counter.asset)}\n"
        yield "\n"

    def _posting(self, change: Change) -> str:
        asset = self.journal.places[change.place].asset
        line = f"{self.names.places[change.place]}  {self._amount(change.units, asset.id)}"
        line += self._lot(change)
        if change.unit_cost is not None and change.cost is not None:
            line += f" @@ {self._amount(abs(change.cost), change.currency or 0)}"
        tags = {"units": to_text(change.units)} if _is_long(change.units) else {}
        if change.lot is not None:
            tags |= {"lot": change.lot, "acquired": change.acquired_on or ""}
        if change.unit_cost is not None and change.cost is not None and _is_long(change.cost):
            tags["cost"] = to_text(abs(change.cost))
        if change.price is not None and change.price_currency is not None:
            tags["price"] = to_text(change.price)
            tags["price-in"] = self.names.commodities[change.price_currency]
        return f"{line}  ; {_tags(tags)}" if tags else line

    def _lot(self, change: Change) -> str:
        return ""

    def _assertion(self, seen: Seen) -> Iterator[str]:
        name = self.names.places[seen.place]
        commodity = self.commodities[self.journal.places[seen.place].asset.id]
        if seen.balance != seen.ledger:
            said = {"kind": OBSERVED, "balance": to_text(seen.balance), "source": seen.source}
            yield f"; {apart(seen, name, commodity)}\n{seen.day} * balance\n    ; {_tags(said)}\n"
            yield f"    {name}  0 {commodity}\n\n"
            return
        yield f"{seen.day} * balance\n    ; kind: balance, source: {seen.source}\n"
        yield f"    {name}  0 {commodity} = {to_text(seen.balance)} {commodity}\n\n"

    def _amount(self, number: Decimal, asset: int) -> str:
        of = self.journal.assets[asset]
        return f"{padded(number, of.precision if of.is_currency else 0)} {self.commodities[asset]}"


class _Ledger(_Hledger):
    marked = False
    # ledger refuses the format 1000. that hledger wants; without one entries have to balance to
    # the last digit of a cost that does not end.
    least_places = 1

    def _lot(self, change: Change) -> str:
        if change.unit_cost is None or change.lot is None:
            return ""
        cost = self._amount(change.unit_cost, change.currency or 0)
        return f" {{{cost}}} [{change.acquired_on}]"


def plain_text(text: str) -> str:
    """Text on one line that ends no description: ``;`` begins a comment, ``|`` ends a payee.

    >>> plain_text("two\\nlines; a comment")
    'two lines, a comment'
    """
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.replace(";", ",").replace("|", "/").split())


def _is_long(number: Decimal) -> bool:
    """Whether hledger's JSON would round it: a tag then states all of its digits."""
    return -int(number.as_tuple().exponent) > PLACES


def _tags(about: dict[str, str]) -> str:
    return ", ".join(f"{key}: {tag_value(value)}" for key, value in about.items() if value)
