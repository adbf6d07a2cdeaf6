"""The example scripts, with a program in folio's place that notes how it was called."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .statements import EXAMPLES

STAND_IN = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
    *REFUSED*) exit 1 ;;
    *BUSY*) exit 4 ;;
    *FINDINGS*) exit 3 ;;
    import*) [ -f "$2" ] || exit 1 ;;
esac
exit 0
"""
TOOLS = ("sh", "mkdir", "rmdir", "mv", "dirname")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an awkward name: an inbox, and a PATH without flock."""
    home = tmp_path / "my folder"
    (home / "inbox").mkdir(parents=True)
    (home / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (home / "bin" / tool).symlink_to(found)
    stand_in = home / "bin" / "folio"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    return home


def run(
    place: Path, script: str, *arguments: str, flock: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    path = str(place / "bin") + (os.pathsep + os.environ["PATH"] if flock else "")
    variables = {"PATH": path, "CALLS": str(place / "calls"), **environment}
    command = ["sh", str(EXAMPLES / script), *arguments]
    return subprocess.run(
        command, cwd=place, env=variables, capture_output=True, text=True, check=False
    )


def calls(place: Path) -> list[str]:
    noted = place / "calls"
    return noted.read_text().splitlines() if noted.exists() else []


def daily(place: Path, *names: str, flock: bool = True, **environment: str) -> int:
    for name in names:
        (place / "inbox" / name).write_text("a,b\n")
    return run(place, "daily.sh", "inbox", flock=flock, **environment).returncode


def left(place: Path, folder: str = "inbox") -> set[str]:
    return {p.name for p in (place / folder).iterdir() if p.is_file() and p.name[0] != "."}


@pytest.mark.parametrize("flock", [True, False])
def test_a_day(place: Path, flock: bool):
    assert daily(place, "a.csv", "b c.ofx", "d.csv.part", flock=flock) == 0
    inbox = place / "inbox"
    assert calls(place) == [
        f"import {inbox}/a.csv --create",
        f"import {inbox}/b c.ofx --create",
        "accrue",
        "rollup",
        "report",
        "status",
    ]
    assert left(place) == {"d.csv.part"}
    assert left(place, "inbox/done") == {"a.csv", "b c.ofx"}
    assert daily(place, flock=flock) == 0, "the lock was given back"


def test_every_kind_of_statement_is_taken(place: Path):
    kinds = {"a.QIF", "b.xlsx", "c.zip", "d.json", "e.txt", "f.mt940", "g"}
    assert daily(place, *kinds, "h.csv.crdownload") == 0
    assert left(place) == {"h.csv.crdownload"}
    assert left(place, "inbox/done") == kinds


def test_the_same_name_twice_is_kept_twice(place: Path):
    for _ in range(3):
        assert daily(place, "a.csv") == 0
    assert left(place, "inbox/done") == {"a.csv", "2-a.csv", "3-a.csv"}


def test_a_refused_statement_stays_and_the_day_goes_on(place: Path):
    assert daily(place, "a-REFUSED.csv", "b-FINDINGS.csv", "c.csv") == 1
    assert left(place) == {"a-REFUSED.csv"}
    assert calls(place)[-1] == "status"


def test_findings(place: Path):
    assert daily(place, "a-FINDINGS.csv", "b.csv") == 3
    assert left(place) == set()


def test_a_busy_book_ends_the_run_and_loses_nothing(place: Path):
    assert daily(place, "a.csv", "b-BUSY.csv", "c.csv") == 4
    assert left(place) == {"b-BUSY.csv", "c.csv"}
    assert "report" not in calls(place)


@pytest.mark.skipif(not shutil.which("flock"), reason="there is no flock here")
def test_one_run_at_a_time_with_flock(place: Path):
    with (place / "inbox" / ".daily.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert daily(place, "a.csv") == 4
    assert calls(place) == []
    assert daily(place) == 0


def test_one_run_at_a_time_without_flock(place: Path):
    (place / "inbox" / ".daily.lock.d").mkdir()
    assert daily(place, "a.csv", flock=False) == 4
    assert calls(place) == []
    assert (place / "inbox" / ".daily.lock.d").exists(), "it is the other run's"


def test_called_wrongly(place: Path):
    assert run(place, "daily.sh").returncode == 2
    assert run(place, "daily.sh", "nowhere").returncode == 2
    assert run(place, "daily.sh", "inbox", FOLIO="no-such-program").returncode == 1


def test_import_all(place: Path):
    assert run(place, "import-all.sh", FOLIO_DB="new.db").returncode == 0
    verbs = [" ".join(line.split()[:2]) for line in calls(place)]
    assert [verb.split(" /")[0] for verb in verbs] == [
        "init --currency",
        "import",
        "import",
        "import",
        "price import",
        *["asset set"] * 6,
        "transfers --account",
        "transfers answer",
        *["vault add", "vault fill"] * 2,
        "group add",
        "group tag",
        "rollup",
        "report --as-of",
    ]


def test_import_all_leaves_a_book_alone(place: Path):
    (place / "example.db").write_text("a book")
    assert run(place, "import-all.sh").returncode == 1
    assert calls(place) == []
