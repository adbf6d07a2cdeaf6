"""Exports of Ghostfolio.

``peers/ghostfolio.json`` is written by hand in the newer layout, with some activities as the older
ones have them (no id, ITEM and LIABILITY).  By hand, in euros: 10.123 × 98.765 = 999.798…, so
999.80, and 1.50 of fee; 4 for 440 − 2; 6.123 × 0.5 = 3.0615, so 3.06.
"""

import json
import re
import sqlite3
import zoneinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, did
from folio.errors import BadRows, FolioError
from folio.importers.recognition.signatures import FORMATS, find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from folio.operations.importing.import_files import import_files
from folio.operations.importing.import_statement import Summary
from folio.operations.importing.read_files import Choices
from folio.operations.importing.settle_rows import retry_import
from importing import WHO, reassembled

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
EXPORT = Path(__file__).parent / "peers" / "ghostfolio.json"


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "ghostfolio"
    return found.read(path, ZONE)


def load(db: sqlite3.Connection, path: Path, **choices: bool) -> Summary:
    chosen = Choices(create=True)._replace(**choices)
    (summary,) = import_files(db, WHO, [path], {}, chosen)
    return summary


def changed(folder: Path, name: str = "changed.json", **parts: Any) -> Path:
    """The export with these parts in place of its own, in one line."""
    path = folder / name
    path.write_text(json.dumps(json.loads(EXPORT.read_text("utf-8")) | parts), "utf-8")
    return path


def activity(**parts: Any) -> dict[str, Any]:
    return json.loads(EXPORT.read_text("utf-8"))["activities"][0] | parts  # type: ignore[no-any-return]


def told(statement: Statement) -> list[str]:
    found = []
    for draft in statement.drafts:
        legs = ", ".join(f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)
        found.append(f"{draft.occurred_on} {draft.account} {draft.kind}: {legs}")
    return found


def test_every_sort_of_activity() -> None:
    statement = read(EXPORT)
    assert told(statement) == [
        "2022-01-01 Ghostfolio/Ghostfolio buy: asset The flat 1, cash EUR -400000",
        "2022-01-01 Ghostfolio/Mortgage opening: asset EUR -300000",
        "2024-01-15 Big Broker/Depot buy: asset VWCE.DE 10.123, cash EUR -999.8, fee EUR -1.5",
        "2024-03-15 Big Broker/Depot sell: asset VWCE.DE -4, cash EUR 440, fee EUR -2",
        "2024-04-02 Big Broker/Depot dividend: cash EUR 3.06",
        "2024-04-03 Big Broker/Depot interest: cash EUR 7.25",
        "2024-04-04 Big Broker/Depot fee: fee EUR -4.9",
        "2024-04-05 Ghostfolio/ISA buy: asset PNC.L 100, cash GBP -250.5",
    ]
    drafts = statement.drafts
    assert [str(drafts[n].occurred_at) for n in (2, 3)] == ["None", "2024-03-15 09:30:00+00:00"]
    assert [d.note for d in drafts[2:7]] == ["first one", "", "", "Interest on cash", "Custody"]
    assets = {leg.asset.symbol: leg.asset for draft in drafts for leg in draft.legs}
    assert assets["VWCE.DE"][1:] == ("etf", "", "IE00BK5BQT80", "All-World")
    assert assets["The flat"].type == "real-estate"
    assert {(p.asset.symbol, to_text(p.price)) for p in statement.prices} == {
        ("The flat", "410000")
    }
    said = [f"{b.account} {to_text(b.balance)} {b.asset} {b.day}" for b in statement.balances]
    assert said == [
        "Big Broker/Depot 900 EUR 2024-03-31",
        "Big Broker/Depot 1234.5 EUR 2024-06-30",
        "Ghostfolio/ISA 500 GBP 2024-06-30",
    ]


def test_the_book_that_it_makes(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    summary = load(keeper.db, EXPORT)
    assert (summary.rows, summary.recorded, summary.skipped) == (9, 8, 1)
    (lot,) = keeper.lots("Depot", "VWCE.DE")
    assert lot.quantity == Decimal("6.123")
    whole, bought = Decimal("1001.30"), Decimal("10.123")  # FIFO: the rest of the one purchase
    assert round(lot.cost, 10) == round(whole * lot.quantity / bought, 10)
    kept = reassembled(keeper.db, summary.statement_id or 0)
    assert kept == EXPORT.read_text("utf-8").splitlines()
    assert did(keeper.db, WHO, retry_import, summary.statement_id or 0, {}).recorded == 0
    squeezed = changed(tmp_path)
    again = load(keeper.db, squeezed)
    assert (again.recorded, again.already, again.skipped) == (0, 8, 1)
    assert len({row.line for row in read(squeezed).rows}) == 9


def test_a_newer_export_adds_what_is_new(tmp_path: Path) -> None:
    """An account that was renamed, activities that have ids by now, and one that is new."""
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    load(keeper.db, EXPORT)
    said = json.loads(EXPORT.read_text("utf-8"))
    for number, one in enumerate(said["activities"]):
        one["id"] = f"act-{number + 1}"
    said["activities"].append(activity(id="act-99", date="2024-07-01T00:00:00.000Z"))
    said["accounts"][0]["name"] = "Renamed"
    newer = changed(tmp_path, activities=said["activities"], accounts=said["accounts"])
    summary = load(keeper.db, newer)
    assert (summary.recorded, summary.already, summary.made) == (1, 8, ())


def test_every_element_is_counted_once() -> None:
    """2 accounts, 3 balances, 2 profiles, 2 prices, 1 platform, 1 tag, 9 activities, 2 settings."""
    notes = read(EXPORT).notes
    assert notes[0] == "the file has 22 elements: 15 kept, 2 changed, 5 left out"
    numbers = {"kept": 0, "changed": 0, "left out": 0}
    for note in notes[1:]:
        word, _, rest = note.partition(": ")
        if word in numbers:
            parts = rest.split(", ") if word == "kept" else [rest.partition(":")[0]]
            numbers[word] += sum(int(one.split()[0]) for one in parts)
    assert tuple(numbers.values()) == (15, 2, 5)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"type": "GIFT"}, "its type 'GIFT' is not known"),
        ({"date": "yesterday"}, "no day"),
        ({"quantity": "ten"}, "quantity 'ten' is no number"),
        ({"quantity": -1}, "negative"),
        ({"currency": "XXY"}, "no currency"),
        ({"accountId": "acc-9"}, "its account is not in the file"),
        ({"symbol": None}, "no symbol"),
    ],
)
def test_an_activity_that_cannot_be_read(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    statement = read(changed(tmp_path, activities=[activity(**parts), activity(id="other")]))
    assert [said in row.reason for row in statement.rows if row.status == BAD] == [True]
    assert len(statement.drafts) == 1
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    with pytest.raises(BadRows, match=re.escape(said)):
        load(keeper.db, tmp_path / "changed.json")


def test_an_activity_that_is_none(tmp_path: Path) -> None:
    statement = read(changed(tmp_path, activities=[5, activity()]))
    assert [row.reason for row in statement.rows if row.status == BAD] == ["it is no object"]
    assert len(statement.drafts) == 1


def test_a_purchase_of_less_than_a_cent_cost_what_it_did(tmp_path: Path) -> None:
    """A hundred-millionth at 100,000.12345678 is 0.0010000012345678, not nothing."""
    bought = activity(quantity=0.00000001, unitPrice=100000.12345678, fee=0, currency="USD")
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    load(keeper.db, changed(tmp_path, activities=[bought]))
    query = "SELECT cost, cost_currency FROM v1_lots WHERE cost_currency = 'USD'"
    assert list(keeper.db.execute(query)) == [("0.0010000012345678", "USD")]
    keeper.close()


def test_the_later_balance_of_a_day_holds(tmp_path: Path) -> None:
    said = json.loads(EXPORT.read_text("utf-8"))["accounts"][:1]
    day = "2024-05-01T{}:00:00.000Z"
    said[0]["balances"] = [
        {"date": day.format("09"), "value": 5},
        {"date": day.format(10), "value": 6},
    ]
    statement = read(changed(tmp_path, accounts=said, activities=[]))
    assert [stated.balance for stated in statement.balances] == [6]
    assert "left out: 1 balance: the day has a later one" in statement.notes


def test_the_oldest_layout(tmp_path: Path) -> None:
    """Its list is called orders, and it says nothing of accounts, platforms or profiles."""
    path = tmp_path / "old.json"
    order = activity(accountId=None)
    del order["id"]
    said = {
        "meta": {"date": "2021-01-01T00:00:00.000Z", "version": "1.0.0"},
        "orders": [order, order],
    }
    path.write_text(json.dumps(said), "utf-8")
    statement = read(path)
    assert [str(draft.account) for draft in statement.drafts] == ["Ghostfolio/Ghostfolio"] * 2
    assert len({draft.external_id for draft in statement.drafts}) == 2  # bought twice


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"meta": {}, "activities": [', "cannot be read as JSON"),
        ('{"meta": {}, "activities": [{"fee": NaN}]}', "cannot be read as JSON"),
        ('{"meta": {}, "activities": [{"fee": 1e999999}]}', "cannot be read as JSON"),
        ('{"meta": {}, "activities": ' + "[" * 100_000, "cannot be read as JSON"),
        ('{"meta": {}, "activities": {}}', "no list of activities"),
        ('{"activities": []} more', "cannot be read as JSON"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    with pytest.raises(FolioError, match=said):
        FORMATS["ghostfolio"].read(path, ZONE)
