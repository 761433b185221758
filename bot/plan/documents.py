"""What the index holds for a knowledge base: its facts and gaps, and what was written for each."""

from bot.plan.indexing import Document
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Gap


def documents(knowledge: Knowledge) -> list[Document]:
    """What the index holds for this knowledge base."""
    follow_ups: dict[str, list[tuple[str, str]]] = {}
    unanswered: dict[str, list[str]] = {}
    for one in knowledge.follow_ups:
        if one.entry is None:
            unanswered.setdefault(one.shown, []).append(one.text)
        else:
            follow_ups.setdefault(one.entry, []).append((one.shown, one.text))
    result = []
    entries: list[Fact | Gap] = [*knowledge.facts.values(), *knowledge.gaps.values()]
    for entry in entries:
        asks = (*entry.asks.en, *entry.asks.es, entry.title.en, entry.title.es)
        body = (entry.answer.en, entry.answer.es) if isinstance(entry, Fact) else ()
        result.append(
            Document(
                entry.id,
                asks,
                body,
                knowledge.near_misses.get(entry.id, ()) if isinstance(entry, Fact) else (),
                tuple(follow_ups.get(entry.id, ())),
                tuple(unanswered.get(entry.id, ())),
                knowledge.questions.get(entry.id, ()),
                entry.title.en,
            )
        )
    return result
