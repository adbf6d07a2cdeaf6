"""Files that mean harm end in one sentence, and leave the book as it was."""

import csv
import io
import shutil
from collections.abc import Iterator

import pytest
from hostile import FILES, Hostile
from hostile_doors import DOORS
from machine import BYTES, SECONDS, Machine, kept_state

ALL = {**FILES, **DOORS}
SMALL = {name: one for name, one in ALL.items() if not one.large}
HANGS = 300  # seconds by the clock: others may be at work on the machine
UNSAFE = "\x00\x07\x08\x1b\x7f\x9b\r\u202e\u200b\u2060"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("hostile"))
    machine.must("init", "--currency", "EUR", "--timezone", "UTC")
    machine.keep(machine.folder.parent / "blank")
    yield machine
    machine.close()


def meet(machine: Machine, hostile: Hostile) -> str:
    """Run the command on the file; returns what is wrong with how it ended."""
    for path in machine.folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # what writes it for an earlier one may still run
    machine.restore(blank := machine.folder.parent / "blank")
    ended = machine.run(*hostile.make(machine.folder), seconds=HANGS)
    text = ended.out + ended.err
    checks = {
        f"it ended with {ended.code}": ended.code
        in {True: (0,), False: (1, 2), None: (0, 1, 2)}[hostile.accepted],
        f"it says {ended.err!r}": hostile.says in ended.err and ended.err.startswith("folio: "),
        "it is a bug": "bug in folio" not in ended.err,
        f"it took {ended.seconds:.1f} s": ended.seconds < SECONDS,
        f"it took {ended.peak:,} bytes": ended.peak < BYTES,
        "the terminal gets what it must not": not any(sign in text for sign in UNSAFE),
        "a program of the file was run": not (machine.folder / "harm").exists(),
        "a book was made": not (machine.folder / "new.db").exists(),
        "the book has changed": ended.code == 0 or machine.state() == kept_state(blank),
        "it does not verify": hostile.accepted is not None or not machine.run("verify").code,
    }
    if ended.code == 0:
        del checks[f"it says {ended.err!r}"]
        checks["it says another thing"] = hostile.says in ended.err
    return "; ".join(wrong for wrong, right in checks.items() if not right)


def test_there_are_enough() -> None:
    assert len(SMALL) >= 40


@pytest.mark.parametrize("name", SMALL)
def test_ends_in_a_sentence(machine: Machine, name: str) -> None:
    assert meet(machine, SMALL[name]) == ""


def test_what_was_taken_never_reaches_a_terminal_or_a_spreadsheet_raw(machine: Machine) -> None:
    formula = '=HYPERLINK("http://x")'
    note, name = "\x1b[31m\u202ered\x9b2J\x07", "+cmd|' /C calc'!A0"
    shutil.rmtree(machine.folder / "profiles", ignore_errors=True)
    machine.restore(machine.folder.parent / "blank")
    path = machine.folder / "statement.csv"
    quoted = formula.replace('"', '""')
    path.write_text(
        "date,account,kind,asset,quantity,price,currency,note\n"
        f'2024-01-02,"{name}",buy,X,1,2,EUR,{note}\n2024-01-03,@main,buy,Y,1,2,EUR,"{quoted}"\n'
    )
    machine.must("import", "--create", str(path))
    for words in (
        ("register",), ("report",), ("report", "holdings"), ("lots",), ("status",),
        ("import", "show", "1"), ("explain", "value", "X"), ("account", "list"), ("changes",),
        ("import", "list"),
    ):  # fmt: skip
        for output in ("table", "csv", "tsv", "json", "jsonl", "md"):
            ended = machine.run(*words, "-O", output)
            shown = ended.out + ended.err
            assert "bug in folio" not in shown
            if output != "csv":  # whose cells stay as they are where no terminal is
                assert not any(sign in shown for sign in UNSAFE), (words, output)
            if output == "csv":
                cells = [cell for row in csv.reader(io.StringIO(ended.out)) for cell in row]
                assert not [c for c in cells if c.startswith(("=", "@", "+"))], (words, ended.out)
    kept = machine.must("sql", "-O", "json", "SELECT note FROM transactions").out
    assert "=HYPERLINK" in kept  # on its way in nothing is altered
