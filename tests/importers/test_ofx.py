"""OFX of banks and brokers.  The samples are written by hand; so are the figures."""

import zoneinfo
from pathlib import Path

from folio.importers.formats import find_format
from folio.model.numbers import to_text
from folio.model.statements import Statement
from folio.model.transactions import Draft
from importing import load, new_book, reassembled

ZONE = zoneinfo.ZoneInfo("America/New_York")
SAMPLES = Path(__file__).parent / "ofx"
HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "ofx"
    return found.read(path, ZONE)


def legs(draft: Draft) -> str:
    """The legs in words: ``asset INTC 2, cash USD -50``."""
    return ", ".join(f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)


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


def row(number: str, amount: str, day: str = "20240328", more: str = "<NAME>Shop") -> str:
    return f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{number}{more}</STMTTRN>"


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
