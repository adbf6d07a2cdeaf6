"""The lines of the table: what folio does in each, what it must reach, beside what."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import peers
from books import TODAY, Place, settle
from measuring import Contender, Step, run
from peers import SHELL, START, Maker

FOLIO = "folio"
SMALL = "folio at 1k"
K100, M1 = 100_000, 1_000_000
BACK_DATED = "2019-12-30"
YEARS = "2010-01-01..2024-12-31"


class Target(NamedTuple):
    """What a line must reach at a size (None: at any).

    ``most`` is a ratio of times to the fastest of ``against``, or, without any, a number of
    ``unit``: seconds, megabytes at the peak, or bytes a transaction.  Of fewer transactions than
    ``least`` the figure is shown, and nothing is asked of it: what costs the same whatever the
    size is most of it there.
    """

    most: float
    against: Sequence[str] = ()
    size: int | None = None
    unit: str = ""
    least: int = 0


class Line(NamedTuple):
    """A line of the table; ``folio`` makes the contender, ``others`` those beside it."""

    name: str
    what: str
    folio: Callable[[Place, int], Contender]
    others: Sequence[Maker] = ()
    targets: Sequence[Target] = ()


def asked(words: Sequence[str], *, terminal: bool = False, proof: str = "") -> Maker:
    """folio answers a question about the book."""

    def make(place: Place, size: int) -> Contender:
        step = place.step(place.book(size), *words)._replace(terminal=terminal, proof=proof)
        return Contender(FOLIO, lambda number: [step])

    return make


def small(place: Place, size: int) -> Contender | None:
    """The same report on a thousand transactions."""
    if size <= 1000:
        return None
    return PAGE(place, 1000)._replace(name=SMALL)


PAGE = asked(["report"], terminal=True, proof=r"total.*\d")


def add_and_see(place: Place, size: int) -> Contender:
    """A deposit of today and the new total."""
    book = place.copy(size, "add.db")
    words = ["add-tx", "deposit", "100", "USD", "--account", "northbank-checking"]
    steps = [
        place.step(book, *words)._replace(proof="recorded"),
        place.step(book, "report")._replace(proof=r"total\s+[\d,]+\."),
    ]
    return Contender(FOLIO, lambda number: steps)


def back_dated(quantity: str, asset: str, price: str, account: str) -> Callable[..., Contender]:
    """A purchase five years ago, its lots, and the daily figures from then on.

    The command brings all of them up to date; before each round, untimed, it is seen that it did.
    """

    def make(place: Place, size: int) -> Contender:
        book = place.copy(size, "back-date.db")
        words = ["add-tx", "buy", quantity, asset, "--price", price, "--account", account]
        step = place.step(book, *words, "--on", BACK_DATED)._replace(proof="recorded")
        none_is_left = place.step(book, "rollup")._replace(proof="^up to date until")
        return Contender(FOLIO, lambda number: [step], lambda number: _seen(none_is_left))

    return make


def _seen(step: Step) -> None:
    run(step, limit=600)


def roll_up_today(place: Place, size: int) -> Contender:
    """The daily figures were made yesterday: one day is missing."""
    book = place.copy(size, "rollup.db")

    def steps(number: int) -> list[Step]:
        day = dt.date.fromisoformat(TODAY) + dt.timedelta(days=1 + number)
        step = place.step(book, "rollup", FOLIO_TODAY=day.isoformat())
        return [step._replace(proof=f"rolled up until {day}")]

    return Contender(FOLIO, steps)


def rebuild(place: Place, size: int) -> Contender:
    """Positions, lots, disposals and every day of every scope, from the facts."""
    book = place.copy(size, "rebuild.db")
    step = place.step(book, "rebuild")._replace(proof=f"rollup until {TODAY}")
    return Contender(FOLIO, lambda number: [step])


def import_new(place: Place, size: int) -> Contender:
    """The file into an empty book."""
    step = _import(place, size, "import.db", f"{place.rows(size)} recorded, 0 already there")
    return Contender(FOLIO, lambda number: [step], lambda number: _emptied(place, "import.db"))


def import_again(place: Place, size: int) -> Contender:
    """The same file into a book that has it: nothing is recorded."""
    place.copy(size, "again.db")
    step = _import(place, size, "again.db", f" 0 recorded, {place.rows(size)} already there")
    return Contender(FOLIO, lambda number: [step])


def import_overlap(place: Place, size: int) -> Contender:
    """A file of one new row and all the others, which are found to be there already."""
    table = place.folder / "scratch" / "overlap.csv"
    place.copy(size, "overlap.db")
    step = _import(place, size, "overlap.db", f" 1 recorded, {place.rows(size)} already there")
    step = step._replace(command=[*step.command[:2], table, "--create"])
    text = (place.history(size) / "transactions.csv").read_bytes()

    def prepare(number: int) -> None:
        place.copy(size, "overlap.db")
        row = "2024-12-30,northbank-checking,Northbank,deposit,USD,100.00,1,USD,0.00,USD,E-,Gift\n"
        table.write_bytes(text + row.encode("ascii"))

    return Contender(FOLIO, lambda number: [step], prepare)


def _emptied(place: Place, name: str) -> None:
    place.empty(name)


def _import(place: Place, size: int, name: str, proof: str) -> Step:
    table = str(place.history(size) / "transactions.csv")
    book = place.folder / "scratch" / name
    return place.step(book, "import", table, "--create")._replace(proof=re.escape(proof))


def version(place: Place, size: int) -> Contender:
    step = Step([place.folio, "--version"], place.env, r"folio \d")
    return Contender(FOLIO, lambda number: [step])


def bytes_each(place: Place, size: int) -> float:
    """Bytes of the file for each transaction, after its import, before any price or rollup."""
    book = place.scratch("import.db")
    contender = import_new(place, size)
    contender.prepare(0)
    run(contender.steps(0)[0], limit=place.limit)
    settle(book)
    return book.stat().st_size / size


def _said(program: str) -> Maker:
    return lambda place, size: peers.nothing(place, program)


_VALUES = (
    peers.asked("hledger", peers.HLEDGER_VALUE),
    peers.asked("ledger", peers.LEDGER_VALUE),
    peers.asked("beancount", [peers.BEAN_VALUE]),
)
_APPENDS = (
    peers.appended("hledger", [*peers.HLEDGER_VALUE, "--depth", "1"]),
    peers.appended("ledger", "bal ^Assets -X USD --depth 1".split()),
    peers.appended("beancount", [peers.BEAN_TOTAL]),
)
_MONTHLY = (
    peers.asked(
        "hledger",
        "bal ^Assets -M --historical --value=end,USD --depth 1 -N -O csv".split(),
    ),
    peers.asked("ledger", "reg ^Assets -M -X USD -n -J".split()),
    peers.asked("beancount", [peers.BEAN_MONTHLY]),
    peers.fava,
)
_PROGRAMS = tuple(_said(program) for program in peers.PROGRAMS.values())
_MONTHS = ("hledger", "ledger", "bean-query", "fava")

LINES = [
    Line("version", "`--version`", version, (peers.start, *_PROGRAMS), [Target(5, [START])]),
    Line(
        "report",
        "`report` as a page on a terminal",
        PAGE,
        (peers.start, small, *_VALUES),
        [Target(7, [START]), Target(1.1, [SMALL], M1), Target(1 / 50, ["hledger"], K100)],
    ),
    Line(
        "piped",
        "`report` piped",
        asked(["report"], proof=r"total.*\d"),
        (peers.start,),
        [Target(5, [START])],
    ),
    Line(
        "register",
        "`register` of the last 50",
        asked(["register", "--last", "50"], proof=r"2024-12-\d\d"),
        (peers.start,),
        [Target(5, [START])],
    ),
    Line(
        "trivial",
        "`account list`",
        asked(["account", "list"], proof="atlas-ira"),
        (peers.start,),
        [Target(5, [START])],
    ),
    Line(
        "add",
        "`add-tx` and the new total",
        add_and_see,
        (peers.start, *_APPENDS),
        [Target(1 / 50, ["hledger"], K100)],
    ),
    Line(
        "import",
        "CSV import, new file",
        import_new,
        (peers.shell_import, peers.hledger_import),
        [Target(12, [SHELL], M1), Target(150, (), M1, "MB"), Target(1 / 15, ["hledger"], K100)],
    ),
    Line(
        "again",
        "the same file again",
        import_again,
        (peers.shell_import, peers.hledger_again),
        [Target(2, [SHELL], least=20_000)],
    ),
    Line("overlap", "a file with one new row", import_overlap, (peers.shell_import,)),
    Line("rollup", "`rollup` for today", roll_up_today, (peers.start,), [Target(6, [START])]),
    Line(
        "rebuild",
        "`rebuild`: 15 years, four scopes, daily (peers: monthly)",
        rebuild,
        (peers.start, *_MONTHLY),
        [Target(1 / 4, _MONTHS, K100), Target(25, (), M1, "s"), Target(200, (), M1, "MB")],
    ),
    Line(
        "history",
        "`report history` by month, 15 years",
        asked(["report", "history", "--period", YEARS], proof="2024-12-31"),
        (peers.start,),
        [Target(8, [START])],
    ),
    Line(
        "backdated",
        "a purchase five years ago, of the busiest holding (BTC): `add-tx`, the rollup with it",
        back_dated("1", "BTC", "7000", "coinport-spot"),
        (peers.start,),
        [Target(10, [START], M1)],
    ),
    Line(
        "backdated-median",
        "a purchase five years ago, of a median holding: `add-tx`, the rollup with it",
        back_dated("1", "HMV", "50", "atlas-ira"),
        (peers.start,),
        [Target(10, [START], M1)],
    ),
]
BYTES = Line(
    "size",
    "file size a transaction, prices and daily figures apart",
    import_new,
    (),
    [Target(600, (), None, "bytes", least=20_000)],
)
