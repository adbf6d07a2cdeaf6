"""A shipped profile learns words of a file; figures were worked out by hand."""

import zoneinfo
from pathlib import Path

import pytest

from folio.errors import FolioError, UsageError
from folio.importers import Profile, load_profiles, parse_profile, read_statement
from folio.importers.language.catalogue import profile_text
from folio.importers.language.lessons import lesson_text
from folio.importers.mapping.lessons import lessons
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import Draft
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from importing import PROFILES, WHO, load, new_book, totals

UTC = zoneinfo.ZoneInfo("UTC")
SHARES = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),"
    "Exchange rate,Total,Currency (Total),Notes,ID\n"
    "Flash buy,2024-01-02 10:00:00,US0378331005,AAPL,Apple,2,180,USD,1.25,288,EUR,,e1\n"
    "Price alert,2024-01-03 10:00:00,US0378331005,AAPL,Apple,,,,,,,,e2\n"
)
SHORTS = (
    '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
    '"05/15/2024","Short Sale","TSLA","TESLA INC","10","$100.00","$0.03","$999.97"\n'
)


def taught(name: str, words: dict[str, str]) -> Profile:
    return parse_profile(lesson_text(name, lessons(PROFILES[name], words)), f"{name}.toml")


def read(folder: Path, text: str, profile: Profile) -> Statement:
    path = folder / "file.csv"
    path.write_text(text, "utf-8")
    return read_statement(path, profile, UTC)


def moved(draft: Draft) -> list[str]:
    return [draft.kind, *(f"{to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)]


def test_a_word_is_read_as_one_that_is_known_and_another_moves_nothing(tmp_path: Path) -> None:
    """2 × 180 USD at 1.25 are 288 EUR."""
    bad = [row.line for row in read(tmp_path, SHARES, PROFILES["trading212"]).rows
           if row.status == BAD]  # fmt: skip
    assert bad == [2, 3]
    profile = taught("trading212", {"Flash buy": "Market buy", "PRICE ALERT": "skip"})
    statement = read(tmp_path, SHARES, profile)
    assert [moved(draft) for draft in statement.drafts] == [["buy", "2 AAPL", "-288 EUR"]]
    (skipped,) = (row for row in statement.rows if row.status == SKIPPED)
    assert (skipped.line, skipped.reason) == (3, "you said that it moves nothing")


def test_what_else_a_profile_reads_in_that_cell_is_read_of_the_word_that_is_known(
    tmp_path: Path,
) -> None:
    """That a sale at Schwab is short stands in a second text of the same column."""
    statement = read(tmp_path, SHORTS, taught("schwab", {"Short Sale": "Sell Short"}))
    (draft,) = statement.drafts
    assert moved(draft) == ["sell", "-10 TSLA", "1000 USD", "-0.03 USD"]
    assert draft.lot == "short"


@pytest.mark.parametrize("said", ["booked", "Filled"])
def test_a_state_is_read_as_one_that_is_known(tmp_path: Path, said: str) -> None:
    """Of KuCoin's words it knows ``deal``; ``filled`` says that a row was booked of any source."""
    head, row = (Path(__file__).parent / "kucoin_trades" / "sample.csv").read_text().split("\n")[:2]
    text = f"{head}\n{row.removesuffix('deal')}gelaufen\n"
    assert read(tmp_path, text, PROFILES["kucoin_trades"]).rows[0].status == BAD
    statement = read(tmp_path, text, taught("kucoin_trades", {"gelaufen": said}))
    assert [moved(draft) for draft in statement.drafts] == [
        ["sell", "-0.1 BTC", "4500 EUR", "-4.5 EUR"]
    ]


def test_a_state_of_a_profile_that_says_nothing_of_states(tmp_path: Path) -> None:
    text = SHARES.replace(",ID\n", ",ID,Status\n").replace(",e1", ",e1,erledigt")
    words = {"Flash buy": "Market buy", "Price alert": "skip", "erledigt": "booked"}
    assert PROFILES["trading212"].booked is None
    statement = read(tmp_path, text, taught("trading212", words))
    assert [moved(draft) for draft in statement.drafts] == [["buy", "2 AAPL", "-288 EUR"]]


def test_a_word_that_the_profile_does_not_know_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        lessons(PROFILES["trading212"], {"Flash buy": "Market by"})
    assert str(refused.value) == (
        "trading212 does not know 'Market by' itself (did you mean Market buy or Market sell?); "
        "see: folio profile show trading212"
    )


def test_lessons_are_the_users_own_and_the_rest_is_the_shipped_profile(tmp_path: Path) -> None:
    """What is shown of it can be kept as a profile, and reads the same."""
    words = {"Flash buy": "Market buy", "Price alert": "skip"}
    text = lesson_text("trading212", lessons(PROFILES["trading212"], words))
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "trading212.toml").write_text(text, "utf-8")
    own = load_profiles(tmp_path / "profiles")
    assert own["trading212"].rules[1:] == PROFILES["trading212"].rules
    shown = profile_text("trading212", tmp_path / "profiles")
    assert parse_profile(shown, "shown.toml") == own["trading212"]


def test_a_restated_row_is_held_back_once_folio_knows_its_word_itself(tmp_path: Path) -> None:
    """Without ids a row's key has its words in it: the same row in other words is not new."""
    text = SHORTS.replace("Short Sale", "Bonus Payout").replace(
        '"10","$100.00","$0.03"', '"","",""'
    )
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    db = new_book(tmp_path, currency="USD")
    words = {"Bonus Payout": "Special Dividend"}
    profiles = load_profiles(None, {"schwab": taught("schwab", words)})
    (first,) = import_files(db, WHO, [path], profiles, Choices(create=True))
    assert first.recorded == 1
    path.write_text(text.replace("Bonus Payout", "Cash Dividend") + text.split("\n")[0], "utf-8")
    again = load(db, path)
    assert (again.recorded, again.held) == (0, 1)
    assert totals(db)["USD"] == "999.97"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('of = "trading213"', "no shipped profile is called 'trading213'"),
        ('of = "wise"\nname = "mine"', "has [alike] alone"),
        ('of = "wise"\n[alike.nothing]\na = "b"', "'nothing' is not defined"),
        ('of = "wise"\nalike = 3', "alike"),
        ('of = "wise"\n[alike.type]\na = 3', "alike.type.a"),
    ],
)
def test_lessons_that_make_no_sense_are_refused(text: str, said: str) -> None:
    with pytest.raises(FolioError, match=r"the profile mine.toml is wrong: .*") as refused:
        parse_profile(text, "mine.toml")
    assert said in str(refused.value)
