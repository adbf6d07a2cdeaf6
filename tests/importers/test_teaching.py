"""A profile that was made for one file learns from the next; figures were worked out by hand."""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import Profile, parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given, Proposal
from folio.importers.mapping.table import find_table
from folio.importers.mapping.teaching import new_words, taught, told_before
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import to_text

HEADER = "Day,Action,Ticker,Quantity,Price,Commission,Total\n"
# Days that could be read two ways, and costs of which the amount may be before or after.
FIRST = HEADER + "01/03/2024,Buy,VWCE,10,105.20,1.50,1053.50\n"
SECOND = HEADER + (
    "02/04/2024,Sell,VWCE,4,110,,440\n03/04/2024,Buy,VWCE,1,100,,100\n04/04/2024,Giveaway,,,,,5\n"
)
NOTHING = Given({}, {}, {})


def made(folder: Path, text: str, given: Given) -> tuple[Path, Proposal]:
    path = folder / "file.csv"
    path.write_text(text, "utf-8")
    return path, propose(find_table(path), given)


def first_profile(folder: Path) -> tuple[str, Profile]:
    said = Given({}, {"date": "%d/%m/%Y", "currency": "EUR"}, {})
    text = profile_text("mine", made(folder, FIRST, said)[1])
    return text, parse_profile(text, "mine")


def learning(folder: Path, text: str, kinds: dict[str, str]) -> tuple[Path, Profile, Proposal]:
    _, profile = first_profile(folder)
    path = folder / "file.csv"
    path.write_text(text, "utf-8")
    told = told_before(profile, find_table(path), NOTHING._replace(kinds=kinds))
    assert told is not None
    return path, profile, propose(find_table(path), told)


def test_what_it_was_told_is_not_asked_again(tmp_path: Path) -> None:
    """Alone the file asks for day, currency and a word; of a profile for the word alone."""
    alone = made(tmp_path, SECOND, NOTHING)[1].questions
    assert [one.key for one in alone] == ["date", "currency", "Giveaway"]
    _, _, proposal = learning(tmp_path, SECOND, {})
    assert [one.option for one in proposal.questions] == ["--kind 'Giveaway=…'"]


def test_a_rule_for_what_is_new_and_all_else_as_before(tmp_path: Path) -> None:
    text = first_profile(tmp_path)[0]
    path, profile, proposal = learning(tmp_path, SECOND, {"Giveaway": "reward"})
    words = new_words(profile, proposal)
    assert words == {"Sell": "sell", "Giveaway": "reward"}
    more = taught(text, words, proposal)
    assert more.startswith(text)
    statement = read_statement(path, parse_profile(more, "mine"), zoneinfo.ZoneInfo("UTC"))
    legs = [
        (str(draft.occurred_on), draft.kind, [to_text(leg.quantity) for leg in draft.legs])
        for draft in statement.drafts
    ]
    assert legs == [
        ("2024-04-02", "sell", ["-4", "440"]),
        ("2024-04-03", "buy", ["1", "-100"]),
        ("2024-04-04", "reward", ["5"]),
    ]


def test_costs_stay_inside_or_beside_as_they_were(tmp_path: Path) -> None:
    """1,053.50 was 10 × 105.20 and 1.50 of costs: 438.50 is 440 less 1.50, whatever it could be."""
    third = HEADER + "02/05/2024,Sell,VWCE,4,,1.50,438.50\n"
    text = first_profile(tmp_path)[0]
    path, profile, proposal = learning(tmp_path, third, {})
    assert proposal.questions == ()
    more = parse_profile(taught(text, new_words(profile, proposal), proposal), "mine")
    (draft,) = read_statement(path, more, zoneinfo.ZoneInfo("UTC")).drafts
    assert [to_text(leg.quantity) for leg in draft.legs] == ["-4", "440", "-1.5"]


@pytest.mark.parametrize(
    "text",
    [
        "Day,Action,Ticker,Quantity,Price,Total\n02/05/2024,Sell,VWCE,4,110,440\n",
        "Day,Text,Amount\n02/05/2024,Shop,-4\n",
    ],
    ids=["without costs", "of a bank"],
)
def test_of_another_table_it_learns_nothing(tmp_path: Path, text: str) -> None:
    _, profile = first_profile(tmp_path)
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    assert told_before(profile, find_table(path), NOTHING) is None


def test_of_money_alone_there_is_nothing_to_learn(tmp_path: Path) -> None:
    text = "Date,Type,Amount\n2024-01-31,Card,-5\n"
    given = Given({}, {"currency": "EUR"}, {})
    path, proposal = made(tmp_path, text, given)
    profile = parse_profile(profile_text("mine", proposal), "mine")
    assert told_before(profile, find_table(path), NOTHING) is None
