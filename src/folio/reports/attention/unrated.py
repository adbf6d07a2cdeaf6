"""Costs that are known, but in money that had no rate on the day: they are blank in a report."""

from collections.abc import Iterator

from folio.book import Book
from folio.model.assets import BECAME_EURO, Asset
from folio.model.numbers import to_text
from folio.model.shell_words import shell_word
from folio.reports.attention.uncovered import Finding
from folio.reports.held.holdings import Line, lines
from folio.reports.query import Query


def without_rate(book: Book, query: Query, page: list[Line]) -> Iterator[Finding]:
    """One finding for each such currency; of one that has no rate to this day the price is told."""
    teller = query.teller(book)
    doubted = [one.holding for one in page if one.held.balance and one.worth.counts.baseless]
    days: dict[int, list[str]] = {}  # on which lots were acquired, by currency
    about: dict[int, list[str]] = {}
    for line in lines(book, query, doubted, with_lots=True) if doubted else ():
        for lot in line.held.lots:
            if lot.cost is None or lot.currency is None or teller.lot_cost(lot) is not None:
                continue
            if teller.rate(lot.currency, query.as_of) is not None:
                days.setdefault(lot.currency, []).append(lot.acquired_on)
                about.setdefault(lot.currency, []).append(book.catalog.describe(line.holding))
    for currency, acquired in days.items():
        money, first = book.catalog.assets[currency], min(acquired)
        holdings = list(dict.fromkeys(about[currency]))
        more = f" and {len(holdings) - 1} more" if len(holdings) > 1 else ""
        lots = "a lot" if len(acquired) == 1 else f"{len(acquired)} lots"
        yield Finding(
            "no rate",
            f"{holdings[0]}{more}",
            f"what {lots} cost is known in {money.key}, which had no rate in "
            f"{query.currency.key} on {first}",
            _settle(book, query, money, first),
        )


def _settle(book: Book, query: Query, money: Asset, day: str) -> str:
    """The command that states a rate of that day, and the one that asks for it."""
    if money.is_currency and money.symbol in BECAME_EURO:
        from folio.model.euro import EURO, REPLACED_BY_EURO

        was = REPLACED_BY_EURO[money.symbol]
        if day < was.euro_from.isoformat():
            rate = to_text(was.rate)
            return (
                f"folio price add {EURO} {rate} --currency {money.symbol} --on {day}; "
                "see: folio help prices"
            )
    name = shell_word(money.key)
    quote = "" if query.currency.id == book.base.id else f" --currency {query.currency.key}"
    return (
        f"folio price fetch {name} --since {day}, or folio price add {name} RATE{quote} --on {day}"
    )
