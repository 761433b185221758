"""Plays the scripted conversations to an assistant, each from a number of its own, and measures."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.language.gsm7 import size_of
from tests.sms.phone import Phone

FILE = Path(__file__).with_name("conversations.yml")
RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
AT_ONCE = 8


@dataclass
class Played:
    """What came of the conversations."""

    wrong: list[str] = field(default_factory=list)
    filed: dict[str, str | None] = field(default_factory=dict)
    """Receipts, with the text that was filed where the script says it."""
    texts_in: list[int] = field(default_factory=list)
    """Segments of each text that residents sent."""
    texts_out: list[int] = field(default_factory=list)
    conversations: int = 0


class At:
    """aiohttp's client, at an address."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    def make_url(self, path: str) -> str:
        """The address of a path."""
        return f"{self.url}{path}"

    def post(self, path: str, **more: Any) -> Any:
        """Post to a path."""
        return self.session.post(self.make_url(path), **more)


async def play_all(url: str, rows: list[dict[str, Any]], first_number: int = 0) -> Played:
    """Play these conversations, a few at once."""
    played, at_once = Played(), asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        client = At(session, url)

        async def one(number: int, row: dict[str, Any]) -> None:
            async with at_once:
                await play(Phone(client, f"+1410{number:07}"), row, played)

        await asyncio.gather(*(one(2000000 + first_number + n, r) for n, r in enumerate(rows)))
    return played


async def play(phone: Phone, row: dict[str, Any], played: Played) -> None:
    """Play one conversation to its first wrong reply."""
    receipt = ""
    played.conversations += 1
    if row["language"] == "es":
        await phone.text("hola")
    for place, step in enumerate(row["steps"], 1):
        text = step["text"].replace("{receipt}", receipt)
        heard = await phone.text(text)
        played.texts_in.append(size_of(text).segments)
        played.texts_out += [size_of(message).segments for message in phone.heard]
        problem = wrong_with(step, phone, heard, receipt)
        if problem:
            played.wrong.append(f"{row['language']} {row['name']}, step {place}: {problem}")
            return
        if step.get("receipt"):
            found = RECEIPT.search(heard)
            receipt = found.group() if found else ""
            played.filed[receipt] = step.get("filed")


def wrong_with(step: dict[str, Any], phone: Phone, heard: str, receipt: str) -> str:
    """What is wrong with a reply, or nothing."""
    if phone.status != 200:
        return f"{step['text']!r} got {phone.status}"
    if step.get("silent"):
        return f"{step['text']!r} was answered with {heard!r}" if heard else ""
    if any(size_of(message).segments > 2 for message in phone.heard):
        return f"more than two segments: {heard!r}"
    missing = [
        part for part in step.get("has", []) if part.replace("{receipt}", receipt) not in heard
    ]
    if missing or not heard:
        return f"{step['text']!r} lacks {missing}: {heard!r}"
    some = step.get("any", [])
    if some and not any(part in heard for part in some):
        return f"{step['text']!r} has none of {some}: {heard!r}"
    return ""


def conversations() -> list[dict[str, Any]]:
    """The conversations of the file."""
    return list(yaml.safe_load(FILE.read_text("utf-8")))
