"""An invented portfolio, as reports would answer it."""

import datetime as dt
from decimal import Decimal

from folio.model.numbers import divide
from folio.model.table import Amount, Cell, Column, Series, Table

COLUMNS = (
    Column("institution", "institution", machine_only=True),
    Column("account", "account"),
    Column("asset", "asset"),
    Column("name", "name", optional=4),
    Column("label", "label", optional=6),
    Column("quantity", "quantity", "quantity"),
    Column("price", "price", "price", optional=2),
    Column("price_currency", "", optional=2),
    Column("price_date", "price of", "day", machine_only=True),
    Column("age", "age", "age", optional=5),
    Column("value", "value", "money"),
    Column("weight", "weight", "percent", optional=3),
    Column("cost_basis", "cost", "money", optional=3),
    Column("unrealised_gain", "gain", "gain"),
    Column("change", "", "change", optional=1),
    Column("trend", "90 days", "spark", optional=7),
    Column("grade", "grade", "grade", optional=1),
)
_ROWS = """
Depot Nord|VWCE|Vanguard FTSE All-World UCITS ETF|412.5|128.34|EUR|0|52940.25|41212.10|full
Depot Nord|SAP|SAP SE|60|247.15|EUR|0|14829|7104.6|full
Depot Nord|AAPL|Apple Inc.|45.1234|205.17|USD|3|7901.22|8120|full
Depot Nord|EUR|Euro|1204.56||||1204.56|1204.56|full
Pension|IWDA|iShares Core MSCI World UCITS ETF|310|101.2|EUR|0|31372|28000|full
Pension|AGGH|iShares Global Aggregate Bond|900|4.9531|EUR|12|4457.79|4890.01|estimated
Pension|HPE|Hauck Private Equity Fonds III|25000|1|EUR|61|25000||partial
Cold wallet|BTC|Bitcoin|0.73120984|91210.55|EUR|0|66694.05|18210.33|full
Cold wallet|ETH|Ether|4.000000000000000001|2120.4|EUR|0|8481.6|9120.11|full
Cold wallet|SHIB|Shiba Inu|125000|0.00001234|USD|0|1.35|40|full
Cold wallet|DUST|Dust token|0.00000001|0.00002|USD|30|0.0000000000002|0.004|unknown
Cold wallet|OLD|Forgotten token|1000||||||unknown
""".strip()


def _amount(text: str, places: int | None) -> Amount | None:
    return Amount(Decimal(text), places) if text else None


def _row(line: str) -> dict[str, Cell]:
    account, asset, name, quantity, price, quote, age, value, cost, grade = line.split("|")
    worth, paid = _amount(value, 2), _amount(cost, 2)
    gain = Amount(worth.value - paid.value, 2) if worth and paid else None
    return {
        "institution": "Nordbank",
        "account": account,
        "asset": asset,
        "name": name,
        "label": None,
        "quantity": _amount(quantity, 8 if account == "Cold wallet" else 4),
        "price": _amount(price, None),
        "price_currency": quote or None,
        "price_date": dt.date(2025, 6, 30) - dt.timedelta(int(age)) if age else None,
        "age": int(age) if age else None,
        "value": worth,
        "weight": Amount(divide(worth.value, Decimal("212881.82"))) if worth else None,
        "cost_basis": paid,
        "unrealised_gain": gain,
        "change": Amount(divide(gain.value, paid.value)) if gain and paid else None,
        "trend": Series(tuple(Decimal(hash_of(asset, i)) for i in range(12))),
        "grade": grade,
    }


def hash_of(word: str, index: int) -> int:
    """A number that looks like chance and is always the same."""
    return sum(ord(c) * (index + 3) ** 2 for c in word) % 17 + index


def _sum(rows: list[dict[str, Cell]], key: str) -> Amount:
    return Amount(sum((c.value for r in rows if isinstance(c := r[key], Amount)), Decimal(0)), 2)


def holdings() -> Table:
    rows = [_row(line) for line in _ROWS.splitlines()]
    accounts = list(dict.fromkeys(str(row["account"]) for row in rows))
    sums: dict[str, dict[str, Cell]] = {}
    for account in accounts:
        own = [row for row in rows if row["account"] == account]
        sums[account] = {k: _sum(own, k) for k in ("value", "cost_basis", "unrealised_gain")}
    totals: dict[str, Cell] = {k: _sum(rows, k) for k in ("value", "cost_basis", "unrealised_gain")}
    return Table(
        "holdings",
        "Holdings",
        COLUMNS,
        rows,
        totals=totals,
        as_of=dt.date(2025, 6, 30),
        currency="EUR",
        grade="partial",
        reasons=("2 of 12 without a value", "1 of 12 at a stale price (oldest 61 days)"),
        group_by="account",
        subtotals=sums,
        headline={
            "value": totals["value"],
            "today": Amount(Decimal("1204.11"), 2),
            "unrealised_gain": totals["unrealised_gain"],
            "return_1y": Amount(Decimal("0.1124")),
        },
        headline_columns=(
            Column("today", "today", "gain"),
            Column("return_1y", "1 year", "change"),
        ),
        children=(vaults(),),
    )


def vaults() -> Table:
    columns = (
        Column("vault", "vault"),
        Column("progress", "progress", "bar"),
        Column("current", "saved", "money"),
        Column("target", "target", "money"),
        Column("target_date", "by", "day", optional=1),
        Column("monthly", "a month", "money", optional=2),
    )
    rows: list[dict[str, Cell]] = []
    for name, saved, target, by in (
        ("House", "48210.33", "100000", dt.date(2029, 1, 1)),
        ("Sabbatical", "11900", "10000", None),
        ("Bicycle", "12.5", "2400", dt.date(2026, 5, 1)),
    ):
        rows.append(
            {
                "vault": name,
                "progress": Amount(divide(Decimal(saved), Decimal(target))),
                "current": Amount(Decimal(saved), 2),
                "target": Amount(Decimal(target), 2),
                "target_date": by,
                "monthly": Amount(Decimal("1204.23"), 2) if by else None,
            }
        )
    return Table("vaults", "Vaults", columns, rows, currency="EUR")
