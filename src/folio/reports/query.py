"""What a report is asked."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TypedDict

from folio.book import Book
from folio.book.selection import Filters, select
from folio.engine.grades import Counts, Judged, judged
from folio.engine.valuation import Teller
from folio.model.accounts import Holding
from folio.model.assets import Asset
from folio.model.dates import EARLIEST, Period
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO, divide, round_money
from folio.model.table import Amount, Cell, Column, Phrases

if TYPE_CHECKING:
    from folio.book.vaults import Filled


Row = dict[str, Cell]
HELD = 5_000  # rows of a listing that are made at once; those after them, as they are written
# Of a table of holdings, each account above its own; programs have the account in every row.
ACCOUNT_ABOVE = (
    Column("heading", "Account", people_only=True),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", machine_only=True),
)


def begun(rows: Iterator[Row]) -> tuple[list[Row], Iterable[Row]]:
    """The rows of a listing that are made at once, and those that are made as they are written."""
    held = list(islice(rows, HELD))
    return held, rows if len(held) == HELD else ()


class Since(NamedTuple):
    """An instant: what was known then, and which day it was."""

    commit: int
    instant: dt.datetime  # aware
    day: dt.date


class Told(TypedDict):
    """What a table says of itself."""

    as_of: dt.date
    known_at: dt.datetime | None
    currency: str | None
    grade: str | None
    reasons: tuple[str, ...]


class Query(NamedTuple):
    """A day, a currency, a state of knowledge and a choice of holdings."""

    as_of: dt.date
    currency: Asset
    filters: Filters = Filters()
    known_at: dt.datetime | None = None
    exact: bool = False  # nothing is rounded
    last_day: dt.date = dt.date.max  # of what is listed: the day that was named, if one was
    drawn: bool = False  # with charts
    whole: bool = False  # as a page to look around in, with what other reports say
    to_read: bool = False  # what columns for programs alone hold may be missing

    def told(
        self, grade: str | None = None, reasons: Iterable[str] = (), *, money: bool = False
    ) -> Told:
        """What a table says that answers it; ``money``: in the query's currency."""
        code = self.currency.symbol if money else None
        return Told(as_of=self.as_of, known_at=self.known_at, currency=code, grade=grade,
                    reasons=tuple(reasons))  # fmt: skip

    def teller(self, book: Book) -> Teller:
        """Leaves in the report's currency."""
        return book.teller(self.currency, exact=self.exact)

    def holdings(self, book: Book) -> list[Holding]:
        """The holdings asked for, hidden ones left out, in the order of a page."""
        chosen = [h for h in select(book.catalog, self.filters) if not h.hidden]
        places = book.catalog.places
        return sorted(chosen, key=lambda h: places[h.id])

    def chosen(self, book: Book) -> set[int] | None:
        """The holdings asked for; None where nothing chooses, and so all of them are."""
        return {h.id for h in self.holdings(book)} if self.filters else None


def in_its_currency(book: Book, query: Query, filled: "Filled") -> Query:
    """The query about a vault: all that fills it, in its own currency."""
    return query._replace(currency=book.catalog.assets[filled.vault.currency_id], filters=Filters())


def title_of(what: str, period: Period, query: Query) -> str:
    """``what``, and the days it is about where those are not all there are."""
    until = min(period.end, query.as_of) if period.start <= query.as_of else period.end
    if period.start > EARLIEST:
        return f"{what}, {period.start} to {until}"
    return what if until == query.as_of else f"{what}, until {until}"


def names(book: Book, holding: Holding) -> dict[str, Cell]:
    """The cells that say which holding a row is about."""
    return {
        **account_names(book, holding.account_id),
        **asset_names(book, holding.asset_id),
        "label": holding.label or None,
    }


def account_names(book: Book, number: int) -> dict[str, Cell]:
    """Those of the cells that say which account it is in."""
    account = book.catalog.accounts[number]
    return {"institution": account.institution, "account": account.name}


def asset_names(book: Book, number: int) -> dict[str, Cell]:
    """Those of the cells that say what is held."""
    asset = book.catalog.assets[number]
    return {"asset": asset.key, "name": asset.name or None, "type": asset.type}


def account_title(book: Book, holding: Holding) -> str:
    """The heading under which an account's holdings stand."""
    return book.catalog.accounts[holding.account_id].key


def grade_cells(counts: Counts) -> dict[str, Cell]:
    """The grade of a row over holdings, and why; empty where nothing is held."""
    if not counts.held:
        return {"grade": None, "reasons": Phrases(())}
    return judged_cells(judged(counts))


def judged_cells(of: Judged) -> dict[str, Cell]:
    return {"grade": of.grade, "reasons": Phrases(of.reasons)}


def share(part: Amount | None, whole: Amount | None) -> Amount | None:
    """What part of a whole it is, as ``ratio`` has it; None where either is missing.

    And where the whole is not above 0: what debts outweigh has no shares.
    """
    if part is None or whole is None or whole.value <= ZERO:
        return None
    return ratio(part.value, whole.value)


_PLACES, _LEAST = 6, Decimal("5e-7")  # of a ratio; what is less would be 0 in so many
_AMOUNT = from_tuple(Amount)


def ratio(part: Decimal, whole: Decimal) -> Amount:
    """One amount over another, to 6 places, and to more where nothing would be left of it."""
    exact = divide(part, whole)
    return _AMOUNT((round_money(exact, ratio_places(exact)), _PLACES))


def ratio_places(exact: Decimal) -> int:
    """To how many places a ratio is rounded: 6, or to its first digit where that comes later.

    >>> ratio_places(Decimal("0.1234567")), ratio_places(Decimal("-0.00000004321"))
    (6, 8)
    """
    return _PLACES if not exact or abs(exact) >= _LEAST else -exact.adjusted()


def namesakes(book: Book) -> frozenset[str]:
    """What accounts of several institutions are called."""
    called = Counter(account.name for account in book.catalog.accounts.values())
    return frozenset(name for name, times in called.items() if times > 1)
