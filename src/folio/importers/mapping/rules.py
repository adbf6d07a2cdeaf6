"""The rules of a profile that a proposal makes: what each sort of row means."""

import json
from collections.abc import Iterator, Mapping, Sequence

from folio.importers.cells.states import is_booked
from folio.importers.mapping.proposed import STATED, Proposal
from folio.importers.mapping.words import (
    CLOSING,
    CREDITS,
    INCOMING,
    OUTGOING,
    plain,
    states_balance,
)

GOES_OUT = ("withdraw", "fee", "tax", "buy")  # kinds, of an account of money alone
_CASH = '{ role = "cash", currency = "currency", quantity = "%s" }'
_STATES = '\nstates = { balance = "amount", currency = "currency" }'
_INCOME = ("dividend", "coupon", "interest", "reward")
_TRANSFERS = {  # what a profile calls them, and the sign of what they move, where it is known
    "transfer": ("transfer_in/transfer_out", None),
    "transfer_in": ("transfer_in", ""),
    "transfer_out": ("transfer_out", "-"),
}
_WITHOUT_MONEY = {"buy": "deposit", "sell": "withdraw"}
_COUNTED = ("deposit", "withdraw", *_INCOME, "fee", "tax")  # of money, too, where it is counted


def text_of(value: str) -> str:
    """A text of TOML."""
    return json.dumps(value, ensure_ascii=False)


def list_of(values: Sequence[str]) -> str:
    return f"[{', '.join(map(text_of, values))}]"


def _rule(kind: str, legs: list[str], when: str = "", more: str = "") -> str:
    lines = ["[[rules]]"]
    lines += [f"when = {{ {when} }}"] if when else []
    lines += [f"kind = {text_of(kind)}"]
    lines += [more] if more else []
    joined = "".join(f"    {leg},\n" for leg in legs)
    return "\n".join([*lines, f"legs = [\n{joined}]"])


def rules_of(proposal: Proposal) -> Iterator[str]:
    if waiting := waiting_days(proposal):
        yield f'[[rules]]\nwhen = {{ printed_day = {list_of(waiting)} }}\nskip = "it is not booked"'
    if "stated_by" in proposal.columns:
        yield from _stated(proposal)
    if STATED[0] in proposal.columns:
        when = ", ".join(f"{field} = {{ blank = true }}" for field in STATED)
        yield f'[[rules]]\nwhen = {{ {when} }}\nskip = "it states a balance and moves nothing"'
    if states_balances(proposal):
        when = "amount = { blank = true }, balance = { blank = false }"
        yield f'[[rules]]\nwhen = {{ {when} }}\nskip = "it states a balance and moves nothing"'
    directed = "direction" in proposal.columns and "amount" in proposal.columns
    if directed and not marks_credits_beside(proposal):
        words = [word for side in sides_of_money(proposal).values() for word in side]
        yield _rule("unknown", [_CASH % "stated"], f"direction = {{ none_of = {list_of(words)} }}")
    if continues(proposal):
        columns = ["printed_day", "begins", *_of_money(proposal)]
        blank = ", ".join(f"{field} = {{ blank = true }}" for field in columns)
        yield f'[[rules]]\nwhen = {{ {blank} }}\nskip = "it continues the row above"'
    yield from rules_of_words(proposal.kinds, proposal)
    if not proposal.has_units:
        said = proposal.settings.get("kind", "")
        amount = _signed(said, proposal) if said else "amount"
        yield _rule("deposit/withdraw", _money(proposal, amount))
    elif not proposal.kinds:
        yield from _by_sign(proposal) if proposal.has_money else _of_units_alone(proposal)


def waiting_days(proposal: Proposal) -> list[str]:
    """What stands in place of a day where a row is not booked yet."""
    days = dict.fromkeys(proposal.values("date"))
    return [day for day in days if is_booked(day) is False]


def _stated(proposal: Proposal) -> Iterator[str]:
    """What says in words that it is a balance moves nothing; the last one of a day is there."""
    said = dict.fromkeys(filter(states_balance, proposal.values("stated_by")))
    closing = [word for word in said if plain(word) in CLOSING]
    others = [word for word in said if word not in closing]
    states = "" if proposal.has_units or "balance" in proposal.columns else _STATES
    for words, more in ((closing, states), (others, "")):
        if words:
            when = f"when = {{ stated_by = {list_of(words)} }}"
            yield f'[[rules]]\n{when}\nskip = "it states a balance and moves nothing"{more}'


def _of_units_alone(proposal: Proposal) -> Iterator[str]:
    """The last rule of a table without money: what no word says came or went by its sign."""
    field, costs = _symbol(proposal), _cost_legs(proposal)
    money = f'{{ role = "cash", currency = "{field}", quantity = "quantity" }}'
    yield _rule("deposit/withdraw", [money, *costs], f"{field} = {{ currency = true }}")
    unit = '{ role = "asset", asset = "security", quantity = "quantity" }'
    yield _rule("deposit/withdraw", [unit, *costs])


def rules_of_words(kinds: Mapping[str, str], proposal: Proposal) -> Iterator[str]:
    """The rules of rows that say these words."""
    for kind in dict.fromkeys(kinds.values()):
        words = [word for word, meant in kinds.items() if meant == kind]
        yield from _rules_of(kind, f"action = {list_of(words)}", proposal)


def states_balances(proposal: Proposal) -> bool:
    """Whether rows have a balance and no amount: those of the first and the last day, often."""
    amounts, balances = proposal.numbers("amount"), proposal.numbers("balance")
    pairs = zip(amounts, balances, strict=False)
    return not proposal.has_units and any(a is None and b is not None for a, b in pairs)


def _rules_of(kind: str, when: str, proposal: Proposal) -> Iterator[str]:
    if proposal.has_units:
        yield from _rules_of_counted_money(kind, when, proposal)
        yield from _rules_of_units(kind, when, proposal)
    if not proposal.has_money and kind != "skip":
        return
    if kind == "skip":
        yield f'[[rules]]\nwhen = {{ {when} }}\nskip = "it moves nothing"'
    elif kind in ("buy", "sell"):
        if proposal.has_units:
            yield _trade(kind, when, proposal)
        else:
            legs = _money(proposal, _signed("withdraw" if kind == "buy" else "deposit", proposal))
            yield _rule("deposit/withdraw", legs, when)
    elif kind in _TRANSFERS and proposal.has_units:
        named, sign = _TRANSFERS[kind]
        amount = "amount" if sign is None else f"{sign}abs(amount)"
        yield _rule(named, _money(proposal, amount), when)
    elif kind in ("deposit", "withdraw"):
        yield _rule("deposit/withdraw", _money(proposal, _signed(kind, proposal)), when)
    elif kind == "unknown" and proposal.has_units:
        cash, *costs = _money(proposal, _signed(kind, proposal))
        yield _rule(kind, [*_units(proposal), _optional(cash), *costs], when)
    elif kind in ("fee", "tax"):
        amount = _signed(kind, proposal)
        leg = f'{{ role = "{kind}", currency = "currency", quantity = "{amount}" }}'
        yield _rule(kind, [leg], when)
    elif kind not in ("split", "reinvest"):
        of = proposal.has_units and kind in ("dividend", "coupon")
        legs = _money(proposal, _signed(kind, proposal))
        yield _rule(kind, legs, when, 'related = "security"' if of else "")


def _rules_of_counted_money(kind: str, when: str, proposal: Proposal) -> Iterator[str]:
    """The rule of rows whose units are a currency's: what is counted is the money."""
    if kind not in (*_TRANSFERS, "reward") and not (proposal.makes_amounts and kind in _COUNTED):
        return
    field = _symbol(proposal)
    there = f"{_and(when)}{field} = {{ currency = true }}, quantity = {{ blank = false }}"
    if proposal.has_money and not proposal.makes_amounts:
        there += ", amount = { blank = true }"
    named, sign = _TRANSFERS.get(kind, (kind, "-" if kind in GOES_OUT else ""))
    named = "deposit/withdraw" if kind in ("deposit", "withdraw") else named
    own = sign is None or (kind in _COUNTED and _has_negative("quantity", kind, proposal))
    quantity = "quantity" if own else f"{sign}abs(quantity)"
    role = kind if kind in ("fee", "tax") else "cash"
    leg = f'{{ role = "{role}", currency = "{field}", quantity = "{quantity}" }}'
    yield _rule(named, [leg, *_cost_legs(proposal)], there)


def _has_negative(field: str, kind: str, proposal: Proposal) -> bool:
    """Whether a row of a kind, or any where no word tells kinds, has a negative number there."""
    numbers = proposal.numbers(field)
    if not proposal.kinds:
        return any((number or 0) < 0 for number in numbers)
    kinds = map(proposal.kinds.get, proposal.cells("action"))
    return any((n or 0) < 0 and k == kind for n, k in zip(numbers, kinds, strict=True))


def _rules_of_units(kind: str, when: str, proposal: Proposal) -> Iterator[str]:
    """The rules of rows that move units where others of their sort move money.

    Of a table that says of no money, what was bought came, and its cost is not known.
    """
    kind = kind if proposal.has_money else _WITHOUT_MONEY.get(kind, kind)
    there = f"{_and(when)}{_symbol(proposal)} = {{ blank = false, currency = false }}, quantity"
    leg = '{ role = "%s", asset = "security", quantity = "%s" }'
    costs = [] if proposal.has_money else _cost_legs(proposal)
    stated = ', cost = "abs(amount)", cost_currency = "currency" }'
    paid = leg.removesuffix(" }") + (stated if "price" in proposal.columns else " }")
    if kind == "split":
        ratio = 'ratio = "ratio"' if "ratio" in proposal.columns else 'added = "quantity"'
        yield (f'[[rules]]\nwhen = {{ {when} }}\nkind = "split"\nrelated = "security"\n{ratio}')
    elif kind == "reinvest":  # what was paid was paid in units
        yield _rule("dividend", [paid % ("asset", "abs(quantity)"), *_cost_legs(proposal)], when)
    elif kind in _TRANSFERS or kind == "reward":
        named, sign = _TRANSFERS.get(kind, (kind, ""))
        unit = leg % ("asset", "quantity" if sign is None else f"{sign}{_counted(proposal)}")
        counted = f"{_symbol(proposal)} = {{ currency = false }}, quantity = {{ blank = false }}"
        yield _rule(named, [unit, *costs], f"{_and(when)}{counted}")
    elif kind == "opening":
        yield _rule(kind, [leg % ("asset", "quantity")], f'{there} = {{ sign = "+" }}')
    elif kind in ("deposit", "withdraw"):
        unit = paid % ("asset", "abs(quantity)")
        unit = unit if kind == "deposit" else leg % ("asset", f"-{_counted(proposal)}")
        for sign in "+-":
            yield _rule(kind, [unit, *costs], f'{there} = {{ sign = "{sign}" }}')
    elif kind in ("fee", "tax"):  # taken in units; without a sign they may be those it is for
        yield _rule(kind, [leg % (kind, "quantity")], f'{there} = {{ sign = "-" }}')
    elif kind in _INCOME:
        paid_in = "price" if proposal.makes_amounts else "amount"
        blank = f'{there} = {{ sign = "+" }}, {paid_in} = {{ blank = true }}'
        yield _rule(kind, [leg % ("asset", "quantity")], blank)


def _counted(proposal: Proposal) -> str:
    """The units that moved, without the costs that were taken in units."""
    inside = proposal.settings.get("fee") == "inside" and not proposal.has_money
    costs = "".join(f" - abs({field}?)" for field in proposal.costs) if inside else ""
    return f"(abs(quantity){costs})" if costs else "abs(quantity)"


def _and(when: str) -> str:
    """The conditions before others."""
    return f"{when}, " if when else ""


def _symbol(proposal: Proposal) -> str:
    """The field that says which asset a row is about."""
    return next(field for field in ("symbol", "isin", "name") if field in proposal.columns)


def _units(proposal: Proposal) -> Iterator[str]:
    """Whatever units a row moved: as their sign says, or else against the money."""
    unit = _optional('{ role = "asset", asset = "security", quantity = "%s" }')
    if any((number or 0) < 0 for number in proposal.numbers("quantity")):
        yield unit % "quantity"
        return
    ways = {'sign = "+"': "-", 'sign = "-"': "", 'sign = "0"': "", "blank = true": ""}
    for test, sign in ways.items():
        condition = f", when = {{ amount = {{ {test} }} }} }}"
        yield (unit % f"{sign}abs(quantity)").removesuffix(" }") + condition


def _optional(leg: str) -> str:
    """A leg that a row may lack."""
    return leg.removesuffix(" }") + ", optional = true }"


def _signed(kind: str, proposal: Proposal) -> str:
    """The amount with its sign: its own where the column has signs, else the kind's."""
    made = proposal.makes_amounts
    own = "direction" in proposal.columns or not (made or "amount" in proposal.columns)
    if (
        own
        or marks_credits(proposal)
        or signed_by_action(proposal)
        or any((number or 0) < 0 for number in proposal.numbers("amount"))
        or (made and _has_negative("quantity", kind, proposal))
    ):
        return "amount"
    return "-abs(amount)" if kind in GOES_OUT else "abs(amount)"


def _cost_legs(proposal: Proposal) -> list[str]:
    unit = 'currency = "currency"' if proposal.has_money else 'asset = "security"'
    beside = "fee_currency" in proposal.columns and proposal.settings.get("fee") == "beside"
    units = {"fee": 'currency = ["fee_currency", "currency"]' if beside else unit}
    return [
        f'{{ role = "{field[:3]}", {units.get(field, unit)}, quantity = "-abs({field}?)" }}'
        for field in proposal.costs
    ]


def _money(proposal: Proposal, amount: str) -> list[str]:
    """The cash that moved, and the costs that are inside of it or beside it."""
    inside = proposal.settings.get("fee") == "inside"
    with_costs = "".join(f" + abs({field}?)" for field in proposal.costs) if inside else ""
    return [_CASH % f"{amount}{with_costs}", *_cost_legs(proposal)]


def _trade(kind: str, when: str, proposal: Proposal) -> str:
    sign, other = ("", "-") if kind == "buy" else ("-", "")
    inside = proposal.settings.get("fee") == "inside" and "amount" in proposal.columns
    joint = " - " if kind == "buy" else " + "
    costs = "".join(f"{joint}abs({field}?)" for field in proposal.costs) if inside else ""
    priced = f', price = "price", price_currency = {_quoted_in(proposal)}'
    priced = priced if "price" in proposal.columns else ""
    role, kind = ("auto", "trade") if proposal.of_coins else ("asset", kind)  # money may be bought
    unit = f'{{ role = "{role}", asset = "security", quantity = "{sign}abs(quantity)"{priced} }}'
    cash = _CASH % f"{other}(abs(amount){costs})"
    return _rule(kind, [unit, cash, *_cost_legs(proposal)], when)


def _quoted_in(proposal: Proposal) -> str:
    """What prices are in: as their own column says, or the file, else as the amounts."""
    if "price_currency" in proposal.columns:
        return '["price_currency", "currency"]'
    said = proposal.settings.get("price-currency")
    return f"\"'{said}'\"" if said else '"currency"'


def _by_sign(proposal: Proposal) -> Iterator[str]:
    """Rows without a word for what they are: the sign of the units says it, or of the money."""
    symbol = _symbol(proposal)
    for still in ("{ blank = true }", '{ sign = "0" }'):
        none = f"quantity = {still}"
        named = f"{none}, {symbol} = {{ blank = false, currency = false }}, amount"
        money = _money(proposal, "amount")
        yield _rule("dividend", money, f'{named} = {{ sign = "+" }}', 'related = "security"')
        yield _rule("unknown", money, f'{named} = {{ sign = "-" }}')
        yield _rule("deposit/withdraw", money, none)
    said = proposal.settings.get("kind", "")
    if said in ("buy", "sell"):
        yield _trade(said, "", proposal)
    elif said:
        yield from _rules_of(said, "", proposal)
    elif any((number or 0) < 0 for number in proposal.numbers("quantity")):
        yield _trade("buy", 'quantity = { sign = "+" }', proposal)
        yield _trade("sell", "", proposal)
    else:
        yield _trade("buy", 'amount = { sign = "-" }', proposal)
        yield _trade("sell", "", proposal)


def _of_money(proposal: Proposal) -> list[str]:
    fields = ("amount", "money_in", "money_out", "balance")
    return [field for field in fields if field in proposal.columns]


def continues(proposal: Proposal) -> bool:
    """Whether rows go on with what the row above says: they begin blank, without day and amount."""
    if proposal.has_units:
        return False
    begins = next(name for name in proposal.found.names if name)
    columns = [proposal.found.cells(begins), proposal.cells("date")]
    columns += [proposal.cells(field) for field in _of_money(proposal)]
    return any(not any(row) for row in zip(*columns, strict=True))


def sides_of_money(proposal: Proposal) -> dict[str, list[str]]:
    """The words of a column of directions that say that money came, and that it left.

    Of a side that no row of the file is on, all that are known.
    """
    words = dict.fromkeys(proposal.values("direction"))
    sides = {"money_in": (*INCOMING, "+"), "money_out": (*OUTGOING, "-")}
    return {
        field: [word for word in words if (plain(word) or word) in side] or list(side)
        for field, side in sides.items()
    }


def marks_credits_beside(proposal: Proposal) -> bool:
    """Whether a column of its own says of money that came that it did, and nothing of the rest."""
    words = {plain(word) for word in proposal.values("direction")}
    blank = len(proposal.values("direction")) < len(proposal.found.rows)
    return blank and len(words) == 1 and words <= {*CREDITS}


def marks_credits(proposal: Proposal) -> bool:
    """Whether amounts of money that came have ``CR`` beside them, and those that left nothing."""
    ends = {value[-2:].casefold() for value in proposal.values("amount")}
    return not proposal.has_units and "cr" in ends and "dr" not in ends and len(ends) > 1


def signed_by_action(proposal: Proposal) -> bool:
    """Whether of money alone, all of it positive, the column of actions says which way it went."""
    kinds = {kind in GOES_OUT for kind in proposal.kinds.values()}
    if proposal.has_units or "direction" in proposal.columns or kinds != {True, False}:
        return False
    amounts = proposal.numbers("amount")
    return bool(amounts) and not any((number or 0) < 0 for number in amounts)
