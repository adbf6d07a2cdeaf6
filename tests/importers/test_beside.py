"""Two exports of one account, a bank's OFX beside its CSV and the like: the same money once."""

from decimal import Decimal
from pathlib import Path

from folio.db.arrangements.catalog import Catalog
from importing import load, new_book, totals

CSV = Path(__file__).parent / "ing_de" / "sample.csv"
OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>37040044
<ACCTID>532013000<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240501<DTEND>20240531
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240507<TRNAMT>-1.49<FITID>1<NAME>ING Entgelt</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240531<TRNAMT>2000.00<FITID>2<NAME>Gehalt</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240530<TRNAMT>-7.00<FITID>3<NAME>Kino</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1978.40<DTASOF>20240531</LEDGERBAL></STMTRS></STMTTRNRS>
</BANKMSGSRSV1></OFX>
"""


def test_a_month_of_ofx_beside_the_csv_of_the_same_bank(tmp_path: Path) -> None:
    """DE89 3704 0044 0532 0130 00 is bank 37040044 and account 532013000.  What the CSV calls a
    fee is a withdrawal in OFX, of the same day and amount; only −7.00 is new.
    """
    db = new_book(tmp_path)
    load(db, CSV)
    before = Decimal(totals(db)["EUR"])
    path = tmp_path / "bank.ofx"
    path.write_text(OFX)
    summary = load(db, path)
    assert (summary.recorded, summary.held) == (1, 2)
    assert Decimal(totals(db)["EUR"]) - before == -7
    (account,) = Catalog(db).accounts.values()
    assert account.name == "DE89370400440532013000"
    again = load(db, path)
    assert (again.recorded, again.already, again.held) == (0, 1, 2)


# What was one order is one event in the history and two trades in the list of trades.
HISTORY = """User_ID,UTC_Time,Account,Operation,Coin,Change,Remark
42,2024-03-06 13:01:36,Spot,Buy,BTC,0.01000000,
42,2024-03-06 13:01:36,Spot,Buy,BTC,0.01500000,
42,2024-03-06 13:01:36,Spot,Transaction Related,EUR,-620.00000000,
42,2024-03-06 13:01:36,Spot,Transaction Related,EUR,-930.00000000,
"""
TRADES = """Date(UTC),Pair,Side,Price,Executed,Amount,Fee
2024-03-06 13:01:36,BTCEUR,BUY,62000,0.0100000000BTC,620.00000000EUR,0BTC
2024-03-06 13:01:36,BTCEUR,BUY,62000,0.0150000000BTC,930.00000000EUR,0BTC
2024-03-06 13:02:00,BTCEUR,BUY,62000,0.0200000000BTC,1240.00000000EUR,0BTC
"""


def test_an_order_beside_its_parts(tmp_path: Path) -> None:
    history, trades = tmp_path / "history.csv", tmp_path / "trades.csv"
    history.write_text(HISTORY)
    trades.write_text(TRADES)
    db = new_book(tmp_path)
    load(db, history)
    assert (load(db, trades).held, totals(db)["BTC"]) == (2, "0.045")
    db = new_book(tmp_path / "turned")
    load(db, trades)
    assert (load(db, history).held, totals(db)["BTC"]) == (4, "0.045")
