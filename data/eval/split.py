"""Put "split": "validation" | "test" (about 40/60) into every line of the three files.

Seeded and repeatable: the same lines always get the same key. Stratified over
language, style or kind, and status; what a small stratum cannot give exactly is
carried over to the next one, so the totals stay at 40/60.
Run again after adding lines (this may move old lines to the other side):  python3 split.py
"""

import json
import random
from pathlib import Path

SEED = 20180316
HERE = Path(__file__).parent


def stratum(name, row):
    if name == "questions":
        return row["lang"], row["status"][0], row["style"]
    if name == "conversations":
        return row["lang"], any(t.get("both") for t in row["turns"]), row["turns"][0]["status"][0]
    return row["lang"], row["kind"]


for name in ("questions", "conversations", "misuse"):
    path = HERE / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    groups = {}
    for row in rows:
        groups.setdefault(stratum(name, row), []).append(row)
    rng = random.Random(f"{SEED}-{name}")
    due = 0.0
    for key in sorted(groups, key=str):
        group = sorted(groups[key], key=lambda row: row["id"])
        rng.shuffle(group)
        due += 0.4 * len(group)
        take = min(len(group), max(0, round(due)))
        due -= take
        for i, row in enumerate(group):
            row["split"] = "validation" if i < take else "test"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
