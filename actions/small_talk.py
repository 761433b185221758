"""Actions with fixed replies: greetings, help, privacy, language, safety, yes and no."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.turn import Events, context
from bot.language.detect import asked_switch, is_known_word
from bot.language.gloss import words
from bot.language.safety import Danger, danger_in
from bot.plan.answer import Answer, Button, Speaker, starters
from bot.plan.model import Status
from bot.plan.shapes import asks_within, drops, names_the_plan, without_correction
from bot.plan.shown import again

SURE_DANGER = 0.8
"""Below this a danger that no rule sees is answered, if a fact answers it."""
NO_DANGER = 0.1
"""Below this a question after an answer, or a message without words, is no emergency."""
SURE_QUESTION = 0.9
"""From here on a message after an answer asks, though it sounds like danger."""
REPLIES = {
    "greet": "greeting",
    "thanks": "thanks",
    "goodbye": "goodbye",
    "help": "help",
    "are_you_a_person": "person",
    "privacy": "privacy",
    "talk_to_person": "talk_to_person",
}


def fixed(key: str, speaker: Speaker) -> Answer:
    """A fixed reply; greeting and help come with good first questions."""
    buttons: tuple[Button, ...] = ()
    if key in {"greeting", "help", "language_switched"}:
        buttons = starters(speaker)
    elif key == "talk_to_person":
        buttons = (Button(speaker.say("leave_comment"), "intent", "give_comment"),)
    return Answer(Status.SMALLTALK, speaker.say(key, contact=speaker.contact), buttons=buttons)


class SmallTalk(Action):
    """Greetings and questions about the assistant itself."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_small_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Give the fixed reply of the intent."""
        turn = context(dispatcher, tracker)
        answer = turn.rescued() or fixed(REPLIES.get(turn.intent, "help"), turn.speaker)
        turn.send(answer)
        if answer.facts:
            return turn.remember(answer, turn.text)
        return [SlotSet("last_reply", turn.said(answer)), SlotSet("offer", None)]


class ChangeLanguage(Action):
    """ "En español, por favor"."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_change_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Answer in the language asked for; what was shown last comes again in it."""
        turn = context(dispatcher, tracker)
        misuse = turn.misuse()
        if misuse:
            turn.send(misuse)
            return turn.remember(misuse)
        language = asked_switch(turn.text) or turn.speaker.language
        speaker = Speaker(language, turn.speaker.channel, turn.speaker.today, turn.speaker.contact)
        answer = again(turn.services.decider, turn.memory, speaker) or fixed(
            "language_switched", speaker
        )
        turn.send(answer, language=language)
        return turn.remember(answer)


class Safety(Action):
    """Danger that the classifier saw; the front's own rule comes before it."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_safety"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Give 911, and 988 where it fits, but answer a doubtful one that asks about the plan."""
        turn = context(dispatcher, tracker)
        if turn.confidence < SURE_DANGER and danger_in(turn.text) is None:
            decider = turn.services.decider
            answer = decider.answer(turn.question, turn.memory, turn.speaker)
            # A false alarm costs a sentence, a missed one more: only what asks comes first, and
            # is plainly about the plan.
            about_the_plan = (
                names_the_plan(turn.text)
                or decider.topic_of(turn.text) is not None
                or decider.tells_gap(answer)
            )
            leans = turn.memory.facts and turn.confidence < NO_DANGER
            asks = asks_within(turn.text) and (answer.facts or about_the_plan or leans)
            asks = asks or turn.asks(SURE_QUESTION)
            says_nothing = not any(map(is_known_word, words(turn.text)))
            if asks or (says_nothing and turn.confidence < NO_DANGER):
                turn.send(answer)
                return turn.remember(answer)
        key = "crisis" if danger_in(turn.text) is Danger.CRISIS else "emergency"
        turn.send(Answer(Status.SAFETY, turn.speaker.say(key)))
        return []


class Yes(Action):
    """A bare yes accepts what was offered."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_yes"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Begin a comment if one was offered; give the receipt again if one was given last."""
        turn = context(dispatcher, tracker)
        asked = turn.rescued()
        if asked:
            turn.send(asked)
            return turn.remember(asked, turn.text)
        if tracker.get_slot("offer") == "comment":
            return [SlotSet("offer", None), FollowupAction("comment_form")]
        last: dict[str, Any] = tracker.get_slot("last_reply") or {}
        if last.get("receipt") and last.get("language") == turn.speaker.language:
            receipt = {"receipt": last["receipt"]}
            turn.send(Answer(Status.COMMENT, last["text"], extra=receipt))
            return []
        answer = Answer(
            Status.SMALLTALK, turn.speaker.say("yes_to_nothing"), buttons=starters(turn.speaker)
        )
        turn.send(answer)
        return []


class No(Action):
    """A bare no, or a cancel with nothing to cancel, turns an offer down."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_no"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Drop the offer."""
        turn = context(dispatcher, tracker)
        corrects = not drops(turn.text) and without_correction(turn.text) != turn.text
        if not turn.act[0] and corrects:
            answer = turn.services.decider.answer(turn.question, turn.memory, turn.speaker)
            turn.send(answer)
            return turn.remember(answer, turn.text)
        asked = None if drops(turn.text) else turn.rescued()
        if asked:
            turn.send(asked)
            return turn.remember(asked, turn.text)
        turn.send(Answer(Status.SMALLTALK, turn.speaker.say("no_thanks_reply")))
        return [SlotSet("offer", None), SlotSet("comment_draft", None)]
