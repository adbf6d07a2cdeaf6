"""Interactive Brokers: Flex queries as CSV, accounts, trades that were cancelled, splits.

Figures are worked by hand.  VTI: 10 × 250.123 = 2501.23 and a commission of 1; five more were
bought for 1250 and a commission of 1, and the purchase was cancelled, not its commission.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.errors import FolioError
from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from importing import PROFILES, load, load_all, new_book, totals

UTC = zoneinfo.ZoneInfo("UTC")
XML = Path(__file__).parent / "ibkr_flex" / "sample.xml"

TRADES = (
    '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","ISIN","TradeID","DateTime",'
    '"TransactionID","Quantity","TradePrice","TradeMoney","Proceeds","Taxes","IBCommission",'
    '"IBCommissionCurrency","Notes/Codes","Buy/Sell","LevelOfDetail"',
    '"U1234567","USD","STK","VTI","US9229087690","7001","20250303;093000","9001","10","250.123",'
    '"2501.23","-2501.23","0","-1","USD","","BUY","EXECUTION"',
    '"U1234567","USD","STK","VTI","US9229087690","7009","20250304;093000","9009","5","250",'
    '"1250","-1250","0","-1","USD","","BUY","EXECUTION"',
    '"U1234567","USD","STK","VTI","US9229087690","","20250304;093000","9008","-5","250",'
    '"-1250","1250","0","0","USD","Ca;P","BUY (Ca.)","EXECUTION"',
    '"U1234567","USD","STK","VTI","US9229087690","","20250303;093000","","10","250.123",'
    '"2501.23","-2501.23","0","-1","USD","","BUY","ORDER"',
    '"U7654321","USD","CASH","EUR.USD","","7003","20250301;100000","9003","-3000","1.05",'
    '"-3150","3150","0","-1.8","EUR","","SELL","EXECUTION"',
)
CASH = (
    '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Description","ISIN","Date/Time",'
    '"Amount","Type","TransactionID","LevelOfDetail"',
    '"U1234567","EUR","","","CASH RECEIPTS","","20250201","5000","Deposits/Withdrawals","9010",'
    '"DETAIL"',
    '"-","EUR","","","CASH RECEIPTS","","20250201","5000","Deposits/Withdrawals","","SUMMARY"',
)
REPORT = (
    '"ClientAccountID","CurrencyPrimary","LevelOfDetail","EndingCash"',
    '"U1234567","BASE_SUMMARY","BaseCurrency","1000"',
)


def coded(code: str, table: tuple[str, ...]) -> list[str]:
    """The table with headers and trailers, and the code of its section in each line."""
    header, *rows = table
    lines = [f'"HEADER","{code}",{header}', *[f'"DATA","{code}",{row}' for row in rows]]
    return [f'"BOS","{code}","A table"', *lines, f'"EOS","{code}","{len(rows)}"']


FRAMED = [
    '"BOF","U1234567","All","2","20250101","20251231"',
    '"BOA","U1234567"',
    *coded("CRTT", REPORT),
    *coded("TRNT", TRADES),
    *coded("CTRN", CASH),
    '"EOA","U1234567"',
    '"EOF","U1234567","1"',
]
PLAIN = [*TRADES, *REPORT, *CASH]


def written(folder: Path, *lines: str, name: str = "statement.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def read(path: Path, profile: str = "ibkr_flex") -> Statement:
    assert [found.name for found in find_profiles(path, PROFILES)] == [profile]
    return read_statement(path, PROFILES[profile], UTC)


def said(statement: Statement) -> list[tuple[str, str, list[str]]]:
    """Account, kind and legs of each event."""
    return [
        (
            str(draft.account or ""),
            draft.kind,
            [f"{leg.role} {to_text(leg.quantity)} {leg.asset}" for leg in draft.legs],
        )
        for draft in statement.drafts
    ]


@pytest.mark.parametrize("lines", [FRAMED, PLAIN], ids=["framed", "plain"])
def test_a_flex_query_as_csv_is_split_into_its_accounts(tmp_path: Path, lines: list[str]) -> None:
    statement = read(written(tmp_path, *lines))
    first, second = "Interactive Brokers/U1234567", "Interactive Brokers/U7654321"
    assert said(statement) == [
        (first, "deposit", ["cash 5000 EUR"]),
        (second, "swap", ["cash -3000 EUR", "cash 3150 USD", "fee -1.8 EUR"]),
        (first, "buy", ["asset 10 VTI", "cash -2501.23 USD", "fee -1 USD"]),
        (first, "fee", ["fee -1 USD"]),  # of the purchase that was cancelled
    ]
    assert [row for row in statement.rows if row.status == BAD] == []
    reasons = {row.reason for row in statement.rows if row.status == SKIPPED}
    assert "the same at another level of detail" in reasons


def test_the_same_query_as_csv_and_as_xml_is_there_once(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    csv = written(tmp_path, *PLAIN)
    framed = written(tmp_path, *FRAMED, name="framed.csv")
    first, second, third = load_all(db, [csv, framed, XML])
    assert {first.recorded, second.recorded} == {5, 0}
    assert third.already == 2  # the purchase and the deposit; its currency trade is another
    assert totals(db)["VTI"] == "10"  # before the split


def test_a_query_of_a_few_columns(tmp_path: Path) -> None:
    """Trade money is unsigned beside the quantity's sign; what names no asset is said."""
    statement = read(
        written(
            tmp_path,
            '"Buy/Sell","TradeDate","ISIN","Quantity","TradePrice","TradeMoney",'
            '"CurrencyPrimary","IBCommission","IBCommissionCurrency"',
            '"BUY","20230522","CH0111762537","7","282.7","1978.9","CHF","-5","CHF"',
            '"SELL","20230523","CH0111762537","-7","290","-2030","CHF","-5","CHF"',
            '"SELL","20230522","","-8000","1.1173","-8938.4","USD","-1.79924","CHF"',
        )
    )
    assert [(kind, legs) for _, kind, legs in said(statement)] == [
        ("buy", ["asset 7 CH0111762537", "cash -1978.9 CHF", "fee -5 CHF"]),
        ("sell", ["asset -7 CH0111762537", "cash 2030 CHF", "fee -5 CHF"]),
    ]
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, bad.reason) == (4, "the row names no asset")


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("20240110;103000 EST", "2024-01-10 15:30:00+00:00"),
        ("2024-07-10;10:30:00 EDT", "2024-07-10 14:30:00+00:00"),
        ("2024-01-10, 10:30:00 GMT", "2024-01-10 10:30:00+00:00"),
    ],
)
def test_a_query_whose_times_have_their_zone(tmp_path: Path, printed: str, instant: str) -> None:
    """New York is five hours behind UTC in winter, and four in summer."""
    header = "ClientAccountID,CurrencyPrimary,AssetClass,Symbol,DateTime,Quantity,Proceeds,Buy/Sell"
    row = f'U1234567,USD,STK,AAPL,"{printed}",10,-1855,BUY'
    (draft,) = read(written(tmp_path, header, row)).drafts
    assert str(draft.occurred_at) == instant


def test_a_pair_of_currencies_is_no_share_where_its_class_is_not_told(tmp_path: Path) -> None:
    statement = read(
        written(
            tmp_path,
            "Symbol,TradeDate,Quantity,TradePrice,Proceeds,CurrencyPrimary,IBCommission",
            "EUR.USD,2025-03-01,-3000,1.05,3150,USD,-2",
            "BRK.B,2025-03-02,1,400,-400,USD,-1",
        )
    )
    assert [kind for _, kind, _ in said(statement)] == ["swap", "buy"]


SPLIT = """<FlexQueryResponse><FlexStatements><FlexStatement accountId="U1234567">
<Trades>
<Trade currency="USD" assetCategory="STK" symbol="ABC" isin="US0378331005" transactionID="11"
 dateTime="20240103;093000" quantity="1200" tradePrice="1" proceeds="-1200" ibCommission="-1"/>
<Trade currency="USD" assetCategory="STK" symbol="ABC" isin="US9229087690" transactionID="12"
 dateTime="20240603;093000" quantity="-20" tradePrice="30" proceeds="600" ibCommission="-1"/>
</Trades><CorporateActions>
<CorporateAction currency="USD" assetCategory="STK" symbol="ABC.OLD" isin="US0378331005"
 description="ABC(US0378331005) SPLIT 1 FOR 25 (ABC.OLD, ABC INC, US0378331005)" quantity="-1200"
 dateTime="20240501;202500" proceeds="0" transactionID="13"/>
<CorporateAction currency="USD" assetCategory="STK" symbol="ABC" isin="US9229087690"
 description="ABC(US0378331005) SPLIT 1 FOR 25 (ABC, ABC INC, US9229087690)" quantity="48"
 dateTime="20240501;202500" proceeds="0" transactionID="14"/>
</CorporateActions></FlexStatement></FlexStatements></FlexQueryResponse>"""


def test_a_reverse_split_gives_a_new_isin_and_the_account_stands_around_the_rows(
    tmp_path: Path,
) -> None:
    """1200 / 25 − 20 = 28; the file is an older one, whose corporate actions have no type."""
    db = new_book(tmp_path)
    summary = load(db, written(tmp_path, SPLIT, name="flex.xml"))
    assert summary.recorded == 4
    isins = db.execute("SELECT value FROM settings WHERE key = 'isin'").fetchall()
    assert isins == [("US9229087690",)]
    kinds = [row[0] for row in db.execute("SELECT kind FROM transactions ORDER BY id")]
    assert kinds == ["buy", "split", "sell"]
    names = [row[0] for row in db.execute("SELECT name FROM accounts")]
    assert names == ["U1234567"]
    assert load(db, written(tmp_path, SPLIT + "\n", name="again.xml")).recorded == 0


ACTIVITY = (
    "Statement,Header,Field Name,Field Value",
    "Statement,Data,Title,Activity Statement",
    "Account Information,Header,Field Name,Field Value",
    "Account Information,Data,Account,U1234567",
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,"
    "Proceeds,Comm/Fee,Code",
    'Trades,Data,Order,Stocks,USD,VTI,"2025-03-04, 09:30:00",5,250,-1250,-1,O',
    'Trades,Data,Order,Stocks,USD,VTI,"2025-03-04, 09:30:00",-5,250,1250,1,Ca',
    'Trades,Data,Order,Stocks,USD,XYZ,"2025-03-05, 09:30:00",-5,250,1250,1,Ca;O',
    'Trades,Data,Order,Stocks,USD,VTI,"2025-03-06, 09:30:00",-5,250,1250,-1,O',
)


def test_a_cancelled_trade_is_none_and_one_of_another_file_is_said(tmp_path: Path) -> None:
    statement = read(written(tmp_path, *ACTIVITY), "ibkr_activity")
    account = "Interactive Brokers/U1234567"
    assert said(statement) == [
        (account, "unknown", ["asset -5 XYZ", "cash 1250 USD", "fee 1 USD"]),
        (account, "sell", ["asset -5 VTI", "cash 1250 USD", "fee -1 USD"]),
    ]
    assert "line 8 is not understood (XYZ)" in statement.notes[0]
    assert [row.line for row in statement.rows if row.reason == "a trade that was cancelled"] == [
        6,
        7,
    ]


def test_a_statement_of_several_accounts_is_split(tmp_path: Path) -> None:
    lines = [
        line.replace("U1234567", "U1234567 (Custom Consolidated)")
        .replace("Asset Category,Currency", "Asset Category,Currency,Account")
        .replace("Stocks,USD,XYZ", "Stocks,USD,U7654321,XYZ")
        .replace("Stocks,USD,VTI", "Stocks,USD,U1111111,VTI")
        for line in ACTIVITY
    ]
    path = written(tmp_path, *lines)
    whose = [account for account, *_ in said(read(path, "ibkr_activity"))]
    assert whose == ["Interactive Brokers/U7654321", "Interactive Brokers/U1111111"]
    db = new_book(tmp_path)
    with pytest.raises(FolioError, match=r"of several accounts, .*; leave out --account"):
        load(db, path, account="Mine")
    assert db.execute("SELECT count(*) FROM transactions").fetchone() == (0,)
    load(db, written(tmp_path, *ACTIVITY, name="one.csv"), account="Mine")
    assert db.execute("SELECT name FROM accounts").fetchall() == [("Mine",)]


def test_futures_of_a_query_bring_their_result_when_they_are_closed(tmp_path: Path) -> None:
    """(7647 − 7644) × 5 = 15 less twice 0.61 is 13.78; in another currency it is not divided."""
    fields = (
        "ClientAccountID,CurrencyPrimary,AssetClass,Symbol,TradeID,DateTime,Quantity,TradePrice,"
        "Proceeds,IBCommission,IBCommissionCurrency,FifoPnlRealized"
    )
    rows = (
        "U1234567,USD,FUT,MESU6,1,20260804;070159,1,7644,-38220,-0.61,USD,0",
        "U1234567,USD,FUT,MESU6,2,20260804;072750,-1,7647,38235,-0.61,USD,13.78",
        "U1234567,USD,FUT,MESU6,3,20260805;072750,-1,7647,38235,-0.52,EUR,13.78",
    )
    statement = read(written(tmp_path, fields, *rows))
    assert [(kind, legs) for _, kind, legs in said(statement)] == [
        ("reward", ["cash 14.39 USD", "fee -0.61 USD"]),
        ("reward", ["cash 13.78 USD"]),
    ]
    without = [row.rpartition(",")[0] for row in (fields, *rows)]
    kinds = [kind for _, kind, _ in said(read(written(tmp_path, *without)))]
    assert kinds == ["unknown", "unknown", "unknown"]  # booked with their commissions, and said


def stated(statement: Statement) -> list[tuple[str, str, str, str]]:
    return sorted(
        (str(one.account or ""), str(one.asset), to_text(one.balance), str(one.day))
        for one in statement.balances
    )


def test_the_cash_report_of_a_query_is_what_is_there_at_its_end(tmp_path: Path) -> None:
    """Not the sum over currencies, and not what is settled."""
    first = "Interactive Brokers/U1234567"
    expected = [(first, "EUR", "5000", "20251231"), (first, "USD", "-2502.23", "20251231")]
    expected = [(*one[:3], "2025-12-31") for one in expected]
    path = written(
        tmp_path,
        *TRADES[:2],
        *CASH,
        '"ClientAccountID","CurrencyPrimary","LevelOfDetail","FromDate","ToDate","EndingCash"',
        '"U1234567","BASE_SUMMARY","BaseCurrency","20250101","20251231","2700"',
        '"U1234567","EUR","Currency","20250101","20251231","5000"',
        '"U1234567","USD","Currency","20250101","20251231","-2502.23"',
    )
    assert stated(read(path)) == expected
    report = "".join(
        f'<CashReportCurrency accountId="U1234567" currency="{currency}" fromDate="20250101" '
        f'toDate="20251231" startingCash="0" endingCash="{cash}" endingSettledCash="1" />\n'
        for currency, cash in (("BASE_SUMMARY", "2700"), ("EUR", "5000"), ("USD", "-2502.23"))
    )
    whole = f"<CashReport>\n{report}</CashReport>\n<Trades>"
    xml = tmp_path / "query.xml"
    xml.write_text(XML.read_text("utf-8").replace("<Trades>", whole), "utf-8")
    assert stated(read(xml)) == expected
    assert said(read(xml)) == said(read(XML))


def test_a_balance_that_a_statement_states_is_an_observation(tmp_path: Path) -> None:
    """The report says 1572.32 USD on the last day, as the ledger does; of 1600, 27.68 lack."""
    sample = Path(__file__).parent / "ibkr_activity" / "sample.csv"
    summary = load(new_book(tmp_path), sample)
    assert [(str(one.stated), one.gap) for one in summary.balances] == [
        ("2498.2", None),
        ("1572.32", None),
    ]
    text = sample.read_text("utf-8").replace("Ending Cash,USD,1572.32", "Ending Cash,USD,1600")
    (tmp_path / "other").mkdir()
    other = load(new_book(tmp_path / "other"), written(tmp_path, text))
    assert [str(one.ledger) for one in other.balances if one.gap] == ["1572.32"]
    months = text.replace("January 1, 2025 - December 31, 2025", "1. Januar bis 31. Dezember")
    quiet = read_statement(written(tmp_path, months), PROFILES["ibkr_activity"], UTC)
    assert quiet.balances == ()
    assert [row for row in quiet.rows if row.status == BAD] == []


def test_a_total_below_an_activity_statement_is_said(tmp_path: Path) -> None:
    path = tmp_path / "activity.csv"
    path.write_text(
        "Statement,Header,Field Name,Field Value\n"
        "Statement,Data,Title,Activity Statement\n"
        "Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount\n"
        "Deposits & Withdrawals,Data,USD,2024-01-02,Electronic Fund Transfer,5000\n"
        "Deposits & Withdrawals,Data,Total,,,5000\n"
        "Deposits & Withdrawals,Total,,,,5000\n"
        "Total,,,,,5000.00\n",
        "utf-8",
    )
    statement = read_statement(path, PROFILES["ibkr_activity"], UTC)
    assert [to_text(leg.quantity) for draft in statement.drafts for leg in draft.legs] == ["5000"]
    assert [row.line for row in statement.rows if row.status == BAD] == []
    assert [note.split(" (")[0] for note in statement.notes] == ["line 7 is left out"]
