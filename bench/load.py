"""The load tool: the same messages to any assistant, one at a time or by many conversations.

A reply that did not pass an action counts as a failure and stops the run.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

import aiohttp

QUESTIONS = (
    "what are the five pillars?",
    "when were comments due?",
    "how much does the city spend on IT?",
    "who led the plan?",
    "is it still going on?",
    "¿cuáles son los cinco pilares?",
    "¿cuánto gasta la ciudad en tecnología?",
    "what does BCIT mean?",
    "what happened in the 2019 ransomware attack?",
    "what is digital equity?",
)


class WrongAnswer(Exception):
    """A reply that no action gave; the text is what came."""


@dataclass(frozen=True)
class Reply:
    """What came back for one message."""

    is_good: bool
    conversation: str | None
    problem: str = ""


class Target(Protocol):
    """An assistant that is measured."""

    @property
    def url(self) -> str:
        """Where messages are posted."""

    def body(self, text: str, conversation: str | None) -> dict[str, str]:
        """A message as it takes it."""

    def read(self, status: int, answer: object, conversation: str | None) -> Reply:
        """What it answered."""


class Conversation:
    """A resident who sends one message after the other."""

    def __init__(self, session: aiohttp.ClientSession, target: Target, offset: int = 0) -> None:
        self.session, self.target, self.sent = session, target, offset
        self.id: str | None = None

    async def say(self) -> float:
        """Send the next question; the milliseconds until its answer. Raises WrongAnswer."""
        text = QUESTIONS[self.sent % len(QUESTIONS)]
        self.sent += 1
        began = time.perf_counter()
        body = self.target.body(text, self.id)
        async with self.session.post(self.target.url, json=body) as response:
            reply = self.target.read(response.status, await response.json(), self.id)
        if not reply.is_good:
            raise WrongAnswer(f"{text!r}: {reply.problem}")
        self.id = reply.conversation
        return (time.perf_counter() - began) * 1000


async def one_at_a_time(target: Target, count: int) -> list[float]:
    """Milliseconds of each message of one conversation."""
    async with aiohttp.ClientSession() as session:
        conversation = Conversation(session, target)
        return [await conversation.say() for _ in range(count)]


async def at_once(target: Target, conversations: int, messages: int) -> float:
    """Messages a second, with so many conversations at once."""
    each = messages // conversations
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def talk(offset: int) -> None:
            conversation = Conversation(session, target, offset)
            for _ in range(each):
                await conversation.say()

        began = time.perf_counter()
        await asyncio.gather(*(talk(offset) for offset in range(conversations)))
        return conversations * each / (time.perf_counter() - began)
