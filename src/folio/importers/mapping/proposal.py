"""What a table's columns are read as, and what stays to be asked.

A column is told by its name and by its values together: one that is called ``Valuta`` is a day
where it holds days and a currency where it holds codes.  How numbers and days are written is
told from whole columns.  What that leaves open is a question; nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.errors import UsageError
from folio.importers.amounts import Style, read_amount
from folio.importers.dates import compile_format
from folio.importers.mapping.table import (
    Found,
    Holds,
    decimal_of,
    has_units,
    holds,
    meanings,
    unit,
    ways_of,
)
from folio.importers.mapping.words import (
    FIELDS,
    KINDS,
    SETTINGS,
    are_states,
    currencies_in,
    is_direction,
    kind_of,
    plain,
)
from folio.importers.rows import RowFault
from folio.model.assets import ISO_4217

NUMBERS = ("amount", "money_in", "money_out", "balance", "quantity", "price", "fee", "tax")
MONEY = ("amount", "money_in", "money_out", "price")
WORDS = (*KINDS, "transfer_in", "transfer_out", "unknown", "skip")  # what a row can be
_BY_WORDS = {"direction": is_direction, "status": are_states}
MAX_KINDS = 40  # different words that a column of actions may have
_NEAR = Decimal("0.02")
_RATES = re.compile(r"bps|percent|%|\brate\b|foreign", re.IGNORECASE)  # of no amount of the row


class Given(NamedTuple):
    """What the user said."""

    columns: Mapping[str, str]  # field: the column's name; "" for none
    settings: Mapping[str, str]  # one of SETTINGS: its value
    kinds: Mapping[str, str]  # the word of a column of actions: one of WORDS


class Question(NamedTuple):
    """What cannot be told from the file."""

    part: str  # column, set or kind: the option that answers it
    key: str
    text: str
    choices: tuple[str, ...] = ()  # (): anything

    @property
    def option(self) -> str:
        """The option that answers it in a script."""
        value = "|".join(self.choices) if 0 < len(self.choices) < 4 else "…"
        return f"--{self.part} '{self.key}={value}'"


class Proposal(NamedTuple):
    """How a file is read."""

    found: Found
    columns: dict[str, str]  # field: the column's name
    notes: tuple[str, ...]  # columns that describe
    settings: dict[str, str]
    kinds: dict[str, str]  # of the column of actions, by its words
    questions: tuple[Question, ...]

    @property
    def has_units(self) -> bool:
        """Whether the rows are about units of something, not money alone."""
        return "quantity" in self.columns

    def values(self, field: str) -> list[str]:
        return self.found.values(self.columns[field]) if field in self.columns else []

    def numbers(self, field: str) -> list[Decimal | None]:
        """The numbers of a column, row by row; None where it has none."""
        if field not in self.columns:
            return []
        decimal = "comma" if self.settings.get("decimal") == "comma" else "point"
        style = Style(decimal, exponents=True, units=True)
        place = self.found.names.index(self.columns[field])
        return [_number(row.cells, place, style) for row in self.found.rows]


def _number(cells: Sequence[str], place: int, style: Style) -> Decimal | None:
    try:
        return read_amount(cells[place].strip(), style) if place < len(cells) else None
    except RowFault:
        return None


def propose(found: Found, given: Given) -> Proposal:
    """How the file is probably read, with what was given taken at its word.

    Raises:
        UsageError: when what was given names no column, or makes no sense.
    """
    _check(found, given)
    inside = {name: holds(found.values(name)) for name in found.names if name}
    columns = _columns(found, inside, given)
    notes = _notes(found, inside, columns)
    bare = Proposal(found, columns, notes, dict(given.settings), {}, ())
    several = len(found.encodings) > 1 and "encoding" not in given.settings
    asked = Question("set", "encoding", "in which encoding is it?", found.encodings)
    questions = [asked] * several + [*_missing(bare, inside, given), *_written(bare, inside)]
    questions += [*_in_which_currency(bare), *_said(bare, given)]
    if "decimal" in bare.settings:
        questions += _costs(bare)
    return bare._replace(questions=tuple(questions))


def _check(found: Found, given: Given) -> None:
    for field, name in given.columns.items():
        if field not in FIELDS:
            raise UsageError(f"{field!r} is nothing that a column can be: {', '.join(FIELDS)}")
        if name and name not in found.names:
            listed = ", ".join(repr(n) for n in found.names if n)
            raise UsageError(f"{found.path} has no column {name!r}; it has {listed}")
    for key in given.settings:
        if key not in SETTINGS:
            raise UsageError(f"--set knows no {key!r}; it knows {', '.join(SETTINGS)}")
    for word, kind in given.kinds.items():
        if kind not in WORDS:
            raise UsageError(f"{word!r} cannot be {kind!r}; it can be {', '.join(WORDS)}")


def _fits(field: str, what: Holds) -> bool:
    if field == "date":
        return bool(what.dates)
    if field in NUMBERS:
        return what.numbers
    if field == "time":
        return what.clocks
    if field == "currency":
        return what.currencies
    if field == "isin":
        return what.isins
    if field in ("action", "direction", "status"):
        return not what.dates and not what.numbers and 0 < what.kinds <= MAX_KINDS
    if field == "id":
        return what.kinds > 0 and not what.dates
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
    _by_values(inside, taken, given)
    return _settled(found, taken, given)


def _scored(found: Found, inside: Mapping[str, Holds]) -> Iterator[tuple[int, int, str, str]]:
    for place, name in enumerate(found.names):
        for field, words in FIELDS.items():
            if not name or field == "note" or not _fits(field, inside[name]):
                continue
            if field in _BY_WORDS and not _BY_WORDS[field](found.values(name)):
                continue
            score = _score(plain(name), words)
            if score > 500 or (score and not _RATES.search(name)):
                yield score, -place, field, name


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


def _by_values(inside: Mapping[str, Holds], taken: dict[str, str], given: Given) -> None:
    """What no name tells, where only one column has such values."""
    for field in ("date", "currency", "isin"):
        if field not in taken and field not in given.columns:
            free = [
                n for n, what in inside.items() if _fits(field, what) and n not in taken.values()
            ]
            if len(free) == 1:
                taken[field] = free[0]


def _settled(found: Found, taken: dict[str, str], given: Given) -> dict[str, str]:
    """Without what says the same twice, or belongs to another sort of file."""
    both = "money_in" in taken and "money_out" in taken
    if both and "amount" in taken and "amount" not in given.columns:
        signed = any(
            value.lstrip().startswith(("-", "(")) for value in found.values(taken["amount"])
        )
        for field in ("money_in", "money_out") if signed else ("amount",):
            taken.pop(field)
    if "quantity" not in taken:
        for field in ("symbol", "name", "price"):
            if field not in given.columns:
                taken.pop(field, None)
    single = "account" in taken and len(set(found.values(taken["account"]))) < 2
    if single and "account" not in given.columns:
        taken.pop("account")
    return taken


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
        (inside[name].length, name)
        for name in found.names
        if name and name not in taken.values() and _fits("note", inside[name])
    ]
    return (max(texts)[1],) if texts else ()


# -- what stays open -----------------------------------------------------------------------


def _missing(bare: Proposal, inside: Mapping[str, Holds], given: Given) -> Iterator[Question]:
    free = [name for name in inside if name not in bare.columns.values()]
    if "date" not in bare.columns:
        yield Question("column", "date", "which column has the day?", tuple(inside))
    money = {"amount", "money_in", "money_out"} & set(bare.columns)
    if not money and not {"quantity", "price"} <= set(bare.columns):
        numbers = tuple(name for name in free if inside[name].numbers)
        yield Question("column", "amount", "which column has the amount?", numbers or tuple(free))
    if not bare.has_units and "quantity" not in given.columns and _trades(bare):
        numbers = tuple(name for name in free if inside[name].numbers)
        text = "rows buy and sell: which column has how many units?"
        yield Question("column", "quantity", text, numbers)
    if bare.has_units and not {"symbol", "isin", "name"} & set(bare.columns):
        texts = tuple(name for name in free if not inside[name].numbers)
        yield Question("column", "symbol", "which column names what was traded?", texts)


def _trades(bare: Proposal) -> bool:
    """Whether there is a price, and a word for buying or selling."""
    priced = any(plain(name) in FIELDS["price"] for name in bare.found.names)
    return priced and any(kind_of(word) in ("buy", "sell") for word in bare.values("action"))


def _written(bare: Proposal, inside: Mapping[str, Holds]) -> Iterator[Question]:
    """How days and numbers are written."""
    if "date" in bare.columns and "date" not in bare.settings:
        name = bare.columns["date"]
        formats = meanings(inside[name].dates, bare.values("date"))
        if len(formats) == 1:
            bare.settings["date"] = formats[0]
        else:
            example = next(iter(bare.values("date")), "")
            text = f"how are the days of {name!r} written, such as {example!r}?"
            yield Question("set", "date", text, tuple(formats))
    elif "date" in bare.columns:
        _check_date(bare.settings["date"], bare.values("date"), bare.columns["date"])
    if "decimal" not in bare.settings:
        decimals = {
            field: decimal_of(bare.values(field), bare.columns[field])
            for field in NUMBERS
            if field in bare.columns
        }
        certain = {decimal for decimal in decimals.values() if decimal}
        if len(certain) == 1:
            bare.settings["decimal"] = certain.pop()
        elif not certain and None not in decimals.values():
            bare.settings["decimal"] = "auto"  # there is neither sign
        else:
            yield Question("set", "decimal", "what is the decimal sign?", ("point", "comma"))


def _check_date(said: str, values: list[str], column: str) -> None:
    try:
        parse = compile_format(said, {})
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    if not any(parse(" ".join(value.split())) for value in values):
        example = next(iter(values), "")
        raise UsageError(f"no day of {column!r} is written as {said}, not {example!r}")


def _in_which_currency(bare: Proposal) -> Iterator[Question]:
    said = bare.settings.get("currency")
    if said:
        if said.upper() not in ISO_4217:
            raise UsageError(f"{said!r} is no currency, such as EUR")
        bare.settings["currency"] = said.upper()
    elif "currency" not in bare.columns:
        money = next((f for f in MONEY if f in bare.columns), "")
        if money and has_units(bare.values(money)):
            bare.settings["currency"] = unit(bare.values(money)) or f"beside {money}"
            return
        named = {code for field in MONEY for code in currencies_in(bare.columns.get(field, ""))}
        if len(named) == 1:
            bare.settings["currency"] = named.pop()
        else:
            yield Question("set", "currency", "in which currency are the amounts, such as EUR?")


def _said(bare: Proposal, given: Given) -> Iterator[Question]:
    """What the words of the column of actions mean."""
    words = list(dict.fromkeys(bare.values("action")))
    for word in words:
        known = given.kinds.get(word) or kind_of(word)
        if known is not None:
            bare.kinds[word] = known
        elif bare.has_units:
            yield Question("kind", word, f"what is a row that says {word!r}?", WORDS)
    unknown = [word for word in given.kinds if word not in words]
    if unknown:
        raise UsageError(f"no row says {unknown[0]!r}; they say {', '.join(map(repr, words))}")
    signed = any((n or 0) < 0 for f in ("quantity", "amount") for n in bare.numbers(f))
    in_and_out = {"money_in", "money_out"} & set(bare.columns)
    untold = bare.has_units and not (words or signed or in_and_out)
    if untold and "kind" not in bare.settings:
        yield Question("set", "kind", "nothing says what the rows are; are they", ("buy", "sell"))
    if "amount" in bare.columns and not (bare.has_units or signed or in_and_out):
        yield from _unsigned(bare, words)
    if bare.settings.get("account-type") == "credit-card" and "purchases" not in bare.settings:
        text = "what was bought with the card, has it a negative or a positive amount?"
        yield Question("set", "purchases", text, ("negative", "positive"))


def _unsigned(bare: Proposal, words: Sequence[str]) -> Iterator[Question]:
    """Which way money went of which no amount is negative, and no other column says it."""
    says = "direction" in bare.columns or (words and set(words) <= set(bare.kinds))
    if says or "kind" in bare.settings or "decimal" not in bare.settings:
        return
    ways = ways_of(bare.numbers("amount"), bare.numbers("balance"))
    if len(ways) == 1:
        bare.settings["kind"] = ways.pop()
    elif ways:
        text = "the balances say that money came in and went out; which column says it of a row?"
        yield Question("column", "direction", text)
    else:
        text = "no amount is negative: did the money come in or go out?"
        yield Question("set", "kind", text, ("deposit", "withdraw"))


def _costs(bare: Proposal) -> Iterator[Question]:
    """Whether fees and taxes are inside the amount; told from what price × quantity makes."""
    if "fee" in bare.settings or not {"fee", "tax"} & set(bare.columns):
        return
    fees, taxes = _sizes(bare, "fee"), _sizes(bare, "tax")
    costs = [fee + tax for fee, tax in zip(fees, taxes, strict=True)]
    if not any(costs) or "amount" not in bare.columns:
        bare.settings["fee"] = "beside"
        return
    inside = beside = 0
    columns = [bare.numbers(field) for field in ("amount", "quantity", "price")]
    rows = zip(*columns, costs, strict=False)
    for amount, quantity, price, cost in rows:
        if amount and quantity and price and cost:
            worth, paid = abs(quantity * price), abs(amount)
            missed = min(abs(abs(paid - worth) - cost), abs(paid - worth))
            if missed > max(_NEAR, worth * _NEAR / 10):
                continue
            inside += abs(abs(paid - worth) - cost) < abs(paid - worth)
            beside += abs(abs(paid - worth) - cost) > abs(paid - worth)
    if (inside > 0) != (beside > 0):
        bare.settings["fee"] = "inside" if inside else "beside"
    else:
        text = "are fees and taxes inside the amount, or beside it?"
        yield Question("set", "fee", text, ("inside", "beside"))


def _sizes(bare: Proposal, field: str) -> list[Decimal]:
    """The costs of each row; 0 where it has none."""
    if field not in bare.columns:
        return [Decimal(0)] * len(bare.found.rows)
    return [abs(number or Decimal(0)) for number in bare.numbers(field)]
