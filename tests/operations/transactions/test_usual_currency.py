"""In which currency a price or an amount is that says none: never against what is known."""

from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.usual_currency import UsualCurrency
from folio.db.arrangements.catalog import Catalog
from folio.errors import BadRows, UsageError
from folio.model.assets import AssetRef, currency_ref
from folio.operations.arranging.arrange import set_account
from folio.operations.names import add_asset
from folio.operations.recording import Recording
from importing import load, new_book

SAMPLES = Path(__file__).parents[2] / "importers"


@pytest.fixture
def depot(keeper: Bookkeeper) -> Bookkeeper:
    """A depot of which nobody said a currency, in a book in EUR, and a share."""
    keeper.account("Depot")
    return keeper


def say(keeper: Bookkeeper, code: str, since: str | None = None, *, account: str = "Depot") -> None:
    def change(write: Recording) -> None:
        from_day = None if since is None else day(since)
        set_account(write, account, currency=currency_ref(code), from_day=from_day)

    keeper.write(change)


def money_moved(keeper: Bookkeeper, number: int) -> str:
    """The currency of a transaction's cash."""
    query = (
        "SELECT a.symbol FROM postings p JOIN holdings h ON h.id = p.holding_id "
        "JOIN assets a ON a.id = h.asset_id WHERE p.transaction_id = ? AND a.type = 'currency'"
    )
    (found,) = {row[0] for row in keeper.db.execute(query, [number])}
    return str(found)


def test_an_account_that_nobody_spoke_of_is_in_the_books_currency(depot: Bookkeeper) -> None:
    depot.add("deposit", "2025-01-02", "Depot", "EUR", quantity=1000)
    number = depot.add("buy", "2025-01-03", "Depot", "ACME", quantity=1, price=100)
    assert money_moved(depot, number) == "EUR"


def test_dollars_are_not_taken_for_euros_where_there_were_dollars_alone(depot: Bookkeeper) -> None:
    depot.add("deposit", "2025-01-02", "Depot", "USD", quantity=1000)
    for kind, words in (("fee", {"amount": 3}), ("buy", {"quantity": 1, "price": 100})):
        asset = "ACME" if kind == "buy" else ""
        with pytest.raises(UsageError) as refused:
            depot.add(kind, "2025-01-03", "Depot", asset, **words)
        assert str(refused.value) == (
            "Depot has had USD alone so far; say --currency USD or --currency EUR, "
            "or once for all: folio account set Depot --currency USD"
        )
    say(depot, "USD")
    assert money_moved(depot, depot.add("fee", "2025-01-03", "Depot", amount=3)) == "USD"


def test_a_share_priced_in_dollars_is_not_bought_in_euros_unasked(depot: Bookkeeper) -> None:
    """Not with a currency that was said of the account, either; a dividend may be in any."""
    depot.add("deposit", "2025-01-02", "Depot", "EUR", quantity=1000)
    depot.price("ACME", "2025-01-02", 100, "USD")
    say(depot, "EUR")
    with pytest.raises(UsageError) as refused:
        depot.add("buy", "2025-01-03", "Depot", "ACME", quantity=1, price=100)
    assert str(refused.value) == (
        "ACME has prices in USD so far; say --currency USD or --currency EUR"
    )
    number = depot.add("dividend", "2025-01-03", "Depot", "ACME", amount=5)
    assert money_moved(depot, number) == "EUR"
    depot.add("buy", "2025-01-03", "Depot", "ACME", quantity=1, price=100, currency="EUR")
    number = depot.add("buy", "2025-01-06", "Depot", "ACME", quantity=1, price=100)
    assert money_moved(depot, number) == "EUR"


def test_nobody_trades_in_marks_after_the_euro_came(depot: Bookkeeper) -> None:
    """Cash and accounts in marks ended with the year 2001: Regulation (EC) 974/98, Articles 10
    and 15."""
    depot.asset("DEM", "currency")
    depot.add("deposit", "2001-01-02", "Depot", "DEM", quantity=1000)
    say(depot, "DEM")
    number = depot.add("buy", "2001-12-31", "Depot", "ACME", quantity=1, price=100)
    assert money_moved(depot, number) == "DEM"
    usual = UsualCurrency(depot.book())
    account = next(a for a in usual.catalog.accounts.values() if a.name == "Depot")
    share = usual.catalog.assets[depot.asset_id("ACME")]
    for traded in (None, share):  # that it had prices in marks speaks for nothing any more
        with pytest.raises(UsageError) as refused:
            usual.of(account, traded, day("2002-01-01"), traded=True)
        assert str(refused.value) == (
            "DEM became EUR, and was gone by 2002-01-01; say --currency EUR or --currency DEM, or "
            "once for all: folio account set Depot --currency EUR --from 2002-01-01"
        )
    say(depot, "EUR", "2002-01-01")
    number = depot.add("sell", "2020-03-02", "Depot", "ACME", quantity=1, price=100)
    assert money_moved(depot, number) == "EUR"
    number = depot.add("fee", "2001-12-31", "Depot", amount=3)
    assert money_moved(depot, number) == "DEM"


def test_a_statement_in_one_currency_says_that_of_its_new_account(tmp_path: Path) -> None:
    """Unless it is the book's own, which nobody need say; several currencies say nothing."""
    for base, stated in (("GBP", "EUR"), ("EUR", None)):
        db = new_book(tmp_path / base, currency=base)
        load(db, SAMPLES / "n26" / "sample.csv")
        (account,) = Catalog(db).accounts.values()
        assert Catalog(db).stated_currency(account) == stated
        assert Catalog(db).currency_of(account) == "EUR"
        db.close()


def test_what_a_share_pays_may_be_in_its_own_money_where_the_account_has_that(
    depot: Bookkeeper,
) -> None:
    """Of a share in dollars, where there are euros and dollars; an account that is said to be in
    euros answers."""
    depot.add("deposit", "2025-01-02", "Depot", "EUR", quantity=1000)
    depot.price("ACME", "2025-01-02", 100, "USD")
    number = depot.add("dividend", "2025-01-03", "Depot", "ACME", amount=5)
    assert money_moved(depot, number) == "EUR"  # it never had dollars
    depot.add("buy", "2025-01-03", "Depot", "ACME", quantity=1, price=100, currency="USD")
    for kind in ("dividend", "return_of_capital"):
        with pytest.raises(UsageError) as refused:
            depot.add(kind, "2025-01-06", "Depot", "ACME", amount=5)
        assert str(refused.value) == (
            "ACME has prices in USD, and Depot has had USD and EUR; say --currency USD or "
            "--currency EUR, or once for all: folio account set Depot --currency EUR"
        )
    say(depot, "EUR")
    number = depot.add("dividend", "2025-01-06", "Depot", "ACME", amount=5)
    assert money_moved(depot, number) == "EUR"


def test_the_price_of_an_opening_is_asked_as_of_a_purchase(depot: Bookkeeper) -> None:
    """What it cost in all may well be known in the book's own money."""
    depot.price("ACME", "2025-01-02", 100, "USD")
    with pytest.raises(UsageError, match="ACME has prices in USD so far; say --currency USD or"):
        depot.add("opening", "2025-01-03", "Depot", "ACME", quantity=10, price=8)
    depot.add("opening", "2025-01-03", "Depot", "ACME", quantity=10, cost=80)
    (lot,) = depot.lots("Depot", "ACME")
    assert lot.currency == depot.asset_id("EUR")


def test_a_share_in_pence_pays_what_the_account_is_in(depot: Bookkeeper) -> None:
    """Its price is in pence all the same, but where the account is known to be in other money."""
    depot.asset("GBP", "currency")
    depot.write(lambda write: add_asset(write, AssetRef("VOD", "stock"), quote_unit="GBX"))
    number = depot.add("dividend", "2025-01-02", "Depot", "VOD", amount=5)
    assert money_moved(depot, number) == "GBP"  # of the account nothing is known
    depot.account("Other")
    depot.add("deposit", "2025-01-02", "Other", "EUR", quantity=1000)
    with pytest.raises(UsageError) as refused:
        depot.add("dividend", "2025-01-03", "Other", "VOD", amount=5)
    assert str(refused.value) == (
        "VOD is quoted in GBX, and Other has had EUR alone so far; say --currency GBP or "
        "--currency EUR, or once for all: folio account set Other --currency EUR"
    )
    say(depot, "EUR", account="Other")
    number = depot.add("dividend", "2025-01-03", "Other", "VOD", amount=5)
    assert money_moved(depot, number) == "EUR"
    with pytest.raises(UsageError, match="VOD is quoted in GBX, and Other is in EUR; say --curr"):
        depot.add("buy", "2025-01-03", "Other", "VOD", quantity=10, price=72)
    number = depot.add("buy", "2025-01-03", "Other", "VOD", quantity=10, price=72, currency="GBX")
    assert money_moved(depot, number) == "GBP"


def test_a_batch_that_makes_an_account_says_how_to_make_it(depot: Bookkeeper) -> None:
    """After the refusal it is not there, so nothing can be set of it."""
    rows = (
        '{"kind": "deposit", "on": "2025-01-02", "account": "New", "asset": "USD", "quantity": 9}\n'
        '{"kind": "fee", "on": "2025-01-03", "account": "New", "amount": 3}\n'
    )
    with pytest.raises(BadRows) as refused:
        depot.batch(rows, create=True)
    assert str(refused.value).splitlines()[1] == (
        "  line 2: New has had USD alone so far; say --currency USD or --currency EUR, "
        "or once for all: folio account add New --currency USD"
    )
