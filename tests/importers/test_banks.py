"""Banks' statements in the layouts and languages that their samples do not have.

Rows are written in the formats' wording; what they move is worked by hand beside them.
"""

import zoneinfo
from pathlib import Path

import pytest

from bookkeeper import did
from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from folio.operations.importing.settle_rows import retry_import
from importing import PROFILES, WHO, load, new_book, totals

UTC = zoneinfo.ZoneInfo("UTC")


def read(folder: Path, *lines: str, encoding: str = "utf-8") -> Statement:
    path = folder / "statement.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    (profile,) = find_profiles(path, PROFILES)
    return read_statement(path, profile, UTC)


def told(statement: Statement) -> list[str]:
    assert [row.reason for row in statement.rows if row.status == BAD] == []
    return [
        f"{draft.account or statement.institution} {draft.kind} {draft.occurred_on}: "
        + ", ".join(f"{to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)
        for draft in statement.drafts
    ]


ING = "NL91INGB0001234567"
LAYOUTS = {
    "ing_nl in English": (
        '"Date";"Name / Description";"Account";"Counterparty";"Code";"Debit/credit";'
        '"Amount (EUR)";"Transaction type";"Notifications";"Resulting balance";"Tag"',
        f'"20250722";"Shop";"{ING}";"";"IW";"Debit";"9,75";"iDEAL";"x";"-1922,25";""',
        f'"20250720";"Fund";"{ING}";"";"VZ";"Credit";"3,40";"Batch payment";"x";"-1912,50";""',
        [
            f"ING Netherlands/{ING} deposit 2025-07-20: 3.4 EUR",
            f"ING Netherlands/{ING} withdraw 2025-07-22: -9.75 EUR",
        ],
    ),
    "ing_nl before 2021": (
        '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij",'
        '"Bedrag (EUR)","MutatieSoort","Mededelingen"',
        f'"20200213","Jumbo","{ING}","","BA","Af","1,25","Betaalautomaat","x"',
        [f"ING Netherlands/{ING} withdraw 2020-02-13: -1.25 EUR"],
    ),
    "ing_nl savings": (
        '"Datum";"Omschrijving";"Rekening";"Rekening naam";"Tegenrekening";"Af Bij";"Bedrag";'
        '"Valuta";"Mutatiesoort";"Mededelingen";"Saldo na mutatie"',
        '"2025-01-02";"Rente";"A12345678";"Spaar";"";"Bij";"4,10";"EUR";"Rente";"";"1004,10"',
        ["ING Netherlands/A12345678 interest 2025-01-02: 4.1 EUR"],
    ),
    "bunq in Dutch": (
        '"Datum","Bedrag","Rekening","Tegenrekening","Naam","Omschrijving"',
        '"2018-03-09","-18,90","NL47BUNQ2025181418","","Quality","Quality (EEMDIJK, NL)"',
        ["bunq/NL47BUNQ2025181418 withdraw 2018-03-09: -18.9 EUR"],
    ),
    "consorsbank of 2018": (
        "Buchung;Valuta;Sender / Empfänger;IBAN / Konto-Nr.;BIC / BLZ;Buchungstext;"
        "Verwendungszweck;Kategorie;Stichwörter;Umsatz geteilt;Betrag in EUR",
        "27.11.2018;27.11.2018;X;922;123;Lastschrift;y;Musik;;;-13,99",
        ["Consorsbank withdraw 2018-11-27: -13.99 EUR"],
    ),
    "abn_amro in Dutch": (
        "Rekeningnummer,Muntsoort,Transactiedatum,Rentedatum,Beginsaldo,Eindsaldo,"
        "Transactiebedrag,Omschrijving",
        '123456789,EUR,20240131,20240131,"1000,00","914,50","-85,50",Huur januari',
        ["ABN AMRO/123456789 withdraw 2024-01-31: -85.5 EUR"],
    ),
    "comdirect, a Visa card": (
        '"Umsätze Visa-Karte (Kreditkarte)";"Zeitraum: 30 Tage";',
        '"Buchungstag";"Umsatztag";"Vorgang";"Referenz";"Buchungstext";"Umsatz in EUR";',
        '"27.06.2025";"26.06.2025";"Visa-Umsatz";"0123";"Laden";"-31,20";',
        ["comdirect/Visa-Karte (Kreditkarte) withdraw 2025-06-27: -31.2 EUR"],
    ),
    "dkb with commas, and savings": (
        '"Tagesgeld","DE02120300000000202051"',
        '"Buchungsdatum","Wertstellung","Status","Zahlungspflichtige*r","Zahlungsempfänger*in",'
        '"Verwendungszweck","Umsatztyp","IBAN","Betrag (€)","Gläubiger-ID"',
        '"30.06.25","30.06.25","Gebucht","A","B","C","Eingang","","8,67",""',
        ["DKB/DE02120300000000202051 deposit 2025-06-30: 8.67 EUR"],
    ),
    "dkb until 2016, a day's balance": (
        '"Kontonummer:";"DE02120300000000202051 / Girokonto";',
        '"Buchungstag";"Wertstellung";"Buchungstext";"Auftraggeber / Begünstigter";'
        '"Verwendungszweck";"Kontonummer";"BLZ";"Betrag (EUR)";',
        '"16.01.2018";"16.01.2018";"Lastschrift";"A";"B";"1";"2";"-15,37";',
        ["DKB/DE02120300000000202051 withdraw 2018-01-16: -15.37 EUR"],
    ),
    "fio, a statement's file": (
        '"Výpis č. 7/2026 z účtu ""2500834780/2010"""',
        '"Období: 01.07.2026 - 31.07.2026"',
        '"Počáteční stav účtu k 01.07.2026: 100,00 CZK"',
        '"Koncový stav účtu k 31.07.2026: 50,00 CZK"',
        '"ID operace";"Datum";"Objem";"Měna"',
        '"27737637241";"04.07.2026";"-50";"CZK"',
        ["Fio banka/2500834780 withdraw 2026-07-04: -50 CZK"],
    ),
    "fio for programs": (
        "ID pohybu;Datum;Objem;Měna;VS;KS;SS;Zpráva pro příjemce;Název protiúčtu;Protiúčet",
        "9001;14.07.2026;1 000,00;CZK;1;;;VS 1;Jan Novak;123/0800",
        ["Fio banka deposit 2026-07-14: 1000 CZK"],
    ),
    "ing_pl of 2023": (
        '"Wybrane rachunki:";',
        '"KONTO Direct (PLN)";;"10 1050 0099 7603 1234 5678 9123";',
        '"Data transakcji";"Data księgowania";"Dane kontrahenta";"Tytuł";"Nr rachunku";'
        '"Nazwa banku";"Szczegóły";"Nr transakcji";"Kwota transakcji (waluta rachunku)";"Waluta";'
        '"Konto"',
        '"2023-10-25";"2023-10-25";"Pracodawca";"Wypłata";"";"Bank";"";"";"12500,50";"PLN";'
        '"KONTO Direct (PLN)"',
        ["ING Poland/KONTO Direct (PLN) deposit 2023-10-25: 12500.5 PLN"],
    ),
    "sparkasse, MT940": (
        '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";'
        '"Beguenstigter/Zahlungspflichtiger";"Kontonummer";"BLZ";"Betrag";"Waehrung";"Info"',
        '"1000594757";"22.02.18";"22.02.18";"LASTSCHRIFT";"x";"y";"1";"2";"-36,99";"EUR";'
        '"Umsatz gebucht"',
        ["Sparkasse/1000594757 withdraw 2018-02-22: -36.99 EUR"],
    ),
    "starling in euros": (
        "Date,Counter Party,Reference,Type,Amount (EUR),Balance (EUR)",
        "16/03/2025,Trainline,,CARD PAYMENT,-42.50,1207.50",
        ["Starling withdraw 2025-03-16: -42.5 EUR"],
    ),
    "etrade until 2024": (
        "For Account:,####3525",
        "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,"
        "Description",
        "04/05/23,Sold,EQ,AMZN,-2,202.19,101.1,0.01,AMAZON.COM INC",
        "04/04/23,Dividend,MF,JSPGX,5.834,-81.33,0,0,JANUS HENDERSON REINVEST PRICE $ 13.94",
        "04/03/23,Bought,EQ,AMZN,2,-204.9,102.45,0,AMAZON.COM INC",
        [
            "E*TRADE buy 2023-04-03: 2 AMZN, -204.9 USD",
            "E*TRADE buy 2023-04-04: 5.834 JSPGX, -81.33 USD",
            "E*TRADE sell 2023-04-05: -2 AMZN, 202.2 USD, -0.01 USD",
        ],
    ),
    "finpension, vested benefits": (
        'Date;Category;"Asset Name";ISIN;"Number of Shares";"Asset Currency";"Currency Rate";'
        '"Asset Price in CHF";"Cash Flow";Balance',
        '2025-05-23;"Dividend and Interest Distributions";"Fund";CH0429081620;0.000000;CHF;1.0;'
        "0.260000;0.040000;268.730000",
        '2024-10-16;"Transfer vested benefits";;;0.000000;CHF;1.0;0.000000;268.690000;268.690000',
        [
            "finpension deposit 2024-10-16: 268.69 CHF",
            "finpension dividend 2025-05-23: 0.04 CHF",
        ],
    ),
    "etoro with contracts, and in commas": (
        "Date,Type,Details,Amount,Units / Contracts,Realized Equity Change,Realized Equity,"
        "Balance,Position ID,Asset type,NWA",
        '14/04/2020 14:00:25,Open Position,NKE/USD," 1 000,00 ",0.39," 0,00 "," 0,00 ",'
        '" 12,87 ",1,CFD," 0,00 "',
        '15/04/2020 00:46:41,Overnight fee,Daily,"(0,10)",-,"(0,10)"," 212,77 "," 12,77 ",1,CFD,'
        '" 0,00 "',
        [
            "eToro buy 2020-04-14: 0.39 NKE/USD, -1000 USD",
            "eToro fee 2020-04-15: -0.1 USD",
        ],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_another_layout(name: str, tmp_path: Path) -> None:
    *lines, expected = LAYOUTS[name]
    statement = read(tmp_path, *map(str, lines))
    assert statement.profile in (name.split()[0].strip(","), "dkb_2016")
    assert told(statement) == expected


COMDIRECT = (
    ";",
    '"Umsätze Girokonto";"Zeitraum: 01.01.2026 - 31.03.2026";',
    '"Neuer Kontostand";"1.134,11 EUR";',
    "",
    '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";',
    '"offen";"--";"Lastschrift / Belastung";"Auftraggeber: Laden Ref. P/1";"-20,00";',
    '"12.03.2026";"12.03.2026";"Lastschrift / Belastung";"Auftraggeber: Café Ref. A/1";"-12,34";',
    '"16.01.2026";"16.01.2026";"Wertpapiere";"Buchungstext: SAP SE WKN 716460";"-5.200,30";',
    '"Alter Kontostand";"6.346,75 EUR";',
    "",
    '"Umsätze Visa-Karte (Kreditkarte) ..9255";"Zeitraum: 01.01.2026 - 31.03.2026";',
    '"Neuer Kontostand";"0,33 EUR";',
    "",
    '"Buchungstag";"Umsatztag";"Vorgang";"Referenz";"Buchungstext";"Umsatz in EUR";',
    '"13.03.2026";"11.03.2026";"Visa-Umsatz";"1408";"LADEN";"-5,50";',
    '"13.03.2026";"11.03.2026";"Visa-Umsatz";"1407";"LADEN";"-5,50";',
    "",
    '"Umsätze Depot";"Zeitraum: 01.01.2026 - 31.03.2026";',
    "",
    '"Buchungstag";"Geschäftstag";"Stück / Nom.";"Bezeichnung";"WKN";"Währung";"Ausführungskurs";'
    '"Umsatz in EUR";',
    '"15.01.2026";"14.01.2026";"100";"SAP SE";"716460";"EUR";"51,91";"5.200,30";',
    "",
    '"Umsätze Tagesgeld PLUS-Konto";"Zeitraum: 01.01.2026 - 31.03.2026";',
    "",
    '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";',
    '"31.01.2026";"31.01.2026";"Kontoabschluss";"Zinsen";"1,25";',
)


def test_each_table_of_a_file_is_of_the_account_in_its_title(tmp_path: Path) -> None:
    """comdirect's export of everything, its shape as in the tests of beancount-comdirect."""
    statement = read(tmp_path, *COMDIRECT, encoding="cp1252")
    assert told(statement) == [
        "comdirect/Girokonto withdraw 2026-01-16: -5200.3 EUR",
        "comdirect/Tagesgeld PLUS-Konto interest 2026-01-31: 1.25 EUR",
        "comdirect/Girokonto withdraw 2026-03-12: -12.34 EUR",
        "comdirect/Visa-Karte (Kreditkarte) ..9255 withdraw 2026-03-13: -5.5 EUR",
        "comdirect/Visa-Karte (Kreditkarte) ..9255 withdraw 2026-03-13: -5.5 EUR",
    ]
    assert [row.line for row in statement.rows if row.status == BAD] == []
    (note,) = statement.notes  # the purchase of shares: its money is in the account
    assert note.startswith('line 21 is left out ("15.01.2026";"14.01.2026";"100";"SAP SE";"716460"')


def test_what_scalable_says_of_a_corporate_action_alone(tmp_path: Path) -> None:
    """Units that went for cash are sold; without cash, and coming, they are not understood."""
    statement = read(
        tmp_path,
        "date;time;status;reference;description;assetType;type;isin;shares;price;amount;fee;tax;"
        "currency",
        "2025-01-10;01:00:00;Executed;C1;X;Security;Corporate action;DE0007100000;4;1;4;;;EUR",
        "2025-01-11;01:00:00;Executed;T1;X;Security;Security transfer;DE0007100000;-4;1;-4;;;EUR",
        "2025-01-12;01:00:00;Executed;S1;X;Security;Sell;DE0007100000;1;10;10,00;-0,99;0;EUR",
    )
    assert [row.line for row in statement.rows if row.status == BAD] == [4]  # a fee with a minus
    assert [draft.kind for draft in statement.drafts] == ["unknown", "transfer_out"]


def test_the_balance_above_the_header_is_that_of_its_day(tmp_path: Path) -> None:
    """It is walked back to its line; a day that there is none of says nothing."""
    above = '"Girokonto";"DE02120300000000202051"', '"Zeitraum:";"30.06.2025 - 30.06.2025"'
    rows = (
        '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";'
        '"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)"',
        '"30.06.25";"30.06.25";"Gebucht";"A";"B";"C";"Eingang";"";"8,67"',
    )
    statement = read(tmp_path, *above, '"Kontostand vom 30.06.2025:";"-1.041,33 EUR"', *rows)
    (stated,) = statement.balances
    assert (to_text(stated.balance), str(stated.day), stated.lines) == (
        "-1041.33",
        "2025-06-30",
        (3,),
    )
    assert str(stated.account) == "DKB/DE02120300000000202051"
    odd = read(tmp_path, *above, '"Kontostand vom 31.02.2025:";"1.041,33 EUR"', *rows)
    assert odd.balances == read(tmp_path, *above, *rows).balances == ()


def test_the_balance_of_a_row_that_moves_nothing_is_its_account_s(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "rabobank" / "sample.csv"
    header = sample.read_text("utf-8").split("\n")[0]
    row = '"{}","EUR","R","{}","2025-03-0{}","2025-03-01","{}","+{},00","","X"' + 16 * ',""'
    statement = read(
        tmp_path,
        header,
        row.format("NL44RABO0123456789", 1, 1, "+5,00", 5),
        row.format("NL44RABO0123456789", 2, 2, "0,00", 5),
        row.format("NL86RABO0987654321", 1, 2, "+7,00", 7),
    )
    assert [(str(one.account)[-4:], to_text(one.balance)) for one in statement.balances] == [
        ("6789", "5"),
        ("4321", "7"),
    ]


def test_one_account_in_a_spreadsheet_and_in_a_text_without_header(tmp_path: Path) -> None:
    """The text has the balance before the day of value, and blanks up to columns of 32."""
    text = "SEPA Overboeking                 IBAN: NL62INGB0663707048        Naam: Werk B.V."
    tabs = tmp_path / "TXT250204120000.TAB"
    tabs.write_text(
        f"123456789\tEUR\t20250203\t1000,00\t3250,50\t20250203\t2250,50\t{text}   \n"
        "123456789\tEUR\t20250204\t3250,50\t3240,50\t20250204\t-10,00\tGEA\n"
    )
    table = tmp_path / "table.csv"
    table.write_text(
        "accountNumber,mutationcode,transactiondate,valuedate,startsaldo,endsaldo,amount,"
        "description\n123456789,EUR,20250203,20250203,1000,3250.5,2250.5,"
        f"{' '.join(text.split())}\n"
    )
    db = new_book(tmp_path / "book")
    summary = load(db, tabs)
    assert (summary.profile, summary.recorded, len(summary.balances)) == ("abn_amro_tab", 2, 1)
    assert load(db, table).already == 1
    assert totals(db) == {"EUR": "2240.5"}
    again = did(db, WHO, retry_import, summary.statement_id or 0, PROFILES)
    assert (again.rows, again.already) == (2, 2)


WISE = (
    "TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance,"
    "Total fees,Transaction Details Type"
)


def test_a_fee_of_wise_that_has_a_row_of_its_own_is_one_fee(tmp_path: Path) -> None:
    """1000 - 895 - 5 = 100 beside one fee of 5, whatever the payment's own row says it cost; of
    100 - 30, 1.20 of it a fee, 28.80 were sent; of 2 in all, 0.50 have a row, and 1.50 have none.
    """
    statement = read(
        tmp_path,
        WISE,
        "FEE-TRANSFER-9,04-03-2024,-0.50,EUR,Wise Charges for: TRANSFER-9,,49.50,0.00,TRANSFER",
        "TRANSFER-9,04-03-2024,-20.00,EUR,Sent money to D,,50.00,2.00,TRANSFER",
        "TRANSFER-8,03-03-2024,-30.00,EUR,Sent money to C,,70.00,1.20,TRANSFER",
        "FEE-TRANSFER-7,02-03-2024,-5.00,EUR,Wise Charges for: TRANSFER-7,,100.00,5.00,TRANSFER",
        "TRANSFER-7,02-03-2024,-895.00,EUR,Sent money to B,,105.00,5.00,TRANSFER",
        "TRANSFER-6,01-03-2024,1000.00,EUR,Received money from A,,1000.00,0.00,DEPOSIT",
    )
    assert statement.notes == ()
    assert told(statement) == [
        "Wise deposit 2024-03-01: 1000 EUR",
        "Wise withdraw 2024-03-02: -895 EUR",
        "Wise fee 2024-03-02: -5 EUR",
        "Wise withdraw 2024-03-03: -28.8 EUR, -1.2 EUR",
        "Wise withdraw 2024-03-04: -1.5 EUR, -18.5 EUR",
        "Wise fee 2024-03-04: -0.5 EUR",
    ]


def test_a_card_of_comdirect_owes_what_the_current_account_pays(tmp_path: Path) -> None:
    """98.40 + 95 + 1.60 - 131.60 = 63.40, which the card owes; its fee is none of the shop's."""
    card = (
        '"Umsätze Visa-Karte (Kreditkarte)";"Zeitraum: 01.05.2025 - 30.06.2025";',
        '"Neuer Kontostand";"-63,40 EUR";',
        '"Buchungstag";"Umsatztag";"Vorgang";"Referenz";"Buchungstext";"Umsatz in EUR";',
        '"25.06.2025";"25.06.2025";"Visa-Kartenabrechnung";"3";"SUMME MONAT";"131,60";',
        '"24.06.2025";"22.06.2025";"Visa-Umsatz";"2";"Markt";"-95,00";',
        '"24.06.2025";"21.06.2025";"Visa-Umsatz";"1";"1,75% AUSLANDSENTGELT";"-1,60";',
        '"24.05.2025";"22.05.2025";"Visa-Umsatz";"0";"Hotel";"-98,40";',
        '"Alter Kontostand";"0,00 EUR";',
    )
    giro = (
        '"Umsätze Girokonto";"Zeitraum: 90 Tage";',
        '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";',
        '"25.06.2025";"25.06.2025";"Visa-Kartenabrechnung";"Visa";"-131,60";',
    )
    statement = read(tmp_path, *card, *giro, encoding="cp1252")
    visa = "comdirect/Visa-Karte (Kreditkarte)"
    assert told(statement) == [
        f"{visa} withdraw 2025-05-24: -98.4 EUR",
        f"{visa} fee 2025-06-24: -1.6 EUR",
        f"{visa} withdraw 2025-06-24: -95 EUR",
        "comdirect/Girokonto transfer_out 2025-06-25: -131.6 EUR",
        f"{visa} transfer_in 2025-06-25: 131.6 EUR",
    ]
    types = {draft.account.name: draft.account.type for draft in statement.drafts if draft.account}
    assert types == {"Visa-Karte (Kreditkarte)": "credit-card", "Girokonto": "checking"}


@pytest.mark.parametrize(
    ("header", "between"),
    [
        (
            "Kliendi konto;Reatüüp;Kuupäev;Saaja/Maksja;Selgitus;Summa;Valuuta;Deebet/Kreedit;"
            "Arhiveerimistunnus;Tehingu tüüp;Viitenumber;Dokumendi number;",
            ";",
        ),
        (
            "Sąskaitos Nr.,,Data,Gavėjas,Paaiškinimai,Suma,Valiuta,D/K,Įrašo Nr.,Kodas,"
            "Įmokos kodas,Dok. Nr.,",
            ",",
        ),
    ],
    ids=["Estonian", "Lithuanian"],
)
def test_what_the_baltic_statement_sums_up_is_no_booking(
    tmp_path: Path, header: str, between: str
) -> None:
    """100 - 25.50 + 1000 = 1074.50, which the last row states."""
    rows = (
        ("EE1", "10", "01.01.2025", "", "Opening", "100.00", "EUR", "K", "", "AS"),
        ("EE1", "20", "08.01.2025", "Rimi", "Card", "25.50", "EUR", "D", "A1", "K"),
        ("EE1", "20", "18.01.2025", "Firm", "Pay", "1000.00", "EUR", "K", "A2", "MK"),
        ("EE1", "82", "31.01.2025", "", "Turnover", "25.50", "EUR", "D", "", "K2"),
        ("EE1", "82", "31.01.2025", "", "Turnover", "1000.00", "EUR", "K", "", "K2"),
        ("EE1", "86", "31.01.2025", "", "Closing", "1074.50", "EUR", "K", "", "LS"),
    )
    statement = read(tmp_path, header, *(between.join((*row, "", "", "")) for row in rows))
    assert told(statement) == [
        "Swedbank/EE1 withdraw 2025-01-08: -25.5 EUR",
        "Swedbank/EE1 deposit 2025-01-18: 1000 EUR",
    ]
    assert [(str(one.day), to_text(one.balance)) for one in statement.balances] == [
        ("2025-01-31", "1074.5")
    ]
