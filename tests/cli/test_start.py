"""No command loads what it does not use: starting is most of what a short command costs.

Measured on one machine, beside 16 ms for Python with sqlite3: pydantic costs 75 ms and more,
sqlite-utils 85, rich 42, dateutil's parser 32; on a busy one, hashlib with tempfile some 7.
"""

import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from bookkeeper import Bookkeeper
from folio.cli.seldom import FLAGS, SELDOM, TAKEN, Unloaded, put_off

HEAVY = (
    "pydantic pydantic_core sqlite_utils click pluggy dateutil rich pygments markdown_it "
    "typer.testing asyncio concurrent multiprocessing email http xml tomllib importlib.metadata "
    "unittest logging statistics tempfile random secrets webbrowser pdb doctest folio.importers "
    "folio.exporters folio.quotes folio.db.file.migrations folio.db.keeping.proof "
    "folio.cli.render.terminal folio.cli.commands.demo"
).split()
READING = (
    "hashlib folio.operations folio.db.recording.commits folio.reports.explain "
    "folio.reports.earned.returns"
)
UNUSED = (
    "shlex unicodedata folio.db.arrangements.vaults folio.db.prices.prices "
    "folio.db.transactions.events folio.model.charts"
)
NOTHING = "sqlite3 decimal json folio.db folio.book folio.engine folio.reports folio.cli.render"
FOLDING = "json folio.book.events folio.book.later folio.engine.fold folio.engine.reconciliation"
DERIVING = (
    "json fractions folio.operations.deriving.derive folio.book.timeline folio.engine.effects"
)
PAYING_IN = (  # money, of which nothing is linked, split or sold
    "folio.book.events folio.db.transactions.links folio.db.prices folio.db.derived.disposals "
    "folio.db.transactions.other_sides folio.engine.legs folio.engine.splits folio.model.transfers "
    "folio.model.yields bisect"
)
RECORDING = (
    "hashlib getpass fractions folio.operations.transfers folio.operations.interest "
    "folio.operations.transactions.added_units folio.db.statements.statements"
)
FORBIDDEN = {
    "--version": [*HEAVY, *READING.split(), *NOTHING.split()],
    "--help": [*HEAVY, *READING.split(), *NOTHING.split()],
    "report": [
        *HEAVY,
        *READING.split(),
        *FOLDING.split(),
        *UNUSED.split(),
        "folio.reports.paid.yields",
        "folio.reports.sold.realised",
        "folio.db.arrangements.groups",
        "folio.model.transactions",
        "folio.model.quote_units",
    ],
    "report holdings -O csv": [*HEAVY, *READING.split()],
    "register --last 50": [*HEAVY, *READING.split()],
    "account list": [*HEAVY, *READING.split(), *UNUSED.split(), "folio.model.transactions"],
    "add-tx buy 2 ACME --price 10 --account Broker": [
        *HEAVY,
        *"folio.reports folio.db.arrangements.yields folio.engine.interest".split(),
        "folio.book.facts",
        *RECORDING.split(),
    ],
    "add-tx deposit 2 EUR --account Broker": [
        *HEAVY,
        *PAYING_IN.split(),
        "shlex",
        "folio.reports",
    ],
    "rollup": [*HEAVY, *DERIVING.split(), "folio.reports"],
}
PROGRAM = """
import sys
from folio.cli.app import run
code = run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("command", FORBIDDEN)
def test_a_command_loads_only_what_it_uses(command: str, keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=3, price=10)
    keeper.roll_up("2025-01-20")
    loaded = _modules(keeper.path, command.split())
    wrong = {name for name in FORBIDDEN[command] if _is_among(name, loaded)}
    assert not wrong, f"folio {command} loads {', '.join(sorted(wrong))}"


WALKING = ("json", "folio.engine.fold", "folio.engine.lots")


def test_a_total_after_a_deposit_of_today_needs_no_json(keeper: Bookkeeper) -> None:
    """Only what is folded on is read with its place in the walk, and has its lots chosen from."""
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    keeper.roll_up("2025-01-20")
    keeper.add("deposit", "2025-01-20", "Broker", "EUR", quantity=5)
    loaded = _modules(keeper.path, ["report"])
    assert "folio.book.later" in loaded
    assert not {name for name in WALKING if _is_among(name, loaded)}


# From 3.14 on, Python itself loads linecache for what stands after -c.
BEGUN = """
import os, sys
earlier = set(sys.modules)
from folio.cli import start
from folio.cli.seldom import SELDOM, Unloaded
def end(code, leave=os._exit):
    left = [name for name, module in sys.modules.items() if type(module) is Unloaded]
    print(*left, *earlier.intersection(SELDOM), file=sys.stderr, flush=True)
    leave(code)
os._exit = end
start.main()
"""


# What pathlib of Python 3.12 asks of it as it is loaded is wanted by whoever has a path.
AT_ONCE = {"fnmatch"} if platform.python_version_tuple()[:2] == ("3", "12") else set()


@pytest.mark.parametrize("command", ["--version", "report", "register", "account list"])
def test_what_typer_seldom_uses_stays_unloaded(command: str, keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    left = _left_unloaded(command.split(), FOLIO_DB=str(keeper.path))
    kept = set(SELDOM) - AT_ONCE
    assert left - AT_ONCE == kept, f"loaded: {kept - left}; gone from Typer: {left}"


def test_an_import_looks_for_no_plugins(keeper: Bookkeeper) -> None:
    sample = Path(__file__).parents[1] / "importers" / "wise" / "sample.csv"
    left = _left_unloaded(["import", str(sample), "--create"], FOLIO_DB=str(keeper.path))
    assert "importlib.metadata" in left


def test_a_command_that_needs_them_has_them() -> None:
    """A traceback reads lines of source; it names the one where the book was looked for."""
    env = {**os.environ, "FOLIO_DB": "/nowhere/book.db", "FOLIO_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "folio", "report"], env=env, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert 'raise FolioError(f"there is no book at' in done.stderr


@pytest.mark.skipif("dis" not in SELDOM, reason="this Python's inspect loads dis")
def test_what_inspect_asks_of_dis_is_what_dis_says() -> None:
    import dis

    assert dis.COMPILER_FLAG_NAMES == FLAGS


ANNOTATED = """
from folio.cli import seldom; seldom.put_off_what_is_seldom_used()
import typing
class Node:
    above: typing.Optional["Node"]
    names: 'dict[str, typing.List["Node"]]'
hints = {"above": typing.Optional[Node], "names": dict[str, typing.List[Node]]}
print(typing.get_type_hints(Node) == hints)
"""


def test_an_annotation_written_as_text_is_evaluated() -> None:
    done = subprocess.run([sys.executable, "-c", ANNOTATED], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


@pytest.mark.skipif("ast" not in SELDOM, reason="this Python's inspect loads ast")
def test_a_class_is_found_in_its_source() -> None:
    """Inspect looks for it with a visitor that it made before ast was loaded."""
    program = (
        "from folio.cli import seldom; seldom.put_off_what_is_seldom_used(); import inspect, sys\n"
        "assert type(sys.modules['ast']) is seldom.Unloaded\n"
        "print(inspect.getsource(seldom.Visitor).splitlines()[0])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "class Visitor:\n"), done.stderr


IN_C = """
from folio.cli import seldom; seldom.put_off_what_is_seldom_used()
import datetime as dt, pickle
print(dt.__name__, pickle.loads(pickle.dumps(dt.datetime(2025, 1, 2, tzinfo=dt.UTC))))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python's datetime is C's at once")
def test_datetime_is_not_loaded_in_python_first() -> None:
    done = subprocess.run([sys.executable, "-c", IN_C], capture_output=True, encoding="utf-8")
    assert done.stdout == "_datetime 2025-01-02 00:00:00+00:00\n", done.stderr


def test_duckdb_has_no_complaint_at_the_end(keeper: Bookkeeper, tmp_path: Path) -> None:
    """From 2.0 on it counts its own objects when Python ends."""
    pytest.importorskip("duckdb")
    env = {**os.environ, "FOLIO_DB": str(keeper.path)}
    done = subprocess.run(
        [sys.executable, "-m", "folio", "export", "duckdb", "-o", "tables.duckdb"],
        env=env, cwd=tmp_path, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "wrote tables.duckdb\n")


def _left_unloaded(words: list[str], **environment: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", BEGUN, *words],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture
def put_off_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], ModuleType]]:
    """Writes a module and puts it off."""
    name = "seldom_used"

    def make(source: str) -> ModuleType:
        (tmp_path / f"{name}.py").write_text(source)
        importlib.invalidate_caches()
        put_off([name])
        return sys.modules[name]

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    sys.modules.pop(name, None)


def test_a_module_put_off_is_loaded_once_on_first_use(
    put_off_module: Callable[[str], ModuleType],
) -> None:
    module = put_off_module("import builtins\nloads = [1]\ndef twice(n): return 2 * n\n")
    for _ in range(2):  # the standard library's LazyLoader loads at the second one
        exec("import seldom_used", {})
    assert type(module) is Unloaded
    assert module.twice(21) == 42
    assert type(module) is ModuleType
    loads = module.loads
    put_off(["seldom_used"])
    assert sys.modules["seldom_used"] is module
    assert module.loads is loads
    with pytest.raises(AttributeError, match="has no attribute 'thrice'"):
        _ = module.thrice


def test_a_function_taken_before_it_is_loaded_works_each_time(
    put_off_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Typer's own ``from gettext import gettext``, which a page of help calls many times."""
    module = put_off_module("def twice(n): return 2 * n\n")
    monkeypatch.setitem(TAKEN, module.__name__, ("twice",))
    twice = module.twice
    assert type(module) is Unloaded
    assert [twice(3), twice(4)] == [6, 8]


def test_a_class_taken_before_it_is_loaded_is_asked_for_its_own(
    put_off_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Typer's own ``from traceback import StackSummary``."""
    module = put_off_module("class Sum(list):\n    @classmethod\n    def of(cls, n): return n\n")
    monkeypatch.setitem(TAKEN, module.__name__, ("Sum",))
    taken = module.Sum
    assert type(module) is Unloaded
    assert (taken.of(3), taken([4])) == (3, [4])
    assert not hasattr(taken, "no_such_thing")


def test_threads_load_it_together(put_off_module: Callable[[str], ModuleType]) -> None:
    module = put_off_module("import time\ntime.sleep(0.05)\nanswer = 42\n")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: module.answer, range(4))) == [42] * 4


def test_a_module_that_asks_itself_or_fails_says_so(
    put_off_module: Callable[[str], ModuleType],
) -> None:
    module = put_off_module("import seldom_used\nearly = hasattr(seldom_used, 'late')\nlate = 1\n")
    assert module.early is False
    del sys.modules["seldom_used"]
    broken = put_off_module("1 / 0\n")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            _ = broken.anything


def test_what_is_not_there_is_not_put_off() -> None:
    put_off(["no_such_module_anywhere"])
    assert "no_such_module_anywhere" not in sys.modules


def test_a_file_that_is_known_is_not_read_again(keeper: Bookkeeper, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "date,account,kind,asset,quantity,currency\n2025-01-02,Broker,deposit,EUR,5,EUR\n"
    )
    command = ["import", str(file), "--create"]
    assert _is_among("pydantic", _modules(keeper.path, command))
    unused = {
        "pydantic",
        "tomllib",
        "folio.importers.language.profile",
        "folio.importers.recognition.csv_file",
    }
    loaded = _modules(keeper.path, command)
    assert not {name for name in unused if _is_among(name, loaded)}


def _modules(book: Path, words: list[str]) -> set[str]:
    env = {**os.environ, "FOLIO_DB": str(book), "FOLIO_TODAY": "2025-01-20"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=env, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def _is_among(name: str, loaded: set[str]) -> bool:
    """Whether that module or one below it was loaded."""
    return any(one == name or one.startswith(f"{name}.") for one in loaded)


def test_an_interrupt_while_it_loads_is_no_traceback() -> None:
    """Ctrl-C in the first tenth of a second ends it as one later does."""
    interrupted = "sys.modules['folio.cli.app'] = None; seldom.put_off_what_is_seldom_used = stop"
    code = (
        "import sys; from folio.cli import seldom, start\n"
        "def stop(): raise KeyboardInterrupt\n"
        f"{interrupted}; start.main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
