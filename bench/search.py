"""How long a search takes on one core, over the facts and over 20,000 passages.

    python -m bench.search [facts] [passages]

It starts itself again with one thread on one core, so that the figures mean the same on every
machine, and measures beside each search what it can be compared with: the encoder alone on the
same sentences, and plain BM25 over the same documents.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.figure import Figure, table
from bench.passages import passages
from bot import ROOT
from bot.evaluation.gold import read
from bot.evaluation.keyword import KeywordSearch
from bot.language.encoder import SentenceEncoder
from bot.language.gloss import in_english
from bot.plan.answer import Speaker
from bot.plan.context import Memory, Question
from bot.plan.decide import Decider
from bot.plan.documents import documents
from bot.plan.indexing import Document, digest, load_or_build
from bot.plan.load import load
from bot.plan.search import Index
from bot.settings import Settings
from bot.trained import MODELS

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PASSAGES = 20_000
ROUNDS = 3
LIMITS = {
    "an answer over the facts, ms": 8.0,
    "search in 20,000 passages, ms": 25.0,
    "loading the index of the facts, s": 1.0,
    "loading the index of 20,000 passages, s": 1.0,
}


def measure(parts: Sequence[str] = ("facts", "passages")) -> list[Figure]:
    """Run in a process of its own with one thread on one core; the figures in order."""
    command = [sys.executable, "-m", "bench.search", "--here", *parts]
    done = subprocess.run(
        command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True
    )
    return [Figure(name, value, most=LIMITS.get(name)) for name, value in json.loads(done.stdout)]


def _measure_here(parts: Sequence[str]) -> list[tuple[str, float]]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows: list[tuple[str, float]] = []
    if "facts" in parts:
        rows += _over_facts()
    if "passages" in parts:
        rows += _over_passages()
    return rows


def _over_facts() -> list[tuple[str, float]]:
    knowledge, encoder = load(), SentenceEncoder()
    texts = documents(knowledge)
    load_or_build(texts, encoder, MODELS)
    took, index = _timed(lambda: Index.load(MODELS / f"index-{digest(texts)}", encoder))
    decider = Decider(knowledge, index)
    speaker = Speaker("en", "web", Settings().now().date())
    keyword = KeywordSearch(texts)
    asked = _questions()
    return [
        ("documents, facts and gaps", float(len(texts))),
        ("loading the index of the facts, s", took),
        *_each("an answer over the facts, ms", asked,
               lambda text: decider.answer(Question(text), Memory(), speaker)),
        *_each("one search over the facts, ms", asked, index.search),
        *_each("  the encoder alone, ms", asked, lambda text: encoder.encode([in_english(text)])),
        *_each("  plain BM25 over the facts, ms", asked, keyword.search),
    ]  # fmt: skip


def _over_passages() -> list[tuple[str, float]]:
    build = ROOT / "build" / "search"
    build.mkdir(parents=True, exist_ok=True)
    lock = hashlib.sha256((ROOT / "requirements" / "rasa.txt").read_bytes()).hexdigest()[:16]
    kept = build / f"passages-{lock}.json"
    if not kept.exists():
        kept.write_text(json.dumps([d.body[0] for d in passages(PASSAGES)]), "utf-8")
    bodies = json.loads(kept.read_text("utf-8"))
    texts = [Document(f"passage-{n}", (), (body,)) for n, body in enumerate(bodies)]
    encoder = SentenceEncoder()
    folder = build / f"index-{digest(texts)}"
    if not folder.exists():
        print("Indexing 20,000 passages, a few minutes the first time ...", file=sys.stderr)
        load_or_build(texts, SentenceEncoder(), build)
    took, index = _timed(lambda: Index.load(folder, encoder))
    keyword = KeywordSearch(texts)
    # Half of the questions are about the passages: words of theirs, as somebody would type them.
    near = [" ".join(body.split()[3:12]) for body in bodies[:: len(bodies) // 100]]
    asked = [*_questions()[::2][:100], *near]
    return [
        ("loading the index of 20,000 passages, s", took),
        *_each("search in 20,000 passages, ms", asked, index.search),
        *_each("  plain BM25 over 20,000 passages, ms", asked, keyword.search),
    ]


def _questions() -> list[str]:
    return [line.text for talk in read(split="validation") for line in talk if len(talk) == 1]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def _each(
    name: str, texts: Sequence[str], work: Callable[[str], object]
) -> list[tuple[str, float]]:
    """The median and the 95th percentile of a call, over all texts; each counts its quickest.

    Time of the processor, so that other work on the machine counts as little as it can. The
    first round warms what is kept between calls.
    """
    best = [float("inf")] * len(texts)
    for _ in range(ROUNDS):
        for place, text in enumerate(texts):
            began = time.process_time()
            work(text)
            best[place] = min(best[place], (time.process_time() - began) * 1000)
    return [
        (name, statistics.median(best)),
        ("  its 95th percentile", statistics.quantiles(best, n=20)[18]),
    ]


def main() -> int:
    """Measure, print, and fail above a limit."""
    words = sys.argv[1:]
    if words[:1] == ["--here"]:
        print(json.dumps(_measure_here(words[1:])))
        return 0
    return 0 if table(measure(words or ("facts", "passages"))) else 1


if __name__ == "__main__":
    sys.exit(main())
