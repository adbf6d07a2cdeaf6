"""``folio report --profile`` says where the time went, and changes nothing else."""

import re

import pytest

from bookkeeper import Bookkeeper
from folio.cli.app import run

STAGES = ["start-up", "opening", "computing", "rendering", "reading", "total"]


def test_the_stages_are_told_beside_the_same_report(
    keeper: Bookkeeper, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.add("buy", "2025-01-03", "Broker", "ACME", quantity=3, price=10)
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    monkeypatch.setenv("FOLIO_TODAY", "2025-01-20")
    assert run(["report"]) == 0
    plain, silent = capsys.readouterr()
    before = keeper.everything()
    assert run(["report", "--profile"]) == 0
    profiled, told = capsys.readouterr()
    assert (profiled, silent) == (plain, "")
    assert keeper.everything() == before
    spent = re.findall(r"^(\S+) +(\d+\.\d) ms", told, re.MULTILINE)
    assert [stage for stage, _ in spent] == STAGES
    *parts, total = (float(ms) for _, ms in spent)
    assert sum(parts) == pytest.approx(total, abs=0.5)
    assert re.search(r"reading .* [1-9]\d* statements$", told, re.MULTILINE)
    assert "--profile" not in _help(capsys)


def _help(capsys: pytest.CaptureFixture[str]) -> str:
    run(["report", "--help"])
    return capsys.readouterr().out
