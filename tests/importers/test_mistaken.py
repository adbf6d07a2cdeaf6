"""Files with the columns of a profile that are not its institution's."""

from pathlib import Path

import pytest

from folio.errors import UnknownStatement
from folio.importers import find_profiles
from folio.operations.importing import read_files
from folio.operations.importing.read_files import choose_profile
from importing import PROFILES, facts, kinds, load, new_book

# A bank in New Zealand has the four columns of Vanguard UK's cash table.
BANK = """Date,Details,Amount,Balance
01/02/2024,Coffee,-3.20,96.80
02/02/2024,Salary,10.00,106.80
03/02/2024,Tea,-1.00,105.80
"""


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_file_of_which_no_row_is_understood_is_not_taken_for_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_pieces: bool
) -> None:
    monkeypatch.setattr(read_files, "LONG", 0 if in_pieces else 1 << 20)
    path = tmp_path / "bank.csv"
    path.write_text(BANK)
    db = new_book(tmp_path)
    before = facts(db)
    with pytest.raises(UnknownStatement, match="no row of it is understood; if"):
        load(db, path)
    assert facts(db) == before
    load(db, path, profile="vanguard_uk")  # the user has said so
    assert kinds(db) == {"unknown": 3}


def test_more_columns_of_another_sort_are_another_institution(tmp_path: Path) -> None:
    path = tmp_path / "etoro.csv"
    path.write_text(
        "Date,Type,Details,Amount,Units,Realized Equity Change,Realized Equity,Balance\n"
        "02/01/2024 00:10:33,Dividend,NKE/USD,0.17,-,0.17,1.00,99.60\n"
    )
    assert find_profiles(path, PROFILES) == []


@pytest.mark.parametrize(
    "header",
    [
        "Date,Pair,Side,Price,Amount,Total,Fee,Export",
        "Market,Type,Price,Amount,Total,Fee,Fee Coin,Time,MX Transaction Id",
        "Date,Market,Category,Type,Price,Amount,Total,Fee,Order Number",
    ],
)
def test_trades_of_other_exchanges_are_none_of_binance(header: str, tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    cells = {"Pair": "LTC/BTC", "Market": "LTC/BTC", "Side": "BUY", "Type": "BUY"}
    cells |= {"Date": "2021-03-04 05:06:07", "Time": "2021-03-04 05:06:07", "Fee Coin": "BNB"}
    path.write_text(f"{header}\n{','.join(cells.get(n, '1') for n in header.split(','))}\n")
    assert "binance_trades" not in [found.name for found in find_profiles(path, PROFILES)]


@pytest.mark.parametrize("above", ["Account holder: Ada", "2024-12-31 (exported)", "Y 2024", "~ 1"])
def test_what_a_bank_says_above_its_table_makes_no_journal_of_it(
    above: str, tmp_path: Path
) -> None:
    path = tmp_path / "above.csv"
    path.write_text(f"{above}\n\n{(Path(__file__).parent / 'n26' / 'sample.csv').read_text()}")
    assert choose_profile(path, PROFILES, None).name == "n26"
