"""Funds and pension plans that no profile knows, and lists without a header.

What must come out was worked out by hand from the rows.
"""

from pathlib import Path

import pytest
from mapped import UTC, given, questions, read, said

from folio.importers import parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from folio.model.assets import AssetRef
from folio.model.numbers import to_text

# 100.123 × 9.9877 and 50 × 10.
PORTUGAL = (
    "Data;Operação;Fundo;Unidades;Valor unitário;Montante\n"
    "15-01-2024;Subscrição;PPR Evoluir;100,123;9,9877;1.000,00\n"
    "15-02-2024;Resgate;PPR Evoluir;50,000;10,0000;500,00\n"
)
CROATIA = (
    "Datum;Vrijeme;Fond;Broj udjela;Vrijednost udjela;Iznos\n"
    "15.01.2024;;OTP Indeksni;35,1234;28,4710;1.000,00\n"
    "15.02.2024;;OTP Indeksni;34,0000;29,4118;1.000,00\n"
)
SWITZERLAND = (
    "Valuta;Buchungstext;Anlagegruppe;Anteile;NAV;Betrag CHF\n"
    "31.01.2024;Kauf;VIAC Global 80;12,345;145,82;1'800,15\n"
    "31.03.2024;Verwaltungsgebühr;;;;-3,25\n"
    "15.04.2024;Verkauf;VIAC Global 80;-1,000;150,00;150,00\n"
)
AMERICA = (
    "Date,Investment,Transaction Type,Amount,Shares/Unit,Price\n"
    '01/31/2024,TARGET 2050,BUY,"$1,250.00",25.510,49.00\n'
    "02/15/2024,TARGET 2050,DIVIDEND,$12.34,0.250,49.36\n"
)
# An older list of a Sparkasse, and one of Rabobank, of two accounts.
SPARKASSE = (
    '"DE12500105170648489890";"15.04.24";"15.04.24";"KARTENZAHLUNG";"REWE";"-42,17";"EUR"\n'
    '"DE12500105170648489890";"12.04.24";"12.04.24";"GUTSCHRIFT";"Firma";"2.500,00";"EUR"\n'
)
RABOBANK = (
    '"NL20RABO0123456789","EUR","20140102","D","31.50","NL15ABNA0123456789","AH",""\n'
    '"NL20RABO0123456789","EUR","20140105","C","2150.00","NL99INGB0123456789","WERK",""\n'
    '"NL44RABO0987654321","EUR","20140106","C","100.00","","RENTE",""\n'
)


def test_the_product_of_units_and_prices_is_what_was_paid(tmp_path: Path) -> None:
    assert said(read(tmp_path, PORTUGAL, "set:currency=EUR")) == [
        "2024-01-15 buy asset PPR Evoluir 100.123, cash EUR -1000",
        "2024-02-15 sell asset PPR Evoluir -50, cash EUR 500",
    ]


def test_two_columns_that_make_the_amount_are_asked_about(tmp_path: Path) -> None:
    """In a language that folio does not know they are units and their price."""
    told = ("set:currency=EUR", "set:kind=deposit")
    asked = ["--column 'quantity=Broj udjela|Vrijednost udjela|'"]
    assert questions(tmp_path, CROATIA, *told) == asked
    units = ("column:quantity=Broj udjela", "column:price=Vrijednost udjela", "column:name=Fond")
    assert said(read(tmp_path, CROATIA, *told, *units)) == [
        "2024-01-15 deposit asset OTP Indeksni 35.1234",
        "2024-02-15 deposit asset OTP Indeksni 34",
    ]
    abroad = CROATIA.replace("Vrijeme", "Valuta").replace(";;", ";USD;")
    assert questions(tmp_path, abroad, *told, "column:currency=") == []  # a rate, then


def test_words_for_what_rows_are_are_not_passed_over(tmp_path: Path) -> None:
    """A fee that units paid is no sale of them; a fund may be called by a number at its end."""
    asked = ["--column 'action=Buchungstext|'"]
    assert questions(tmp_path, SWITZERLAND, "column:name=Anlagegruppe") == asked
    assert said(read(tmp_path, SWITZERLAND, "column:action=Buchungstext")) == [
        "2024-01-31 buy asset VIAC Global 80 12.345, cash CHF -1800.15",
        "2024-03-31 fee fee CHF -3.25",
        "2024-04-15 sell asset VIAC Global 80 -1, cash CHF 150",
    ]


@pytest.mark.parametrize(
    ("paid", "each", "asked"),
    [("12.34,0.250", "49.36", True), ("12.76,25.510", "0.50", False), ("12.34,", "", False)],
    ids=["about what units cost", "far less", "no units"],
)
def test_whether_a_dividend_bought_units_is_asked(
    tmp_path: Path, paid: str, each: str, asked: bool
) -> None:
    text = AMERICA.replace("12.34,0.250", paid).replace("49.36", each)
    told = "set:currency=USD"
    assert questions(tmp_path, text, told) == ["--kind 'DIVIDEND=dividend|reinvest'"] * asked


def test_a_dividend_that_bought_units_brings_them(tmp_path: Path) -> None:
    found = read(tmp_path, AMERICA, "set:currency=USD", "kind:DIVIDEND=reinvest")
    assert said(found)[1] == "2024-02-15 dividend asset TARGET 2050 0.25"
    (leg,) = found.drafts[1].legs
    assert (str(leg.cost), leg.cost_currency) == ("12.34", AssetRef("USD", "currency"))


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        (SPARKASSE, ("column:date=2", "column:amount=6"), ["2500", "-42.17"]),
        (
            RABOBANK,
            ("column:date=3", "column:amount=5", "column:account=1"),
            ["-31.5", "2150", "100"],
        ),
    ],
    ids=["sparkasse", "rabobank"],
)
def test_a_list_without_a_header(
    tmp_path: Path, text: str, told: tuple[str, ...], expected: list[str]
) -> None:
    """What stands between its cells is told, though its amounts have commas."""
    assert questions(tmp_path, text, *told) == []
    path = tmp_path / "file.csv"
    made = profile_text("mine", propose(find_table(path), given(*told)))
    statement = read_statement(path, parse_profile(made, "mine"), UTC)
    assert [to_text(draft.legs[0].quantity) for draft in statement.drafts] == expected


def test_days_and_amounts_of_a_list_without_a_header_are_told_apart(tmp_path: Path) -> None:
    """20140102 is a number, too; of what may be the day the value's is one."""
    text = RABOBANK.replace('"AH"', '"AH","20140102"').replace('"WERK"', '"WERK","20140105"')
    text = text.replace('"RENTE"', '"RENTE","20140106"')
    asked = questions(tmp_path, text, "column:account=1")
    assert asked == ["--column 'date=3|8'", "--column 'amount=5'"]


def test_of_two_accounts_without_a_header_it_is_asked_whose_rows_are(tmp_path: Path) -> None:
    told = ("column:date=3", "column:amount=5")
    assert questions(tmp_path, RABOBANK, *told) == ["--column 'account=1|'"]


# The bank's own last row is no booking: 2500 − 45.67 came to the balance.
FRANCE = (
    "17/01/2024;-45,67;Carte;;CB SHOP;;0;Divers\n"
    "16/01/2024;2500,00;Virement;;SALAIRE FIRMA;;0;Divers\n"
    "20/01/2024;3734,56;;01234 567890A;;;;\n"
)


def test_a_balance_at_the_end_of_a_list_without_a_header_is_asked_about(tmp_path: Path) -> None:
    told = ("set:currency=EUR", "column:amount=2")
    assert questions(tmp_path, FRANCE, *told) == ["--set 'odd-row=booking|balance'"]
    upside_down = "".join(reversed(FRANCE.splitlines(keepends=True)))
    for text in (FRANCE, upside_down):
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        given_all = given(*told, "set:odd-row=balance")
        made = profile_text("mine", propose(find_table(path), given_all))
        statement = read_statement(path, parse_profile(made, "mine"), UTC)
        assert [(to_text(d.legs[0].quantity), d.note) for d in statement.drafts] == [
            ("2500", "SALAIRE FIRMA"),
            ("-45.67", "CB SHOP"),
        ]
    assert questions(tmp_path, FRANCE, *told, "set:odd-row=booking") == []
    all_alike = FRANCE.replace(";;01234 567890A;;;;", ";Carte;;CB;;0;Divers")
    assert questions(tmp_path, all_alike, *told) == []
