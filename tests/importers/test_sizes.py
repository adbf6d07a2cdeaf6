"""Files that are larger than a statement can be: each is refused before it fills the memory.

The limits are lowered here, or the files would have to be as large.
"""

import zipfile
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from folio.errors import FolioError
from folio.importers import load_profiles
from folio.importers.files import workbook
from folio.importers.formats.camt import markup as camt
from folio.importers.formats.ghostfolio import markup as ghostfolio
from folio.importers.formats.journals import included
from folio.importers.formats.ofx import markup as ofx
from folio.importers.formats.portfolio_performance import markup as portfolio_performance
from folio.importers.recognition.signatures import FORMATS, find_format
from folio.importers.tables import xml_file
from importing import load, new_book
from workbooks import open_document, saved

UTC = zoneinfo.ZoneInfo("UTC")
HERE = Path(__file__).parent
CAMT = HERE / "formats" / "camt_ubs" / "sample.xml"
FLEX = HERE / "ibkr_flex" / "sample.xml"
OFX = HERE / "formats" / "broker.ofx"
GHOSTFOLIO = HERE / "peers" / "ghostfolio.json"
PORTFOLIO = HERE / "peers" / "portfolio.xml"


def zipped(folder: Path) -> Path:
    path = folder / "some.portfolio"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(PORTFOLIO, "portfolio.xml")
    return path


def ledgers(folder: Path) -> Path:
    for name, text in (("one", 'include "two.beancount"\n'), ("two", "")):
        (folder / f"{name}.beancount").write_text(f"{text}2025-01-01 open Assets:Cash\n")
    return folder / "one.beancount"


def there(path: Path) -> Callable[[Path], Path]:
    return lambda _: path


@pytest.mark.parametrize(
    ("file", "limit", "said"),
    [
        (there(CAMT), (camt, "MAX_NODES"), "has more than 9 elements; export a shorter period"),
        (there(FLEX), (xml_file, "MAX_SIZE"), "has more than 9 characters; export a shorter per"),
        (there(FLEX), (xml_file, "MAX_RECORDS"), "has more than 1 records; export a shorter per"),
        (
            there(GHOSTFOLIO),
            (ghostfolio, "MAX_SIZE"),
            "has more than 9 characters, which no export has; check what it is",
        ),
        *(
            (
                file,
                (portfolio_performance, "MAX_SIZE"),
                "has more than 9 bytes, which no portfolio has; check what it is",
            )
            for file in (there(PORTFOLIO), zipped)
        ),
        (ledgers, (included, "MOST"), "includes more than 1 files"),
    ],
)
def test_a_file_that_is_too_large(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: Callable[[Path], Path],
    limit: tuple[ModuleType, str],
    said: str,
) -> None:
    db = new_book(tmp_path)
    before = (tmp_path / "folio.db").read_bytes()
    monkeypatch.setattr(*limit, 1 if " 1 " in f" {said} " else 9)
    path = file(tmp_path)
    found = FORMATS["portfolio-performance"] if "portfolio" in path.name else find_format(path)
    with pytest.raises(FolioError) as caught:
        found.read(path, UTC) if found else load(db, path)
    assert said in str(caught.value)
    assert path.name in str(caught.value)
    assert (tmp_path / "folio.db").read_bytes() == before


def test_a_block_of_ofx_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofx, "MAX_BLOCK", 9)
    with pytest.raises(FolioError, match="it is longer than 9 characters"):
        load(new_book(tmp_path), OFX)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#" * 200_001, "has more than 200,000 bytes and is no profile; remove it"),
        (b"name = '\xff'", "is not text in UTF-8; save it so"),
    ],
)
def test_what_is_no_profile_among_ones_own(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(FolioError) as caught:
        load_profiles(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'mine.toml'} {said}"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("MAX_BYTES", "has more than 1 bytes in it; export a shorter period"),
        ("MAX_COLUMNS", "has more than 1 columns; export it as CSV"),
    ],
)
def test_a_spreadsheet_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    monkeypatch.setattr(workbook, limit, 1)
    path = saved(tmp_path / "rows.xlsx", [["a", "b", "c", "d"], ["1", "2", "3", "4"]])
    with pytest.raises(FolioError) as caught:
        workbook.read_workbook(path)
    assert str(caught.value) == f"{path} {said}"


def test_two_sheets_of_one_name(tmp_path: Path) -> None:
    """Of two names that differ where the name of a file cannot."""
    row = '<table:table-row><table:table-cell office:value-type="float" office:value="1"/>'
    tables = [
        f'<table:table table:name="{name}">{row}</table:table-row></table:table>'
        for name in ("Konto/2024", "Konto-2024")
    ]
    path = open_document(tmp_path / "rows.ods", "".join(tables))
    with pytest.raises(FolioError) as caught:
        workbook.read_workbook(path)
    assert str(caught.value) == f"{path} has two sheets called 'Konto-2024'; give one another name"
