"""What a spreadsheet shows is what its sheets say as text."""

import zipfile
from pathlib import Path

import pytest

from folio.errors import FolioError
from folio.importers.files.workbook import is_workbook, read_workbook
from workbooks import open_document, written


def test_cells_are_as_they_are_shown(tmp_path: Path) -> None:
    """45292 is 2024-01-01; the second row has none, and what went wrong says so."""
    path = written(
        tmp_path / "any.xlsx",
        """<x:row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c>
            <c r="D1" t="s"><v>2</v></c></x:row>
        <x:row r="2"><c r="A2" s="1"/></x:row>
        <x:row r="3"><c r="A3" s="1"><v>45292</v></c><c r="B3" s="2"><v>45292.5625</v></c>
            <c r="C3" s="3"><v>0.75</v></c><c r="D3" s="4"><v>-12.5</v></c></x:row>
        <x:row><c t="inlineStr"><is><t>two
            lines</t></is></c><c t="str"><f>A1&amp;A2</f><v>made</v></c><c t="b"><v>1</v></c>
            <c t="d"><v>2024-01-02T00:00:00</v></c><c t="e"><v>#N/A</v></c></x:row>
        <x:row r="900"><c r="A900" s="1"/></x:row>""",
        links="/xl/worksheets",
    )
    assert is_workbook(path)
    assert read_workbook(path) == {
        "Some rows": [
            ["Fecha", "", "Importe", "日付"],
            [],
            ["2024-01-01", "2024-01-01 13:30:00", "18:00:00", "-12.5"],
            ["two lines", "made", "TRUE", "2024-01-02", "#N/A"],
        ]
    }


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("0.30000000000000004", "0.3"),  # more digits than a spreadsheet knows
        ("1234.5600000000001", "1234.56"),
        ("0.09999999999999432", "0.1"),  # 100.1 - 100, in binary
        ("-316.130000000001", "-316.13"),  # 9592.07 - 9908.2
        ("81079.40000000002", "81079.4"),
        ("-2.7755575615628914E-17", "0"),  # 0.3 - 0.1 - 0.2
        ("1000000.00000001", "1000000.00000001"),  # so many bitcoins, and a satoshi
        ("1E-18", "0.000000000000000001"),
        ("1E-3", "0.0010"),
        ("1.234", "1.2340"),  # 1.234 is a thousand and more in half of the world
        ("-1.2345E5", "-123450"),
        ("4111111111111111", "4111111111111111"),  # of an id every digit counts
        ("DIV", "DIV"),
    ],
)
def test_numbers_are_those_that_are_seen(tmp_path: Path, stored: str, said: str) -> None:
    path = written(tmp_path / "any.xlsx", f"<x:row><c><v>{stored}</v></c></x:row>")
    assert read_workbook(path) == {"Some rows": [[said]]}


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ('<x:row r="7"><c r="AB7"><f>A7*2</f></c></x:row>', "AB7"),
        ("<x:row/><x:row><c><v>1</v></c><c><f>A2*2</f><v></v></c></x:row>", "B2"),
        ('<x:row r="3"><c r="C3"><x:f t="shared" si="0"/><v/></c></x:row>', "C3"),
    ],
)
def test_a_formula_that_nobody_worked_out_is_refused(tmp_path: Path, row: str, cell: str) -> None:
    """A program wrote it; a blank cell would say that there was nothing, such as no fee."""
    path = written(tmp_path / "any.xlsx", row)
    with pytest.raises(FolioError, match=rf"in cell {cell} of 'Some rows' .* save it there"):
        read_workbook(path)


def test_a_formula_says_what_it_came_to(tmp_path: Path) -> None:
    path = written(
        tmp_path / "any.xlsx",
        '<x:row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>IF(1,"")</f><v></v></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D2" t="e"/></x:row>',
    )
    assert read_workbook(path) == {"Some rows": [[], ["2", "", "#DIV/0!", "#ERROR!"]]}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('office:value-type="float" office:value="0"><text:p>Err:502</text:p>', "Err:502"),
        ('office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p>', "#DIV/0!"),
        (">", "nothing"),
    ],
)
def test_a_formula_of_an_open_document_that_went_wrong_is_refused(
    tmp_path: Path, cell: str, said: str
) -> None:
    """What LibreOffice keeps of it is 0, or nothing."""
    cells = f'<table:table-cell table:formula="of:=[.A2]/0" {cell}</table:table-cell>'
    rows = f"<table:table-row>{cells}</table:table-row>"
    path = open_document(tmp_path / "any.ods", f'<table:table table:name="K">{rows}</table:table>')
    with pytest.raises(FolioError, match=rf"formula 'of:=\[.A2\]/0' that comes to {said}; mend it"):
        read_workbook(path)


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    row = '<x:row><c s="1"><v>43830</v></c><c s="5"><v>43830</v></c></x:row>'
    path = written(tmp_path / "any.xlsx", row, date1904=True)
    assert read_workbook(path) == {"Some rows": [["2024-01-01", "2024-01-01"]]}


@pytest.mark.parametrize(
    "row",
    [
        '<x:row><c t="s"><v>7</v></c></x:row>',  # there is no such text
        '<x:row><c r="ZZZ1"><v>1</v></c></x:row>',
        "<x:row><c>",
        "<x:row><c><v>351050123456789012</v></c></x:row>",  # of an id every digit counts
        "<x:row><c><v>NaN</v></c></x:row>",
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, row: str) -> None:
    path = written(tmp_path / "any.xlsx", row)
    with pytest.raises(FolioError, match=r"any\.xlsx.* (CSV|columns|needs)"):
        read_workbook(path)


def test_other_spreadsheets_are_read_alike(tmp_path: Path) -> None:
    """rows.xls is as xlwt 1.3 writes it."""
    old = Path(__file__).parent / "rows.xls"
    assert is_workbook(old)
    assert read_workbook(old) == {
        "Movimientos": [
            ["Fecha", "Concepto", "Importe"],
            ["2024-01-02", "Nómina", "1500.25"],
            ["2024-01-03", "Recibo", "-30.1"],
        ]
    }
    path = open_document(
        tmp_path / "any.ods",
        '<table:table table:name="Konto/2024"><table:table-row>'
        '<table:table-cell office:value-type="date" office:date-value="2024-01-02"/>'
        '<table:table-cell office:value-type="float" office:value="-30.1">'
        "<text:p>30,10-</text:p></table:table-cell>"
        "</table:table-row></table:table>",
    )
    assert is_workbook(path)
    assert read_workbook(path) == {"Konto-2024": [["2024-01-02", "-30.1"]]}


def test_one_that_needs_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    assert is_workbook(path)
    with pytest.raises(FolioError, match=r"any\.xlsx .* needs a password; save it without one"):
        read_workbook(path)


def test_days_of_a_column_are_written_alike(tmp_path: Path) -> None:
    """At midnight there is no time in the number: the cells beside it say that there is one."""
    path = written(
        tmp_path / "any.xlsx",
        '<x:row><c s="1"><v>45292</v></c><c s="2"><v>45292</v></c></x:row>'
        '<x:row><c s="1"><v>45293</v></c><c s="2"><v>45292.5625</v></c></x:row>',
    )
    assert read_workbook(path)["Some rows"] == [
        ["2024-01-01", "2024-01-01 00:00:00"],
        ["2024-01-02", "2024-01-01 13:30:00"],
    ]


def test_other_zips_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "any.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert not is_workbook(path)
    path.write_bytes(b"PK\x03\x04 and no more")
    assert not is_workbook(path)
