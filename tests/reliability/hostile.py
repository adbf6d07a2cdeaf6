"""Files that mean harm, and the commands that meet them.

Each is made by a function of a folder and the ending "small" or "large"; it returns the words
of the command.  What a command must do with each: say one sentence, end with 1 or 2, leave the
book as it was, within ten seconds and 300 MB.
"""

import gzip
import importlib.resources
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

OWN = "date,account,institution,kind,asset,quantity,price,currency,external_id,note"
GOOD = "2024-01-02,main,Bank,deposit,EUR,5,,,,"
BATCH = ("add-tx", "--create", "--batch")
IMPORT = ("import", "--create")
Words = tuple[str, ...]
SHIPPED = importlib.resources.files("folio.importers") / "profiles" / "generic.toml"
PROFILE = SHIPPED.read_text("utf-8").replace('name = "generic"', 'name = "mine"')


class Hostile(NamedTuple):
    """A file, and what is to be said of it."""

    make: Callable[[Path], Words]
    says: str  # a part of the sentence
    large: bool = False  # takes seconds to make or to refuse
    accepted: bool | None = False  # taken as it stands; None: that is a matter of luck


def _file(
    content: str | bytes, name: str = "statement.csv", words: Words = IMPORT
) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return (*words, str(path))

    return make


def _own(*rows: str) -> Callable[[Path], Words]:
    return _file("\n".join([OWN, GOOD, *rows]) + "\n")


def _xml(declared: str, inside: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{declared}<FlexQueryResponse queryName="q" type="AF">'
        '<FlexStatements count="1"><FlexStatement accountId="U1" fromDate="2024-01-01" '
        f'toDate="2024-01-31"><Trades>{inside}</Trades></FlexStatement></FlexStatements>'
        "</FlexQueryResponse>"
    )


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def _ofx(declared: str = "", row: str = "", more: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{declared}<?OFX OFXHEADER="200" VERSION="202"?><OFX>{more}'
        "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM><BANKID>1</BANKID>"
        "<ACCTID>2</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM><BANKTRANLIST>"
        f"{row}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def _ofx_row(**said: str) -> str:
    tags = {"TRNTYPE": "CREDIT", "DTPOSTED": "20240102", "TRNAMT": "5.00", "FITID": "1"} | said
    return f"<STMTTRN>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in tags.items())}</STMTTRN>"


def _zip(name: str, size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        if name.startswith("xl/"):
            out.writestr("[Content_Types].xml", b"<Types/>")
        out.writestr(name, b"0" * size)
    return packed.getvalue()


def _sparse(size: int, head: bytes = b"") -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        path = folder / "statement.csv"
        path.write_bytes(head)
        os.truncate(path, size)
        return (*IMPORT, str(path))

    return make


def _repeated(head: str, row: str, size: int, words: Words = IMPORT) -> Callable[[Path], Words]:
    """A text of at least ``size`` bytes, written in pieces."""

    def make(folder: Path) -> Words:
        path = folder / "statement.csv"
        many = max(1, (1 << 20) // len(row))
        with path.open("w", encoding="utf-8") as out:
            out.write(head)
            for _ in range(size // (many * len(row)) + 1):
                out.write(row * many)
        return (*words, str(path))

    return make


def _fifo(folder: Path) -> Words:
    os.mkfifo(folder / "statement.csv")
    return (*IMPORT, str(folder / "statement.csv"))


def _link(target: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        (folder / "statement.csv").symlink_to(target)
        return (*IMPORT, str(folder / "statement.csv"))

    return make


def _unreadable(folder: Path) -> Words:
    words = _own()(folder)
    os.chmod(words[-1], 0)
    return words


def _named(name: str, content: str = "no statement\n") -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        (folder / name).write_text(content, "utf-8")
        return (*IMPORT, "--", name)

    return make


def _profile(text: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        (folder / "profiles").mkdir()
        (folder / "profiles" / "mine.toml").write_text(text, "utf-8")
        return ("import", "--create", "--profile", "mine", _own()(folder)[-1])

    return make


def _pattern(pattern: str) -> Callable[[Path], Words]:
    text = f"seen = {{ column = 'note', pattern = '{pattern}' }}"
    return _profile(PROFILE.replace("\n[amounts]", f"\n{text}\n\n[amounts]"))


def _beancount(*lines: str) -> Callable[[Path], Words]:
    body = "\n".join([*lines, "2024-01-01 open Assets:Bank EUR", ""])
    return _file(body, "ledger.beancount")


def _pickled(folder: Path) -> Words:
    import pickle

    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return os.mkdir, (str(folder / "harm"),)

    words = _beancount('option "title" "x"', "2024-01-02 balance Assets:Nope  1 EUR")(folder)
    (folder / ".ledger.beancount.picklecache").write_bytes(pickle.dumps(Harm()))
    return words


def _plugin(folder: Path) -> Words:
    (folder / "harm_plugin.py").write_text(
        f"import os\nos.mkdir({str(folder / 'harm')!r})\n__plugins__ = []\n", "utf-8"
    )
    return _beancount('option "insert_pythonpath" "TRUE"', 'plugin "harm_plugin"')(folder)


def _restored(content: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        path = folder / "book.json"
        path.write_text(content, "utf-8")
        return ("--db", str(folder / "new.db"), "init", "--from", str(path))

    return make


def _batch(quantity: str) -> Callable[[Path], Words]:
    text = '{"kind":"deposit","on":"2024-01-02","account":"a","asset":"EUR","quantity":'
    return _file(f"{text}{quantity}}}\n", "b.json", BATCH)


def _hledger(transaction: str) -> Callable[[Path], Words]:
    return _file(f'[{{"tcode":"","tdate":"2024-01-02",{transaction}}}]', "journal.json")


FILES: dict[str, Hostile] = {
    # -- what is in a cell ---------------------------------------------------------------
    "a formula as a number": Hostile(
        _own('2024-01-02,main,Bank,deposit,EUR,"=1+1",,,,'), "is no number"
    ),
    "a formula as a kind": Hostile(
        _own("2024-01-02,main,Bank,=cmd|'/C calc'!A0,EUR,5,,,,"), "does not know what"
    ),
    "NUL in a cell": Hostile(_own("2024-01-02,main,Bank,dep\0osit,EUR,5,,,,"), "is a binary file"),
    "an escape sequence in a symbol": Hostile(
        _own("2024-01-02,main,Bank,buy,A\x1b]0;owned\x07B,1,2,EUR,,"), "cannot be shown"
    ),
    "a right-to-left override in an account": Hostile(
        _own("2024-01-02,oth\u202eer,Bank,deposit,EUR,5,,,,"), "cannot be shown"
    ),
    "a zero-width character in a symbol": Hostile(
        _own("2024-01-02,main,Bank,buy,A\u200dB\u2060,1,2,EUR,,"), "cannot be shown"
    ),
    "an escape sequence in a kind": Hostile(
        _own("2024-01-02,main,Bank,\x1b[2J\x1b]52;c;eA==\x07,EUR,5,,,,"), "does not know what"
    ),
    "an escape sequence in a header": Hostile(
        _file("\x1b[31mdate\x1b[0m,\u202eamount\n2024-01-02,5\n"), "no profile knows"
    ),
    "a quantity of 10,000 digits": Hostile(
        _own(f"2024-01-02,main,Bank,deposit,EUR,{'9' * 10_000},,,,"), "is too long"
    ),
    "a quantity of a million digits": Hostile(
        _own(f"2024-01-02,main,Bank,deposit,EUR,{'9' * 900_000},,,,"), "is too long"
    ),
    "an exponent without end": Hostile(
        _own("2024-01-02,main,Bank,deposit,EUR,1e999999999,,,,"), "is no number"
    ),
    "the year 99999": Hostile(
        _own("99999-01-02,main,Bank,deposit,EUR,5,,,,"), "is no date"
    ),
    "the last day of all": Hostile(
        _own("9999-12-31,main,Bank,deposit,EUR,5,,,,"), "is outside of"
    ),
    "other digits": Hostile(_own("2024-01-02,main,Bank,deposit,EUR,٥,,,,"), "is no number"),
    "half of a character": Hostile(
        _file(f"{OWN}\n{GOOD}\n2024-01-02,main,Bank,deposit,".encode() + b"E\xff\xfeR,5,,,,\n"),
        "2 recorded",
        accepted=True,
    ),
    # -- the shape of a text -------------------------------------------------------------
    "nothing": Hostile(_file(b""), "is empty"),
    "only a mark": Hostile(_file(b"\xef\xbb\xbf"), "no profile knows"),
    "only line ends": Hostile(_file("\n" * 100_000), "no profile knows"),
    "UTF-16 without a mark": Hostile(
        _file(f"{OWN}\n{GOOD}\n".encode("utf-16-le")), "1 recorded", accepted=True
    ),
    "UTF-16 cut in a character": Hostile(
        _file(b"\xff\xfe" + OWN.encode("utf-16-le")[:-1]), "no profile knows"
    ),
    "UTF-32": Hostile(_file(f"{OWN}\n{GOOD}\n".encode("utf-32")), "is a binary file"),
    "a mark of another encoding": Hostile(
        _file(b"\xfe\xff" + f"{OWN}\n{GOOD}\n".encode()), ""
    ),
    "a quote that never closes": Hostile(
        _own('2024-01-02,main,Bank,deposit,EUR,"5,,,,', *[GOOD] * 300), "do not close"
    ),
    "a stray quote in each of 20,000 lines": Hostile(
        _own(*[f'2024-01-02,main,Bank,"de"posit {n}",EUR,"5,,,,' for n in range(20_000)]),
        "rows cannot be read",
    ),
    "quotes that open and close over lines": Hostile(
        _own(*['2024-01-02,main,Bank,"', '","'] * 5_000), "rows cannot be read"
    ),
    "quotes within quotes": Hostile(_own('"' * 500_001), "do not close"),
    "a line of two million characters": Hostile(
        _own(f"2024-01-02,main,Bank,deposit,EUR,5,,,,{'x' * 2_000_000}"), "longer than"
    ),
    "20,000 columns in a row": Hostile(_own(GOOD + "," * 20_000), "more than 10000 columns"),
    "a million columns in the header": Hostile(
        _file(",".join([OWN, *["x"] * 400_000]) + "\n" + GOOD + "\n"), "no profile knows"
    ),
    "a hundred headers of a million columns": Hostile(
        _repeated("", "," * 900_000 + "\n", 90_000_000), "no profile knows", large=True
    ),
    "a million empty columns, five times": Hostile(
        _file(("," * 900_000 + "\n") * 5), "no profile knows"
    ),
    "one line of 100 MB": Hostile(
        _repeated(f"{OWN}\n", "0123456789", 100_000_000), "longer than", large=True
    ),
    "one line of 100 MB without a header": Hostile(
        _repeated("", "0123456789", 100_000_000), "no profile knows", large=True
    ),
    "300 lines of a million characters": Hostile(
        _repeated("", "x" * 999_998 + "\n", 300_000_000), "no profile knows", large=True
    ),
    "a stray quote in each of a million lines": Hostile(
        _repeated(f"{OWN}\n", '2024-01-02,main,"de"p,EUR,"5,,\n', 30_000_000),
        "rows cannot be read",
        large=True,
    ),
    "ten million bad rows": Hostile(
        _repeated(f"{OWN}\n", "x,y,z\n", 60_000_000), "rows cannot be read", large=True
    ),
    "2 GB of nothing": Hostile(_sparse(2 << 30), ""),
    "2 GB of nothing below a header": Hostile(
        _sparse(2 << 30, f"{OWN}\n{GOOD}\n".encode()), ""
    ),
    "900 MB of nothing": Hostile(_sparse(900_000_000), "is a binary file", large=True),
    # -- files that are something else ---------------------------------------------------
    "a zip bomb": Hostile(_file(_zip("statement.csv", 20_000_000)), "no profile knows"),
    "a spreadsheet": Hostile(
        _file(_zip("xl/worksheets/sheet1.xml", 1_000_000), "statement.xlsx"), "a spreadsheet"
    ),
    "gzip": Hostile(_file(gzip.compress(b"0" * 10_000_000)), "packed with gzip"),
    "a program": Hostile(_file(b"\x7fELF\x02\x01\x01" + b"\0" * 500), "is a binary file"),
    "PDF": Hostile(_file(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"), ""),
    "a web page": Hostile(
        _file("<!doctype html><html><script>alert(1)</script></html>"), "is a web page"
    ),
    # -- XML -------------------------------------------------------------------------------
    "a billion laughs in a Flex query": Hostile(_file(_xml(LAUGHS, "&l9;"), "flex.xml"), ""),
    "a billion laughs in a Flex query, its profile named": Hostile(
        _file(_xml(LAUGHS, "&l9;"), "flex.xml", (*IMPORT, "--profile", "ibkr_flex")),
        "lacks the elements",
    ),
    "an external entity in a Flex query": Hostile(
        _file(_xml(EXTERNAL, "&file;"), "flex.xml"), ""
    ),
    "an entity after the head": Hostile(
        _file(_xml("", " " * 300_000 + "&file;"), "flex.xml"), "undefined entity"
    ),
    "elements 100,000 deep": Hostile(_file(_xml("", "<a>" * 100_000), "flex.xml"), ""),
    "an element with 100,000 attributes": Hostile(
        _file(_xml("", "<Trade " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")), ""
    ),
    "200 MB of XML": Hostile(
        _repeated(_xml("").partition("</Trades>")[0], '<Trade currency="EUR"/>\n', 200_000_000),
        "",
        large=True,
    ),
    "20 MB of the smallest records": Hostile(
        _repeated(_xml("").partition("</Trades>")[0], "<Trade/>", 20_000_000), "", large=True
    ),
    "a billion laughs in OFX": Hostile(_file(_ofx(LAUGHS, "&l9;"), "bank.ofx"), "document type"),
    "an external entity in OFX": Hostile(
        _file(_ofx(EXTERNAL, "&file;"), "bank.ofx"), "document type"
    ),
    "a document type in capitals and blanks": Hostile(
        _file(_ofx("<! doctype x>", _ofx_row()), "bank.ofx"), "document type"
    ),
    "CDATA that never ends, again and again": Hostile(
        _file(_ofx(more="<![CDATA[" * 200_000), "bank.ofx"), ""
    ),
    "OFX tags 50,000 deep": Hostile(
        _file(_ofx(row="<STMTTRN>" + "<A>" * 50_000), "bank.ofx"), ""
    ),
    "an OFX amount without end": Hostile(
        _file(_ofx(row=_ofx_row(TRNAMT="1e999999999")), "bank.ofx"), "rows cannot be read"
    ),
    "an OFX amount of a million digits": Hostile(
        _file(_ofx(row=_ofx_row(TRNAMT="9" * 150_000)), "bank.ofx"), "rows cannot be read"
    ),
    "an OFX day beyond all": Hostile(
        _file(_ofx(row=_ofx_row(DTPOSTED="99999999999999")), "bank.ofx"), "rows cannot be read"
    ),
    "50 MB of OFX tags": Hostile(
        _repeated(_ofx().partition("</BANKTRANLIST>")[0], "<STMTTRN><A>1\n", 50_000_000),
        "",
        large=True,
    ),
    # -- QIF, JSON, ledgers ----------------------------------------------------------------
    "QIF amounts without end": Hostile(
        _file(f"!Type:Bank\nD1/2/2024\nT{'9' * 100_000}\nPx\n^\n", "bank.qif"), ""
    ),
    "QIF without an end": Hostile(
        _file("!Type:Bank\n" + "D1/2/2024\n" * 50_000, "bank.qif"), ""
    ),
    "JSON 100,000 deep": Hostile(_hledger('"x":' + "[" * 100_000 + "]" * 100_000), ""),
    "a JSON number without end": Hostile(
        _hledger('"tindex":1e999999999,"tpostings":[],"ttags":[],"tdescription":""'), ""
    ),
    "a JSON number of a million digits": Hostile(_hledger(f'"tindex":{"9" * 1_000_000}'), ""),
    "a JSON number with a billion places": Hostile(
        _hledger(
            '"tindex":1,"tdescription":"","ttags":[],"tcode":"","tpostings":[{"paccount":"assets:a"'
            ',"pdate":null,"ptags":[],"pbalanceassertion":null,"pamount":[{"acommodity":"EUR",'
            '"aquantity":{"decimalMantissa":1,"decimalPlaces":-999999999}}]}]'
        ),
        "",
    ),
    "a journal that is not UTF-8": Hostile(
        _file(b"account assets:a\n2024-01-02 x\xff\xfe\n", "main.journal"), ""
    ),
    "a book 100,000 deep": Hostile(_restored('{"format":' + "[" * 100_000), ""),
    "a book with a text that never ends": Hostile(
        _restored('{"format":"folio","x":"' + "y" * 40_000_000), "", large=True
    ),
    "a book with a number of a million digits": Hostile(
        _restored('{"format":"folio","version":' + "1" * 1_000_000 + "}"), ""
    ),
    "a ledger that runs a program": Hostile(_plugin, ""),
    "a ledger with a program beside it": Hostile(_pickled, ""),
    "a ledger that includes a device": Hostile(_beancount('include "/dev/zero"'), ""),
    "a ledger that includes itself": Hostile(_beancount('include "ledger.beancount"'), ""),
    # -- paths -----------------------------------------------------------------------------
    "a pipe without a writer": Hostile(_fifo, "is no file"),
    "a device without an end": Hostile(_link("/dev/zero"), "is no file"),
    "a device of chance": Hostile(_link("/dev/urandom"), "is no file"),
    "a link to itself": Hostile(_link("statement.csv"), "cannot be read"),
    "a link to nowhere": Hostile(_link("nowhere"), "there is no file"),
    # Too many files, or one that is not to be looked into: whichever this machine has first.
    "a folder without an end": Hostile(_link("/"), "; name "),
    "no permission": Hostile(_unreadable, "is not readable"),
    "a name with a line end": Hostile(_named("a\nb\rc.csv"), "line end in its name"),
    "a name that colours": Hostile(_named("\x1b[31mred\x1b]0;x\x07.csv"), "\\x1b[31mred"),
    "a name that reads backwards": Hostile(_named("ab\u202evsc.exe"), "\\u202e"),
    "a name like an option": Hostile(_named("--help"), "no profile knows"),
    "a name like a command": Hostile(_named("; touch harm #$(touch harm)`touch harm`"), ""),
    "a name that is no UTF-8": Hostile(_named("caf\udce9.csv"), "caf\\xe9.csv"),
    "a name of 10,000 characters": Hostile(lambda _: (*IMPORT, "x" * 10_000), ""),
    # -- profiles --------------------------------------------------------------------------
    "a pattern that runs for ever": Hostile(_pattern("(?P<value>(a+)+b)"), "could run for ever"),
    "a pattern of alternatives": Hostile(_pattern("(?P<value>(a|a)*b)"), "could run for ever"),
    "a pattern with a look-behind": Hostile(
        _pattern("(?P<value>(?<=(a))b.*)"), "could run for ever"
    ),
    "a pattern with a billion repetitions": Hostile(
        _pattern("(?P<value>((a{60000}){60000}){60000})"), "1 recorded", accepted=True
    ),
    "a profile 100,000 deep": Hostile(_profile("x = " + "[" * 90_000), "is no TOML"),
    "a profile of 3 MB": Hostile(_profile("# " + "x" * 3_000_000), "has more than 200,000 bytes"),
    "a profile that names another file": Hostile(
        _profile(f'include = "/etc/passwd"\n{PROFILE}'), "is wrong"
    ),
    "a profile that is no text": Hostile(_profile("\0\0"), "is no TOML"),
    # -- other doors -----------------------------------------------------------------------
    "a batch of NUL": Hostile(_file(b"\0" * 1000, "b.csv", BATCH), "is not text"),
    "a batch of JSON, deep": Hostile(_file("{" + '"a":{' * 50_000, "b.json", BATCH), ""),
    "a batch with a number without end": Hostile(
        _batch("1e999999999"),
        "",
    ),
    "a batch with a number of a million digits": Hostile(
        _batch("9" * 1_000_000), ""
    ),
    "a batch of a device": Hostile(lambda _: (*BATCH, "/dev/zero"), "", large=True),
    "a batch of 2 GB": Hostile(lambda f: (*BATCH, _sparse(2 << 30)(f)[-1]), ""),
    "prices of a device": Hostile(lambda _: ("price", "import", "/dev/zero"), "", large=True),
    "prices in one line of 100 MB": Hostile(
        _repeated("date,asset,quote,price\n", "0123456789", 100_000_000, ("price", "import")),
        "",
        large=True,
    ),
    "prices without end": Hostile(
        _file(
            f"date,asset,quote,price\n2024-01-02,EUR,USD,{'9' * 100_000}\n",
            "p.csv",
            ("price", "import"),
        ),
        "is too long",
    ),
    "a price that is not finite": Hostile(
        _file("date,asset,quote,price\n2024-01-02,EUR,USD,1e999999999\n", "p.csv",
              ("price", "import")),
        "",
    ),
    # -- what does no harm is taken as it stands -------------------------------------------
    "a formula in a note": Hostile(
        _own('2024-01-02,main,Bank,deposit,EUR,5,,,,"=HYPERLINK(""http://x"",""y"")"'),
        "recorded",
        accepted=True,
    ),
    "an escape sequence in a note": Hostile(
        _own("2024-01-02,main,Bank,deposit,EUR,5,,,,\x1b[31m\u202ered\x9b2J"),
        "recorded",
        accepted=True,
    ),
    "3,000 assets": Hostile(
        _own(*[f"2024-01-02,main,Bank,buy,A{n},1,2,EUR,," for n in range(3000)]),
        "3001 recorded",
        accepted=True,
    ),
    "SQL in a name": Hostile(
        _own("2024-01-02,\"x'); DROP TABLE postings;--\",Bank,deposit,EUR,5,,,,"),
        "recorded",
        accepted=True,
    ),
    "3,000 accounts": Hostile(
        _own(*[f"2024-01-02,account {n},Bank,deposit,EUR,5,,,," for n in range(3000)]),
        "3001 recorded",
        accepted=True,
    ),
}  # fmt: skip
