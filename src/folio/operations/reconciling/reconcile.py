"""Answering gaps between observations and the ledger, and taking an answer back.

A *flow* is a deposit or a withdrawal on a day inside the gap, a *correction* says that the
ledger was wrong, an *opening* that the units were held before it starts: each records a
transaction of the drift's size.  *growth* records none: the units came of themselves and count
as return.  *unknown* stops the question, and the figures stay graded.
"""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.reconciliation import HeldGap, held_gaps, takes_opening
from folio.db.derived.gaps import Answer, add_answer, read_answers, read_gaps
from folio.db.derived.positions import read_positions
from folio.db.statements.observations import observed_on
from folio.db.transactions.ledger import get_transaction
from folio.db.transactions.postings import postings_of
from folio.engine.splits import scaled
from folio.errors import FolioError, UsageError, one_of
from folio.model.accounts import Holding
from folio.model.assets import Asset, AssetRef
from folio.model.gaps import ANSWERS, Gap
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.recording import Recording
from folio.operations.transactions.record import Recorder
from folio.operations.transactions.reversals import reverse

SOURCE = "reconcile"
WITHOUT_TRANSACTION = frozenset({"growth", "unknown"})


class Terms(NamedTuple):
    """What an answer says beside its word."""

    on: dt.date | None = None  # a flow's or correction's day; None: there is one only, or the last
    cost: Decimal | None = None  # of what came in; None: not known
    currency: AssetRef | None = None  # of the cost; None: the book's base
    acquired_on: dt.date | None = None  # of an opening


class Answered(NamedTuple):
    """What an answer did."""

    holding: str  # in words
    gap: Gap
    draft: Draft | None  # what was recorded
    transaction_id: int | None
    already: bool  # the same was said before; nothing was recorded


def answer_gap(write: Recording, number: int, answer: str, terms: Terms) -> Answered:
    """Record what the user says of the gap that ends with observation ``number``.

    Raises:
        UsageError: for a word or an option that does not fit the gap.
        FolioError: when it is closed or answered already, or cannot be settled so.
    """
    one_of(answer, ANSWERS, "answer")
    book = Book(write.db)
    holding, day = _of_observation(book, number)
    gaps = held_gaps(book, [holding], day)
    held = next((one for one in gaps if one.gap.until == day), None)
    _refuse_unused(answer, terms)
    if held is None or held.answer is not None:
        return _again(book, number, holding, day, answer, terms)
    gap = held.gap
    name = book.catalog.describe(holding)
    if answer in WITHOUT_TRANSACTION:
        _note(write, held, answer)
        return Answered(name, gap, None, None, False)
    draft = _draft(book, held, answer, terms, number)
    outcome = Recorder(write, SOURCE, repeats=True).record(draft)
    add_answer(write.commit, holding.id, (gap.since, gap.until), answer, outcome.transaction_id)
    write.checks.append(lambda: _refuse_left_over(write.db, held, draft))
    account = book.catalog.accounts[holding.account_id]
    draft = draft._replace(account=AccountRef(account.key))  # as people call it
    return Answered(name, gap, draft, outcome.transaction_id, False)


def _of_observation(book: Book, number: int) -> tuple[Holding, dt.date]:
    """The holding and the day of an observation, whichever of that day counts now."""
    found = observed_on(book.db, number)
    if found is None:
        raise FolioError(f"there is no gap {number}; see: folio reconcile")
    return book.catalog.holdings[found[0]], found[1]


def _again(
    book: Book, number: int, holding: Holding, day: dt.date, answer: str, terms: Terms
) -> Answered:
    """The same answer once more changes nothing; another one is refused."""
    given = _answers(book, holding, day)
    name = book.catalog.describe(holding)
    if not given:
        raise FolioError(f"gap {number} is closed: the ledger explains {name} on {day}")
    last = given[-1]
    if last.answer != answer or not _says(book, last, terms):
        raise FolioError(
            f"gap {number} is answered already: {last.answer}; take that back with: "
            f"folio reconcile undo {number}"
        )
    gap = Gap(last.since, last.until, ZERO, ZERO, number)
    return Answered(name, gap, None, last.transaction_id, True)


def _says(book: Book, given: Answer, terms: Terms) -> bool:
    """Whether these terms, where they are stated, are those of an answer given."""
    recorded = (
        None if given.transaction_id is None else get_transaction(book.db, given.transaction_id)
    )
    if recorded is None:
        return True
    (leg, *_) = postings_of(book.db, recorded.id)
    paid, money = leg.amount, book.catalog.assets.get(leg.amount_currency_id or 0)
    code = (terms.currency or _ref(book.base)).symbol
    return (
        terms.on in (None, recorded.occurred_on)
        and terms.acquired_on in (None, leg.acquired_on)
        and (
            terms.cost is None
            or (terms.cost == paid and money is not None and money.symbol == code)
        )
    )


def _answers(book: Book, holding: Holding, day: dt.date) -> list[Answer]:
    """The answers in force for the gap that ends on a day, oldest first."""
    holdings = book.catalog.members(holding.id)
    return [a for a in read_answers(book.db) if a.holding_id in holdings and a.until == day]


def _refuse_unused(answer: str, terms: Terms) -> None:
    """Refuse an option that the answer has no use for, rather than ignore it."""
    takes = {"flow": {"on", "cost", "currency"}, "correction": {"on"}}
    takes["opening"] = {"cost", "currency", "acquired_on"}
    for name, value in terms._asdict().items():
        if value is not None and name not in takes.get(answer, ()):
            raise UsageError(f"{answer} takes no --{name.replace('_', '-')}; leave it out")
    if terms.cost is not None and terms.cost < ZERO:
        raise UsageError(f"cost {to_text(terms.cost)} is negative; say what the units cost")
    if terms.currency is not None and terms.cost is None:
        raise UsageError("--currency is that of the cost; say --cost too, or leave it out")


def _note(write: Recording, held: HeldGap, answer: str) -> None:
    """Record an answer without a transaction."""
    gap = held.gap
    if answer == "growth" and gap.is_opening:
        raise UsageError(
            f"nothing was observed before {gap.until}, so nothing can have grown; answer opening, "
            "flow or unknown"
        )
    add_answer(write.commit, held.holding.id, (gap.since, gap.until), answer)
    if answer == "growth":
        write.touched.grown(held.holding.id, gap.until)


# -- what is recorded --------------------------------------------------------------------


def _draft(book: Book, held: HeldGap, answer: str, terms: Terms, number: int) -> Draft:
    gap = held.gap
    kind, day = answer, _day(book, held, answer, terms)
    if answer == "flow":
        kind = "deposit" if gap.drift > ZERO else "withdraw"
    if terms.cost is not None and gap.drift < ZERO:
        raise UsageError("what went out has no cost of its own; leave --cost out")
    if answer == "opening" and not takes_opening(book, held):
        raise FolioError(_no_opening(book, held))
    asset = book.catalog.assets[held.holding.asset_id]
    account = book.catalog.accounts[held.holding.account_id]
    if terms.acquired_on is not None and terms.acquired_on > day:
        raise UsageError(f"acquired on {terms.acquired_on} is after the opening's day, {day}")
    new, old, _ = book.prices.splits.product(asset.id, day, gap.until)
    leg = Leg(
        "asset",
        _ref(asset),
        scaled(gap.drift, old, new),
        label=held.holding.label,
        cost=terms.cost,
        cost_currency=None if terms.cost is None else terms.currency or _ref(book.base),
        acquired_on=terms.acquired_on,
    )
    where = AccountRef(account.name, account.institution)
    return Draft(kind, day, where, (leg,), note=f"answers the gap until {gap.until}")


def _ref(asset: Asset) -> AssetRef:
    return AssetRef(asset.symbol, asset.type, asset.market, asset.isin)


def _no_opening(book: Book, held: HeldGap) -> str:
    gap = held.gap
    if not gap.is_opening:
        return (
            f"the balance was known on {gap.since} already, so nothing opens after it; answer "
            "flow, correction, growth or unknown"
        )
    if gap.drift > ZERO:
        account = book.catalog.accounts[held.holding.account_id].key
        return (
            f"the history of {account} is said to be complete, so inflows are missing; answer "
            f"flow, or take that back with: "
            f"folio account set {shell_word(account)} --no-complete-history"
        )
    return (
        f"an opening of {to_text(gap.drift)} would be negative: by {gap.until} the ledger has more "
        "in than was there; record what went out, or answer flow or correction"
    )


def _day(book: Book, held: HeldGap, answer: str, terms: Terms) -> dt.date:
    gap = held.gap
    if answer == "opening":
        first = read_positions(book.db, [held.holding.id])[held.holding.id].first_evidence
        return (first or gap.until) - dt.timedelta(days=1)
    day = terms.on
    if day is None:
        if answer == "flow" and gap.days != 1:
            since = "" if gap.since is None else f" after {gap.since}"
            raise UsageError(
                f"flow needs --on DAY: a day{since} up to {gap.until}, on which it came or went"
            )
        return gap.until
    if day > gap.until or (gap.since is not None and day <= gap.since):
        since = "" if gap.since is None else f" after {gap.since} and"
        raise UsageError(f"{day} is not in the gap; say a day{since} up to {gap.until}")
    return day


def _refuse_left_over(db: sqlite3.Connection, held: HeldGap, draft: Draft) -> None:
    """Refuse an answer that leaves a drift: a split that does not come out even.

    Raises:
        FolioError: naming the day.
    """
    gaps = read_gaps(db, [held.holding.id]).get(held.holding.id, [])
    if any(gap.until == held.gap.until for gap in gaps):
        raise FolioError(
            f"no quantity on {draft.occurred_on} makes {to_text(held.gap.drift)} of the units of "
            f"{held.gap.until}: the split between them does not come out even; record it after "
            "the split with: folio add-tx"
        )


# -- taking back -------------------------------------------------------------------------


class TakenBack(NamedTuple):
    """An answer that was taken back."""

    holding: str  # in words
    answer: Answer
    reversal_id: int | None  # of its transaction
    left: int  # answers of the same gap that still stand


def undo_answer(write: Recording, number: int) -> TakenBack:
    """Take back the last answer to the gap that ends with observation ``number``.

    Raises:
        FolioError: when it has none.
    """
    book = Book(write.db)
    holding, day = _of_observation(book, number)
    given = _answers(book, holding, day)
    if not given:
        raise FolioError(f"gap {number} has no answer to take back; see: folio reconcile --all")
    last = given[-1]
    reversal = _take_back(write, holding, last)
    return TakenBack(book.catalog.describe(holding), last, reversal, len(given) - 1)


def _take_back(write: Recording, holding: Holding, answer: Answer) -> int | None:
    days = (answer.since, answer.until)
    add_answer(write.commit, answer.holding_id, days, None, answer.stated_id)
    if answer.answer == "growth":
        write.touched.grown(holding.id, answer.until)
    if answer.transaction_id is None:
        return None
    recorded = get_transaction(write.db, answer.transaction_id)
    return None if recorded is None else reverse(write, recorded)
