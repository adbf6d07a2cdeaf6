"""CAMT of banks.  The samples are written by hand after what banks are known to write, and the
figures worked out so: those of Sparkassen, Volksbanken, ABN AMRO and UBS are in formats/.
"""

import datetime as dt
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.errors import FolioError, UnknownStatement
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import Draft
from folio.operations.arranging.lock import lock_book
from folio.operations.importing.settle_rows import retry_import
from importing import PROFILES, WHO, commits, kinds, load, new_book, reassembled, totals

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
SAMPLES = Path(__file__).parent / "formats"
IBAN = "DE89370400440532013000"
XMLNS = 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"'


def read(path: Path) -> Statement:
    found = find_format(path)
    assert found is not None
    assert found.name == "camt"
    return found.read(path, ZONE)


def entry(
    amount: str, ref: str = "", day: str = "2024-03-05", more: str = "", name: str = "Shop"
) -> str:
    """An entry; a signed ``amount``, with the sign left out where it came in."""
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>2024-03-09</Dt></ValDt>"
        f"<AcctSvcrRef>{ref}</AcctSvcrRef>{more}<AddtlNtryInf>{name}</AddtlNtryInf></Ntry>"
    )


def balance(code: str, amount: str, day: str, money: str = "EUR") -> str:
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{money}">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def account(inside: str, number: str = IBAN, tag: str = "Stmt") -> str:
    return (
        f"<{tag}><Id>1</Id><Acct><Id><IBAN>{number}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Me</Nm></Ownr>"
        f"<Svcr><FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId></Svcr></Acct>{inside}</{tag}>"
    )


def written(folder: Path, *statements: str, message: str = "BkToCstmrStmt") -> Path:
    path = folder / "some.dat"
    inside = "".join(statements)
    path.write_text(f"<Document {XMLNS}><{message}>{inside}</{message}></Document>", "utf-8")
    return path


def one(folder: Path, *entries: str) -> Path:
    """A file of one statement."""
    return written(folder, account("".join(entries)))


def said(statement: Statement) -> list[str]:
    """Day, kind and legs of each transaction, oldest first."""
    return [f"{draft.occurred_on} {draft.kind}: {legs(draft)}" for draft in statement.drafts]


def legs(draft: Draft) -> str:
    return ", ".join(f"{leg.role} {to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)


def test_a_month_in_a_book(tmp_path: Path) -> None:
    """CHF: 5000 + 3483 − 105 − 0.31 + 5.64 − 1.98 = 8381.35; USD: −12.50 + 60 = 47.50."""
    db = new_book(tmp_path, currency="CHF")
    path = SAMPLES / "camt_ubs" / "sample.xml"
    summary = load(db, path)
    assert (summary.profile, summary.rows, summary.recorded) == ("camt", 6, 6)
    assert totals(db) == {"CHF": "3381.35", "USD": "60"}
    assert [(b.asset, str(b.day), to_text(b.stated - b.ledger)) for b in summary.balances] == [
        ("CHF", "2024-06-01", "5000"),  # before the ledger starts
        ("CHF", "2024-06-30", "0"),
        ("USD", "2024-05-31", "-12.5"),
        ("USD", "2024-06-30", "0"),
    ]
    made = {a.key: a.type for a in Catalog(db).accounts.values()}
    assert made == {"UBS Switzerland AG/CH9300762011623852957": "savings"}
    kept = "".join("".join(line.split()) for line in reassembled(db, summary.statement_id or 0))
    assert kept == "".join(path.read_text("utf-8").split())
    assert load(db, path).already == 6
    again = did(db, WHO, retry_import, summary.statement_id or 0, PROFILES)
    assert (again.rows, again.recorded) == (6, 0)


def test_a_line_of_a_file_of_one_line(tmp_path: Path) -> None:
    first, second = entry("5", "A1"), entry("-3.50", "A2")
    statement = read(one(tmp_path, first, second))
    assert [(row.line, row.text) for row in statement.rows] == [(2, first), (3, second)]


def test_files_that_overlap(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    days = [entry("-3", "", "2024-03-04"), entry("-3", "", "2024-03-05"), entry("9", "B7")]
    load(db, one(tmp_path, *days))
    summary = load(db, one(tmp_path, *days[1:], entry("1", "B8", "2024-03-06"), entry("-3", "")))
    # A second one like the first of the day; the statement has it twice now.
    assert (summary.already, summary.recorded, totals(db)["EUR"]) == (2, 2, "1")


def test_reports_of_what_is_new_by_noon_and_by_evening(tmp_path: Path) -> None:
    """Two coffees of one day, each with a number: nobody takes the second for the first."""
    db = new_book(tmp_path)
    load(db, one(tmp_path, entry("-3", "A1")))
    evening = load(db, one(tmp_path, entry("-3", "A2")))
    assert (evening.recorded, evening.already, evening.held) == (0, 0, 1)  # it is asked about


@pytest.mark.parametrize(
    "refs",
    [
        "<AcctSvcrRef>A1</AcctSvcrRef>",
        "<Prtry><Tp>FI-UMSATZ-ID</Tp><Ref>A1</Ref></Prtry>",
    ],
)
def test_a_number_beside_the_payment_is_the_booking_s_whatever_the_words(
    tmp_path: Path, refs: str
) -> None:
    db = new_book(tmp_path)
    for words in ("Shop", "Shop, thank you"):
        text = f"<Refs>{refs}</Refs><RmtInf><Ustrd>{words}</Ustrd></RmtInf>"
        more = f"<NtryDtls><TxDtls>{text}</TxDtls></NtryDtls>"
        summary = load(db, one(tmp_path, entry("-3", more=more, name=words)))
    assert (summary.already, summary.recorded, totals(db)["EUR"]) == (1, 0, "-3")


def test_a_number_that_only_the_statement_has(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    load(db, one(tmp_path, entry("-3", "NONREF"), entry("-4", "NOTPROVIDED")))
    summary = load(db, one(tmp_path, entry("-3", "A1"), entry("-4", "A2")))
    assert (summary.already, summary.recorded, summary.held) == (2, 0, 0)
    assert "2 rows have other ids than before; known by day, amount and words" in summary.notes


def test_a_reference_that_the_bank_gives_to_several_bookings(tmp_path: Path) -> None:
    """The fee of a payment, and what came back of it a month later, have its reference."""
    db = new_book(tmp_path)
    load(db, one(tmp_path, entry("-70", "R1"), entry("-1.50", "R1")))
    back = load(db, one(tmp_path, entry("70", "R1", "2024-04-05", "<RvslInd>true</RvslInd>")))
    assert (back.recorded, back.conflicts, totals(db)["EUR"]) == (1, 0, "-1.5")


def test_a_report_of_the_day_and_then_the_statement(tmp_path: Path) -> None:
    """What is pending waits; what was booked by noon is in each later report again."""
    pending = entry("-8", "").replace("BOOK", "PDNG")
    noon = account(entry("-5", "A1") + pending + balance("ITBD", "95", "2024-03-05"), tag="Rpt")
    evening = account(entry("-5", "A1") + entry("-8", "A2"), tag="Rpt")
    db = new_book(tmp_path)
    both = load(db, written(tmp_path, noon, evening, message="BkToCstmrAcctRpt"))
    assert (both.recorded, both.skipped, both.balances) == (2, 2, ())
    reasons = [row.reason for row in read(tmp_path / "some.dat").rows if row.status == SKIPPED]
    assert reasons == ["it is pending: it comes again when booked", "line 2 states it already"]
    closing = balance("PRCD", "100", "2024-03-04") + balance("CLBD", "87", "2024-03-05")
    final = load(db, written(tmp_path, account(closing + entry("-5", "A1") + entry("-8", "A2"))))
    assert (final.already, final.recorded, totals(db)["EUR"]) == (2, 0, "-13")
    assert [str(one.day) for one in final.balances] == ["2024-03-04", "2024-03-05"]


def test_entries_that_are_none(tmp_path: Path) -> None:
    rows = [
        entry("1").replace("BOOK", "INFO"),
        entry("1").replace("BOOK", "FUTR"),
        entry("0.00"),
        entry("1").replace("<Sts>BOOK</Sts>", ""),  # a statement has what is booked
        entry("1").replace("BOOK", "<Cd>BOOK</Cd>"),
    ]
    statement = read(one(tmp_path, *rows))
    assert [row.reason for row in statement.rows] == [
        "it is for information: it moves nothing",
        "it is of a day to come: it comes again when booked",
        "moves nothing",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (">5<", ">five<", "'five' is no number"),
        (">5<", "><", "it has no amount"),
        (">5<", ">-5<", "its amount -5 has a sign, and its direction is said beside it"),
        (">5<", ">1,000.5.3<", "'1,000.5.3' is no number with a decimal point"),
        ('"EUR"', '"EUX"', "'EUX' is no currency"),
        ("CRDT", "", "it does not say whether it is a credit or a debit (CdtDbtInd)"),
        ("2024-03-05", "2024-13-05", "'2024-13-05' is no date"),
        ("2024-03-05", "0024-03-05", "0024-03-05 is outside of 1900 to 2200"),
        ("BOOK", "MAYB", "its status 'MAYB' does not say whether it is booked"),
    ],
)
def test_entries_that_cannot_be_read(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = one(tmp_path, entry("5").replace(old, new), entry("6"))
    db = new_book(tmp_path)
    with pytest.raises(FolioError, match="1 of 2 rows cannot be read"):
        load(db, path)
    assert commits(db) == 1
    assert [row.reason for row in read(path).rows if row.reason] == [reason]
    assert load(db, path, skip_bad=True).rejected == 1


@pytest.mark.parametrize(
    ("amount", "code", "kind"),
    [
        ("0.12", "<Domn><Fmly><SubFmlyCd>INTR</SubFmlyCd></Fmly></Domn>", "interest"),
        ("-0.12", "<Domn><Fmly><SubFmlyCd>INTR</SubFmlyCd></Fmly></Domn>", "interest"),
        ("2", "<Domn><Fmly><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>", "fee"),  # given back
        ("-2", "<Domn><Fmly><SubFmlyCd>TAXE</SubFmlyCd></Fmly></Domn>", "tax"),
        ("9", "<Domn><Fmly><SubFmlyCd>DVCA</SubFmlyCd></Fmly></Domn>", "dividend"),
        ("-9", "<Domn><Fmly><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn>", "withdraw"),
        ("9", "<Prtry><Cd>NMSC+814+1234</Cd><Issr>DK</Issr></Prtry>", "interest"),
        ("-9", "<Prtry><Cd>NMSC+808</Cd><Issr>ZKA</Issr></Prtry>", "fee"),
        ("-9", "<Prtry><Cd>NMSC+808</Cd><Issr>PKO</Issr></Prtry>", "withdraw"),  # another list
        ("-9", "<Prtry><Cd>CHG</Cd><Issr>SWIFT</Issr></Prtry>", "fee"),
        (
            "-9",
            "<Domn><Fmly><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>"
            "<Prtry><Cd>NTRF+805</Cd><Issr>DK</Issr></Prtry>",
            "withdraw",  # interest and charges in one sum
        ),
    ],
)
def test_codes(tmp_path: Path, amount: str, code: str, kind: str) -> None:
    (draft,) = read(one(tmp_path, entry(amount, more=f"<BkTxCd>{code}</BkTxCd>"))).drafts
    assert (draft.kind, to_text(draft.legs[0].quantity)) == (kind, to_text(Decimal(amount)))


CHARGE = '<Chrgs><Amt Ccy="EUR">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>'
RECORD = (
    '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">2</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">2</Amt>'
    "<ChrgInclInd>{}</ChrgInclInd></Rcrd></Chrgs>"
)
PAID = (
    '<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="{}">{}</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>'
)


@pytest.mark.parametrize(
    ("amount", "more", "expected"),
    [
        ("-102", RECORD.format("true"), "withdraw: cash -100 EUR, fee -2 EUR"),
        ("98", RECORD.format("true"), "deposit: cash 100 EUR, fee -2 EUR"),
        ("-102", RECORD.format("false"), "withdraw: cash -102 EUR"),
        ("-2", RECORD.format("true"), "fee: fee -2 EUR"),
        ("-1", RECORD.format("true"), "withdraw: cash -1 EUR"),  # it cannot be in there
        ("-102", CHARGE.format("2"), "withdraw: cash -102 EUR"),  # nothing says it is
        (
            "-102",
            CHARGE.format("2") + PAID.format("EUR", 100),
            "withdraw: cash -100 EUR, fee -2 EUR",
        ),
        ("-102", CHARGE.format("2") + PAID.format("EUR", 102), "withdraw: cash -102 EUR"),
        ("-102", CHARGE.format("2") + PAID.format("USD", 100), "withdraw: cash -102 EUR"),
        ("98", CHARGE.format("2") + PAID.format("EUR", 100), "deposit: cash 100 EUR, fee -2 EUR"),
    ],
)
def test_charges(tmp_path: Path, amount: str, more: str, expected: str) -> None:
    assert said(read(one(tmp_path, entry(amount, more=more)))) == [f"2024-03-05 {expected}"]


def test_notes(tmp_path: Path) -> None:
    """Who and what for; of a batch, who; what it was in another currency."""
    paid = (
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Me</Nm></Dbtr><Cdtr><Nm>Shop</Nm></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>Order 7</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls>"
    )
    many = "".join(
        f"<TxDtls><RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties></TxDtls>" for name in "ABCDEF"
    )
    rows = [
        entry("-5", more=paid, name="Transfer"),
        entry("5", more=paid.replace("<NtryDtls>", "<RvslInd>1</RvslInd><NtryDtls>"), name="Back"),
        entry("-5", more=f"<NtryDtls>{many}</NtryDtls>", name=""),
        entry("-5", more=paid, name="/TRTP/iDEAL/IBAN/NL2/NAME/Shop and Sons/REMI/Order 7 thanks"),
        entry("-5", more=PAID.format("USD", "5.40"), name="Card"),
        entry("-5", more="<NtryDtls><Btch><NbOfTxs>12</NbOfTxs></Btch></NtryDtls>", name="Wages"),
    ]
    assert [draft.note for draft in read(one(tmp_path, *rows)).drafts] == [
        "Shop · Order 7 thanks · Transfer",
        "Shop · Order 7 thanks · Back",
        "6 payments: A, B, C, D, E …",
        "Shop and Sons · Order 7 thanks · iDEAL",
        "Card · 5.40 USD",
        "12 payments · Wages",
    ]


def test_days(tmp_path: Path) -> None:
    """The day of the booking, as printed; without one, that of value."""
    stamps = [
        "<BookgDt><DtTm>2024-03-05T23:30:00+02:00</DtTm></BookgDt>",
        "<BookgDt><DtTm>2024-03-05T23:30:00.000Z</DtTm></BookgDt>",  # an hour later in Berlin
        "<BookgDt><Dt>2024-03-05+01:00</Dt></BookgDt>",
        "",
    ]
    booked = "<BookgDt><Dt>2024-03-05</Dt></BookgDt>"
    rows = [entry("5", str(n)).replace(booked, stamp) for n, stamp in enumerate(stamps)]
    days = [draft.occurred_on.day for draft in read(one(tmp_path, *rows)).drafts]
    assert days == [5, 5, 6, 9]


def test_a_booking_that_is_missing(tmp_path: Path) -> None:
    ends = balance("OPBD", "100", "2024-03-05") + balance("CLBD", "60", "2024-03-05")
    first = account(ends + entry("-30", "A1"))
    later = balance("OPBD", "55", "2024-03-08") + balance("CLBD", "50", "2024-03-08")
    second = account(later + entry("-5", "A2", "2024-03-08"))
    statement = read(written(tmp_path, first))
    assert statement.notes == (
        "line 3: the statement opens with 100 EUR, books -30 and closes with 60: -10 EUR of it is "
        "not in the file",
    )
    whole = account(ends + entry("-30", "A1") + entry("-10", "A3"))
    assert read(written(tmp_path, whole)).notes == ()
    statement = read(written(tmp_path, second, whole))  # the newest first
    assert statement.notes == (
        "line 2: the statement opens with 55 EUR, and the one before it closes with 60 (line 7): "
        "one between them is missing, or they overlap",
    )
    assert [(str(b.day), to_text(b.balance)) for b in statement.balances] == [
        ("2024-03-04", "100"),
        ("2024-03-05", "60"),
        ("2024-03-07", "55"),
        ("2024-03-08", "50"),
    ]


def test_what_it_opens_with_on_a_locked_day(tmp_path: Path) -> None:
    """April is not refused for what the book says of March already."""
    db = new_book(tmp_path)
    load(db, one(tmp_path, entry("100", "A1", "2024-03-05")))
    did(db, WHO, lock_book, dt.date(2024, 3, 31), today=dt.date(2026, 1, 2))
    ends = balance("PRCD", "100", "2024-03-28") + balance("CLBD", "105", "2024-04-30")
    summary = load(db, written(tmp_path, account(ends + entry("5", "A2", "2024-04-02"))))
    assert (summary.recorded, [str(b.day) for b in summary.balances]) == (1, ["2024-04-30"])
    assert summary.notes == (
        "line 2: what it opens with on 2024-03-28 is not looked at: the book is locked through "
        "2024-03-31",
    )


def test_balances_that_a_bank_computed_in_floats(tmp_path: Path) -> None:
    ends = balance("PRCD", "100.0000000000005", "2024-03-04") + balance(
        "CLBD", "104.9999999999996", "2024-03-05"
    )
    statement = read(written(tmp_path, account(ends + entry("5", "A1"))))
    assert ([to_text(b.balance) for b in statement.balances], statement.notes) == (
        ["100", "105"],
        (),
    )


def test_balances_that_are_left_out(tmp_path: Path) -> None:
    """A balance that is no number, one of what may be spent, one between pages, and one that
    opens on a day on which something was booked before.
    """
    between = balance("CLBD", "7", "2024-03-06").replace(
        "</CdOrPrtry>", "</CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp>"
    )
    inside = balance("PRCD", "2", "2024-03-05") + balance("CLAV", "1", "2024-03-06") + between
    statement = read(written(tmp_path, account(inside + entry("5", "A1"))))
    assert (statement.balances, statement.notes) == ((), ())
    statement = read(written(tmp_path, account(balance("CLBD", "NaN", "2024-03-06"))))
    assert statement.notes == ("line 2: a balance is left out: 'NaN' is no number",)


def test_the_account_is_found_by_its_iban(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    load(db, one(tmp_path, entry("5", "A1")))
    assert [account.key for account in Catalog(db).accounts.values()] == [f"COBADEFFXXX/{IBAN}"]
    named = one(tmp_path, entry("5", "A1"), entry("6", "A2"))
    named.write_text(named.read_text().replace("<BIC>COBADEFFXXX</BIC>", "<Nm>Commerzbank</Nm>"))
    assert (load(db, named, create=False).recorded, totals(db)["EUR"]) == (1, "11")

    other = new_book(tmp_path / "other")
    load(other, one(tmp_path, entry("5", "A1")), account="Giro")
    load(other, one(tmp_path, entry("6", "A2", "2024-03-06")), create=False)
    assert [account.name for account in Catalog(other).accounts.values()] == ["Giro"]
    assert kinds(other) == {"deposit": 2}


def test_the_first_version(tmp_path: Path) -> None:
    """camt.053.001.01: a name with V01, codes of balances and the payments without a level."""
    paid = "<Btch><NbOfTxs>3</NbOfTxs></Btch>"
    inside = balance("OPBD", "1", "2024-03-05") + entry("5", "A1", more=paid)
    inside = account(inside + balance("CLBD", "6", "2024-03-05"))
    inside = inside.replace("<CdOrPrtry>", "").replace("</CdOrPrtry>", "")
    inside = inside.replace(f"<IBAN>{IBAN}</IBAN>", "<PrtryAcct><Id>77</Id></PrtryAcct>")
    path = written(tmp_path, inside, message="BkToCstmrStmtV01")
    statement = read(path)
    assert said(statement) == ["2024-03-05 deposit: cash 5 EUR"]
    assert [to_text(one.balance) for one in statement.balances] == ["1", "6"]
    assert (str(statement.drafts[0].account), statement.drafts[0].note) == (
        "COBADEFFXXX/77",
        "3 payments · Shop",
    )
    with pytest.raises(UnknownStatement, match="is a notification"):
        read(written(tmp_path, inside, message="BkToCstmrDbtCdtNtfctnV01"))


def test_several_accounts_in_one_file(tmp_path: Path) -> None:
    path = written(
        tmp_path, account(entry("5", "A1")), account(entry("6", "A1"), "DE02120300000000202051")
    )
    db = new_book(tmp_path)
    with pytest.raises(FolioError, match="of 2 accounts"):
        load(db, path, account="Giro")
    assert (load(db, path).recorded, len(Catalog(db).accounts)) == (2, 2)


def test_a_notification_is_no_statement(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = written(tmp_path / "in", account("", tag="Ntfctn"), message="BkToCstmrDbtCdtNtfctn")
    with pytest.raises(UnknownStatement, match=r"is a notification \(camt.054\) of entries that"):
        load(new_book(tmp_path), path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('<Amt Ccy="EUR">5</Amt>', "", "it has no amount"),
        ('<Amt Ccy="EUR">5</Amt>', '<Amt Ccy="EUR"></Amt>', "it has no amount"),
        ("<BookgDt><Dt>2024-03-05</Dt></BookgDt><ValDt><Dt>2024-03-09</Dt></ValDt>", "",
         "it has no date"),
        ("2024-03-05", "yesterday", "'yesterday' is no date"),
        ("2024-03-05", "2024-13-05", "'2024-13-05' is no date"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_harms_no_other(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    bad = entry("5", "A1")
    assert old in bad
    statement = read(one(tmp_path, bad.replace(old, new), entry("6", "A2")))
    assert [row.reason for row in statement.rows if row.status == BAD] == [told]
    assert said(statement) == ["2024-03-05 deposit: cash 6 EUR"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><Document><BkToCstmrStmt>&b;', "declares a document type"),
        ("<Document><BkToCstmrStmt><Stmt><Ntry>", "line 2 is no XML .*: export the statement"),
        ("<Document><BkToCstmrStmt></BkToCstmrStmt></Document>", "holds no statement of an acc"),
        ("<Document><BkToCstmrStmt>" + "<a>" * 200, "is nested too deeply"),
    ],
)
def test_hostile_and_damaged_files(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "some.xml"
    path.write_text(f"<?xml version='1.0'?>{text}")
    with pytest.raises(FolioError, match=told):
        load(new_book(tmp_path), path)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = one(tmp_path, entry("5", name="Café 5 €"))
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    path.write_bytes((head + path.read_text("utf-8")).encode(encoding))
    assert [draft.note for draft in read(path).drafts] == ["Café 5 €"]
