"""Rules that hold the other way round, too; what they move is worked by hand."""

import zoneinfo
from pathlib import Path

import pytest

from folio.errors import FolioError
from folio.importers import parse_profile, read_statement
from folio.model.numbers import to_text

PROFILE = """
name = "mine"
title = "Mine"
institution = "Mine"
institution_type = "broker"
account_type = "brokerage"
tracks_cash = true
[header]
require = ["Day", "Side", "Share", "Units", "Worth", "Fee"]
[date]
column = ["Day"]
formats = ["%Y-%m-%d"]
[texts]
side = "Side"
share = "Share"
[amounts]
units = "Units"
worth = "Worth"
fee = "Fee"
[assets]
share = "share"
[legs]
traded = [
    { role = "asset", asset = "share", quantity = "units" },
    { role = "cash", currency = "'EUR'", quantity = "-worth" },
    { role = "fee", currency = "'EUR'", quantity = "-fee?" },
]
[[rules]]
when = { side = "Kauf", units = { sign = "+" } }
turned = { side = "Verkauf" }
kind = "buy"
legs = "traded"
[identity]
fields = ["day", "side", "share", "units"]
"""


def test_units_and_money_go_the_other_way_and_a_fee_is_one_all_the_same(tmp_path: Path) -> None:
    """What the sale has of its rule's other conditions stays: units of 0 are no sale."""
    path = tmp_path / "file.csv"
    path.write_text(
        "Day,Side,Share,Units,Worth,Fee\n"
        "2024-01-02,Kauf,VWCE,3,300,1.50\n"
        "2024-01-03,Verkauf,VWCE,2,220,1.50\n"
        "2024-01-04,Verkauf,VWCE,0,0,0\n"
    )
    statement = read_statement(path, parse_profile(PROFILE, "mine"), zoneinfo.ZoneInfo("UTC"))
    moved = [[d.kind, *(to_text(leg.quantity) for leg in d.legs)] for d in statement.drafts]
    assert moved == [["buy", "3", "-300", "-1.5"], ["sell", "-2", "220", "-1.5"]]
    assert [(row.line, row.status) for row in statement.rows][2:] == [(4, "bad")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "buy"', 'kind = "reward"'),
        ('legs = "traded"', 'legs = "nothing"'),
        ('turned = { side = "Verkauf" }', "turned = 3"),
    ],
)
def test_what_has_no_other_way_is_refused(old: str, new: str) -> None:
    with pytest.raises(FolioError, match="turned is of rules with legs whose kind is trade, buy"):
        parse_profile(PROFILE.replace(old, new), "mine")
