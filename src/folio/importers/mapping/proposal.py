"""What a table's columns are read as, and what stays to be asked.

A column is told by its name and by its values together: one that is called ``Valuta`` is a day
where it holds days and a currency where it holds codes.  How numbers and days are written is
told from whole columns.  What that leaves open is a question; nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from folio.importers.cells.ibans import is_iban
from folio.importers.mapping.pairs import pairs_of
from folio.importers.mapping.proposed import (
    COSTS,
    NUMBERS,
    OF_MONEY,
    Given,
    Proposal,
    Question,
    are_product,
    sizes,
)
from folio.importers.mapping.questions import questions_of
from folio.importers.mapping.refusals import check_balances, check_given, check_sides
from folio.importers.mapping.sides import are_sides, sides_of, trades_of
from folio.importers.mapping.table import Found
from folio.importers.mapping.units import (
    counts_units,
    is_abroad,
    is_of_account,
)
from folio.importers.mapping.values import Holds, holds
from folio.importers.mapping.words import (
    CREDITS,
    FIELDS,
    are_states,
    is_cost,
    is_direction,
    kind_of,
    plain,
    states_balance,
)

_BY_WORDS = {"direction": lambda name, values: is_direction(values), "status": are_states}
MAX_KINDS = 40  # different words that a column of actions may have
_RATES = re.compile(r"bps|percent|%|\brate\b|foreign", re.IGNORECASE)  # of no amount of the row
# Words beside "code" or "symbol" where it is none of what was traded.
_PLACES = frozenset("market exchange venue country bank branch sort order account type mcc".split())
_RATIO = re.compile(r"\d+ ?(?::|/|for|für|pour|por|per) ?\d+", re.IGNORECASE)


def propose(found: Found, given: Given) -> Proposal:
    """How the file is probably read, with what was given taken at its word.

    Raises:
        UsageError: when what was given names no column, or makes no sense.
        FolioError: when the table has amounts of two sides, or balances of several holdings.
    """
    check_given(found, given)
    check_sides(found)
    inside = {name: holds(found.values(name)) for name in found.names if name}
    check_balances(found, inside)
    columns = _columns(found, inside, given)
    settings = {**_pairs(found, columns, given), **given.settings}
    if "pairs" in settings:
        columns.pop("currency", None)
    notes = _notes(found, inside, columns)
    if said := _stating(found, columns):
        columns["stated_by"] = said
    bare = Proposal(found, columns, notes, settings, {}, {}, ())
    several = len(found.encodings) > 1 and "encoding" not in given.settings
    asked = Question("set", "encoding", "in which encoding is it?", found.encodings)
    return bare._replace(
        questions=(*[asked] * several, *questions_of(bare, inside, given)),
    )


def _pairs(found: Found, columns: Mapping[str, str], given: Given) -> dict[str, str]:
    """The pattern of the pairs that were traded, where there are such.

    Raises:
        FolioError: where one may be two.
    """
    symbol = columns.get("symbol", "")
    if not symbol or "symbol" in given.columns or "quantity" not in columns:
        return {}
    pattern = pairs_of(found.values(symbol), symbol)
    return {"pairs": pattern} if pattern else {}


def _fits(field: str, what: Holds) -> bool:
    if field == "date":
        return bool(what.dates or what.counted)
    if field in ("money_in", "money_out") and not what.kinds:
        return True  # a month in which nothing came, or went
    if field in NUMBERS:
        return what.numbers
    if field == "time":
        return what.clocks
    if field in ("currency", "fee_currency"):
        return what.currencies or what.coins
    if field == "isin":
        return what.isins
    if field == "status":  # which may be told by numbers: 1, and 0
        return not what.dates and 0 < what.kinds <= MAX_KINDS
    if field in ("action", "direction"):
        return not what.dates and not what.numbers and 0 < what.kinds <= MAX_KINDS
    if field == "id":
        return what.kinds > 0 and not what.dates
    if field == "price_currency":
        return what.units or what.coins
    fractions = what.numbers and what.fractions
    return what.kinds > 0 and not (what.dates or what.currencies or fractions)


def _columns(found: Found, inside: Mapping[str, Holds], given: Given) -> dict[str, str]:
    """Field: column.  A field has one column and a column one field, the likeliest first."""
    taken = {field: name for field, name in given.columns.items() if name}
    scored = sorted(_scored(found, inside), reverse=True)
    for _, _, field, name in scored:
        if field in given.columns or field in taken or name in taken.values():
            continue
        taken[field] = name
    abroad = is_abroad(taken.get("currency", "")) and not is_abroad(taken.get("amount", ""))
    if abroad and "currency" not in given.columns:
        del taken["currency"]
    _by_values(found, inside, taken, given)
    _by_product(found, inside, taken, given)
    _more_costs(found, inside, taken, given)
    return _settled(found, taken, given)


def _scored(found: Found, inside: Mapping[str, Holds]) -> Iterator[tuple[int, int, str, str]]:
    for place, name in enumerate(found.names):
        for field, words in FIELDS.items():
            made_up = name in found.spelled and field in ("date", "time", "account", *NUMBERS)
            if not name or made_up or field == "note" or not _fits(field, inside[name]):
                continue
            if field == "ratio" and not all(map(_RATIO.fullmatch, found.values(name))):
                continue
            if field in OF_MONEY and counts_units(name):
                continue
            if field == "symbol" and not _PLACES.isdisjoint(plain(name).split()):
                continue
            if field in _BY_WORDS and not _BY_WORDS[field](name, found.values(name)):
                continue
            score = _score_in_units(
                field, name, _score(plain(name), words), is_still=_is_still(found, name)
            )
            if score > 500 or (score and not _RATES.search(name)):
                yield score, -place, field, name


def _is_still(found: Found, name: str) -> bool:
    """Whether a column says the same in each of several rows."""
    return len(found.rows) > 2 and len(set(found.cells(name))) == 1


def _score_in_units(field: str, name: str, score: int, *, is_still: bool) -> int:
    """A score, less of money of abroad and more of the account's own, and by the name's sides."""
    if field == "date" and score and is_still:
        return score // 10  # the day of the export, not of a row
    sides = sides_of(name) if field in ("amount", "money_in", "money_out") else set()
    if len(sides) == 2:
        return 900 if field == "amount" else 0
    if sides and score < 501:
        return 400 if field in sides else 0
    if score and is_abroad(name):
        return score // 10
    return (
        score + 1000 if score and field in ("amount", "currency") and is_of_account(name) else score
    )


def _score(name: str, words: Sequence[str]) -> int:
    if name in words:
        return 1000 - words.index(name)
    inner = [i for i, word in enumerate(words) if _is_part(word, name)]
    return 500 - inner[0] if inner else 0


def _is_part(word: str, name: str) -> bool:
    """Whether a name begins or ends with a word: ``Total fees``, ``Handelswährung``."""
    if len(word) < 3:
        return False
    whole = name.startswith(f"{word} ") or name.endswith(f" {word}")
    return whole or (len(word) > 4 and name.endswith(word))


def _by_values(
    found: Found, inside: Mapping[str, Holds], taken: dict[str, str], given: Given
) -> None:
    """What no name tells, where only one column has such values."""
    for field in ("date", "currency", "isin", "direction", "action", "symbol"):
        if field not in taken and field not in given.columns:
            free = [
                name
                for name, what in inside.items()
                if name not in taken.values() and plain(name) not in FIELDS["note"]
                if field != "currency" or not is_abroad(name)
                if _has(field, what, found.values(name), len(found.rows))
            ]
            if len(free) == 1 and (field != "date" or free[0] not in found.spelled):
                taken[field] = free[0]


def _by_product(
    found: Found, inside: Mapping[str, Holds], taken: dict[str, str], given: Given
) -> None:
    """What is price times quantity is the amount; what such an amount is made with, the units."""
    told = "price" in taken and taken.keys() & {"symbol", "isin", "name"}
    counted = [field for field in ("quantity", "amount") if field in taken]
    if len(counted) != 1 or {"quantity", "amount"} & given.columns.keys() or not told:
        return
    if taken.keys() & {"money_in", "money_out"}:
        return
    units, prices = taken[counted[0]], taken["price"]
    free = [name for name in inside if inside[name].numbers and name not in taken.values()]
    makes = [name for name in free if are_product(found, units, prices, name)]
    if makes and (len(makes) == 1 or counted == ["amount"]):
        taken["quantity"], taken["amount"] = units, makes[0]


def _has(field: str, what: Holds, values: Sequence[str], rows: int) -> bool:
    """Whether the values of a column are a field's, whatever the column is called."""
    if field == "direction":
        marked = what.kinds == 1 and len(values) < rows and plain(values[0]) in CREDITS
        return marked or (what.kinds == 2 and is_direction(values))
    if field == "action":  # most values are words for what happened
        known = [len(v) > 1 and kind_of(v) is not None for v in dict.fromkeys(values)]
        if len(values) < rows:
            return False
        if trades_of(values) or (what.kinds > 2 and are_sides(values)):
            return _fits(field, what)
        trades = {kind_of(value) for value in values} & {"buy", "sell"}
        return _fits(field, what) and bool(trades) and sum(known) * 2 > len(known)
    if field == "symbol":
        return what.pairs
    if field == "currency":
        return what.currencies
    return bool(what.dates) if field == "date" else _fits(field, what)


def _more_costs(
    found: Found, inside: Mapping[str, Holds], taken: dict[str, str], given: Given
) -> None:
    """Further columns of fees and taxes, but where one is the sum of the others."""
    for field in ("fee", "tax"):
        if field not in taken or field in given.columns:
            continue
        names = [
            name
            for name, what in inside.items()
            if what.numbers and name not in taken.values()
            if is_cost(name, field) and not (_RATES.search(name) or counts_units(name))
        ]
        names.append(taken[field])
        numbers = {name: sizes(found.cells(name)) for name in names}
        for name in names:
            others = [numbers[other] for other in names if other != name]
            if others and numbers[name] == [sum(row) for row in zip(*others, strict=True)]:
                taken[field], names = name, [name]
                break
        more = [name for name in names if name != taken[field]]
        taken.update(zip([one for one in COSTS if one[:4] == f"{field}_"], more, strict=False))


def _settled(found: Found, taken: dict[str, str], given: Given) -> dict[str, str]:
    """Without what says the same twice, or belongs to another sort of file."""
    both = "money_in" in taken and "money_out" in taken
    if both and "amount" in taken and "amount" not in given.columns:
        sides = zip(*(found.cells(taken[one]) for one in ("money_in", "money_out")), strict=True)
        rows = zip(found.cells(taken["amount"]), sides, strict=True)
        signed = not any(any(side) and not amount for amount, side in rows) and any(
            value.lstrip().startswith(("-", "(")) for value in found.values(taken["amount"])
        )
        for field in ("money_in", "money_out") if signed else ("amount",):
            taken.pop(field)
    if taken.keys() & {"amount", "money_in", "money_out"} == {"money_in"} and not given.columns:
        cells = found.values(taken["money_in"])
        if any(cell.lstrip().startswith(("-", "(")) for cell in cells):  # of both sides, then
            taken["amount"] = taken.pop("money_in")
    one_way = {"money_in", "money_out"} & set(taken)
    if "amount" in taken and len(one_way) == 1 and not one_way & set(given.columns):
        taken.pop(one_way.pop())
    what = {"symbol", "isin", "name", "price", "amount", "money_in", "money_out"}
    is_money = "quantity" in taken and not counts_units(taken["quantity"])
    if is_money and not what & taken.keys() and not given.columns:
        taken["amount"] = taken.pop("quantity")  # cantidad: of nothing, it is one of money
    if "quantity" not in taken:
        for field in ("symbol", "name", "price", "price_currency", "ratio"):
            if field not in given.columns:
                taken.pop(field, None)
    if "fee" not in taken:
        taken.pop("fee_currency", None)
    single = "account" in taken and len(set(found.values(taken["account"]))) < 2
    if single and "account" not in given.columns:
        taken.pop("account")
    return taken


def _stating(found: Found, taken: Mapping[str, str]) -> str:
    """The column of texts, but that of actions, which says of rows that they state a balance."""
    counts = {
        name: sum(map(states_balance, found.values(name)))
        for name in found.names
        if name and name != taken.get("action")
    }
    most = max(counts, key=counts.__getitem__)
    return most if counts[most] else ""


def _notes(found: Found, inside: Mapping[str, Holds], taken: dict[str, str]) -> tuple[str, ...]:
    if taken.get("note"):
        return (taken.pop("note"),)
    free = [
        (FIELDS["note"].index(plain(name)), name)
        for name, what in inside.items()
        if name not in taken.values() and plain(name) in FIELDS["note"] and _fits("note", what)
    ]
    if free:
        return tuple(name for _, name in sorted(free)[:3])
    texts = [
        (2 * len(found.values(name)) > len(found.rows), inside[name].length, name)
        for name in found.names
        if name and name not in taken.values() and _fits("note", inside[name])
        if not all(map(is_iban, found.values(name)))
    ]
    return (max(texts)[-1],) if texts else ()
