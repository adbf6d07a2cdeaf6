"""The XML of Portfolio Performance as a tree whose references can be followed.

The program writes each object where it first meets it, and refers to it from everywhere else,
by a path (``../../securities/security[3]``) or by a number (``id="7"``).  So a portfolio may
stand inside the first purchase of an account, and that account's other purchases inside the
portfolio: the nesting says nothing, and can be deep.

The parser knows no document types and no entities beyond XML's own five; size and depth are
bounded, and nothing here calls itself.  A transaction begins on a line of its own: where the
file is one line, a line ends before each.
"""

import re
import zipfile
from pathlib import Path

from folio.errors import FolioError
from folio.importers.files.safe_xml import Node, XmlTree
from folio.importers.files.text_file import first_bytes

MAX_SIZE = 300_000_000  # bytes, unpacked
MAX_STEPS = 5  # from reference to reference; the program writes one
TRANSACTIONS = frozenset(
    "account-transaction portfolio-transaction accountTransaction portfolioTransaction "
    "transactionFrom transactionTo".split()
)
_BEFORE = re.compile(rf"(?<=\S)[ \t]*(?=<(?:{'|'.join(sorted(TRANSACTIONS))})[ >])")
_STEP = re.compile(r"([^\[\]]+)(?:\[(\d{1,9})\])?")
_AS_XML = "in Portfolio Performance choose File, Save as, XML, and import that file"


class Document:
    """A whole file."""

    def __init__(self, root: Node, text: str, prices: dict[Node, list[dict[str, str]]]) -> None:
        self.root = root
        self.text = text  # with a transaction's first tag at the head of its line
        self.prices = prices  # of each list; they are no nodes, as there are many
        self.ids = {node.attributes["id"]: node for node in root.walk() if "id" in node.attributes}

    def meant(self, node: Node | None) -> Node | None:
        """The node itself, or the one that it refers to; None where that is not there."""
        for _ in range(MAX_STEPS):
            reference = None if node is None else node.attributes.get("reference")
            if node is None or reference is None:
                return node
            node = self.ids.get(reference) or self._follow(node, reference)
        return None

    def _follow(self, node: Node | None, path: str) -> Node | None:
        steps = path.split("/")
        if path.startswith("/"):
            node, steps = self.root, steps[2:]
        for step in steps:
            if node is None:
                return None
            match = _STEP.fullmatch(step)
            if step == "..":
                node = node.parent
            elif match:
                node = node.numbered(match[1], int(match[2] or 1))
            else:
                return None
        return node

    def field(self, node: Node | None, tag: str) -> Node | None:
        """The part of this name, wherever it stands."""
        return None if node is None else self.meant(node.child(tag))

    def value(self, node: Node | None, tag: str) -> str:
        """The text of the part of this name; "" where there is none."""
        found = self.field(node, tag)
        return "" if found is None else found.text


def read_document(path: Path) -> Document:
    """The file as a tree.

    Raises:
        FolioError: when it is encrypted, binary, too large or no XML of Portfolio Performance.
    """
    text = _BEFORE.sub("\n", _read_text(path))
    parser = _Parser(path)
    root = parser.parse(text)
    if root.tag != "client":
        raise FolioError(f"{path} is no file of Portfolio Performance")
    return Document(root, text, parser.prices)


def _read_text(path: Path) -> str:
    head = first_bytes(path, 16)
    if head.startswith(b"PORTFOLIO"):
        raise FolioError(f"{path} is encrypted; {_AS_XML}")
    if head.startswith(b"PPPBV"):
        raise FolioError(f"{path} is a binary file; {_AS_XML}")
    data = _unpacked(path) if head.startswith(b"PK") else _whole(path)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise FolioError(f"{path} is not text in UTF-8; {_AS_XML}") from None


def _whole(path: Path) -> bytes:
    if path.stat().st_size > MAX_SIZE:
        raise _too_large(path)
    return path.read_bytes()


def _unpacked(path: Path) -> bytes:
    """The one XML file in an archive, as ``Save as, XML (compressed)`` makes it."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) != 1 or files[0].filename.endswith(".portfolio"):
                raise FolioError(f"{path} is a binary file; {_AS_XML}")
            with archive.open(files[0]) as file:
                data = file.read(MAX_SIZE + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise FolioError(f"{path} is an archive that cannot be read; {_AS_XML}") from None
    if len(data) > MAX_SIZE:
        raise _too_large(path)
    return data


def _too_large(path: Path) -> FolioError:
    return FolioError(
        f"{path} has more than {MAX_SIZE:,} bytes, which no portfolio has; check what it is"
    )


class _Parser(XmlTree):
    advice = _AS_XML
    needless = "Portfolio Performance does not write; save it again"
    max_depth = 5_000

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.prices: dict[Node, list[dict[str, str]]] = {}

    def made(self, tag: str, attributes: dict[str, str], parent: Node | None) -> Node:
        is_price = tag == "price" and "reference" not in attributes
        if is_price and parent is not None and parent.tag == "prices":
            self.prices.setdefault(parent, []).append(attributes)
            parent = None
        return super().made(tag, attributes, parent)
