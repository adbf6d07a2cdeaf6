"""Every kind of write against a lock: refused where it alters the past, accepted where not.

What is accepted leaves every report of the locked days as it was.  What is refused says so in
one sentence, leaves the file as it was to the byte, and alters some report when it is let in.
The first days are by hand: the day of the fact; the holding's first day where a balance bends
back from an observation, or the choice of lots concerns all days; the day after the
observation before.
"""

import contextlib
import io
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from folio.cli.app import run

Told = dict[str, tuple[int, str, str]]  # code, output and errors of command lines
HEADER = "date,account,kind,asset,quantity,price,currency,external_id\n"
FILES = {
    "first.csv": "2024-03-05,Other,buy,ACMI,1,71,EUR,f1\n2025-03-05,Other,buy,ACMI,1,71,EUR,f2\n",
    "old.csv": "2024-06-05,Broker,buy,ACME,1,71,EUR,x1\n",
    "new.csv": "2025-06-05,Broker,buy,ACME,1,71,EUR,x2\n",
    "both.csv": "2025-06-05,Broker,buy,ACME,1,71,EUR,x3\n2024-06-05,Broker,buy,ACME,1,71,EUR,x4\n",
}
PRICES = {"early.csv": "2024-07-01,ACME,EUR,71\n", "late.csv": "2025-06-01,ACME,EUR,71\n"}
BOOK = """
init --currency EUR --timezone UTC
account add Broker --type brokerage --cash
account add Other --type brokerage --cash
account add Wallet --type wallet --no-cash
account add Bank --type savings --cash
asset add ACME --type stock
asset add ACMI --type stock
asset add LATE --type stock
asset add TWIN --type stock
asset add NEWCO --type stock
asset add COIN --type crypto
asset add USD
price add USD 0.90 --on 2024-01-01
add-tx deposit 9000 EUR --account Broker --on 2024-01-02
add-tx buy 10 ACME --price 50 --account Broker --on 2024-02-01
add-tx buy 10 ACME --price 60 --account Broker --on 2024-03-01
add-tx sell 5 ACME --price 70 --account Broker --on 2024-06-03
add-tx deposit 5 COIN --cost 100 --account Wallet --on 2024-05-05
add-tx buy 4 ACMI --price 80 --account Broker --on 2024-04-01
add-tx transfer_out 1 COIN --account Wallet --on 2024-12-30
add-tx transfer_in 0.95 COIN --account Other --on 2025-01-02
add-tx transfer_out 1 COIN --account Wallet --on 2025-03-01
add-tx transfer_in 0.95 COIN --account Other --on 2025-03-02
add-tx deposit 1000 EUR --account Bank --on 2024-01-15
add-tx buy 1 ACME --price 80 --account Broker --on 2025-02-03
add-tx sell 3 ACME --price 90 --account Broker --on 2025-04-03
add-tx buy 2 LATE --price 9 --account Broker --on 2025-04-04
add-tx buy 2 TWIN --price 9 --account Broker --on 2025-04-05
observe Broker ACME 16 --on 2024-09-30
observe Bank EUR 1010 --on 2024-11-30
observe Bank EUR 1025 --on 2025-03-31
observe Wallet COIN 4 --on 2025-05-31
price add ACME 75 --on 2024-12-30
price add COIN 55 --on 2024-01-06
price add COIN 56 --on 2025-01-06
price add ACMI 81 --on 2024-05-01
group add Core
vault add House --target 4000
vault fill House --account Bank --asset EUR --percent 50 --from 2024-02-01
yield set Bank EUR 2% --pay monthly --day 31 --from 2024-10-01
accrue --until 2024-12-15
import FILES/first.csv
rollup
lock 2024
"""
REFUSED = {
    "add-tx merger 4 ACME --to-asset NEWCO --to-quantity 8 --account Broker --on 2024-12-31": 12_31,
    "add-tx spin_off 2 NEWCO --related-asset ACME --cost-share 10% --account Broker "
    "--on 2024-12-31": 12_31,
    "add-tx return_of_capital ACME --amount 5 --account Broker --on 2024-12-31": 12_31,
    "add-tx stock_dividend 1 ACME --account Broker --on 2024-12-31": 12_31,
    "add-tx delisting 13 ACME --account Broker --on 2024-12-31": 12_31,
    "add-tx symbol_change 13 ACME --to-asset NEWCO --account Broker --on 2024-12-31": 12_31,
    "add-tx dividend ACME --amount 5 --account Broker --on 2024-12-31": 12_31,
    "add-tx transfer 1 COIN --account Wallet --to-account Other --on 2024-12-31": 5_05,
    "add-tx fee --amount 5 --account Bank --on 2024-12-31": 12_01,
    "transfers pair 7 8": 5_05,
    "transfers answer 7 internal --account Other": 5_05,
    "reconcile answer 1 opening": 1_31,
    "reconcile answer 1 correction --on 2024-09-30": 2_01,
    "reconcile answer 2 opening": 1_14,
    "reconcile answer 3 flow --on 2024-12-15": 12_01,
    "yield set Bank EUR 3% --from 2024-12-01": 12_01,
    "yield set Wallet COIN 3% --from 2024-10-01": 10_01,
    "yield stop Bank EUR --on 2024-12-15": 12_16,
    "accrue --until 2024-12-31": 12_01,
    "accrue": 12_01,
    "config set lot_method lifo --from 2024-06-01": 6_01,
    "account set Broker lot_method average --from 2024-02-01": 2_01,
    "holding set Broker ACME lot_method lifo --from 2024-05-01": 5_01,
    "config set long_term_days 30": 1_02,
    "vault set House --target 5000": 2_01,  # what it is full to on past days is another share
    "vault set House --by 2027-06-30": 2_01,
    "asset merge ACMI ACME": 2_01,  # observed in September, ACME counts back over ACMI of April
    "price undo ACME --on 2024-12-30": 12_30,
    "price import FILES/early.csv": 7_01,
    "import FILES/old.csv": 2_01,
    "import FILES/both.csv": 2_01,
    "import undo 1": 3_05,
    "undo 16": 1_15,  # interest of October: the balance bends back to the first day
    "amend 13 --on 2024-12-01": 12_01,
    "amend 4 --on 2025-01-04": 2_01,
}
ACCEPTED = """
add-tx split ACME --ratio 2:1 --on 2025-01-02
add-tx merger 4 ACME --to-asset NEWCO --to-quantity 8 --account Broker --on 2025-01-01
add-tx spin_off 2 NEWCO --related-asset ACME --cost-share 10% --account Broker --on 2025-01-01
add-tx return_of_capital ACME --amount 5 --account Broker --on 2025-01-01
add-tx symbol_change 13 ACME --to-asset NEWCO --account Broker --on 2025-05-01
add-tx dividend ACME --amount 5 --account Broker --on 2025-01-05
add-tx transfer 1 COIN --account Wallet --to-account Other --on 2025-06-30
transfers pair 9 10
transfers answer 9 left-control
transfers answer 9 untracked
transfers answer 9 internal --account Other
transfers answer 8 untracked
reconcile answer 3 growth
reconcile answer 3 unknown
reconcile answer 3 flow --on 2025-02-15
reconcile answer 4 unknown
reconcile answer 4 flow --on 2025-04-15
yield set Bank EUR 3% --from 2025-01-01
yield stop Bank EUR --on 2025-02-15
yield set Wallet COIN 3% --from 2025-02-01
config set lot_method lifo --from 2025-01-01
config set lot_method lifo --from 2024-12-31
config set lot_method fifo
holding set Broker ACME lot_method average --from 2024-06-04
holding set Broker ACMI lot_method hifo --from 2024-01-01
config set stale_days 7
config set long_term_days 365
vault set House --target 4000
transfers answer 7 left-control
transfers answer 7 untracked
asset merge NEWCO ACME
asset merge TWIN ACME
asset set ACME --type stock
account set Broker lot_method average --from 2025-01-01
holding set Broker ACME lot_method hifo --from 2025-01-01
asset merge TWIN LATE
asset set LATE --type etf
asset set ACME --isin US0378331005
asset set ACME --precision 2
asset set NEWCO --market XETR
price add ACMI 82 --on 2025-05-01
price undo COIN --on 2025-01-06
price import FILES/late.csv
price retry NEWCO --until 2025-12-31
import FILES/new.csv
observe Broker ACME 17 --on 2025-04-30
observe Bank EUR 1030 --on 2025-03-31 --supersede
observe Bank EUR 1030 --on 2025-02-28
observe Other COIN 1.9 --on 2025-05-31
undo 12
amend 13 --price 71
"""
PAST = """
report holdings --as-of 2024-12-31 --exact
report --accrued --as-of 2024-12-31
report gains --period 2024 --effects
report income --period 2024
report history --by day --period 2024
report history --account Broker --by month --period 2024
report returns --period 2024
report lots --as-of 2024-12-31
report vaults --as-of 2024-12-31
report coverage --as-of 2024-12-31
register --as-of 2024-12-31
reconcile --as-of 2024-12-31
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, rows in FILES.items():
        (folder / name).write_text(HEADER + rows)
    for name, rows in PRICES.items():
        (folder / name).write_text("date,asset,quote,price\n" + rows)
    return folder


@pytest.fixture(scope="module")
def locked(files: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The book, locked, as its file's bytes."""
    path = tmp_path_factory.mktemp("locked") / "book.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(path))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        patch.setenv("FOLIO_NOW", "2025-06-30T08:00:00+00:00")
        for line in BOOK.strip().splitlines():
            assert run(shlex.split(line.replace("FILES", str(files)))) == 0, line
    return path.read_bytes()


class Folio(NamedTuple):
    """Runs a command line on a book; returns its code and what it prints."""

    book: Path
    files: Path

    def __call__(self, line: str) -> tuple[int, str, str]:
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            patch.setenv("FOLIO_DB", str(self.book))
            patch.setenv("FOLIO_TODAY", "2025-06-30")
            patch.setenv("FOLIO_NOW", "2025-06-30T10:00:00+00:00")
            code = run(shlex.split(line.replace("FILES", str(self.files))))
        return code, out.getvalue(), err.getvalue()


@pytest.fixture
def folio(locked: bytes, files: Path, tmp_path: Path) -> Folio:
    """Commands on a copy of the locked book."""
    path = tmp_path / "book.db"
    path.write_bytes(locked)
    return Folio(path, files)


def past(folio: Folio, words: str = "") -> Told:
    """Every report of the locked days, or those with certain words."""
    lines = [f"{line} -O csv" for line in PAST.strip().splitlines() if words in line]
    return {line: folio(line) for line in lines}


@pytest.fixture(scope="module")
def before(locked: bytes, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every report of the locked days of the book as all tests find it."""
    path = tmp_path_factory.mktemp("before") / "book.db"
    path.write_bytes(locked)
    told = past(Folio(path, files))
    assert all(code in (0, 3) for code, _, _ in told.values()), told
    assert path.read_bytes() == locked
    return told


@pytest.mark.parametrize("line", REFUSED)
def test_what_alters_the_past_is_refused_or_let_in(
    folio: Folio, before: Told, locked: bytes, line: str
) -> None:
    first = f"2024-{REFUSED[line] // 100:02}-{REFUSED[line] % 100:02}"
    code, out, said = folio(line)
    assert (code, out, said.count("\n")) == (1, "", 1), said
    assert f"from {first} on, and the book is locked through 2024-12-31" in said
    assert folio.book.read_bytes() == locked
    code, _, said = folio(f"{line} --into-lock")
    assert code == 0, said
    assert any(folio(asked) != told for asked, told in before.items())
    assert f'"from": "{first}"' in folio("lock list -O json")[1]
    told = folio("changes --since 2025-06-30T09:00Z --as-of 2024-12-31 -O csv")[1]
    assert "into lock 1" in told
    assert folio("verify")[0] == 0, folio("verify")


@pytest.mark.parametrize("line", ACCEPTED.strip().splitlines())
def test_what_leaves_the_past_alone_is_accepted(folio: Folio, before: Told, line: str) -> None:
    code, _, said = folio(line)
    assert code == 0, said
    assert past(folio) == before
    assert "lock-entries" not in folio("lock list -O json")[1]
    assert folio("rollup")[0] == 0
    stored = past(folio, "report history")  # alone with returns, which stand on it, read there
    assert stored.items() <= before.items()
    assert folio("verify")[0] == 0, folio("verify")
