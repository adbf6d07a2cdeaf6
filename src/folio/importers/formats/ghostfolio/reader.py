"""A Ghostfolio export as a statement, and what became of each of its elements.

Activities move no cash in Ghostfolio: an account's balances are stated beside them.  So the
accounts that are made do not track cash, each trade's money comes from outside, and the balances
become observations.  Amounts are quantity × unit price, rounded to the currency's minor unit.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from folio.importers.cells.rows import RowFault
from folio.importers.formats.ghostfolio.markup import (
    Activity,
    Export,
    moment,
    number,
    objects,
    read_export,
    text,
)
from folio.importers.formats.ghostfolio.names import PROGRAM, Names
from folio.importers.formats.peer_report import Tally
from folio.importers.formats.records import Record, Stays, assemble, record_of
from folio.importers.interpreting.identity import digest
from folio.model.assets import ISO_4217, AssetRef, currency_ref, minor_unit
from folio.model.numbers import ZERO, how_many, round_money, to_text
from folio.model.quote_units import in_major
from folio.model.statements import StatedBalance, StatedPrice, Statement
from folio.model.transactions import AccountRef, Draft, Leg

_OWNED = "an item is a purchase, as Ghostfolio has it since version 2"
_OWED = "a liability is an opening balance of a loan account"
_CHANGED = {"ITEM": _OWNED, "LIABILITY": _OWED}
_NO_PLACE = "it has no place here"


class _Activities:
    """Reads the activities of an export."""

    def __init__(self, names: Names, zone: ZoneInfo) -> None:
        self.names, self.zone = names, zone

    def record(self, activity: Activity, written: str, tally: Tally) -> Record:
        """What an activity states."""
        record = record_of(activity.line, written, lambda: [self._draft(activity.said)])
        if not record.drafts:
            tally.leave("activity", record.reason)
        elif change := _CHANGED.get(text(activity.said, "type").upper()):
            tally.change("activity", change)
        else:
            tally.keep("activity")
        return record

    def _draft(self, said: Any) -> Draft:
        if not isinstance(said, dict):
            raise RowFault("it is no object")
        day, instant = moment(text(said, "date"), self.zone)
        account = self.names.place(text(said, "accountId"))
        if account is None:
            raise RowFault("its account is not in the file")
        kind = text(said, "type").upper()
        if kind not in _KINDS:
            raise RowFault(f"its type {kind[:40]!r} is not known")
        draft = _KINDS[kind](self, said, Draft("", day, account, (), occurred_at=instant))
        if not draft.legs:
            raise Stays("it moves nothing")
        note = text(said, "comment")
        return draft._replace(external_id=_identity(said), note=draft.note or note)

    # -- amounts -------------------------------------------------------------------------

    def _money(self, said: dict[str, Any]) -> str:
        profile = self.names.profiles.get((text(said, "dataSource"), text(said, "symbol")), {})
        return text(said, "currency") or text(profile, "currency")

    def _in_currency(self, said: dict[str, Any], amount: Decimal) -> tuple[Decimal, AssetRef]:
        found, code = in_major(amount, self._money(said))
        if code not in ISO_4217:
            raise RowFault(f"{code[:20]!r} is no currency that folio knows")
        return found, currency_ref(code)

    def _gross(self, said: dict[str, Any]) -> tuple[Decimal, AssetRef]:
        amount, money = self._in_currency(
            said, number(said, "quantity") * number(said, "unitPrice")
        )
        return round_money(amount, minor_unit(money.symbol)), money

    def _fee(self, said: dict[str, Any]) -> tuple[Leg, ...]:
        fee, money = self._in_currency(said, number(said, "fee"))
        return (Leg("fee", money, -fee),) if fee else ()

    def _asset(self, said: dict[str, Any]) -> AssetRef:
        asset = self.names.asset(said)
        if asset is None:
            raise RowFault("it has no symbol")
        return asset

    # -- kinds ---------------------------------------------------------------------------

    def _buy(self, said: dict[str, Any], draft: Draft) -> Draft:
        return self._trade(said, draft._replace(kind="buy"), 1)

    def _sell(self, said: dict[str, Any], draft: Draft) -> Draft:
        return self._trade(said, draft._replace(kind="sell"), -1)

    def _trade(self, said: dict[str, Any], draft: Draft, sign: int) -> Draft:
        units = number(said, "quantity")
        if units < ZERO:
            raise RowFault("its quantity is negative")
        if not units:
            return draft
        gross, money = self._gross(said)
        price, _ = self._in_currency(said, number(said, "unitPrice"))
        asset = Leg("asset", self._asset(said), sign * units)
        if price:
            asset = asset._replace(price=price, price_currency=money)
        if not gross:  # less than the smallest coin moves none, and is a cost all the same
            asset = asset._replace(cost=units * price, cost_currency=money)
        cash = (Leg("cash", money, -sign * gross),) if gross else ()
        return draft._replace(legs=(asset, *cash, *self._fee(said)))

    def _dividend(self, said: dict[str, Any], draft: Draft) -> Draft:
        gross, money = self._gross(said)
        legs = (Leg("cash", money, gross), *self._fee(said)) if gross else ()
        return draft._replace(kind="dividend", legs=legs, related_asset=self._asset(said))

    def _interest(self, said: dict[str, Any], draft: Draft) -> Draft:
        gross, money = self._gross(said)
        legs = (Leg("cash", money, gross), *self._fee(said)) if gross else ()
        return draft._replace(kind="interest", legs=legs, note=self._about(said))

    def _cost(self, said: dict[str, Any], draft: Draft) -> Draft:
        gross, money = self._gross(said)
        whole = gross + sum((-leg.quantity for leg in self._fee(said)), ZERO)
        legs = (Leg("fee", money, -whole),) if whole else ()
        return draft._replace(kind="fee", legs=legs, note=self._about(said))

    def _owed(self, said: dict[str, Any], draft: Draft) -> Draft:
        gross, money = self._gross(said)
        loan = AccountRef(self.names.named(said) or "Liability", PROGRAM, "loan", "other")
        legs = (Leg("asset", money, -gross),) if gross else ()
        return draft._replace(kind="opening", account=loan, legs=legs)

    def _about(self, said: dict[str, Any]) -> str:
        return " · ".join(one for one in (self.names.named(said), text(said, "comment")) if one)


_KINDS: dict[str, Callable[[_Activities, dict[str, Any], Draft], Draft]] = {
    "BUY": _Activities._buy,
    "SELL": _Activities._sell,
    "ITEM": _Activities._buy,
    "DIVIDEND": _Activities._dividend,
    "INTEREST": _Activities._interest,
    "FEE": _Activities._cost,
    "LIABILITY": _Activities._owed,
}


def _identity(said: dict[str, Any]) -> str:
    """The program's own id; older exports have none, so it is made from what they say."""
    own = text(said, "id")
    if not own:
        parts = [text(said, k) for k in ("date", "type", "dataSource", "symbol", "currency")]
        parts += [to_text(number(said, k)) for k in ("quantity", "unitPrice", "fee")]
        own = digest(parts)
    return f"account/{text(said, 'accountId')}:{own}"


def read(path: Path, zone: ZoneInfo, watch: Callable[[int], None] | None = None) -> Statement:
    """The statement in ``path``; ``zone`` is the book's.

    Raises:
        FolioError: when the file cannot be read.
    """
    export = read_export(path)
    if watch is not None:
        watch(len(export.text))
    names, tally = Names(export.said), Tally()
    until = _exported_on(export, zone)
    activities = _Activities(names, zone)
    lines = export.text.split("\n")
    records = [
        activities.record(one, "\n".join(lines[one.line - 1 : one.last_line]), tally)
        for one in export.activities
    ]
    whole = assemble(records)
    balances = tuple(_balances(names, until, zone, tally))
    prices = tuple(_prices(names, zone, tally))
    _count(export, names, tally)
    return Statement(
        profile="ghostfolio",
        institution=PROGRAM,
        institution_type="other",
        account_type="brokerage",
        tracks_cash=False,
        rows=whole.rows,
        drafts=whole.drafts,
        balances=balances,
        prices=prices,
        notes=(*tally.notes(), *_asked(whole.drafts), *whole.notes),
        source="ghostfolio",
        around=tuple(_around(lines, export.activities)),
    )


def _exported_on(export: Export, zone: ZoneInfo) -> dt.date | None:
    meta = export.said.get("meta")
    try:
        return moment(text(meta, "date"), zone)[0] if isinstance(meta, dict) else None
    except RowFault:
        return None


def _around(lines: list[str], activities: list[Activity]) -> Iterator[tuple[int, str]]:
    """What stands before, between and after the activities."""
    start = 1
    for one in (*activities, Activity(len(lines) + 1, 0, None)):
        if one.line > start and "".join(lines[start - 1 : one.line - 1]).strip():
            yield start, "\n".join(lines[start - 1 : one.line - 1])
        start = one.last_line + 1


def _balances(
    names: Names, until: dt.date | None, zone: ZoneInfo, tally: Tally
) -> Iterator[StatedBalance]:
    """The cash of each account by day; of a layout without days, on the export's."""
    for account in names.accounts:
        place, code = names.place(text(account, "id")), text(account, "currency")
        stated = [(one, "value", text(one, "date")) for one in objects(account, "balances")]
        if not stated and account.get("balance") is not None:
            stated = [(account, "balance", until.isoformat() if until else "")]
        found: dict[dt.date, StatedBalance] = {}
        for said, key, printed in sorted(stated, key=lambda one: one[2], reverse=True):
            try:
                day = moment(printed, zone)[0]
                balance, currency = in_major(number(said, key), code)
            except RowFault as fault:
                tally.leave("balance", str(fault))
                continue
            if currency not in ISO_4217:
                tally.leave("balance", f"{currency[:20]!r} is no currency that folio knows")
            elif day in found:
                tally.leave("balance", "the day has a later one")
            else:
                tally.keep("balance")
                found[day] = StatedBalance(place, currency_ref(currency), balance, day, ())
        yield from (found[day] for day in sorted(found))


def _prices(names: Names, zone: ZoneInfo, tally: Tally) -> Iterator[StatedPrice]:
    for profile in names.profiles.values():
        asset = names.asset(profile)
        days: set[dt.date] = set()
        for one in objects(profile, "marketData"):
            try:
                day = moment(text(one, "date"), zone)[0]
                price, code = in_major(number(one, "marketPrice"), text(profile, "currency"))
            except RowFault as fault:
                tally.leave("price", str(fault))
                continue
            if asset is None or price <= ZERO or code not in ISO_4217 or day in days:
                tally.leave("price", "it is 0, of no currency, or the day has one already")
                continue
            days.add(day)
            tally.keep("price")
            yield StatedPrice(asset, currency_ref(code), price, day, ())


def _count(export: Export, names: Names, tally: Tally) -> None:
    """Say of every element but activities, balances and prices what became of it."""
    tally.keep("account", len(names.accounts))
    tally.keep("platform", len(names.platforms))
    tally.keep("asset profile", len(names.profiles))
    tally.leave("tag", _NO_PLACE, len(objects(export.said, "tags")))
    user = export.said.get("user")
    settings = user.get("settings") if isinstance(user, dict) else None
    tally.leave("setting", _NO_PLACE, len(settings) if isinstance(settings, dict) else 0)


def _asked(drafts: tuple[Draft, ...]) -> Iterator[str]:
    traded = {leg.asset for draft in drafts for leg in draft.legs if leg.asset.type == "other"}
    if traded:
        yield (
            f"{how_many(len(traded), 'asset')} of no stated type; say it with: "
            "folio asset set SYMBOL --type stock"
        )
