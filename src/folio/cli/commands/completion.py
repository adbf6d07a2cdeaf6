"""``folio completion``: the tab key knows the commands, and the names of the book."""

import os
from pathlib import Path
from typing import Annotated, Literal

from folio.cli.completion.shells import SCRIPTS
from folio.cli.options import argument, flag
from folio.cli.text import say

Shell = Literal["bash", "zsh", "fish"]


def command(
    shell: Annotated[Shell, argument("SHELL", "bash, zsh or fish.")],
    write: bool = flag("--install", "Write it where the shell looks for it."),
) -> None:
    """Print the script that completes commands and names, or install it.

    Try it in the running shell: source <(folio completion bash)
    """
    if not write:
        print(SCRIPTS[shell], end="")
        return
    from folio.cli.render import write_file
    from folio.db.file.files import own_folder

    place, line = _places(Path.home())[shell]
    own_folder(place.parent)
    write_file(place, SCRIPTS[shell])
    if line is not None:
        _add_line(*line)
    say(f"installed in {place}; it works in the next shell you open")


Line = tuple[Path, str]  # a file of the shell's, and what it must have


def _places(home: Path) -> dict[Shell, tuple[Path, Line | None]]:
    """Where each shell's script goes, and the line that makes the shell read it."""
    bash, zsh = home / ".local/share/folio/completion.bash", home / ".local/share/folio/_folio"
    ready = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }"
    zshrc = Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
    fish = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "fish"
    return {
        "bash": (bash, (home / ".bashrc", f"source {_quoted(bash)}")),
        "zsh": (zsh, (zshrc, f"{ready}; source {_quoted(zsh)}")),
        "fish": (fish / "completions" / "folio.fish", None),
    }


def _quoted(path: Path) -> str:
    from folio.model.shell_words import shell_word

    return shell_word(str(path))


def _add_line(file: Path, line: str) -> None:
    from folio.cli.render import write_file

    text = file.read_text("utf-8") if file.exists() else ""
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    if line not in text.splitlines():
        write_file(file, f"{text.rstrip()}\n\n{line}\n".lstrip())
        os.chmod(os.path.realpath(file), mode)
