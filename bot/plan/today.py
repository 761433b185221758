"""Answers that depend on today: what is next, what is over, whether comments are open."""

import re
from datetime import date
from typing import TYPE_CHECKING

from bot.language.gloss import fold
from bot.plan.answer import Answer, Button, Speaker, show, sources_of, time_line, wording
from bot.plan.clock import long_date, span
from bot.plan.load import Knowledge
from bot.plan.model import Fact, Status, Topic

if TYPE_CHECKING:
    from bot.plan.context import Memory  # it searches, which the front never does

COMMENTS, PLAN_NOW = "comments-closed", "still-going"
"""The facts that tell when comments closed, and how the plan stands."""
_OF_THE_PLAN = frozenset(
    {Topic.PLAN, Topic.TIMELINE, Topic.VISION, Topic.PILLARS, Topic.STRATEGIES}
)
_IS_OVER = re.compile(
    r"^(?:(?:so|and|but|ok|y|pero|entonces),? )?"
    r"(?:(?:is|was|has|did) (?:it|this|that|all this|all that|everything) (?:all |still )?"
    r"(?:already |now |been )?"
    r"(?:over|done|finished|ended|end|on|going|going on|running|active|happening|valid|in effect)|"
    r"(?:eso |esto |todo )?(?:ya |todavia |aun )?(?:eso |esto |todo )?(?:se )?"
    r"(?:acabo|termino|ha terminado|esta terminado|finalizo|sigue|esta vigente)"
    r"(?: (?:en (?:pie|marcha|curso|vigor)|vigente|activo))?)"
    r"(?: (?:yet|now|already|today|or what|or not|ya|todavia|hoy|ahora|o no|o que))?[?.! ]*$"
)


def asks_if_over(text: str) -> bool:
    """Whether a message asks whether something is over, without saying what."""
    return bool(_IS_OVER.match(fold(text).strip("¿¡ ")))


def is_of_the_plan(fact: Fact) -> bool:
    """Whether a fact is about the plan itself rather than about what it touches."""
    return fact.topic in _OF_THE_PLAN


def is_over(knowledge: Knowledge, memory: "Memory", speaker: Speaker) -> Answer | None:
    """Whether what was spoken of last is over: the comment period, else the plan itself.

    None when something else was spoken of, such as an attack: then the context decides.
    """
    if COMMENTS in memory.facts:
        return comment_window(knowledge, speaker)
    shown = [knowledge.facts[i] for i in memory.facts if i in knowledge.facts]
    if not all(map(is_of_the_plan, shown)):
        return None
    fact = knowledge.facts.get(PLAN_NOW)
    return show(fact, knowledge, speaker) if fact else None


def whats_next(knowledge: Knowledge, speaker: Speaker) -> Answer:
    """The next milestone of the plan itself, or that none is left."""
    plan_facts = [
        f
        for f in knowledge.milestones
        if f.upcoming
        and span((f.when.date or f.when.end or "") if f.when else "")[1] >= speaker.today
    ]
    if not plan_facts:
        fact = knowledge.facts.get(PLAN_NOW)
        if fact is None:
            return Answer(Status.ANSWERED, speaker.say("nothing_next"))
        shown = show(fact, knowledge, speaker)
        return Answer(
            shown.status, speaker.say("nothing_next"), shown.facts, shown.sources, shown.buttons
        )
    fact = min(
        plan_facts, key=lambda f: span((f.when.date or f.when.end or "") if f.when else "")[1]
    )
    shown = show(fact, knowledge, speaker)
    text = speaker.say("whats_next", what=wording(fact, speaker))
    return Answer(shown.status, text, shown.facts, shown.sources, shown.buttons)


def comment_window(knowledge: Knowledge, speaker: Speaker) -> Answer:
    """Whether comments are early, open or late today, with the source of the date."""
    plan = knowledge.plan
    state = window(speaker.today, plan.comments_open, plan.comments_close)
    text = speaker.say(f"window_{state}", closed=long_date(plan.comments_close, speaker.language))
    fact = knowledge.facts.get(COMMENTS)
    line = time_line(fact, speaker) if fact else None
    if line:
        text = f"{text} {line}"
    return Answer(
        Status.ANSWERED,
        text,
        (fact.id,) if fact else (),
        sources_of(fact, knowledge) if fact else (),
        (Button(speaker.say("leave_comment"), "intent", "give_comment"),),
        offer="comment",
    )


def window(today: date, opens: date, closes: date) -> str:
    """ "early", "open" or "late": where a day falls relative to the comment period."""
    if today < opens:
        return "early"
    return "open" if today <= closes else "late"
