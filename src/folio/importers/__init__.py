"""Statements of banks, brokers and exchanges: file → Statement.

>>> from folio.importers import load_profiles
>>> profiles = load_profiles(None)
>>> profiles["kraken_ledgers"].codes["XXBT"]
'BTC'
"""

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from folio.importers.files.text_file import file_sha256
    from folio.importers.language.catalogue import load_profiles, parse_profile, written_as
    from folio.importers.language.profile import Profile
    from folio.importers.recognition.csv_file import find_profiles, read_statement

__all__ = [
    "Profile",
    "file_sha256",
    "find_profiles",
    "load_profiles",
    "parse_profile",
    "read_statement",
    "written_as",
]
# Loaded when they are asked for: a file that is known needs no profile, and profiles need
# pydantic, which costs more to load than such a file to look up.
_MODULES = {
    "Profile": "language.profile",
    "file_sha256": "files.text_file",
    "find_profiles": "recognition.csv_file",
    "load_profiles": "language.catalogue",
    "parse_profile": "language.catalogue",
    "read_statement": "recognition.csv_file",
    "written_as": "language.catalogue",
}

# No plugin of pydantic has a say in what a profile means; to look for them, all that is installed
# would be looked through.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
