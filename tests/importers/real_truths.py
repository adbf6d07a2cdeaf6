"""What must come out of the statements that FOLIO_SAMPLES names: sums of the files' own columns."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Truth(NamedTuple):
    profile: str
    rows: int
    recorded: int  # rows
    cash: dict[str, str]
    holdings: dict[str, str]
    fees: Mapping[str, str] = MappingProxyType({})
    taxes: Mapping[str, str] = MappingProxyType({})
    transactions: Mapping[str, int] = MappingProxyType({})


TRUTH = {
    "trading212_csv/2020_from_2020-09-11_to_2021-04-02.csv": Truth(
        "trading212",
        8,
        8,
        {"GBP": "33391.3", "USD": "0"},
        {"VNRG": "1", "NVDA": "1", "GME": "0"},
        taxes={"USD": "-0.02"},
        transactions={"buy": 4, "sell": 1, "deposit": 2, "dividend": 1},
    ),
    "trading212_csv/2024_transactions.csv": Truth(
        "trading212",
        7,
        7,
        {"GBP": "1758.05", "USD": "0"},
        {"FOO": "0"},
        fees={"GBP": "-9.42"},
        taxes={"USD": "-0.02", "GBP": "0.75"},
    ),
    "schwab_csv/brokerage_2023.csv": Truth(
        "schwab",
        7,
        7,
        {"USD": "1019826.86"},
        {"FOO": "0", "BAR": "0", "QUX": "0"},
        fees={"USD": "-6.23"},
        transactions={"buy": 3, "sell": 3, "deposit": 1},
    ),
    "vanguard_uk_csv/cash_report.csv": Truth(
        "vanguard_uk",
        19,
        19,
        {"GBP": "23.59"},
        {
            "FOO": "1550",
            "BAR": "293",
            "Emerging Markets Stock Index Fund - Accumulation": "6.77",
            "U.S. Equity Index Fund - Accumulation": "0.9232",
        },
        fees={"GBP": "-27.96"},
    ),
    "coinbase_csv/tax_report_2019_preamble.csv": Truth(
        "coinbase",
        16,
        16,
        {"USD": "-4205.23"},
        {"BTC": "0.00694214", "ETH": "0", "LTC": "7.82768791"},
    ),
    "coinbase_csv/ids_symbols_2025.csv": Truth(
        "coinbase",
        8,
        8,
        {"EUR": "-70", "USD": "-70"},
        # Of ETH2, a conversion brought in 0.17305191 and a row of -0.180914809326 says that
        # so much was sent: 0.17305191 - 0.180914809326 = -0.007862899326.  Taking what was
        # sent as received would give 0.353966719326.
        {
            "BTC": "-0.00029567",
            "ETH": "0.007923387238",
            "ETH2": "-0.007862899326",
            "XRP": "156.145683",
        },
        fees={"EUR": "-2.99", "USD": "-2.99"},
        transactions={"buy": 2, "reward": 2, "swap": 3},
    ),
    "coinbase_csv/convert_2023_preamble.csv": Truth(
        "coinbase", 1, 1, {}, {"ETH": "-0.00087766", "USDC": "1.629352"}, transactions={"swap": 1}
    ),
    "coinbase_edge_csv/reward_2025_bom_preamble.csv": Truth(
        "coinbase", 1, 1, {}, {"USDC": "0.002727"}, transactions={"reward": 1}
    ),
    "kraken_ledgers_csv/ledgers_staking_pending.csv": Truth(
        "kraken_ledgers",
        8,
        2,
        {},
        {"USDC": "1001.12345678"},
        transactions={"reward": 1, "transfer_in": 1},
    ),
    "binance_csv/statement_uabean.csv": Truth(
        "binance",
        56,
        54,
        {"USD": "-2.32669747", "UAH": "-26485.93494646"},
        {
            "BUSD": "-914.92887491",
            "BTC": "0.02034238",
            "USDT": "-1025.63279121",
            "BNB": "0.0164155",
            "MATIC": "-532.88177249",
            "LDBUSD": "1000",
            "ETHW": "0.29976",
            "TRX": "-0.08712345",
            "ETH": "-0.000058",
            "SOL": "0.03",
            "POL": "150",
            "USDC": "-1300",
            "FDUSD": "80",
        },
        fees={"USDT": "-0.97265207", "BNB": "-0.00145959"},
    ),
    "gemini_csv/gemini_wide.csv": Truth(
        "gemini",
        6,
        6,
        {"USD": "366.61"},
        {"BTC": "0.17472814", "ETH": "0", "ZEC": "0"},
        fees={"USD": "-4.05"},
        transactions={"buy": 3, "sell": 3},
    ),
    "n26_csv/en_multiple.csv": Truth("n26", 3, 3, {"EUR": "-111.36"}, {}),
    "wise_csv/personal_new_format_eur.csv": Truth(
        "wise", 4, 4, {"EUR": "-290.5"}, {}, fees={"EUR": "-1.6"}
    ),
    "wise_csv/personal_old_format_eur.csv": Truth(
        "wise", 4, 4, {"EUR": "-594.72"}, {}, fees={"EUR": "-2.57"}
    ),
    "degiro_account_csv/account_fr_236rows.csv": Truth(
        "degiro",
        236,
        126,
        {"CHF": "8351.51", "EUR": "-1276.42", "USD": "0"},
        {
            "CH0019852802": "8",
            "IE00B0H8QT01": "-16",
            "IE00B3DWVS88": "44",
            "IE00B44Z5B48": "23",
            "IE00B4L5Y983": "42",
            "IE00BWBXM385": "137",
            "IE00BYTRRD19": "69",
            "IE00BYVTMS52": "40",
            "LU0908500753": "250",
            "LU1681045370": "13",
        },
        fees={"CHF": "-40.57", "EUR": "-46.23"},
        taxes={"CHF": "-20.77"},
        # The fees of orders stand in their trades; of the rest two are connections and two
        # those of an order of currency.
        transactions={
            "buy": 27,
            "sell": 18,
            "deposit": 9,
            "dividend": 6,
            "fee": 4,
            "return_of_capital": 1,
            "swap": 9,
            "tax": 1,
        },
    ),
    "degiro_edge_csv/e2e_portfolio_masked.csv": Truth(
        "degiro",
        12,
        10,
        {"EUR": "2198.93"},
        {"IE00B945VV12": "6"},
        fees={"EUR": "-4.5"},
        taxes={"EUR": "-0.96"},
    ),
    "degiro_edge_csv/localized_quantities.csv": Truth(
        "degiro",
        9,
        9,
        {"EUR": "-11906.17"},
        {
            "IE00LCL0001": "1234",
            "IE00LCL0002": "2506",
            "IE00LCL0003": "6408",
            "IE00LCL0004": "1750",
        },
        fees={"EUR": "-2"},
    ),
    "degiro_edge_csv/overlap_identical_rows.csv": Truth("degiro", 4, 4, {"EUR": "1520"}, {}),
    "freetrade_csv/transactions.csv": Truth(
        "freetrade",
        17,
        17,
        {"GBP": "8945.12", "USD": "0"},
        {
            "GOOGL": "0.13949006",
            "NDAQ": "2.12181972",
            "SPXP": "0",
            "TDUP": "0",
            "TSLA": "1.45003568",
        },
        fees={"GBP": "-6.81"},
        taxes={"USD": "-0.39"},
    ),
    "swissquote_csv/transactions_multi_currency.csv": Truth(
        "swissquote",
        21,
        21,
        {"CHF": "62020.99", "EUR": "2481.97", "USD": "39220.25"},
        {
            "KROP": "850",
            "ORFN": "200",
            "VDEM": "-537",
            "VEUD": "-709",
            "VWRD": "-808",
            "WDSC": "-373",
            "WENS": "3300",
            "XDWU": "640",
        },
        # The costs are CHF 104.00; the custody fee of 50 beside its own 3.85 is a fee too.
        fees={"CHF": "-154", "USD": "-848.25"},
    ),
    "xtb_csv/export.csv": Truth(
        "xtb",
        46,
        45,
        {"EUR": "3.94"},
        {
            "CSPX.UK": "0.3598",
            "FLOA.UK": "33.4798",
            "GOOGL.US": "0",
            "SPYL.DE": "214.5658",
            "ZAL.DE": "0",
        },
        taxes={"EUR": "-8.01"},
    ),
    # The sum of Belopp over all its accounts.
    "avanza_csv/export.csv": Truth(
        "avanza",
        20,
        20,
        {"SEK": "-94340.33"},
        {
            "LU0302296149": "-3.6545",
            "LU2553958823": "3.6545",
            "NO0010827280": "-352.033838",
            "SE0004841500": "6.3572",
            "SE0007126000": "2",
            "US78409V1044": "2",
        },
        fees={"SEK": "-40.45"},
        taxes={"SEK": "-160.49"},
    ),
}
