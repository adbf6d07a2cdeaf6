"""A little of what ``run.py --only fuzz`` does for long: the same changes at each run."""

from collections.abc import Iterator

import pytest
from fuzz import SAMPLES, fuzz_file, fuzz_words, prepared
from machine import Machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = prepared(tmp_path_factory.mktemp("fuzz"))
    yield machine
    machine.close()


def test_changed_files_end_in_folios_own_words(machine: Machine) -> None:
    faults = [(path, fault) for path in SAMPLES[::5] if (fault := fuzz_file(machine, path, 3))]
    assert not faults


def test_words_at_random_end_in_folios_own_words(machine: Machine) -> None:
    machine.restore(machine.folder.parent / "blank")
    assert not [fault for seed in range(60) if (fault := fuzz_words(machine, seed))]
