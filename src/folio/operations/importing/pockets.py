"""Holdings that are made of pockets: a file may print the balance of some of them alone.

Where a profile checks the balances of a holding by pocket (the products of an account, the wallets
of an exchange), each statement keeps where its pockets begin and end.  What a file states of a
holding lacks the pockets that only other statements have; they held what they ended with the last
time before that day, or what they opened with the first time after it.  In the midst of what
another statement has of a pocket nobody tells.

A pocket may come back under another name: where the sum of a file's own follows from the balance
before and what moved since, it is the whole.

>>> day = dt.date
>>> both = [Pocket(("Current",), day(2025, 1, 1), ZERO, day(2025, 1, 5), Decimal(600)),
...         Pocket(("Savings",), day(2025, 1, 5), ZERO, day(2025, 1, 5), Decimal(400))]
>>> later = [Pocket(("Current",), day(2025, 2, 5), Decimal(600), day(2025, 2, 5), Decimal(550))]
>>> whole([both, later], later)
(Decimal('950'), [(('Savings',), Decimal('400'), datetime.date(2025, 1, 5))])
"""

import datetime as dt
import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from folio.db.statements.observations import moved_after
from folio.db.statements.statements import pockets_kept
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word
from folio.model.statements import Pocket

Name = tuple[str, ...]
Pockets = Sequence[Pocket]  # of a holding, in one statement


def as_text(stated: Iterable[tuple[int, Pocket]]) -> str:
    """What a statement keeps of pockets, each with its holding; "" of none."""
    kept = [
        [
            holding,
            one.name,
            str(one.first),
            None if one.opening is None else to_text(one.opening),
            str(one.last),
            to_text(one.end),
        ]
        for holding, one in stated
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else ""


def earlier_pockets(db: sqlite3.Connection, source_id: int) -> dict[int, dict[int, list[Pocket]]]:
    """The pockets of each holding, by the statement of the source; not of undone ones."""
    found: dict[int, dict[int, list[Pocket]]] = defaultdict(dict)
    for number, text in pockets_kept(db, source_id):
        for holding, name, first, opening, last, end in json.loads(text):
            days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
            before = None if opening is None else Decimal(opening)
            one = Pocket(tuple(name), days[0], before, days[1], Decimal(end))
            found[holding].setdefault(number, []).append(one)
    return found


def own_sum(own: Pockets) -> Decimal:
    """What a statement's own pockets ended with."""
    return sum((one.end for one in own), ZERO)


def last_day(own: Pockets) -> dt.date:
    """The day of which a statement states a holding's balance."""
    return max(one.last for one in own)


class Unknown(NamedTuple):
    """A pocket of which nobody tells what it held on a day."""

    name: Name


Held = tuple[Name, Decimal, dt.date]  # what a pocket held, and the day of which that is said
Whole = tuple[Decimal, list[Held]] | Unknown


def whole(statements: Iterable[Pockets], own: Pockets) -> Whole:
    """What all pockets of a holding held when a statement's ``own`` ended, and which the others
    were that held something; by all ``statements``, the newest last.
    """
    named = {one.name for one in own}
    others: dict[Name, list[Pocket]] = defaultdict(list)
    for statement in statements:
        for one in statement:
            if one.name not in named:
                others[one.name].append(one)
    held: list[Held] = []
    for name, spans in others.items():
        found = _held_on(spans, last_day(own))
        if found is None:
            return Unknown(name)
        if found[0]:
            held.append((name, *found))
    return own_sum(own) + sum((amount for _, amount, _ in held), ZERO), held


def _held_on(spans: Sequence[Pocket], day: dt.date) -> tuple[Decimal, dt.date] | None:
    """What a pocket held at the end of a day, and the day of which that is said."""
    ended = [one for one in spans if one.last <= day]
    newest = max(reversed(ended), key=attrgetter("last"), default=None)
    if newest is not None and newest.last == day:
        return newest.end, day
    if any(one.first <= day < one.last for one in spans):
        return None
    if newest is not None:
        return newest.end, newest.last
    first = min(spans, key=attrgetter("first"))
    return None if first.opening is None else (first.opening, first.first - dt.timedelta(days=1))


def follows(
    db: sqlite3.Connection,
    holding: int,
    closes: Mapping[dt.date, Decimal],
    day: dt.date,
    balance: Decimal,
) -> bool:
    """Whether a day's balance follows from the one before and what moved since; or the one after
    it from that, where there is none before.
    """
    days = sorted(closes)
    place, after = bisect_left(days, day), bisect_right(days, day)
    if place:
        since = days[place - 1]
        return closes[since] + moved_after(db, holding, since, day) == balance
    if after < len(days):
        return balance + moved_after(db, holding, day, days[after]) == closes[days[after]]
    return moved_after(db, holding, dt.date.min, day) == balance


class Restated(NamedTuple):
    """A balance that a statement stated, and what it is by what else is known."""

    number: int
    own: Pockets
    day: dt.date
    balance: Decimal | None  # None: nobody tells
    by: Whole


def restated(
    db: sqlite3.Connection,
    holding: int,
    closes: Mapping[dt.date, Decimal],
    before: Mapping[int, Pockets],
    after: Mapping[int, Pockets],
) -> Iterator[Restated]:
    """The balances that may be others now that not ``before`` but ``after`` is what statements,
    by number, have of a holding's pockets; those of statements that are gone come last.
    """
    names = {one.name for own in (*before.values(), *after.values()) for one in own}
    whole_days = {
        last_day(own)
        for number, own in after.items()
        if number in before and len({one.name for one in own}) == len(names)
    }
    doubtful = {
        number: own
        for number, own in before.items()
        if last_day(own) not in whole_days
        and closes.get(last_day(own)) in _could_be(whole(before.values(), own), own)
    }
    days = {last_day(own) for own in doubtful.values()}
    known = {day: balance for day, balance in closes.items() if day not in days}
    for number, own in sorted(
        doubtful.items(), key=lambda one: (one[0] not in after, last_day(one[1]))
    ):
        day, alone, now = last_day(own), own_sum(own), whole(after.values(), own)
        if number not in after or day in known:
            balance = known.get(day)  # as another one says, which is there
        elif follows(db, holding, known, day, alone):
            balance = alone
        else:
            balance = None if isinstance(now, Unknown) else now[0]
        if balance is not None:
            known[day] = balance
        yield Restated(number, own, day, balance, now)


def _could_be(by: Whole, own: Pockets) -> tuple[Decimal, Decimal | None]:
    """What a statement's balance was taken for: its own pockets' or that of all."""
    return own_sum(own), None if isinstance(by, Unknown) else by[0]


def in_words(asset: str, account: str, own: Pockets, by: Whole) -> str:
    """That a balance is of some pockets alone, and what all held, if anybody knows."""
    day = last_day(own)
    alone = f"{to_text(own_sum(own))} {asset} are of {' and '.join(_called(p.name) for p in own)}"
    if isinstance(by, Unknown):
        return (
            f"{alone} alone, and what {_called(by.name)} held on {day} is not known: state the "
            f"whole with folio observe {shell_word(account)} {shell_word(asset)} BALANCE --on {day}"
        )
    others = " and ".join(f"{to_text(n)} in {_called(name)} on {on}" for name, n, on in by[1])
    return f"{alone} alone; with {others} there are {to_text(by[0])}"


def _called(name: Name) -> str:
    words = " ".join(filter(None, name))
    return repr(words) if words else "the one without a name"
