"""XML of strangers, as expat reads it: no document types, and no entities beyond XML's own five.

So a file can neither grow in memory nor name another file.
"""

import xml.parsers.expat
from collections.abc import Iterator
from pathlib import Path

from folio.errors import FolioError

_NO_ATTRIBUTES: dict[str, str] = {}  # of most elements


class SafeXml:
    """An expat parser that refuses what no statement needs; who inherits it adds handlers.

    ``advice`` ends the sentence about what is no XML, ``needless`` that about what is refused.
    """

    fault: type[FolioError] = FolioError
    advice = ""
    needless = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        expat = self.expat = xml.parsers.expat.ParserCreate("utf-8")
        expat.buffer_text = True
        expat.StartDoctypeDeclHandler = self._refuse_doctype
        expat.EntityDeclHandler = self._refuse_doctype

    def feed(self, data: bytes, *, whole: bool) -> None:
        """Parse the bytes; of a head (not ``whole``) the end may be missing.

        Raises:
            FolioError: ``fault``, where they are not well-formed.
        """
        try:
            self.expat.Parse(data, whole)
        except xml.parsers.expat.ExpatError as error:
            raise self.fault(
                f"{self.path}: line {error.lineno} is no XML "
                f"({xml.parsers.expat.errors.messages[error.code]}); {self.advice}"
            ) from None

    def _refuse_doctype(self, *_: object) -> None:
        raise self.fault(
            f"{self.path}: line {self.line} declares a document type or an entity, which "
            f"{self.needless}"
        )

    @property
    def line(self) -> int:
        """Where the parser is, from 1."""
        return self.expat.CurrentLineNumber


class Node:
    """An element of a tree."""

    __slots__ = "_by_tag attributes children last_line line parent tag text".split()

    def __init__(
        self, tag: str, attributes: dict[str, str], parent: "Node | None", line: int
    ) -> None:
        self.tag = tag
        self.attributes = attributes or _NO_ATTRIBUTES
        self.parent = parent  # None: of the file
        self.line = self.last_line = line
        self.children: list[Node] = []
        self.text = ""  # of an element without others; blanks are single
        self._by_tag: dict[str, list[Node]] | None = None

    def all(self, *path: str) -> "list[Node]":
        """The elements at the end of a path of tags."""
        found = [self]
        for tag in path:
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def child(self, tag: str) -> "Node | None":
        """The first child of this tag."""
        return next((child for child in self.children if child.tag == tag), None)

    def numbered(self, tag: str, number: int) -> "Node | None":
        """The child of this tag with this number, from 1; they are counted once."""
        if self._by_tag is None:
            self._by_tag = {}
            for child in self.children:
                self._by_tag.setdefault(child.tag, []).append(child)
        found = self._by_tag.get(tag, [])
        return found[number - 1] if 0 < number <= len(found) else None

    def get(self, *path: str) -> str:
        """The first text at the end of a path; "" where there is none."""
        return next((node.text for node in self.all(*path) if node.text), "")

    def walk(self) -> "Iterator[Node]":
        """This one and all below it, in the file's order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def within(self, tag: str) -> "Iterator[Node]":
        """The elements of this tag at any depth, in the file's order."""
        return (node for node in self.walk() if node.tag == tag)

    def first(self, tag: str) -> str:
        """The first text of this tag at any depth; "" where there is none."""
        return next((node.text for node in self.within(tag) if node.text), "")


class XmlTree(SafeXml):
    """Makes a tree of what it reads; who inherits it says how deep it may be.

    ``open`` are the elements that have not ended, the outermost first.
    """

    max_depth = 100

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.open: list[Node] = []
        self.root: Node | None = None
        self._pieces: list[str] = []
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._pieces.append

    def parse(self, text: str) -> Node:
        """The tree of a whole file."""
        self.feed(text.encode(), whole=True)
        assert self.root is not None  # else it is no XML
        return self.root

    def made(self, tag: str, attributes: dict[str, str], parent: Node | None) -> Node:
        """The node of an element that begins, put under the last one that is open."""
        node = Node(tag, attributes, parent, self.line)
        if parent is not None:
            parent.children.append(node)
        return node

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._pieces.clear()
        if len(self.open) >= self.max_depth:
            raise self.fault(f"{self.path}: line {self.line} is nested too deeply; {self.advice}")
        node = self.made(tag, attributes, self.open[-1] if self.open else None)
        self.root = self.root or node
        self.open.append(node)

    def _end(self, tag: str) -> None:
        node = self.open.pop()
        node.last_line = self.line
        if not node.children:
            node.text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
