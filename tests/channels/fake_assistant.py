"""An assistant for the tests: a real server on loopback that speaks the front's channel.

It says what a test tells it to say, and keeps what it heard.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.plan.answer import Answer, Button, SourceLine
from bot.plan.model import Status

SECRET = "the-secret-of-the-inner-hops"
PILLARS = Answer(
    Status.ANSWERED,
    "The plan rests on five pillars.",
    ("five-pillars",),
    (SourceLine("five-pillars", "Call to Action (City of Baltimore)", "https://example.gov/plan"),),
    (
        Button("The timeline", "fact", "plan-timeline"),
        Button("Leave a comment", "intent", "give_comment"),
    ),
)
TIMELINE = Answer(
    Status.ANSWERED,
    "Work was under way by October 2017.",
    ("plan-timeline",),
    (SourceLine("plan-timeline", "A page about the plan (Example)", "https://example.gov/dates"),),
)
WHICH_TOPIC = Answer(
    Status.COMMENT,
    "What is your comment about?",
    buttons=(Button("Education", "form", "topic:education"),),
)


def reply(answer: Answer = PILLARS, **more: Any) -> dict[str, Any]:
    """A reply as an action sends it."""
    return answer.as_json() | {"intent": "ask_pillars", "confidence": 0.93} | more


COMMENT_FORM = reply(WHICH_TOPIC, expects="comment")


class FakeAssistant:
    """Set `replies`, `status`, `raw` or `delay`, or give it a `then` to run before it answers."""

    def __init__(self) -> None:
        self.replies: Any = [reply()]
        self.raw: tuple[str, str] | None = None
        self.status = 200
        self.delay = 0.0
        self.is_ready = True
        self.has_actions = True
        self.then: Callable[[], Any] | None = None
        self.heard: list[dict[str, Any]] = []
        self.requests: list[str | None] = []
        """The ids that came with them."""
        app = web.Application()
        app.router.add_post("/webhooks/front/message", self._message)
        app.router.add_get("/webhooks/front/", self._ready)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.server.make_url("")).rstrip("/")

    @property
    def last(self) -> dict[str, Any]:
        """The last message it heard."""
        return self.heard[-1]

    async def _message(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Bot-Secret") != SECRET:
            return web.json_response({"error": "forbidden"}, status=403)
        self.heard.append(await request.json())
        self.requests.append(request.headers.get("X-Request-ID"))
        await asyncio.sleep(self.delay)
        if self.then:
            await self.then()
        if self.raw:
            return web.Response(text=self.raw[1], content_type=self.raw[0], status=self.status)
        return web.json_response({"replies": self.replies}, status=self.status)

    async def _ready(self, _: web.Request) -> web.Response:
        body = {"ready": self.is_ready, "actions": self.is_ready and self.has_actions}
        return web.json_response(body, status=200 if self.is_ready else 503)
