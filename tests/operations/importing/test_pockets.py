"""Files that have some pockets of a holding alone: what they state is made whole.

Worked by hand: 1000 come into Current on the 2nd of January, and 400 of them go to Savings on the
5th (600 + 400 = 1000).  In February 50 leave Current (550 + 400 = 950), in March 25 come to
Savings (550 + 425 = 975).
"""

import datetime as dt
import random
from itertools import accumulate
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.db.derived.gaps import read_gaps
from folio.db.statements.observations import closes_of
from folio.model.numbers import to_text
from folio.operations.importing.undo_import import undo_import
from importing import WHO, load, new_book

REVOLUT = (
    "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
    "TOPUP,{},{} 08:00:00,{} 08:00:00,{},{},0.00,EUR,COMPLETED,{}",
)
Row = tuple[str, str, str, int, int]
ROWS: dict[str, Row] = {
    "in": ("Current", "2025-01-02", "Top-Up", 1000, 1000),
    "to": ("Current", "2025-01-05", "To pocket", -400, 600),
    "from": ("Savings", "2025-01-05", "To pocket", 400, 400),
    "out": ("Current", "2025-02-05", "Rent", -50, 550),
    "saved": ("Savings", "2025-03-05", "Gift", 25, 425),
    "late": ("Current", "2025-04-05", "Rent", -50, 450),  # 50 more went in between
    "aus": ("Aktuell", "2025-03-06", "Miete", -50, 940),
    "alone": ("Current", "2025-01-03", "Rent", -10, 990),
}
JANUARY = ("in", "to", "from")
CLOSES = {"2025-01-05": "1000", "2025-02-05": "950"}


class Bank:
    """A book, and statements with some of the rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = new_book(folder)

    def take(self, *names: str) -> list[str]:
        """Import one; what is said of pockets."""
        return self.take_rows("-".join(names), [ROWS[name] for name in names])

    def take_rows(self, file: str, rows: list[Row]) -> list[str]:
        text = [REVOLUT[0]]
        for product, day, description, amount, balance in rows:
            text.append(REVOLUT[1].format(product, day, day, description, amount, balance))
        path = self.folder / f"{file}.csv"
        path.write_text("\n".join(text) + "\n")
        return [note for note in load(self.db, path).notes if "alone" in note]

    def closes(self) -> dict[str, str]:
        (holding,) = Catalog(self.db).holdings
        return {str(day): to_text(n) for day, n in sorted(closes_of(self.db, holding).items())}

    def gaps(self) -> list[str]:
        """The drift of each gap."""
        return [to_text(gap.drift) for found in read_gaps(self.db).values() for gap in found]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def test_a_file_of_one_pocket_is_completed_with_the_others(bank: Bank) -> None:
    assert bank.take(*JANUARY) == []
    assert bank.take("out") == [
        "550 EUR are of 'current' alone; with 400 in 'savings' on 2025-01-05 there are 950"
    ]
    assert (bank.closes(), bank.gaps()) == (CLOSES, [])


def test_the_file_that_has_the_others_may_come_later(bank: Bank) -> None:
    """Nobody knew of Savings before: then 550 were taken for the whole."""
    assert bank.take("out") == []
    assert bank.closes() == {"2025-02-05": "550"}
    assert bank.take(*JANUARY) == [
        "550 EUR are of 'current' alone; with 400 in 'savings' on 2025-01-05 there are 950"
    ]
    assert (bank.closes(), bank.gaps()) == (CLOSES, [])
    assert bank.take(*JANUARY) == bank.take("out") == []


def test_pockets_in_turn(bank: Bank) -> None:
    bank.take(*JANUARY)
    bank.take("out")
    assert bank.take("saved") == [
        "425 EUR are of 'savings' alone; with 550 in 'current' on 2025-02-05 there are 975"
    ]
    assert (bank.closes(), bank.gaps()) == ({**CLOSES, "2025-03-05": "975"}, [])


def test_a_file_that_has_all_is_as_it_is(bank: Bank) -> None:
    bank.take(*JANUARY)
    assert bank.take(*JANUARY, "out") == []
    assert (bank.closes(), bank.gaps()) == (CLOSES, [])


def test_a_month_that_is_missing_is_a_gap_still(bank: Bank) -> None:
    """450 + 400 = 850; the ledger has 1000 − 50 = 950: 100 are missing."""
    bank.take(*JANUARY)
    assert len(bank.take("late")) == 1
    assert bank.closes() == {"2025-01-05": "1000", "2025-04-05": "850"}
    assert bank.gaps() == ["-100"]


def test_a_pocket_by_another_name_is_the_whole(tmp_path: Path) -> None:
    """1000 − 10 = 990 in Current; −50 in Aktuell of 940: 940, and not 940 + 990."""
    bank = Bank(tmp_path)
    bank.take("in", "alone")
    assert bank.take("aus") == []
    assert (bank.closes(), bank.gaps()) == ({"2025-01-03": "990", "2025-03-06": "940"}, [])


def test_what_nobody_knows_is_not_stated(bank: Bank) -> None:
    """Current went on in January: what it had on the 3rd, in the midst of it, is not kept."""
    bank.take("in", "to", "out")
    assert bank.take("from") == [
        "400 EUR are of 'savings' alone, and what 'current' held on 2025-01-05 is not known: state "
        "the whole with folio observe Revolut EUR BALANCE --on 2025-01-05",
        "550 EUR are of 'current' alone; with 400 in 'savings' on 2025-01-05 there are 950",
    ]
    assert (bank.closes(), bank.gaps()) == ({"2025-02-05": "950"}, [])


def test_what_nobody_knows_any_more_is_taken_back(bank: Bank) -> None:
    """Savings has 400 and then 425: which it was between is not kept, so 550 are no balance."""
    bank.take("out")
    assert bank.take("from", "saved") == [
        "425 EUR are of 'savings' alone; with 550 in 'current' on 2025-02-05 there are 975",
        "550 EUR are of 'current' alone, and what 'savings' held on 2025-02-05 is not known: state "
        "the whole with folio observe Revolut EUR BALANCE --on 2025-02-05",
    ]
    assert bank.closes() == {"2025-03-05": "975"}
    did(bank.db, WHO, undo_import, 2)
    assert bank.closes() == {"2025-02-05": "550"}


def test_pockets_that_end_on_one_day(bank: Bank) -> None:
    """600 + 400: a file each, and no contradiction."""
    bank.take("in", "to")
    assert len(bank.take("from")) == 2
    assert (bank.closes(), bank.gaps()) == ({"2025-01-05": "1000"}, [])
    did(bank.db, WHO, undo_import, 1)
    assert bank.closes() == {"2025-01-05": "400"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("undone", [0, 1])
def test_undone_a_file_counts_no_more(bank: Bank, order: tuple[int, int], undone: int) -> None:
    """Without January 550 are all that is known; done again, all is as before."""
    files = (JANUARY, ("out",))
    for at in order:
        bank.take(*files[at])
    did(bank.db, WHO, undo_import, order.index(undone) + 1)
    assert bank.closes() == ({"2025-01-05": "1000"} if undone else {"2025-02-05": "550"})
    bank.take(*files[undone])
    assert (bank.closes(), bank.gaps()) == (CLOSES, [])


def test_wallets_of_an_exchange(tmp_path: Path) -> None:
    """2 ETH of which 1.5 are staked; 0.1 of reward is 1.6 there, and with 0.5 in spot 2.1.

    The wallet that is called spot / main is the one that older files have no name for.
    """
    db = new_book(tmp_path)
    head = "txid,refid,time,type,subtype,aclass,asset,wallet,amount,fee,balance\n"
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(
        head + '"L1","R1","2025-01-02 10:00:00","deposit","","currency","ETH","spot / main",'
        "2,0,2\n"
        '"L2","R2","2025-01-03 10:00:00","earn","allocation","currency","ETH","spot / main",'
        "-1.5,0,0.5\n"
        '"L3","R2","2025-01-03 10:00:00","earn","allocation","currency","ETH","earn / bonded",'
        "1.5,0,1.5\n"
    )
    two.write_text(
        head + '"L4","R4","2025-02-03 10:00:00","earn","reward","currency","ETH",'
        '"earn / bonded",0.1,0,1.6\n'
    )
    load(db, one)
    assert [note for note in load(db, two).notes if "alone" in note] == [
        "1.6 ETH are of 'earn / bonded' alone; with 0.5 in the one without a name on 2025-01-03 "
        "there are 2.1"
    ]
    assert not any(read_gaps(db).values())


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_what_is_stated_is_the_sum(bank: Bank, seed: int) -> None:
    """Of months, some of them a file for each pocket, one undone and done again."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for at in range(12):
        pocket, day = chance.choice(["Current", "Savings"]), dt.date(2025, 1, 1 + 2 * at)
        amount = chance.randint(1, 1000)
        held = sum(row[3] for row in rows if row[0] == pocket)
        rows.append((pocket, str(day), f"x{at}", amount, held + amount))
    sums = dict(zip([row[1] for row in rows], accumulate(row[3] for row in rows), strict=True))
    files = [rows[:4]]
    for some in (rows[4:7], rows[7:]):
        files += [[row for row in some if row[0] == one] for one in ("Current", "Savings")]
    files = [file for file in files if file]
    chance.shuffle(files)
    for number, file in enumerate(files):
        bank.take_rows(str(number), file)
    again = chance.randrange(len(files))
    did(bank.db, WHO, undo_import, again + 1)
    bank.take_rows(str(again), files[again])
    closes = bank.closes()
    assert closes == {day: str(sums[day]) for day in closes}
    assert rows[-1][1] in closes
