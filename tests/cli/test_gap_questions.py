"""Answering gaps on a terminal: a real one, with answers typed in."""

import subprocess
import sys
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from typing_at_it import typed_at


@pytest.fixture
def drifting(keeper: Bookkeeper) -> Bookkeeper:
    keeper.observe("Broker", "EUR", 100, "2025-01-01")
    keeper.observe("Broker", "EUR", 130, "2025-01-11")
    keeper.observe("Broker", "EUR", 129, "2025-01-21")
    return keeper


def ask(book: Path, typed: str, *more: str) -> tuple[int, str]:
    """Run ``folio reconcile --ask`` on a terminal and type; the exit code, and what it shows."""
    return typed_at(book, typed, "reconcile", "--ask", *more)


def commands(keeper: Bookkeeper) -> list[str]:
    return [row[0] for row in keeper.db.execute("SELECT command FROM commits ORDER BY id")]


def test_every_gap_is_asked_about_once(drifting: Bookkeeper) -> None:
    code, shown = ask(drifting.path, "\nflow\n2025-01-31\nflow\n2025-01-05\nsomething\nu\n")
    assert "observed 100, expected 0: 100 EUR more" in shown
    assert "perhaps held before the ledger starts" in shown
    assert "recorded 1: opening 100.00 EUR in North/Broker on 2024-12-31" in shown
    assert "2025-01-31 is not in the gap" in shown
    assert "'something' is none of these" in shown
    assert commands(drifting)[-3:] == [
        "folio reconcile answer 1 opening",
        "folio reconcile answer 2 flow --on 2025-01-05",
        "folio reconcile answer 3 unknown",
    ]
    assert code == 0


def test_what_is_opened_may_have_a_cost(keeper: Bookkeeper) -> None:
    keeper.observe("Broker", "COIN", 4, "2025-01-01")
    keeper.observe("Broker", "ACME", 5, "2025-01-01")
    code, shown = ask(keeper.path, "o\n-1\no\n800\n\n\n")
    assert "4 COIN worth 800.00 EUR" in shown or "5 ACME worth 800.00 EUR" in shown
    costs = sorted(str(keeper.lots("Broker", symbol)[0].cost) for symbol in ("ACME", "COIN"))
    assert (code, costs) == (0, ["800", "None"])


def test_stopping_leaves_the_rest_open(drifting: Bookkeeper) -> None:
    code, _ = ask(drifting.path, "o\nq\n")
    assert code == 3
    assert commands(drifting)[-1] == "folio reconcile answer 1 opening"


def test_without_a_terminal_nobody_is_asked(drifting: Bookkeeper) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "folio", "--db", str(drifting.path), "reconcile", "--ask"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert ended.returncode == 2
    assert "--ask needs a terminal; in a script: folio reconcile answer" in ended.stderr
