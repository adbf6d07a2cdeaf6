"""No command loads what it does not use: starting is most of what a short command costs.

Measured on one machine, beside 16 ms for Python with sqlite3: pydantic costs 75 ms and more,
sqlite-utils 85, rich 42, dateutil's parser 32; on a busy one, hashlib with tempfile some 7.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper

HEAVY = (
    "pydantic pydantic_core sqlite_utils click pluggy dateutil rich pygments markdown_it "
    "typer.testing asyncio concurrent multiprocessing email http xml tomllib importlib.metadata "
    "unittest logging statistics tempfile random secrets webbrowser pdb doctest folio.importers "
    "folio.exporters folio.quotes folio.db.migrations folio.db.proof folio.cli.render.terminal "
    "folio.cli.commands.demo"
).split()
READING = "hashlib folio.operations folio.db.commits folio.reports.explain folio.reports.returns"
NOTHING = "sqlite3 decimal json folio.db folio.book folio.engine folio.reports folio.cli.render"
FOLDING = "json folio.book.events folio.book.later folio.engine.fold folio.engine.reconciliation"
FORBIDDEN = {
    "--version": [*HEAVY, *READING.split(), *NOTHING.split()],
    "--help": [*HEAVY, *READING.split(), *NOTHING.split()],
    "report": [*HEAVY, *READING.split(), *FOLDING.split(), "folio.reports.yields"],
    "report holdings -O csv": [*HEAVY, *READING.split()],
    "register --last 50": [*HEAVY, *READING.split()],
    "account list": [*HEAVY, *READING.split()],
    "add-tx buy 2 ACME --price 10 --account Broker": [*HEAVY, "folio.reports"],
    "rollup": [*HEAVY, "folio.reports"],
}
PROGRAM = """
import sys
from folio.cli.app import run
code = run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("command", FORBIDDEN)
def test_a_command_loads_only_what_it_uses(command: str, keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=3, price=10)
    keeper.roll_up("2025-01-20")
    loaded = _modules(keeper.path, command.split())
    wrong = {name for name in FORBIDDEN[command] if _is_among(name, loaded)}
    assert not wrong, f"folio {command} loads {', '.join(sorted(wrong))}"


def test_a_file_that_is_known_is_not_read_again(keeper: Bookkeeper, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "date,account,kind,asset,quantity,currency\n2025-01-02,Broker,deposit,EUR,5,EUR\n"
    )
    command = ["import", str(file), "--create"]
    assert _is_among("pydantic", _modules(keeper.path, command))
    unused = {"pydantic", "tomllib", "folio.importers.profile", "folio.importers.csv_file"}
    loaded = _modules(keeper.path, command)
    assert not {name for name in unused if _is_among(name, loaded)}


def _modules(book: Path, words: list[str]) -> set[str]:
    env = {**os.environ, "FOLIO_DB": str(book), "FOLIO_TODAY": "2025-01-20"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=env, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def _is_among(name: str, loaded: set[str]) -> bool:
    """Whether that module or one below it was loaded."""
    return any(one == name or one.startswith(f"{name}.") for one in loaded)
