"""Amending changes what is said, and nothing else."""

import datetime as dt
import sqlite3
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, did
from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.postings import action_of, lots_named, postings_of
from folio.errors import FolioError
from folio.operations.arranging.arrange import set_account
from folio.operations.transactions.amend import amend_transaction
from importing import WHO, load_all, new_book

TODAY = dt.date(2026, 1, 2)
IMPORTERS = Path(__file__).parents[2] / "importers"
SOURCES = ("xtb", "kraken_ledgers", "coinbase", "ibkr_flex", "revolut_de", "freetrade")


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    book = new_book(tmp_path)
    for source in SOURCES:
        load_all(book, sorted((IMPORTERS / source).glob("sample.*")))
    return book


def moved(db: sqlite3.Connection, number: int) -> list[object]:
    """What a transaction did and was said to be worth."""
    parts = sorted(map(repr, postings_of(db, number)))
    recorded = get_transaction(db, number)
    assert recorded is not None
    more = (lots_named(db, number), recorded.related_asset_id, recorded.content)
    return [*parts, action_of(db, number), *more]


def test_restating_a_day_changes_nothing_else(db: sqlite3.Connection) -> None:
    """Of every kind of row in these statements, whatever its source said of it."""
    found = db.execute("SELECT id, kind, occurred_on FROM transactions").fetchall()
    seen: Counter[str] = Counter()
    refusals = []
    for number, kind, day in found:
        try:
            again = did(db, WHO, amend_transaction, number, {"on": day, "note": "x"}, today=TODAY)
        except FolioError as refused:
            refusals.append(str(refused))
            assert did(db, WHO, amend_transaction, number, {"note": "looked at"}, today=TODAY)
            continue
        seen[kind] += 1
        assert moved(db, again) == moved(db, number), kind
    assert all("more parts than words" in text for text in refusals), refusals
    assert {"buy", "sell", "fee", "swap", "deposit", "withdraw", "dividend"} <= seen.keys()


@pytest.mark.parametrize("cash", [True, False])
def test_what_says_just_that_already_is_not_recorded_again(keeper: Bookkeeper, cash: bool) -> None:
    """Whatever words say it: nothing is to change."""
    keeper.account("Other", cash=cash)
    said = {"quantity": 2, "price": 10, "fee": 1, "note": "why"}
    bought = keeper.add("buy", "2025-01-03", "Other", "ACME", **said)
    before = keeper.everything()
    for same in (said, {"on": "2025-01-03"}, {"amount": 20}, {"note": "why"}):
        with pytest.raises(FolioError, match=f"nothing to change; transaction {bought} says just"):
            keeper.amend(bought, **same)
    assert keeper.everything() == before
    assert keeper.amend(bought, fee="1.50") != bought


@pytest.mark.parametrize(
    "changes", [{"note": "seen"}, {"price": 9}, {"fee": 1}, {"on": "2025-01-03", "note": "x"}]
)
def test_money_that_came_from_outside_still_does(
    keeper: Bookkeeper, changes: dict[str, object]
) -> None:
    """Tracking that was switched on since is for what is recorded from then on; on another day
    the choice is made anew."""
    keeper.account("Late", cash=False)
    bought = keeper.add("buy", "2025-01-03", "Late", "ACME", quantity=1, price=10)
    keeper.write(lambda write: set_account(write, "Late", tracks_cash=True))
    again = keeper.amend(bought, **changes)
    assert keeper.quantity("Late", "EUR") == 0
    keeper.amend(again, on="2025-01-04")
    assert keeper.quantity("Late", "EUR") < 0


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize(
    ("changes", "asset", "paid"),
    [
        ({"amount": "30"}, "VWCE", ["30 EUR", "-5 EUR"]),
        ({"quantity": "30"}, "VWCE", ["30 EUR", "-5 EUR"]),
        ({"currency": "USD"}, "VWCE", ["20 USD", "-5 USD"]),
        ({"asset": "ACME"}, "ACME", ["20 EUR", "-5 EUR"]),
        ({"asset": "USD"}, "VWCE", ["20 USD", "-5 USD"]),
        ({"related_asset": "ACME", "tax": "4"}, "ACME", ["20 EUR", "-4 EUR"]),
    ],
)
def test_a_dividend_is_amended_in_the_words_that_recorded_it(
    keeper: Bookkeeper, cash: bool, changes: dict[str, str], asset: str, paid: list[str]
) -> None:
    """``dividend VWCE --amount 20 --tax 5``: who paid and how much, as well as the cash."""
    keeper.account("Depot", cash=cash)
    keeper.asset("VWCE")
    first = keeper.add("dividend", "2025-02-01", "Depot", "VWCE", amount=20, tax=5)
    again = keeper.amend(first, **changes)
    recorded = get_transaction(keeper.db, again)
    assert recorded is not None
    assert recorded.related_asset_id == keeper.asset_id(asset)
    catalog = keeper.book().catalog
    said = [
        f"{p.quantity} {catalog.assets[catalog.holdings[p.holding_id].asset_id].symbol}"
        for p in postings_of(keeper.db, again)
        if p.role != "external"
    ]
    assert said == paid


def test_what_has_more_parts_than_words_is_moved_whole(db: sqlite3.Connection) -> None:
    """A dividend in pounds with a tax in dollars keeps both on another day."""
    [number] = db.execute(
        "SELECT id FROM transactions JOIN postings ON transaction_id = id "
        "WHERE transactions.kind = 'dividend' AND role = 'cash' GROUP BY id HAVING count(*) > 1"
    ).fetchone()
    before = get_transaction(db, number)
    again = did(
        db, WHO, amend_transaction, number, {"on": "2023-03-14", "note": "later"}, today=TODAY
    )
    after = get_transaction(db, again)
    assert before is not None
    assert after is not None
    assert (str(after.occurred_on), after.note, after.occurred_at) == ("2023-03-14", "later", None)
    assert before.occurred_at is not None
    assert moved(db, again) == moved(db, number)
    with pytest.raises(FolioError, match="only its --on, --at and --note can be amended; undo it"):
        did(db, WHO, amend_transaction, again, {"tax": "1"}, today=TODAY)


def test_an_instant_alone_moves_the_day(keeper: Bookkeeper) -> None:
    keeper.account("Depot")
    first = keeper.add("deposit", "2025-02-01", "Depot", "EUR", quantity=5)
    recorded = get_transaction(keeper.db, keeper.amend(first, at="2025-02-03T10:00"))
    assert recorded is not None
    assert str(recorded.occurred_on) == "2025-02-03"


def test_what_takes_two_fees_of_one_currency_is_said_with_their_sum(keeper: Bookkeeper) -> None:
    from folio.model.assets import parse_asset_ref
    from folio.model.transactions import AccountRef, Draft, Leg
    from folio.operations.transactions.record import Recorder

    keeper.account("Depot")
    legs = [("asset", "ACME", 5), ("cash", "EUR", -50), ("fee", "EUR", -2), ("fee", "EUR", -1)]
    draft = Draft(
        "buy",
        dt.date(2025, 2, 1),
        AccountRef("Depot"),
        tuple(Leg(role, parse_asset_ref(what), Decimal(units)) for role, what, units in legs),
    )
    first = keeper.write(lambda write: Recorder(write, "bank").record(draft)).transaction_id
    assert len(postings_of(keeper.db, keeper.amend(first, on="2025-02-02"))) == 3
    assert keeper.quantity("Depot", "EUR") == -53


def test_a_cost_of_more_digits_than_one_may_state_stays(keeper: Bookkeeper) -> None:
    """18 places at a price of 18 are a cost of 36, as they are; 30 is what a word may have."""
    units, price = "0.123456789012345678", "1234.123456789012345678"
    first = keeper.add("reward", "2025-02-01", "North/Broker", "COIN", quantity=units, price=price)
    again = keeper.amend(first, on="2025-02-02")
    assert [p.amount for p in postings_of(keeper.db, again)] == [Decimal(units) * Decimal(price)]
    changed = keeper.amend(again, quantity="2")
    assert [p.amount for p in postings_of(keeper.db, changed)] == [2 * Decimal(price)]


def test_what_leaves_a_later_sale_without_its_units_is_refused(keeper: Bookkeeper) -> None:
    """Of 10 bought and carried over 8 are sold there: fewer may not come, nor later."""
    keeper.account("Here")
    keeper.account("There")
    bought = keeper.add("buy", "2024-01-02", "Here", "ACME", quantity=10, price=5)
    words = {"quantity": 10, "to_account": "There"}
    carried = keeper.add("transfer", "2024-02-01", "Here", "ACME", **words)
    sold = keeper.add("sell", "2024-03-01", "There", "ACME", quantity=8, price=6)
    with pytest.raises(FolioError, match=f"would lack 8 ACME for transaction {sold} of 2024-03-01"):
        keeper.amend(carried, on="2024-04-01")
    with pytest.raises(FolioError, match=f"Here would lack 3 ACME for transaction {carried}"):
        keeper.amend(bought, quantity=7)
    assert keeper.quantity("There", "ACME") == 2
    assert keeper.amend(sold, quantity=7)
    assert keeper.amend(bought, quantity=11)
