"""The command line's door: the table of commands, and the one error boundary."""

import functools
import io
import os
import sys
from pathlib import Path
from typing import Any

import typer
from typer.main import get_group

from folio import __version__
from folio.cli import context, preferences
from folio.cli.lazy import Sections, new_app
from folio.cli.options import flag, option
from folio.cli.text import drop, edit_messages, for_people, warn
from folio.errors import FolioError, UsageError

_IN = "folio.cli.commands"

COMMANDS: Sections = {
    "Begin": {
        "init": (f"{_IN}.init", "Make a book."),
        "demo": (f"{_IN}.demo", "Make a book with an invented portfolio, to look around in."),
        "status": (f"{_IN}.status", "List what wants attention, and what settles it."),
        "help": (f"{_IN}.help", "Explain a concept: lots, transfers, returns …"),
    },
    "What you own": {
        "institution": (f"{_IN}.institution", "Banks, brokers and exchanges."),
        "account": (f"{_IN}.account", "Accounts: add, list, freeze, close."),
        "asset": (f"{_IN}.asset", "Assets: add, list, correct, merge."),
        "holding": (f"{_IN}.holding", "Holdings: add, list, hide, leave out of totals."),
        "group": (f"{_IN}.group", "Groups of holdings and accounts."),
        "vault": (f"{_IN}.vault", "Savings goals and their progress."),
        "yield": (f"{_IN}.yield_", "What holdings earn: rates, days of payment, what is owed."),
    },
    "Record": {
        "add-tx": (f"{_IN}.add_tx", "Record a transaction, or a batch of them."),
        "observe": (f"{_IN}.observe", "Record a balance as you see it."),
        "reconcile": (f"{_IN}.reconcile", "Gaps between balances and the ledger: list, answer."),
        "import": (f"{_IN}.import_", "Record statements, every row once."),
        "profile": (f"{_IN}.profile", "How to read each institution's files."),
        "transfers": (f"{_IN}.transfers", "Transfers that wait for their other end."),
        "price": (f"{_IN}.price", "Prices: add, import, list."),
        "accrue": (f"{_IN}.accrue", "Book the interest that is due, every payment once."),
        "undo": (f"{_IN}.undo", "Undo a transaction."),
        "amend": (f"{_IN}.amend", "Correct a transaction: undo it and record it anew."),
    },
    "Ask": {
        "report": (f"{_IN}.report", "Holdings, gains, income, history, allocation and more."),
        "explain": (f"{_IN}.explain", "Say how a figure is made, down to the statement's line."),
        "register": (f"{_IN}.register", "List transactions."),
        "lots": (f"{_IN}.lots", "Open lots with their cost, and how long they were held."),
        "what-if": (f"{_IN}.what_if", "What a sale would gain by every lot method."),
        "changes": (f"{_IN}.changes", "What changed since, and because of what."),
        "coverage": (f"{_IN}.coverage", "What is known of each holding, and how well."),
        "sql": (f"{_IN}.sql", "Ask in SQL, on views that stay as they are."),
        "web": (f"{_IN}.web", "Look at the book in a browser, read-only."),
    },
    "Keep": {
        "rollup": (f"{_IN}.rollup", "Bring the daily figures up to today, for cron."),
        "rebuild": (f"{_IN}.rebuild", "Compute everything derived again from the facts."),
        "export": (f"{_IN}.export", "The book for beancount, hledger, spreadsheets, or whole."),
        "verify": (f"{_IN}.verify", "Check the book against every rule."),
        "doctor": (
            f"{_IN}.doctor",
            "Find what is wrong with the book, and repair what is no fact.",
        ),
        "backup": (f"{_IN}.backup", "Make a verified, packed copy; list them."),
        "restore": (f"{_IN}.restore", "Bring a backup back."),
        "lock": (f"{_IN}.lock", "Lock the past: its figures stay as they are."),
        "config": (f"{_IN}.config", "Settings of the book, and how you like folio."),
        "completion": (f"{_IN}.completion", "Complete commands with the tab key."),
    },
}

app = new_app(
    "A portfolio tracker to keep for thirty years, over one SQLite file.",
    COMMANDS,
    takes_yours=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"folio {__version__}")
        raise typer.Exit


@app.callback(epilog="Every command explains itself: folio COMMAND --help; concepts: folio help")
def _root(
    db: Path | None = option(
        "--db", "PATH", "The book; else $FOLIO_DB, else one in your data folder."
    ),
    into_lock: bool = flag("--into-lock", "Record it though it changes figures of locked days."),
    private: bool | None = flag("--private/--no-private", "Hide amounts; percentages stay.", None),
    pager: bool | None = flag("--pager/--no-pager", "Long tables in a pager on a terminal.", None),
    color: str | None = option("--color", "WHEN", "auto, always or never."),
    version: bool = flag("--version", "Print the version.", callback=_show_version, is_eager=True),
) -> None:
    context.choose_book(db)
    context.choose_into_lock(into_lock)
    preferences.say("private", private)
    preferences.say("paged", pager)
    preferences.say("color", color and preferences.KEYS["color"].read(color))


def main() -> int:
    """Run folio; return its exit code."""
    _write_all()
    for_people()
    return run(sys.argv[1:])


def _write_all() -> None:
    """With PYTHONUNBUFFERED, what a full disk takes of a text counts as the whole of it."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and isinstance(out.buffer, io.RawIOBase):
        how = out.encoding, out.errors
        whole = io.BufferedWriter(out.detach())
        sys.stdout = io.TextIOWrapper(whole, *how, line_buffering=True)
        if sys.__stdout__ is out:  # which is asked how wide the terminal is
            sys.__stdout__ = sys.stdout  # type: ignore[misc]


def run(arguments: list[str]) -> int:
    """Run a command line; return its exit code.  Every error ends here as one sentence."""
    context.begin(arguments)
    edit_messages(_without_amounts)
    try:
        if shell := os.environ.get("_FOLIO_COMPLETE"):
            from folio.cli.completion.line import complete_line

            return complete_line(shell, arguments, _commands())
        return _invoke(_book_first(arguments))
    except BrokenPipeError:
        return _reader_has_gone()
    except (KeyboardInterrupt, typer.Abort) as stop:
        print(file=sys.stderr)
        if stop.args:
            warn(f"stopped; {stop}")
        return 130
    except typer.TyperException as error:
        from folio.cli.usage import say_usage  # only where something is wrong

        return say_usage(error)
    except Exception as error:
        return _refuse(error)


def _without_amounts(message: str) -> str:
    """A message, its amounts hidden where that is asked for."""
    if not preferences.is_private():
        return message
    from folio.cli.render.shaping import hidden_text

    return hidden_text(message)


@functools.cache
def _commands() -> Any:
    """All commands, made once a process, however many of them it runs."""
    return get_group(app)


def _invoke(arguments: list[str]) -> int:
    code = 0
    try:
        with _commands().make_context("folio", arguments) as ctx:
            ctx.command.invoke(ctx)
    except typer.Exit as stop:
        code = stop.exit_code
    sys.stdout.flush()
    return code


_FOR_ALL = {"--into-lock", "--private", "--no-private", "--pager", "--no-pager"}


def _book_first(arguments: list[str]) -> list[str]:
    """The arguments with what is for every command moved to the front: it may stand anywhere."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments[:end])
    for word in words:
        if word in ("--db", "--color"):
            first += [word, *(value for value in [next(words, None)] if value is not None)]
        elif word in _FOR_ALL or word.startswith(("--db=", "--color=")):
            first.append(word)
        else:
            rest.append(word)
    return first + rest + arguments[end:]


def _refuse(error: Exception) -> int:
    if os.environ.get("FOLIO_DEBUG"):
        raise error
    known = error if isinstance(error, FolioError) else _translated(error)
    known = known or _damage()
    if known is not None:
        warn(str(known))
        return known.exit_code
    warn(
        f"this is a bug in folio: {type(error).__name__}: {error}\n"
        "run with FOLIO_DEBUG=1 for the traceback"
    )
    return 1


def _translated(error: Exception) -> FolioError | None:
    """An error of SQLite or of the file system as a sentence of folio."""
    sqlite = sys.modules.get("sqlite3")
    if sqlite is not None and isinstance(error, sqlite.Error):
        from folio.db.file.connection import translated

        try:
            with translated(context.book_path()):
                raise error
        except FolioError as known:
            return known
        except sqlite.Error:
            return None
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return UsageError(
            f"{context.not_utf_8() or 'a text'} has bytes that are no UTF-8, which the name of a "
            "file may have and nothing else; write it in UTF-8"
        )
    if isinstance(error, OverflowError) and "SQLite" in str(error):
        return FolioError(
            "a number is too large for the book: the number of a row, or what is worth more than "
            "18 digits of cents; check what was typed, and the prices and quantities before it"
        )
    if isinstance(error, OSError) and error.strerror:
        if error.filename is None:  # a write to standard output
            drop(sys.stdout)
        named = error.filename if isinstance(error.filename, str | os.PathLike) else "the output"
        return FolioError(f"{os.fspath(named)}: {error.strerror.lower()}")
    return None


def _damage() -> FolioError | None:
    """What is wrong with the book, where what it holds may have led to an error."""
    if "folio.db.file.connection" not in sys.modules:
        return None
    from folio.operations.keeping.verify import damage

    return damage(context.book_path())


def _reader_has_gone() -> int:
    """``folio … | head``: say nothing, and leave like any program that a closed pipe ends."""
    drop(sys.stdout)
    return 141
