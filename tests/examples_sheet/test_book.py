"""folio's figures of the example book are those of the sheet, which folio had no part in."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .example_book import asked, run
from .sheet import load_expected
from .statements import EXAMPLES

NAMES = {"wise": "Wise", "trading212": "Trading 212", "kraken": "Kraken"}
SHEET = load_expected()
Row = dict[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the scripts of the examples have made ``example.db``."""
    folder = tmp_path_factory.mktemp("examples")
    ended = run(folder, "sh", str(EXAMPLES / "import-all.sh"), FOLIO_DB="example.db")
    assert ended.returncode == 0, ended.stderr
    return folder


def report(place: Path, *question: str) -> dict[str, Any]:
    return asked(place, "report", *question, "--as-of", SHEET["as_of"], db="example.db")


def told(row: Row, *keys: str) -> tuple[Any, ...]:
    """These cells of a row of folio's, numbers as numbers."""
    names = ("account", "asset", "term", "kind", "vault", "group", "date")
    return tuple(
        cell if key in names or key.endswith("_on") or cell is None else Decimal(cell)
        for key in keys
        for cell in [row[key]]
    )


def wanted(row: Row, *keys: str) -> tuple[Any, ...]:
    """These cells of a row of the sheet, its accounts named as folio names them."""
    return tuple(NAMES[row[key]] if key == "account" else row[key] for key in keys)


def test_holdings(place: Path):
    keys = ("account", "asset", "quantity", "value", "cost_basis", "unrealised_gain")
    keys += ("realised_gain",)
    answer = report(place, "holdings")
    assert answer["currency"] == SHEET["currency"]
    assert sorted(told(row, *keys) for row in answer["rows"]) == sorted(
        wanted(row, *keys) for row in SHEET["holdings"]
    )
    for key in keys[3:]:
        assert Decimal(answer["totals"][key]) == SHEET["totals"][key]


def test_lots(place: Path):
    keys = ("account", "asset", "acquired_on", "quantity", "cost_basis")
    answer = report(place, "lots")
    securities = [row for row in answer["rows"] if row["asset"] != "EUR"]
    assert sorted(told(row, *keys) for row in securities) == sorted(
        wanted(row, *keys) for row in SHEET["lots"]
    )
    for key in ("value", "cost_basis", "unrealised_gain"):
        assert Decimal(answer["totals"][key]) == SHEET["totals"][key]


def test_gains(place: Path):
    keys = ("account", "asset", "acquired_on", "disposed_on", "quantity")
    keys += ("proceeds", "cost", "gain", "days_held")
    answer = report(place, "gains")
    assert sorted(told(row, *keys) for row in answer["rows"]) == sorted(
        wanted(row, *keys) for row in SHEET["disposals"]
    )
    assert Decimal(answer["totals"]["gain"]) == SHEET["totals"]["realised_gain"]


@pytest.mark.parametrize("year", SHEET["realised_by_year"])
def test_gains_of_a_year(place: Path, year: str):
    totals = report(place, "gains", "--period", year)["totals"]
    assert Decimal(totals["gain"]) == SHEET["realised_by_year"][year]


def test_income(place: Path):
    sums: dict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for row in SHEET["income"]:
        key = wanted(row, "account", "asset", "kind")
        parts = (Decimal(1), row["gross"], row["withheld"], row["net"])
        sums[key] = [a + b for a, b in zip(sums[key], parts, strict=True)]
    answer = report(place, "income")
    found = {
        told(row, "account", "asset", "kind"): [
            *told(row, "payments", "gross"),
            Decimal(row["tax"] or 0),
            Decimal(row["net"]),
        ]
        for row in answer["rows"]
    }
    assert found == dict(sums)
    assert Decimal(answer["totals"]["gross"]) == sum(SHEET["income_by_kind"].values())
    assert Decimal(answer["totals"]["net"]) == sum(SHEET["income_net_by_kind"].values())
    assert Decimal(answer["totals"]["tax"]) == sum(SHEET["withheld_by_asset"].values())


def test_history(place: Path):
    keys = ("date", "value", "cost_basis", "unrealised_gain", "realised_gain")
    rows = report(place, "history")["rows"]
    assert [told(row, *keys) for row in rows] == [wanted(row, *keys) for row in SHEET["history"]]
    so_far = Decimal(0)
    for row, expected in zip(rows, SHEET["history"], strict=True):
        so_far += Decimal(row["income"])
        assert so_far == expected["income"], row["date"]


def test_what_the_months_brought_adds_up(place: Path):
    """From nothing to the last value: what did not flow in was gained, in the first month too."""
    rows = report(place, "history")["rows"]
    brought = [Decimal(row["change"]) for row in rows]
    flowed = sum(Decimal(row["flow"]) for row in rows)
    assert sum(brought) == SHEET["history"][-1]["value"] - flowed
    assert brought[0] == SHEET["history"][0]["value"] - Decimal(rows[0]["flow"])
    for year in ("2023", "2024"):
        months = report(place, "history", "--period", year)["rows"]
        assert months == [row for row in rows if row["date"].startswith(year)]


@pytest.mark.parametrize("account", NAMES)
def test_history_of_an_account(place: Path, account: str):
    rows = report(place, "history", "--account", NAMES[account])["rows"]
    found = {row["date"]: Decimal(row["value"]) for row in rows}
    for row in SHEET["history"]:
        assert found.get(row["date"], Decimal(0)) == row[account], row["date"]


def test_history_of_the_cash(place: Path):
    rows = report(place, "history", "--type", "currency")["rows"]
    found = {row["date"]: Decimal(row["value"]) for row in rows}
    for row in SHEET["history"]:
        assert found[row["date"]] == row["cash"], row["date"]


def test_every_month_end_is_reported_as_the_history_has_it(place: Path):
    for row in SHEET["history"][::7]:
        totals = asked(place, "report", "--as-of", row["date"], db="example.db")["totals"]
        for key in ("value", "cost_basis", "unrealised_gain", "realised_gain"):
            assert Decimal(totals[key]) == row[key], (row["date"], key)


def test_vaults(place: Path):
    rows = report(place, "vaults")["rows"]
    assert [told(row, "vault", "target", "current") for row in rows] == [
        wanted(row, "vault", "target", "current") for row in SHEET["vaults"]
    ]


def test_groups(place: Path):
    rows = report(place, "allocation", "--by", "group")["rows"]
    found = {row["group"]: Decimal(row["value"]) for row in rows}
    assert found["longterm"] == SHEET["groups"]["longterm"]
    totals = report(place, "holdings", "--group", "longterm")["totals"]
    assert Decimal(totals["value"]) == SHEET["groups"]["longterm"]
