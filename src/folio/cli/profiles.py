"""The profiles that folio ships, and the user's own beside the book."""

from typing import TYPE_CHECKING

from folio.cli import context

if TYPE_CHECKING:
    from folio.importers import Profile


def all_profiles() -> "dict[str, Profile]":
    """Every profile by name; one of the user's takes the place of a shipped one."""
    from folio.importers import load_profiles

    folder = context.book_path().parent / "profiles"
    return load_profiles(folder if folder.is_dir() else None)
