"""What folio refuses: the sentence, the exit code, and the book byte for byte as it was.

The sessions errors.md and refusals.md say most; here are those that stand in no session.
"""

import errno
import gc
import json
import os
import shlex
import socket
import warnings
from pathlib import Path

import pytest

from folio.cli.app import run

Output = pytest.CaptureFixture[str]

BOOK = """
init --currency EUR
account add Broker --cash
account add Wallet
account add Bank --institution House
asset add ACME --type stock
asset add OTHER --type stock
asset add THIRD --type stock
group add Growth
vault add Car --target 100
add-tx buy 10 ACME --price 5 --account Broker --on 2025-01-02
observe Broker ACME 12 --on 2025-02-03
observe Wallet OTHER 4 --on 2025-02-03
observe Wallet THIRD 4 --on 2025-02-03
observe Broker ACME 9 --on 2025-04-03
asset set THIRD --market XNAS
""".strip().splitlines()
REFUSED = {
    "report --institution Hose": (
        1, "there is no institution 'Hose' (did you mean House?); see: folio institution list"),
    "institution rename Nowhere Somewhere": (
        1, "there is no institution 'Nowhere'; add it with: folio institution add Nowhere"),
    "institution rename House Broker": (
        1, "the name 'Broker' is taken already; choose another"),
    "account set Broker": (
        2, "nothing to change; say lot_method METHOD, --status, --currency, --cash, --rename "
        "or --note"),
    "account add House/Two --institution-type broker": (
        2, "House is of type other already; leave --institution-type out"),
    "price add EUR 1": (
        2, "a price of EUR in itself is always 1; say another --currency"),
    "add-tx deposit 1 ACME --cost 5 --account Wallet --on 2025-05-01 --acquired-on 2025-06-01": (
        2, "acquired on 2025-06-01 is after the transaction's day"),
    "add-tx deposit 1 ACME --account Wallet --on 2025-05-01 --at 2025-05-03T10:00": (
        2, "on 2025-05-01 and at 2025-05-03T10:00, which is on 2025-05-03, are not the same day; "
        "say one of them"),
    "reconcile answer 1 growth": (
        2, "nothing was observed before 2025-02-03, so nothing can have grown; answer opening, "
        "flow or unknown"),
    "backup x --recipient age1xyz": (
        2, "'age1xyz' is no recipient of age (age1…, ssh-ed25519 …): invalid Bech32 encoding"),
    "asset set ACME": (
        2, "nothing to change; say --type, --isin, --market, --precision, --quote-unit, --name, or "
        "--price-source, --price-symbol, --price-type, --price-quote"),
    "asset set ACME --isin IE00B3RBWM2": (
        2, "'IE00B3RBWM2' is no ISIN, such as IE00BK5BQT80; its last digit checks the others"),
    "asset add THIRD --type stock": (
        1, "one of the assets was recorded as 'THIRD', whatever it is called now; choose another "
        "name"),
    "add-tx": (2, "say what happened, such as: folio add-tx buy 10 VWCE --price 118.20"),
    "add-tx buy 1 ACME --batch rows.csv": (
        2, "a batch says everything in its rows; leave out the other words"),
    "add-tx buy 1 ACME --price 5 --account Broker --on 1850-01-01": (
        2, "1850-01-01 is not between 1900 and 2200"),
    "add-tx spin_off 1 OTHER --related-asset ACME --cost-share 2 --account Broker": (
        2, "cost share 2 is not between 0 and 1 (or 0% and 100%)"),
    "add-tx swap 1 ACME --account Broker --to-asset OTHER --to-quantity 0": (
        2, "to quantity 0 moves nothing; say how many units came in"),
    "add-tx swap 1 ACME --account Broker --to-asset OTHER": (
        2, "swap needs --to-quantity and --to-asset: what came in for it"),
    "add-tx merger 10 ACME --to-asset OTHER --account Broker": (
        2, "merger needs --to-asset and --to-quantity together"),
    "add-tx merger 10 ACME --account Broker": (
        2, "merger needs --to-asset and --to-quantity, or --amount"),
    "add-tx fee --amount 0 --account Broker": (
        2, "amount 0 moves nothing; say how much, or leave it out"),
    "add-tx split ACME --ratio 2:1 --amount 0 --account Broker": (
        2, "amount 0 moves nothing; say how much, or leave it out"),
    "add-tx split --ratio 2:1": (2, "split needs an asset"),
    "amend 1": (1, "nothing to change; say what, such as --price 118.30"),
    "observe Broker ACME": (2, "say the account, the asset and the balance, or --batch FILE"),
    "holding hide Broker OTHER": (
        1, "Broker has never held OTHER; see: folio holding list, or add it with: folio holding "
        "add Broker OTHER"),
    "group tag Nowhere --account Broker": (
        1, "there is no group 'Nowhere'; add it with: folio group add Nowhere"),
    "import undo 7": (1, "there is no import 7; see: folio import list"),
    "reconcile undo 1": (1, "gap 1 has no answer to take back; see: folio reconcile --all"),
    "reconcile answer 2 opening --acquired-on 2025-02-28": (
        2, "acquired on 2025-02-28 is after the opening's day, 2025-02-02"),
    "reconcile answer 4 flow --on 2025-03-03 --cost 4": (
        2, "what went out has no cost of its own; leave --cost out"),
    "sql ';'": (2, "there is no question; such as: folio sql 'SELECT * FROM v1_holdings'"),
    "what-if sell 0 ACME": (2, "quantity 0 is nothing to sell; say how many units"),
    "what-if sell 1 EUR": (1, "EUR is a currency; what is exchanged is a swap"),
    "explain gain --sell 1": (
        2, "say which asset: folio explain gain ASSET --sell QUANTITY"),
    "explain --since 2025-01-01 -O json": (
        2, "--since is of a figure: folio explain FIGURE --since …; which there are: folio "
        "explain"),
    "explain flow 2025 --period 2025": (2, "say the period once: '2025' or --period"),
    "explain own-cost": (
        2, "say which lot: folio explain own-cost --lot N; see: folio report lots"),
    "explain unexplained": (1, "say of which asset: folio explain unexplained ASSET"),
    "explain drift": (
        1, "say of which asset: folio explain drift ASSET; see: folio reconcile"),
    "explain drift --account Broker --asset THIRD": (
        1, "nothing is known of that by 2025-06-30; see: folio coverage"),
    "config set nosuch 5": (2, "'nosuch' is no setting; see: folio config list"),
    "config set status active": (2, "'status' is no setting; see: folio config list"),
    "config set stale_days 3 --from 2025-01-01": (2, "stale_days holds always; leave out --from"),
    "import rows.csv --profile generic --set decimal=dot": (
        2, "'dot' is no decimal sign; say one of: point, comma"),
    "import rows.csv --profile generic --set date=x": (
        2, "the date format 'x' needs a year, a month and a day"),
    "import rows.csv --map --name z --kind foo=bar": (
        2, "'foo' cannot be 'bar'; it can be sell, buy, dividend, coupon, interest, fee, tax, "
        "deposit, withdraw, split, reward, transfer, transfer_in, transfer_out, reinvest, opening, "
        "unknown, skip"),
    "import rows.csv --map --name z --set cash=5": (2, "'5' is not yes or no: --set cash=no"),
    "import activities.json": (
        1, "activities.json has no list of activities; export it from Ghostfolio again"),
    "import ledger.beancount": (
        1, "ledger.beancount would run the program 'os' as a plugin, and nothing was recorded; if "
        "you trust it, allow it: FOLIO_PLUGINS=os folio import …"),
}  # fmt: skip
FILES = {
    "rows.csv": "date,kind,account,asset,quantity,price,currency\n"
    "2025-01-02,buy,Broker,ACME,1,5,EUR\n",
    "activities.json": '{"meta": {}, "activities": 5}',
    "ledger.beancount": 'plugin "os"\n2025-01-01 open Assets:A\n',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refusals")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(made / "book.db"))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        for line in BOOK:
            assert run(shlex.split(line)) == 0, line
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    return made


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FOLIO_DB", "book.db")
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    monkeypatch.setenv("FOLIO_CONFIG", "")
    capsys.readouterr()


@pytest.mark.parametrize("line", REFUSED)
def test_it_is_refused_in_a_sentence(folder: Path, capsys: Output, line: str) -> None:
    code, sentence = REFUSED[line]
    before = (folder / "book.db").read_bytes()
    assert run(shlex.split(line)) == code
    assert capsys.readouterr().err == f"folio: {sentence}\n"
    assert (folder / "book.db").read_bytes() == before
    assert not [name for name in os.listdir(folder) if name.startswith("book.db-")]


def test_a_setting_that_only_its_user_can_change_is_left_to_him(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """A table in one line: a second one of its name would be no TOML."""
    file = tmp_path / "folio.toml"
    file.write_text('columns = {report = ["asset"]}\n', "utf-8")
    monkeypatch.setenv("FOLIO_CONFIG", str(file))
    assert run(["config", "set", "columns.report", "account", "--user"]) == 1
    said = capsys.readouterr().err
    assert said == (
        f"folio: {file} says 'columns.report' in a way that only you can change; edit it\n"
    )
    assert file.read_text("utf-8") == 'columns = {report = ["asset"]}\n'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff", "it is not UTF-8"),
        (b"color\n", "Expected '=' after a key in a key/value pair (at line 1, column 6)"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, content: bytes, why: str
) -> None:
    file = tmp_path / "folio.toml"
    file.write_bytes(content)
    monkeypatch.setenv("FOLIO_CONFIG", str(file))
    assert run(["config", "set", "color", "never", "--user"]) == 1
    assert f"folio: {file} cannot be read: {why}\n" in capsys.readouterr().err
    assert file.read_bytes() == content


def test_a_configuration_that_is_a_folder_is_told_in_the_words_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("FOLIO_CONFIG", str(tmp_path))
    assert run(["config", "set", "color", "never", "--user"]) == 1
    assert capsys.readouterr().err.endswith("cannot be read: is a directory\n")


def test_a_row_of_a_batch_says_what_it_lacks(folder: Path, capsys: Output) -> None:
    row = {"kind": "merger", "asset": "ACME", "quantity": "1"}
    text = json.dumps(row | {"to_asset": "OTHER", "to_quantity": "1"})
    (folder / "rows.ndjson").write_text(f"{text}\n", "utf-8")
    before = (folder / "book.db").read_bytes()
    assert run(["add-tx", "--batch", "rows.ndjson"]) == 1
    assert capsys.readouterr().err == (
        "folio: 1 of 1 rows cannot be recorded, so none was:\n  line 1: merger needs --account\n"
    )
    assert (folder / "book.db").read_bytes() == before


@pytest.mark.parametrize("line", ["add-tx deposit 5 EUR --account Broker", "import rows.csv"])
def test_what_is_stopped_says_that_nothing_is_half_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, line: str
) -> None:
    """Ctrl-C when all but the last step is done."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("folio.operations.recording.Recording.finish", interrupted)
    before = (folder / "book.db").read_bytes()
    assert run(shlex.split(line)) == 130
    said = capsys.readouterr().err
    assert said.endswith("\nfolio: stopped; what was under way is undone\n")
    assert (folder / "book.db").read_bytes() == before
    assert not [name for name in os.listdir(folder) if name.startswith("book.db-")]


@pytest.fixture
def datasette() -> None:
    """It leaves a connection open when it is loaded."""
    with warnings.catch_warnings(action="ignore"):
        import folio.cli.web.site  # noqa: F401

        gc.collect()


@pytest.mark.usefixtures("datasette")
@pytest.mark.parametrize(
    ("at", "number", "said"),
    [
        ("getaddrinfo", socket.EAI_NONAME,
         "there is no host 'there': no such thing; leave out --host for this machine"),
        ("socket.bind", errno.EADDRINUSE,
         "there port 80: no such thing; leave out --port for a free one"),
        ("socket.bind", errno.EADDRNOTAVAIL,
         "there port 80: no such thing; leave out --host for this machine"),
    ],
)  # fmt: skip
def test_where_a_page_cannot_be_served(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, at: str, number: int, said: str
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, "No such thing")

    there = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
    monkeypatch.setattr(f"socket.{at}", refused if "." in at else lambda *_, **__: refused())
    assert run("web --no-open --host there --port 80".split()) == 1
    assert capsys.readouterr() == ("", f"folio: {said}\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["one", "two"], "the two passphrases differ; begin again"),
        ([""], "an empty passphrase keeps nothing secret"),
    ],
)
def test_a_passphrase_that_is_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, typed: list[str], said: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: typed.pop(0))
    assert run(["backup", "kept", "--passphrase"]) == 2
    assert capsys.readouterr().err == f"folio: {said}\n"
    assert not (folder / "kept").exists()


def test_what_is_too_long_for_one_batch(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("folio.cli.inputs.MAX_BYTES", 9)
    before = (folder / "book.db").read_bytes()
    assert run(["add-tx", "--batch", "rows.csv"]) == 1
    assert capsys.readouterr().err == (
        "folio: rows.csv has more than 9 bytes; record it in parts\n"
    )
    assert (folder / "book.db").read_bytes() == before
