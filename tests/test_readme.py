"""The front page: its table leads to files that exist, and its picture is the report."""

import datetime as dt
import html
import re
from pathlib import Path

import pytest

from folio.book import Book
from folio.cli.app import COMMANDS
from folio.cli.render import as_text, export_svg
from folio.cli.render.columns import View
from folio.cli.topics import topics
from folio.db.file.connection import BUSY_SECONDS
from folio.importers import load_profiles
from folio.operations.keeping.make_example import LAST_DAY, make_example
from folio.operations.recording import Who
from folio.reports.held.page import page
from folio.reports.query import Query

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PICTURE = ROOT / "examples" / "report.svg"
WIDTH = 100
PARTS_WITH_NAMES = ("Statements in, once.", "Out again.")


def newcomers_table() -> list[str]:
    lines = README.split("| You ask | Look here |\n")[1].split("\n\n")[0].splitlines()
    return lines[1:]


def test_the_table_is_near_the_top() -> None:
    assert README.index("| You ask |") < README.index("\n## ")
    assert len(newcomers_table()) >= 6


@pytest.mark.parametrize("row", newcomers_table(), ids=lambda row: row.split("|")[1].strip())
def test_the_table_leads_to_what_exists(row: str) -> None:
    names = re.findall(r"`([^`]+)`", row)
    paths = [name for name in names if ("/" in name and name != "profiles/") or name[-4:] == ".sql"]
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
    commands = {name for section in COMMANDS.values() for name in section}
    for name in names:
        if name.startswith("folio "):
            assert name.split()[1] in commands, name


def test_the_set_up_lines_run_in_a_checkout() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(lines) == 2
    assert lines[0].endswith("folio demo")
    assert lines[1].endswith("pytest -n auto --dist worksteal")


def test_it_names_everybody_whose_files_are_read() -> None:
    """By a word of their name: Charles Schwab is Schwab there."""
    parts = (README.split(f"**{start}**")[1].split("\n- **")[0] for start in PARTS_WITH_NAMES)
    told = set(re.findall(r"[\w.*-]+\w|\w", " ".join(parts)))
    for profile in load_profiles(None).values():
        words = set(f"{profile.institution} {profile.title.split(',')[0]}".split())
        words -= {"Bank", "Securities", "UK"}
        assert profile.name == "generic" or words & told, profile.title


def test_it_says_how_long_a_book_that_is_busy_is_waited_for() -> None:
    assert BUSY_SECONDS == 30
    for text in (README, topics()["scripting"].text):
        (row,) = re.findall(r"^\| 4 \| (.*) \|$", text, re.MULTILINE)
        assert row.startswith("busy: another program ")
        assert row.endswith(" for more than thirty seconds")


def test_links_lead_to_what_exists() -> None:
    for file in (ROOT / "README.md", *(ROOT / "examples").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8")):
            assert target.startswith("https://") or (file.parent / target).exists(), target


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The report of the example book, as text and as a picture."""
    now = dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)
    path = tmp_path_factory.mktemp("readme") / "demo.db"
    db = make_example(path, Who("folio demo", "ada", now), load_profiles(None))
    book = Book(db)
    table = page(book, Query(LAST_DAY, book.base))
    texts = as_text(table, "table", View(WIDTH)), export_svg(table, WIDTH, title="folio report")
    db.close()
    return texts


def drawn(picture: str) -> str:
    """The characters of a picture, in order, without spaces."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", picture, re.DOTALL)
    return re.sub(r"\s", "", html.unescape("".join(texts)))


def test_the_picture_is_the_report(report: tuple[str, str], request: pytest.FixtureRequest) -> None:
    text, picture = report
    if request.config.getoption("--rewrite-sessions"):
        PICTURE.write_text(picture, "utf-8")
    wanted = re.sub(r"\s", "", text)
    assert drawn(picture).endswith(wanted)
    assert drawn(PICTURE.read_text("utf-8")).endswith(wanted), "pytest --rewrite-sessions draws it"


def test_the_picture_fetches_nothing() -> None:
    links = set(re.findall(r"https?://[^\s\"'<>]+", PICTURE.read_text("utf-8")))
    assert links <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    assert "url(http" not in PICTURE.read_text("utf-8")
