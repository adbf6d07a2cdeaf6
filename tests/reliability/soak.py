"""Writers and readers at one book at once: nothing is lost, nothing is doubled."""

import subprocess
import sys
import time
from pathlib import Path

from machine import Machine

Row = tuple[str, int, str, int]


def _start(book: Path, *words: str) -> "subprocess.Popen[bytes]":
    env = {"FOLIO_DB": str(book), "FOLIO_CONFIG": "", "PATH": "", "HOME": str(book.parent)}
    return subprocess.Popen(
        [sys.executable, "-m", "folio", *words], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _statement(folder: Path, number: int) -> str:
    """Five rows of its own and five of the statement before."""
    path = folder / f"{number}.csv"
    rows = [
        f"2024-01-{1 + row % 28:02},a,deposit,EUR,2,i{row}\n"
        for row in range(max(0, 5 * number - 5), 5 * number + 5)
    ]
    path.write_text("date,account,kind,asset,quantity,external_id\n" + "".join(rows))
    return str(path)


def soak(folder: Path, seconds: float) -> Row:
    """Eight at a time: four record, two of them the same statement; others derive, copy, read."""
    machine = Machine(folder)
    machine.must("init", "--currency", "EUR", "--timezone", "UTC")
    machine.must("account", "add", "Bank/a", "--type", "checking")
    many = added = wrong = rounds = 0
    imported: set[int] = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        deposits = [
            _start(
                machine.book, "add-tx", "deposit", "1", "EUR", "--account", "a",
                "--on", "2024-01-02", "--id", f"{rounds}-{place}",
            )
            for place in range(2)
        ]  # fmt: skip
        path = _statement(folder, rounds)
        imports = [_start(machine.book, "import", path) for _ in range(2)]
        others = [
            _start(machine.book, *words)
            for words in (("rollup",), ("report",), ("verify",), ("backup", "--keep", "1d"))
        ]
        codes = [one.wait() for one in deposits]
        added += codes.count(0)
        read = [one.wait() for one in imports]
        imported |= {rounds} if 0 in read else set()
        wrong += sum(code not in (0, 4) for code in codes + read)
        wrong += sum(one.wait() not in ((0, 4) if "report" not in one.args else (0, 3, 4))
                     for one in others)  # fmt: skip
        rounds += 1
        many += 8
    rows = {row for one in imported for row in range(max(0, 5 * one - 5), 5 * one + 5)}
    query = "SELECT count(*), count(DISTINCT external_id) FROM transactions"
    found = machine.must("sql", "-O", "tsv", query).out.split()[-2:]
    done = added + len(rows)
    wrong += sum(int(number) != done for number in found) + (machine.run("verify").code != 0)
    machine.close()
    return "writers and readers at once", many, f"{done} recorded, {found[0]} found", wrong
