"""Recording drafts: the one way into the ledger, for hands, batches and statements.

A row is identified by (account, source, external id); the same content again is
*already there*, other content is a *conflict* and is not recorded.  A row without an id
gets the SHA-256 of its fields and an occurrence number among identical rows of the same
day in the same input, so that overlapping inputs add nothing and true repeats survive.

An account either tracks cash or does not.  Where it does not, the cash side of a trade,
of income and of costs is booked with an opposite ``external`` posting, so that its cash
stays as it was and the flow from outside is explicit.
"""

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING

from folio.db.transactions.ledger import Known, find_transactions
from folio.db.transactions.postings import NewAction, NewPosting, NewTransaction
from folio.errors import UsageError
from folio.model.accounts import Account
from folio.model.assets import Asset, AssetRef
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO, to_text
from folio.model.shell_words import shell_word
from folio.model.transactions import MAY_REPLACE, AccountRef, Draft, Leg, LotRef
from folio.operations.names import account_for, asset_for, find_account, take_new_isin
from folio.operations.recording import Recording
from folio.operations.transactions.account_rules import check_open
from folio.operations.transactions.across import marked
from folio.operations.transactions.content import content_of
from folio.operations.transactions.cover import Cover
from folio.operations.transactions.kind_rules import (
    exercised,
    refuse_going_nowhere,
    refuse_idle_share,
    refuse_zero,
)
from folio.operations.transactions.named_lots import Named, lots_of
from folio.operations.transactions.shape import Shape
from folio.operations.transactions.shapes import Shapes
from folio.operations.transactions.trade_amounts import Amounted, amounts_of, traded, two_sides

if TYPE_CHECKING:  # of statements
    from folio.operations.transactions.twins import Twins

RECORDED, ALREADY, CONFLICT = "recorded", "already there", "conflict"
HELD = "held"  # probably there under another identity; the user says
IGNORED, CANCELLED = "ignored", "cancelled"  # the user left it out; a row of another file did

_NO_AMOUNT = (None, None, False)
# From tuples: in a third of the time that their fields by name or place take.
_POSTING, _TRANSACTION = from_tuple(NewPosting), from_tuple(NewTransaction)
_ACTIONS = frozenset(
    "split spin_off merger symbol_change delisting exercise return_of_capital".split()
)


class Outcome(NamedTuple):
    """What became of a draft."""

    status: str  # RECORDED, ALREADY, CONFLICT, HELD, IGNORED or CANCELLED
    transaction_id: int  # the one recorded, else the one that is there
    in_place_of: int | None = None  # the accrual whose place it takes


_OUTCOME = from_tuple(Outcome)


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
        twins: "Twins | None" = None,
    ) -> None:
        self.write = write
        self.source_id = write.source(source)
        self.create = create
        self.by_hand = by_hand  # more than is held cannot go out
        self._word = "" if by_hand else source  # a market, where a statement names none
        self.repeats = repeats  # a row without an id is a new event, however often it comes
        self.account = account  # of drafts that name none
        self.tracks_cash = tracks_cash  # of accounts that are made
        self.twins = twins  # what is probably there already waits
        self._looked_up: set[str] = set()  # external ids; those that are there:
        self._there: dict[tuple[int | None, str], Known] = {}
        self._reversals = write.reversals
        self._excluded: set[tuple[int, str]] | None = None  # of the source; None: not asked for
        self._occurrences: Counter[str] = Counter()
        self.shapes = Shapes(write, self.account_of, self._asset)
        self.cover = Cover(write)
        self.notes: list[str] = []  # worth saying of what was recorded
        self._sequence = 0

    def look_up(self, drafts: Sequence[Draft]) -> None:
        """Look at once which of these drafts are there; they are recorded next."""
        ids: dict[AccountRef | None, list[str]] = {}
        for draft in drafts:
            if draft.external_id is not None:
                ids.setdefault(draft.account or self.account, []).append(draft.external_id)
        self._looked_up = set(chain.from_iterable(ids.values()))
        self._there = {}
        self._reversals = self.write.reversals
        for ref, several in ids.items():
            with contextlib.suppress(UsageError):  # ambiguous: recording its draft says so
                account = None if ref is None else find_account(self.write.catalog, ref)
                if account is not None or ref is None:
                    self._look_up(account and account.id, several)

    def _look_up(self, account: int | None, external_ids: Sequence[str]) -> None:
        there = find_transactions(self.write.db, account, self.source_id, external_ids)
        self._there |= {(account, external_id): known for external_id, known in there.items()}

    def _find(self, account: int | None, external_id: str) -> Known | None:
        """The newest revision of a row."""
        if self._reversals != self.write.reversals:  # what was looked up may be reversed since
            self._looked_up.clear()
        if external_id not in self._looked_up:
            self._look_up(account, [external_id])
        return self._there.get((account, external_id))

    def record(self, draft: Draft, lines: tuple[tuple[int, int], ...] = ()) -> Outcome:
        """Record a draft, unless it is there already.

        Raises:
            FolioError: when it names something unknown, contradicts its kind, or its
                account takes no transactions on that day.
        """
        draft, shape, postings, action = self._stated(draft)
        kind, account, related_id = draft.kind, shape.account, shape.related_id
        where = None if account is None else account.id
        content = content_of(draft, where, postings, action, related_id)
        external_id = draft.external_id or self._made_id(draft, content)
        known = self._find(where, external_id)
        revision = 1
        if self.twins is not None and (known is None or known[3]):
            if self._is_excluded(where, external_id):
                return Outcome(IGNORED, known[0] if known else 0)
            if known is None and account is not None and self.twins.may_be_in(account):
                waits = self._waits(self.twins, draft, account, postings, external_id)
                if waits is not None:
                    return waits
        if known is not None:
            if not known[3]:
                return Outcome(self._known(where, external_id, known[2] == content[:8]), known[0])
            revision = known[1] + 1
        if shape.closable:
            self._check_open(shape.closable, draft)
        if action is not None and action.ratio is not None and self.by_hand:
            self._note_witness(action, draft)
        replaced = None
        if kind in MAY_REPLACE:
            from folio.operations.interest.replace_accrual import replace_accrual

            replaced = replace_accrual(self.write, self.source_id, draft, postings, related_id)
        short = content[:8]
        lots = self._lots(draft, postings) if draft.lot or draft.takes or draft.pays else ()
        new: NewTransaction = _TRANSACTION(
            (
                kind, draft.occurred_on, draft.occurred_at, where, self.source_id,
                external_id, revision, short, postings, related_id, None, draft.note, action,
                lots, lines,
            )
        )  # fmt: skip
        number = self.write.transaction(new)
        if external_id in self._looked_up:
            self._there[where, external_id] = (number, revision, short, False)
        return _OUTCOME((RECORDED, number, replaced))

    def is_there(self, draft: Draft) -> bool:
        """Whether a draft's row is recorded, and stands: recording it would add nothing."""
        draft, shape, postings, action = self._stated(draft)
        where = None if shape.account is None else shape.account.id
        content = content_of(draft, where, postings, action, shape.related_id)
        known = self._find(where, draft.external_id or self._next_id(content.hex()[:32]))
        return known is not None and not known[3] and known[2] == content[:8]

    def _stated(self, draft: Draft) -> tuple[Draft, Shape, list[NewPosting], NewAction | None]:
        """A draft as it is recorded: its names looked up, and what it does."""
        if draft.kind == "split":
            draft = self._split(draft, self.account_of(draft.account))
        if draft.kind == "swap":
            draft = two_sides(draft)
        shape = self.shapes.shape(draft, draft.account or self.account)
        postings = self._postings(draft, shape)
        if draft.kind == "transfer":
            refuse_going_nowhere(postings)
        action = self._action(draft) if draft.kind in _ACTIONS else None
        if not postings and action is None:
            raise UsageError(f"{draft.kind} moves nothing")
        return draft, shape, postings, action

    def _is_excluded(self, account: int | None, external_id: str) -> bool:
        """Whether the user said to leave a statement's row out."""
        if self._excluded is None:
            from folio.db.statements.exclusions import excluded_ids

            self._excluded = excluded_ids(self.write.db, self.source_id)
        return bool(self._excluded) and (account or 0, external_id) in self._excluded

    def _known(self, account: int | None, external_id: str, same: bool) -> str:
        if same:
            return ALREADY
        from folio.db.statements.statements import answer_to

        answer = answer_to(self.write.db, account, self.source_id, external_id)
        return IGNORED if answer == "ignored" else CONFLICT

    def _made_id(self, draft: Draft, content: bytes) -> str:
        if self.repeats:
            self._sequence += 1
            return f"{self.write.commit.id}-{self._sequence}"
        key = content.hex()[:32]
        made = self._next_id(key)
        self._occurrences[key] += 1
        return made

    def _next_id(self, key: str) -> str:
        """The id of a row that has none, as the next of those that are like it in this input."""
        return f"{key}-{self._occurrences[key] + 1}"

    def _split(self, draft: Draft, account: Account | None) -> Draft:
        """A split has a ratio and no legs: it works on every holding of the asset."""
        if draft.related_asset is not None:
            take_new_isin(self.write, draft.related_asset)
        if draft.ratio is not None:
            return draft._replace(legs=self._left_over(draft, account))
        if draft.added is None or draft.related_asset is None or account is None:
            return draft
        from folio.operations.transactions.added_units import split_by_added

        asset = self._asset(draft.related_asset)
        draft, note = split_by_added(self.write, account, asset, draft, draft.added)
        self.notes += [note] if note else []
        return draft

    def _left_over(self, draft: Draft, account: Account | None) -> tuple[Leg, ...]:
        """The fraction that a split left over, the cash that came for it, and what was charged."""
        paid = tuple(leg for leg in draft.legs if leg.role != "asset")
        if account is None or draft.related_asset is None or draft.ratio is None:
            return paid
        if not any(leg.role == "cash" for leg in paid):
            return paid
        from folio.operations.transactions.added_units import left_over

        asset = self._asset(draft.related_asset)
        gone = next((leg for leg in draft.legs if leg.role == "asset"), None)
        if gone is None:
            gone = Leg("asset", draft.related_asset, -left_over(self.write, account, asset, draft))
        return (Leg("asset", draft.related_asset, gone.quantity, label=gone.label), *paid)

    def _lots(self, draft: Draft, postings: list[NewPosting]) -> Named:
        def find(ref: LotRef) -> Known | None:
            account = self.account_of(ref[0])
            return self._find(account and account.id, ref[1])

        return lots_of(self.write, draft, postings, find)

    # -- names ---------------------------------------------------------------------------

    def account_of(self, ref: AccountRef | None) -> Account | None:
        """The account that a draft names, or the one of drafts that name none."""
        ref = ref or self.account
        if ref is None:
            return None
        return account_for(self.write, ref, create=self.create, tracks_cash=self.tracks_cash)

    def _asset(self, ref: AssetRef) -> Asset:
        return asset_for(self.write, ref, create=self.create, source=self._word)

    def _waits(
        self,
        twins: "Twins",
        draft: Draft,
        account: Account,
        postings: list[NewPosting],
        external_id: str,
    ) -> Outcome | None:
        """What becomes of a row that is probably there under another identity."""
        twin = twins.twin(draft, account, postings, external_id)
        if twin is None:
            return None
        from folio.db.statements.statements import answer_to

        answer = answer_to(self.write.stored, account.id, self.source_id, external_id)
        if answer == "different":
            return None
        return Outcome({"same": ALREADY, "ignored": IGNORED}.get(answer or "", HELD), twin)

    # -- postings ------------------------------------------------------------------------

    def _postings(self, draft: Draft, shape: Shape) -> list[NewPosting]:
        legs, amounts = draft.legs, self._amounts(draft, shape)
        postings = []
        marks = marked(draft, shape) if shape.places else repeat(None)
        for leg, (holding, role, currency, is_money, from_outside), mark in zip(
            legs, shape.parts, marks, strict=False
        ):
            units, price, acquired_on = leg[2], leg[3], leg[9]
            if not units:
                refuse_zero(leg)
            amount, amount_currency, mixed = (amounts and amounts.get(id(leg))) or _NO_AMOUNT
            posting: NewPosting = _POSTING(
                (
                    holding,
                    role,
                    to_text(units),
                    None if price is None else to_text(price),
                    currency,
                    None if amount is None else to_text(amount),
                    amount_currency,
                    1 if mixed else None,
                    None if acquired_on is None else acquired_on.isoformat(),
                    mark,
                )
            )
            postings.append(posting)
            if from_outside and not self._is_kept(from_outside, draft):
                postings.append(NewPosting(holding, "external", to_text(-units)))
            if self.by_hand:
                self.cover.note(holding, goes_out=units < ZERO and not is_money)
        return postings

    def _amounts(self, draft: Draft, shape: Shape) -> Mapping[int, Amounted]:
        """As :func:`amounts_of`; most drafts are of money alone, or plain trades."""
        if shape.traded is not None:
            leg = draft.legs[shape.traded]
            return {id(leg): traded(leg, draft.legs, shape.beside)}
        if not shape.has_units:
            return {}
        base = self.write.catalog.base
        return amounts_of(draft, shape.assets, self._asset, base, strict=self.by_hand)

    def _is_kept(self, from_outside: bool | Account, draft: Draft) -> bool:
        """Whether money stays in an account that keeps its cash on that day."""
        if isinstance(from_outside, bool):
            return not from_outside
        return self.write.catalog.tracks_cash(from_outside, draft.occurred_on)

    def _action(self, draft: Draft) -> NewAction | None:
        if draft.kind == "split":
            if draft.related_asset is None or draft.ratio is None:
                raise UsageError("a split needs its asset and --ratio NEW:OLD")
            asset = self._asset(draft.related_asset)
            if self.by_hand:
                self.cover.note_split(asset.id)
            return NewAction(asset.id, draft.ratio)
        if draft.kind == "exercise":
            option, shares = (self._asset(ref) for ref in exercised(draft))
            return NewAction(option.id, None, None, shares.id)
        if draft.kind == "return_of_capital" and self.by_hand and draft.related_asset is not None:
            from folio.operations.transactions.pots import pots_left_out

            account, payer = self.account_of(draft.account), self._asset(draft.related_asset)
            self.notes += [] if account is None else pots_left_out(self.write, account, payer)
        gone = [leg for leg in draft.legs if leg.role == "asset" and leg.quantity < ZERO]
        come = [leg for leg in draft.legs if leg.role == "asset" and leg.quantity > ZERO]
        named = gone[0].asset if gone else draft.related_asset
        if named is None:
            return None  # a statement does not always say whose: its units have no known cost
        refuse_idle_share(draft, come)
        subject = self._asset(named)
        into = self._asset(come[0].asset) if come else None
        if into is not None and into.id == subject.id:
            raise UsageError(
                f"{draft.kind} needs two assets; {into.key} is both; where only its ISIN is "
                f"another one, say so with: folio asset set {shell_word(into.key)} --isin ISIN"
            )
        return NewAction(subject.id, None, draft.cost_share, into and into.id)

    def _note_witness(self, action: NewAction, draft: Draft) -> None:
        """Who records a split by hand means one of its own; of statements, witnesses are many."""
        from folio.operations.transactions.added_units import witnessed

        asset = self.write.catalog.every_asset[action.asset_id]
        if action.ratio and (said := witnessed(self.write, asset, action.ratio, draft.occurred_on)):
            self.notes.append(said)

    # -- refusals ------------------------------------------------------------------------

    def _check_open(self, accounts: list[Account], draft: Draft) -> None:
        """Refuse what an account does not take; those that take it on any day are left out."""
        for one in list(accounts):
            if check_open(self.write, one, draft.occurred_on):
                accounts.remove(one)
