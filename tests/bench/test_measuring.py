"""The benchmark's arithmetic, and what it does with a command that fails or does not end."""

import json
import os
import sys

import pytest
import results
from measuring import Contender, Failed, Measured, Run, Step, TooLong, measure, middle, ratio, run
from work import BYTES, LINES, Target

ENV = dict(os.environ)


def python(text: str, **more: object) -> Step:
    return Step([sys.executable, "-c", text], ENV)._replace(**more)  # type: ignore[arg-type]


def test_the_middle() -> None:
    assert middle([3.0, 1.0, 2.0]) == 2.0
    assert middle([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert middle([]) is None


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    """2/1, 9/3, 4/4 → 2, 3, 1; a ratio of the medians, 4/3, would be another number."""
    assert ratio([2.0, 9.0, 4.0], [1.0, 3.0, 4.0]) == 2.0
    assert ratio([2.0, 9.0, None], [1.0, None, 4.0]) == 2.0
    assert ratio([2.0, None], [None, 4.0]) is None


def test_rounds_are_in_turn_and_the_first_one_warms_up() -> None:
    order: list[str] = []
    contenders = [
        Contender(name, lambda number: [python("")], lambda number, name=name: order.append(name))
        for name in ("a", "b")
    ]
    found = measure(contenders, rounds=2, limit=60, budget=600, watch=lambda text: None)
    assert order == ["a", "b"] * 3
    assert [len(one.runs) for one in found.values()] == [2, 2]


def test_no_round_starts_when_the_time_is_up() -> None:
    one = Contender("a", lambda number: [python("")])
    found = measure([one], rounds=50, limit=60, budget=0, watch=lambda text: None)
    assert len(found["a"].runs) == 1


def test_what_fails_is_not_run_again() -> None:
    one = Contender("a", lambda number: [python("raise SystemExit(3)")])
    found = measure([one], rounds=3, limit=60, budget=600, watch=lambda text: None)["a"]
    assert "ended with 3" in found.failed
    assert found.wall is None


@pytest.mark.parametrize("terminal", [False, True])
def test_a_run_is_proved_by_what_it_prints(terminal: bool) -> None:
    say = "import sys; print(sys.stdout.isatty(), 'x' * 200000, 'end')"
    done = run(python(say, proof=rf"(?s)^{terminal} x.*end", terminal=terminal), limit=60)
    assert done.cpu > 0
    assert done.wall > 0
    assert done.peak > 5 * 10**6
    with pytest.raises(Failed, match="ended with 0"):
        run(python(say, proof="something else", terminal=terminal), limit=60)


def test_a_command_is_stopped_at_its_limit() -> None:
    with pytest.raises(TooLong):
        run(python("import time; time.sleep(60)"), limit=0.2)


def test_a_target_is_judged_by_the_fastest_of_several() -> None:
    """Folio needs 1, 1, 1 s; one peer 8 s, another 2 s, a third was stopped after 4 s."""
    own = Measured([Run(1.0, 1.0, 9)] * 3, [])
    others = {
        "slow": Measured([Run(8.0, 8.0, 9)] * 3, []),
        "fast": Measured([Run(2.0, 2.0, 9)] * 3, []),
        "late": Measured([None] * 3, [], stopped=4.0),
    }
    one = results.record({"folio": own, **others}, "abc")
    assert results.judged(one, Target(0.5, ["slow", "fast"]))[1:] == ("0.5 × fast (0.5)", "yes")
    assert results.judged(one, Target(0.4, ["slow", "fast"]))[2] == "**no**"
    assert results.judged(one, Target(0.5, ["late"]))[1:] == ("at most 1/4 ×", "yes")
    assert results.judged(one, Target(2, (), None, "s"))[1:] == ("1 s", "yes")


def test_what_failed_or_was_stopped_has_met_nothing() -> None:
    start = Measured([Run(1.0, 1.0, 9)], [])
    for own, said in (
        (Measured([None], [], failed="no"), "failed"),
        (Measured([None], [], stopped=75.0), "more than 75 s"),
    ):
        one = results.record({"folio": own, "start": start}, "abc")
        assert results.judged(one, Target(7, ["start"]))[1:] == (said, "**no**")


def test_beside_what_is_not_installed_nothing_is_judged() -> None:
    one = results.record({"folio": Measured([Run(1.0, 1.0, 9)], [])}, "abc")
    assert results.judged(one, Target(1, ["hledger"]))[1:] == ("not measured", "")


def test_the_stored_table_is_what_its_figures_make() -> None:
    names = [line.name for line in [*LINES, BYTES]]
    assert len(names) == len(set(names))
    stored = json.loads(results.STORED.read_text("utf-8"))
    assert {key.split()[0] for key in stored["lines"]} <= set(names)
    table = results.document(stored["versions"], stored["lines"])
    assert results.TABLE.read_text("utf-8") == table
