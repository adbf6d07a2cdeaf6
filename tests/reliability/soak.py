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


def soak(folder: Path, seconds: float) -> Row:
    """Four at a time: two record, one rolls up, one reads."""
    machine = Machine(folder)
    machine.must("init", "--currency", "EUR", "--timezone", "UTC")
    machine.must("account", "add", "Bank/a", "--type", "checking")
    many = done = wrong = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        deposits = [
            _start(
                machine.book, "add-tx", "deposit", "1", "EUR", "--account", "a",
                "--on", "2024-01-02", "--id", f"{many}-{place}",
            )
            for place in range(2)
        ]  # fmt: skip
        others = [_start(machine.book, "rollup"), _start(machine.book, "report", "holdings")]
        codes = [one.wait() for one in deposits]
        done += codes.count(0)
        wrong += sum(one.wait() not in (0, 3, 4) for one in others)
        wrong += sum(code not in (0, 4) for code in codes)
        many += 4
    query = "SELECT count(*) FROM transactions"
    found = int(machine.must("sql", "-O", "tsv", query).out.split()[-1])
    wrong += abs(found - done) + (machine.run("verify").code != 0)
    machine.close()
    return "writers and readers at once", many, f"{done} recorded, {found} found", wrong
