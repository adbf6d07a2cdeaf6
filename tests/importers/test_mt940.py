"""MT940 of banks.  The samples are written by hand after what banks are known to write, and the
figures worked out so: those of Sparkassen, ING, Rabobank, PostFinance and mBank are in formats/.
"""

import zoneinfo
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.errors import FolioError
from folio.importers.formats.mt940.details import Details, read_details
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import SKIPPED, Statement
from folio.operations.importing.settle_rows import retry_import
from importing import PROFILES, WHO, load, load_all, new_book, reassembled, totals

SAMPLES = Path(__file__).parent / "formats"


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "mt940"
    return found.read(path, zoneinfo.ZoneInfo("UTC"))


def message(*rows: str, opens: str = "C240131EUR100,", closes: str | None = "C240229EUR0,") -> str:
    """A statement of one account."""
    head = [":20:STARTUMSE", ":25:37040044/532013000", ":28C:2/1", f":60F:{opens}"]
    return "\n".join([*head, *rows, *([f":62F:{closes}", "-"] if closes else []), ""])


def written(folder: Path, *messages: str, encoding: str = "utf-8") -> Path:
    path = folder / "some.dat"
    path.write_bytes("".join(messages).encode(encoding))
    return path


def said(statement: Statement) -> list[str]:
    """Day, kind and amount of each transaction, oldest first."""
    return [
        f"{draft.occurred_on} {draft.kind} {to_text(draft.legs[0].quantity)}"
        for draft in statement.drafts
    ]


def test_a_month_in_a_book(tmp_path: Path) -> None:
    """1200 − 850 + 19.99 − 6.90 − 4.50 + 0.42 = 359.01, and 50 − 10 = 40."""
    db = new_book(tmp_path)
    path = SAMPLES / "mt940_sparkasse" / "sample.sta"
    summary = load(db, path)
    assert (summary.profile, summary.rows, summary.recorded, summary.skipped) == ("mt940", 7, 6, 1)
    assert totals(db) == {"EUR": "-850.99"}
    assert [(str(b.day), to_text(b.stated - b.ledger)) for b in summary.balances] == [
        ("2024-01-31", "1200"),  # before the ledger starts
        ("2024-02-29", "0"),
        ("2024-01-31", "50"),
        ("2024-02-29", "0"),
    ]
    kept = "".join("".join(line.split()) for line in reassembled(db, summary.statement_id or 0))
    assert kept == "".join(path.read_text("utf-8").split())
    assert load(db, path).already == 6
    again = did(db, WHO, retry_import, summary.statement_id or 0, PROFILES)
    assert (again.rows, again.recorded) == (7, 0)


def test_files_that_overlap(tmp_path: Path) -> None:
    coffee = [f":61:24020{day}020{day}D3,NMSCNONREF\n:86:Coffee" for day in "123"]
    db = new_book(tmp_path)
    load(db, written(tmp_path, message(*coffee[:2])))
    # Broken at another place, and a true repeat of the second day.
    later = [coffee[1].replace("Coffee", "Cof\nfee"), coffee[1], coffee[2]]
    summary = load(db, written(tmp_path, message(*later)))
    assert (summary.already, summary.recorded, totals(db)["EUR"]) == (1, 2, "-12")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2402010201C5,NTRFNONREF", "2024-02-01 deposit 5"),
        ("2402010201D5,10NTRFNONREF", "2024-02-01 withdraw -5.1"),
        ("2402010201RC5,NTRFNONREF", "2024-02-01 withdraw -5"),  # taken back
        ("2402010201RDR5,NTRFNONREF", "2024-02-01 deposit 5"),
        ("2402010201DN2,50NCHGNONREF//B1", "2024-02-01 fee -2.5"),
        ("2402010201CR0000000005,00S103A/7", "2024-02-01 deposit 5"),
        ("2402030201D5,NTAXNONREF", "2024-02-01 tax -5"),
        ("240203D5,NTRF", "2024-02-03 withdraw -5"),
        ("240305D5,NTRF", "2024-02-29 withdraw -5"),  # it is in the closing balance
        ("2401021230D5,NTRF", "2023-12-30 withdraw -5"),
        ("2312310102D5,NTRF", "2024-01-02 withdraw -5"),
        ("2402300301D5,NTRF", "2024-03-01 withdraw -5"),  # 30 February, a German day of value
        ("9912310101D5,NTRF", "2000-01-01 withdraw -5"),
        ("2402010201D5,", "2024-02-01 withdraw -5"),
    ],
)
def test_entries(tmp_path: Path, row: str, expected: str) -> None:
    assert said(read(written(tmp_path, message(f":61:{row}")))) == [expected]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2402010201D0,00NTRF", "moves nothing"),
        ("2402010201D5.5NTRF", "'5.5' is no number with a decimal comma"),
        ("2402010201X5,NTRF", "'2402010201X5,NTRF' is no entry of MT940"),
        ("240230D5,NTRF", "'240230' is no date"),
        ("2402010230D5,NTRF", "'240230' is no date"),
    ],
)
def test_entries_that_are_none(tmp_path: Path, row: str, reason: str) -> None:
    statement = read(written(tmp_path, message(f":61:{row}", ":61:2402010201C1,NTRF")))
    assert [one.reason for one in statement.rows] == [reason, ""]


@pytest.mark.parametrize(
    ("account", "row", "kind"),
    [
        ("37040044/532013000", "NMSCNONREF\n:86:814?00ZINSEN", "interest"),
        ("DE89370400440532013000", "NMSCNONREF\n:86:808?00ENTGELT", "fee"),
        ("37040044/532013000", "NCHGNONREF\n:86:805?00ABSCHLUSS", "deposit"),  # and interest
        ("37040044/532013000", "NINTNONREF\n:86:Zinsen", "interest"),
        ("PL61109010140000071219812874", "NTRFNONREF\n:86:808?00X", "deposit"),  # another list
        ("NL20RABO0123456789", "NINTNONREF\n:86:814>00X", "interest"),
        ("NL20RABO0123456789", "FCHGNONREF", "deposit"),  # a code of the bank's own
    ],
)
def test_codes(tmp_path: Path, account: str, row: str, kind: str) -> None:
    text = message(f":61:240201C5,{row}").replace("37040044/532013000", account)
    assert [draft.kind for draft in read(written(tmp_path, text)).drafts] == [kind]


@pytest.mark.parametrize(
    ("lines", "details"),
    [
        (
            # A subfield goes on in the next; SVWZ+ stands at the head of one.
            [
                "166?00GUTSCHRIFT?109248?20EREF+4711?21MREF+M-1?22SVWZ+Nebenkosten Abrech",
                "nung?23 2023?24Haus 4?30COBADEFFXXX?31DE02120300000000202051?32Muster ",
                "Verwaltung und Pfleg?33e GmbH?34000?60Nachtrag",
            ],
            Details(
                "Muster Verwaltung und Pflege GmbH",
                "Nebenkosten Abrechnung 2023 Haus 4 Nachtrag",
                "GUTSCHRIFT",
                "166",
            ),
        ),
        (
            ["020?00UEBERWEISUNG?20Rechnung 7?21vom 1.2.?32Shop"],  # of before SEPA
            Details("Shop", "Rechnung 7 vom 1.2.", "UEBERWEISUNG", "020"),
        ),
        (["020~00VD34~20Czynsz~21~32JAN~33NOWAK"], Details("JAN NOWAK", "Czynsz", "VD34", "020")),
        (["000>100987654321", ">20HUUR>21FEB"], Details("", "HUUR FEB", "", "000")),
        (
            ["/TRTP/iDEAL/IBAN/NL2/BIC/RABONL2U/NAME/SHOP BV/REMI/Order 7/EREF/1"],
            Details("SHOP BV", "Order 7", "iDEAL", ""),
        ),
        (
            ["/EREF/E1//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK///REMI/USTD//EV1/"],
            Details("ING BANK", "EV1", "", ""),
        ),
        (["/CSID/NL1//REMI/STRD/CUR/9001"], Details("", "CUR/9001", "", "")),
        (["166?00"], Details("", "", "", "166")),
        ([":26:37 o'clock?"], Details("", ":26:37 o'clock?", "", "")),
        ([], Details("", "", "", "")),
    ],
)
def test_details(lines: list[str], details: Details) -> None:
    assert read_details(lines) == details


def test_details_of_many_lines(tmp_path: Path) -> None:
    """Blank lines, a line that looks like a field, and what follows the last entry."""
    rows = [
        ":61:2402010201C5,NTRF\nof the entry",
        ":86:The first",
        "   ",
        ":26:37 of a clock",
        ":61:2402010201C6,NTRF\nthe shop itself",
        ":61:2402010201C7,NTRF\n:NS:01Words of their own\n02and more",
    ]
    statement = read(written(tmp_path, message(*rows), ":86:of the statement\n"))
    assert [draft.note for draft in statement.drafts] == [
        "The first :26:37 of a clock",
        "the shop itself",
        "",
    ]


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("37040044/0532013000", "37040044/0532013000"),
        ("51210600/9223382012EUR", "51210600/9223382012"),
        ("NL20RABO0123456789EUR", "Bank/NL20RABO0123456789"),
        ("NL20RABO0123456789 EUR", "Bank/NL20RABO0123456789"),
        ("COBADEFF/DE89370400440532013000", "COBADEFF/DE89370400440532013000"),
        ("UBRTHUHB/1234/HUF", "UBRTHUHB/1234"),
        ("1291.99.348EUR", "Bank/1291.99.348"),
    ],
)
def test_accounts(tmp_path: Path, printed: str, key: str) -> None:
    text = message(":61:240201C5,NTRF").replace("37040044/532013000", printed)
    (draft,) = read(written(tmp_path, text)).drafts
    assert str(draft.account) == key


def test_the_account_is_found_by_its_iban(tmp_path: Path) -> None:
    """A code of a bank and a number are parts of the IBAN by which other files call it."""
    db = new_book(tmp_path)
    load(
        db, written(tmp_path, message(":61:240201C5,NTRF")), account="Cobank/DE89370400440532013000"
    )
    load(db, written(tmp_path, message(":61:240202C6,NTRF")), create=False)
    other = new_book(tmp_path / "other")
    iban = message(":61:240201C5,NTRF").replace("37040044/532013000", "DE89370400440532013000")
    load(other, written(tmp_path, iban))
    load(other, written(tmp_path, message(":61:240202C6,NTRF")), create=False)
    for book in (db, other):
        assert (len(Catalog(book).accounts), totals(book)["EUR"]) == (1, "11")


@pytest.mark.parametrize("at_once", [False, True])
def test_an_iban_is_the_account_that_came_under_its_parts(tmp_path: Path, at_once: bool) -> None:
    """DE89 3704 0044 0532 0130 00 is the bank 370 400 44 and the account 0532013000."""
    db = new_book(tmp_path)
    files = []
    for number, paid in (
        ("37040044/532013000", "5"),
        ("DE89370400440532013000", "6"),
        ("DE02120300000000202051", "5"),
    ):
        text = message(f":61:240201C{paid},NTRF").replace("37040044/532013000", number)
        files.append(tmp_path / f"{number[:4]}.sta")
        files[-1].write_text(text)
    for paths in [files] if at_once else [[one] for one in files]:
        load_all(db, paths)
    names = [account.name for account in Catalog(db).accounts.values()]
    assert sorted(names) == sorted(
        ["DE02120300000000202051", "DE89370400440532013000" if at_once else "532013000"]
    )
    assert totals(db)["EUR"] == "16"


def test_a_booking_that_is_missing(tmp_path: Path) -> None:
    first = message(":61:2402010201D40,NTRF", closes="C240229EUR50,")
    statement = read(written(tmp_path, first))
    assert statement.notes == (
        "line 6: the statement opens with 100 EUR, books -40 and closes with 50: -10 EUR of it is "
        "not in the file",
    )
    first = first.replace("D40,", "D50,")
    second = message(opens="C240303EUR49,", closes="C240331EUR49,")
    statement = read(written(tmp_path, second, first))
    assert statement.notes == (
        "line 4: the statement opens with 49 EUR, and the one before it closes with 50 (line 12): "
        "one between them is missing, or they overlap",
    )


def test_what_is_torn_is_not_whole(tmp_path: Path) -> None:
    torn = message(":61:2402010201C5,NTRF", ":61:2402010201C12", closes=None)
    path = written(tmp_path, message(":61:2401010101C1,NTRF"), torn)
    with pytest.raises(FolioError, match="1 of 3 rows cannot be read") as told:
        load(new_book(tmp_path), path)
    assert "line 13: no closing balance (:62F:) follows" in str(told.value)
    assert "the file ends within the statement; export it again" in str(told.value)


def test_balances_that_cannot_be_read(tmp_path: Path) -> None:
    statement = read(written(tmp_path, message(":61:240201C5,NTRF", closes="C240229USD105,")))
    assert statement.notes == ("line 6: a balance is left out: it is in USD, the statement in EUR",)
    statement = read(written(tmp_path, message(":61:240201C5,NTRF", closes="C240229EUX105,")))
    assert statement.notes == ("line 6: a balance is left out: 'EUX' is no currency",)
    none = message(":61:240201C5,NTRF", opens="100,", closes="105,")
    assert [row.reason for row in read(written(tmp_path, none)).rows] == [
        "its statement has no balance that says the currency"
    ]


def test_a_report_of_the_day_books_nothing(tmp_path: Path) -> None:
    text = message(":61:240201C5,NTRF").replace(":60F:C240131EUR100,", ":34F:EUR0,")
    statement = read(written(tmp_path, text.replace(":62F:C240229EUR0,", ":90C:1EUR5,")))
    assert [row.reason for row in statement.rows if row.status == SKIPPED] == [
        "it is not booked yet: it comes again in a statement"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = message(":61:240201C5,NTRF", ":86:Größe für Café Müller").replace("\n", "\r\n")
    (draft,) = read(written(tmp_path, text, encoding=encoding)).drafts
    assert draft.note == "Größe für Café Müller"
