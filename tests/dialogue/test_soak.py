"""Residents write for minutes on end: every message is answered, and memory stays flat.

`SOAK_MINUTES` says for how long: 2, or 30 for a nightly run.
"""

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

import aiohttp
import pytest

from bench.running import Running
from bot.plan.load import load
from tests.sms.phone import TOKEN, Phone
from tests.sms.scripted import At

pytestmark = pytest.mark.heavy
SECONDS = float(os.environ.get("SOAK_MINUTES", "2")) * 60
RESIDENTS, PHONES = 6, 2
A_COMMENT_EVERY, A_CONVERSATION = 20, 40
"""Turns after which a comment is left, and after which a new conversation begins."""
WEIGHED, WARM = 40, 16
"""How often memory is weighed, and how many of these pass before all is loaded."""
GROWTH = 1.03


@dataclass
class Soak:
    """What was asked, what came back, and what it weighed."""

    running: Running
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    answered: int = 0
    comments: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.ends

    def heard(self, is_good: bool, what: object) -> None:
        self.answered += is_good
        if not is_good:
            self.failed.append(str(what))

    async def weigh(self) -> None:
        for _ in range(WEIGHED):
            await asyncio.sleep(SECONDS / WEIGHED)
            weights = await asyncio.to_thread(self.running.memory_mb)
            self.memory.append(sum(weights.values()))


def questions() -> list[str]:
    """A way of asking for each fact, in both languages in turn."""
    return [asked for fact in load().facts.values() for asked in (fact.asks.en[0], fact.asks.es[0])]


async def resident(soak: Soak, number: int, texts: list[str]) -> None:
    """Asks on the web, and leaves a comment now and then."""
    turn, conversation = 0, None

    async def say(text: str) -> None:
        nonlocal conversation
        body = {"text": text} | ({"conversation": conversation} if conversation else {})
        url = f"{soak.running.url}/api/messages"
        async with session.post(url, json=body) as response:
            answer = await response.json()
            soak.heard(response.status == 200 and bool(answer.get("replies")), answer)
            conversation = answer.get("conversation")

    async with aiohttp.ClientSession() as session:
        while soak.goes_on:
            turn += 1
            if turn % A_CONVERSATION == 0:
                conversation = None
            if turn % A_COMMENT_EVERY == 0:
                comment = f"Resident {number} would like bench {turn} mended."
                for text in ("I want to leave a comment", "quality of life", comment, "yes"):
                    await say(text)
                soak.comments.append(comment)
            await say(texts[(number * 67 + turn) % len(texts)])


async def phone(soak: Soak, number: int, texts: list[str]) -> None:
    """Asks by text message."""
    async with aiohttp.ClientSession() as session:
        texting, turn = Phone(At(session, soak.running.url), f"+1443555{number:04}"), 0
        while soak.goes_on:
            turn += 1
            heard = await texting.text(texts[(number * 131 + turn) % len(texts)])
            soak.heard(texting.status == 200 and bool(heard), texting.status)


async def test_every_message_is_answered_and_memory_stays_flat(tmp_path: Path) -> None:
    environment = {"BOT_RATE_LIMIT": "off", "BOT_TWILIO_AUTH_TOKEN": TOKEN}
    with Running(tmp_path / "var", environment=environment) as running:
        texts, processes, soak = questions(), set(running.children()), Soak(running)
        await asyncio.gather(
            soak.weigh(),
            *(resident(soak, number, texts) for number in range(RESIDENTS)),
            *(phone(soak, number, texts) for number in range(PHONES)),
        )
        steady = soak.memory[WARM:]
        third = len(steady) // 3
        early, late = mean(steady[:third]), mean(steady[-third:])
        print(
            f"{soak.answered} messages, {len(soak.comments)} comments in {SECONDS / 60:g} min; "
            f"{soak.memory[0]:.0f} MB first, {early:.0f} MB early, {late:.0f} MB late"
        )
        assert soak.failed == []
        assert soak.answered > 0
        assert set(running.children()) == processes, "a process ended and was started again"
        stored = running.command("comments", "export", "--format", "jsonl").stdout
        assert [stored.count(comment) for comment in soak.comments] == [1] * len(soak.comments)
        assert late <= early * GROWTH
