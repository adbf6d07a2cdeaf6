"""Modules that Typer and pydantic, and what they load, load for tasks that few commands have.

Archives, subprocesses, tracebacks, byte code, what a misspelt word means: a fifth of a short
command.
``SELDOM`` names them, and they are loaded on first use.  The standard library's LazyLoader does
that for the first ``import`` of a module only; the second one loads it, and most of these are
imported twice.
"""

import contextlib
import importlib.util
import sys
import typing
from collections.abc import Iterable
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

# What is imported by its name: it loads its module when it is called, or asked for anything.
TAKEN: dict[str, tuple[str, ...]] = {
    "difflib": ("get_close_matches",),  # typer: which command was meant
    "gettext": ("gettext",),  # typer: its messages
    "importlib.metadata": ("entry_points",),  # pydantic: plugins, which folio.importers forbids
    "shutil": ("get_terminal_size",),  # typer: hands it on
    "traceback": ("FrameSummary", "StackSummary"),  # typer: an error that nobody expected
    "typer.completion": ("get_completion_inspect_parameters",),  # what folio answers itself
    "urllib.parse": ("quote_from_bytes",),  # pathlib: a path as an address
    "uuid": ("UUID",),  # typer: what an option of that type is made of
}
# From 3.14 on inspect asks more of them as it is loaded, which is to load them.
BEFORE_3_14 = (
    "ast",  # inspect: a class in a file's source; its types take longer to make than all of inspect
    "dis",  # inspect: see FLAGS
)
SELDOM = (
    *TAKEN,
    "fnmatch",  # pathlib: patterns of names
    "linecache",  # traceback, inspect: lines of source
    "platform",  # typer: how to open a file
    "selectors",  # subprocess
    "shellingham",  # typer: which shell it is run in
    "signal",  # subprocess
    "subprocess",  # typer: shells and editors
    "textwrap",  # traceback, Typer's help
    "token",  # inspect, tokenize
    "tokenize",  # linecache, inspect
    *(BEFORE_3_14 if sys.version_info < (3, 14) else ()),
)
# All that inspect asks of dis as it is loaded: what bits of a code object mean.
FLAGS = {
    1: "OPTIMIZED",
    2: "NEWLOCALS",
    4: "VARARGS",
    8: "VARKEYWORDS",
    16: "NESTED",
    32: "GENERATOR",
    64: "NOFREE",
    128: "COROUTINE",
    256: "ITERABLE_COROUTINE",
    512: "ASYNC_GENERATOR",
}
_LOADING = RLock()


class Unloaded(ModuleType):
    """A module that is loaded when something is asked of it; then it is like any other."""

    def __getattr__(self, name: str) -> Any:
        # Python comes here for what a module lacks: at first all but its name and its spec.
        if name in TAKEN.get(self.__name__, ()):
            return Later(self, name)
        if name == "__path__":  # asked for by ``from … import``; only packages have one
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return self._now(name)

    def _now(self, name: str) -> Any:
        with _LOADING:  # another thread waits until it is loaded
            if isinstance(self, Unloaded):
                self._load(name)
        return getattr(self, name)

    def _load(self, name: str) -> None:
        spec = self.__spec__
        assert spec is not None
        assert spec.loader is not None
        if spec.loader_state == "loading":  # it asks itself
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} yet")
        spec.loader_state = "loading"
        try:
            spec.loader.exec_module(self)
            self.__class__ = ModuleType  # type: ignore[assignment]
        finally:
            spec.loader_state = None


class Later:
    """A function or a class taken by its name from a module that is not loaded yet."""

    def __init__(self, module: Unloaded, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._itself()(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._itself(), name)

    def _itself(self) -> Any:
        return Unloaded._now(self._module, self._name)  # once loaded it is no Unloaded


def put_off(names: Iterable[str]) -> None:
    """Let these modules be loaded on first use, unless they are loaded or not there at all."""
    for name in names:
        spec = None if name in sys.modules else _spec_of(name)
        if spec is not None:
            module = importlib.util.module_from_spec(spec)
            module.__class__ = Unloaded
            sys.modules[name] = module
            package, _, own = name.rpartition(".")
            if package in sys.modules:
                setattr(sys.modules[package], own, module)


def _spec_of(name: str) -> ModuleSpec | None:
    if not name.startswith("typer."):
        return importlib.util.find_spec(name)
    package = importlib.util.find_spec("typer")  # not loaded, or it would load its parts at once
    return package and PathFinder.find_spec(name, package.submodule_search_locations)


class Visitor:
    """As ``ast.NodeVisitor``, of which inspect makes a class before anything is looked for."""

    def visit(self, node: Any) -> Any:
        from ast import NodeVisitor

        return NodeVisitor.visit(self, node)  # type: ignore[arg-type]

    def generic_visit(self, node: Any) -> Any:
        from ast import NodeVisitor

        return NodeVisitor.generic_visit(self, node)  # type: ignore[arg-type]


def put_off_what_is_seldom_used() -> None:
    """Let the modules of ``SELDOM`` be loaded on first use."""
    put_off(SELDOM)
    _take_datetime_in_c()
    if isinstance(sys.modules.get("ast"), Unloaded):
        vars(sys.modules["ast"])["NodeVisitor"] = Visitor
    if isinstance(sys.modules.get("dis"), Unloaded):
        vars(sys.modules["dis"])["COMPILER_FLAG_NAMES"] = FLAGS
    if sys.version_info < (3, 14):  # whose annotations are evaluated when they are looked at
        vars(typing)["compile"] = _left_as_text


def _take_datetime_in_c() -> None:
    """Before 3.12 all of datetime is loaded in Python, to be replaced by what is written in C.

    That takes a fortieth of a report.  Where there is no C, it is loaded as ever.
    """
    if sys.version_info < (3, 12):
        with contextlib.suppress(ImportError):
            sys.modules.setdefault("datetime", importlib.import_module("_datetime"))


def _left_as_text(annotation: str, *_: Any, **__: Any) -> str:
    """What typing keeps of an annotation written as text, for ``eval`` when it is asked for.

    ``compile`` would first make all the types of ast, which cost as much as all of SQLite's
    first statements; ``eval`` takes the text as well.
    """
    return annotation
