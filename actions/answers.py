"""Actions that answer questions about the plan; the work is in bot.plan."""

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.comments import offer_comment
from actions.turn import Events, TurnContext, context
from bot.language.detect import spanish_share
from bot.language.gloss import words
from bot.plan.answer import Answer, none_of_these
from bot.plan.declines import DECLINED
from bot.plan.model import Status
from bot.plan.shapes import asks_within, drops
from bot.plan.shown import again, more, simpler
from bot.plan.stance import is_harmful, states_opinion
from bot.plan.thresholds import UNSURE, VERY_SURE
from bot.plan.today import asks_if_over

STATEMENT = 9
"""Words from which a message that asks nothing and finds nothing is taken for an opinion."""
SURELY_NONE = 0.7
"""Below this "any other?" after an answer asks about it, and is no "none of these"."""
SURELY_ASKS = 0.65
"""From here on the intent says that a message after an answer asks, whatever its shape."""


class AnswerQuestion(Action):
    """Any question about the plan, and what is declined."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Answer from facts, offer a choice, or decline."""
        turn = context(dispatcher, tracker)
        if not turn.act[0] and drops(turn.text):
            turn.send(Answer(Status.SMALLTALK, turn.speaker.say("no_thanks_reply")))
            return [SlotSet("offer", None), SlotSet("comment_draft", None)]
        declined = is_harmful(turn.text) or turn.intent in DECLINED
        if not (turn.act[0] or declined) and states_opinion(turn.text) and not turn.asks():
            return offer_comment(turn)
        answer = turn.services.decider.answer(turn.question, turn.memory, turn.speaker)
        if answer.status is Status.ABSENT and _is_statement(turn):
            return offer_comment(turn)
        turn.send(answer)
        # What staff can be asked is remembered too, whether or not anything was near.
        leads_on = answer.facts or answer.near or answer.offer == "comment"
        return turn.remember(answer, turn.text if leads_on else None)


def _is_statement(turn: TurnContext) -> bool:
    """Whether a typed message tells something at length instead of asking."""
    text = turn.text
    if turn.act[0] or asks_within(text) or len(words(text)) < STATEMENT or turn.asks():
        return False
    if turn.intent.startswith("ask_") and turn.confidence >= SURELY_ASKS and turn.memory.facts:
        return False
    return spanish_share(text) is not None  # else it is in no language that we know


class WhatsNext(Action):
    """ "What's next?" depends on today."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_whats_next"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Give the next milestone of the plan, unless the message leans on something else."""
        turn = context(dispatcher, tracker)
        return _about_what_was_shown(turn, VERY_SURE) or _reply(
            turn, turn.services.decider.whats_next(turn.speaker)
        )


class CommentWindow(Action):
    """ "Can I still comment?" depends on today."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_comment_window"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Say whether the comment period is early, open or over."""
        turn = context(dispatcher, tracker)
        if asks_if_over(turn.text) and not turn.act[0]:
            question = replace(turn.question, intent="ask_aftermath")
            return _reply(turn, turn.services.decider.answer(question, turn.memory, turn.speaker))
        return _about_what_was_shown(turn, UNSURE) or _reply(
            turn, turn.services.decider.comment_window(turn.speaker)
        )


def _about_what_was_shown(turn: TurnContext, sure: float) -> Events | None:
    """The answer to "and the next batch?" after the trash cans: not the plan's next milestone."""
    if turn.act[0]:
        return None
    answer = turn.services.decider.in_context(turn.question, turn.memory, turn.speaker, sure)
    if answer is None:
        return None
    turn.send(answer)
    return turn.remember(answer, turn.text)


class NoneOfThese(Action):
    """The way out of a clarifying question."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_none_of_these"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Offer to ask staff."""
        turn = context(dispatcher, tracker)
        last: dict[str, Any] = tracker.get_slot("last_reply") or {}
        chose = turn.act[0] or last.get("status") == Status.CLARIFY
        if not chose and turn.memory.facts and turn.confidence < SURELY_NONE:
            # Nothing was to choose from, so "any other?" asks about what was shown.
            return turn.answer_anyway()
        return _reply(turn, none_of_these(turn.speaker))


class More(Action):
    """ "Tell me more": the nearest facts that were not shown yet."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Show one more fact on the same matter."""
        turn = context(dispatcher, tracker)
        answer = more(turn.services.decider, turn.memory, turn.speaker)
        return _reply(turn, answer)


class Simpler(Action):
    """ "Say it simpler": the short wording of what was shown."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_simpler"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Give the short wording."""
        turn = context(dispatcher, tracker)
        answer = simpler(turn.services.decider, turn.memory, turn.speaker, turn.question)
        return _reply(turn, answer)


class Again(Action):
    """ "Say that again"."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_again"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Show the same facts again, in the language of now; or the same reply."""
        turn = context(dispatcher, tracker)
        answer = again(turn.services.decider, turn.memory, turn.speaker)
        if answer is None:
            last: dict[str, Any] | None = tracker.get_slot("last_reply")
            if last and last.get("language") != turn.speaker.language:
                last = None  # a fixed reply can't be said in another language
            text = last["text"] if last else turn.speaker.say("nothing_to_repeat")
            answer = Answer(Status(last["status"]) if last else Status.SMALLTALK, text)
        return _reply(turn, answer)


def _reply(turn: TurnContext, answer: Answer) -> Events:
    """Send what the intent asks for, unless the words are misuse that it was taken for."""
    answer = turn.misuse() or answer
    turn.send(answer)
    return turn.remember(answer)
