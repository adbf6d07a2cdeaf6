"""Names that a shell or UTF-8 does not take as they stand: of files, accounts and assets."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from folio.cli import app as door
from folio.model.shell_words import shell_word

ODD = 'Bob\'s "$HOME" `x` \\ *'  # an account that needs every quote there is


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")


@pytest.mark.skipif(not shutil.which("bash"), reason="asks bash")
@pytest.mark.parametrize("word", [ODD, "", "plain", "caf\udce9.csv", "a\u202eb\n'c\\", "naïve"])
def test_bash_reads_a_word_as_it_was(word: str) -> None:
    read = subprocess.run(["bash", "-c", f"printf %s {shell_word(word)}"], stdout=subprocess.PIPE)
    assert read.stdout == os.fsencode(word)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file systems want Unicode")
@pytest.mark.usefixtures("_elsewhere")
def test_a_file_may_be_named_in_bytes_that_are_no_utf_8(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLIO_DB", "b\udce9/caf\udce9.db")
    Path("p\udce9.csv").write_text("date,asset,quote,price\n2025-01-01,USD,EUR,0.9\n", "utf-8")
    Path("s\udce9.csv").write_text("a,b\n1,2\n", "utf-8")
    for words in (
        ["init"],
        ["price", "import", "p\udce9.csv"],
        ["export", "json", "-o", "e\udce9.json"],
        ["--db", "2\udce9.db", "init", "--from", "e\udce9.json"],
        ["backup", "kept\udce9"],
        ["verify"],
        ["doctor"],
    ):
        assert door.run(words) == 0, capsys.readouterr().err
    (packed,) = Path("kept\udce9").iterdir()
    assert door.run(["restore", str(packed), "--to", "3\udce9.db"]) == 0
    capsys.readouterr()
    assert door.run(["sql", "SELECT command FROM commits", "-O", "csv"]) == 0
    assert "$'p\\xe9.csv'" in capsys.readouterr().out
    assert door.run(["import", "s\udce9.csv"]) == 1
    assert "folio import --map $'s\\xe9.csv'" in capsys.readouterr().err
    assert door.run(["account", "add", "A", "--type", "checking"]) == 0
    assert door.run(["add-tx", "deposit", "1", "EUR", "--account", "A", "--note", "n\udce9"]) == 2
    assert "$'n\\xe9' has bytes that are no UTF-8" in capsys.readouterr().err


@pytest.mark.usefixtures("_elsewhere")
def test_a_command_that_is_named_can_be_pasted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refusal names the command that ends it; run as a shell reads it, it does."""
    monkeypatch.setenv("FOLIO_DB", "book.db")
    assert door.run(["init"]) == 0
    for bank in ("A's $1", "Other"):
        assert door.run(["institution", "add", bank]) == 0
        made = ["account", "add", ODD, "--institution", bank, "--type", "brokerage"]
        assert door.run(made) == 0
    where = f"A's $1/{ODD}"
    assert door.run(["account", "set", where, "--status", "frozen"]) == 0
    deposit = ["add-tx", "deposit", "1", "EUR", "--account", where]
    for refused, marker in (
        (deposit, "thaw it with: "),
        (["report", "--group", ODD], "add it with: "),
    ):
        capsys.readouterr()
        assert door.run(refused) == 1
        said = capsys.readouterr().err.split(marker)[1]
        assert door.run(shlex.split(said)[1:]) == 0, said
        assert door.run(refused) == 0


@pytest.mark.usefixtures("_elsewhere")
def test_a_share_whose_symbol_is_a_number_is_no_quantity(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Tokyo, Hong Kong and Seoul shares are called so; the coin 1INCH begins with a digit."""
    monkeypatch.setenv("FOLIO_DB", "book.db")
    bought = ["--account", "SBI", "--on", "2025-06-02"]
    for words in (
        ["init", "--currency", "JPY"],
        ["account", "add", "SBI", "--type", "brokerage"],
        ["asset", "add", "7203", "--type", "stock", "--market", "XTKS"],
        ["asset", "add", "1INCH", "--type", "crypto"],
        ["add-tx", "buy", "100", "7203", "--price", "5000", *bought],
        ["add-tx", "buy", "1INCH", "40", "--price", "50", *bought],
        ["add-tx", "split", "7203", "--ratio", "5:1"],
        ["add-tx", "split", "7203:XTKS", "--ratio", "1:2"],
        ["add-tx", "dividend", "7203", "--amount", "2500", "--account", "SBI"],
        ["add-tx", "dividend", "7203:XTKS", "--amount", "2600", "--account", "SBI"],
    ):
        assert door.run(words) == 0, capsys.readouterr().err
    assert door.run(["add-tx", "sell", "1e3", "7203", "--price", "1", "--account", "SBI"]) == 2
    capsys.readouterr()
    assert door.run(["sql", "SELECT asset, quantity FROM v1_holdings", "-O", "csv"]) == 0
    assert "7203:XTKS,250" in capsys.readouterr().out
    assert door.run(["report", "income", "-O", "json"]) == 0
    assert '"gross": "5100"' in capsys.readouterr().out
