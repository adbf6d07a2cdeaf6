"""Where what a browser shows leads on: from a figure to its parts, from those to statements.

A figure of a holding leads to a page that tells what ``folio explain`` tells, a figure of more
to the holdings of its day, a transaction to the lines of the statements that state it.
"""

import contextlib
import io
import json
import shlex
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from datasette import Response, hookimpl

NAME = "book"  # of the database, in addresses
_PAGE = "/-/explain"
_DEPTH = "3"  # levels that are told unasked
_WORDS = ("figure", "what")
# What a page may be asked; nothing that writes is among it.
_OPTIONS = ("account", "institution", "group", "asset", "type", "label", "as-of", "known-at",
            "currency", "period", "tx", "lot", "term", "kind", "since", "commit", "gap", "vault",
            "benchmark", "method", "sell", "price", "fee", "depth")  # fmt: skip
_OF_A_DAY = frozenset({"value", "cost_basis", "unrealised_gain", "realised_gain"})
_OF_HOLDINGS = frozenset({"asset", "account", "institution", "label"})


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None) -> Any:
    """A cell with where it leads; None: as it is."""
    address = None if value is None else _address(dict(row), column, value, table)
    if address is None:
        return None
    from markupsafe import Markup

    return Markup('<a href="{}">{}</a>').format(address, value)


def _address(row: Mapping[str, Any], column: str, value: Any, table: str | None) -> str | None:
    if column in ("transaction_id", "lot") or (column == "id" and table == "v1_transactions"):
        return f"/{NAME}/lines_of?{urlencode({'transaction_id': value})}"
    if column == "asset":
        return f"/{NAME}/transactions_of?{urlencode({'asset': value})}"
    if column not in _OF_A_DAY or "value" not in row:
        return None
    day = row.get("as_of") or row.get("date")
    if row.get("scope", "holding") == "holding" and row.keys() >= _OF_HOLDINGS:
        account = f"{row['institution']}/{row['account']}"
        asked = {"figure": column, "what": row["asset"], "account": account, "as-of": day}
        return f"{_PAGE}?{urlencode({**asked, 'label': row['label'] or ''})}"
    return f"/{NAME}/v1_daily?{urlencode({'date': day, 'scope': 'holding'})}"


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[Any]:
    """The page of a figure; and the first page is the book, the only one that is served."""
    return [(rf"^{_PAGE}$", _page), (r"^/$", _first)]


async def _first() -> Any:
    return Response.redirect(f"/{NAME}")


async def _page(datasette: Any, request: Any) -> Any:
    asked = {key: request.args[key] for key in (*_WORDS, *_OPTIONS) if key in request.args}
    found = _told(datasette.get_database(NAME).path, {"depth": _DEPTH, **asked})
    if isinstance(found, str):
        return Response.html(_document(f"<p>{escape(found)}</p>"), status=400)
    deeper = urlencode({**asked, "depth": int(asked.get("depth", _DEPTH)) + 3})
    body = f'<ul class="told">{_item(found)}</ul><p><a href="?{deeper}">more of it</a></p>'
    return Response.html(_document(body))


def _told(path: str, asked: Mapping[str, str]) -> dict[str, Any] | str:
    """The tree that ``folio explain`` prints; or why there is none."""
    from folio.cli.app import run

    options = [f"--{key}={asked[key]}" for key in _OPTIONS if key in asked]
    words = [asked[key] for key in _WORDS if key in asked]
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        run(["--db", path, "explain", "-O", "json", *options, "--", *words])
    answer = json.loads(said.getvalue() or "{}")
    tree: dict[str, Any] | None = answer.get("tree")
    return tree or wrong.getvalue() or "say which figure"


def _item(node: Mapping[str, Any]) -> str:
    figure = "" if node["figure"] is None else f"{node['figure']} {node['unit'] or ''}".rstrip()
    words = [escape(node["what"]), f"<b>{escape(figure)}</b>"]
    words += [f"({escape(node['note'])})"] if node["note"] else []
    words += [] if node["counted"] else ["(counts nothing here)"]
    words += [_source(node["source"])] if node["source"] else []
    parts = "".join(map(_item, node["children"]))
    return f"<li>{' '.join(words)}{f'<ul>{parts}</ul>' if parts else ''}</li>"


def _source(source: Mapping[str, Any]) -> str:
    """Who said it, with the lines of the statements, or the question that tells it."""
    if source["kind"] == "figure":
        return f'<a href="{escape(_asked_for(source["by"]))}">{escape(source["by"])}</a>'
    lines = "".join(
        f"<br><code>{escape(line['file'])}:{line['line']}: {escape(line['text'])}</code>"
        for line in source["lines"]
    )
    said = f"{source['kind']} {source['id'] or source['day'] or ''}".rstrip()
    if source["kind"] == "transaction":
        address = f"/{NAME}/lines_of?{urlencode({'transaction_id': source['id']})}"
        said = f'<a href="{address}">{escape(said)}</a>'
    by = f", {escape(source['by'])}" if source["by"] else ""
    return "" if source["kind"] == "definition" else f"[{said}{by}]{lines}"


def _asked_for(command: str) -> str:
    """The page of what a command tells."""
    _, _, figure, *words = shlex.split(command)
    asked = {"figure": figure}
    if words and not words[0].startswith("--"):
        asked["what"] = words.pop(0)
    asked |= dict(zip((word[2:] for word in words[::2]), words[1::2], strict=True))
    return f"{_PAGE}?{urlencode(asked)}"


def _document(body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>folio explain</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/style/palette.css">'
        '<link rel="stylesheet" href="/style/web.css">'
        f"<body><main>{body}</main></body></html>"
    )
