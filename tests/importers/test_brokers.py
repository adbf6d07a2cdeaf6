"""What brokers' own wording means, in several languages and vintages.

Rows are written in the formats' wording; figures are worked by hand beside them.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import find_profiles, parse_profile, read_statement
from folio.importers.language.shorthand import expanded
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import Draft
from importing import PROFILES

UTC = zoneinfo.ZoneInfo("UTC")


def read(tmp_path: Path, profile: str, *lines: str, encoding: str = "utf-8") -> Statement:
    path = tmp_path / "statement.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    assert [found.name for found in find_profiles(path, PROFILES)] == [profile]
    statement = read_statement(path, PROFILES[profile], UTC)
    assert [row for row in statement.rows if row.status == BAD] == []
    return statement


def moved(draft: Draft) -> list[tuple[str, str]]:
    return [(str(leg.asset), str(leg.quantity)) for leg in draft.legs]


# Degiro.

DEGIRO = {
    "nl": "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id",
    "en": "Date,Time,Value date,Product,ISIN,Description,FX,Change,,Balance,,Order Id",
    "fr": "Date,Heure,Date de,Produit,Code ISIN,Description,FX,Mouvements,,Solde,,ID Ordre",
    "de": "Datum,Uhrze,Valutadatum,Produkt,ISIN,Beschreibung,FX,Änderung,,Saldo,,Order-ID",
    "es": "Fecha,Hora,Fecha valor,Producto,ISIN,Descripción,Tipo,Variación,,Saldo,,ID Orden",
    "it": "Data,Ora,Data Valore,Prodotto,ISIN,Descrizione,Borsa,Variazioni,,Saldo,,ID Ordine",
    "pt": "Data,Hora,Data Valor,Produto,ISIN,Descrição,T.,Mudança,,Saldo,,ID da Ordem",
}
WORDS = {
    # buy, trade fee, dividend, tax, currency in and out, deposit
    "nl": ("Koop 3 @ 100,5 USD", "DEGIRO Transactiekosten en/of kosten van derden", "Dividend",
           "Dividendbelasting", "Valuta Creditering", "Valuta Debitering", "flatex storting"),
    "en": ("Buy 3 MICROSOFT@100.5 USD (US5949181045)",
           "DEGIRO Transaction and/or third party fees", "Dividend", "Dividend Tax",
           "FX Credit", "FX Debit", "flatex Deposit"),
    "fr": ("Achat 3 MICROSOFT@100,5 USD (US5949181045)",
           "Frais DEGIRO de courtage et/ou de parties tierces", "Dividende",
           "Impôts sur dividende", "Operation de change - Crédit", "Opération de change - Débit",
           "Versement de fonds"),
    "de": ("Kauf 3 zu je 100,5 USD (US5949181045)",
           "DEGIRO Transaktionsgebühren und/oder Fremdkosten", "Dividende", "Dividendensteuer",
           "Währungswechsel (Einbuchung)", "Währungswechsel (Ausbuchung)", "flatex Einzahlung"),
    "es": ("Compra 3 MICROSOFT@100,5 USD (US5949181045)",
           "Costes de transacción y/o externos de DEGIRO", "Dividendo",
           "Retención del dividendo", "Ingreso Cambio de Divisa", "Retirada Cambio de Divisa",
           "Ingreso"),
    "it": ("Acquisto 3 MICROSOFT@100,5 USD (US5949181045)",
           "DEGIRO costi di transazione e/o di terze parti", "Dividendo", "Ritenuta sul dividendo",
           "Credito FX", "Prelievo FX", "Deposito flatex"),
    "pt": ("Compra 3 MICROSOFT@100,5 USD (US5949181045)",
           "Comissões de transação DEGIRO e/ou taxas de terceiros", "Dividendo",
           "Imposto sobre dividendo", "Crédito de divisa", "Levantamento de divisa", "Depósito"),
}  # fmt: skip


@pytest.mark.parametrize("language", DEGIRO)
def test_degiro_in_each_language(tmp_path: Path, language: str) -> None:
    buy, fee, dividend, tax, credit, debit, deposit = WORDS[language]
    of = "MICROSOFT,US5949181045"
    rows = [
        f'05-02-2025,07:30,04-02-2025,,,{credit},,EUR,"3,00",EUR,"711,00",',
        f'05-02-2025,07:30,04-02-2025,,,{debit},"1,0",USD,"-3,00",USD,"0,00",',
        f'04-02-2025,09:05,03-02-2025,{of},{dividend},,USD,"3,50",USD,"3,00",',
        f'04-02-2025,09:05,03-02-2025,{of},{tax},,USD,"-0,50",USD,"-0,50",',
        f'03-01-2025,16:55,03-01-2025,{of},{credit},"1,0",USD,"301,50",USD,"0,00",o-1',
        f'03-01-2025,16:55,03-01-2025,{of},{debit},,EUR,"-290,00",EUR,"708,00",o-1',
        f'03-01-2025,16:55,03-01-2025,{of},{fee},,EUR,"-2,00",EUR,"998,00",o-1',
        f'03-01-2025,16:55,03-01-2025,{of},"{buy}",,USD,"-301,50",USD,"-301,50",o-1',
        f'02-01-2025,09:51,01-01-2025,,,{deposit},,EUR,"1.000,00",EUR,"1.000,00",',
    ]
    statement = read(tmp_path, "degiro", DEGIRO[language], *rows)
    drafts = {draft.kind: moved(draft) for draft in statement.drafts}
    assert drafts == {
        "deposit": [("EUR", "1000.00")],
        "buy": [("US5949181045", "3"), ("USD", "-301.50"), ("EUR", "-2.00")],
        "swap": [("EUR", "3.00"), ("USD", "-3.00")],  # the later of the two
        "dividend": [("USD", "3.50")],
        "tax": [("USD", "-0.50")],
    }
    assert [draft.kind for draft in statement.drafts].count("swap") == 2
    assert [str(b.balance) for b in statement.balances] == ["711.00", "0.00"]
    assert statement.notes == ()


def test_degiro_breaks_long_cells_into_the_next_line(tmp_path: Path) -> None:
    rows = [
        '15-12-2022,16:55,15-12-2022,VICI,US9256521090,DEGIRO Transactiekosten en/of,,EUR,"-1,00",'
        'EUR,"31,98",5925d76b-eb36-46e3-',
        ",,,,,kosten van derden,,,,,,b017-a61a6d03c3e7",
        '15-12-2022,16:55,15-12-2022,VICI,US9256521090,"Koop 1 @ 33,9 EUR",,EUR,"-33,90",EUR,'
        '"32,98",5925d76b-eb36-46e3-b017-a61a6d03c3e7',
    ]
    statement = read(tmp_path, "degiro", DEGIRO["nl"], *rows)
    (buy,) = statement.drafts
    assert moved(buy) == [("US9256521090", "1"), ("EUR", "-33.90"), ("EUR", "-1.00")]
    assert [row.line for row in statement.rows] == [2, 4]


def test_degiro_cells_that_a_spreadsheet_rewrote_are_read_one_by_one(tmp_path: Path) -> None:
    rows = [
        '03-04-2023,09:04,03-04-2023,A,IE00B3RBWM25,"Koop 1 @ 97,93 EUR",,EUR,-97.93,EUR,43.62,a',
        '02-04-2023,09:04,02-04-2023,A,IE00B3RBWM25,"Koop 6 A@49,785 EUR (IE00B3RBWM25)",,EUR,'
        '"-298,71",EUR,"141,55",b',
    ]
    first, second = read(tmp_path, "degiro", DEGIRO["nl"], *rows).drafts
    assert [str(leg.quantity) for leg in (*first.legs, *second.legs)] == [
        "6", "-298.71", "1", "-97.93",
    ]  # fmt: skip
    assert str(first.legs[0].price) == "49.785"
    bad = tmp_path / "bad.csv"
    unclear = rows[0].replace("-97.93,EUR,43.62", "-1.234,EUR,43")
    bad.write_text("\n".join([DEGIRO["nl"], *rows, unclear]))
    statement = read_statement(bad, PROFILES["degiro"], UTC)
    (row,) = [row for row in statement.rows if row.status == BAD]
    assert "could be thousands or a fraction" in str(row.reason)


def test_degiro_never_buys_a_pair_of_currencies(tmp_path: Path) -> None:
    rows = [
        '24-08-2024,07:00,25-08-2024,EUR/CHF,,"Règlement transaction devise: Vente 4 800 EUR/CHF'
        '@0,9412 CHF ()",,CHF,"4517,76",CHF,"11360,77",o',
        '23-08-2024,13:52,23-08-2024,EUR/CHF,,"Achat 4\u202f800 EUR/CHF@0,9412 CHF ()",,CHF,'
        '"-4517,76",CHF,"6846,51",o',
    ]
    statement = read(tmp_path, "degiro", DEGIRO["fr"], *rows)
    assert statement.drafts == ()
    assert {row.status for row in statement.rows} == {"skipped"}


def test_degiro_shares_that_others_took_the_place_of(tmp_path: Path) -> None:
    rows = [
        '08-04-2026,13:05,06-04-2026,NEW,US4869171078,"FUSION: Kauf 4.600 zu je 1,98 USD '
        '(US4869171078)",,USD,"-9108,00",USD,"-9108,00",m',
        '08-04-2026,13:05,06-04-2026,OLD,CA09173B1076,"FUSION: Verkauf 4.600 zu je 1,98 USD '
        '(CA09173B1076)",,USD,"9108,00",USD,"0,00",m',
        '25-08-2022,10:22,25-08-2022,TESLA INC,US88160R1014,"AKTIENSPLIT: 288 Tesla Inc zu je '
        '297,0967 USD (US88160R1014)",,USD,"-85563,85",USD,"-0,01",',
        '25-08-2022,10:22,25-08-2022,TESLA INC,US88160R1014,"AKTIENSPLIT: 96 Tesla Inc zu je '
        '891,29 USD (US88160R1014)",,USD,"85563,84",USD,"85563,84",',
    ]
    split, merger = read(tmp_path, "degiro", DEGIRO["de"], *rows).drafts
    assert (split.kind, split.ratio, str(split.related_asset)) == ("split", (3, 1), "US88160R1014")
    assert merger.kind == "merger"
    assert moved(merger)[0] == ("US4869171078", "4600")
    assert ("CA09173B1076", "-4600") in moved(merger)


# Interactive Brokers.


def test_a_trade_that_only_executions_state_and_a_reverse_split(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "ibkr_activity",
        "Statement,Header,Field Name,Field Value",
        "Statement,Data,Title,Activity Statement",
        "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,"
        "T. Price,Proceeds,Comm/Fee,Code",
        'Trades,Data,Trade,Stocks,CAD,GCM,"2019-03-03, 09:30:00","12,000",0.5,-6000,-1,O',
        "Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,"
        "Quantity,Proceeds,Value,Realized P/L,Code",
        'Corporate Actions,Data,Stocks,CAD,2019-06-03,"2019-06-02, 20:25:00","GCM(CA36168L1058) '
        'Split 1 for 25 (GCM, GRAN COLOMBIA, CA38501D8089)",480,0,0,0,',
        'Corporate Actions,Data,Stocks,CAD,2019-06-03,"2019-06-02, 20:25:00","GCM(CA36168L1058) '
        'Split 1 for 25 (GCM.OLD, GRAN COLOMBIA, CA36168L1058)","-12,000",0,0,0,',
    )
    buy, split = statement.drafts
    assert (buy.kind, moved(buy)[0]) == ("buy", ("GCM", "12000"))
    assert (split.kind, split.ratio, str(split.related_asset)) == ("split", (1, 25), "GCM")


# The rest.


def test_hargreaves_lansdown_in_its_own_encoding_and_in_pounds(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "hargreaves_lansdown",
        "Trade date,Settle date,Reference,Description,Unit cost (£),Qty,Value (£)",
        "24/04/2025,28/04/2025,B300000001,Example ETF,32.87,100,-3298.95",
        encoding="cp1252",
    )
    (buy,) = statement.drafts
    assert moved(buy) == [("Example ETF", "100"), ("GBP", "-3287.00"), ("GBP", "-11.95")]


def test_an_older_avanza_file_without_currencies(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "avanza",
        "Datum;Konto;Typ av transaktion;Värdepapper/beskrivning;Antal;Kurs;Belopp;Courtage;Valuta;"
        "ISIN;Resultat",
        "2020-01-16;1111;Köp;Asset A;10;100;-1009;9;SEK;SE0004841500;-",
        "2020-01-15;1111;Insättning;Deposit;-;-;10000;0;SEK;;-",
    )
    deposit, buy = statement.drafts
    assert str(deposit.account) == "Avanza/1111"
    assert moved(buy) == [("SE0004841500", "10"), ("SEK", "-1000"), ("SEK", "-9")]


def test_what_a_file_leaves_unsaid_is_said(tmp_path: Path) -> None:
    header = "ID;Type;Time;Symbol;Comment;Amount"
    deposit = "1;Deposit;04.04.2024 09:30:02;;Bank deposit;1000"
    (note,) = read(tmp_path, "xtb", header, deposit).notes
    assert note.startswith("the file does not say its currency: EUR is assumed")
    stated = read(tmp_path, "xtb", "Account;1;Currency;PLN", header, deposit)
    assert stated.notes == ()
    assert moved(stated.drafts[0]) == [("PLN", "1000")]


# Shorthand.


def test_names_in_a_profile_stand_for_lists_and_parts_of_patterns() -> None:
    found = expanded(
        {
            "words": {"date": ["Datum", "Date"]},
            "patterns": {"digits": "[0-9]{1,3}", "units": "(?P<q>{digits})"},
            "date": {"column": ["{date}"]},
            "rules": [{"when": {"text": {"like": ["{date}", "x"], "pattern": "a {units}"}}}],
            "texts": {"total": "Total ({currency})"},
        }
    )
    assert found == {
        "date": {"column": ["Datum", "Date"]},
        "rules": [
            {"when": {"text": {"like": ["Datum", "Date", "x"], "pattern": "a (?P<q>[0-9]{1,3})"}}}
        ],
        "texts": {"total": "Total ({currency})"},
    }


@pytest.mark.parametrize(
    "text", ["[words]\na = 'x'", "[words]\na = [1]", "[patterns]\na = ['x']", "words = 3"]
)
def test_shorthand_of_another_sort_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="each name has"):
        parse_profile(text, "own.toml")


def test_vanguard_says_the_trades_again_in_a_table_below(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "vanguard_uk",
        "Cash Transactions,,,,,",
        "Date,Details,Amount,Balance,,",
        "08/03/2022,Regular Deposit,1000,1000,,",
        "09/03/2022,Bought 10 Example ETF (EXM),-500,500,,",
        "Balance,500,,,,",
        ",,,,,",
        "Investment Transactions,,,,,",
        "Date,InvestmentName,TransactionDetails,Quantity,Price,Cost",
        "10/03/2022,Example ETF (EXM),Bought 10 Example ETF (EXM),10,50.001,500.01",
        "Cost,500.01,,,,",
    )
    assert [moved(draft) for draft in statement.drafts] == [
        [("GBP", "1000")],
        [("EXM", "10"), ("GBP", "-500")],
    ]
    assert [str(b.balance) for b in statement.balances] == ["500"]
    assert statement.notes == ()


def test_what_trading212_says_in_the_notes_and_a_split_with_a_new_isin(tmp_path: Path) -> None:
    """EUR 0.58 came for GBP 0.50; 100 units became 10, under the ticker that they had."""
    conversion, split = read(
        tmp_path,
        "trading212",
        "Action,Time,ISIN,Ticker,Name,Notes,ID,No. of shares,Price / share,Total,Currency (Total)",
        "Currency conversion,2023-09-25 17:31:38,,,,0.50 GBP -> 0.58 EUR,x1,,,,",
        "Stock split close,2024-06-02 07:30:05,US0378331005,ABC,Abc,,x2,100,2.50,200,EUR",
        "Stock split open,2024-06-02 07:30:05,US9229087690,ABC,Abc,,x3,10,25,200,EUR",
    ).drafts
    assert (conversion.kind, moved(conversion)) == ("swap", [("GBP", "-0.50"), ("EUR", "0.58")])
    assert (split.kind, split.ratio, split.legs) == ("split", (1, 10), ())
    assert split.related_asset is not None
    assert split.related_asset.isin == "US9229087690"


def test_what_degiro_pays_for_a_corporate_action_is_no_fee(tmp_path: Path) -> None:
    statement = read(
        tmp_path,
        "degiro",
        DEGIRO["en"],
        "16-06-2023,17:16,16-06-2023,EXM,US88160R1014,Vermogenswinst,,EUR,2.20,EUR,4.70,",
        "16-06-2023,17:15,16-06-2023,EXM,US88160R1014,Cash Settlement Corporate Action (Stock),,"
        "EUR,3.00,EUR,2.50,",
        "16-06-2023,17:14,16-06-2023,EXM,US88160R1014,Corporate Action Handling,,EUR,-0.50,EUR,"
        "-0.50,",
    )
    assert [draft.kind for draft in statement.drafts] == ["fee", "unknown", "dividend"]
    assert "Cash Settlement" in statement.notes[0]


def test_a_row_that_moves_units_in_words_unknown_is_said(tmp_path: Path) -> None:
    """It has no money to book, and its quantity no sign: it is left out, never in silence."""
    statement = read(
        tmp_path,
        "swissquote",
        "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Accrued Interest;"
        "Net Amount;Balance;Currency",
        "13-08-2022 15:30:02;00000000;Internal exchange of securities;VT;Vanguard;US9220427424;"
        "200.0;0;0.00;0.00;0.00;0.00;USD",
    )
    (row,) = statement.rows
    assert (row.status, row.reason) == ("skipped", "it is not understood, and it moves no money")
    assert statement.notes[0].startswith(
        "line 2 is left out (13-08-2022 15:30:02;00000000;Internal"
    )


def test_which_way_an_unsigned_total_went_is_not_guessed(tmp_path: Path) -> None:
    """Trading 212 says no sign of a purchase or a withdrawal; a minus is one."""
    path = tmp_path / "trading212.csv"
    path.write_text(
        "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Total,Currency (Total),ID\n"
        "Deposit,2024-01-02 10:00:00,,,,,,100.00,EUR,d-1\n"
        "Card top down,2024-01-03 10:00:00,,,,,,5.00,EUR,c-1\n"
        "Card top down,2024-01-04 10:00:00,,,,,,-5.00,EUR,c-2\n"
    )
    statement = read_statement(path, PROFILES["trading212"], UTC)
    assert [(draft.kind, moved(draft)) for draft in statement.drafts] == [
        ("deposit", [("EUR", "100.00")]),
        ("unknown", [("EUR", "-5.00")]),
    ]
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, bad.reason) == (3, "the profile does not know what 'Card top down' is")


def test_schwab_takes_back_what_was_cancelled_and_ends_what_was_exercised(tmp_path: Path) -> None:
    """A cancelled sale moves nothing; units that are bought out go with the money in their row."""
    statement = read(
        tmp_path,
        "schwab",
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"',
        '"12/31/2024","Cancel Sell","ABC","ABC CORP","5","$20.00","$0.01","-$99.99"',
        '"12/30/2024","Sell","ABC","ABC CORP","5","$20.00","$0.01","$99.99"',
        '"12/20/2024","Assigned","XYZ 12/20/2024 50.00 P","PUT XYZ","1","","",""',
        '"12/19/2024","Exchange or Exercise","XYZ 12/20/2024 40.00 C","CALL XYZ","-2","","",""',
        '"12/03/2024","Cash Merger","OLD","OLD CO","-10","","","$150.00"',
    )
    assert [(draft.kind, [leg.quantity for leg in draft.legs]) for draft in statement.drafts] == [
        ("merger", [-10, 150]),
        ("delisting", [-2]),
        ("delisting", [1]),
    ]
    assert [row.status for row in statement.rows].count(SKIPPED) == 2


# folio's own.


@pytest.mark.parametrize(
    "row",
    [
        "withdraw,EUR,50,,,", "return_of_capital,,,5,,AAA", "split,AAA,,,3:2,",
        "split,AAA,,7,3:2,", "swap,AAA,1,,,BBB", "merger,AAA,1,,,BBB", "merger,AAA,1,9,,",
        "symbol_change,AAA,1,,,BBB", "spin_off,AAA,1,,,BBB", "stock_dividend,AAA,1,,,",
        "transfer,AAA,1,,,", "transfer_out,AAA,1,,,", "delisting,AAA,1,9,,", "buy,AAA,1,9,,",
    ],
)  # fmt: skip
def test_the_charges_beside_a_row_are_never_left_out(tmp_path: Path, row: str) -> None:
    header = "date,kind,asset,quantity,amount,ratio,other,fee,tax,currency"
    kind = row.partition(",")[0]
    other = "related_asset" if kind in ("return_of_capital", "spin_off") else "to_asset"
    statement = read(
        tmp_path,
        "generic",
        header.replace("other", f"{other},to_quantity"),
        f"2024-01-05,{row},2,1.50,0.25,EUR",
    )
    (draft,) = statement.drafts
    charged = [(leg.role, str(leg.quantity)) for leg in draft.legs if leg.role in ("fee", "tax")]
    assert charged == [("fee", "-1.50"), ("tax", "-0.25")]


@pytest.mark.parametrize("zeros", [",,,", "0,0.00,0.00,0"])
def test_a_split_beside_zeros_is_no_row_that_moves_nothing(tmp_path: Path, zeros: str) -> None:
    header = "date,kind,asset,ratio,quantity,amount,fee,tax,currency"
    statement = read(tmp_path, "generic", header, f"2024-01-05,split,AAA,2:1,{zeros},EUR")
    (draft,) = statement.drafts
    assert (draft.kind, draft.ratio, draft.legs) == ("split", (2, 1), ())


def test_an_option_that_ended_either_way_is_asked_about(tmp_path: Path) -> None:
    """Left out, it would be worth its last price for ever."""
    path = tmp_path / "statement.csv"
    path.write_text(
        "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,"
        "Average Price,Commissions,Fees,Order #\n"
        "2024-01-19T16:00:00-0500,Receive Deliver,Expiration,,SPY   240119P00450000,"
        "Equity Option,Removal of 1.0 SPY 01/19/24 Put 450.00 due to expiration.,0.00,1,0.00,"
        "--,0.00,\n"
    )
    (row,) = read_statement(path, PROFILES["tastytrade"], UTC).rows
    assert row.status == BAD
    assert "held or owed" in row.reason


# interactive investor.


def test_a_trade_of_interactive_investor_without_a_quantity(tmp_path: Path) -> None:
    """Files of 2023 had no such column; rows as an open-source reader describes them."""
    statement = read(
        tmp_path,
        "interactive_investor",
        "\ufeff\ufeffDate,Settlement Date,Symbol,Sedol,Description,Reference,Debit,Credit,"
        "Running Balance",
        '15/06/2023,19/06/2023,NXT,1234567,"1,015 NEXT  Del   64.58 S Date 19/06/23",12345AA,'
        '£973.66,n/a,"£1,000.00"',
        "16/06/2023,16/06/2023,NXT,1234567,Tender NEXT,1,n/a,£7.00,£1007.00",
        "17/06/2023,17/06/2023,n/a,n/a,2023/24 ISA Subscription re 1,n/a,n/a,£3.00,£1010.00",
    )
    assert [(draft.kind, moved(draft)) for draft in statement.drafts] == [
        ("buy", [("NXT", "1015"), ("GBP", "-973.66")]),
        ("unknown", [("GBP", "7.00")]),
        ("deposit", [("GBP", "3.00")]),
    ]


def test_units_of_interactive_investor_that_are_no_trade_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    header = "Date,Settlement Date,Symbol,Sedol,Quantity,Price,Description,Reference,Debit,Credit"
    row = "15/06/2023,19/06/2023,NXT,1234567,-15,n/a,Consolidation,1,n/a,n/a,£1.00"
    path.write_text(f"{header},Running Balance\n{row}\n", encoding="utf-8")
    statement = read_statement(path, PROFILES["interactive_investor"], UTC)
    assert [row.status for row in statement.rows] == [BAD]


def test_what_flatex_takes_back_is_of_its_kind_and_no_trade(tmp_path: Path) -> None:
    order = "Ausführung ORDER Kauf US0000000012 2915"
    depot = read(
        tmp_path,
        "flatex",
        "Nummer;Buchtag;Valuta;ISIN;Bezeichnung;Nominal;;Buchungsinformationen;TA-Nr.;Kurs;;Depot",
        f"1;05.01.2025;07.01.2025;US0000000012;EXAMPLE;20;Stk.;{order};46001;188,12;EUR;1 Depot",
        f"1;05.01.2025;07.01.2025;US0000000012;EXAMPLE;5;Stk.;{order}9;46002;188,12;EUR;1 Depot",
        "1;06.01.2025;07.01.2025;US0000000012;EXAMPLE;-20;Stk.;"
        f"Storno {order};46003;188,12;EUR;1 Depot",
    )
    assert [(draft.kind, moved(draft)) for draft in depot.drafts] == [
        ("buy", [("US0000000012", "5"), ("EUR", "-940.60")])
    ]
    account = read(
        tmp_path,
        "flatex_konto",
        "Buchtag;Valuta;BIC / BLZ;IBAN / Kontonummer;Buchungsinformationen;TA-Nr.;Betrag;;"
        "Auftraggeberkonto;Konto",
        "18.03.2025;17.03.2025;;;Storno Dividendenzahlung US0000000012;47005;-15,69;EUR;1;1 Konto",
        "18.03.2025;17.03.2025;;;Storno Vorabpauschale IE0000000012;47006;1,10;EUR;1;1 Konto",
        f"18.03.2025;17.03.2025;;;Storno {order};47007;3.770,30;EUR;1;1 Konto",
        "18.03.2025;17.03.2025;;;Storno;47008;-7,00;EUR;1;1 Konto",
    )
    assert [(draft.kind, moved(draft)) for draft in account.drafts] == [
        ("dividend", [("EUR", "-15.69")]),
        ("tax", [("EUR", "1.10")]),
        ("deposit", [("EUR", "3770.30")]),
        ("unknown", [("EUR", "-7.00")]),
    ]


def test_what_flatex_takes_out_and_puts_in_again_moves_nothing(tmp_path: Path) -> None:
    """A fund that keeps its income, a split and an order that was cancelled."""
    fund, share = "EXAMPLE ETF;IE0000000012", "EXAMPLE INC.;US0000000012"
    order = "Ausführung ORDER Kauf US0000000012 3001"
    kept = "Thesaurierung transparenter Fonds IE0000000012"
    depot = read(
        tmp_path,
        "flatex_2023",
        "Buchungstag;Valuta;Bezeichnung;ISIN;Nominal (Stk.);;Betrag;;Kurs;;Devisenkurs;TA.-Nr.;"
        "Buchungsinformation",
        f"01.10.2025;01.10.2025;{fund};-40;Stück;-4.000,00;€;100,00;€;1,000;1;{kept}",
        f"01.10.2025;01.10.2025;{fund};40;Stück;4.400,00;€;110,00;€;1,000;2;{kept}",
        f"02.10.2025;02.10.2025;{fund};-3;Stück;-330,00;€;110,00;€;1,000;3;{kept}",
        f"03.10.2025;03.10.2025;{share};-3;Stück;-300,00;€;100,00;€;1,000;4;Split 1:10",
        f"03.10.2025;03.10.2025;{share};30;Stück;300,00;€;10,00;€;1,000;5;Split 1:10",
        f"04.10.2025;06.10.2025;{share};2;Stück;20,00;€;10,00;€;1,000;6;{order}",
        f"05.10.2025;06.10.2025;{share};-2;Stück;-20,00;€;10,00;€;1,000;7;Storno {order}",
    )
    assert [(draft.kind, moved(draft), draft.ratio) for draft in depot.drafts] == [
        ("unknown", [("IE0000000012", "-3")], None),
        ("split", [], (10, 1)),
    ]
    assert [row.line for row in depot.rows if row.status == SKIPPED] == [2, 3, 7, 8]
    assert len(depot.notes) == 1  # the row of which the other half is missing


def test_a_conversion_of_questrade_is_one_swap_and_half_of_one_is_said(tmp_path: Path) -> None:
    header = (
        "Transaction Date,Settlement Date,Action,Symbol,Description,Quantity,Price,Gross Amount,"
        "Commission,Net Amount,Currency,Account #,Activity Type,Account Type"
    )
    day, rest = "2025-04-01 12:00:00 AM,2025-04-01 12:00:00 AM", "1234,FX conversion,TFSA"
    given = f"{day},FXT,,FX CONVERSION,0,0,0,0,-500,CAD,{rest}"
    taken = f"{day},FXT,,FX CONVERSION,0,0,0,0,350,USD,{rest}"
    both = read(tmp_path, "questrade", header, given, taken)
    assert [(one.kind, moved(one)) for one in both.drafts] == [
        ("swap", [("USD", "350"), ("CAD", "-500")])
    ]
    half = read(tmp_path, "questrade", header, given)
    assert [(one.kind, moved(one)) for one in half.drafts] == [("unknown", [("CAD", "-500")])]
    assert len(half.notes) == 1


def test_an_exchange_of_lightyear_with_the_fee_in_either_amount(tmp_path: Path) -> None:
    """300 were exchanged and 1.05 charged, whichever of Gross and Net has both."""
    header = (
        "Date,Reference,Ticker,ISIN,Type,Quantity,CCY,Price/share,Gross Amount,FX Rate,Fee,"
        "Net Amt.,Tax Amt."
    )
    for gross, net in (("-301.05", "-300.00"), ("-300.00", "-301.05")):
        (draft,) = read(
            tmp_path,
            "lightyear",
            header,
            "07/06/2024 19:09:30,CN-2,USD,,Conversion,,USD,,324.00,0.92593,,324.00,",
            f"07/06/2024 19:09:30,CN-2,EUR,,Conversion,,EUR,,{gross},1.08000,1.05,{net},",
        ).drafts
        assert sorted(moved(draft)) == [("EUR", "-1.05"), ("EUR", "-300.00"), ("USD", "324.00")]
