"""A front on a port of its own, before an assistant that the test commands."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.assistant import Assistant
from bot.front import make_app
from bot.plan.load import Knowledge
from bot.plan.load import load as load_knowledge
from bot.settings import Settings

SECRET = "a secret of the test"


@dataclass
class FakeAssistant:
    """Speaks the assistant's protocol over HTTP and answers what it is told to."""

    replies: Any = field(
        default_factory=lambda: [
            {
                "status": "answered",
                "text": "An answer.",
                "facts": ["five-pillars"],
                "sources": [
                    {"fact": "five-pillars", "title": "T", "url": "https://x.example", "page": None}
                ],
                "buttons": [{"title": "More", "act": {"kind": "fact", "value": "the-plan"}}],
                "intent": "ask_pillars",
                "confidence": 0.9,
            }
        ]
    )
    status: int = 200
    delay: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application()
        app.router.add_post("/webhooks/front/message", self.message)
        app.router.add_get("/webhooks/front/", self.ready)
        return app

    async def message(self, request: web.Request) -> web.Response:
        """Answer as told."""
        if request.headers.get("X-Bot-Secret") != SECRET:
            return web.json_response({"error": "forbidden"}, status=403)
        self.heard.append(await request.json())
        await asyncio.sleep(self.delay)
        return web.json_response({"replies": self.replies}, status=self.status)

    async def ready(self, _: web.Request) -> web.Response:
        """Always ready."""
        return web.json_response({"ready": True, "actions": True})


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, rate_limit="off")


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeAssistant, str]]:
    assistant = FakeAssistant()
    server = TestServer(assistant.app())
    await server.start_server()
    yield assistant, str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.fixture
async def front(
    fake: tuple[FakeAssistant, str], settings: Settings, knowledge: Knowledge
) -> AsyncIterator[TestClient]:
    app = make_app(settings, knowledge, Assistant(fake[1], SECRET, patience=2.0))
    client = TestClient(TestServer(app))
    await client.start_server()
    yield client
    await client.close()


@pytest.fixture
def heard(fake: tuple[FakeAssistant, str]) -> list[dict[str, Any]]:
    """What reached the assistant."""
    return fake[0].heard


@pytest.fixture
def told(fake: tuple[FakeAssistant, str]) -> FakeAssistant:
    """The assistant, to be told how to answer."""
    return fake[0]
