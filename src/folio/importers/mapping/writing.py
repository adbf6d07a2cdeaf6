"""A proposal as a profile: TOML that a person can read and change."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from folio.importers.cells.amounts import unit_of
from folio.importers.mapping.pairs import part_of
from folio.importers.mapping.proposed import NUMBERS, STATES, Proposal
from folio.importers.mapping.rules import (
    GOES_OUT,
    continues,
    list_of,
    marks_credits,
    marks_credits_beside,
    rules_of,
    sides_of_money,
    signed_by_action,
    states_balances,
    text_of,
    waiting_days,
)
from folio.importers.mapping.table import BLANKS, is_sum
from folio.importers.mapping.worth import scale_of
from folio.model.numbers import to_text

MIN_SAME = 4  # letters of a footer before its first digit, by which it is known again
_TEXTS = tuple(
    "action direction currency price_currency fee_currency ratio id symbol isin name account "
    "status stated_by filled filled_too".split()
)
_NOT_ITS_OWN = (
    "id",
    "direction",
    "price_currency",
    "fee_currency",
    "ratio",
    "name",
    "status",
)  # what says nothing of which row it is


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
        '[codes]\nXBT = "BTC"' if _names_xbt(proposal) else "",
        '[account]\nname = "account"' if "account" in proposal.columns else "",
        _booked(proposal),
        *rules_of(proposal),
        _identity(proposal),
        _balance(proposal),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _column(proposal: Proposal, field: str) -> str:
    """The column of a field, as a profile says it."""
    name = proposal.columns[field]
    return proposal.found.spelled.get(name) or text_of(name)


def at_exchange(proposal: Proposal) -> bool:
    """Whether what is held there is coins, and what is called as a currency is one."""
    said = proposal.settings.get("institution-type", "")
    return said.startswith("crypto") if said else proposal.of_coins


def _head(name: str, proposal: Proposal) -> str:
    kinds = ("broker", "brokerage") if proposal.has_units else ("bank", "checking")
    kinds = ("crypto-exchange", "exchange") if proposal.of_coins else kinds
    said = proposal.settings
    at = said.get("institution", name)
    notes = [f"note_{n}" for n, _ in enumerate(proposal.notes, 1)]
    lines = [
        f"# Made by folio import --map from {proposal.found.path.name}; change it as you like.",
        f"name = {text_of(name)}",
        f"title = {text_of(at + ', made by folio import --map')}",
        f"institution = {text_of(at)}",
        f"institution_type = {text_of(said.get('institution-type', kinds[0]))}",
        f"account_type = {text_of(said.get('account-type', kinds[1]))}",
        f"tracks_cash = {'false' if said.get('cash') == 'no' else 'true'}",
    ]
    note = [*notes, *(["action"] if "action" in proposal.columns else [])]
    return "\n".join([*lines, f"note = {list_of(note)}"] if note else lines)


def _file(proposal: Proposal) -> str:
    found = proposal.found
    lines = []
    if found.encoding not in ("utf-8", "cp1252"):
        lines.append(f"encodings = {list_of([found.encoding])}")
    if found.delimiter != ",":
        lines.append(f"delimiters = {text_of(found.delimiter)}")
    ignored = [_glob(first) for first in found.beside if _safe(first, proposal)]
    if ignored:
        lines.append(f"ignore = {list_of(ignored)}")
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
    found = proposal.found
    if not found.has_header:
        return f"[header]\nnumbered = {len(found.names)}"
    names = [name for name in found.names if name and name not in found.spelled]
    return f"[header]\nrequire = {list_of(names)}"


def _date(proposal: Proposal) -> str:
    columns = [[proposal.columns["date"]]]
    formats = [proposal.settings["date"]]
    is_printed = "%" in formats[0]  # not counted
    if (
        "time" in proposal.columns
        and is_printed
        and "%H" not in formats[0]
        and "%I" not in formats[0]
    ):
        columns.append([proposal.columns["time"]])
        formats = [f"{formats[0]} {clock}" for clock in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")]
        formats += [proposal.settings["date"]]
    listed = ", ".join(map(list_of, columns))
    zone = proposal.settings.get("zone")
    said = f"[date]\ncolumn = [{listed}]\nformats = {list_of(formats)}"
    return f"{said}\nzone = {text_of(zone)}" if zone else said


def _numbers(proposal: Proposal) -> str:
    values = [value for field in NUMBERS for value in proposal.values(field)]
    cells = {cell.strip() for row in proposal.found.rows for cell in row.cells}
    lines = [f"decimal = {text_of(proposal.settings['decimal'])}"]
    if any("e" in value.lower().rstrip("eurchfsk ") for value in values):
        lines.append("exponents = true")
    if any(map(unit_of, values)):
        lines.append("units = true")
    blanks = [blank for blank in BLANKS if blank in cells]
    return "\n".join(["[numbers]", *lines, *([f"blanks = {list_of(blanks)}"] if blanks else [])])


def _texts(proposal: Proposal) -> str:
    lines = [
        f"{field} = {_column(proposal, field)}" for field in _TEXTS if field in proposal.columns
    ]
    if "pairs" in proposal.settings:
        lines = [line for line in lines if not line.startswith(("symbol =", "currency ="))]
        column = text_of(proposal.columns["symbol"])
        for field, part in (("symbol", "base"), ("currency", "quote")):
            pattern = part_of(proposal.settings["pairs"], part)
            lines.append(f"{field} = {{ column = {column}, pattern = {text_of(pattern)} }}")
    said = proposal.settings.get("currency", "")
    if said.startswith("beside "):
        lines.append(f'currency = {{ unit_of = "{said.removeprefix("beside ")}" }}')
    elif said:
        lines = [line for line in lines if not line.startswith("currency =")]
        lines.append(f"currency = {{ default = {text_of(said)} }}")
    if continues(proposal) or waiting_days(proposal):
        lines.append(f"printed_day = {text_of(proposal.columns['date'])}")
    if continues(proposal):
        begins = next(name for name in proposal.found.names if name)
        lines.append(f"begins = {proposal.found.spelled.get(begins) or text_of(begins)}")
    if marks_credits(proposal):
        lines.append(f"printed = {_column(proposal, 'amount')}")
    spelled = proposal.found.spelled
    lines += [
        f"note_{n} = {spelled.get(name) or text_of(name)}"
        for n, name in enumerate(proposal.notes, 1)
    ]
    return "\n".join(["[texts]", *lines])


def _cells(proposal: Proposal, field: str, when: str = "") -> str:
    """A column of numbers, as a profile says it."""
    scale = proposal.scale(field)
    parts = [f"column = {text_of(proposal.columns[field])}"]
    parts += [f'scale = "{scale}"'] if scale != 1 else []
    parts += [when] if when else []
    return f"{{ {', '.join(parts)} }}" if len(parts) > 1 else text_of(proposal.columns[field])


def _booked(proposal: Proposal) -> str:
    """What the words of a column of states are, those that folio knows by itself, too."""
    if "status" not in proposal.columns:
        return ""
    said = {key: [w for w, s in proposal.states.items() if s == key] for key in STATES}
    blank = [""] if "" in proposal.cells("status") else []
    lines = ["[booked]", 'text = "status"', f"yes = {list_of([*said['booked'], *blank])}"]
    return "\n".join([*lines, f"no = {list_of(said['skip'])}", 'skip = "it is not booked"'])


_IN_AND_OUT = 'amount = { value = "abs(money_in?) - abs(money_out?)" }'


def _amounts(proposal: Proposal) -> str:
    columns = proposal.columns
    lines = [f"{f} = {_cells(proposal, f)}" for f in NUMBERS if f in columns and f != "amount"]
    if "amount" in columns and "direction" in columns:
        for field, said in sides_of_money(proposal).items():
            when = f"when = {{ direction = {list_of(said)} }}"
            if field == "money_out" and marks_credits_beside(proposal):
                when = "when = { direction = { blank = true } }"
            lines.append(f"{field} = {_cells(proposal, 'amount', when)}")
        lines.append(f"stated = {_cells(proposal, 'amount')}")
        lines.append(_IN_AND_OUT)
    elif marks_credits(proposal):
        for field, test in (("money_out", "none_of"), ("money_in", "like")):
            when = f'when = {{ printed = {{ {test} = ["*cr"] }} }}'
            lines.append(f"{field} = {_cells(proposal, 'amount', when)}")
        lines.append(_IN_AND_OUT)
    elif signed_by_action(proposal):
        out = [_escaped(w) for w, kind in proposal.kinds.items() if kind in GOES_OUT]
        for field, test in (("money_out", "like"), ("money_in", "none_of")):
            when = f"when = {{ action = {{ {test} = {list_of(out)} }} }}"
            lines.append(f"{field} = {_cells(proposal, 'amount', when)}")
        lines.append(_IN_AND_OUT)
    elif "amount" in columns and proposal.settings.get("purchases") == "positive":
        lines.append(f"stated = {_cells(proposal, 'amount')}")
        lines.append('amount = { value = "-stated" }')
    elif "amount" in columns:
        lines.append(f"amount = {_cells(proposal, 'amount')}")
        if still := _still(proposal):
            when = f"when = {{ action = {{ none_of = {list_of(still)} }} }}"
            lines.append(f"moved = {_cells(proposal, 'amount', when)}")
    elif "money_in" in columns or "money_out" in columns:
        lines += [f"{f} = []" for f in ("money_in", "money_out") if f not in columns]
        came = "-" if _negative(proposal, "money_in") else ""
        left = "+" if _negative(proposal, "money_out") else "-"
        lines.append(f'amount = {{ value = "{came}money_in? {left} money_out?" }}')
    elif not proposal.has_money:
        lines.append("amount = []")
    else:
        scale = f" * {to_text(scale_of(proposal))}" if scale_of(proposal) != 1 else ""
        lines.append(f'amount = {{ value = "round(quantity * price{scale}, currency)" }}')
    return "\n".join(["[amounts]", *lines])


def _still(proposal: Proposal) -> list[str]:
    """The words of rows that move nothing, whatever amount stands there, as globs."""
    return [_escaped(word) for word, kind in proposal.kinds.items() if kind == "skip"]


def _escaped(text: str) -> str:
    """A glob that only this text fits."""
    return re.sub(r"[\[*?]", lambda sign: f"[{sign[0]}]", text)


def _negative(proposal: Proposal, field: str) -> bool:
    """Whether a column has its amounts with a minus: a plus there takes one back.

    Where it has as many with a plus, the balances say it.
    """
    numbers = [number for number in proposal.numbers(field) if number]
    negative = sum(number < 0 for number in numbers)
    if negative * 2 != len(numbers) or not numbers:
        return negative * 2 > len(numbers)
    way = -1 if field == "money_out" else 1
    balances = proposal.numbers("balance")
    amounts = [(number or Decimal(0)) * way for number in proposal.numbers(field)]
    return _follows([-amount for amount in amounts], balances) > _follows(amounts, balances)


def _follows(amounts: Sequence[Decimal], balances: Sequence[Decimal | None]) -> int:
    """How many balances follow from those before them, or after."""
    rows = [(amount, left) for amount, left in zip(amounts, balances, strict=False)]
    steps = [
        (amount == new - old, before == old - new)
        for (before, old), (amount, new) in pairwise(rows)
        if old is not None and new is not None and old != new
    ]
    return max(sum(older for older, _ in steps), sum(newer for _, newer in steps))


def _assets(proposal: Proposal) -> str:
    columns = [f for f in ("symbol", "isin", "name") if f in proposal.columns]
    if not proposal.has_units:
        return ""
    parts = [f"symbol = {list_of(columns)}"]
    if at_exchange(proposal):
        parts += ["type = \"'crypto'\"", "currencies = true"]
    parts += [f'{field} = "{field}"' for field in ("isin", "name") if field in columns]
    return f"[assets]\nsecurity = {{ {', '.join(parts)} }}"


def _names_xbt(proposal: Proposal) -> bool:
    """Whether bitcoin is called as some exchanges do, which is no other coin."""
    fields = ("symbol", "currency", "fee_currency")
    return proposal.of_coins and any("XBT" in proposal.cells(field) for field in fields)


# -- identity ------------------------------------------------------------------------------


def _identity(proposal: Proposal) -> str:
    ids = proposal.values("id")
    own = bool(ids) and len(set(ids)) == len(proposal.found.rows)
    fields = ["time", "kind"]
    fields += [f for f in _TEXTS if f in proposal.columns and f not in _NOT_ITS_OWN]
    told = "currency" not in proposal.columns and "currency" in proposal.settings
    fields += ["currency"] if told or "pairs" in proposal.settings else []
    fields += [f for f in ("quantity", "amount") if f in proposal.columns or f == "amount"]
    fields += [f"note_{number}" for number, _ in enumerate(proposal.notes, 1)]
    lines = ["[identity]", 'id = "id"'] if own else ["[identity]"]
    return "\n".join([*lines, f"fields = {list_of(fields)}"])


def _balance(proposal: Proposal) -> str:
    if "balance" not in proposal.columns:
        return ""
    costs = proposal.costs
    beside = "".join(f" - abs({f}?)" for f in costs)
    if "\nmoved = " in _amounts(proposal):
        moved = "moved?"
    else:
        moved = "amount?" if states_balances(proposal) else "amount"
    movement = moved if proposal.settings.get("fee") == "inside" else f"{moved}{beside}"
    if proposal.has_units:
        return ""  # the movement of a trade follows from its kind, not from one column
    return f'[balance]\nprinted = "balance"\nmovement = "{movement}"\ncurrency = "currency"'
