"""Rows of which a column says in a word whether they were booked; all worked out by hand."""

import csv
import io
from pathlib import Path

import pytest
from mapped import UTC, given, questions, read, said

from folio.importers import load_profiles, parse_profile, read_statement
from folio.importers.cells.states import is_booked
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.teaching import new_states, taught, told_before
from folio.importers.mapping.writing import profile_text
from folio.model.statements import BAD, BOOKED, SKIPPED

HERE = Path(__file__).parent
PROFILES = load_profiles(None)
WITH_STATES = [name for name in PROFILES if PROFILES[name].booked and (HERE / name).is_dir()]
LIST = (
    "Date,Description,Amount,Status\n"
    "2025-03-01,Salary,1000.00,Booked\n"
    "2025-03-02,Shop,-20.00,Pending\n"
)


@pytest.mark.parametrize(
    ("words", "booked"),
    [
        ("Booked|Ausgeführt|GEBUCHT|Comptabilisé|Exécutée|Contabilizada|Ejecutado|Eseguito", True),
        ("Verwerkt|Uitgevoerd|Zaksięgowana|Zrealizowano|Bokförd|Gennemført|Concluído", True),
        ("Baigta|Pabeigts|Lõpetatud|Završeno|Dokončené|Ολοκληρώθηκε|Завършено|Completată", True),
        ("Reconciled|OK", True),
        ("Laukiama|Ootel|Odbijeno|Čaká sa|Ακυρώθηκε|Скасовано", False),
        (
            "Pending|Rejected|DECLINED|storniert|Abgelehnt|Anulada|Annulé|Rifiutata|En attente",
            False,
        ),
        (
            "Geweigerd|Odrzucono|Avvisad|Annulleret|Hylätty|Recusada|Zamítnuto|Nicht ausgeführt",
            False,
        ),
        ("Reversed|Open|Approved|Processed|Teilausgeführt|CO TO JEST|-", None),
    ],
)
def test_words_for_states(words: str, booked: bool | None) -> None:
    """In the languages of the profiles; what can mean either is not known."""
    assert {word: is_booked(word) for word in words.split("|")} == dict.fromkeys(
        words.split("|"), booked
    )


@pytest.mark.parametrize("name", WITH_STATES)
def test_a_row_in_a_state_that_nobody_knows_is_refused(name: str, tmp_path: Path) -> None:
    """A row of each sample that is booked: with one word changed it is none."""
    profile, path = PROFILES[name], tmp_path / "statement.csv"
    sample = (HERE / name / "sample.csv").read_text("utf-8-sig")
    assert profile.booked is not None
    columns = profile.texts[profile.booked.text].column
    delimiter = profile.file.delimiters[0]

    def cells_of(line: str) -> list[str]:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]

    path.write_text(sample, "utf-8")
    (first, *_) = [
        row.line
        for row in read_statement(path, profile, UTC).rows
        if row.status == BOOKED and "\n" not in row.text
    ]
    lines = sample.splitlines()
    header = next(cells for line in lines if set(columns) & set(cells := cells_of(line)))
    cells = cells_of(lines[first - 1])
    cells[next(place for place, cell in enumerate(header) if cell in columns)] = "Quarantined"
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    lines[first - 1] = out.getvalue()
    path.write_text("\n".join(lines) + "\n", "utf-8")
    bad = [row for row in read_statement(path, profile, UTC).rows if row.status == BAD]
    assert [(row.line, "'Quarantined'" in row.reason) for row in bad] == [(first, True)]


def test_a_column_of_states_that_a_profile_does_not_read(tmp_path: Path) -> None:
    """Monzo's rows with a column more: what is pending is left out, what is unclear refused."""
    path = tmp_path / "statement.csv"
    lines = (HERE / "n26" / "sample.csv").read_text("utf-8").splitlines()
    rows = lines[1:6]
    states = ["Booked", "Pending", "", "Reversed", "abgelehnt"]
    listed = [f'{row},"{state}"' for row, state in zip(rows, states, strict=True)]
    path.write_text("\n".join([f'{lines[0]},"Status"', *listed]) + "\n", "utf-8")
    statement = read_statement(path, PROFILES["n26"], UTC)
    assert [row.status for row in statement.rows] == [BOOKED, SKIPPED, BOOKED, BAD, SKIPPED]
    assert statement.rows[1].reason == "it is not completed"
    assert "'Reversed'" in statement.rows[3].reason


def test_a_state_of_an_address_is_none(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    lines = (HERE / "n26" / "sample.csv").read_text("utf-8").splitlines()[:3]
    path.write_text(f'{lines[0]},"State"\n{lines[1]},"NY"\n{lines[2]},"CA"\n', "utf-8")
    assert {row.status for row in read_statement(path, PROFILES["n26"], UTC).rows} == {BOOKED}


def test_states_that_are_known_are_not_asked_about(tmp_path: Path) -> None:
    statement = read(tmp_path, LIST, "set:currency=EUR")
    assert said(statement) == ["2025-03-01 deposit cash EUR 1000"]
    assert [row.reason for row in statement.rows if row.status == SKIPPED] == ["it is not booked"]


def test_a_state_that_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    text = LIST + "2025-03-03,Refund,20.00,Reversed\n2025-03-04,Fee,-1.00,Fertig\n"
    assert questions(tmp_path, text, "set:currency=EUR") == [
        "--kind 'Reversed=booked|skip'",
        "--kind 'Fertig=booked|skip'",
    ]
    answers = ("set:currency=EUR", "kind:Reversed=skip", "kind:Fertig=booked")
    assert said(read(tmp_path, text, *answers)) == [
        "2025-03-01 deposit cash EUR 1000",
        "2025-03-04 withdraw cash EUR -1",
    ]


def test_no_word_of_a_column_of_states_need_be_known(tmp_path: Path) -> None:
    text = "Date,Description,Amount,Status\n2025-03-01,Pay,10.00,A1\n2025-03-02,Shop,-2.00,B2\n"
    asked = questions(tmp_path, text, "set:currency=EUR")
    assert asked == ["--kind 'A1=booked|skip'", "--kind 'B2=booked|skip'"]


def test_a_profile_that_was_made_learns_a_state(tmp_path: Path) -> None:
    """Of money alone, too: a word that it was not told is refused, and learnt once it is."""
    path = tmp_path / "file.csv"
    path.write_text(LIST, "utf-8")
    text = profile_text("mine", propose(find_table(path), given("set:currency=EUR")))
    path.write_text(LIST + "2025-03-03,Refund,20.00,Reversed\n", "utf-8")
    profile = parse_profile(text, "mine")
    bad = [row for row in read_statement(path, profile, UTC).rows if row.status == BAD]
    assert [row.line for row in bad] == [4]
    told = told_before(profile, find_table(path), Given({}, {}, {"Reversed": "booked"}))
    assert told is not None
    proposal = propose(find_table(path), told)
    states = new_states(profile, proposal)
    assert states == {"Reversed": "booked"}
    learnt = parse_profile(taught(text, {}, proposal, states), "mine")
    assert said(read_statement(path, learnt, UTC))[-1] == "2025-03-03 deposit cash EUR 20"
    again = told_before(learnt, find_table(path), Given({}, {}, {}))
    assert again is not None
    assert again.kinds == {"Booked": "booked", "Pending": "skip", "Reversed": "booked"}
