"""Passphrases: from a file, the environment or a prompt, never from the command line."""

import os
import sys
from pathlib import Path
from typing import Annotated

from folio.cli.options import option
from folio.errors import UsageError

VARIABLE = "FOLIO_BACKUP_PASSPHRASE"
PassphraseFile = Annotated[
    Path | None,
    option("--passphrase-file", "FILE", "The passphrase is the first line of this file.", ...),
]


def stated_passphrase(file: Path | None) -> str | None:
    """What a file or the environment says, in this order; None where neither does.

    Raises:
        UsageError: where that is empty.
    """
    if file is not None:
        from folio.db.file.files import read_little

        try:
            said = read_little(file.expanduser()).decode().partition("\n")[0].rstrip("\r")
        except UnicodeDecodeError:
            raise UsageError(f"{file} is not UTF-8; it holds no passphrase") from None
        origin = str(file)
    elif VARIABLE in os.environ:
        said, origin = os.environ[VARIABLE], f"the variable {VARIABLE}"
    else:
        return None
    if not said:
        raise UsageError(f"{origin} holds no passphrase")
    return said


def new_passphrase(file: Path | None) -> str:
    """What is stated, else what somebody types twice alike.

    Raises:
        UsageError: where there is no terminal, or the two differ.
    """
    if (stated := stated_passphrase(file)) is not None:
        return stated
    first = ask_passphrase()
    if first != ask_passphrase("once more: "):
        raise UsageError("the two passphrases differ; begin again")
    return first


def ask_passphrase(prompt: str = "passphrase: ") -> str:
    """What somebody types at a terminal, unseen.

    Raises:
        UsageError: where there is no terminal, or nothing is typed.
    """
    import getpass

    if not sys.stdin.isatty():
        raise UsageError(f"a script says the passphrase by {VARIABLE} or --passphrase-file")
    said = getpass.getpass(prompt)
    if not said:
        raise UsageError("an empty passphrase keeps nothing secret")
    return said
