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
        hint = near(word, known)
        raise UsageError(f"{word!r} is no {what}{hint}; say one of: {', '.join(known)}")
    return word


def near(name: str, known: Iterable[str]) -> str:
    """`` (did you mean …?)`` where something known comes close, else nothing.

    >>> near("Kraaken", ["Kraken", "Wise"]), near("house", ["House deposit"]), near("x", ["Wise"])
    (' (did you mean Kraken?)', ' (did you mean House deposit?)', '')
    """
    close = nearest(name, known)
    return f" (did you mean {' or '.join(close)}?)" if close else ""


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """What is known that begins like a name, else what comes close to it; three at most."""
    import difflib  # only where something is wrong

    by_lower = {k.casefold(): k for k in known}
    said = name.casefold()
    begun = [k for k in by_lower if said and k.startswith(said)]
    return [by_lower[k] for k in begun or difflib.get_close_matches(said, by_lower)][:3]


def system_says(error: OSError) -> str:
    """What is wrong in the words of the system, in small letters: ``no space left on device``."""
    return (error.strerror or str(error)).lower()


class CurrencyUnsaid(UsageError):
    """An amount without a currency may be in any of ``choices``; whoever recorded it said which."""

    def __init__(self, message: str, choices: tuple[str, ...]) -> None:
        super().__init__(message)
        self.choices = choices


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
