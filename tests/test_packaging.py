"""What is installed is whole: the schema, the profiles, the examples, the mark of typed code."""

import ast
import re
import sys
import tarfile
import tomllib
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import folio
from folio.cli.topics import ORDER
from folio.db.file.migrations import SCHEMA_FILE
from folio.model.extras import install_with
from folio.operations.keeping.make_example import EXAMPLES

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHON = "Programming Language :: Python :: 3."
PROFILES = sorted(path.name for path in (ROOT / "src/folio/importers/profiles").glob("*.toml"))
SHIPPED = sorted(
    path.relative_to(ROOT / "examples").as_posix()
    for path in (ROOT / "examples").rglob("*")
    if path.suffix in (".csv", ".sh", ".md", ".svg", ".service", ".timer") or path.name == "crontab"
)


def test_the_schema_is_where_it_is_looked_for() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == (ROOT / "schema.sql").read_text("utf-8")


def test_the_examples_are_where_they_are_looked_for() -> None:
    assert len(SHIPPED) >= 10
    for name in SHIPPED:
        assert (EXAMPLES / name).read_bytes() == (ROOT / "examples" / name).read_bytes(), name


def test_the_profiles_and_the_mark_are_beside_the_code() -> None:
    assert (files("folio") / "py.typed").is_file()
    assert len(PROFILES) >= 7
    for name in PROFILES:
        assert (files("folio") / "importers" / "profiles" / name).is_file(), name


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dist")


def test_the_wheel_is_whole(dist: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(dist), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())
    found = [path for kind in ("py", "css", "js") for path in (ROOT / "src").rglob(f"*.{kind}")]
    code = {path.relative_to(ROOT / "src").as_posix() for path in found}
    wanted = code | {"folio/schema.sql", "folio/py.typed"}
    wanted |= {f"folio/importers/profiles/{name}" for name in PROFILES}
    wanted |= {f"folio/examples/{name}" for name in SHIPPED}
    wanted |= {f"folio/cli/topics/{name}.md" for name in ORDER}
    assert not wanted - names
    assert not [name for name in names if name.endswith((".db", ".pyc"))]


def test_the_sdist_makes_the_wheel(dist: Path) -> None:
    (sdist,) = SdistBuilder(str(ROOT)).build(directory=str(dist), versions=["standard"])
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"schema.sql", "pyproject.toml", "README.md", "LICENSE", "src/folio/py.typed"}
    wanted |= {"CHANGELOG.md", ".ci/run"}  # the tests read them
    wanted |= {f"examples/{name}" for name in SHIPPED}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert not wanted - names


def test_the_version_is_the_newest_of_the_changes() -> None:
    newest = re.search(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert newest is not None
    assert newest[1] == folio.__version__
    assert PROJECT["dynamic"] == ["version"]


def test_the_pythons_named_begin_with_the_oldest_allowed() -> None:
    named = [one.removeprefix(PYTHON) for one in PROJECT["classifiers"] if one.startswith(PYTHON)]
    assert PROJECT["requires-python"] == f">=3.{named[0]}"
    assert f"Python 3.{named[0]} or newer" in (ROOT / "README.md").read_text("utf-8")
    assert [str(int(named[0]) + n) for n in range(len(named))] == named


def test_what_is_asked_for_is_an_extra() -> None:
    """A command that lacks a package names it as pyproject.toml does."""
    extras = PROJECT["optional-dependencies"]
    offered = {line for name, lines in extras.items() if name != "test" for line in lines}
    asked = {line for file in (ROOT / "src").rglob("*.py") for line in _asked_for(file)}
    assert asked == offered
    for file in (ROOT / "src").rglob("*.*"):  # pip would look for another folio on PyPI
        assert file.suffix == ".pyc" or "install 'folio[" not in file.read_text("utf-8"), file


def _asked_for(file: Path) -> list[str]:
    text = file.read_text("utf-8")
    if "install_with(" not in text:
        return []
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "install_with"
    ]


def test_each_dependency_has_a_lower_bound() -> None:
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for each in extras.values() for line in each)]
    assert not [line for line in lines if ">=" not in line and not line.startswith("tzdata")]


def test_a_package_is_installed_where_folio_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my own/bin/python")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert install_with("duckdb>=1.1") == "'/opt/my own/bin/python' -m pip install 'duckdb>=1.1'"
    (tmp_path / "pipx_metadata.json").touch()
    assert install_with("duckdb>=1.1") == f"pipx inject {tmp_path.name} 'duckdb>=1.1'"
