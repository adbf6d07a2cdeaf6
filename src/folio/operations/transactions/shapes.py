"""What the drafts of one shape have in common, looked up and decided once.

A statement has a hundred thousand rows in some hundred shapes: the same kind, account and
assets, with other days and numbers.  For the first of a shape its names are looked up (and
made, where that was asked for), and what follows from them is decided; the others take it over.
"""

from collections.abc import Callable

from folio.errors import UsageError
from folio.model.accounts import Account
from folio.model.assets import Asset, AssetRef
from folio.model.transactions import INCOME_KINDS, PAYMENTS, AccountRef, Draft, Leg
from folio.operations.names import holding_for
from folio.operations.recording import Recording
from folio.operations.transactions.kind_rules import (
    refuse_units_as_cash,
    refuse_without_units,
    refuse_zero,
)
from folio.operations.transactions.shape import Part, Shape, key_of
from folio.operations.transactions.trade_amounts import money_beside

# What the cash side of these does is a flow from outside where an account tracks no cash.
_PAID_IN_CASH = frozenset(
    "buy sell dividend interest coupon return_of_capital fee tax merger symbol_change delisting "
    "exercise split".split()
)
_PAID_BY_ASSET = INCOME_KINDS | {"return_of_capital"}
# What is about a holding of the account that it is recorded for, whichever gets or pays it.
_OF_A_HOLDING = PAYMENTS | {"return_of_capital", "spin_off"}
_TRADES = ("buy", "sell", "split")


class Shapes:
    """Looks up what the drafts of one source name."""

    def __init__(
        self,
        write: Recording,
        account_of: Callable[[AccountRef | None], Account | None],
        asset_of: Callable[[AssetRef], Asset],
    ) -> None:
        self.write = write
        self._account_of = account_of
        self._asset_of = asset_of

    def shape(self, draft: Draft, ref: AccountRef | None) -> Shape:
        """The shape of a draft of this account.

        Raises:
            FolioError: when it names something unknown.
        """
        key = key_of(draft, ref)
        known = self.write.shapes.get(key)
        if known is None:
            known = self._looked_up(draft, ref)
            self.write.shapes[key] = known
        return known

    def _looked_up(self, draft: Draft, ref: AccountRef | None) -> Shape:
        """All assets are looked up before a holding is made."""
        legs, account = draft.legs, self._account_of(ref)
        refuse_without_units(draft)
        for leg in legs:
            refuse_zero(leg)
        assets = tuple([self._asset_of(leg.asset) for leg in legs])
        for leg, asset in zip(legs, assets, strict=True):
            refuse_units_as_cash(leg, asset)
        at = [self._account_of(leg.account or ref) for leg in legs]
        holdings = [
            self._holding(draft, where, asset, leg.label)
            for leg, where, asset in zip(legs, at, assets, strict=True)
        ]
        for leg in legs:
            if leg.role == "asset" and leg.cost_currency is not None:
                self._asset_of(leg.cost_currency)
        parts = [
            Part(
                holding,
                leg.role,
                None if leg.price_currency is None else self._asset_of(leg.price_currency).id,
                asset.is_currency,
                where is not None and asset.is_currency and self._from_outside(draft, leg, where),
            )
            for leg, where, asset, holding in zip(legs, at, assets, holdings, strict=True)
        ]
        units = [place for place, leg in enumerate(legs) if leg.role == "asset"]
        is_plain = draft.kind in _TRADES and len(units) == 1 and not legs[units[0]].cost_currency
        places = tuple([where for where in at if where is not None])
        paid_by = account if draft.related_asset and draft.kind in _OF_A_HOLDING else None
        spread = len({one.id for one in (*places, paid_by) if one is not None}) > 1
        return Shape(
            account,
            self._related(draft, account, of_several=spread),
            tuple(parts),
            assets,
            bool(units),
            units[0] if is_plain else None,
            money_beside(legs, assets),
            list({one.id: one for one in (account, *at) if one is not None}.values()),
            *((places, paid_by) if spread and draft.kind != "transfer" else ()),
        )

    def _holding(self, draft: Draft, where: Account | None, asset: Asset, label: str) -> int:
        if where is None:
            raise UsageError(f"{draft.kind} needs --account")
        return holding_for(self.write, where, asset, label).id

    def _related(self, draft: Draft, account: Account | None, *, of_several: bool) -> int | None:
        """The payer of income is a holding of its account, so that it gets what it paid; so is what
        a cost is of that another account paid."""
        if draft.related_asset is None:
            return None
        asset = self._asset_of(draft.related_asset)
        pays = draft.kind in _PAID_BY_ASSET or (of_several and draft.kind in _OF_A_HOLDING)
        if pays and account is not None:
            holding_for(self.write, account, asset)
        return asset.id

    def _from_outside(self, draft: Draft, leg: Leg, account: Account) -> "bool | Account":
        """Whether the money of a leg comes from outside, for the account does not keep it."""
        if any(one.role == "external" for one in draft.legs):
            return False
        own = [one.asset for one in draft.legs if one.role == "asset"]
        is_cost = leg.role in ("fee", "tax") and leg.asset not in own
        if not (is_cost or draft.kind in _PAID_IN_CASH):
            return False
        catalog = self.write.catalog
        said = catalog.settings.changes(("account", account.id), "tracks_cash")
        if any(row.from_day for row in said):
            return account
        return not catalog.tracks_cash(account, draft.occurred_on)
