"""A table for people and for programs."""

import csv
import datetime as dt
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import holdings, vaults

from folio.cli import render
from folio.cli.render import cells, terminal
from folio.cli.render.columns import Span, View
from folio.cli.text import width
from folio.errors import FolioError, UsageError
from folio.model.numbers import to_text
from folio.model.table import Amount, Cell, Column, Series, Table
from folio.reports.attention.status import COLUMNS as FINDINGS
from folio.reports.held import coverage as covered
from folio.reports.held import holdings as holding
from folio.reports.held import lots

EVERYWHERE = View()


def text(
    table: Table, output: str = "table", columns: int | None = None, exact: bool = False
) -> str:
    return render.as_text(table, output, View(columns, exact))


def one(cell: Cell, kind: str = "text", **more: object) -> Table:
    return Table("x", "X", (Column("it", "it", kind),), [{"it": cell}], **more)  # type: ignore[arg-type]


def test_what_settles_a_finding_is_whole_at_any_width() -> None:
    """Beside the finding where there is room, else below it: half a command settles nothing."""
    command = "folio price add LONG PRICE, or folio price import FILE"
    rows: list[dict[str, Cell]] = [
        {"kind": "stale price", "about": "Some Bank/Depot LONG", "what": "old", "settle": command},
        {"kind": "gap", "about": "Some Bank/Depot EUR", "what": "5.00 EUR more", "settle": None},
    ]
    table = Table("status", "Status", FINDINGS, rows)
    assert re.search(f"LONG +old +{command}$", text(table, columns=120), re.MULTILINE)
    for columns in (20, 40, 80):
        seen = text(table, columns=columns).splitlines()
        at = seen.index(f"  {command}")
        assert seen[at - 1] == "  old"
        assert seen[at - 2].startswith("stale pr")
        assert seen[at + 2] == "  5.00 EUR more"
        assert "Settle" not in "".join(seen)
    assert command in render.export_svg(table, 40).replace("\u00a0", " ").replace("&#160;", " ")


@pytest.mark.parametrize(
    ("kind", "value", "places", "seen"),
    [
        ("money", "12345.67", 2, "12,345.67"),
        ("money", "0", 2, "0.00"),
        ("money", "-0.00", 2, "0.00"),
        ("money", "-1234.5", 2, "-1,234.50"),
        ("money", "2.345", 2, "2.35"),
        ("money", "0.001", 2, "<0.01"),
        ("money", "-0.001", 2, ">-0.01"),
        ("money", "0.4", 0, "<1"),
        ("money", "1234567", 0, "1,234,567"),
        ("money", "5", None, "5.00"),
        ("gain", "5", 2, "+5.00"),
        ("gain", "-5", 2, "-5.00"),
        ("gain", "0", 2, "0.00"),
        ("gain", "0.001", 2, "<0.01"),
        ("quantity", "2.50", 8, "2.5"),
        ("quantity", "1E+3", 8, "1,000"),
        ("quantity", "0.00000000000000001", 8, "<0.00000001"),
        ("quantity", "-1.00", None, "-1"),
        ("quantity", "0.123456789012345678", None, "0.123456789012345678"),
        ("price", "3", None, "3.00"),
        ("price", "91210.5", 4, "91,210.50"),
        ("price", "4.95310", 4, "4.9531"),
        ("price", "0.00001234", None, "0.00001234"),
        ("price", "0.00001234", 4, "<0.0001"),
        ("percent", "0.12345", None, "12.3%"),
        ("percent", "0", None, "0.0%"),
        ("percent", "0.0001", None, "<0.1%"),
        ("change", "0.5", None, "+50.0%"),
        ("change", "-2", None, "-200.0%"),
    ],
)
def test_amounts(kind: str, value: str, places: int | None, seen: str) -> None:
    assert cells.shown(Amount(Decimal(value), places), kind) == seen


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=18, min_value=-(10**9), max_value=10**9
    ),
    st.sampled_from(["money", "gain", "quantity", "price", "percent", "change"]),
    st.integers(0, 8),
)
def test_what_is_not_zero_never_looks_like_zero(value: Decimal, kind: str, places: int) -> None:
    seen = cells.shown(Amount(value, places), kind)
    assert bool(value) == bool(re.search("[1-9]", seen))


def test_exact_shows_every_digit() -> None:
    amount = Amount(Decimal("1234.000000000000000001"), 2)
    for kind in ("money", "gain", "quantity", "price"):
        assert "1,234.000000000000000001" in cells.shown(amount, kind, exact=True)


def test_what_a_style_means() -> None:
    """A loss never looks like a gain, and a bad grade never like a good one."""
    moved = [Amount(Decimal(value)) for value in ("0.01", "-0.01", "0")]
    for kind in ("gain", "change", "return"):
        assert cells.styles([*moved, None], kind) == ["gain", "loss", "quiet", ""]
    assert cells.styles(["full", "partial", None], "grade") == ["full", "partial", ""]
    assert cells.styles(moved[:1], "money") == [""]
    assert cells.bar(Decimal(0), 2) == ("", "░░")


def test_other_cells() -> None:
    assert cells.shown(None, "money") == ""
    assert cells.shown(True, "text") == "yes"
    assert cells.shown(False, "text") == ""
    assert cells.shown(12345, "count") == "12,345"
    assert cells.shown(12345, "number") == "12345"
    assert cells.shown(61, "age") == "61d"
    assert cells.shown(dt.date(2025, 6, 30), "day") == "2025-06-30"
    assert cells.shown("\x1b[2J", "text") == "\\x1b[2J"
    assert cells.sparkline(Series(())) == ""
    assert cells.sparkline(Series((Decimal(2), Decimal(2)))) == "▄▄"


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 100, 120, 160, 200])
def test_lines_fit_the_terminal(columns: int) -> None:
    lines = text(holdings(), columns=columns).splitlines()
    assert max(map(width, lines)) <= max(columns, 22)  # as wide as one long name and its mark
    assert any("212,881.82" in line for line in lines)


def test_what_has_no_room_in_a_line_goes_on_below() -> None:
    """No figure is cut, none stands outside, and the currency stays with its amount."""
    columns = (
        Column("account", "Account"),
        Column("asset", "Asset"),
        Column("amount", "Amount", "money"),
        Column("currency", ""),
        Column("gain", "Gain", "gain"),
    )
    row: dict[str, Cell] = {
        "account": "Savings of two", "asset": "EUR", "amount": Amount(Decimal(123456), 2),
        "currency": "EUR", "gain": Amount(Decimal("-12.34")),
    }  # fmt: skip
    table = Table("x", "A title of four words", columns, [row],
                  totals={"amount": row["amount"], "gain": row["gain"]},
                  as_of=dt.date(2025, 6, 30), empty="")  # fmt: skip
    assert text(table, columns=30).splitlines() == [
        "A title of four words",
        "2025-06-30",
        "",
        "Account         Asset",
        "      Amount         Gain",
        "─────────────────────────",
        "Savings of two  EUR",
        "  123,456.00  EUR  -12.34",
        "─────────────────────────",
        "total",
        "  123,456.00       -12.34",
    ]


def test_a_sentence_that_has_no_room_is_wrapped_and_a_command_stays_whole() -> None:
    said = "nothing is locked; lock a year with: folio lock through 2024"
    table = Table("x", "X", (Column("a", "a"),), [], empty=said)
    assert text(table, columns=40).splitlines()[2:] == [
        "nothing is locked; lock a year with:",
        "  folio lock through 2024",
    ]
    fall = Column("fall", "Largest fall")
    table = one("a", headline={"fall": "-11%, in a long spring"}, headline_columns=(fall,))
    assert text(table, columns=16).splitlines()[2:5] == [
        "Largest fall",
        "-11%, in a long",
        "spring",
    ]


def test_the_most_optional_columns_go_first() -> None:
    assert "90 days" in text(holdings(), columns=200)
    narrow = text(holdings(), columns=80)
    titles = narrow[: narrow.index("─")]
    assert "90 days" not in titles
    assert "\ntoo narrow for: name, age, cost, 90 days\n" in narrow
    assert "too narrow" not in text(holdings(), columns=200)
    assert "Vanguard" not in narrow
    assert "~ estimated" in narrow
    assert "Vanguard FTSE All-Wo…" in text(holdings(), columns=120)


def test_points_stand_below_each_other_where_there_is_room() -> None:
    columns = (Column("asset", "Asset"), Column("quantity", "Quantity", "quantity"))
    units = ("28804.63", "0.07585", "-4", "1000")
    rows: list[dict[str, Cell]] = [
        {"asset": f"A{i}", "quantity": Amount(Decimal(of))} for i, of in enumerate(units)
    ]
    for some, more in ((rows, []), (rows[:2], rows[2:])):
        table = Table("x", "X", columns, some, more=more)
        head, rule, *seen = text(table, columns=60).splitlines()[2:]
        assert seen == [
            "A0       28,804.63",
            "A1            0.07585",
            "A2           -4",
            "A3        1,000",
        ]
        assert (head, rule) == ("Asset        Quantity", "─" * len(head))
        assert "A1       0.07585\n" in text(table, columns=len("Asset  28,804.63"))


def test_a_price_is_left_out_with_its_currency() -> None:
    columns = (
        Column("asset", "Asset"),
        Column("price", "Price", "price", optional=2),
        Column("currency", "", optional=2),
        Column("value", "Value", "money"),
    )
    row: dict[str, Cell] = {
        "asset": "VWCE", "price": Amount(Decimal("118.2")), "currency": "EUR",
        "value": Amount(Decimal(1182)),
    }  # fmt: skip
    seen = text(Table("x", "X", columns, [row]), columns=24)
    assert "118.20" not in seen
    assert "EUR" not in seen
    assert "\ntoo narrow for: Price\n" in seen


@pytest.mark.parametrize("columns", [holding.COLUMNS, lots.COLUMNS])
@pytest.mark.parametrize("narrow", [40, 60, 80])
def test_a_row_that_does_not_count_says_so_at_any_width(
    columns: tuple[Column, ...], narrow: int
) -> None:
    """Else what stands above the total does not add up to it."""
    money = Amount(Decimal("4382.10"), 2)
    figures: dict[str, Cell] = dict.fromkeys(
        ("quantity", "price", "unit_cost", "cost_basis", "value", "unrealised_gain"), money
    )
    named: dict[str, Cell] = {"heading": "Vanguard/Ann ISA", "name": "Vanguard S&P 500 UCITS ETF"}
    rows = [named | figures | {"asset": "VUSA", "flag": "inactive"}, figures | {"asset": "VWRL"}]
    table = Table("x", "X", columns, rows, totals={"value": money}, group_by="heading")
    (vusa,) = (line for line in text(table, columns=narrow).splitlines() if "VUSA" in line)
    assert ("inactive" in vusa) or ("○" in vusa and "○ inactive" in text(table, columns=narrow))
    (vwrl,) = (line for line in text(table, columns=narrow).splitlines() if "VWRL" in line)
    assert "inactive" not in vwrl
    assert "○" not in vwrl
    assert re.search(r"VUSA .*inactive", text(table, columns=200))


@pytest.mark.parametrize("columns", [holding.COLUMNS, covered.COLUMNS, lots.COLUMNS[:-4]])
def test_pots_are_told_apart_where_prices_have_no_room(columns: tuple[Column, ...]) -> None:
    """Two pots of one asset are two rows that nothing else tells apart."""
    filled: dict[str, Cell] = {
        column.key: "2026-11-23" if column.kind in cells.TEXTUAL else Amount(Decimal("123456.78"))
        for column in columns
    }
    filled |= {"asset": "EUR", "flag": "inactive", "lot": 12345}  # a lot is a transaction's id
    rows = [filled | {"label": pot} for pot in ("Termin 12M", "Holiday")]
    seen = text(Table("x", "X", columns, rows, group_by="heading"), columns=80)
    assert "Termin 12M" in seen
    assert "Holiday" in seen


def test_names_that_begin_alike_are_told_apart_where_they_are_cut() -> None:
    names = ("northbank-checking", "northbank-savings")
    rows: list[dict[str, Cell]] = [{"it": name, "n": 1000000} for name in names]
    table = Table("x", "X", (Column("it", "It"), Column("n", "N", "count")), rows)
    seen = text(table, columns=21).splitlines()
    assert seen[-2:] == ["north…king  1,000,000", "north…ings  1,000,000"]
    alone = text(table._replace(rows=rows[:1]), columns=21).splitlines()
    assert alone[-1] == "northbank…  1,000,000"


def test_rows_stand_under_their_account_on_a_terminal() -> None:
    lines = text(holdings(), columns=80).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Pension"))
    assert "60,829.79" in lines[start]
    assert lines[start + 1].startswith("  IWDA")


def test_elsewhere_every_row_is_whole() -> None:
    seen = text(holdings())
    assert "\x1b" not in seen
    row = next(line for line in seen.splitlines() if "IWDA" in line)
    assert row.startswith("Pension")
    assert "iShares Core MSCI World UCITS ETF" in row
    assert not any(line.endswith(" ") for line in seen.splitlines())


def test_accounts_of_one_name_are_told_apart() -> None:
    """To people: programs have the institution beside the name."""
    columns = (Column("institution", "", machine_only=True), Column("account", "Account"))
    names = (("North", "Savings"), ("South", "Savings"), ("South", "Daily"))
    rows: list[dict[str, Cell]] = [{"institution": i, "account": a} for i, a in names]
    child = Table("x", "X", columns, rows)
    for table in (child, Table("x", "X", columns, rows[1:], children=(child,))):
        (*_, apart) = (
            render.as_preferred(table, "table"),
            *render.as_preferred(table, "table").children,
        )
        assert [row["account"] for row in apart.rows] == [
            "North/Savings", "South/Savings", "Daily",
        ]  # fmt: skip
    assert render.as_preferred(Table("x", "X", columns, rows[1:]), "table").rows == rows[1:]
    assert render.as_preferred(child, "csv").rows == rows
    rest = child._replace(rows=rows[:1], more=rows[1:], namesakes=frozenset({"Savings"}))
    assert text(render.as_preferred(rest, "table")) == text(render.as_preferred(child, "table"))


@pytest.mark.parametrize("columns", [None, 60, 100])
@pytest.mark.parametrize("output", ["table", "csv", "tsv", "json", "jsonl", "md", "html"])
def test_rows_that_are_not_held_look_like_those_that_are(
    output: str, columns: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the rest begins: columns are as wide as all cells, grades and sums are there."""
    monkeypatch.setattr("folio.cli.render.later.AT_ONCE", 3)
    for group_by in ("account", None):
        table = holdings()._replace(children=(), group_by=group_by, subtotals={})
        whole = text(table, output, columns)
        for held in (1, 5, len(table.rows)):
            split = table._replace(rows=table.rows[:held], more=iter(table.rows[held:]))
            assert text(split, output, columns) == whole


@pytest.mark.parametrize("output", ["csv", "tsv", "json", "jsonl"])
def test_programs_have_a_row_before_the_next_one_is_read(output: str) -> None:
    read = []

    def more() -> Iterator[dict[str, Cell]]:
        for number in range(1000):
            read.append(number)
            yield {"it": str(number)}

    pieces = iter(render.pieces(one("a")._replace(more=more()), output, EVERYWHERE))
    while "7" not in next(pieces):
        pass
    assert read == list(range(8))


def test_an_empty_table_says_what_to_do() -> None:
    empty = Table("x", "Holdings", (Column("a", "a"),), [], empty="no holdings; try: folio demo")
    assert "no holdings; try: folio demo" in text(empty)
    assert "no holdings; try: folio demo" in text(empty, columns=80)
    assert json.loads(text(empty, "json"))["rows"] == []
    assert text(empty, "csv") == "a\n"


def test_a_table_of_numbers_alone_has_a_total() -> None:
    columns = (Column("n", "n", "count"), Column("v", "value", "money"))
    table = Table("x", "X", columns, [{"n": 3, "v": Amount(Decimal(4), 2)}], totals={"n": 3})
    assert text(table).splitlines()[-1].strip() == "3"
    table = table._replace(totals={"v": Amount(Decimal(4), 2)})
    assert text(table, columns=80).splitlines()[-1].split() == ["total", "4.00"]


def test_reasons_are_said_without_a_grade_too() -> None:
    assert text(one("a", reasons=("one thing", "another"))).endswith("\none thing, another\n")
    long = one("a", reasons=("why " * 40,), grade="partial")
    assert max(map(width, text(long, columns=60).splitlines())) <= 60


def test_json_keeps_the_contract() -> None:
    table = holdings()._replace(children=(), known_at=dt.datetime(2025, 7, 1, 12, tzinfo=dt.UTC))
    answer = json.loads(text(table, "json"))
    assert list(answer) == [
        "schema", "report", "as_of", "known_at", "currency", "grade", "reasons", "rows", "totals",
    ]  # fmt: skip
    assert answer["schema"] == 1
    assert answer["as_of"] == "2025-06-30"
    assert answer["known_at"] == "2025-07-01T12:00:00+00:00"
    assert list(answer["rows"][0]) == [column.key for column in table.columns]
    ether = answer["rows"][8]
    assert ether["quantity"] == "4.000000000000000001"
    assert ether["institution"] == "Nordbank"
    assert ether["age"] == "0"
    assert answer["rows"][10]["value"] == "0.0000000000002"
    assert answer["rows"][11]["value"] is None
    assert answer["totals"]["value"] == to_text(table.totals["value"].value)  # type: ignore[union-attr]
    assert "children" in json.loads(text(holdings(), "json"))


def test_json_is_harmless_on_a_terminal_and_loses_nothing() -> None:
    nasty = "\x1b[31m\u202e\x9b\x7f\u2028 Zürich"
    for output in ("json", "jsonl"):
        seen = text(one(nasty), output)
        assert not set("\x1b\u202e\x9b\x7f\u2028") & set(seen)
        assert "Zürich" in seen
    assert json.loads(text(one(nasty), "jsonl")) == {"it": nasty}


def test_jsonl_is_one_object_a_line() -> None:
    lines = [json.loads(line) for line in text(holdings(), "jsonl").splitlines()]
    assert [line["asset"] for line in lines][:2] == ["VWCE", "SAP"]


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(text(holdings(), "csv"))))
    assert rows[8]["quantity"] == "4.000000000000000001"
    assert rows[11]["value"] == ""
    assert rows[2]["unrealised_gain"] == "-218.78"
    assert text(one('say "hi",\nthen go'), "csv") == 'it\n"say ""hi"",\nthen go"\n'
    assert text(one(True), "csv") == "it\ntrue\n"
    assert text(one(Series((Decimal(1), None, Decimal("2.50")))), "csv") == "it\n1  2.5\n"


@pytest.mark.parametrize("text_", ["=1+1", "+49 30", "-x", "@SUM(A1)", "\tx", "\rx", "-1e5", "--1"])
def test_a_formula_becomes_text(text_: str) -> None:
    assert (
        next(csv.DictReader(io.StringIO(text(one(text_), "csv"), newline="")))["it"] == f"'{text_}"
    )


def test_tsv_has_one_line_a_row() -> None:
    assert text(one('a\tb\n"c"'), "tsv") == 'it\na\\tb\\n"c"\n'


def test_markdown() -> None:
    seen = text(one("a|b <i>", totals={"it": None}, reasons=("one thing",), grade="partial"), "md")
    assert "| a\\|b \\<i\\> |" in seen
    assert "partial: one thing" in seen
    assert "| :-- | --: |" in text(vaults()._replace(columns=vaults().columns[0::2][:2]), "md")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="jsonl"):
        text(vaults(), "xlsx")


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    target.chmod(0o644)
    render.show(vaults(), file=target)
    assert target.read_text().startswith("vault,progress")
    assert target.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(FolioError, match="is a folder"):
        render.show(vaults(), "csv", tmp_path)
    with pytest.raises(FolioError, match="cannot be written: no such file"):
        render.show(vaults(), "csv", tmp_path / "none" / "x.csv")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "real.json")
    render.show(vaults(), file=link)
    assert link.is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["report"] == "vaults"


def test_flat_formats_say_what_they_leave_out(capsys: pytest.CaptureFixture[str]) -> None:
    render.show(holdings(), "csv")
    out, err = capsys.readouterr()
    assert out.startswith("institution,account")
    assert err == "folio: csv has room for the first of 2 tables; json has all\n"


def test_a_terminal_gets_colour_unless_it_is_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    def printed(**environment: str) -> str:
        for name in ("NO_COLOR", "TERM", "COLORTERM", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "FOLIO_PAGER": "off",
            **environment,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.stdout", out := Terminal())
        render.show(holdings())
        return out.getvalue()

    green, red = "\x1b[32m", "\x1b[31m"
    assert green in printed()
    assert "\x1b[1;32m+69,980.11" in printed()  # the headline and the sums are bold
    assert "\x1b[1;36mPension" in printed()
    assert red in printed()
    assert green not in printed(NO_COLOR="1")
    assert "\x1b" not in printed(TERM="dumb")
    plain = re.sub(r"\x1b\[[\d;]*m", "", printed())
    assert plain == text(holdings(), columns=80)


def test_markup_in_data_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = render.export_svg(one("[red]:smile:[/red]"), 60)
    assert "[red]:smile:[/red]" in seen
    assert seen.startswith("<svg")


class Written(io.StringIO):
    """Counts how often it is written to."""

    times = 0

    def write(self, text: str) -> int:
        self.times += 1
        return super().write(text)


def test_a_long_page_is_written_some_lines_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal passes on each line of what is written to it line by line."""
    out = Written()
    monkeypatch.setattr(sys, "stdout", out)
    terminal.show([Span(str(number))] for number in range(250))
    assert out.getvalue() == "".join(f"{number}\n" for number in range(250))
    assert out.times == 3
