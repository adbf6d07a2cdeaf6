"""However many rows are looked up and written at a time, the same is recorded."""

import sqlite3
from pathlib import Path

import pytest

from bookkeeper import did
from folio.book import events
from folio.cli.commands.import_ import LINKED, _say
from folio.db.keeping.proof import chain_faults
from folio.db.recording import commits
from folio.operations.importing import import_statement
from folio.operations.importing.import_statement import Summary
from folio.operations.pricing import import_prices as prices
from folio.operations.transfers import link_transfers
from importing import WHO, facts, load_all, new_book

HEADER = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id"
FIRST = """
2025-01-01,Cash,Bank,deposit,EUR,5000,1,EUR,0,a1
2025-01-02,Depot,Broker,deposit,EUR,100,1,EUR,0,a2
2025-01-03,Depot,Broker,buy,ACME,10,5,EUR,1,a3
2025-01-03,Depot,Broker,buy,ACME,10,5,EUR,1,a3
2025-01-04,Cash,Bank,interest,EUR,3,1,EUR,0,a4
2025-01-05,Cash,Bank,transfer,EUR,-70,1,EUR,0,a5
2025-01-06,Depot,Broker,transfer,EUR,70,1,EUR,0,a6
2025-01-07,Depot,Broker,sell,ACME,4,6,EUR,1,a7
2025-01-09,Cash,Bank,transfer,EUR,-30,1,EUR,0,a9
2025-01-10,Depot,Broker,transfer,EUR,30,1,EUR,0,a10
"""
SECOND = """
2025-01-03,Depot,Broker,buy,ACME,10,5,EUR,1,a3
2025-01-07,Depot,Broker,sell,ACME,5,6,EUR,1,a7
2025-01-08,Depot,Broker,sell,ACME,1,6,EUR,1,a8
2025-01-08,Wallet,Third,deposit,EUR,9,1,EUR,0,a8
"""


def imported(folder: Path) -> list[str]:
    folder.mkdir()
    db = new_book(folder)
    for name, rows in (("first", FIRST), ("second", SECOND)):
        (folder / f"{name}.csv").write_text(HEADER + rows, "utf-8")
        load_all(db, [folder / f"{name}.csv"])
    load_all(db, [folder / "second.csv"], supersede=True)
    assert list(chain_faults(db)) == []
    return facts(db)


@pytest.mark.parametrize(("looked_up", "written"), [(1, 1), (2, 3), (3, 1000)])
def test_rows_are_looked_up_and_written_in_any_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_up: int, written: int
) -> None:
    whole = imported(tmp_path / "whole")
    monkeypatch.setattr(import_statement, "LOOKED_UP", looked_up)
    monkeypatch.setattr(commits, "MANY", written)
    monkeypatch.setattr(link_transfers, "AT_ONCE", looked_up)
    monkeypatch.setattr(events, "AT_ONCE", looked_up)
    assert imported(tmp_path / "parts") == whole


PRICES = """date,asset,quote,price,source
2025-01-03,EUR,USD,1.05,a
2025-01-02,EUR,USD,1.04,a
2025-01-02,EUR,USD,1.04,a
2025-01-02,EUR,USD,1.03,b
2025-01-01,GBP,USD,1.2,a
"""


def priced(folder: Path) -> list[str]:
    folder.mkdir()
    db = new_book(folder)
    day = WHO.now.date()
    counts = did(db, WHO, prices.import_prices, PRICES, today=day)
    assert counts == (5, 4, 1, 0, ())
    more = PRICES.replace("1.2,a", "1.25,a") + "2025-01-04,EUR,USD,1.06,a\n"
    choices = prices.Choices(supersede=True)
    counts = did(db, WHO, prices.import_prices, more, today=day, choices=choices)
    assert counts == (6, 2, 4, 1, ())
    assert list(chain_faults(db)) == []
    return facts(db)


@pytest.mark.parametrize("looked_up", [1, 2])
def test_prices_are_looked_up_in_any_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_up: int
) -> None:
    whole = priced(tmp_path / "whole")
    monkeypatch.setattr(prices, "LOOKED_UP", looked_up)
    assert priced(tmp_path / "parts") == whole


def test_what_was_gathered_is_read_after_a_flush(tmp_path: Path) -> None:
    """A commit that gathers writes nothing until it is asked, and everything at its end."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("CREATE TABLE corporate_actions (number)")
    commit = commits.Commit(new_book(tmp_path), command="", user="", now=WHO.now)
    commit.db = db
    count = "SELECT count(*) FROM corporate_actions"
    with commit.gathering():
        commit.insert("corporate_actions", [[1]])
        assert db.execute(count).fetchone() == (0,)
        commit.flush()
        assert db.execute(count).fetchone() == (1,)
        commit.insert("corporate_actions", [[2]])
    assert db.execute(count).fetchone() == (2,)
    db.close()


@pytest.mark.parametrize(("linked", "last"), [(LINKED, "pair 9"), (LINKED + 3, "3 more; see: ")])
def test_ten_linked_transfers_are_named(
    capsys: pytest.CaptureFixture[str], linked: int, last: str
) -> None:
    names = tuple(f"pair {number}" for number in range(linked))
    summary = Summary(Path("a.csv"), "generic", None, 1, 9, 9, 0, 0, 0, 0, 0, (), (), linked=names)
    _say(summary, dry_run=False)
    lines = [line for line in capsys.readouterr().err.splitlines() if "linked" in line]
    assert lines[0] == "  linked pair 0"
    assert lines[-1].startswith(f"  linked {last}")
    assert len(lines) == min(linked, LINKED + 1)
