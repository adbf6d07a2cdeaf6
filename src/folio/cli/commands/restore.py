"""``folio restore``: a backup in the place of the book."""

from pathlib import Path
from typing import Annotated

from folio.cli import context
from folio.cli.options import argument, flag, option
from folio.cli.secrets import PassphraseFile, ask_passphrase, stated_passphrase
from folio.cli.text import say


def command(
    source: Annotated[Path, argument("FILE", "What folio backup made.")],
    to: Path | None = option("--to", "PATH", "Here; else in the book's place."),
    force: bool = flag("--force", "Though a book is there: it is kept beside, by another name."),
    identity: list[Path] | None = option(
        "--identity", "FILE", "The secret key that opens it, of age or SSH; repeatable."
    ),
    passphrase_file: PassphraseFile = None,
) -> None:
    """Open a backup, verify it, and put it in its place; a book there is never lost.

    folio restore backups/folio-20250630-120000Z-a2d2146b.db.gz --force
    """
    from folio.operations.keeping.bring_back import bring_back
    from folio.operations.keeping.sealing import Key

    book = to.expanduser() if to else context.book_path()
    stated = stated_passphrase(passphrase_file)
    key = Key(tuple(identity or ()), ask_passphrase if stated is None else lambda: stated)
    done = bring_back(source.expanduser(), book, context.now(), force=force, key=key)
    commits = done.head.partition("-")[0]
    say(f"restored {book} from {source.name}, up to commit {commits}; verified")
    if done.kept is not None:
        say(f"the book that was there is {done.kept}")
