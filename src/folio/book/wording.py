"""A recorded transaction in the words that would state it: the inverse of drafting.

The register shows these words, and ``amend`` changes some of them and states the rest
again.
"""

from decimal import Decimal

from folio.db.arrangements.catalog import Catalog
from folio.db.transactions.ledger import Recorded
from folio.db.transactions.postings import NewAction, Posting
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.transactions import EITHER_SIGN

# What these are worth is said by the money beside their units.
_WORTH_THE_MONEY = frozenset("buy sell swap merger symbol_change delisting exercise split".split())
# What comes of these lies in the pot of what it came from, unless another one is said.
_KEEPS_ITS_POT = ("transfer", "merger", "symbol_change")


class Wording(NamedTuple):
    """One transaction, as the keys of a batch."""

    words: dict[str, str]
    quantity: Decimal | None  # signed by the holding: into it is positive
    complete: bool  # stating the words again gives the same postings


def wording(
    catalog: Catalog, recorded: Recorded, postings: list[Posting], action: NewAction | None
) -> Wording:
    """The words of a transaction of the book."""
    return _Speaker(catalog, recorded, postings, action).say()


class _Speaker:
    def __init__(
        self,
        catalog: Catalog,
        recorded: Recorded,
        postings: list[Posting],
        action: NewAction | None,
    ) -> None:
        self.catalog = catalog
        self.recorded = recorded
        self.action = action
        stated = [p for p in postings if p.role != "external"]
        self.own = [p for p in stated if p.role == "asset"]
        self.cash = [p for p in stated if p.role == "cash"]
        self.fees = [p for p in stated if p.role == "fee"]
        self.taxes = [p for p in stated if p.role == "tax"]
        self.words: dict[str, str] = {}
        self.complete = len(self.cash) <= 1

    def say(self) -> Wording:
        self._head()
        subject = self._subject()
        quantity = None if subject is None else subject.quantity
        if subject is not None:
            self._say_subject(subject)
        self._say_other_side(subject)
        if subject is None or subject.role != "cash":
            self._say_cash(subject)
        self._say_costs(subject)
        self._say_action()
        return Wording(self.words, quantity, self.complete)

    def _head(self) -> None:
        recorded = self.recorded
        self.words = {"kind": recorded.kind, "on": recorded.occurred_on.isoformat()}
        if recorded.occurred_at is not None:
            self.words["at"] = recorded.occurred_at.isoformat()
        if recorded.account_id is not None:
            self.words["account"] = self.catalog.accounts[recorded.account_id].key
        if recorded.related_asset_id is not None:
            of = "asset" if recorded.kind == "split" else "related_asset"
            self.words[of] = self._asset(recorded.related_asset_id)
        if recorded.note:
            self.words["note"] = recorded.note

    def _subject(self) -> Posting | None:
        """What the sentence is about: the units that moved, else the cash, else the cost."""
        leaving = [p for p in self.own if p.quantity < ZERO]
        if self.recorded.kind in ("swap", "transfer", "merger", "symbol_change") and leaving:
            return leaving[0]
        for among in (self.own, self.cash, self.fees, self.taxes):
            if among:
                return among[0]
        return None

    def _say_subject(self, subject: Posting) -> None:
        holding = self.catalog.holdings[subject.holding_id]
        self.words["asset"] = self._asset(holding.asset_id)
        flips = self.recorded.kind in ("fee", "tax", "exercise")  # what it took has no sign
        unsigned = self.recorded.kind not in EITHER_SIGN
        quantity = abs(subject.quantity) if unsigned else subject.quantity
        self.words["quantity"] = to_text(-quantity if flips else quantity)
        if holding.label:
            self.words["label"] = holding.label
        if subject.price is not None and subject.price_currency_id is not None:
            self.words["price"] = to_text(subject.price)
            self.words["currency"] = self._asset(subject.price_currency_id)
        if subject.acquired_on is not None:
            self.words["acquired_on"] = subject.acquired_on.isoformat()
        if self.recorded.kind in _WORTH_THE_MONEY:
            return
        if subject.amount is not None and subject.amount_currency_id is not None:
            self.words["cost"] = to_text(subject.amount)
            self.words["currency"] = self._asset(subject.amount_currency_id)

    def _say_other_side(self, subject: Posting | None) -> None:
        goes_out = subject is not None and subject.quantity < ZERO
        beside = [p for p in self.own if p is not subject]
        others = [p for p in beside if subject is None or (p.quantity < ZERO) != goes_out]
        exercise = self.recorded.kind == "exercise"  # whose sides may go the same way
        others = beside if exercise else others
        self.complete = self.complete and len(beside) < 2
        if not others:
            self.complete = self.complete and not beside
            return
        holding = self.catalog.holdings[others[0].holding_id]
        units = others[0].quantity
        self.words["to_quantity"] = to_text(units if exercise else abs(units))
        pot = self.words.get("label", "") if self.recorded.kind in _KEEPS_ITS_POT else ""
        if holding.label != pot:
            self.words["to_label"] = holding.label
        if self.recorded.kind == "transfer":
            self.words["to_account"] = self.catalog.accounts[holding.account_id].key
            return
        self.words["to_asset"] = self._asset(holding.asset_id)
        self.complete = self.complete and (units > ZERO or exercise)
        if self.recorded.kind == "swap" and subject is not None:
            self._say_value(subject, others[0])

    def _say_value(self, out: Posting, into: Posting) -> None:
        """What a swap was worth, unless money on one of its sides says so."""
        self.complete = self.complete and out.quantity < ZERO and not self.cash
        if into.acquired_on is not None:
            self.words["acquired_on"] = into.acquired_on.isoformat()
        money, came = out.amount_currency_id, self._asset_of(into)
        if out.amount is None or money is None or into.amount is None:
            return  # base money has no amount and says so itself
        fees = (p.quantity for p in self.fees + self.taxes if self._asset_of(p) == money == came)
        value = out.amount - sum(fees, ZERO)  # a fee was taken off money that came
        if value != {self._asset_of(p): abs(p.quantity) for p in (out, into)}.get(money):
            self.words["amount"] = to_text(value)
            self.words["currency"] = self._asset(money)

    def _say_cash(self, subject: Posting | None) -> None:
        for posting in self.cash[:1]:
            money = self.catalog.assets[self._asset_of(posting)]
            amount = abs(posting.quantity)
            price = None if subject is None else subject.price
            same = subject is not None and subject.price_currency_id == money.id
            if same and price is not None and subject is not None:
                stated = round_money(abs(subject.quantity) * price, money.precision)
                if stated == amount:
                    return
            self.words["amount"] = to_text(amount)
            if not same:
                self.words.pop("price", None)
            self.words["currency"] = money.symbol

    def _say_costs(self, subject: Posting | None) -> None:
        for key, among in (("fee", self.fees), ("tax", self.taxes)):
            paid: dict[int, Decimal] = {}
            for posting in among:
                if posting is not subject:
                    asset = self._asset_of(posting)
                    paid[asset] = paid.get(asset, ZERO) - posting.quantity
                    self.complete = self.complete and self._is_of_its_pot(posting, subject)
            self.complete = self.complete and len(paid) < 2
            asset, total = next(iter(paid.items()), (0, ZERO))
            if not total:
                continue
            self.words[key] = to_text(total)
            self.complete = self.complete and total > ZERO
            if key == "fee" and self._asset(asset) != self.words.get("currency"):
                self.words["fee_currency"] = self._asset(asset)

    def _is_of_its_pot(self, cost: Posting, subject: Posting | None) -> bool:
        """Whether a cost was paid where drafting has it paid: by the pot of what it is of."""
        paid_by = self.catalog.holdings[cost.holding_id]
        own = None if subject is None else self.catalog.holdings[subject.holding_id]
        same = own is not None and own.asset_id == paid_by.asset_id
        return paid_by.label == (own.label if own is not None and same else "")

    def _say_action(self) -> None:
        if self.action is not None and self.action.cost_share is not None:
            self.words["cost_share"] = to_text(self.action.cost_share)
        if self.action is None or self.action.ratio is None:
            return
        self.words["asset"] = self._asset(self.action.asset_id)
        self.words["ratio"] = f"{self.action.ratio[0]}:{self.action.ratio[1]}"

    def _asset_of(self, posting: Posting) -> int:
        return self.catalog.holdings[posting.holding_id].asset_id

    def _asset(self, asset_id: int) -> str:
        return self.catalog.assets[asset_id].key
