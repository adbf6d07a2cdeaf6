"""Make the invented history of a size and seed: the same bytes each time.

    python tests/bench/generate.py --tx 10000 --out FOLDER

Written are transactions.csv and prices.csv (notations.py says what their rows mean), a
journal for each peer, and meta.json with counts.  ``--tx`` counts logical transactions: a
transfer is one, and two rows of the CSV.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from market import make_market
from notations import NOTATIONS, Beancount
from walk import Walk


def generate(
    count: int, folder: Path, *, seed: int = 1, formats: Sequence[str], layout: str = "account"
) -> dict[str, Any]:
    """Write the history in each of ``formats``; returns what meta.json says."""
    folder.mkdir(parents=True, exist_ok=True)
    market = make_market(seed)
    files = [NOTATIONS[name](folder, market, layout) for name in NOTATIONS if name in formats]
    price_rows = 0
    for date, rows in market.quotes():
        price_rows += len(rows)
        for file in files:
            file.prices(date, rows)
    walk, kinds = Walk(market, seed), Counter[str]()
    for event in walk.events(count):
        kinds[event.kind] += 1
        for file in files:
            file.event(event)
    meta: dict[str, Any] = {
        "tx": count,
        "seed": seed,
        "csv_rows": count + kinds["transfer"],
        "price_rows": price_rows,
        "kinds": dict(kinds),
        "positions": walk.positions(),
    }
    for file in files:
        file.close()
        if isinstance(file, Beancount):
            meta["open_lots"] = file.open_lots()
    text = json.dumps(meta, indent=1, sort_keys=True)
    (folder / "meta.json").write_text(text + "\n", encoding="ascii", newline="\n")
    return meta


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--tx", type=int, required=True, help="logical transactions")
    asked.add_argument("--out", type=Path, required=True, help="a folder, made if missing")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--formats", nargs="+", choices=NOTATIONS, default=list(NOTATIONS))
    asked.add_argument("--layout", choices=("account", "subaccount"), default="account")
    said = asked.parse_args()
    meta = generate(said.tx, said.out, seed=said.seed, formats=said.formats, layout=said.layout)
    print(json.dumps(meta, sort_keys=True))


if __name__ == "__main__":
    main()
