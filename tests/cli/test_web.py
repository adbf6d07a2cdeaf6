"""``folio web``: Datasette over the book, asked in-process; and a server of its own."""

import asyncio
import datetime as dt
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from folio.cli.app import run
from folio.db.file.connection import open_book
from folio.db.file.files import besides
from folio.db.queries.web_queries import QUERIES
from folio.importers import load_profiles
from folio.model.transactions import INCOME_KINDS
from folio.operations.keeping.make_example import make_example
from folio.operations.recording import Who
from interruptible import INTERRUPTIBLE

Output = pytest.CaptureFixture[str]
pytestmark = pytest.mark.filterwarnings("ignore")  # those of Datasette's own modules


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "a %41 book?#.db"  # no part of it is a URI's
    who = Who("folio demo", "ada", dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC))
    make_example(path, who, load_profiles(None)).close()
    return path


@pytest.fixture(scope="module")
def made(example: Path) -> Iterator[Any]:
    pytest.importorskip("datasette")
    from folio.cli.web.site import NAME, site

    db = open_book(example)
    found = site(example, db)
    db.close()
    yield found
    found.get_database(NAME).close()


def get(made: Any, path: str) -> Any:
    return asyncio.run(made.client.get(path))


def test_a_mistake_is_told_to_who_made_it_alone(made: Any, capfd: Output) -> None:
    """Datasette has Rich print tracebacks with all local variables, which folio installs."""
    answer = get(made, "/book.json?sql=select+nope")
    assert (answer.status_code, answer.json()["error"]) == (400, "no such column: nope")
    assert get(made, "/nowhere").status_code == 404
    assert capfd.readouterr() == ("", "")
    assert [one["name"] for one in get(made, "/-/databases.json").json()] == ["book"]


def test_every_view_and_every_question_answers(made: Any) -> None:
    page = get(made, "/book.json").json()
    listed = [view["name"] for view in page["views"]]
    views = [name for name in listed if name.startswith("v1_")]
    assert len(views) > 12
    assert listed == views  # helpers are not listed
    assert page["tables"] == []  # any SELECT may read them
    assert get(made, "/book.json?sql=select+count(*)+from+postings").status_code == 200
    assert get(made, "/").headers["location"] == "/book"
    assert {query["name"] for query in page["queries"]} == set(QUERIES)
    assert all(f"'{kind}'" in QUERIES["income_by_year"].sql for kind in INCOME_KINDS)
    for view in views:
        assert get(made, f"/book/{view}.json?_size=1").status_code == 200, view
    for name in QUERIES:
        asked = get(made, f"/book/{name}.json?_shape=objects&asset=VWCE&transaction_id=5")
        assert asked.status_code == 200, (name, asked.text)
        answer = asked.json()
        assert answer["ok"], answer
        assert answer["rows"] or name == "without_price", name


def test_its_figures_are_those_of_the_report(
    made: Any, example: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    assert run(["--db", str(example), "report", "holdings", "-O", "json"]) == 0
    wanted = {
        (row["account"], row["asset"]): row["value"]
        for row in json.loads(capsys.readouterr().out)["rows"]
        if row["quantity"] != "0"
    }
    rows = get(made, "/book/holdings.json?_shape=array").json()
    assert {(row["account"], row["asset"]): row["value"] for row in rows} == wanted


def test_a_figure_leads_to_the_line_of_the_statement(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a month to its holdings, to one's parts, and on to the rows of the file."""
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    months = get(made, "/book/value_by_month").text
    assert "/book/v1_daily?date=2025-06-30&amp;scope=holding" in months
    page = get(made, "/book/v1_daily?date=2025-06-30&scope=holding&asset=VWCE").text
    (address,) = set(re.findall(r'href="(/-/explain\?figure=value&amp;[^"]*)"', page))
    row = get(made, "/book/v1_daily.json?date=2025-06-30&scope=holding&asset=VWCE&_shape=array")
    told = get(made, html.unescape(address)).text
    assert f"<b>{row.json()[0]['value']} EUR</b>" in told
    assert re.search(r"<code>trading212_\w+[-\w]*\.csv:\d+: Market buy,", told)
    lines = re.search(r'href="(/book/lines_of\?transaction_id=\d+)"', told)
    assert lines is not None
    assert get(made, lines[1]).status_code == 200
    year = get(made, "/-/explain?figure=twr&period=2025-06&depth=4").text
    onward = re.findall(r'href="(/-/explain\?[^"]*as-of[^"]*)"', year)
    assert onward
    assert get(made, html.unescape(onward[0])).status_code == 200
    assert get(made, "/-/explain?figure=worth").status_code == 400
    refused = get(made, "/-/explain?figure=value&what=-o&file=/tmp/x")
    assert (refused.status_code, "no asset" in refused.text) == (400, True)


def test_columns_are_explained(made: Any) -> None:
    page = get(made, "/book/v1_lots").text
    assert "the day from which it is held" in page
    assert "_sort=acquired_on" in page
    assert "_sort=quantity" not in page  # text: 9 would come after 10


def test_its_style_is_its_own_and_nothing_comes_from_elsewhere(made: Any) -> None:
    for path in ("/book", "/book/holdings", "/book/v1_lots"):
        page = get(made, path).text
        loaded = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]*)"', page)
        assert {"/style/palette.css", "/style/web.css"} <= set(loaded), path
        for address in loaded:
            assert get(made, address).status_code == 200, address  # so no address of another host
    assert 'id="sql-query"' not in get(made, "/book/holdings").text
    assert get(made, "/style/../__init__.py").status_code == 404


def test_decimals_stand_one_under_the_other(made: Any) -> None:
    """They are text, which Datasette lets begin on the left."""
    style = get(made, "/style/web.css").text
    rule = style.partition("Decimals are text")[2].partition("{")[0]
    right = set(re.findall(r"\.col-(\w+)", rule))
    decimal, other = set(), set()
    names = [view["name"] for view in get(made, "/book.json").json()["views"]]
    for name in [*names, *QUERIES]:
        found = get(made, f"/book/{name}.json?_size=max&_shape=objects&asset=VWCE&transaction_id=5")
        for row in found.json()["rows"]:
            for column, value in row.items():
                if isinstance(value, str):
                    is_decimal = re.fullmatch(r"-?\d+(\.\d+)?", value)
                    (decimal if is_decimal else other).add(column)
    assert decimal - other <= right | {"year"}
    assert right & other <= {"value"}  # that of a setting, which may be a word


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM prices", "PRAGMA query_only=0", "ATTACH '/tmp/x' AS x", "DROP VIEW v1_lots"],
)
def test_nothing_can_be_written(made: Any, example: Path, sql: str) -> None:
    before = example.read_bytes()
    found = get(made, f"/book.json?sql={urllib.request.quote(sql)}")
    assert found.status_code == 400
    assert example.read_bytes() == before


def test_a_connection_refuses_to_write(made: Any) -> None:
    import sqlite3

    connection = made.get_database("book").connect(write=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("CREATE TABLE x (a)")


def test_the_file_cannot_be_downloaded(made: Any) -> None:
    assert get(made, "/book.db").status_code in (403, 404)


def test_it_sees_what_is_recorded_meanwhile(
    made: Any, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer is not kept out, and what it commits is there, in the log still."""
    db = open_book(example)
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    sql = urllib.request.quote("SELECT count(*) AS n FROM v1_commits")
    before = get(made, f"/book.json?_shape=array&sql={sql}").json()[0]["n"]
    assert run(["--db", str(example), "add-tx", "deposit", "1", "EUR", "--account", "wise"]) == 0
    assert get(made, f"/book.json?_shape=array&sql={sql}").json()[0]["n"] == before + 1
    db.close()


def test_private_is_refused(example: Path, capsys: Output) -> None:
    assert run(["--db", str(example), "--private", "web"]) == 2
    assert "-O html" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    example: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert run(["--db", str(example), "web"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("folio: folio web needs Datasette")
    assert said.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize(("ends", "code"), [("SIGINT", 0), ("SIGHUP", 143)])
def test_a_server_answers_this_machine_alone_and_ends_quietly(
    example: Path, tmp_path: Path, ends: str, code: int
) -> None:
    pytest.importorskip("datasette")
    alone = Path(shutil.copy(example, tmp_path))  # that no other test holds open
    words = [*INTERRUPTIBLE, "--db", str(alone), "web", "--no-open"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = next(word for word in server.stdout.readline().split() if word[:5] == "http:")
        url = url.rstrip(",")
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}book.json", timeout=20) as page:
            assert page.status == 200
        strange = urllib.request.Request(url, headers={"Host": "elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(strange, timeout=20)
        server.send_signal(getattr(signal, ends))
        _, errors = server.communicate(timeout=20)
    finally:
        server.kill()
        server.wait()
    assert errors == ""
    assert server.returncode == code
    assert not [path for path in besides(alone) if path.exists()]  # the book is one file again
