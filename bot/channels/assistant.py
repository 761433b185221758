"""The client that speaks to the assistant (Rasa), on loopback, with the shared secret."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.language.messages import say
from bot.logs import HEADER, REQUEST
from bot.plan.model import Status

PATIENCE = 8.0
"""Seconds after which an answer is late."""


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
    """One assistant, or a balancer before several."""

    url: str
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
        try:
            async with self._http().post(
                f"{self.url}/webhooks/front/message",
                json=body,
                headers={"X-Bot-Secret": self.secret} | _request(),
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as response:
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
        try:
            async with self._http().post(
                f"{self.url}/webhooks/front/forget",
                json={"conversation": conversation},
                headers={"X-Bot-Secret": self.secret},
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"it answered with status {response.status}")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise AssistantUnavailable(type(error).__name__) from error

    async def is_ready(self) -> bool:
        """Whether the assistant has loaded its model, and its actions answer."""
        return all((await self.parts()).values())

    async def parts(self) -> dict[str, bool]:
        """Whether the assistant has loaded its model, and whether its actions answer."""
        try:
            async with self._http().get(
                f"{self.url}/webhooks/front/", timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                said = await response.json()
                return {"assistant": response.status == 200, "actions": said["actions"] is True}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
            return {"assistant": False, "actions": False}

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
