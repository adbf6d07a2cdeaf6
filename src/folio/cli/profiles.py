"""The profiles that folio ships, and the user's own beside the book."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from folio.cli import context

if TYPE_CHECKING:
    from folio.importers import Profile
    from folio.importers.language.catalogue import Catalogue
    from folio.importers.language.profile import Signature


class AllProfiles(Mapping[str, "Profile"]):
    """Every profile by name, read when the first is asked for.

    One of the user's takes the place of a shipped one, and what was ``made`` just now of both.
    """

    def __init__(self, made: "Mapping[str, Profile]") -> None:
        self._made = made

    @cached_property
    def _profiles(self) -> "Catalogue":
        from folio.importers import load_profiles

        folder = context.book_path().parent / "profiles"
        return load_profiles(folder if folder.is_dir() else None, self._made)

    def signatures(self, head: str | None) -> "Mapping[str, Signature]":
        """What tells the files of each, without those that a file with that head is not of."""
        return self._profiles.signatures(head)

    @property
    def files(self) -> "Mapping[str, Path]":
        """The files of the user's own, by the name of the profile."""
        return self._profiles.files

    def __getitem__(self, name: str) -> "Profile":
        return self._profiles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._profiles)

    def __len__(self) -> int:
        return len(self._profiles)


def all_profiles(made: "Mapping[str, Profile] | None" = None) -> AllProfiles:
    """Every profile by name; one of the user's takes the place of a shipped one."""
    return AllProfiles(made or {})
