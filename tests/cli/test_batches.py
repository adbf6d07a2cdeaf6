"""Batches, as the program of somebody else writes them: what is taken, and every line refused."""

import json
from pathlib import Path

import pytest

from folio.cli.app import run

Output = pytest.CaptureFixture[str]
DEPOSIT = {"kind": "deposit", "on": "2025-01-02", "account": "Broker", "asset": "EUR"}


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLIO_DB", "book.db")
    monkeypatch.setenv("FOLIO_TODAY", "2025-06-30")
    for line in ("init --currency EUR", "account add Broker --cash"):
        assert run(line.split()) == 0
    capsys.readouterr()


def add(text: str, capsys: Output) -> tuple[int, str]:
    """What the command that takes a batch ends with, and says."""
    Path("rows").write_bytes(text.encode())
    code = run(["add-tx", "--batch", "rows"])
    said = capsys.readouterr()
    assert said.out == ""
    return code, said.err


def refused(text: str, capsys: Output) -> list[str]:
    """What is said of a batch that leaves the book, byte for byte, as it was."""
    before = Path("book.db").read_bytes()
    code, said = add(text, capsys)
    assert code == 1
    assert Path("book.db").read_bytes() == before
    assert [path.name for path in Path().glob("book.db*")] == ["book.db"]
    return said.splitlines()


def rows(*more: dict[str, object]) -> str:
    return "".join(json.dumps(DEPOSIT | {"quantity": 1} | one) + "\n" for one in more)


def test_every_line_that_is_wrong_is_named(capsys: Output) -> None:
    """What is wrong alike is said once, with all of its lines."""
    bad: dict[str, object] = {"quantity": None}
    said = refused(rows(bad, {}, bad, bad, bad, {"quantity": "x"}, {}, bad), capsys)
    assert said == [
        "folio: 6 of 8 rows cannot be recorded, so none was:",
        "  lines 1, 3-5, 8: deposit needs a quantity",
        "  line 6: quantity 'x' is not a plain number: write digits with at most one decimal "
        "point, such as 1234.56",
    ]
    many = refused(rows(*({"quantity": f"{n}x"} for n in range(100))), capsys)
    assert [line.split(":")[0].strip() for line in many[1:]] == [f"line {n}" for n in range(1, 101)]


def test_one_of_ten_thousand(capsys: Output) -> None:
    one: list[dict[str, object]] = [{"id": f"T{n}"} for n in range(10_000)]
    text = rows(*one[:7_776], one[7_776] | {"quantity": "0"}, *one[7_777:])
    assert refused(text, capsys) == [
        "folio: 1 of 10000 rows cannot be recorded, so none was:",
        "  line 7777: quantity 0 moves nothing; say how many units",
    ]
    assert add(rows(*one), capsys) == (0, "10000 read: 10000 recorded, 0 already there\n")
    assert add(rows(*one), capsys) == (0, "10000 read: 0 recorded, 10000 already there\n")


def test_an_id_is_of_one_row(capsys: Output) -> None:
    """Said twice alike it is there already; with other content the row is named that has it."""
    one: dict[str, object] = {"id": "T1"}
    assert refused(rows(one, one | {"quantity": 2}), capsys) == [
        "folio: 1 of 2 rows cannot be recorded, so none was:",
        "  line 2: id 'T1' is that of line 1, with other content",
    ]
    assert add(rows(one, one), capsys) == (0, "2 read: 1 recorded, 1 already there\n")
    # The same number as JSON has it, as a text, and with zeros at its end.
    for again in (1, "1", "1.00"):
        assert add(rows(one | {"quantity": again}), capsys)[1].endswith("1 already there\n")
    assert refused(rows({}, one | {"quantity": 2}), capsys)[1:] == [
        "  line 2: id 'T1' is transaction 1, with other content"
    ]


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("a\0b", "a text has the character \\u0000, which no text has; leave it out"),
        (
            "a\ud83d",
            "a text has half a character, such as \\ud83d alone; write both halves, or none",
        ),
    ],
)
def test_what_no_text_has_is_refused_by_its_line(capsys: Output, note: str, why: str) -> None:
    said = refused(rows({}, {"note": note}), capsys)
    assert said[1:] == [f"  line 2: {why}"]
    both = rows({"note": "a\U0001f600\u0007\n"})  # written by json as two halves
    assert add(both, capsys) == (0, "1 read: 1 recorded, 0 already there\n")


@pytest.mark.parametrize(
    "text",
    [
        "kind,on,account,asset,quantity,id,note\n"
        'deposit,2025-01-03,Broker,EUR,5,T1,"a\n""b"""\n"deposit",2025-01-03,Broker,EUR,5,T2,\n',
        '{"kind": "deposit", "on": "2025-01-03", "account": "Broker", "asset": "EUR",'
        ' "quantity": 5, "id": "T1", "note": "a\\n\\"b\\""}\n\n'
        '{"kind": "deposit", "on": "2025-01-03", "account": "Broker", "asset": "EUR",'
        ' "quantity": 5.0, "id": "T2", "note": null, "fee": ""}',
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_marks_and_line_ends_of_other_systems(
    capsys: Output, text: str, line_end: str, mark: str
) -> None:
    written = mark + text.replace("\n", line_end)
    assert add(written, capsys) == (0, "2 read: 2 recorded, 0 already there\n")
    assert add(written, capsys) == (0, "2 read: 0 recorded, 2 already there\n")
    assert run(["register", "-O", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["rows"]
    assert [(one["external_id"], one["quantity"]) for one in found] == [("T1", "5"), ("T2", "5")]
    assert [one["note"] and one["note"].split() for one in found] == [["a", '"b"'], None]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1e3", "quantity '1e3' is not a plain number: write it out without an exponent"),
        ("-5", "quantity -5 is negative; write it without a sign, the kind deposit gives the"),
        ("NaN", "quantity 'NaN' is not a plain number"),
        ("true", "not an object of texts and numbers"),
        ("[1]", "not an object of texts and numbers"),
    ],
)
def test_numbers_of_json(capsys: Output, number: str, why: str) -> None:
    text = rows({}).replace('"quantity": 1', f'"quantity": {number}')
    said = refused(text, capsys)
    assert said[1].startswith(f"  line 1: {why}")
