"""The client that speaks to the assistant (Rasa), on loopback, with the shared secret."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE = 8.0
"""Seconds after which an answer is late."""


class AssistantUnavailable(Exception):
    """The assistant or its actions are down or late; nothing was said."""


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
                headers={"X-Bot-Secret": self.secret},
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"it answered with status {response.status}")
                replies = (await response.json()).get("replies")
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from error
        good = [r for r in replies or [] if isinstance(r, dict) and r.get("text") and r.get("status")]
        if not good:
            raise AssistantUnavailable("it had nothing to say; are the actions up?")
        return good

    async def is_ready(self) -> bool:
        """Whether the assistant has loaded its model."""
        try:
            async with self._http().get(
                f"{self.url}/webhooks/front/", timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session
