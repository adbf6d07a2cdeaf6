"""One inbox of what wants attention, each with the command that settles it."""

import datetime as dt
from collections.abc import Iterator

from folio.book import Book
from folio.book.both_ways import contradictions
from folio.book.interest import Payment
from folio.book.price_plan import failures_of
from folio.book.reconciliation import held_gaps
from folio.book.selection import accounts_of
from folio.db.derived.mispriced import Mispriced, mispriced
from folio.db.derived.rollup import read_dirty, rollup_until
from folio.db.statements.statements import unsettled_rows
from folio.db.transactions.lot_choices import holdings_naming_lots, lacking
from folio.model.accounts import Holding
from folio.model.assets import BECAME_EURO, Asset
from folio.model.numbers import ZERO, divide, to_text
from folio.model.shell_words import shell_word
from folio.model.table import Cell, Column, Table
from folio.reports.attention.transfers import Waiting, waiting
from folio.reports.attention.uncovered import Finding, covered_late, negative, uncovered, units_text
from folio.reports.attention.unrated import without_rate
from folio.reports.held.holdings import Line, lines
from folio.reports.paid.yields import unsettled
from folio.reports.prices.prices import left_unpriced, oldest_leg, stale_pair, stranded_in
from folio.reports.query import Query
from folio.reports.vaults.vaults import over_allocated

COLUMNS = (
    Column("kind", "Finding"),
    Column("about", "About"),
    Column("what", "What", below=True),
    Column("settle", "Settle it with", below=True),
)


def status(book: Book, query: Query) -> Table:
    """Rows that wait, balances that cannot be, prices, gaps, transfers, interest not booked."""
    page = lines(book, query)
    found = [
        *_rows(book, query),
        *negative(book, query, page),
        *uncovered(book, query),
        *covered_late(book, query),
        *_named_lots(book, query),
        *mispriced_trades(book, query),
        *_prices(book, query, page),
        *without_rate(book, query, page),
        *_both_ways(book, query),
        *_gaps(book, query),
        *_transfers(book, query),
        *_interest(book, query),
        *_over_allocated(book, query),
        *_rollup(book, query),
    ]
    rows: list[dict[str, Cell]] = [dict(finding._asdict()) for finding in found]
    return Table(
        "status",
        "Status" if rows else "Status: all is well",
        COLUMNS,
        rows,
        **query.told(),
        empty="nothing wants attention",
    )


def _rows(book: Book, query: Query) -> Iterator[Finding]:
    """Rows of statements that were not recorded; with filters, those of accounts asked for."""
    accounts = accounts_of(book.catalog, query.filters) if query.filters else None
    settle = {
        "conflict": "folio import retry {import_} --supersede, "
        "or folio import answer {row} ignored",
        "held": "folio import answer {row} same, or different",
        "rejected": "folio import retry {import_}, or folio import answer {row} ignored",
    }
    names = {"conflict": "conflict", "held": "probable duplicate", "rejected": "rejected row"}
    unknown: dict[int, int] = {}  # rows that are not understood, by import
    for row in unsettled_rows(book.db, book.known_at):
        if accounts is not None and row.account_id not in accounts:
            continue
        if row.status == "skipped":
            unknown[row.statement_id] = unknown.get(row.statement_id, 0) + 1
            continue
        place = f"{row.statement_id}:{row.line}"
        yield Finding(
            names[row.status],
            f"import {place}",
            row.reason,
            settle[row.status].format(row=place, import_=row.statement_id),
        )
    for number, rows in unknown.items():
        which = "1 row is" if rows == 1 else f"{rows} rows are"
        yield Finding(
            "not understood",
            f"import {number}",
            f"{which} not understood, and nothing of it is recorded",
            f"folio import show {number}, then folio import retry {number} with a profile that "
            f"knows it, or folio import answer {number} ignored",
        )


def _named_lots(book: Book, query: Query) -> Iterator[Finding]:
    """Sales that name lots which lack the units: the method chose the rest."""
    if query.known_at is not None:
        return  # what the lots had by then is not stored
    naming = {book.catalog.holdings[number].id for number in holdings_naming_lots(book.db)}
    for holding in (book.catalog.holdings[number] for number in sorted(naming)):
        asset = book.catalog.assets[holding.asset_id].key
        members = book.catalog.members(holding.id)
        for lack in lacking(book.db, holding.id, members).values():
            has = to_text(lack.asked - lack.units)
            yield Finding(
                "named lot",
                book.catalog.describe(holding),
                f"transaction {lack.transaction} names {to_text(lack.asked)} {asset} of lot "
                f"{lack.lot}, which had {has}; the method chose the rest",
                f"folio amend {lack.transaction} --lot …, see: folio lots {shell_word(asset)}",
            )


def _prices(book: Book, query: Query, page: list[Line]) -> Iterator[Finding]:
    """What has no fresh price, but for assets that are left alone until a later day."""
    waits, failures = left_unpriced(book, query.as_of), failures_of(book)
    for line in page:
        asset = book.catalog.assets[line.holding.asset_id]
        about = book.catalog.describe(line.holding)
        name = shell_word(asset.key)
        if not line.worth.balance or asset.id in waits:
            continue
        why = f"; {failures[asset.id]}" if asset.id in failures else ""
        again = f"folio price fetch {name}, " if why else ""
        stranded = stranded_in(book, asset.id, query.as_of) if line.worth.rate is None else None
        if stranded is not None:
            yield Finding(
                "no price",
                about,
                f"{asset.key} has a price in {stranded.key}, and that has none in "
                f"{query.currency.key}",
                _fixed_rate(stranded)
                or f"folio price fetch {stranded.key}, or folio price add {stranded.key} RATE",
            )
        elif line.worth.rate is None:
            yield Finding(
                "no price",
                about,
                f"{asset.key} has no price{why}",
                _fixed_rate(asset)
                or f"{again}folio price add {name} PRICE, or folio price retry {name} --until DAY",
            )
        elif line.worth.rate.stale:
            stale = oldest_leg(line.worth.rate)
            of, quote = (book.catalog.assets[one] for one in (stale.asset, stale.quote))
            plain = quote.id == book.base.id or of.quote_unit is not None
            unit = "" if plain else f" --currency {_living(quote)}"
            yield Finding(
                "stale price",
                about,
                f"{stale_pair(book, line)} is of {line.worth.rate.day}{why}",
                (_fixed_rate(quote) if of.is_currency else None)
                or f"{again}folio price add {shell_word(of.key)} PRICE{unit}, or folio price "
                "import FILE",
            )


def _living(money: Asset) -> str:
    """In what a price can be stated today that was in this one."""
    gone = money.is_currency and money.symbol in BECAME_EURO
    return "EUR" if gone else money.key


def _fixed_rate(money: Asset) -> str | None:
    """The command that states what a currency became the euro at; None of other assets."""
    if not money.is_currency or money.symbol not in BECAME_EURO:
        return None
    from folio.model.euro import EURO, REPLACED_BY_EURO

    was = REPLACED_BY_EURO[money.symbol]
    return (
        f"folio price add {EURO} {to_text(was.rate)} --currency {money.symbol} "
        f"--on {was.euro_from}; see: folio help prices"
    )


def _both_ways(book: Book, query: Query) -> Iterator[Finding]:
    """Prices of one day that are stated both ways round, and contradict one another."""
    chosen = {h.asset_id for h in query.holdings(book)} if query.filters else None
    for last, *others in contradictions(book, query.as_of):
        if chosen is None or chosen & {last.asset.id, last.quote.id}:
            more = f"; and so on {len(others)} more day{'s'[: len(others) > 1]}" if others else ""
            about = f"{last.asset.key} and {last.quote.key}"
            settle = f"{last.remedy()}, or what is right of the other"
            yield Finding("prices contradict", about, f"{last.told()}{more}", settle)


def _gaps(book: Book, query: Query) -> Iterator[Finding]:
    """Observations that the ledger does not explain."""
    for held in held_gaps(book, query.holdings(book), query.as_of):
        if not held.is_open:
            continue
        account = book.catalog.accounts[held.holding.account_id].key
        asset = book.catalog.assets[held.holding.asset_id]
        gap = held.gap
        way = "more" if gap.drift > ZERO else "less"
        size = f"{units_text(abs(gap.drift), asset)} {asset.key} {way}"
        yield Finding(
            "gap",
            book.catalog.describe(held.holding),
            f"on {gap.until} there was {size} than the ledger explains",
            f"folio reconcile --account {shell_word(account)} --asset {shell_word(asset.key)}",
        )


def _interest(book: Book, query: Query) -> Iterator[Finding]:
    """Payments of yield rules that nobody booked, or that would be another amount now."""
    for earnings, found in unsettled(book, query):
        about = book.catalog.describe(earnings.holding)
        due = [one for one in found if not one.differs]
        if due:
            total = units_text(sum((one.expected for one in due), ZERO), earnings.asset)
            yield Finding(
                "interest due",
                about,
                f"{_payments(due)} of {total} {earnings.asset.key} since {due[0].due} not booked",
                _accrue(book, earnings.holding, due[0].due),
            )
        other = [one for one in found if one.differs]
        if other:
            booked = sum((one.booked or ZERO for one in other), ZERO)
            now = sum((one.expected for one in other), ZERO)
            yield Finding(
                "interest differs",
                about,
                f"{_payments(other)} since {other[0].due}: {units_text(booked, earnings.asset)} "
                f"{earnings.asset.key} booked, now it would be {units_text(now, earnings.asset)}",
                _accrue(book, earnings.holding, other[0].due, "folio accrue --again")
                + f", or folio amend {other[0].transactions[0]} --quantity …",
            )


def _payments(found: list[Payment]) -> str:
    return "1 payment" if len(found) == 1 else f"{len(found)} payments"


def _accrue(book: Book, holding: Holding, due: dt.date, accrue: str = "folio accrue") -> str:
    """What settles interest due: an account that is frozen or closed by then takes none."""
    account, settings = book.catalog.accounts[holding.account_id], book.catalog.settings
    scope = ("account", account.id)
    status, closed = settings.get(scope, "status"), settings.get(scope, "closed_on")
    if status == "frozen":
        return f"folio account set {shell_word(account.key)} --status active, then {accrue}"
    if status == "closed" and closed is not None and due.isoformat() > closed:
        asset = book.catalog.assets[holding.asset_id].key
        label = f" --label {shell_word(holding.label)}" if holding.label else ""
        return (
            f"folio yield stop {shell_word(account.key)} {shell_word(asset)}{label} --on {closed}"
        )
    return accrue


def _transfers(book: Book, query: Query) -> Iterator[Finding]:
    """Legs that wait for an answer; those of an account that nothing fits are one finding."""
    alone: dict[int, list[Waiting]] = {}
    for one in waiting(book, query):
        holding = book.catalog.holdings[one.leg.holding_id]
        if not one.candidates:
            alone.setdefault(holding.account_id, []).append(one)
            continue
        asset = book.catalog.assets[one.leg.asset_id]
        yield Finding(
            "transfer",
            book.catalog.describe(holding),
            f"{units_text(one.leg.units, asset)} {asset.key} {_may_be(one)}",
            _pair(one),
        )
    for account, legs in alone.items():
        name = book.catalog.accounts[account].key
        number = legs[0].leg.transaction_id if len(legs) == 1 else "TX"
        yield Finding(
            "transfer",
            book.catalog.accounts[account].key,
            f"nothing fits what left or arrived: {_numbers(legs)}",
            f"folio transfers answer {number} untracked, left-control or internal; "
            f"see: folio transfers --account {shell_word(name)}",
        )


def _may_be(one: Waiting) -> str:
    """What a leg may be one with, in words."""
    others = [m.arrivals if one.leg.departs else (m.departure,) for m in one.candidates[:3]]
    found = " or ".join(" and ".join(str(leg.transaction_id) for leg in legs) for legs in others)
    if one.leg.departs:
        return f"left on {one.leg.day}, and may have arrived as {found}"
    return f"came on {one.leg.day}, and may have left as {found}"


def _pair(one: Waiting) -> str:
    """The command that pairs a leg with its one candidate, or with the one to be chosen."""
    legs = [str(leg.transaction_id) for leg in one.candidates[0].legs]
    if len(one.candidates) > 1:
        legs = [legs[0], "IN"] if one.leg.departs else ["OUT", str(one.leg.transaction_id)]
    return f"folio transfers pair {' '.join(legs)}"


def _numbers(legs: list[Waiting]) -> str:
    numbers = [str(one.leg.transaction_id) for one in legs]
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"transaction{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:5])}{more}"


def _over_allocated(book: Book, query: Query) -> Iterator[Finding]:
    """Holdings of which vaults count more than there is."""
    for holding, parts in over_allocated(book, query):
        vaults = ", ".join(f"{to_text(percent)} % {name}" for name, percent in parts)
        account = book.catalog.accounts[holding.account_id].key
        yield Finding(
            "over-allocated",
            book.catalog.describe(holding),
            f"fills vaults with {to_text(sum((p for _, p in parts), ZERO))} %: {vaults}",
            f"folio vault fill VAULT --account {shell_word(account)} "
            f"--asset {shell_word(book.catalog.assets[holding.asset_id].key)} --percent NUMBER",
        )


def _rollup(book: Book, query: Query) -> Iterator[Finding]:
    until = rollup_until(book.db)
    if until is None or query.known_at is not None:
        return  # what was derived by then is not known any more, nor does it matter
    late = [h for h, day in read_dirty(book.db).items() if day <= until]
    if late or until < query.as_of:
        yield Finding(
            "rollup",
            "the book",
            f"value over time reaches {until}"
            + (f", and {len(late)} holding{'s' * (len(late) > 1)} changed since" if late else ""),
            "folio rollup",
        )


_DIGITS = 8  # decimal places of a price that is worked out


def mispriced_trades(book: Book, query: Query) -> Iterator[Finding]:
    """The first trade of each holding whose price and quantity do not make its cash, and how many
    more.

    The cash counts: cost, proceeds and balances rest on it.  The price is information, but where
    an asset has no other one its value rests on it.
    """
    chosen = {h.id: h for h in query.holdings(book)}
    by_holding: dict[int, list[Mispriced]] = {}
    for one in mispriced(book.db, query.as_of.isoformat(), book.known_at):
        by_holding.setdefault(book.catalog.holdings[one.holding_id].id, []).append(one)
    for number in sorted(by_holding.keys() & chosen.keys()):
        first, *others = by_holding[number]
        money = book.catalog.assets[first.currency].symbol
        more = f", and so in {len(others)} more" if others else ""
        price = to_text(round(divide(first.amount, first.units), _DIGITS))
        yield Finding(
            "price differs",
            book.catalog.describe(chosen[number]),
            f"quantity × price is {to_text(first.worth)} {money} in transaction "
            f"{first.transaction}, the amount {to_text(first.amount)}{more}; the amount counts",
            f"folio amend {first.transaction} --price {price} --amount {to_text(first.amount)}, "
            "or what is right",
        )
