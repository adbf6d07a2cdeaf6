"""Journals of ledger, as people publish them, beside what ledger itself says is held.

Costs and gains were worked out by hand; the manual of ledger 3 has the notation.
"""

import shutil
import subprocess
import zoneinfo
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.errors import FolioError
from folio.importers.recognition.signatures import FORMATS, find_format, read_by
from importers.test_peers import load

D = Decimal
UTC = zoneinfo.ZoneInfo("UTC")
needs_ledger = pytest.mark.skipif(not shutil.which("ledger"), reason="ledger is not installed")

# Fees are the cost's; what is left of 3 lots: 6 × 150.10, 2 × 160, and all of a third of 0.333.
LOTS = """\
; a journal
Y 2024
N $
D $1,000.00
account Assets:Broker
    note where shares are
    alias broker
P 2024/06/01 AAPL $175.00
01/01 * (77) Opening | note  ; :tag:
    broker                     $10,000.00
    Equity:Opening
01/03 Buy
    broker                     10 AAPL {$150.10} @ $150.10
    broker
01/04 Buy more
    broker                     5 AAPL @ $160.00
    broker                    $-800.00
01/05 Buy all for
    broker                     0.333 "VT I" @@ $100.00
    broker                    $-100.00
02/03=2024/02/05 Sell of two lots
    broker                     -4 AAPL {$150.10} [2024/01/03] @ $170.00
    broker                     -3 AAPL {$160.00} [2024/01/04] @ $170.00
    broker                    $1,190.00
    Income:Gains             $-109.60
03/01 To another broker
    broker                     -1 AAPL {$150.10} [2024/01/03]
    Assets:Other                1 AAPL {$150.10} [2024/01/03]
"""
RULES = """\
apply year 2024
bucket Assets:Cash
= /^Expenses:Books/
    (Liabilities:Taxes)    -0.10
01/01 Open
    Assets:Cash    1000 EUR
    Equity
01/02 Books
    Expenses:Books    50.00 EUR
01/03 Set aside
    [Assets:Holiday]    20.00 EUR
    [Assets:Cash]      -20.00 EUR
01/04 Exchange
    Assets:Dollars    110 USD @@ 100 EUR
    Assets:Cash      -100 EUR
01/05 As counted
    Assets:Cash    = 800 EUR
    Expenses:Unknown
"""


def held(path: Path) -> dict[str, Decimal]:
    """What ledger has of each commodity in assets and debts."""
    words = ["ledger", "--args-only", "-f", str(path), "register", "^Assets", "^Liabilities"]
    form = "%(commodity(strip(amount)))\t%(quantity(amount))\n"
    text = subprocess.run([*words, "--format", form], capture_output=True, text=True, check=True)
    found = defaultdict[str, Decimal](Decimal)
    for line in text.stdout.splitlines():
        commodity, quantity = line.split("\t")
        found[commodity.strip('"').replace("$", "USD")] += D(quantity)
    return {name: number for name, number in found.items() if number}


def owned(keeper: Bookkeeper) -> dict[str, Decimal]:
    found = defaultdict[str, Decimal](Decimal)
    for asset, quantity in keeper.db.execute("SELECT asset, quantity FROM v1_postings"):
        found[asset] += D(quantity)
    return {name: number for name, number in found.items() if number}


@needs_ledger
@pytest.mark.parametrize("text", [LOTS, RULES], ids=["lots", "rules"])
def test_what_ledger_says_is_held_is_held(tmp_path: Path, text: str) -> None:
    path = tmp_path / "my.ledger"
    path.write_text(text, "utf-8")
    found = find_format(path)
    assert found is not None
    assert found.name == "ledger"
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    load(keeper, path)
    assert owned(keeper) == held(path)
    assert not load(keeper, path).recorded
    keeper.close()


@needs_ledger
def test_sales_take_the_lots_that_they_name(tmp_path: Path) -> None:
    """Gains: 4 × (170 − 150.10) + 3 × (170 − 160) = 79.60 + 30 = 109.60, as the journal has it."""
    path = tmp_path / "my.ledger"
    path.write_text(LOTS, "utf-8")
    keeper = Bookkeeper(tmp_path / "book.db", "USD")
    load(keeper, path)
    query = "SELECT proceeds, cost FROM v1_disposals WHERE proceeds > 0 ORDER BY acquired_on"
    assert [(D(p), D(c)) for p, c in keeper.db.execute(query)] == [
        (680, D("600.40")),
        (510, 480),
    ]
    query = (
        "SELECT account, acquired_on, quantity, cost FROM v1_lots WHERE asset != 'USD' "
        "ORDER BY account, acquired_on"
    )
    assert [tuple(row) for row in keeper.db.execute(query)] == [
        ("Broker", "2024-01-03", "5", "750.5"),
        ("Broker", "2024-01-04", "2", "320"),
        ("Broker", "2024-01-05", "0.333", "100"),
        ("Other", "2024-01-03", "1", "150.1"),
    ]
    keeper.close()


@pytest.mark.parametrize(
    "line", ["python", "import os", "--output /tmp/x", "-f other", "!python", "@import os"]
)
def test_what_would_run_a_program_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "my.ledger"
    path.write_text(f"{RULES}{line}\n", "utf-8")
    found = find_format(path)
    assert found is not None
    with pytest.raises(FolioError, match=r"would run a program or set an option"):
        read_by(found, path, UTC)


@needs_ledger
def test_what_ledger_refuses_says_so(tmp_path: Path) -> None:
    path = tmp_path / "my.ledger"
    path.write_text(RULES + "01/06 Torn\n    Assets:Cash  1 EUR\n    Equity  1 EUR\n", "utf-8")
    found = find_format(path)
    assert found is not None
    with pytest.raises(
        FolioError, match=r"(?s)ledger refuses .*my\.ledger.*line 21.*; mend that, and import"
    ):
        read_by(found, path, UTC)


def test_without_ledger_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.ledger"
    path.write_text(RULES, "utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_format(path)
    assert found is not None
    with pytest.raises(FolioError, match=r"ledger is not installed here; .*--profile hledger"):
        read_by(found, path, UTC)


def test_lots_that_hledger_leaves_out_are_no_journal_of_it(tmp_path: Path) -> None:
    """In hledger the money would be -3 of the shares."""
    path = tmp_path / "my.journal"
    path.write_text("2024-01-03 Buy\n    Assets:B  3 AAPL {$50.00}\n    Assets:B\n", "utf-8")
    with pytest.raises(FolioError, match=r"states what lots cost.*--profile ledger"):
        read_by(FORMATS["hledger"], path, UTC)


def test_a_script_is_no_journal_though_it_has_braces(tmp_path: Path) -> None:
    """A lot is so many units, at a number: ``3 AAPL {$150.10}``; a shell's names have neither."""
    script = 'set -e\nmessage () {\n  cat <<END >"${FILE}"\n  echo 2 "${NAME}"\n}\n'
    (tmp_path / "session").write_text(script, "utf-8")
    assert find_format(tmp_path / "session") is None
    (tmp_path / "lots").write_text(
        "D $1.00\n2024/01/03 Buy\n  A:B  3 AAPL {$150.10}\n  A:C\n", "utf-8"
    )
    found = find_format(tmp_path / "lots")
    assert found is FORMATS["ledger"]
