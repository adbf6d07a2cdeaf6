"""OFX of banks and brokers.  The samples are written by hand, and the figures worked out so."""

import datetime as dt
import os
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.errors import FolioError, UsageError
from folio.importers.cells.rows import RowFault
from folio.importers.formats.ofx.investments import unit_price
from folio.importers.formats.ofx.markup import Block, values
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import Draft
from folio.operations.importing.settle_rows import retry_import
from importing import PROFILES, WHO, kinds, load, load_all, new_book, reassembled, totals

ZONE = zoneinfo.ZoneInfo("America/New_York")
BROKER = Path(__file__).parent / "formats" / "broker.ofx"
HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"


def read(path: Path, zone: zoneinfo.ZoneInfo = ZONE) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "ofx"
    return found.read(path, zone)


def legs(draft: Draft) -> str:
    """The legs in words: ``asset INTC 2, cash USD -50``."""
    return ", ".join(f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)


def said(statement: Statement) -> list[str]:
    """Kind and legs of each transaction, oldest first."""
    return [f"{draft.kind}: {legs(draft)}" for draft in statement.drafts]


def bank(folder: Path, rows: str, *, head: str = HEAD, currency: str = "USD") -> Path:
    """A file of one checking account."""
    path = folder / "bank.dat"
    path.write_text(
        f"{head}<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>Acme Bank</FI></SONRS></SIGNONMSGSRSV1>"
        f"<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>77<ACCTID>12-3"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>{rows}</BANKTRANLIST>"
        "<LEDGERBAL><BALAMT>10.00<DTASOF>20240401</LEDGERBAL></STMTRS></STMTTRNRS>"
        "</BANKMSGSRSV1></OFX>",
        "utf-8",
    )
    return path


def row(
    number: str, amount: str, day: str = "20240328", more: str = "<NAME>Shop", kind: str = "OTHER"
) -> str:
    return f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{number}{more}</STMTTRN>"


def test_a_line_of_a_file_of_one_line(tmp_path: Path) -> None:
    path = bank(tmp_path, row("1", "5") + row("2", "-3.50"))
    statement = read(path)
    assert [one.line for one in statement.rows] == [8, 9]
    assert [one.text for one in statement.rows] == [row("1", "5"), row("2", "-3.50")]
    db = new_book(tmp_path)
    summary = load(db, path)
    assert (summary.profile, summary.rows, summary.recorded) == ("ofx", 2, 2)
    kept = "\n".join(reassembled(db, summary.statement_id or 0))
    assert kept.replace("\n", "") == path.read_text().replace("\n", "")
    assert load(db, path).already == 2


def test_every_transaction_of_a_broker() -> None:
    assert said(read(BROKER)) == [
        "buy: asset INTC 10, cash USD -300, fee USD -5.25",
        "sell: asset INTC -4, cash USD 128, fee USD -5, tax USD -1",
        "dividend: cash USD 20",
        "buy: asset WFND 2, cash USD -20",
        "dividend: cash USD 10, tax USD -1.5",
        "coupon: cash USD 12",
        "fee: fee USD -3",
        "interest: cash USD -0.75",
        "transfer_out: asset WFND -5",
        "split: ",
        "return_of_capital: cash USD 4",
        "buy: asset O1 1, cash USD -120",
        "delisting: asset O1 -1",
        "interest: cash USD 0.4",
        "deposit: cash USD 1000",
        "buy: asset B1 500, cash USD -490",
        "buy: asset DE0005190003 2, cash EUR -180",
        "sell: asset WFND -1, cash USD 9",
    ]


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """The names of its securities stand at the end of a file, too."""
    text = BROKER.read_text()
    for part in (1, 2, 3):
        path = tmp_path / "cut.ofx"
        path.write_text(text[: len(text) * part // 4])
        with pytest.raises(FolioError, match="ends before its statement does: </OFX> is missing"):
            read(path)


def test_what_a_broker_states_beside_its_transactions() -> None:
    statement = read(BROKER)
    assert [(s.asset.symbol, to_text(s.balance), str(s.day)) for s in statement.balances] == [
        ("INTC", "12", "2024-03-31"),  # 7 in cash and 5 on margin
        ("B1", "500", "2024-03-31"),
        ("S1", "-3", "2024-03-31"),
        ("USD", "77.25", "2024-03-31"),
    ]
    prices = {(p.asset.symbol, to_text(p.price), str(p.day)) for p in statement.prices}
    assert prices == {
        ("INTC", "16", "2024-03-29"),
        ("B1", "0.99", "2024-03-28"),  # 99 percent, as 500 of them are worth 495
        ("S1", "2", "2024-03-28"),
    }
    assets = {leg.asset for draft in statement.drafts for leg in draft.legs}
    named = {asset.symbol: (asset.type, asset.isin, asset.name) for asset in assets}
    assert named["INTC"] == ("stock", None, "Chips & Co")
    assert named["B1"][0] == "bond"
    assert named["DE0005190003"][1] == "DE0005190003"
    (account,) = {draft.account for draft in statement.drafts}
    assert str(account) == "Acme Invest/A-1"
    assert [r.reason for r in statement.rows if r.status == SKIPPED] == [
        "from one sub-account to another: nothing leaves the account"
    ] * 2


def test_a_broker_in_a_book(tmp_path: Path) -> None:
    """Cash: −305.25 + 122 + 8.50 + 12 − 3 − 0.75 + 4 − 120 + 0.40 + 1000 − 490 + 9 = 236.90."""
    db = new_book(tmp_path)
    summary = load(db, BROKER)
    assert (summary.rows, summary.recorded, summary.skipped) == (19, 17, 2)
    held = totals(db, ("asset", "cash", "fee", "tax"))
    assert (held["USD"], held["EUR"], held["WFND"]) == ("236.9", "-180", "-4")
    assert held["INTC"] == "6"  # 10 − 4, of before the split
    apart = {one.asset: to_text(one.stated - one.ledger) for one in summary.balances}
    assert apart == {"INTC": "0", "B1": "0", "S1": "-3", "USD": "-159.65"}
    assert db.execute("SELECT count(*) FROM prices").fetchone()[0] >= 3


@pytest.mark.parametrize(
    ("units", "price", "value", "each"),
    [("10", "30", "300", "30"), ("500", "98", "490", "0.98"), ("1", "1.2", "120", "120")],
)
def test_bonds_in_percent_and_options_a_hundred(
    units: str, price: str, value: str, each: str
) -> None:
    assert unit_price(Decimal(units), Decimal(price), Decimal(value)) == Decimal(each)


def test_kinds_and_signs_of_a_bank(tmp_path: Path) -> None:
    rows = [
        row("1", "-5", kind="CREDIT"),  # the sign counts
        row("2", "1.20", kind="INT"),
        row("3", "-2", kind="SRVCHG"),
        row("4", "-70", kind="XFER"),
        row("5", "0", kind="OTHER"),
        row("6", "-9", kind="HOLD"),
        row("7", "-1.234,50", kind="DEBIT"),
    ]
    statement = read(bank(tmp_path, "".join(rows)))
    assert said(statement) == [
        "withdraw: cash USD -5",
        "interest: cash USD 1.2",
        "fee: fee USD -2",
        "transfer_out: cash USD -70",
        "withdraw: cash USD -1234.5",
    ]
    assert [r.reason for r in statement.rows if r.status == SKIPPED] == [
        "moves nothing",
        "an authorisation: it moves nothing yet",
    ]


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("20240328", "Asia/Tokyo", "2024-03-28"),
        ("20240328000000", "America/New_York", "2024-03-28"),
        ("20240328003000.000[+1:CET]", "America/New_York", "2024-03-28"),
        ("20240328233000[-5:EST]", "Asia/Tokyo", "2024-03-28"),
        ("20240328233000[0:GMT]", "Asia/Tokyo", "2024-03-29"),
        ("20240328120000[0:GMT]", "Pacific/Auckland", "2024-03-28"),
        ("20240328202000.000[-:EST]", "Asia/Tokyo", "2024-03-28"),
        ("2024-03-28T10:00:00", "Asia/Tokyo", "2024-03-28"),
    ],
)
def test_days(tmp_path: Path, text: str, zone: str, day: str) -> None:
    statement = read(bank(tmp_path, row("1", "5", text)), zoneinfo.ZoneInfo(zone))
    assert [str(draft.occurred_on) for draft in statement.drafts] == [day]


def test_tags_as_banks_write_them(tmp_path: Path) -> None:
    """Unclosed and closed, empty, in small letters, CDATA, references, comments, lists never
    closed.
    """
    rows = (
        "<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20240101</DTPOSTED><TRNAMT>-1</TRNAMT>"
        "<FITID>1</FITID><CHECKNUM></CHECKNUM><MEMO/></STMTTRN>"
        "<STMTTRN>\n<TRNTYPE>DEBIT\n<DTPOSTED>20240102\n<TRNAMT>-2\n<FITID>2\n<CHECKNUM>\n<MEMO>\n"
        "<NAME>A &amp; B &lt;3 M&S\n</STMTTRN>"
        "<stmttrn><trntype>debit<dtposted>20240103<trnamt>-3<fitid>3<name>Café 4 < 5</stmttrn>"
        "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240104<TRNAMT>-4<FITID>4"
        "<NAME><![CDATA[C <b> & ]]><MEMO><![CDATA[<STMTTRN>]]></STMTTRN>"
        f"<!-- {row('9', '-9')} --><STMTTRN><!-- a debit --><TRNTYPE>DEBIT<DTPOSTED>20240105 <!-- "
        "the\nday --><TRNAMT>-5<!-- <TRNAMT>-6 --><FITID>5<NAME>open"
    )
    path = bank(tmp_path, rows)
    path.write_bytes(path.read_text("utf-8").replace("</BANKTRANLIST>", "").encode("cp1252"))
    statement = read(path)
    assert [r.reason for r in statement.rows if r.status == BAD] == []
    assert [(draft.occurred_on.day, draft.note) for draft in statement.drafts] == [
        (1, ""),
        (2, "A & B <3 M&S"),
        (3, "Café 4 < 5"),
        (4, "C <b> & · <STMTTRN>"),
        (5, "open"),
    ]
    assert [to_text(stated.balance) for stated in statement.balances] == ["10"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("CHARSET:1252", "cp1252"),
        ("CHARSET:ISO-8859-15", "iso-8859-15"),
        ("CHARSET:NONE", "cp1252"),
        ("CHARSET:hex", "utf-8-sig"),
        ("ENCODING:UNICODE\nCHARSET:NONE", "utf-16"),
    ],
)
def test_encodings(tmp_path: Path, declared: str, encoding: str) -> None:
    path = bank(tmp_path, row("1", "5", more="<NAME>Café 5 €"), head=f"OFXHEADER:100\n{declared}\n")
    path.write_bytes(path.read_text("utf-8").replace("\n", "\r\n").encode(encoding))
    assert [draft.note for draft in read(path).drafts] == ["Café 5 €"]


def test_a_bad_row_is_not_a_lost_file(tmp_path: Path) -> None:
    rows = row("1", "5") + row("2", "five") + row("3", "6", "20241341") + row("4", "7")
    path = bank(tmp_path, rows + "<STMTTRN><TRNTYPE>OTHER</NAME>x</STMTTRN>")
    statement = read(path)
    assert len(statement.drafts) == 2
    assert [(r.line, r.reason) for r in statement.rows if r.status == BAD][:2] == [
        (9, "TRNAMT: 'five' is no number"),
        (10, "'20241341' is no date"),
    ]
    db = new_book(tmp_path)
    with pytest.raises(FolioError, match="3 of 5 rows cannot be read"):
        load(db, path)
    summary = load(db, path, skip_bad=True)
    assert (summary.recorded, summary.rejected) == (2, 3)
    again = did(db, WHO, retry_import, summary.statement_id or 0, PROFILES)
    assert (again.rows, again.recorded, again.already, again.rejected) == (5, 0, 2, 3)


def test_ids_that_repeat_lose_nothing(tmp_path: Path) -> None:
    rows = row("1", "5") + row("1", "6") + row("1", "5") + row("", "8") + row("", "8")
    path = bank(tmp_path, rows)
    db = new_book(tmp_path)
    summary = load(db, path)
    assert (summary.recorded, totals(db)["USD"]) == (5, "32")
    assert sum("repeats" in note for note in summary.notes) == 2
    path.write_text(path.read_text() + "\n")
    assert load(db, path).already == 5


def test_ids_that_a_bank_makes_anew(tmp_path: Path) -> None:
    coffee = [row(n, "-3", more="<NAME>Coffee") for n in "123"]
    db = new_book(tmp_path)
    load(db, bank(tmp_path, "".join(coffee[:2]) + row("4", "9", "20240401")))
    again = [row(n, "-3", more="<NAME>Coffee") for n in "abc"]  # one more than before
    summary = load(db, bank(tmp_path, "".join(again) + row("d", "9", "20240401")))
    assert (summary.already, summary.recorded, totals(db)["USD"]) == (3, 1, "0")
    assert "3 rows have other ids than before; known by day, amount and words" in summary.notes
    # The third coffee has a new id again; two on a day without any are new.
    more = row("1", "-3", more="<NAME>Coffee") + row("z", "-3", "20240328", "<NAME>Coffee")
    assert load(db, bank(tmp_path, more + row("2", "-3", more="<NAME>Coffee"))).recorded == 0
    other = "".join(row(n, "-3", "20240402", "<NAME>Coffee") for n in ("x", "y"))
    assert load(db, bank(tmp_path, other)).recorded == 2


def test_a_row_that_corrects_another(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    load(db, bank(tmp_path, row("1", "5") + row("2", "6")))
    fix = "<CORRECTFITID>1<CORRECTACTION>REPLACE"
    void = "<CORRECTFITID>2<CORRECTACTION>DELETE"
    path = bank(tmp_path, row("3", "50", more=fix) + row("4", "6", more=void))
    summary = load(db, path)
    assert (summary.recorded, summary.conflicts, summary.skipped) == (0, 1, 1)
    assert load(db, path, supersede=True).recorded == 1
    assert totals(db)["USD"] == "56"


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("-1,234", "-1.234"),  # the standard knows no thousands
        ("-1.234", "-1.234"),
        ("-1,234.5", "-1234.5"),
        ("-1.234,5", "-1234.5"),
    ],
)
def test_a_comma_alone_is_a_decimal_sign(tmp_path: Path, printed: str, amount: str) -> None:
    assert said(read(bank(tmp_path, row("1", printed)))) == [f"withdraw: cash USD {amount}"]


def test_a_statement_without_a_currency_has_no_balance(tmp_path: Path) -> None:
    statement = read(bank(tmp_path, row("1", "-5"), currency=""))
    assert [(r.status, r.reason) for r in statement.rows] == [(BAD, "it names no currency")]
    why = "LEDGERBAL is left out: the statement names no currency"
    assert any(note.endswith(why) for note in statement.notes)


def test_a_row_in_another_currency(tmp_path: Path) -> None:
    own = row("1", "5", more="<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>")
    converted = row("2", "6", more="<ORIGCURRENCY><CURRATE>1.1<CURSYM>EUR</ORIGCURRENCY>")
    assert said(read(bank(tmp_path, own + converted))) == [
        "deposit: cash EUR 5",
        "deposit: cash USD 6",
    ]
    statement = read(bank(tmp_path, row("1", "5"), currency=""))
    assert [r.reason for r in statement.rows] == ["it names no currency"]


def test_several_accounts_in_one_file(tmp_path: Path) -> None:
    path = bank(tmp_path, row("1", "5", kind="DEBIT"))
    card = (
        "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4111"
        f"</CCACCTFROM><BANKTRANLIST>{row('1', '-20')}</BANKTRANLIST><LEDGERBAL><BALAMT>-20"
        "<DTASOF>20240401</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
    )
    path.write_text(path.read_text().replace("</OFX>", card))
    db = new_book(tmp_path)
    with pytest.raises(UsageError, match="of 2 accounts"):
        load(db, path, account="Giro")
    assert load(db, path).recorded == 2  # one id in two accounts
    made = {a.key: a.type for a in Catalog(db).accounts.values()}
    assert made == {"Acme Bank/12-3": "checking", "Acme Bank/4111": "credit-card"}


def test_an_account_keeps_its_own_name(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    path = bank(tmp_path, row("1", "5"))
    load(db, path, account="Giro")
    path = bank(tmp_path, row("1", "5") + row("2", "6"))
    summary = load(db, path, create=False)
    assert (summary.already, summary.recorded) == (1, 1)
    assert [a.name for a in Catalog(db).accounts.values()] == ["Giro"]


@pytest.mark.parametrize("word", ['<!DOCTYPE OFX [<!ENTITY a "b">]>', '<!ENTITY a "aaaa">'])
def test_entities_are_refused(tmp_path: Path, word: str) -> None:
    head = f'<?xml version="1.0"?>\n{word}\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
    path = bank(tmp_path, row("1", "5", more="<NAME>&a;&a;"), head=head)
    with pytest.raises(FolioError, match="declares a document type or entities"):
        read(path)


def test_a_file_without_a_statement_says_what_the_bank_said(tmp_path: Path) -> None:
    path = tmp_path / "no.ofx"
    status = "<STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid</STATUS>"
    path.write_text(f"{HEAD}<OFX><SIGNONMSGSRSV1><SONRS>{status}</SONRS></SIGNONMSGSRSV1></OFX>")
    with pytest.raises(FolioError, match="holds no statement: it says 15500 Signon invalid"):
        read(path)


def test_files_of_any_mix_in_any_order(tmp_path: Path) -> None:
    newer = bank(tmp_path, row("2", "6", "20240402") + row("3", "7", "20240403"))
    older = newer.rename(tmp_path / "b")
    newer = bank(tmp_path, row("1", "5", "20240401") + row("2", "6", "20240402"))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer\n")
    books = []
    for number, files in enumerate(([older, newer, letter], [letter, newer, older])):
        folder = tmp_path / str(number)
        folder.mkdir()
        db = new_book(folder)
        with pytest.raises(FolioError, match="no profile knows"):
            load_all(db, files)
        assert kinds(db) == {}
        books.append(sum(s.recorded for s in load_all(db, [f for f in files if f != letter])))
        books.append(db.execute("SELECT group_concat(external_id) FROM transactions").fetchone())
    assert books[:2] == books[2:]
    assert books[1][0] == "77/12-3:1,77/12-3:2,77/12-3:3"


FOLDER = os.environ.get("FOLIO_SAMPLES", "")
# file: rows, cash, commissions, balances that agree once the opening is there
REAL = {
    "ofx_sgml_v1/fidelity_brokerage.ofx": (17, "-10526.67", "-48.67"),
    "ofx_xml_v2/suncorp_bank_cdata.ofx": (1, "-16.85", "0"),
    "ofx_bank_sgml/checking.ofx": (3, "-59.5", "0"),
    "ofx_sgml_v1_buy_sell/investment_401k_transfers.ofx": (3, "-197.2", "0"),
}


@pytest.mark.skipif(not FOLDER, reason="FOLIO_SAMPLES is not set")
@pytest.mark.parametrize("name", REAL)
def test_real_files(name: str) -> None:
    statement = read(Path(FOLDER) / name)
    rows, cash, fees = REAL[name]
    assert len(statement.rows) == rows
    assert not [r for r in statement.rows if r.status == BAD]
    moved = [leg for d in statement.drafts for leg in d.legs if leg.asset.type == "currency"]
    assert to_text(sum((leg.quantity for leg in moved), Decimal(0))) == cash
    assert to_text(sum((g.quantity for g in moved if g.role == "fee"), Decimal(0))) == fees
    assert statement.balances
    assert dt.date(2012, 9, 8) <= max(stated.day for stated in statement.balances)


def test_a_block_that_ends_within_is_a_row_that_cannot_be_read() -> None:
    """A tag closed too early leaves a second element beside the first."""
    block = Block("BUYSTOCK", 1, 1, "<BUYSTOCK><A>1</BUYSTOCK><INVBUY><B>2</INVBUY></BUYSTOCK>")
    with pytest.raises(RowFault, match="its tags do not fit: multiple elements"):
        values(block)


def test_a_file_without_a_header(tmp_path: Path) -> None:
    for head in ("", "\n\n", "\ufeff"):
        statement = read(bank(tmp_path, row("1", "-4.50"), head=head))
        assert said(statement) == ["withdraw: cash USD -4.5"]


def broker(folder: Path, *rows: str) -> Path:
    """A broker's file of these rows, each with its id and day left out."""
    path = folder / "broker.qfx"
    told = "".join(
        text.replace("<INVTRAN>", f"<INVTRAN><FITID>{number}<DTTRADE>20240112", 1)
        for number, text in enumerate(rows)
    )
    path.write_text(
        f"{HEAD}<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20240630<CURDEF>USD"
        "<INVACCTFROM><BROKERID>b.com<ACCTID>Z1</INVACCTFROM>"
        f"<INVTRANLIST>{told}</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>"
    )
    return path


def test_a_tax_that_a_broker_calls_an_expense(tmp_path: Path) -> None:
    rows = [
        f"<INVEXPENSE><INVTRAN><MEMO>{memo}</INVTRAN>"
        "<TOTAL>-2<SUBACCTSEC>CASH<SUBACCTFUND>CASH</INVEXPENSE>"
        for memo in ("DIV - Foreign Stk W/HLTD", "Foreign tax paid", "ADR fee")
    ]
    assert said(read(broker(tmp_path, *rows))) == [
        "tax: tax USD -2",
        "tax: tax USD -2",
        "fee: fee USD -2",
    ]


SHARE = "<SECID><UNIQUEID>F1<UNIQUEIDTYPE>OTHER</SECID>"


@pytest.mark.parametrize(
    ("tag", "words", "expected"),
    [
        # Which way it goes is the action's word, and the sign's where there is none.
        ("TRANSFER", "<UNITS>5<TFERACTION>OUT", "transfer_out: asset F1 -5"),
        ("TRANSFER", "<UNITS>-5<TFERACTION>IN", "transfer_in: asset F1 5"),
        ("TRANSFER", "<UNITS>-5", "transfer_out: asset F1 -5"),
        ("TRANSFER", "<UNITS>5", "transfer_in: asset F1 5"),
        # 10 × 30, and 5 beside it.
        (
            "BUYSTOCK",
            "<UNITS>10<UNITPRICE>30<COMMISSION>5",
            "buy: asset F1 10, cash USD -300, fee USD -5",
        ),
        (
            "SELLSTOCK",
            "<UNITS>-10<UNITPRICE>30<COMMISSION>5",
            "sell: asset F1 -10, cash USD 300, fee USD -5",
        ),
        ("BUYSTOCK", "<UNITS>10", "it has neither TOTAL nor UNITPRICE"),
        ("BUYSTOCK", "<UNITS>10<UNITPRICE>0<TOTAL>0", "transfer_in: asset F1 10"),
        ("SELLSTOCK", "<UNITS>-10<UNITPRICE>0<TOTAL>0", "delisting: asset F1 -10"),
        (
            "BUYSTOCK",
            "<UNITS>1<UNITPRICE>1<COMMISSION>5<TOTAL>-4",
            "its fees and taxes are more than its total",
        ),
        ("SPLIT", "<OLDUNITS>6<NEWUNITS>9", "split: 3:2"),
        ("SPLIT", "<OLDUNITS>6<NEWUNITS>9<FRACCASH>7", "split: 3:2 cash USD 7"),
        (
            "SPLIT",
            "<OLDUNITS>6",
            "it has neither NUMERATOR and DENOMINATOR nor OLDUNITS and NEWUNITS",
        ),
        ("SPLIT", "<OLDUNITS>6<NEWUNITS>-9", "-9:6 is no ratio of a split"),
        ("RETOFCAP", "<TOTAL>-4", "return_of_capital: cash USD 4"),
        ("RETOFCAP", "", "it has no TOTAL"),
        ("BUYSTOCK", "<UNITPRICE>30<TOTAL>-30", "it has no UNITS"),
        ("BUYSTOCK", "<UNITS>0<TOTAL>-30", "it has UNITS of 0, and money moves"),
        ("TRANSFER", "<TFERACTION>IN", "it has no UNITS"),
    ],
)
def test_what_brokers_sign_and_leave_out(
    tmp_path: Path, tag: str, words: str, expected: str
) -> None:
    trade = {"BUYSTOCK": "INVBUY", "SELLSTOCK": "INVSELL"}.get(tag)
    text = f"<INVTRAN></INVTRAN>{SHARE}{words}"
    text = f"<{trade}>{text}</{trade}>" if trade else text
    statement = read(broker(tmp_path, f"<{tag}>{text}</{tag}>"))
    told = [r.reason for r in statement.rows if r.status == BAD]
    for draft in statement.drafts:
        ratio = "" if draft.ratio is None else "{}:{} ".format(*draft.ratio)
        told.append(f"{draft.kind}: {ratio}{legs(draft)}".strip())
    assert told == [expected]


def test_positions_without_a_price_have_units_alone(tmp_path: Path) -> None:
    path = broker(tmp_path)
    isin = "IE00BK5BQT80"  # whose type is not said to be one
    told = "".join(
        f"<POSSTOCK><INVPOS><SECID><UNIQUEID>{number}<UNIQUEIDTYPE>OTHER</SECID>"
        f"<POSTYPE>LONG<UNITS>3{price}</INVPOS></POSSTOCK>"
        for number, price in (
            (isin, ""),
            ("F2", "<UNITPRICE>0"),
            ("F3", "<UNITPRICE>-1"),
            ("F4", "<UNITPRICE>7"),
        )
    )
    text = path.read_text().replace(
        "</INVTRANLIST>", f"</INVTRANLIST><INVPOSLIST>{told}</INVPOSLIST>"
    )
    path.write_text(text)
    statement = read(path)
    assert [(s.asset.symbol, to_text(s.balance)) for s in statement.balances] == [
        (isin, "3"),
        ("F2", "3"),
        ("F3", "3"),
        ("F4", "3"),
    ]
    assert statement.balances[0].asset.isin == isin
    assert [(p.asset.symbol, to_text(p.price)) for p in statement.prices] == [("F4", "7")]


def bought(number: str, units: str, total: str, more: str = "") -> str:
    head = f"<INVTRAN><FITID>{number}<DTTRADE>20240305{more}</INVTRAN>"
    return (
        f"<BUYSTOCK><INVBUY>{head}{SHARE}<UNITS>{units}<UNITPRICE>30<TOTAL>{total}</INVBUY>"
        "<BUYTYPE>BUY</BUYSTOCK>"
    )


def numbered(tmp_path: Path, *rows: str) -> Path:
    """A broker's file of rows that have their numbers."""
    path = broker(tmp_path)
    path.write_text(path.read_text().replace("</INVTRANLIST>", f"{''.join(rows)}</INVTRANLIST>"))
    return path


@pytest.mark.parametrize("signed", [("-10", "300"), ("10", "-300")])
def test_a_purchase_that_was_taken_back_is_none(tmp_path: Path, signed: tuple[str, str]) -> None:
    """OFX 2.2, 13.9.2: REVERSALFITID is the number of the transaction that is reversed.

    10 at 30 are bought, taken back and bought again, 9 at 30: 9 are held, and 270 were paid.
    """
    first, again = bought("1", "10", "-300"), bought("3", "9", "-270")
    back = bought("2", *signed, "<REVERSALFITID>1")
    db = new_book(tmp_path / "whole")
    path = numbered(tmp_path, first, back, again)
    summary = load(db, path)
    assert (summary.recorded, summary.skipped) == (1, 2)
    assert totals(db) == {"F1": "9", "USD": "-270"}
    assert load(db, path).recorded == 0
    later = new_book(tmp_path / "later")
    assert load(later, numbered(tmp_path, first)).recorded == 1
    assert load(later, numbered(tmp_path, back, again)).recorded == 1
    assert totals(later) == {"F1": "9", "USD": "-270"}
    assert load(later, numbered(tmp_path, first, back)).recorded == 0
    assert totals(later) == {"F1": "9", "USD": "-270"}


def test_what_takes_back_another_amount_is_bad(tmp_path: Path) -> None:
    rows = bought("1", "10", "-300"), bought("2", "-4", "120", "<REVERSALFITID>1")
    statement = read(numbered(tmp_path, *rows))
    (reason,) = [row.reason for row in statement.rows if row.status == BAD]
    assert reason.startswith("it takes back line ")
    assert reason.endswith(", which moves another amount")
    assert said(statement) == ["buy: asset F1 10, cash USD -300"]


def test_a_reinvestment_that_was_taken_back_in_a_later_file(tmp_path: Path) -> None:
    row = (
        "<REINVEST><INVTRAN><FITID>{}<DTTRADE>20240305{}</INVTRAN>" + SHARE + "<INCOMETYPE>DIV"
        "<TOTAL>-20<UNITS>2<UNITPRICE>10</REINVEST>"
    )
    db = new_book(tmp_path)
    assert load(db, numbered(tmp_path, row.format("1", ""))).recorded == 1
    assert totals(db) == {"F1": "2", "USD": "0"}
    load(db, numbered(tmp_path, row.format("2", "<REVERSALFITID>1")))
    assert totals(db) == {}


def test_a_trade_with_both_signs_of_the_other_kind_is_bad(tmp_path: Path) -> None:
    (row,) = read(numbered(tmp_path, bought("1", "-10", "300"))).rows
    assert (row.status, row.reason) == (
        BAD,
        "its UNITS and TOTAL go the other way than a buy: it takes one back, and does not say "
        "which (REVERSALFITID)",
    )


@pytest.mark.parametrize("units", ["2", "-2"])
@pytest.mark.parametrize(("action", "closes"), [("EXERCISE", "-2"), ("ASSIGN", "2")])
def test_what_ends_an_option_goes_by_its_word(
    tmp_path: Path, units: str, action: str, closes: str
) -> None:
    """Who holds an option exercises it; who has written one is assigned."""
    head = "<INVTRAN><FITID>1<DTTRADE>20240305</INVTRAN>"
    row = f"<CLOSUREOPT>{head}{SHARE}<OPTACTION>{action}<UNITS>{units}<SHPERCTRCT>100</CLOSUREOPT>"
    (draft,) = read(numbered(tmp_path, row)).drafts
    assert legs(draft) == f"asset F1 {closes}"
