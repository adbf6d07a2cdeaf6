"""What an export has no place for is told line by line."""

from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.cli.app import run as folio
from folio.db.file.migrations import SCHEMA_FILE
from folio.operations.keeping.left_out import left_out

ARRANGED = (
    "vault add House --target 40000",
    "vault add Car --target 9000",
    "vault close Car",
    "group add safe",
    "yield set Here EUR 3.5% --pay monthly --from 2025-01-01",
    "yield set Here USD 1% --pay monthly --from 2025-01-01",
    "yield stop Here USD --on 2025-02-01",
    "account set Here lot_method hifo",
    "account set There --status closed --on 2025-06-30",
    "account set Here --note mine",
    "account set Here --currency EUR",
    "holding hide Here ACME",
    "holding deactivate Here COIN",
    "asset merge OLD ACME",
    "undo 4",
    "amend 2 --price 11",
    "reconcile answer 1 unknown",
    "transfers answer 5 left-control",
    "price add ACME 12 --on 2025-03-01 --reason typed --supersede",
    "lock through 2025-01-31",
    "lock through 2025-02-28",
)
TOLD = [
    "1 × vault: its target and what fills it",
    "1 × group: its members",
    "1 × yield rule: what holdings earn from now on",
    "the lock on the days up to 2025-02-28",
    "1 × lot method: sales of days to come go by",
    "1 × account: closed or frozen, which stays open",
    "1 × holding: hidden, which is shown",
    "1 × holding: inactive, which counts in totals",
    "1 × setting: currency",
    "1 × asset: merged into another, whose name it has",
    "2 × transaction: undone or amended since",
    "1 × answer: that nobody knows what a gap was",
    "1 × answer: what became of a transfer of which one side is known",
    "1 × time of day: when something happened on its day",
    "1 × price: its range, volume or reason",
    "1 × note: on something else than a transaction",
]


def test_what_a_journal_has_no_place_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    for name in ("Here", "There"):
        keeper.account(name)
    for symbol in ("ACME", "OLD", "COIN"):
        keeper.asset(symbol)
    keeper.add("deposit", "2025-01-02", "Here", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-03", "Here", "ACME", quantity=2, price=10, at="2025-01-03T10:00:00Z")
    keeper.add("buy", "2025-01-03", "Here", "COIN", quantity=2, price=10)
    keeper.add("deposit", "2025-01-04", "Here", "USD", quantity=5)
    keeper.add("transfer_out", "2025-01-05", "Here", "EUR", quantity=7)
    for on, balance in (("2025-01-05", 953), ("2025-01-09", 950)):
        keeper.observe("Here", "EUR", balance, on)
    journals = ("beancount", "hledger", "ledger")
    assert not left_out(keeper.book(), times=False)
    keeper.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLIO_DB", "book.db")
    for line in ARRANGED:
        assert folio(line.split()) == 0, line + capsys.readouterr().err
    capsys.readouterr()
    lines = [f"folio: left out: {line}" for line in TOLD]
    whole = "folio: what is left out stands in: folio export json"
    for program in journals:
        assert folio(["export", program, "-o", f"it.{program}"]) == 0
        said = capsys.readouterr().err.splitlines()
        assert [one for one in said if "left out" in one] == [*lines, whole]
    assert folio(["export", "csv", "-o", "tables"]) == 0  # which have the instants
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == [one for one in lines if "time of day" not in one] + [whole]


# Where each table of facts stands: in a journal's lines, in what is told, or in neither.
HELD = "institutions accounts assets holdings sources transactions postings corporate_actions"
ALSO_HELD = "lot_choices observations prices"
COUNTED = "settings asset_aliases statements transfer_links gap_answers yield_rules locks"
ALSO_COUNTED = "vaults vault_targets vault_shares groups group_members"
OF_STATEMENTS = "statement_rows provenance row_answers event_rows"
OF_THE_BOOK = "commits kinds price_retries lock_entries"  # its own way of being kept


def test_every_table_of_facts_is_held_or_told() -> None:
    """A new one needs a word: what a journal has of it, or a line that says that it has not."""
    facts = SCHEMA_FILE.read_text("utf-8").partition("-- Part 2: DERIVED")[0]
    tables = {line.split()[2] for line in facts.splitlines() if line.startswith("CREATE TABLE ")}
    known = (HELD, ALSO_HELD, COUNTED, ALSO_COUNTED, OF_STATEMENTS, OF_THE_BOOK)
    assert tables == {name for names in known for name in names.split()}
