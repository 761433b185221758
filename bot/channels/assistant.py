"""The client that speaks to the assistant (Rasa), on loopback, with the shared secret."""

import asyncio
import contextlib
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.language.messages import say
from bot.logs import HEADER, REQUEST
from bot.plan.model import Status

PATIENCE = 8.0
"""Seconds after which an answer is late."""
READY_PATIENCE = 4.0
"""Seconds in which it says that it is ready; under load it is slow to, and still is."""


class AssistantUnavailable(Exception):
    """The assistant or its actions are down or late; nothing was said."""

    language: str | None = None
    """The resident's, where it is known."""

    def sentence(self, language: str, contact: str) -> str:
        """What the resident is told, on a page."""
        return say("error_unavailable", self.language or language, contact=contact)


class _Act(BaseModel):
    kind: Literal["fact", "intent", "form"]
    value: str


class _Button(BaseModel):
    title: str
    act: _Act


class _Source(BaseModel):
    fact: str
    title: str
    url: str
    page: int | None = None


class _Reply(BaseModel):
    """The shape of a reply; what else it holds is for those who know it."""

    text: str = Field(min_length=1)
    status: Status
    facts: list[str] | None = None
    near: list[str] | None = None
    sources: list[_Source] | None = None
    buttons: list[_Button] | None = None
    language: str | None = None
    expects: Literal["question", "comment"] | None = None
    intent: str | None = None
    confidence: float | None = None


@dataclass
class Assistant:
    """One assistant, or several that share what they keep of a conversation.

    All messages of a conversation go to the same one, which lets them wait for each other. Only
    if nobody listens there another one takes them: so nobody works on it at the same time.
    """

    url: str
    """One address, or several with commas between."""
    secret: str
    patience: float = PATIENCE
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    async def ask(
        self,
        conversation: str,
        text: str,
        metadata: dict[str, Any],
        intent: str | None = None,
    ) -> list[dict[str, Any]]:
        """Send one message; return its replies, at least one.

        Raises AssistantUnavailable.
        """
        body = {"conversation": conversation, "text": text, "metadata": metadata, "intent": intent}
        headers = {"X-Bot-Secret": self.secret} | _request()
        try:
            async with await self._post(conversation, "message", body, headers) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"it answered with status {response.status}")
                replies = (await response.json())["replies"]
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from error
        except (KeyError, TypeError) as error:
            raise AssistantUnavailable("it answered with something else than replies") from error
        good = [one for one in replies if _is_reply(one)] if isinstance(replies, list) else []
        if not good:
            raise AssistantUnavailable("it had nothing to say; are the actions up?")
        return good

    async def forget(self, conversation: str) -> None:
        """Delete the dialogue's state of a conversation. Raises AssistantUnavailable."""
        body, headers = {"conversation": conversation}, {"X-Bot-Secret": self.secret}
        try:
            async with await self._post(conversation, "forget", body, headers) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"it answered with status {response.status}")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise AssistantUnavailable(type(error).__name__) from error

    async def is_ready(self) -> bool:
        """Whether every assistant has loaded its model, and its actions answer."""
        return all((await self.parts()).values())

    async def parts(self) -> dict[str, bool]:
        """Whether every assistant has loaded its model, and whether the actions answer each."""
        told = await asyncio.gather(*(self._parts_of(url) for url in self._urls))
        return {name: all(one[name] for one in told) for name in ("assistant", "actions")}

    async def _parts_of(self, url: str) -> dict[str, bool]:
        try:
            async with self._http().get(
                f"{url}/webhooks/front/", timeout=aiohttp.ClientTimeout(total=READY_PATIENCE)
            ) as response:
                said = await response.json()
                return {"assistant": response.status == 200, "actions": said["actions"] is True}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
            return {"assistant": False, "actions": False}

    async def _post(
        self, conversation: str, what: str, body: dict[str, Any], headers: dict[str, str]
    ) -> aiohttp.ClientResponse:
        urls = self._urls
        first = zlib.crc32(conversation.encode()) % len(urls)
        *before, last = urls[first:] + urls[:first]
        patience = aiohttp.ClientTimeout(total=self.patience)
        for url in before:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                return await self._http().post(
                    f"{url}/webhooks/front/{what}", json=body, headers=headers, timeout=patience
                )
        return await self._http().post(
            f"{last}/webhooks/front/{what}", json=body, headers=headers, timeout=patience
        )

    @cached_property
    def _urls(self) -> list[str]:
        return self.url.split(",")

    async def close(self) -> None:
        """Give the connections back."""
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _request() -> dict[str, str]:
    identity = REQUEST.get()
    return {HEADER: identity} if identity else {}


def _is_reply(given: Any) -> bool:
    try:
        _Reply.model_validate(given)
    except ValidationError:
        return False
    return True
