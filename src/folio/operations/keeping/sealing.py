"""Encrypting a backup with age: for recipients' keys, or with a passphrase.

The format is age's, so that a backup opens without folio, too: ``age -d FILE | gunzip > book.db``.
Recipients are public (``age1…``, ``ssh-ed25519 …``, or a file of them); identities and passphrases
are secret, and come from files, prompts and the environment, never from the command line.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from folio.db.file.files import read_little
from folio.errors import FolioError, UsageError
from folio.model.extras import install_with

_PUBLIC = "age1…, ssh-ed25519 …"
_SECRET = "AGE-SECRET-KEY-"
MAGIC = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")


class Seal(NamedTuple):
    """For whom a backup is encrypted: recipients, or whoever knows the passphrase."""

    recipients: tuple[str, ...] = ()
    passphrase: str | None = None


class Key(NamedTuple):
    """What opens a backup."""

    identities: tuple[Path, ...] = ()
    ask: Callable[[], str] | None = None  # for the passphrase, where no identity is named


def seal(source: Path, target: Path, how: Seal) -> None:
    """Encrypt a file into another.

    Raises:
        UsageError: for a recipient that is none.
        FolioError: where the extra is not installed.
    """
    pyrage = _pyrage()
    if how.passphrase is not None:  # age derives the key from it: the file is held in memory
        target.write_bytes(pyrage.passphrase.encrypt(source.read_bytes(), how.passphrase))
        return
    keys = [_recipient(pyrage, name, text) for name, text in _listed(how.recipients)]
    with source.open("rb") as reader, target.open("wb") as writer:
        pyrage.encrypt_io(reader, writer, keys)


def unseal(source: Path, target: Path, key: Key) -> None:
    """Decrypt a file into another.

    Raises:
        FolioError: where the key does not fit, the file was changed, or the extra is missing.
    """
    pyrage = _pyrage()
    try:
        if key.identities:
            found = [i for path in key.identities for i in _identities(pyrage, path)]
            with source.open("rb") as reader, target.open("wb") as writer:
                pyrage.decrypt_io(reader, writer, found)
        elif key.ask is not None:
            target.write_bytes(pyrage.passphrase.decrypt(source.read_bytes(), key.ask()))
        else:
            raise UsageError(f"{source} is encrypted; name a key with --identity")
    except pyrage.DecryptError as error:
        if "excessive work" in str(error).lower():  # age refuses what would take it many seconds
            raise FolioError(
                f"{source} would take this machine too long to open: its passphrase was stretched "
                "by a faster one, or this one is busy; try again when it is not, or on another"
            ) from None
        raise FolioError(
            f"{source} does not open ({str(error).lower()}): the key or the passphrase is another "
            "one, or the file was changed; see --identity and --passphrase-file"
        ) from None


def check_recipients(texts: Sequence[str]) -> None:
    """Refuse what is no recipient before a copy is made.

    Raises:
        UsageError: for the first one that is none.
    """
    pyrage = _pyrage()
    for name, text in _listed(texts):
        _recipient(pyrage, name, text)


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError:
        raise FolioError(
            "encrypted backups need the pyrage package; install it with: "
            f"{install_with('pyrage>=1.4')}"
        ) from None
    return pyrage


def _listed(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Recipients and what to call them, those in files too: one a line, # before a comment.

    A line of a file is called by its number, for a file may be that of secrets.
    """
    found: list[tuple[str, str]] = []
    for text in texts:
        if text.startswith(("age1", "ssh-")):
            found.append((repr(text), text))
            continue
        try:
            lines = read_little(Path(text).expanduser()).decode().splitlines()
        except (FolioError, UnicodeDecodeError):
            raise UsageError(
                f"{_called(text)} is no recipient ({_PUBLIC}) and no file of them"
            ) from None
        numbered = [(f"{text}:{n}", line.strip()) for n, line in enumerate(lines, 1)]
        here = [(name, line) for name, line in numbered if line and line[0] != "#"]
        if not here:
            raise UsageError(f"{text} has no recipient in it ({_PUBLIC}, one a line)")
        found += here
    return found


def _called(text: str) -> str:
    return "a secret key" if text.upper().startswith(_SECRET) else repr(text)


def _recipient(pyrage: Any, name: str, text: str) -> Any:
    if text.upper().startswith(_SECRET) or "PRIVATE KEY" in text:
        raise UsageError(f"{name} is a secret key; a backup is encrypted for the public one")
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except (pyrage.RecipientError, ValueError) as error:
        raise UsageError(f"{name} is no recipient of age ({_PUBLIC}): {error}") from None


def _identities(pyrage: Any, path: Path) -> list[Any]:
    """The secret keys of a file: age's own, one a line, or a key of SSH."""
    data = read_little(path.expanduser())
    try:
        if b"PRIVATE KEY" in data[:100]:
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode().splitlines()]
        keys = [line for line in lines if line.startswith(_SECRET)]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except (pyrage.IdentityError, ValueError) as error:
        raise UsageError(f"{path} holds no key of age or SSH that can be read: {error}") from None
    if not found:
        raise UsageError(f"{path} holds no secret key of age ({_SECRET}…) or SSH")
    return found
