"""The digits that hledger's JSON leaves out: it cuts every amount to ten decimal places.

What it prints for people has them all.  Printed with every amount stated, each posting is a line
for each of its amounts, in the order of the JSON: a number, what it cost, and what is asserted.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

PLACES = 10  # decimal places that the JSON has
_APART = Decimal("1e-10")
_WORD = re.compile(r'"[^"]*"|[^\s"]+')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def may_be_cut(entries: Any) -> bool:
    """Whether an amount has as many decimal places as the JSON can have."""
    return any(
        slot["decimalPlaces"] == PLACES
        for entry in entries
        for posting in entry["tpostings"]
        if not any(name == "units" for name, _ in posting["ptags"])  # there in full
        for slots in _slots(posting)
        for slot in slots
    )


def completed(entries: Any, printed: str) -> bool:
    """Put in what hledger printed; False, and nothing done, where it is of something else."""
    lines = [numbers for line in printed.splitlines() if (numbers := _numbers(line))]
    slots = [one for entry in entries for p in entry["tpostings"] for one in _slots(p)]
    pairs = [
        pair
        for one, numbers in zip(slots, lines, strict=False)
        for pair in zip(one, numbers, strict=False)
    ]
    if [len(one) for one in slots] != [len(numbers) for numbers in lines]:
        return False
    # There a total cost has the sign of its units.
    if any(abs(abs(value(slot)) - abs(number)) > _APART for slot, number in pairs):
        return False
    for slot, number in pairs:
        places = -int(number.as_tuple().exponent)
        slot |= {"decimalMantissa": int(number.scaleb(places)), "decimalPlaces": places}
    return True


def value(slot: Any) -> Decimal:
    """A number of the JSON."""
    return Decimal(int(slot["decimalMantissa"])).scaleb(-int(slot["decimalPlaces"]))


def _slots(posting: Any) -> Iterator[list[Any]]:
    """The numbers of each amount: itself, its cost, and after the last what is asserted."""
    said = posting["pbalanceassertion"]
    for amount in posting["pamount"]:
        cost = amount.get("aprice") or amount.get("acost")
        found = [amount["aquantity"]] + ([cost["contents"]["aquantity"]] if cost else [])
        last = amount is posting["pamount"][-1]
        yield found + ([said["baamount"]["aquantity"]] if said and last else [])


def _numbers(line: str) -> list[Decimal]:
    """The numbers of a posting's line; none of another."""
    parts = re.split(r"\s{2,}", line.strip(), maxsplit=1)
    if not line.startswith("    ") or len(parts) < 2 or parts[0].startswith(";"):
        return []
    words = _WORD.findall(parts[1])
    until = next((n for n, word in enumerate(words) if word.startswith(";")), len(words))
    return [Decimal(word) for word in words[:until] if _NUMBER.fullmatch(word)]
