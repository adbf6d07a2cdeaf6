"""What was measured, kept as results.json, and the table that it makes, RESULTS.md.

A run of some lines or sizes replaces those and keeps the others, as long as the machine
and the versions are the same; else it starts anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from books import size_text
from measuring import MEGABYTE, Measured, middle, ratio
from work import BYTES, FOLIO, LINES, Target

STORED = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("RESULTS.md")
Record = dict[str, Any]
HEAD = """# What folio costs

Every figure is of cold processes: the median of the rounds, each line run in turn with what it
is compared with; a ratio is the median of the rounds' own ratios (in brackets: of CPU time,
which a busy machine disturbs less). The peak is the largest of any round; what it counts of the
benchmark itself is some 20 MB. `start` is `python -c "import sqlite3"`; `sqlite3 .import` puts the
same file into one table of texts with a unique index. The histories are invented
(`generate.py`): 15 years, 12 accounts, 120 assets, 93,296 prices. A line of two commands has the
median of each behind that of their sum.
"""


def record(measured: Mapping[str, Measured], code: str) -> Record:
    """What is kept of one line at one size."""
    own = measured[FOLIO]
    return {
        "code": code,
        "rounds": sum(run is not None for run in own.runs),
        "of": {name: _one(own, other, name == FOLIO) for name, other in measured.items()},
    }


def _one(own: Measured, other: Measured, is_own: bool) -> Record:
    found: Record = {"seconds": other.wall, "cpu": other.cpu, "peak": other.peak}
    if other.stopped is not None:
        found["stopped"] = other.stopped
    if other.failed:
        found["failed"] = True
    if other.steps:
        found["steps"] = [middle(each) for each in zip(*other.steps, strict=True)]
    if not is_own:
        for key, read in (("ratio", "wall"), ("cpu_ratio", "cpu")):
            pairs = ([r and getattr(r, read) for r in one.runs] for one in (own, other))
            found[key] = ratio(*pairs)
        if other.stopped is not None and own.wall is not None:
            found["ratio"] = own.wall / other.stopped  # at most
    return found


def load(versions: Mapping[str, str]) -> dict[str, Record]:
    """The stored lines, where they are of this machine and these versions."""
    if not STORED.exists():
        return {}
    stored = json.loads(STORED.read_text("utf-8"))
    if stored["versions"] != versions:
        print("the stored results are of another machine or other versions: they are replaced")
        return {}
    return dict(stored["lines"])


def save(versions: Mapping[str, str], lines: Mapping[str, Record]) -> None:
    lines = dict(sorted(lines.items()))
    STORED.write_text(_json({"versions": versions, "lines": lines}), "utf-8")
    TABLE.write_text(document(versions, lines), "utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"


# -- the table ---------------------------------------------------------------------------------


def document(versions: Mapping[str, str], lines: Mapping[str, Record]) -> str:
    """RESULTS.md, whole."""
    said = ", ".join(f"{name} {text}" for name, text in versions.items())
    codes = sorted({one["code"] for one in lines.values()})
    sizes = sorted({int(key.split()[1]) for key in lines})
    again = f"python tests/bench/run.py --sizes {','.join(map(size_text, sizes))}"
    parts = [
        HEAD,
        f"{said}; folio's code: {', '.join(codes)}.\n",
        f"To measure again (`--help` says how to choose lines): `{again}`\n",
        "## Against the targets\n",
        *_targets(lines),
        "\n## Seconds and megabytes, by size\n",
        *_growth(lines, sizes),
        "\n## Beside the others\n",
        *_others(lines),
    ]
    return "\n".join(parts) + "\n"


def _targets(lines: Mapping[str, Record]) -> Iterator[str]:
    yield "| work | transactions | folio | target | reached | met |"
    yield "|---|---|---|---|---|---|"
    for line in [*LINES, BYTES]:
        for size in sizes_of(lines, line.name):
            one = lines[f"{line.name} {size}"]
            for target in line.targets:
                if target.size in (None, size):
                    said, reached, met = judged(one, target)
                    if size < target.least:
                        said, met = "none at this size", ""
                    cells = (line.what, size_text(size), own_text(one), said, reached, met)
                    yield f"| {' | '.join(cells)} |"


def judged(one: Record, target: Target) -> tuple[str, str, str]:
    """A target in words, what was reached of it, and whether it is met."""
    if target.unit:
        said = f"≤ {target.most:g} {target.unit}"
        value = _value(one, target.unit)
        text = "not measured" if value is None else f"{value:.0f} {target.unit}"
    else:
        said = f"≤ {_share(target.most)} × {_fastest_of(target.against)}"
        value, text = _reached(one, target.against)
    if not {"failed", "stopped"}.isdisjoint(one["of"][FOLIO]):
        return said, own_text(one), "**no**"
    return said, text, "" if value is None else "yes" if value <= target.most else "**no**"


def _value(one: Record, unit: str) -> float | None:
    own = one["of"][FOLIO]
    if unit == "MB":
        return own["peak"] and own["peak"] / MEGABYTE
    value: float | None = own["seconds"] if unit == "s" else own.get("bytes")
    return value


def _reached(one: Record, against: Sequence[str]) -> tuple[float | None, str]:
    """The ratio to the fastest of those that ran, and in words."""
    ran = [one["of"][name] | {"name": name} for name in against if name in one["of"]]
    ran = [other for other in ran if other.get("ratio") is not None]
    if not ran:
        return None, "not measured"
    other = max(ran, key=lambda each: float(each["ratio"]))
    value = float(other["ratio"])
    beside = f" {other['name']}" if len(against) > 1 else ""
    at_most = "at most " if "stopped" in other else ""
    return value, f"{at_most}{_share(value)} ×{beside}{_by_cpu(other)}"


def _by_cpu(other: Record) -> str:
    value = other.get("cpu_ratio")
    return "" if value is None else f" ({_share(value)})"


def _share(value: float) -> str:
    """A ratio: 1.1, 6.8, or 1/50."""
    if value >= 0.5:
        return f"{value:.3g}"
    return f"1/{1 / value:.3g}"


def _fastest_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "the fastest of " + ", ".join(names)


def own_text(one: Record) -> str:
    own = one["of"][FOLIO]
    if own.get("failed"):
        return "failed"
    if own.get("stopped") is not None:
        return f"more than {seconds_text(own['stopped'])}"
    if "bytes" in own:
        return f"{own['bytes']:.0f} bytes"
    steps = ", then ".join(seconds_text(each) for each in own.get("steps", ()))
    return seconds_text(own["seconds"]) + (f" ({steps})" if steps else "")


def seconds_text(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.3g} s"


def sizes_of(lines: Mapping[str, Record], name: str) -> list[int]:
    return sorted(int(key.split()[1]) for key in lines if key.split()[0] == name)


def _growth(lines: Mapping[str, Record], sizes: Sequence[int]) -> Iterator[str]:
    yield f"| work | {' | '.join(map(size_text, sizes))} |"
    yield "|---" * (len(sizes) + 1) + "|"
    for line in LINES:
        cells = [_cost(lines.get(f"{line.name} {size}")) for size in sizes]
        if any(cells):
            yield f"| {line.what} | {' | '.join(cells)} |"


def _cost(one: Record | None) -> str:
    if one is None:
        return ""
    peak = one["of"][FOLIO]["peak"]
    return own_text(one) + (f", {peak / MEGABYTE:.0f} MB" if peak else "")


def _others(lines: Mapping[str, Record]) -> Iterator[str]:
    yield "| work | transactions | beside | rounds | its time | its peak | folio's to its (CPU) |"
    yield "|---|---|---|---|---|---|---|"
    for line in LINES:
        for size in sizes_of(lines, line.name):
            one = lines[f"{line.name} {size}"]
            for name, other in one["of"].items():
                if name != FOLIO:
                    head = (line.what, size_text(size), name, str(one["rounds"]))
                    yield f"| {' | '.join((*head, *_other_cells(one, name, other)))} |"


def _other_cells(one: Record, name: str, other: Record) -> tuple[str, str, str]:
    if other.get("failed"):
        return "failed", "", ""
    _, reached = _reached(one, [name])
    if other.get("stopped") is not None:
        return f"more than {seconds_text(other['stopped'])}", "", reached
    return seconds_text(other["seconds"]), f"{other['peak'] / MEGABYTE:.0f} MB", reached
