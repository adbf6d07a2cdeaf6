"""Exported journals, read by the real programs: lots, holdings and costs are folio's."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bookkeeper import Bookkeeper
from exporters.peers import (
    HLEDGER,
    LAST,
    LEDGER,
    check_beancount,
    check_hledger,
    check_ledger,
    journal_of,
)
from folio.book import Book
from folio.book.journal import make_journal
from folio.book.kept_entries import KeptEntries
from folio.exporters import beancount, hledger
from folio.exporters.names import (
    Names,
    legal_commodity,
    legal_component,
    plain_commodity,
    plain_component,
)
from folio.model.assets import Asset
from folio.model.journal import Journal
from folio.operations.arranging.lot_methods import set_lot_method
from folio.operations.keeping.make_example import make_example
from importing import PROFILES, WHO, load
from importing import new_book as statement_book
from laws.test_rollup_law import COMMANDS, new_book, run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(
    max_examples=12,
    report_multiple_bugs=False,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a book is read sooner than shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(COMMANDS, min_size=5, max_size=30))
def test_any_book_is_the_same_in_beancount_hledger_and_ledger(
    folder: Path, commands: list[Any]
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        _in_every_program(keeper.book(walks=True))
    finally:
        keeper.close()


NASTY = (
    'a "quoted" \\ back\\slash',
    "two\nlines; a comment",
    "(5) * code | payee",
    "%s {1} [2020-01-01]",
    "date:2020-01-01, x:y",
    "  spaces  ",
    "\u202eevil\x1b[31m",
    "=1+1",
    "日本 ; ümläut",
    "",
)


def nasty_book(path: Path) -> Bookkeeper:
    """Names and notes with all that could end a text in some program."""
    keeper = Bookkeeper(path)
    names = ["A:B", "C D", "A-C", "(v)", '"w"', "; x", "2nd", "日本", "TRUE"]
    for number, name in enumerate(names):
        keeper.account(name, institution=f"Bank {name}")
        keeper.add("deposit", "2025-01-02", name, "EUR", quantity=100 + number, note=NASTY[number])
    symbols = ("T", "TRUE", "BRK.B", "500", "$LUNA 2", "a;b", 'q"', "acm", "ACME", "é")
    for number, symbol in enumerate(symbols):
        keeper.asset(symbol, "crypto" if symbol == "acm" else "stock")
        words = {"quantity": 3, "price": "0.1", "label": NASTY[number] or "pot"}
        keeper.add("buy", "2025-01-03", names[number % 9], f"{symbol}", **words)
    return keeper


def everything(keeper: Bookkeeper) -> int:
    return _in_every_program(keeper.book(walks=True))


def test_no_name_and_no_note_breaks_out(tmp_path: Path) -> None:
    keeper = nasty_book(tmp_path / "book.db")
    everything(keeper)
    text = "".join(beancount.write(journal_of(keeper.book(walks=True))))
    entries, _, _ = loader.load_string(text, dedent=False)
    notes = {e.narration for e in entries if isinstance(e, Transaction)}
    # What cannot be printed is left out; all else is as it was noted.
    assert set(NASTY[:5]) <= notes
    keeper.close()


def test_an_asset_is_called_by_its_symbol_where_that_is_its_own() -> None:
    """Else by its market, where it has one, or its type; so is a letter, or a word of beancount."""
    told = (("AB", "stock", ""), ("ab", "crypto", ""), ("AB", "stock", "XETR"))
    told += (("T", "stock", ""), ("TRUE", "stock", ""))
    assets = {n: Asset(n, *one, None, 2, "", None) for n, one in enumerate(told, 1)}
    journal = Journal(assets[1], assets, {}, (), (), (), (), frozenset())
    called = list(Names(journal, legal_component, legal_commodity).commodities.values())
    assert called == ["AB", "AB-CRYPTO", "AB.XETR", "T-STOCK", "TRUE-STOCK"]
    called = list(Names(journal, plain_component, plain_commodity).commodities.values())
    assert called == ["AB", "ab-crypto", "AB.XETR", "T-stock", "TRUE-stock"]


def test_balances_are_asserted_and_gaps_are_said(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("One")
    keeper.add("deposit", "2025-01-02", "One", "EUR", quantity="100.005")
    keeper.add("withdraw", "2025-01-03", "One", "EUR", quantity="30")
    keeper.observe("One", "EUR", "100.005", "2025-01-02")
    keeper.observe("One", "EUR", "70", "2025-01-03")
    assert everything(keeper) == 1
    text = "".join(beancount.write(journal_of(keeper.book(walks=True))))
    # beancount's balances are of a day's start: after the deposit, before the withdrawal.
    assert "2025-01-03 balance Assets:One:EUR  100.005 ~ 0 EUR" in text
    assert "the entries come to 70.005: a gap of -0.005" in text
    wrong = text.replace("100.005 ~ 0", "100.006 ~ 0")
    assert [type(e).__name__ for e in loader.load_string(wrong)[1]] == ["BalanceError"]
    keeper.close()


def test_a_sale_by_hand(tmp_path: Path) -> None:
    """Worked by hand: 3 for 10.00 with a fee of 0.30, one of them sold for 5.00 less 0.10.

    The lot costs 10.30, a unit 3.4333…; gone are 3.4333…, so that 6.8666… are left and the
    gain is 4.90 − 3.4333… = 1.4666….
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("One")
    keeper.asset("ACME")
    keeper.add("deposit", "2025-01-02", "One", "EUR", quantity=100)
    keeper.add("buy", "2025-01-03", "One", "ACME", quantity=3, amount=10, fee="0.30")
    keeper.add("sell", "2025-02-03", "One", "ACME", quantity=1, price=5, fee="0.10")
    everything(keeper)
    journal = journal_of(keeper.book(walks=True))
    text = "".join(beancount.write(journal))
    cost = "3.4333333333333333333333333333333 EUR, 2025-01-03"
    assert f'  Assets:One:ACME  3 ACME {{{cost}, "t2"}}' in text
    assert f'  Assets:One:ACME  -1 ACME {{{cost}, "t2"}} @ 5.00 EUR' in text
    assert "  Assets:One:EUR  4.90 EUR\n  Income:Gains  -1.46666666666666666667 EUR" in text
    assert "-1 ACME @@ 3.43333333333333333333333333333333333333" in "".join(hledger.write(journal))
    keeper.close()


def test_parts_of_a_cost_in_money_without_decimals(tmp_path: Path) -> None:
    """7 for 100 yen, of which 3 had cost 42.857142…: no digits of it are exact, whatever reads
    them."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("One")
    keeper.asset("ACME")
    keeper.asset("JPY", "currency")
    keeper.add("buy", "2025-01-03", "One", "ACME", quantity=7, amount=100, currency="JPY")
    keeper.add("sell", "2025-02-03", "One", "ACME", quantity=3, amount=60, currency="JPY")
    everything(keeper)
    keeper.close()


def test_what_goes_pro_rata_adds_up_to_nothing(tmp_path: Path) -> None:
    """Parts of an average have no end, and beancount adds up 28 digits: the split takes all.

    By hand: 3 + 7 − 4 + 1.333333 − 0.777 − 2 = 4.556333; 7 for each 2 of it are 15.9471655.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    one, _ = keeper.account("One"), keeper.account("Two")
    keeper.asset("FUND", "fund")
    keeper.write(lambda write: set_lot_method(write, ("account", one), "average", None))
    keeper.add("buy", "2024-01-03", "One", "FUND", quantity=3, price="10.01", fee="0.1")
    keeper.add("buy", "2024-02-03", "One", "FUND", quantity=7, price="11.07")
    keeper.add("sell", "2024-03-03", "One", "FUND", quantity=4, price=12)
    keeper.add("buy", "2024-04-03", "One", "FUND", quantity="1.333333", price=9)
    keeper.add("sell", "2024-05-03", "One", "FUND", quantity="0.777", price="12.5")
    keeper.add("transfer", "2024-06-01", "One", "FUND", quantity=2, to_account="Two")
    keeper.add("split", "2024-06-02", "", "FUND", ratio="7:2")
    keeper.observe("One", "FUND", "15.9471655", "2024-06-30")
    assert check_beancount(keeper.book(walks=True)) == 1
    keeper.close()


def test_a_part_of_the_book_balances(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    for name in ("One", "Two"):
        keeper.account(name)
    keeper.asset("ACME")
    keeper.add("deposit", "2025-01-02", "One", "EUR", quantity=100)
    keeper.add("buy", "2025-01-03", "One", "ACME", quantity=4, price=10)
    keeper.add("transfer", "2025-01-04", "One", "ACME", quantity=3, to_account="Two")
    book = keeper.book(walks=True)
    wanted = {keeper.holding_id("Two", "ACME")}
    text = "".join(beancount.write(make_journal(book, LAST, wanted)))
    assert not loader.load_string(text)[1]
    assert '  Assets:Two:ACME  3 ACME {10.00 EUR, 2025-01-03, "t2"}' in text
    assert "  Equity:Elsewhere  -30.00 EUR" in text
    assert "Assets:One" not in text
    keeper.close()


def test_no_more_than_some_days_are_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries are kept as they are made; a split of what nobody holds comes first of its day."""
    keeper = Bookkeeper(tmp_path / "book.db")
    for name in ("One", "Two"):
        keeper.account(name)
    keeper.asset("ACME")
    keeper.asset("NONE")
    keeper.add("transfer_out", "2025-01-01", "One", "EUR", quantity=50)
    for number in range(2, 8):
        keeper.add("buy", f"2025-01-{number:02}", "One", "ACME", quantity=number, price=10)
        keeper.add("deposit", f"2025-01-{number:02}", "Two", "EUR", quantity=number)
        keeper.observe("Two", "EUR", (number + 2) * (number - 1) // 2, f"2025-01-{number:02}")
    keeper.add("split", "2025-01-05", "", "NONE", ratio="2:1")
    whole = journal_of(keeper.book(walks=True))
    kept: list[int] = []
    add = KeptEntries.add
    monkeypatch.setattr(KeptEntries, "add", lambda s, some: kept.append(len(some)) or add(s, some))
    monkeypatch.setattr("folio.book.journal._AT_ONCE", 3)
    by_days = journal_of(keeper.book(walks=True))
    assert list(by_days.entries) == list(whole.entries) == list(whole.entries)
    assert next(entry.kind for entry in whole.entries if entry.day == "2025-01-05") == "split"
    assert by_days[:3] == whole[:3]
    assert by_days[4:] == whole[4:]
    assert (max(kept), sum(kept)) == (4, 13)  # two days, and all but the split
    assert [one.ledger == one.balance for one in whole.seen] == [True] * 6
    keeper.close()


SAMPLES = sorted(path.parent for path in (ROOT / "tests/importers").glob("*/expected.json"))


@pytest.mark.skipif(not SAMPLES, reason="no samples")
def test_the_books_of_all_sample_statements(tmp_path: Path) -> None:
    """Every sample statement, each in a book of its own, and the example book."""
    for folder in SAMPLES:
        (tmp_path / folder.name).mkdir()
        db = statement_book(tmp_path / folder.name)
        load(db, folder / "sample.csv")
        _in_every_program(Book(db, walks=True))
        db.close()
    db = make_example(tmp_path / "example.db", WHO, PROFILES)
    _in_every_program(Book(db, walks=True))
    db.close()


def _in_every_program(book: Book) -> int:
    """Compare it in each; returns how many balances are asserted."""
    balances = check_beancount(book)
    if HLEDGER:
        check_hledger(book)
    if LEDGER:
        check_ledger(book)
    return balances
