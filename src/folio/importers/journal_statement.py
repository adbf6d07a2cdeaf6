"""Another program's journal as a statement, and what of it was kept, changed and left out."""

from collections import Counter
from collections.abc import Iterator

from folio.importers.journal_drafts import Meaning
from folio.importers.journals import Peer, PeerNames
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
    balances = tuple(
        StatedBalance(
            names.holding(one.account, one.commodity)[0],
            names.asset(one.commodity),
            one.balance,
            one.day,
            (one.line,),
        )
        for one in peer.balances
        if _can_be_kept(peer, names, one.account, one.commodity)
    )
    prices = tuple(
        StatedPrice(
            names.asset(one.commodity), names.asset(one.quote), one.price, one.day, (one.line,)
        )
        for one in peer.prices
        if one.price > 0 and one.commodity != one.quote
    )
    kept = len(balances), len(prices)
    rows = _with_idle(rows, peer, meaning, balances, prices)
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
        notes=(*_report(peer, meaning, rows, kept), *notes),
        source=peer.program,
    )


IDLE = "nothing that is held moves"
WIDE = "a balance of several holdings at once, or of a pot"
NO_PRICE = "a price of 0"


def _with_idle(
    rows: list[RawRow],
    peer: Peer,
    meaning: Meaning,
    balances: tuple[StatedBalance, ...],
    prices: tuple[StatedPrice, ...],
) -> list[RawRow]:
    """The rows, those that came to nothing skipped."""
    kept = {line for one in balances for line in one.lines}
    kept |= {line for one in prices for line in one.lines}
    reasons = dict.fromkeys((one.line for one in peer.prices), NO_PRICE)
    reasons |= dict.fromkeys((one.line for one in peer.balances), WIDE)
    reasons |= dict.fromkeys(meaning.idle, IDLE)
    return [
        row._replace(status=SKIPPED, reason=reasons[row.line])
        if row.status == BOOKED and row.line in reasons and row.line not in kept
        else row
        for row in rows
    ]


def _can_be_kept(peer: Peer, names: PeerNames, account: str, commodity: str) -> bool:
    """Whether a balance is of one holding: not of an account with others below, nor of a pot."""
    if not names.is_inside(account) or names.holding(account, commodity)[1]:
        return False
    ref = names.holding(account, commodity)
    same = {
        u.account
        for event in peer.events
        for u in event.units
        if u.commodity == commodity
        and names.is_inside(u.account)
        and names.holding(u.account, commodity) == ref
    }
    below = any(other.startswith(f"{account}:") for other in same)
    return same <= {account} and not below


def _report(
    peer: Peer, meaning: Meaning, rows: list[RawRow], kept: tuple[int, int]
) -> Iterator[str]:
    """What became of the directives, in words."""
    balances, prices = kept
    events, drafts = len(peer.events) - len(meaning.idle), len(meaning.drafts)
    here = "" if events == drafts else f" (here {drafts})"
    yield (
        f"kept: {_number(events, 'transaction')}{here}, {_number(balances, 'balance')}, "
        f"{_number(prices, 'price')}"
    )
    if meaning.restated:
        yield (
            f"changed: {_number(meaning.restated, 'transaction')} became several, one for each "
            "lot or account that moved"
        )
    out = Counter(row.reason for row in rows if row.status == SKIPPED)
    for reason, number in sorted(out.items()):
        yield f"left out: {number} × {reason}"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
