"""What the actions of an investment account did.

T is the amount in all, commission O inside it; the action gives the direction.  An action
that ends in X also moves its cash to or from another account: that is a transfer of its own.
A reinvestment is income and a purchase.  StkSplit has ten times the new shares for one old.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.importers.cells.rows import RowFault
from folio.model.assets import AssetRef, minor_unit
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.statements import UNSTATED
from folio.model.transactions import Leg

MAX_TERM = 10_000  # of the ratio of a split


class Action(NamedTuple):
    """A record of an investment account, read."""

    word: str  # without its X
    security: AssetRef | None
    units: Decimal | None
    price: Decimal | None
    total: Decimal | None
    commission: Decimal  # not negative
    moved: Decimal | None  # to or from another account

    def need_security(self) -> AssetRef:
        if self.security is None:
            raise RowFault("it names no security")
        return self.security

    def need_units(self) -> Decimal:
        if not self.units:
            raise RowFault("it has no quantity")
        return abs(self.units)

    def amount(self) -> Decimal:
        """What it moved in all; of a trade without T what its price makes."""
        if self.total is not None:
            return self.total
        if self.units is None or self.price is None:
            raise RowFault("it has no amount")
        return round_money(abs(self.units * self.price), minor_unit(""))


class Did(NamedTuple):
    """One transaction of an action."""

    kind: str
    legs: tuple[Leg, ...]
    related: AssetRef | None = None
    ratio: tuple[int, int] | None = None
    lot: str | None = None  # that it sells


Read = Callable[[Action], list[Did]]


def _buy(action: Action, sign: int = 1) -> list[Did]:
    security, units = action.need_security(), action.need_units()
    if action.total is None:
        gross = action.amount()
    else:
        gross = abs(action.total) - sign * action.commission
    price = abs(action.price) if action.price else None
    asset = Leg("asset", security, sign * units, price, UNSTATED if price else None)
    if gross <= ZERO:
        bare = asset._replace(price=None, price_currency=None)
        return [Did("transfer_in" if sign > 0 else "delisting", (bare,))]
    legs = [asset, Leg("cash", UNSTATED, -sign * gross)]
    legs += [Leg("fee", UNSTATED, -action.commission)] if action.commission else []
    return [Did("buy" if sign > 0 else "sell", tuple(legs))]


def _sell(action: Action) -> list[Did]:
    return _buy(action, -1)


def _short(sign: int) -> Read:
    return lambda action: [one._replace(lot="short") for one in _buy(action, sign)]


def _income(kind: str, sign: int = 1) -> Read:
    def read(action: Action) -> list[Did]:
        cash = Leg("cash", UNSTATED, sign * action.amount())
        return [Did(kind, (cash,), action.security)]

    return read


def _misc(action: Action) -> list[Did]:
    return _income("reward" if action.security is None else "dividend")(action)


def _expense(action: Action) -> list[Did]:
    return [Did("fee", (Leg("fee", UNSTATED, -action.amount()),), action.security)]


def _capital(action: Action) -> list[Did]:
    cash = Leg("cash", UNSTATED, action.amount())
    return [Did("return_of_capital", (cash,), action.need_security())]


def _reinvested(kind: str) -> Read:
    def read(action: Action) -> list[Did]:
        (bought,) = _buy(action._replace(total=action.amount()))
        paid = sum((leg.quantity for leg in bought.legs if leg.role != "asset"), ZERO)
        cash = Leg("cash", UNSTATED, -paid)
        return [Did(kind, (cash,), action.security), bought]

    return read


def _split(action: Action) -> list[Did]:
    ratio = Fraction(action.need_units()) / 10
    if max(ratio.numerator, ratio.denominator) > MAX_TERM:
        raise RowFault(f"{to_text(action.need_units())} in tenths is no ratio of a split")
    return [Did("split", (), action.need_security(), (ratio.numerator, ratio.denominator))]


def _shares_in(action: Action) -> list[Did]:
    units = action.need_units()
    cost = action.total
    if cost is None and action.price is not None:
        cost = round_money(units * action.price, minor_unit(""))
    leg = Leg("asset", action.need_security(), units)
    if cost:
        leg = leg._replace(cost=abs(cost), cost_currency=UNSTATED)
    return [Did("transfer_in", (leg,))]


def _shares_out(kind: str) -> Read:
    def read(action: Action) -> list[Did]:
        return [Did(kind, (Leg("asset", action.need_security(), -action.need_units()),))]

    return read


def moved_cash(amount: Decimal) -> Did:
    """Cash that came from another account, or went to one."""
    kind = "transfer_in" if amount > 0 else "transfer_out"
    return Did(kind, (Leg("cash", UNSTATED, amount),))


def _cash(sign: int) -> Read:
    def read(action: Action) -> list[Did]:
        amount = action.moved if action.total is None else action.total
        if not amount:
            raise RowFault("it has no amount")
        return [moved_cash(sign * abs(amount))]

    return read


_READERS: dict[str, Read] = {
    "buy": _buy,
    "cvrshrt": _short(1),
    "exercise": _buy,
    "sell": _sell,
    "shtsell": _short(-1),
    "div": _income("dividend"),
    "cglong": _income("dividend"),
    "cgmid": _income("dividend"),
    "cgshort": _income("dividend"),
    "intinc": _income("interest"),
    "margint": _income("interest", -1),
    "miscinc": _misc,
    "miscexp": _expense,
    "rtrncap": _capital,
    "reinvdiv": _reinvested("dividend"),
    "reinvint": _reinvested("interest"),
    "reinvlg": _reinvested("dividend"),
    "reinvmd": _reinvested("dividend"),
    "reinvsh": _reinvested("dividend"),
    "stksplit": _split,
    "shrsin": _shares_in,
    "vest": _shares_in,
    "shrsout": _shares_out("transfer_out"),
    "expire": _shares_out("delisting"),
    "xin": _cash(1),
    "contribx": _cash(1),
    "xout": _cash(-1),
    "withdrwx": _cash(-1),
}
SILENT = {"reminder": "a reminder: it moves nothing", "grant": "a grant: nothing is held yet"}


def did(action: Action) -> list[Did]:
    """The transactions of an action.

    Raises:
        RowFault: when it lacks what such an action needs, or nobody knows it.
    """
    word = action.word.casefold()
    if word in _READERS:
        return _READERS[word](action)
    read = _READERS.get(word.removesuffix("x"))
    if read is None:
        raise RowFault(f"{action.word[:40]!r} is no action that folio knows")
    done = read(action)
    moved = sum((leg.quantity for one in done for leg in one.legs if leg.role != "asset"), ZERO)
    if action.moved is not None:
        moved = abs(action.moved).copy_sign(moved)
    return [*done, moved_cash(-moved)] if moved else done
