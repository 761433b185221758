"""Answers that depend on today: what is next, whether the comment period is open."""

from datetime import date

from bot.plan.answer import Answer, Button, Speaker, show, sources_of, time_line, wording
from bot.plan.clock import long_date, span
from bot.plan.load import Knowledge
from bot.plan.model import Status


def whats_next(knowledge: Knowledge, speaker: Speaker) -> Answer:
    """The next milestone of the plan itself, or that none is left."""
    plan_facts = [
        f
        for f in knowledge.milestones
        if f.upcoming
        and span((f.when.date or f.when.end or "") if f.when else "")[1] >= speaker.today
    ]
    if not plan_facts:
        fact = knowledge.facts.get("still-going")
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
    fact = knowledge.facts.get("comments-closed")
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
