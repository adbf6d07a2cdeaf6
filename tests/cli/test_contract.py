"""The contract with scripts: what every command that takes ``-O`` prints for programs.

The book has something of everything that may be missing: an asset without a price, one at a stale
price, units of unknown cost, a gap between two balances, a balance that nobody knows, a leg of a
transfer.  The keys are pinned: scripts read them, so one may be added, and none goes.
"""

import csv
import datetime as dt
import io
import json
import re
import shlex
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_group

from folio.cli.app import app, run
from folio.engine.grades import GRADES
from folio.model.numbers import to_text

Output = pytest.CaptureFixture[str]

WHICH = "institution account asset label"
GRADED = "grade reasons"
RULE = f"{WHICH} rule"
AMOUNTS = "expected booked difference"
LOT = (
    f"{WHICH} flag lot acquired_on days_held term quantity unit_cost unit_currency cost"
    f" cost_currency cost_basis value unrealised_gain {GRADED}"
)
EVIDENCE = (
    f"{WHICH} postings first_posting last_posting observations first_observation last_observation"
    f" sources complete_history gaps drift unexplained {GRADED}"
)
HOLDINGS = (
    "institution account asset name type label flag quantity price price_currency price_date age"
    f" value weight cost_basis unrealised_gain gain_percent realised_gain {GRADED}"
)
VAULTS = (
    f"vault current target currency progress target_date monthly projected_date filled_by {GRADED}"
)


PAGE_VAULTS = VAULTS.replace(" projected_date", "")  # the page looks at no year before
GAPS = (
    f"gap {WHICH} from to expected observed drift value {GRADED} answer transaction causes proposal"
    " command"
)
LEGS = (
    "id date kind institution account label asset quantity state with with_date with_account"
    " with_quantity fits candidates why"
)
REGISTER = (
    f"id date at kind {WHICH} quantity price amount currency fee fee_currency tax tax_currency to"
    " linked_to external_id source note reversed"
)


class Prints(NamedTuple):
    """What a command prints: the report's name, the keys of its rows; and how it ends."""

    report: str
    keys: str
    code: int = 0
    children: tuple["Prints", ...] = ()


COMMANDS = {
    "status": Prints("status", "kind about what settle", 3),
    "institution list": Prints("institutions", "institution type accounts"),
    "account list": Prints(
        "accounts",
        "institution account type currency cash lot_method lot_method_since status holdings note",
    ),
    "asset list": Prints("assets", "asset type market isin precision quote_unit name read_as"),
    "holding list": Prints(
        "holding-list", f"{WHICH} quantity first last flags lot_method lot_method_since note"
    ),
    "group list": Prints("groups", "group holdings members"),
    "vault list": Prints("vaults", VAULTS),
    "vault history Car": Prints(
        "vault-history", f"date vault value target progress flow change {GRADED}"
    ),
    "yield list": Prints(
        "yield",
        f"{RULE} rate rate_type day_count pays from_day next_due_on {AMOUNTS} not_booked {GRADED}",
    ),
    "yield payments": Prints(
        "payments", f"{RULE} from_day due_on {AMOUNTS} state transactions {GRADED}"
    ),
    "reconcile list": Prints("reconcile", GAPS, 3),
    "reconcile list --all": Prints("reconcile", GAPS, 3),
    "transfers list": Prints("transfers", LEGS, 3),
    "transfers list --all": Prints("transfers", LEGS, 3),
    "import files rows.csv --profile generic --skip-bad --dry-run": Prints("register", REGISTER),
    "import list": Prints(
        "imports",
        "id recorded_at file profile institution account rows recorded already conflicts held"
        " skipped rejected undone",
    ),
    "import show 1": Prints("import", "line status transactions reason text"),
    "import exclusions": Prints(
        "exclusions", "row recorded_at institution account status transaction text"
    ),
    "profile list": Prints("profiles", "profile institution title"),
    "price fetch --dry-run": Prints("price-fetch", "asset source symbol from until state"),
    "price sources": Prints(
        "price-sources",
        "asset type source symbol price_type quote said_by last_date age failure",
    ),
    "price list": Prints("prices", "asset date price quote age granularity"),
    "price history": Prints(
        "price-history",
        "asset date granularity at source before price quote open high low volume commit"
        " recorded_at user reason command",
    ),
    "price missing": Prints(
        "missing-prices", "asset name type holdings state pair price_date age retry_on reason"
    ),
    "accrue --dry-run": Prints("accrue", f"{RULE} from_day due_on amount transaction {GRADED}"),
    "report page": Prints("holdings", HOLDINGS, 0, (Prints("vaults", PAGE_VAULTS),)),
    "report holdings": Prints("holdings", HOLDINGS),
    "report gains --period all": Prints(
        "gains",
        f"{WHICH} acquired_on disposed_on quantity proceeds cost gain days_held term {GRADED}"
        " transaction lot",
    ),
    "report gains --period all --by year": Prints(
        "gains",
        "year disposals proceeds cost gain short_gain long_gain cash_gain uncovered_proceeds"
        f" {GRADED}",
    ),
    "report income --period all": Prints(
        "income",
        f"institution account asset kind payments last_on gross tax net {GRADED}",
        0,
        (Prints("interest", f"{RULE} payments {AMOUNTS} {GRADED}"),),
    ),
    "report history": Prints(
        "history",
        "date scope scope_name value change flow income cost_basis unrealised_gain realised_gain"
        f" {GRADED}",
    ),
    "report allocation": Prints("allocation", f"type holdings value weight {GRADED}"),
    "report returns": Prints(
        "returns",
        "period from to days start_value flows end_value gain twr twr_per_year money_weighted xirr"
        " modified_dietz asset_part currency_part income max_drawdown drawdown_from drawdown_to"
        " recovered_on volatility benchmark_twr difference benchmark_value grade skipped_days"
        " gap_days reasons",
    ),
    "report vaults": Prints("vaults", VAULTS),
    "report lots": Prints("lots", LOT),
    "report coverage": Prints("coverage", EVIDENCE),
    "register": Prints("register", REGISTER),
    "lots ACME": Prints("lots", LOT),
    "what-if sell 1 ACME": Prints(
        "what-if",
        f"{WHICH} method in_force quantity proceeds cost gain short_gain long_gain"
        f" uncovered_proceeds lots price price_currency price_date {GRADED}",
    ),
    "changes --since 2025-01-01": Prints(
        "changes",
        f"{WHICH} opening knowledge flow gap moved income costs market currency unmeasured closing"
        f" {GRADED}",
    ),
    "coverage": Prints("coverage", EVIDENCE),
    "sql 'SELECT 1 AS one, 2.50 AS two, NULL AS three'": Prints("sql", "one two three"),
    "backup --list .": Prints("backups", "made_at file bytes encrypted schema"),
    "lock list": Prints("locks", "id through recorded_at user entries undone_at"),
    "config list": Prints("settings", "setting of value since until origin"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("contract")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("FOLIO_DB", str(folder / "book.db"))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        patch.setenv("FOLIO_CONFIG", "")
        for line in BOOK.strip().splitlines():
            assert run(shlex.split(line)) == 0, line
        (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
        assert run(["import", "rows.csv", "--profile", "generic", "--skip-bad"]) == 0
        yield folder


ROWS = """\
date,kind,account,asset,quantity,price,currency
2025-05-05,buy,Broker,ACME,1,6,EUR
2025-05-06,buy,Broker,ACME,many,6,EUR
"""
BOOK = """
init --currency EUR --timezone Europe/Berlin
account add Broker --type brokerage --cash --institution House
account add Bank --type savings --cash
account add Later --type savings --cash
asset add ACME --type stock
asset add OLD --type stock
asset add NIX --type stock
group add Growth
group tag Growth --account Broker
add-tx deposit 10000 EUR --account Broker --on 2024-01-02
add-tx buy 10 ACME --price 5 --fee 1 --account Broker --on 2024-01-03
add-tx buy 3 OLD --price 7 --account Broker --on 2024-01-04
add-tx deposit 4 NIX --account Broker --on 2024-01-05
add-tx sell 2 ACME --price 6 --account Broker --on 2024-06-03
add-tx sell 1 NIX --amount 9 --account Broker --on 2024-06-04
add-tx dividend ACME --amount 3 --tax 1 --account Broker --on 2024-07-01
add-tx transfer_out 100 EUR --account Broker --on 2025-06-01
add-tx transfer_in 94 EUR --account Bank --on 2025-06-02
add-tx deposit 1000 EUR --account Bank --on 2024-01-02
price add ACME 6 --on 2025-06-29
price add ACME 5.5 --on 2025-01-01
observe Bank EUR 1000 --on 2024-12-31
observe Bank EUR 1200 --on 2025-03-31
observe Later EUR 500 --on 2025-03-15
observe Broker NIX 5 --on 2024-03-31
observe Broker NIX 3 --on 2025-02-28
yield set Bank EUR 3% --from 2025-01-01
yield set Later EUR 2% --from 2025-03-01
vault add Car --target 1000 --by 2026-01-31
vault fill Car --account Broker --asset NIX --percent 50 --from 2025-01-01
lock 2023
"""


OBJECT = "schema report as_of known_at currency grade reasons rows totals".split()
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+([eE][-+]?\d+)?")
DAYS = frozenset(
    "date from to from_day due_on next_due_on with_date last_on acquired_on disposed_on price_date"
    " retry_on last_date first last first_posting last_posting first_observation last_observation"
    " target_date projected_date drawdown_from drawdown_to recovered_on through since until".split()
)
INSTANTS = frozenset("at recorded_at made_at undone_at".split())
AS_IT_STANDS = frozenset("text value".split())  # of an import's row, and of a setting


def answer_of(line: str, form: str, capsys: Output) -> tuple[int, str]:
    code = run([*shlex.split(line), "-O", form])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("line", COMMANDS)
def test_the_contract_with_scripts(book: Path, capsys: Output, line: str) -> None:
    expected = COMMANDS[line]
    code, text = answer_of(line, "json", capsys)
    assert code == expected.code
    answer = json.loads(text)
    _check(answer, expected)
    children = answer.get("children", [])
    for child, one in zip(children, expected.children, strict=True):
        _check(child, one)
    code, text = answer_of(line, "jsonl", capsys)
    assert code == expected.code
    assert [json.loads(row) for row in text.splitlines()] == answer["rows"]
    code, text = answer_of(line, "csv", capsys)
    header, *rows = csv.reader(io.StringIO(text))
    assert (code, header, len(rows)) == (expected.code, expected.keys.split(), len(answer["rows"]))


def _check(answer: dict[str, Any], expected: Prints) -> None:
    assert [key for key in answer if key != "children"] == OBJECT
    assert (answer["schema"], answer["report"]) == (1, expected.report)
    assert answer["as_of"] in (None, "2025-06-30")
    keys = expected.keys.split()
    for row in answer["rows"]:
        assert list(row) == keys
        for key, cell in row.items():
            _check_cell(key, cell)
    for key, cell in answer["totals"].items():
        _check_cell(key, cell)
    graded = [row for row in answer["rows"] if row.get("grade")]
    assert not graded or graded[0]["grade"] in GRADES
    assert ("grade" in keys) is (answer["grade"] in GRADES)
    for one in (*graded, answer):  # whoever says that it is not full says why
        assert one["grade"] in (None, "full") or one["reasons"]
    if any(row["grade"] != "full" for row in graded):
        assert answer["grade"] != "full"


def _check_cell(key: str, cell: Any) -> None:
    if isinstance(cell, list):
        assert all(isinstance(one, str) for one in cell)
    elif isinstance(cell, str) and key not in AS_IT_STANDS:
        assert key not in DAYS or DAY.fullmatch(cell), (key, cell)
        assert key not in INSTANTS or INSTANT.fullmatch(cell), (key, cell)
        assert not NUMBER.fullmatch(cell) or cell == to_text(Decimal(cell)), (key, cell)
    else:
        assert cell is None or isinstance(cell, bool | str), (key, cell)


def test_every_command_that_takes_a_format_is_held() -> None:
    """One that is added has its line above; ``explain`` prints a tree, held below."""
    held = {" ".join(shlex.split(line)) for line in COMMANDS}
    taking = set(_taking_a_format(get_group(app), ()))
    assert "report holdings" in taking
    assert {one for one in taking if not any(f"{h} ".startswith(f"{one} ") for h in held)} == {
        "explain"
    }


def _taking_a_format(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from _taking_a_format(command.get_command(None, name), (*path, name))
    elif any("--output" in parameter.opts for parameter in command.params):
        yield " ".join(path)


def test_an_explanation_is_a_tree(book: Path, capsys: Output) -> None:
    code, text = answer_of("explain value", "json", capsys)
    answer = json.loads(text)
    assert code == 0
    assert list(answer) == (
        "schema report figure as_of known_at currency grade reasons tree".split()
    )
    assert answer["grade"] == "partial"
    assert answer["reasons"]


@pytest.mark.parametrize("day", ["", " --as-of 2025-01-31"])
def test_what_changed_since_is_graded_as_in_its_report(
    book: Path, capsys: Output, day: str
) -> None:
    _, text = answer_of(f"changes --since 2025-01-01{day}", "json", capsys)
    report = json.loads(text)
    for figure in ("value", "cost-basis", "realised-gain") if day else ("market", "closing"):
        _, text = answer_of(f"explain {figure} --since 2025-01-01{day}", "json", capsys)
        answer = json.loads(text)
        assert (answer["grade"], answer["reasons"]) == (report["grade"], report["reasons"])
    assert report["grade"] == ("partial" if day else "estimated")


def test_what_yield_rules_pay_is_graded_by_the_days_of_their_balances(
    book: Path, capsys: Output
) -> None:
    """By hand: Bank was observed on 2024-12-31 and on 2025-03-31, and 200 of it are unexplained.

    In between are 31 + 28 + 30 = 89 days, of the 181 from January through June.  Of Later nobody
    knows the balance before 2025-03-15: 14 of the 31 + 30 + 31 + 30 = 122 days from March on.
    """
    _, text = answer_of("yield list", "json", capsys)
    answer = json.loads(text)
    bank, later = answer["rows"]
    assert (bank["grade"], bank["reasons"]) == (
        "estimated", ["89 of 181 days at an interpolated balance"],
    )  # fmt: skip
    assert (later["grade"], later["reasons"]) == (
        "partial", ["14 of 122 days without a known balance"],
    )  # fmt: skip
    assert answer["grade"] == "partial"
    assert answer["reasons"] == [
        "14 of 303 days without a known balance",
        "89 of 303 days at an interpolated balance",
    ]


def test_a_gap_without_a_price_is_graded(book: Path, capsys: Output) -> None:
    """NIX has the price of its sale alone, and the one before it none."""
    _, text = answer_of("reconcile list --asset NIX", "json", capsys)
    answer = json.loads(text)
    early, late = answer["rows"]
    assert (early["value"], early["grade"], early["reasons"]) == (
        None, "unknown", ["without a price"],
    )  # fmt: skip
    assert (late["value"], late["grade"]) == ("-9", "estimated")
    assert answer["grade"] == "partial"


def test_an_instant_that_is_printed_can_be_asked_for(book: Path, capsys: Output) -> None:
    """``recorded_at`` is the whole instant, in UTC: what was known then has the import in it."""
    _, text = answer_of("import list", "json", capsys)
    recorded = json.loads(text)["rows"][0]["recorded_at"]
    _, text = answer_of(f"import list --known-at {recorded}", "json", capsys)
    assert len(json.loads(text)["rows"]) == 1
    before = dt.datetime.fromisoformat(recorded) - dt.timedelta(microseconds=1)
    _, text = answer_of(f"import list --known-at {before.isoformat()}", "json", capsys)
    assert json.loads(text)["rows"] == []
