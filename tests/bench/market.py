"""The market of the invented history: 120 assets, their weekly prices, two exchange rates.

Prices depend on the seed alone, so histories of every size share them.  Quantities and
prices are whole numbers of an asset's smallest unit and of its price's last place, cash is
in cents: nothing here is rounded but where a line says so.
"""

import datetime as dt
import math
import random
from collections.abc import Iterator
from typing import NamedTuple

START = dt.date(2010, 1, 1)  # a Friday
END = dt.date(2024, 12, 31)  # of the last price; the last transaction is before it
DAYS = (END - START).days + 1
ISO = [(START + dt.timedelta(number)).isoformat() for number in range(DAYS)]
CASH = ("USD", "EUR", "GBP")
COINS = {"BTC": (2, 350.0), "ETH": (2, 20.0), "LTC": (2, 8.0), "XMR": (2, 5.0), "ADA": (4, 0.08)}
COIN_PLACES = 8
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Asset:
    """A security or a coin, with ``places`` decimals in a quantity, ``price_places`` in a price."""

    def __init__(self, name: str, quote: str, places: int, price_places: int) -> None:
        self.name, self.quote = name, quote
        self.places, self.price_places = places, price_places
        more = places + price_places - 2  # decimals of a product beyond the cent
        self.per_cent = 10 ** max(0, more)  # units × ticks in a cent
        self.cents_each = 10 ** max(0, -more)
        self.prices: list[int] = []  # ticks, one for each of price_days()

    @property
    def is_coin(self) -> bool:
        return self.places == COIN_PLACES

    def quantity(self, units: int) -> str:
        return plain(units, self.places)

    def price(self, ticks: int) -> str:
        return plain(ticks, self.price_places)

    def gross(self, units: int, ticks: int) -> tuple[int, int]:
        """Cents, half up, and the price, nudged so that no product is on an exact half cent."""
        half = self.per_cent // 2
        while half and units * ticks % self.per_cent == half:
            ticks += 1
        return (units * ticks * self.cents_each + half) // self.per_cent, ticks


def plain(number: int, places: int) -> str:
    """A whole number of the last place as a decimal: 1234 with 2 places is 12.34."""
    if places == 0:
        return str(number)
    whole, part = divmod(number, 10**places)
    return f"{whole}.{part:0{places}d}"


class Market(NamedTuple):
    assets: list[Asset]
    days: list[int]  # of prices, counted from START
    rates: dict[str, list[int]]  # dollars for a unit of that currency, in 1/10000

    def quotes(self) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
        """For each day its date and its prices: name, quote, price."""
        for week, day in enumerate(self.days):
            rows = [(code, "USD", plain(walk[week], 4)) for code, walk in self.rates.items()]
            rows += [(one.name, one.quote, one.price(one.prices[week])) for one in self.assets]
            yield ISO[day], rows


def price_days() -> list[int]:
    """Every Friday and the last day, counted from START."""
    days = list(range(0, DAYS, 7))
    return days if days[-1] == DAYS - 1 else [*days, DAYS - 1]


def make_market(seed: int) -> Market:
    assets, days = _assets(seed), price_days()
    return Market(assets, days, _walk_prices(assets, len(days), seed))


def _assets(seed: int) -> list[Asset]:
    rng = random.Random(f"assets-{seed}")
    used = {*CASH, *COINS}
    assets = []
    for quote, count in (("USD", 62), ("EUR", 28), ("GBP", 22)):
        for number in range(count):
            places = (0, 4, 0, 6)[number % 4]
            assets.append(Asset(_ticker(rng, used), quote, places, 4 if number % 5 == 4 else 2))
    return assets + [Asset(name, "USD", COIN_PLACES, of[0]) for name, of in COINS.items()]


def _ticker(rng: random.Random, used: set[str]) -> str:
    while True:
        length = 3 if rng.random() < 0.3 else 4
        name = "".join(_LETTERS[int(rng.random() * 26)] for _ in range(length))
        if name not in used:
            used.add(name)
            return name


def _walk_prices(assets: list[Asset], weeks: int, seed: int) -> dict[str, list[int]]:
    """Fill in every asset's geometric walk, bounded below; return those of the currencies."""
    rng = random.Random(f"prices-{seed}")
    for asset in assets:
        if asset.is_coin:
            level, drift, spread = COINS[asset.name][1], 0.004, 0.06
        else:
            level = 10 ** (1 + 1.4 * rng.random())
            drift = 0.0004 + 0.0018 * rng.random()
            spread = 0.015 + 0.02 * rng.random()
        lowest = level * 0.2
        for _ in range(weeks):
            asset.prices.append(max(1, round(level * 10**asset.price_places)))
            step = math.exp(rng.gauss(drift - spread * spread / 2, spread))
            level = max(lowest, level * step)
    rates: dict[str, list[int]] = {}
    for code, level, low, high in (("EUR", 1.43, 1.02, 1.48), ("GBP", 1.61, 1.08, 1.70)):
        rates[code] = []
        for _ in range(weeks):
            rates[code].append(round(level * 10000))
            level = min(high, max(low, level * math.exp(rng.gauss(-0.0003, 0.010))))
    return rates
