"""Books made for tests of the import, and what the ledger says afterwards."""

import datetime as dt
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path

from folio.db.arrangements.catalog import Catalog
from folio.db.file.connection import open_book
from folio.db.statements.statements import read_rows
from folio.importers import load_profiles
from folio.model.numbers import to_text
from folio.operations.importing.import_files import import_files
from folio.operations.importing.import_statement import Summary
from folio.operations.importing.read_files import Choices
from folio.operations.keeping.create_book import init
from folio.operations.recording import Who

PROFILES = load_profiles(None)
WHO = Who("folio test", "tester", dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC))


def byte_encoding(profile: str) -> str:
    """An encoding of single bytes, or of two in Japan, in which a profile's files may be."""
    own = PROFILES[profile].file.encodings
    return next((one for one in ("cp932", "cp1250") if one in own), "cp1252")


# Postings of what was not undone.
IN_FORCE = (
    "FROM postings p JOIN transactions t ON t.id = p.transaction_id "
    "WHERE t.kind <> 'reversal' "
    "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id) "
)


@cache
def _blank(zone: str, currency: str) -> bytes:
    """A fresh book's file, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        init(path, WHO, currency=currency, time_zone=zone).close()
        return path.read_bytes()


def new_book(
    folder: Path, zone: str = "Europe/London", currency: str = "EUR"
) -> sqlite3.Connection:
    """An empty book in ``folder``."""
    path = folder / "folio.db"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_blank(zone, currency))
    return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    db = open_book(path)
    db.execute("PRAGMA synchronous = OFF")  # tests need no disk
    return db


@cache
def _taken_in(path: Path, zone: str) -> tuple[Path, Summary]:
    """A book's file after an import, made once; and what became of the import."""
    folder = Path(tempfile.mkdtemp(prefix="folio-tests-"))
    with closing(new_book(folder, zone)) as db:
        summary = load(db, path)
        summary = summary._replace(transactions=tuple(summary.transactions))
    return folder / "folio.db", summary


def book_of(
    path: Path, folder: Path, zone: str = "Europe/London"
) -> tuple[sqlite3.Connection, Summary]:
    """A book in ``folder`` that a file was imported into, and what became of that."""
    made, summary = _taken_in(path, zone)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, folder / "folio.db")
    return _opened(folder / "folio.db"), summary


def load(db: sqlite3.Connection, *paths: Path, create: bool = True, **choices: object) -> Summary:
    """Import files and return what became of the first."""
    return load_all(db, paths, create=create, **choices)[0]


def load_all(
    db: sqlite3.Connection, paths: Iterable[Path], *, create: bool = True, **choices: object
) -> list[Summary]:
    """Import files; the six counts of each add up to its rows."""
    chosen = Choices(create=create)._replace(**choices)
    summaries = import_files(db, WHO, list(paths), PROFILES, chosen)
    for one in summaries:
        counts = (one.recorded, one.already, one.conflicts, one.held, one.skipped, one.rejected)
        assert sum(counts) == one.rows
        if one.statement_id is not None:
            kept = db.execute(
                "SELECT recorded, already, conflicts, held, skipped, rejected, rows_read "
                "FROM statements WHERE id = ?",
                [one.statement_id],
            ).fetchone()
            assert kept == (*counts, one.rows)
    return summaries


def totals(
    db: sqlite3.Connection, roles: Iterable[str] = ("asset", "cash", "fee", "tax", "external")
) -> dict[str, str]:
    """What the ledger holds of each asset: the sum of its postings in these roles."""
    wanted = set(roles)
    catalog = Catalog(db)
    sums: dict[str, Decimal] = {}
    for holding, role, quantity in db.execute(
        f"SELECT p.holding_id, p.role, p.quantity {IN_FORCE}"
    ):
        if role in wanted:
            key = catalog.assets[catalog.holdings[holding].asset_id].key
            sums[key] = sums.get(key, Decimal(0)) + Decimal(quantity)
    return {key: to_text(total) for key, total in sorted(sums.items())}


def currencies(db: sqlite3.Connection) -> set[str]:
    """The currencies that the book knows."""
    return {asset.key for asset in Catalog(db).assets.values() if asset.is_currency}


def kinds(db: sqlite3.Connection) -> dict[str, int]:
    """How many transactions of each kind are in force."""
    query = (
        "SELECT t.kind, count(*) FROM transactions t WHERE t.kind <> 'reversal' AND NOT EXISTS "
        "(SELECT 1 FROM transactions r WHERE r.reverses = t.id) GROUP BY t.kind"
    )
    return dict(db.execute(query).fetchall())


def paid(db: sqlite3.Connection, kind: str, *, role: str = "cash") -> list[str]:
    """The postings in a role of the transactions of a kind, by day and size."""
    query = f"SELECT p.quantity {IN_FORCE} AND t.kind = ? AND p.role = ? ORDER BY t.occurred_on"
    found = [Decimal(row[0]) for row in db.execute(query, [kind, role])]
    return [to_text(number) for number in found]


def ledger(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """All that the ledger says, in an order of its own: ids and lines are left out."""
    catalog = Catalog(db)
    query = (
        "SELECT t.kind, t.occurred_on, t.occurred_at, t.external_id, p.holding_id, p.role, "
        f"p.quantity, p.price, p.amount {IN_FORCE}"
    )
    found = []
    for *head, holding, role, quantity, price, amount in db.execute(query):
        held = catalog.holdings[holding]
        names = (catalog.accounts[held.account_id].key, catalog.assets[held.asset_id].key)
        found.append((*head, *names, role, quantity, price, amount))
    return sorted(found, key=str)


@cache
def ledger_of(path: Path) -> list[tuple[object, ...]]:
    """All that the ledger says after an import of a file as it stands."""
    with tempfile.TemporaryDirectory() as made, closing(book_of(path, Path(made))[0]) as db:
        return ledger(db)


def written(folder: Path, lines: list[str], name: str = "statement.csv") -> Path:
    """A file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def facts(db: sqlite3.Connection) -> list[str]:
    """The whole book as SQL: what a command that records nothing must leave as it was."""
    return list(db.iterdump())


def commits(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM commits").fetchone()[0])


def reassembled(db: sqlite3.Connection, statement: int) -> list[str]:
    """The lines of a file as its rows were kept; blank lines are not kept."""
    return [line for row in read_rows(db, statement) for line in row.text.split("\n") if line]
