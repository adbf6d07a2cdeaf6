"""Files of banks that no profile knows, of several countries: what is proposed, and asked.

What must come out was worked out by hand.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import to_text

UTC = zoneinfo.ZoneInfo("UTC")
NOTHING = Given({}, {}, {})

# Signs and words of currencies stand in the columns' names; a row that is not booked yet
# comes again once it is.
GERMANY = (
    '"Girokonto";"DE12500105170648489890"\n""\n'
    '"Buchungsdatum";"Status";"Zahlungsempfänger*in";"Umsatztyp";"Betrag (€)"\n'
    '"15.04.24";"Gebucht";"REWE";"Ausgang";"-42,17"\n'
    '"01.04.24";"Gebucht";"Firma GmbH";"Eingang";"2.500"\n'
    '"28.03.24";"Vorgemerkt";"Tankstelle";"Ausgang";"-60,00"\n'
)
FRANCE = (
    "Compte n° 12345678901;;;\nSolde au 15/04/2024 : 1 234,56 €;;;\n;;;\n"
    "Date;Libellé;Débit euros;Crédit euros;\n"
    '15/03/2024;"PRLV SEPA EDF\n clients particuliers";85,40;;\n'
    "14/03/2024;VIREMENT SALAIRE;;2 150,00;\n"
)
POLAND = (
    "#Data operacji;#Opis operacji;#Kwota;\n"
    '2024-03-14;"ZAKUP KARTĄ";-1 042,17 PLN;;\n'
    '2024-03-01;"WYNAGRODZENIE";8 500,00 PLN;;\n'
)
JAPAN = (
    "日付,内容,出金金額(円),入金金額(円),残高(円)\n"
    '2024/3/14,カード,"1,200",,"98,800"\n'
    '2024/3/1,給与,,"100,000","100,000"\n'
)
INDIA = (
    "Txn Date,Description,Amount,Balance\n"
    '14/03/2024,UPI-SHOP,"1,200.00 Dr","98,800.00 Cr"\n'
    '01/03/2024,NEFT SALARY,"1,00,000.00 Cr","1,00,000.00 Cr"\n'
)
AFTER = (
    "dateOp;label;amount\n14.03.2024;Miete;1.200,00-\n01.03.2024;Lohn;2.500,00+\n"
    "15.03.2024;Brot;3,20-\n"
)
BRITAIN = "Date,Description,Amount (£)\n14/03/2024,Tesco,-12.50\n01/03/2024,Pay,2000.00\n"
AMERICA = "Date,Description,Amount ($)\n03/14/2024,AMAZON,-45.67\n03/01/2024,PAY,2500.00\n"


def booked(folder: Path, text: str, given: Given) -> list[str]:
    path = folder / "bank.csv"
    path.write_text(text, "utf-8")
    proposal = propose(find_table(path), given)
    assert proposal.questions == ()
    profile = parse_profile(profile_text("bank", proposal), "bank.toml")
    statement = read_statement(path, profile, UTC)
    return [
        f"{d.occurred_on} {to_text(d.legs[0].quantity)} {d.legs[0].asset}" for d in statement.drafts
    ]


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        (GERMANY, NOTHING, ["2024-04-01 2500 EUR", "2024-04-15 -42.17 EUR"]),
        (FRANCE, NOTHING, ["2024-03-14 2150 EUR", "2024-03-15 -85.4 EUR"]),
        (POLAND, NOTHING, ["2024-03-01 8500 PLN", "2024-03-14 -1042.17 PLN"]),
        (
            JAPAN,
            Given({}, {"decimal": "point"}, {}),
            ["2024-03-01 100000 JPY", "2024-03-14 -1200 JPY"],
        ),
        (
            INDIA,
            Given({}, {"currency": "INR"}, {}),
            ["2024-03-01 100000 INR", "2024-03-14 -1200 INR"],
        ),
        (
            AFTER,
            Given({}, {"currency": "EUR"}, {}),
            ["2024-03-01 2500 EUR", "2024-03-14 -1200 EUR", "2024-03-15 -3.2 EUR"],
        ),
        (BRITAIN, NOTHING, ["2024-03-01 2000 GBP", "2024-03-14 -12.5 GBP"]),
        (
            AMERICA,
            Given({}, {"currency": "USD"}, {}),
            ["2024-03-01 2500 USD", "2024-03-14 -45.67 USD"],
        ),
    ],
    ids=["de", "fr", "pl", "jp", "in", "at", "gb", "us"],
)
def test_a_bank_of(tmp_path: Path, text: str, given: Given, expected: list[str]) -> None:
    assert booked(tmp_path, text, given) == expected


@pytest.mark.parametrize(
    ("text", "asked"), [(JAPAN.replace("円", "€"), "decimal"), (AMERICA, "currency")]
)
def test_what_could_be_two_things_is_asked(tmp_path: Path, text: str, asked: str) -> None:
    """1,200 euros could be one and a bit to a program; a $ is that of twenty countries."""
    path = tmp_path / "bank.csv"
    path.write_text(text, "utf-8")
    assert [question.key for question in propose(find_table(path), NOTHING).questions] == [asked]


UNSIGNED = (
    "Date,Description,Amount,Balance,Currency\n2024-03-01,Pay,1000.00,1000.00,GBP\n"
    "2024-03-14,Shop,100.00,900.00,GBP\n2024-03-15,Refund,50.00,950.00,GBP\n"
)
BY_TYPE = (
    "Date,Type,Description,Amount,Balance,Currency\n2024-03-01,Credit,Pay,1000.00,1000.00,GBP\n"
    "2024-03-14,Debit,Shop,100.00,900.00,GBP\n2024-03-15,Direct Debit,Gas,50.00,850.00,GBP\n"
    "2024-03-16,Direct Debit,Gas,50.00,800.00,GBP\n"
)


def test_amounts_without_signs_are_no_deposits(tmp_path: Path) -> None:
    """Balances of 1000, 900 and 950 say that 100 went out; of the oldest row none says it."""
    path = tmp_path / "bank.csv"
    path.write_text(UNSIGNED)
    assert [one.key for one in propose(find_table(path), NOTHING).questions] == ["direction"]
    out = UNSIGNED.replace("15,Refund,50.00,950.00", "15,Gas,50.00,850.00")
    path.write_text("\n".join(line for line in out.splitlines() if "Pay" not in line))
    assert [one.key for one in propose(find_table(path), NOTHING).questions] == ["kind"]
    path.write_text("\n".join([*UNSIGNED.splitlines()[:2], "2024-03-02,Pay,5.00,1005.00,GBP"]))
    proposal = propose(find_table(path), NOTHING)
    assert (proposal.questions, proposal.settings["kind"]) == ((), "deposit")


def test_balances_follow_where_the_type_says_the_sign(tmp_path: Path) -> None:
    """1000 − 100 − 50 − 50 = 800, as printed: no gap is found."""
    path = tmp_path / "bank.csv"
    path.write_text(BY_TYPE)
    made = profile_text("bank", propose(find_table(path), NOTHING))
    statement = read_statement(path, parse_profile(made, "bank.toml"), UTC)
    quantities = [to_text(draft.legs[0].quantity) for draft in statement.drafts]
    assert quantities == ["1000", "-100", "-50", "-50"]
    assert [to_text(stated.balance) for stated in statement.balances] == ["800"]
    assert statement.notes == ()
