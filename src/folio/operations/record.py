"""Recording drafts: the one way into the ledger, for hands, batches and statements.

A row is identified by (account, source, external id); the same content again is
*already there*, other content is a *conflict* and is not recorded.  A row without an id
gets the SHA-256 of its fields and an occurrence number among identical rows of the same
day in the same input, so that overlapping inputs add nothing and true repeats survive.

An account either tracks cash or does not.  Where it does not, the cash side of a trade,
of income and of costs is booked with an opposite ``external`` posting, so that its cash
stays as it was and the flow from outside is explicit.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from folio.db.derived import read_lots, read_positions
from folio.db.postings import (
    NewAction,
    NewPosting,
    NewTransaction,
    find_transaction,
    has_other_sources,
    probable_twin,
    read_events,
)
from folio.db.settings import DEFAULTS
from folio.db.statements import answer_to
from folio.errors import FolioError, UsageError
from folio.model.accounts import Account
from folio.model.assets import Asset, AssetRef, currency_ref
from folio.model.numbers import ZERO, divide, to_text
from folio.model.transactions import INCOME_KINDS, AccountRef, Draft, Leg
from folio.operations.names import account_for, asset_for, holding_for
from folio.operations.recording import Recording

RECORDED, ALREADY, CONFLICT = "recorded", "already there", "conflict"
HELD = "held"  # probably there from another source; the user says

# What the cash side of these does is a flow from outside where an account tracks no cash.
_PAID_IN_CASH = frozenset(
    "buy sell dividend interest coupon return_of_capital fee tax merger".split()
)
MOST_UNITS = 100  # in a split's ratio that is taken unasked
_ACTIONS = frozenset({"split", "spin_off", "merger", "symbol_change", "delisting"})

# An amount, the id of its currency, and whether fees in something else come on top.
Amounted = tuple[Decimal | None, int | None, bool]


class Outcome(NamedTuple):
    """What became of a draft."""

    status: str  # RECORDED, ALREADY, CONFLICT or HELD
    transaction_id: int  # HELD: of its probable twin


class Recorder:
    """Records the drafts of one source."""

    def __init__(
        self,
        write: Recording,
        source: str,
        *,
        create: bool = False,
        by_hand: bool = False,
        repeats: bool = False,
        account: AccountRef | None = None,
        tracks_cash: bool = False,
        holds_twins: bool = False,
    ) -> None:
        self.write = write
        self.source_id = write.source(source)
        self.create = create
        self.by_hand = by_hand  # more than is held cannot go out
        self.repeats = repeats  # a row without an id is a new event, however often it comes
        self.account = account  # of drafts that name none
        self.tracks_cash = tracks_cash  # of accounts that are made
        self.holds_twins = holds_twins  # what is probably there from another source waits
        self._shared_accounts: dict[int, bool] = {}
        self._paired: set[int] = set()
        self._occurrences: Counter[str] = Counter()
        self._owed: dict[int, Decimal] = {}
        self._leaving: dict[int, Decimal] = {}  # units going out of those holdings
        self._sequence = 0

    def record(self, draft: Draft, lines: tuple[tuple[int, int], ...] = ()) -> Outcome:
        """Record a draft, unless it is there already.

        Raises:
            FolioError: when it names something unknown, contradicts its kind, or its
                account takes no transactions on that day.
        """
        account = self._account(draft.account)
        if draft.kind == "split":
            draft = self._split(draft, account)
        postings = self._postings(draft, account)
        action = self._action(draft)
        if not postings and action is None:
            raise UsageError(f"{draft.kind} moves nothing")
        related = draft.related_asset
        related_id = None if related is None else self._related(related, draft, account)
        content = _content(draft, account, postings, action, related_id)
        external_id = draft.external_id or self._made_id(draft, content)
        known = find_transaction(self.write.db, account and account.id, self.source_id, external_id)
        revision = 1
        if known is None and self.holds_twins and account is not None:
            waits = self._twin(draft, account, postings, external_id)
            if waits is not None:
                return waits
        if known is not None:
            if not known[3]:
                return Outcome(ALREADY if known[2] == content[:8] else CONFLICT, known[0])
            revision = known[1] + 1
        self._check_account(account, draft)
        new = NewTransaction(
            draft.kind,
            draft.occurred_on,
            draft.occurred_at,
            account and account.id,
            self.source_id,
            external_id,
            revision,
            content[:8],
            postings,
            related_asset_id=related_id,
            note=draft.note,
            action=action,
            lots=self._lots(draft, postings),
            lines=lines,
        )
        return Outcome(RECORDED, self.write.transaction(new))

    def _made_id(self, draft: Draft, content: bytes) -> str:
        if self.repeats:
            self._sequence += 1
            return f"{self.write.commit.id}-{self._sequence}"
        key = content.hex()[:32]
        self._occurrences[key] += 1
        return f"{key}-{self._occurrences[key]}"

    def _related(self, ref: AssetRef, draft: Draft, account: Account | None) -> int:
        """The payer of income is a holding beside it, so that it gets what it paid."""
        asset = self._asset(ref)
        if draft.kind in INCOME_KINDS and account is not None:
            holding_for(self.write, account, asset)
        return asset.id

    def _split(self, draft: Draft, account: Account | None) -> Draft:
        """A split has a ratio and no legs: it works on every holding of the asset.

        A statement that prints only the units added proposes the ratio, taken unasked where
        it comes out in small whole numbers; else the units are booked at no cost.
        """
        if draft.ratio is not None:
            return draft._replace(legs=())
        if draft.added is None or draft.related_asset is None or account is None:
            return draft
        asset = self._asset(draft.related_asset)
        ratio = self._proposed_ratio(account, asset, draft)
        if ratio is not None:
            return draft._replace(ratio=ratio, legs=())
        free = Leg("asset", draft.related_asset, draft.added)
        free = free._replace(cost=ZERO, cost_currency=currency_ref(self.write.catalog.base.symbol))
        note = f"split without a known ratio: {to_text(draft.added)} units added at no cost"
        kind = "stock_dividend" if draft.added > ZERO else "correction"
        return draft._replace(kind=kind, legs=(free,), note=" ".join([draft.note, note]).strip())

    def _proposed_ratio(
        self, account: Account, asset: Asset, draft: Draft
    ) -> tuple[int, int] | None:
        holding = self.write.catalog.holding_of(account.id, asset.id)
        if holding is None or draft.added is None:
            return None
        before = [
            event.quantity
            for event in read_events(self.write.db, holding.id)
            if event.key[0] < draft.occurred_on.isoformat()
        ]
        held = sum(before, ZERO)
        if held <= ZERO or held + draft.added <= ZERO:
            return None
        new, old = divide(held + draft.added, held).as_integer_ratio()
        return (new, old) if max(new, old) <= MOST_UNITS else None

    # -- names ---------------------------------------------------------------------------

    def _account(self, ref: AccountRef | None) -> Account | None:
        ref = ref or self.account
        if ref is None:
            return None
        return account_for(self.write, ref, create=self.create, tracks_cash=self.tracks_cash)

    def _asset(self, ref: AssetRef) -> Asset:
        return asset_for(self.write, ref, create=self.create)

    def _twin(
        self, draft: Draft, account: Account, postings: list[NewPosting], external_id: str
    ) -> Outcome | None:
        """What becomes of a row that is probably there from another source."""
        db = self.write.db
        shared = self._shared_accounts.get(account.id)
        if shared is None:
            shared = has_other_sources(db, account.id, self.source_id)
            self._shared_accounts[account.id] = shared
        if not shared or not postings:
            return None
        first = postings[0]
        twin = probable_twin(
            db, first.holding_id, first.quantity, draft.kind, draft.occurred_on, self.source_id
        )
        if twin is None or twin in self._paired:
            return None
        answer = answer_to(db, account.id, self.source_id, external_id)
        if answer == "different":
            return None
        self._paired.add(twin)  # it can be the twin of one row only
        return Outcome(ALREADY if answer == "same" else HELD, twin)

    # -- postings ------------------------------------------------------------------------

    def _postings(self, draft: Draft, account: Account | None) -> list[NewPosting]:
        legs = [leg for leg in draft.legs if self._moves(leg)]
        resolved = [(leg, self._asset(leg.asset)) for leg in legs]
        amounts = self._amounts(draft, resolved)
        postings = []
        for leg, asset in resolved:
            where = account if leg.account is None else self._account(leg.account)
            if where is None:
                raise UsageError(f"{draft.kind} needs --account")
            holding = holding_for(self.write, where, asset, leg.label)
            amount, currency, mixed = amounts.get(id(leg), (None, None, False))
            price_currency = leg.price_currency
            posting = NewPosting(
                holding.id,
                leg.role,
                leg.quantity,
                leg.price,
                None if price_currency is None else self._asset(price_currency).id,
                amount,
                currency,
                mixed,
                leg.acquired_on,
            )
            postings.append(posting)
            if self._comes_from_outside(draft, leg, asset, where):
                postings.append(NewPosting(holding.id, "external", -leg.quantity))
            if self.by_hand:
                self._note_owed(holding.id, posting, asset)
        return postings

    def _moves(self, leg: Leg) -> bool:
        if leg.quantity == ZERO:
            raise UsageError(f"a {leg.role} of 0 {leg.asset} moves nothing")
        return True

    def _comes_from_outside(self, draft: Draft, leg: Leg, asset: Asset, account: Account) -> bool:
        return (
            draft.kind in _PAID_IN_CASH
            and asset.is_currency
            and leg.role != "external"
            and not tracks_cash(self.write, account, draft.occurred_on)
        )

    def _amounts(self, draft: Draft, legs: list[tuple[Leg, Asset]]) -> dict[int, Amounted]:
        """What the units of each asset leg cost or fetched, its currency, and whether fees
        in something else come on top."""
        own = [(leg, asset) for leg, asset in legs if leg.role == "asset"]
        cash = [(leg, asset) for leg, asset in legs if leg.role in ("cash", "fee", "tax")]
        amounts: dict[int, Amounted] = {}
        for leg, _ in own:
            if leg.cost is not None and leg.cost_currency is not None:
                amounts[id(leg)] = (leg.cost, self._asset(leg.cost_currency).id, False)
            elif draft.kind == "swap" and leg.price is not None and leg.price_currency is not None:
                worth = leg.price * abs(leg.quantity)
                amounts[id(leg)] = (worth, self._asset(leg.price_currency).id, False)
        if draft.kind in ("buy", "sell") and len(own) == 1:
            amounts[id(own[0][0])] = _traded(own[0][0], cash)
        elif draft.kind == "swap" and len(own) == 2:
            amounts |= _swapped(own, cash, amounts)
        return amounts

    def _lots(
        self, draft: Draft, postings: list[NewPosting]
    ) -> list[tuple[int, int, Decimal | None]]:
        if draft.lot is None:
            return []
        if not draft.lot.isdecimal():
            raise UsageError(
                f"lot {draft.lot!r} is not a transaction's number; folio lots lists them"
            )
        out = [p for p in postings if p.role == "asset" and p.quantity < ZERO]
        return [(p.holding_id, int(draft.lot), None) for p in out[:1]]

    def _action(self, draft: Draft) -> NewAction | None:
        if draft.kind not in _ACTIONS:
            return None
        if draft.kind == "split":
            if draft.related_asset is None or draft.ratio is None:
                raise UsageError("a split needs its asset and --ratio NEW:OLD")
            return NewAction(self._asset(draft.related_asset).id, draft.ratio)
        gone = [leg for leg in draft.legs if leg.role == "asset" and leg.quantity < ZERO]
        come = [leg for leg in draft.legs if leg.role == "asset" and leg.quantity > ZERO]
        subject = gone[0].asset if gone else draft.related_asset or come[0].asset
        into = self._asset(come[0].asset).id if come and gone else None
        return NewAction(self._asset(subject).id, to_asset_id=into)

    # -- refusals ------------------------------------------------------------------------

    def _check_account(self, account: Account | None, draft: Draft) -> None:
        accounts = [] if account is None else [account]
        accounts += [
            found
            for leg in draft.legs
            if leg.account is not None and (found := self._account(leg.account)) is not None
        ]
        for one in accounts:
            check_open(self.write, one, draft.occurred_on)

    def _note_owed(self, holding_id: int, posting: NewPosting, asset: Asset) -> None:
        if posting.quantity < ZERO and not asset.is_currency:
            self._leaving[holding_id] = self._leaving.get(holding_id, ZERO) - posting.quantity
            if holding_id not in self._owed:
                self._owed[holding_id] = _owed(self.write, holding_id)

    def refuse_uncovered(self) -> None:
        """Refuse what was sold by hand beyond what there was; called after deriving.

        Raises:
            FolioError: naming the holding and what it had.
        """
        catalog = self.write.catalog
        for holding_id, before in self._owed.items():
            short = _owed(self.write, holding_id) - before
            extra = read_positions(self.write.db, [holding_id])[holding_id].unexplained
            if short > max(extra, ZERO):
                holding = catalog.holdings[holding_id]
                leaving = self._leaving[holding_id]
                available = max(leaving - short + max(extra, ZERO), ZERO)
                raise FolioError(
                    f"{to_text(leaving)} {catalog.assets[holding.asset_id].key} cannot leave "
                    f"{catalog.accounts[holding.account_id].name}, which has {to_text(available)} "
                    "of it to give on that day; record first what came in before"
                )


def _owed(write: Recording, holding_id: int) -> Decimal:
    lots = read_lots(write.db, [holding_id]).get(holding_id, [])
    return -sum((lot.quantity for lot in lots if lot.quantity < ZERO), ZERO)


def tracks_cash(write: Recording, account: Account, day: dt.date) -> bool:
    """Whether the account's cash is in the ledger on a day.

    Without a choice it is where cash is what the account is for.
    """
    said = write.catalog.settings.get(("account", account.id), "tracks_cash", day)
    if said is not None:
        return said == "yes"
    return account.type in ("checking", "savings", "credit-card", "loan")


def check_open(write: Recording, account: Account, day: dt.date) -> None:
    """Refuse a transaction in an account that takes none on that day.

    Raises:
        FolioError: when the account is frozen, or closed before that day.
    """
    settings = write.catalog.settings
    status = settings.get(("account", account.id), "status") or DEFAULTS["status"]
    if status == "frozen":
        raise FolioError(
            f"account {account.key} is frozen; thaw it with: "
            f"folio account set {account.name!r} --status active"
        )
    closed = settings.get(("account", account.id), "closed_on")
    if status == "closed" and closed is not None and day.isoformat() > closed:
        raise FolioError(
            f"account {account.key} was closed on {closed}; date the transaction on or before "
            f"that day, or reopen it with: folio account set {account.name!r} --status active"
        )


def _traded(leg: Leg, cash: list[tuple[Leg, Asset]]) -> Amounted:
    """A trade's amount: everything paid or received in the currency of its cash."""
    main = next((asset for part, asset in cash if part.role == "cash"), None)
    if main is None:
        main = next((asset for _, asset in cash), None)
    if main is None:
        return None, None, False
    total = sum((part.quantity for part, asset in cash if asset.id == main.id), ZERO)
    mixed = any(asset.id != main.id for _, asset in cash)
    return (-total if leg.quantity > ZERO else total), main.id, mixed


def _swapped(
    own: list[tuple[Leg, Asset]],
    fees: list[tuple[Leg, Asset]],
    stated: dict[int, Amounted],
) -> dict[int, Amounted]:
    """Both sides of a swap have one value: stated, or the currency's own on either side.

    A fee joins the cost of what came in, unless it was paid in one of the two.
    """
    out, into = sorted(own, key=lambda pair: pair[0].quantity)
    value: Decimal | None = None
    currency: int | None = None
    if stated:
        value, currency, _ = next(iter(stated.values()))
    elif out[1].is_currency:
        value, currency = -out[0].quantity, out[1].id
    elif into[1].is_currency:
        value, currency = into[0].quantity, into[1].id
    others = [pair for pair in fees if pair[1].id not in (out[1].id, into[1].id)]
    mixed = any(asset.id != currency for _, asset in others)
    same = -sum((leg.quantity for leg, asset in others if asset.id == currency), ZERO)
    cost = None if value is None else value + same
    return {id(out[0]): (value, currency, mixed), id(into[0]): (cost, currency, mixed)}


def _content(
    draft: Draft,
    account: Account | None,
    postings: list[NewPosting],
    action: NewAction | None,
    related: int | None,
) -> bytes:
    """The SHA-256 of what a row states; notes and prices for information are left out."""
    fields = [
        draft.kind,
        draft.occurred_on.isoformat(),
        None if draft.occurred_at is None else draft.occurred_at.isoformat(),
        account and account.id,
        related,
        draft.ratio,
        [[p.holding_id, p.role, to_text(p.quantity)] for p in postings if p.role != "external"],
        [None if p.amount is None else to_text(p.amount) for p in postings],
        action and action.to_asset_id,
    ]
    return hashlib.sha256(json.dumps(fields).encode()).digest()
