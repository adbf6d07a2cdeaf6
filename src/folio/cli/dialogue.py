"""Asking on a terminal, one question at a time; nobody is asked elsewhere."""

import sys
from collections.abc import Sequence

from folio.cli.text import say, visible


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str = "") -> str:
    """A line from the terminal, or the default where it is empty; its end means to stop."""
    shown = f" ({default})" if default else ""
    print(f"{visible(question)}{visible(shown)}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip() or default


def choose(question: str, choices: Sequence[str]) -> str:
    """One of several, by its number or its name; "" is none of them.

    Those that are called by numbers are asked for by these alone.
    """
    say(question)
    names = [choice or "none" for choice in choices]
    are_numbers = all(name.isdecimal() for name in names if name != "none")
    for number, name in enumerate(names, 1):
        say(f"  {name}" if are_numbers else f"  {number}  {name}")
    while True:
        said = ask("which" if are_numbers else f"1 to {len(choices)}")
        if not are_numbers and said.isdecimal() and 1 <= int(said) <= len(choices):
            return choices[int(said) - 1]
        if said in names:
            return choices[names.index(said)]
        say(f"  {said!r} is none of these")


def agree(question: str) -> bool:
    """Whether the answer is yes, which it is where nothing is said."""
    return ask(f"{question} [Y/n]").casefold() in ("", "y", "yes")
