"""The values that a profile is made of, each checked when the profile is loaded."""

import re
import zoneinfo
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from folio.importers.cells.dates import compile_format
from folio.importers.language import expressions, patterns
from folio.model.transactions import KINDS

ENCODINGS = (
    "utf-8",
    "cp1252",
    "iso-8859-1",
    "iso-8859-15",
    "iso-8859-2",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "cp437",
    "cp850",
    "mac_roman",
    "utf-16",
    "shift_jis",
    "cp932",
    "cp949",
    "big5",
    "gb18030",
)
TRADE = "trade"  # a kind that its legs decide: buy, sell or swap
Name = Annotated[str, AfterValidator(lambda text: _matching(text, r"[a-z][a-z0-9_]{0,40}", "name"))]


def _matching(text: str, pattern: str, what: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(f"{text[:60]!r} is no {what}: it must match {pattern}")
    return text


def _pattern(text: str) -> str:
    patterns.compile_pattern(text)
    return text


def _value_pattern(text: str) -> str:
    if "value" not in patterns.compile_pattern(text).groupindex:
        raise ValueError(f"the pattern {text!r} needs a group (?P<value>…)")
    return text


def _encodings(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in ENCODINGS:
            raise ValueError(f"{name!r} is no encoding here: use one of {', '.join(ENCODINGS)}")
    return names


def _delimiters(signs: tuple[str, ...]) -> tuple[str, ...]:
    if not signs or any(len(sign) != 1 or sign in '"\r\n' for sign in signs):
        raise ValueError("each delimiter is one character, such as , or ; or a tab")
    return signs


def _expression(text: str) -> str:
    expressions.parse(text)
    return text


def _kind(text: str) -> str:
    for kind in text.split("/"):
        if kind != TRADE and kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind: use one of {', '.join(KINDS)}, or {TRADE}")
    return text


def _zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ValueError(f"{text!r} is no time zone, such as UTC or Europe/Zurich") from None
    return text


def _format(text: str) -> str:
    compile_format(text, {})
    return text


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def table_of(key: str) -> BeforeValidator:
    """Where a string or a list may stand for a table with only ``key``."""

    def widen(value: Any) -> Any:
        return {key: _several(value)} if isinstance(value, str | tuple) else value

    return BeforeValidator(widen)


Several = Annotated[tuple[str, ...], BeforeValidator(_several)]
Signs = Annotated[tuple[Literal["+", "-", "0"], ...], BeforeValidator(_several)]
TextOf = Annotated[tuple[str, ...], BeforeValidator(_several)]
Pattern = Annotated[str, AfterValidator(_pattern)]
ValuePattern = Annotated[str, AfterValidator(_value_pattern)]
Expression = Annotated[str, AfterValidator(_expression)]
Kind = Annotated[str, AfterValidator(_kind)]
Zone = Annotated[str, AfterValidator(_zone)]
Format = Annotated[str, AfterValidator(_format)]
Decimals = Literal["point", "comma", "auto", "each"]
ProfileName = Annotated[
    str, AfterValidator(lambda text: _matching(text, r"[a-z0-9][a-z0-9_-]{0,60}", "name"))
]
Encodings = Annotated[Several, AfterValidator(_encodings)]
Delimiters = Annotated[Several, AfterValidator(_delimiters)]
