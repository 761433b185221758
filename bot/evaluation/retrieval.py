"""How often the search finds a fact that answers among its first hits, beside BM25 alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.evaluation.baselines import facts_only
from bot.evaluation.gold import Kind, Talk
from bot.evaluation.judge import ANSWERING
from bot.evaluation.keyword import KeywordSearch
from bot.evaluation.share import Share
from bot.plan.load import Knowledge
from bot.plan.search import Index

AT = (1, 3, 5)


@dataclass(frozen=True)
class Recall:
    """Recall at 1, 3 and 5 of one way of searching: by fact, over questions that have one."""

    name: str
    at: dict[int, Share]


def recalls(talks: Iterable[Talk], knowledge: Knowledge, index: Index) -> list[Recall]:
    """Our search alone, without intent, names or earlier turns, and plain BM25, over the facts."""
    asked = [
        (line.text, line.refs)
        for talk in talks
        for line in talk
        if line.kind is Kind.SINGLE and line.refs and line.statuses[0] in ANSWERING
    ]
    keyword = KeywordSearch(facts_only(knowledge))
    gaps = len(knowledge.gaps)

    def ours(text: str) -> list[str]:
        hits = index.search(text, limit=max(AT) + gaps)
        return [hit.id for hit in hits if hit.id in knowledge.facts]

    return [
        Recall("our search", _recall(asked, ours, knowledge)),
        Recall("BM25 alone", _recall(asked, lambda text: keyword.search(text, max(AT)), knowledge)),
    ]


def _recall(
    asked: list[tuple[str, frozenset[str]]],
    search: Callable[[str], list[str]],
    knowledge: Knowledge,
) -> dict[int, Share]:
    places = []
    for text, refs in asked:
        fits = (bool(refs & set(knowledge.facts[i].refs)) for i in search(text)[: max(AT)])
        places.append(next((place for place, fit in enumerate(fits, 1) if fit), max(AT) + 1))
    return {k: Share(sum(place <= k for place in places), len(places)) for k in AT}
