"""One message as an action sees it: the front's metadata, what was understood, the memory."""

from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services, services
from bot.language.encoder import begin_turn
from bot.plan.answer import Answer, Speaker
from bot.plan.context import Memory, Question
from bot.plan.thresholds import ASKS_AT

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class TurnContext:
    """What an action needs to know of the message at hand."""

    tracker: Tracker
    dispatcher: CollectingDispatcher
    services: Services
    speaker: Speaker
    metadata: dict[str, Any]

    @property
    def text(self) -> str:
        """The message, masked by the front."""
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def intent(self) -> str:
        """The intent that was understood."""
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "ask_plan")

    @property
    def confidence(self) -> float:
        """How sure the classifier's gate was, 0 to 1."""
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def act(self) -> tuple[str, str]:
        """Kind and value of the button that was pressed; two empty strings for typed text."""
        act = self.metadata.get("act") or {}
        return str(act.get("kind") or ""), str(act.get("value") or "")

    @property
    def question(self) -> Question:
        """The message as a question about the plan."""
        kind, value = self.act
        names = tuple(
            str(e["value"])
            for e in self.tracker.latest_message.get("entities") or []
            if e.get("value")
        )
        return Question(
            self.text, self.intent, self.confidence, names, value if kind == "fact" else None
        )

    @property
    def memory(self) -> Memory:
        """What the conversation remembers."""
        slot = self.tracker.get_slot
        return Memory(
            tuple(slot("focus") or ()), tuple(slot("choices") or ()), slot("last_question")
        )

    def rescued(self) -> Answer | None:
        """The answer, if a typed message that was taken for something else asks about the plan."""
        if self.act[0]:
            return None
        return self.services.decider.rescue(self.question, self.memory, self.speaker)

    def asks(self, sure: float = ASKS_AT) -> bool:
        """Whether a typed message asks about what was shown, whatever it was taken for."""
        if self.act[0]:
            return False
        return self.services.decider.asks_after(self.text, self.memory) >= sure

    def misuse(self) -> Answer | None:
        """The reply to a typed message that is misuse, whatever it was taken for."""
        if self.act[0]:
            return None
        return self.services.decider.misuse(self.text, self.speaker)

    def send(self, answer: Answer, **extra: Any) -> None:
        """Send a reply to the front."""
        payload = answer.as_json() | {"intent": self.intent, "confidence": self.confidence} | extra
        self.dispatcher.utter_message(json_message=payload)

    def answer_anyway(self) -> Events:
        """Answer a message as a question about the plan, whatever its intent; what to remember."""
        question = replace(self.question, intent="ask_plan", confidence=0.0)
        answer = self.services.decider.answer(question, self.memory, self.speaker)
        self.send(answer)
        return self.remember(answer, self.text)

    def said(self, answer: Answer) -> dict[str, Any]:
        """A reply with its language, for "say that again"."""
        return answer.as_json() | {"language": self.speaker.language}

    def remember(self, answer: Answer, question: str | None = None) -> Events:
        """Slots to keep after a reply, so that the next message can lean on it."""
        events: Events = [
            SlotSet("last_reply", self.said(answer)),
            SlotSet("offer", answer.offer),
            SlotSet("comment_draft", None),  # an opinion is offered as a comment only once
        ]
        choices = [b.value for b in answer.buttons if b.kind == "fact"]
        events.append(SlotSet("choices", list(answer.choices) or choices or list(answer.facts)))
        gap = [i for i in answer.near[:1] if i in self.services.decider.knowledge.gaps]
        if answer.facts or gap:
            events.append(SlotSet("focus", list(answer.facts) or gap))
        if question:
            events.append(SlotSet("last_question", question))
        return events


def context(dispatcher: CollectingDispatcher, tracker: Tracker) -> TurnContext:
    """The context of the latest message."""
    made = services()
    begin_turn(*tracker.latest_message.get("encoded") or ())
    metadata = tracker.latest_message.get("metadata") or {}
    speaker = Speaker(
        language=str(metadata.get("language") or "en"),
        channel=str(metadata.get("channel") or "web"),
        today=made.settings.now().date(),
        contact=made.settings.contact,
    )
    return TurnContext(tracker, dispatcher, made, speaker, metadata)
