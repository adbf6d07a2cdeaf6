"""Older and newer layouts, and other languages, of formats that have a sample beside this file."""

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from folio.importers import find_profiles, load_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement

PROFILES = load_profiles(None)


def read(tmp_path: Path, text: str, encoding: str = "utf-8") -> Statement:
    path = tmp_path / "statement.csv"
    path.write_bytes(text.encode(encoding))
    (profile,) = find_profiles(path, PROFILES)
    statement = read_statement(path, profile, ZoneInfo("Europe/Berlin"))
    assert [row for row in statement.rows if row.status == BAD] == []
    return statement


def said(statement: Statement) -> list[tuple[str, str, list[str]]]:
    """Kind, day and legs of each event."""
    return [
        (
            draft.kind,
            str(draft.occurred_on),
            [f"{leg.role} {to_text(leg.quantity)} {leg.asset}" for leg in draft.legs],
        )
        for draft in statement.drafts
    ]


REVOLUT = {
    "fr": (
        "Type,Produit,Date de début,Date de fin,Description,Montant,Frais,Devise,État,Solde",
        "TERMINÉ",
        "EN ATTENTE",
    ),
    "es": (
        "Tipo,Producto,Fecha de inicio,Fecha de finalización,Descripción,Importe,Comisión,"
        "Divisa,State,Saldo",
        "COMPLETADO",
        "PENDIENTE",
    ),
    "it": (
        "Tipo,Prodotto,Data di inizio,Data di completamento,Descrizione,Importo,Costo,Valuta,"
        "State,Saldo",
        "COMPLETATO",
        "IN SOSPESO",
    ),
    "nl": (
        "Type,Product,Startdatum,Datum voltooid,Beschrijving,Bedrag,Kosten,Valuta,Status,Saldo",
        "VOLTOOID",
        "IN BEHANDELING",
    ),
    "pt": (
        "Tipo,Produto,Data de início,Data de Conclusão,Descrição,Montante,Comissão,Moeda,"
        "Estado,Saldo",
        "CONCLUÍDA",
        "PENDENTE",
    ),
    "pl": (
        "Rodzaj,Produkt,Data rozpoczęcia,Data zrealizowania,Opis,Kwota,Opłata,Waluta,State,Saldo",
        "ZAKOŃCZONO",
        "OCZEKUJE",
    ),
}


@pytest.mark.parametrize("language", REVOLUT)
def test_revolut_in_other_languages(tmp_path: Path, language: str) -> None:
    header, done, waiting = REVOLUT[language]
    statement = read(
        tmp_path,
        f"{header}\n"
        f"Karta,Giro,2024-05-13 10:00:00,2024-05-14 10:00:00,Shop,-12.50,0.25,EUR,{done},87.25\n"
        f"Karta,Giro,2024-05-15 10:00:00,,Shop,-9.00,0.00,EUR,{waiting},\n",
    )
    assert said(statement) == [("withdraw", "2024-05-13", ["cash -12.5 EUR", "fee -0.25 EUR"])]
    assert [to_text(balance.balance) for balance in statement.balances] == ["87.25"]


def test_a_header_that_was_encoded_twice(tmp_path: Path) -> None:
    header = REVOLUT["fr"][0].encode().decode("cp1252")
    row = "Carte,Actuel,2024-05-13 10:00:00,2024-05-14,Café,-1.00,0.00,EUR,TERMINÉ,9.00"
    assert "Ã‰tat" in header
    statement = read(tmp_path, f"{header}\n{row.encode().decode('cp1252')}\n")
    assert said(statement) == [("withdraw", "2024-05-13", ["cash -1 EUR"])]


def test_revolut_with_semicolons_and_an_unknown_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(
        "Rodzaj;Produkt;Data rozpoczęcia;Data zrealizowania;Opis;Kwota;Opłata;Waluta;State;Saldo\n"
        "Zasilenie;Bieżące;01.05.2026 10:00;01.05.2026 10:01;Od;1.234,50;0,00;PLN;ZAKOŃCZONO;\n"
        "Zasilenie;Bieżące;02.05.2026 10:00;;Od;5,00;0,00;PLN;CO TO JEST;\n",
        "utf-8",
    )
    statement = read_statement(path, PROFILES["revolut"], ZoneInfo("Europe/Berlin"))
    assert [(kind, legs) for kind, _, legs in said(statement)] == [("deposit", ["cash 1234.5 PLN"])]
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, "'CO TO JEST'" in bad.reason) == (3, True)


N26 = {
    "de": '"Datum","Empfänger","Kontonummer","Transaktionstyp","Verwendungszweck",'
    '"Betrag (EUR)","Betrag (Fremdwährung)","Fremdwährung","Wechselkurs"',
    "es": '"Fecha","Beneficiario","Número de cuenta","Tipo de transacción","Referencia de pago",'
    '"Cantidad (EUR)","Cantidad (Divisa extranjera)","Tipo de divisa extranjera","Tipo de cambio"',
    "it": '"Data","Beneficiario","Numero di conto","Tipo di transazione","Riferimento pagamento",'
    '"Importo (EURO)","Importo (Valuta estera)","Tipo di valuta straniera","Tasso di cambio"',
}


@pytest.mark.parametrize("language", N26)
def test_n26_in_other_languages(tmp_path: Path, language: str) -> None:
    row = '"2019-08-31","AMZNPrime","","MasterCard","","-7.99","-7.99","EUR","1.0"'
    statement = read(tmp_path, f"{N26[language]}\n{row}\n")
    assert said(statement) == [("withdraw", "2019-08-31", ["cash -7.99 EUR"])]


FIDELITY_END = """

"The data and information in this spreadsheet is provided to you solely for your use and is
not for distribution. The spreadsheet is provided for informational purposes only."

"Date downloaded 07/01/2024 9:00 am"
"""


def test_fidelity_columns_in_the_order_of_their_names_and_a_disclaimer(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "\n\nRun Date,Account,Action,Symbol,Security Description,Security Type,Exchange Quantity,"
        "Exchange Currency,Currency,Price,Quantity,Exchange Rate,Commission,Fees,"
        "Accrued Interest,Amount,Settlement Date\n"
        "03/23/2024,Z01,YOU BOUGHT EXAMPLE (EXM) (Cash),EXM,EXAMPLE,Cash,0,,USD,10,11,0,,,,"
        "-110,03/25/2024\n"
        "03/24/2024,Z01,REVERSE SPLIT R/S FROM 111#REOR M1,NEW,NEW CO,Shares,0,,USD,,5,0,,,,,\n"
        "03/24/2024,Z01,REVERSE SPLIT R/S TO 222#REOR M1,111,OLD CO,Shares,0,,USD,,-50,0,,,,,\n"
        + FIDELITY_END,
    )
    bought, split = statement.drafts
    assert [to_text(leg.quantity) for leg in bought.legs] == ["11", "-110"]
    assert (bought.legs[0].price, str(bought.account)) == (Decimal(10), "Fidelity/Z01")
    assert (split.kind, split.ratio) == ("split", (1, 10))


def test_robinhood_descriptions_of_several_lines(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
        '"Quantity","Price","Amount"\n'
        '"7/15/2024","7/15/2024","7/17/2024","EXM","Example Corp\nCUSIP: 000000000\n'
        'Dividend Reinvestment","Buy","0.5","$40.00","($20.00)"\n'
        '"7/15/2024","7/15/2024","7/17/2024","EXM","Example Corp\nCUSIP: 000000000\n'
        'Dividend Reinvestment","Buy","0.5","$40.00","($20.00)"\n'
        '"8/2/2024","8/2/2024","8/2/2024","EXM","Option Expiration for EXM 8/2/2024 Put $50.00",'
        '"OEXP","2","",""\n'
        '"7/16/2024","7/16/2024","7/17/2024","EXM","EXM 8/2/2024 Put $50.00","STO","2","$1.00",'
        '"$199.92"\n'
        '""\n'
        '"","","","","","","","","","The data provided is for informational purposes only."\n',
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("buy", ["asset 0.5 EXM", "cash -20 USD"]),
        ("buy", ["asset 0.5 EXM", "cash -20 USD"]),
        ("sell", ["asset -2 EXM 8/2/2024 Put $50.00", "cash 199.92 USD"]),
        ("delisting", ["asset 2 EXM 8/2/2024 Put $50.00"]),  # what was owed is owed no more
    ]
    assert statement.drafts[0].note == "Example Corp CUSIP: 000000000 Dividend Reinvestment"
    assert any("repeats line" in note for note in statement.notes)


def test_paypal_in_german_and_the_short_american_layout(tmp_path: Path) -> None:
    german = read(
        tmp_path,
        '"Datum";"Uhrzeit";"Zeitzone";"Name";"Typ";"Status";"Währung";"Brutto";"Gebühr";"Netto";'
        '"Transaktionscode";"Zugehöriger Transaktionscode";"Guthaben";"Auswirkung auf Guthaben"\n'
        '"30.01.2024";"10:00:00";"CET";"Laden";"PayPal Express-Zahlung";"Abgeschlossen";"USD";'
        '"-10,60";"0,00";"-10,60";"A1";"";"-10,60";"Soll"\n'
        '"30.01.2024";"10:00:00";"CET";"";"Allgemeine Währungsumrechnung";"Abgeschlossen";"USD";'
        '"10,60";"0,00";"10,60";"A2";"A1";"0,00";"Haben"\n'
        '"30.01.2024";"10:00:00";"CET";"";"Allgemeine Währungsumrechnung";"Abgeschlossen";"EUR";'
        '"-10,01";"0,00";"-10,01";"A3";"A1";"-10,01";"Soll"\n'
        '"30.01.2024";"10:00:00";"CET";"";"Bankgutschrift auf PayPal-Konto";"Ausstehend";"EUR";'
        '"10,01";"0,00";"10,01";"A4";"A1";"0,00";"Memo"\n',
    )
    assert [(kind, legs) for kind, _, legs in said(german)] == [
        ("withdraw", ["cash -10.6 USD"]),
        ("swap", ["cash -10.01 EUR", "cash 10.6 USD"]),
    ]
    american = read(
        tmp_path,
        '"Date","Time","TimeZone","Name","Type","Status","Currency","Amount","Receipt ID",'
        '"Balance"\n'
        '"01/23/2022","15:46:58","PST","Food","General Authorization","Completed","USD",'
        '"-52.62","","5.00"\n'
        '"01/23/2022","16:01:46","PST","Ride","PreApproved Payment Bill User Payment",'
        '"Completed","USD","-23.20","","-18.20"\n',
    )
    assert said(american) == [("withdraw", "2022-01-23", ["cash -23.2 USD"])]


def test_an_iban_names_the_same_account_however_it_is_grouped(tmp_path: Path) -> None:
    rows = (
        "Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Kategorie;Verwendungszweck;Saldo;"
        "Währung;Betrag;Währung\n"
        "09.01.2020;09.01.2020;Shop;Lastschrift;Essen;Kauf;1.172,12;EUR;-1,50;EUR\n"
    )
    named = {
        str(read(tmp_path, f"IBAN;{iban}\n\n{rows}", "cp1252").drafts[0].account)
        for iban in ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000;;;")
    }
    assert named == {"ING/DE89370400440532013000"}


def test_what_an_advanced_trade_of_coinbase_was_paid_in(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,"
        "Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),"
        "Fees and/or Spread,Notes\n"
        "a,2024-04-13 10:00:00 UTC,Advanced Trade Buy,ETH,0.1,EUR,€2800.00,€280.00,€280.84,"
        '€0.84,"Bought 0.1 ETH for 300.9 USDC on ETH-USDC at 3000 USDC/ETH"\n'
        "b,2024-04-14 10:00:00 UTC,Advanced Trade Sell,ETH,-0.1,EUR,€2800.00,€280.00,€279.16,"
        '€0.84,"Sold 0.1 ETH for 279.16 EUR on ETH-EUR at 2800 EUR/ETH"\n'
        "c,2024-04-15 10:00:00 UTC,Receive,XLM,10,EUR,€0.10,€1.00,€1.00,€0.00,"
        "Received 10 XLM from Coinbase Earn\n",
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("swap", ["asset 0.1 ETH", "asset -300.9 USDC"]),
        ("sell", ["asset -0.1 ETH", "cash 280 EUR", "fee -0.84 EUR"]),
        ("reward", ["asset 10 XLM"]),
    ]


def test_a_receipt_of_earn_is_priced_by_what_it_is_a_receipt_for() -> None:
    path = Path(__file__).parent / "binance" / "sample.csv"
    statement = read_statement(path, PROFILES["binance"], ZoneInfo("UTC"))
    (earn,) = [draft for draft in statement.drafts if draft.kind == "symbol_change"]
    assert [(str(leg.asset), leg.price, str(leg.price_currency)) for leg in earn.legs] == [
        ("USDT", None, "None"),
        ("LDUSDT", Decimal(1), "USDT"),
    ]


BINANCE = "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"


def test_the_two_sides_of_a_move_between_wallets_of_binance(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        BINANCE + "1,2021-03-18 10:00:00,Spot,transfer_out,USDT,-5,\n"
        "1,2021-03-18 10:00:00,USDT-Futures,transfer_in,USDT,5,\n"
        "1,2025-01-06 19:30:00,Earn,Simple Earn Flexible Redemption,LDADA,-10,\n"
        "1,2025-01-06 19:30:00,Earn,Simple Earn Flexible Redemption,USDT,-10,\n"
        "1,2025-01-06 19:30:03,Spot,Simple Earn Flexible Redemption,USDT,10,\n"
        "1,2025-01-06 19:30:03,Spot,Simple Earn Flexible Redemption,ADA,10,\n",
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("symbol_change", ["asset -10 LDADA", "asset 10 ADA"]),  # not what became USDT
    ]
    skipped = [row.line for row in statement.rows if row.status == "skipped"]
    assert skipped == [2, 3, 5, 6]


COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,"
    "Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)


def test_what_coinbase_calls_what_it_does_of_itself(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        COINBASE
        + "a,2024-01-07 09:00:00 UTC,Asset Migration,POL,10,EUR,€0.5,€5,€5,€0,To POL\n"
        + "b,2024-01-07 09:00:00 UTC,Asset Migration,MATIC,-10,EUR,€0.5,-€5,-€5,€0,To POL\n"
        + "c,2024-01-08 09:00:00 UTC,Retail Simple Dust,XLM,-2,EUR,€0.1,-€0.2,-€0.2,€0,\n"
        + "d,2024-01-08 11:00:00 UTC,Vault Withdrawal,BTC,0.5,EUR,€4,€2,€2,€0,\n"
        + "e,2024-01-08 12:00:00 UTC,Interest payout,USDC,0.12,EUR,€0.9,€0.1,€0.1,€0,\n",
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("symbol_change", ["asset -10 MATIC", "asset 10 POL"]),
        ("sell", ["asset -2 XLM", "cash 0.2 EUR"]),
        ("interest", ["asset 0.12 USDC"]),
    ]


def test_a_share_of_schwab_that_was_bought_out(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "Date,Action,Symbol,Description,Price,Quantity,Fees & Comm,Amount\n"
        "03/02/2021,Cash Merger,EXM,EXAMPLE INC,,,,$1000\n"
        "03/02/2021,Cash Merger Adj,EXM,EXAMPLE INC,,-100,,\n",
    )
    assert said(statement) == [("merger", "2021-03-02", ["asset -100 EXM", "cash 1000 USD"])]


def test_schwab_bank_before_2022(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        '"Transactions for Checking account XXX123 as of 02/04/2020"\n'
        '"Date","Type","Check #","Description","Withdrawal (-)","Deposit (+)","RunningBalance"\n'
        '"Posted Transactions"\n'
        '"01/31/2020","INTADJUST","","Interest Paid","","$0.35","$118.60"\n'
        '"01/30/2020","SERVICECHARGE","","Wire fee","$25.00","","$118.25"\n',
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("fee", ["fee -25 USD"]),
        ("interest", ["cash 0.35 USD"]),
    ]
    assert [to_text(balance.balance) for balance in statement.balances] == ["118.6"]


def test_a_fund_of_revolut_in_dollars_counts_in_dollars(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        'Date,Description,"Value, EUR","Value, USD",FX Rate,Price per share,Quantity of shares\n'
        '"23/08/2024, 12:00:00",BUY USD Class R IE000H9J0QX4,"-90,00","-100,00","0,9",,"100,00"\n'
        '"24/08/2024, 02:00:00",Return PAID USD Class R IE000H9J0QX4,"0,01","0,01","0,9",,\n',
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("buy", ["asset 100 IE000H9J0QX4", "cash -100 USD"]),
        ("interest", ["cash 0.01 USD"]),
    ]


def test_lines_of_an_older_disclaimer_of_fidelity_are_no_bookings(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "Run Date,Action,Symbol,Security Description,Security Type,Quantity,Price ($),"
        "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n"
        "01/27/2023, DIRECT DEBIT GRID (Cash),  , No Description,Cash,,,,,,-100,\n"
        '"purposes. For more information on the data, see the help page.",,,,,,,,,,,\n'
        '"Financial Services LLC. Both are members.",,,,,,,,,,,\n'
        '"Fidelity Insurance Agency, Inc., and others.",,,,,,,,,,,\n',
    )
    assert said(statement) == [("withdraw", "2023-01-27", ["cash -100 USD"])]


def test_trades_of_fidelity_that_were_taken_back_and_shares_bought_out(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),"
        "Accrued Interest ($),Amount ($),Cash Balance ($),Settlement Date\n"
        '01/08/2025,"YOU BOUGHT CANCELLED TRADE EXM (Cash)",EXM,"E",Cash,-2,250,,,,500,--,\n'
        '01/07/2025,"MERGER MER PAYOUT EXAMPLE (EXA) (Cash)",EXA,"E",Cash,-10,,,,,542.00,--,\n'
        '01/06/2025,"YOU SOLD OPENING CALL", -EXM250221C600,"C",Margin,-1,5,,,,500.00,--,\n',
    )
    assert [(kind, legs) for kind, _, legs in said(statement)] == [
        ("sell", ["asset -1 EXM250221C600", "cash 500 USD"]),
        ("merger", ["asset -10 EXA", "cash 542 USD"]),
        ("unknown", ["asset -2 EXM", "cash 500 USD"]),
    ]
    assert any("CANCELLED" in note for note in statement.notes)


def test_a_hold_of_paypal_and_its_end_move_nothing(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID\n"
        "01/17/2024,11:00:00,PST,,Hold on Balance for Dispute Investigation,Completed,EUR,-10.00,"
        "0.00,-10.00,T9\n"
        "01/18/2024,11:00:00,PST,,Cancellation of Hold for Dispute Resolution,Completed,EUR,10.00,"
        "0.00,10.00,TA\n",
    )
    assert said(statement) == []
    assert [row.status for row in statement.rows] == ["skipped", "skipped"]


def test_okx_marks_of_order_before_each_name_and_row_change_nothing(tmp_path: Path) -> None:
    plain = (Path(__file__).parent / "okx_trades" / "sample.csv").read_text("utf-8").splitlines()
    marked = [plain[0].replace(",", ",\ufeff"), *(f"\ufeff{line}" for line in plain[1:])]
    first, again = (
        read(tmp_path, "\r\n".join(lines), encoding)
        for lines, encoding in ((plain, "utf-8"), (marked, "utf-8-sig"))
    )
    assert said(first) == said(again)
    assert [d.external_id for d in first.drafts] == [d.external_id for d in again.drafts]


def test_trading212_whose_totals_are_in_two_currencies_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(
        "Action,Time (UTC),ISIN,Ticker,Name,No. of shares,Gross Total,Currency (Gross Total),"
        "Net Total,Currency (Net Total)\n"
        "Dividend (Dividend),2026-03-02 12:00:00+00:00,US0000000001,EXM,Example,1,0.85,USD,0.69,"
        "EUR\n",
        "utf-8",
    )
    statement = read_statement(path, PROFILES["trading212"], ZoneInfo("Europe/Berlin"))
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, bad.reason) == (2, "its gross and its net total are in two currencies")
