"""The only way into the assistant: the front's channel, on loopback, with a shared secret.

POST /webhooks/front/message with X-Bot-Secret and
{"conversation", "text", "metadata": {...}, "intent": optional, "entities": optional}
answers {"replies": [...]}. The same metadata["message"] again gets the same replies.
POST /webhooks/front/forget deletes what is kept of a conversation.
"""

import asyncio
import hmac
import logging
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional

import aiohttp
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import logs
from bot.nlu import hot_path

logger = logging.getLogger(__name__)


class RepliesChannel(CollectingOutputChannel):
    """Collects the replies that actions send."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers."""
        return "front"


class FrontChannel(InputChannel):
    """Takes messages from the front and from nobody else."""

    def __init__(self, secret: str, log_format: Any = "text", log_level: str = "info") -> None:
        """Hold the shared secret; refuse to start without one. Lines are ours from here on."""
        if not secret:
            raise ValueError("The assistant needs the secret that it shares with the front.")
        self._secret = secret.encode()
        hot_path.install()
        logs.begin("assistant", log_format, log_level, libraries="warning")

    @classmethod
    def name(cls) -> str:
        """Part of the channel's address."""
        return "front"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "InputChannel":
        """Made from credentials.yml."""
        given = credentials or {}
        form, level = given.get("log_format", "text"), given.get("log_level", "info")
        return cls(given.get("secret", ""), form, level)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        channel = Blueprint("front_channel")

        @channel.listener("after_server_start")
        async def never_pretend(app: Sanic, _: Any) -> None:
            # Rasa takes a store that fails for an empty one, and would begin the dialogue anew.
            if isinstance(app.ctx.agent.tracker_store, FailSafeTrackerStore):
                app.ctx.agent.tracker_store._on_tracker_store_error = _fail

        @channel.route("/", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = Sanic.get_app().ctx.agent
            is_ready = bool(agent and agent.is_ready())
            body = {"ready": is_ready, "actions": is_ready and await actions_answer(agent)}
            return response.json(body, status=200 if is_ready else 503)

        async def actions_answer(agent: Any) -> bool:
            endpoint = agent.action_endpoint
            health, limit = endpoint.url[: -len("/webhook")] + "/health", aiohttp.ClientTimeout(1)
            try:
                async with endpoint.session() as http, http.get(health, timeout=limit) as said:
                    return bool(said.status == 200)
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                return False

        @channel.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "forbidden"}, status=403)
            await _trackers().forget(request.json["conversation"])
            return response.json({"forgotten": True})

        @channel.route("/message", methods=["POST"])
        async def message(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "forbidden"}, status=403)
            began, status = time.monotonic(), 500
            with logs.as_request(request.headers.get(logs.HEADER)):
                try:
                    answered = await turn(request.json)
                    status = answered.status
                    return answered
                finally:
                    took = round((time.monotonic() - began) * 1000)
                    logs.tell("turn", status=status, ms=took)

        async def turn(body: Dict[str, Any]) -> HTTPResponse:
            metadata = dict(body.get("metadata") or {})
            repeat = metadata.get("message")
            if not repeat:
                return response.json({"replies": await answer(body, metadata, on_new_message)})
            conversation = body["conversation"]
            agent = Sanic.get_app().ctx.agent
            # A message that comes again waits for its first time, over all assistants, and then
            # finds its replies. So the lock is taken here and not by the agent.
            async with agent.lock_store.lock(conversation, wait_time_in_seconds=0.1):
                replies = await _trackers().answered(conversation, repeat)
                replies = replies or await answer(body, metadata, agent.processor.handle_message)
            return response.json({"replies": replies})

        async def answer(
            body: Dict[str, Any],
            metadata: Dict[str, Any],
            handle: Callable[[UserMessage], Awaitable[Any]],
        ) -> List[Dict[str, Any]]:
            collector = RepliesChannel()
            user_message = UserMessage(
                plain(body["text"]),
                collector,
                body["conversation"],
                input_channel=self.name(),
                metadata=metadata,
                parse_data=_understood(body),
            )
            await handle(user_message)
            return _replies(collector.messages)

        return channel

    def _knows(self, request: Request) -> bool:
        """Whether the caller has the shared secret."""
        given = request.headers.get("x-bot-secret", "").encode(errors="replace")
        return hmac.compare_digest(given, self._secret)


def _fail(error: Exception) -> None:
    """The message fails, the resident is told so, and can say it again."""
    raise error


def _trackers() -> Any:
    """Our own tracker store: Rasa wraps the one that endpoints.yml names."""
    store = Sanic.get_app().ctx.agent.tracker_store
    return getattr(store, "_tracker_store", store)


def plain(text: str) -> str:
    """A text that Rasa can't take for an intent: leading slashes go."""
    return text.lstrip("/ \t\n") if text.lstrip().startswith("/") else text


def _understood(body: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """What a button means needs no guessing: its intent comes from the front's own token."""
    intent = body.get("intent")
    if not intent:
        return None
    return {
        "text": plain(body["text"]),
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": intent, "confidence": 1.0}],
        "entities": [],
    }


def _replies(messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    return [m["custom"] for m in messages if isinstance(m.get("custom"), dict)]
