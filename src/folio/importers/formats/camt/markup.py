"""The XML of a bank's statement as a small tree, its entries with their lines.

Names stand without the prefix of their namespace, so that every version of the messages reads
the same.  An entry and a balance begin on a line of their own: where the file is one line, a
line ends before and after each.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from folio.errors import FolioError
from folio.importers.files.encodings import declared_encodings
from folio.importers.files.safe_xml import XmlTree
from folio.importers.files.text_file import first_bytes, whole_text

MAX_NODES = 2_000_000
_LINED = r"(?:[\w.-]+:)?(?:Ntry|Bal)"
_BEFORE = re.compile(rf"(?<=\S)[ \t]*(?=<{_LINED}[\s>])")
_AFTER = re.compile(rf"(</{_LINED}\s*>)[ \t]*(?=\S)")


class Node:
    """An element."""

    __slots__ = ("children", "currency", "last_line", "line", "tag", "text")

    def __init__(self, tag: str, line: int, currency: str) -> None:
        self.tag = tag  # without a prefix
        self.line = self.last_line = line
        self.currency = currency  # the attribute Ccy; "" where there is none
        self.text = ""  # of an element without others; blanks are single
        self.children: list[Node] = []

    def all(self, *path: str) -> "list[Node]":
        """The elements at the end of a path of tags."""
        found = [self]
        for tag in path:
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def get(self, *path: str) -> str:
        """The first text at the end of a path; "" where there is none."""
        return next((node.text for node in self.all(*path) if node.text), "")

    def within(self, tag: str) -> "Iterator[Node]":
        """The elements of this tag at any depth, in the file's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.tag == tag:
                yield node
            waiting.extend(reversed(node.children))

    def first(self, tag: str) -> str:
        """The first text of this tag at any depth; "" where there is none."""
        return next((node.text for node in self.within(tag) if node.text), "")


def read_document(path: Path) -> tuple[Node, str]:
    """The file as a tree, and the text whose lines the nodes have.

    Raises:
        FolioError: when it cannot be read, is no XML, or declares a document type or entities.
    """
    head = first_bytes(path, 4096).decode("latin-1")
    text = whole_text(path, declared_encodings(head)).lstrip("\ufeff")
    text = _AFTER.sub(r"\1\n", _BEFORE.sub("\n", text))
    return _Parser(path).parse(text), text


class _Parser(XmlTree[Node]):
    advice = "it may be torn: export the statement again"
    needless = "no statement needs; it is not read: export the statement again"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.root = Node("", 0, "")
        self.count = 0

    def parse(self, text: str) -> Node:
        self.feed(text.encode(), whole=True)
        return self.root

    def made(self, tag: str, attributes: dict[str, str]) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise FolioError(
                f"{self.path} has more than {MAX_NODES:,} elements; export a shorter period"
            )
        node = Node(tag.rpartition(":")[2], self.line, attributes.get("Ccy", "").strip())
        (self.open[-1] if self.open else self.root).children.append(node)
        return node

    def _end(self, tag: str) -> None:
        node = self.open[-1]
        super()._end(tag)
        node.text = " ".join(node.text.split())
