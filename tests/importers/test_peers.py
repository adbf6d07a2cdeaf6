"""Journals that people keep in beancount and hledger, read as they are.

The files beside this one are written by hand in the programs' own ways: commissions apart from
the cost, total costs, sales that leave the lot to FIFO, conversions, pads, cash left out.
"""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.errors import FolioError
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.operations.importing.import_files import import_files
from folio.operations.importing.import_statement import Summary
from folio.operations.importing.read_files import Choices

D = Decimal
PEERS = Path(__file__).parent / "peers"
needs_hledger = pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed")


def load(keeper: Bookkeeper, path: Path, **choices: bool) -> Summary:
    chosen = Choices(create=True)._replace(**choices)
    return import_files(keeper.db, keeper.who, [path], {}, chosen)[0]


def events(keeper: Bookkeeper) -> list[str]:
    """Each transaction: its kind, and what it moved."""
    query = (
        "SELECT t.id, t.kind, p.role, p.quantity, a.symbol FROM transactions t "
        "JOIN postings p ON p.transaction_id = t.id JOIN holdings h ON h.id = p.holding_id "
        "JOIN assets a ON a.id = h.asset_id ORDER BY t.id, p.line"
    )
    found: dict[int, str] = {}
    for number, kind, role, units, symbol in keeper.db.execute(query):
        part = f" {role} {units} {symbol}" if role in ("fee", "tax") else f" {units} {symbol}"
        found[number] = found.get(number, kind) + part
    return list(found.values())


def test_a_beancount_ledger(tmp_path: Path) -> None:
    """Lots by hand: 10 at 70.15 and 3 for 220; FIFO sells 11, then 1: 1 of 3 is left, 73.33."""
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    summary = load(keeper, PEERS / "ledger.beancount")
    assert events(keeper) == [
        "opening 10000 USD",
        "transfer -5000 USD 5000 USD",
        "buy 10 ITOT -701.5 USD",
        "fee fee -9.95 USD",
        "buy 3 ITOT -220 USD",
        "sell -11 ITOT 880 USD fee -9.95 USD",
        "withdraw -55.3 USD",
        "dividend 12.2 USD",
        "swap -110 USD 100 EUR",
        "swap -1 ITOT 2 XYZ",
        "opening 110 USD",  # what the pad inserted
    ]
    (lot,) = keeper.lots("ETrade", "ITOT")
    assert (lot.quantity, lot.acquired_on) == (1, "2020-03-03")
    assert round(lot.cost, 20) == round(Decimal(220) / 3, 20)
    (bought,) = keeper.lots("Wallet", "XYZ")
    assert bought.cost == 80
    gains = [s.proceeds - s.cost for s in keeper.disposals("ETrade", "ITOT") if s.realises]
    # 870.05 × 10/11 − 701.50; 870.05 × 1/11 − 220/3; and of what went for the others 80 − 220/3
    assert [round(gain, 2) for gain in gains] == [D("89.45"), D("5.76"), D("6.67")]
    # Beancount's balances are of the morning: 2020-04-11 is the evening of the 10th.
    gap = keeper.gaps("BofA:Checking", "USD")[0]
    assert (str(gap.until), to_text(gap.expected), to_text(gap.observed)) == (
        "2020-04-10", "5000", "5001",
    )  # fmt: skip
    said = "; ".join(summary.notes)
    assert "kept: 10 transactions (here 11), 3 balances, 1 price" in said
    assert "left out: 1 × event: it has no place here" in said
    assert "in beancount 1 balance fails: Balance failed for" in said
    assert (summary.rows, summary.recorded, summary.skipped) == (21, 14, 7)
    again = load(keeper, PEERS / "ledger.beancount")
    assert (again.recorded, again.already) == (0, 14)
    keeper.close()


def test_what_beancount_cannot_book_is_refused_by_its_line(tmp_path: Path) -> None:
    text = (PEERS / "ledger.beancount").read_text("utf-8")
    file = tmp_path / "strict.beancount"
    file.write_text(text.replace('"booking_method" "FIFO"', '"booking_method" "STRICT"'), "utf-8")
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    with pytest.raises(FolioError, match=r"line 23: Ambiguous matches for \"-11 ITOT"):
        load(keeper, file)
    summary = load(keeper, file, skip_bad=True)
    assert summary.rejected == 2
    keeper.close()


HLEDGER_EVENTS = [
    "opening 1000 USD",
    "buy 2 VTI -280 USD",
    "sell -1 VTI 155 USD",
    "withdraw -10 USD",
    "interest 0.12 USD",
    "swap -110 USD 100 EUR",
]


@pytest.mark.parametrize("name", ["print.json", pytest.param("main.journal", marks=needs_hledger)])
def test_an_hledger_journal(tmp_path: Path, name: str) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    summary = load(keeper, PEERS / name)
    assert events(keeper) == HLEDGER_EVENTS
    (lot,) = keeper.lots("broker", "VTI")
    assert (lot.quantity, lot.cost) == (1, 140)
    assert not keeper.gaps("checking", "USD")  # 875 was asserted on the 5th
    assert summary.rows == summary.recorded == (6 if name == "print.json" else 7)
    assert load(keeper, PEERS / name).recorded == 0
    keeper.close()


def test_without_hledger_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    with pytest.raises(FolioError, match=r"hledger -f main\.journal print -O json"):
        load(keeper, PEERS / "main.journal")
    keeper.close()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('option "title" "x"\n', "beancount"),
        ("; mine\n\n* Assets\n2020-01-01 open Assets:A\n", "beancount"),
        ('2020-01-01 txn "x"\n', "beancount"),
        ("; mine\n2020-01-01 shop\n  a  1\n", "hledger"),
        ("2020/1/2=3 * shop\n  a  1\n", "hledger"),
        ("account assets\n", "hledger"),
        ('[\n  {\n    "tcode": "1",', "hledger"),
        ("2020-01-01,shop,1.00\n", None),
        ("Date,Account\n2020-01-01,x\n", None),
        ("account,date,amount\nx,2020-01-01,1\n", None),
        ('[{"date": "2020-01-01"}]', None),
    ],
)
def test_a_journal_is_told_by_what_it_says(tmp_path: Path, text: str, name: str | None) -> None:
    file = tmp_path / "file"
    file.write_text(text, "utf-8")
    found = find_format(file)
    assert (found and found.name) == name


def test_an_included_file_that_grew_is_read_again(tmp_path: Path) -> None:
    main, year = tmp_path / "main.beancount", tmp_path / "2020.beancount"
    main.write_text('include "2020.beancount"\n2020-01-01 open Assets:Bank EUR\n', "utf-8")
    salary = '2020-01-0{} * "ACME" "salary"\n  Assets:Bank  1000 EUR\n  Income:Salary\n'
    budget = '2020-01-06 * "budget"\n  Income:Salary  1 EUR\n  Equity:Plan  -1 EUR\n'
    opened = "2020-01-01 open Income:Salary\n2020-01-01 open Equity:Plan\n"
    year.write_text(opened + salary.format(5) + budget, "utf-8")
    keeper = Bookkeeper(tmp_path / "book.db")
    first = load(keeper, main)
    assert (first.rows, first.recorded, first.skipped) == (5, 1, 4)
    assert "left out: 1 × nothing that is held moves" in first.notes
    year.write_text(opened + salary.format(5) + budget + salary.format(7), "utf-8")
    again = load(keeper, main)
    assert (again.recorded, again.already) == (1, 1)
    assert load(keeper, main).recorded == 0
    keeper.close()
