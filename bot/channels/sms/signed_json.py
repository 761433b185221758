"""A city's own gateway: JSON signed with a shared secret, in both directions.

Each request carries X-Bot-Timestamp (seconds since 1970) and X-Bot-Signature, the hexadecimal
HMAC-SHA256 over "timestamp.body". Requests older than five minutes are refused.

In:     POST /sms/gateway         {"id", "from", "to", "text", "media": 0}
Answer:                           {"messages": ["...", ...]}
Report: POST /sms/gateway/status  {"id", "status": "sent|delivered|failed", "error"}
Out:    POST <gateway>            {"id", "to", "text"}, answered with {"id": "..."}
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from bot.channels.sms.provider import BadText, Forged, NotSent, Received, Rendered, Report, Text
from bot.comments.tables import OutgoingState

FRESH = 300
"""Seconds for which a signed request is good."""
PATIENCE = 10.0
_ID_LENGTH = 64
_ADDRESS_LENGTH = 120


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at a time."""
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


@dataclass
class SignedJson:
    """A gateway that shares a secret with us."""

    secret: str
    url: str | None = None
    """Where texts to residents are posted; without it only webhooks are answered."""
    name: str = "gateway"
    can_redact: bool = False
    clock: Callable[[], float] = time.time
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    @property
    def can_send(self) -> bool:
        """Whether texts can be sent outside of a webhook's answer."""
        return self.url is not None

    def verify(self, request: Received) -> None:
        """Check age and signature. Raises Forged."""
        timestamp = request.headers.get("X-Bot-Timestamp", "")
        given = request.headers.get("X-Bot-Signature", "").removeprefix("sha256=")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
            raise Forged("no timestamp")
        if abs(self.clock() - int(timestamp)) > FRESH:
            raise Forged("too old")
        expected = sign(self.secret, timestamp, request.body)
        if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
            raise Forged("wrong signature")

    def parse(self, request: Received) -> Text:
        """The text of a JSON body. Raises BadText."""
        body = _object(request.body)
        identity, sender = (_word(body.get(name)) for name in ("id", "from"))
        for name, value in (("id", identity), ("from", sender)):
            if not value:
                raise BadText(f"{name} is missing")
        text, media = body.get("text") or "", body.get("media") or 0
        if not isinstance(text, str) or not isinstance(media, int) or media < 0:
            raise BadText("text must be a string and media a number")
        if len(identity) > _ID_LENGTH or len(sender) > _ADDRESS_LENGTH:
            raise BadText("id or from is too long")
        receiver = _word(body.get("to"))[:_ADDRESS_LENGTH]
        return Text(identity, sender, receiver, text, int(media))

    def report(self, request: Received) -> Report:
        """A delivery report. Raises BadText."""
        body = _object(request.body)
        states = {s.value: s for s in (OutgoingState.SENT, OutgoingState.DELIVERED)}
        states["failed"] = OutgoingState.FAILED
        identity, status, error = (_word(body.get(name)) for name in ("id", "status", "error"))
        if not identity or not status:
            raise BadText("id or status is missing")
        return Report(identity[:_ID_LENGTH], states.get(status), error[:20] or None)

    def render(self, messages: Sequence[str]) -> Rendered:
        """The messages as JSON."""
        body = json.dumps({"messages": list(messages)}, ensure_ascii=False)
        return Rendered(body, "application/json")

    async def send(self, identity: str, to: str, text: str) -> str:
        """Post a text to the gateway; our id makes a repeat harmless there. Raises NotSent."""
        body = json.dumps({"id": identity, "to": to, "text": text}, ensure_ascii=False).encode()
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json",
            "X-Bot-Timestamp": timestamp,
            "X-Bot-Signature": sign(self.secret, timestamp, body),
        }
        try:
            async with self._http().post(str(self.url), data=body, headers=headers) as response:
                content = await response.json(content_type=None)
                answer: dict[str, Any] = content if isinstance(content, dict) else {}
                if response.status < 400:
                    return str(answer.get("id") or identity)[:64]
                again = response.status == 429 or response.status >= 500
                raise NotSent(str(answer.get("error") or response.status)[:20], again=again)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise NotSent("unreachable", again=True) from error

    async def find(self, identity: str, to: str, text: str, since: datetime) -> str | None:
        """Nothing to look up: the gateway knows a repeat by our id."""
        return None

    async def redact(self, identity: str) -> None:
        """A city's own gateway keeps what the city decides."""

    async def close(self) -> None:
        """Give the connections back."""
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self._session


def _word(value: object) -> str:
    """An id or a number, as text or as a number; empty for what is neither or can't be kept."""
    is_one = isinstance(value, str | int) and not isinstance(value, bool)
    word = str(value).strip() if is_one else ""
    # Half a character of UTF-16, or a null, is refused by the database.
    return word if word.isprintable() else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadText("the body is no JSON") from error
    if not isinstance(content, dict):
        raise BadText("the body must be an object")
    return content
