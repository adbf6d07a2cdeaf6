"""``-O html``: one page that loads nothing, whose figures are those of the reports."""

import base64
import datetime as dt
import hashlib
import html.parser
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from folio.book import Book
from folio.cli.app import run
from folio.cli.render import as_text
from folio.cli.render.columns import View
from folio.importers import load_profiles
from folio.model.table import Column, Table
from folio.operations.keeping.make_example import make_example
from folio.operations.recording import Who
from folio.reports.held.page import page
from folio.reports.query import Query

Output = pytest.CaptureFixture[str]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror='a'>\"&\u202e"


class Read(html.parser.HTMLParser):
    """A page's elements, and its tables by report: title -> rows of key -> value."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[tuple[str, list[dict[str, str]]]] = []
        self.cards: dict[str, str] = {}
        self._keys: list[str] = []
        self._cells: list[str] = []
        self.cell: str | None = None
        self._foot = False
        self.totals: list[dict[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.elements.append((tag, said))
        if tag == "table":
            self.tables.append((said["data-report"] or "", []))
            self.totals.append({})
            self._keys = []
        elif tag == "th" and said.get("scope") == "col":
            self._keys.append(said["data-key"] or "")
        elif tag in ("tbody", "tfoot"):
            self._foot = tag == "tfoot"
        elif tag == "tr":
            self._cells, self.group = [], False
        elif tag in ("td", "th"):
            self.group = self.group or said.get("scope") == "rowgroup"
            self.cell = said.get("data-value") or ""
            self.exact = "data-value" in said
        elif tag == "dd":
            self.cards[said["data-key"] or ""] = said.get("data-value") or ""

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.exact:
            self.cell += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None:
            self._cells.append(self.cell)
            self.cell = None
        elif tag == "tr" and self._cells and self.tables and not self.group:
            row = dict(zip(self._keys, self._cells, strict=False))
            if self._foot:
                self.totals[-1] = row
            else:
                self.tables[-1][1].append(row)

    def rows(self, report: str, number: int = 0) -> list[dict[str, str]]:
        found = [rows for name, rows in self.tables if name == report]
        return found[number]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("page") / "demo.db"
    who = Who("folio demo", "ada", dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC))
    make_example(path, who, load_profiles(None)).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLIO_DB", str(path))
        patch.setenv("FOLIO_TODAY", "2025-06-30")
        yield path


def said(capsys: Output, *words: str) -> str:
    assert run(["report", *words]) == 0
    return capsys.readouterr().out


def answer(capsys: Output, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(capsys, *words, "-O", "json"))
    return found


def _same(shown: list[dict[str, str]], wanted: list[dict[str, Any]], *keys: str) -> None:
    """Equal row by row; a missing cell is empty."""
    assert [{key: row[key] for key in keys} for row in shown] == [
        {key: row[key] or "" for key in keys} for row in wanted
    ]


def test_its_figures_are_those_of_the_reports(example: Path, capsys: Output) -> None:
    read = Read(said(capsys, "-O", "html"))
    holdings = answer(capsys, "holdings")
    keys = "asset quantity value weight cost_basis unrealised_gain gain_percent".split()
    held = [row for row in holdings["rows"] if row["quantity"] != "0"]  # programs see more
    _same(read.rows("holdings"), held, *keys)
    assert read.cards["value"] == holdings["totals"]["value"]
    assert read.cards["unrealised_gain"] == holdings["totals"]["unrealised_gain"]
    for number, by in enumerate(("type", "currency", "institution", "group")):
        allocation = answer(capsys, "allocation", "--by", by)
        shown = [row | {"weight": row["bar"]} for row in read.rows("allocation", number)]
        _same(shown, allocation["rows"], by, "value", "weight")
    _same(read.rows("vaults"), answer(capsys, "vaults")["rows"], "vault", "current", "target")
    history = answer(capsys, "history")["rows"]
    _same(read.rows("history"), history, "date", "value", "flow", "income", "realised_gain")
    income = answer(capsys, "income")
    months = read.rows("income_by_month")
    assert sum(Decimal(row["net"]) for row in months) == Decimal(income["totals"]["net"])
    assert sum(int(row["payments"]) for row in months) == sum(
        int(row["payments"]) for row in income["rows"]
    )


def chart_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', text)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_chart_has_the_days_of_the_history(example: Path, capsys: Output) -> None:
    data = chart_of(said(capsys, "-O", "html"))
    first = dt.date.fromisoformat(data["first"])
    rows = answer(capsys, "history", "--by", "day")["rows"]
    days = {row["date"]: row["value"] for row in rows}
    drawn = {
        (first + dt.timedelta(days=number)).isoformat(): value
        for number, value in zip(data["days"], data["values"], strict=True)
    }
    assert len(drawn) == len(data["days"]) > 365
    assert {day: days[day] for day in drawn} == drawn
    assert next(iter(drawn)) == rows[0]["date"]
    assert list(drawn)[-1] == rows[-1]["date"]
    assert data["invested"][-1] == str(sum(Decimal(row["flow"]) for row in rows))


def test_it_loads_and_runs_nothing_else(example: Path, capsys: Output) -> None:
    text = said(capsys, "-O", "html")
    read = Read(text)
    found = re.search(r'Security-Policy" content="([^"]+)"', text)
    assert found is not None
    assert found[1].startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in found[1]
    names = {name for _, attributes in read.elements for name in attributes}
    links = {str(attributes["href"]) for _, attributes in read.elements if "href" in attributes}
    assert {link[0] for link in links} == {"#"}
    assert not names & {"src", "srcset", "action", "style", "data", "poster"}
    assert not [name for name in names if name.startswith("on")]
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import|fetch\(|eval\(", text)


def test_what_reads_it_aloud_finds_its_way(example: Path, capsys: Output) -> None:
    elements = Read(said(capsys, "-O", "html")).elements
    tags = [tag for tag, _ in elements]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert elements[tags.index("html")][1] == {"lang": "en"}
    for tag, attributes in elements:
        if tag == "th":
            assert attributes["scope"] in ("col", "row", "rowgroup")
        if tag == "svg":
            assert attributes.get("aria-label") or attributes.get("aria-hidden") == "true"
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_listing_has_a_page(example: Path, capsys: Output) -> None:
    for words in (["register", "--all"], ["lots"], ["status"], ["report", "gains"],
                  ["report", "returns"], ["report", "coverage"], ["price", "list"],
                  ["vault", "list"], ["explain", "value", "VWCE"],
                  ["sql", "SELECT * FROM v1_lots"]):  # fmt: skip
        run([*words, "-O", "html"])
        page = capsys.readouterr().out
        assert page.startswith("<!doctype html>\n"), words
        assert "<caption>" in page or 'class="empty"' in page, words


def test_private_hides_its_amounts(example: Path, capsys: Output) -> None:
    text = said(capsys, "-O", "html", "--private")
    body = text.partition("<body>")[2].rpartition("<script>")[0]
    assert {row["value"] for row in Read(text).rows("holdings")} == {"***"}
    values = [value for value in chart_of(text)["values"] if value is not None]
    assert max(map(Decimal, values)) == 1  # a shape without a scale
    assert "59,441" not in body
    assert "59441" not in body
    words = re.sub(r"<svg.*?</svg>|<[^>]*>", " ", body)
    assert not re.findall(r"\d[\d,]*\.\d\d\b(?!\d*\s?%)", words.partition('{"title"')[0])


def test_hostile_names_are_text(tmp_path: Path) -> None:
    table = Table(
        HOSTILE,
        HOSTILE,
        (Column("a", HOSTILE), Column("b", "B")),
        [{"a": HOSTILE, "b": HOSTILE}],
        grade="partial",
        reasons=(HOSTILE,),
        footnotes=(HOSTILE,),
        group_by="b",
        headline={"a": HOSTILE},
    )
    text = as_text(table, "html", View())
    tags = [tag for tag, _ in Read(text).elements]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert text.count("<script>") == 1
    assert "\u202e" not in text
    assert Read(text).cell is None
    assert "&lt;script&gt;alert(1)" in text
    assert as_text(table, "svg", View()).count("<script") == 0


def test_an_empty_book_has_a_page(keeper: Bookkeeper) -> None:
    book = Book(keeper.db)
    text = as_text(
        page(book, Query(keeper.today, book.base, drawn=True, whole=True)), "html", View()
    )
    assert "nothing is held" in text
    assert "figure id" not in text


def test_what_has_no_price_is_a_gap(keeper: Bookkeeper) -> None:
    """A share without a price: no value on any day, so no line, and a sentence that says so.

    From the day of its first price on, 2 shares at 50 EUR are worth 100 EUR.
    """
    keeper.account("Depot")
    keeper.asset("SAP")
    keeper.add("opening", "2025-01-10", "Depot", "SAP", quantity=2)
    book = Book(keeper.db)
    query = Query(dt.date(2025, 1, 14), book.base, drawn=True, whole=True)
    text = as_text(page(book, query), "html", View())
    assert "nothing of it is known" in text
    assert "put in, less taken out" not in text  # which is not drawn either
    keeper.price("SAP", "2025-01-12", 50)
    text = as_text(page(Book(keeper.db), query), "html", View())
    data = chart_of(text)
    assert data["first"] == "2025-01-10"
    assert data["values"] == [None, None, "100", "100", "100"]
    assert 'd="M' in text


def test_what_counts_in_no_total_says_so_on_a_phone(example: Path, capsys: Output) -> None:
    """Other columns go there, by their class, and what is above the total must add up to it."""
    assert run(["holding", "deactivate", "Trading 212", "VWCE"]) == 0
    capsys.readouterr()
    assert run(["report", "holdings", "-O", "html"]) == 0
    cells = re.findall(r"<td class=\"([^\"]*)\">inactive</td>", capsys.readouterr().out)
    assert cells
    assert not any(re.search(r"\bo\d", names) for names in cells)
