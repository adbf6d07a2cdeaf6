"""The histories and the books that the benchmark works on, made once and kept.

A book is kept under a digest of folio's code, so that a change of the code makes it anew.
Before it is used it is checked: each holding's quantity against the sums of
transactions.csv, and the value of them all against prices.csv, by code that shares
nothing with folio.
"""

import csv
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

from measuring import Step, run

ROOT = Path(__file__).parents[2]
TODAY = "2024-12-31"  # the day of the last price
CENT = Decimal("0.01")
Held = dict[tuple[str, str], Decimal]  # account, asset: quantity


def size_text(size: int) -> str:
    for unit, letter in ((10**6, "M"), (10**3, "k")):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def parse_size(text: str) -> int:
    factor = {"k": 10**3, "M": 10**6}.get(text[-1:], 1)
    return int(text[:-1] if factor > 1 else text) * factor


class Place:
    """A folder for histories, books and copies; ``limit`` seconds for each command there."""

    def __init__(self, folder: Path, limit: float) -> None:
        self.folder, self.limit = folder, limit
        self.python = Path(sys.executable)
        self.folio = self.python.with_name("folio")
        self.env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            "FOLIO_TODAY": TODAY,
            "FOLIO_PAGER": "off",  # it would wait for a key
        }
        folder.mkdir(parents=True, exist_ok=True)

    def history(self, size: int, notation: str = "csv") -> Path:
        """The folder of a size's files, with that notation among them."""
        folder = self.folder / "history" / size_text(size)
        made = {"csv": "transactions.csv"}.get(notation, f"history.{notation}")
        if not (folder / made).exists():
            part = folder.with_name(f"{folder.name}.part")
            words = ["--tx", str(size), "--out", part, "--formats", *{"csv", notation}]
            generate = [sys.executable, Path(__file__).with_name("generate.py"), *words]
            subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            folder.mkdir(exist_ok=True)
            for file in part.iterdir():
                os.replace(file, folder / file.name)
            part.rmdir()
        return folder

    def rows(self, size: int) -> int:
        """How many rows transactions.csv has."""
        meta = json.loads((self.history(size) / "meta.json").read_text("ascii"))
        return int(meta["csv_rows"])

    def at(self, book: Path, **more: str) -> dict[str, str]:
        """The environment of a command that works on a book."""
        return {**self.env, "FOLIO_DB": str(book), **more}

    def step(self, book: Path, *words: str, **more: str) -> Step:
        """A command of folio on a book."""
        return Step([self.folio, *words], self.at(book, **more))

    def empty(self, name: str) -> Path:
        """A book without anything in it."""
        path = self.scratch(name)
        run(self.step(path, "init", "--currency", "USD", "--timezone", "UTC"), limit=self.limit)
        return path

    def scratch(self, name: str) -> Path:
        """A path for a book that does not exist yet."""
        path = self.folder / "scratch" / name
        path.parent.mkdir(exist_ok=True)
        forget(path)
        return path

    def book(self, size: int) -> Path:
        """A book with a size's history, its prices and its daily figures, checked."""
        path = self.folder / "books" / code_digest() / f"{size_text(size)}.db"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            history, made = self.history(size), self.empty(f"making-{path.name}")
            for words in (
                ("import", str(history / "transactions.csv"), "--create"),
                ("price", "import", str(history / "prices.csv"), "--create"),
                ("rollup",),
            ):
                run(self.step(made, *words), limit=self.limit)
            self.check(made, history)
            settle(made)
            os.replace(made, path)
        return path

    def copy(self, size: int, name: str) -> Path:
        path = self.scratch(name)
        shutil.copyfile(self.book(size), path)
        return path

    def check(self, book: Path, history: Path) -> None:
        """Raise AssertionError where folio's holdings are not those of the history."""
        said, said_value = self._holdings(book)
        held = sums(history / "transactions.csv")
        if said != held:
            wrong = sorted(key for key in {*held, *said} if held.get(key) != said.get(key))
            raise AssertionError(f"{len(wrong)} holdings differ from the sums, first {wrong[0]}")
        value = worth(held, history / "prices.csv")
        if abs(said_value - value) > CENT * len(held):
            raise AssertionError(f"folio says they are worth {said_value}, not {value}")

    def _holdings(self, book: Path) -> tuple[Held, Decimal]:
        """What folio says: quantities, and what they are worth together."""
        words = [self.folio, "report", "holdings", "-O", "json"]
        text = subprocess.run(words, env=self.at(book), check=True, capture_output=True).stdout
        report = json.loads(text)
        held = {(r["account"], r["asset"]): Decimal(r["quantity"]) for r in report["rows"]}
        held = {key: quantity for key, quantity in held.items() if quantity}  # others are sold out
        return held, Decimal(report["totals"]["value"])


def settle(book: Path) -> None:
    """Move what is in the book's write-ahead log into the book."""
    db = sqlite3.connect(book)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def forget(book: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{book}{suffix}").unlink(missing_ok=True)


def code_digest() -> str:
    """Of everything that decides what a book looks like."""
    digest = hashlib.sha256()
    source = ROOT / "src" / "folio"
    for file in [*sorted(source.rglob("*.py")), *sorted(source.rglob("*.toml"))]:
        digest.update(file.read_bytes())
    digest.update((ROOT / "schema.sql").read_bytes())
    return digest.hexdigest()[:12]


def sums(transactions: Path) -> Held:
    """What each account holds at the end, as the rows of the history say it."""
    held: Held = {}
    with localcontext(prec=60):
        for account, asset, change in _moves(transactions):
            held[account, asset] = held.get((account, asset), Decimal(0)) + change
    return {key: quantity for key, quantity in held.items() if quantity}


def _moves(transactions: Path) -> Iterator[tuple[str, str, Decimal]]:
    with transactions.open(newline="", encoding="ascii") as file:
        for row in csv.DictReader(file):
            account, asset, code = row["account"], row["asset"], row["currency"]
            quantity, fee = Decimal(row["quantity"]), Decimal(row["fee"])
            gross = (quantity * Decimal(row["price"])).quantize(CENT, ROUND_HALF_UP)
            match row["kind"]:
                case "buy":
                    yield account, asset, quantity
                    yield account, code, -gross - fee
                case "sell":
                    yield account, asset, -quantity
                    yield account, code, gross - fee
                case "dividend":
                    yield account, code, quantity
                case "withdraw" | "fee":
                    yield account, asset, -quantity
                case "deposit" | "interest" | "transfer":
                    yield account, asset, quantity
                case other:
                    raise AssertionError(f"the history has a row of kind {other!r}")


def worth(held: Mapping[tuple[str, str], Decimal], prices: Path) -> Decimal:
    """What holdings are worth in dollars at the last prices."""
    last: dict[str, tuple[str, Decimal]] = {"USD": ("USD", Decimal(1))}
    with prices.open(newline="", encoding="ascii") as file:
        rows = csv.reader(file)
        next(rows)
        for _, asset, quote, price in rows:
            last[asset] = quote, Decimal(price)
    total = Decimal(0)
    for (_, asset), quantity in held.items():
        quote, price = last[asset]
        total += quantity * price * (Decimal(1) if quote == "USD" else last[quote][1])
    return total
