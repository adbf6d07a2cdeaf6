"""What folio is compared with: Python's own start, the sqlite3 shell, and its peers.

Each function here returns a contender, or None where that program is not installed.
The journals are those of notations.py; what is appended is one deposit.
"""

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from books import Place, forget
from measuring import Contender, Step

RULES = Path(__file__).with_name("hledger-import.rules")
START = "start"  # the name of the reference for everything that should be instant
SHELL = "sqlite3 .import"
HLEDGER_VALUE = ["bal", "^Assets", "--flat", "--value=end,USD"]
LEDGER_VALUE = ["bal", "^Assets", "--flat", "-X", "USD"]
BEAN_VALUE = (
    "SELECT account, convert(sum(position), 'USD') WHERE account ~ '^Assets' GROUP BY account"
)
BEAN_TOTAL = "SELECT convert(sum(position), 'USD') WHERE account ~ '^Assets'"
BEAN_MONTHLY = (
    "SELECT year, month, convert(last(balance), 'USD', last(date)) "
    "WHERE account ~ '^Assets' GROUP BY year, month"
)
FAVA_MONTHLY = """
import sys
from fava.core import FavaLedger
from fava.util.date import Month
ledger = FavaLedger(sys.argv[1])
print(len(list(ledger.charts.net_worth(ledger.get_filtered(), Month, "USD"))))
"""
APPENDED = {
    "hledger": "2024-12-30 * Salary\n    Assets:Northbank:Checking  100.00 USD\n"
    "    Income:External\n\n",
    "beancount": '2024-12-30 * "Salary"\n  Assets:Northbank:Checking:Cash  100.00 USD\n'
    "  Income:External\n\n",
}
APPENDED["ledger"] = APPENDED["hledger"]
PROGRAMS = {"hledger": "hledger", "ledger": "ledger", "beancount": "bean-query"}
Maker = Callable[[Place, int], Contender | None]


def start(place: Place, size: int) -> Contender:
    """Python and SQLite, and nothing else."""
    step = Step([sys.executable, "-c", "import sqlite3"], place.env)
    return Contender(START, lambda number: [step])


def nothing(place: Place, program: str) -> Contender | None:
    """A peer that says its version."""
    if shutil.which(program) is None:
        return None
    step = Step([program, "--version"], place.env)
    return Contender(program, lambda number: [step])


def asked(name: str, words: Sequence[str], *, journal: str = "") -> Maker:
    """A peer that answers a question about its journal."""
    notation = journal or name

    def make(place: Place, size: int) -> Contender | None:
        if shutil.which(PROGRAMS[notation]) is None:
            return None
        file = place.history(size, notation) / f"history.{notation}"
        step = _question(place, notation, file, words)
        return Contender(PROGRAMS[notation], lambda number: [step])

    return make


def _question(place: Place, notation: str, file: Path, words: Sequence[str]) -> Step:
    if notation == "beancount":
        return Step(["bean-query", "-f", "csv", file, *words], place.env, r"\d")
    return Step([PROGRAMS[notation], "-f", file, *words], place.env, r"\d")


def appended(notation: str, words: Sequence[str]) -> Maker:
    """A peer whose journal grows by a transaction, and that then says the total."""

    def make(place: Place, size: int) -> Contender | None:
        if shutil.which(PROGRAMS[notation]) is None:
            return None
        journal = place.history(size, notation) / f"history.{notation}"
        own = place.folder / "scratch" / f"appended.{notation}"
        step = _question(place, notation, own, words)

        def prepare(number: int) -> None:
            if number == 0:
                own.parent.mkdir(exist_ok=True)
                shutil.copyfile(journal, own)
            with own.open("a") as file:
                file.write(APPENDED[notation])

        return Contender(PROGRAMS[notation], lambda number: [step], prepare)

    return make


def fava(place: Place, size: int) -> Contender | None:
    """The data of fava's net-worth chart by month, made in one process."""
    program = shutil.which("fava")
    if program is None:
        return None
    file = place.history(size, "beancount") / "history.beancount"
    python = Path(program).with_name("python")
    step = Step([python, "-c", FAVA_MONTHLY, file], place.env, r"1\d\d")
    return Contender("fava", lambda number: [step])


def shell_import(place: Place, size: int) -> Contender | None:
    """The same file into one table of texts with a unique index, by the sqlite3 shell."""
    if shutil.which("sqlite3") is None:
        return None
    table = place.history(size) / "transactions.csv"
    path = place.folder / "scratch" / "shell.db"
    with table.open(newline="", encoding="ascii") as file:
        names = next(csv.reader(file))
    columns = ", ".join(f"{name} TEXT" for name in names)
    step = Step(
        [
            "sqlite3",
            path,
            f"CREATE TABLE t ({columns})",
            "CREATE UNIQUE INDEX t_by_id ON t (external_id)",
            f".import --csv --skip 1 '{table}' t",
            "SELECT count(*) FROM t",
        ],
        place.env,
        rf"^{place.rows(size)}\s*$",
    )
    return Contender(SHELL, lambda number: [step], lambda number: forget(path))


def hledger_import(place: Place, size: int, *, again: bool = False) -> Contender | None:
    """hledger's own import of the same file, with the rules beside this module."""
    if shutil.which("hledger") is None:
        return None
    folder = place.folder / "scratch" / "hledger"
    journal, table = folder / "own.journal", folder / "transactions.csv"
    words = ["import", "--rules-file", str(RULES), str(table)]
    step = Step(["hledger", "-f", journal, *words], place.env)

    def prepare(number: int) -> None:
        if again and number:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copyfile(place.history(size) / "transactions.csv", table)
        journal.touch()

    return Contender("hledger", lambda number: [step], prepare)


def hledger_again(place: Place, size: int) -> Contender | None:
    """The same once more; its first round, the warm-up, is the import itself."""
    return hledger_import(place, size, again=True)


def version_of(program: str) -> str | None:
    """What an installed program calls its version."""
    found = shutil.which(program)
    if found is None:
        return None
    text = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    number = re.search(r"\d+(\.\d+)+", text)
    return number[0] if number else "of unknown version"
