"""What Datasette is told: which file, what its views mean, and what to ask them.

Only the views that keep their columns have pages.  The tables below are folio's own: they
are left out, not secret, since any SELECT may read them.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from folio.cli.web import leads
from folio.cli.web.leads import NAME
from folio.db.queries.select import open_to_read, tables_and_views, views
from folio.db.queries.web_queries import QUERIES, SORTABLE

if TYPE_CHECKING:
    Application = Callable[[Any, Any, Any], Awaitable[None]]

_STYLE = "style"  # of its folder, there too
_SETTINGS = {
    "allow_download": False,
    "sql_time_limit_ms": 5000,
    "max_returned_rows": 5000,
    "suggest_facets": False,  # it would ask each column of a large view first
}


class Book(Database):  # type: ignore[misc]
    """A book's file, opened to be read, whatever is asked of it."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        connection = open_to_read(Path(self.path))
        self._all_file_connections.append(connection)
        return connection

    async def execute(self, sql: str, *words: Any, **named: Any) -> Any:
        return await super().execute(sql, *words, **{**named, "log_sql_errors": False})


def site(path: Path, db: sqlite3.Connection) -> Datasette:
    """Datasette over one book; ``db`` is asked what is in it."""
    from datasette import handle_exception  # not before its plugins are loaded

    if not pm.is_registered(leads):
        pm.register(leads)
    made = Datasette(
        [],
        memory=False,
        metadata=_metadata(path, db),
        settings=_SETTINGS,
        cache_headers=False,
        static_mounts=[(_STYLE, str(files("folio.cli.render.html") / "style"))],
    )
    made.add_database(Book(made, path=str(path), is_mutable=True), name=NAME)
    made.remove_database("_memory")  # it comes where no file is named
    handle_exception.rich = None  # with it, each mistake in SQL fills the terminal
    return made


def _metadata(path: Path, db: sqlite3.Connection) -> dict[str, Any]:
    shown = {view.name: view for view in views(db)}
    tables: dict[str, Any] = {
        name: {
            "description": view.meaning,
            "columns": dict(view.columns),
            "sortable_columns": [column for column, _ in view.columns if column in SORTABLE],
        }
        for name, view in shown.items()
    }
    for _, name in tables_and_views(db):
        if name not in shown:
            tables[name] = {"hidden": True, "allow": False}
    return {
        "title": f"folio: {path.name}",
        "extra_css_urls": [f"/{_STYLE}/palette.css", f"/{_STYLE}/web.css"],
        "databases": {
            NAME: {
                "title": path.name,
                "description": "Questions with a name, and the views that keep their columns. "
                "Decimals are exact text: add them with decimal_sum, sort them with COLLATE "
                "decimal. Values of days end where the last folio rollup ends; what changed since "
                "is blank until the next one.",
                "tables": tables,
                "queries": {
                    name: {**query._asdict(), "hide_sql": True} for name, query in QUERIES.items()
                },
            }
        },
    }


def for_this_machine(app: "Application", hosts: frozenset[str]) -> "Application":
    """The application for requests to these hosts alone.

    A page of somebody else's whose name leads to this machine could read the book otherwise.
    """

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and _host(scope) not in hosts:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not a name of this machine\n"})
            return
        await app(scope, receive, send)

    return guarded


def _host(scope: Any) -> str:
    """The name in the Host header, without its port."""
    said = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
    return str(said[: said.index("]") + 1] if said.startswith("[") else said.partition(":")[0])
