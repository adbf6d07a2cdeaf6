"""The tab key: what is offered, for every parameter that takes a name, in each real shell."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from bookkeeper import Bookkeeper
from folio.cli import context
from folio.cli.app import COMMANDS, app, run
from folio.cli.completion import values
from folio.cli.completion.line import offers_for
from folio.cli.completion.shells import SCRIPTS, Current, in_bash, said_by_bash

ROOT = get_group(app)


@pytest.fixture
def book(keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> Bookkeeper:
    keeper.account("Main Broker", institution="North Bank")
    keeper.account("Rainy: Days", institution="South")
    keeper.asset("VWCE", "etf", name="All the world")
    keeper.asset("VWCE", "etf", market="XLON")
    keeper.asset("1INCH", "crypto")
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    context.begin([])
    return keeper


def offered(*words: str) -> list[str] | None:
    found = offers_for(list(words[:-1]), words[-1], ROOT)
    return None if found is None else [one.value for one in found]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        (["reg"], ["register"]),
        (["report", "hold"], ["holdings"]),
        (["report", "--acc"], ["--account", "--accrued"]),
        (["report", "holdings", "--account", "main"], ["Main Broker"]),
        (["report", "--account=rain"], ["--account=Rainy: Days"]),
        (["report", "--account", "south/"], ["South/Rainy: Days", "South/Wallet"]),
        (["lots", "vwce"], ["VWCE:XLON", "VWCE:etf"]),  # each of one asset alone
        (["report", "--type", "st"], ["stock"]),
        (["account", "add", "New", "--type", "sa"], ["savings"]),
        (["account", "add", "Main"], []),
        (["institution", "rename", "nor"], ["North", "North Bank"]),
        (["config", "set", "stale"], ["stale_days", "stale_days_slow"]),
        (["config", "set", "lot_method", "hi"], ["hifo"]),
        (["register", "--kind", "sp"], ["spin_off", "split"]),
        (["import", "--profile", "wi"], ["wise", "wise_history"]),
        (["add-tx", "bu"], ["buy"]),
        (["add-tx", "buy", "3", "ac"], ["ACME"]),
        (["add-tx", "buy", "3", "1"], ["1INCH"]),
        (["add-tx", "buy", "1"], []),
        (["add-tx", "buy", "3", "ACME", "--fee-currency", ""], ["EUR"]),
        (["explain", "val"], ["value", "value-before"]),
        (["report", "-O", "j"], ["json", "jsonl"]),
        (["import", "li"], ["list"]),
        (["import", "stat"], None),
        (["price", "import", ""], None),
        (["report", "-o", "x"], None),
        (["--db", ""], None),
    ],
)
def test_what_is_offered(book: Bookkeeper, line: list[str], offers: list[str] | None) -> None:
    found = offered(*line)
    assert (found and sorted(found)) == (offers and sorted(offers))


def test_vaults_and_groups_of_the_book_that_the_line_names(
    book: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["group", "add", "Old age"]) == run(["vault", "add", "A house", "--target=9"]) == 0
    monkeypatch.setenv("FOLIO_DB", str(tmp_path / "none.db"))
    context.begin([])
    assert offered("report", "--group", "") == []
    for line in (["group", "show", ""], ["report", "--group", ""]):
        context.begin([])
        if offered("--db", str(book.path), *line):
            assert offered("--db", str(book.path), *line) == ["Old age"]
    assert offered("vault", f"--db={book.path}", "set", "a") == ["A house"]
    assert not (tmp_path / "none.db").exists()


NAMED = {"ACCOUNT", "ASSET", "GROUP", "VAULT", "PROFILE", "SETTING", "KIND", "INSTITUTION"}
NAMING = {f"--{one.lower()}" for one in NAMED} | {"--to-account", "--currency", "--type"}


def parameters(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for below in getattr(command, "commands", {}):
        yield from parameters(command.get_command(None, below), (*path, below))
    yield from ((path, one) for one in command.params)


def test_every_parameter_that_takes_a_name_offers_names() -> None:
    silent, seen = [], 0
    for path, one in parameters(ROOT, ()):
        metavar = (one.metavar or "").strip("[].")
        takes = metavar in NAMED if one.param_type_name == "argument" else set(one.opts) & NAMING
        if takes and path not in values.NEW:
            seen += 1
            if not values.by_name(list(path), one, {}):
                silent.append((path, one.name))
    assert seen > 100
    assert not silent
    assert sum(map(len, COMMANDS.values())) == len(ROOT.commands)


@pytest.mark.parametrize(
    ("line", "words", "current"),
    [
        ("folio re", [], Current("re")),
        ("folio report ", ["report"], Current("")),
        (r"folio lots Main\ B", ["lots"], Current("Main B")),
        ('folio x "Main B', ["x"], Current("Main B", "", '"')),
        ("folio x 'Main B' y", ["x", "Main B"], Current("y")),
        ("folio --account=Ma", [], Current("--account=Ma", "--account=")),
        ('folio --account="Ma', [], Current("--account=Ma", "--account=", '"')),
        ("folio lots VWCE:X", ["lots"], Current("VWCE:X", "VWCE:")),
        ("folio x ''", ["x"], Current("")),
    ],
)
def test_the_words_of_bash(line: str, words: list[str], current: Current) -> None:
    assert said_by_bash(line, ":=") == (words, current)


def test_a_value_is_quoted_as_it_was_begun() -> None:
    assert in_bash("a b$c'd", Current("a")) == "a\\ b\\$c\\'d"
    assert in_bash('a b$c"d', Current("a", "", '"')) == 'a b\\$c\\"d'
    assert in_bash("a'b", Current("a", "", "'")) == "a'\\''b"
    assert in_bash("Köln;ls", Current("")) == "Köln\\;ls"


def test_nothing_is_said_where_there_is_no_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_text("no book at all")
    for path in (tmp_path / "none.db", wrong, tmp_path):
        monkeypatch.setenv("FOLIO_DB", str(path))
        monkeypatch.setenv("_FOLIO_COMPLETE", "zsh")
        assert run(["report", "--account", ""]) == 0
        assert capsys.readouterr() == ("words\n", "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["wrong.db"]


STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {script}"),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u -D; source {script}"),
}


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_in_fish(book: Bookkeeper, tmp_path: Path) -> None:
    """Fish says itself what it would offer for a line."""
    script, bin = tmp_path / "folio.fish", tmp_path / "folio"
    script.write_text(SCRIPTS["fish"])
    bin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m folio "$@"\n')
    bin.chmod(0o755)
    lines = [f"{bin} report --account mai", f'{bin} report --account "Rainy: D',
             f"{bin} report --account=Main", f"{bin} lots VWCE:X"]  # fmt: skip
    asked = "; ".join(f"complete -C '{line}'" for line in lines)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; {asked}"],
        env={**os.environ, "HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "Main Broker\tbrokerage, North Bank",
        "Rainy: Days\tbrokerage, South",
        "--account=Main Broker\tbrokerage, North Bank",
        "VWCE:XLON\tetf",
    ]


@pytest.mark.parametrize("shell", STARTS)
def test_in_the_real_shell(shell: str, book: Bookkeeper, tmp_path: Path) -> None:
    """Words with blanks and colons arrive at the program whole, however they were begun."""
    start, loads = STARTS[shell]
    if shutil.which(start[0]) is None:
        pytest.skip(f"no {shell} here")
    script, said = tmp_path / "script", tmp_path / "said"
    script.write_text(SCRIPTS[shell])
    bin = tmp_path / "bin"
    bin.mkdir()
    # the program, which writes down with what it is run
    (bin / "folio").write_text(
        f'#!/bin/sh\n[ -n "$_FOLIO_COMPLETE" ] && exec "{sys.executable}" -m folio "$@"\n'
        f'for one; do printf "%s|" "$one"; done >> "{said}"; echo >> "{said}"\n'
    )
    (bin / "folio").chmod(0o755)
    path = f"{bin}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "TERM": "dumb", "HOME": str(tmp_path)}
    lines = ["report --account mai", 'report --account "Main B', "report --account=Rainy",
             "lots VWCE:X"]  # fmt: skip
    typed = [loads.format(script=script), *(f"folio {line}\t" for line in lines)]
    said.touch()
    _type(start, env, typed, lambda count: said.read_text().count("\n") >= count)
    assert said.read_text().splitlines() == [
        "report|--account|Main Broker|",
        "report|--account|Main Broker|",
        "report|--account=Rainy: Days|",
        "lots|VWCE:XLON|",
    ]


def _type(command: list[str], env: dict[str, str], lines: list[str], done: Any) -> None:
    """Type lines into a shell, each when the one before has come through."""
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
    )
    os.close(slave)
    try:
        for count, line in enumerate(lines):
            _drain(master, 0.4)  # until it has started, or has come back
            os.write(master, f"{line}\r".encode())  # it takes the return when it has completed
            until = time.monotonic() + 20
            while not done(count) and time.monotonic() < until:
                _drain(master, 0.05)
    finally:
        shell.kill()
        shell.wait()
        os.close(master)


def _drain(master: int, seconds: float) -> None:
    """Read what the terminal shows, until nothing more comes for so long."""
    while select.select([master], [], [], seconds)[0]:
        try:
            if not os.read(master, 65536):
                return
        except OSError:
            return
