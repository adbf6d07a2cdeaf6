"""How rows become drafts: alone, or several rows as one event.

Rows join when they are equal in every name of the join's ``by``.  A join that needs
parts (the old and the new share of a merger) takes each part once, in the file's
order, so that two mergers of one day stay two; rows that find no partner stand alone,
as their own rule says.

The event has the identity of its lead.  An export that ends in the middle of an event
therefore meets the whole one as a conflict, never as a second booking.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.importers.events import Event, decided_kind
from folio.importers.profile import JoinForm, Profile
from folio.model.transactions import Draft, Leg

MAX_TERM = 10_000  # of a ratio that follows from two quantities


class Repeat(NamedTuple):
    """A row with the identity of an earlier one in the same file."""

    line: int
    of_line: int


def number_repeats(events: Sequence[Event]) -> tuple[list[Event], list[Repeat]]:
    """The events with ``#2``, ``#3`` … after the identity of repeated rows."""
    counts: Counter[object] = Counter()
    first: dict[object, int] = {}
    numbered, repeats = [], []
    for event in events:
        key = (event.account, event.identity)
        counts[key] += 1
        if counts[key] > 1:
            repeats.append(Repeat(event.line, first[key]))
            event = event._replace(identity=f"{event.identity}#{counts[key]}")
        else:
            first[key] = event.line
        numbered.append(event)
    return numbered, repeats


def drafts(events: Sequence[Event], profile: Profile) -> list[Draft]:
    """Every event once, at the place of its first row."""
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for event in events:
        if event.join and event.key:
            groups[(event.join, *event.key)].append(event)
    owner: dict[int, tuple[Event, ...]] = {}
    for group in groups.values():
        for joined in _joined(group, profile.joins[str(group[0].join)]):
            owner.update((event.line, joined) for event in joined)
    return list(_in_order(events, owner, profile))


def _in_order(
    events: Iterable[Event], owner: dict[int, tuple[Event, ...]], profile: Profile
) -> Iterable[Draft]:
    done: set[int] = set()
    for event in events:
        if event.line in done:
            continue
        group = owner.get(event.line)
        if group is None:
            yield _draft(event, event.identity, (event.line,))
        else:
            done.update(member.line for member in group)
            yield _joint_draft(group, profile.joins[str(event.join)])


def _joined(group: list[Event], form: JoinForm) -> Iterable[tuple[Event, ...]]:
    if form.need:
        return _complete(group, form.need)
    lead_present = not form.lead or any(event.part == form.lead for event in group)
    return [tuple(group)] if len(group) > 1 and lead_present else []


def _complete(group: list[Event], need: tuple[str, ...]) -> Iterable[tuple[Event, ...]]:
    """Sets with each needed part once: the nth of one part goes with the nth of another."""
    parts = [[event for event in group if event.part == part] for part in need]
    return list(zip(*parts, strict=False))


def _joint_draft(group: tuple[Event, ...], form: JoinForm) -> Draft:
    ordered = sorted(group, key=lambda event: _rank(event, form))
    lead = ordered[0]
    legs = tuple(leg for event in ordered for leg in event.legs)
    kind = decided_kind(form.kind, legs) if form.kind else lead.kind
    lines = tuple(sorted(event.line for event in group))
    return _draft(lead._replace(kind=kind, legs=legs), lead.identity, lines)


def _rank(event: Event, form: JoinForm) -> tuple[bool, bool, str]:
    """The lead first, then what came in, then what went out; never by the file's order."""
    went_out = bool(event.legs) and event.legs[0].quantity < 0
    return event.part != form.lead, went_out, event.identity


def _draft(event: Event, identity: str, lines: tuple[int, ...]) -> Draft:
    if event.kind == "split" and event.legs and event.ratio is None:
        event = _as_split(event)
    return Draft(
        kind=event.kind,
        occurred_on=event.when.day,
        account=event.account,
        legs=event.legs,
        external_id=identity,
        occurred_at=event.when.instant,
        related_asset=event.related,
        ratio=event.ratio,
        note=event.note,
        added=event.added,
        lot=event.lot,
        cost_share=event.cost_share,
        lines=lines,
    )


def _as_split(event: Event) -> Event:
    """A split from what went out and what came in: its ratio, and legs only where the asset
    that came in is another one than the asset that went out.
    """
    incoming = [leg for leg in event.legs if leg.quantity > 0]
    outgoing = [leg for leg in event.legs if leg.quantity < 0]
    if not incoming:
        return event
    related = event.related or incoming[0].asset
    if not outgoing:
        return event._replace(legs=(), related=related, added=_sum(incoming))
    same = {leg.asset for leg in incoming} == {leg.asset for leg in outgoing}
    return event._replace(
        legs=() if same else event.legs,
        related=related,
        added=_sum(incoming) + _sum(outgoing),
        ratio=_ratio(_sum(incoming), -_sum(outgoing)),
    )


def _sum(legs: list[Leg]) -> Decimal:
    return sum((leg.quantity for leg in legs), Decimal(0))


def _ratio(new: Decimal, old: Decimal) -> tuple[int, int] | None:
    ratio = Fraction(new) / Fraction(old)
    if max(ratio.numerator, ratio.denominator) > MAX_TERM:
        return None  # a remainder was paid out: these quantities are not the terms
    return ratio.numerator, ratio.denominator
