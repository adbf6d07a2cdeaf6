"""What the transactions of Portfolio Performance mean here.

A purchase, a sale and a transfer are two transactions there, one in each account, joined by a
cross entry: here they are one.  ``amount`` is the money that moved; the units FEE and TAX are
inside it, so that gross = amount − fees − taxes where money goes out, and amount + fees + taxes
where it comes in.  A price is gross ÷ shares to eight places, in the security's currency where a
unit GROSS_VALUE states that: as the program itself shows it.

A delivery brings in at its amount, or takes out; money moves with neither.

What a security pays, or costs, its cash account gets or bears: it is of the portfolio that has this
account and dealt in that security, where there is one such.

A time of day is stated of some and not of others.  On a day on which a security has one without,
what comes in goes before a transfer, and that before what goes out, as the program has it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from folio.importers.cells.rows import RowFault
from folio.importers.files.safe_xml import Node
from folio.importers.formats.portfolio_performance.amounts import Scale, moment, money
from folio.importers.formats.portfolio_performance.markup import TRANSACTIONS, Document
from folio.importers.formats.portfolio_performance.names import Names
from folio.model.assets import AssetRef
from folio.model.numbers import ZERO, divide
from folio.model.transactions import PAYMENTS, AccountRef, Draft, Leg

_QUOTE = Decimal("1e-8")
_HALVES = {
    "buysell": (("portfolio", "portfolioTransaction"), ("account", "accountTransaction")),
    "account-transfer": (("accountFrom", "transactionFrom"), ("accountTo", "transactionTo")),
    "portfolio-transfer": (("portfolioFrom", "transactionFrom"), ("portfolioTo", "transactionTo")),
}
# Of a cash account: the kind, whether money comes in, and the role of what moves.
_CASH = {
    "DEPOSIT": ("deposit", True, "cash"),
    "REMOVAL": ("withdraw", False, "cash"),
    "INTEREST": ("interest", True, "cash"),
    "INTEREST_CHARGE": ("interest", False, "cash"),
    "DIVIDENDS": ("dividend", True, "cash"),
    "FEES": ("fee", False, "fee"),
    "FEES_REFUND": ("fee", True, "fee"),
    "TAXES": ("tax", False, "tax"),
    "TAX_REFUND": ("tax", True, "tax"),
}
HALF = "its other half and it are one"
DELIVERED = "a delivery is a deposit at its amount, or a withdrawal that realises nothing"
RESTATED = "a transfer between currencies is a swap"


class Half(NamedTuple):
    """A transaction of one account, with what is said of its money."""

    node: Node
    owner: Node  # the account or portfolio that it is listed in
    amount: Decimal
    money: AssetRef
    fees: Decimal
    taxes: Decimal


class Read(NamedTuple):
    """What became of a transaction."""

    drafts: tuple[Draft, ...] = ()
    reason: str = ""  # why it states none, where it does not
    bad: bool = False
    changed: str = ""  # how it is another than in the file


class Transactions:
    """Reads the transactions of a file, each once."""

    def __init__(self, document: Document, names: Names, scale: Scale, zone: ZoneInfo) -> None:
        self.document, self.names, self.scale, self.zone = document, names, scale, zone
        self.nodes = [
            node
            for node in document.root.walk()
            if node.tag in TRANSACTIONS and "reference" not in node.attributes
        ]
        self.without_id = 0
        self._owners = dict(self._owned())
        self._repeats: Counter[str] = Counter()
        self._found: dict[int, Read] = {}

    def _owned(self) -> Iterator[tuple[int, Node]]:
        for owner in (*self.names.accounts, *self.names.portfolios):
            listed = self.document.field(owner, "transactions")
            for node in [] if listed is None else listed.children:
                meant = self.document.meant(node)
                if meant is not None:
                    yield id(meant), owner

    @cached_property
    def _untimed(self) -> set[tuple[str, int]]:
        """Days of securities on which one row has no time: the others' times order nothing then."""
        found = set()
        for node in self.nodes:
            day, _, time = self._value(node, "date").partition("T")
            if time.strip("0:.") == "" and node.child("security") is not None:
                found.add((day, id(self.document.field(node, "security"))))
        return found

    def read(self) -> dict[int, Read]:
        """What became of each, by the ``id()`` of its node."""
        for node in self.nodes:
            if id(node) in self._found:
                continue
            if id(node) not in self._owners:
                self._found[id(node)] = Read(reason="it is listed in no account")
                continue
            try:
                self._read(node)
            except RowFault as fault:
                self._found[id(node)] = Read(reason=str(fault), bad=True)
        return self._found

    def _read(self, node: Node) -> None:
        cross = self.document.field(node, "crossEntry")
        halves = self._halves(cross)
        if halves is None:
            self._found[id(node)] = self._alone(node)
            return
        kind, first, second = halves
        lines = sorted({first.line, second.line})
        draft, changed = self._joined(kind, self._half(first), self._half(second))
        draft = draft._replace(lines=tuple(lines))
        self._found[id(second)] = Read((draft,), changed=HALF)
        self._found[id(first)] = Read((draft,), changed=changed)

    def _halves(self, cross: Node | None) -> tuple[str, Node, Node] | None:
        if cross is None:
            return None
        kind = cross.attributes.get("class", "")
        if kind not in _HALVES:
            raise RowFault(f"a cross entry {kind!r} is not known")
        found = [self.document.field(cross, tag) for _, tag in _HALVES[kind]]
        if found[0] is None or found[1] is None or found[0] is found[1]:
            raise RowFault("its other half is not in the file")
        return kind, found[0], found[1]

    # -- parts ---------------------------------------------------------------------------

    def _value(self, node: Node, tag: str) -> str:
        return self.document.value(node, tag)

    def _half(self, node: Node) -> Half:
        owner = self._owners.get(id(node))
        if owner is None:
            raise RowFault("its other half is listed in no account")
        amount, currency = money(self._value(node, "amount"), self._value(node, "currencyCode"))
        sums = {"FEE": ZERO, "TAX": ZERO}
        for unit in self._units(node):
            kind = unit.attributes.get("type", "")
            if kind in sums:
                part, code = self._stated(unit, "amount")
                if code != currency:
                    raise RowFault(f"a {kind} in {code} of an amount in {currency}")
                sums[kind] += part
        return Half(node, owner, amount, currency, sums["FEE"], sums["TAX"])

    def _units(self, node: Node) -> list[Node]:
        listed = self.document.field(node, "units")
        found = [] if listed is None else [self.document.meant(one) for one in listed.all("unit")]
        return [one for one in found if one is not None]

    def _stated(self, unit: Node, tag: str) -> tuple[Decimal, AssetRef]:
        part = self.document.field(unit, tag)
        said = {} if part is None else part.attributes
        return money(said.get("amount", ""), said.get("currency", ""))

    def _shares(self, node: Node) -> Decimal:
        shares = self.scale.shares(self._value(node, "shares") or "0")
        if shares <= ZERO:
            raise RowFault("it has no shares")
        return shares

    def _security(self, node: Node) -> AssetRef:
        asset = self.names.asset(self.document.field(node, "security"))
        if asset is None:
            raise RowFault("it has no security")
        return asset

    def _place(self, half: Half) -> AccountRef | None:
        return self.names.place(half.owner)

    def _draft(self, kind: str, half: Half, *legs: Leg) -> Draft:
        day, instant = moment(self._value(half.node, "date"), self.zone)
        timed = (day.isoformat(), id(self.document.field(half.node, "security")))
        return Draft(
            kind,
            day,
            self._place(half),
            legs,
            external_id=f"{self.names.key(half.owner)}:{self._id(half)}",
            occurred_at=None if timed in self._untimed else instant,
            note=self._value(half.node, "note"),
            lines=(half.node.line,),
        )

    def _id(self, half: Half) -> str:
        """The program's own number; files of before 2021 have none, so it is made from the rest."""
        own = self._value(half.node, "uuid")
        if own:
            return own
        self.without_id += 1
        tags = ("date", "type", "currencyCode", "amount", "shares", "note")
        security = self.document.field(half.node, "security")
        said = [self._value(half.node, tag) for tag in tags]
        said += [
            "" if security is None else self._value(security, "uuid"),
            self.names.key(half.owner),
        ]
        text = hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
        self._repeats[text] += 1
        return f"{text}-{self._repeats[text]}"

    def _priced(
        self, half: Half, shares: Decimal, gross: Decimal
    ) -> tuple[Decimal, AssetRef] | None:
        for unit in self._units(half.node):
            if unit.attributes.get("type") == "GROSS_VALUE" and unit.child("forex") is not None:
                gross, currency = self._stated(unit, "forex")
                break
        else:
            currency = half.money
        if gross <= ZERO:
            return None
        return divide(gross, shares).quantize(_QUOTE, ROUND_HALF_UP), currency

    def _asset_leg(self, half: Half, sign: int, gross: Decimal) -> Leg:
        shares = self._shares(half.node)
        leg = Leg("asset", self._security(half.node), sign * shares)
        price = self._priced(half, shares, gross)
        return leg if price is None else leg._replace(price=price[0], price_currency=price[1])

    # -- two halves ----------------------------------------------------------------------

    def _joined(self, kind: str, first: Half, second: Half) -> tuple[Draft, str]:
        if kind == "buysell":
            return self._trade(first, second), ""
        if kind == "portfolio-transfer":
            return self._moved(first, second), ""
        return self._money_moved(first, second)

    def _trade(self, half: Half, paid: Half | None) -> Draft:
        """A purchase or a sale; ``paid`` is the cash account's side, where there is one."""
        kind = {"BUY": "buy", "SELL": "sell"}.get(self._value(half.node, "type"))
        if kind is None:
            raise RowFault(f"a {self._value(half.node, 'type')!r} with cash is not known")
        if paid is not None and (paid.amount, paid.money) != (half.amount, half.money):
            raise RowFault("its two halves are of different amounts")
        sign = 1 if kind == "buy" else -1
        gross = half.amount - sign * (half.fees + half.taxes)
        if gross < ZERO:
            raise RowFault("its fees and taxes are more than its amount")
        where = None if paid is None else self._place(paid)
        legs = [self._asset_leg(half, sign, gross)]
        cash = (("cash", -sign * gross), ("fee", -half.fees), ("tax", -half.taxes))
        legs += [Leg(role, half.money, part, account=where) for role, part in cash if part]
        if not gross:
            legs[0] = legs[0]._replace(cost=ZERO, cost_currency=half.money)
        if paid is None:
            net = sum((leg.quantity for leg in legs[1:]), ZERO)
            legs += [Leg("external", half.money, -net)] if net else []
        return self._draft(kind, half, *legs)

    def _moved(self, out: Half, into: Half) -> Draft:
        shares, asset = self._shares(out.node), self._security(out.node)
        arrived = self._shares(into.node)
        if (arrived, self._security(into.node)) != (shares, asset):
            raise RowFault("its two halves are of different shares")
        gone = Leg("asset", asset, -shares)
        return self._draft(
            "transfer", out, gone, Leg("asset", asset, arrived, account=self._place(into))
        )

    def _money_moved(self, out: Half, into: Half) -> tuple[Draft, str]:
        if out.money == into.money and out.amount != into.amount:
            raise RowFault("its two halves are of different amounts")
        if not out.amount or not into.amount:
            raise RowFault("it moves nothing")
        changed = "" if out.money == into.money else RESTATED
        legs = (
            Leg("asset", out.money, -out.amount),
            Leg("asset", into.money, into.amount, account=self._place(into)),
        )
        return self._draft("swap" if changed else "transfer", out, *legs), changed

    # -- one alone -----------------------------------------------------------------------

    def _alone(self, node: Node) -> Read:
        half, kind = self._half(node), self._value(node, "type")
        in_portfolio = any(half.owner is one for one in self.names.portfolios)
        if in_portfolio and kind in ("DELIVERY_INBOUND", "DELIVERY_OUTBOUND"):
            return Read(
                (self._delivery(half, comes_in=kind == "DELIVERY_INBOUND"),), changed=DELIVERED
            )
        if in_portfolio and kind in ("BUY", "SELL"):
            return Read((self._trade(half, None),))
        if in_portfolio or kind not in _CASH:
            raise RowFault(f"a {kind!r} without its other half")
        if not half.amount and not half.fees and not half.taxes:
            return Read(reason="it moves nothing")
        return Read((self._of_cash(half, kind),))

    def _delivery(self, half: Half, *, comes_in: bool) -> Draft:
        sign = 1 if comes_in else -1
        leg = self._asset_leg(half, sign, half.amount - sign * (half.fees + half.taxes))
        if comes_in:
            leg = leg._replace(cost=half.amount, cost_currency=half.money)
        return self._draft("deposit" if comes_in else "withdraw", half, leg)

    def _of_cash(self, half: Half, word: str) -> Draft:
        kind, comes_in, role = _CASH[word]
        sign = 1 if comes_in else -1
        costs = half.fees + half.taxes
        gross = sign * half.amount + costs
        parts = [(role, gross), ("fee", -half.fees), ("tax", -half.taxes)]
        if kind in ("deposit", "withdraw"):
            parts = [(role, sign * half.amount)]
        legs = [Leg(name, half.money, part) for name, part in parts if part]
        draft = self._draft(kind, half, *legs)
        node = self.document.field(half.node, "security")
        draft = draft._replace(related_asset=self.names.asset(node))
        return self._of_portfolio(draft, half, node) if kind in PAYMENTS else draft

    def _of_portfolio(self, draft: Draft, half: Half, security: Node | None) -> Draft:
        """What a cash account got, or paid, for a security of the one portfolio that it pays for
        and that dealt in it is that portfolio's; where there are several, nobody says whose."""
        paid_for = [
            self.names.place(portfolio)
            for portfolio, security_id in self._dealt
            if security_id == id(security)
            and self.document.field(portfolio, "referenceAccount") is half.owner
        ]
        if len(paid_for) != 1 or paid_for[0] == draft.account:
            return draft
        legs = tuple([leg._replace(account=draft.account) for leg in draft.legs])
        return draft._replace(account=paid_for[0], legs=legs)

    @cached_property
    def _dealt(self) -> list[tuple[Node, int]]:
        """The portfolios and the securities that they dealt in, each pair once."""
        found = {}
        for node in self.nodes:
            owner = self._owners.get(id(node))
            if owner is not None and any(owner is one for one in self.names.portfolios):
                security = self.document.field(node, "security")
                found[id(owner), id(security)] = owner
        return [(portfolio, security) for (_, security), portfolio in found.items()]
