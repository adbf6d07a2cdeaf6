"""A Flex query: records in XML, and what a file of that sort may not do.

The figures of the sample are worked by hand.  EUR 5000 − 3000 − 1.80 (changed into dollars)
− 1200 − 3.60 − 3 (LVMH) = 791.60; USD 3150 − 2501.23 − 1 (VTI) + 5 − 0.75 (a dividend) =
652.02.  The order and the summary say again what an execution and a detail say.
"""

import zoneinfo
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from folio.errors import FolioError
from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED, Statement
from importing import PROFILES, ledger, load, new_book

SAMPLE = Path(__file__).parent / "ibkr_flex" / "sample.xml"
TEXT = SAMPLE.read_text("utf-8")
UTC = zoneinfo.ZoneInfo("UTC")


def read(path: Path) -> Statement:
    (profile,) = find_profiles(path, PROFILES)
    assert profile.name == "ibkr_flex"
    return read_statement(path, profile, UTC)


def written(folder: Path, text: str | bytes, name: str = "renamed.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def content(statement: Statement) -> list[str]:
    return sorted(str(draft._replace(lines=())) for draft in statement.drafts)


def test_the_sample_comes_out_as_expected() -> None:
    statement = read(SAMPLE)
    totals: Counter[str] = Counter()
    for draft in statement.drafts:
        for leg in draft.legs:
            totals[str(leg.asset)] += leg.quantity  # type: ignore[assignment]
    assert {asset: to_text(Decimal(total)) for asset, total in totals.items()} == {
        "EUR": "791.6",
        "USD": "652.02",
        "VTI": "10",
        "MC": "2",
    }
    kinds = Counter(draft.kind for draft in statement.drafts)
    assert kinds == Counter("deposit swap buy buy dividend tax split".split())
    (split,) = [draft for draft in statement.drafts if draft.kind == "split"]
    assert (str(split.related_asset), split.ratio, split.legs) == ("VTI", (4, 1), ())
    assert [row.status for row in statement.rows].count(SKIPPED) == 2
    lines = TEXT.split("\n")
    assert all(row.text == lines[row.line - 1] for row in statement.rows)
    dividend = next(draft for draft in statement.drafts if draft.kind == "dividend")
    assert dividend.note.endswith("USD 0.5 & MORE > 0")


def test_bytes_order_and_attributes_do_not_matter(tmp_path: Path) -> None:
    original = read(SAMPLE)
    head, *records = TEXT.partition("<Trade ")[0], *TEXT.split("\n")[4:8]
    trades = "\n".join(records)
    assert trades in TEXT
    for variant in (
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        TEXT.encode("utf-16"),
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + TEXT,
        TEXT.replace("\n", ""),  # every record on one line
        TEXT.replace(trades, "\n".join(reversed(records))),
        TEXT.replace('symbol="MC" ', "").replace('tradeID="7002"', 'tradeID="7002" symbol="MC"'),
        TEXT.replace(' levelOfDetail="EXECUTION"', ""),
        TEXT.replace("<Trades>", "<!-- a comment --><Unknown a='1'/><Trades>"),
    ):
        again = read(written(tmp_path, variant))
        assert content(again) == content(original)
        assert len({row.line for row in again.rows}) == len(again.rows)
    assert head


def test_orders_are_read_where_there_are_no_executions(tmp_path: Path) -> None:
    lines = [line for line in TEXT.split("\n") if 'levelOfDetail="EXECUTION"' not in line]
    statement = read(written(tmp_path, "\n".join(lines)))
    assert [draft.kind for draft in statement.drafts].count("buy") == 1


def test_parts_of_a_file_make_the_whole_and_it_adds_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = new_book(tmp_path / "whole")
    assert load(whole, SAMPLE).recorded == 7
    assert load(whole, written(tmp_path, TEXT + "\n")).recorded == 0
    parts = [
        "\n".join(line for line in TEXT.split("\n") if not line.startswith(without))
        for without in ("<Trade ", "<CashTransaction ")
    ]
    for number, order in enumerate((parts, parts[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        db = new_book(folder)
        for index, part in enumerate(order):
            # Where the executions are missing the order stands for them: the user says once.
            text = part.replace("<Order ", "<Lot ")
            load(db, written(folder, text, f"{index}.xml"))
        assert ledger(db) == ledger(whole)


def test_a_repeated_record_is_a_second_booking_and_text_between_them_is_bad(tmp_path: Path) -> None:
    deposit = next(line for line in TEXT.split("\n") if "ELECTRONIC FUND" in line)
    again = read(written(tmp_path, TEXT.replace(deposit, f"{deposit}\n{deposit}")))
    assert len(again.drafts) == 8
    assert any("repeats line" in note for note in again.notes)
    bad = read(written(tmp_path, TEXT.replace(deposit, f"{deposit}\ngarbage")))
    assert [(row.line, row.text) for row in bad.rows if row.status == BAD] == [(12, "garbage")]
    assert content(bad) == content(read(SAMPLE))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>' + TEXT,
        '<!DOCTYPE a SYSTEM "file:///etc/hostname">' + TEXT,
        TEXT.replace("<Trades>", "<x>" * 60 + "</x>" * 60 + "<Trades>"),
        TEXT.replace("</Trades>", ""),
        TEXT.replace('symbol="MC"', 'symbol="&mc;"'),
    ],
    ids=["entity", "external", "deep", "unclosed", "unknown entity"],
)
def test_what_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FolioError, match=r"line \d+|lacks the elements"):
        read_statement(written(tmp_path, text), PROFILES["ibkr_flex"], UTC)


def test_other_profiles_refuse_the_file_and_this_one_refuses_others(tmp_path: Path) -> None:
    for name, profile in PROFILES.items():
        if name != "ibkr_flex":
            with pytest.raises(FolioError, match="is not a statement of the profile"):
                read_statement(SAMPLE, profile, UTC)
    for text in ("Day,Text\n1,2\n", "<html></html>", "<OFX></OFX>"):
        with pytest.raises(FolioError, match=r"its header lacks|lacks the elements|is a web page"):
            read_statement(written(tmp_path, text), PROFILES["ibkr_flex"], UTC)
