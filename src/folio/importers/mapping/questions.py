"""What a file does not tell of how it is read: nothing of it is guessed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from folio.errors import UsageError
from folio.importers.cells.dates import compile_format
from folio.importers.mapping.proposed import NUMBERS, WORDS, Given, Proposal, Question
from folio.importers.mapping.table import (
    Holds,
    decimal_of,
    has_units,
    meanings,
    stands_beside,
    unit,
    ways_of,
)
from folio.importers.mapping.words import UNITS_OF, currencies_in, kind_of, plain
from folio.importers.mapping.worth import price_unit, scale_of
from folio.model.assets import ISO_4217
from folio.model.quote_units import QUOTE_UNITS

MONEY = ("amount", "money_in", "money_out", "price")
_NEAR = Decimal("0.02")


def questions_of(bare: Proposal, inside: Mapping[str, Holds], given: Given) -> tuple[Question, ...]:
    """All that stays open; what is not, is told to ``bare``.

    Raises:
        UsageError: when what was given does not fit the file.
    """
    questions = [*_missing(bare, inside, given), *_written(bare, inside)]
    questions += [*_in_which_currency(bare, given), *_said(bare, given), *_whose(bare, given)]
    if "decimal" in bare.settings:
        price_unit(bare)
        questions += _costs(bare)
    return tuple(questions)


def _missing(bare: Proposal, inside: Mapping[str, Holds], given: Given) -> Iterator[Question]:
    free = [name for name in inside if name not in bare.columns.values()]
    numbers = tuple(name for name in free if inside[name].numbers)
    if "date" not in bare.columns:
        yield Question("column", "date", "which column has the day?", tuple(inside))
    money = {"amount", "money_in", "money_out"} & set(bare.columns)
    if not money and not {"quantity", "price"} <= set(bare.columns):
        yield Question("column", "amount", "which column has the amount?", numbers or tuple(free))
    trades = any(kind_of(word) in ("buy", "sell") for word in bare.values("action"))
    if not bare.has_units and "quantity" not in given.columns:
        if trades and numbers:
            text = "rows buy and sell: which column has how many units, if any?"
            yield Question("column", "quantity", text, (*numbers, ""))
        elif named := [n for n in free if plain(n) in UNITS_OF and not inside[n].currencies]:
            every = tuple(name for name in inside if inside[name].numbers)
            text = f"rows name a {named[0]!r}: which column has how many of it, if any?"
            yield Question("column", "quantity", text, (*every, ""))
    if bare.has_units and not {"symbol", "isin", "name"} & set(bare.columns):
        texts = tuple(name for name in free if not inside[name].numbers)
        yield Question("column", "symbol", "which column names what was traded?", texts)


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


def _in_which_currency(bare: Proposal, given: Given) -> Iterator[Question]:
    said, priced = bare.settings.get("currency"), bare.settings.get("price-currency")
    if said and said.upper() not in ISO_4217:
        raise UsageError(f"{said!r} is no currency, such as EUR")
    if priced and priced not in QUOTE_UNITS and priced.upper() not in ISO_4217:
        raise UsageError(f"{priced!r} is no currency of prices, such as USD or GBX")
    if said:
        bare.settings["currency"] = said.upper()
        return
    money = next((field for field in MONEY if field in bare.columns), "")
    named = set(currencies_in(bare.columns.get(money, "")))
    if "currency" in bare.columns:
        _set_apart(bare, named, given)
        return
    beside = stands_beside(bare.values(money)) if money else set()
    if beside and has_units(bare.values(money)) and "$" not in beside:
        bare.settings["currency"] = unit(bare.values(money)) or f"beside {money}"
        return
    named = {code for field in MONEY for code in currencies_in(bare.columns.get(field, ""))}
    if len(named) == 1:
        bare.settings["currency"] = named.pop()
    else:
        yield Question("set", "currency", "in which currency are the amounts, such as EUR?")


def _set_apart(bare: Proposal, named: set[str], given: Given) -> None:
    """A column of currencies is that of prices where the amount's name says its own."""
    if len(named) == 1 and "currency" not in given.columns:
        (code,) = named
        if {value.upper() for value in bare.values("currency")} != {code}:
            column = bare.columns.pop("currency")
            bare.settings["currency"] = code
            if "price" in bare.columns:
                bare.columns.setdefault("price_currency", column)


def _said(bare: Proposal, given: Given) -> Iterator[Question]:
    """What the words of the column of actions mean."""
    words = list(dict.fromkeys(bare.values("action")))
    counted = {
        word
        for word, quantity in zip(bare.cells("action"), bare.numbers("quantity"), strict=False)
        if quantity
    }
    for word in words:
        known = given.kinds.get(word) or kind_of(word)
        if known == "skip" and word in counted and word not in given.kinds:
            text = f"a row that says {word!r} counts units: had they come before (opening), or not?"
            yield Question("kind", word, text, ("opening", "skip"))
        elif known is not None:
            bare.kinds[word] = known
        elif bare.has_units:
            yield Question("kind", word, f"what is a row that says {word!r}?", WORDS)
    unknown = [word for word in given.kinds if word not in words]
    if unknown:
        raise UsageError(f"no row says {unknown[0]!r}; they say {', '.join(map(repr, words))}")
    signed = any((n or 0) < 0 for f in ("quantity", "amount") for n in bare.numbers(f))
    in_and_out = {"money_in", "money_out"} & set(bare.columns)
    untold = bare.has_units and not (words or signed or in_and_out or "direction" in bare.columns)
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
    amounts = bare.numbers("amount")
    ways = ways_of(amounts, bare.numbers("balance"))
    told = [way for amount, way in zip(amounts, ways, strict=False) if amount]
    if len(set(told) - {None}) > 1:
        text = "the balances say that money came in and went out; which column says it of a row?"
        yield Question("column", "direction", text)
    elif told and None not in told:
        bare.settings["kind"] = str(told[0])
    else:
        text = "no amount is negative: did the money come in or go out?"
        yield Question("set", "kind", text, ("deposit", "withdraw"))


def _whose(bare: Proposal, given: Given) -> Iterator[Question]:
    """Whose the rows are, and whether the money of trades is there too."""
    accounts = bare.values("account")
    if "account" not in given.columns and len(set(accounts)) * 2 > len(accounts) > 1:
        name = bare.columns["account"]
        text = "which column has whose statement a row is of, if any? not who was paid"
        yield Question("column", "account", text, (name, ""))
    moved = {"deposit", "withdraw", "transfer_in", "transfer_out"} & set(bare.kinds.values())
    words = set(bare.values("action"))
    told = bare.has_units and "balance" not in bare.columns and words <= set(bare.kinds)
    if told and words and not moved and "cash" not in bare.settings:
        text = "no row pays money in or out: is the money of the trades in this account?"
        yield Question("set", "cash", text, ("yes", "no"))
    elif bare.settings.get("cash", "yes") not in ("yes", "no"):
        raise UsageError(f"{bare.settings['cash']!r} is not yes or no: --set cash=no")


def _costs(bare: Proposal) -> Iterator[Question]:
    """Whether fees and taxes are inside the amount; told from what price × quantity makes."""
    if "fee" in bare.settings or not bare.costs:
        return
    sizes = [[abs(number or Decimal(0)) for number in bare.numbers(one)] for one in bare.costs]
    costs = [sum(row, Decimal(0)) for row in zip(*sizes, strict=True)]
    if not any(costs) or "amount" not in bare.columns:
        bare.settings["fee"] = "beside"
        return
    inside = beside = 0
    columns = [bare.numbers(field) for field in ("amount", "quantity", "price")]
    scale = scale_of(bare)
    for amount, quantity, price, cost in zip(*columns, costs, strict=False):
        if amount and quantity and price and cost:
            worth, paid = abs(quantity * price * scale), abs(amount)
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
