"""Groups of commands that load a command only when it is used.

A group is written as sections of a table: heading -> name -> (module, one line of help).
The module has either ``app``, a Typer app whose commands become a group, or ``command``, a
function (with its ``context_settings``, if any); nothing imports it before its command
runs.  Help, completion and "did you mean" read the table alone.
"""

import copy
import functools
import importlib
import inspect
from types import ModuleType
from typing import Any, ClassVar

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group
from typer.models import CommandInfo

# Typer reads a function's parameters for its options, and once more to call it.
_READ_PARAMETERS = "get_params_from_function"
vars(typer.main)[_READ_PARAMETERS] = functools.cache(vars(typer.main)[_READ_PARAMETERS])

Entry = tuple[str, str]  # module, one line of help
Sections = dict[str, dict[str, Entry]]


def new_app(
    help: str | None = None,
    sections: Sections | None = None,
    *,
    default: str | None = None,
    takes_yours: bool = False,
) -> typer.Typer:
    """A Typer app in folio's manner: plain help, no options of its own.

    ``sections`` gives it lazily loaded commands beside those registered on it; words that
    start with none of its commands are for the ``default`` one.
    """
    own = {"sections": sections or {}, "takes_yours": takes_yours}
    cls = type("Group", (LazyGroup,), own)
    if default is not None:
        cls = type("Group", (DefaultGroup,), {"default": default})
    return typer.Typer(
        help=help, cls=cls, add_completion=False, rich_markup_mode=None, no_args_is_help=True
    )


def load(name: str, entry: Entry) -> Any:
    """The command called ``name``, imported now."""
    module = importlib.import_module(entry[0])
    command: Any = _group(module.app) if hasattr(module, "app") else get_command(_app_of(module))
    command.name = name
    command.help = command.help or entry[1]
    return command


def _group(app: typer.Typer) -> Any:
    """A group whose commands get their options when they are used.

    All at once they took a tenth of a report's time, for the one that runs.
    """
    bare = copy.copy(app)
    bare.registered_commands = []
    group: Any = get_group(bare)
    for info in app.registered_commands:
        group.wait(info)
    return group


def _app_of(module: ModuleType) -> typer.Typer:
    app = new_app()
    app.command(context_settings=getattr(module, "context_settings", None))(module.command)
    return app


def _first_paragraph(help: str) -> str:
    """What a list of commands says of one, whole: lines too long are wrapped, never cut short."""
    return " ".join(help.split("\n\n")[0].split())


class LazyGroup(TyperGroup):
    """A group whose commands may be named in a table, and are imported when used."""

    sections: ClassVar[Sections] = {}
    takes_yours: ClassVar[bool] = False  # whether folio-NAME on the path is a command of it

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._table = {n: e for entries in self.sections.values() for n, e in entries.items()}
        self._loaded: dict[str, Any] = {}  # of the table, by name
        self._waiting: dict[str, CommandInfo] = {}  # that are not made yet, by name
        self._listing = False
        for name, (_, help) in self._table.items():
            self.add_command(TyperCommand(name, help=help, rich_markup_mode=None))

    def wait(self, info: CommandInfo) -> None:
        """Take in a command of which only name and help are needed until it is used."""
        assert info.callback is not None
        name = info.name or info.callback.__name__
        self._waiting[name] = info
        help = info.help or inspect.getdoc(info.callback)
        self.add_command(TyperCommand(name, help=help, rich_markup_mode=None))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if self._listing:
            return super().get_command(ctx, cmd_name)
        if cmd_name in self._table:
            if cmd_name not in self._loaded:
                self._loaded[cmd_name] = load(cmd_name, self._table[cmd_name])
            return self._loaded[cmd_name]
        if info := self._waiting.pop(cmd_name, None):
            alone = new_app()
            alone.registered_commands.append(info)
            made: Any = get_command(alone)
            made.name = cmd_name
            self.add_command(made)
        return super().get_command(ctx, cmd_name)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        self._listing = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._listing = False

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        word = args[0]  # Typer takes it away where it looks like an option
        if self.takes_yours and word not in self.commands:
            from folio.cli import yours

            if (program := yours.find(word)) is not None:
                ctx.invoke(self.callback, **ctx.params)  # what is said for every command
                raise typer.Exit(yours.run(program, args[1:]))
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException as error:
            raise self._hinted(error, word) from None

    def _hinted(self, error: Any, word: str) -> Any:
        """The error, with one of the user's commands where that is meant."""
        if self.takes_yours and not error.message.endswith("?"):
            import difflib

            from folio.cli import yours

            for near in difflib.get_close_matches(word, yours.names(self.commands), 1):
                error.message += f" Did you mean {near!r}?"
        return error

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, self.commands))
        own = {n: _first_paragraph(c.help or "") for n, c in self.commands.items()}
        listed = {name for entries in self.sections.values() for name in entries}
        headings = {heading: list(entries) for heading, entries in self.sections.items()}
        headings["Commands"] = [name for name in own if name not in listed]
        for heading, names in headings.items():
            if names:
                with formatter.section(heading):
                    formatter.write_dl([(name.ljust(width), own[name]) for name in names])
        if self.takes_yours:
            from folio.cli import yours

            if found := yours.names(self.commands):
                with formatter.section("Yours"):
                    formatter.write_dl([(n.ljust(width), f"Runs folio-{n}.") for n in found])


class DefaultGroup(LazyGroup):
    """A group that is itself a command: ``folio import FILE`` beside ``folio import list``."""

    default: ClassVar[str] = ""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        if not args or (args[0] not in [*self.commands, "--help"] and self._takes(ctx, args[0])):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _takes(self, ctx: Any, word: str) -> bool:
        """Whether a word can be for the default command; else it is a command misspelt."""
        own = self.get_command(ctx, self.default).params
        return word.startswith("-") or any(one.param_type_name == "argument" for one in own)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options of the command that it is itself, then the other commands."""
        self.get_command(ctx, self.default).format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
