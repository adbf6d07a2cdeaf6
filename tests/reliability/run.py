"""Break folio at every step, and write RELIABILITY.md.

    python tests/reliability/run.py                 # all of it, half an hour
    python tests/reliability/run.py --kills 40 --only crashes,disk --commands import

``crashes`` ends commands at their steps by kill -9, tears a write, cuts the power; ``disk`` lets
syncs and writes fail; ``hostile`` meets every file of hostile.py, the large ones too; ``fuzz``
changes statements and arguments at random; ``soak`` has writers and readers at once.
"""

import argparse
import json
import platform
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path

from crashes import COMMANDS, FAULTS, Book, Trial, trials
from machine import Machine, compiled
from test_hostile import ALL, meet

TABLE = Path(__file__).parents[1] / "RELIABILITY.md"
KEPT = Path(__file__).with_name("results.json")
PARTS = ("crashes", "disk", "hostile", "fuzz", "soak")
KINDS = ("before", "after", "some repairs done", "lost")
Row = tuple[str, int, str, int]  # what was tried, how often, what came of it, how many were lost


def crash_rows(said: argparse.Namespace, folder: Path, faults: tuple[str, ...]) -> list[Row]:
    """Each command with each fault."""
    shim = compiled(folder)
    if shim is None:
        print("there is no C compiler: only statements and steps of SQLite's machine are tried")
    machine = Machine(folder, shim)
    found: dict[str, Counter[str]] = {}
    luck = random.Random(said.seed)
    for name in COMMANDS:
        if name not in said.commands.split(","):
            continue
        book = Book(machine, name)
        for fault in faults:
            if shim is None and fault not in ("statement", "vm", "size", "read-only"):
                continue
            many = found.setdefault(f"{name}: {FAULTS[fault]}", Counter())
            for trial in trials(book, fault, said.kills, luck):
                many[_kind(trial)] += 1
                if trial.wrong:
                    print(f"\n{name} {fault} at {trial.at}: {trial.wrong}")
        print(f"\r{name}: {sum(map(Counter.total, found.values()))} tried".ljust(60), end="")
    machine.close()
    print()
    return [(what, many.total(), _said(many), many["lost"]) for what, many in found.items()]


def _kind(trial: Trial) -> str:
    return "lost" if trial.wrong else trial.state


def _said(many: Counter[str]) -> str:
    return ", ".join(f"{many[kind]} {kind}" for kind in KINDS if many[kind])


def hostile_rows(folder: Path) -> list[Row]:
    machine = Machine(folder)
    machine.must("init", "--currency", "EUR", "--timezone", "UTC")
    machine.keep(folder / "blank")
    wrong = 0
    for name, hostile in ALL.items():
        print(f"\r{name}".ljust(70), end="", flush=True)
        if fault := meet(machine, hostile):
            print(f"\n{name}: {fault}")
            wrong += 1
    machine.close()
    print()
    return [("hostile files, the large ones too", len(ALL), "one sentence each", wrong)]


def rows(said: argparse.Namespace, part: str, folder: Path) -> list[Row]:
    """The rows of one part."""
    if part == "crashes":
        return crash_rows(said, folder, ("statement", "vm", "kill", "torn", "power", "end"))
    if part == "disk":
        return crash_rows(said, folder, ("sync", "full", "short", "size", "read-only"))
    if part == "hostile":
        return hostile_rows(folder)
    if part == "fuzz":
        from fuzz import fuzz_arguments, fuzz_files

        return [*fuzz_files(folder, said.seconds, said.seed), fuzz_arguments(folder, said.seconds)]
    from soak import soak

    return [soak(folder, said.seconds)]


HEAD = """# What was tried to break a book, and what was lost

    python tests/reliability/run.py

{where}

*before* and *after* say in which of its two states the book was found: as it was before the
command, or with all of it.  There is no third, but for `doctor --fix`, which is several
transactions: some repairs can be done and others not, with every fact as it was.  After each try
the book was read by SQLite alone and its rows compared, `folio verify` found nothing, and the same
command was run again and came to the same book.  Backups and exports that were there were whole,
what a restore or a migration replaced was there beside, and what was left half done was gone when
the next command had run.

A power cut takes back what was not synced, of each file from a random write on, and of each
folder's names from a random link, rename or removal on.  A disk's failure is also told: the
command says so, and ends with 1.  Seconds are of the processor, for the machine was shared.

| tried | how often | found | lost |
|---|--:|---|--:|
"""


def keep(part: str, made: list[Row]) -> None:
    """Keep what a part found, beside what the others found, and write the table of them all."""
    known = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    known.update({f"{part}: {row[0]}" if part == "disk" else row[0]: row for row in made})
    KEPT.write_text(json.dumps(known, indent=0) + "\n", "utf-8")
    rows: list[Row] = list(known.values())
    where = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}."
    )
    lines = [f"| {what} | {many:,} | {said} | {lost} |\n" for what, many, said, lost in rows]
    total = f"| **in all** | **{sum(r[1] for r in rows):,}** | | **{sum(r[3] for r in rows)}** |\n"
    TABLE.write_text(HEAD.format(where=where) + "".join(lines) + total, "utf-8")


def main() -> int:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = asked.add_argument
    add("--only", default=",".join(PARTS), help="parts, of: %(default)s")
    add("--commands", default=",".join(COMMANDS), help="to break, of: %(default)s")
    add("--kills", type=int, default=40, help="of each command with each fault (%(default)s)")
    add("--seconds", type=float, default=60, help="for each kind of fuzzing, and to soak")
    add("--seed", type=int, default=1, help="of what is left to chance (%(default)s)")
    said = asked.parse_args()
    made = []
    for part in said.only.split(","):
        with tempfile.TemporaryDirectory(prefix="folio-reliability-") as folder:
            found = rows(said, part, Path(folder))
        keep(part, found)
        made += found
    for what, many, text, lost in made:
        print(f"{what}: {many}, {text}{f', LOST {lost}' if lost else ''}")
    return int(any(row[3] for row in made))


if __name__ == "__main__":
    sys.exit(main())
