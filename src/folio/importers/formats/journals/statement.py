"""Another program's journal as a statement, and what of it was kept, changed and left out."""

from collections import Counter
from collections.abc import Iterator

from folio.importers.formats.journals.drafts import Meaning
from folio.importers.formats.journals.entries import Peer, PeerNames, Stated
from folio.model.numbers import how_many
from folio.model.statements import (
    BOOKED,
    SKIPPED,
    RawRow,
    StatedBalance,
    StatedPrice,
    Statement,
)


def statement(peer: Peer, meaning: Meaning, rows: list[RawRow], notes: list[str]) -> Statement:
    """The statement of a journal; ``notes`` are what else is worth saying of it."""
    names = PeerNames(peer)
    single = _Single(peer, names)
    balances = tuple(_balance(names, one) for one in peer.balances if one in single)
    prices = tuple(
        StatedPrice(
            names.asset(one.commodity), names.asset(one.quote), one.price, one.day, (one.line,)
        )
        for one in peer.prices
        if one.price > 0 and one.commodity != one.quote
    )
    kept = len(balances), len(prices)
    rows = _with_idle(rows, peer, names, meaning, balances, prices)
    skipped = {row.line for row in rows if row.status == SKIPPED}
    out = Counter(
        _why_not(names, one)
        for one in peer.balances
        if one not in single and one.line not in skipped  # it stands with a transaction
    )
    return Statement(
        profile=peer.program,
        institution=peer.program,
        institution_type="other",
        account_type="brokerage",
        tracks_cash=True,
        rows=tuple(rows),
        drafts=meaning.drafts,  # type: ignore[arg-type]
        balances=balances,
        prices=prices,
        notes=(*_report(peer, meaning, rows, kept, out), *_securities(names), *notes),
        source=peer.program,
    )


IDLE = "nothing that is held moves"
WIDE = "a balance of several holdings at once"
NOT_HELD = "a balance of an account that is neither an asset nor a debt"
NO_PRICE = "a price of 0"


def _balance(names: PeerNames, stated: Stated) -> StatedBalance:
    account, label = names.holding(stated.account, stated.commodity)
    asset = names.asset(stated.commodity)
    return StatedBalance(account, asset, stated.balance, stated.day, (stated.line,), label=label)


def _with_idle(
    rows: list[RawRow],
    peer: Peer,
    names: PeerNames,
    meaning: Meaning,
    balances: tuple[StatedBalance, ...],
    prices: tuple[StatedPrice, ...],
) -> list[RawRow]:
    """The rows, those that came to nothing skipped."""
    kept = {line for draft in meaning.drafts for line in draft.lines}
    kept |= {line for one in balances for line in one.lines}
    kept |= {line for one in prices for line in one.lines}
    reasons = dict.fromkeys((one.line for one in peer.prices), NO_PRICE)
    reasons |= dict.fromkeys(meaning.idle, IDLE)
    reasons |= {one.line: _why_not(names, one) for one in peer.balances}
    return [
        row._replace(status=SKIPPED, reason=reasons[row.line])
        if row.status == BOOKED and row.line in reasons and row.line not in kept
        else row
        for row in rows
    ]


def _why_not(names: PeerNames, stated: Stated) -> str:
    return WIDE if names.is_inside(stated.account) else NOT_HELD


class _Single:
    """Tells the balances of one holding from those of several: of accounts below it, too."""

    def __init__(self, peer: Peer, names: PeerNames) -> None:
        self.names = names
        self.holders: dict[str, set[str]] = {}  # accounts by commodity
        for unit in (unit for event in peer.events for unit in event.units):
            if names.is_inside(unit.account):
                self.holders.setdefault(unit.commodity, set()).add(unit.account)

    def __contains__(self, stated: Stated) -> bool:
        account, commodity = stated.account, stated.commodity
        ref = self.names.holding(account, commodity)
        if not self.names.is_inside(account):
            return False
        others = self.holders.get(commodity, set()) - {account}
        if stated.with_below and any(other.startswith(f"{account}:") for other in others):
            return False
        return all(self.names.holding(other, commodity) != ref for other in others)


def _report(
    peer: Peer, meaning: Meaning, rows: list[RawRow], kept: tuple[int, int], out: Counter[str]
) -> Iterator[str]:
    """What became of the directives, in words; ``out`` are those that are no rows of their own."""
    balances, prices = kept
    events, drafts = len(peer.events) - len(meaning.idle), len(meaning.drafts)
    here = "" if events == drafts else f" (here {drafts})"
    yield (
        f"kept: {how_many(events, 'transaction')}{here}, {how_many(balances, 'balance')}, "
        f"{how_many(prices, 'price')}"
    )
    if meaning.restated:
        yield (
            f"changed: {how_many(meaning.restated, 'transaction')} became several, one for each "
            "lot or account that moved"
        )
    if meaning.payers:
        yield (
            f"changed: {meaning.payers} × income is of what the name of its account, or an amount "
            "of 0 beside it, says that paid it"
        )
    out += Counter(row.reason for row in rows if row.status == SKIPPED)
    for reason, number in sorted(out.items()):
        yield f"left out: {number} × {reason}"


def _securities(names: PeerNames) -> Iterator[str]:
    for code in sorted(names.securities):
        yield (
            f"changed: {code} is bought at a cost and nothing is paid in it, so it is taken for a "
            "security that is called so, not for the currency"
        )
