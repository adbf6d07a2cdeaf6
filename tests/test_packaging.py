"""What is installed is whole: the schema, the profiles, the examples, the mark of typed code."""

import tarfile
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from folio.cli.topics import ORDER
from folio.db.migrations import SCHEMA_FILE
from folio.operations.make_example import EXAMPLES

ROOT = Path(__file__).parent.parent
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
    code = {p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src").rglob("*.py")}
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
    wanted |= {f"examples/{name}" for name in SHIPPED}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert not wanted - names
