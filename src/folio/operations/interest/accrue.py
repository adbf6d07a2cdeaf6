"""Accruing: booking every payment that a yield rule owes, once.

The id of a payment is its rule and the day due, so that running it again, or after any
number of missed months, adds what is not there and nothing else.  What a statement says itself
is not booked, and what was undone stays undone.

What was booked stays as it is when a rule or an earlier balance changes, until it is asked for
again: then it is reversed, and what is right now is booked, in one commit.
"""

import datetime as dt
from typing import NamedTuple

from folio.book import Book
from folio.book.interest import Earnings, Payment, earnings_of
from folio.book.selection import Filters, select
from folio.db.transactions.ledger import get_transaction
from folio.errors import FolioError
from folio.model.accounts import Account, Holding
from folio.model.assets import Asset, AssetRef
from folio.model.transactions import AccountRef, Draft, Leg
from folio.model.yields import ACCRUAL
from folio.operations.recording import Recording
from folio.operations.transactions.account_rules import check_open
from folio.operations.transactions.record import Recorder
from folio.operations.transactions.reversals import reverse

_ALL = Filters()


class Booking(NamedTuple):
    """A payment that was booked."""

    payment: Payment
    transaction_id: int | None  # None: it only would be


class Accrued(NamedTuple):
    """What accruing did."""

    bookings: list[Booking]
    notes: list[str]  # what could not be booked, and why


def accrue(
    write: Recording, *, until: dt.date, filters: Filters = _ALL, again: bool = False
) -> Accrued:
    """Book the payments due by ``until`` (inclusive) of the holdings that the filters leave.

    ``again`` books those too that were undone, and anew those that would be another amount now.
    """
    done = Accrued([], [])
    book = Book(write.db)
    holdings = sorted(select(book.catalog, filters), key=lambda holding: holding.id)
    for earnings in earnings_of(book, holdings, dt.date.max):
        _book(write, earnings, earnings.payments(until, only_due=True, again=again), done)
    return done


def _book(write: Recording, earnings: Earnings, payments: list[Payment], done: Accrued) -> None:
    account = write.catalog.accounts[earnings.holding.account_id]
    for payment in payments:
        try:
            check_open(write, account, payment.due)
        except FolioError as closed:
            done.notes.append(f"not booked from {payment.due} on: {closed}")
            return
        number = None
        for gone in payment.transactions:
            recorded = get_transaction(write.db, gone)
            assert recorded is not None, "a payment's transactions are in the ledger"
            number = reverse(write, recorded, ACCRUAL)
        if payment.expected:
            draft = _draft(payment, account, earnings.holding, earnings.asset)
            number = Recorder(write, ACCRUAL).record(draft).transaction_id
        done.bookings.append(Booking(payment, None if write.dry_run else number))


def _draft(payment: Payment, account: Account, holding: Holding, asset: Asset) -> Draft:
    ref = AssetRef(asset.symbol, asset.type, asset.market, asset.isin)
    role = "cash" if asset.is_currency else "asset"
    return Draft(
        "interest",
        payment.due,
        AccountRef(account.name, account.institution),
        (Leg(role, ref, payment.expected, label=holding.label),),
        external_id=payment.rule.external_id(payment.due),
        note=f"{payment.rule.name} {payment.first} to {payment.due}",
    )
