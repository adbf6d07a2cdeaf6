"""Formats of files that need no profile: each says itself what its parts mean.

A format is recognised by what a file says, never by the file's name, and its reader makes
a :class:`~folio.model.statements.Statement` as a profile does.  What a reader promises:

- every record is a row with its line and its text as it stood, and no two rows have one
  line; what stands between them is in ``around``, so that rows and surroundings together
  are the file again;
- a record that cannot be read is a bad row, and the others are read all the same;
- drafts are oldest first, each with an id that another export of the same account repeats.

A new format is a module in :mod:`folio.importers.formats` with a ``read``, and an entry in FORMATS.
"""

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from folio.importers.files.text_file import first_text
from folio.model.statements import Statement

if TYPE_CHECKING:
    from folio.importers.language.profile import Profile
    from folio.importers.tables.stream import Stream

Watched = Callable[[int], None] | None


class Format(NamedTuple):
    """How files of one format are recognised and read."""

    name: str  # as --profile names it
    title: str
    signature: re.Pattern[str]  # matches the head of its files, from its first character
    module: str  # of folio.importers.formats; loaded when a file is read

    def read(self, path: Path, zone: ZoneInfo, watch: Watched = None) -> Statement:
        """The statement in ``path``; ``zone`` is the book's.

        Raises:
            FolioError: when the file cannot be read at all.
        """
        reader = importlib.import_module(f"folio.importers.formats.{self.module}")
        found: Statement = reader.read(path, zone, watch)
        return found


def _signature(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"[\ufeff\s]*+(?:{pattern})", re.IGNORECASE | re.DOTALL)


_OFX = _signature(r"(?:OFXHEADER|<\?xml|<\?OFX|<!--|<!DOCTYPE).{0,8000}?<OFX[\s>]|<OFX>")
_CAMT = _signature(
    r"(?:<\?xml|<!--|<(?:[\w.-]+:)?Document).{0,8000}?"
    r"<(?:[\w.-]+:)?BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn)(?:V01)?\b"
)
_MT940 = _signature(
    r"(?=(?:[^\n]{0,300}\n){0,20}?(?:\{4:[ \t]*)?:20:[^\n]*\n(?:[^\n]*\n){0,6}?:25P?:)"
    r"(?=.{0,4000}?\n:(?:60[FM]|34F|62[FM]):)"
)
_ABN_AMRO = _signature(r"\d{9,10}\t[A-Z]{3}\t\d{8}(?:\t[+-]?\d+,\d\d){2}\t\d{8}\t[+-]?\d+,\d\d\t")
_QIF = _signature(r"!(?:Type|Account|Option|Clear)\b")
_DAY = r"\d{4}[-/]\d\d?[-/]\d\d?"
_BEANCOUNT = _signature(
    r"(?:(?:[;*#][^\n]*)?\n)*+(?:(?:option|plugin|include)\s+\"|push(?:tag|meta)\s|"
    # With what follows: an entry of hledger may be described by any of these words.
    rf"(?-i:{_DAY}[ \t]+(?:(?:[*!]|txn|event|custom|query)[ \t]+\"|"
    r"(?:open|close|balance|pad|note|document)[ \t]+[^\W\d_][\w-]*:|"
    r"(?:commodity[ \t]+[A-Z][A-Z\d'._-]*|price[ \t]+[A-Z][A-Z\d'._-]*[ \t]+[-+\d(.][^\n]*)"
    r"[ \t\r]*(?:[;\n]|\Z))))"
)
# What only ledger reads as it is meant: lots, and directives that hledger does not know.
_LEDGER = _signature(
    r"(?=(?:(?:[;*#%|][^\n]*)?\n)*+(?-i:[a-zA-Z!@~=]+[ \t]+\S|\d[-/.=\d]{2,}[ \t]))"
    r"(?=(?:[^\n]*+\n){0,9999}?(?-i:apply (?:year|tag|fixed)\b|(?:bucket|N) [^,;\n]++\n|"
    r"(?:commodity|payee) [^,;\n]*+\n[ \t]+(?:note|alias|nomarket|default|uuid)\b|"
    # A lot without a price, with another price than its cost, or with a note.
    # A script has braces too: here numbers stand before them and in them.
    r"[ \t]++[^;\n{}\d]*+\d[^;\n{}]*+\{(?P<cost>[^;\n{}\d]*+\d[^;\n{}]*+)\}[^;\n@(]*+"
    r"(?:[;\n(]|@ +(?!(?P=cost)\s*[;\n]))))"
)
_HLEDGER = _signature(
    r"\[\s*\{(?=.{0,4000}?\"t(?:code|date|description)\")|"  # as hledger print -O json writes it
    r"\"?txnidx\"?,|"  # as it writes CSV, which is refused in its own words
    # Small letters: Account holder: Someone is what a bank says above its table.
    r"(?:(?:[;*#%][^\n]*)?\n)*+(?-i:decimal-mark |commodity |include |alias |Y ?\d{4}|D [^,\n]*\d|"
    r"account [^,;\t\n]+(?:  ;[^\n]*)?\n|"  # not the first column of a CSV file
    r"(?:payee|tag|apply account|~|=) +\S|comment\s*\n|"
    r"P \d{4}[-/.]|\d{4}[-/.]\d\d?[-/.]\d\d?(?:=[-/.\d]+)?(?: [*!(A-Za-z]|\n)|"
    r"[-/.\d]{3,10}(?:=[-/.\d]+)? [^\n]*\n[ \t]+\S)"  # whatever it is called: a posting follows
)
# The XML, and what its other forms begin with, so that they are refused in their own words.
_PORTFOLIO = _signature(
    r"(?:<\?xml[^>]{0,200}\?>\s*)?<client(?: id=\"\d+\")?>\s*<version[ >]|PORTFOLIO[\0\1]|PPPBV|"
    r"PK\x03\x04.{10,40}?data\.(?:xml|portfolio)"
)
_GHOSTFOLIO = _signature(
    r"\{\s*\"meta\"\s*:\s*\{[^{}]{0,500}\}\s*,\s*"
    r"\"(?:accounts|activities|orders|assetProfiles|platforms|tags|user)\"\s*:|"
    r"\{(?=.{0,60000}?\"(?:activities|orders)\"\s*:\s*\[)(?=.{0,60000}?\"unitPrice\")"
)
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("ofx", "OFX or QFX, of banks and brokers", _OFX, "ofx.reader"),
        Format("camt", "CAMT.053 and CAMT.052 (ISO 20022), of banks", _CAMT, "camt.reader"),
        Format("abn_amro_tab", "ABN AMRO, TXT with tabs", _ABN_AMRO, "abn_amro_tab"),
        Format("mt940", "MT940 (SWIFT), .sta or .940, of banks", _MT940, "mt940.reader"),
        Format("qif", "QIF, of Quicken and of banks", _QIF, "qif.reader"),
        Format("beancount", "A beancount ledger", _BEANCOUNT, "journals.beancount_file"),
        Format(
            "portfolio-performance",
            "A file of Portfolio Performance, saved as XML",
            _PORTFOLIO,
            "portfolio_performance.reader",
        ),
        Format("ghostfolio", "An export of Ghostfolio, as JSON", _GHOSTFOLIO, "ghostfolio.reader"),
        Format(
            "ledger",
            "A journal of ledger, with its lots and directives",
            _LEDGER,
            "journals.ledger_file",
        ),
        Format(
            "hledger", "An hledger journal, or its print -O json", _HLEDGER, "journals.hledger_file"
        ),
    )
}


def find_format(path: Path) -> Format | None:
    """The format that the file says it is; None where it says none.

    Raises:
        FolioError: when the file cannot be read.
    """
    head = first_text(path)
    return next((one for one in FORMATS.values() if one.signature.match(head)), None)


def read_by(
    how: "Profile | Format", path: Path, zone: ZoneInfo, watch: Watched = None
) -> Statement:
    """The statement in ``path``, with all that stands around its rows.

    Raises:
        FolioError: when the file cannot be read in this way.
    """
    if isinstance(how, Format):
        return how.read(path, zone, watch)
    from folio.importers.recognition.csv_file import lines_above, read_statement

    statement = read_statement(path, how, zone, watch)
    first = min((row.line for row in statement.rows), default=1)
    return statement._replace(around=tuple(lines_above(path, how, first)))


def open_by(
    how: "Profile | Format", path: Path, zone: ZoneInfo, watch: Watched = None
) -> "Stream | None":
    """The statement in ``path``, to be read in pieces; None where all of it must be seen first.

    Raises:
        FolioError: as :func:`read_by`; for what its rows say, when they are read.
    """
    if isinstance(how, Format):
        return None
    from folio.importers.recognition.csv_file import open_stream

    return open_stream(path, how, zone, watch)
