"""Commands that are ended at one of their steps, and the book that is found afterwards."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from machine import Ended, Machine

FAULTS = {
    "statement": "killed at an SQL statement",
    "vm": "killed between steps of SQLite's machine",
    "kill": "killed at a write, a sync or a rename",
    "torn": "killed with half of a write done",
    "power": "power cut at a write or a sync",
    "end": "power cut when it had ended",
    "sync": "a sync fails",
    "full": "the disk is full from a write on",
    "size": "the file may not grow",
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

# What a command is called, and its words; the files are in the folder.
COMMANDS: dict[str, tuple[str, ...]] = {
    "import": ("import", "--create", "second.csv"),
    "add-tx": ("add-tx", "buy", "2", "VWCE", "--price", "99", "--account", "broker",
               "--on", "2024-02-01", "--id", "mine"),
    "rollup": ("rollup",),
    "accrue": ("accrue",),
    "undo": ("undo", "3"),
    "amend": ("amend", "7", "--price", "101"),
    "observe": ("observe", "broker", "VWCE", "17", "--on", "2024-05-01"),
    "price import": ("price", "import", "more_prices.csv"),
    "rebuild": ("rebuild",),
}  # fmt: skip


class Trial(NamedTuple):
    """One command that was ended, and what was found."""

    at: int
    state: str  # "before" or "after"
    wrong: str  # "": nothing


class Book:
    """A book that a command is about to change, with its two states."""

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine, self.words = machine, COMMANDS[name]
        self.copy = machine.folder.parent / f"copy {name}"
        self._make()
        machine.keep(self.copy)
        self.before = machine.state()
        ended = machine.must(*self.words)
        self.after = machine.state()
        assert name == "rebuild" or self.after != self.before, f"{name} does nothing: {ended}"

    def _make(self) -> None:
        machine = self.machine
        for path in machine.folder.iterdir():
            path.unlink()
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
        if self.words[0] == "rollup":
            return
        machine.must("rollup")
        machine.must("observe", "savings", "EUR", "21000", "--on", "2024-12-31")

    def steps(self, fault: str) -> tuple[int, int]:
        """How many steps the command has, and how many syncs are among them."""
        self.machine.restore(self.copy)
        how = {"statement": "statement", "vm": "vm"}.get(fault, "count")
        ended = self.machine.run(*self.words, fault=how, at=0)
        assert ended.code == 0, ended
        return ended.steps, ended.syncs

    def state(self) -> str:
        found = self.machine.state()
        return "before" if found == self.before else "after" if found == self.after else "between"


def trials(book: Book, fault: str, many: int, luck: random.Random) -> Iterator[Trial]:
    """End the command at its steps: at each of them, or at so many by chance."""
    steps, syncs = book.steps(fault)
    last = {"sync": syncs, "size": 40, "end": many}.get(fault, steps)
    places = range(1, last + 1)
    if len(places) > many:
        places = sorted(luck.sample(places, many))  # type: ignore[assignment]
    for at in places:
        book.machine.restore(book.copy)
        ended = _broken(book, fault, at, luck.randrange(1 << 30))
        yield Trial(at, *_found(book, fault, ended))


def _broken(book: Book, fault: str, at: int, seed: int) -> Ended:
    if fault == "size":
        size = book.machine.book.stat().st_size
        return book.machine.run(*book.words, file_size=max(4096, size * at // 40))
    if fault == "end":
        return book.machine.run(*book.words, fault="power", at=0, seed=seed, cut_at_end=True)
    return book.machine.run(*book.words, fault=fault, at=at, seed=seed)


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
    verified = book.machine.run("verify")
    if verified.code:
        return state, f"verify finds {verified.out}{verified.err}"
    if state == "before":
        again = book.machine.run(*book.words)
        if again.code or book.state() != "after":
            return state, f"the next command: {again}, {book.state()}"
    return state, ""
