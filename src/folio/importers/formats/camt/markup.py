"""The XML of a bank's statement as a small tree, its entries with their lines.

Names stand without the prefix of their namespace, so that every version of the messages reads
the same.  An entry and a balance begin on a line of their own: where the file is one line, a
line ends before and after each.
"""

import re
from pathlib import Path

from folio.errors import FolioError
from folio.importers.files.encodings import declared_encodings
from folio.importers.files.safe_xml import Node, XmlTree
from folio.importers.files.text_file import first_bytes, whole_text

MAX_NODES = 2_000_000
_LINED = r"(?:[\w.-]+:)?(?:Ntry|Bal)"
_BEFORE = re.compile(rf"(?<=\S)[ \t]*(?=<{_LINED}[\s>])")
_AFTER = re.compile(rf"(</{_LINED}\s*>)[ \t]*(?=\S)")


def read_document(path: Path) -> tuple[Node, str]:
    """The file as a tree, and the text whose lines the nodes have.

    Raises:
        FolioError: when it cannot be read, is no XML, or declares a document type or entities.
    """
    head = first_bytes(path, 4096).decode("latin-1")
    text = whole_text(path, declared_encodings(head)).lstrip("\ufeff")
    text = _AFTER.sub(r"\1\n", _BEFORE.sub("\n", text))
    return _Parser(path).parse(text), text


class _Parser(XmlTree):
    advice = "it may be torn: export the statement again"
    needless = "no statement needs; it is not read: export the statement again"
    count = 0

    def made(self, tag: str, attributes: dict[str, str], parent: Node | None) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise FolioError(
                f"{self.path} has more than {MAX_NODES:,} elements; export a shorter period"
            )
        return super().made(tag.rpartition(":")[2], attributes, parent)
