"""Modules that Typer, and what it loads, load for tasks that few commands have.

Archives, subprocesses, tracebacks, what a misspelt word means: 11 ms of a short command's 60.
``SELDOM`` names them, and they are loaded on first use.  The standard library's LazyLoader does
that for the first ``import`` of a module only; the second one loads it, and most of these are
imported twice.
"""

import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from threading import RLock
from types import ModuleType
from typing import Any

# Functions that are imported by their names: each loads its module when it is called.
FUNCTIONS = {
    "difflib": "get_close_matches",  # typer: which command was meant
    "gettext": "gettext",  # typer: its messages
    "shutil": "get_terminal_size",  # typer: hands it on
    "urllib.parse": "quote_from_bytes",  # pathlib: a path as an address
}
SELDOM = (
    *FUNCTIONS,
    "ast",  # inspect: a class in a file's source; its types take longer to make than all of inspect
    "fnmatch",  # pathlib: patterns of names
    "linecache",  # traceback, inspect: lines of source
    "platform",  # typer: how to open a file
    "selectors",  # subprocess
    "shellingham",  # typer: which shell it is run in
    "signal",  # subprocess
    "subprocess",  # typer: shells and editors
    "textwrap",  # traceback, Typer's help
    "tokenize",  # linecache, inspect
)
_LOADING = RLock()


class Unloaded(ModuleType):
    """A module that is loaded when something is asked of it; then it is like any other."""

    def __getattr__(self, name: str) -> Any:
        # Python comes here for what a module lacks: at first all but its name and its spec.
        if name == FUNCTIONS.get(self.__name__):
            return self._later(name)
        if name == "__path__":  # asked for by ``from … import``; only packages have one
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return self._now(name)

    def _later(self, name: str) -> Callable[..., Any]:
        def function(*given: Any, **named: Any) -> Any:
            return Unloaded._now(self, name)(*given, **named)  # once loaded it is no Unloaded

        return function

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


def put_off(names: Iterable[str]) -> None:
    """Let these modules be loaded on first use, unless they are loaded or not there at all."""
    for name in names:
        spec = None if name in sys.modules else importlib.util.find_spec(name)
        if spec is not None:
            module = importlib.util.module_from_spec(spec)
            module.__class__ = Unloaded
            sys.modules[name] = module
            package, _, own = name.rpartition(".")
            if package:
                setattr(sys.modules[package], own, module)


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
    if isinstance(sys.modules["ast"], Unloaded):
        vars(sys.modules["ast"])["NodeVisitor"] = Visitor
    if hasattr(os, "uname"):  # all that uuid, which Typer loads, asks of platform in Python 3.11
        vars(sys.modules["platform"])["system"] = lambda: os.uname().sysname
