"""QIF.  The sample is written by hand, and its figures worked out so."""

import zoneinfo
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.errors import FolioError, UsageError
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from folio.operations.importing.settle_rows import retry_import
from importing import PROFILES, WHO, load, new_book, reassembled, totals

SAMPLE = Path(__file__).parent / "formats" / "quicken.qif"


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "qif"
    return found.read(path, zoneinfo.ZoneInfo("UTC"))


def written(folder: Path, *lines: str) -> Path:
    path = folder / "some.dat"
    path.write_text("\n".join(lines) + "\n", "cp1252")
    return path


def bank(folder: Path, *records: str, head: str = "!Type:Bank") -> Path:
    return written(folder, head, *(f"{record}\n^" for record in records))


def said(statement: Statement) -> list[str]:
    """Day, kind and legs of each transaction, oldest first."""
    return [
        f"{draft.occurred_on} {draft.kind} "
        + ", ".join(f"{leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)
        for draft in statement.drafts
    ]


def test_a_whole_book(tmp_path: Path) -> None:
    """Broker: 300 − 264.20 + 2.50 + 65 − 5 − 60 = 38.30; Checking: 1000 − 120.50 − 300 + 940
    − 40 + 0.50 = 1480, and the statement says 1540, with the 60 that came from the broker.
    """
    db = new_book(tmp_path, currency="USD")
    summary = load(db, SAMPLE)
    assert (summary.profile, summary.rows, summary.recorded) == ("qif", 12, 12)
    held = totals(db, ("asset", "cash", "fee"))
    assert held == {"INTC": "5.1", "Other Fund": "3", "USD": "1518.3"}  # 10.1 − 5, unsplit
    (gap,) = summary.balances
    assert (str(gap.day), to_text(gap.stated - gap.ledger)) == ("2004-02-29", "60")
    types = {a.name: a.type for a in Catalog(db).accounts.values()}
    assert types == {"Checking": "checking", "Broker": "brokerage"}
    prices = db.execute("SELECT day, price FROM prices WHERE price = '25.625'").fetchall()
    assert ("2004-02-04", "25.625") in prices
    assert any("names no currency" in note for note in summary.notes)
    kept = reassembled(db, summary.statement_id or 0)
    assert kept == [line for line in SAMPLE.read_text().split("\n") if line]
    assert load(db, SAMPLE).already == 12
    again = did(db, WHO, retry_import, summary.statement_id or 0, PROFILES)
    assert (again.rows, again.recorded) == (12, 0)


def test_the_currency_is_the_accounts(tmp_path: Path) -> None:
    db = new_book(tmp_path, currency="CHF")
    load(db, bank(tmp_path, "D31/12/2023\nT5"), account="Giro")
    assert totals(db) == {"CHF": "5"}


def test_transactions_of_banks(tmp_path: Path) -> None:
    statement = read(
        bank(
            tmp_path,
            "D31/12/23\nT1,000.00\nPOpening Balance\nL[Giro]",
            "D1/1'24\nU-20.5\nPShop\nMweekly\nN12\nLFood",
            "D2/1'24\nT0.00\nPnothing",
            "D3/1'24\nT-100\nSFood\n$-60\nEwine\nS[Savings]\n$-40",
            "D4/1'24\nT-3\nLBank Charges",
            "D5/1'24\nPno amount",
            "D31/2/24\nT5",
            head="!Type:Bank ",
        )
    )
    assert said(statement) == [
        "2023-12-31 opening ¤ 1000",
        "2024-01-01 withdraw ¤ -20.5",
        "2024-01-03 withdraw ¤ -60",
        "2024-01-03 transfer_out ¤ -40",
        "2024-01-04 fee ¤ -3",
    ]
    assert statement.drafts[1].note == "Shop · weekly · check 12 · Food"
    assert [r.reason for r in statement.rows if r.status == SKIPPED] == ["moves nothing"]
    assert [r.reason for r in statement.rows if r.status == BAD] == [
        "it has no amount",
        "'31/2/24' is no date",
    ]


def test_what_an_account_opens_with_is_said_by_its_own_name(tmp_path: Path) -> None:
    """Quicken writes the first balance as a transfer from the account itself, in any language."""
    head = "!Account\nNGiro\nTBank\n^\n!Type:Bank"
    rows = ("D31/12/23\nT10\nPNyitó egyenleg\nL[Giro]", "D1/1'24\nT-4\nPSparen\nL[Savings]")
    assert said(read(bank(tmp_path, *rows, head=head))) == [
        "2023-12-31 opening ¤ 10",
        "2024-01-01 transfer_out ¤ -4",
    ]


def test_actions(tmp_path: Path) -> None:
    of = "YIntel\nQ4\nI10"
    actions = [
        f"NBuyX\n{of}\nO1\nT41\nL[Giro]\n$41",
        f"NShtSell\n{of}\nO1\nT39",
        "NDivX\nYIntel\nT3\nL[Giro]",
        f"NReinvLg\n{of}",
        "NMargInt\nT2",
        "NMiscExp\nT1",
        "NMiscIncX\nT6\nL[Giro]",
        "NRtrnCap\nYIntel\nT7",
        f"NShrsOut\n{of}",
        f"NShrsIn\n{of}",
        "NXOut\nT9\nL[Giro]",
        "NStkSplit\nYIntel\nQ15",
        "NCash\nT-2\nPfee of the bank",
        "NReminder\nPcall",
        "NBuy\nQ4\nT40",
        "NBuy\nYIntel\nI10\nT40",
        "NSell\nYIntel\nQ0\nT40",
        "NDance\nT4",
    ]
    records = [f"D1/{day}'24\n{action}" for day, action in enumerate(actions, 13)]
    statement = read(bank(tmp_path, *records, head="!Type:Invst"))
    assert [line[11:] for line in said(statement)] == [
        "buy Intel 4, ¤ -40, ¤ -1",
        "transfer_in ¤ 41",
        "sell Intel -4, ¤ 40, ¤ -1",
        "dividend ¤ 3",
        "transfer_out ¤ -3",
        "dividend ¤ 40",
        "buy Intel 4, ¤ -40",
        "interest ¤ -2",
        "fee ¤ -1",
        "reward ¤ 6",
        "transfer_out ¤ -6",
        "return_of_capital ¤ 7",
        "transfer_out Intel -4",
        "transfer_in Intel 4",
        "transfer_out ¤ -9",
        "split ",
        "withdraw ¤ -2",
    ]
    (split,) = [draft for draft in statement.drafts if draft.kind == "split"]
    assert split.ratio == (3, 2)
    (arrival,) = [d for d in statement.drafts if d.kind == "transfer_in" and d.legs[0].cost]
    assert arrival.legs[0].cost == 40
    assert [r.reason for r in statement.rows if r.status != "booked"] == [
        "a reminder: it moves nothing",
        "it names no security",
        "it has no quantity",
        "it has no quantity",
        "'Dance' is no action that folio knows",
    ]


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["31/1/2024", "1/2/2024"], ["2024-01-31", "2024-02-01"]),
        (["1/31/2024", "2/1/2024"], ["2024-01-31", "2024-02-01"]),
        # Only as day and month do these run in one direction.
        (["1/2/2024", "2/2/2024", "1/3/2024"], ["2024-02-01", "2024-02-02", "2024-03-01"]),
        (["2024-03-01", "2024-02-01"], ["2024-02-01", "2024-03-01"]),
        (["12/31/98", "1/ 5' 4"], ["1998-12-31", "2004-01-05"]),
        (["31.12.1999", "01.01.00"], ["1999-12-31", "2000-01-01"]),
    ],
)
def test_the_order_of_day_and_month(tmp_path: Path, dates: list[str], days: list[str]) -> None:
    statement = read(bank(tmp_path, *(f"D{date}\nT1\nP{date}" for date in dates)))
    assert [str(draft.occurred_on) for draft in statement.drafts] == days


def test_what_stays_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'1/2/2024' could be several days"):
        read(bank(tmp_path, "D1/2/2024\nT1"))
    statement = read(bank(tmp_path, "D1/2/2024\nT1", head="!Option:DMY\n!Type:Bank"))
    assert said(statement) == ["2024-02-01 deposit ¤ 1"]
    with pytest.raises(UsageError, match="'1,234' could be thousands or a fraction"):
        read(bank(tmp_path, "D31/12/2024\nT1,234"))
    with pytest.raises(UsageError, match="lines T have decimal points and decimal commas; correct"):
        read(bank(tmp_path, "D31/12/2024\nT1.50", "D31/12/2024\nT1,50"))
    with pytest.raises(UsageError, match="fit no single order"):
        read(bank(tmp_path, "D31/12/2024\nT1", "D12/31/2024\nT1"))
    assert said(read(bank(tmp_path, "D31/12/2024\nT1,234", "D31/12/2024\nT-5,5")))[0] == (
        "2024-12-31 deposit ¤ 1.234"
    )


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("NBuy\nYACME\nQ5", "it has no amount"),
        ("NBuy\nYACME\nI5\nT25", "it has no quantity"),
        ("NBuy\nI5\nQ5\nT25", "it names no security"),
        ("NXIn", "it has no amount"),
        ("NStkSplit\nYACME\nQ0.0000001", "0.0000001 in tenths is no ratio of a split"),
        ("NBuy\nYACME\nQfive\nT25", "Q: 'five' is no number"),
    ],
)
def test_a_record_that_cannot_be_read_harms_no_other(
    tmp_path: Path, record: str, told: str
) -> None:
    path = bank(tmp_path, f"D31/12/2024\n{record}", "D31/12/2024\nNXIn\nT7", head="!Type:Invst")
    statement = read(path)
    assert [row.reason for row in statement.rows if row.status == BAD] == [told]
    assert said(statement) == ["2024-12-31 transfer_in ¤ 7"]


def test_a_price_that_cannot_be_read_harms_no_other(tmp_path: Path) -> None:
    path = written(tmp_path, "!Type:Prices", '"ACME",,"31/12/24"', "^", '"ACME",5,"31/12/24"', "^")
    statement = read(path)
    assert statement.notes == ("line 2: a price is left out: it has no price",)
    assert [to_text(one.price) for one in statement.prices] == ["5"]


def test_a_file_without_a_record(tmp_path: Path) -> None:
    path = written(tmp_path, "!Type:Bank")
    with pytest.raises(FolioError) as caught:
        read(path)
    assert str(caught.value) == f"{path} holds no record of QIF; export it again"


def test_rows_that_repeat_and_exports_that_overlap(tmp_path: Path) -> None:
    coffee = "D31/1/2024\nT-3\nPCoffee"
    db = new_book(tmp_path)
    load(db, bank(tmp_path, coffee, coffee), account="Giro")
    cleared = coffee.replace("PCoffee", "PCoffee\nCX\nLFood")
    summary = load(db, bank(tmp_path, cleared, cleared, "D1/2/2024\nT-4"), account="Giro")
    assert (summary.already, summary.recorded, totals(db)["EUR"]) == (2, 1, "-10")


def test_accounts_without_names(tmp_path: Path) -> None:
    path = written(
        tmp_path, "!Type:Bank", "D31/1/2024", "T1", "^", "!Type:CCard", "D31/1/2024", "T1"
    )
    with pytest.raises(FolioError, match="of several accounts and does not name them"):
        read(path)
    with pytest.raises(FolioError, match="holds no record"):
        read(written(tmp_path, "!Type:Cat", "NFood", "^"))
