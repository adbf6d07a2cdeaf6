"""``folio completion``: the tab key knows the commands."""

from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import (  # type: ignore[attr-defined]  # imported there to be used
    get_completion_script,
    install,
)

from folio.cli.text import say


class Shell(StrEnum):
    """The shells that are known."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def command(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    write: Annotated[
        bool, typer.Option("--install", help="Write it where the shell looks for it.")
    ] = False,
) -> None:
    """Print the script that completes commands, or install it.

    Try it in the running shell: source <(folio completion bash)
    """
    names = {"prog_name": "folio", "complete_var": "_FOLIO_COMPLETE", "shell": shell.value}
    if write:
        say(f"installed in {install(**names)[1]}; it works in the next shell you open")
    else:
        print(get_completion_script(**names))
