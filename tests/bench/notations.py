"""The invented history as files: neutral CSV, hledger, ledger and beancount journals.

``transactions.csv`` is what folio reads.  Its amounts are plain decimals; let gross be
quantity × price rounded half up to cents.  A row changes its account by

    buy                   +quantity of asset, −(gross + fee) of currency
    sell                  −quantity of asset, +(gross − fee) of currency
    dividend              +quantity of currency; the asset is the payer
    deposit, interest     +quantity of asset, which is the currency
    withdraw, fee         −quantity of asset, which is the currency
    transfer              quantity of asset, signed: a row out (id …-O) and a row in (…-I)

The journals state the same with ``@`` prices; beancount's has a sub-account for each
security, lots at cost, and sales that FIFO booking matches.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from pathlib import Path

from market import CASH, ISO, Asset, Market, plain
from walk import ACCOUNTS, VAULT, Cash, Event, Trade, Transfer, universes

Quotes = Sequence[tuple[str, str, str]]  # name, quote, price
HEADER = (
    "date,account,institution,kind,asset,quantity,price,currency,fee,fee_currency,"
    "external_id,note\n"
)
BUFFERED = 20000  # texts


def money(cents: int) -> str:
    return plain(cents, 2)


class File:
    """A file that is written in large pieces."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="ascii", newline="\n")
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        self.texts.append(text)
        if len(self.texts) >= BUFFERED:
            self.flush()

    def flush(self) -> None:
        self.file.write("".join(self.texts))
        self.texts.clear()

    def close(self) -> None:
        self.flush()
        self.file.close()


class Csv:
    """transactions.csv and prices.csv."""

    def __init__(self, folder: Path, market: Market, layout: str) -> None:
        self.file = File(folder / "transactions.csv")
        self.prices_file = File(folder / "prices.csv")
        self.file.add(HEADER)
        self.prices_file.add("date,asset,quote,price\n")

    def prices(self, date: str, rows: Quotes) -> None:
        self.prices_file.add("".join(f"{date},{n},{q},{p}\n" for n, q, p in rows))

    def event(self, event: Event) -> None:
        self.file.add("".join(map(_line, _rows(event))))

    def close(self) -> None:
        self.file.close()
        self.prices_file.close()


def _line(cells: Iterable[str]) -> str:
    return ",".join(cells) + "\n"


def _rows(event: Event) -> list[tuple[str, ...]]:
    if isinstance(event, Transfer):
        return _transfer_rows(event)
    account = event.account
    head = (event.date, account.name, account.institution, event.kind)
    code = account.currency
    if isinstance(event, Cash):
        amount = (event.asset, money(event.cents), "1", code, "0.00", code)
        return [(*head, *amount, event.id, event.note)]
    asset = event.asset
    amount = (asset.name, asset.quantity(event.units), asset.price(event.price))
    note = f"{event.kind.capitalize()} {asset.name}"
    return [(*head, *amount, code, money(event.fee), code, event.id, note)]


def _transfer_rows(event: Transfer) -> list[tuple[str, ...]]:
    rows = []
    unit, quantity, price = _moved(event)
    for account, other, sign, end in (
        (event.source, f"To {event.target.name}", "-", "O"),
        (event.target, f"From {event.source.name}", "", "I"),
    ):
        code = account.currency
        head = (event.date, account.name, account.institution, "transfer", unit)
        rows.append((*head, sign + quantity, price, code, "0.00", code, f"{event.id}-{end}", other))
    return rows


def _moved(event: Transfer) -> tuple[str, str, str]:
    """What is moved, how much, and its price."""
    asset = event.asset
    if asset is None:
        return event.source.currency, money(event.units), "1"
    return asset.name, asset.quantity(event.units), asset.price(event.price)


class Journal(ABC):
    """A text file of all prices, a blank line, and all events."""

    def __init__(self, path: Path) -> None:
        self.file = File(path)
        self.in_prices = True

    def event(self, event: Event) -> None:
        if self.in_prices:
            self.file.add("\n")
            self.in_prices = False
        if isinstance(event, Trade):
            self.file.add(self._trade(event))
        elif isinstance(event, Cash):
            self.file.add(self._cash(event))
        else:
            self.file.add(self._transfer(event))

    @abstractmethod
    def _trade(self, event: Trade) -> str: ...

    @abstractmethod
    def _cash(self, event: Cash) -> str: ...

    @abstractmethod
    def _transfer(self, event: Transfer) -> str: ...


class Hledger(Journal):
    """A journal with ``@`` prices; ledger reads the same but for the head."""

    name = "history.hledger"
    head = "decimal-mark .\n" + "".join(f"commodity 1000.00 {code}\n" for code in CASH) + "\n"

    def __init__(self, folder: Path, market: Market, layout: str) -> None:
        super().__init__(folder / self.name)
        self.file.add(self.head)
        # A sub-account for each security, where the layout wants it.
        named = layout == "subaccount"
        self.below = {asset.name: f":{asset.name}" * named for asset in market.assets}

    def prices(self, date: str, rows: Quotes) -> None:
        self.file.add("".join(f"P {date} {n} {p} {q}\n" for n, q, p in rows))

    def _cash(self, event: Cash) -> str:
        return _cash_entry(event, f"({event.id}) {event.note}", "", "    ")

    def _trade(self, event: Trade) -> str:
        asset, account = event.asset, event.account
        code, place = account.currency, account.peer + self.below[event.asset.name]
        out, in_ = ("-", "") if event.kind == "sell" else ("", "-")
        cash = event.gross - event.fee if event.kind == "sell" else event.gross + event.fee
        return (
            f"{event.date} * ({event.id}) {event.kind.capitalize()} {asset.name}\n"
            f"    {place}  {out}{asset.quantity(event.units)} {asset.name}"
            f" @ {asset.price(event.price)} {code}\n"
            + _fee(event, "    ")
            + f"    {account.peer}  {in_}{money(cash)} {code}\n\n"
        )

    def _transfer(self, event: Transfer) -> str:
        unit, quantity, _ = _moved(event)
        below = self.below.get(unit, "")
        return (
            f"{event.date} * ({event.id}) Transfer\n"
            f"    {event.source.peer}{below}  -{quantity} {unit}\n"
            f"    {event.target.peer}{below}  {quantity} {unit}\n\n"
        )

    def close(self) -> None:
        if self.in_prices:
            self.file.add("\n")
        self.file.close()


class Ledger(Hledger):
    name = "history.ledger"
    head = "".join(f"commodity {code}\n    format 1000.00 {code}\n" for code in CASH) + "\n"


def _fee(event: Trade, indent: str) -> str:
    code = event.account.currency
    return f"{indent}Expenses:Fees  {money(event.fee)} {code}\n" if event.fee else ""


def _cash_entry(event: Cash, title: str, below: str, indent: str) -> str:
    amount, code = money(event.cents), event.account.currency
    own, other = ("", "-") if event.incoming else ("-", "")
    return (
        f"{event.date} * {title}\n"
        f"{indent}{event.account.peer}{below}  {own}{amount} {code}\n"
        f"{indent}{event.other}  {other}{amount} {code}\n\n"
    )


class Lot:
    """Units of one day and price; lots are in the order in which FIFO takes them."""

    def __init__(self, day: int, sequence: int, price: int, units: int) -> None:
        self.day, self.sequence, self.price, self.units = day, sequence, price, units

    def __lt__(self, other: "Lot") -> bool:
        return (self.day, self.sequence) < (other.day, other.sequence)


class Beancount(Journal):
    """A journal with lots at cost; their cost has to be written out when they move."""

    def __init__(self, folder: Path, market: Market, layout: str) -> None:
        super().__init__(folder / "history.beancount")
        self.lots: dict[tuple[str, str], list[Lot]] = {}  # by account and asset
        self.sequence = 0
        self._open(market)

    def _open(self, market: Market) -> None:
        add, start = self.file.add, ISO[0]
        add('option "title" "generated history"\noption "operating_currency" "USD"\n')
        add('option "booking_method" "FIFO"\n\n')
        for name in [*CASH, *(asset.name for asset in market.assets)]:
            add(f"{start} commodity {name}\n")
        for account, universe in zip(ACCOUNTS, universes(market), strict=True):
            if account != ACCOUNTS[VAULT]:
                add(f"{start} open {account.peer}:Cash {account.currency}\n")
            for asset in universe:
                add(f"{start} open {account.peer}:{asset.name} {asset.name}\n")
        for name in ("Dividends", "Interest", "CapitalGains", "External"):
            add(f"{start} open Income:{name}\n")
        for name in ("Fees", "External"):
            add(f"{start} open Expenses:{name}\n")
        add("\n")

    def prices(self, date: str, rows: Quotes) -> None:
        self.file.add("".join(f"{date} price {n} {p} {q}\n" for n, q, p in rows))

    def _cash(self, event: Cash) -> str:
        return _cash_entry(event, f'"{event.note}" ^{event.id}', ":Cash", "  ")

    def _transfer(self, event: Transfer) -> str:
        body = self._moved_lots(event) if event.asset else _moved_cash(event)
        return f'{event.date} * "Transfer" ^{event.id}\n{body}\n'

    def _trade(self, event: Trade) -> str:
        asset, account, code = event.asset, event.account, event.account.currency
        quantity, price = asset.quantity(event.units), asset.price(event.price)
        head = f'{event.date} * "{event.kind.capitalize()} {asset.name}" ^{event.id}\n'
        place = f"  {account.peer}:{asset.name}"
        lots = self.lots.setdefault((account.name, asset.name), [])
        if event.kind == "buy":
            self._put(lots, event.day, event.price, event.units)
            body = f"{place}  {quantity} {asset.name} {{{price} {code}}}\n"
            cash = f"  {account.peer}:Cash  -{money(event.gross + event.fee)} {code}\n\n"
        else:
            _take(lots, event.units)
            body = f"{place}  -{quantity} {asset.name} {{}} @ {price} {code}\n"
            cash = f"  {account.peer}:Cash  {money(event.gross - event.fee)} {code}\n"
            cash += "  Income:CapitalGains\n\n"
        return head + body + _fee(event, "  ") + cash

    def _moved_lots(self, event: Transfer) -> str:
        asset = event.asset
        assert asset is not None
        taken = _take(self.lots[event.source.name, asset.name], event.units)
        target = self.lots.setdefault((event.target.name, asset.name), [])
        lines = []
        for day, price, units in taken:
            self._put(target, day, price, units)
            lines += [_lot_line(event.source.peer, "-", asset, day, price, units)]
            lines += [_lot_line(event.target.peer, "", asset, day, price, units)]
        return "".join(lines)

    def _put(self, lots: list[Lot], day: int, price: int, units: int) -> None:
        """A lot of the same day and price is one lot."""
        new = Lot(day, self.sequence, price, units)
        self.sequence += 1
        place = bisect_right(lots, new)
        for lot in reversed(lots[:place]):
            if lot.day != day:
                break
            if lot.price == price:
                lot.units += units
                return
        insort(lots, new)

    def open_lots(self) -> int:
        return sum(map(len, self.lots.values()))

    def close(self) -> None:
        if self.in_prices:
            self.file.add("\n")
        self.file.close()


def _moved_cash(event: Transfer) -> str:
    amount, code = money(event.units), event.source.currency
    return (
        f"  {event.source.peer}:Cash  -{amount} {code}\n"
        f"  {event.target.peer}:Cash  {amount} {code}\n"
    )


def _lot_line(peer: str, sign: str, asset: Asset, day: int, price: int, units: int) -> str:
    cost = f"{{{asset.price(price)} {asset.quote}, {ISO[day]}}}"
    return f"  {peer}:{asset.name}  {sign}{asset.quantity(units)} {asset.name} {cost}\n"


def _take(lots: list[Lot], units: int) -> list[tuple[int, int, int]]:
    """Take units from the oldest lots: day, price and units of each."""
    taken = []
    while units:
        lot = lots[0]
        part = min(lot.units, units)
        taken.append((lot.day, lot.price, part))
        units -= part
        lot.units -= part
        if not lot.units:
            del lots[0]
    return taken


NOTATIONS = {"csv": Csv, "hledger": Hledger, "ledger": Ledger, "beancount": Beancount}
