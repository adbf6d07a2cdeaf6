"""What was printed then is printed again, byte for byte, whatever was recorded since.

A book is made step by step, each kind of fact among the steps.  After each step some
listings are printed, in turn, each in three forms at once; when all is recorded, each is
asked for again with ``--known-at`` that instant.  CSV must be the same as the one printed then;
JSON but for the key ``known_at``, and a page but for the words "known at …" in its titles.  Names
and notes alone are updated in place, so no step changes any.
"""

import contextlib
import datetime as dt
import json
import os
import re
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from folio.cli import render
from folio.cli.app import run
from folio.cli.render import explained

EXAMPLES = Path(__file__).parents[2] / "examples" / "statements"
TODAY = "2025-06-30"
Folio = Callable[[str], tuple[int, str, str]]

STEPS = """
init --currency EUR --timezone Europe/Berlin
account add Broker --type brokerage --cash
account add Wallet --type wallet --no-cash
asset add ACME --type stock --name Acme
asset add COIN --type crypto
asset add USD
add-tx deposit 5000 EUR --account Broker --on 2025-01-02
add-tx buy 10 ACME --price 50 --fee 1 --account Broker --on 2025-01-03
add-tx buy 10 ACME --price 60 --fee 1 --account Broker --on 2025-02-03
add-tx deposit 2 COIN --cost 100 --currency USD --account Wallet --on 2025-02-10
price add USD 0.90 --on 2025-01-01
price add COIN 70 --quote USD --on 2025-03-01
add-tx sell 12 ACME --price 65 --fee 1 --account Broker --on 2025-03-10
price add ACME 66 --on 2025-04-01
price add ACME 67 --on 2025-04-01 --reason "a digit was wrong"
price add USD 0.95 --on 2025-02-09
add-tx dividend --related-asset ACME --amount 12 --tax 2 --account Broker --on 2025-04-15
vault add House --target 4000 --by 2027-06-30
vault fill House --account Broker --asset ACME --percent 50 --from 2025-01-01
vault fill House --account Broker --asset ACME --percent 60 --from 2025-02-01
vault set House --target 5000
group add Core
group tag Core --account Wallet
group tag Core --account Broker --asset ACME
group exclude Core --account Wallet --asset COIN
observe Broker ACME 9 --on 2025-05-01
observe Wallet COIN 2.5 --on 2025-05-31
observe Wallet COIN 2.4 --on 2025-05-31 --supersede
add-tx buy 1 ACME --price 55 --account Broker --on 2025-04-20
add-tx split ACME --ratio 2:1 --on 2025-05-05
undo 5
undo 8
amend 2 --price 51
add-tx transfer 1 COIN --account Wallet --to-account Broker --on 2025-06-01
holding deactivate Wallet COIN
holding hide Broker COIN
holding activate Wallet COIN
config set lot_method lifo
config set stale_days 90
config set long_term_days 30
config set lot_method default
asset set ACME --type etf
asset set COIN --precision 4
account set Broker --no-cash --from 2025-06-10
add-tx buy 1 ACME --price 40 --account Broker --on 2025-06-15
lock 2025-03
price add ACME 60 --on 2025-02-28 --into-lock
observe Broker EUR 4500 --on 2025-06-20
import EXAMPLES/wise_EUR_2022-01-01_2025-06-30.csv --create --into-lock
import undo 1 --into-lock
lock undo
asset add ONCE --type fund
add-tx buy 3 ONCE --price 7 --account Broker --on 2025-06-03
undo 130
account add Safe --type savings --cash
add-tx deposit 900 EUR --account Safe --on 2025-01-10
add-tx swap 90 EUR --to-asset USD --to-quantity 200 --account Safe --on 2025-06-05
asset add NEWCO --type stock
asset add TWIN --type stock
add-tx spin_off 2 NEWCO --related-asset ACME --cost-share 10% --account Broker --on 2025-05-20
add-tx return_of_capital ACME --amount 3 --account Broker --on 2025-05-21
add-tx buy 3 TWIN --price 9 --account Broker --on 2025-05-22
add-tx transfer_out 0.5 COIN --account Wallet --on 2025-06-02 --id out
add-tx transfer_in 0.47 COIN --account Broker --on 2025-06-04 --id in
transfers pair TX:out TX:in
asset merge TWIN NEWCO
transfers undo TX:out
asset merge TWIN --undo
yield set Safe EUR 3% --pay monthly --day 31 --from 2025-02-01
accrue --until 2025-05-31
yield set Safe EUR 2% --from 2025-04-01
accrue
observe Safe EUR 915 --on 2025-05-15
reconcile answer GAP flow --on 2025-05-03
reconcile undo GAP
reconcile answer GAP opening
account set Broker lot_method average --from 2025-05-01
holding set Broker ACME lot_method hifo --from 2025-02-01
price undo ACME --on 2025-04-01
price undo ACME --on 2025-04-01
price retry ONCE --until 2025-12-31 --reason delisted
vault close House
group untag Core --account Broker --asset ACME
account set Wallet --status frozen
"""
LISTINGS = """
report
report holdings
report holdings --currency USD
report holdings --as-of 2025-04-10
report holdings --as-of 2025-02-15 --exact
report gains
report gains --period 2025-Q1
report income
report history
report history --by day --period 2025-01-01..2025-03-31
report history --account Wallet --by week
report allocation
report allocation --by group
report allocation --by currency
report vaults
report lots
report lots --as-of 2025-05-10 --effects
lots ACME
report gains --effects
report gains --by asset
report returns --by year
report holdings --accrued
report coverage
report coverage --as-of 2025-04-10
register
register --all
register --as-of 2025-03-01
status
status --as-of 2025-05-15
price list
price history
price missing
vault list
group list
account list
asset list
institution list
holding list
holding list --all --as-of 2025-03-01
import list
config list
lock list
vault history House
yield list
yield payments
transfers --all
transfers
reconcile
reconcile --all
import exclusions
explain value ACME --account Broker
explain rollup 2025-04
explain grade
changes --since 2025-06-30T12:12Z
changes --since 2025-06-30T12:12Z --as-of 2025-04-10
"""


@pytest.fixture
def folio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Folio:
    """Run a command line; returns its exit code and what it prints."""
    monkeypatch.setenv("FOLIO_DB", str(tmp_path / "book.db"))
    monkeypatch.setenv("FOLIO_TODAY", TODAY)
    monkeypatch.setenv("COLUMNS", "100")

    def ask(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(_numbered(line.replace("EXAMPLES", shlex.quote(str(EXAMPLES))))))
        return code, *capsys.readouterr()

    return ask


def _numbered(line: str) -> str:
    """The line with TX:ID and GAP as the numbers of that transaction and of the newest gap."""
    if "TX:" in line or "GAP" in line:
        with contextlib.closing(sqlite3.connect(os.environ["FOLIO_DB"])) as db:
            query = "SELECT external_id, id FROM transactions WHERE external_id IN ('out', 'in')"
            for name, number in db.execute(query):
                line = line.replace(f"TX:{name}", str(number))
            (gap,) = db.execute("SELECT max(id) FROM observations").fetchone()
            line = line.replace("GAP", str(gap))
    return line


def at(step: int) -> dt.datetime:
    """The instant of a step: noon, and so many minutes."""
    return dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC) + dt.timedelta(minutes=step)


def page(text: str) -> str:
    """A page without what its titles say of knowledge."""
    return re.sub(r" · known at [^\n]*|  known at [^\n]*", "", text)


def same_object(text: str) -> object:
    """A JSON object without the key that says what was known."""
    if not text:
        return text
    answer = json.loads(text)
    for part in (answer, *answer.get("children", [])):
        part.pop("known_at")
    return answer


FORMS: dict[str, Callable[[str], object]] = {"csv": str, "json": same_object, "table": page}
EVERY = 12  # steps; a listing takes its turn after so many, another one after each
NEXT = "\x01next form\x01"


@pytest.fixture
def _in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show each listing in every form: what takes long is to make it."""

    def in_every_form(show: Callable[..., None], place: int) -> Callable[..., None]:
        def shown(*args: object, **named: object) -> None:
            for form in FORMS:
                show(*args[:place], form, *args[place + 1 :], **named)
                print(end=NEXT)

        return shown

    monkeypatch.setattr(render, "show", in_every_form(render.show, 1))
    told = in_every_form(explained.show_explanation, 2)
    monkeypatch.setattr(explained, "show_explanation", told)


def forms(out: str) -> list[object]:
    """What a listing printed, as far as it must be the same; nothing where it was refused."""
    return [same(text) for same, text in zip(FORMS.values(), out.split(NEXT), strict=False) if out]


@pytest.mark.usefixtures("_in_every_form")
def test_every_listing_prints_what_it_printed_then(
    folio: Folio, monkeypatch: pytest.MonkeyPatch
) -> None:
    then: dict[tuple[int, str], tuple[int, str]] = {}
    steps = STEPS.strip().splitlines()
    for number, step in enumerate(steps):
        monkeypatch.setenv("FOLIO_NOW", at(number).isoformat())
        code, _, said = folio(step)
        assert code == 0, f"{step}: {said}"
        folio("rollup")  # what is stored then is folded in memory later
        for listing in LISTINGS.strip().splitlines()[number % EVERY :: EVERY]:
            code, out, said = folio(listing)
            assert (out.count(NEXT), code in (0, 3)) in ((len(FORMS), True), (0, False)), listing
            assert "bug" not in said, f"{listing}: {said}"
            then[number, listing] = code, out
    assert len(set(then.values())) > len(then) / 3  # they tell the steps apart
    wrong = []
    for (number, listing), (code, out) in then.items():
        again = folio(f"{listing} --known-at {at(number).isoformat()}")
        if again[0] != code or forms(again[1]) != forms(out):
            wrong.append(f"{listing}, after {steps[number]!r}:\n{out}\nnow:\n{again[1]}{again[2]}")
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:3])
