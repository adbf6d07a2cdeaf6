"""Which way money or units went, as names of columns and words in them say."""

import re
from collections.abc import Iterable

from folio.importers.mapping.words import INCOMING, OUTGOING, plain

# What stands in a name beside a word for an amount, where a column has one side alone.
_STEMS = {
    "money_in": re.compile(
        "gutschrift|credit|accredit|kredit|abono|ingreso|entrat|incoming|inflow|eingeh"
    ),
    "money_out": re.compile(
        "belastung|lastschrift|debit|debet|addebit|cargo|uscit|outgoing|outflow|ausgeh"
    ),
}
_AMOUNT = re.compile("betrag|amount|montant|importe|importo|bedrag|belopp|kwota|valor")
# Achat, acquisto, aankoop; buy; compra; Kauf, koop, kupno: and the words against them.
_LETTERS = {**dict.fromkeys("abck", "buy"), **dict.fromkeys("vs", "sell")}


def sides_of(name: str) -> set[str]:
    """Of which sides a column of amounts is, as its name says.

    >>> sides_of("Belastungsbetrag (CHF)"), sorted(sides_of("Credit/Debit Amount"))
    ({'money_out'}, ['money_in', 'money_out'])
    >>> sides_of("Importo di accredito"), sides_of("Credit card number")
    ({'money_in'}, set())
    """
    text = plain(name)
    return {field for field, stem in _STEMS.items() if _AMOUNT.search(text) and stem.search(text)}


def trades_of(values: Iterable[str]) -> dict[str, str]:
    """What single letters mean where they tell purchases from sales; {} where they do not.

    >>> sorted(trades_of(["A", "V", "A"]).items()), trades_of(["D", "C"])
    ([('A', 'buy'), ('V', 'sell')], {})
    """
    sides = {letter: side for letter in set(values) if (side := _LETTERS.get(letter.casefold()))}
    return sides if {*sides} == {*values} and {"buy", "sell"} == {*sides.values()} else {}


def are_sides(values: Iterable[str]) -> bool:
    """Whether most values say which way money went, and both ways are among them.

    >>> are_sides(["In", "Out", "Neutral"]), are_sides(["In", "In", "Neutral"])
    (True, False)
    """
    words = [plain(value) for value in values]
    sides = [word for word in words if word in (*INCOMING, *OUTGOING)]
    both = not {*INCOMING}.isdisjoint(sides) and not {*OUTGOING}.isdisjoint(sides)
    return both and len(sides) * 2 > len(words)
