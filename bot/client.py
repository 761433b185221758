"""A client of the front's own API, for the command line and the evaluation."""

from types import TracebackType
from typing import Any

import aiohttp

from bot.settings import Settings


def address(settings: Settings) -> str:
    """Where the front answers on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


class Unreachable(Exception):
    """The front does not answer; the text says where it was looked for."""


class Client:
    """Talks to the running front; use it as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self.url = address(settings)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Client":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session:
            await self._session.close()

    async def say(
        self,
        text: str = "",
        conversation: str | None = None,
        button: str | None = None,
        language: str = "en",
        channel: str = "web",
    ) -> dict[str, Any]:
        """Send one message; the answer's or the error's JSON. Raises Unreachable."""
        assert self._session is not None
        body = {"text": text, "conversation": conversation, "button": button, "channel": channel}
        body = {key: value for key, value in body.items() if value is not None}
        try:
            async with self._session.post(
                f"{self.url}/api/messages", json=body, headers={"Accept-Language": language}
            ) as response:
                answer: dict[str, Any] = await response.json()
                return answer
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(
                f"The assistant does not answer at {self.url}. Start it with: make run"
            ) from error
