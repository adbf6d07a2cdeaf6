"""Recording observed balances, and taking them back."""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import NamedTuple

from folio.db.statements.observations import SOURCES, add_observation, balance_said
from folio.errors import FolioError, UsageError, one_of
from folio.model.assets import parse_asset_ref
from folio.model.dates import parse_day
from folio.model.numbers import parse_plain, to_text
from folio.model.transactions import parse_account_ref
from folio.operations.batches import Fault, read_rows
from folio.operations.names import (
    account_for,
    asset_for,
    get_account,
    get_asset,
    holding_for,
)
from folio.operations.recording import Recording, Who, recording

KEYS = ("account", "asset", "balance", "on", "source", "label", "note")


class Observed(NamedTuple):
    """What became of observations; the counts add up to those read."""

    read: int
    recorded: int
    already: int


def observe_all(
    db: sqlite3.Connection,
    who: Who,
    rows: str | dict[str, str],
    *,
    today: dt.date,
    create: bool = False,
    supersede: bool = False,
    dry_run: bool = False,
) -> Observed:
    """Record observations: one in words, or a batch of NDJSON or CSV, all or nothing.

    Raises:
        BadRows: listing every bad line of a batch.
        FolioError: when the source said another balance for that day, without ``supersede``.
    """
    if isinstance(rows, dict):
        with recording(db, who, dry_run=dry_run) as write:
            new = _observe(write, rows, today, create=create, supersede=supersede)
        return Observed(1, int(new), int(not new))
    batch = read_rows(rows, KEYS)
    faults: list[Fault] = []
    recorded = 0
    with recording(db, who, dry_run=dry_run) as write:
        for line, words in batch.rows:
            try:
                recorded += _observe(write, words, today, create=create, supersede=supersede)
            except FolioError as fault:
                faults.append((line, str(fault)))
        batch.refuse(faults)
    return Observed(batch.read, recorded, batch.read - recorded)


def _observe(
    write: Recording, words: dict[str, str], today: dt.date, *, create: bool, supersede: bool
) -> bool:
    missing = [key for key in KEYS[:3] if not words.get(key)]
    if missing:
        raise UsageError(f"an observation needs its {missing[0]}")
    on = words.get("on")
    day = parse_day(on, today) if on else today
    if day > today:
        raise UsageError(f"{day} is still to come; a balance is observed at the end of a day")
    return record_balance(
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
) -> bool:
    """Record one observation in an open recording; see :func:`observe_all`."""
    one_of(source, SOURCES, "source")
    where = account_for(write, parse_account_ref(account), create=create, tracks_cash=False)
    what = asset_for(write, parse_asset_ref(asset), create=create)
    holding = holding_for(write, where, what, label)
    said = balance_said(write.db, holding.id, day, source)
    if said == balance:
        return False
    if said is not None and not supersede:
        raise FolioError(
            f"{source} said {to_text(said)} {what.key} in {where.name} on {day}, not "
            f"{to_text(balance)}; correct it with --supersede"
        )
    add_observation(write.commit, holding.id, day, source, balance, note=note or None)
    write.touched.observation(holding.id, day)
    return True


def take_back_balance(
    db: sqlite3.Connection,
    who: Who,
    account: str,
    asset: str,
    *,
    day: dt.date,
    source: str,
    label: str = "",
    dry_run: bool = False,
) -> Decimal:
    """Take back what a source said of a holding on a day; returns that balance.

    Raises:
        FolioError: when it said nothing.
    """
    one_of(source, SOURCES, "source")
    with recording(db, who, dry_run=dry_run) as write:
        where = get_account(write.catalog, parse_account_ref(account))
        what = get_asset(write.catalog, parse_asset_ref(asset))
        holding = write.catalog.holding_of(where.id, what.id, label)
        said = None if holding is None else balance_said(db, holding.id, day, source)
        if holding is None or said is None:
            name = f"{what.key} ({label})" if label else what.key
            raise FolioError(
                f"{source} said nothing of {name} in {where.name} on {day}; say --on, --source or "
                "--label as it was said; see: folio coverage"
            )
        add_observation(write.commit, holding.id, day, source, None)
        write.touched.observation(holding.id, day)
    return said
