"""A bank's OFX beside its CSV: the same account, and the same money once."""

from decimal import Decimal
from pathlib import Path

from folio.db.catalog import Catalog
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
