"""Asking how a file is read, on a terminal: a real one, with answers typed in."""

import subprocess
import sys
from pathlib import Path

from importing import ledger, new_book
from typing_at_it import typed_at

ODD = (
    "Date,Action,Ticker,Quantity,Price,Total\n"
    "03/04/2024,Buy,VWCE,10,105.20,1052.00\n"
    "02/05/2024,Journal,,,,5.00\n"
)


def folio(folder: Path, typed: str, *words: str) -> tuple[int, str]:
    return typed_at(folder / "folio.db", typed, *words)


def test_a_file_that_no_profile_knows(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    path = tmp_path / "odd.csv"
    path.write_text(ODD, "utf-8")
    # Yes; day first; no such currency; Swiss francs; none of these; interest; the money is there;
    # its name; whose; no; then yes.
    typed = "y\n%d/%m/%Y\nXXY\nCHF\n99\ninterest\nyes\nodd\nDepot\n"
    code, shown = folio(tmp_path, typed + "n\n", "import", str(path))
    assert "is a statement that no profile knows" in shown
    assert "how are the days of 'Date' written, such as '03/04/2024'?" in shown
    assert "'XXY' is no currency, such as EUR" in shown
    assert "what is a row that says 'Journal'?" in shown
    assert (code, ledger(db)) == (1, [])
    assert not (tmp_path / "profiles").exists()

    typed = typed.replace("99\n", "").replace("odd\n", "Odd!\nwise\nodd\n")
    code, shown = folio(tmp_path, typed + "y\n", "import", str(path))
    assert "'Odd!' is no name" in shown
    assert "there is a profile 'wise' already" in shown
    assert "saved the profile odd as" in shown
    assert "2 recorded" in shown
    assert code == 0
    assert {row[0] for row in ledger(db)} == {"buy", "interest"}
    assert {row[1] for row in ledger(db)} == {"2024-04-03", "2024-05-02"}
    assert {row[4] for row in ledger(db)} == {"odd/Depot"}
    assert folio(tmp_path, "", "import", str(path)) == (
        0,
        "odd.csv (odd): 2 rows read: 0 recorded, 2 already there\n",
    )


def test_two_profiles_that_fit(tmp_path: Path) -> None:
    new_book(tmp_path).close()
    path = tmp_path / "odd.csv"
    path.write_text("Date,Text,Amount,Currency\n2024-01-31,x,-5,EUR\n", "utf-8")
    for name in ("one", "two"):
        made = subprocess.run(
            [
                *(sys.executable, "-m", "folio", "--db", str(tmp_path / "folio.db")),
                *("import", "--map", str(path), "--name", name, "--create"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        assert made.returncode == 0, made.stderr
        path.write_text(path.read_text() + "2024-02-01,y,6,EUR\n")
    code, shown = folio(tmp_path, "3\n2\n", "import", str(path), "--account", "one")
    assert "could be read by several profiles; by which?\n  1  one\n  2  two\n" in shown
    assert "'3' is none of these" in shown
    assert "odd.csv (two) into one: 3 rows read" in shown
    assert code == 0
