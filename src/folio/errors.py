"""What can go wrong, and the exit code that says so.

Every message is one sentence that names what is wrong, where, and what to do
next.  A class of its own exists only where somebody catches it differently.
"""

from collections.abc import Iterable
from pathlib import Path


class FolioError(Exception):
    """Refused: the book is as it was before.  Exit code 1."""

    exit_code = 1


class UsageError(FolioError):
    """The words of the command are wrong: an option, a date, a number.  Exit code 2."""

    exit_code = 2


def one_of(word: str, words: Iterable[str], what: str) -> str:
    """The word, if it is one of these.

    Raises:
        UsageError: listing them.
    """
    known = tuple(words)
    if word not in known:
        raise UsageError(f"{word!r} is no {what}; say one of: {', '.join(known)}")
    return word


def system_says(error: OSError) -> str:
    """What is wrong in the words of the system, in small letters: ``no space left on device``."""
    return (error.strerror or str(error)).lower()


class BookBusy(FolioError):
    """Another process is writing to the book.  Exit code 4."""

    exit_code = 4


class UnknownName(FolioError):
    """A name that the book does not know; ``--create`` would make it where that is offered."""


class UnknownStatement(FolioError):
    """A file that no profile and no format fits, or that several profiles fit: ``profiles``.

    It ``is_text``, or there is nothing in it to make a profile from.
    """

    def __init__(
        self, message: str, profiles: tuple[str, ...] = (), *, is_text: bool = True
    ) -> None:
        super().__init__(message)
        self.profiles = profiles
        self.is_text = is_text


class BadRows(FolioError):
    """Several lines of one input are wrong; the message lists each with its number."""


class UnknownWords(BadRows):
    """A statement has rows of which its profile does not know what they are."""

    def __init__(self, message: str, path: Path, profile: str) -> None:
        super().__init__(message)
        self.path = path
        self.profile = profile
