"""Recording observed balances."""

import datetime as dt
import sqlite3
from decimal import Decimal

from folio.db.observations import SOURCES, add_observation, balance_said
from folio.errors import FolioError, UsageError
from folio.model.assets import parse_asset_ref
from folio.model.numbers import to_text
from folio.model.transactions import parse_account_ref
from folio.operations.names import account_for, asset_for, holding_for
from folio.operations.recording import Recording, Who, recording


def observe(
    db: sqlite3.Connection,
    who: Who,
    account: str,
    asset: str,
    balance: Decimal,
    *,
    day: dt.date,
    source: str = "user-entered",
    label: str = "",
    create: bool = False,
    supersede: bool = False,
    dry_run: bool = False,
) -> bool:
    """Record that a holding's balance was so much at the end of ``day``.

    Returns whether it is new; the same balance again is already there.

    Raises:
        FolioError: when the source said another balance for that day, without ``supersede``.
    """
    with recording(db, who, dry_run=dry_run) as write:
        return record_balance(
            write,
            account,
            asset,
            balance,
            day=day,
            source=source,
            label=label,
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
    create: bool = False,
    supersede: bool = False,
) -> bool:
    """Record one observation in an open recording; see :func:`observe`."""
    if source not in SOURCES:
        raise UsageError(f"{source!r} is no source; say one of: {', '.join(SOURCES)}")
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
    add_observation(write.commit, holding.id, day, source, balance)
    write.touched.observation(holding.id, day)
    return True
