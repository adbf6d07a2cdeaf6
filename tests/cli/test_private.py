"""``--private``: no amount is shown, by no listing and in no format; percentages stay."""

import csv
import datetime as dt
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from folio.cli.app import run
from folio.cli.render.shaping import hidden, hidden_text
from folio.importers import load_profiles
from folio.model.table import Column, Series, Table
from folio.operations.keeping.make_example import make_example
from folio.operations.recording import Who

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("private") / "demo.db"
    who = Who("folio demo", "ada", dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC))
    make_example(path, who, load_profiles(None)).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(path))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        run(["observe", "Kraken", "BTC", "0.9", "--on", "2025-06-29"])
        run(["observe", "Wise", "EUR", "28000.17", "--on", "2025-06-29"])
        yield path


LISTINGS = """
report
report holdings --exact
report gains --effects
report gains --by year
report income
report history --by quarter
report allocation
report returns --by year
report vaults
report lots --effects
report coverage
register --all
register --kind withdraw
lots
what-if sell 3 VWCE --account "Trading 212"
changes --since 2025-06-01
coverage
status
reconcile
transfers
price list
price history VWCE
holding list
vault list
vault history "House deposit"
yield list
import list
import show 1
explain value VWCE
explain gain --depth 9
explain cost VWCE --depth 9
explain vault "House deposit"
sql "SELECT account, asset, quantity, value, 'so much: ' || value AS said FROM v1_holdings"
sql "SELECT text, line FROM v1_statement_rows, v1_commits LIMIT 40"
""".strip().splitlines()
# A number with decimals that is no share of a hundred.
AMOUNT = re.compile(r"(?<![\w.:-])[-+−]?\d[\d,]*\.\d+(?!\d*\s?%|[\d:])")


@pytest.mark.parametrize("line", LISTINGS)
def test_no_listing_shows_an_amount(example: Path, capsys: Output, line: str) -> None:
    words = shlex.split(line)
    code = run(words)
    shown = capsys.readouterr().out
    assert shown
    assert run(["--private", *words]) == code
    said = capsys.readouterr().out
    assert not AMOUNT.findall(said), line
    assert len(said.splitlines()) == len(shown.splitlines()) or words[0] == "explain"
    if words[0] not in ("explain", "sql", "import", "changes"):
        assert re.findall(r"[\d.]+%", said) == re.findall(r"[\d.]+%", shown)


RATIOS = ("weight", "percent", "share", "return", "rate", "progress", "twr", "mwr", "xirr",
          "volatility", "drawdown", "dietz", "part")  # fmt: skip


@pytest.mark.parametrize("line", [line for line in LISTINGS if line.split()[0] != "sql"])
def test_no_format_shows_one(example: Path, capsys: Output, line: str) -> None:
    """Keys of ratios apart, no value of JSON or CSV is a number with decimals."""
    run([*shlex.split(line), "--private", "-O", "json"])
    said = capsys.readouterr().out
    numbers = re.findall(r'"(\w+)": "(-?\d+\.\d+)"(?!,\s+"unit": "(?:ratio|days)")', said)
    assert not [key for key, _ in numbers if not any(word in key for word in RATIOS)]
    run([*shlex.split(line), "--private", "-O", "csv"])
    for row in csv.DictReader(capsys.readouterr().out.splitlines()):
        if row.get("unit") not in ("ratio", "days"):
            numeric = [key for key, cell in row.items() if re.fullmatch(r"-?\d+\.\d+", cell)]
            assert not [key for key in numeric if not any(word in key for word in RATIOS)]


def test_the_mask_has_one_width() -> None:
    said = hidden_text("9.50 EUR, 1,234,567.89 EUR, €5, 12 VWCE")
    assert said == "*** EUR, *** EUR, ***, *** VWCE"
    assert hidden_text("2 gaps, 12.5 %, 2025-03-04, 31 days, Trading 212") == (
        "2 gaps, 12.5 %, 2025-03-04, 31 days, Trading 212"
    )


def test_what_people_wrote_has_no_numbers_left() -> None:
    columns = (Column("note", "Note"), Column("command", "Command"))
    row = {"note": "500 for Bob, of 2025-04-01", "command": "folio observe main EUR 2746"}
    assert hidden(Table("x", "X", columns, [dict(row)])).rows == [
        {"note": "*** for Bob, of 2025-04-01", "command": "***"}
    ]


def test_a_sparkline_keeps_its_shape_for_people_alone() -> None:
    table = Table("x", "X", (Column("s", "S", "spark"),), [{"s": Series(())}])
    assert hidden(table).rows == [{"s": Series(())}]
    assert hidden(table, machine=True).rows == [{"s": "***"}]


def test_the_variable_hides_and_the_flag_shows(
    example: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLIO_PRIVATE", "1")
    assert run(["report", "vaults"]) == 0
    assert "***" in capsys.readouterr().out
    assert run(["report", "vaults", "--no-private"]) == 0
    assert "40,000" in capsys.readouterr().out


def test_messages_and_errors_hide_them_too(
    example: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a refusal knows of the book is an amount like any other: 106.15 VWCE are held."""
    assert run(["--private", "what-if", "sell", "500", "VWCE"]) == 1
    said = capsys.readouterr().err
    assert "no holding has *** VWCE on 2025-06-30: Trading 212 has *** VWCE; see" in said
    assert run(["--private", "observe", "Wise", "EUR", "1", "--on", "2025-06-29"]) == 1
    said = capsys.readouterr().err
    assert "said *** EUR in Wise on 2025-06-29, not 1; correct it with --supersede" in said
    monkeypatch.setenv("FOLIO_PRIVATE", "perhaps")
    assert run(["what-if", "sell", "500", "VWCE"]) == 1
    assert "Trading 212 has *** VWCE; see" in capsys.readouterr().err  # who is not sure hides
