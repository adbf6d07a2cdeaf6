"""What fills a vault day by day, beside a daybook: from rules 10 alone.

A holding's part is its value times the percentage of the day, rounded; put in is what crosses the
border of each holding times its own percentage, and what a new percentage moves of what was there
the evening before.
"""

import datetime as dt
from fractions import Fraction
from typing import NamedTuple

from daybook import Daybook, rounded
from daybook_seen import NONE, ONE_DAY, Where


class VaultDay(NamedTuple):
    """At a day's end; ``growth`` is what came that nobody put in."""

    on: dt.date
    value: Fraction
    put_in: Fraction
    growth: Fraction


def filled(daybook: Daybook, vault: str, money: str) -> list[VaultDay]:
    """The days of a vault since something first fills it."""
    said = [one for one in daybook.filled if one.to == vault]

    def shares(day: dt.date) -> dict[Where, Fraction]:
        by_day = sorted((one for one in said if one.on <= day), key=lambda one: one.on)
        return {(one.account, one.asset): one.share for one in by_day}  # the last of a day counts

    first = min((one.on for one in said if one.share), default=dt.date.max)
    found: list[VaultDay] = []
    evening: dict[Where, Fraction] = {}
    for leaves in daybook.leaves(money):
        own, before = shares(leaves.on), shares(leaves.on - ONE_DAY)
        value = sum(
            (rounded(leaf.value * own.get(where, NONE), money)
             for where, leaf in leaves.holdings.items()), NONE,
        )  # fmt: skip
        put_in = sum((amount * own.get(where, NONE) for amount, where, _ in leaves.crossed), NONE)
        for where, leaf in leaves.holdings.items():
            part = own.get(where, NONE)
            put_in += leaf.appeared * part
            put_in += evening.get(where, NONE) * (part - before.get(where, NONE))
        evening = {where: leaf.value for where, leaf in leaves.holdings.items()}
        if leaves.on >= first:
            eve = found[-1].value if found else NONE
            put_in = rounded(put_in, money)
            found.append(VaultDay(leaves.on, value, put_in, value - eve - put_in))
    return found
