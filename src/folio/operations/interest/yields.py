"""Yield rules: what a holding earns, said from a day on.

Nothing that is booked changes with a rule; what it would have paid by now shows as a difference.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from folio.db.arrangements.yields import add_terms, read_rules
from folio.engine.interest import DAY, days_in_force, in_force
from folio.errors import FolioError, UsageError, one_of
from folio.model.accounts import Holding
from folio.model.numbers import parse_plain, to_text
from folio.model.shell_words import shell_words
from folio.model.yields import (
    DAY_COUNTS,
    FREQUENCIES,
    MONTHS_BETWEEN,
    RATE_TYPES,
    Rule,
    Terms,
)
from folio.operations.names import clean_name
from folio.operations.recording import Recording

NAME = "interest"  # of a rule that nobody named
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Stated(NamedTuple):
    """The words of a rule; None where the rule says it already, or folio's default counts."""

    rate: Decimal  # a year: 0.035 is 3.5 %
    rate_type: str | None = None
    frequency: str | None = None
    pay_day: str | None = None
    pay_month: int | None = None
    day_count: str | None = None


def parse_rate(text: str) -> Decimal:
    """``3.5%`` as 0.035.

    Raises:
        UsageError: without its percent sign, or where it is no rate at all.
    """
    number = text.strip()
    if not number.endswith("%"):
        raise UsageError(f"rate {number!r} needs its percent sign, such as 3.5%")
    rate = parse_plain(number.removesuffix("%"), "rate").scaleb(-2)
    if not -1 < rate <= 10:
        raise UsageError(f"rate {number} is not between -100% and 1000%")
    return rate


def set_rule(
    write: Recording,
    holding: Holding,
    stated: Stated,
    *,
    from_day: dt.date,
    until: dt.date | None = None,
    name: str = NAME,
) -> Rule:
    """Record what a holding earns from a day on; returns the rule with it.

    With ``until`` (inclusive), what the rule said before goes on after that day; without, it
    holds until the next day of which something else was said.

    Raises:
        FolioError: when another rule of the holding is in force on one of the days.
        UsageError: when the words contradict one another.
    """
    if until is not None and until < from_day:
        raise UsageError(f"--until {until} is before --from {from_day}")
    rules = read_rules(write.db, write.catalog.members(holding.id))
    rule = _named(rules, name) or Rule(holding.id, clean_name(name, "rule"), ())
    before = rule.terms()
    new = _terms(stated, from_day, _said_by(before, from_day))
    if until is None:
        rows = [new._replace(from_day=day) for day in (from_day, *_days_with(before, from_day))]
    else:
        after = until + DAY
        within = [t.from_day for t in before if from_day < t.from_day < after]
        rows = [new._replace(from_day=day) for day in (from_day, *within)]
        if all(t.from_day != after for t in before):
            going_on = in_force(before, after) or new._replace(rate_per_year=None)
            rows.append(going_on._replace(from_day=after))
    rule = _with(write, rule, rows)
    for other in rules:
        if other.name != rule.name:
            refuse_overlap(write, rule, other)
    return rule


def stop_rule(
    write: Recording, holding: Holding, *, last_day: dt.date, name: str | None = None
) -> Rule:
    """Record that a rule earns nothing after ``last_day``; returns it.

    Raises:
        FolioError: when there is no such rule, or it has ended by then.
        UsageError: when there are several, and none is named.
    """
    rule = _get(write, holding, name)
    terms, after = rule.terms(), last_day + DAY
    later = [t for t in terms if t.from_day > after]
    if in_force(terms, after) is None and all(t.rate_per_year is None for t in later):
        described = write.catalog.describe(holding)
        raise FolioError(
            f"{described} earns nothing after {last_day} already; see: folio yield list"
        )
    model = _said_by(terms, after) or terms[0]
    days = [after, *(t.from_day for t in later)]
    return _with(write, rule, [model._replace(from_day=day, rate_per_year=None) for day in days])


def _with(write: Recording, rule: Rule, rows: Sequence[Terms]) -> Rule:
    for terms in rows:
        write.touched.told(terms.from_day)
        add_terms(write.commit, rule.holding_id, rule.name, terms)
    return rule._replace(said=(*rule.said, *((write.commit.id, terms) for terms in rows)))


def _named(rules: Sequence[Rule], name: str) -> Rule | None:
    return next((r for r in rules if r.name.casefold() == name.strip().casefold()), None)


def _get(write: Recording, holding: Holding, name: str | None) -> Rule:
    rules = read_rules(write.db, write.catalog.members(holding.id))
    described = write.catalog.describe(holding)
    if name is None and len(rules) > 1:
        names = " or ".join(f"--name {rule.name!r}" for rule in rules)
        raise UsageError(f"{described} has several rules; say {names}")
    found = (rules[0] if rules else None) if name is None else _named(rules, name)
    if found is None:
        called = "" if name is None else f" {name!r}"
        raise FolioError(f"{described} has no rule{called}; see: folio yield list")
    return found


def _days_with(terms: Sequence[Terms], day: dt.date) -> Iterator[dt.date]:
    """The days after ``day`` of which nothing else was said than of ``day`` itself.

    What was said for a while, or that a rule ends, took the place of what began within those
    days, and they go with it.
    """
    held = [_says(t) for t in terms if t.from_day <= day][-1:]
    same = takewhile(lambda t: [_says(t)] == held, (t for t in terms if t.from_day > day))
    return (t.from_day for t in same)


def _says(terms: Terms) -> Terms | None:
    return None if terms.rate_per_year is None else terms._replace(from_day=dt.date.min)


def _said_by(terms: Sequence[Terms], day: dt.date) -> Terms | None:
    """What a rule says on a day, or said last before it, or else says first."""
    earlier = [t for t in terms if t.from_day <= day]
    return earlier[-1] if earlier else next(iter(terms), None)


def refuse_overlap(write: Recording, rule: Rule, other: Rule) -> None:
    """Refuse a rule that pays for days of another one of the holding.

    Raises:
        FolioError: naming the other, and what ends it.
    """
    for first, last in days_in_force(rule.terms()):
        for begins, ends in days_in_force(other.terms()):
            if first <= ends and begins <= last:
                holding = write.catalog.holdings[other.holding_id]
                described = write.catalog.describe(holding)
                span = f"from {begins}" + ("" if ends == dt.date.max else f" to {ends}")
                words = [*_words(write, holding), "--name", other.name, "--on", f"{first - DAY}"]
                raise FolioError(
                    f"{described} has the rule {other.name!r} {span}, and one rule alone can be in "
                    f"force on a day; end it with: folio yield stop {shell_words(*words)}"
                )


def _words(write: Recording, holding: Holding) -> list[str]:
    """The holding as a command names it."""
    catalog = write.catalog
    label = ["--label", holding.label] if holding.label else []
    account = catalog.accounts[holding.account_id].key
    return [account, catalog.assets[holding.asset_id].key, *label]


# -- words -------------------------------------------------------------------------------


def _terms(stated: Stated, from_day: dt.date, before: Terms | None) -> Terms:
    """The words, completed by what was said before."""
    said = before._asdict() if before is not None else {}
    frequency = one_of(
        stated.frequency or said.get("frequency", "monthly"), FREQUENCIES, "frequency"
    )
    same = frequency == said.get("frequency")
    pay_day = _pay_day(stated.pay_day, frequency, said["pay_day"] if same else None)
    if stated.pay_month is not None and frequency not in ("quarterly", "yearly"):
        raise UsageError(f"--month is for what pays quarterly or yearly, not {frequency}")
    return Terms(
        from_day,
        stated.rate,
        one_of(stated.rate_type or said.get("rate_type", "nominal"), RATE_TYPES, "rate type"),
        frequency,
        pay_day,
        stated.pay_month or (said["pay_month"] if same else 12),
        one_of(stated.day_count or said.get("day_count", "actual/365"), DAY_COUNTS, "day count"),
    )


def _pay_day(text: str | None, frequency: str, before: int | None) -> int:
    """The day of the week or of the month; without a word the last one of it."""
    if frequency in ("daily", "weekdays"):
        if text is not None:
            raise UsageError(f"--day is not for what pays {frequency}; leave it out")
        return 0
    most = 31 if frequency in MONTHS_BETWEEN else 7
    if text is None:
        return before or most
    word = text.strip().lower()
    if most == 7 and len(word) > 2:
        found = [i for i, name in enumerate(_WEEKDAYS, 1) if name.startswith(word)]
        if found:
            return found[0]
    if not word.isdecimal() or not 1 <= int(word) <= most:
        of = "month, 1 to 31" if most == 31 else "week, 1 (Monday) to 7 or its name"
        raise UsageError(f"--day {text!r} is no day of the {of}")
    return int(word)


def percent(rate: Decimal) -> str:
    """``3.5 %`` for 0.035."""
    return f"{to_text(rate.scaleb(2))} %"
