"""How full a vault is: its shares of holdings, against its target."""

from decimal import Decimal

from folio.book.selection import Filters
from folio.book.vaults import filled_vault
from folio.db.statements.provenance import share_commit, target_commit
from folio.engine.vaults import monthly_needed, months_left
from folio.model.explanation import (
    Node,
    Source,
    defined,
    leaf,
    made,
    missing,
    together,
    total_of_known,
)
from folio.model.numbers import ZERO, to_text
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings, ratio


class VaultFigures:
    """One vault on a day, in its own currency."""

    def __init__(self, ground: Ground, name: str) -> None:
        self.filled = filled_vault(ground.book, name)
        self.vault = self.filled.vault
        currency = ground.book.catalog.assets[self.vault.currency_id]
        self.ground = ground.again(ground.query._replace(currency=currency, filters=Filters()))
        self.holdings = Holdings(self.ground)

    def whole(self) -> Node:
        """What is in it, its progress, and what it takes each month."""
        figures = [self.current(), self.progress(), self.monthly()]
        return together(f"vault {self.vault.name}", figures)

    def current(self) -> Node:
        """Σ value × percentage, each rounded."""
        ground, vault = self.ground, self.vault
        shares = self.filled.shares(ground.query.as_of)
        parts = []
        for line in self.holdings.page:
            percent = shares.get(line.holding.id)
            if percent is None:
                continue
            part = self._part(line.holding.id, self.holdings.value(line), percent)
            if not line.holding.included:
                part = part._replace(counted=False, note="not in the totals")
            parts.append(part)
        return total_of_known(f"in {vault.name}", ground.unit, parts)

    def _part(self, holding: int, value: Node, percent: Decimal) -> Node:
        ground = self.ground
        said = share_commit(
            ground.book.db,
            self.vault.id,
            ground.book.catalog.members(holding),
            ground.query.as_of,
            ground.book.known_at,
        )
        commit, since = said if said is not None else (None, None)
        source = Source("share", None, since, commit)
        share = leaf(f"{to_text(percent)} %", percent / 100, "", source)
        name = ground.name(ground.book.catalog.holdings[holding])
        what = f"{to_text(percent)} % of {name}"
        places = ground.teller.places
        return made(what, ground.unit, "product", [value, share], rounded_to=places)

    def target(self) -> Node:
        """The target, as it was said."""
        commit = target_commit(self.ground.book.db, self.vault.id, self.ground.book.known_at)
        source = Source("target", self.vault.id, self.vault.target_day, commit)
        return leaf(f"target of {self.vault.name}", self.vault.amount, self.ground.unit, source)

    def progress(self) -> Node:
        """What is there, over the target; not capped."""
        return ratio(f"progress of {self.vault.name}", self.current(), self.target())

    def monthly(self) -> Node:
        """What must be put in each month until the target's day."""
        what, unit, vault = f"a month into {self.vault.name}", self.ground.unit, self.vault
        if vault.target_day is None:
            return missing(what, unit, "the vault has no target day")
        day = self.ground.query.as_of
        months = months_left(day, vault.target_day)
        current, target = self.current(), self.target()
        needed = monthly_needed(current.figure or ZERO, vault.amount, months)
        if needed is None:
            return missing(what, unit, f"no month is left before {vault.target_day}")
        if not needed:
            return defined(what, ZERO, unit, "the target is reached")
        lacking = made("still lacking", unit, "difference", [target, current])
        left = defined(f"months from {day} to {vault.target_day}", months)
        places = self.ground.teller.places
        return made(what, unit, "quotient", [lacking, left], rounded_to=places)
