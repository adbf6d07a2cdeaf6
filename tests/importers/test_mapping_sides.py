"""On which side of an unknown file an amount stands, and in whose currency and on which day.

What must come out was worked out by hand from the rows.
"""

from pathlib import Path

import pytest
from mapped import UTC, given, questions, read, said

from folio.errors import FolioError
from folio.importers import find_profiles, parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from folio.importers.recognition.csv_file import headless

COMPOUND = (
    "Buchungsdatum;Text;Belastungsbetrag (CHF);Gutschriftsbetrag (CHF)\n"
    "31.12.2024;Miete;850,00;\n15.12.2024;Lohn;;2.500,00\n"
)
# One column for both sides: most of its amounts are negative.
BOTH = (
    "Booked;Text;Credit/Debit Amount;Balance\n2024-12-31;a;-5.00;80.00\n2024-12-30;b;-10.00;85.00\n"
    "2024-12-29;c;95.00;95.00\n"
)
# The day of the export stands in each row; what an order is made of stands in a column of its own.
PARTS = (
    "Bewertungsdatum;Beschreibung;Buchungsdatum;Text;Einzelbetrag;Belastung;Gutschrift;Saldo CHF\n"
    "03.01.2025;Konto;31.12.2024;Sammelauftrag;;150.00;;850.00\n"
    "03.01.2025;Konto;31.12.2024;Strom;-100.00;;;\n03.01.2025;Konto;31.12.2024;Gas;-50.00;;;\n"
    "03.01.2025;Konto;02.12.2024;Lohn;;;1'000.00;1'000.00\n"
)
# 4.50 euros are 336.15 roubles of the account.
OWN = (
    "Дата операции;Сумма операции;Валюта операции;Сумма в валюте счета;Валюта счета\n"
    "2024-12-31;-4,50;EUR;-336,15;RUB\n2024-12-30;-300,00;RUB;-300,00;RUB\n"
)
# Only what was spent: of the other side the file has no word.
SPENT = (
    "Datum,Text,Betrag,Währung,Debit/Kredit\n16.12.2024,Hut,23.70,CHF,Belastung\n"
    "15.12.2024,Schal,3.00,CHF,Belastung\n"
)
CONTINUED = (
    "Datum;Buchungstext;Belastung CHF;Gutschrift CHF\n31.12.2024;Auftrag;60.00;\n;Referenz 4711;;\n"
    "30.12.2024;Lohn;;900.00\n"
)
# All of it in one column that is called by one side.
INFLOW = "Date,Payee,Inflow,Currency\n2024-12-31,Shop,-33.87,EUR\n2024-12-30,Pay,50.00,EUR\n"
CARD = (
    "Beleg;Buchungsdatum;Originalbetrag;Originalwährung;Buchungsbetrag;Buchungswährung\n"
    "20.12.24;23.12.24;-10,00;USD;-9,31;EUR\n19.12.24;20.12.24;-5,00;EUR;-5,00;EUR\n"
)
# What came has CR in a column of its own, what was bought nothing.
BESIDE = (
    "Date Processed,Description,Amount,\n31/12/2024,Shop,£67.40,\n30/12/2024,Tea,£8.99,\n"
    "29/12/2024,Paid,£50.00,CR\n"
)
ABROAD = (
    "Date,Amount,Original amount,Original currency,Description\n2024-12-31,-70.00,-75.80,USD,Hat\n"
    "2024-12-30,-8.00,,,Tea\n"
)


@pytest.mark.parametrize(
    ("text", "given", "moved"),
    [
        (
            COMPOUND,
            [],
            ["2024-12-15 deposit cash CHF 2500", "2024-12-31 withdraw cash CHF -850"],
        ),
        (
            BOTH,
            ["set:currency=CHF"],
            [
                "2024-12-29 deposit cash CHF 95",
                "2024-12-30 withdraw cash CHF -10",
                "2024-12-31 withdraw cash CHF -5",
            ],
        ),
        (
            PARTS,
            ["set:currency=CHF"],
            ["2024-12-02 deposit cash CHF 1000", "2024-12-31 withdraw cash CHF -150"],
        ),
        (
            OWN,
            [],
            ["2024-12-30 withdraw cash RUB -300", "2024-12-31 withdraw cash RUB -336.15"],
        ),
        (
            SPENT,
            [],
            ["2024-12-15 withdraw cash CHF -3", "2024-12-16 withdraw cash CHF -23.7"],
        ),
        (
            CONTINUED,
            [],
            ["2024-12-30 deposit cash CHF 900", "2024-12-31 withdraw cash CHF -60"],
        ),
        (
            ABROAD,
            ["set:currency=CHF"],
            ["2024-12-30 withdraw cash CHF -8", "2024-12-31 withdraw cash CHF -70"],
        ),
        (
            INFLOW,
            [],
            ["2024-12-30 deposit cash EUR 50", "2024-12-31 withdraw cash EUR -33.87"],
        ),
        (
            CARD,
            [],
            ["2024-12-20 withdraw cash EUR -5", "2024-12-23 withdraw cash EUR -9.31"],
        ),
        (
            BESIDE,
            [],
            [
                "2024-12-29 deposit cash GBP 50",
                "2024-12-30 withdraw cash GBP -8.99",
                "2024-12-31 withdraw cash GBP -67.4",
            ],
        ),
    ],
    ids="compound both parts own spent continued abroad inflow card beside".split(),
)
def test_rows_of(tmp_path: Path, text: str, given: list[str], moved: list[str]) -> None:
    statement = read(tmp_path, text, *given)
    assert said(statement) == moved
    assert [row.reason for row in statement.rows if row.status == "bad"] == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        # The other's currency says nothing of the account's.
        (ABROAD, ["--set 'currency=…'"]),
        # Two amounts of which each row has one: neither name says a side.
        (
            "Date,Amount,Other,Currency\n2024-12-31,-5.10,,EUR\n2024-12-30,,7.25,EUR\n",
            ["--column 'amount=Other|Amount'"],
        ),
        (
            "Datum,Text,Netto,USt,Brutto,Währung\n2024-12-31,Öl,-10.50,-2.00,-12.50,EUR\n",
            ["--column 'amount=Netto|Brutto'"],
        ),
        # A yen and a yuan are written alike.
        (
            "交易时间,商品,收/支,金额,当前状态\n2024-12-31 10:00:00,午餐,支出,¥25.00,支付成功\n"
            "2024-12-30 10:00:00,红包,收入,¥66.00,支付成功\n",
            ["--set 'currency=…'"],
        ),
        # What is neither is asked about; what was not carried out is no booking.
        (
            "交易时间,商品,收/支,金额,交易状态,币种\n"
            "2024-12-31 10:00:00,午餐,支出,25.00,交易成功,CNY\n"
            "2024-12-30 10:00:00,红包,收入,66.00,交易成功,CNY\n"
            "2024-12-29 10:00:00,余额宝,不计收支,0.12,交易成功,CNY\n",
            ["--kind '不计收支=…'"],
        ),
    ],
    ids=["abroad", "two", "net", "yuan", "neither"],
)
def test_what_is_asked(tmp_path: Path, text: str, asked: list[str]) -> None:
    assert questions(tmp_path, text) == asked


def test_rows_without_a_header_have_columns_by_number(tmp_path: Path) -> None:
    """Taken apart at their decimal commas, the first of them would look like names.

    Nothing but who names the profile can tell whose such a file is.
    """
    path = tmp_path / "file.csv"
    text = "".join(f"{day}.12.2024;Miete;-{day},50;EUR\n" for day in range(10, 12))
    assert questions(tmp_path, text) == ["--column 'amount=3'"]
    made = profile_text("mine", propose(find_table(path), given("column:amount=3")))
    profile = parse_profile(made, "mine")
    assert find_profiles(path, {"mine": profile}) == []
    assert headless(path, {"mine": profile}) == ["mine"]
    days = ["2024-12-10 withdraw cash EUR -10.5", "2024-12-11 withdraw cash EUR -11.5"]
    assert said(read_statement(path, profile, UTC)) == days
    path.write_text("10.12.2024;Einkauf;-10,50\n", "utf-8")
    assert headless(path, {"mine": profile}) == []
    with pytest.raises(FolioError, match="lacks rows of 4 columns"):
        read_statement(path, profile, UTC)


def test_lines_of_prose_are_no_rows(tmp_path: Path) -> None:
    with pytest.raises(FolioError, match="nor rows that each have a day"):
        questions(tmp_path, "on 01.02.2024, we wrote\n12, 13 and 14\n8, as before\n")


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (SPENT, "20.12.2024,Geld zurück,9.50,CHF,Gutschrift\n"),
        (
            "Datum,Text,Belastung,Gutschrift,Währung\n16.12.2024,Hut,23.70,,CHF\n",
            "20.12.2024,Geld zurück,,9.50,CHF\n",
        ),
    ],
    ids=["words", "columns"],
)
def test_a_month_without_income_teaches_where_it_would_stand(
    tmp_path: Path, first: str, later: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(first, "utf-8")
    profile = parse_profile(profile_text("mine", propose(find_table(path), given())), "mine")
    path.write_text(first.splitlines()[0] + "\n" + later, "utf-8")
    assert said(read_statement(path, profile, UTC)) == ["2024-12-20 deposit cash CHF 9.5"]
