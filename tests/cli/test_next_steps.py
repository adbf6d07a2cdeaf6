"""The next step that a message names is a command that there is, with options that it takes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

import folio
from folio.cli.app import app

SOURCE = Path(folio.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
# What a command stands after in a sentence; what is filled in is not known here.
STEP = re.compile(r"(?:[:,] |\bor )folio (?!does\b|keeps\b)([a-z][^,;:()…\n]*)")
FILLED_IN = "\0"


def texts(path: Path) -> Iterator[str]:
    """The texts of a module, with ``FILLED_IN`` where something is."""
    tree = ast.parse(path.read_text("utf-8"))
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts.update(map(id, ast.walk(node)))
            values = node.values
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else FILLED_IN for one in values
            )
        elif id(node) not in parts and isinstance(node, ast.Constant):
            yield node.value if isinstance(node.value, str) else ""


def options_of(command: Any) -> set[str]:
    """What a command takes; of a group, what those below it take: one of them is meant."""
    names = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        names |= options_of(command.get_command(None, name))
    return names


def fault(step: str) -> str | None:
    """What is wrong with a step."""
    root = command = get_group(app)
    words = [word.rstrip(".") for word in step.replace("`", " ").split()]
    while words and hasattr(command, "list_commands"):
        below = command.get_command(None, words[0].removesuffix(FILLED_IN))
        if below is None:
            break
        command = below
        words = words[1:]
    if command is root:
        return f"there is no command {words[0]}"
    known = options_of(command) | {"--help", "--db", "--into-lock", "--private"}
    named = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    wrong = [name for name in named if FILLED_IN not in name and name not in known]
    return f"it takes no {wrong[0]}" if wrong else None


def test_every_next_step_is_a_command() -> None:
    steps = {step for path in FILES for text in texts(path) for step in STEP.findall(text)}
    assert len(steps) > 150  # or the pattern finds none of them
    wrong = {step.replace(FILLED_IN, "…"): why for step in steps if (why := fault(step))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("prise add VWCE 5", "there is no command prise"),
        ("price add VWCE 5 --quantity 3", "it takes no --quantity"),
        ("price add \0 PRICE --currency EUR", None),
        ("reconcile --all", None),
    ],
)
def test_what_is_none_is_found(step: str, why: str | None) -> None:
    assert fault(step) == why
