"""Profiles are parsed when they are asked for; what tells their files is read without the rest."""

from pathlib import Path

from folio.importers import catalogue, find_profiles, load_profiles
from folio.importers.profile import Signature
from folio.operations.read_files import choose_profile
from importing import PROFILES

SAMPLE = Path(__file__).parent / "wise" / "sample.csv"


def test_a_signature_is_that_of_the_whole_profile() -> None:
    for name, profile in PROFILES.items():
        whole = {key: getattr(profile, key) for key in Signature.model_fields}
        told = PROFILES.signatures[name]
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
