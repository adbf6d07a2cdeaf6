"""Layouts and languages that the samples of brokers and exchanges do not have.

Rows are written in the formats' wording; what they move is worked by hand beside them.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD
from importing import PROFILES

NORDNET_DK = (
    "Id\tBogføringsdag\tHandelsdag\tValørdag\tDepot\tTransaktionstype\tVærdipapirer\tISIN\tAntal"
    "\tKurs\tRente\tSamlede afgifter\tValuta\tBeløb\tValuta\tIndkøbsværdi\tValuta\tResultat\tValuta"
    "\tTotalt antal\tSaldo\tVekslingskurs\tTransaktionstekst\tMakuleringsdato\tNotanummer"
    "\tVerifikationsnummer\tKurtage\tValuta\tMiddelkurs\tOprindelig rente"
)
NORDNET_NO = (
    "Id\tBokføringsdag\tHandelsdag\tOppgjørsdag\tPortefølje\tTransaksjonstype\tVerdipapir\tISIN"
    "\tAntall\tKurs\tRente\tTotale Avgifter\tValuta\tBeløp\tValuta\tKjøpsverdi\tValuta\tResultat"
    "\tValuta\tTotalt antall\tSaldo\tVekslingskurs\tTransaksjonstekst\tMakuleringsdato"
    "\tSluttseddelnummer\tVerifikasjonsnummer\tKurtasje\tValuta\tValutakurs\tInnledende rente"
)
NORDNET_FI = (
    "Id\tKirjauspäivä\tKauppapäivä\tMaksupäivä\tSalkku\tTapahtumatyyppi\tArvopaperi"
    "\tInstrumenttityyppi\tISIN\tMäärä\tKurssi\tKorko\tKokonaiskulut\tKokonaiskulut Valuutta"
    "\tSumma\tValuutta\tHankinta-arvo\tTulos\tKokonaismäärä\tSaldo\tVaihtokurssi"
    "\tTapahtumateksti\tMitätöintipäivä\tLaskelma\tVahvistusnumero\tVälityspalkkio"
)
TASTY = (
    "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,"
    "Commissions,Fees,Multiplier,Root Symbol,Underlying Symbol,Expiration Date,Strike Price,"
    "Call or Put,Order #,Currency"
)
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
    "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commission Fees,Net Amount,"
    "Accrued Interest,Account Type,"
)
LAYOUTS = {
    # Cash rows without a currency are in the country's own.
    "nordnet of Denmark": (
        NORDNET_DK,
        "3\t2026-07-24\t2026-07-24\t2026-07-24\t1\tDEPOTRENTE" + "\t" * 8 + "-1,5" + "\t" * 16,
        "2\t2026-07-22\t2026-07-22\t2026-07-23\t1\tSOLGT\tB\tUS5949603048\t1\t0,3\t0\t0,98\tDKK"
        "\t0,98\tDKK\t\t\t-29,47\tUSD\t0\t0,98\t6,5367" + "\t" * 8,
        "1\t2026-07-03\t2026-07-03\t2026-07-07\t1\tKØBT\tA\tDK0062615746\t36\t165,8\t0\t25\tDKK"
        "\t-5993,8\tDKK\t5993,8\tDKK\t0\tDKK\t36\t30,25" + "\t" * 9,
        [
            "nordnet buy 2026-07-03: 36 DK0062615746 at 165.8, -5968.8 DKK, -25 DKK",
            "nordnet sell 2026-07-22: -1 US5949603048, 1.96 DKK, -0.98 DKK",
            "nordnet interest 2026-07-24: -1.5 DKK",
        ],
    ),
    "nordnet of Norway": (
        NORDNET_NO,
        "2\t2025-06-27\t2025-06-27\t2025-06-28\t1\tOverføring via Trustly\t\t\t0\t0\t0\t0\tNOK"
        "\t50000,00\tNOK" + "\t" * 15,
        "1\t2025-06-24\t2025-06-24\t2025-06-25\t1\tKJØPT\tA\tUS4330001060\t66\t42,7597\t0\t99\tNOK"
        "\t-28706,04\tNOK\t2831,91\tUSD\t0\tUSD\t131\t179,97\t10,1366" + "\t" * 8,
        [
            "nordnet buy 2025-06-24: 66 US4330001060, -28607.04 NOK, -99 NOK",
            "nordnet deposit 2025-06-27: 50000 NOK",
        ],
    ),
    "nordnet of Finland": (
        NORDNET_FI,
        "3\t2021-08-20\t2021-08-20\t2021-08-20\t1\tVALUUTAN MYYNTI" + "\t" * 9 + "-100\tEUR"
        "" + "\t" * 10,
        "2\t2021-08-20\t2021-08-20\t2021-08-20\t1\tVALUUTAN OSTO"
        + "\t" * 9
        + "148\tCAD"
        + "\t" * 10,
        "1\t2021-08-18\t2021-08-18\t2021-08-20\t1\tOSTO\tK\tAktier\tCA4969024047\t450\t7,3\t0"
        "\t29,6\tCAD\t-3 314,6\tCAD\t7 978,12\t0\t1 000\t-1 378,23\t0,676" + "\t" * 5,
        [
            "nordnet buy 2021-08-18: 450 CA4969024047, -3285 CAD, -29.6 CAD",
            "nordnet swap 2021-08-20: 148 CAD, -100 EUR",
        ],
    ),
    "tastytrade without Total": (
        TASTY,
        "2024-08-05T23:00:00+0200,Trade,Buy to Open,BUY_TO_OPEN,EXM,Equity,Bought 100 EXM @ 10.00,"
        '"-1,000.00",100,-10.00,--,-5.00,,,,,,,7,USD',
        ["tastytrade buy 2024-08-05: 100 EXM at 10, -1000 USD, -5 USD"],
    ),
    # Bracketed amounts, unsigned units of a sale, and the table of an employer's plan below.
    "vanguard_us of 2025": (
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,",
        "1,EXAMPLE,EXM,8,200.00,1600.00,",
        "",
        VANGUARD,
        "1,01/02/2025,01/03/2025,Buy,Buy,EXAMPLE,EXM,10,240.00,(2400.00),0.00,(2400.00),0.00,CASH,",
        "1,03/01/2025,03/03/2025,Sell,Sell,EXAMPLE,EXM,2,210.00,420.00,0.00,420.00,0.00,CASH,",
        "1,03/10/2025,03/10/2025,Sweep in,Sweep,MONEY MARKET,VMFXX,100,1.00,(100.00),0.00,(100.00),"
        "0.00,CASH,",
        "",
        "Account Number,Trade Date,Run Date,Transaction Activity,Transaction Description,"
        "Investment Name,Share Price,Transaction Shares,Dollar Amount,",
        "2,03/11/2025,03/11/2025,Plan Contribution,Source,A FUND,10,5,50,",
        [
            "vanguard_us buy 2025-01-02: 10 EXM at 240, -2400 USD",
            "vanguard_us sell 2025-03-01: -2 EXM at 210, 420 USD",
        ],
    ),
    # The fee of what was sent is in its value, in whole coins.
    "electrum until 4.5": (
        "transaction_hash,label,confirmations,value,fiat_value,fee,fiat_fee,timestamp",
        'b2,rent,90,"-1,000.0001",,0.0001,,2021-03-02 10:00',
        "a1,savings,100,2000.,,,,2021-03-01 10:00",
        [
            "electrum transfer_in 2021-03-01: 2000 BTC",
            "electrum transfer_out 2021-03-02: -1000 BTC, -0.0001 BTC",
        ],
    ),
    "kucoin_trades, fill by fill": (
        "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,"
        "Filled Volume,Filled Volume (USDT),Filled Time(UTC),Fee,Tax,Maker/Taker,Fee Currency",
        "u1,mainAccount,o1,BTC-USDT,SELL,LIMIT,42000,0.5,21000,21000,2024-02-10 10:01:00,21,,TAKER,"
        "USDT",
        ["kucoin_trades swap 2024-02-10: -0.5 BTC at 42000, 21000 USDT, -21 USDT"],
    ),
    # Halifax and TSB end each row of theirs with a comma.
    "lloyds with a comma at the end": (
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,"
        "Debit Amount,Credit Amount,Balance,",
        "30/10/2015,BGC,'01-02-03,12345678,TEST INCOME ,,5259.31,14298.40",
        "29/10/2015,DEB,'01-02-03,12345678,TEST EXPENSE ,4.60,,9039.09",
        [
            "lloyds withdraw 2015-10-29: -4.6 GBP",
            "lloyds deposit 2015-10-30: 5259.31 GBP",
        ],
    ),
    "nationwide of 2025": (
        "Account Name: Current Account",
        "Account Balance: 1234.56",
        "",
        "Date,Transaction type,Description,Paid out,Paid in,Balance",
        '07-Nov-25,Direct Debit,EXAMPLE ENERGY,"£125.00","","1234.56"',
        ["nationwide withdraw 2025-11-07: -125 GBP"],
    ),
    # The rows without a debit and a credit are the payments of the order above them.
    "ubs in English": (
        "Account number:;0000 00000000.00X;",
        "IBAN:;CH00 0000 0000 0000 0000 0;",
        "",
        "Trade date;Trade time;Booking date;Value date;Currency;Debit;Credit;Individual amount;"
        "Balance;Transaction no.;Description1;Description2;Description3;Footnotes;",
        "2026-08-31;;2026-08-31;2026-09-02;CHF;0.00;;;2045.55;BA0002;Balance closing;;;;",
        "2026-08-15;;2026-08-15;2026-08-15;CHF;-150.00;;;;BA0003;Collective order;;;;",
        ";;;;CHF;;;-100.00;;BA0003;EXAMPLE AG;;;;",
        ";;;;CHF;;;-50.00;;BA0003;EXAMPLE GmbH;;;;",
        "2026-08-14;;2026-08-14;2026-08-14;CHF;;1'000.00;;;BA0004;EXAMPLE;;;;",
        [
            "ubs deposit 2026-08-14: 1000 CHF",
            "ubs withdraw 2026-08-15: -150 CHF",
        ],
    ),
    "ubs in September 2022": (
        "IBAN:;CH9300000000000000000;",
        "",
        "Trade date;Trade time;Booking date;Value date;Currency;Transaction amount;Debit/Credit;"
        "Balance;Transaction no.;Description1;Description2;Description3;Footnotes;",
        "2022-09-27;12:48:24;2022-09-28;2022-09-28;CHF;-20.00;Debit;100.00;BA0006;EXAMPLE;;;;",
        "2022-09-26;;2022-09-26;2022-09-26;CHF;50.00;Credit;120.00;BA0005;EXAMPLE;;;;",
        [
            "ubs deposit 2022-09-26: 50 CHF",
            "ubs withdraw 2022-09-28: -20 CHF",
        ],
    ),
    "ubs in 2017": (
        "Valuation date;Banking relationship;Portfolio;Product;IBAN;Ccy.;Date from;Date to;"
        "Description;Trade date;Booking date;Value date;Description 1;Description 2;Description 3;"
        "Transaction no.;Exchange rate in the original amount in settlement currency;"
        "Individual amount;Debit;Credit;Balance",
        "07.07.17;;;;CH93;EUR;01.02.17;30.06.17;Account;30.06.17;30.06.17;30.06.17;Order;;;BA01;;;"
        "3'416.82;;149.34",
        "07.07.17;;;;CH93;EUR;01.02.17;30.06.17;Account;30.06.17;30.06.17;30.06.17;Paid;;;BA01;"
        "1.113334;3069;;;",
        ";;;;;;;;;;;;;;;;;;;;",
        "Closing balance;Opening balance;;;;;;;;;;;;;;;;;;;",
        "149.340000000;3566.160000000;;;;;;;;;;;;;;;;;;;",
        ["ubs_2012 withdraw 2017-06-30: -3416.82 EUR"],
    ),
    "zkb in English": (
        "Date;Booking text;Curr;Amount details;ZKB reference;Reference number;Debit CHF;Credit CHF;"
        "Value date;Balance CHF;Payment purpose;Details",
        "02.01.2026;Debit eBill: EXAMPLE;;;Z2;;150.00;;02.01.2026;850.00;;",
        "01.01.2026;Credit salary: EXAMPLE;;;Z1;;;1000.00;01.01.2026;1000.00;;",
        [
            "zkb deposit 2026-01-01: 1000 CHF",
            "zkb withdraw 2026-01-02: -150 CHF",
        ],
    ),
    "wise_history in German": (
        "ID,Status,Richtung,Erstellt am,Abgeschlossen am,Betrag der Ausgangsgebühr,"
        "Währung der Ausgangsgebühr,Betrag der Zielgebühr,Währung der Zielgebühr,Quellenname,"
        "Ausgangsbetrag (nach Gebühren),Ausgangswährung,Name des Empfängers,"
        "Zielbetrag (nach Gebühren),Zielwährung,Wechselkurs,Referenz,Sammelüberweisung",
        "TRANSFER-42,COMPLETED,OUT,2026-07-10 10:00:00,2026-07-11 09:00:00,5,CHF,,,EXAMPLE,1000,"
        "CHF,EXAMPLE AG,948,EUR,0.948,,",
        ["wise_history withdraw 2026-07-10: -1000 CHF, -5 CHF"],
    ),
    "postfinance in 2009": (
        "Data;Testo d'avviso;Accredito;Addebito;Data della valuta;Saldo;",
        "20090401;EXAMPLE;;71.8;20090331;928.20;",
        "20090331;EXAMPLE;1000;;20090331;1000.00;",
        [
            "postfinance deposit 2009-03-31: 1000 CHF",
            "postfinance withdraw 2009-04-01: -71.8 CHF",
        ],
    ),
    "postfinance before 2023": (
        "Datum von:;2017-05-23",
        "Buchungsart:;Alle Buchungen",
        "Konto:;CH9300000000000000000",
        "Währung:;EUR",
        "Buchungsdatum;Avisierungstext;Gutschrift;Lastschrift;Valuta;Saldo",
        '2017-06-02;"EXAMPLE";12.50;;2017-06-02;1000.00',
        '2017-06-01;"Acme Corp";;-135.00;2017-06-01;',
        "",
        "Disclaimer:",
        "Dies ist kein durch PostFinance AG erstelltes Dokument. PostFinance AG ist nicht "
        "verantwortlich für den Inhalt.",
        [
            "postfinance withdraw 2017-06-01: -135 EUR",
            "postfinance deposit 2017-06-02: 12.5 EUR",
        ],
    ),
    "postfinance in English": (
        'Account:;="CH9300000000000000000"',
        'Currency:;="CHF"',
        "",
        "Date;Type of transaction;Notification text;Credit in CHF;Debit in CHF;Label;Category",
        "",
        "15.10.2023;Debit;EXAMPLE;;-42.15;;",
        ["postfinance withdraw 2023-10-15: -42.15 CHF"],
    ),
    "capital_one with slashes": (
        "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit",
        "02/11/2026,02/12/2026,1234,EXAMPLE CAFE,Meals,5.21,",
        "02/12/2026,02/13/2026,1234,EXAMPLE REFUND,Meals,,10.00",
        [
            "capital_one withdraw 2026-02-11: -5.21 USD",
            "capital_one deposit 2026-02-12: 10 USD",
        ],
    ),
    "zkb, an account in euros": (
        '"Datum";"Buchungstext";"Whg";"Betrag Detail";"ZKB-Referenz";"Referenznummer";'
        '"Belastung EUR";"Gutschrift EUR";"Valuta";"Saldo EUR";"Zahlungszweck"',
        '"02.03.23";"Gutschrift Auftraggeber";"";"";"Z2";"";"";"49\'956.58";"02.03.23";"";""',
        '"";"EXAMPLE AG, 8005 Zuerich";"";"";"";"";"";"";"";"";"Rechnung 1"',
        ["zkb deposit 2023-03-02: 49956.58 EUR"],
    ),
    "citi with unsigned credits": (
        "Status,Date,Description,Debit,Credit",
        "Cleared,07/14/2026,EXAMPLE #178,64.20,",
        "Cleared,07/16/2026,STATEMENT CREDIT,,15.00",
        [
            "citi withdraw 2026-07-14: -64.2 USD",
            "citi deposit 2026-07-16: 15 USD",
        ],
    ),
    "raiffeisen_ch of 2021": (
        "IBAN;Booked At;Text;Credit/Debit Amount;Balance;Valuta Date",
        "CH9300762011623852957;01.01.2021 00:00;Prelevamento;-482.2;6541.01;03.01.2021 00:00",
        ["raiffeisen_ch withdraw 2021-01-01: -482.2 CHF"],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_languages(layout: str, tmp_path: Path) -> None:
    *lines, expected = LAYOUTS[layout]
    path = tmp_path / "statement.csv"
    path.write_bytes(("\n".join(map(str, lines)) + "\n").encode("utf-16"))
    (profile,) = find_profiles(path, PROFILES)
    statement = read_statement(path, profile, zoneinfo.ZoneInfo("UTC"))
    assert [row.reason for row in statement.rows if row.status == BAD] == []
    assert [
        f"{profile.name} {draft.kind} {draft.occurred_on}: "
        + ", ".join(
            f"{to_text(leg.quantity)} {leg.asset}"
            + (f" at {to_text(leg.price)}" if leg.price is not None else "")
            for leg in draft.legs
        )
        for draft in statement.drafts
    ] == expected
