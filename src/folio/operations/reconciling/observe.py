"""Recording observed balances, and taking them back."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.db.derived.gaps import read_gaps
from folio.db.statements.observations import SOURCES, add_observation, balance_said
from folio.errors import FolioError, UsageError, one_of
from folio.model.assets import parse_asset_ref
from folio.model.dates import parse_day
from folio.model.numbers import ZERO, parse_plain, to_text
from folio.model.transactions import parse_account_ref
from folio.operations.batches import Fault, read_rows
from folio.operations.names import (
    account_for,
    asset_for,
    get_account,
    get_asset,
    holding_for,
)
from folio.operations.pricing.odd_prices import few, is_far, times
from folio.operations.recording import Recording

KEYS = ("account", "asset", "balance", "on", "source", "label", "note")


_New = tuple[int, dt.date]  # a holding and the day of its balance


class Observed(NamedTuple):
    """What became of observations; the counts add up to those read."""

    read: int
    recorded: int
    already: int
    # Balances that are far from what the ledger leads to, the first few: once all is derived.
    odds: list[str]


def observe_all(
    write: Recording,
    rows: str | dict[str, str],
    *,
    today: dt.date,
    create: bool = False,
    supersede: bool = False,
) -> Observed:
    """Record observations: one in words, or a batch of NDJSON or CSV, all or nothing.

    Raises:
        BadRows: listing every bad line of a batch.
        FolioError: when the source said another balance for that day, without ``supersede``.
    """
    odds: list[str] = []
    if isinstance(rows, dict):
        new = _observe(write, rows, today, create=create, supersede=supersede)
        write.checks.append(lambda: odds.extend(_far(write, [new])))
        return Observed(1, int(new is not None), int(new is None), odds)
    batch = read_rows(rows, KEYS)
    faults: list[Fault] = []
    recorded: list[_New | None] = []
    for line, words in batch.rows:
        try:
            new = _observe(write, words, today, create=create, supersede=supersede)
            recorded += [new] if new else []
        except FolioError as fault:
            faults.append((line, str(fault)))
    batch.refuse(faults)
    already = batch.read - len(recorded)
    write.checks.append(lambda: odds.extend(_far(write, recorded)))
    return Observed(batch.read, len(recorded), already, odds)


def _far(write: Recording, recorded: Iterable[_New | None]) -> Iterable[str]:
    """Which balances are 20 times what the ledger leads to, or a twentieth of it."""
    days = {new for new in recorded if new}
    odds = []
    for number, gaps in read_gaps(write.db, {holding for holding, _ in days}).items():
        for gap in gaps:
            balances = abs(gap.observed), abs(gap.expected)
            same_sign = gap.observed * gap.expected > ZERO
            if same_sign and (number, gap.until) in days and is_far(*balances):
                name = write.catalog.describe(write.catalog.holdings[number])
                odds.append(
                    f"{name}: {to_text(gap.observed)} on {gap.until} is "
                    f"{times(*balances)} the {to_text(gap.expected)} that the ledger leads to"
                )
    return few(odds)


def _observe(
    write: Recording, words: dict[str, str], today: dt.date, *, create: bool, supersede: bool
) -> _New | None:
    """The holding and the day, unless it was said already."""
    missing = [key for key in KEYS[:3] if not words.get(key)]
    if missing:
        raise UsageError(f"an observation needs its {missing[0]}")
    on = words.get("on")
    day = parse_day(on, today) if on else today
    if day > today:
        raise UsageError(f"{day} is still to come; a balance is observed at the end of a day")
    holding = record_balance(
        write,
        words["account"],
        words["asset"],
        parse_plain(words["balance"], "balance"),
        day=day,
        source=words.get("source") or "user-entered",
        label=words.get("label") or "",
        note=words.get("note"),
        create=create,
        supersede=supersede,
    )
    return None if holding is None else (holding, day)


def record_balance(
    write: Recording,
    account: str,
    asset: str,
    balance: Decimal,
    *,
    day: dt.date,
    source: str,
    label: str = "",
    note: str | None = None,
    create: bool = False,
    supersede: bool = False,
) -> int | None:
    """Record one observation in an open recording; see :func:`observe_all`.

    Returns the holding, unless it was said already.
    """
    one_of(source, SOURCES, "source")
    where = account_for(write, parse_account_ref(account), create=create, tracks_cash=False)
    what = asset_for(write, parse_asset_ref(asset), create=create)
    holding = holding_for(write, where, what, label)
    said = balance_said(write.db, holding.id, day, source)
    if said == balance:
        return None
    if said is not None and not supersede:
        raise FolioError(
            f"{source} said {to_text(said)} {what.key} in {where.name} on {day}, not "
            f"{to_text(balance)}; correct it with --supersede"
        )
    add_observation(write.commit, holding.id, day, source, balance, note=note or None)
    write.touched.observation(holding.id, day)
    return holding.id


def take_back_balance(
    write: Recording, account: str, asset: str, *, day: dt.date, source: str, label: str = ""
) -> Decimal:
    """Take back what a source said of a holding on a day; returns that balance.

    Raises:
        FolioError: when it said nothing.
    """
    one_of(source, SOURCES, "source")
    where = get_account(write.catalog, parse_account_ref(account))
    what = get_asset(write.catalog, parse_asset_ref(asset))
    holding = write.catalog.holding_of(where.id, what.id, label)
    said = None if holding is None else balance_said(write.db, holding.id, day, source)
    if holding is None or said is None:
        name = f"{what.key} ({label})" if label else what.key
        raise FolioError(
            f"{source} said nothing of {name} in {where.name} on {day}; say --on, --source or "
            "--label as it was said; see: folio coverage"
        )
    add_observation(write.commit, holding.id, day, source, None)
    write.touched.observation(holding.id, day)
    return said
