"""The rules of the house: tools, floors, sizes, and help for every command."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_group

from folio.cli import lazy
from folio.cli.app import COMMANDS, app

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "folio"
FILES = sorted(SRC.rglob("*.py"))

# What each floor may import of the house, itself included.  Arrows point down only, and
# neighbours (engine, db, importers, exporters, quotes) never import one another.
FLOORS = {
    "errors": set[str](),
    "model": {"model", "errors"},
    "engine": {"engine", "model", "errors"},
    "db": {"db", "model", "errors"},
    "importers": {"importers", "model", "errors"},
    "exporters": {"exporters", "model", "errors"},
    "quotes": {"quotes", "model", "errors"},
    "book": {"book", "engine", "db", "importers", "exporters", "quotes", "model", "errors"},
}
FLOORS["reports"] = FLOORS["book"] | {"reports"}
FLOORS["operations"] = FLOORS["book"] | {"operations"}
FLOORS["cli"] = {*FLOORS, "cli"}

PURE = {"engine", "reports"}
IMPURE = {"os", "pathlib", "sqlite3", "time", "socket", "urllib", "subprocess", "random"}
ONLY_IN_CLI = {"typer", "rich", "click"}
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\b|INSERT\s+(OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b"
    r"|(CREATE|DROP|ALTER)\s+(TEMP\s+)?(TABLE|INDEX|VIEW|TRIGGER)\b|PRAGMA\s|WITH\s+\w+.*\sAS\s*\()",
    re.DOTALL,
)
# Functions in which float( may stand: solvers and statistics, one visible line each.
FLOATS = {"xirr", "risk", "volatility", "monitor"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|home|Users|root)/\w|[A-Z]:\\Users")
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60


def floor(file: Path) -> str:
    """The floor that a file belongs to."""
    return file.relative_to(SRC).parts[0].removesuffix(".py")


def module(file: Path) -> str:
    parts = file.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Source(NamedTuple):
    """What is asked of a file, each with its line."""

    imports: list[tuple[int, str]]  # those inside functions and for types alone, too
    calls: list[tuple[int, str]]  # of what has a name, which may have dots
    texts: list[tuple[int, str]]  # string constants, docstrings left out
    functions: list[tuple[int, str, int]]  # their names, and the lines of their bodies


@cache
def source(file: Path) -> Source:
    """A file, parsed once."""
    parsed = ast.parse(file.read_text("utf-8"), str(file))
    nodes = list(ast.walk(parsed))
    documents = {
        id(node.body[0].value)
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return Source(
        list(_imports(file, parsed)),
        [(node.lineno, dotted(node.func)) for node in nodes if isinstance(node, ast.Call)],
        [
            (node.lineno, node.value)
            for node in nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents
        ],
        [
            # A command's signature is its options: only what it does is counted.
            (node.lineno, node.name, (node.end_lineno or 0) - node.body[0].lineno + 1)
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ],
    )


def _imports(file: Path, parsed: ast.Module) -> Iterator[tuple[int, str]]:
    nodes: list[ast.AST] = [parsed]
    while nodes:
        node = nodes.pop()
        nodes += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}:{node.lineno}: write imports in full"
            name = node.module or ""
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr) -> str:
    """``a.b.c``; nothing for what is no name."""
    if isinstance(node, ast.Attribute) and (of := dotted(node.value)):
        return f"{of}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(file: Path, name: str) -> Iterator[int]:
    """The lines of a file that call ``name``."""
    return (line for line, called in source(file).calls if called == name)


def place(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


@pytest.mark.parametrize(
    "tool",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["ruff", "format", "mypy"],
)
def test_tools_have_no_complaint(tool: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_arrows_point_down() -> None:
    wrong = []
    for file in FILES:
        if file.parent == SRC and floor(file) not in FLOORS:
            continue  # the package itself and its door
        for line, name in source(file).imports:
            house, _, rest = name.partition(".")
            below = {"", "__version__", *FLOORS[floor(file)]}
            if house == "folio" and rest.partition(".")[0] not in below:
                wrong.append(f"{place(file, line)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_every_folder_is_a_floor() -> None:
    assert {path.name for path in SRC.iterdir() if (path / "__init__.py").exists()} <= set(FLOORS)


def test_no_cycles() -> None:
    names = {module(file) for file in FILES}
    graph: dict[str, set[str]] = {}
    for file in FILES:
        found = {n if n in names else n.rpartition(".")[0] for _, n in source(file).imports}
        graph[module(file)] = {n for n in found if n in names and n != module(file)}
    while leaves := [name for name, needs in graph.items() if not needs]:
        for leaf in leaves:
            del graph[leaf]
        graph = {name: needs - set(leaves) for name, needs in graph.items()}
    assert not graph, f"these import one another: {graph}"


def test_engine_and_reports_are_pure() -> None:
    wrong = []
    for file in FILES:
        if floor(file) in PURE:
            found = [(line, name.split(".")[0]) for line, name in source(file).imports]
            wrong += [f"{place(file, line)} imports {n}" for line, n in found if n in IMPURE]
            for clock in ("dt.datetime.now", "datetime.now", "dt.date.today", "date.today", "open"):
                wrong += [f"{place(file, line)} calls {clock}" for line in calls(file, clock)]
    assert not wrong, "\n".join(wrong)


def test_only_cli_asks_for_the_clock() -> None:
    clocks = ("dt.datetime.now", "datetime.now", "dt.date.today", "date.today", "time.time")
    found = {place(f, line) for f in FILES for clock in clocks for line in calls(f, clock)}
    assert {text.partition(":")[0] for text in found} <= {"src/folio/cli/context.py"}, found


def test_the_terminal_is_in_cli_only() -> None:
    wrong = []
    for file in FILES:
        if floor(file) != "cli":
            found = [(line, name.split(".")[0]) for line, name in source(file).imports]
            wrong += [f"{place(file, line)} imports {n}" for line, n in found if n in ONLY_IN_CLI]
            wrong += [f"{place(file, line)} prints" for line in calls(file, "print")]
        wrong += [
            f"{place(file, line)} imports click"
            for line, name in source(file).imports
            if name[:5] == "click"
        ]
    assert not wrong, "\n".join(wrong)


def test_sql_is_in_db_only() -> None:
    found = [
        place(file, line)
        for file in FILES
        if floor(file) != "db"
        for line, text in source(file).texts
        if SQL.match(text)
    ]
    assert not found, found


def test_no_floats() -> None:
    found = [place(f, line) for f in FILES if f.stem not in FLOATS for line in calls(f, "float")]
    assert not found, found


def test_sizes() -> None:
    wrong = []
    for file in FILES:
        lines = file.read_text("utf-8").count("\n")
        if lines > MOST_LINES:
            wrong.append(f"{place(file, lines)}: more than {MOST_LINES} lines")
        for line, name, size in source(file).functions:
            if size > MOST_LINES_OF_A_FUNCTION:
                wrong.append(f"{place(file, line)}: {name} has {size} lines")
    assert not wrong, "\n".join(wrong)


def may_forget(file: Path) -> Iterator[str]:
    """The functions of a file that take ``known_at`` and do without."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            given = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            given += [argument for argument, default in defaults if default is not None]
            if "known_at" in [argument.arg for argument in given]:
                yield node.name


def test_what_a_past_instant_asks_for_is_never_forgotten() -> None:
    """What reads says as of which commit, wherever a report of the past may ask it.

    In plain money it is always the present: what is folded on is what is stored.
    """
    asked = {name for file in (SRC / "db").rglob("*.py") for name in may_forget(file)}
    wrong = []
    for folder in ("book", "reports", "exporters"):
        for file in (SRC / folder).rglob("*.py"):
            imported = {
                name.rpartition(".")[2] for _, name in source(file).imports if ".db." in name
            }
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                name = dotted(node.func) if isinstance(node, ast.Call) else ""
                said = re.search("known_at|commit_id", ast.unparse(node))
                if name in asked & imported and not said:
                    wrong.append(f"{place(file, node.lineno)}: {name} of which commit?")
    assert [one for one in wrong if "book/plain_money.py" not in one] == []


def test_no_machine_paths() -> None:
    found = []
    for folder in ("src", "tests", "examples", "README.md", "schema.sql", "pyproject.toml"):
        for file in (ROOT / folder).rglob("*") if (ROOT / folder).is_dir() else [ROOT / folder]:
            hidden = any(part[0] == "." for part in file.relative_to(ROOT).parts)
            if file.is_file() and not hidden and file.suffix != ".pyc":
                text = file.read_bytes().decode("utf-8", "ignore")
                found += [f"{file.relative_to(ROOT)}: {m[0]}" for m in MACHINE_PATH.finditer(text)]
    assert not found, found


ENTRIES = {name: entry for section in COMMANDS.values() for name, entry in section.items()}


def loaded() -> Iterator[tuple[str, Any]]:
    """Every command, with those below it."""
    for name, entry in ENTRIES.items():
        yield from _with_those_below(name, lazy.load(name, entry))


def _with_those_below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for below in getattr(command, "commands", {}):
        yield from _with_those_below(f"{name} {below}", command.get_command(None, below))


def test_every_command_is_documented() -> None:
    wrong = [f"{name}: no line of help" for name, (_, help) in ENTRIES.items() if not help]
    for name, command in [("folio", get_group(app)), *loaded()]:
        if not command.help:
            wrong.append(f"folio {name}: no help")
        for parameter in command.params:
            if not getattr(parameter, "help", None):
                wrong.append(f"folio {name}: {parameter.name} has no help")
    assert not wrong, "\n".join(wrong)


def _runs(module: Any) -> bool:
    return hasattr(module, "app") or hasattr(module, "command")


def test_the_table_names_each_command_file() -> None:
    files = {module(file) for file in (SRC / "cli" / "commands").glob("[!_]*.py")}
    named = {entry[0] for entry in ENTRIES.values()}
    unnamed = {name for name in files - named if _runs(importlib.import_module(name))}
    assert not unnamed, f"not in the table of folio.cli.app: {unnamed}"


def test_the_run_file_uses_the_line_of_the_readme() -> None:
    line = "python3 -m venv .venv && .venv/bin/pip install -q '.[test]'"
    line += " && .venv/bin/pytest -n auto --dist worksteal"
    assert line in (ROOT / "README.md").read_text("utf-8").splitlines()
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")
