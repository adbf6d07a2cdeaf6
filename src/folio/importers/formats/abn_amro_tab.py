"""ABN AMRO's text file (``TXT….TAB``): the columns of its spreadsheet in another order, between
tabs, and no header that says so.

Its rows are those of the profile ``abn_amro``, under the same ids.  Texts are cut into columns
of 32 characters, which their notes are without.
"""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from folio.importers.cells.rows import normalised
from folio.importers.files.text_file import (
    choose_encoding,
    numbered_lines,
    open_text,
    records,
    splitter_at,
)
from folio.importers.formats.mt940.details import in_words
from folio.importers.interpreting.layout import Header
from folio.importers.language.catalogue import parse_profile, profile_text
from folio.importers.tables.reader import Reader, statement
from folio.model.statements import Statement

_PROFILE = "abn_amro"
_COLUMNS = (
    "accountNumber",
    "mutationcode",
    "transactiondate",
    "startsaldo",
    "endsaldo",
    "valuedate",
    "amount",
    "description",
)


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    Raises:
        FolioError: when the file cannot be read.
        UsageError: when its decimal sign stays open.
    """
    profile = parse_profile(profile_text(_PROFILE, None), _PROFILE)
    header = Header(0, tuple(map(normalised, _COLUMNS)), "\t", ())
    with open_text(path, choose_encoding(path, profile.file.encodings)) as file:
        rows = records(numbered_lines(file, watch), splitter_at("\t", ""))
        found = statement(Reader(profile, header, zone), rows)
    drafts = [draft._replace(note=in_words(draft.note)) for draft in found.drafts]
    return found._replace(profile="abn_amro_tab", drafts=tuple(drafts))
