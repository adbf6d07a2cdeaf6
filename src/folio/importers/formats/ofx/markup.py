"""The tags of an OFX file, cut into the blocks that say something.

Banks write OFX as they like: version 1 leaves most tags unclosed, some files are one line,
some never close a list, some leave values out.  So the file is not read as one tree: every
block that states something (a transaction, a position, a balance, a security) is cut out by
its own tags and read alone by ofxtools, and one that cannot be read harms no other.  ofxtools'
own classes are not used: they refuse what the specification does not allow, such as a
transaction without a sub-account, and banks write just that.

A block begins on a line of its own: where the file is one line, a line ends before each block
and after it, which is how it is numbered and kept.

No document type and no entity of its own is accepted; character references are read once.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as NotAlone

from folio.errors import FolioError
from folio.importers.cells.rows import RowFault
from folio.importers.files.encodings import declared_encodings
from folio.importers.files.text_file import first_bytes, whole_text

MAX_BLOCK = 200_000  # characters
BANK_ROWS = ("STMTTRN", "STMTTRNP")
TRADES = (
    "BUYDEBT BUYMF BUYOPT BUYOTHER BUYSTOCK SELLDEBT SELLMF SELLOPT SELLOTHER SELLSTOCK "
    "REINVEST INCOME INVEXPENSE MARGININTEREST TRANSFER SPLIT RETOFCAP CLOSUREOPT JRNLFUND "
    "JRNLSEC INVBANKTRAN"
).split()
POSITIONS = ("POSDEBT", "POSMF", "POSOPT", "POSOTHER", "POSSTOCK")
BALANCES = ("LEDGERBAL", "INVBAL", "CLOSING")
SECURITIES = ("DEBTINFO", "MFINFO", "OPTINFO", "OTHERINFO", "STOCKINFO")
ACCOUNTS = ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "LOANACCTFROM")
STATEMENTS = ("STMTRS", "CCSTMTRS", "INVSTMTRS", "LOANSTMTRS", "STMTENDRS", "CCSTMTENDRS")
ROWS = frozenset((*BANK_ROWS, *TRADES))
_LEAVES = ("CURDEF", "DTASOF", "DTEND")  # of a statement, outside of every block
_BLOCKS = frozenset((*ROWS, *POSITIONS, *BALANCES, *SECURITIES, *ACCOUNTS, "FI", "STATUS"))
_LINED = sorted((*ROWS, *POSITIONS, *BALANCES), key=len, reverse=True)
_BEFORE = re.compile(rf"(?<=\S)[ \t]*(?=<(?:{'|'.join(_LINED)})>)", re.IGNORECASE)
_AFTER = re.compile(rf"(</(?:{'|'.join(_LINED)})>)[ \t]*(?=\S)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]{0,60})[ \t]*(/?)>")
# One that never ends is looked through once, not once for each that begins.
_CDATA = re.compile(r"<!\[CDATA\[((?:(?!<!\[CDATA\[).)*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)  # likewise
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")


class Block(NamedTuple):
    """A part of the file that states something."""

    tag: str
    line: int  # its first
    last_line: int
    text: str


class Leaf(NamedTuple):
    """A value of a statement that stands outside of its blocks; of STATEMENTS it has none."""

    tag: str
    value: str


def read_text(path: Path) -> str:
    """The text, with a block's first tag at the head of its line.

    Raises:
        FolioError: when the file cannot be read, is torn, or declares a document type or entities.
    """
    head = first_bytes(path, 4096).decode("latin-1")
    text = whole_text(path, declared_encodings(head))
    bare = _CDATA.sub("", text)
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", bare, re.IGNORECASE):
        raise FolioError(
            f"{path} declares a document type or entities, which no statement needs; "
            "it is not read: export the statement again"
        )
    if not re.search(r"</OFX\s*>", bare, re.IGNORECASE):
        raise FolioError(
            f"{path} ends before its statement does: </OFX> is missing; export it again, or add "
            "that line where your bank never writes it"
        )
    return _AFTER.sub(r"\1\n", _BEFORE.sub("\n", text))


def blocks(text: str) -> Iterator[Block | Leaf]:
    """What the file states, in its order."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    bare = _COMMENT.sub(_blank, _CDATA.sub(_blank, text))
    after = 0
    for match in _TAG.finditer(bare):
        tag = match[2].upper()
        if match.start() < after or match[1] or match[3]:
            continue
        if tag in STATEMENTS:
            yield Leaf(tag, "")
        elif tag in _LEAVES:
            yield Leaf(tag, text[match.end() : match.end() + 100].partition("<")[0].strip())
        elif tag in _BLOCKS:
            after = _end(bare, tag, match.end())
            inside = text[match.start() : after].rstrip()
            line = bisect_right(starts, match.start())
            yield Block(tag, line, line + inside.count("\n"), inside)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _end(text: str, tag: str, start: int) -> int:
    """Where a block ends: after its own end tag, else before the next block or list's end."""
    for match in _TAG.finditer(text, start):
        found = match[2].upper()
        if match[1] and found == tag:
            return match.end()
        begins = not match[1] and (found in _BLOCKS or found in STATEMENTS)
        nested = tag == "INVBANKTRAN" and found in BANK_ROWS
        listed = match[1] and (found.endswith(("LIST", "RS", "OFX")) or found in STATEMENTS)
        inner = tag in ROWS and found in ACCOUNTS  # where a transfer goes
        if (begins and not nested and not inner) or listed:
            return match.start()
    return len(text)


class Values:
    """The values of a block, by their tags."""

    def __init__(self, element: Element) -> None:
        self.element = element

    def get(self, tag: str) -> str:
        """The first value of this tag, at any depth; "" where there is none."""
        return next((text(e) for e in self.element.iter(tag) if e.text), "")

    def part(self, tag: str) -> "Values | None":
        """The first part of this name."""
        found = next(self.element.iter(tag), None)
        return None if found is None else Values(found)


def text(element: Element) -> str:
    """The value of an element, its character references read."""
    plain = _REFERENCE.sub(lambda match: html.unescape(match[0]), element.text or "")
    return " ".join(plain.split())


def values(block: Block) -> Values:
    """The values of a block.

    Raises:
        RowFault: when its tags make no sense.
    """
    from ofxtools.Parser import ParseError, TreeBuilder

    if len(block.text) > MAX_BLOCK:
        raise RowFault(f"it is longer than {MAX_BLOCK} characters")
    builder = TreeBuilder()
    try:
        builder.feed(_regular(block))
        return Values(builder.close())
    except (ParseError, NotAlone, AssertionError, ValueError, IndexError) as error:
        raise RowFault(f"its tags do not fit: {str(error)[:80]}") from None


def _regular(block: Block) -> str:
    """The block as ofxtools reads it: tags in capitals and closed where they hold others, no
    empty values, every other sign escaped.
    """
    plain = _CDATA.sub(lambda match: html.escape(match[1], quote=False), block.text)
    plain = _COMMENT.sub("", plain)
    closed = {match[2].upper() for match in _TAG.finditer(plain) if match[1]} | {block.tag}
    pieces: list[str] = []
    end = 0
    tags = list(_TAG.finditer(plain))
    for number, match in enumerate(tags):
        inside = _escaped(plain[end : match.start()])
        pieces.append(inside)
        end = match.end()
        tag = match[2].upper()
        following = tags[number + 1].start() if number + 1 < len(tags) else len(plain)
        is_empty = not plain[end:following].strip()
        if match[3] or (is_empty and not match[1] and tag not in closed):
            continue
        pieces.append(f"<{match[1]}{tag}>")
    pieces.append(_escaped(plain[end:]))
    whole = "".join(pieces).strip()
    return whole if whole.endswith(f"</{block.tag}>") else f"{whole}</{block.tag}>"


def _escaped(plain: str) -> str:
    return plain.replace("<", "&lt;")
