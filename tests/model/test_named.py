"""folio's named tuples are as typing's own, whose behaviour is the yardstick."""

import copy
import pickle
import typing
from typing import Any

import pytest

from folio.model.named import NamedTuple


class Lot(NamedTuple):
    """A lot."""

    asset: str
    quantity: int = 1
    cost: int | None = None

    @property
    def unit_cost(self) -> float | None:
        return None if self.cost is None else self.cost / self.quantity

    def __str__(self) -> str:
        return f"{self.quantity} {self.asset}"


class Own(typing.NamedTuple):
    """A lot."""

    asset: str
    quantity: int = 1
    cost: int | None = None


class Empty(NamedTuple):
    pass


LOT, OWN = Lot("ACME", cost=6), Own("ACME", cost=6)


@pytest.mark.parametrize(
    "told",
    [
        tuple,
        repr,
        hash,
        len,
        lambda lot: (lot.asset, lot.quantity, lot.cost),
        lambda lot: (
            lot._fields,
            lot._field_defaults,
            lot.__match_args__,
            type(lot).__annotations__,
        ),
        lambda lot: lot._asdict(),
        lambda lot: tuple(lot._replace(quantity=3)),
        lambda lot: tuple(lot._make(["B", 2, 3])),
        lambda lot: type(lot).__doc__,
        lambda lot: type(lot).__bases__,
        lambda lot: hasattr(lot, "__dict__"),
        lambda lot: pickle.loads(pickle.dumps(lot)) == copy.copy(lot) == lot,
    ],
)
def test_it_tells_what_typing_s_own_tells(told: Any) -> None:
    assert repr(told(LOT)).replace("Lot(", "Own(") == repr(told(OWN))


@pytest.mark.parametrize(
    ("mistake", "error"),
    [
        (lambda cls: cls(), TypeError),
        (lambda cls: cls("A", 1, 2, 3), TypeError),
        (lambda cls: cls("A", price=1), TypeError),
        (lambda cls: cls._make(["A"]), TypeError),
        (lambda cls: setattr(cls("A"), "asset", "B"), AttributeError),
    ],
)
def test_it_refuses_what_typing_s_own_refuses(mistake: Any, error: type[Exception]) -> None:
    said = []
    for cls in (Lot, Own):
        with pytest.raises(error) as raised:
            mistake(cls)
        said.append(str(raised.value).replace("Lot.", "Own."))
    assert said[0] == said[1]


def test_what_it_lacks_cannot_be_replaced() -> None:
    with pytest.raises((TypeError, ValueError), match="price"):
        LOT._replace(price=3)


def test_its_own_methods_are_its_own() -> None:
    assert (str(LOT), LOT.unit_cost, Lot("A").unit_cost, str(Empty())) == (
        "1 ACME",
        6,
        None,
        "Empty()",
    )
    match LOT:
        case Lot(asset, _, 6):
            assert asset == "ACME"
        case _:
            pytest.fail("it has no places to match")
