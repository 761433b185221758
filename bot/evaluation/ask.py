"""Put the gold lines to the running assistant, through the door that residents use."""

import asyncio
from collections.abc import Sequence

from bot.client import Client
from bot.evaluation.gold import Line, Talk
from bot.evaluation.judge import Given, Verdict, given_by, judge
from bot.evaluation.outcome import Outcome
from bot.plan.backing import unbacked
from bot.plan.load import Knowledge
from bot.plan.model import Status
from bot.settings import Settings

AT_ONCE = 4


async def ask(settings: Settings, talks: Sequence[Talk], knowledge: Knowledge) -> Outcome:
    """Hold every talk in a conversation of its own, a few at once; judge and check every answer."""
    gate = asyncio.Semaphore(AT_ONCE)
    # The door is slow to open at once; the day does not change under a run that began before it.
    today = settings.now().date()

    async with Client(settings) as client:

        async def hold(talk: Talk) -> list[Verdict]:
            verdicts, conversation = [], None
            async with gate:
                for line in talk:
                    answer = await client.say(line.text, conversation, language=line.lang)
                    conversation = answer.get("conversation", conversation)
                    verdicts.append(checked(line, given_by(answer)))
            return verdicts

        def checked(line: Line, given: Given) -> Verdict:
            verdict = judge(line, given, knowledge)
            if given.status in {Status.COMMENT, Status.ERROR}:
                return verdict  # a comment is read back in the resident's own words
            values = unbacked(
                given.text, given.facts, knowledge, given.language or line.lang, today,
                line.text, settings.contact,
            )  # fmt: skip
            return Verdict(
                line, given, verdict.right, verdict.wrong_fact, verdict.why, tuple(values)
            )

        held = await asyncio.gather(*(hold(talk) for talk in talks))
    return Outcome(tuple(verdict for verdicts in held for verdict in verdicts))
