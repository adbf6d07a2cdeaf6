"""Two assets of one symbol: wherever one is named it is told from the other, as it can be typed."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from folio.cli.app import run

Output = pytest.CaptureFixture[str]

BOOK = """
init --currency EUR
account add Broker --cash
account add Wallet
asset add ATOM --type crypto
asset add ATOM --type stock
asset add ATOM:XNAS --type etf
asset add LONE --type stock
add-tx deposit 100 EUR --account Broker --on 2025-01-01
add-tx buy 3 ATOM:stock --price 3 --account Broker --on 2025-01-02
add-tx buy 2 ATOM:crypto --price 4 --account Broker --on 2025-01-02
add-tx buy 2 ATOM:XNAS --price 5 --account Broker --on 2025-01-02
add-tx buy 1 LONE --price 5 --account Broker --on 2025-01-02
add-tx sell 1 ATOM:stock --price 4 --account Broker --on 2025-02-03
add-tx dividend ATOM:stock --amount 1 --account Broker --on 2025-02-04
add-tx transfer_out 1 ATOM:crypto --account Broker --on 2025-05-01
observe Wallet ATOM:crypto 5 --on 2025-05-31
observe Broker ATOM:XNAS 3 --on 2025-05-31
yield set Wallet ATOM:crypto 3%
group add Coins
group tag Coins --account Wallet --asset ATOM:crypto
vault add Car --target 100
vault fill Car --account Broker --asset ATOM:stock
"""
LISTINGS = """
report
report gains --period all
report income --period all
report lots
report vaults
report allocation --by asset
register
status
reconcile
transfers
coverage
lots
what-if sell 1 ATOM:stock
changes --since 2025-01-31
price list
price history
price missing
price sources
holding list
group list
yield list
yield payments
accrue --dry-run
vault list
explain value
explain gain ATOM:stock
""".strip().splitlines()
BARE = re.compile(r"\bATOM\b(?!:(stock|crypto|XNAS)\b)")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(tmp_path_factory.mktemp("namesakes") / "book.db"))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        for line in BOOK.strip().splitlines():
            assert run(shlex.split(line)) == 0, line
        yield


@pytest.mark.parametrize("line", LISTINGS)
@pytest.mark.parametrize("output", ["table", "csv", "json", "html"])
def test_no_listing_names_one_as_both_are_called(
    book: None, capsys: Output, line: str, output: str
) -> None:
    run([*shlex.split(line), "-O", output])
    said = re.sub(r'"command": .*', "", capsys.readouterr().out)  # as its user typed it
    assert said
    assert not BARE.search(said)


def test_a_name_that_is_shown_can_be_typed(book: None, capsys: Output) -> None:
    run(["report", "holdings", "-O", "json"])
    shown = [row["asset"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert {"ATOM:stock", "ATOM:crypto", "ATOM:XNAS", "LONE"} <= set(shown)
    for name in shown:
        for line in (["report", "holdings", "--asset", name], ["lots", name]):
            assert run([*line, "-O", "json"]) == 0
            rows = json.loads(capsys.readouterr().out)["rows"]
            assert {row["asset"] for row in rows} == {name}
        capsys.readouterr()


def test_a_symbol_that_means_several_lists_what_can_be_typed(book: None, capsys: Output) -> None:
    assert run(["add-tx", "buy", "1", "ATOM", "--price", "3", "--account", "Broker"]) == 2
    assert capsys.readouterr().err == (
        "folio: several assets are called ATOM: ATOM:crypto, ATOM:stock, ATOM:XNAS (etf); "
        "say one of these\n"
    )


def test_once_merged_the_one_that_is_left_has_its_symbol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("FOLIO_DB", str(tmp_path / "book.db"))
    for line in """
init --currency EUR
account add Broker
asset add ATOM --type crypto
asset add ATOM --type other
add-tx deposit 2 ATOM:other --cost 4 --account Broker --on 2025-01-02
asset merge ATOM:other ATOM:crypto
""".strip().splitlines():
        assert run(shlex.split(line)) == 0, line
    capsys.readouterr()

    def held() -> list[str]:
        run(["report", "holdings", "-O", "json"])
        return [row["asset"] for row in json.loads(capsys.readouterr().out)["rows"]]

    assert held() == ["ATOM"]
    assert run(["asset", "merge", "ATOM:other", "--undo"]) == 0
    capsys.readouterr()
    assert held() == ["ATOM:other"]
