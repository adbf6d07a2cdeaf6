"""Rows of a statement whose numbers are 0: units of 0 are told, and money alone is no trade."""

from pathlib import Path

import pytest

from folio.errors import BadRows
from importing import load, new_book, totals

HEADER = "date,kind,account,asset,quantity,price,currency,amount,fee\n"


def test_units_of_zero_are_told(tmp_path: Path) -> None:
    """A fee of 0.00, as banks print it, is counted alone."""
    path = tmp_path / "rows.csv"
    path.write_text(
        HEADER
        + "2025-01-02,buy,Broker,ACME,1,5,EUR,,\n"
        + "2025-01-03,sell,Broker,ACME,0,5,EUR,,0\n"
        + "2025-01-04,fee,Broker,EUR,0.00,,EUR,,\n"
    )
    summary = load(new_book(tmp_path), path, profile="generic")
    assert (summary.recorded, summary.skipped) == (1, 2)
    assert summary.notes == (
        "line 3 is left out (2025-01-03,sell,Broker,ACME,0,5,EUR,,0): it is of 0 units, and moves "
        "nothing",
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("2025-01-03,buy,Broker,ACME,0,,EUR,50,", "buy"),  # 50 paid for nothing
        ("2025-01-03,sell,Broker,ACME,0,5,EUR,20,1", "sell"),
        ("2025-01-03,buy,Broker,ACME,0,5,EUR,,1", "buy"),  # a fee alone
    ],
)
def test_money_without_units_is_no_trade(tmp_path: Path, row: str, kind: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{HEADER}2025-01-02,buy,Broker,ACME,1,5,EUR,,\n{row}\n")
    db = new_book(tmp_path)
    with pytest.raises(BadRows) as caught:
        load(db, path, profile="generic")
    why = f"it is a {kind} of 0 units, and money moves"
    assert str(caught.value).splitlines()[1:] == [f"  line 3: {why}"]
    summary = load(db, path, profile="generic", skip_bad=True)
    assert (summary.recorded, summary.rejected) == (1, 1)
    assert totals(db) == {"ACME": "1", "EUR": "-5"}
