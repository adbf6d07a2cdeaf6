"""The price in force on a day: the book as a source of prices, splits among them.

Of several sources for one day and granularity the one recorded last counts
(:mod:`folio.db.prices.prices`).  Prices of trades are derived (``trade_prices``), because the
transactions that hold them can be reversed.
"""

import datetime as dt
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from folio.db.arrangements.aliases import Aliases
from folio.db.transactions.splits import Split, read_splits
from folio.db.values import LATEST, upto
from folio.model.named import from_tuple
from folio.model.numbers import ONE, divide
from folio.model.prices import FOREVER, TRADE, PricePoint


def next_price_day(db: sqlite3.Connection, asset: int, quote: int, day: dt.date) -> dt.date | None:
    """The day of the pair's first price after ``day``, trades included."""
    values = [asset, quote, day.isoformat()]
    days = [
        db.execute(
            f"SELECT min(day) FROM {table} WHERE asset_id = ? AND quote_id = ? AND day > ?", values
        ).fetchone()[0]
        for table in ("prices", "trade_prices")
    ]
    known = [dt.date.fromisoformat(d) for d in days if d is not None]
    return min(known) if known else None


class Splits:
    """The splits of every asset, read when first asked for."""

    def __init__(
        self, db: sqlite3.Connection, known_at: int | None, aliases: Aliases | None = None
    ) -> None:
        self._db = db
        self._known_at = known_at
        self._aliases = aliases or Aliases()
        self._of: dict[int, list[Split]] = {}

    def of(self, asset: int) -> list[Split]:
        """An asset's splits, by day."""
        splits = self._of.get(asset)
        if splits is None:
            members = [one for one in self._aliases.members(asset) if one in self._acted_on]
            splits = read_splits(self._db, members, self._known_at) if members else []
            self._of[asset] = splits
        return splits

    @cached_property
    def _acted_on(self) -> set[int]:
        """The assets that any corporate action is about: few, and the others have no splits."""
        return {row[0] for row in self._db.execute("SELECT asset_id FROM corporate_actions")}

    def factor(self, asset: int, after: dt.date, until: dt.date) -> tuple[Decimal, dt.date]:
        """New units for one old over the splits in (after, until], and the next split's day."""
        if not self.of(asset):
            return ONE, FOREVER
        new, old, following = self.product(asset, after, until)
        return (ONE if new == old else divide(Decimal(new), Decimal(old))), following

    def product(self, asset: int, after: dt.date, until: dt.date) -> tuple[int, int, dt.date]:
        """New units and old ones over the splits in (after, until], and the next split's day."""
        new = old = 1
        following = FOREVER
        for split in self.of(asset):
            if after < split.day <= until:
                new *= split.new
                old *= split.old
            elif split.day > until:
                following = min(following, split.day)
        return new, old, following


def _pairs(db: sqlite3.Connection, known_at: int | None) -> set[tuple[int, int]]:
    """The pairs with a price now, and those of trades that were undone after ``known_at``."""
    pairs = set(db.execute("SELECT asset_id, quote_id FROM price_pairs"))
    if known_at is not None:
        pairs |= set(db.execute(_UNDONE_PAIRS, [known_at]))
    return pairs


_UNDONE_PAIRS = """
    SELECT DISTINCT h.asset_id, p.price_currency_id
    FROM transactions r JOIN postings p ON p.transaction_id = r.reverses
    JOIN holdings h ON h.id = p.holding_id
    WHERE r.reverses IS NOT NULL AND r.commit_id > ? AND p.role = 'asset'
    AND p.price IS NOT NULL AND p.price_currency_id <> h.asset_id
"""
_POINT = from_tuple(PricePoint)
Series = tuple[list[dt.date], list[Decimal], list[int]]  # days, prices, granularities


class BookPrices:
    """The price source of a book: each pair is looked up, or read whole and kept.

    ``whole`` reads a pair's history at its first use, for those who walk over years.
    ``recorded_at`` is the instant of the commit under way, whose row is not there yet.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        known_at: int | None = None,
        whole: bool = False,
        recorded_at: str = "",
        aliases: Aliases | None = None,
    ) -> None:
        self._db = db
        self._aliases = aliases or Aliases()
        self._recorded_at = recorded_at
        self._known_at = upto(known_at)
        self._whole = whole or known_at is not None
        self.splits = Splits(db, known_at, self._aliases)
        self._since = ""  # from which day on histories are read; "": from the beginning
        self._series: dict[tuple[int, int], tuple[str, Series]] = {}  # and from which day on
        self._quotes: dict[int, list[int]] = {}
        self._adjusting = {
            row[0] for row in db.execute("SELECT id FROM sources WHERE split_adjusted")
        }
        for asset, quote in sorted(_pairs(db, known_at)):
            pair = (self._aliases.canonical(asset), self._aliases.canonical(quote))
            if pair[0] != pair[1] and pair[1] not in self._quotes.get(pair[0], ()):
                self._quotes.setdefault(pair[0], []).append(pair[1])

    def read_whole(self, since: dt.date) -> None:
        """Read histories at their first use: from ``since`` on, unless earlier days are asked."""
        if self._known_at == LATEST and not self._series and since > dt.date.min:
            self._since = since.isoformat()
        self._whole = True

    def quotes(self, asset: int) -> Sequence[int]:
        """In what the asset has a price of its own."""
        return self._quotes.get(asset, ())

    def has_pair(self, asset: int, quote: int) -> bool:
        """Whether the pair has any price."""
        return quote in self._quotes.get(asset, ())

    def split_factor(self, asset: int, after: dt.date, until: dt.date) -> tuple[Decimal, dt.date]:
        """New units for one old over the splits in (after, until], and the next split's day."""
        return self.splits.factor(asset, after, until)

    def latest(self, asset: int, quote: int, day: dt.date) -> PricePoint | None:
        """The price in force on ``day``: of that day or the latest before it."""
        if not self._whole:
            if len(self._pairs(asset, quote)) > 1:
                return self._from_series(asset, quote, day)
            return self._look_up(asset, quote, day)
        days, prices, granularities = self._reaching(asset, quote, day)
        place = bisect_right(days, day)
        if place == 0:
            return None
        until = days[place] if place < len(days) else FOREVER
        return _POINT((days[place - 1], prices[place - 1], granularities[place - 1], until))

    def onward(self, asset: int, quote: int, day: dt.date) -> Iterator[PricePoint]:
        """The price in force on ``day`` and those after it, where the pair's history is read."""
        if not self._whole or not self.has_pair(asset, quote):
            return
        days, prices, granularities = self._reaching(asset, quote, day)
        first = bisect_right(days, day) - 1
        for place in range(first, len(days)) if first >= 0 else ():
            until = days[place + 1] if place + 1 < len(days) else FOREVER
            yield _POINT((days[place], prices[place], granularities[place], until))

    def first_after(self, asset: int, quote: int, day: dt.date) -> dt.date:
        """The day of the pair's first price after ``day``, or ``FOREVER``.

        A pair whose history nobody read is looked up: an import of a million rows asks this once
        of each pair, and their prices took 22 MB.
        """
        if not self._whole or ((asset, quote) not in self._series and self._known_at == LATEST):
            days = [next_price_day(self._db, *pair, day) for pair in self._pairs(asset, quote)]
            return min((d for d in days if d is not None), default=FOREVER)
        known = self._reaching(asset, quote, day)[0]
        place = bisect_right(known, day)
        return known[place] if place < len(known) else FOREVER

    def holds_through(self, asset: int, quote: int, day: dt.date) -> dt.date:
        """The last day on which a pair's price of ``day`` may count: before the next in force."""
        following = self.first_after(asset, quote, day)
        while following < FOREVER:
            point = self.latest(asset, quote, following)
            if point is not None and point.day == following:
                return following - dt.timedelta(days=1)
            following = self.first_after(asset, quote, following)  # that one was taken back
        return FOREVER

    def _look_up(self, asset: int, quote: int, day: dt.date) -> PricePoint | None:
        """The latest price by look-ups whose cost does not grow with the history.

        The answer's ``until`` is its day's end: a caller that walks asks ``whole``.
        """
        best: tuple[dt.date, int, Decimal] | None = None
        pair, until, found = (asset, quote), day.isoformat(), ""
        for found, granularity, price, source, commit in self._db.execute(
            "SELECT day, granularity, price, source_id, commit_id FROM prices WHERE asset_id = ? "
            "AND quote_id = ? AND day <= ? ORDER BY day DESC, granularity DESC, instant DESC, "
            "commit_id DESC, source_id DESC LIMIT 1",
            [*pair, until],
        ):
            if price is None:  # taken back: the slow way round
                return self._from_series(asset, quote, day)
            of = dt.date.fromisoformat(found)
            best = (of, granularity, self._as_of_its_day(asset, Decimal(price), of, source, commit))
        if found < until:  # a trade may be later
            for text, price in self._db.execute(
                "SELECT day, price FROM trade_prices WHERE asset_id = ? AND quote_id = ? "
                "AND day > ? AND day <= ? ORDER BY day DESC LIMIT 1",
                [*pair, found, until],
            ):
                best = (dt.date.fromisoformat(text), TRADE, Decimal(price))
        if best is None:
            return None
        return PricePoint(best[0], best[2], best[1], day + dt.timedelta(days=1))

    def _from_series(self, asset: int, quote: int, day: dt.date) -> PricePoint | None:
        self._whole = True
        try:
            return self.latest(asset, quote, day)
        finally:
            self._whole = False

    def series(self, asset: int, quote: int) -> Series:
        """Every price in force of a pair, one a day: days, prices and granularities, by day."""
        return self._reaching(asset, quote, dt.date.min)

    def _reaching(self, asset: int, quote: int, day: dt.date) -> Series:
        """The same, at least those from the one in force on ``day`` on."""
        known = self._series.get((asset, quote))
        if known is None:
            since = self._since and self._in_force(asset, quote, self._since)
            known = since, self._read_series(asset, quote, since)
        if known[0] and (not known[1][0] or day < known[1][0][0]):
            known = "", self._read_series(asset, quote, "")
        self._series[(asset, quote)] = known
        return known[1]

    def _in_force(self, asset: int, quote: int, day: str) -> str:
        """The day of the pair's last price on ``day`` or before; ``day`` where there is none."""
        days = [
            self._db.execute(
                f"SELECT max(day) FROM {table} "
                "WHERE asset_id = ? AND quote_id = ? AND day <= ? AND price IS NOT NULL",
                [*pair, day],
            ).fetchone()[0]
            for pair in self._pairs(asset, quote)
            for table in ("prices", "trade_prices")
        ]
        return max((one for one in days if one is not None), default=day)

    def _read_series(self, asset: int, quote: int, since: str) -> Series:
        best: dict[str, tuple[int, str, int, int, str]] = {}
        said: dict[tuple[str, int, str, int], tuple[str | None, int]] = {}
        for pair in self._pairs(asset, quote):
            said.clear()
            for day, granularity, instant, source, price, commit in self._db.execute(
                "SELECT day, granularity, instant, source_id, price, commit_id FROM prices "
                "WHERE asset_id = ? AND quote_id = ? AND day >= ? AND commit_id <= ? "
                "ORDER BY commit_id",
                [*pair, since, self._known_at],
            ):
                said[(day, granularity, instant, source)] = (price, commit)
            for (day, granularity, instant, source), (price, commit) in said.items():
                if price is not None:
                    rank = (granularity, instant, commit, source, price)
                    best[day] = max(best.get(day, rank), rank)
        for pair in self._pairs(asset, quote):
            for day, price in self._trades(*pair, since):
                best.setdefault(day, (TRADE, "", 0, 0, price))
        days = sorted(best)
        prices = []
        for text in days:
            _, _, commit, source, price = best[text]
            of = dt.date.fromisoformat(text)
            prices.append(self._as_of_its_day(asset, Decimal(price), of, source, commit))
        return [dt.date.fromisoformat(d) for d in days], prices, [best[d][0] for d in days]

    def _pairs(self, asset: int, quote: int) -> list[tuple[int, int]]:
        """The pair, by all the ids of both."""
        if not self._aliases:
            return [(asset, quote)]
        quotes = self._aliases.members(quote)
        return [(a, q) for a in self._aliases.members(asset) for q in quotes]

    def _trades(self, asset: int, quote: int, since: str) -> Iterable[tuple[str, str]]:
        if self._known_at == LATEST:
            return self._db.execute(
                "SELECT day, price FROM trade_prices "
                "WHERE asset_id = ? AND quote_id = ? AND day >= ?",
                [asset, quote, since],
            )
        from folio.db.derived.trade_prices import read_trades

        return read_trades(self._db, asset, quote=quote, known_at=self._known_at)

    def _as_of_its_day(
        self, asset: int, price: Decimal, day: dt.date, source: int, commit: int
    ) -> Decimal:
        """The price in units of its own day, where its source restates history after a split."""
        if source not in self._adjusting:
            return price
        row = self._db.execute("SELECT recorded_at FROM commits WHERE id = ?", [commit]).fetchone()
        recorded_at = self._recorded_at if row is None else row[0]
        factor, _ = self.splits.factor(asset, day, dt.date.fromisoformat(recorded_at[:10]))
        return price * factor

    def restated(self, asset: int) -> bool:
        """Whether a split changes prices before it: a source of the asset restates its history."""
        if not self._adjusting:
            return False
        query = "SELECT DISTINCT source_id FROM prices WHERE asset_id = ?"
        return any(
            row[0] in self._adjusting
            for member in self._aliases.members(asset)
            for row in self._db.execute(query, [member])
        )
