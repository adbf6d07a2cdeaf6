"""Statements of banks, brokers and exchanges: file → Statement.

>>> profiles = load_profiles(None)
>>> profiles["kraken_ledgers"].codes["XXBT"]
'BTC'
"""

from folio.importers.catalogue import load_profiles, parse_profile
from folio.importers.csv_file import find_profiles, read_statement
from folio.importers.profile import Profile
from folio.importers.text_file import file_sha256

__all__ = [
    "Profile",
    "file_sha256",
    "find_profiles",
    "load_profiles",
    "parse_profile",
    "read_statement",
]
