"""What is not ours to answer: its reply, and its training examples for the parts of a message.

The assistant tells the intent of a message as a whole. Where it holds two questions, each part
is compared with the examples of the intents that are declined.
"""

from pathlib import Path

import yaml

from bot import ROOT
from bot.plan.answer import Answer, Speaker, starters
from bot.plan.indexing import Document
from bot.plan.model import Status

NLU_DIR = ROOT / "data" / "nlu"
DECLINED = {
    "city_service": (Status.CITY_SERVICE, "city_service"),
    "out_of_scope": (Status.OUT_OF_SCOPE, "out_of_scope"),
    "politics": (Status.OUT_OF_SCOPE, "no_side"),
    "abuse": (Status.OUT_OF_SCOPE, "abuse"),
    "injection": (Status.OUT_OF_SCOPE, "out_of_scope"),
}
"""Intents that are declined, with the status and the message of each."""


def decline(intent: str, speaker: Speaker) -> Answer:
    """The reply to what is not ours to answer; off the subject, with three questions that are."""
    status, key = DECLINED[intent]
    buttons = starters(speaker) if status is Status.OUT_OF_SCOPE else ()
    return Answer(status, speaker.say(key), buttons=buttons)


def decline_documents(folder: Path = NLU_DIR) -> list[Document]:
    """One document for each declined intent, found by its examples."""
    examples: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        for group in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("nlu", []):
            if group["intent"] in DECLINED:
                lines = (line.removeprefix("- ") for line in group["examples"].splitlines())
                examples.setdefault(group["intent"], []).extend(filter(None, lines))
    return [Document(intent, tuple(asks), ()) for intent, asks in sorted(examples.items())]
