"""Statements made in the course of a day: their balances are not of its end.

A bank's account: 100 come, 5 go on the 3rd, 10 and later 7 on the 4th, 20 on the 5th.  So there
are 95, 78 and 58 in the evenings, and 85 in the middle of the 4th.
"""

from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.gaps import read_gaps
from folio.db.statements.observations import closes_of
from folio.model.numbers import to_text
from folio.operations.importing.undo_import import undo_import
from importing import WHO, load, load_all, new_book

COLUMNS = (
    '"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance",'
    '"Exchange From","Exchange To","Exchange Rate","Payer Name","Payee Name",'
    '"Payee Account Number",Merchant,"Total fees"'
)
ROWS = {1: (2, 100, 100), 2: (3, -5, 95), 3: (4, -10, 85), 4: (4, -7, 78), 5: (5, -20, 58)}
ROWS |= {6: (5, -9, 49), 7: (6, -1, 48)}  # where the 5th goes on
EVENINGS = {"2024-01-04": "78", "2024-01-05": "58"}


class Bank:
    """A book, and statements with some of the rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = new_book(folder)

    def statement(self, *numbers: int, last: str = "") -> Path:
        """A statement with these rows; ``last`` is what it prints beside the newest."""
        lines = [COLUMNS]
        for number in sorted(numbers, reverse=True):
            day, amount, balance = ROWS[number]
            said = last if last and number == max(numbers) else balance
            lines.append(f"T{number},0{day}-01-2024,{amount},EUR,x,,{said},,,,,,,,0")
        path = self.folder / f"{len(list(self.folder.iterdir()))}.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def take(self, *numbers: int, last: str = "") -> list[str]:
        """Import one; what is said of balances."""
        path = self.statement(*numbers, last=last)
        return [note for note in load(self.db, path).notes if "balance" in note or "says" in note]

    def closes(self) -> dict[str, str]:
        (holding,) = Catalog(self.db).holdings
        return {str(day): str(n) for day, n in sorted(closes_of(self.db, holding).items())}

    def gaps(self) -> list[str]:
        """The drift of each gap."""
        return [to_text(gap.drift) for found in read_gaps(self.db).values() for gap in found]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def test_what_a_later_file_adds_to_the_day_is_in_its_evening(bank: Bank) -> None:
    """85 − 7 − 20 = 58: so 78 in the evening; undone, nobody says so any more."""
    assert bank.take(1, 2, 3) == []
    assert bank.take(2, 3, 4, 5) == [
        "85 EUR was the balance in the course of 2024-01-04; "
        "with what followed on that day it ended at 78"
    ]
    assert (bank.closes(), bank.gaps()) == (EVENINGS, [])
    did(bank.db, WHO, undo_import, 2)
    assert bank.closes() == {"2024-01-04": "85"}


def test_the_later_file_may_come_first(bank: Bank) -> None:
    bank.take(2, 3, 4, 5)
    assert len(bank.take(1, 2, 3)) == 1
    assert (bank.closes(), bank.gaps()) == (EVENINGS, [])


def test_files_of_one_command_agree(bank: Bank) -> None:
    """Each with what is known at last; 95, 78 and 58 follow from their rows."""
    files = [bank.statement(1, 2, 3), bank.statement(2, 3, 4, 5)]
    compared = [one for told in load_all(bank.db, files) for one in told.balances]
    assert [(to_text(one.stated), one.agrees) for one in compared] == [("78", True), ("58", True)]


def test_a_file_made_later_that_day_ends_it(bank: Bank) -> None:
    """Then one that ends earlier says nothing new, and nothing else."""
    bank.take(1, 2, 3)
    assert len(bank.take(1, 2, 3, 4)) == 1
    assert bank.take(2, 3) == []
    assert (bank.closes(), bank.gaps()) == ({"2024-01-04": "78"}, [])


def test_days_under_way_may_follow_one_another(bank: Bank) -> None:
    """95 on the 3rd was the evening; the 4th and the 5th (58 − 9 = 49) went on."""
    bank.take(1, 2, 3)
    bank.take(5)
    assert bank.gaps() == ["-7"]
    assert len(bank.take(1, 2, 3, 4, 5, 6, 7)) == 2
    assert bank.closes() == {**EVENINGS, "2024-01-05": "49", "2024-01-06": "48"}
    assert bank.gaps() == []


def test_balances_that_do_not_follow_stand_as_they_were_stated(bank: Bank) -> None:
    """85 − 7 − 20 is not 60: nobody knows of which hour the 85 were."""
    bank.take(1, 2, 3)
    bank.take(2, 3, 4, 5, last="60")
    assert bank.closes()["2024-01-04"] == "85"
    assert bank.gaps() == ["7", "-5"]
