"""``folio help``: concepts in words."""

import shutil
import sys
from typing import Annotated, Any

import typer

from folio.errors import UsageError, near


def command(
    ctx: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="A concept, or a command.",
            show_default=False,
        ),
    ] = None,
    man: Annotated[bool, typer.Option("--man", help="Print the whole as a man page.")] = False,
) -> None:
    """Explain a concept: folio help lots. Without one, list them all.

    The man page: folio help --man > folio.1
    """
    from folio.cli.topics import ALSO, topics

    found, root = topics(), ctx.find_root().command
    if man:
        if topic:
            raise UsageError("--man is all of it; leave the topic out")
        from folio.cli.man import man_page

        print(man_page(root, found.values()), end="")
        return
    if not topic:
        _show(_contents())
        return
    name = "-".join(topic).lower()
    name = name if name in found else ALSO.get(name, name)
    if name in found:
        _show(found[name].text)
        return
    _help_of(root, topic)


def _contents() -> str:
    from folio.cli.topics import topics

    lines = [f"- **{name}**: {one.summary}" for name, one in topics().items()]
    return "\n".join(
        ["# Concepts", "", *lines, "", "Read one with `folio help TOPIC`, a command with "
         "`folio COMMAND --help`."]
    ) + "\n"  # fmt: skip


def _help_of(root: Any, words: list[str]) -> None:
    """The help of a command.

    Raises:
        UsageError: where it is neither that nor a topic; it names the nearest ones.
    """
    command, path = root, ["folio"]
    for word in words:
        if word not in getattr(command, "commands", {}):
            raise UsageError(_unknown(" ".join(words), root))
        command, path = command.get_command(None, word), [*path, word]
    command.make_context(" ".join(path), ["--help"])


def _unknown(word: str, root: Any) -> str:
    from folio.cli.topics import ALSO, topics

    hint = near(word, [*topics(), *ALSO, *root.commands])
    return f"there is no topic {word!r}{hint}; see: folio help"


def _show(text: str) -> None:
    """Markdown set out on a terminal, in a pager where it is long; as it is elsewhere."""
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    from folio.cli import preferences
    from folio.cli.pager import page

    size = shutil.get_terminal_size()
    never = preferences.value("color") == "never"
    console = Console(width=min(size.columns, 88), no_color=never or None)
    with console.capture() as capture:
        console.print(Markdown(text, code_theme="ansi_dark", justify="left"))
    out = "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
    if out.count("\n") >= size.lines:
        page(out)
    else:
        sys.stdout.write(out)
