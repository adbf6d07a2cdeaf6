"""The parts of the reading layer, and what is refused."""

import datetime as dt
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest

from folio.errors import FolioError, UsageError
from folio.importers import find_profiles, load_profiles, parse_profile, read_statement
from folio.importers.cells import amounts
from folio.importers.cells.dates import Calendar, compile_format
from folio.importers.cells.rows import RowFault
from folio.importers.language import expressions, patterns
from folio.model.assets import AssetRef, currency_ref
from folio.model.statements import BAD, SKIPPED, Statement
from folio.model.transactions import AccountRef, Draft

HERE = Path(__file__).parent
PROFILES = load_profiles(None)
UTC = zoneinfo.ZoneInfo("UTC")

BANK = """
name = "bank"
title = "A bank"
institution = "Bank"
institution_type = "bank"
account_type = "checking"
tracks_cash = true
note = "text"

[file]
delimiters = [";", ","]

[header]
require = ["Day", "Text", "Amount"]
forbid = ["Card"]

[date]
column = ["Day"]
formats = ["%d/%m/%Y", "%m/%d/%Y"]
by_column = true

[numbers]
decimal = "auto"

[texts]
text = "Text"
iban = { preamble = "IBAN (?P<value>[A-Z0-9]{4,34})" }

[amounts]
amount = "Amount"

[account]
name = "iban"

[[rules]]
kind = "deposit/withdraw"
legs = [{ role = "cash", currency = "'EUR'", quantity = "amount" }]

[identity]
fields = ["day", "text", "amount"]
"""


def drafts(folder: str, zone: str = "UTC") -> list[Draft]:
    profile = PROFILES[folder.split("_2")[0]]
    statement = read_statement(HERE / folder / "sample.csv", profile, zoneinfo.ZoneInfo(zone))
    return list(statement.drafts)


def bank(tmp_path: Path, text: str, profile: str = BANK) -> Statement:
    path = tmp_path / "bank.csv"
    path.write_text(text, encoding="utf-8")
    return read_statement(path, parse_profile(profile, "bank.toml"), UTC)


# What the legs are.


def test_a_price_in_pence_is_stated_in_pounds_and_fees_are_taken_out_of_the_total() -> None:
    (buy,) = [d for d in drafts("trading212") if d.legs and d.legs[0].asset.symbol == "BRL1"]
    assert (buy.legs[0].price, buy.legs[0].price_currency) == (Decimal("2.5"), currency_ref("GBP"))
    assert [(leg.role, leg.quantity) for leg in buy.legs[1:]] == [
        ("cash", Decimal("-57.92")),
        ("fee", Decimal("-0.09")),
        ("tax", Decimal("-0.29")),
    ]


def test_a_bare_utc_instant_falls_on_the_day_of_the_book() -> None:
    (buy,) = [d for d in drafts("trading212", "Europe/Berlin") if "EOF7:buy" in str(d.external_id)]
    assert buy.occurred_on == dt.date(2023, 2, 2)
    assert buy.occurred_at == dt.datetime(2023, 2, 1, 23, 30, 0, 500_000, tzinfo=dt.UTC)


def test_withheld_tax_is_shown_though_the_cash_is_net() -> None:
    (dividend,) = [d for d in drafts("trading212") if d.kind == "dividend"]
    assert [(leg.role, str(leg.asset), str(leg.quantity)) for leg in dividend.legs] == [
        ("cash", "EUR", "3.95"),
        ("cash", "USD", "0.75"),
        ("tax", "USD", "-0.75"),
    ]
    assert dividend.related_asset == AssetRef("WLD", isin="IE00TESTWLD1", name="World Fund")


def test_a_rule_that_names_no_legs_has_those_that_are_called_moved(tmp_path: Path) -> None:
    named = next(line for line in BANK.splitlines() if line.startswith("legs"))
    moved = f"[legs]\n{named.replace('legs', 'moved', 1)}\n"
    for profile in (BANK, BANK.replace(named, "") + moved):
        (draft,) = bank(tmp_path, "Day;Text;Amount\n30/01/2025;Rent;-700,10\n", profile).drafts
        (leg,) = draft.legs
        assert (draft.kind, leg.role, leg.asset) == ("withdraw", "cash", currency_ref("EUR"))
        assert leg.quantity == Decimal("-700.1")
    split = moved + '[[rules]]\nwhen = { text = "Split" }\nkind = "split"\nadded = "amount"'
    rules = parse_profile(BANK.replace(named, "") + split, "bank.toml")
    assert rules.legs_of(rules.rules[1]) == ()


def test_splits() -> None:
    (known,) = [d for d in drafts("trading212") if d.kind == "split"]
    assert (known.ratio, known.added, known.legs) == ((2, 1), Decimal(6), ())
    assert known.lines == (10, 11)
    (added,) = [d for d in drafts("schwab") if d.kind == "split"]
    assert (added.ratio, added.added, str(added.related_asset)) == (None, Decimal(40), "AAA")


def test_rows_of_one_corporate_action_are_one_event() -> None:
    by_kind = {d.kind: d for d in drafts("schwab")}
    assert [(str(leg.asset), int(leg.quantity)) for leg in by_kind["merger"].legs] == [
        ("NEWC", 30),
        ("999888777", -60),
    ]
    assert by_kind["symbol_change"].lines == (6, 7)


def test_staked_ether_becomes_ether_without_income() -> None:
    (swap,) = [d for d in drafts("coinbase") if d.kind == "swap" and len(d.lines) == 2]
    assert [(str(leg.asset), str(leg.quantity)) for leg in swap.legs] == [
        ("ETH2", "-0.4"),
        ("ETH", "0.4"),
    ]


def test_folios_own_file_names_accounts_and_more() -> None:
    profile = PROFILES["generic"]
    by_kind = {
        d.kind: d
        for d in read_statement(HERE / "generic_batch" / "sample.csv", profile, UTC).drafts
    }
    opening, transfer, split = by_kind["opening"], by_kind["transfer"], by_kind["split"]
    assert opening.account == AccountRef("one", "Broker")
    assert opening.legs[0].cost == Decimal("950.00")
    assert opening.legs[0].acquired_on == dt.date(2018, 5, 5)
    assert transfer.legs[1].account == AccountRef("cold", "Wallet")
    assert (split.ratio, split.account) == ((3, 1), None)
    assert by_kind["buy"].occurred_at == dt.datetime(2020, 2, 3, 0, 30, tzinfo=dt.UTC)
    assert [d.external_id for d in by_kind.values()] == [f"O{n}" for n in range(1, 8)]


# Files.


def test_columns_decide_and_the_preamble_names_the_account(tmp_path: Path) -> None:
    text = "IBAN DE00123\n\nDay;Text;Amount\n01/02/2024;a;1.234\n13/02/2024;b;-1.234,5\n"
    statement = bank(tmp_path, text)
    assert [str(d.occurred_on) for d in statement.drafts] == ["2024-02-01", "2024-02-13"]
    assert [d.legs[0].quantity for d in statement.drafts] == [Decimal(1234), Decimal("-1234.5")]
    assert statement.drafts[0].account == AccountRef("DE00123")


def test_an_ambiguous_column_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"column amount: '1.234' could be thousands"):
        bank(tmp_path, "Day;Text;Amount\n13/02/2024;a;1.234\n")
    with pytest.raises(UsageError, match="has a decimal point and '1,5' a decimal comma"):
        bank(tmp_path, "Day;Text;Amount\n13/02/2024;a;1.5\n13/02/2024;a;1,5\n")
    with pytest.raises(UsageError, match="'01/02/2024' could be several days"):
        bank(tmp_path, "Day;Text;Amount\n01/02/2024;a;1.5\n")
    with pytest.raises(UsageError, match="fit no single format"):
        bank(tmp_path, "Day;Text;Amount\n13/02/2024;a;1.5\n02/13/2024;a;1.5\n")


def test_rows_that_cannot_be_read_are_listed_together(tmp_path: Path) -> None:
    text = (
        "Day,Text,Amount\n13/02/2024,a\n14/02/2024,b,1,2\n32/01/2024,c,5\n15/02/2024,d,\n"
        '16/02/2024,"two\nlines",7\n17/02/2024,x"y,8\n18/02/2024,z,0.00\n,,\n19/02/2024,"q" ,9\n'
    )
    rows = bank(tmp_path, text).rows
    assert [(row.line, row.status) for row in rows] == [
        (2, BAD),
        (3, BAD),
        (4, BAD),
        (5, BAD),
        (6, "booked"),
        (8, "booked"),
        (9, SKIPPED),
        (10, SKIPPED),
        (11, "booked"),
    ]
    assert [row.reason for row in rows if row.reason] == [
        "it has 2 cells where the header has 3: amount is blank",
        "it has 4 cells where the header has 3",
        "'32/01/2024' is no date of this statement",
        "amount is blank",
        "moves nothing",
        "every cell is blank",
    ]
    assert rows[4].text == '16/02/2024,"two\nlines",7'


def test_a_backward_file_is_turned_round(tmp_path: Path) -> None:
    text = "Day;Text;Amount\n15/02/2024;late;1\n13/02/2024;second;2\n13/02/2024;first;3\n"
    assert [d.note for d in bank(tmp_path, text).drafts] == ["first", "second", "late"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; export"),
        (b"Day;Text;Amount\n", "has a header and no rows"),
        (b"Day;Text;Sum\n1;2;3\n", "not a statement of the profile bank .* lacks Amount;"),
        (b"Day;Text;Amount;Card\n1;2;3;4\n", "lacks no Card;"),
        (b"PK\x03\x04\x00\x00", "is a binary file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a spreadsheet of an older kind"),
        (b"\x1f\x8b\x08\x00", "packed with gzip; unpack it"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML>\n<html>", r"is a web page \(HTML\); export"),
        (b"<html><table><tr><td>Day</td></tr></table></html>", "is a web page"),
        (b"Day;Text;Amount\n13/02/2024;\x81;1\n", "is not text in utf-8 or cp1252"),
    ],
)
def test_a_file_that_is_no_statement(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(FolioError, match=message):
        read_statement(path, parse_profile(BANK, "bank.toml"), UTC)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    profile = parse_profile(BANK, "bank.toml")
    with pytest.raises(FolioError, match="there is no file"):
        read_statement(tmp_path / "none.csv", profile, UTC)
    with pytest.raises(FolioError, match="is a folder"):
        find_profiles(tmp_path, {"bank": profile})


def test_lines_and_columns_beyond_all_measure(tmp_path: Path) -> None:
    text = "Day;Text;Amount\n13/02/2024;a;1\n" + "x" * 1_500_000 + "\n14/02/2024;b;2\n"
    rows = bank(tmp_path, text + ";" * 20_000 + "\n15/02/2024;c;3").rows
    assert [(row.line, row.status) for row in rows if row.status != "booked"] == [
        (3, BAD),
        (5, BAD),
    ]
    assert "longer than 1000000" in rows[1].reason
    assert "more than 10000 columns" in rows[3].reason
    assert len(rows) == 5


def test_several_profiles_may_fit(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("Day,Text,Amount\n13/02/2024,a,1\n")
    one = parse_profile(BANK, "one")
    two = parse_profile(BANK.replace('name = "bank"', 'name = "bank2"', 1), "two")
    assert find_profiles(path, {"bank": one, "bank2": two, **PROFILES}) == [one, two]


def test_texts_by_place_by_unit_and_by_word(tmp_path: Path) -> None:
    profile = BANK.replace(
        'text = "Text"',
        """text = { column = "Text", map = { Miete = "rent" } }
second = { column = "Text", nth = 2 }
unnamed = { column = "Amount", offset = 1 }
unit = { unit_of = "amount" }""",
    )
    profile = profile.replace("'EUR'", "unit").replace('decimal = "auto"', "units = true")
    profile = profile.replace('note = "text"', 'note = "text"\ncodes = { Fr = "CHF" }')
    profile = profile.replace('kind = "deposit', "note = ['second', 'unnamed']\nkind = \"deposit")
    text = "Day;Text;Amount;;Text\n13/02/2024;Miete;€5;x;\n14/02/2024;b;-6.10 Fr;y;z\n"
    first, second = bank(tmp_path, text, profile).drafts
    assert (first.note, second.note) == ("x", "z")
    assert (first.kind, str(first.legs[0].asset)) == ("deposit", "EUR")
    assert (second.kind, str(second.legs[0].asset)) == ("withdraw", "CHF")


def test_a_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    text = "Day;Text;Amount\n13/02/2024;a;1\nDay;Text;Amount\n14/02/2024;b;2\n"
    assert [row.status for row in bank(tmp_path, text).rows] == ["booked", SKIPPED, "booked"]


# Sections and wide columns.


def test_a_file_of_sections(tmp_path: Path) -> None:
    profile = BANK.replace('["Day", "Text", "Amount"]', '["Statement", "Header", "Field"]')
    profile = profile.replace("by_column = true", "").replace('decimal = "auto"', "")
    profile = profile.replace("[date]", '[sections]\nread = ["Cash"]\n[date]')
    text = (
        "Statement,Header,Field\nStatement,Data,x\nCash,Header,Text,Amount,Day\n"
        "Cash,Data,in,5.00,13/02/2024\nCash,Total,,5.00,\nCash,Header,Day,Text,Amount\n"
        "Cash,Data,14/02/2024,out,-2\nOther,Data,14/02/2024\n"
    )
    statement = bank(tmp_path, text, profile)
    assert [(d.note, str(d.legs[0].quantity)) for d in statement.drafts] == [
        ("in", "5.00"),
        ("out", "-2"),
    ]
    assert len(statement.rows) == 7


def test_columns_for_each_asset(tmp_path: Path) -> None:
    profile = BANK.replace('["Day", "Text", "Amount"]', '["Day", "Text"]').replace(
        "[[rules]]",
        """[wide]
name = "coin"
amounts = { moved = "{coin} moved {coin}", cost_in = "Fee {coin}" }
[assets.coin]
symbol = "coin"
currencies = true
[[rules]]
when = { text = "buy" }
kind = "trade"
legs = [
    { role = "auto", each = true, asset = "coin", quantity = "moved" },
    { role = "fee", each = true, asset = "coin", quantity = "-cost_in" },
]
[[rules]]""",
    )
    text = "Day;Text;EUR moved EUR;Fee EUR;BTC moved BTC;Fee BTC\n13/02/2024;buy;-50.5;0.5;0.001;\n"
    (buy,) = bank(tmp_path, text, profile).drafts
    assert buy.kind == "buy"
    # By name: the order of columns does not matter.
    assert [(leg.role, str(leg.asset), str(leg.quantity)) for leg in buy.legs] == [
        ("asset", "BTC", "0.001"),
        ("cash", "EUR", "-50.5"),
        ("fee", "EUR", "-0.5"),
    ]


# Numbers, dates, expressions, patterns.


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234.50", "point", "1234.50"),
        ("1 234,50", "comma", "1234.50"),
        ("1\u202f234,50 €", "comma", "1234.50"),
        ("$-0.88", "point", "-0.88"),
        ("-$0.88", "point", "-0.88"),
        ("($0.88)", "point", "-0.88"),
        ("0.88-", "point", "-0.88"),
        ("−5", "point", "-5"),
        ("1’000.5", "point", "1000.5"),
        (".5", "point", "0.5"),
        ("12,34,567", "point", "1234567"),
        ("1,200.00 Dr", "point", "-1200"),
        ("1.234,5", "each", "1234.5"),
        ("1,234.5", "each", "1234.5"),
        ("5", "each", "5"),
    ],
)
def test_numbers(cell: str, decimal: str, value: str) -> None:
    assert amounts.read_amount(cell, amounts.Style(decimal)) == Decimal(value)


@pytest.mark.parametrize(
    "cell",
    [
        "1,5",
        "0,123",
        "1,23.5",
        "--5",
        "(-5)",
        "5 USD",
        "1e5",
        "NaN",
        "½",
        "٣",
        "1" * 41,
        "(12.5",
        "12.5)",
        "--",
    ],
)
def test_numbers_that_are_refused(cell: str) -> None:
    with pytest.raises(RowFault):
        amounts.read_amount(cell, amounts.Style("point"))


def test_what_stands_for_nothing_is_no_number() -> None:
    style = amounts.Style("point", blanks=frozenset({"--"}))
    assert [amounts.read_amount(cell, style) for cell in ("", "--", "0")] == [None, None, 0]


@pytest.mark.parametrize(
    ("cell", "proven"),
    [
        ("1.234.567", "comma"),
        ("1,234,567", "point"),
        ("1.234,5", "comma"),
        ("1,234.5", "point"),
        ("1,234", "either"),
        ("123.456 EUR", "either"),
        ("1234,567", "comma"),
        ("0.123", "point"),
        ("1,2345", "comma"),
        ("1234", ""),
        ("Value, EUR", ""),  # a header that comes again
    ],
)
def test_what_digits_prove(cell: str, proven: str) -> None:
    assert amounts.proven_decimal(cell) == proven


@pytest.mark.parametrize(
    ("cell", "value"), [("1,00499", "1"), ("1,005", "1.01"), (",995", "1"), ("-1,25", "-1.25")]
)
def test_what_a_source_reckoned_only_is_rounded_once(cell: str, value: str) -> None:
    assert amounts.read_amount(cell, amounts.Style("comma", places=2)) == Decimal(value)


def test_units_beside_numbers_and_numbers_as_identities() -> None:
    cells = ("249.73 USD", "€5", "1.5", "none")
    assert [amounts.unit_of(cell) for cell in cells] == ["USD", "EUR", "", ""]
    assert [amounts.canonical_amount(one) for one in (None, Decimal("1.50"))] == ["", "1.5"]


def test_units_and_exponents_only_where_they_are_allowed() -> None:
    style = amounts.Style("point", exponents=True, units=True)
    assert amounts.read_amount("249.73 USD", style) == Decimal("249.73")
    assert amounts.read_amount("1E-7", style) == Decimal("0.0000001")
    with pytest.raises(RowFault):
        amounts.read_amount("1E-99", style)


@pytest.mark.parametrize("cell", ["12O", "1O0", "270O USD", "$1.2O", "(5l)", "-0.0I BTC"])
def test_a_letter_in_the_place_of_a_digit_is_no_unit(cell: str) -> None:
    with pytest.raises(RowFault, match="is no number"):
        amounts.read_amount(cell, amounts.Style("point", units=True))


@pytest.mark.parametrize("cell", ["5OP", "5 O", "5ILV", "5 l", "5 IOTA", "5lb"])
def test_a_unit_may_begin_with_such_a_letter(cell: str) -> None:
    assert amounts.read_amount(cell, amounts.Style("point", units=True)) == 5


@pytest.mark.parametrize(
    ("form", "cell", "printed"),
    [
        ("%d-%m-%Y %H:%M", "05-06-2024 09:15", "2024-06-05 09:15:00"),
        ("%d %b %Y", "5 Sept 2024", "2024-09-05 00:00:00"),
        # A spreadsheet leaves out the zero before a number: the 1st of March, no 10th.
        ("%d%m%Y", "1032025", "2025-03-01 00:00:00"),
        ("%Y%m%d", "20250301", "2025-03-01 00:00:00"),
        ("%m/%d/%y %I:%M %p", "06/05/24 12:05 AM", "2024-06-05 00:05:00"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2024-06-05T09:15:00.1234567Z", "2024-06-05 09:15:00.123456"),
    ],
)
def test_dates(form: str, cell: str, printed: str) -> None:
    found = compile_format(form, {})(cell)
    assert found is not None
    assert str(found.time) == printed


def test_impossible_days_are_refused() -> None:
    for cell in ("30-02-2024", "31-04-2024", "2024-02-01", "1-1-24"):
        assert compile_format("%d-%m-%Y", {})(cell) is None
    assert compile_format("%Y%m%d", {})("2025112") is None  # 12 January, or 2 November
    for form in ("%Y-%m", "%d/%m/%Q", "%d %d %m %Y"):
        with pytest.raises(ValueError, match="date format"):
            compile_format(form, {})


def test_a_local_time_stands_and_an_unknown_zone_has_no_instant() -> None:
    zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    parses = [compile_format("%Y-%m-%d %H:%M", {})]
    local = Calendar(parses, zoneinfo.ZoneInfo("America/New_York"), zone).read("2024-06-05 23:00")
    assert (str(local.day), str(local.instant)) == ("2024-06-05", "2024-06-06 03:00:00+00:00")
    unknown = Calendar(parses, None, zone).read("2024-06-05 23:00")
    assert (str(unknown.day), unknown.instant) == ("2024-06-05", None)


@pytest.mark.parametrize(
    "cell",
    ["2024-06-05T23:00:00Z", "2024-06-05 23:00:00+00:00", "2024-06-05T19:00:00.000-04:00"],
)
def test_an_instant_of_iso_8601_fits_every_profile(cell: str) -> None:
    """23:00 in UTC is one o'clock of the next day in Berlin; what a source wrote keeps its day."""
    calendar = Calendar([compile_format("%d.%m.%Y", {})], None, zoneinfo.ZoneInfo("Europe/Berlin"))
    when = calendar.read(cell)
    assert when.instant == dt.datetime(2024, 6, 5, 23, tzinfo=dt.UTC)
    assert str(when.day) == ("2024-06-05" if "-04" in cell else "2024-06-06")
    with pytest.raises(RowFault, match="'2024-06-05' is no date of this statement"):
        calendar.read("2024-06-05")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a name or a number is missing before ''"),
        ("a +", "a name or a number is missing before ''"),
        ("a ** b", r"a name or a number is missing before '\*'"),
        ("f(a)", "something stands after its end"),
        ("a.b", r"'\.b' is not understood"),
        ("a[0]", r"'\[0\]' is not understood"),
        ("__import__('os')", r"\"'os'\)\" is not understood"),
        ("1 2", "something stands after its end"),
        ("a / b", "'/ b' is not understood"),
        ("(a", r"a '\)' is missing"),
        ("abs(a, b)", "abs takes one value"),
        ("round(a)", "round takes 2 values"),
        ("a" * 301, "it is longer than 300 characters"),
    ],
)
def test_expressions_that_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be read: {why}$"):
        expressions.parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(a+)+", "a quantifier stands inside another"),
        ("(a|ab)*", "a quantifier stands inside another"),
        ("(.*)*", "a quantifier stands inside another"),
        ("(a?){30}", "a quantifier stands inside another"),
        (r"(a)\1", "back-references and look-arounds are not allowed"),
        ("(?=a)b", "back-references and look-arounds are not allowed"),
        (".*.*.*.*x", r"use at most three of \* and \+"),
        ("x" * 1001, "longer than 1000 characters"),
        ("(", "is no regular expression: missing"),
    ],
)
def test_patterns_that_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"the pattern .*{why}"):
        patterns.compile_pattern(text)


# Profiles.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tracks_cash = true", "", r"bank.toml is wrong: tracks_cash: Field required"),
        ("tracks_cash = true", "tracks_cash = 1", "tracks_cash: Input should be a valid boolean"),
        ("[date]", "[date]\nfile = 'x'", "date.file: Extra inputs are not permitted"),
        ('"amount" }]', '"total" }]', "rules.0.legs.0: 'total' is not defined"),
        ('"deposit/withdraw"', '"gift"', "'gift' is no kind"),
        ('"%d/%m/%Y"', '"%d/%Y"', "needs a year, a month and a day"),
        ("(?P<value>[A-Z0-9]{4,34})", "(?P<value>(x+)+)", "could run for ever"),
        ("(?P<value>", "(?P<other>", "needs a group"),
        ("title =", "title", "is no TOML"),
        ('[";", ","]', '[";;"]', "each delimiter is one character"),
        ("[file]", "[file]\nencodings = 'base64'", "'base64' is no encoding"),
        ('name = "bank"', 'name = "A bank"', "name: 'A bank' is no name: it must match"),
        (
            'text = "Text"',
            'text = "Text"\namount = "Amount"',
            "amount is both a text and an amount",
        ),
        ("[file]", "[file]\nformat = 'xml'", r"xml needs \[sections\] that name the elements"),
        ('["Day", "Text", "Amount"]', "[]", "header.require: name the columns that tell the file"),
        ("\nlegs = [", "\nlegs = 'none' # [", r"rules.0.legs: there is no \[legs\] none"),
        ("[[rules]]", "[[rules]]\njoin = 'two'", r"rules.0.join: there is no \[joins.two\]"),
        ("[[rules]]", "[[rules]]\nskip = 'it'", "rules.0: a rule has a kind, or a reason to skip"),
        ("[[rules]]", "[[rules]]\nstates = { balance = 'amount' }", "why the row moves nothing"),
        ('"amount" }]', '"amount", each = true }]', r"a leg says each, but there is no \[wide\]"),
        ("currency = \"'EUR'\"", 'asset = "share"', r"there is no \[assets.share\]"),
        ("currency = \"'EUR'\", ", "", r"rules.0.legs.0: a leg has an asset or a currency$"),
        ('"amount" }]', '"amount +" }]', "rules.0.legs.0.quantity: the expression 'amount"),
        ("[file]", "[words]\na = 1\n[file]", "words: each name has a list of texts"),
        ("[file]", "[patterns]\na = 1\n[file]", "patterns: each name has a pattern"),
        ("[date]", "[date]\nzone = 'Mars'", "'Mars' is no time zone, such as UTC or Europe/Zuri"),
        ("[file]", "[sections]\nread = ['a']\n[file]", "sections: state the number and date"),
        ('"amount" }]', '"round(amount, 2)" }]', "the second value of round is the name of a text"),
    ],
)
def test_a_broken_profile_is_named_with_its_key(old: str, new: str, message: str) -> None:
    assert old in BANK
    with pytest.raises(FolioError, match=message):
        parse_profile(BANK.replace(old, new, 1), "bank.toml")


def test_the_users_own_profiles_come_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(BANK.replace('"bank"', '"wise"', 1))
    (tmp_path / "notes.txt").write_text("no profile")
    profiles = load_profiles(tmp_path)
    assert set(profiles) == set(PROFILES)
    assert profiles["wise"].title == "A bank"
    (tmp_path / "broken.toml").write_text("name = 3")
    with pytest.raises(FolioError, match=r"broken.toml is wrong: name:"):
        load_profiles(tmp_path)
    assert load_profiles(tmp_path / "absent") == PROFILES


# What the institutions' own wording means.


def read_rows(tmp_path: Path, folder: str, *rows: str, header: str = "") -> list[Draft]:
    """The drafts of these rows, under the header of that sample or another one."""
    lines = (HERE / folder / "sample.csv").read_text(encoding="utf-8").splitlines()
    header = header or next(line for line in lines if line.count(",") > 5)
    path = tmp_path / "statement.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return list(read_statement(path, PROFILES[folder], UTC).drafts)


def moved(draft: Draft) -> list[tuple[str, str]]:
    return [(str(leg.asset), str(leg.quantity)) for leg in draft.legs]


CONVERTED = 'a1,2024-01-05 06:06:14 UTC,Convert,ETH,-0.1,EUR,€2,-€2,-€2,€0,"Converted {} to {}"'


@pytest.mark.parametrize(
    ("source", "target", "legs"),
    [
        ("0,1 ETH", "198,5 USDC", [("ETH", "-0.1"), ("USDC", "198.5")]),
        ("0.1 ETH", "1.234 USDC", [("ETH", "-0.1"), ("USDC", "1.234")]),
        ("0,1 ETH", "1,234 USDC", [("ETH", "-0.1"), ("USDC", "1.234")]),
        ("0.1 ETH", "1,234 USDC", [("ETH", "-0.1"), ("USDC", "1234")]),
        ("0.1 ETH", "1,234.5 USDC", [("ETH", "-0.1"), ("USDC", "1234.5")]),
        ("0,1 ETH", "1.234,5 USDC", [("ETH", "-0.1"), ("USDC", "1234.5")]),
    ],
)
def test_notes_may_have_a_decimal_comma_and_thousands(
    tmp_path: Path, source: str, target: str, legs: list[tuple[str, str]]
) -> None:
    (swap,) = read_rows(tmp_path, "coinbase", CONVERTED.format(source, target))
    assert (swap.kind, moved(swap)) == ("swap", legs)


@pytest.mark.parametrize(("source", "target"), [("0,1 ETH", "1.234 USDC"), ("1 ETH", "1,234 USDC")])
def test_notes_that_could_be_read_two_ways_are_refused(
    tmp_path: Path, source: str, target: str
) -> None:
    assert read_rows(tmp_path, "coinbase", CONVERTED.format(source, target)) == []
    statement = read_statement(tmp_path / "statement.csv", PROFILES["coinbase"], UTC)
    (reason,) = [row.reason for row in statement.rows if row.status == BAD]
    assert "could be thousands or a fraction" in str(reason)


def test_the_fee_of_a_conversion_is_not_paid_again_where_it_arrives(tmp_path: Path) -> None:
    row = (
        'BALANCE-1,05-02-2024,"05-02-2024 10:00:00.000",425.00,GBP,"Converted 500 EUR to 425 GBP",,'
        "425.00,EUR,GBP,0.85,,,,,,,,,2.40,,CREDIT,CONVERSION"
    )
    (swap,) = read_rows(tmp_path, "wise", row)
    assert (swap.kind, moved(swap)) == ("swap", [("GBP", "425.00")])


def test_returned_capital_is_no_dividend(tmp_path: Path) -> None:
    header = (
        "Action,Time,ISIN,Ticker,Name,No. of shares,Total,Currency (Total),Withholding tax,"
        "Currency (Withholding tax),ID"
    )
    row = "Dividend (Return of capital),2024-03-02 09:00:00,US0000000001,REIT,Reit,100,1.78,EUR,,,"
    (returned,) = read_rows(tmp_path, "trading212", row, header=header)
    assert (returned.kind, moved(returned)) == ("return_of_capital", [("EUR", "1.78")])


def test_a_wallet_of_its_own_has_a_balance_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ledgers.csv"
    path.write_text(
        "txid,refid,time,type,subtype,aclass,asset,wallet,amount,fee,balance\n"
        "L1,R1,2024-01-01 08:00:00,deposit,,currency,ADA,spot / main,300,0,300\n"
        "L2,R2,2024-01-02 08:00:00,earn,allocation,currency,ADA,spot / main,-100,0,200\n"
        "L3,R2,2024-01-02 08:00:00,earn,allocation,currency,ADA,earn / flexible,100,0,100\n"
        "L4,R3,2024-01-03 08:00:00,earn,reward,currency,ADA,earn / flexible,0.5,0.1,100.4\n",
        encoding="utf-8",
    )
    statement = read_statement(path, PROFILES["kraken_ledgers"], UTC)
    assert [str(stated.balance) for stated in statement.balances] == ["300.4"]
    assert not [note for note in statement.notes if "balance" in note]


def test_an_isa_moved_in_and_a_dividend_in_words(tmp_path: Path) -> None:
    rows = (
        '01/02/2023,ISA Transfer In,"10,000.00","10,000.00"',
        "02/02/2023,Dividend: VUSA,15,10015",
    )
    moved_in, paid = read_rows(tmp_path, "vanguard_uk", *rows, header="Date,Details,Amount,Balance")
    assert (moved_in.kind, moved(moved_in)) == ("deposit", [("GBP", "10000.00")])
    assert (paid.kind, moved(paid)) == ("dividend", [("GBP", "15")])


def test_a_pattern_that_is_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends for each cell; for a file's it would take hours.  A quick one is let go on."""
    monkeypatch.setattr(patterns, "PATIENCE", 0.02)
    slow = patterns.compile_pattern("(?P<value>.*a.*b)")
    with pytest.raises(FolioError, match=r"takes too long for this file.*\{1,20\}"):
        any(slow.fullmatch("a" * 500) for _ in range(1000))
    quick = patterns.compile_pattern("(?P<value>.+) of (?P<name>.+)")
    monkeypatch.setattr(patterns, "PATIENCE", 0.0)
    monkeypatch.setattr(patterns, "SLOW", 1.0)
    assert quick.fullmatch("5 of ACME")
    assert quick.groupindex["name"] == 2
