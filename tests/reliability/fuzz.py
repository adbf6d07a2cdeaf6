"""Statements and arguments changed at random: only folio's own errors may come of them."""

import random
import time
from pathlib import Path

from machine import Ended, Machine, kept_state

IMPORTERS = Path(__file__).parents[1] / "importers"
SUFFIXES = (
    ".csv", ".xml", ".ofx", ".qif", ".json", ".beancount", ".txt", ".tsv", ".sta", ".940", ".swi",
    ".tab",
)  # fmt: skip
SAMPLES = sorted(
    path
    for path in IMPORTERS.rglob("*")
    if path.suffix in SUFFIXES and path.name != "expected.json"
)
NASTY = (
    b'"', b"\0", b"\n", b",", b";", b"\xff", b"<", b"&", b"]]>", b"9" * 50, b"1e99999", b"-", b"=1",
    b"\xe2\x80\xae", b"\x1b[2J", b"0", b"NaN", b"{", b"[", b"2024-02-30", b"\xef\xbb\xbf", b"\t",
)  # fmt: skip
WORDS = (
    "report", "holdings", "gains", "add-tx", "buy", "sell", "--on", "2024-02-30", "--price", "-1",
    "1e999", "NaN", "--account", "", "register", "-O", "json", "xml", "--last", "9" * 21,
    "--as-of", "yesterday", "9999-12-31", "0000-00-00", "import", "--", "-", "--help", "undo", "0",
    "amend", "\x1b[2J", "\u202e", "\udcff", "explain", "value", "VWCE", "sql", "SELECT", "';--",
    "observe", "price", "add", "list", "vault", "group", "yield", "set", "config", "lock", "until",
    "accrue", "--until", "status", "--period", "2024", "--by", "month", "'", "%", "--db", "/",
    "transfers", "reconcile", "what-if", "changes", "--since", "coverage", "verify", "*", "account",
)  # fmt: skip
Row = tuple[str, int, str, int]


def mutated(data: bytes, luck: random.Random) -> bytes:
    """The bytes with a few changes of the kinds that break parsers."""
    for _ in range(luck.randint(1, 6)):
        at, end = sorted(luck.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + luck.choice((1, 4, 40, 400)))
        way = luck.randrange(5)
        if way == 0:
            data = data[:at] + luck.choice(NASTY) + data[at:]
        elif way == 1:
            data = data[:at] + data[end:]
        elif way == 2:
            data = data[:at] + data[at:end] * luck.choice((2, 3, 30)) + data[end:]
        elif way == 3:
            data = data[:at] + bytes([luck.randrange(256)]) + data[at + 1 :]
        else:
            data = data[:at] + luck.choice(NASTY) + data[end:]
    return data


def wrong(ended: Ended) -> str:
    """What is wrong with how a command ended; "" where nothing is."""
    if ended.code not in (0, 1, 2, 3) or "bug in folio" in ended.err or "Traceback" in ended.err:
        return f"{ended.code}: {ended.err[-400:]}"
    return ""


def fuzz_file(machine: Machine, sample: Path, seed: int) -> str:
    """Import a changed sample into an empty book; returns what is wrong."""
    path = machine.folder / f"statement{sample.suffix}"
    path.write_bytes(mutated(sample.read_bytes(), random.Random(seed)))
    machine.restore(blank := machine.folder.parent / "blank")
    luck = random.Random(seed)
    more = ("--skip-bad",) if luck.random() < 0.3 else ()
    ended = machine.run("import", "--create", *more, str(path), seconds=20)
    if fault := wrong(ended):
        return fault
    kept = ended.code == 0 or machine.state() == kept_state(blank)
    return "" if kept else "refused, and recorded"


def fuzz_words(machine: Machine, seed: int) -> str:
    """Run words at random on a book; returns what is wrong."""
    luck = random.Random(seed)
    words = [luck.choice(WORDS) for _ in range(luck.randint(1, 8))]
    fault = wrong(machine.run(*words, seconds=20))
    return f"{words}: {fault}" if fault else ""


def prepared(folder: Path) -> Machine:
    machine = Machine(folder)
    machine.must("init", "--currency", "EUR", "--timezone", "UTC")
    machine.keep(folder / "blank")
    return machine


def fuzz_files(folder: Path, seconds: float, seed: int) -> list[Row]:
    machine = prepared(folder)
    many = faults = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sample = SAMPLES[many % len(SAMPLES)]
        if fault := fuzz_file(machine, sample, seed + many):
            print(f"{sample.parent.name}/{sample.name} seed {seed + many}: {fault}")
            faults += 1
        many += 1
    machine.close()
    return [(f"changed files of {len(SAMPLES)} samples", many, "folio's own errors", faults)]


def fuzz_arguments(folder: Path, seconds: float) -> Row:
    below = folder / "words"
    below.mkdir()
    machine = prepared(below)
    many = faults = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if fault := fuzz_words(machine, many):
            print(fault)
            faults += 1
        many += 1
    faults += machine.run("verify").code != 0
    machine.close()
    return "words at random as arguments", many, "folio's own errors", faults
