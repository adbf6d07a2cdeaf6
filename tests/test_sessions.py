"""The console blocks of the documentation run, and print what they say.

Every file is one session: its ```console blocks run in order, in one bash and one
temporary folder with an empty book's path in FOLIO_DB and a copy of the examples; a file of
the examples starts in that copy.

    $ folio status            a command; lines that start with "> " right below continue it
    …                         what it prints, on either stream
    ...                       any number of lines
    [exit 3]                  how it ends, when that is not 0

Where ``folio …`` is a command of its own or one of a pipe, no program is started: see ``forking``.

``<!-- session: skip -->`` before a block leaves it out, ``<!-- session: today=2025-06-30 -->``
sets the day from there on.  ``pytest --rewrite-sessions`` writes what is printed into the file.
"""

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from forking import ASK, Forking, shared

ROOT = Path(__file__).parent.parent
FILES = [
    ROOT / "README.md",
    *sorted(ROOT.glob("examples/*.md")),
    *sorted(ROOT.glob("tests/sessions/*.md")),
]
TODAY = "2025-06-30"
_MARK = "\x01session\x01"
# Where a shell takes folio for a command; a variable before it may be one of Python's own.
_FOLIO = re.compile(r"(^|\| |&& |; |\bFOLIO_\w+=\S* )folio ")
# What waits for nobody, and what has lines of its own.
_BESIDE = re.compile(r"(?<![&>])&(?!&)|<<")


class Step(NamedTuple):
    """A command, and the lines below it."""

    first: int  # the line of the file on which it stands, from 0
    command: str
    expected: list[str]
    end: int  # the line after the last one expected
    today: str  # "" unless it changes here


def steps_of(text: str) -> list[Step]:
    """The commands of a file's console blocks, in order."""
    steps: list[Step] = []
    lines = text.split("\n")
    skip, today, number = False, "", 0
    while number < len(lines):
        line = lines[number].strip()
        if match := re.fullmatch(r"<!-- session: (skip|today=(\d{4}-\d\d-\d\d)) -->", line):
            skip, today = skip or match[1] == "skip", match[2] or today
        elif line == "```console":
            end = lines.index("```", number + 1)
            if not skip:
                found = _block(lines, number + 1, end, today)
                steps, today = steps + found, "" if found else today
            skip, number = False, end
        number += 1
    return steps


def _block(lines: list[str], start: int, end: int, today: str) -> list[Step]:
    assert start == end or lines[start].startswith("$ "), f"line {start + 1} is no command"
    firsts = [n for n in range(start, end) if lines[n].startswith("$ ")]
    steps = []
    for first, until in zip(firsts, [*firsts[1:], end], strict=True):
        below = first + 1
        while below < until and lines[below].startswith("> "):
            below += 1
        command = "\n".join(line[2:] for line in lines[first:below])
        steps.append(Step(first, command, lines[below:until], until, today))
        today = ""
    return steps


def run(steps: list[Step], folder: Path, forking: Forking) -> list[list[str]]:
    """What each command prints, and its exit code unless that is 0."""
    script = [ASK, f"printf '{_MARK}%d\\n' 0"]
    for step in steps:
        if step.today:
            script.append(f"export FOLIO_TODAY={step.today}")
        script.append(f"eval {shlex.quote(forked(step.command))}")
        script.append(f"printf '{_MARK}%d\\n' $?")
    with tempfile.TemporaryDirectory() as apart, open(f"{apart}/prints", "a+") as prints:
        subprocess.run(
            ["bash", "--norc", "-c", "\n".join(script)],
            cwd=folder,
            # HOME and the book are in the folder it starts in
            env=_environment(folder)
            | {"FOLIO": str(forking.program)}  # what the scripts of the examples start
            | forking.environment(prints.name),
            stdin=subprocess.DEVNULL,
            stdout=prints,
            stderr=subprocess.STDOUT,
            pass_fds=forking.pipes,
            timeout=300,
        )
        text = Path(prints.name).read_text("utf-8")
    printed = re.split(f"{_MARK}\\d+\n", text)[1:-1]
    codes = re.findall(f"{_MARK}(\\d+)\n", text)[1:]
    assert len(printed) == len(codes) == len(steps), f"the session stopped early:\n{text}"
    return [_said(text, int(code)) for text, code in zip(printed, codes, strict=True)]


def forked(command: str) -> str:
    """The command with folio's own asked for, where that is one after another."""
    named = len(_FOLIO.findall(command))
    if _BESIDE.search(command) or (named > 1 and "|" in command):
        return command
    return _FOLIO.sub(r"\1folio_forked ", command)


def _said(text: str, code: int) -> list[str]:
    lines = text.removesuffix("\n").split("\n") if text else []
    return [*lines, *([f"[exit {code}]"] if code else [])]


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "USER": "ada",
        "LOGNAME": "ada",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "FOLIO_DB": str(folder / "folio.db"),
        "FOLIO_TODAY": TODAY,
    }


def agrees(expected: list[str], printed: list[str]) -> bool:
    """Whether the lines are the same; ``...`` stands for any number of lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(line.rstrip()) + r"\n"
        for line in _trimmed(expected)
    )
    return bool(re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in _trimmed(printed))))


def _trimmed(lines: list[str]) -> list[str]:
    """Without empty lines at the end."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def rewritten(text: str, steps: list[Step], answers: list[list[str]]) -> str:
    """The file with what was printed in the place of every expectation that was wrong."""
    lines = text.split("\n")
    for step, printed in reversed(list(zip(steps, answers, strict=True))):
        if not agrees(step.expected, printed):
            below = step.first + 1 + step.command.count("\n")
            gap = [""] if step.expected and not step.expected[-1].strip() else []
            lines[below : step.end] = [line.rstrip() for line in _trimmed(printed)] + gap
    return "\n".join(lines)


def faults(text: str, steps: list[Step], answers: list[list[str]]) -> str:
    """How the file differs from what was printed; empty when it does not."""
    found = []
    for step, printed in zip(steps, answers, strict=True):
        if not agrees(step.expected, printed):
            diff = difflib.unified_diff(step.expected, printed, "expected", "printed", lineterm="")
            found.append(f"line {step.first + 1}: $ {step.command}\n" + "\n".join(diff))
    return "\n\n".join(found)


@pytest.fixture
def forking() -> Forking:
    """Runs the commands that are folio's alone."""
    return shared()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_documentation_prints_what_it_says(
    file: Path, tmp_path: Path, request: pytest.FixtureRequest, forking: Forking
) -> None:
    text = file.read_text("utf-8")
    steps = steps_of(text)
    if not steps:
        pytest.skip("no console blocks")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    start = tmp_path / "examples" if file.parent.name == "examples" else tmp_path
    answers = run(steps, start, forking)
    if request.config.getoption("--rewrite-sessions"):
        file.write_text(rewritten(text, steps, answers), "utf-8")
    else:
        wrong = faults(text, steps, answers)
        assert not wrong, f"{file.name}\n{wrong}\n\nto accept: pytest --rewrite-sessions"


RIGHT = """
```console
$ echo one; echo two >&2; printf three
one
two
three

$ cat <<END
> a $FOLIO_TODAY
> END
a 2025-06-30
$ false
[exit 1]
$ seq 9
1
...
9
```
<!-- session: skip -->
```console
$ exit 9
```
<!-- session: today=2024-01-31 -->
```console
$ echo $FOLIO_TODAY; cd /; x=4
2024-01-31
$ echo $x "$(pwd)"; (exit 3)
4 /
[exit 3]
```
"""


def test_a_right_session_passes(tmp_path: Path, forking: Forking) -> None:
    steps = steps_of(RIGHT)
    assert [step.command for step in steps][:3] == [
        "echo one; echo two >&2; printf three",
        "cat <<END\na $FOLIO_TODAY\nEND",
        "false",
    ]
    assert not faults(RIGHT, steps, run(steps, tmp_path, forking))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\ntwo\n", "\ntow\n"),
        ("\ntwo\n", "\n"),
        ("[exit 1]\n", ""),
        ("[exit 3]", "[exit 1]"),
        ("...\n9", "...\n8"),
        ("a 2025-06-30", "a 2025-06-30\nmore"),
    ],
)
def test_a_wrong_session_fails_and_is_rewritten(
    tmp_path: Path, forking: Forking, right: str, wrong: str
) -> None:
    text = RIGHT.replace(right, wrong, 1)
    assert text != RIGHT
    steps = steps_of(text)
    answers = run(steps, tmp_path, forking)
    assert faults(text, steps, answers)
    repaired = rewritten(text, steps, answers)
    assert not faults(repaired, steps_of(repaired), answers)


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("folio report", "folio_forked report"),
        (
            "printf x | folio add-tx - 2>&1 | tail -1",
            "printf x | folio_forked add-tx - 2>&1 | tail -1",
        ),
        ("FOLIO_PRIVATE=1 folio report", "FOLIO_PRIVATE=1 folio_forked report"),
        ("folio a && folio b", "folio_forked a && folio_forked b"),
        ("folio a | folio b", "folio a | folio b"),
        ("folio a & folio b", "folio a & folio b"),
        ("PYTHONUTF8=1 folio a", "PYTHONUTF8=1 folio a"),
        ("timeout 9 folio a", "timeout 9 folio a"),
        ("cat <<END\nfolio a\nEND", "cat <<END\nfolio a\nEND"),
        ("folio-tax; portfolio x", "folio-tax; portfolio x"),
    ],
)
def test_what_is_asked_for(command: str, asked: str) -> None:
    assert forked(command) == asked


def test_streams_and_codes_are_those_of_the_program(tmp_path: Path, forking: Forking) -> None:
    """The same commands by a program that is started: ``command`` is no word that is asked for."""
    commands = [
        "printf 'a,b\\n' | F add-tx --batch - 2>&1 | cut -c 1-20",
        "F init --currency EUR --timezone UTC 2> said",
        "cat said | cut -d ' ' -f 1",
        "F status < /dev/null > told; echo $? $(wc -c < told)",
        "F status >> told && echo $(wc -c < told)",
        "F repot || echo $?",
        "F help | head -1",
        "cd / && F account list",
    ]
    answers = []
    for place, word in enumerate(("folio", "command folio")):
        (folder := tmp_path / str(place)).mkdir()
        steps = [
            Step(n, one.replace("F ", f"{word} "), [], n, "") for n, one in enumerate(commands)
        ]
        answers.append(run(steps, folder, forking))
    assert answers[0] == answers[1]
    assert all(map(any, answers[0][4:]))


def test_a_session_that_leaves_early_is_reported(tmp_path: Path, forking: Forking) -> None:
    steps = steps_of("```console\n$ exit 3\n$ echo here\nhere\n```\n")
    with pytest.raises(AssertionError, match="stopped early"):
        run(steps, tmp_path, forking)
