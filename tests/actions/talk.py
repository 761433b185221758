"""A conversation with the real actions, as the assistant would hold it.

It stands in for Rasa: the rules of data/rules say which action an intent leads to, slots are kept
from turn to turn, and the intent of each message is given by the test.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import answers, comment_status, comments, small_talk
from bot import ROOT
from bot.channels.turns import INTENT_OF_ACT

FORM = "comment_form"


@lru_cache(maxsize=1)
def rules() -> dict[str, str]:
    """The action that each intent leads to outside the form."""
    found = {}
    for file in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            first, second = rule["steps"][:2]
            if "intent" in first:
                found[first["intent"]] = second["action"]
    return found


@lru_cache(maxsize=1)
def action_classes() -> dict[str, type[Action]]:
    """Every action by its name."""
    kinds = [
        kind
        for module in (answers, comment_status, comments, small_talk)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Action) and kind is not Action
    ]
    return {kind().name(): kind for kind in kinds}


@dataclass
class Talk:
    """One conversation; `heard` holds the replies to the last message."""

    language: str = "en"
    channel: str = "web"
    identity: str = "talk-1"
    slots: dict[str, Any] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def say(
        self,
        text: str,
        intent: str = "ask_plan",
        confidence: float = 0.9,
        act: dict[str, str] | None = None,
        names: tuple[str, ...] = (),
        **metadata: Any,
    ) -> str:
        """Send a message; the text of all replies."""
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": "x", "value": name} for name in names],
            "metadata": {
                "language": self.language, "comment_language": self.language,
                "channel": self.channel, "masked": [], "act": act,
                "previous_turn": "turn-0", "previous_status": "answered", **metadata,
            },
        }  # fmt: skip
        self.heard = []
        action: str | None = FORM if self.is_in_form else rules()[intent]
        while action:
            action = await self._run(action, message)
        return self.text

    async def press(self, title: str, **metadata: Any) -> str:
        """Press the button whose title begins so, of the last message's replies."""
        act, title = next(
            (b["act"], b["title"])
            for r in self.heard
            for b in r["buttons"]
            if b["title"].startswith(title)
        )
        return await self.press_act(act["kind"], act["value"], title, **metadata)

    async def press_act(self, kind: str, value: str, title: str, **metadata: Any) -> str:
        """Press a button, also an old one."""
        intent = value.partition(":")[0] if kind == "intent" else INTENT_OF_ACT[kind]
        return await self.say(title, intent, 1.0, {"kind": kind, "value": value}, **metadata)

    @property
    def text(self) -> str:
        """What was heard last."""
        return "\n".join(reply["text"] for reply in self.heard)

    @property
    def facts(self) -> list[str]:
        """The facts that were shown last."""
        return [fact for reply in self.heard for fact in reply["facts"]]

    @property
    def status(self) -> str:
        """The status of the last reply's first part."""
        return str(self.heard[0]["status"])

    @property
    def buttons(self) -> list[str]:
        """The titles of the buttons that were shown last."""
        return [button["title"] for reply in self.heard for button in reply["buttons"]]

    @property
    def is_in_form(self) -> bool:
        """Whether the comment form is open."""
        return self.slots.get("requested_slot") is not None

    async def _run(self, action: str, message: dict[str, Any]) -> str | None:
        name = "validate_comment_form" if action == FORM else action
        tracker = Tracker(self.identity, dict(self.slots), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        events = await action_classes()[name]().run(dispatcher, tracker, {})
        self.heard += [message["custom"] for message in dispatcher.messages]
        following = None
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            else:
                assert event["event"] == "followup", event
                following = event["name"]
        return following
