"""``folio asset``: what can be held."""

from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.lazy import new_app
from folio.cli.listing import HOW, KNOWN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError
from folio.model.shell_words import shell_word

app = new_app("Assets: add, list, correct, merge.")


QuoteUnit = Annotated[
    str | None,
    option(
        "--quote-unit",
        "CODE",
        "In what its prices are stated: GBX (pence), ZAc, ILA or USX; empty for currencies.",
        ...,
    ),
]
Market = Annotated[str | None, option("--market", "MIC", "Such as XETR.", ...)]
Precision = Annotated[
    int | None,
    typer.Option("--precision", metavar="N", min=0, max=18, help="Decimal places shown."),
]


@app.command("add")
def add(
    symbol: Annotated[str, argument("SYMBOL", "SYMBOL or SYMBOL:MARKET.")],
    type: str = option("--type", "TYPE", "stock, etf, fund, crypto, bond, …", "other"),
    market: Market = None,
    isin: str | None = option("--isin", "ISIN", "Its ISIN."),
    name: str | None = option("--name", "TEXT", "In words."),
    precision: Precision = None,
    quote_unit: QuoteUnit = None,
) -> None:
    """Add an asset.

    folio asset add VWCE --type etf --isin IE00BK5BQT80
    """
    from folio.model.assets import parse_asset_ref, parse_isin
    from folio.operations.names import add_asset

    ref = parse_asset_ref(symbol)
    kind = "currency" if ref.type == "currency" and type == "other" else type
    checked = None if isin is None else parse_isin(isin)
    ref = ref._replace(type=kind, market=market or ref.market, isin=checked, name=name)
    with recording() as write:
        number = add_asset(write, ref, precision=precision, quote_unit=quote_unit).id
        made = write.catalog.assets[number]
        alike = [
            a for a in write.catalog.assets_called(made.symbol) if a.id in write.catalog.assets
        ]
    say(f"added {made.key} ({made.type})")
    for other in alike:
        if other.id != made.id and not (made.market and other.market):
            same = f"folio asset merge {shell_word(made.key)} {shell_word(other.key)}"
            say(f"note: there is {other.key}, too; where both are the same: {same}")


@app.command("merge")
def merge(
    symbol: options.AssetName,
    into: str | None = argument("INTO", "The asset that it is read as.", None),
    undo: bool = flag("--undo", "Read it as itself again."),
) -> None:
    """Say that an asset is another one, recorded twice; --undo takes it back.

    folio asset merge VWCE.DE VWCE
    """
    from folio.operations.arranging.merge_assets import (
        merge_assets,
        unlike_prices,
        unmerge_asset,
    )

    if undo == (into is not None):
        raise UsageError("say the asset and the one that it is, or the asset and --undo")
    odd = None
    with recording() as write:
        if into is None:
            gone = unmerge_asset(write, symbol)
        else:
            odd = unlike_prices(write.db, symbol, into, book_today(write.db))
            gone, kept = merge_assets(write, symbol, into)
    if into is None:
        say(f"{gone.key} is an asset of its own again")
        return
    say(
        f"{gone.key} ({gone.type}) is read as {kept.key} ({kept.type}); "
        f"take it back with: folio asset merge {shell_word(gone.key)} --undo"
    )
    if odd is not None:
        say(f"note: {odd}; where they are two, take it back")


@app.command("list")
@listing(KNOWN | WHICH | HOW)
def list_(book: Book, query: Query) -> Table:
    """List assets."""
    from folio.reports.held.names import assets

    return assets(book, query)


@app.command("set")
def set_(
    symbol: Annotated[str, argument("SYMBOL", "SYMBOL or SYMBOL:MARKET.")],
    type: str | None = option("--type", "TYPE", "What it is."),
    isin: str | None = option("--isin", "ISIN", "Its ISIN; empty: none."),
    market: Market = None,
    precision: Precision = None,
    name: str | None = option("--name", "TEXT", "In words."),
    quote_unit: QuoteUnit = None,
    price_source: str | None = option(
        "--price-source",
        "SOURCE",
        "pricehist:SOURCE, command:NAME, ecb, none; empty: that of its type.",
    ),
    price_symbol: str | None = option(
        "--price-symbol", "TEXT", "What the source calls it: VWCE.DE."
    ),
    price_type: str | None = option("--price-type", "TYPE", "close, open, high, low or mid."),
    price_quote: str | None = option("--price-quote", "CODE", "In what it must be quoted there."),
) -> None:
    """Correct what an asset is, and say where its prices come from.

    folio asset set VWCE --price-source pricehist:yahoo --price-symbol VWCE.DE
    """
    from folio.model.assets import parse_isin
    from folio.operations.arranging.arrange import rename_thing, set_asset
    from folio.operations.pricing.price_settings import set_price_source

    stated = (type, isin, market, precision, name, quote_unit)
    said = {
        "source": price_source,
        "symbol": price_symbol,
        "type": price_type,
        "quote": price_quote,
    }
    if all(word is None for word in (*stated, *said.values())):
        raise UsageError(
            "nothing to change; say --type, --isin, --market, --precision, --quote-unit, --name, "
            "or --price-source, --price-symbol, --price-type, --price-quote"
        )
    checked = parse_isin(isin) if isin else isin
    with recording() as write:
        asset = set_price_source(write, symbol, said)
        if any(word is not None for word in stated):
            asset = set_asset(
                write,
                symbol,
                type=type,
                isin=checked,
                market=market,
                precision=precision,
                quote_unit=quote_unit,
            )
        if name is not None:
            rename_thing(write, "assets", asset.id, name)
    say(f"changed {asset.key} ({asset.type})")
