"""The words of a transaction as options: of ``add-tx``, which states it, and of ``amend``."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

Words = dict[str, tuple[str, str]]  # key: (help, what stands for its value)

ALL: Words = {
    "account": ("The account: NAME or INSTITUTION/NAME.", "NAME"),
    "on": ("The day; of a new one, today.", "DAY"),
    "at": ("The instant, where it matters.", "INSTANT"),
    "price": ("Per unit, as quoted.", "NUMBER"),
    "currency": ("Of price, amount, fee; the account's or the book's.", "CODE"),
    "amount": ("The cash, where it is not quantity × price.", "NUMBER"),
    "fee": ("What it cost on top.", "NUMBER"),
    "fee_currency": ("In what the fee was paid.", "CODE"),
    "tax": ("What was withheld or paid.", "NUMBER"),
    "to_account": ("Where a transfer goes.", "NAME"),
    "to_asset": ("What a swap or merger brought; an option's shares.", "SYMBOL"),
    "to_quantity": ("How much of it, or how much arrived.", "NUMBER"),
    "related_asset": ("Who paid, or the parent company.", "SYMBOL"),
    "ratio": ("A split: new units for old, such as 2:1.", "NEW:OLD"),
    "cost_share": ("A spin-off: this part of the cost moves, such as 12.5%.", "PART"),
    "cost": ("What came in had cost so much in all.", "NUMBER"),
    "acquired_on": ("What came in was acquired then.", "DAY"),
    "lot": ("Sell these lots: 12, or 12:5,14:2.5; short: what is not there.", "TX[:UNITS],…"),
    "label": ("A pot within the holding.", "NAME"),
    "to_label": ("The pot where units arrive; empty: none.", "NAME"),
    "note": ("Anything worth remembering.", "TEXT"),
}
# Of a new transaction alone.
NEW: Words = {
    "id": ("Your own id: the same one is recorded once.", "TEXT"),
    "type": ("Of the asset, where it is new or shared.", "TYPE"),
    "market": ("Where a symbol is shared, such as XETR.", "MIC"),
    "isin": ("The asset's ISIN.", "ISIN"),
    "institution": ("Of the account.", "NAME"),
}
# A new one says these without an option.
FORMER: Words = {"quantity": ("How many units.", "NUMBER"), "asset": ("The asset.", "SYMBOL")}


def stating(words: Words) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function: its ``stated`` are the words that were said, as options."""

    def decorate(run: Callable[..., None]) -> Callable[..., None]:
        def command(**given: Any) -> None:
            said = {key: given.pop(key) for key in words}
            run(stated={key: text for key, text in said.items() if text is not None}, **given)

        parameters: list[inspect.Parameter] = []
        for one in inspect.signature(run).parameters.values():
            parameters += map(_option, words.items()) if one.name == "stated" else [one]
        by_keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
        command.__signature__ = inspect.Signature(by_keyword)  # type: ignore[attr-defined]
        command.__annotations__ = {}  # the signature says it all
        command.__name__, command.__doc__ = run.__name__, run.__doc__
        return command

    return decorate


def _option(word: tuple[str, tuple[str, str]]) -> inspect.Parameter:
    key, (help, metavar) = word
    flag = f"--{key.replace('_', '-')}"
    shape = Annotated[str | None, typer.Option(flag, help=help, metavar=metavar)]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(key, keyword, default=None, annotation=shape)
