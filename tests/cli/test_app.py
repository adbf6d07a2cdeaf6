"""The error boundary, lazy loading, completion."""

import contextlib
import io
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from bookkeeper import Bookkeeper
from folio.cli import app as door
from folio.cli import context, lazy
from folio.errors import BookBusy, FolioError, UsageError

PAGE = 4096
Runner = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run ``folio status``, which does what it is given."""

    def go(does: Callable[..., Any], *arguments: str) -> int:
        def load(name: str, entry: lazy.Entry) -> Any:
            made = lazy.new_app()
            made.command()(does)
            return typer.main.get_command(made)

        door._commands.cache_clear()
        monkeypatch.setattr(lazy, "load", load)
        return door.run([*arguments, "status"])

    return go


def raising(error: BaseException) -> Callable[[], None]:
    def does() -> None:
        raise error

    return does


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (FolioError("no such thing; try: folio x"), 1, "folio: no such thing; try: folio x\n"),
        (UsageError("bad \x1b[31m word"), 2, "folio: bad \\x1b[31m word\n"),
        (BookBusy("locked"), 4, "folio: locked\n"),
        (FileNotFoundError(2, "No such file or directory", "a.csv"), 1,
         "folio: a.csv: no such file or directory\n"),
        (ZeroDivisionError("of\x1b"), 1,
         "folio: this is a bug in folio: ZeroDivisionError: of\\x1b\n"
         "run with FOLIO_DEBUG=1 for the traceback\n"),
        (KeyboardInterrupt(), 130, "\n"),
        (KeyboardInterrupt("it is half done"), 130, "\nfolio: stopped; it is half done\n"),
        (typer.Abort(), 130, "\n"),
        (typer.Exit(3), 3, ""),
        (typer.BadParameter("wrong"), 2, "folio: invalid value: wrong; see: folio status --help\n"),
    ],
)  # fmt: skip
def test_every_error_is_a_sentence_and_a_code(
    run: Runner, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert run(raising(error)) == code
    assert capsys.readouterr() == ("", said)


def test_errors_of_sqlite_name_the_book(
    run: Runner, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    locked, alien = sqlite3.OperationalError("locked"), sqlite3.DatabaseError("no database")
    locked.sqlite_errorcode, alien.sqlite_errorcode = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOTADB
    assert run(raising(locked), "--db", "my.db") == 4
    assert capsys.readouterr().err.startswith("folio: my.db is locked")
    assert run(raising(alien), "--db", "my.db") == 1
    assert "not a folio book" in capsys.readouterr().err
    assert run(raising(sqlite3.IntegrityError("CHECK failed"))) == 1
    assert "bug in folio: IntegrityError" in capsys.readouterr().err


def test_what_a_damaged_book_leads_to_is_no_bug(
    run: Runner, capsys: pytest.CaptureFixture[str], keeper: Bookkeeper, tmp_path: Path
) -> None:
    """A page in another's place: what is read from it is of a kind that no code expects."""
    pages = keeper.path.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(pages[:PAGE] + pages[-PAGE:] + pages[2 * PAGE :])
    assert run(raising(TypeError("NoneType")), "--db", str(damaged)) == 1
    assert re.fullmatch(
        rf"folio: {damaged} is damaged \((non-|wrong #).+\); see: folio verify, .*\n",
        capsys.readouterr().err,
    )
    query = "SELECT sql FROM sqlite_master WHERE name = 'settings_are_never_changed'"
    (guard,) = keeper.db.execute(query).fetchone()
    keeper.db.execute("DROP TRIGGER settings_are_never_changed")
    keeper.db.execute("UPDATE settings SET value = 'E\x13R' WHERE key = 'base_currency'")
    keeper.db.execute(guard)
    assert run(raising(ValueError("E\x13R")), "--db", str(keeper.path)) == 1
    assert "is damaged (settings row 1 was changed after" in capsys.readouterr().err
    assert run(raising(TypeError("NoneType")), "--db", str(tmp_path / "nothing.db")) == 1
    assert "bug in folio" in capsys.readouterr().err


def test_a_traceback_is_shown_on_request(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLIO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(raising(ZeroDivisionError()))


def test_the_book_may_be_named_anywhere(run: Runner) -> None:
    seen: list[Path] = []
    assert run(lambda: seen.append(context.book_path()), "--db", "a.db") == 0
    assert door._book_first(["status", "--db=b.db"]) == ["--db=b.db", "status"]
    assert door._book_first(["x", "--db", "b.db", "y"]) == ["--db", "b.db", "x", "y"]
    assert door._book_first(["x", "--", "--db", "y"]) == ["x", "--", "--db", "y"]
    assert door._book_first(["x", "--db"]) == ["--db", "x"]
    assert seen == [Path("a.db")]


def test_usage_errors_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run(["reprot"]) == 2
    assert "(did you mean report or export?)" in capsys.readouterr().err
    assert door.run(["--nothing"]) == 2
    assert capsys.readouterr().err == "folio: no such option: --nothing; see: folio --help\n"
    assert door.run([]) == 2
    assert capsys.readouterr().out.startswith("Usage: folio")


def folio(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "folio", *arguments],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
    )


def test_help_and_version_import_no_command_and_no_rich() -> None:
    code = (
        "import sys; from folio.cli.app import run; run(['--help']); run(['--version']); "
        "heavy = ('rich', 'pydantic', 'platformdirs', 'dateutil', 'sqlite3', 'zoneinfo'); "
        "bad = [m for m in sys.modules if m in heavy or m.startswith('folio.cli.commands')]; "
        "sys.exit(repr(bad) if bad else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stderr


def test_commands_are_completed_from_the_table() -> None:
    ended = folio(_FOLIO_COMPLETE="bash", _FOLIO_LINE="folio re", _FOLIO_BREAKS=":=")
    assert ended.stdout.split() == "words reconcile report register rebuild restore".split()
    assert not ended.stderr


@pytest.mark.parametrize(
    ("shell", "mark"),
    [
        ("bash", "complete -F _folio_completion folio"),
        ("zsh", "#compdef folio"),
        ("fish", "complete --command"),
    ],
)
def test_completion_scripts(shell: str, mark: str, tmp_path: Path) -> None:
    assert mark in folio("completion", shell).stdout
    ended = folio("completion", shell, "--install", HOME=str(tmp_path))
    assert "installed in" in ended.stderr
    assert any(mark in f.read_text() for f in tmp_path.rglob("*") if f.is_file())


def test_a_reader_that_leaves_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "folio", "--help"], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert ended.returncode == 141
    assert ended.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "folio", "--help"], stdout=full, stderr=subprocess.PIPE
        )
    assert ended.returncode == 1
    assert ended.stderr == b"folio: the output: no space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_what_a_full_log_cannot_take_is_done_all_the_same(tmp_path: Path) -> None:
    """Else a script that is told of a failure would record it again."""
    environment = os.environ | {"FOLIO_DB": str(tmp_path / "book.db")}

    def folio(*words: str) -> int:
        with open("/dev/full", "w") as full:
            done = [sys.executable, "-m", "folio", *words]
            return subprocess.run(done, stderr=full, env=environment).returncode

    assert folio("init") == 0
    assert folio("account", "add", "A", "--type", "checking") == 0
    assert folio("add-tx", "deposit", "1", "EUR", "--account", "A") == 0
    assert folio("add-tx", "deposit", "1", "EUR", "--account", "B") == 1
    with contextlib.closing(sqlite3.connect(tmp_path / "book.db")) as db:
        assert db.execute("SELECT count(*) FROM transactions").fetchone() == (1,)


class _Part(io.RawIOBase):
    """Takes a part of what it is given, as a disk does that has room for so much."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += bytes(data[:100])
        return min(len(data), 100)


def test_all_is_written_where_python_buffers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTHONUNBUFFERED, as in many a container: Python itself would leave out the rest."""
    device = _Part()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(device, "utf-8", write_through=True))
    monkeypatch.setattr(sys, "argv", ["folio", "--help"])
    assert door.main() == 0
    assert device.taken.endswith(b"folio help\n")


def test_the_terminal_is_as_wide_as_it_is_where_python_buffers_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """shutil asks the stream that Python began with, and takes 80 columns where it is gone."""
    terminal, its_end = pty.openpty()
    termios.tcsetwinsize(its_end, (50, 40))
    begun = io.TextIOWrapper(io.FileIO(its_end, "w"), "utf-8", write_through=True)
    monkeypatch.setattr(sys, "stdout", begun)
    monkeypatch.setattr(sys, "__stdout__", begun)
    monkeypatch.setattr(sys, "argv", ["folio", "--version"])
    monkeypatch.delenv("COLUMNS", raising=False)
    assert door.main() == 0
    assert shutil.get_terminal_size().columns == 40
    sys.stdout.close()
    os.close(terminal)


def test_a_closed_stream_is_no_error() -> None:
    command = '"$0" -m folio profile list >&- && "$0" -m folio help >&- 2>&- <&-'
    ended = subprocess.run(["bash", "-c", command, sys.executable], capture_output=True)
    assert ended.returncode == 0
    assert ended.stderr == b""


def test_nested_groups_are_lazy(capsys: pytest.CaptureFixture[str]) -> None:
    made = lazy.new_app("Things.", {"Do": {"dance": ("folio.no_such_module", "Dance a little.")}})

    @made.command()
    def sing() -> None:
        """Sing."""

    command = typer.main.get_group(made)
    with pytest.raises(typer.Exit), command.make_context("x", ["--help"]):
        pass
    out = capsys.readouterr().out
    assert "Dance a little." in out
    assert "Sing." in out
    with pytest.raises(ModuleNotFoundError), command.make_context("x", ["dance"]) as ctx:
        command.invoke(ctx)


def test_what_is_owed_is_observed_and_an_empty_option_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def folio(*words: str) -> int:
        return door.run(["--db", str(tmp_path / "book.db"), *words])

    assert folio("init") == folio("account", "add", "Visa", "--type", "credit-card") == 0
    assert folio("observe", "visa", "EUR", "-120.50", "--on", "2025-01-01") == 0
    assert folio("observe", "visa", "EUR", "-120.50", "--on", "") == 2
    assert folio("add-tx", "deposit", "5", "EUR", "--account", "visa", "--on", "") == 2
    assert "--on is empty" in capsys.readouterr().err
    assert folio("report", "--fail-on", "nonsense") == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("group", ["vault", "yield", "what-if", "import", "holding"])
def test_a_group_says_whole_what_its_commands_are_for(
    group: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 80 columns long lines go on below; an example that is cut short cannot be typed."""
    monkeypatch.setenv("COLUMNS", "80")
    assert door.run([group, "--help"]) == 0
    said = capsys.readouterr().out.split("Commands:")[1]
    assert "..." not in said
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--", "--price"), "no such option: --price"),
        (("sql", "\udcff"), "$'\\xff' has bytes that are no UTF-8"),
    ],
)
def test_words_that_no_shell_would_make_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert door.run(["--db", str(tmp_path / "book.db"), "init"]) == 0
    assert door.run(["--db", str(tmp_path / "book.db"), *words]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("verify --head --expect 0-", "--head prints the head and checks nothing"),
        ("sql --views SELECT", "--views asks nothing"),
        ("sql --views --seconds 3", "--views asks nothing"),
        ("export csv --force", "--force replaces what is there; name it with -o"),
        ("config set output json --user --project", "--user and --project exclude one another"),
        ("help lots --man", "--man is all of it"),
        ("price add USD 1 --on 2025-06-01 --at 2025-06-03T10:00", "is not on 2025-06-01"),
        ("price undo USD --on 2025-06-01 --at 2025-06-03T10:00", "is not on 2025-06-01"),
        ("account add Old/New --institution-type broker", "Old is of type bank already"),
    ],
)
def test_no_option_is_taken_and_left_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str, says: str
) -> None:
    """What would do nothing beside another word is refused: somebody meant something by it."""
    book = ["--db", str(tmp_path / "book.db")]
    assert door.run([*book, "init"]) == 0
    assert door.run([*book, "institution", "add", "Old", "--type", "bank"]) == 0
    assert door.run([*book, *words.split()]) == 2
    assert says in capsys.readouterr().err
