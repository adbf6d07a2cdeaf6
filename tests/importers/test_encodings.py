"""In which encoding a file is, as its letters tell; what they leave open is asked."""

import zoneinfo
from pathlib import Path

import pytest

from folio.errors import FolioError, UsageError
from folio.importers import parse_profile, read_statement, written_as
from folio.importers.files.encodings import SINGLE, by_letters
from folio.importers.files.text_file import choose_encoding
from folio.importers.interpreting.conditions import like_any
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from importing import PROFILES

UTC = zoneinfo.ZoneInfo("UTC")
GIVEN = Given({}, {"currency": "EUR", "institution": "Bank", "kind": "deposit"}, {})
TEXTS = [
    "Bäckerei Müller, Straße 5",
    "Café Français, Noël, 12,50 €",
    "Señor Muñoz: ¿qué?",
    "MÜLLER GMBH ZÜRICH",
    "Zürcher Kantonalbank – Gebühr",
]


@pytest.mark.parametrize("encoding", SINGLE)
@pytest.mark.parametrize("text", TEXTS)
def test_words_tell_in_which_encoding_they_are(text: str, encoding: str) -> None:
    plain = text.replace("€", "").replace("–", "") if encoding == "cp850" else text
    assert by_letters(plain.encode(encoding), SINGLE) == [encoding]


def written(folder: Path, encoding: str, payee: str = "Bäckerei Müller") -> Path:
    path = folder / "own.csv"
    path.write_text(
        f"Datum,Empfänger,Betrag\n2025-03-14,{payee},-12.50\n2025-03-20,Lohn,1500.00\n",
        encoding=encoding,
        newline="",
    )
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      *SINGLE])  # fmt: skip
def test_a_profile_is_made_of_a_file_in_any_of_them(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, encoding)
    proposal = propose(find_table(path), GIVEN)
    assert [one.key for one in proposal.questions if one.key == "encoding"] == []
    profile = parse_profile(profile_text("own", proposal), "own")
    notes = [draft.note for draft in read_statement(path, profile, UTC).drafts]
    assert notes == ["Bäckerei Müller", "Lohn"]


def test_what_letters_leave_open_is_asked(tmp_path: Path) -> None:
    """E0 alone is à in one encoding, a dagger in another, Ó in the third."""
    path = tmp_path / "own.csv"
    path.write_bytes(b"Datum,Text,Betrag\n2025-03-14,vol \xe0 Paris,-12.50\n")
    (question,) = [
        one for one in propose(find_table(path), GIVEN).questions if one.key == "encoding"
    ]
    assert question.choices == SINGLE
    said = GIVEN._replace(settings={**GIVEN.settings, "encoding": "cp850"})
    proposal = propose(find_table(path, "cp850"), said)
    assert "encoding" not in [one.key for one in proposal.questions]
    assert 'encodings = ["cp850"]' in profile_text("own", proposal)
    with pytest.raises(UsageError, match="is no encoding here"):
        find_table(path, "klingon")


# Names of columns and their first row, as banks of the country write them.
SCRIPTS = {
    "cp932": ("お取引日,お取引内容,お支払金額", "2024年12月31日,カード引落,500"),
    "gb18030": ("交易日期,摘要,支出", "2024-12-31,购物,500"),
    "cp949": ("거래일자,적요,출금금액", "2024.12.31,카드결제,500"),
    "big5": ("交易日,摘要,支出金額", "2024/12/31,購物,500"),
    "cp1250": ("Datum provedení,Zpráva,Objem", "31.12.2024,Nájem,-500"),
    "cp1251": ("Дата операции,Описание,Сумма операции", "31.12.2024,Пятёрочка,-500"),
    "cp1253": ("Ημερομηνία,Περιγραφή,Ποσό", "31/12/2024,ΑΓΟΡΑ,-500"),
    "cp1254": ("Tarih,Açıklama,İşlem Tutarı", "31.12.2024,Maaş,-500"),
    "cp1255": ("תאריך,תיאור,חובה", "31/12/2024,סופר,500"),
    "cp1256": ("التاريخ,الوصف,مدين", "31/12/2024,شراء,500"),
}


@pytest.mark.parametrize("encoding", SCRIPTS)
def test_names_of_columns_tell_of_which_script_a_file_is(tmp_path: Path, encoding: str) -> None:
    header, row = SCRIPTS[encoding]
    path = tmp_path / "own.csv"
    path.write_text(f"{header}\n{row}\n", encoding=encoding)
    proposal = propose(find_table(path), GIVEN)
    assert proposal.questions == ()
    profile = parse_profile(profile_text("own", proposal), "own")
    (draft,) = read_statement(path, profile, UTC).drafts
    assert (str(draft.occurred_on), draft.note) == ("2024-12-31", row.split(",")[1])
    assert str(draft.legs[0].quantity) == "-500"


def test_letters_that_no_western_words_have_ask_for_the_script(tmp_path: Path) -> None:
    """Nothing there is a name that is known: Cyrillic, by one encoding of it alone."""
    path = tmp_path / "own.csv"
    path.write_text("Когда,Покупка,Сколько\n31.12.2024,Пятёрочка,-500\n", encoding="cp1251")
    assert find_table(path).names == ("Когда", "Покупка", "Сколько")


def test_a_profile_names_several_and_the_letters_choose(tmp_path: Path) -> None:
    path = written(tmp_path, "mac_roman")
    assert choose_encoding(path, ("utf-8", "cp1252", "mac_roman")) == "mac_roman"
    assert choose_encoding(path, ("utf-8", "cp1252")) == "cp1252"  # as the profile says
    (tmp_path / "own.csv").write_bytes(b"a,b\0\0\0\0,c\n")
    with pytest.raises(FolioError, match="binary"):
        choose_encoding(path, ("utf-8",))


def test_it_can_be_said_of_one_file(tmp_path: Path) -> None:
    """A copy of a statement that an old Mac saved: its header has letters of its own."""
    sample = Path(__file__).parent / "dkb" / "sample.csv"
    path = tmp_path / "copy.csv"
    path.write_bytes(sample.read_text("utf-8").encode("mac_roman"))
    profile = written_as(PROFILES["dkb"], {"encoding": "mac_roman"})
    again = read_statement(path, profile, UTC)
    assert again.drafts == read_statement(sample, PROFILES["dkb"], UTC).drafts


@pytest.mark.parametrize("name", ["dkb", "revolut_crypto"])
def test_the_euro_sign_of_latin_9(name: str, tmp_path: Path) -> None:
    """One of DKB's columns is Betrag (€); Revolut writes €1.50.  In cp1252 that byte is ¤."""
    sample = Path(__file__).parent / name / "sample.csv"
    path = tmp_path / "copy.csv"
    path.write_bytes(sample.read_text("utf-8").encode("iso8859-15"))
    assert b"\xa4" in path.read_bytes()
    again = read_statement(path, PROFILES[name], UTC)
    assert again.drafts == read_statement(sample, PROFILES[name], UTC).drafts
    path.write_bytes(b"a,b\n\xa4,1\n\x80,2\n")
    assert choose_encoding(path, ("utf-8", "cp1252")) == "cp1252"  # which has a sign of its own


@pytest.mark.parametrize("letter", ["é", "?", "??", "\ufffd", "\ufffd\ufffd"])
def test_a_letter_that_was_lost_is_still_one_of_its_word(letter: str) -> None:
    """Some programs write ``?`` for what they cannot; a word that is none of these stays none."""
    fits = like_any(("*Opération de change*", "Compte Espèces"))
    assert fits is not None
    assert fits(f"Op{letter}ration de change - D{letter}bit")
    assert not fits("Opration de change")
    assert not fits("Oporation de change")
