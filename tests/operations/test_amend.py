"""Amending changes what is said, and nothing else."""

import datetime as dt
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from folio.db.ledger import get_transaction
from folio.db.postings import action_of, lots_named, postings_of
from folio.errors import FolioError
from folio.operations.amend import amend_transaction
from importing import WHO, load_all, new_book

TODAY = dt.date(2026, 1, 2)
IMPORTERS = Path(__file__).parent.parent / "importers"
SOURCES = ("xtb", "kraken_ledgers", "coinbase", "ibkr_flex", "revolut_de", "freetrade")


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    book = new_book(tmp_path)
    for source in SOURCES:
        load_all(book, sorted((IMPORTERS / source).glob("sample.*")))
    return book


def moved(db: sqlite3.Connection, number: int) -> list[object]:
    """What a transaction did and was said to be worth."""
    parts = sorted(map(repr, postings_of(db, number)))
    recorded = get_transaction(db, number)
    assert recorded is not None
    more = (lots_named(db, number), recorded.related_asset_id, recorded.content)
    return [*parts, action_of(db, number), *more]


def test_restating_a_day_changes_nothing_else(db: sqlite3.Connection) -> None:
    """Of every kind of row in these statements, whatever its source said of it."""
    found = db.execute("SELECT id, kind, occurred_on FROM transactions").fetchall()
    seen: Counter[str] = Counter()
    refusals = []
    for number, kind, day in found:
        try:
            again = amend_transaction(db, WHO, number, {"on": day}, today=TODAY)
        except FolioError as refused:
            refusals.append(str(refused))
            assert amend_transaction(db, WHO, number, {"note": "looked at"}, today=TODAY)
            continue
        seen[kind] += 1
        assert moved(db, again) == moved(db, number), kind
    assert all("more parts than words" in text for text in refusals), refusals
    assert {"buy", "sell", "fee", "swap", "deposit", "withdraw", "dividend"} <= seen.keys()
