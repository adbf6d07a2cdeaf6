"""More files that mean harm, most of them for other doors than ``folio import FILE``."""

import base64
import gzip
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from hostile import (
    BATCH,
    GOOD,
    IMPORT,
    LAUGHS,
    OWN,
    PROFILE,
    Hostile,
    Words,
    _file,
    _hledger,
    _ofx,
    _ofx_row,
    _own,
    _profile,
    _restored,
    _xml,
)  # fmt: skip


def _gz(size: int, name: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        with gzip.open(folder / name, "wb", 1) as out:
            for _ in range(size >> 20):
                out.write(bytes(1 << 20))
        return (*IMPORT, str(folder / name))

    return make


def _nested_zip() -> bytes:
    inner = b"0" * 10_000_000
    for _ in range(4):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            for number in range(5):
                out.writestr(f"{number}.zip", inner)
        inner = packed.getvalue()
    return inner


def _other(*words: str, name: str = "given", pipe: bool = False) -> Callable[[Path], Words]:
    """A command with the path of a device, or of a pipe that nobody writes to."""

    def make(folder: Path) -> Words:
        path = folder / name
        if pipe:
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
        return tuple(str(path) if word == "?" else word for word in words)

    return make


def _loop(folder: Path) -> Words:
    (folder / "a.csv").symlink_to("b.csv")
    (folder / "b.csv").symlink_to("a.csv")
    return (*IMPORT, str(folder / "a.csv"))


def _directory(folder: Path) -> Words:
    (folder / "x.csv").mkdir()
    return (*IMPORT, str(folder / "x.csv"))


def _meanwhile(script: str) -> Callable[[Path], Words]:
    """A good statement that another program changes while it is read."""

    def make(folder: Path) -> Words:
        rows = [f"2024-01-02,main,Bank,deposit,EUR,{n},,,," for n in range(1, 3000)]
        path = folder / "moving.csv"
        path.write_text("\n".join([OWN, GOOD, *rows]) + "\n", "utf-8")
        head = "import os, sys, time\npath = sys.argv[1]\nuntil = time.time() + 1.5\n"
        other = ([sys.executable, "-c", head + script, str(path)],)
        threading.Thread(target=subprocess.run, args=other, daemon=True).start()
        return (*IMPORT, str(path))

    return make


GROWS = """
while time.time() < until and os.path.exists(path):
    with open(path, "a") as out:
        out.write("2024-01-03,main,Bank,deposit,EUR,7,,,,\\n" * 50)
    time.sleep(0.01)
"""
REPLACED = """
data = open(path, "rb").read()
while time.time() < until:
    for content in (data[: len(data) // 2], b"", data):
        with open(path + ".new", "wb") as out:
            out.write(content)
        if os.path.exists(path):
            os.replace(path + ".new", path)
"""


def _slow(pattern: str) -> Callable[[Path], Words]:
    """A pattern, and 4,000 cells that it needs longest for."""

    def make(folder: Path) -> Words:
        note = f"\nnote = {{ column = 'note', pattern = '{pattern}' }}\nlabel"
        words = _profile(PROFILE.replace('\nnote = "note"\nlabel', note))(folder)
        rows = [f"2024-01-02,main,Bank,deposit,EUR,5,,,,{'a' * 490}{n:05}" for n in range(4000)]
        Path(words[-1]).write_text("\n".join([OWN, *rows]) + "\n", "utf-8")
        return words

    return make


def _named_table(table: str, row: dict[str, object]) -> str:
    """A book as folio exports it, but of this table."""
    about = {"format": "folio-book", "version": 1, "schema": 1, "head": f"1-{'0' * 64}"}
    return json.dumps({**about, "tables": {table: [row]}})


def _backup(data: bytes, *more: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        (folder / "b.db.gz").write_bytes(data)
        (folder / "phrase").write_text("x\n")
        return ("restore", str(folder / "b.db.gz"), "--to", str(folder / "new.db"), *more)

    return make


def _phrase(folder: Path) -> Words:
    (folder / "phrase").symlink_to("/dev/zero")
    return ("backup", "--passphrase-file", str(folder / "phrase"))


def _age(work: int) -> bytes:
    """A header of age that asks for 2 to the power of ``work`` rounds of scrypt."""
    salt, body = (base64.b64encode(os.urandom(n)).decode().rstrip("=") for n in (16, 32))
    stanza = f"-> scrypt {salt} {work}\n{body}\n"
    return f"age-encryption.org/v1\n{stanza}--- {body}\n".encode() + os.urandom(80)


def _portfolio(inside: str) -> Callable[[Path], Words]:
    return _file(f'<client id="1"><version>66</version>{inside}</client>', "portfolio.xml")


DTD = '<!DOCTYPE FlexQueryResponse SYSTEM "http://127.0.0.1:9/x.dtd">'
PARAMETERS = '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>'

DOORS: dict[str, Hostile] = {
    # -- packed ----------------------------------------------------------------------------
    "a gigabyte in a megabyte of gzip": Hostile(
        _gz(1 << 30, "bank.ofx.gz"), "packed with gzip", large=True
    ),
    "gzip called OFX": Hostile(_gz(50 << 20, "bank.ofx"), "packed with gzip", large=True),
    "a zip of zips of zips": Hostile(
        _file(_nested_zip(), "statement.zip"), "a zip file", large=True
    ),
    "a spreadsheet that is no zip": Hostile(_file(b"PK\x03\x04" + bytes(500), "x.xlsx"), ""),
    # -- encodings -------------------------------------------------------------------------
    "UTF-7": Hostile(_own("2024-01-02,main,Bank,deposit,EUR,+AHgA-,,,,"), "is no number"),
    "OFX that says it is UTF-7": Hostile(
        _file("OFXHEADER:100\nENCODING:UTF-7\n\n<OFX>+ADw-STMTTRN+AD4-\xff", "bank.ofx"), ""
    ),
    "OFX that says it is punycode": Hostile(
        _file(b"OFXHEADER:100\nENCODING:punycode\n\n<OFX>\xff" + b"a-b" * 300_000, "bank.ofx"), ""
    ),
    "OFX that says it is a program": Hostile(
        _file(b"OFXHEADER:100\nENCODING:unicode_escape\nCHARSET:idna\n\n<OFX>\xff\\N{x}", "b.ofx"),
        "",
    ),
    "XML that says it is UTF-7": Hostile(
        _file('<?xml version="1.0" encoding="utf-7"?>' + _xml("").partition("?>")[2], "f.xml"), ""
    ),
    "XML that says it is what nobody knows": Hostile(
        _file('<?xml version="1.0" encoding="no-such"?>' + _xml("").partition("?>")[2], "f.xml"), ""
    ),
    "half of a character in a batch": Hostile(
        _file(
            '{"kind":"deposit","on":"2024-01-02","account":"\\ud800","asset":"EUR","quantity":"1"}\n',
            "b.json",
            BATCH,
        ),
        "",
    ),
    "NUL in a batch": Hostile(
        _file(
            '{"kind":"deposit","on":"2024-01-02","account":"a\\u0000b","asset":"EUR","quantity":"1"}\n',
            "b.json",
            BATCH,
        ),
        "",
    ),
    "half of a character in a ledger": Hostile(
        _hledger('"tindex":1,"tpostings":[],"ttags":[],"tdescription":"\\udfff"'), ""
    ),
    "half of a character in a book": Hostile(
        _restored(
            _named_table(
                "institutions", {"id": 1, "commit_id": 1, "name": "\udfff", "type": "bank"}
            )
        ),
        "",
    ),
    # -- numbers and days ------------------------------------------------------------------
    "numbers that are none in a batch": Hostile(
        _file(
            '{"kind":"deposit","on":"2024-01-02","account":"a","asset":"EUR","quantity":Infinity}\n',
            "b.json",
            BATCH,
        ),
        "",
    ),
    "a billion laughs in CAMT": Hostile(
        _file(f'<?xml version="1.0"?>{LAUGHS}<BkToCstmrStmt>&l9;</BkToCstmrStmt>', "bank.xml"),
        "document type",
    ),
    "CAMT elements 100,000 deep": Hostile(
        _file("<Document><BkToCstmrStmt>" + "<Ntry>" * 100_000, "bank.xml"), "nested too deeply"
    ),
    "an MT940 amount and a text without end": Hostile(
        _file(
            f":20:A\n:25:1\n:60F:C240101EUR0,\n:61:240101D{'9' * 100_000},\n:86:{'?20' * 100_000}\n"
            ":62F:C240101EUR0,\n",
            "bank.sta",
        ),
        "rows cannot be read",
    ),
    "the year 99999 in QIF": Hostile(_file("!Type:Bank\nD1/2/99999\nT5\nPx\n^\n", "bank.qif"), ""),
    "the day 0 in OFX": Hostile(
        _file(_ofx(row=_ofx_row(DTPOSTED="00000000")), "bank.ofx"), "rows cannot be read"
    ),
    "an instant with a zone of a thousand hours": Hostile(
        _file(_ofx(row=_ofx_row(DTPOSTED="20240102120000[+9999:XXX]")), "bank.ofx"),
        "",
        accepted=None,
    ),
    "a batch of the year 0": Hostile(
        _file(
            '{"kind":"deposit","on":"0000-01-02","account":"a","asset":"EUR","quantity":"1"}\n',
            "b.json",
            BATCH,
        ),
        "",
    ),
    # -- structure -------------------------------------------------------------------------
    "an external document type": Hostile(_file(_xml(DTD), "flex.xml"), ""),
    "entities of parameters": Hostile(_file(_xml(PARAMETERS), "flex.xml"), ""),
    "XInclude": Hostile(
        _file(
            _xml("", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
            "flex.xml",
        ),
        "",
    ),
    "an attribute of 20 MB": Hostile(
        _file(_xml("", f'<Trade currency="{"x" * 20_000_000}"/>'), "flex.xml"), "", large=True
    ),
    "a million comments": Hostile(
        _file(_xml("", "<!---->" * 1_000_000), "flex.xml"), "", large=True
    ),
    "a reference to itself": Hostile(
        _portfolio('<accounts><account reference="."/></accounts>'),
        "",
        accepted=None,
    ),
    "references in a ring": Hostile(
        _portfolio(
            '<securities><security reference="../security[2]"/>'
            '<security reference="../security[1]"/></securities>'
        ),
        "",
        accepted=None,
    ),
    "a reference of 300,000 steps up": Hostile(
        _portfolio(f'<accounts><account reference="{"../" * 300_000}x"/></accounts>'),
        "",
        accepted=None,
    ),
    "a reference to the number 10^9": Hostile(
        _portfolio('<accounts><account reference="../account[1000000000]"/></accounts>'),
        "",
        accepted=None,
    ),
    "YAML that grows": Hostile(
        _file(
            "a: &a [x,x]\n"
            + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)),
            "x.yaml",
        ),
        "",
    ),
    "a table that is none in a book": Hostile(
        _restored(_named_table('commits"; DROP TABLE x;--', {"id": 1})), ""
    ),
    "a table of SQLite's own in a book": Hostile(
        _restored(_named_table("sqlite_master", {"name": "x"})), ""
    ),
    "a column that is none in a book": Hostile(
        _restored(_named_table("commits", {"id) VALUES (1);--": 1})), ""
    ),
    "a million accounts in OFX": Hostile(
        _file(_ofx(row=_ofx_row()) + "<STMTRS><CURDEF>EUR</CURDEF></STMTRS>" * 300_000, "bank.ofx"),
        "",
        large=True,
        accepted=None,
    ),
    # -- paths -----------------------------------------------------------------------------
    "a folder that is called x.csv": Hostile(_directory, ""),
    "two links to one another": Hostile(_loop, ""),
    "a pipe of prices": Hostile(_other("price", "import", "?", pipe=True), ""),
    "a pipe of a batch": Hostile(_other(*BATCH, "?", pipe=True), ""),
    "a pipe of balances": Hostile(_other("observe", "--batch", "?", pipe=True), ""),
    "a pipe as a backup": Hostile(_other("restore", "?", "--force", pipe=True), "is no file"),
    "a pipe as a book": Hostile(
        _other("--db", "new.db", "init", "--from", "?", pipe=True), "is no file"
    ),
    "a pipe as THE book": Hostile(_other("--db", "?", "report", pipe=True), ""),
    "a device as THE book": Hostile(_other("--db", "?", "report"), ""),
    "a device as a backup": Hostile(_other("restore", "?", "--force"), ""),
    "a device as a profile": Hostile(
        _other("import", "--profile", "mine", "x.csv", name="profiles"), ""
    ),
    "a device as a configuration": Hostile(
        _other("config", "--help", name="config"), "", accepted=True
    ),
    "a device as recipients": Hostile(_other("backup", "--recipient", "?"), ""),
    "a device as a passphrase": Hostile(_phrase, ""),
    "a path for a profile's name": Hostile(
        lambda f: ("import", "--profile", "../../../etc/passwd", _own()(f)[-1]), ""
    ),
    # -- meanwhile -------------------------------------------------------------------------
    "a file that grows while it is read": Hostile(_meanwhile(GROWS), "", accepted=None),
    "a file that is replaced while it is read": Hostile(_meanwhile(REPLACED), "", accepted=None),
    # -- profiles --------------------------------------------------------------------------
    "a pattern that is slow for each cell": Hostile(
        _slow("(?P<value>.*a.*a.*b)"), "takes too long", large=True
    ),
    "a pattern that is slow for each cell, twice": Hostile(
        _slow("(?P<value>a*a*b)"), "", accepted=None, large=True
    ),
    "a pattern of forty options": Hostile(_slow("(?P<value>(a?){40}a{40})"), "could run for ever"),
    "a pattern of twelve stars": Hostile(
        _slow("(?P<value>.*.*.*.*.*.*.*.*.*.*.*.*=)"), "could run for ever"
    ),
    "a pattern that looks back": Hostile(_slow(r"(?P<value>(a+)\2+b)"), "could run for ever"),
    "a profile of a million keys": Hostile(_profile("x" + ".x" * 400_000 + " = 1"), ""),
    "a profile with a number of a million digits": Hostile(_profile(f"x = {'9' * 1_000_000}"), ""),
    "a profile with 100,000 tables": Hostile(
        _profile("".join(f"[x{n}]\n" for n in range(100_000))), "", large=True
    ),
    "a profile called a path": Hostile(_profile(PROFILE.replace('"mine"', '"../../harm"')), ""),
    # -- backups ---------------------------------------------------------------------------
    "a backup with a name of 50 MB": Hostile(
        _backup(b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 50_000_000), "", large=True
    ),
    "a backup of a million empty parts": Hostile(
        _backup(gzip.compress(b"") * 300_000), "", large=True
    ),
    "a backup that wants 2^60 rounds of scrypt": Hostile(
        _backup(_age(60), "--passphrase-file", "phrase"), "too long to open"
    ),
    "a backup that wants 2^24 rounds of scrypt": Hostile(
        _backup(_age(24), "--passphrase-file", "phrase"), "", large=True
    ),
}
