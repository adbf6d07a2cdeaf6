"""A rule that holds the other way round, too: what is said of a purchase, said of a sale.

``turned`` are the conditions of a rule that stand in place of its own where all goes the other
way::

    [[rules]]
    when = { side = "buy" }
    turned = { side = "sell" }        # the units go, the money comes; a fee is one all the same
    kind = "buy"
    legs = [
        { role = "asset", asset = "coin", quantity = "size", price = "price" },
        { role = "cash", currency = "quote", quantity = "-worth" },
        { role = "fee", currency = "quote", quantity = "-fee?" },
    ]

>>> turned({"rules": [{"when": {"side": "buy", "size": {"sign": "+"}}, "turned": {"side": "sell"},
...         "kind": "buy", "legs": [{"role": "asset", "quantity": "size"}]}]})["rules"][1]
{'when': {'side': 'sell', 'size': {'sign': '+'}}, 'kind': 'sell', 'legs': [{'role': 'asset', \
'quantity': '-(size)'}]}
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_KINDS = {"trade": "trade", "buy": "sell", "sell": "buy"}
_MINUS = re.compile(r"-([a-z_][a-z0-9_]*\??)", re.ASCII)
_COSTS = ("fee", "tax")


def turned(data: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a profile, with a rule more for each that holds the other way round.

    Raises:
        ValueError: when a rule that holds both ways is of no kind that has another one.
    """
    rules = data.get("rules", [])
    if not (isinstance(rules, list) and all(isinstance(rule, dict) for rule in rules)):
        return {**data}  # is refused for its form
    return {**data, "rules": [one for rule in rules for one in _both(rule, data)]}


def _both(rule: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "turned" not in rule:
        yield rule
        return
    first = {key: value for key, value in rule.items() if key != "turned"}
    yield first
    legs = rule.get("legs", "moved")
    legs = data.get("legs", {}).get(legs) if isinstance(legs, str) else legs
    kind = _KINDS.get(rule.get("kind", ""))
    if kind is None or not isinstance(legs, list) or not isinstance(rule["turned"], dict):
        raise ValueError(f"rules: turned is of rules with legs whose kind is {', '.join(_KINDS)}")
    when = {**rule.get("when", {}), **rule["turned"]}
    yield {**first, "when": when, "kind": kind, "legs": [_back(leg) for leg in legs]}


def _back(leg: Mapping[str, Any]) -> Mapping[str, Any]:
    if leg.get("role") in _COSTS or not isinstance(leg.get("quantity"), str):
        return leg
    name = _MINUS.fullmatch(leg["quantity"])
    return {**leg, "quantity": name[1] if name else f"-({leg['quantity']})"}
