"""Saying how far something is that takes its time."""

from collections.abc import Callable
from typing import TypeAlias

# Is told what is being done, how much of it is done, and of how much; of 0: nobody knows.
Watch: TypeAlias = Callable[[str, int, int], None]


WORKING_OUT = "working out the figures"


def unwatched(what: str, done: int, total: int) -> None:
    """Nobody looks."""
