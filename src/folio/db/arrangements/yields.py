"""Yield rules, the payments that folio booked by them, and those that others recorded."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from folio.db.arrangements.sources import find_source
from folio.db.values import listed, optional_decimal, optional_text, upto
from folio.model.numbers import ZERO
from folio.model.yields import ACCRUAL, Rule, Terms

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


def add_terms(commit: "Commit", holding_id: int, name: str, terms: Terms) -> int:
    """Record what a rule says from a day on."""
    return commit.add(
        "yield_rules",
        holding_id=holding_id,
        name=name,
        from_day=terms.from_day.isoformat(),
        rate_per_year=optional_text(terms.rate_per_year),
        rate_type=terms.rate_type,
        frequency=terms.frequency,
        pay_day=terms.pay_day,
        pay_month=terms.pay_month,
        day_count=terms.day_count,
    )


def read_rules(
    db: sqlite3.Connection,
    holding_ids: Iterable[int] | None = None,
    known_at: int | None = None,
) -> list[Rule]:
    """The rules of some holdings (None: of all), by holding and in the order they were made."""
    where = "" if holding_ids is None else f"AND holding_id IN ({listed(holding_ids)})"
    query = (
        "SELECT holding_id, name, commit_id, from_day, rate_per_year, rate_type, frequency, "
        f"pay_day, pay_month, day_count FROM yield_rules WHERE commit_id <= ? {where} ORDER BY id"
    )
    said: dict[tuple[int, str], list[tuple[int, Terms]]] = {}
    for holding, name, commit, day, rate, *rest in db.execute(query, [upto(known_at)]):
        terms = Terms(dt.date.fromisoformat(day), optional_decimal(rate), *rest)
        said.setdefault((holding, name), []).append((commit, terms))
    return [Rule(holding, name, tuple(rows)) for (holding, name), rows in sorted(said.items())]


class Accrual(NamedTuple):
    """A payment that folio booked: its newest revision."""

    due: dt.date
    transaction_id: int
    paid_on: dt.date  # the day due, unless it was amended
    amount: Decimal  # before tax, in units of the holding's asset
    stayed: Decimal  # of it: taxes off, and nothing where cash is not in the ledger
    commit_id: int  # of the first revision: what the rule said then gave its days
    reversed_by: str | None  # the source of what undid it; None: it stands
    amended: bool  # its amount is a person's word


def read_accruals(
    db: sqlite3.Connection,
    rule: Rule,
    account_id: int,
    holding_ids: Iterable[int],
    *,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    known_at: int | None = None,
) -> list[Accrual]:
    """The payments of a rule that were booked, by the day due, reversed ones among them.

    The bounds are of the days due, and inclusive.  ``holding_ids`` are the holding's: its own
    and those that are read as it.
    """
    source = find_source(db, ACCRUAL)
    if source is None:
        return []
    query = f"""
        SELECT t.external_id, t.id, t.occurred_on, t.commit_id,
               r.commit_id, s.name, p.role, p.quantity
        FROM transactions t
        LEFT JOIN transactions r ON r.reverses = t.id AND r.commit_id <= :known_at
        LEFT JOIN sources s ON s.id = r.source_id
        LEFT JOIN postings p ON p.transaction_id = t.id
             AND p.holding_id IN ({listed(holding_ids)})
        WHERE ifnull(t.account_id, 0) = :account AND t.source_id = :source
        AND t.external_id BETWEEN :since AND :until AND t.commit_id <= :known_at
        ORDER BY t.external_id, t.revision
    """
    values: dict[str, Any] = {
        "account": account_id,
        "source": source,
        "since": rule.external_id(since),
        "until": rule.external_id(until),
        "known_at": upto(known_at),
    }
    found: dict[str, Accrual] = {}
    reversed_in: dict[str, int] = {}  # amending is a reversal and what is right, in one commit
    for key, number, day, commit, undone, reversed_by, role, units in db.execute(query, values):
        if len(key) != len(values["since"]):  # a rule whose name begins with this one's
            continue
        one = found.get(key)
        if one is None or one.transaction_id != number:
            due, on = (dt.date.fromisoformat(text) for text in (key[-len("2024-01-31") :], day))
            first = commit if one is None else one.commit_id
            by_hand = one is not None and one.reversed_by != ACCRUAL
            amended = by_hand and reversed_in.get(key) == commit
            one = Accrual(due, number, on, ZERO, ZERO, first, reversed_by, amended)
            reversed_in[key] = undone
        found[key] = one if units is None else _with(one, role, Decimal(units))
    return list(found.values())


_Paid = TypeVar("_Paid", "Accrual", "StatedInterest")


def _with(one: _Paid, role: str, units: Decimal) -> _Paid:
    """A payment with one more of its postings."""
    amount = units if role in ("asset", "cash") else ZERO
    return one._replace(amount=one.amount + amount, stayed=one.stayed + units)


class StatedInterest(NamedTuple):
    """Interest that a statement or a person recorded."""

    day: dt.date
    transaction_id: int
    amount: Decimal  # before tax, in units of the holding's asset
    stayed: Decimal  # of it: taxes off, and nothing where cash is not in the ledger


def read_stated_interest(
    db: sqlite3.Connection,
    holding_ids: Iterable[int],
    asset_ids: Iterable[int],
    *,
    rewards: bool,
    since: dt.date,
    until: dt.date,
    known_at: int | None,
) -> list[StatedInterest]:
    """A holding's own interest that folio did not book, bounds inclusive, by day.

    ``rewards`` says that rewards are interest too, as exchanges call what staking pays.
    What another asset paid is not the holding's own.
    """
    query = f"""
        SELECT p.occurred_on, p.transaction_id, p.role, p.quantity
        FROM postings p JOIN transactions t ON t.id = p.transaction_id
        WHERE p.holding_id IN ({listed(holding_ids)}) AND p.occurred_on BETWEEN :since AND :until
        AND t.commit_id <= :known_at
        AND (t.kind = 'interest' OR t.kind = 'reward' AND :rewards)
        AND (t.related_asset_id IS NULL OR t.related_asset_id IN ({listed(asset_ids)}))
        AND t.source_id <> :accrual
        AND NOT EXISTS (SELECT 1 FROM transactions r
                        WHERE r.reverses = t.id AND r.commit_id <= :known_at)
        ORDER BY p.occurred_on, p.transaction_id, p.line
    """
    values = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "rewards": rewards,
        "accrual": find_source(db, ACCRUAL) or 0,
        "known_at": upto(known_at),
    }
    found: dict[int, StatedInterest] = {}
    for day, number, role, units in db.execute(query, values):
        one = found.get(number)
        if one is None:
            one = StatedInterest(dt.date.fromisoformat(day), number, ZERO, ZERO)
        found[number] = _with(one, role, Decimal(units))
    return [one for one in found.values() if one.amount]
