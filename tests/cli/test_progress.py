"""The bar: for a terminal, after a second, and gone at the end."""

import sys

import pytest

from folio.cli import progress
from folio.cli.progress import Bar, bar


class Terminal:
    """A standard error that says it is a terminal."""

    def __init__(self, yes: bool) -> None:
        self.yes = yes

    def isatty(self) -> bool:
        return self.yes


@pytest.mark.parametrize("yes", [True, False])
def test_only_a_terminal_shows_it(yes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal(yes))
    with bar() as made:
        assert made.shown is yes
        made("reading", 1, 2)  # too early
        assert made.progress is None
    assert made.shown is False


def test_who_waits_for_the_network_sees_it_at_once() -> None:
    with bar(at_once=True) as early, bar() as late:
        assert late.started - early.started > progress.SECONDS / 2


def test_it_starts_after_a_second_and_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SECONDS", 0)
    made = Bar(shown=True)
    made("reading [bold]a\x1b", 1, 4)
    assert made.progress is not None
    (task,) = made.progress.tasks
    assert (task.description, task.completed, task.total) == ("reading [bold]a\\x1b", 1, 4)
    made("working out the figures", 0, 0)
    (task,) = made.progress.tasks
    assert (task.description, task.total) == ("working out the figures", None)
    made.close()
    made("more", 1, 2)
    assert made.progress.tasks == [task]
    assert capsys.readouterr().out == ""
