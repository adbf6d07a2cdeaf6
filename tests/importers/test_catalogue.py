"""Profiles are parsed when they are asked for; what tells their files is read without the rest."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from folio.importers import find_profiles, load_profiles
from folio.importers.cells.rows import normalised
from folio.importers.language import catalogue
from folio.importers.language.profile import Signature
from folio.operations.importing.read_files import choose_profile
from importing import PROFILES

SAMPLE = Path(__file__).parent / "wise" / "sample.csv"


def test_a_signature_is_that_of_the_whole_profile() -> None:
    signatures = PROFILES.signatures()
    for name, profile in PROFILES.items():
        whole = {key: getattr(profile, key) for key in Signature.model_fields}
        told = signatures[name]
        assert {key: getattr(told, key) for key in Signature.model_fields} == whole
        assert profile.name == name  # a shipped one is found by the name of its file


def test_only_the_profile_of_a_file_is_parsed() -> None:
    catalogue.parse_profile.cache_clear()
    found = choose_profile(SAMPLE, load_profiles(None), None)
    assert (found.name, catalogue.parse_profile.cache_info().misses) == ("wise", 1)


def test_one_of_the_users_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    text = catalogue.profile_text("wise", None).replace('title = "Wise', 'title = "My Wise')
    (tmp_path / "any.toml").write_text(text, "utf-8")
    (found,) = find_profiles(SAMPLE, load_profiles(tmp_path))
    assert found.title.startswith("My Wise")
    assert found is load_profiles(tmp_path)["wise"]


def test_what_a_file_lacks_is_seen_at_a_glance() -> None:
    """Of a shipped profile nearly any column that it asks for, by any of its names."""
    missed, seen = [], 0
    for name, told in PROFILES.signatures().items():
        text = catalogue.profile_text(name, None)
        asked = [{*map(normalised, variants)} for variants in told.header.require]
        assert catalogue.may_be_of(text, " ".join(word for words in asked for word in words))
        for lacking in asked:
            head = " ".join(word for variants in asked for word in variants - lacking)
            if not any(word in head or not word.isascii() or "{" in word for word in lacking):
                seen += 1
                missed += [name] if catalogue.may_be_of(text, head) else []
    assert len(missed) < seen / 10, missed


SHIPPED = sorted(Path(catalogue.__file__).parent.glob("profiles/*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_name_of_a_column_is_read(path: Path) -> None:
    """What [texts] and [amounts] define stands in a rule, a leg, an asset or another name."""
    profile = tomllib.loads(path.read_text("utf-8"))
    columns = {key: profile.pop(key, {}) for key in ("texts", "amounts")}
    for key in ("name", "title", "institution", "file", "header", "patterns"):
        profile.pop(key, None)
    used = set(named(profile))
    for form in [form for forms in columns.values() for form in forms.values()]:
        if isinstance(form, dict):
            used |= set(
                named({key: form[key] for key in ("value", "unit_of", "when") if key in form})
            )
        used |= set(re.findall(r"{([a-z_]+)}", str(form)))  # a part of a column's name
    defined = {name for forms in columns.values() for name in forms}
    assert defined - used == set()


def named(part: Any, *, tests: bool = False) -> Iterator[str]:
    """The names in a part of a profile; of a condition what it tests, not what it looks for."""
    if isinstance(part, dict):
        for key, value in part.items():
            if tests:
                yield str(key)
                if isinstance(value, dict):
                    yield value.get("same_as", "")
            else:
                yield from named(value, tests=key == "when")
    elif isinstance(part, list):
        for one in part:
            yield from named(one)
    elif isinstance(part, str):
        yield from re.findall(r"[A-Za-z_][A-Za-z0-9_]*", part)
