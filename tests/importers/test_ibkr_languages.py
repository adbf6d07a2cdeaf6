"""Interactive Brokers' activity statement in other languages, and what is held on margin.

The same account in each language, in the words that public readers of these statements name
(the columns of trades, of cash and of corporate actions; sorts of rows stay English).  By hand:
2 × 120 = 240 and 1 are paid for shares, 0.5 × 130 = 65 less 0.35 came back; 2500 EUR at 1.05
are 2625 USD.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from importing import PROFILES

UTC = zoneinfo.ZoneInfo("UTC")

GERMAN = """
Statement,Header,Feldname,Feldwert
Statement,Data,Title,Umsatzübersicht
Statement,Data,Period,"Januar 1, 2026 - September 15, 2026"
Kontoinformation,Header,Feldname,Feldwert
Kontoinformation,Data,Konto,U1234567
Kontoinformation,Data,Basiswährung,EUR
Nettovermögenswert,Header,Assetklasse,Vorheriger Gesamtwert,Aktuell Long
Nettovermögenswert,Data,Barmittel,2000,5000
Transaktionen,Header,DataDiscriminator,Vermögenswertkategorie,Währung,Symbol,Datum/Zeit,Menge,T.-Kurs,Schlusskurs,Erlös,Prov./Gebühr,Basis,Realisierter G&V,MTM G&V,Code
Transaktionen,Data,Order,Aktien,USD,AAA,"2026-03-02, 10:00:00",2,120,120,-240,-1,241,0,0,O
Transaktionen,Data,Order,Aktien,USD,AAA,"2026-05-04, 11:00:00",-0.5,130,130,65,-0.35,-60.25,4.4,0,C
Transaktionen,SubTotal,,Aktien,USD,AAA,,1.5,,,-175,-1.35,180.75,4.4,0,
Transaktionen,Header,DataDiscriminator,Vermögenswertkategorie,Währung,Symbol,Datum/Zeit,Menge,T.-Kurs,,Erlös,Provisionen in EUR,,,MTM in EUR,Code
Transaktionen,Data,Order,Devisen,USD,EUR.USD,"2026-03-01, 10:00:00","-2,500",1.05,,2625,-1.8,,,0,
Kapitalmaßnahmen,Header,Vermögenswertkategorie,Währung,Berichtsdatum,Datum/Zeit,Beschreibung,Menge,Erlös,Wert,Realisierter G&V,Code
Kapitalmaßnahmen,Data,Aktien,USD,2026-06-10,"2026-06-09, 20:25:00","AAA(US0378331005) Split 4 für 1 (AAA, AAA INC, US0378331005)",4.5,0,0,0,
Einzahlungen & Auszahlungen,Header,Währung,Abwicklungsdatum,Beschreibung,Betrag
Einzahlungen & Auszahlungen,Data,EUR,2026-02-10,Elektronische Überweisung,"3,000"
Einzahlungen & Auszahlungen,Data,Gesamt,,,3000
Dividenden,Header,Währung,Datum,Beschreibung,Betrag
Dividenden,Data,USD,2026-04-01,AAA(US0378331005) Bardividende USD 0.33 pro Aktie,0.66
Quellensteuer,Header,Währung,Datum,Beschreibung,Betrag,Code
Quellensteuer,Data,USD,2026-04-01,AAA(US0378331005) Bardividende USD 0.33 pro Aktie - US Steuer,-0.1,
Zinsen,Header,Währung,Datum,Beschreibung,Betrag
Zinsen,Data,USD,2026-08-05,USD Sollzinsen für Jul-2026,-0.79
Veränderung im Dividendenanfall,Header,Vermögenswertkategorie,Währung,Symbol,Datum,Ex-Tag,Bruttobetrag
Veränderung im Dividendenanfall,Data,Aktien,USD,AAA,2026-03-20,2026-03-18,0.66
"""  # noqa: E501 - as it stands in the file
FRENCH = """
Statement,Header,Nom du champ,Valeur du champ
Statement,Data,Title,Relevé d'activité
Transactions,Header,DataDiscriminator,Catégorie d'actifs,Devise,Compte,Symbole,Date/Heure,Quantité,Prix trans.,Cours de clôt.,Produit,Comm/Tarif,Base,P/L réalisé,P/L MTM,Code
Transactions,Data,Order,Actions,USD,U1234567,AAA,"2026-03-02, 10:00:00",2,120,120,-240,-1,241,0,0,O
Transactions,Data,Order,Actions,USD,U1234567,AAA,"2026-05-04, 11:00:00",-0.5,130,130,65,-0.35,-60.25,4.4,0,C
Transactions,SubTotal,,Actions,USD,U1234567,AAA,,1.5,,,-175,-1.35,180.75,4.4,0,
Dividendes,Header,Devise,Compte,Date,Description,Montant
Dividendes,Data,USD,U1234567,2026-04-01,AAA(US0378331005) Dividende en espèces USD 0.33 par action,0.66
Dividendes,Data,Total,,,,0.66
Retenue à la source,Header,Devise,Compte,Date,Description,Montant,Code
Retenue à la source,Data,USD,U1234567,2026-04-01,AAA(US0378331005) Dividende en espèces USD 0.33 par action - US Impôts,-0.1,
Dépôts et retraits,Header,Devise,Compte,Date de règlement,Description,Montant
Dépôts et retraits,Data,EUR,U1234567,2026-02-10,Transfert électronique de fonds,3000
"""  # noqa: E501 - as it stands in the file
SPANISH = """
Statement,Header,Nombre del campo,Valor del campo
Statement,Data,Title,Informe de actividad
Información sobre la cuenta,Data,Cuenta,U1234567
Información sobre la cuenta,Data,Divisa base,EUR
Operaciones,Header,DataDiscriminator,Categoría de activo,Divisa,Símbolo,Fecha/Hora,Cantidad,Precio trans.,Precio de cier.,Productos,Tarifa/com.,Básico,PyG realizadas,MTM P/G,Código
Operaciones,Data,Order,Acciones,USD,AAA,"2026-03-02, 10:00:00",2,120,120,-240,-1,241,0,0,O
Operaciones,Data,Order,Acciones,USD,AAA,"2026-05-04, 11:00:00",-0.5,130,130,65,-0.35,-60.25,4.4,0,C
Tarifas,Header,Subtitle,Divisa,Fecha,Descripción,Cantidad
Tarifas,Data,Otras comisiones,USD,2026-08-05,AAA(US0378331005) Comisión ADR,-0.79
Depósitos y retiradas,Header,Divisa,Fecha de liquidación,Descripción,Cantidad
Depósitos y retiradas,Data,EUR,2026-02-10,Transferencia de Fondos Electrónica,3000
Dividendos,Header,Divisa,Fecha,Descripción,Cantidad
Dividendos,Data,USD,2026-04-01,AAA(US0378331005) Dividendo en efectivo USD 0.33 por acción,0.66
Dividendos,Data,Total Dividendos en EUR,,,0.6
Retención de impuestos,Header,Divisa,Fecha,Descripción,Cantidad,Código
Retención de impuestos,Data,USD,2026-04-01,AAA(US0378331005) Dividendo en efectivo - US Impuestos,-0.1,
"""  # noqa: E501 - as it stands in the file
PORTUGUESE = """
Statement,Header,Nome do campo,Valor do campo
Statement,Data,Title,Extrato de atividade
Informações da conta,Data,Conta,U1234567
Operações,Header,DataDiscriminator,Categoria de ativos,Moeda,Símbolo,Data/hora,Quantidade,Preço Neg.,Preço Fch.,Rendimentos,Corr/Taxa,Base,P&L realizados,P&L MTM,Código
Operações,Data,Order,Ações,USD,AAA,"2026-03-02, 10:00:00",2,120,120,-240,-1,241,0,0,O
Operações,Data,Order,Ações,USD,AAA,"2026-05-04, 11:00:00",-0.5,130,130,65,-0.35,-60.25,4.4,0,C
Depósitos e retiradas,Header,Moeda,Data de liquidação,Descrição,Quantia
Depósitos e retiradas,Data,EUR,2026-02-10,Transferência eletrônica,3000
Dividendos,Header,Moeda,Data,Descrição,Quantia
Dividendos,Data,USD,2026-04-01,AAA(US0378331005) Dividendo em dinheiro USD 0.33 por ação,0.66
Imposto retido na fonte,Header,Moeda,Data,Descrição,Quantia,Código
Imposto retido na fonte,Data,USD,2026-04-01,AAA(US0378331005) Dividendo em dinheiro - US Imposto,-0.1,
"""  # noqa: E501 - as it stands in the file
LANGUAGES = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "pt": PORTUGUESE}
TRADES = [
    "2026-02-10 deposit: cash 3000 EUR",
    "2026-03-02 buy: asset 2 AAA, cash -240 USD, fee -1 USD",
    "2026-04-01 dividend: cash 0.66 USD",
    "2026-04-01 tax: tax -0.1 USD",
    "2026-05-04 sell: asset -0.5 AAA, cash 65 USD, fee -0.35 USD",
]
OTHERS = {
    "de": [
        "2026-03-01 swap: cash -2500 EUR, cash 2625 USD, fee -1.8 EUR",
        "2026-06-09 split: ",
        "2026-08-05 interest: cash -0.79 USD",
    ],
    "es": ["2026-08-05 fee: fee -0.79 USD"],
}


def read(folder: Path, text: str) -> Statement:
    path = folder / "activity.csv"
    path.write_text(text.lstrip("\n"), "utf-8")
    assert [found.name for found in find_profiles(path, PROFILES)] == ["ibkr_activity"]
    statement = read_statement(path, PROFILES["ibkr_activity"], UTC)
    assert [row.reason for row in statement.rows if row.status == BAD] == []
    return statement


def said(statement: Statement) -> list[str]:
    """Day, kind and legs of each event."""
    return [
        f"{draft.occurred_on} {draft.kind}: "
        + ", ".join(f"{leg.role} {to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)
        for draft in statement.drafts
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_in_another_language(tmp_path: Path, language: str) -> None:
    statement = read(tmp_path, LANGUAGES[language])
    assert sorted(said(statement)) == sorted([*TRADES, *OTHERS.get(language, [])])
    assert statement.notes == ()
    assert {str(draft.account) for draft in statement.drafts} == {"Interactive Brokers/U1234567"}
    assert [d.ratio for d in statement.drafts if d.kind == "split"] in ([], [(4, 1)])


def test_the_trades_of_two_languages_are_the_same_trades(tmp_path: Path) -> None:
    trades = [
        {d.external_id for d in read(tmp_path, text).drafts if d.kind in ("buy", "sell")}
        for text in LANGUAGES.values()
    ]
    assert trades[0]
    assert all(found == trades[0] for found in trades)


def test_a_section_that_the_profile_does_not_know_is_said(tmp_path: Path) -> None:
    """It may state bookings; no row of a statement is left out in silence."""
    text = GERMAN + (
        "Schenkungen,Header,Währung,Datum,Beschreibung,Betrag\n"
        "Schenkungen,Data,USD,2026-08-06,Von der Tante,5\n"
    )
    statement = read(tmp_path, text)
    assert statement.rows[-1].status == SKIPPED
    (note,) = statement.notes
    assert note.startswith("line 29 is left out (Schenkungen,Data,USD,2026-08-06,Von der Tante,5)")


FUTURES = """
Statement,Header,Field Name,Field Value
Statement,Data,Title,Activity Statement
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Notional Value,Comm/Fee,Basis,Realized P/L,Realized P/L %,MTM P/L,Code
Trades,Data,Order,Futures,USD,MESU6,"2026-08-04, 07:01:59",1,7644,7765.5,-38220,-0.61,38220.61,0,0,607.5,O
Trades,Data,Order,Futures,USD,MESU6,"2026-08-04, 07:27:50",-1,7647,7765.5,38235,-0.61,-38220.61,13.78,0.04,-592.5,C
Trades,Data,Order,Futures,USD,MESU6,"2026-08-05, 05:36:01",-1,7791.25,7749.5,38956.25,-0.61,-38955.64,0,0,208.75,O
Trades,Data,Order,Futures,USD,MESU6,"2026-08-05, 05:40:37",1,7795.25,7749.5,-38976.25,-0.61,38955.64,-21.22,-0.05,-228.75,C
Trades,SubTotal,,Futures,USD,MESU6,,0,,,-5,-2.44,0,-7.44,,-5,
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,CFDs,EUR,SAP,"2026-08-06, 09:00:00",10,200,201,-2000,-1,2001,0,10,O
Trades,Data,Order,CFDs,EUR,SAP,"2026-08-07, 09:00:00",-10,210,210,2100,-1,-2001,98,0,C
Trades,Data,Order,Structured Products,EUR,NG0ABC,"2026-08-07, 10:00:00",100,2.5,2.5,-250,-1.5,251.5,0,0,O
"""  # noqa: E501 - as it stands in the file


def test_what_is_held_on_margin_brings_its_result_when_it_is_closed(tmp_path: Path) -> None:
    """The micro future has a multiplier of 5: (7647 − 7644) × 5 = 15 less twice 0.61 is 13.78;
    (7791.25 − 7795.25) × 5 = −20 less 1.22 is −21.22; together the −7.44 of the subtotal.  The
    CFD: (210 − 200) × 10 = 100 less 2.  A structured product is paid for.
    """
    statement = read(tmp_path, FUTURES)
    assert said(statement) == [
        "2026-08-04 reward: cash 14.39 USD, fee -0.61 USD",
        "2026-08-05 fee: cash -20.61 USD, fee -0.61 USD",
        "2026-08-07 reward: cash 99 EUR, fee -1 EUR",
        "2026-08-07 buy: asset 100 NG0ABC, cash -250 EUR, fee -1.5 EUR",
    ]
    money = [leg for draft in statement.drafts[:2] for leg in draft.legs]
    assert to_text(sum((leg.quantity for leg in money), start=money[0].quantity * 0)) == "-7.44"


HISTORY = """
Statement,Header,Nombre del campo,Valor del campo
Statement,Data,Title,Transaction History
Summary,Header,Nombre del campo,Valor del campo
Summary,Data,Divisa base,EUR
Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,Gross Amount ,Commission,Net Amount
Transaction History,Data,2026-08-06,U1234567,M2K 18SEP26 Position MTM,Position MTM,M2KU6,-,-,-,114.21,-,114.21
Transaction History,Data,2026-08-06,U1234567,M2K 18SEP26,Buy,M2KU6,1.0,3038.6,USD,-21291.47(1),-0.85,-207.56
Transaction History,Data,2026-08-20,U1234567,MSFT Compra,Buy,MSFT,5,410.5,USD,-1900.50,-1,-1901.50
Transaction History,Notes,"1. Values shown are in notional terms."
"""  # noqa: E501 - as it stands in the file


def test_a_history_of_futures_moves_what_is_settled_each_day(tmp_path: Path) -> None:
    """Their gross amounts are face values; −207.56 is −206.71 and a commission of 0.85."""
    path = tmp_path / "history.csv"
    path.write_text(HISTORY.lstrip("\n"), "utf-8")
    assert [found.name for found in find_profiles(path, PROFILES)] == ["ibkr_history"]
    statement = read_statement(path, PROFILES["ibkr_history"], UTC)
    assert sorted(said(statement)) == [
        "2026-08-06 fee: cash -206.71 EUR, fee -0.85 EUR",
        "2026-08-06 reward: cash 114.21 EUR",
        "2026-08-20 buy: asset 5 MSFT, cash -1900.5 EUR, fee -1 EUR",
    ]
    assert statement.notes == ()  # the base currency is said, in Spanish
