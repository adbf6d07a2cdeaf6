"""A proposal as a profile: TOML that a person can read and change."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from folio.importers.mapping.proposal import NUMBERS, Proposal
from folio.importers.mapping.table import BLANKS, has_units, is_sum
from folio.importers.mapping.words import INCOMING, OUTGOING, UNDONE, plain

_CASH = '{ role = "cash", currency = "currency", quantity = "%s" }'
MIN_SAME = 4  # letters of a footer before its first digit, by which it is known again
_GOES_OUT = ("withdraw", "fee", "tax", "buy")  # kinds, of an account of money alone
_TEXTS = ("action", "direction", "currency", "id", "symbol", "isin", "name", "account", "status")
_NOT_ITS_OWN = ("id", "direction", "name", "status")  # what says nothing of which row it is


def profile_text(name: str, proposal: Proposal) -> str:
    """The TOML of the profile ``name``."""
    parts = [
        _head(name, proposal),
        _file(proposal),
        _header(proposal),
        _date(proposal),
        _numbers(proposal),
        _texts(proposal),
        _amounts(proposal),
        _assets(proposal),
        '[account]\nname = "account"' if "account" in proposal.columns else "",
        *_rules(proposal),
        _identity(proposal),
        _balance(proposal),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _head(name: str, proposal: Proposal) -> str:
    units = proposal.has_units
    said = proposal.settings
    at = said.get("institution", name)
    notes = [f"note_{n}" for n, _ in enumerate(proposal.notes, 1)]
    lines = [
        f"# Made by folio import --map from {proposal.found.path.name}; change it as you like.",
        f"name = {_text(name)}",
        f"title = {_text(at + ', made by folio import --map')}",
        f"institution = {_text(at)}",
        f"institution_type = {_text(said.get('institution-type', 'broker' if units else 'bank'))}",
        f"account_type = {_text(said.get('account-type', 'brokerage' if units else 'checking'))}",
        "tracks_cash = true",
    ]
    note = [*notes, *(["action"] if "action" in proposal.columns else [])]
    return "\n".join([*lines, f"note = {_list(note)}"] if note else lines)


def _file(proposal: Proposal) -> str:
    found = proposal.found
    lines = []
    if found.encoding not in ("utf-8", "cp1252"):
        lines.append(f"encodings = {_list([found.encoding])}")
    if found.delimiter != ",":
        lines.append(f"delimiters = {_text(found.delimiter)}")
    ignored = [_glob(first) for first in found.beside if _safe(first, proposal)]
    if ignored:
        lines.append(f"ignore = {_list(ignored)}")
    return "\n".join(["[file]", *lines]) if lines else ""


def _safe(first: str, proposal: Proposal) -> bool:
    """Whether no booking can begin with this cell: those of this file begin with their day."""
    named = next((name for name in proposal.found.names if name), "")
    return is_sum(first) or proposal.columns["date"] == named


def _glob(text: str) -> str:
    """A glob for a cell, up to what changes from export to export."""
    same = re.split(r"\d", text)[0]
    kept = text if len(same.strip()) < MIN_SAME else same
    return re.sub(r"[\[\]*?]", "?", kept) + ("" if kept == text else "*")


def _header(proposal: Proposal) -> str:
    names = list(dict.fromkeys(name for name in proposal.found.names if name))
    return f"[header]\nrequire = {_list(names)}"


def _date(proposal: Proposal) -> str:
    columns = [[proposal.columns["date"]]]
    formats = [proposal.settings["date"]]
    if "time" in proposal.columns and "%H" not in formats[0] and "%I" not in formats[0]:
        columns.append([proposal.columns["time"]])
        formats = [f"{formats[0]} {clock}" for clock in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")]
        formats += [proposal.settings["date"]]
    listed = ", ".join(map(_list, columns))
    zone = proposal.settings.get("zone")
    said = f"[date]\ncolumn = [{listed}]\nformats = {_list(formats)}"
    return f"{said}\nzone = {_text(zone)}" if zone else said


def _numbers(proposal: Proposal) -> str:
    values = [value for field in NUMBERS for value in proposal.values(field)]
    cells = {cell.strip() for row in proposal.found.rows for cell in row.cells}
    lines = [f"decimal = {_text(proposal.settings['decimal'])}"]
    if any("e" in value.lower().rstrip("eurchfsk ") for value in values):
        lines.append("exponents = true")
    if any(has_units([value]) for value in values):
        lines.append("units = true")
    blanks = [blank for blank in BLANKS if blank in cells]
    return "\n".join(["[numbers]", *lines, *([f"blanks = {_list(blanks)}"] if blanks else [])])


def _texts(proposal: Proposal) -> str:
    lines = [
        f"{field} = {_text(proposal.columns[field])}"
        for field in _TEXTS
        if field in proposal.columns
    ]
    said = proposal.settings.get("currency", "")
    if said.startswith("beside "):
        lines.append(f'currency = {{ unit_of = "{said.removeprefix("beside ")}" }}')
    elif said:
        lines = [line for line in lines if not line.startswith("currency =")]
        lines.append(f"currency = {{ default = {_text(said)} }}")
    lines += [f"note_{n} = {_text(name)}" for n, name in enumerate(proposal.notes, 1)]
    return "\n".join(["[texts]", *lines])


def _amounts(proposal: Proposal) -> str:
    columns = proposal.columns
    lines = [f"{f} = {_text(columns[f])}" for f in NUMBERS if f in columns and f != "amount"]
    if "amount" in columns and "direction" in columns:
        words = dict.fromkeys(proposal.values("direction"))
        for field, side in (("money_in", (*INCOMING, "+")), ("money_out", (*OUTGOING, "-"))):
            said = [w for w in words if (plain(w) or w) in side]
            when = f"when = {{ direction = {_list(said)} }}"
            lines.append(f"{field} = {{ column = {_text(columns['amount'])}, {when} }}")
        lines.append(f"stated = {_text(columns['amount'])}")
        lines.append(_IN_AND_OUT)
    elif _signed_by_action(proposal):
        out = [_escaped(w) for w, kind in proposal.kinds.items() if kind in _GOES_OUT]
        column = f"column = {_text(columns['amount'])}"
        for field, test in (("money_out", "like"), ("money_in", "none_of")):
            when = f"when = {{ action = {{ {test} = {_list(out)} }} }}"
            lines.append(f"{field} = {{ {column}, {when} }}")
        lines.append(_IN_AND_OUT)
    elif "amount" in columns and proposal.settings.get("purchases") == "positive":
        lines.append(f"stated = {_text(columns['amount'])}")
        lines.append('amount = { value = "-stated" }')
    elif "amount" in columns:
        lines.append(f"amount = {_text(columns['amount'])}")
        if still := _still(proposal):
            when = f"when = {{ action = {{ none_of = {_list(still)} }} }}"
            lines.append(f"moved = {{ column = {_text(columns['amount'])}, {when} }}")
    elif "money_in" in columns or "money_out" in columns:
        lines += [f"{f} = []" for f in ("money_in", "money_out") if f not in columns]
        came = "-" if _negative(proposal, "money_in") else ""
        left = "+" if _negative(proposal, "money_out") else "-"
        lines.append(f'amount = {{ value = "{came}money_in? {left} money_out?" }}')
    else:
        lines.append('amount = { value = "round(quantity * price, currency)" }')
    return "\n".join(["[amounts]", *lines])


def _signed_by_action(proposal: Proposal) -> bool:
    """Whether of money alone, all of it positive, the column of actions says which way it went."""
    kinds = {kind in _GOES_OUT for kind in proposal.kinds.values()}
    if proposal.has_units or "direction" in proposal.columns or kinds != {True, False}:
        return False
    amounts = proposal.numbers("amount")
    return bool(amounts) and not any((number or 0) < 0 for number in amounts)


def _still(proposal: Proposal) -> list[str]:
    """The words of rows that move nothing, whatever amount stands there, as globs."""
    return [_escaped(word) for word, kind in proposal.kinds.items() if kind == "skip"]


def _escaped(text: str) -> str:
    """A glob that only this text fits."""
    return re.sub(r"[\[*?]", lambda sign: f"[{sign[0]}]", text)


def _negative(proposal: Proposal, field: str) -> bool:
    """Whether a column has its amounts with a minus: a plus there takes one back."""
    numbers = [number for number in proposal.numbers(field) if number]
    return sum(number < 0 for number in numbers) * 2 > len(numbers)


_IN_AND_OUT = 'amount = { value = "abs(money_in?) - abs(money_out?)" }'


def _assets(proposal: Proposal) -> str:
    columns = [f for f in ("symbol", "isin", "name") if f in proposal.columns]
    if not proposal.has_units:
        return ""
    lines = [f"symbol = {_list(columns)}"]
    lines += [f'{field} = "{field}"' for field in ("isin", "name") if field in columns]
    return "\n".join(["[assets.security]", *lines])


# -- rules ---------------------------------------------------------------------------------


def _rule(kind: str, legs: list[str], when: str = "", more: str = "") -> str:
    lines = ["[[rules]]"]
    lines += [f"when = {{ {when} }}"] if when else []
    lines += [f"kind = {_text(kind)}"]
    lines += [more] if more else []
    joined = "".join(f"    {leg},\n" for leg in legs)
    return "\n".join([*lines, f"legs = [\n{joined}]"])


def _rules(proposal: Proposal) -> Iterator[str]:
    if "status" in proposal.columns:
        states = f"status = {_list(UNDONE)}"
        yield f'[[rules]]\nwhen = {{ {states} }}\nskip = "it is not booked"'
    if _states_balances(proposal):
        when = "amount = { blank = true }, balance = { blank = false }"
        yield f'[[rules]]\nwhen = {{ {when} }}\nskip = "it states a balance and moves nothing"'
    if "direction" in proposal.columns and "amount" in proposal.columns:
        words = list(dict.fromkeys(proposal.values("direction")))
        yield _rule("unknown", [_CASH % "stated"], f"direction = {{ none_of = {_list(words)} }}")
    yield from rules_of_words(proposal.kinds, proposal)
    if not proposal.has_units:
        said = proposal.settings.get("kind", "")
        amount = _signed(said, proposal) if said else "amount"
        yield _rule("deposit/withdraw", _money(proposal, amount))
    elif not proposal.kinds:
        yield from _by_sign(proposal)


def rules_of_words(kinds: Mapping[str, str], proposal: Proposal) -> Iterator[str]:
    """The rules of rows that say these words."""
    for kind in dict.fromkeys(kinds.values()):
        words = [word for word, meant in kinds.items() if meant == kind]
        yield from _rules_of(kind, f"action = {_list(words)}", proposal)


def _states_balances(proposal: Proposal) -> bool:
    """Whether rows have a balance and no amount: those of the first and the last day, often."""
    amounts, balances = proposal.numbers("amount"), proposal.numbers("balance")
    pairs = zip(amounts, balances, strict=False)
    return not proposal.has_units and any(a is None and b is not None for a, b in pairs)


def _rules_of(kind: str, when: str, proposal: Proposal) -> Iterator[str]:
    if kind == "skip":
        yield f'[[rules]]\nwhen = {{ {when} }}\nskip = "it moves nothing"'
    elif kind in ("buy", "sell"):
        if proposal.has_units:
            yield _trade(kind, when, proposal)
        else:
            legs = _money(proposal, _signed("withdraw" if kind == "buy" else "deposit", proposal))
            yield _rule("deposit/withdraw", legs, when)
    elif kind in ("transfer_in", "transfer_out", "reward") and proposal.has_units:
        sign = "-" if kind == "transfer_out" else ""
        unit = f'{{ role = "asset", asset = "security", quantity = "{sign}abs(quantity)" }}'
        yield _rule(kind, [unit], f"{when}, quantity = {{ blank = false }}")
        yield _rule(kind, _money(proposal, f"{sign}abs(amount)"), when)
    elif kind in ("deposit", "withdraw"):
        yield _rule("deposit/withdraw", _money(proposal, _signed(kind, proposal)), when)
    elif kind == "unknown" and proposal.has_units:
        cash, *costs = _money(proposal, _signed(kind, proposal))
        yield _rule(kind, [*_units(proposal), _optional(cash), *costs], when)
    elif kind in ("fee", "tax"):
        amount = _signed(kind, proposal)
        leg = f'{{ role = "{kind}", currency = "currency", quantity = "{amount}" }}'
        yield _rule(kind, [leg], when)
    else:
        of = proposal.has_units and kind == "dividend"
        legs = _money(proposal, _signed(kind, proposal))
        yield _rule(kind, legs, when, 'related = "security"' if of else "")


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
    own = "direction" in proposal.columns or "amount" not in proposal.columns
    if (
        own
        or _signed_by_action(proposal)
        or any((number or 0) < 0 for number in proposal.numbers("amount"))
    ):
        return "amount"
    return "-abs(amount)" if kind in _GOES_OUT else "abs(amount)"


def _costs(proposal: Proposal) -> list[str]:
    """The fields of costs that the file has."""
    return [field for field in ("fee", "tax") if field in proposal.columns]


def _cost_legs(proposal: Proposal) -> list[str]:
    return [
        f'{{ role = "{field}", currency = "currency", quantity = "-abs({field}?)" }}'
        for field in _costs(proposal)
    ]


def _money(proposal: Proposal, amount: str) -> list[str]:
    """The cash that moved, and the costs that are inside of it or beside it."""
    inside = proposal.settings.get("fee") == "inside"
    with_costs = "".join(f" + abs({field}?)" for field in _costs(proposal)) if inside else ""
    return [_CASH % f"{amount}{with_costs}", *_cost_legs(proposal)]


def _trade(kind: str, when: str, proposal: Proposal) -> str:
    sign, other = ("", "-") if kind == "buy" else ("-", "")
    inside = proposal.settings.get("fee") == "inside" and "amount" in proposal.columns
    joint = " - " if kind == "buy" else " + "
    costs = "".join(f"{joint}abs({field}?)" for field in _costs(proposal)) if inside else ""
    priced = ', price = "price", price_currency = "currency"' if "price" in proposal.columns else ""
    unit = f'{{ role = "asset", asset = "security", quantity = "{sign}abs(quantity)"{priced} }}'
    cash = _CASH % f"{other}(abs(amount){costs})"
    return _rule(kind, [unit, cash, *_cost_legs(proposal)], when)


def _by_sign(proposal: Proposal) -> Iterator[str]:
    """Rows without a word for what they are: the sign of the units says it, or of the money."""
    yield _rule("deposit/withdraw", _money(proposal, "amount"), "quantity = { blank = true }")
    yield _rule("deposit/withdraw", _money(proposal, "amount"), 'quantity = { sign = "0" }')
    said = proposal.settings.get("kind")
    if said:
        yield _trade(said, "", proposal)
    elif any((number or 0) < 0 for number in proposal.numbers("quantity")):
        yield _trade("buy", 'quantity = { sign = "+" }', proposal)
        yield _trade("sell", "", proposal)
    else:
        yield _trade("buy", 'amount = { sign = "-" }', proposal)
        yield _trade("sell", "", proposal)


# -- identity ------------------------------------------------------------------------------


def _identity(proposal: Proposal) -> str:
    ids = proposal.values("id")
    own = bool(ids) and len(set(ids)) == len(proposal.found.rows)
    fields = ["time", "kind"]
    fields += [f for f in _TEXTS if f in proposal.columns and f not in _NOT_ITS_OWN]
    fields += ["currency"] if "currency" not in proposal.columns else []
    fields += [f for f in ("quantity", "amount") if f in proposal.columns or f == "amount"]
    fields += [f"note_{number}" for number, _ in enumerate(proposal.notes, 1)]
    lines = ["[identity]", 'id = "id"'] if own else ["[identity]"]
    return "\n".join([*lines, f"fields = {_list(fields)}"])


def _balance(proposal: Proposal) -> str:
    if "balance" not in proposal.columns:
        return ""
    costs = _costs(proposal)
    beside = "".join(f" - abs({f}?)" for f in costs)
    if "\nmoved = " in _amounts(proposal):
        moved = "moved?"
    else:
        moved = "amount?" if _states_balances(proposal) else "amount"
    movement = moved if proposal.settings.get("fee") == "inside" else f"{moved}{beside}"
    if proposal.has_units:
        return ""  # the movement of a trade follows from its kind, not from one column
    return f'[balance]\nprinted = "balance"\nmovement = "{movement}"\ncurrency = "currency"'
