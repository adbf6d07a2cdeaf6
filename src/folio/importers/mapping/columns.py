"""Which column of a file has what: asked, where its names and values leave it open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from folio.importers.mapping.proposed import Given, Proposal, Question, are_product
from folio.importers.mapping.units import counts_units, is_abroad
from folio.importers.mapping.values import Holds, is_number
from folio.importers.mapping.words import FIELDS, UNITS_OF, currencies_in, kind_of, plain

_COUNTED = ("amount", "money_in", "money_out", "quantity", "fee", "tax")
FEW_KINDS = 12  # words of a column that says of each row what it is
_NET_OR_GROSS = re.compile(r"\b(net|netto|netta|neto|gross|brutto|brut|lordo|bruto)\b")


def missing_columns(
    bare: Proposal, inside: Mapping[str, Holds], given: Given
) -> Iterator[Question]:
    """What no column is known to have."""
    free = [name for name in inside if name not in bare.columns.values()]
    numbers = tuple(name for name in free if inside[name].numbers and not inside[name].dates)
    if "date" not in bare.columns:
        days = tuple(name for name, what in inside.items() if what.dates or what.counted)
        yield Question("column", "date", "which column has the day?", days or tuple(inside))
    yield from _odd_numbers(bare, free, given)
    trades = any(kind_of(word) in ("buy", "sell") for word in bare.values("action"))
    yield from _other_way(bare, inside, given, numbers)
    if bare.has_units and not (bare.has_money or "amount" in given.columns):
        yield Question(
            "column", "amount", "which column has what was paid, if any?", (*numbers, "")
        )
    elif bare.makes_amounts and "amount" not in given.columns:
        if stated := tuple(name for name in numbers if {*currencies_in(name)}):
            text = "which column has what was paid, if it is not price × quantity?"
            yield Question("column", "amount", text, (*stated, ""))
    elif not (bare.has_money or bare.has_units):
        yield Question("column", "amount", "which column has the amount?", numbers or tuple(free))
    if not bare.has_units and "quantity" not in given.columns:
        if trades and numbers:
            text = "rows buy and sell: which column has how many units, if any?"
            yield Question("column", "quantity", text, (*numbers, ""))
        elif named := [n for n in free if plain(n) in UNITS_OF and not inside[n].currencies]:
            every = tuple(name for name in inside if inside[name].numbers)
            text = f"rows name a {named[0]!r}: which column has how many of it, if any?"
            yield Question("column", "quantity", text, (*every, ""))
        elif made := _made(bare, inside, numbers):
            text = f"{made[0]!r} times {made[1]!r} is the amount: which is how many units, if any?"
            yield Question("column", "quantity", text, (*made, ""))
    if bare.has_units and "action" not in {*bare.columns, *given.columns}:
        said = tuple(n for n in inside if _says_kinds(n, bare, inside))
        if said:
            text = "which column says of each row what it is, if any?"
            yield Question("column", "action", text, (*said, ""))
    if bare.has_units and not {"symbol", "isin", "name"} & set(bare.columns):
        texts = tuple(name for name in free if not inside[name].numbers)
        yield Question("column", "symbol", "which column names what was traded?", texts)


def _made(
    bare: Proposal, inside: Mapping[str, Holds], numbers: Sequence[str]
) -> tuple[str, str] | None:
    """Two columns that make the amount, where no other has the currency of what was paid abroad."""
    amount = bare.columns.get("amount")
    others = [name for name in inside if name not in bare.columns.values()]
    if amount is None or any(inside[name].currencies for name in others):
        return None
    exact = [name for name in numbers if inside[name].fractions]
    pairs = (pair for pair in combinations(exact, 2) if are_product(bare.found, *pair, amount))
    return next(pairs, None)


def _says_kinds(name: str, bare: Proposal, inside: Mapping[str, Holds]) -> bool:
    """Whether a column that nothing reads has a few words, of which some are of what rows are."""
    if name in {*bare.columns.values()} or inside[name].numbers:
        return False
    words = dict.fromkeys(bare.found.values(name))
    return len(words) <= FEW_KINDS and any(kind_of(word) for word in words)


def _odd_numbers(bare: Proposal, free: Sequence[str], given: Given) -> Iterator[Question]:
    """Columns that are called as those of amounts are, of which some cells are no numbers."""
    for field in _COUNTED:
        if field in bare.columns or field in given.columns:
            continue
        for name in free:
            values = bare.found.values(name) if plain(name) in FIELDS[field] else []
            odd = next((value for value in values if not is_number(value)), "")
            if odd and any(map(is_number, values)):
                text = f"{name!r} has numbers and {odd[:40]!r}: is it the {field} all the same?"
                yield Question("column", field, text, (name, ""))
                break


def _other_way(
    bare: Proposal, inside: Mapping[str, Holds], given: Given, numbers: Sequence[str]
) -> Iterator[Question]:
    """Which column has the money that went the other way, where rows have none in the one known."""
    ways = {"money_in": "went out", "money_out": "came in", "amount": "moved"}
    known = [field for field in ("money_in", "money_out") if field in bare.columns]
    if len(known) == 2 or bare.has_units or ("amount" in bare.columns) == bool(known):
        return
    here = known[0] if known else "amount"
    other = {"money_in": "money_out", "money_out": "money_in"}.get(here, "amount")
    cells = bare.cells(here)
    beside = [
        name
        for name in numbers
        if (other != "amount" or inside[name].fractions) and not is_abroad(name)
        if any(cell and not mine for mine, cell in zip(cells, bare.found.cells(name), strict=True))
    ]
    if beside and other not in given.columns:
        text = f"some rows have nothing in {bare.columns[here]!r}; which column has what"
        last = bare.columns["amount"] if other == "amount" else ""
        yield Question("column", other, f"{text} {ways[here]}?", (*beside, last))


def rivals(bare: Proposal, inside: Mapping[str, Holds], given: Given) -> Iterator[Question]:
    """Columns that could each be the one that counts."""
    free = [name for name in inside if name not in bare.columns.values()]
    numbers = [name for name in free if inside[name].numbers]
    counted = bare.columns.get("quantity", "")
    vague = counted and "quantity" not in given.columns and plain(counted) not in FIELDS["quantity"]
    if vague and (units := [name for name in numbers if counts_units(name)]):
        text = "which column has how many units came or went?"
        yield Question("column", "quantity", text, (counted, *units))
    if "amount" not in given.columns:
        yield from _net_or_gross(bare, numbers)
    paid, currencies = bare.columns.get("amount", ""), set(bare.values("currency"))
    if (
        paid
        and "amount" not in given.columns
        and len(currencies) > 1
        and not set(currencies_in(paid))
    ):
        converted = [n for n in numbers if set(currencies_in(n)) and plain(n) in FIELDS["amount"]]
        if converted:
            text = "which column has what was booked in the account?"
            yield Question("column", "amount", text, (paid, *converted))


def _net_or_gross(bare: Proposal, numbers: Sequence[str]) -> Iterator[Question]:
    """Whether what was paid has the tax in it, where an account of money has both columns."""
    paid = bare.columns.get("amount", "")
    if bare.has_units or not paid:
        return
    cells = bare.found.cells(paid)
    others = [name for name in numbers if _NET_OR_GROSS.search(plain(name))]
    others = [name for name in others if bare.found.cells(name) != cells]
    if others and "tax" not in bare.columns:
        yield Question("column", "amount", "which column has what was paid?", (paid, *others))
