"""``folio demo`` makes the book that the scripts of the examples make."""

from __future__ import annotations

import stat
from pathlib import Path

from .example_book import DAY, asked, folio, run
from .statements import EXAMPLES

QUESTIONS = (
    ("report",),
    ("report", "gains"),
    ("report", "income"),
    ("report", "history"),
    ("report", "lots"),
    ("report", "coverage"),
    ("report", "allocation", "--by", "group"),
    ("register", "--all"),
    ("transfers", "--all"),
    ("account", "list"),
    ("asset", "list"),
    ("group", "list"),
    ("price", "list"),
)


def test_it_is_the_book_of_the_scripts(tmp_path: Path):
    assert folio(tmp_path, "demo", "--db", "demo.db").returncode == 0
    scripts = run(tmp_path, "sh", str(EXAMPLES / "import-all.sh"), FOLIO_DB="scripts.db")
    assert scripts.returncode == 0, scripts.stderr
    for question in QUESTIONS:
        assert asked(tmp_path, *question, db="demo.db") == asked(
            tmp_path, *question, db="scripts.db"
        ), question
    settings, others = (
        [row for row in asked(tmp_path, "config", "list", db=db)["rows"] if row["setting"] != "db"]
        for db in ("demo.db", "scripts.db")
    )
    assert settings == others


def test_it_shows_the_report_and_where_to_look_further(tmp_path: Path):
    ended = folio(tmp_path, "demo", FOLIO_DB="my own.db")
    assert ended.returncode == 0, ended.stderr
    assert "59,441.54" in ended.stdout
    (book,) = tmp_path.glob("folio-demo-*/demo.db")
    assert f"made {book}," in ended.stderr
    assert stat.S_IMODE(book.stat().st_mode) == 0o600
    assert not (tmp_path / "my own.db").exists(), "one's own book is left alone"
    commands = [line for line in ended.stderr.splitlines() if line.startswith("  folio ")]
    assert len(commands) == 3
    for command in commands:
        again = run(tmp_path, "sh", "-c", command)
        assert again.returncode == 0, again.stderr
        assert again.stdout


def test_a_file_that_is_there_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.db").write_text("mine")
    ended = folio(tmp_path, "demo", "--db", "mine.db")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "folio: mine.db is there already; name another file with --db\n"
    assert (tmp_path / "mine.db").read_text() == "mine"


def test_the_day_is_that_of_the_statements(tmp_path: Path):
    later = folio(tmp_path, "demo", "--db", "later.db", FOLIO_TODAY="2031-02-03")
    assert later.stdout == folio(tmp_path, "demo", "--db", "then.db", FOLIO_TODAY=DAY).stdout
