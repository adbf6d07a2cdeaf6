"""``folio price fetch`` as it is typed: exit codes, what is printed where, what is configured."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from folio.cli.app import run
from quotes_server import Reply, Server, serving

RATES = b"Date,USD,\n2025-06-30,1.1720,\n2025-06-27,1.1704,\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(autouse=True)
def _book(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "FOLIO_DB": str(tmp_path / "book.db"),
        "FOLIO_TODAY": "2025-06-30",
        "FOLIO_ECB_URL": server.url,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    assert run(["init", "--currency", "EUR"]) == 0
    assert run(["account", "add", "Bank", "--type", "checking"]) == 0
    assert run(["add-tx", "deposit", "100", "USD", "--account", "bank", "--on", "2025-06-26"]) == 0
    capfd.readouterr()


def test_who_is_busy_answers_in_the_end(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    busy = Reply(status=429, headers=(("Retry-After", "0"),))
    server.says("/eurofxref-hist-90d.xml", busy, Reply(RATES))
    assert run(["price", "fetch", "-O", "json"]) == 0
    printed = capfd.readouterr()
    assert printed.err == "1 asked for: 2 recorded, 0 there\n"  # and no bar: it is no terminal
    (row,) = json.loads(printed.out)["rows"]
    assert (row["asset"], row["recorded"], row["state"]) == ("USD", "2", "recorded")
    assert len(server.asked) == 2
    assert run(["price", "fetch"]) == 0
    assert "nothing is asked: every last close is there already" in capfd.readouterr().out
    assert run(["report", "holdings", "-O", "json"]) == 0
    page = json.loads(capfd.readouterr().out)
    assert page["totals"]["value"] == "85.32"  # 100 / 1.1720


def test_a_dry_run_asks_nobody(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["price", "fetch", "--dry-run", "-O", "csv"]) == 0
    assert (
        capfd.readouterr().out.splitlines()[1] == "USD,ecb,USD,2025-06-26,2025-06-30,would be asked"
    )
    assert server.asked == []


def test_findings_are_exit_code_3(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    page = Reply(b"<!DOCTYPE html><title>Maintenance</title>")
    for name in ("eurofxref-hist-90d.xml", "eurofxref-hist.zip"):
        server.says(f"/{name}", page)
    assert run(["price", "fetch"]) == 3
    printed = capfd.readouterr()
    assert printed.err == "1 asked for: 0 recorded, 0 there; findings: USD\n"
    assert "USD: 127.0.0.1" in printed.out
    assert run(["status"]) == 3
    assert "answered with a web page in place of prices" in capfd.readouterr().out


def test_the_whole_history_of_the_ecb(capfd: pytest.CaptureFixture[str]) -> None:
    """One USD was 1/1.1789 EUR on 4 January 1999."""
    package = pytest.importorskip("currency_converter")
    file = str(Path(package.__file__).parent / "eurofxref-hist.zip")
    assert run(["price", "import", "--ecb", file, "--dry-run"]) == 1  # its days go beyond today
    assert "is yet to come" in capfd.readouterr().err
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_TODAY", "2040-01-01")
        assert run(["price", "import", "--ecb", file]) == 0
        assert run(["price", "import", "--ecb", file]) == 0
    first, again = capfd.readouterr().err.splitlines()
    assert first.endswith("already there")
    assert ": 0 recorded" in again
    assert run(["price", "list", "EUR", "--as-of", "1999-01-04", "-O", "json"]) == 0
    (row,) = json.loads(capfd.readouterr().out)["rows"]
    assert (row["price"], row["quote"]) == ("1.1789", "USD")


def test_a_project_names_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOLIO_CONFIG", str(tmp_path / "own.toml"))
    (tmp_path / "folio.toml").write_text(
        "ecb_url = 'https://example.org'\n[price_commands]\nx = ['touch', 'gone']\n", "utf-8"
    )
    assert run(["asset", "set", "USD", "--price-source", "command:x"]) == 0
    assert run(["price", "fetch"]) == 3
    printed = capfd.readouterr()
    assert "a project's file may not say 'price_commands.x'" in printed.err
    assert "your configuration has no command x" in printed.out
    assert not (tmp_path / "gone").exists()
    own = "[price_commands]\nx = ['echo', 'date,asset,quote,price']\n"
    (tmp_path / "own.toml").write_text(own, "utf-8")
    assert run(["price", "fetch"]) == 0
    monkeypatch.setenv("FOLIO_ECB_URL", "http://example.org")
    assert run(["price", "fetch", "--no-cache"]) == 1
    assert "it must start with https" in capfd.readouterr().err
