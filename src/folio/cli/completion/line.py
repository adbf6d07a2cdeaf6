"""What the tab key offers for a line that is not finished.

Commands and options come from the table of commands, values from
:mod:`folio.cli.completion.values` by the parameter's name, else from its type.  Nothing is
written, and nothing ever fails: where there is no book, or no answer, nothing is offered.
"""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from folio.cli import context, yours
from folio.cli.completion import shells, values
from folio.cli.completion.shells import Current, Offer

_FILES = ("FILE", "PATH", "FOLDER")  # metavars


def complete_line(shell: str, arguments: Sequence[str], root: Any) -> int:
    """Answer a shell that asks on behalf of the tab key; returns the exit code."""
    if shell == "bash":
        said = os.environ.get("_FOLIO_LINE", ""), os.environ.get("_FOLIO_BREAKS", "")
        words, current = shells.said_by_bash(*said)
    else:
        words, last = list(arguments[:-1]), (arguments or [""])[-1]
        current = Current(shells.unquoted(last) if shell == "fish" else last)
    offers: list[Offer] | None = []
    with contextlib.suppress(Exception):
        offers = offers_for(words, current.text, root)
    sys.stdout.write("files\n" if offers is None else "words\n")
    sys.stdout.write(shells.answer(shell, offers or [], current))
    return 0


def offers_for(words: list[str], text: str, root: Any) -> list[Offer] | None:
    """What can stand in place of ``text`` after ``words``; None: names of files.

    ``--account=Ma`` is offered whole, ``--account=Main``.
    """
    words = _book_taken_out(words)
    if words and words[-1] == "--db":
        return None
    flag, equals, value = text.partition("=") if text.startswith("--") else ("", "", text)
    if equals:
        found = offers_for([*words, flag], value, root)
        return found and [Offer(f"{flag}={one.value}", one.about) for one in found]
    command, path, rest = _command_of(root, words)
    found = []
    if hasattr(command, "commands") and not rest:
        found += _commands(command, path, text)
        default = getattr(command, "default", "")
        if not default:
            return _fit([*found, *_options(command, text)], text)
        command, path = command.get_command(None, default), [*path, default]
    own = _values(command, path, rest, text)
    offers = _fit([*found, *(own or [])], text)
    return None if own is None and not (text and offers) else offers


def _fit(offers: list[Offer], text: str) -> list[Offer]:
    """The offers that begin with ``text``, in either case, and can stand in a line."""
    wanted = text.casefold()
    kept = {o.value: o for o in offers if o.value.casefold().startswith(wanted)}
    return [
        Offer(value, _one_line(about))
        for value, about in kept.values()
        if value.isprintable() and value
    ]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _book_taken_out(words: list[str]) -> list[str]:
    """The words without ``--db PATH``, which chooses whose names are offered."""
    rest: list[str] = []
    following = iter(words)
    for word in following:
        flag, _, value = word.partition("=")
        if flag != "--db":
            rest.append(word)
        elif value or (value := next(following, "")):
            context.choose_book(Path(value))
        else:
            rest.append(word)
    return rest


def _command_of(root: Any, words: list[str]) -> tuple[Any, list[str], list[str]]:
    """The command that the words name, its path, and the words that are left for it."""
    command, path = root, list[str]()
    while hasattr(command, "commands") and words:
        if words[0] in command.commands:
            command, path, words = command.get_command(None, words[0]), [*path, words[0]], words[1:]
        elif default := getattr(command, "default", ""):
            return command.get_command(None, default), [*path, default], words
        elif words[0].startswith("-"):  # an option for every command
            words = words[1:]
        else:
            break
    return command, path, words


def _commands(group: Any, path: list[str], text: str) -> list[Offer]:
    names = [Offer(n, (c.help or "").split("\n")[0]) for n, c in group.commands.items()]
    if getattr(group, "takes_yours", False):
        names += [Offer(name, f"runs folio-{name}") for name in yours.names(group.commands)]
    return [one for one in names if one.value != getattr(group, "default", "")]


def _options(command: Any, text: str) -> list[Offer]:
    """The options of a command, once a dash is there."""
    if not text.startswith("-"):
        return []
    found = []
    for one in command.get_params(command.context_class(command)):
        if one.param_type_name == "option" and not one.hidden:
            flags = [*one.opts, *one.secondary_opts]
            found += [Offer(flag, one.help or "") for flag in flags if flag.startswith("--")]
    return found


def _values(command: Any, path: list[str], words: list[str], text: str) -> list[Offer] | None:
    """What a command's next word can be; None: the name of a file."""
    from typer._click.shell_completion import _resolve_incomplete

    ctx = command.make_context(path[-1] if path else "folio", list(words), resilient_parsing=True)
    found, text = _resolve_incomplete(ctx, words, text)
    parameter: Any = found
    if parameter is command:
        return _options(command, text)
    if offer := values.by_name(path, parameter, ctx.params):
        return [Offer(*one) for one in offer(text)]
    items = parameter.shell_complete(ctx, "")  # Typer would mind the case
    if (parameter.metavar or "").strip("[]").startswith(_FILES):
        return None
    return [Offer(str(item.value), item.help or "") for item in items]
