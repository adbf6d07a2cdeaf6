"""The book's path, the day, the user."""

import datetime as dt
from pathlib import Path

import pytest
from typer.main import get_group

from folio.cli import context, lazy, options
from folio.errors import FolioError, UsageError


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FOLIO_DB", "FOLIO_TODAY", "FOLIO_NOW"):
        monkeypatch.delenv(name, raising=False)
    context.begin([])


def test_the_book_is_found_by_option_then_variable_then_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert context.book_path().name == "folio.db"
    assert tmp_path in context.book_path().parents
    monkeypatch.setenv("FOLIO_DB", "~/mine.db")
    assert context.book_path() == tmp_path / "mine.db"
    context.choose_book(Path("other.db"))
    assert context.book_path() == Path("other.db")
    context.begin([])  # the next run starts anew
    assert context.book_path() == tmp_path / "mine.db"


def test_a_missing_book_says_what_to_do(tmp_path: Path) -> None:
    context.choose_book(tmp_path / "none.db")
    with pytest.raises(FolioError, match="folio init"), context.open_book():
        pass


def test_the_day_is_that_of_the_books_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLIO_NOW", "2025-06-30T23:30Z")
    assert context.now() == dt.datetime(2025, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert context.today("UTC") == dt.date(2025, 6, 30)
    assert context.today("Europe/Berlin") == dt.date(2025, 7, 1)
    assert context.today("America/New_York") == dt.date(2025, 6, 30)


def test_a_day_can_be_set_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    assert context.today("Pacific/Auckland") == dt.date(2025, 6, 30)
    assert context.now() == dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)
    monkeypatch.setenv("FOLIO_TODAY", "tomorrow")
    with pytest.raises(FolioError, match="FOLIO_TODAY"):
        context.today("UTC")


def test_an_unknown_zone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError):
        context.today("Nowhere/Land")


def test_the_command_is_quoted_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    context.begin(["add-tx", "buy", "--note", "it's new"])
    assert context.command_line() == """folio add-tx buy --note 'it'"'"'s new'"""
    monkeypatch.setenv("LOGNAME", "ada")
    assert context.user() == "ada"


def test_the_shared_options_are_understood() -> None:
    seen: list[object] = []
    app = lazy.new_app()

    @app.command()
    def listing(
        as_of: options.AsOf = None,
        known_at: options.KnownAt = None,
        currency: options.Currency = None,
        output: options.Output = None,
        file: options.File = None,
        exact: options.Exact = False,
        group: options.GroupFilter = None,
        account: options.AccountFilter = None,
        institution: options.InstitutionFilter = None,
        asset: options.AssetFilter = None,
        type: options.TypeFilter = None,
    ) -> None:
        seen.extend([as_of, known_at, currency, output, file, exact, group, asset, type])

    def run(line: str) -> None:
        with get_group(app).make_context("x", ["listing", *line.split()]) as ctx:
            ctx.command.invoke(ctx)

    run("")
    assert seen == [None, None, None, None, None, False, None, None, None]
    seen.clear()
    run(
        "--as-of 2025-06-30 --known-at 2025-07-01T10:00Z --currency USD -O csv -o x.csv --exact "
        "--group a --group b --asset VWCE --type etf"
    )
    assert seen == [
        dt.date(2025, 6, 30),
        dt.datetime(2025, 7, 1, 10, tzinfo=dt.UTC),
        "USD",
        "csv",
        Path("x.csv"),
        True,
        ["a", "b"],
        ["VWCE"],
        ["etf"],
    ]
    with pytest.raises(UsageError, match="several ways"):
        run("--as-of 05/06/2024")
