"""What was paid: each payment at its day's rate, before and after tax."""

from collections.abc import Iterable

from folio.db.transactions.postings import Posting
from folio.model.dates import Period
from folio.model.explanation import Node, leaf, made, missing, total, total_of_known
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground
from folio.reports.paid.income import Payment, paid_in, payments


class Incomes:
    """The payments of a period; ``kind`` leaves those of one kind alone."""

    def __init__(self, ground: Ground, period: Period, kind: str | None = None) -> None:
        self.ground = ground
        found = payments(ground.book, ground.query, period)
        self.payments = [p for p in found if kind in (None, p.recorded.kind)]

    def gross(self) -> Node:
        """What was paid, before tax."""
        return total("income", self.ground.unit, [self._gross(p) for p in self.payments if p.gross])

    def tax(self) -> Node:
        """What was kept as tax; a refund is negative."""
        return total_of_known("tax", self.ground.unit, [self._tax(p) for p in self.payments])

    def net(self) -> Node:
        """What was paid, less tax."""
        return made("income after tax", self.ground.unit, "difference", [self.gross(), self.tax()])

    def count(self) -> Node:
        """How many payments there were."""
        return made("payments", "", "count", [self._gross(p) for p in self.payments])

    def _gross(self, payment: Payment) -> Node:
        return self._of(payment, payment.gross, 1)

    def _tax(self, payment: Payment) -> Node:
        return self._of(payment, payment.tax, -1)

    def _of(self, payment: Payment, postings: Iterable[Posting], sign: int) -> Node:
        recorded, ground = payment.recorded, self.ground
        account, asset = ground.book.catalog.accounts[recorded.account_id or 0].key, payment.key[2]
        what = f"{recorded.kind.replace('_', ' ')} of {recorded.occurred_on}, {account} {asset}"
        parts = []
        for posting in postings:
            amount, number = paid_in(ground.book, posting)
            source = ground.transaction(recorded.id)
            note = "" if posting.amount is None else "as stated"
            paid = leaf(posting.role, amount * sign, ground.symbol(number), source, note)
            day = recorded.occurred_on
            parts.append(in_report(ground, "at the day's rate", paid, number, day))
        lacking = next((p for p in parts if p.figure is None), None)
        if lacking is not None:
            return missing(what, ground.unit, lacking.note, parts)
        if len(parts) == 1:
            return parts[0]._replace(what=what)
        return total(what, ground.unit, parts)
