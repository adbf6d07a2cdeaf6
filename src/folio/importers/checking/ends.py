"""What stands in a statement beside its bookings: totals, balances and sentences.

Such a line has no date, and is said.  It is a total or a balance where it begins with a word for
one and has nothing else but numbers; a sentence is nothing but words.  It stands above the
bookings or below them: where bookings follow it, it may have ended those of one account, so that
they are bad.  With a day it is a balance where nothing else stands there but how much.
"""

import re
from collections.abc import Sequence

from folio.importers.cells.amounts import Style, read_amount
from folio.importers.cells.rows import RowFault

WORDS = 5  # of a sentence, at least
_NUMBERS = (Style("point", units=True), Style("comma", units=True))
_sums = (
    r"(?:grand |net |sub-?|transactions? |over-?all )?totals?|total g[eé]n[eé]ral|totaux|"
    r"(?:eind|sub)?totaal|totalt?e?|(?:end|gesamt|zwischen)?summen?|gesamt(?:betrag)?|sum|summa|"
    r"suma|razem|celkem|összesen|toplam|yhteensä|итого|всего|合計"
)
_balances = (
    r"(?:opening|closing|starting|beginning|initial|final|ending|current|account) balance|balance|"
    r"(?:(?:alter|neuer|aktueller) )?kontostand|(?:anfangs|end|schluss|konto)?saldo|"
    r"(?:alter|neuer|begin|eind) ?saldo|solde(?: initial| final)?|saldo (?:inicial|final|iniziale|"
    r"finale|początkowe|końcowe)|(?:ancien|nouveau) solde|(?:počáteční|konečný) zůstatek|zůstatek"
)
_beside = (
    r"(?-i:[A-Z]{3})|[\d./-]{1,12}|as|of|at|on|in|for|the|to|per|am|zum|vom|bis|du|au|al|del|dnia|"
    r"amounts?|values?|fees|costs|charges|taxes|debits?|credits?|transactions|period|betrag|umsätze"
)
_rest = rf"(?:[ :(,-]{{1,3}}(?:{_beside}))*+[ ):.]{{0,3}}"
_is_total = re.compile(rf"(?:{_sums}|{_balances}){_rest}", re.IGNORECASE).fullmatch
_is_balance = re.compile(
    rf"(?:{_balances}|(?:balance )?(?:(?:brought|carried) forward|[bc]/f)){_rest}",
    re.IGNORECASE,
).fullmatch


def is_beside(cells: Sequence[str], delimiter: str) -> bool:
    """Whether a row without a day is a total, a balance or a sentence.

    >>> is_beside(["", "Total EUR", "", "1.204,50"], ";")
    True
    >>> is_beside(["", "Total Energies SE", "", "1.204,50"], ";")
    False
    """
    filled = [cell for cell in cells if cell]
    in_one = len(filled) == 1 or list(cells[: len(filled)]) == filled != list(cells)
    return is_total(cells) or (in_one and _is_sentence(filled, delimiter))


def is_total(cells: Sequence[str]) -> bool:
    """Whether a row without a day begins with a word for a total or a balance, and has nothing
    else but numbers and currencies.
    """
    filled = [cell for cell in cells if cell]
    return bool(filled and _is_total(filled[0])) and all(map(_is_number, filled[1:]))


def is_balance(cells: Sequence[str], balance: int) -> bool:
    """Whether a row has nothing but words for a balance and, in its column, how much.

    >>> is_balance(["Opening balance", "", "120.00"], 2)
    True
    >>> is_balance(["Opening balance", "120.00", "120.00"], 2)  # a booking
    False
    """
    others = [cell for place, cell in enumerate(cells) if cell and place != balance]
    numbers = [cell for cell in others if _is_number(cell)]
    words = [cell for cell in others if cell not in numbers]
    return (
        bool(cells[balance] and words)
        and not any(map(str.isdigit, "".join(numbers)))
        and all(map(_is_balance, words))
    )


def _is_number(cell: str) -> bool:
    for style in _NUMBERS:
        try:
            return read_amount(cell, style) is not None
        except RowFault:
            continue
    return len(cell) == 3 and cell.isalpha() and cell.isupper()  # a currency


def _is_sentence(cells: Sequence[str], delimiter: str) -> bool:
    """Words, and not a row in quotes that was not cut; cut at its own commas, with a full stop."""
    whole = len(cells) == 1 or cells[-1].endswith(".")
    words = [word for word in " ".join(cells).split() if any(map(str.isalpha, word))]
    pieces = [piece.strip() for cell in cells for piece in cell.split(delimiter)]
    return (
        whole
        and len(words) >= WORDS
        and not any(piece[:1].isdigit() or _is_number(piece) for piece in pieces)
    )
