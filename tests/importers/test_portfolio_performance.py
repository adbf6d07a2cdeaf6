"""Files of Portfolio Performance.

``peers/portfolio.xml`` is written by hand as the program nests things: the portfolio stands inside
the first purchase, the second portfolio inside the transfer to it.  By hand, in euros:

- Konto: 10000 − 1063 + 470.10 + 14.70 + 7.36 − 1.25 − 3 + 1 − 8 + 2 − 500 − 920 − 464.60 = 7535.31
- ACM: 100 for 1063 (1050 + 9.90 + 3.10); 40 sold for 480 − 9.90 gain 470.10 − 425.20 = 44.90; of
  the 60 left (637.80) 20 go to the other portfolio with 212.60
- the ETF: 3 delivered at 300, one out: 2 for 200
"""

import datetime as dt
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
import zoneinfo
from collections import Counter, defaultdict
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper, did
from folio.errors import BadRows, FolioError
from folio.importers.formats.portfolio_performance.amounts import Scale
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from folio.model.transactions import Draft
from folio.operations.importing.import_files import import_files
from folio.operations.importing.import_statement import Summary
from folio.operations.importing.read_files import Choices
from folio.operations.importing.settle_rows import retry_import
from importing import WHO, reassembled

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
PORTFOLIO = Path(__file__).parent / "peers" / "portfolio.xml"
SHARED = PORTFOLIO.with_name("shared_account.xml")
# What the program itself adds to an account's balance, and to a portfolio's.
COMES_IN = "DEPOSIT INTEREST DIVIDENDS FEES_REFUND TAX_REFUND SELL TRANSFER_IN".split()
BROUGHT = "BUY DELIVERY_INBOUND TRANSFER_IN".split()


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "portfolio-performance"
    return found.read(path, ZONE)


def load(db: sqlite3.Connection, path: Path, **choices: bool) -> Summary:
    chosen = Choices(create=True)._replace(**choices)
    (summary,) = import_files(db, WHO, [path], {}, chosen)
    return summary


def edited(folder: Path, *changes: tuple[str, str], name: str = "newer.xml") -> Path:
    """The portfolio with texts replaced, each of which is there."""
    text = PORTFOLIO.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def legs(draft: Draft) -> str:
    return ", ".join(f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)


def told(statement: Statement) -> list[str]:
    return [f"{draft.occurred_on:%m-%d} {draft.kind}: {legs(draft)}" for draft in statement.drafts]


def test_every_sort_of_transaction() -> None:
    assert told(read(PORTFOLIO)) == [
        "01-02 deposit: cash EUR 10000",
        "01-03 buy: asset ACM.DE 100, cash EUR -1050, fee EUR -9.9, tax EUR -3.1",
        "02-01 sell: asset ACM.DE -40, cash EUR 480, fee EUR -9.9",
        "02-05 deposit: asset A1B2C3 3",
        "02-15 swap: asset EUR -920, asset USD 1000",
        "02-20 transfer: asset ACM.DE -20, asset ACM.DE 20",
        "03-01 buy: asset BIG 5, cash EUR -454.6, fee EUR -10",
        "03-04 dividend: cash EUR 20, tax EUR -5.3",
        "03-05 withdraw: asset A1B2C3 -1",
        "03-05 deposit: cash GBP 1000",
        "03-06 buy: asset PNC.L 100, cash GBP -250.5, fee GBP -3.75, tax GBP -1.25",
        "03-31 interest: cash EUR 10, tax EUR -2.64",
        "03-31 interest: cash EUR -1.25",
        "03-31 fee: fee EUR -3",
        "04-01 fee: fee EUR 1",
        "04-02 tax: tax EUR -8",
        "04-03 tax: tax EUR 2",
        "04-04 withdraw: cash EUR -500",
    ]


def test_what_a_security_pays_is_of_the_portfolio_for_which_its_account_pays(
    tmp_path: Path,
) -> None:
    """Where two portfolios of the account dealt in it, as the sample's, nobody says whose it is."""
    (paid,) = [one for one in read(PORTFOLIO).drafts if one.kind == "dividend"]
    assert str(paid.account) == "Portfolio Performance/Konto"
    other = '<referenceAccount reference="../../../../../../../../.."/>'
    path = edited(tmp_path, (other, ""))
    (paid,) = [one for one in read(path).drafts if one.kind == "dividend"]
    assert str(paid.account) == "Portfolio Performance/Depot"
    assert {str(leg.account) for leg in paid.legs} == {"Portfolio Performance/Konto"}


def test_what_is_said_of_transactions_and_securities() -> None:
    statement = read(PORTFOLIO)
    by_id = {(draft.external_id or "").partition(":")[2]: draft for draft in statement.drafts}
    assert by_id["p2"].note == "first & best"
    assert by_id["p3"].occurred_at == dt.datetime(2024, 2, 1, 13, 30, tzinfo=dt.UTC)
    prices = {key: by_id[key].legs[0] for key in ("p2", "p5", "p13", "p15")}
    assert {
        key: f"{to_text(leg.price or Decimal(0))} {leg.price_currency}"
        for key, leg in prices.items()
    } == {"p2": "10.5 EUR", "p5": "99.5 EUR", "p13": "110.38 USD", "p15": "2.505 GBP"}
    assets = {leg.asset for draft in statement.drafts for leg in draft.legs}
    named = {a.symbol: (a.type, a.isin, a.name) for a in assets}
    assert named["ACM.DE"] == ("stock", "DE0005190003", "Acme AG")  # by the taxonomy
    assert named["A1B2C3"] == ("etf", None, "World UCITS ETF")
    assert named["BIG"] == ("other", None, "Big Corp.")
    said = [f"{p.asset} {to_text(p.price)} {p.quote} {p.day:%m-%d}" for p in statement.prices]
    assert said == [
        "ACM.DE 10.5 EUR 01-02",
        "ACM.DE 12 EUR 02-01",
        "ACM.DE 11.875 EUR 03-28",
        "BIG 112.12345678 USD 03-28",
        "PNC.L 2.505 GBP 03-28",
    ]


def lots(keeper: Bookkeeper, *holdings: tuple[str, str]) -> list[list[tuple[str, str]]]:
    """Units and cost of each holding's lots; of cash the sum."""
    found = []
    for account, asset in holdings:
        own = keeper.lots(account, asset)
        sums = [(sum(map(attrgetter(part), own), Decimal(0))) for part in ("quantity", "cost")]
        found.append([(to_text(sums[0]), to_text(sums[1]))])
    return found


def test_the_books_that_it_makes(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    summary = load(keeper.db, PORTFOLIO)
    assert (summary.rows, summary.recorded, summary.skipped) == (24, 24, 0)
    cash = [("Konto", "EUR"), ("Dollar", "USD"), ("Broker", "GBP")]
    assert lots(keeper, *cash) == [
        [("7535.31", "7535.31")],
        [("1000", "920")],
        [("744.5", "744.5")],
    ]
    units = [("Depot", "ACM.DE"), ("Depot 2", "ACM.DE"), ("Depot", "A1B2C3"), ("Broker", "PNC.L")]
    assert lots(keeper, *units) == [
        [("40", "425.2")],
        [("20", "212.6")],
        [("2", "200")],
        [("100", "255.5")],
    ]
    (sold,) = [s for s in keeper.disposals("Depot", "ACM.DE") if s.realises]
    assert sold.proceeds - sold.cost == Decimal("44.90")
    kept = reassembled(keeper.db, summary.statement_id or 0)
    assert kept == PORTFOLIO.read_text("utf-8").splitlines()
    assert did(keeper.db, WHO, retry_import, summary.statement_id or 0, {}).recorded == 0


def test_two_portfolios_of_one_cash_account(tmp_path: Path) -> None:
    """By hand: 10000 − 1705.10 + 227.90 + 1.95 + 0.12 + 9 − 920 are left in the cash account.

    What was delivered at 1100 and a fee of 5 costs 110.50 each: of 4 in the other portfolio 2 are
    sold for 227.90 and one leaves; 6 and 1 are left.  The dividend of 2.30 and the tax's refund are
    of the portfolio that holds the share, though its account pays for both.
    """
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    summary = load(keeper.db, SHARED)
    assert (summary.rows, summary.recorded, summary.skipped) == (16, 16, 0)
    assert keeper.quantity("Verrechnungskonto", "EUR") == Decimal("7613.87")
    assert keeper.quantity("Dollars", "USD") == 0
    units = [("Depot A", "AAPL"), ("Depot A", "VWCE.DE"), ("Depot B", "VWCE.DE")]
    assert lots(keeper, *units) == [[("10", "1705.1")], [("6", "663")], [("1", "110.5")]]
    (sold,) = [s for s in keeper.disposals("Depot B", "VWCE.DE") if s.realises]
    assert (sold.proceeds, sold.cost) == (Decimal("227.9"), Decimal(221))
    query = (
        "SELECT t.kind, a.name, r.symbol, p.role, p.quantity FROM transactions t "
        "JOIN accounts a ON a.id = t.account_id JOIN assets r ON r.id = t.related_asset_id "
        "JOIN postings p ON p.transaction_id = t.id ORDER BY t.id, p.line"
    )
    assert list(keeper.db.execute(query)) == [
        ("dividend", "Depot A", "AAPL", "cash", "2.3"),
        ("dividend", "Depot A", "AAPL", "tax", "-0.35"),
        ("tax", "Depot A", "AAPL", "tax", "0.12"),
        ("fee", "Dollars", "AAPL", "fee", "-3.25"),
    ]
    assert keeper.book().catalog.assets[keeper.asset_id("AAPL")].type == "stock"
    said = "; ".join(summary.notes)
    assert "left out: 2 marks of what is retired: an account is closed with: folio account" in said
    for what in ("2 attributes", "1 note", "1 ex-date", "1 savings plan", "1 watchlist"):
        assert f"left out: {what}: " in said
    keeper.close()


def test_a_transfer_without_a_time_goes_after_the_days_purchase(tmp_path: Path) -> None:
    """100 are bought at 10:49 for 1,063, and 20 of them, 212.60, go that day: none is lacking."""
    bought, sold = "2024-01-03T00:00", "2024-02-01T14:30"
    changes = [(bought, "2024-02-20T10:49")] * 2 + [(sold, "2024-02-21T14:30")] * 2
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    load(keeper.db, edited(tmp_path, *changes))
    units = [("Depot", "ACM.DE"), ("Depot 2", "ACM.DE")]
    assert lots(keeper, *units) == [[("40", "425.2")], [("20", "212.6")]]
    keeper.close()


def independent_sums(path: Path) -> tuple[dict[str, Decimal], Decimal]:
    """Money by currency and all shares, as the elements add up, whatever belongs together."""
    cash: dict[str, Decimal] = defaultdict(Decimal)
    shares = Decimal(0)
    for node in ET.parse(path).getroot().iter():
        kind = node.findtext("type") or ""
        if node.get("reference") or node.find("uuid") is None or not node.findtext("shares"):
            continue
        is_of_portfolio = node.tag.startswith("portfolio")
        sign = 1 if kind in (BROUGHT if is_of_portfolio else COMES_IN) else -1
        if is_of_portfolio:
            shares += sign * Decimal(node.findtext("shares") or 0) / 10**8
        else:
            cash[node.findtext("currencyCode") or ""] += (
                sign * Decimal(node.findtext("amount") or 0) / 100
            )
    return dict(cash), shares  # fmt: skip


def test_sums_are_the_files_own() -> None:
    cash, shares = independent_sums(PORTFOLIO)
    own: dict[str, Decimal] = defaultdict(Decimal)
    for draft in read(PORTFOLIO).drafts:
        for leg in draft.legs:
            own[leg.asset.symbol if leg.asset.type == "currency" else ""] += leg.quantity
    assert own.pop("") == shares
    assert own == cash


def test_every_element_is_counted_once() -> None:
    """The report's sums are those of the elements that a plain reading of the file finds."""
    notes = read(PORTFOLIO).notes
    first = re.match(
        r"the file has (\d+) elements: (\d+) kept, (\d+) changed, (\d+) left", notes[0]
    )
    assert first
    whole, *parts = map(int, first.groups())
    assert whole == sum(parts)
    listed = Counter[str]()
    for note in notes[1:]:
        word, _, rest = note.partition(": ")
        if word in ("kept", "changed", "left out"):
            counted = rest.split(", ") if word == "kept" else [rest.partition(":")[0]]
            listed[word] += sum(int(one.split()[0]) for one in counted)
    assert [listed[word] for word in ("kept", "changed", "left out")] == parts
    tags = (
        "account accountTo portfolio portfolioTo security price latest event dividendEvent "
        "property watchlist plan taxonomy dashboard bookmark account-transaction "
        "portfolio-transaction accountTransaction".split()
    )
    found = [n for n in ET.parse(PORTFOLIO).getroot().iter() if n.tag in tags]
    assert whole == sum(1 for n in found if not n.get("reference"))


def with_ids(path: Path, into: Path) -> Path:
    """The same file with references by number, as the program's other XML has them."""
    tree = ET.parse(path)
    nodes = list(tree.getroot().iter())
    parents = {child: node for node in nodes for child in node}
    for number, node in enumerate(nodes, 1):
        if node.tag != "price":
            node.set("id", str(number))
    meant = {}
    for node in nodes:
        if node.get("reference"):
            found = node
            for step in (node.get("reference") or "").split("/"):
                found = parents[found] if step == ".." else found.findall(step)[0]
            meant[node] = found
    for node, found in meant.items():
        node.set("reference", found.get("id") or "")
        del node.attrib["id"]
    tree.write(into, "utf-8")
    return into


def test_references_by_number_and_a_file_of_one_line(tmp_path: Path) -> None:
    plain = read(PORTFOLIO)
    numbered = read(with_ids(PORTFOLIO, tmp_path / "ids.xml"))
    assert told(numbered) == told(plain)
    assert numbered.prices == plain.prices
    lines = PORTFOLIO.read_text("utf-8").splitlines()
    one = tmp_path / "line.xml"
    one.write_text("".join(line.strip() for line in lines), "utf-8")
    squeezed = read(one)
    assert told(squeezed) == told(plain)
    assert len({row.line for row in squeezed.rows}) == len(squeezed.rows)


def test_rates_and_what_a_newer_version_has(tmp_path: Path) -> None:
    """A security with a target currency is a rate: 1 EUR was 1.0956 USD."""
    text = """<client>
  <version>99</version>
  <baseCurrency>EUR</baseCurrency>
  <securities>
    <security>
      <uuid>r1</uuid>
      <name>EUR/USD</name>
      <currencyCode>EUR</currencyCode>
      <targetCurrencyCode>USD</targetCurrencyCode>
      <prices><price t="2024-01-02" v="109560000"/></prices>
    </security>
  </securities>
  <accounts/>
  <portfolios/>
  <ledger><entries><ledger-entry><type>SPIN_OFF</type></ledger-entry></entries></ledger>
</client>
"""
    file = tmp_path / "file.xml"
    file.write_text(text, "utf-8")
    statement = read(file)
    (rate,) = statement.prices
    assert (str(rate.asset), str(rate.quote), rate.price) == ("EUR", "USD", Decimal("1.0956"))
    said = "; ".join(statement.notes)
    assert "the file has 3 elements: 1 kept, 1 changed, 1 left out" in said
    assert "changed: 1 security: an exchange rate: its prices are its currency's" in said
    assert "left out: 1 part: <ledger> is not known to this folio" in said
    assert "the file is of version 99, and this folio knows them up to 70" in said
    assert "stated type" not in said


def test_a_newer_file_adds_what_is_new(tmp_path: Path) -> None:
    """One more deposit, a renamed account, and an amount that was corrected."""
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    load(keeper.db, PORTFOLIO)
    assert load(keeper.db, PORTFOLIO).recorded == 0
    more = (
        "<account-transaction><uuid>t99</uuid><date>2024-05-01T00:00</date>"
        "<currencyCode>EUR</currencyCode><amount>100</amount><type>DEPOSIT</type>"
        "</account-transaction>"
    )
    newer = edited(
        tmp_path,
        ("<uuid>k1</uuid>\n      <name>Konto</name>", "<uuid>k1</uuid>\n      <name>Giro</name>"),
        ("<account-transaction>", f"{more}\n<account-transaction>"),
        ("[2]/crossEntry/accountTransaction", "[2]/crossEntry/accountTransaction"),
    )
    text = newer.read_text("utf-8")
    # What referred to the first purchase by its place has it one place further now.
    text = text.replace("transaction[12]/", "transaction[13]/").replace(
        "account/transactions/account-transaction[2]", "account/transactions/account-transaction[3]"
    )
    text = text.replace(
        "../account-transaction[2]/crossEntry", "../account-transaction[3]/crossEntry"
    )
    newer.write_text(text, "utf-8")
    summary = load(keeper.db, newer)
    assert (len(summary.transactions), summary.recorded, summary.already) == (1, 1, 24)
    assert summary.made == ()  # the account is known by its id
    corrected = edited(tmp_path, ("<amount>50000</amount>", "<amount>50100</amount>"), name="c.xml")
    assert (load(keeper.db, corrected).conflicts, load(keeper.db, corrected).recorded) == (1, 0)


def test_files_that_are_no_plain_xml(tmp_path: Path) -> None:
    zipped = tmp_path / "zipped.portfolio"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.xml", PORTFOLIO.read_bytes())
    assert told(read(zipped)) == told(read(PORTFOLIO))
    binary = tmp_path / "binary.portfolio"
    with zipfile.ZipFile(binary, "w") as archive:
        archive.writestr("data.portfolio", b"PPPBV1\x08\x42")
    encrypted = tmp_path / "encrypted.portfolio"
    encrypted.write_bytes(b"PORTFOLIO\x01" + bytes(range(64)))
    for path, word in ((binary, "binary file"), (encrypted, "encrypted")):
        with pytest.raises(FolioError, match=f"{word}.*Save as, XML"):
            read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PPPBV1\x08\x42", "is a binary file; .*Save as, XML"),
        (b"PK\x03\x04 and no more", "is an archive that cannot be read; .*Save as, XML"),
        (b"<client>\xff</client>", "is not text in UTF-8; .*Save as, XML"),
        (b"<other></other>", "is no file of Portfolio Performance"),
    ],
)
def test_files_of_other_programs_say_how_they_are_saved(
    tmp_path: Path, content: bytes, said: str
) -> None:
    from folio.importers.recognition.signatures import FORMATS

    path = tmp_path / "some.xml"
    path.write_bytes(content)
    with pytest.raises(FolioError, match=said):
        FORMATS["portfolio-performance"].read(path, ZONE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<version>66</version>", "<version>25</version>", "before it had currencies"),
        ("<client>", '<!DOCTYPE client [<!ENTITY a "b">]><client>', "no file|document type"),
        ("</client>", "", "is no XML"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = edited(tmp_path, (old, new))
    from folio.importers.recognition.signatures import FORMATS

    with pytest.raises(FolioError, match=said):
        FORMATS["portfolio-performance"].read(path, ZONE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<amount>50000</amount>", "<amount>5e4</amount>", "no whole number"),
        ("<date>2024-04-04T00:00</date>", "<date>yesterday</date>", "no day"),
        ("<type>REMOVAL</type>", "<type>GIFT</type>", "without its other half"),
        ("<amount>106300</amount>", "<amount>106301</amount>", "halves are of different amounts"),
        (
            "<currencyCode>EUR</currencyCode>\n          <amount>1470</amount>",
            "<currencyCode>XQZ</currencyCode>\n          <amount>1470</amount>",
            "'XQZ' is no currency that folio knows",
        ),
        ("<shares>500000000</shares>", "<shares>0</shares>", "no shares"),
        ('unit type="TAX">\n', 'unit type="TAX">\n<forex currency="USD" amount="1"/>\n', ""),
        (
            '<security reference="../../../../../../../../../securities/security[2]"/>',
            '<security reference="../../../../nowhere[2]"/>',
            "no security",
        ),
        (
            "../accountTo/transactions/account-transaction",
            "../accountTo/transactions/account-transaction[7]",
            "not in the file",
        ),
        ('class="buysell"', 'class="swap"', "a cross entry 'swap' is not known"),
        ("<date>2024-04-04T00:00</date>", "<date>2024-04-04T00:00Z</date>", "has a zone"),
        (
            '<amount currency="EUR" amount="1000"/>',
            '<amount currency="EUR" amount="99999"/>',
            "its fees and taxes are more than its amount",
        ),
        (
            '<amount currency="EUR" amount="1000"/>',
            '<amount currency="USD" amount="1000"/>',
            "a FEE in USD of an amount in EUR",
        ),
        (
            "<shares>2000000000</shares>",
            "<shares>1000000000</shares>",
            "its two halves are of different shares",
        ),
        (
            "</units>\n                  <type>BUY</type>",
            "</units>\n                  <type>GIFT</type>",
            "a 'GIFT' with cash is not known",
        ),
        ("portfolio-transaction[2]/crossEntry/accountTransaction", "x", "listed in no account"),
    ],
)
def test_a_transaction_that_cannot_be_read_harms_no_other(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    statement = read(edited(tmp_path, (old, new)))
    bad = [row.reason for row in statement.rows if row.status == BAD]
    assert len(statement.drafts) >= 17
    assert all(said in reason for reason in bad)
    assert bool(bad) is bool(said)


def test_a_bad_transaction_refuses_the_file_unless_it_is_set_aside(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    path = edited(tmp_path, ("<amount>50000</amount>", "<amount>5e4</amount>"))
    with pytest.raises(BadRows, match="1 of 24 rows cannot be read"):
        load(keeper.db, path)
    summary = load(keeper.db, path, skip_bad=True)
    assert (summary.recorded, summary.rejected) == (23, 1)


@pytest.mark.parametrize(
    ("version", "shares", "price"),
    [(29, "12.345678", "123456.78"), (30, "12.345678", "1234.5678"),
     (48, "12.345678", "1234.5678"), (49, "0.12345678", "0.12345678")],
)  # fmt: skip
def test_how_many_places_the_numbers_of_a_version_have(
    version: int, shares: str, price: str
) -> None:
    scale = Scale(version)
    assert to_text(scale.shares("12345678")) == shares
    assert to_text(scale.price("12345678")) == price


def test_an_old_file_without_ids(tmp_path: Path) -> None:
    """Its rows are known by what they say; saved again with ids, nothing is new."""
    keeper = Bookkeeper(tmp_path / "book.db", "EUR")
    old = tmp_path / "old.xml"
    old.write_text(re.sub(r"\s*<uuid>[tp]\d+</uuid>", "", PORTFOLIO.read_text("utf-8")), "utf-8")
    summary = load(keeper.db, old)
    assert summary.recorded == 24
    assert any("without an id of its own" in note for note in summary.notes)
    assert load(keeper.db, PORTFOLIO).recorded == 0


def test_a_deep_file_is_refused_and_not_followed_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    head = "<client><version>66</version>"
    path.write_text(head + "<a>" * 6000 + "</a>" * 6000 + "</client>", "utf-8")
    with pytest.raises(FolioError, match="nested too deeply"):
        read(path)
    loop = (
        '<securities><security reference="../security[2]"/><security reference="../security"/>'
        '</securities><accounts><account reference="../account"/></accounts>'
    )
    path.write_text(f"{head}{loop}</client>", "utf-8")
    assert read(path).drafts == ()
