"""What exchanges' own wording means, beyond their samples.

Figures are worked by hand beside the rows.
"""

import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import TODAY, Bookkeeper
from folio.book.selection import Filters
from folio.importers import find_profiles, read_statement
from folio.model.dates import EVER
from folio.model.ledger import ESTIMATED, FULL, PARTIAL
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from folio.reports.query import Query
from folio.reports.recorded.register import register
from importing import PROFILES, load, new_book

UTC = zoneinfo.ZoneInfo("UTC")
KRAKEN = "txid,refid,time,type,subtype,aclass,subclass,asset,wallet,amount,fee,balance,feecurrency"


def read(folder: Path, profile: str, *lines: str) -> Statement:
    path = folder / "statement.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [found.name for found in find_profiles(path, PROFILES)] == [profile]
    return read_statement(path, PROFILES[profile], UTC)


def told(statement: Statement) -> list[str]:
    return [
        f"{draft.kind}: "
        + ", ".join(f"{leg.role} {to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)
        for draft in statement.drafts
    ]


def test_kraken_on_margin(tmp_path: Path) -> None:
    """balance = old balance + amount - fee, as Kraken explains: 1000 - 0.065 - 0.0035 + 1.75 -
    0.065 - 20.5 - 0.07 = 981.0465; then 9 + 0.05 for what is settled, and 0.4 by an adjustment.
    """
    statement = read(
        tmp_path,
        "kraken_ledgers",
        KRAKEN,
        "L0,Q0,2025-03-01 12:00:00,deposit,,currency,fiat,ZEUR,spot / main,1000,0,1000,ZEUR",
        "L1,T1,2025-03-03 12:05:00,margin,,currency,fiat,ZEUR,spot / main,0,0.065,999.935,ZEUR",
        "L2,T1,2025-03-03 16:05:00,rollover,,currency,fiat,ZEUR,spot / main,0,0.0035,999.9315,ZEUR",
        "L3,T2,2025-03-04 09:00:00,margin,,currency,fiat,ZEUR,spot / main,1.75,0.065,1001.6165,",
        "L4,T3,2025-03-05 09:00:00,margin trade,,currency,fiat,ZEUR,spot / main,-20.5,0.07,"
        "981.0465,ZEUR",
        "L5,T4,2025-03-06 09:00:00,settled,,currency,fiat,ZEUR,spot / main,-500,0,481.0465,",
        "L6,T4,2025-03-06 09:00:00,settled,,currency,crypto,XETH,spot / main,0.25,0,0.25,",
        "L7,A1,2025-03-07 09:00:00,adjustment,,currency,crypto,XETH,spot / main,-0.05,0,0.2,",
        "L8,A1,2025-03-07 09:00:00,adjustment,,currency,crypto,XXBT,spot / main,0.004,0,0.004,",
        "L9,X1,2025-03-08 09:00:00,something new,,currency,crypto,XXBT,spot / main,1,0,1.004,",
    )
    assert told(statement) == [
        "deposit: cash 1000 EUR",
        "fee: fee -0.065 EUR",
        "fee: fee -0.0035 EUR",
        "reward: cash 1.75 EUR, fee -0.065 EUR",
        "fee: cash -20.5 EUR, fee -0.07 EUR",
        "buy: asset 0.25 ETH, cash -500 EUR",
        "swap: asset 0.004 BTC, asset -0.05 ETH",
        "unknown: asset 1 BTC",
    ]
    assert [note for note in statement.notes if "balance" in note] == []
    assert {str(one.asset): to_text(one.balance) for one in statement.balances} == {
        "EUR": "481.0465", "ETH": "0.2", "BTC": "1.004",
    }  # fmt: skip


# A row of each new format whose word is not known, beside one that is.
UNKNOWN = {
    "scalable": "2025-04-08;07:00:00;Executed;F;X;Cash;Mystery;;;;-4,99;0,00;;EUR",
    "etoro": "02/01/2024 08:00:00,Mirror,x,10.00,-,0.00,10.00,10.00,-,,0.00",
    "crypto_com": "2025-06-20 08:35:20,X,CRO,-40.5,,,EUR,3.55,4.199,mystery,",
    "bitpanda": "T1,2025-01-05T09:05:00+01:00,transfer,outgoing,2,EUR,1,X,8,EUR,Metal,1,-,-,-,-,0",
    "parqet": "2024-08-15T22:39:00.000Z;x;x;22,5;4;90;0;1;;TransferIn;;Security;X;;;EUR;;;X;;;",
    "nexo": "N1,Assimilation,BTC,-1,BTC,1,$1,-,-,approved / x,2025-05-25 11:00:00",
    "ledger_live": "2025-01-02T13:20:00.000Z,Confirmed,DOT,MYSTERY,0.5,0.0001,aa01,Polkadot 1,x,,,",
    "bitstamp": "35,Main Account,Mystery,,2025-04-04T11:49:57Z,1,ETH,,,,,,,",
    "bux": "2025-02-02 11:07:12.87,x,Mystery,,-2.99,EUR,442.59,,,,,,,,,,,,,,",
    "directa": "27-12-2024,27-12-2024,Ratei,,,P8,,0,-2.86,0,EUR,",
    "finpension": "2025-11-07;Mystery;;;;CHF;1.000000;;0.450000;15.610551",
    "etrade": "04/22/2025,04/22/2025,04/23/2025,Mystery,PUT X,EXD,--,-2.0,55,109.50,0.5,--,--",
    "investengine": "X / ISIN IE00BK5BQT80,Transfer,2.5,£1,£2,23/12/24 15:18:12,27/12/24,None",
    "relai": "2025-03-15T14:23:17Z,Send,0.001,90000,BTC/CHF,90,CHF,0,CHF,x,39a4,Relai",
    "rabobank_investing": "1;X;08-02-2024;Split;EUR;1;1;EUR;0;1;1;NL0014857104;;",
    "aj_bell": '"02/06/2025","Mystery","1.00","","1.00"',
    "sparkasse": '"DE89";"01.07.25";"";"X";"X";"";"";"";"";"";"";"X";"";"";"-50,00";"EUR";"neu"',
    "dkb": '"01.07.25";"";"Neu";"X";"X";"X";"Ausgang";"";"-4,20";"";"";"1"',
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_word_that_is_not_known_is_refused(name: str, tmp_path: Path) -> None:
    sample = Path(__file__).parent / name / "sample.csv"
    lines = sample.read_text("utf-8").rstrip("\n").split("\n")
    statement = read(tmp_path, name, *lines, UNKNOWN[name])
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert bad.text == UNKNOWN[name]
    assert "does not know" in bad.reason or bad.reason == "no rule"


def test_dust_of_several_coins_is_worth_what_came_for_it(tmp_path: Path) -> None:
    """By hand: 0.0019 BNB at 300 came for two coins: 0.57, never the value of one of them.

    What ETH fetched is its own price, 0.0001 at 2,500; that of BTC, without one, is not known.
    """
    keeper = Bookkeeper(tmp_path / "book.db")
    path = tmp_path / "binance.csv"
    path.write_text(
        "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"
        "1,2024-01-02 10:00:00,Spot,Deposit,BTC,0.00001,\n"
        "1,2024-01-02 10:00:00,Spot,Deposit,ETH,0.0001,\n"
        "1,2024-01-04 10:00:00,Spot,Small Assets Exchange BNB,BTC,-0.00001,\n"
        "1,2024-01-04 10:00:00,Spot,Small Assets Exchange BNB,ETH,-0.0001,\n"
        "1,2024-01-04 10:00:00,Spot,Small Assets Exchange BNB,BNB,0.0011,\n"
        "1,2024-01-04 10:00:00,Spot,Small Assets Exchange BNB,BNB,0.0008,\n"
    )
    load(keeper.db, path)
    keeper.price("ETH", "2024-01-03", 2500, "EUR")
    (bought,) = keeper.lots("Binance", "BNB")
    assert (bought.cost, bought.grade) == (None, PARTIAL)
    keeper.price("BNB", "2024-01-03", 300, "EUR")
    (bought,) = keeper.lots("Binance", "BNB")
    assert (bought.cost, bought.grade) == (Decimal("0.57"), ESTIMATED)
    assert [s.proceeds for s in keeper.disposals("Binance", "ETH")] == [Decimal("0.25")]
    assert [s.proceeds for s in keeper.disposals("Binance", "BTC")] == [None]
    keeper.close()


@pytest.mark.parametrize(
    ("header", "row", "held", "cost"),
    [
        (
            "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,"
            "Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),"
            "Fees and/or Spread,Notes",
            "8,2024-01-09 10:00:00 UTC,Learning Reward,GRT,5,EUR,€0.15,€0.75,€0.75,€0,",
            ("Coinbase", "GRT"),
            "0.75 EUR",
        ),
        (
            "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,"
            "USD Equivalent,Fee,Fee Currency,Details,Date / Time (UTC)",
            "N1,Interest,NEXO,2,NEXO,2,$1.80,-,-,approved / 4% p.a.,2024-01-09 10:00:00",
            ("Nexo", "NEXO"),
            "1.8 USD",
        ),
        (
            "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,"
            "Native Currency,Native Amount,Native Amount (in USD),Transaction Kind",
            "2024-01-09 10:00:00,Earn,CRO,40,,,EUR,3.55,3.9,crypto_earn_interest_paid",
            ("Crypto.com", "CRO"),
            "3.55 EUR",
        ),
    ],
)
def test_what_was_earned_costs_what_the_exchange_says_it_was_worth(
    tmp_path: Path, header: str, row: str, held: tuple[str, str], cost: str
) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    path = tmp_path / "earned.csv"
    path.write_text(f"{header}\n{row}\n")
    load(keeper.db, path)
    (lot,) = keeper.lots(*held)
    currency = keeper.db.execute("SELECT symbol FROM assets WHERE id = ?", [lot.currency])
    assert (f"{to_text(lot.cost or Decimal(0))} {currency.fetchone()[0]}", lot.grade) == (
        cost,
        FULL,
    )
    keeper.close()


def test_coins_sold_together_are_none_of_them_what_came(tmp_path: Path) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    path = tmp_path / "ledgers.csv"
    path.write_text(
        '"txid","refid","time","type","subtype","aclass","asset","wallet","amount","fee","balance"\n'
        '"L1","U1","2024-02-04 10:00:00","spend","dustsweeping","currency","XXBT","spot / main",'
        "-0.0000500000,0,1\n"
        '"L2","U1","2024-02-04 10:00:00","spend","dustsweeping","currency","XETH","spot / main",'
        "-0.0007,0,1\n"
        '"L3","U1","2024-02-04 10:00:00","receive","dustsweeping","currency","ZEUR",'
        '"spot / main",3.60,0.10,3.50\n'
    )
    load(keeper.db, path)
    book = keeper.book()
    (row,) = register(book, Query(TODAY, book.base, Filters()), EVER).rows
    assert (row["asset"], row["to"]) == ("BTC", None)
    keeper.close()


def test_a_coin_of_kraken_and_what_it_was_called_before_have_one_balance(tmp_path: Path) -> None:
    """1000 - 400 - 1 + 200 - 100 - 0.50 = 698.50 EUR; 0.01 + 0.005 BTC; of 10 DOT that are staked
    0.5 came on top.
    """
    statement = read(
        tmp_path,
        "kraken_ledgers",
        "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance",
        "L1,R1,2022-01-02 10:00:00,deposit,,currency,ZEUR,1000.0000,0,1000.0000",
        "L2,R2,2022-01-03 10:00:00,trade,,currency,ZEUR,-400.0000,1.0000,599.0000",
        "L3,R2,2022-01-03 10:00:00,trade,,currency,XXBT,0.0100000000,0,0.0100000000",
        "L4,R3,2023-06-03 10:00:00,deposit,,currency,EUR,200.0000,0,799.0000",
        "L5,R4,2023-06-04 10:00:00,trade,,currency,EUR,-100.0000,0.5000,698.5000",
        "L6,R4,2023-06-04 10:00:00,trade,,currency,XBT,0.0050000000,0,0.0150000000",
        "L7,R6,2023-07-05 10:00:00,deposit,,currency,DOT,10,0,10",
        "L8,R7,2023-07-06 10:00:00,transfer,spottostaking,currency,DOT,-10,0,0",
        "L9,R8,2023-07-06 10:00:01,transfer,stakingfromspot,currency,DOT28.S,10,0,10",
        "M1,R9,2023-07-16 10:00:01,staking,,currency,DOT28.S,0.5,0,10.5",
        "M2,S1,2024-07-16 10:00:01,earn,reward,currency,LDO.F,0.5,0,0.5",
        "M3,S2,2024-07-17 10:00:01,earn,reward,currency,C98.M,0.25,0,0.25",
        "M4,S3,2024-07-18 10:00:01,deposit,,currency,CHF.HOLD,50,0,50",
    )
    assert (statement.notes, statement.balances[0].balance) == ((), Decimal("698.5"))
    assert {str(one.asset): to_text(one.balance) for one in statement.balances} == {
        "EUR": "698.5", "BTC": "0.015", "DOT": "10.5", "LDO": "0.5", "C98": "0.25", "CHF": "50",
    }  # fmt: skip
    assert told(statement)[-3:] == [
        "reward: asset 0.5 LDO",
        "reward: asset 0.25 C98",
        "deposit: cash 50 CHF",
    ]


def test_what_is_staked_from_a_ledger_wallet_costs_its_fee(tmp_path: Path) -> None:
    """The fees of both are 0.003 and 0.01; the 10 DOT that are bonded stay the owner's."""
    statement = read(
        tmp_path,
        "ledger_live",
        "Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,"
        "Operation Hash,Account Name,Account xpub",
        "2025-01-03T13:20:00.000Z,Confirmed,ATOM,DELEGATE,0.003,0.003,b1,Cosmos 1,x",
        "2025-01-04T13:20:00.000Z,Confirmed,DOT,BOND,10,0.01,b2,Polkadot 1,x",
        "2025-01-05T13:20:00.000Z,Confirmed,ATOM,REWARD_PAYOUT,0.2,0,b3,Cosmos 1,x",
        "2025-01-06T13:20:00.000Z,Dropped,ATOM,OUT,0.2,0,b4,Cosmos 1,x",
    )
    assert told(statement) == [
        "fee: fee -0.003 ATOM",
        "fee: fee -0.01 DOT",
        "reward: asset 0.2 ATOM",
    ]
    (bad,) = [row for row in statement.rows if row.status == BAD]
    assert (bad.line, bad.reason.split(":")[0]) == (
        5,
        "the profile does not know what the state 'Dropped' says",
    )


KOINLY = (
    "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,"
    "Received Amount,Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (EUR),"
    "Net Value (EUR),Fee Value (EUR),TxSrc,TxDest,TxHash,Description"
)


def test_what_koinly_moves_between_wallets_is_no_exchange(
    keeper: Bookkeeper, tmp_path: Path
) -> None:
    """0.0125 BTC for 501 EUR: 0.005 of them move with their 200.40, and 0.0001 pays for it."""
    path = tmp_path / "koinly.csv"
    path.write_text(
        f"{KOINLY}\n"
        "2025-01-05 10:00:00 UTC,fiat_deposit,,,,,,Kraken,1000,EUR,1000,,,,1000,,,,,\n"
        "2025-01-06 10:00:00 UTC,buy,,Kraken,500,EUR,500,Kraken,0.0125,BTC,501,1,EUR,,500,1,,,,\n"
        "2025-01-07 10:00:00 UTC,transfer,,Kraken,0.005,BTC,200.4,Ledger,0.005,BTC,200.4,0.0001,"
        "BTC,0,200,4,,,tx1,\n",
        "utf-8",
    )
    load(keeper.db, path)
    (moved,) = keeper.lots("Ledger", "BTC")
    assert (moved.quantity, moved.cost) == (Decimal("0.005"), Decimal("200.4"))
    (left,) = keeper.lots("Kraken", "BTC")
    assert left.quantity == Decimal("0.0074")


def test_one_coin_on_both_sides_of_a_row_moved_between_wallets(tmp_path: Path) -> None:
    """What did not arrive was a fee, 0.0002 BTC, and one beside it."""
    statement = read(
        tmp_path,
        "sent_received",
        "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency",
        "2025-01-07 10:00:00,0.5,BTC,0.5,BTC,,",
        "2025-01-08 10:00:00,0.5,BTC,0.4998,BTC,,",
        "2025-01-09 10:00:00,0.5,BTC,0.5,BTC,0.0001,BTC",
        "2025-01-10 10:00:00,0.5,BTC,0.6,BTC,,",
    )
    assert told(statement) == ["fee: fee -0.0002 BTC", "fee: fee -0.0001 BTC"]
    assert [row.line for row in statement.rows if row.status == BAD] == [5]


@pytest.mark.parametrize(
    ("row", "moved"),
    [
        # Of the 30 dollars 0.15 were the fee: 29.85 are what the coins were worth.
        (
            "Quick Buy,Buy,a1,1,,,,USD,30.00,30.00,BUSD,29.84,29.845421,USD,0.15,0.15",
            "buy: asset 29.84 BUSD, cash -29.85 USD, fee -0.15 USD",
        ),
        # 593.5386 dollars less a half percent.
        (
            "Quick Sell,Sell,a2,2,,,,BTC,0.010946,593.53,USD,590.5686,590.5686,USD,2.97,2.97",
            "sell: cash 593.5386 USD, asset -0.010946 BTC, fee -2.97 USD",
        ),
        ("Sell,Sell,a3,3,,,,BTC,0.01,600,USD,597,597,USD,3,3", None),
    ],
)
def test_what_binance_us_buys_and_sells_for_dollars_has_its_fee_in_it(
    tmp_path: Path, row: str, moved: str | None
) -> None:
    """Where the fee of other sales is, no source says: they are refused."""
    statement = read(
        tmp_path,
        "binance_us",
        "User ID,Time,Category,Operation,Order ID,Transaction ID,Primary Asset,Realized Amount For "
        "Primary Asset,Realized Amount for Primary Asset in USD,Base Asset,Realized Amount For "
        "Base Asset,Realized Amount For Base Asset In USD,Quote Asset,Realized Amount for Quote "
        "Asset,Realized Amount for Quote Asset in USD,Fee Asset,Realized Amount for Fee Asset,"
        "Realized Amount for Fee Asset in USD,Payment Method,Withdraw Method,Additional Note",
        f"1,2021-08-04 16:15:55.614,{row},Wallet,,",
    )
    assert told(statement) == ([moved] if moved else [])


def test_deposits_and_withdrawals_of_binance_are_those_of_its_statement(tmp_path: Path) -> None:
    """0.02 BTC arrived and 0.000015 were the fee: the statement has 0.020015 in one row."""
    files = [tmp_path / "statement.csv", tmp_path / "withdrawals.csv", tmp_path / "deposits.csv"]
    files[0].write_text(
        "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"
        "1,2025-12-20 00:51:40,Spot,Deposit,BTC,0.05,\n"
        "1,2025-12-21 00:51:40,Spot,Withdraw,BTC,-0.020015,Withdraw fee is included\n",
        "utf-8",
    )
    files[1].write_text(
        "Date(UTC+0),Coin,Network,Amount,Fee,Address,TXID,Status\n"
        "25-12-21 00:51:45,BTC,BTC,0.02,0.000015,addr1,txid1,Completed\n",
        "utf-8",
    )
    files[2].write_text(
        "Date(UTC+0),Coin,Network,Amount,Address,TXID,Status\n"
        "25-12-20 00:40:00,BTC,BTC,0.05,addr2,txid2,Completed\n"
        "25-12-20 00:50:00,BTC,BTC,0.05,addr2,txid3,Pending\n",
        "utf-8",
    )
    db = new_book(tmp_path / "book")
    assert load(db, files[0]).recorded == 2
    assert [load(db, file).held for file in files[1:]] == [1, 1]


@pytest.mark.parametrize("way", [1, -1], ids=["as exported", "the other way round"])
def test_two_swaps_of_one_minute_stay_two(tmp_path: Path, way: int) -> None:
    swaps = [
        '1,"June 1, 2022 10:15 AM",Swap in,USDC,100,100.00,,,Yes',
        '2,"June 1, 2022 10:15 AM",Swap out,ETH,-0.05,-100.00,,,Yes',
        '3,"June 1, 2022 10:15 AM",Swap in,BTC,0.01,300.00,,,Yes',
        '4,"June 1, 2022 10:15 AM",Swap out,ADA,-500,-300.00,,,Yes',
    ]
    celsius = read(
        tmp_path,
        "celsius",
        "Internal id, Date and time, Transaction type, Coin type, Coin amount, USD Value,"
        " Original Reward Coin, Reward Amount In Original Coin, Confirmed",
        *swaps[::way],
    )
    assert sorted(told(celsius)) == [
        "swap: asset 0.01 BTC, asset -500 ADA",
        "swap: asset 100 USDC, asset -0.05 ETH",
    ]
