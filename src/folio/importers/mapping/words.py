"""How banks and brokers name columns and events, in several languages.

The words are lower-case and without accents; the likelier come first.
"""

import re
from collections.abc import Iterable, Iterator

from folio.importers.cells.amounts import CURRENCY_SIGNS, CURRENCY_WORDS
from folio.importers.cells.rows import without_accents
from folio.importers.cells.states import COLUMNS, as_compared, is_booked, may_be_place
from folio.model.assets import ISO_4217


def plain(text: str) -> str:
    """A name as it is compared: no case, accents, brackets or punctuation.

    >>> plain("Währung (Total)"), plain("No. of shares"), plain("Date_opération")
    ('wahrung', 'no of shares', 'date operation')
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # dateOp
    bare = without_accents(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text))
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", " ").split(",") if word.strip())


# What a column can be read as, and what such columns are called.
FIELDS: dict[str, tuple[str, ...]] = {
    "date": _words("""date, transaction date, trade date, booking date, posting date, datum,
        buchungstag, buchungsdatum, buchung, handelstag, ausfuhrungsdatum, transaktionsdatum,
        date operation, date d operation, date de l operation, date comptable, fecha,
        fecha operacion, fecha de operacion, fecha contable, data, data operazione,
        data contabile, data operacji, data transakcji, data ksiegowania, transactiedatum,
        boekdatum, datum transactie, bokforingsdag, bokforingsdatum, affarsdag, dato,
        bogforingsdato, bokforingsdato, handelsdato, paivamaara, kirjauspaiva, data movimento,
        posted date, completed date, executed, executed at, execution date, execution time,
        date time, datetime, timestamp, time, created, created at, created on, zeitpunkt,
        datum zauctovani, effective date, trans date, txn date, data mov, data do negocio,
        started date, settlement date, value date, valuta, wertstellung, valutadatum, date valeur,
        fecha valor, data valuta, rentedatum, date op, date val,
        дата, дата операции, 日付, 取引日, 日期, 交易日期, 約定日,
        tarih, islem tarihi, tag, wann, when, day, kirjauspvm, datum provedeni,
        konyveles datuma, tranzakcio datuma, teljesites datuma,
        datum a cas, tanggal, ημερομηνια, תאריך, التاريخ,
        거래일자, 거래일, 거래일시, お取引日, 取引日付, 交易日, release date, vest date,
        purchase date, pay date"""),
    "time": _words("time, uhrzeit, zeit, heure, hora, ora, tijd, tid, godzina, trade time"),
    "amount": _words("""amount, net amount, billed amount, billing amount, transaction amount,
        total amount, cash amount, betrag,
        nettobetrag, umsatz, gesamtbetrag,
        gegenwert, ausmachender betrag, endbetrag, montant, montant net, importe, importe neto,
        importo, importo netto, bedrag, belopp, belob, kwota, valor, summa, total, summe, net,
        netto, proceeds, gross amount, bruttobetrag, cash flow, value, wert, wartosc, amount eur,
        amount usd, amount gbp, turnover, castka, osszeg, suma tranzactiei, tutar, consideration,
        settlement amount, сумма,
        сумма операции, 金額, 金额, 交易金额, 受渡金額, 受渡金額 決済損益,
        wie viel, how much, money, gesamt, gesamtpreis, objem, islem tutari, ποσο, סכום,
        المبلغ, 거래금액, 금액, お取引金額, jumlah, summa eur, iznos, suma,
        znesek, tranzakcio osszege, controvalore"""),
    "money_in": _words("""credit, accredito, money in, paid in, credit amount, amount in, deposits,
        deposit, in, came in,
        inflow, haben, gutschrift, gutschriften, einzahlung, eingang, credito, abono, abonos,
        ingresos,
        avere, accrediti, entrate, bij, inkomsten, insattning, kredit, uznania, credits,
        credit euros, inn pa konto, inn, prijem, bevetel, money received,
        приход, 入金金額, お預り金額, 入金, 収入, 收入, 存入,
        recettes, alacak, זכות, داين, ฝาก, 입금금액, 입금액, 입금, 맡기신금액, 存入金額,
        收入金額, お預かり金額, お預入金額, uplaceno, jovairas, πιστωση"""),
    "money_out": _words("""debit, addebito, money out, paid out, debit amount, amount out,
        withdrawals, out, went out,
        withdrawal, outflow, soll, lastschrift, belastung, belastungen, auszahlung, ausgang,
        debito, cargo,
        cargos, gastos, dare, addebiti, uscite, af, uitgaven, uttag, debet, obciazenia, debits,
        debit euros, ut fra konto, ut, vydaj, kiadas, money spent,
        расход, 出金金額, お支払金額, 出金, 支出, 支取,
        depenses, borc, חובה, مدين, ถอน, 출금금액, 출금액, 출금, 찾으신금액, 支出金額,
        お引出金額, お引出し金額, isplaceno, terheles, χρεωση"""),
    "direction": _words("""debit credit, credit debit, dr cr, cr dr, direction, af bij, soll haben,
        s h, sens, signo, segno, richtung, credit debit indicator, in out, kauf verkauf,
        debet credit, debet kredit, debit kredit,
        soll haben kennzeichen, sh kennzeichen, 收 支, d c, c d"""),
    "currency": _words("""currency, currency code, ccy, wahrung, waehrung, devise, moneda, divisa,
        valuta, munt, munteenheid, waluta, moeda, monnaie, valuutta, transaction currency, валюта,
        通貨, 币种,
        mena, devizanem, doviz, para birimi, валюта операции, νομισμα, מטבע, العملة, 통화,
        mata uang, quote, quote asset, quote coin"""),
    "balance": _words("""balance, running balance, balance after, account balance, saldo,
        left, remaining, saldo nach buchung, kontostand, solde, saldo contable, saldo contabile,
        saldo na mutatie, resulting balance, saldo po operacji, saldo disponible, disponible,
        saldo na trn, running total, saldo contabilistico, zustatek, egyenleg, sold, bakiye,
        saldo na boeking, новыи остаток, остаток, 残高, 差引残高, 余额,
        balance after transaction, 잔액, 거래후잔액, 餘額, 账户余额, お預り残高, יתרה,
        الرصيد, υπολοιπο, balans, saldo akhir"""),
    "action": _words("""action, type, transaction type, activity type, activity, side, buy sell,
        kind, typ, art, buchungsart, umsatzart, umsatztyp, transaktion, transaktionstyp,
        auftragsart, orderart, geschaftsart, type d operation, type operation, operation, sens,
        nature, tipo, tipo operazione, tipo de operacion, operacion, operazione, soort,
        transactietype, typ av transaktion, transaktionsart, typ transakcji, rodzaj, handling,
        transaksjonstype, order type, trade type, movimento, transaction, vorgang, strona,
        transakcja, payment type, tipo de movimentacao, tipo movimiento, 取引, 取引区分,
        売買, 売買区分,
        tapahtumatyyppi, operacao, vrsta,
        gekauft verkauft, 交易类型, 거래구분, islem turu, סוג פעולה,
        typ operace, 买卖标志"""),
    "symbol": _words("""symbol, pair, trading pair, ticker, ticker symbol, stock symbol,
        instrument symbol, epic, instrument code, stock code, security code, asset code, base,
        base asset, base coin,
        kurzel, simbolo, coin, asset, security symbol, code, wkn, valorennummer, valor, sedol,
        cusip, walor, codigo de negociacao, codigo, 銘柄コード, コード,
        종목코드, 证券代码, 股票代码, 代號, sembol"""),
    "isin": _words("isin, isin code, code isin, isin kod, instrument isin"),
    "name": _words("""security, security name, instrument, instrument name, asset name, stock name,
        fund, fund name, product, produkt, wertpapier, wertpapierbezeichnung, wertpapiername,
        bezeichnung, titre, valeur, libelle valeur, titolo, valor nombre, producto, fonds, papier,
        vardepapper, vardepapper beskrivning, verdipapir, vaerdipapir, effect,
        instrument description,
        investment, company, company name, holding, name, nazwa, papier wartosciowy, titel,
        titulo, stock, fond, activo, ativo, instrument finansowy, 銘柄, 銘柄名,
        aktie, arvopaperi, 종목명, 股票名称, 证券名称, hisse, cenny papir, ertekpapir, fondo,
        fondo de inversion, plan de pensiones, fonds name, fondsname, anlagegruppe, anlagefonds,
        fundusz, fundo, fundo de investimento, comparto, fond nazev, nazev fondu, ファンド名,
        ファンド, supporto, support, nom du support, unite de compte"""),
    "quantity": _words("""quantity, qty, shares, units, no of shares, number of shares, volume,
        anzahl, stuck, stueck, stuck nominale, menge, nominal, nominale, nennwert, anteile,
        quantite, nombre, nombre de titres, cantidad, titulos, quantita, aantal, antal, ilosc,
        quantidade, filled, filled qty, executed quantity, executed qty,
        size, filled size, maara, liczba, andelar, andeler, andele,
        partecipazioni, participations, parts, 数量, 約定数量,
        net shares, net share proceeds, shares deposited, shares issued, antal andelar,
        수량, 成交数量, adet, mnozstvi, mennyiseg, kusy, participaciones, numero de participaciones,
        no of units, anzahl anteile, anzahl stuck, nombre de parts, nb de parts, numero quote,
        jednostki, liczba jednostek, pocet, pocet kusu, pocet podilu, unidades, cuotas, cotas,
        participacoes, 口数, 約定口数"""),
    "price": _words("""price, price share, price per share, unit price, share price, trade price,
        execution price, average price, kurs, preis, stuckpreis, ausfuhrungskurs, preis pro stuck,
        cours, prix, prix unitaire, precio, prezzo, koers, prijs, cena, preco, hinta, pris, nav,
        nav kurs, nav price, anteilswert, anteilspreis, valeur liquidative,
        valeur de la part, cotacao,
        cotizacion,
        quotazione, 単価, 約定単価,
        kurssi, 단가, 成交价格, 成交均价, fiyat, arfolyam, valor liquidativo, valor cuota,
        valor de la cuota, valor da cota, valore quota, valor unitario, cena jednostki,
        wartosc jednostki, andelskurs, andelsvarde, cena za kus, 基準価額"""),
    "fee": _words("""fee, fees, costs, commission, commissions, fees comm, brokerage, charges,
        transaction fee, gebuhr, gebuhren, gebuehr, gebuehren, provision, spesen, kosten, frais,
        courtage, comision, comisiones, commissione, commissioni, spese, transactiekosten, avgift,
        kurtage, prowizja, comissao, comissoes, transaktionskosten, total fees, entgelt,
        fremdspesen, canone, taxa, taxas, ptm levy, 手数料, 手数料 諸経費等,
        kulut, 수수료, 手续费, komisyon, poplatek, poplatky, jutalek, dij"""),
    "tax": _words("""tax, taxes, withholding tax, stamp duty, steuer, steuern, quellensteuer,
        kapitalertragsteuer, impot, impots, taxe, taxes et impots, impuesto, impuestos, retencion,
        tasse, ritenuta, imposta, belasting, bronbelasting, skatt, kallskatt, podatek, imposto,
        solidaritatszuschlag, soli, kirchensteuer, kest, tob, beurstaks, 税額, 税金,
        세금, 印花税, vergi, dan, ado"""),
    "price_currency": _words("""price currency, currency price share, currency of price,
        instrument currency, security currency, asset currency, trading currency, quote currency,
        kurswahrung, preiswahrung, handelswahrung, devise cours, devise du cours, divisa precio,
        divisa del precio, divisa prezzo, koersvaluta, waluta kursu, kursvaluta, price ccy,
        currency, ccy, wahrung"""),
    "fee_currency": _words("""fee currency, fees currency, commission currency, currency of fee,
        fee coin, fee asset, fee token, commission asset, commission coin,
        fee ccy, gebuhrenwahrung, wahrung gebuhr, devise frais, divisa comision, valuta kosten"""),
    "ratio": _words("""ratio, split ratio, split factor, verhaltnis, splitverhaltnis,
        umtauschverhaltnis,
        rapport, parite, relacion, rapporto, verhouding, stosunek"""),
    "id": _words("""id, external id, transaction id, transactionid, trade id, order id, orderid,
        reference number,
        transaction reference, transaction number, unique id, uuid, reference no, buchungsnummer,
        transaktionsnummer, auftragsnummer, ordernummer, numero operation, entry reference,
        fitid, verifikationsnummer, numer transakcji"""),
    "account": _words("""account, account name, account number, konto, kontoname, kontonummer,
        auftragskonto, compte, cuenta, conto, rekening, rekeningnummer, iban, conta, rachunek"""),
    "note": _words("""description, details, transaction details, narrative, memo, payment reference,
        reference, payee, counterparty, merchant, remittance information, verwendungszweck,
        buchungstext, beschreibung, empfanger, beguenstigter, begunstigter zahlungspflichtiger,
        name zahlungsbeteiligter, auftraggeber empfanger, auftraggeber, zahlungsempfanger,
        bemerkung, kommentar, notiz, libelle, libelle operation, communication, beneficiaire,
        concepto, descripcion, observaciones, descrizione, causale, beneficiario, omschrijving,
        narration, particulars, remarks, rubrik, namn,
        naam omschrijving, mededelingen, naam tegenpartij, text, beskrivning, meddelande, mottagare,
        tekst, opis, tytul, kontrahent, descricao, historico, viesti, selite, saaja maksaja, title,
        zprava pro prijemce, nazev protiuctu,
        notes, note, comment, message, name, recipient, transaction description, label,
        описание, 内容, 摘要, 備考, category,
        wo, was, what, poznamka,
        intitule, lancamento, zprava, protiucet, aciklama, περιγραφη, תיאור, الوصف,
        البيان, รายการ, 적요, 내용, お取引内容, お取扱内容, ご利用店名, keterangan,
        kozlemeny, libelles, payee merchant, bezug, zweck"""),
    "status": COLUMNS,
}
# Columns of what is held in units, where their amounts are no money.
UNITS_OF = _words("coin, asset, token, crypto, cryptocurrency, symbol, ticker, 币种")
SHARED_SIGNS = ("$", "¥", "￥")  # of the currencies of several countries
# Words of a column of actions: whole, or at the start of it.
# What --set says of a file.
SETTINGS = tuple(
    "currency price-currency decimal scale date encoding fee cash kind purchases institution "
    "institution-type account-type zone odd-row".split()
)
KINDS: dict[str, tuple[str, ...]] = {
    "sell": _words("""sell, sold, sale, verkauf, wertpapierverkauf, vente, venta, vendita, verkoop,
        salj, salg, sprzedaz, venda, myynti, you sold, market sell, limit sell, s, redemption,
        verkauft, vendu, vendido, venduto, verkocht, solgt, salda, 매도, 매도체결, satis,
        satim, prodej, eladas, 卖出, 證券賣出, 売却, 売付, resgate, rachat, umorzenie, odkup,
        inlosen, rucknahme"""),
    "buy": _words("""buy, bought, purchase, kauf, wertpapierkauf, sparplan, achat, compra, acquisto,
        koop, aankoop, kop, kob, kjop, kupno, zakup, osto, you bought, market buy, limit buy, b,
        savings plan,
        gekauft, achete, comprado, acquistato, gekocht, purchased, kobt, kopt, 매수, alis,
        alim, nakup, vetel, vasarlas, 买入, 買付, 購入, subscricao, suscripcion, souscription,
        sottoscrizione"""),
    "dividend": _words("""dividend, dividends, cash dividend, div, cash div, dividende, dividendes,
        dividendenzahlung,
        ausschuttung, ertrag, ertragnisgutschrift, dividendo, dividendos, dividendi, dywidenda,
        utdelning, udbytte, utbytte, osinko, distribution, ertragsgutschrift, ertrage, 配当,
        配当金,
        배당, 배당금, 股息, 红利, 股利, temettu"""),
    "coupon": _words("""coupon, coupon payment, kupon, kuponzahlung, cupon, cedola, bond interest,
        bond coupon"""),
    "interest": _words("""interest, interests, zinsen, zins, zinszahlung, interet, interets,
        interes,
        intereses,
        interessi, rente, ranta, renter, odsetki, juros, korko,
        이자, uroky, kamat, faiz, 利息, 利子"""),
    "fee": _words("""fee, fees, gebuhr, gebuhren, gebuehr, entgelt, depotgebuhr, provision, frais,
        comision, comisiones, commissione, kosten, avgift, oplata, prowizja, service charge,
        custody fee, taxa, palkkio, commission, commissions, brokerage, management fee,
        수수료, 手续费, komisyon, poplatek"""),
    "tax": _words("""tax, taxes, withholding tax, steuer, steuern, quellensteuer, impot, impuesto,
        retencion, ritenuta, imposta, belasting, skatt, utlandsk kallskatt, podatek, imposto,
        vergi, ado, 세금"""),
    "deposit": _words("""deposit, top up, topup, einzahlung, gutschrift, depot, versement, deposito,
        ingreso, versamento, storting, insattning, indbetaling, innskudd, wplata, credit, funding,
        cash in, paid in,
        talletus, yatirma, vklad, befizetes"""),
    "withdraw": _words("""withdrawal, withdraw, auszahlung, lastschrift, retrait, retirada, retiro,
        prelievo, opname, uttag, udbetaling, uttak, wyplata, debit, card payment, kartenzahlung,
        atm, payment, cash out, paid out,
        nosto, cekme, vyber, kifizetes"""),
    "split": _words("""split, stock split, share split, aktiensplit, reverse split, splittning,
        fraccionamiento, frazionamento, desdobramento, 株式分割"""),
    "reward": _words(
        "reward, rewards, staking, staking reward, cashback, bonus, free share, saveback"
    ),
}
# The last word of a row that moves something between accounts, either way.
_TRANSFERS = _words("""transfer, transfers, transfert, umbuchung, ubertrag, uebertrag,
    depotubertrag, virement, trasferimento, traspaso, transferencia, overboeking, overforing,
    overforsel, siirto, przelew, prevod""")
# Of a row that states a balance, with an amount or without.
BALANCES = _words("""balance, opening balance, closing balance, starting balance, ending balance,
    balance forward, balance brought forward, balance carried forward, brought forward,
    carried forward, saldo, anfangssaldo, endsaldo, schlusssaldo, saldovortrag, kontostand, solde,
    solde initial, solde final, ancien solde, nouveau solde, saldo inicial, saldo final,
    saldo iniziale, saldo finale, saldo poczatkowe, saldo koncowe, beginsaldo, eindsaldo,
    ingaende saldo, utgaende saldo""")
# Those of them that a booking can be called, too.
_VAGUE = ("balance", "saldo", "solde")
# Those of them that say what is there at the end of the day.
CLOSING = _words("""closing balance, ending balance, balance carried forward, carried forward,
    endsaldo, schlusssaldo, solde final, nouveau solde, saldo final, saldo finale, saldo koncowe,
    eindsaldo, utgaende saldo""")
# The first words of a row of sums.
TOTALS = _words("""total, totals, grand total, sum, subtotal, summe, gesamt, gesamtsumme,
    zwischensumme, somme, totaux, totale, totali, totaal, totales, suma, razem, summa, totalt,
    soma, yhteensa""")
INCOMING = _words("""c, cr, crdt, credit, h, haben, bij, in, received, eingang, entree,
    plus, entrada, a, gutschrift, kredit, accredito, credito, abono, haber, π,
    πιστωση,
    income, load, loaded, 収入, 收入, 入金, 存入, 입금, entrate, ingresos, einnahme,
    recette, recettes, entradas, bevetel, prijem""")
CREDITS = ("cr", "crdt", "credit")  # beside some amounts, where the others left
OUTGOING = _words("""d, dr, dbit, debit, s, soll, af, out, sent, ausgang, sortie,
    minus, salida, dare, belastung, lastschrift, debet, addebito, debito, cargo,
    debe, χ, χρεωση,
    expense, spent, 支出, 出金, 支取, 출금, uscite, gastos, ausgabe, depense, depenses,
    saida, saidas, kiadas, vydaj""")


def kind_of(word: str) -> str | None:
    """The kind that a word of a column of actions means; None where nobody knows.

    A word for a balance is ``skip``: whatever amount stands there, nothing moved.

    >>> kind_of("Wertpapierkauf"), kind_of("Custody Fees"), kind_of("Tax on dividend")
    ('buy', 'fee', 'tax')
    >>> kind_of("Zinsgutschrift"), kind_of("Teilverkauf"), kind_of("Einzahlung per Lastschrift")
    ('interest', 'sell', None)
    """
    text = plain(word)
    if text in BALANCES:
        return "skip"
    for kind, words in KINDS.items():
        if text in words:
            return kind
    parts = [
        (kind == "tax", kind == "fee", len(known), kind)
        for kind, words in KINDS.items()
        for known in words
        if len(known) > 2 and (text.startswith(f"{known} ") or text.endswith(f" {known}"))
    ]
    kinds = {kind for _, _, _, kind in parts}
    if kinds >= {"deposit", "withdraw"} or kinds >= {"buy", "sell"} or "reinvest" in text:
        return None  # Einzahlung per Lastschrift: one of them is how, and which is not said
    if parts:
        return max(parts)[-1]
    return next((kind for stem, kind in _COMPOUNDS if stem.search(text)), None)


# How words begin and end that are written as one: Zinsgutschrift, Ordergebühr, 現物買.
_COMPOUNDS = tuple(
    (re.compile(stem), kind)
    for stem, kind in {
        r"steuer\b|belasting\b|skatt\b|源泉": "tax",
        r"gebuhr(en)?\b|entgelt\b|手数料": "fee",
        r"\bdividend|\bausschuttung|\bertrag|配当|分配金": "dividend",
        r"\bkupon|利金": "coupon",
        r"\bzins|利息": "interest",
        r"verkauf\b|verkoop\b|売|卖": "sell",
        r"kauf\b|\bsparplan|\baankoop|買|买": "buy",
    }.items()
)
_COST_ENDS = {
    "fee": re.compile(r"gebuhr(en)?$|entgelte?$|provision$|courtage$|spesen$|kosten$"),
    "tax": re.compile(r"steuern?$|zuschlag$|belasting$|skatt$"),
}


def is_cost(name: str, field: str) -> bool:
    """Whether a column is called as one of fees, or of taxes.

    >>> is_cost("Börsengebühr", "fee"), is_cost("Stamp duty (£)", "tax"), is_cost("Fee Coin", "fee")
    (True, True, False)
    """
    text = plain(name)
    ends = any(text == word or text.endswith(f" {word}") for word in FIELDS[field])
    return ends or _COST_ENDS[field].search(text) is not None


def is_transfer(word: str) -> bool:
    """Whether a word is one for what moves between accounts, whichever way.

    >>> is_transfer("Interne Umbuchung"), is_transfer("Transfer fee"), is_transfer("Transfer in")
    (True, False, False)
    """
    return plain(word).rpartition(" ")[2] in _TRANSFERS


def states_balance(text: str) -> bool:
    """Whether a text can be of a row that states a balance alone.

    >>> states_balance("Endsaldo"), states_balance("Saldo")
    (True, False)
    """
    word = plain(text)
    return word in BALANCES and word not in _VAGUE


def is_direction(values: Iterable[str]) -> bool:
    """Whether each value says which way money went, and nothing else."""
    words = {plain(value) if value not in "+-" else value for value in values}
    return bool(words) and words <= {*INCOMING, *OUTGOING, "+", "-"}


def are_states(name: str, values: Iterable[str]) -> bool:
    """Whether a column says of rows that they are booked, or not: by what it is called, or some
    of its values.
    """
    words = list(values)
    called = as_compared(name) in COLUMNS and not all(may_be_place(name, word) for word in words)
    return called or any(is_booked(word) is not None for word in words)


def currencies_in(name: str) -> Iterator[str]:
    """The currencies in a column's name; a $ or a ¥ is that of several countries.

    >>> list(currencies_in("Betrag (€)")), list(currencies_in("Amount ($)"))
    (['EUR'], [])
    """
    for word in re.sub(r"[(){}\[\],:/]", " ", name).split():
        code = CURRENCY_WORDS.get(word.casefold(), CURRENCY_SIGNS.get(word, word))
        if code in ISO_4217 and word not in SHARED_SIGNS:
            yield code
