"""Spreadsheets made by hand, part by part."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# By style: as it is, a day, a day and a time, a time, a number with a word beside it, a month.
STYLES = """<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>
<numFmt numFmtId="165" formatCode="#,##0.00&quot; days&quot;;[Red]-0"/>
<numFmt numFmtId="166" formatCode="[$-409]mmm"/></numFmts>
<cellStyleXfs><xf numFmtId="22"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/>
<xf numFmtId="165"/><xf numFmtId="166"/></cellXfs><cellStyles><xf numFmtId="1"/></cellStyles>"""
SHARED = """<si><t>Fecha</t></si><si><r><t>Im</t></r><r><t>porte</t></r></si>
<si><t>日付</t><rPh><t>ヒヅケ</t></rPh></si>"""


def written(path: Path, rows: str, *, date1904: bool = False, links: str = "worksheets") -> Path:
    """A workbook of a sheet with these rows, another that is hidden, and a chart."""
    book = f"""<workbook {MAIN} xmlns:r="urn:r"><workbookPr date1904="{int(date1904)}"/><sheets>
        <sheet name="Some  rows" sheetId="4" r:id="a"/>
        <sheet name="Old" sheetId="5" state="hidden" r:id="b"/></sheets></workbook>"""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="a" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="a" Type="{OFFICE}/worksheet" '
            f'Target="{links}/sheet1.xml"/><Relationship Id="b" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet2.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{SHARED}</sst>")
        archive.writestr("xl/styles.xml", f"<styleSheet {MAIN}>{STYLES}</styleSheet>")
        archive.writestr(
            "xl/worksheets/sheet2.xml", "<worksheet><row><c><v>1</v></c></row></worksheet>"
        )
        sheet = f'<x:worksheet xmlns:x="urn:x"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def open_document(path: Path, tables: str) -> Path:
    """A workbook as OpenOffice keeps it."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {names}/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def saved(path: Path, rows: list[list[str]]) -> Path:
    """A workbook of these cells: days and numbers as a spreadsheet keeps them."""
    return written(path, "".join(f"<x:row>{''.join(map(_kept, row))}</x:row>" for row in rows))


def _kept(cell: str) -> str:
    for style, form in enumerate(("%d-%m-%Y", "%Y-%m-%d %H:%M:%S"), 1):
        try:
            shown = dt.datetime.strptime(cell, form).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
        age = shown - dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
        return f'<c s="{style}"><v>{age.days + age.seconds / 86_400!r}</v></c>'
    if re.fullmatch(r"-?\d{1,3}([.,]\d+)?", cell):
        return f"<c><v>{float(cell.replace(',', '.'))!r}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
