"""What a file does not tell of how it is read: nothing of it is guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from folio.errors import UsageError
from folio.importers.cells.dates import compile_format
from folio.importers.cells.ibans import is_iban
from folio.importers.cells.states import is_booked
from folio.importers.interpreting.conditions import QUOTE_COINS
from folio.importers.mapping.cards import may_be_of_card
from folio.importers.mapping.columns import missing_columns, rivals
from folio.importers.mapping.costs import are_inside, in_other_units
from folio.importers.mapping.proposed import (
    NUMBERS,
    OF_MONEY,
    STATED,
    STATES,
    WORDS,
    Given,
    Proposal,
    Question,
)
from folio.importers.mapping.rules import marks_credits
from folio.importers.mapping.sides import trades_of
from folio.importers.mapping.units import in_hundredths
from folio.importers.mapping.values import (
    Holds,
    counted_days,
    decimal_of,
    has_units,
    is_number,
    meanings,
    stands_beside,
    unit,
    ways_of,
)
from folio.importers.mapping.words import (
    INCOMING,
    OUTGOING,
    SHARED_SIGNS,
    currencies_in,
    is_transfer,
    kind_of,
    plain,
)
from folio.importers.mapping.worth import price_unit
from folio.model.assets import ISO_4217, minor_unit
from folio.model.quote_units import QUOTE_UNITS

MONEY = ("amount", "money_in", "money_out", "price")
_OF_UNITS = ("buy", "sell", "dividend", "deposit", "reward", "opening")
_ONE_WAY = tuple(word for word in WORDS if word != "transfer")  # without a sign to tell by
_WHOSE = "which column has whose statement a row is of, if any? not who was paid"
_LEAST_OF_PRICE = 5  # of what a unit costs, a dividend is less than this part
_FEWEST_ROWS = 3  # of which two have what a third lacks
FEW = 8  # words that are asked about one by one


def questions_of(bare: Proposal, inside: Mapping[str, Holds], given: Given) -> tuple[Question, ...]:
    """All that stays open; what is not, is told to ``bare``.

    Raises:
        UsageError: when what was given does not fit the file.
    """
    questions = [*missing_columns(bare, inside, given), *rivals(bare, inside, given)]
    questions += [*_written(bare, inside), *_in_hundredths(bare)]
    questions += [*_in_which_currency(bare, given), *_said(bare, given), *_whose(bare, given)]
    questions += [*_at_an_end(bare)]
    if "decimal" in bare.settings:
        price_unit(bare)
        questions += [*are_inside(bare), *in_other_units(bare)]
    return tuple(questions)


def _in_hundredths(bare: Proposal) -> Iterator[Question]:
    """Whether amounts are cents, where a name says or hints so."""
    told = {f: in_hundredths(bare.columns[f]) for f in OF_MONEY if f in bare.columns}
    if "scale" in bare.settings:
        if bare.settings["scale"] not in ("0.01", "1"):
            raise UsageError(f"{bare.settings['scale']!r} is no scale: 0.01 of cents, or 1")
    elif True in told.values():
        bare.settings["scale"] = "0.01"
    elif None in told.values():
        name = next(bare.columns[field] for field, said in told.items() if said is None)
        yield Question("set", "scale", f"is {name!r} in hundredths?", ("0.01", "1"))


def _written(bare: Proposal, inside: Mapping[str, Holds]) -> Iterator[Question]:
    """How days and numbers are written."""
    if "date" in bare.columns and "date" not in bare.settings:
        name = bare.columns["date"]
        formats = meanings(inside[name].dates, bare.values("date"))
        formats = formats or [one for one in [counted_days(bare.values("date"))] if one]
        if len(formats) == 1:
            bare.settings["date"] = formats[0]
        else:
            example = next(iter(bare.values("date")), "")
            if example and all(map(_without_year, bare.values("date"))):
                raise UsageError(
                    f"the days of {name!r} have no year, such as {example!r}: write it into them "
                    "in a spreadsheet, and import what that saves"
                )
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
        elif not certain and (sign := _between_thousands(bare, decimals)):
            bare.settings["decimal"] = "comma" if sign == "." else "point"
        else:
            yield Question("set", "decimal", "what is the decimal sign?", ("point", "comma"))


def _between_thousands(bare: Proposal, decimals: Mapping[str, str | None]) -> str:
    """The sign between thousands, where money has no hundredths: 80,000 yen; "" where it may."""
    open_ones = [field for field, decimal in decimals.items() if decimal is None]
    codes = {bare.settings.get("currency", ""), *bare.values("currency")} - {""}
    codes |= {code for field in MONEY for code in currencies_in(bare.columns.get(field, ""))}
    whole = codes and all(code in ISO_4217 and not minor_unit(code) for code in codes)
    signs = {c for field in open_ones for value in bare.values(field) for c in value if c in ".,"}
    return signs.pop() if whole and len(signs) == 1 and {*open_ones} <= {*OF_MONEY} else ""


_without_year = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])(?:[./-](?:0?[1-9]|1[0-2])[./-]?|0[1-9]|1[0-2])"
).fullmatch


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
    if said and said.upper() not in ISO_4217 | QUOTE_COINS:
        raise UsageError(f"{said!r} is no currency, such as EUR")
    if priced and priced not in QUOTE_UNITS and priced.upper() not in ISO_4217:
        raise UsageError(f"{priced!r} is no currency of prices, such as USD or GBX")
    if said:
        bare.settings["currency"] = said.upper()
        _check_currency(bare, said.upper())
        return
    if "pairs" in bare.settings:
        return
    money = next((field for field in MONEY if field in bare.columns), "")
    named = set(currencies_in(bare.columns.get(money, "")))
    if "currency" in bare.columns:
        _set_apart(bare, named, given)
        return
    beside = stands_beside(bare.values(money)) if money else set()
    if beside and has_units(bare.values(money)) and not beside & {*SHARED_SIGNS}:
        bare.settings["currency"] = unit(bare.values(money)) or f"beside {money}"
        return
    named = {code for field in MONEY for code in currencies_in(bare.columns.get(field, ""))}
    if len(named) == 1:
        bare.settings["currency"] = named.pop()
    elif bare.has_money:
        yield Question("set", "currency", "in which currency are the amounts, such as EUR?")


def _check_currency(bare: Proposal, said: str) -> None:
    """Refuse a currency that the file's own column contradicts."""
    stated = sorted({value.upper() for value in bare.values("currency")} - {said})
    if stated:
        raise UsageError(
            f"{bare.columns['currency']!r} says {', '.join(stated)}, not {said}; leave "
            "--set currency out, or say that it is of something else: --column currency="
        )


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
    letters = trades_of(words) if bare.has_units else {}
    counted = {
        word
        for word, quantity in zip(bare.cells("action"), bare.numbers("quantity"), strict=False)
        if quantity
    }
    for word in words:
        known = given.kinds.get(word) if given.kinds.get(word) in WORDS else None
        known = known or letters.get(word) or kind_of(word) or _way_of(word, bare)
        if bare.has_units and (known == "transfer" or (known is None and is_transfer(word))):
            known = "transfer" if _goes_both_ways(word, bare) else None
        if known == "skip" and word in counted and word not in given.kinds:
            text = f"a row that says {word!r} counts units: had they come before (opening), or not?"
            yield Question("kind", word, text, ("opening", "skip"))
        elif known == "dividend" and word not in given.kinds and _may_buy(word, bare):
            text = f"a row that says {word!r} counts units: had they paid it, or were they bought "
            text += "with it (reinvest)?"
            yield Question("kind", word, text, ("dividend", "reinvest"))
        elif known is not None:
            bare.kinds[word] = known
        elif bare.has_units:
            ways = WORDS if _goes_both_ways(word, bare) else _ONE_WAY
            yield Question("kind", word, f"what is a row that says {word!r}?", ways)
    states = list(dict.fromkeys(filter(None, bare.cells("status"))))
    yield from _states(bare, states, given)
    unknown = [word for word in given.kinds if word not in (*words, *states)]
    if unknown:
        said = ", ".join(map(repr, (*words, *states)))
        raise UsageError(f"no row says {unknown[0]!r}; they say {said}")
    signed = any((n or 0) < 0 for f in ("quantity", "amount") for n in bare.numbers(f))
    in_and_out = {"money_in", "money_out"} & set(bare.columns)
    untold = bare.has_units and not (words or signed or in_and_out or "direction" in bare.columns)
    if untold and "kind" not in bare.settings:
        yield Question("set", "kind", "nothing says what the rows are; are they", _OF_UNITS)
    if bare.settings.get("kind", "buy") not in WORDS:
        raise UsageError(f"a row cannot be {bare.settings['kind']!r}; it can be {', '.join(WORDS)}")
    if "amount" in bare.columns and not (bare.has_units or signed or in_and_out):
        yield from _unsigned(bare, words)
    of_card = bare.settings.get("account-type") == "credit-card" or may_be_of_card(bare)
    if of_card and "purchases" not in bare.settings:
        text = "what was bought with the card, has it a negative or a positive amount?"
        yield Question("set", "purchases", text, ("negative", "positive"))


def _may_buy(word: str, bare: Proposal) -> bool:
    """Whether the units of a dividend may be those that it bought: each was paid about as much
    for as for others of their asset, or of the asset nothing else tells what it costs.
    """
    money = next((field for field in MONEY[:3] if field in bare.columns), "")
    which = next((field for field in ("symbol", "isin", "name") if field in bare.columns), "")
    if not (money and which and bare.has_units and "decimal" in bare.settings):
        return False
    rows = zip(
        *(bare.cells(field) for field in ("action", which)),
        *map(bare.numbers, (money, "quantity")),
        strict=True,
    )
    paid = [(said, asset, abs(a / q)) for said, asset, a, q in rows if a and q]
    costs = {asset: each for said, asset, each in paid if kind_of(said) in ("buy", "sell")}
    return any(
        said == word and (asset not in costs or each * _LEAST_OF_PRICE > costs[asset])
        for said, asset, each in paid
    )


def _states(bare: Proposal, words: Sequence[str], given: Given) -> Iterator[Question]:
    """Whether rows whose state has these words were booked."""
    for word in words:
        said = given.kinds.get(word)
        booked = is_booked(word) if said is None else said == "booked"
        if said in STATES or (said is None and booked is not None):
            bare.states[word] = "booked" if booked else "skip"
        else:
            text = f"{bare.columns['status']!r} says {word!r}: was such a row booked?"
            yield Question("kind", word, text, STATES)


def _goes_both_ways(word: str, bare: Proposal) -> bool:
    """Whether what rows of a word moved has a sign: of some it is negative."""
    fields = [field for field in ("quantity", "amount") if field in bare.columns]
    rows = zip(bare.cells("action"), *map(bare.numbers, fields), strict=False)
    return any((n or 0) < 0 for said, *numbers in rows if said == word for n in numbers)


def _way_of(word: str, bare: Proposal) -> str | None:
    """What a word for a direction is of money alone; of units it can be many things."""
    if bare.has_units or plain(word) not in (*INCOMING, *OUTGOING):
        return None
    return "deposit" if plain(word) in INCOMING else "withdraw"


def _unsigned(bare: Proposal, words: Sequence[str]) -> Iterator[Question]:
    """Which way money went of which no amount is negative, and no other column says it."""
    says = "direction" in bare.columns or (words and set(words) <= set(bare.kinds))
    if says or marks_credits(bare) or "kind" in bare.settings or "decimal" not in bare.settings:
        return
    amounts = bare.numbers("amount")
    ways = ways_of(amounts, bare.numbers("balance"))
    told = [way for amount, way in zip(amounts, ways, strict=False) if amount]
    if len(set(told) - {None}) > 1:
        text = "the balances say that money came in and went out; which column says it of a row?"
        yield Question("column", "direction", text)
    elif told and None not in told:
        bare.settings["kind"] = str(told[0])
    elif bare.kinds and len(words) <= FEW:
        for word in (word for word in words if word not in bare.kinds):
            text = f"no amount is negative: what is a row that says {word!r}?"
            yield Question("kind", word, text, WORDS)
    else:
        text = "no amount is negative: did the money come in or go out?"
        yield Question("set", "kind", text, ("deposit", "withdraw"))


def _at_an_end(bare: Proposal) -> Iterator[Question]:
    """Whether the first or the last row of a file without a header is the balance of the account:
    texts that all the others have are blank there.
    """
    found, said = bare.found, bare.settings.get("odd-row")
    if said not in (None, "booking", "balance"):
        raise UsageError(f"{said!r} is not booking or balance: --set odd-row=balance")
    if found.has_header or bare.has_units or len(found.rows) < _FEWEST_ROWS or said == "booking":
        return
    cells = {name: found.cells(name) for name in found.names}
    for end in (0, -1):
        others = slice(1, None) if end == 0 else slice(0, -1)
        blank = [name for name, of in cells.items() if not of[end] and all(of[others])]
        blank = [name for name in blank if not all(map(is_number, found.values(name)))]
        if len(blank) >= len(STATED):
            if said == "balance":
                bare.columns.update(zip(STATED, blank, strict=False))
            else:
                text = f"line {found.rows[end].line} has nothing in columns {', '.join(blank)}, "
                text += "which all others fill: is it a booking, or the account's balance?"
                yield Question("set", "odd-row", text, ("booking", "balance"))
            return


def _several(bare: Proposal) -> tuple[str, ...]:
    """Columns that nothing reads of which each row has an IBAN, some rows the same one."""
    cells = {name: bare.found.cells(name) for name in bare.found.names if name}
    return tuple(
        name
        for name, ibans in cells.items()
        if name not in bare.columns.values() and all(is_iban(one.replace(" ", "")) for one in ibans)
        if 1 < len({*ibans}) < len(ibans)
    )


def _whose(bare: Proposal, given: Given) -> Iterator[Question]:
    """Whose the rows are, and whether the money of trades is there too."""
    accounts = bare.values("account")
    if "account" not in given.columns and len(set(accounts)) * 2 > len(accounts) > 1:
        name = bare.columns["account"]
        yield Question("column", "account", _WHOSE, (name, ""))
    elif "account" not in {*bare.columns, *given.columns} and (several := _several(bare)):
        yield Question("column", "account", _WHOSE, (*several, ""))
    ways = {"deposit", "withdraw", "transfer", "transfer_in", "transfer_out"}
    moved = ways & set(bare.kinds.values())
    words = set(bare.values("action"))
    numbers = bare.numbers("quantity")
    if not words and {None, Decimal(0)} & {*numbers}:  # rows of money alone are deposits
        moved.add("deposit")
    signed = any((n or 0) < 0 for n in (*numbers, *bare.numbers("amount")))
    trades = words or bare.settings.get("kind", "buy" if signed else "") in ("buy", "sell")
    told = bare.has_units and bare.has_money and "balance" not in bare.columns
    told = told and words <= set(bare.kinds)
    if told and trades and not moved and "cash" not in bare.settings:
        text = "no row pays money in or out: is the money of the trades in this account?"
        yield Question("set", "cash", text, ("yes", "no"))
    elif bare.settings.get("cash", "yes") not in ("yes", "no"):
        raise UsageError(f"{bare.settings['cash']!r} is not yes or no: --set cash=no")
