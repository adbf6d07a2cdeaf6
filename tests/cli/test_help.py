"""Concepts: every command in them is one, the man page is sound, the schedules run."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from folio.cli import preferences
from folio.cli.app import _FOR_ALL, app, run
from folio.cli.commands.help import man_page
from folio.cli.topics import ALSO, ORDER, topics
from folio.cli.topics import __file__ as topics_file

Output = pytest.CaptureFixture[str]
ROOT = get_group(app)
EXAMPLES = Path(__file__).parents[2] / "examples"
TOPICS = topics()
ASKED = (
    "accounts transactions lots cost-basis reconciliation transfers prices rollup returns "
    "time-travel import profiles scripting exit-codes privacy backup"
).split()


def test_every_topic_is_listed_and_well_formed() -> None:
    files = {path.stem for path in Path(topics_file).parent.glob("*.md")}
    assert files == set(ORDER) == set(TOPICS)
    assert {ALSO.get(name, name) for name in ASKED} <= files
    assert set(ALSO.values()) <= files
    assert not set(ALSO) & files
    for topic in TOPICS.values():
        assert topic.text.startswith(f"# {topic.title}\n\n")
        assert topic.summary.endswith(".")
        assert len(topic.summary) <= 100
        assert max(map(len, topic.text.splitlines())) <= 100


def commands() -> list[tuple[str, str]]:
    """Every command that the topics show, in an example or between backticks."""
    found = []
    for topic in TOPICS.values():
        blocks = re.findall(r"(?:^    .*\n?)+", topic.text, re.MULTILINE)
        inline = re.findall(r"`(folio [^`]+)`", topic.text)
        for text in [*(re.sub(r"\n {8,}", " ", block) for block in blocks), *inline]:
            for line in text.splitlines():
                line = line.strip().split(" | ")[0].split(" > ")[0]
                if line.startswith("folio "):
                    found.append((topic.name, line))
    return found


def examples(command: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every example that has a line of its own in a command's help."""
    for line in (command.help or "").splitlines():
        if re.match(f"{path} (?!.*([;,·]|: ))", line):
            yield path, line
    for name in getattr(command, "commands", ()):
        yield from examples(command.get_command(None, name), f"{path} {name}")


EXAMPLES_SHOWN = list(examples(ROOT, "folio"))


def test_what_records_or_corrects_shows_an_example() -> None:
    shown = {path.removeprefix("folio ") for path, _ in EXAMPLES_SHOWN}
    assert shown >= {
        "account add", "asset add", "asset merge", "asset set", "group add", "holding add",
        "institution add", "observe", "price undo", "reconcile undo", "transfers pair",
        "transfers answer", "undo", "amend", "restore", "vault set", "vault fill",
    }  # fmt: skip


def without_example(command: Any, path: str) -> Iterator[str]:
    """The commands that need a word and whose help does not show how it is said."""
    for name in getattr(command, "commands", ()):
        yield from without_example(command.get_command(None, name), f"{path} {name}")
    needed = any(p.required for p in command.params)
    if needed and path not in command.help.replace("folio lock ", "folio lock through "):
        yield path


def test_what_needs_a_word_shows_an_example() -> None:
    assert list(without_example(ROOT, "folio")) == []


@pytest.mark.parametrize(
    ("topic", "line"), [*commands(), *EXAMPLES_SHOWN], ids=lambda value: value[:40]
)
def test_every_command_that_is_shown_can_be_typed(topic: str, line: str) -> None:
    """Its options are known, its words fit, and what it needs is there."""
    words = [word for word in shlex.split(line)[1:] if word not in _FOR_ALL]
    command: Any = ROOT
    path = ["folio"]
    while hasattr(command, "commands"):
        if words and words[0] in command.commands:
            path.append(words[0])
            command, words = command.get_command(None, words[0]), words[1:]
        elif default := getattr(command, "default", ""):
            command = command.get_command(None, default)
        else:
            assert words[:1] in (["COMMAND"], ["NAME"]) or not words, f"{topic}: {line}"
            return
    complete = len(words) > 0 or not any(p.required for p in command.params)
    ctx = command.make_context(" ".join(path), words, resilient_parsing=not complete)
    assert ctx is not None


def test_help_says_what_is_asked(capsys: Output) -> None:
    preferences.begin()
    assert run(["help", "cost", "basis"]) == 0
    assert capsys.readouterr().out == TOPICS["cost-basis"].text
    assert run(["help", "fifo"]) == 0
    assert capsys.readouterr().out == TOPICS["lots"].text
    assert run(["help"]) == 0
    said = capsys.readouterr().out
    assert all(f"- **{name}**: " in said for name in TOPICS)
    assert run(["help", "report", "gains"]) == 0
    assert capsys.readouterr().out.startswith("Usage: folio report gains")
    assert run(["help", "lotts"]) == 2
    assert "there is no topic 'lotts' (did you mean lots or lot or locks?); see: folio help" in (
        capsys.readouterr().err
    )


def test_the_man_page_has_everything_and_no_fault(tmp_path: Path) -> None:
    page = man_page(ROOT, TOPICS.values())
    assert page.isascii()
    for name in ROOT.commands:
        assert f".B folio {name}".replace("-", "\\-") in page
    for topic in TOPICS.values():
        assert f".SH {topic.title.upper()}".replace("-", "\\-") in page
    if shutil.which("groff") is None:
        pytest.skip("no groff here")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-cbu"],  # letters alone, none bold or underlined
        input=page, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    assert "FOLIO(1)" in done.stdout


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit file."""
    found: dict[str, list[str]] = {}
    for line in (EXAMPLES / "systemd" / name).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_the_service_does_what_it_says(tmp_path: Path) -> None:
    """Its command lines, with a home of their own, take in a statement and end well."""
    home = tmp_path / "home"
    bin = home / ".local" / "bin"
    bin.mkdir(parents=True)
    shutil.copy(EXAMPLES / "daily.sh", bin / "folio-daily.sh")
    (bin / "folio").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m folio "$@"\n')
    (bin / "folio").chmod(0o755)
    service = unit("folio-daily.service")
    said = [text.replace("%h", str(home)) for text in service["Environment"][0].split()]
    env = {"HOME": str(home), "LANG": "C.UTF-8", "FOLIO_TODAY": "2025-06-30",
           **dict(one.split("=", 1) for one in said)}  # fmt: skip
    assert subprocess.run([bin / "folio", "init"], env=env, capture_output=True).returncode == 0
    for key in ("ExecStartPre", "ExecStart"):
        words = shlex.split(service[key][0].replace("%h", str(home)))
        done = subprocess.run(words, env=env, capture_output=True, encoding="utf-8")
        assert done.returncode in (0, int(service["SuccessExitStatus"][0])), done.stderr
        inbox = home / "statements" / "inbox"
        if key == "ExecStartPre":
            (statement,) = EXAMPLES.glob("statements/wise_*.csv")
            shutil.copy(statement, inbox)
    assert (inbox / "done" / statement.name).exists()
    assert "Holdings" in done.stdout
    assert (home / "folio.db").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_units_are_understood(tmp_path: Path) -> None:
    for name in ("folio-daily.service", "folio-daily.timer"):
        shutil.copy(EXAMPLES / "systemd" / name, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True, encoding="utf-8", env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin",
        "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert "Unknown" not in done.stderr
    assert "Failed to parse" not in done.stderr


def test_the_lines_for_cron_name_commands_that_there_are() -> None:
    lines = [
        line.split(None, 5)
        for line in (EXAMPLES / "crontab").read_text().splitlines()
        if re.match(r"[\d*]", line)
    ]
    assert len(lines) == 3
    for *when, command in lines:
        assert len(when) == 5
        word = shlex.split(command)
        assert word[0] != "folio" or word[1] in ROOT.commands
