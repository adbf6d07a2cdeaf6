"""How rows become drafts: alone, or several rows as one event.

Rows join when they are equal in every name of the join's ``by``.  A join that needs
parts (the old and the new share of a merger) takes each part once, in the file's
order, so that two mergers of one day stay two; rows that find no partner stand alone,
as their own rule says.  A join of the nearest gives every lead (each fill of an order)
the rows that stand nearest to it (the order's fee).

The event has the identity of its lead, and says which rows it is made of: an export that
ends in the middle of an event has some of them alone.  A join of fees makes no event of its
rows: it takes a fee that several of them print for the one that it is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.importers.interpreting.events import FEE_ROLES, Part, decided_kind
from folio.importers.language.profile import JoinForm, Profile
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO
from folio.model.transactions import AccountRef, Draft, Leg

MAX_TERM = 10_000  # of a ratio that follows from two quantities


class _Member(NamedTuple):
    """A row of an event that several rows make."""

    draft: Draft  # what the row is alone
    part: str
    time: dt.datetime  # as printed


class Joined(NamedTuple):
    """The events of a file."""

    drafts: list[Draft]  # each once, at the place of its first row
    cancelled: dict[int, str]  # by line: why the row moves nothing together with others
    rows: tuple[tuple[AccountRef | None, str], ...] = ()  # those: their identities


def joined(drafts: Sequence[Draft], parts: Mapping[int, Part], profile: Profile) -> Joined:
    """The rows of each event together; ``parts`` by the rows' lines."""
    groups: dict[tuple[str, ...], list[_Member]] = defaultdict(list)
    for draft in drafts if parts else ():
        part = parts.get(draft.lines[0])
        if part is not None:
            groups[(part.join, *part.key)].append(_Member(draft, part.part, part.time))
    events: dict[int, Draft] = {}  # by every line of theirs
    cancelled: dict[int, str] = {}
    for (join, *_), group in groups.items():
        form = profile.joins[join]
        if form.fees:
            events.update((draft.lines[0], draft) for draft in _with_each_fee_once(group, form))
            continue
        for members in _sets(group, form):
            event = _joint_draft(members, form)
            if form.cancel:
                event = _but_its_costs(event)
            if form.cancel and not event.legs:
                cancelled.update(dict.fromkeys(event.lines, form.cancel))
            else:
                events.update(dict.fromkeys(event.lines, event))
    gone = [draft for draft in drafts if draft.lines[0] in cancelled] if cancelled else []
    left = [draft for draft in drafts if draft.lines[0] not in cancelled] if gone else drafts
    identities = [(draft.account, draft.external_id or "") for draft in gone]
    return Joined(list(_in_order(left, events)), cancelled, tuple(identities))


def _but_its_costs(event: Draft) -> Draft:
    """The event; where its legs add up to nothing without them, only its fees and taxes; where
    they do so with them, nothing.
    """
    costs = tuple(leg for leg in event.legs if leg.role in FEE_ROLES)
    if _adds_up_to_nothing(event.legs):
        return event._replace(legs=())
    if not costs or not _adds_up_to_nothing(leg for leg in event.legs if leg not in costs):
        return event
    return event._replace(kind=costs[0].role, legs=costs)


def _adds_up_to_nothing(legs: Iterable[Leg]) -> bool:
    totals: dict[object, Decimal] = {}
    for leg in legs:
        key = (leg.asset, leg.account, leg.label)
        totals[key] = totals.get(key, ZERO) + leg.quantity
    return not any(totals.values())


def _with_each_fee_once(group: Iterable[_Member], form: JoinForm) -> Iterator[Draft]:
    """The rows, each an event; what some state as a fee is no fee of the others.

    A row prints what its event cost in all, whether that is inside its amount or has a row of its
    own: as much of it as those rows state was paid there, and this row's cash is the more.
    """
    stated: dict[AssetRef, Decimal] = {}
    for leg in (leg for member in group if member.part == form.fees for leg in member.draft.legs):
        stated[leg.asset] = stated.get(leg.asset, ZERO) + min(leg.quantity, ZERO)
    if not stated:
        return
    for draft in (member.draft for member in group if member.part != form.fees):
        legs: list[Leg] = []
        for leg in draft.legs:
            apart = ZERO
            if leg.role == "fee":
                apart = min(max(leg.quantity, stated.get(leg.asset, ZERO)), ZERO)
                stated[leg.asset] = stated.get(leg.asset, ZERO) - apart
                legs.append(leg._replace(role="cash", quantity=apart))
            legs.append(leg._replace(quantity=leg.quantity - apart))
        yield draft._replace(legs=tuple(_net_cash([leg for leg in legs if leg.quantity])))


def _in_order(drafts: Iterable[Draft], events: Mapping[int, Draft]) -> Iterator[Draft]:
    done: set[int] = set()
    for draft in drafts:
        event = events.get(draft.lines[0], draft) if events else draft
        if event is not draft:
            if event.lines[0] in done:
                continue
            done.add(event.lines[0])
        yield decided(event)


def decided(event: Draft) -> Draft:
    """The event; a split that only its legs describe, with what follows from them."""
    split = event.kind == "split" and event.legs and event.ratio is None
    return _as_split(event) if split else event


def _sets(group: list[_Member], form: JoinForm) -> Iterable[tuple[_Member, ...]]:
    if form.need:
        return _complete(group, form.need)
    if form.nearest:
        return _nearest(group, form.lead)
    lead_present = not form.lead or any(member.part == form.lead for member in group)
    return [tuple(group)] if len(group) > 1 and lead_present else []


def _complete(group: list[_Member], need: tuple[str, ...]) -> Iterable[tuple[_Member, ...]]:
    """Sets with each needed part once: the nth of one part goes with the nth of another."""
    parts = [[member for member in group if member.part == part] for part in need]
    return list(zip(*parts, strict=False))


def _nearest(group: list[_Member], lead: str) -> Iterable[tuple[_Member, ...]]:
    """Each lead with the rows that are nearer to it than to another; never by the file's order."""
    leads = sorted(
        (member for member in group if member.part == lead),
        key=lambda member: (member.time, member.draft.external_id or ""),
    )
    sets: dict[int, list[_Member]] = defaultdict(list)
    for member in group if leads else ():
        if member.part != lead:
            before = [other for other in leads if other.time <= member.time]
            latest = [other for other in before if other.time == before[-1].time]
            near = (latest or leads)[0]
            sets[near.draft.lines[0]].append(member)
    return [(one, *sets[line]) for one in leads if (line := one.draft.lines[0]) in sets]


def _joint_draft(members: tuple[_Member, ...], form: JoinForm) -> Draft:
    ordered = sorted(members, key=lambda member: _rank(member, form))
    lead = ordered[0].draft
    every = [leg for member in ordered for leg in member.draft.legs]
    legs = tuple(together(_net_cash(every) if form.need else every))
    kind = _joint_kind(form.kind, legs) if form.kind else lead.kind
    lines = tuple(sorted([line for member in members for line in member.draft.lines]))
    rows = tuple(sorted([member.draft.external_id or "" for member in members]))
    return lead._replace(kind=kind, legs=legs, lines=lines, rows=rows)


def _net_cash(legs: list[Leg]) -> list[Leg]:
    """The legs, with what was paid in one currency as one: the new units were bought and the
    old ones sold for the same money, and what is left is what changed hands.
    """
    cash: dict[tuple[object, ...], Leg] = {}
    for leg in legs:
        if leg.role == "cash":
            key = leg.asset, leg.account, leg.label
            known = cash.get(key)
            cash[key] = leg._replace(quantity=leg.quantity + known.quantity) if known else leg
    return [leg for leg in legs if leg.role != "cash"] + [
        leg for leg in cash.values() if leg.quantity
    ]


def together(legs: Iterable[Leg]) -> list[Leg]:
    """The legs, those that differ in nothing but how much as one: the fills of one trade."""
    sums: dict[tuple[object, ...], Leg] = {}
    for leg in legs:
        key = (leg.quantity > ZERO, *leg._replace(quantity=ZERO))
        known = sums.get(key)
        sums[key] = leg if known is None else leg._replace(quantity=known.quantity + leg.quantity)
    return list(sums.values())


def _joint_kind(kind: str, legs: tuple[Leg, ...]) -> str:
    """``kind``; of ``split/merger``, what it is when the asset stays and when it does not."""
    if "/" not in kind:
        return decided_kind(kind, legs)
    stays, goes = kind.split("/", 1)
    units = [leg for leg in legs if leg.role == "asset"]
    return stays if _same_assets(units) else goes


def _same_assets(units: Iterable[Leg]) -> bool:
    """Whether what came in is what went out; two rows may spell its name in two ways."""
    sides: tuple[set[str], set[str]] = (set(), set())
    for leg in units:
        sides[leg.quantity > 0].add(leg.asset.isin or str(leg.asset))
    return sides[0] == sides[1]


def _rank(member: _Member, form: JoinForm) -> tuple[bool, bool, str]:
    """The lead first, then what came in, then what went out; never by the file's order."""
    legs = member.draft.legs
    went_out = bool(legs) and legs[0].quantity < 0
    return member.part != form.lead, went_out, member.draft.external_id or ""


def _as_split(draft: Draft) -> Draft:
    """A split from what went out and what came in: its ratio, and legs only where the asset
    that came in is another one than the asset that went out; its ISIN may be a new one.
    """
    incoming = [leg for leg in draft.legs if leg.quantity > 0]
    outgoing = [leg for leg in draft.legs if leg.quantity < 0]
    if not incoming:
        return draft
    related = draft.related_asset or incoming[0].asset
    if not outgoing:
        return draft._replace(legs=(), related_asset=related, added=_sum(incoming))
    same = _same_assets(draft.legs) or len({leg.asset.symbol for leg in draft.legs}) == 1
    return draft._replace(
        legs=() if same else draft.legs,
        related_asset=related,
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
