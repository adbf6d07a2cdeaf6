"""XML of strangers, as expat reads it: no document types, and no entities beyond XML's own five.

So a file can neither grow in memory nor name another file.
"""

import xml.parsers.expat
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from folio.errors import FolioError


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


class TreeNode(Protocol):
    """An element of a tree."""

    last_line: int
    text: str  # of an element without others

    @property
    def children(self) -> Sequence["TreeNode"]: ...


Element = TypeVar("Element", bound=TreeNode)


class XmlTree(SafeXml, Generic[Element]):
    """Makes a tree of what it reads; who inherits it makes the nodes, and says how deep it may be.

    ``open`` are the elements that have not ended, the outermost first.
    """

    max_depth = 100

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.open: list[Element] = []
        self._pieces: list[str] = []
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._pieces.append

    def made(self, tag: str, attributes: dict[str, str]) -> Element:
        """The node of an element that begins, put under the last one that is open."""
        raise NotImplementedError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._pieces.clear()
        if len(self.open) >= self.max_depth:
            raise self.fault(f"{self.path}: line {self.line} is nested too deeply; {self.advice}")
        self.open.append(self.made(tag, attributes))

    def _end(self, tag: str) -> None:
        node = self.open.pop()
        node.last_line = self.line
        if not node.children:
            node.text = "".join(self._pieces)
        self._pieces.clear()
