"""``folio help``: concepts in words; ``--man``: a man page of the same words."""

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from folio import __version__
from folio.cli.options import argument, flag
from folio.cli.topics import Topic
from folio.errors import UsageError, near


def command(
    ctx: typer.Context,
    topic: list[str] | None = argument("[TOPIC]", "A concept, or a command.", None),
    man: bool = flag("--man", "Print the whole as a man page."),
) -> None:
    """Explain a concept: folio help lots. Without one, list them all.

    The man page: folio help --man > folio.1
    """
    from folio.cli.topics import ALSO, topics

    found, root = topics(), ctx.find_root().command
    if man:
        if topic:
            raise UsageError("--man is all of it; leave the topic out")

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


_ENVIRONMENT = (
    ("FOLIO_DB", "the book"),
    ("FOLIO_CONFIG", "the user's configuration file; empty: no file at all"),
    ("FOLIO_CURRENCY, FOLIO_OUTPUT, FOLIO_PRIVATE, FOLIO_COLOR, FOLIO_PAGER, FOLIO_DATE_STYLE",
     "as in the configuration file"),
    ("FOLIO_TODAY, FOLIO_NOW", "the day and the instant that count as now"),
    ("NO_COLOR, PAGER, LESS", "as everywhere"),
)  # fmt: skip


def man_page(root: Any, topics: Iterable[Topic]) -> str:
    """The page in the man macros of roff."""
    lines = [
        f'.TH FOLIO 1 "" "folio {__version__}" "User Commands"',
        ".SH NAME", f"folio \\- {inline(_lowered(root.help))}",
        ".SH SYNOPSIS", ".B folio", "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        "Each command explains itself with \\fB\\-\\-help\\fR; concepts follow below, and",
        "are shown one by one by \\fBfolio help\\fR \\fITOPIC\\fR.",
        ".SH OPTIONS", *_options(root),
        ".SH COMMANDS", *_commands(root),
    ]  # fmt: skip
    for topic in topics:
        lines += [f".SH {inline(topic.title.upper())}", *roff(topic.text.split("\n", 1)[1])]
    lines.append(".SH ENVIRONMENT")
    for names, meaning in _ENVIRONMENT:
        lines += [".TP", f".B {inline(names)}", inline(meaning)]
    return "\n".join(lines) + "\n"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _options(command: Any) -> Iterator[str]:
    for one in command.params:
        flags = ", ".join([*one.opts, *one.secondary_opts])
        value = f" \\fI{inline(one.metavar)}\\fR" if one.metavar else ""
        yield from (".TP", f"\\fB{inline(flags)}\\fR{value}", _line(inline(one.help or "")))


def _commands(root: Any) -> Iterator[str]:
    for heading, entries in root.sections.items():
        yield f".SS {inline(heading)}"
        for name, (_, help) in entries.items():
            yield from (".TP", f".B folio {inline(name)}", _line(inline(help)))
            command = root.get_command(None, name)
            for below, one in getattr(command, "commands", {}).items():
                said = " ".join((one.help or "").split("\n\n")[0].split())
                yield from (".RS", ".TP", f".B {inline(below)}", _line(inline(said)), ".RE")


def roff(markdown: str) -> Iterator[str]:
    """Paragraphs, lists, tables and indented examples as the man macros have them."""
    for block in re.split(r"\n\n(?=\S)|\n\n(?=    \S)", markdown.strip("\n")):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("    "):
            yield from (".PP", ".RS 4", ".nf", *(_line(inline(x[4:], code=True)) for x in lines))
            yield from (".fi", ".RE")
        elif lines[0].startswith("- "):
            for item in re.split(r"\n(?=- )", "\n".join(lines)):
                yield from (".IP \\(bu 2", _line(inline(" ".join(item[2:].split()))))
        elif lines[0].startswith("|"):
            for row in lines[2:]:
                cells = [inline(cell.strip()) for cell in row.strip("|").split("|")]
                yield from (".TP", f".B {cells[0]}", *map(_line, cells[1:]))
        else:
            yield from (".PP", _line(inline(" ".join(lines))))


def inline(text: str, *, code: bool = False) -> str:
    """Text with its marks as fonts, and what roff would take for its own as itself.

    >>> inline("**buy** takes `--on DAY` and a\\\\b")
    '\\\\fBbuy\\\\fR takes \\\\fB\\\\-\\\\-on DAY\\\\fR and a\\\\eb'
    """
    text = text.replace("\\", "\\e").replace("-", "\\-")
    if not code:
        text = re.sub(r"\*\*(.+?)\*\*|`(.+?)`", lambda m: f"\\fB{m[1] or m[2]}\\fR", text)
    return "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)


def _line(text: str) -> str:
    """A line that does not begin like a request."""
    return f"\\&{text}" if text.startswith((".", "'")) else text
