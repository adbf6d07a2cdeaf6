"""Every folder beside this file is a statement and what must come out of it.

The figures in expected.json are worked out by hand.
"""

import json
import zoneinfo
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from folio.importers import find_profiles, load_profiles, read_statement
from folio.importers.recognition.signatures import find_format
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import Leg

PROFILES = load_profiles(None)
FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
# Of formats that need no profile.
FORMATTED = sorted(path.parent for path in Path(__file__).parent.glob("formats/*/expected.json"))


def sums(legs: Iterable[Leg]) -> dict[str, str]:
    """Net quantity by asset, without those that net to nothing."""
    totals: dict[str, Decimal] = {}
    for leg in legs:
        totals[str(leg.asset)] = totals.get(str(leg.asset), Decimal(0)) + leg.quantity
    return {asset: to_text(total) for asset, total in totals.items() if total}


def figures(statement: Statement) -> dict[str, object]:
    legs = [leg for draft in statement.drafts for leg in draft.legs]
    return {
        "profile": statement.profile,
        "rows": len(statement.rows),
        "skipped": sum(row.status == SKIPPED for row in statement.rows),
        "kinds": dict(Counter(draft.kind for draft in statement.drafts)),
        "cash": sums(leg for leg in legs if leg.asset.type == "currency"),
        "holdings": sums(leg for leg in legs if leg.asset.type != "currency"),
        "fees": sums(leg for leg in legs if leg.role == "fee"),
        "taxes": sums(leg for leg in legs if leg.role == "tax"),
        "balances": sorted(
            [str(stated.asset), to_text(stated.balance), str(stated.day)]
            for stated in statement.balances
        ),
        "days": [str(draft.occurred_on) for draft in statement.drafts],
        "notes": len(statement.notes),
    }


def expected_of(folder: Path) -> tuple[dict[str, object], zoneinfo.ZoneInfo]:
    """What must come out of the sample in a folder, in a book of this zone."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    zone = zoneinfo.ZoneInfo(expected.pop("zone"))
    expected = {"skipped": 0, "balances": [], "notes": 0} | expected
    expected["balances"].sort()
    return expected, zone


def text_of(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_sample_comes_out_as_expected(folder: Path) -> None:
    expected, zone = expected_of(folder)
    path = folder / "sample.csv"

    assert [profile.name for profile in find_profiles(path, PROFILES)] == [expected["profile"]]
    statement = read_statement(path, PROFILES[str(expected["profile"])], zone)

    assert [row for row in statement.rows if row.status == BAD] == []
    assert figures(statement) == expected


@pytest.mark.parametrize("folder", FORMATTED, ids=lambda folder: folder.name)
def test_the_sample_of_a_format_comes_out_as_expected(folder: Path) -> None:
    expected, zone = expected_of(folder)
    (path,) = folder.glob("sample.*")
    found = find_format(path)
    assert found is not None
    statement = found.read(path, zone)
    assert [row for row in statement.rows if row.status == BAD] == []
    assert figures(statement) == expected

    booked = {row.line for row in statement.rows if row.status == "booked"}
    assert booked == {line for draft in statement.drafts for line in draft.lines}
    parts = sorted([*((row.line, row.text) for row in statement.rows), *statement.around])
    kept = "".join("".join(text.split()) for _, text in parts)
    assert kept == "".join(text_of(path).split())
    identities = [(draft.account, draft.external_id) for draft in statement.drafts]
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_row_is_accounted_for(folder: Path) -> None:
    profile = PROFILES[json.loads((folder / "expected.json").read_text())["profile"]]
    statement = read_statement(folder / "sample.csv", profile, zoneinfo.ZoneInfo("UTC"))
    lines = (folder / "sample.csv").read_text(encoding="utf-8").split("\n")

    booked = {row.line for row in statement.rows if row.status == "booked"}
    assert booked == {line for draft in statement.drafts for line in draft.lines}
    assert all(row.text == lines[row.line - 1] for row in statement.rows)
    assert all(row.reason for row in statement.rows if row.status == SKIPPED)
    identities = [(draft.account, draft.external_id) for draft in statement.drafts]
    assert len(set(identities)) == len(identities)
    assert all(leg.quantity for draft in statement.drafts for leg in draft.legs)
