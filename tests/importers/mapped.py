"""What a profile that was made from a file reads in it."""

import zoneinfo
from pathlib import Path

from folio.importers import find_profiles, parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import to_text
from folio.model.statements import Statement

UTC = zoneinfo.ZoneInfo("UTC")


def given(*words: str) -> Given:
    """``set:currency=EUR`` and so on; that the money of trades is there, too, is said."""
    parts: dict[str, dict[str, str]] = {"column": {}, "set": {"cash": "yes"}, "kind": {}}
    for word in words:
        part, _, pair = word.partition(":")
        key, _, value = pair.partition("=")
        parts[part][key] = value
    return Given(parts["column"], parts["set"], parts["kind"])


def questions(folder: Path, text: str, *words: str) -> list[str]:
    """The options that answer what is asked."""
    path = folder / "file.csv"
    path.write_text(text, "utf-8")
    return [one.option for one in propose(find_table(path), given(*words)).questions]


def read(folder: Path, text: str, *words: str) -> Statement:
    """What the profile made from a file reads in it."""
    assert questions(folder, text, *words) == []
    path = folder / "file.csv"
    made = profile_text("mine", propose(find_table(path), given(*words)))
    profile = parse_profile(made, "mine")
    assert find_profiles(path, {"mine": profile}) == [profile]
    return read_statement(path, profile, UTC)


def said(statement: Statement) -> list[str]:
    """Day, kind and legs of each transaction, oldest first."""
    return [
        f"{draft.occurred_on} {draft.kind} "
        + ", ".join(f"{leg.role} {leg.asset} {to_text(leg.quantity)}" for leg in draft.legs)
        for draft in statement.drafts
    ]
