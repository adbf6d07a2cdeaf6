"""Commands that are ended at one of their steps, and the book that is found afterwards."""

import gzip
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyrage
from machine import Ended, Machine, digest, settle

from folio.db.keeping.whole import TABLES

FAULTS = {
    "statement": "killed at an SQL statement",
    "vm": "killed between steps of SQLite's machine",
    "kill": "killed at a write, a sync or a rename",
    "torn": "killed with half of a write done",
    "power": "power cut at a write or a sync",
    "end": "power cut when it had ended",
    "sync": "a sync fails",
    "full": "the disk is full from a write on",
    "short": "the disk is full in the middle of a write",
    "size": "the file may not grow",
    "read-only": "the folder, the book or both are read-only",
}
COLUMNS = "date,account,institution,kind,asset,quantity,price,currency,external_id\n"
FIRST = COLUMNS + "".join(
    f"2024-0{month}-{day:02},{account},Bank,{what}\n"
    for month in range(1, 7)
    for day, account, what in (
        (2, "savings", f"deposit,EUR,{1000 * month},,,s{month}"),
        (3, "broker", f"deposit,EUR,{5000 * month},,,d{month}"),
        (5, "broker", f"buy,VWCE,{month},100.5,EUR,b{month}"),
        (9, "broker", f"sell,VWCE,0.5,11{month}.25,EUR,v{month}"),
    )
)
SECOND = COLUMNS + "".join(
    f"2024-0{month}-{day:02},broker,Bank,{what}\n"
    for month in range(3, 9)
    for day, what in (
        (4, f"deposit,EUR,77,,,n{month}"),
        (6, f"buy,ACME,2,5{month},USD,m{month}"),
        (5, f"buy,VWCE,{month},100.5,EUR,b{month}"),
    )
)
PRICES = "date,asset,quote,price\n" + "".join(
    f"2024-{month:02}-28,{asset}\n"
    for month in range(1, 13)
    for asset in (f"VWCE,EUR,1{month:02}.5", f"USD,EUR,0.9{month:02}")
)
MORE_PRICES = PRICES.replace("-28,", "-15,")

KEY = pyrage.x25519.Identity.generate()
BACKUP = "backups/folio-20250120-120000Z-????????.db.gz"  # of the machine's clock


class Command(NamedTuple):
    """A command to be ended; the files that it names are in the folder."""

    words: tuple[str, ...]
    prepared: Callable[[Machine], None] = lambda machine: None
    makes: str = ""  # a pattern: such a file is there afterwards, the book unchanged
    keeps: bool = False  # the book as it was stays somewhere beside
    next_schema: bool = False  # run by a folio whose schema is a newer one
    steps: bool = False  # several transactions, each whole; none of them touches a fact


def _rolled_up(machine: Machine) -> None:
    machine.must("rollup")


def _not_rolled_up(machine: Machine) -> None:
    """What a rollup finds is undone by nothing else than a book without one."""


def _with_a_backup(machine: Machine) -> None:
    """One of this morning, which goes, and one of last year, which stays."""
    for moment in ("2024-12-30T06:00:00+00:00", "2025-01-20T06:00:00+00:00"):
        machine.must("backup", env={"FOLIO_NOW": moment})


def _with_an_encrypted_backup(machine: Machine) -> None:
    (machine.folder / "key").write_text(str(KEY))
    machine.must("backup", "--recipient", str(KEY.to_public()), "kept")
    next((machine.folder / "kept").glob("folio-*")).rename(machine.folder / "kept" / "it.age")
    machine.must("undo", "3")


def _damaged(machine: Machine) -> None:
    """Derived rows that are wrong, an index and guards that are gone, too open a file."""
    db = sqlite3.connect(machine.book)
    db.executescript(
        "DROP TRIGGER postings_are_never_removed; DROP INDEX postings_by_transaction; "
        "UPDATE lots SET cost = '1'; DROP VIEW coverage; DELETE FROM positions"
    )
    db.close()
    machine.book.chmod(0o644)


COMMANDS: dict[str, Command] = {
    "import": Command(("import", "--create", "second.csv")),
    "add-tx": Command(("add-tx", "buy", "2", "VWCE", "--price", "99", "--account", "broker",
                       "--on", "2024-02-01", "--id", "mine")),
    "rollup": Command(("rollup",), _not_rolled_up),
    "accrue": Command(("accrue",)),
    "undo": Command(("undo", "3")),
    "amend": Command(("amend", "7", "--price", "101")),
    "observe": Command(("observe", "broker", "VWCE", "17", "--on", "2024-05-01")),
    "price import": Command(("price", "import", "more_prices.csv")),
    "rebuild": Command(("rebuild",)),
    "lock": Command(("lock", "2024-03")),
    "backup": Command(("backup", "--keep", "1d,2m"), _with_a_backup, BACKUP),
    "encrypted backup": Command(("backup", "--recipient", str(KEY.to_public())),
                                makes=f"{BACKUP}.age"),
    "restore": Command(("restore", "kept/it.age", "--identity", "key", "--force"),
                       _with_an_encrypted_backup, keeps=True),
    "migrate": Command(("verify",), keeps=True, next_schema=True),
    "doctor --fix": Command(("doctor", "--fix"), _damaged, steps=True),
    "export": Command(("export", "json", "-o", "whole.json"), makes="whole.json"),
}  # fmt: skip


class Trial(NamedTuple):
    """One command that was ended, and what was found."""

    at: int
    state: str  # "before" or "after"
    wrong: str  # "": nothing


class Book:
    """A book that a command is about to change, with its two states."""

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine, self.command = machine, COMMANDS[name]
        self.copy = machine.folder.parent / f"copy {name}"
        self._make()
        self._keep()
        self.rows = machine.state()
        self.before = self._now()
        ended = self.run()
        assert ended.code == 0, ended
        self.after = self._now()
        self.facts = digest(machine.book, TABLES)
        assert name == "rebuild" or self.after != self.before, f"{name} does nothing: {ended}"

    def _make(self) -> None:
        machine = self.machine
        _empty(machine.folder)
        for name, text in (
            ("first.csv", FIRST), ("second.csv", SECOND), ("prices.csv", PRICES),
            ("more_prices.csv", MORE_PRICES),
        ):  # fmt: skip
            (machine.folder / name).write_text(text)
        machine.must("init", "--currency", "EUR", "--timezone", "UTC")
        machine.must("import", "--create", "first.csv")
        machine.must("price", "import", "--create", "prices.csv")
        machine.must(
            "yield", "set", "savings", "EUR", "3%", "--pay", "monthly", "--day", "28",
            "--from", "2024-02-01",
        )  # fmt: skip
        machine.must("vault", "add", "Roof", "--target", "9000")
        if self.command.prepared is not _not_rolled_up:
            machine.must("rollup")
        machine.must("observe", "savings", "EUR", "21000", "--on", "2024-12-31")
        self.command.prepared(machine)

    def _keep(self) -> None:
        """Copy the folder, at rest."""
        settle(self.machine.book)
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.machine.folder, self.copy)

    def restore(self) -> None:
        """Put the folder there as it was before the command."""
        _empty(self.machine.folder)
        shutil.copytree(self.copy, self.machine.folder, dirs_exist_ok=True)
        for stash in self.machine.folder.parent.glob("stash-*"):
            stash.unlink()

    def run(self, *words: str, **more: object) -> Ended:
        """Run the command, or another of the same program."""
        next_schema = self.command.next_schema
        return self.machine.run(*(words or self.command.words), next_schema=next_schema, **more)

    def steps(self, fault: str) -> tuple[int, int]:
        """How many steps the command has, and how many syncs are among them."""
        self.restore()
        how = {"statement": "statement", "vm": "vm"}.get(fault, "count")
        ended = self.run(fault=how, at=0)
        assert ended.code == 0, ended
        return ended.steps, ended.syncs

    def _now(self) -> str:
        makes = self.command.makes
        there = bool(makes) and any(self.machine.folder.glob(makes))
        return f"{self.machine.state()} {there}"

    def state(self) -> str:
        found = self._now()
        if found == self.before or found == self.after:
            return "before" if found == self.before else "after"
        half = self.command.steps and digest(self.machine.book, TABLES) == self.facts
        return "some repairs done" if half else "between"

    def missing(self) -> str:
        """What else is wrong in the folder: a file that is not whole, a book that is gone."""
        folder = self.machine.folder
        found = {self.machine.state()}
        for path in (*folder.glob("*-before-*.db"), *folder.glob("*/*.db*")):
            if not path.name.startswith("."):
                found.add(_digest_of_backup(path))
        if (folder / "whole.json").exists():
            assert (folder / "whole.json").read_text().endswith("}\n")
        return "" if self.rows in found or not self.command.keeps else "the old book is gone"


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _digest_of_backup(path: Path) -> str:
    """A digest of the rows of a backup; fails where it is not whole."""
    data = path.read_bytes()
    if path.suffix == ".age":
        data = pyrage.decrypt(data, [KEY])
    if path.suffix != ".db":
        data = gzip.decompress(data)
    unpacked = path.parent.parent.parent / "unpacked.db"
    unpacked.write_bytes(data)
    return digest(unpacked)


def trials(book: Book, fault: str, many: int, luck: random.Random) -> Iterator[Trial]:
    """End the command at its steps: at each of them, or at so many by chance."""
    last = {"size": 40, "end": many, "read-only": 3}.get(fault)
    if last is None:
        steps, syncs = book.steps(fault)
        last = syncs if fault == "sync" else steps
    places = range(1, last + 1)
    if len(places) > many:
        places = sorted(luck.sample(places, many))  # type: ignore[assignment]
    for at in places:
        book.restore()
        ended = broken(book, fault, at, luck.randrange(1 << 30))
        try:
            found = _found(book, fault, ended)
        except (OSError, ValueError, AssertionError, sqlite3.Error, pyrage.DecryptError) as error:
            found = "broken", f"{error!r}: {ended}"
        yield Trial(at, *found)


def broken(book: Book, fault: str, at: int, seed: int = 0, **more: object) -> Ended:
    """Run the command with a fault at one of its steps."""
    if fault == "size":
        size = book.machine.book.stat().st_size
        return book.run(file_size=max(4096, size * at // 40))
    if fault == "read-only":
        modes = {book.machine.folder: 0o500, book.machine.book: 0o400}
        named = [path for bit, path in enumerate(modes, 1) if at & bit]
        was = {path: path.stat().st_mode for path in named}
        for path in named:
            path.chmod(modes[path])
        ended = book.run()
        for path in named:
            path.chmod(was[path])
        return ended
    if fault == "end":
        return book.run(fault="power", at=0, seed=seed, cut_at_end=True)
    return book.run(fault=fault, at=at, seed=seed, **more)


def _found(book: Book, fault: str, ended: Ended) -> tuple[str, str]:
    """In which state the book is, and what is wrong."""
    killed = ended.code == -9
    state = book.state()
    if state == "between":
        return state, f"neither before nor after: {ended}"
    if fault == "end" and state != "after":
        return state, "what had been recorded is gone"
    if ended.code == 0 and state != "after":
        return state, f"it said that it was done: {ended}"
    if not killed and ended.code not in (0, 1, 4):
        return state, f"it ended otherwise: {ended}"
    if not killed and ended.code and ("bug in folio" in ended.err or not ended.err):
        return state, f"it did not say why: {ended}"
    return state, book.missing() or _next(book, state)


def _next(book: Book, state: str) -> str:
    """What is wrong with the commands that come next."""
    old = state == "before" and book.command.next_schema
    verified = book.machine.run("verify") if old else book.run("verify")
    if verified.code and not (book.command.steps and state != "after"):
        return f"verify finds {verified.out}{verified.err}"
    if state != "after":
        again = book.run()
        if again.code or book.state() != "after":
            return f"the next command: {again}, {book.state()}"
    if _left(book):
        book.run()
        book.run("doctor", "--fix")
        if left := _left(book):
            return f"this is left behind, and the doctor does not see it: {left}"
    return book.missing()


def _left(book: Book) -> list[str]:
    """Files in the folder that no command ended by itself leaves."""
    return [path.name for path in book.machine.folder.rglob(".*")]
