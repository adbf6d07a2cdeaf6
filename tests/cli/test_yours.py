"""``folio-NAME`` on the path runs as ``folio NAME``; and pagers."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.cli import pager, preferences, yours
from folio.cli.app import COMMANDS, run

Output = pytest.CaptureFixture[str]


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_program_runs_as_a_command(path: Path, tmp_path: Path) -> None:
    """With its words as they are, the book, folio itself, its own exit code and streams."""
    program(path, "folio-tax", 'echo "$FOLIO_DB|$FOLIO_PRIVATE|$*"; "$FOLIO_BIN" --version; exit 7')
    done = subprocess.run(
        [sys.executable, "-m", "folio", "--private", "tax", "--db", "my.db", "a b", "--help", "-x"],
        env=os.environ, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 7
    first, second = done.stdout.splitlines()
    assert first == f"{tmp_path / 'my.db'}|1|a b --help -x"
    assert second.startswith("folio ")


def test_they_are_listed_and_shadow_nothing(path: Path, capsys: Output) -> None:
    for name in ("folio-tax", "folio-report", "folio-Bad.name", "folio-"):
        program(path, name, "exit 9")
    (path / "folio-plain").write_text("cannot be run")
    (path / "folio-dir").mkdir()
    own = {name for section in COMMANDS.values() for name in section}
    assert yours.names(own) == ["tax"]
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert "Yours:\n  tax " in said
    assert run(["report", "--help"]) == 0
    assert "What you own" in capsys.readouterr().out


def test_the_working_folder_brings_no_commands(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    program(tmp_path, "folio-evil", "exit 0")
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert yours.find("evil") is None
    assert yours.find("../folio-evil") is None
    assert run(["evil"]) == 2
    assert run(["reprot"]) == 2
    assert "(did you mean report or export?)" in capsys.readouterr().err


# -- the pager -------------------------------------------------------------------------------


@pytest.fixture
def long(keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> Bookkeeper:
    for number in range(1, 29):
        keeper.add("deposit", f"2025-01-{number:02}", "Broker", "EUR", quantity=number)
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    monkeypatch.setenv("FOLIO_TODAY", "2025-02-01")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return keeper


def on_a_terminal(words: list[str], **env: str) -> tuple[int, str]:
    """The exit code of folio on a terminal of 24 lines, and what it showed there."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    started = subprocess.Popen(
        [sys.executable, "-m", "folio", *words],
        stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **env},
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(master)
    return started.wait(20), shown.decode()


def test_a_terminal_without_unicode_is_drawn_for_in_ascii(long: Bookkeeper) -> None:
    """Rules and dots as ASCII of the same width; no escape but the colours'."""
    poor = {"PYTHONIOENCODING": "ascii", "TERM": "dumb", "FOLIO_PAGER": "off"}
    code, shown = on_a_terminal(["report"], **poor)
    assert code == 0
    assert "Holdings  2025-02-01 - EUR" in shown
    assert f"\r\n{'-' * 40}" in shown
    assert "\\" not in shown


def test_a_long_table_goes_to_the_pager(long: Bookkeeper, path: Path, tmp_path: Path) -> None:
    program(path, "mypager", f'cat > "{tmp_path}/paged"; echo "paged with $LESS $1"')
    code, shown = on_a_terminal(["register"], FOLIO_PAGER="mypager -q")
    assert code == 0
    assert shown == "paged with FRX -q\r\n"
    assert "28.00" in (tmp_path / "paged").read_text()
    for words, env in (
        (["register", "--no-pager"], {"FOLIO_PAGER": "mypager"}),
        (["register"], {"FOLIO_PAGER": "off", "PAGER": "mypager"}),
        (["register"], {"FOLIO_PAGER": "", "PAGER": "no-such-program"}),
        (["register", "--last", "3"], {"FOLIO_PAGER": "mypager"}),
        (["register", "-O", "csv"], {"FOLIO_PAGER": "mypager"}),
    ):
        code, shown = on_a_terminal(words, **env)
        assert (code, "paged" in shown, "2025-01-28" in shown) == (0, False, True), words


def test_leaving_the_pager_early_is_quiet(long: Bookkeeper, path: Path) -> None:
    program(path, "mypager", "head -1")
    code, shown = on_a_terminal(["register"], FOLIO_PAGER="mypager")
    assert code == 0
    assert shown.count("\n") == 1
    program(path, "mypager", "exec 0<&-; exit 1")
    assert on_a_terminal(["register"], FOLIO_PAGER="mypager") == (0, "")


def test_an_interrupt_is_the_pagers(
    monkeypatch: pytest.MonkeyPatch, path: Path, tmp_path: Path
) -> None:
    program(path, "mypager", f'kill -INT $PPID; cat > "{tmp_path}/paged"')
    monkeypatch.setenv("FOLIO_PAGER", "mypager")
    preferences.begin()
    before = signal.getsignal(signal.SIGINT)
    pager.page("one line\n")
    assert (tmp_path / "paged").read_text() == "one line\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_pipe_is_never_paged(long: Bookkeeper, path: Path) -> None:
    program(path, "mypager", "echo paged")
    done = subprocess.run(
        [sys.executable, "-m", "folio", "--pager", "register"],
        env={**os.environ, "FOLIO_PAGER": "mypager"}, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert "paged" not in done.stdout
    assert "2025-01-28" in done.stdout
