"""What was shown last, once more: what else there is on it, in fewer words, the same again."""

from dataclasses import replace

from bot.plan.answer import Answer, Speaker, join, neighbours, show, starters
from bot.plan.context import Memory, Question
from bot.plan.decide import Decider
from bot.plan.model import Fact, Status

MORE_AT, MORE_AMONG = 0.45, 12
"""What else was found for the last question is "more", if it is near what was shown."""
THE_PLAN = "the-plan"
"""What is told where nothing was shown and nothing is named."""


def more(decider: Decider, memory: Memory, speaker: Speaker) -> Answer:
    """The next best fact for the last question, or the nearest to the one shown last."""
    shown = _facts(decider, memory)
    others = (
        [f for f in neighbours(shown[-1], decider.knowledge) if f not in shown] if shown else []
    )
    hits = decider.index.search(memory.question, limit=4) if memory.question and others else []
    for hit in hits:
        fact = decider.knowledge.facts.get(hit.id)
        if fact in others[:MORE_AMONG] and hit.score >= MORE_AT:
            others.insert(0, fact)
            break
    if not others:
        return Answer(Status.SMALLTALK, speaker.say("nothing_more"), buttons=starters(speaker))
    return show(others[0], decider.knowledge, speaker)


def simpler(decider: Decider, memory: Memory, speaker: Speaker, question: Question) -> Answer:
    """The short wording of the facts shown last; if none was, of what is asked for, or the plan.

    "Explain it like I'm twelve" is also how people begin.
    """
    facts = _facts(decider, memory)
    if not facts:
        asked = replace(question, intent="ask_plan", confidence=0.0)
        found = decider.answer(asked, memory, speaker).facts or (THE_PLAN,)
        facts = _facts(decider, Memory(found))
    if not facts:
        return Answer(Status.SMALLTALK, speaker.say("nothing_to_repeat"), buttons=starters(speaker))
    return join(
        [
            replace(show(f, decider.knowledge, speaker), text=f.sms.in_(speaker.language))
            for f in facts
        ]
    )


def again(decider: Decider, memory: Memory, speaker: Speaker) -> Answer | None:
    """The facts shown last, in the language of now; None if none was."""
    facts = _facts(decider, memory)
    return join([show(f, decider.knowledge, speaker) for f in facts]) if facts else None


def _facts(decider: Decider, memory: Memory) -> list[Fact]:
    """The facts shown last that the plan still has."""
    return [decider.knowledge.facts[i] for i in memory.facts if i in decider.knowledge.facts]
