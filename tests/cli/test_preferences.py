"""Configuration: flags over environment over project over user, and what a project may not say."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from platformdirs import user_config_path

from bookkeeper import Bookkeeper
from folio.cli import preferences, preferences_file
from folio.cli.app import run
from folio.errors import FolioError, UsageError

Output = pytest.CaptureFixture[str]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file, in a home with a working folder below a project's."""
    home = tmp_path / "home"
    (home / "project" / "deep" / "er").mkdir(parents=True)
    file = home / "config.toml"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FOLIO_CONFIG", str(file))
    monkeypatch.delenv("FOLIO_DB", raising=False)
    monkeypatch.chdir(home / "project" / "deep" / "er")
    preferences.begin()
    return file


def project_of(user: Path) -> Path:
    return user.parent / "project" / "folio.toml"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere platformdirs says it")
def test_the_users_file_is_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLIO_CONFIG", raising=False)
    for base in ("", "/elsewhere/config"):
        monkeypatch.setenv("XDG_CONFIG_HOME", base)
        wanted = user_config_path("folio", appauthor=False) / "config.toml"
        assert preferences.user_file() == wanted


def test_who_says_it_first(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert preferences.chosen("output") == (None, "default")
    user.write_text("output = 'csv'\n[columns]\nlots = ['asset']\n")
    preferences.begin()
    assert preferences.chosen("output") == ("csv", "~/config.toml")
    assert preferences.value("columns.lots") == ("asset",)
    project_of(user).write_text("output = 'md'\n")
    preferences.begin()
    assert preferences.chosen("output") == ("md", "~/project/folio.toml")
    monkeypatch.setenv("FOLIO_OUTPUT", "json")
    assert preferences.chosen("output") == ("json", "FOLIO_OUTPUT")
    preferences.say("output", "tsv")
    assert preferences.chosen("output") == ("tsv", "flag")


def test_a_projects_file_can_do_no_harm(user: Path, capsys: Output) -> None:
    """No book, no program, nothing shown that the user hides; and it breaks no command."""
    file = project_of(user)
    file.write_text(
        "db = 'theirs.db'\npager = 'rm -rf'\nprivate = false\noutput = 'exe'\nnew = 1\n"
        "currency = 'USD'\n"
    )
    user.write_text("private = true\n")
    preferences.begin()
    assert preferences.value("db") is None
    assert preferences.value("pager") is None
    assert preferences.value("private") is True
    assert preferences.value("output") is None
    assert preferences.value("currency") == "USD"
    err = capsys.readouterr().err
    assert err.count("it is left out") == 5
    assert err.count("may not say") == 3
    file.write_text("private = true\n")
    user.write_text("private = false\n")
    preferences.begin()
    assert preferences.value("private") is True
    file.write_text("currency = [broken")
    preferences.begin()
    assert preferences.value("currency") is None
    assert "cannot be read" in capsys.readouterr().err


def test_a_projects_file_of_somebody_else_is_not_read(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_of(user).write_text("currency = 'USD'\n")
    monkeypatch.setattr(os, "getuid", lambda: project_of(user).stat().st_uid + 1)
    if project_of(user).stat().st_uid:
        assert preferences.project_file() is None
    monkeypatch.undo()


def test_nothing_above_the_home_is_read(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (user.parent.parent / "folio.toml").write_text("currency = 'USD'\n")
    assert preferences.project_file() is None
    monkeypatch.chdir(user.parent.parent)
    assert preferences.project_file() == user.parent.parent / "folio.toml"
    monkeypatch.setenv("FOLIO_CONFIG", "")
    assert preferences.project_file() is None
    assert preferences.user_file() is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 'never'", "'colour' is no setting \\(did you mean color\\?\\)"),
        ("output = 'xml'", "output: 'xml' is none of table, csv"),
        ("private = 'perhaps'", "neither yes nor no"),
        ("db = 'book.db'", "must start at the root, or with ~"),
        ("columns = 3", "'columns' is a table of settings, such as columns.NAME"),
        ("a = ", "cannot be read"),
    ],
)
def test_a_mistake_of_the_users_is_refused(user: Path, text: str, said: str) -> None:
    user.write_text(text + "\n")
    with pytest.raises(FolioError, match=said) as caught:
        preferences.value("currency")
    assert "~/config.toml:1: " in str(caught.value) or "(at line 1, " in str(caught.value)


def test_a_mistake_in_a_variable_names_it(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLIO_COLOR", "pink")
    with pytest.raises(FolioError, match="the variable FOLIO_COLOR: 'pink' is none of auto"):
        preferences.value("color")


def test_the_users_lines_are_left_as_they_are(user: Path) -> None:
    user.write_text("# mine\ncurrency = 'EUR' # here\n\n[columns]\n# narrow\nlots = ['asset']\n")
    preferences_file.write(user, "currency", "USD")
    preferences_file.write(user, "private", True)
    preferences_file.write(user, "columns.lots", ("asset", "cost"))
    preferences_file.write(user, "columns.holdings", ("value",))
    assert user.read_text() == (
        '# mine\ncurrency = "USD"\nprivate = true\n\n[columns]\n# narrow\n'
        'lots = ["asset", "cost"]\nholdings = ["value"]\n'
    )
    preferences_file.write(user, "columns.lots", None)
    preferences_file.write(user, "currency", None)
    assert tomllib.loads(user.read_text()) == {"private": True, "columns": {"holdings": ["value"]}}
    user.write_text("columns = {lots = ['asset']}\n")
    with pytest.raises((FolioError, ValueError)):
        preferences_file.write(user, "columns.lots", ("cost",))
    assert user.read_text() == "columns = {lots = ['asset']}\n"


def test_config_sets_and_lists(user: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    book = user.parent / "my book.db"
    assert run(["--db", str(book), "init"]) == 0
    assert run(["config", "set", "db", "~/my book.db"]) == 0
    assert run(["config", "set", "output", "json", "--project"]) == 0
    assert run(["config", "set", "long_term_days", "730"]) == 0
    assert (user.parent / "project/deep/er/folio.toml").read_text() == 'output = "json"\n'
    assert user.stat().st_mode & 0o777 == 0o600
    capsys.readouterr()
    assert run(["config", "list"]) == 0
    rows = {row["setting"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert (rows["db"]["value"], rows["db"]["origin"]) == ("~/my book.db", "~/config.toml")
    assert rows["output"]["origin"].endswith("er/folio.toml")
    assert rows["long_term_days"]["origin"] == "book"
    assert (rows["stale_days"]["value"], rows["stale_days"]["origin"]) == ("7", "default")
    for words, said in (
        ("set lot_method hifo --user", "is a setting of the book"),
        ("set pager less --project", "may not say pager"),
        ("set private no --project", "may not say private"),
        ("set colr never", "did you mean color?"),
        ("set currency USD --from 2025-01-01", "leave --from out"),
    ):
        assert run(["config", *words.split()]) == 2, words
        assert said in capsys.readouterr().err


def test_a_preferred_currency_that_the_book_lacks_names_who_said_it(
    user: Path, keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    user.write_text("currency = 'CHF'\n")
    assert run(["report"]) == 1
    assert "(the currency is said by ~/config.toml)" in capsys.readouterr().err
    assert run(["report", "--currency", "EUR"]) == 0


def test_no_file_costs_nothing(user: Path, keeper: Bookkeeper) -> None:
    """Where there is no configuration, nothing that reads one is loaded."""
    code = (
        "import sys; from folio.cli.app import run; run(['account', 'list']); "
        "sys.exit('tomllib' in sys.modules or 'folio.cli.render.shaping' in sys.modules)"
    )
    env = {**os.environ, "FOLIO_DB": str(keeper.path)}
    assert not subprocess.run([sys.executable, "-c", code], env=env, capture_output=True).returncode


def test_columns_and_days_as_preferred(
    user: Path, keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    user.write_text("date_style = 'D.M.Y'\n[columns]\nregister = ['date', 'external_id', 'id']\n")
    assert run(["register", "--as-of", "2025-01-20"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Register  20.01.2025"
    assert lines[2].split() == ["Date", "External", "id", "Id"]
    assert lines[4].startswith("02.01.2025")
    assert run(["register", "-O", "csv"]) == 0
    assert "2025-01-02" in capsys.readouterr().out  # programs are told as ever
    assert run(["register", "-O", "csv", "--columns", "kind,quantity"]) == 0
    assert capsys.readouterr().out == "kind,quantity\ndeposit,1000\n"
    assert run(["register", "--columns", "kin"]) == 2
    assert "'kin' is no column; there are id, date, at, kind" in capsys.readouterr().err


def test_a_word_that_is_no_color_is_refused(keeper: Bookkeeper, capsys: Output) -> None:
    with pytest.raises(UsageError):
        preferences.KEYS["color"].read("pink")
    assert run(["--color", "pink", "account", "list"]) == 2
    assert "'pink' is none of auto, always, never" in capsys.readouterr().err
