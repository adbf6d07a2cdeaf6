"""The words of a transaction as options: of ``add-tx``, which states it, and of ``amend``."""

from typing import Annotated, Any

import typer


def _option(flag: str, help: str, metavar: str) -> Any:
    return typer.Option(flag, help=help, metavar=metavar)


Account = Annotated[
    str | None,
    _option("--account", "The account: NAME or INSTITUTION/NAME.", "NAME"),
]
On = Annotated[str | None, _option("--on", "The day; of a new one, today.", "DAY")]
At = Annotated[str | None, _option("--at", "The instant, where it matters.", "INSTANT")]
Price = Annotated[str | None, _option("--price", "Per unit, as quoted.", "NUMBER")]
Currency = Annotated[
    str | None, _option("--currency", "Of price, amount, fee; the account's or the book's.", "CODE")
]
Amount = Annotated[
    str | None, _option("--amount", "The cash, where it is not quantity × price.", "NUMBER")
]
Fee = Annotated[str | None, _option("--fee", "What it cost on top.", "NUMBER")]
FeeCurrency = Annotated[str | None, _option("--fee-currency", "In what the fee was paid.", "CODE")]
Tax = Annotated[str | None, _option("--tax", "What was withheld or paid.", "NUMBER")]
ToAccount = Annotated[str | None, _option("--to-account", "Where a transfer goes.", "NAME")]
ToAsset = Annotated[str | None, _option("--to-asset", "What a swap or merger brought.", "SYMBOL")]
ToQuantity = Annotated[
    str | None, _option("--to-quantity", "How much of it, or how much arrived.", "NUMBER")
]
RelatedAsset = Annotated[
    str | None,
    _option("--related-asset", "Who paid, or the parent company.", "SYMBOL"),
]
Ratio = Annotated[
    str | None, _option("--ratio", "A split: new units for old, such as 2:1.", "NEW:OLD")
]
CostShare = Annotated[
    str | None,
    _option("--cost-share", "A spin-off: this part of the cost moves, such as 12.5%.", "PART"),
]
Cost = Annotated[str | None, _option("--cost", "What came in had cost so much in all.", "NUMBER")]
AcquiredOn = Annotated[
    str | None, _option("--acquired-on", "What came in was acquired then.", "DAY")
]
Lot = Annotated[
    str | None, _option("--lot", "Sell these lots: 12, or 12:5,14:2.5.", "TX[:UNITS],…")
]
Label = Annotated[str | None, _option("--label", "A pot within the holding.", "NAME")]
ToLabel = Annotated[
    str | None, _option("--to-label", "The pot where a transfer goes; empty: none.", "NAME")
]
Note = Annotated[str | None, _option("--note", "Anything worth remembering.", "TEXT")]
Id = Annotated[str | None, _option("--id", "Your own id: the same one is recorded once.", "TEXT")]
Type = Annotated[str | None, _option("--type", "Of the asset, where it is new or shared.", "TYPE")]
Market = Annotated[
    str | None, _option("--market", "Where a symbol is shared, such as XETR.", "MIC")
]
Isin = Annotated[str | None, _option("--isin", "The asset's ISIN.", "ISIN")]
Institution = Annotated[str | None, _option("--institution", "Of the account.", "NAME")]
