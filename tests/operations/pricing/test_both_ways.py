"""Both directions of a rate, of one day: what contradicts is told, and by a command settled.

By hand: 1 USD at 0.9 EUR makes 1 EUR 1 / 0.9 = 1.1111… USD.
"""

import json
import shlex
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.both_ways import contradictions
from folio.cli.app import run
from folio.operations.pricing.prices_by_hand import undo_price

Output = pytest.CaptureFixture[str]
TOLD = (
    "on 2025-06-30 1 EUR is 0.9 USD, and 1 USD is 0.9 EUR, which makes 1 EUR 1.11111 USD: "
    "each counts in its own direction"
)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> Output:
    monkeypatch.setenv("FOLIO_DB", str(tmp_path / "book.db"))
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    for line in ("init --currency EUR", "price add USD 0.9"):
        assert run(shlex.split(line)) == 0
    capsys.readouterr()
    return capsys


def findings(capsys: Output, *words: str) -> list[dict[str, str]]:
    run(["status", *words, "-O", "json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    return [row for row in rows if row["kind"] == "prices contradict"]


def test_a_rate_typed_the_other_way_round_is_told(book: Output) -> None:
    assert run(["price", "add", "EUR", "0.9", "--currency", "USD"]) == 0
    said = book.readouterr().err
    assert f"note: {TOLD}; where that is wrong: folio price undo EUR --on 2025-06-30" in said
    assert run(["price", "add", "EUR", "1.11", "--currency", "USD", "--supersede"]) == 0
    assert "note" not in book.readouterr().err
    assert run(["price", "add", "EUR", "1.3", "--currency", "USD", "--supersede"]) == 0
    assert "1 EUR is 1.3 USD" in book.readouterr().err  # a correction is looked at, too


def test_the_status_lists_it_until_its_own_command_settled_it(book: Output) -> None:
    run(["price", "add", "EUR", "0.9", "--currency", "USD"])
    book.readouterr()
    [found] = findings(book)
    assert found["about"] == "USD and EUR"
    assert found["what"] == (
        "on 2025-06-30 1 USD is 0.9 EUR, and 1 EUR is 0.9 USD, which makes 1 USD 1.11111 EUR: "
        "each counts in its own direction"
    )
    assert findings(book, "--as-of", "2025-06-29") == []
    command, _, _ = found["settle"].partition(", or")
    assert command == "folio price add EUR 1.11111 --currency USD --on 2025-06-30 --supersede"
    assert run(shlex.split(command)[1:]) == 0
    book.readouterr()
    assert findings(book) == []


def test_a_file_that_contradicts_itself_or_the_book_says_so(book: Output, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(
        "date,asset,quote,price\n2025-06-30,EUR,USD,0.9\n"
        "2025-06-27,USD,EUR,0.9\n2025-06-27,EUR,USD,1.11\n"
        "2025-06-26,USD,EUR,0.9\n2025-06-26,EUR,USD,1.3\n"
    )
    assert run(["price", "import", str(file)]) == 0
    said = book.readouterr().err
    assert TOLD in said
    assert "on 2025-06-26 1 EUR is 1.3 USD, and 1 USD is 0.9 EUR" in said
    assert said.count("note:") == 2
    [found] = findings(book)
    assert "on 2025-06-30" in found["what"]
    assert found["what"].endswith("; and so on 1 more day")


def test_one_that_was_taken_back_contradicts_nothing(keeper: Bookkeeper) -> None:
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-06-30", "0.9")
    keeper.price("EUR", "2025-06-30", "0.5", "USD")
    [[found]] = contradictions(keeper.book(), day("2025-06-30"))
    assert (found.asset.key, found.price, found.inverse) == ("USD", Decimal("0.9"), Decimal("0.5"))
    assert not list(contradictions(keeper.book(), day("2025-06-29")))
    keeper.do(undo_price, "EUR", day("2025-06-30"), currency="USD")
    assert not list(contradictions(keeper.book(), day("2025-06-30")))


def test_the_price_of_a_trade_is_no_statement_of_the_rate(keeper: Bookkeeper) -> None:
    """What was paid for the dollars of one swap: 1 USD for 2 EUR, which nobody calls a rate."""
    keeper.account("Bank")
    keeper.add("deposit", "2025-06-01", "Bank", "EUR", quantity=100)
    keeper.price("EUR", "2025-06-30", "1.1", "USD")
    keeper.add("swap", "2025-06-30", "Bank", "EUR", quantity=20, to_asset="USD", to_quantity=10)
    assert not list(contradictions(keeper.book(), day("2025-06-30")))


def test_rates_of_the_ecb_say_which_contradict_and_which_are_none(
    book: Output, tmp_path: Path
) -> None:
    """1 EUR at 1.5 USD beside 1 USD at 0.9 EUR; two cells of three are no rates."""
    file = tmp_path / "eurofxref.csv"
    file.write_text("Date,USD\n2025-06-30,1.5\n")
    assert run(["price", "import", str(file), "--ecb"]) == 0
    assert "on 2025-06-30 1 EUR is 1.5 USD, and 1 USD is 0.9 EUR" in book.readouterr().err
    file.write_text("Date,USD\n2025-06-30,many\n2025-06-27,1.1\nyesterday,1.2\n")
    assert run(["price", "import", str(file), "--ecb"]) == 1
    assert book.readouterr().err == (
        "folio: 2 of 3 rates cannot be recorded, so none was:\n"
        "  USD on 2025-06-30: 'many' is no price\n"
        "  USD on yesterday: 'yesterday' is no date\n"
    )
    file.write_text("Date,USD\n2025-06-30,1.6\n")
    assert run(["price", "import", str(file), "--ecb"]) == 1
    said = book.readouterr().err
    assert said.startswith("folio: 1 of 1 rates cannot be recorded, so none was:\n  EUR on ")
    assert "correct it with --supersede" in said
