"""Prices from sources: what is asked, what is recorded, and what is not."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.price_plan import Fetched, Job, Left, Moment, Span
from folio.db.prices.prices import prices_of_commit
from folio.errors import FolioError, UsageError
from folio.model.extras import install_with
from folio.model.table import Amount
from folio.operations.arranging.arrange import set_setting
from folio.operations.arranging.lock import lock_book
from folio.operations.pricing.fetch_prices import Wanted, fetch_prices, plan_fetch
from folio.operations.pricing.import_prices import import_rates
from folio.operations.pricing.price_settings import set_price_source
from folio.operations.pricing.prices_by_hand import retry_price
from folio.operations.recording import Who
from folio.quotes import programs
from folio.quotes.cache import Cache
from folio.quotes.desk import Desk
from folio.quotes.trying import Asker, Policy
from folio.reports.attention.status import status
from folio.reports.held.holdings import holdings
from folio.reports.prices.price_sources import fetched, price_sources
from folio.reports.query import Query
from quotes_server import Reply, Server, serving
from script_file import write_script

TODAY = day("2025-06-30")  # a Monday
NOON = dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)
HASTE = Policy(timeout=1, longest=2, tries=2, backoff=0.01, delay=0, most_bytes=200_000)
ECB_DAYS = b"""Date,USD,GBP,JPY,
2025-06-30,1.1720,0.8555,169.17,
2025-06-27,1.1704,0.8544,169.56,
2025-06-26,1.1695,0.8522,N/A,
2025-05-02,1.1343,0.8530,163.81,
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        for name in ("eurofxref.zip", "eurofxref-hist-90d.xml", "eurofxref-hist.zip"):
            made.says(f"/{name}", Reply(ECB_DAYS))
        yield made


class Bench:
    """A book, a folder of programs, and a desk that runs them."""

    def __init__(self, keeper: Bookkeeper, folder: Path, url: str) -> None:
        self.keeper, self.folder, self.url = keeper, folder, url
        self.commands: dict[str, list[str]] = {}
        self.now = NOON

    def program(self, name: str, code: str) -> str:
        """A program that writes its arguments down, and does this."""
        note = f"open({str(self.folder / 'asked')!r}, 'a').write(repr(sys.argv[1:]) + '\\n')"
        return write_script(self.folder / name, f"import sys, os, time\n{note}\n{code}\n")

    def prints(self, name: str, text: str) -> None:
        """A command of the user's that prints prices."""
        self.commands[name] = [self.program(name, f"print({text!r})")]

    @property
    def asked(self) -> list[str]:
        path = self.folder / "asked"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def source(self, asset: str, **said: str) -> None:
        self.keeper.write(lambda write: set_price_source(write, asset, dict(said)))

    def desk(self, cached: bool = False) -> Desk:
        folder = self.folder / "cache" if cached else None
        cache = Cache(folder, self.now)
        return Desk(Asker(HASTE), cache, commands=self.commands, ecb_url=self.url)

    def fetch(
        self, *names: str, cached: bool = False, into_lock: bool = False, **wanted: Any
    ) -> dict[str, Fetched]:
        who = Who("test", "tester", self.now, into_lock)
        told = Wanted(names, **wanted)
        today = self.now.date()
        done = fetch_prices(self.keeper.db, who, self.desk(cached), today=today, wanted=told)
        return {one.asset.symbol: one for one in done}

    def plan(self, *names: str, **wanted: Any) -> dict[str, Job | Left]:
        moment = Moment(self.now, self.now.date())
        found = plan_fetch(self.keeper.book(), moment, Wanted(names, **wanted), into_lock=False)
        return {one.asset.symbol: one for one in found}

    def last(self) -> list[tuple[str, str, str, str]]:
        """What the last commit said: asset, quote, day, price."""
        number = self.keeper.db.execute("SELECT max(id) FROM commits").fetchone()[0]
        assets = self.keeper.book().catalog.every_asset
        return [
            (assets[n.asset_id].symbol, assets[n.quote_id].symbol, str(n.day), str(n.price))
            for n in prices_of_commit(self.keeper.db, number)
        ]

    def status(self) -> list[str]:
        query = Query(self.now.date(), self.keeper.book().base)
        return [str(row["what"]) for row in status(self.keeper.book(), query).rows]


@pytest.fixture
def bench(keeper: Bookkeeper, tmp_path: Path, server: Server) -> Bench:
    keeper.add("deposit", "2025-05-02", "Broker", "EUR", quantity=10_000)
    keeper.add("buy", "2025-06-20", "Broker", "ACME", quantity=5, price=100)
    return Bench(keeper, tmp_path, server.url)


CLOSES = "date,asset,quote,price\n2025-06-26,ACME,EUR,101.5\n2025-06-27,ACME,EUR,102\n"


def test_what_lacks_closes_is_asked_for_once(bench: Bench) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    assert bench.plan()["ACME"][2:] == (day("2025-06-20"), TODAY)  # from the first day held
    done = bench.fetch()["ACME"]
    assert (done.read, done.recorded, done.faults) == (2, 2, ())
    assert bench.last() == [("ACME", "EUR", "2025-06-26", "101.5"),
                            ("ACME", "EUR", "2025-06-27", "102")]  # fmt: skip
    derived = bench.keeper.derived()
    bench.keeper.rebuild()
    assert bench.keeper.derived() == derived
    commits = bench.keeper.db.execute("SELECT count(*) FROM commits").fetchone()
    assert bench.plan()["ACME"][2:] == (day("2025-06-28"), TODAY)
    again = bench.fetch(span=Span(day("2025-06-01")))["ACME"]
    assert (again.read, again.recorded, again.already) == (2, 0, 2)
    assert bench.keeper.db.execute("SELECT count(*) FROM commits").fetchone() == commits


def test_another_value_is_a_finding_and_a_correction_where_that_is_said(bench: Bench) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    bench.fetch()
    bench.prints("daily", CLOSES.replace("102", "103") + "2025-06-30,ACME,EUR,104\n")
    since = Span(day("2025-06-01"))
    done = bench.fetch(span=since)["ACME"]
    assert (done.recorded, done.already) == (1, 1)
    assert done.faults == (
        "ACME on 2025-06-27 is 102 EUR already, not 103 EUR; correct it with --supersede",
    )
    assert bench.last() == [("ACME", "EUR", "2025-06-30", "104")]
    done = bench.fetch(span=since, supersede=True)["ACME"]
    assert (done.recorded, done.already, done.faults) == (1, 2, ())
    assert bench.last() == [("ACME", "EUR", "2025-06-27", "103")]


def test_weekends_and_running_days_are_not_asked_for(bench: Bench) -> None:
    bench.source("ACME", source="pricehist:yahoo", symbol="ACM.DE")
    bench.keeper.price("ACME", "2025-06-27", 102)
    assert bench.plan()["ACME"][:2][1] == "fresh"  # Monday's close is still to come
    bench.now = dt.datetime(2025, 7, 1, 4, 30, tzinfo=dt.UTC)
    assert isinstance(bench.plan()["ACME"], Left)  # in New York it is Monday still
    bench.now = dt.datetime(2025, 7, 1, 5, 15, tzinfo=dt.UTC)
    assert bench.plan()["ACME"][2:] == (day("2025-06-28"), day("2025-06-30"))
    bench.keeper.add("buy", "2025-06-20", "Broker", "COIN", quantity=1, price=10)
    bench.source("COIN", source="pricehist:coinbasepro")
    bench.keeper.price("COIN", "2025-06-28", 11)
    bench.now = NOON
    job = bench.plan()["COIN"]
    assert isinstance(job, Job)
    assert job[2:] == (day("2025-06-29"), day("2025-06-29"))  # crypto has Sundays
    assert job.priced.symbol == "COIN/EUR"


def test_what_was_held_in_the_span_and_what_is_named(bench: Bench) -> None:
    bench.keeper.write(lambda w: set_setting(w, ("book", 0), "price_source.stock", "command:daily"))
    bench.keeper.add("sell", "2025-06-24", "Broker", "ACME", quantity=5, price=101)
    bench.keeper.asset("OTHER", "stock")
    assert "ACME" not in bench.plan()
    assert "ACME" not in bench.plan(span=Span(day("2025-06-25")))
    job = bench.plan(span=Span(day("2025-06-23"), day("2025-06-24")))["ACME"]
    assert job[2:] == (day("2025-06-23"), day("2025-06-24"))
    assert set(bench.plan("other")) == {"OTHER"}
    assert set(bench.plan(every=True)) >= {"ACME", "OTHER", "COIN"}


def test_no_day_of_a_lock_is_asked_for(bench: Bench) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    bench.keeper.do(lock_book, day("2025-06-26"), today=TODAY)
    assert bench.fetch()["ACME"].recorded == 1
    assert [row[2] for row in bench.last()] == ["2025-06-27"]
    done = bench.fetch(span=Span(day("2025-06-01")), into_lock=True)["ACME"]
    assert (done.recorded, done.already) == (1, 1)


def test_a_source_that_fails_leaves_the_old_price_and_is_named(bench: Bench) -> None:
    bench.keeper.price("ACME", "2025-06-10", 99)
    bench.commands["daily"] = [bench.program("daily", "sys.exit('ERROR no such symbol: ACME')")]
    bench.source("ACME", source="command:daily")
    done = bench.fetch()["ACME"]
    assert done.faults == ("the command daily failed: ERROR no such symbol: ACME",)
    bench.keeper.add("withdraw", "2025-06-30", "Broker", "EUR", quantity=1)
    bench.now += dt.timedelta(days=14)
    assert any("command:daily: the command daily failed" in text for text in bench.status())
    before = bench.keeper.db.execute("SELECT count(*) FROM commits").fetchone()
    bench.fetch()
    assert bench.keeper.db.execute("SELECT count(*) FROM commits").fetchone() == before
    bench.prints("daily", "date,asset,quote,price\n2025-06-20,ACME,EUR,100")
    bench.fetch(span=Span(day("2025-06-01")))
    assert not any("failed" in text for text in bench.status())


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("time.sleep(60)", "the command bad did not end within 2 seconds"),
        ("while True: print('0' * 10_000)", "the command bad printed more than 0 MB"),
        ("print('<!doctype html>')", "the command bad printed no table of prices"),
        ("print()", "the command bad printed no table of prices"),
        ("os.kill(os.getpid(), 9)", "the command bad failed: ended by signal 9"),
    ],
)
def test_programs_that_misbehave(bench: Bench, code: str, message: str) -> None:
    bench.commands["bad"] = [bench.program("bad", code)]
    bench.source("ACME", source="command:bad")
    (fault,) = bench.fetch()["ACME"].faults
    assert fault.startswith(message)


def test_programs_that_are_not_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.source("ACME", source="command:gone")
    (fault,) = bench.fetch()["ACME"].faults
    assert "folio config set price_commands.gone" in fault
    bench.commands["gone"] = ["/no/such/program"]
    assert bench.fetch()["ACME"].faults == (
        "the command gone does not start: no such file or directory",
    )
    for name in ("no-such-program", "./bin/prog", "../x"):
        bench.commands["gone"] = [name]
        (fault,) = bench.fetch()["ACME"].faults
        assert fault.startswith(f"the command gone is not there: no {name} on the path")
    bench.source("ACME", source="pricehist:yahoo")
    assert bench.fetch()["ACME"].faults == (
        "nobody said what pricehist:yahoo calls it; say so with: folio asset set ACME "
        "--price-symbol SYMBOL",
    )
    bench.source("ACME", symbol="ACM.DE")
    monkeypatch.setattr(programs, "find", lambda name: None)
    monkeypatch.setattr("folio.quotes.pricehist.find", lambda name: None)
    assert bench.fetch()["ACME"].faults == (
        f"pricehist is not installed; install it with: {install_with('pricehist>=1.4.6')}",
    )


def test_a_program_that_asks_for_an_isin_says_how_to_state_it(bench: Bench) -> None:
    bench.commands["one"] = ["/no/such/program", "{isin}"]
    bench.source("ACME", source="command:one")
    assert bench.fetch()["ACME"].faults == (
        "the command one asks for an ISIN, and nobody stated it; state it with: folio asset set "
        "SYMBOL --isin ISIN",
    )


def test_arguments_are_a_list(bench: Bench) -> None:
    bench.keeper.write(lambda w: None)
    path = bench.program("one", f"print({CLOSES!r})")
    bench.commands["one"] = [path, "--symbol={symbol}", "{start}", "{end} {type}", "$(id)", "{x}"]
    bench.source("ACME", source="command:one", symbol="A&B")
    bench.fetch()
    assert bench.asked == ["['--symbol=A&B', '2025-06-20', '2025-06-30 close', '$(id)', '{x}']"]
    for bad in ("--config=x", "-x", "a b", "$(id)", "a;b", "{end}", "a\nb", ""):
        if bad:
            with pytest.raises(UsageError, match="is no symbol of a source"):
                bench.source("ACME", symbol=bad)
    for bad in ("https://example.org", "command:../x", "sh -c id", "pricehist:"):
        with pytest.raises(UsageError, match="is no source of prices"):
            bench.source("ACME", source=bad)
    with pytest.raises(UsageError, match="dividends are taken out"):
        bench.source("ACME", type="adjclose")


def test_one_command_for_many_is_run_once(bench: Bench) -> None:
    bench.keeper.add("buy", "2025-06-18", "Broker", "COIN", quantity=1, price=10)
    bench.prints("all", CLOSES + "2025-06-27,COIN,EUR,11\n2025-06-27,ELSE,EUR,5\n")
    for asset in ("ACME", "COIN"):
        bench.source(asset, source="command:all")
    done = bench.fetch()
    assert (done["ACME"].recorded, done["COIN"].recorded) == (2, 1)
    assert len(bench.asked) == 1


def test_prices_of_nobody_are_a_finding(bench: Bench) -> None:
    """A program that calls the asset otherwise never has a price of it, and would never say so."""
    bench.prints("odd", CLOSES.replace("ACME", "ACME Inc."))
    bench.source("ACME", source="command:odd")
    (fault,) = bench.fetch()["ACME"].faults
    assert fault == (
        "prices of 'ACME Inc.' were printed, and none of ACME; have it print that name"
    )
    bench.keeper.add("buy", "2025-06-18", "Broker", "COIN", quantity=1, price=10)
    bench.prints("odd", CLOSES.replace("ACME", "COIN"))  # a holiday at the other exchange
    assert not bench.fetch()["ACME"].faults


def test_garbage_rows_are_findings_and_the_rest_is_recorded(bench: Bench) -> None:
    rows = [
        "2025-06-26,ACME,EUR,101.5",
        "26.06.2025,ACME,EUR,101",
        "2025-06-26,ACME,EUR,1.015,5",
        "2025-06-25,ACME,EUR,NaN",
        "2025-06-24,ACME,EUR,-1",
        "2025-06-24,ACME,EUR,0",
        "2025-06-23,ACME",
        "2025-06-23,ACME,NOTHING,3",
        "2025-06-27,ACME,EUR,1e2",
        "2025-02-30,ACME,EUR,3",
        "2025-06-27,ACME,EUR,1,234.5",
        "2025-06-27,ACME,EUR,0.1" + "0" * 999,
    ]
    bench.prints("odd", "\n".join(["date,asset,quote,price", *rows]))
    bench.source("ACME", source="command:odd")
    done = bench.fetch()["ACME"]
    assert bench.last() == [("ACME", "EUR", "2025-06-26", "101.5")]
    text = "\n".join(done.faults)
    for word in (
        "'26.06.2025' is no date",
        "'NaN' is no price",
        "the price -1 is not above zero",
        "the price 0 is not above zero",
        "2 cells",
        "'1e2' is no price",
        "'2025-02-30' is no date",
        "line 12: 5 cells under 4 columns",
        "00…' is no price",
    ):
        assert word in text
    assert "NOTHING" in text
    assert "--create" not in text  # fetch has no such option
    shown = fetched([done], TODAY)
    assert shown.rows[0]["state"] == "with findings"
    assert len(shown.footnotes) == 4  # three of them, and that there are more


@pytest.mark.parametrize("price", ["10150", "5000", "2", "1.015"])
def test_a_price_of_another_unit_is_held(bench: Bench, price: str) -> None:
    """Against 100, that of the purchase: 5,000 is fifty times, 2 a fiftieth."""
    bench.prints("odd", CLOSES.replace("101.5", price))
    bench.source("ACME", source="command:odd")
    done = bench.fetch()["ACME"]
    (fault,) = done.faults
    assert fault.startswith(f"held: {price} EUR on 2025-06-26 is about ")
    assert [row[2] for row in bench.last()] == ["2025-06-27"]
    assert bench.fetch(span=Span(day("2025-06-01")), force=True)["ACME"].recorded == 1


@pytest.mark.parametrize("price", ["4999", "2.01", "100"])
def test_a_price_that_may_be_is_not_held(bench: Bench, price: str) -> None:
    bench.prints("odd", f"date,asset,quote,price\n2025-06-26,ACME,EUR,{price}\n")
    bench.source("ACME", source="command:odd")
    assert bench.fetch()["ACME"].faults == ()


def test_a_split_is_no_other_unit(bench: Bench) -> None:
    """One for a hundred: 101 before is 1.02 after, and nothing is held."""
    bench.keeper.add("split", "2025-06-27", "", "ACME", ratio="100:1")
    bench.prints("raw", CLOSES.replace("102", "1.02"))
    bench.source("ACME", source="command:raw")
    done = bench.fetch()["ACME"]
    assert (done.recorded, done.faults) == (2, ())


def test_pence_are_pounds(bench: Bench) -> None:
    bench.keeper.asset("VOD", "stock")
    bench.keeper.add("buy", "2025-06-20", "Broker", "VOD", quantity=5, price="72.34",
                     currency="GBP")  # fmt: skip
    bench.prints("london", "date,asset,quote,price\n2025-06-27,VOD,GBp,7310.5\n")
    bench.source("VOD", source="command:london", quote="GBX")
    done = bench.fetch()
    assert done["VOD"].faults == ()
    said = bench.last()
    assert ("VOD", "GBP", "2025-06-27", "73.105") in said
    assert ("EUR", "GBP", "2025-06-27", "0.8544") in said  # its rate is needed, and comes along
    bench.prints("london", "date,asset,quote,price\n2025-06-30,VOD,USD,99\n")
    (fault,) = bench.fetch()["VOD"].faults
    assert fault == "it is quoted in USD, not in GBX; is VOD another listing?"


def test_rates_of_the_ecb(bench: Bench, server: Server) -> None:
    """1,000 USD at 1.1720 for a euro are 853.24 EUR; in yen, 169.17 / 1.1720 = 144.343… for one."""
    keeper = bench.keeper
    keeper.add("deposit", "2025-05-02", "Broker", "USD", quantity=1000)
    assert bench.plan()["USD"][2:] == (day("2025-05-02"), TODAY)
    server.asked.clear()
    done = bench.fetch(cached=True)["USD"]
    assert (done.recorded, done.faults) == (4, ())
    assert server.asked == ["/eurofxref-hist-90d.xml"]
    keeper.price("EUR", "2025-06-27", "1.6", "CAD")  # a rate that nothing held needs
    assert "CAD" not in bench.plan()
    rate = keeper.book().graph.rate(keeper.asset_id("USD"), keeper.asset_id("EUR"), TODAY)
    assert rate is not None
    assert (rate.rate * 1000).quantize(Decimal("0.01")) == Decimal("853.24")
    assert isinstance(bench.plan()["USD"], Left)
    keeper.add("deposit", "2025-06-26", "Broker", "JPY", quantity=1000)
    bench.now += dt.timedelta(minutes=14)
    yen = bench.fetch(cached=True)["JPY"]
    assert (yen.recorded, yen.faults) == (2, ())  # there was none on the 26th
    assert server.asked == ["/eurofxref-hist-90d.xml"]
    rate = keeper.book().graph.rate(keeper.asset_id("USD"), keeper.asset_id("JPY"), TODAY)
    assert rate is not None
    assert str(rate.rate)[:7] == "144.343"
    bench.now += dt.timedelta(minutes=16)
    bench.fetch("usd", cached=True, span=Span(day("2025-05-02")))
    assert len(server.asked) == 2


def test_minutes_later_nobody_is_asked(bench: Bench) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    bench.fetch(cached=True)
    bench.now += dt.timedelta(minutes=10)
    assert bench.fetch(cached=True)["ACME"].job is not None  # Monday's close is not there
    assert len(bench.asked) == 1
    assert [path.stat().st_mode & 0o777 for path in (bench.folder / "cache").iterdir()] == [0o600]
    bench.fetch()
    assert len(bench.asked) == 2
    for path in (bench.folder / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:-3])  # torn
    bench.fetch(cached=True)
    assert len(bench.asked) == 3


def test_a_retry_date_is_waited_for(bench: Bench) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    bench.keeper.do(retry_price, "ACME", day("2025-07-15"))
    left = bench.fetch()["ACME"].left
    assert left is not None
    assert (left.state, left.until) == ("left alone", day("2025-07-15"))
    assert bench.asked == []
    assert bench.fetch("acme")["ACME"].recorded == 2  # whoever names it means it


def test_breaking_off_keeps_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.prints("daily", CLOSES)
    bench.source("ACME", source="command:daily")
    bench.keeper.add("deposit", "2025-06-20", "Broker", "USD", quantity=1)
    before = bench.keeper.everything()

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("folio.quotes.desk.get", interrupted)  # the second question
    with pytest.raises(KeyboardInterrupt):
        bench.fetch()
    assert len(bench.asked) == 1
    assert bench.keeper.everything() == before


def test_secrets_are_not_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTES_API_KEY", "hush-hush")
    code = "sys.exit('refused hush-hush at https://x.org/q?apikey=hush-hush&a=b')"
    bench.commands["leaky"] = [bench.program("leaky", code)]
    bench.source("ACME", source="command:leaky")
    assert bench.fetch()["ACME"].faults == (
        "the command leaky failed: refused *** at https://x.org/q",
    )


def test_sources_are_listed(bench: Bench) -> None:
    bench.keeper.write(lambda w: set_setting(w, ("book", 0), "price_source.stock", "command:daily"))
    bench.prints("daily", CLOSES)
    bench.fetch()
    rows = price_sources(bench.keeper.book(), Query(TODAY, bench.keeper.book().base)).rows
    (row,) = rows
    assert (row["asset"], row["source"], row["said_by"]) == ("ACME", "command:daily", "book")
    assert (row["last_date"], row["age"]) == (day("2025-06-27"), 3)


def test_a_file_of_the_ecb(bench: Bench) -> None:
    keeper = bench.keeper
    keeper.add("deposit", "2025-05-02", "Broker", "USD", quantity=1000)

    def take(data: bytes, **more: Any) -> tuple[int, ...]:
        return keeper.do(import_rates, data, today=TODAY, **more)

    assert take(ECB_DAYS, dry_run=True) == (4, 4, 0, 0, ())
    assert take(ECB_DAYS, since=day("2025-06-01")) == (3, 3, 0, 0, ())
    assert take(ECB_DAYS) == (4, 1, 3, 0, ())
    with pytest.raises(FolioError, match=r"is 1\.172 USD already, not 1\.173 USD"):
        take(ECB_DAYS.replace(b"1.1720", b"1.1730"))
    with pytest.raises(UsageError, match="eurofxref"):
        take(b"date,asset\n")


def test_a_currency_that_became_the_euro(bench: Bench) -> None:
    """Regulation (EC) 2866/98: 1.95583 marks a euro.  The bank's file has none of them: the rate
    comes along, the finding before says it, and nobody asks the bank in vain."""
    keeper = bench.keeper
    keeper.add("deposit", "1999-05-03", "Broker", "DEM", quantity=1000)

    def finding() -> list[tuple[Any, Any]]:
        found = status(keeper.book(), Query(TODAY, keeper.book().base)).rows
        return [(row["kind"], row["settle"]) for row in found if "DEM" in str(row["about"])]

    assert finding() == [
        ("no price",
         "folio price add EUR 1.95583 --currency DEM --on 1999-01-01; see: folio help prices")
    ]  # fmt: skip
    assert keeper.do(import_rates, ECB_DAYS, today=TODAY)[:3] == (1, 1, 0)
    assert keeper.do(import_rates, ECB_DAYS, today=TODAY)[:3] == (1, 0, 1)
    assert finding() == []
    page = holdings(keeper.book(), Query(TODAY, keeper.book().base)).rows
    (row,) = [row for row in page if row["asset"] == "DEM"]
    assert isinstance(row["value"], Amount)
    assert (row["value"].value, row["grade"]) == (Decimal("511.29"), "full")
    assert "DEM" not in bench.fetch()


@pytest.mark.skipif(os.name == "nt", reason="there it is another way to end")
def test_who_is_ended_leaves_nothing_running(tmp_path: Path) -> None:
    """systemd and ``timeout`` end folio by SIGTERM, which Python takes as the end at once."""
    code = (
        "from folio.quotes.programs import run; from folio.quotes.trying import Policy\n"
        f"run([{sys.executable!r}, '-c', 'import os, time; print(os.getpid(), flush=True);"
        ' open("pid", "w").write(str(os.getpid())); time.sleep(60)\'], Policy(), \'it\')'
    )
    folio = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    until = time.monotonic() + 20
    pid = tmp_path / "pid"
    while not (pid.exists() and pid.read_text("utf-8")) and time.monotonic() < until:
        time.sleep(0.02)
    folio.terminate()
    assert folio.wait(10) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text("utf-8")), 0)
