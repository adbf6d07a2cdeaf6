"""Options that were exercised or assigned, as statements print them: two rows, one event.

Rows are written in the formats' wording; a contract is of a hundred shares.
"""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from test_brokers import moved, read

from folio.db.derived.positions import read_lots
from folio.importers.interpreting.exercises import contract
from folio.model.numbers import to_text
from folio.model.statements import Statement
from folio.model.transactions import Draft
from importing import load, new_book

SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
FIDELITY = (
    "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date"
)
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
    '"Quantity","Price","Amount"'
)
IBKR = "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code"  # noqa: E501
HISTORY = "Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,Gross Amount ,Commission,Net Amount"  # noqa: E501

PUT = [("100", "EXM"), ("-5000", "USD")]  # a written put of 50: its shares had to be taken
CASES = {
    "schwab": (
        SCHWAB,
        '"07/22/2024 as of 07/19/2024","Buy","EXM","EXAMPLE","100","$50.00","","-$5000.00"',
        '"07/22/2024 as of 07/19/2024","Assigned","EXM 07/19/2024 50.00 P","PUT EXM","1","","",""',
    ),
    "fidelity": (
        FIDELITY,
        "07/22/2024,YOU BOUGHT ASSIGNED PUTS AS OF 07-19-24 EXAMPLE (EXM) (Margin),EXM,EXAMPLE,"
        "Margin,100,50,,,,-5000,07/23/2024",
        "07/22/2024,ASSIGNED as of Jul-19-2024 PUT (EXM) EXAMPLE JUL 19 24 $50 (100 SHS) (Margin),"
        " -EXM240719P50,PUT (EXM) EXAMPLE JUL 19 24 $50 (100 SHS),Margin,1,,,,,,",
    ),
    "robinhood": (
        ROBINHOOD,
        '"7/19/2024","7/22/2024","7/22/2024","EXM","Example Corp CUSIP: 000000000 Option Assigned",'
        '"Buy","100","$50.00","($5,000.00)"',
        '"7/19/2024","7/22/2024","7/22/2024","EXM","EXM 7/19/2024 Put $50.00","OASGN","1","",""',
    ),
    "ibkr_activity": (
        "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity Statement\n" + IBKR,
        'Trades,Data,Order,Stocks,USD,EXM,"2024-07-19, 16:20:00",100,50,49,-5000,0,4795,0,-100,A;O',
        "Trades,Data,Order,Equity and Index Options,USD,EXM 19JUL24 50 P,"
        '"2024-07-19, 16:20:00",1,0,0,0,0,205,0,0,A;C',
    ),
    "ibkr_history": (
        HISTORY,
        "Transaction History,Data,2024-07-19,U***12345,EXAMPLE,Assignment,EXM,100,50,USD,-5000,-,"
        "-5000",
        "Transaction History,Data,2024-07-19,U***12345,EXM 19JUL24 50 P,Assignment,"
        "EXM   240719P00050000,1,0,USD,0,-,0",
    ),
}


def sides(draft: Draft) -> list[tuple[str, str]]:
    return [(to_text(Decimal(units)), asset) for asset, units in moved(draft)]


@pytest.mark.parametrize("profile", CASES)
@pytest.mark.parametrize("turned", [False, True])
def test_an_assigned_put(tmp_path: Path, profile: str, turned: bool) -> None:
    header, *rows = CASES[profile]
    (draft,) = read(tmp_path, profile, header, *(rows[::-1] if turned else rows)).drafts
    (option, *others) = sides(draft)
    assert (draft.kind, option[0], others) == ("exercise", "1", PUT)
    assert contract(option[1]) == contract("EXM 240719P50")
    assert len(draft.lines) == len(draft.rows) == 2
    assert all(leg.price is None for leg in draft.legs)  # the strike is no price of a market


def schwab(tmp_path: Path, *rows: str) -> Statement:
    lines = [f'"07/22/2024",{row}' for row in rows]
    return read(tmp_path, "schwab", SCHWAB, *lines)


def option(right: str, units: int, strike: int = 50, word: str = "Assigned") -> str:
    return f'"{word}","EXM 07/19/2024 {strike}.00 {right}","OPTION","{units}","","",""'


def trade(word: str, units: int, price: int = 50, symbol: str = "EXM") -> str:
    sign = "-" if word == "Buy" else ""
    return f'"{word}","{symbol}","EXAMPLE","{units}","${price}","","{sign}${units * price}"'


@pytest.mark.parametrize(
    ("right", "units", "word"),
    [("C", -1, "Buy"), ("P", 1, "Buy"), ("C", 1, "Sell"), ("P", -1, "Sell")],
)
def test_which_way_the_shares_go(tmp_path: Path, right: str, units: int, word: str) -> None:
    """Publication 550: who holds a call or wrote a put buys; who holds a put or wrote a call
    sells.  A trade the other way round is another one."""
    other = "Sell" if word == "Buy" else "Buy"
    fits = schwab(tmp_path, option(right, units), trade(word, 100))
    assert [draft.kind for draft in fits.drafts] == ["exercise"]
    kinds = [d.kind for d in schwab(tmp_path, option(right, units), trade(other, 100)).drafts]
    assert sorted(kinds) == sorted(["delisting", other.lower()])


@pytest.mark.parametrize(
    "rows",
    [
        (trade("Buy", 100, 51),),  # at another price
        (trade("Buy", 99),),
        (trade("Buy", 100, symbol="EXMB"),),
        (trade("Buy", 100), trade("Buy", 100).replace("EXAMPLE", "EXAMPLE INC")),  # which of them?
        (),
    ],
)
def test_what_is_not_certain_is_left_and_said(tmp_path: Path, rows: tuple[str, ...]) -> None:
    statement = schwab(tmp_path, option("P", 1), *rows)
    assert [d.kind for d in statement.drafts].count("delisting") == 1
    assert "exercise" not in {d.kind for d in statement.drafts}
    (note,) = [note for note in statement.notes if "exercised" in note]
    assert note.startswith("line 2: 1 EXM 07/19/2024 50.00 P were exercised or assigned, and which")


def test_several_contracts_and_trades_of_one_day(tmp_path: Path) -> None:
    """Two fills of one assignment, beside another strike and an ordinary purchase."""
    statement = schwab(
        tmp_path, option("P", 2), trade("Buy", 100), option("P", 1, 40), trade("Buy", 100, 40),
        trade("Buy", 100).replace("EXAMPLE", "EXAMPLE INC"), trade("Buy", 100, 45),
    )  # fmt: skip
    found = sorted((d.kind, *sides(d)) for d in statement.drafts)
    assert found == [
        ("buy", ("100", "EXM"), ("-4500", "USD")),
        ("exercise", ("1", "EXM 07/19/2024 40.00 P"), ("100", "EXM"), ("-4000", "USD")),
        (
            "exercise",
            ("2", "EXM 07/19/2024 50.00 P"),
            ("100", "EXM"),
            ("-10000", "USD"),
            ("100", "EXM"),
        ),
    ]


def test_one_that_expired_has_no_trade(tmp_path: Path) -> None:
    statement = schwab(tmp_path, option("P", 1, word="Expired"), trade("Buy", 100))
    assert sorted(draft.kind for draft in statement.drafts) == ["buy", "delisting"]


def test_a_file_that_has_the_option_alone_first(tmp_path: Path) -> None:
    """Then its premium is a gain of its own, until a file has both; what overlaps adds nothing."""
    sold = '"06/20/2024","Sell to Open","EXM 07/19/2024 50.00 P","PUT","1","$2.05","","$205.00"'
    row, shares = f'"07/22/2024",{option("P", 1)}', f'"07/22/2024",{trade("Buy", 100)}'
    with closing(new_book(tmp_path, currency="USD")) as db:
        for name, rows in (
            ("first", (row, sold)), ("whole", (shares, row, sold)), ("again", (shares, row))
        ):  # fmt: skip
            path = tmp_path / f"{name}.csv"
            path.write_text("\n".join((SCHWAB, *rows)) + "\n")
            load(db, path)
        lots = [lot for some in read_lots(db).values() for lot in some]
    assert [(lot.quantity, lot.cost) for lot in lots if lot.cost != lot.quantity] == [(100, 4795)]
