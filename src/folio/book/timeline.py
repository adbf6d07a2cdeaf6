"""Holdings day by day: what the rollup stores, and what a past state of knowledge shows."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from itertools import groupby

from folio.book import Book
from folio.engine.cash_flows import Flows, Movement, flows
from folio.engine.rollups import HoldingDays
from folio.engine.valuation import Teller
from folio.model.ledger import Event
from folio.model.rollups import DayRow


def timelines(
    book: Book, since: dict[int, dt.date], until: dt.date, teller: Teller
) -> Iterator[tuple[int, list[DayRow]]]:
    """Each holding's rows from its day of ``since`` through ``until``, both inclusive.

    A holding of which nothing is known has none.
    """
    families: dict[frozenset[int], list[int]] = {}
    for holding in since:
        asset = book.catalog.holdings[holding].asset_id
        families.setdefault(book.reader.family(asset), []).append(holding)
    for family, numbers in sorted(families.items(), key=lambda item: min(item[0])):
        yield from _of_family(book, min(family), {h: since[h] for h in numbers}, until, teller)


def _of_family(
    book: Book, asset: int, since: dict[int, dt.date], until: dt.date, teller: Teller
) -> Iterator[tuple[int, list[DayRow]]]:
    events = book.events(book.family_of(asset))
    walks = _walks(book, since, events, teller)
    rows: dict[int, list[DayRow]] = {h: [] for h in since}

    def by_day() -> Iterator[Event]:
        """The days before an event are written first: the fold changes the lots they look at."""
        for text, group in groupby(events, key=lambda event: event.key[0]):
            day = dt.date.fromisoformat(text)
            if day > until:
                break
            of_day = list(group)
            for holding in {event.holding_id for event in of_day} & walks.keys():
                rows[holding] += walks[holding].days(day)
            yield from of_day

    for event, state, slices in book.fold(by_day()):
        walk = walks.get(event.holding_id)
        if walk is not None:
            walk.apply(event, state, slices, _flows(book, event))
    for holding, walk in walks.items():
        rows[holding] += walk.days(until + dt.timedelta(days=1))
    yield from rows.items()


def _walks(
    book: Book, since: dict[int, dt.date], events: list[Event], teller: Teller
) -> dict[int, HoldingDays]:
    walks = {}
    of_holding: dict[int, list[Event]] = {h: [] for h in since}
    for event in events:
        if event.holding_id in of_holding:
            of_holding[event.holding_id].append(event)
    for holding, first_row in since.items():
        own = of_holding[holding]
        asset = book.catalog.holdings[holding].asset_id
        seen = book.observations(holding)
        days = [dt.date.fromisoformat(e.key[0]) for e in own if not e.on_lots_alone][:1]
        days += [seen[0].day] if seen else []
        if days:
            walks[holding] = HoldingDays(
                asset_id=asset,
                start=min(days),
                since=first_row,
                drift=book.drift(seen, own),
                splits=partial(book.splits_until, asset),
                teller=teller,
            )
    return walks


def _flows(book: Book, event: Event) -> Flows:
    """What crossed which border."""
    holdings, accounts = book.catalog.holdings, book.catalog.accounts
    here = accounts[holdings[event.holding_id].account_id]
    crosses_account = crosses_institution = True
    if event.kind == "transfer":
        there = accounts[_other_end(book, event)]
        crosses_account = there.id != here.id
        crosses_institution = there.institution_id != here.institution_id
    payer = event.related_asset
    return flows(
        Movement(
            event.kind,
            event.quantity,
            event.external,
            event.gross,
            crosses_institution,
            crosses_account,
            payer is not None and book.catalog.holding_of(here.id, payer) is not None,
        )
    )


def _other_end(book: Book, event: Event) -> int:
    """The account at the other end of a transfer; its own where there is none."""
    holdings = book.catalog.holdings
    if event.other_end is not None:
        return holdings[event.other_end].account_id
    here = holdings[event.holding_id].account_id
    ends = book.holdings_moved(event.transaction_id)
    return next((a for h in ends if (a := holdings[h].account_id) != here), here)
