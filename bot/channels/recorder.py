"""The last stage of a turn: what was asked and answered is recorded, within the message's time."""

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.channels.tokens import Signer
from bot.comments.store import Store, StoreUnavailable
from bot.comments.tables import Conversation, Turn

logger = logging.getLogger(__name__)
IN_ALL = 12.0
"""Seconds from which an answer waits no more to be recorded: reading takes 4 at most, asking 8."""
LEAST = 0.5


@dataclass
class Recorder:
    """Records turns."""

    store: Store
    signer: Signer
    _recording: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def turn_of(
        self,
        conversation: Conversation,
        question: str,
        act: dict[str, str] | None,
        replies: list[dict[str, Any]],
        removed: int,
        kinds: tuple[str, ...],
        started: float,
        identity: str | None,
    ) -> Turn:
        """The turn to be recorded, with its buttons signed; `started` by the monotonic clock."""
        first = replies[0]
        return Turn(
            id=identity or uuid.uuid4().hex,
            conversation_id=conversation.id,
            created_at=datetime.now(UTC),
            channel=conversation.channel,
            language=conversation.language,
            question=question,
            button=f"{act['kind']}:{act['value']}"[:80] if act else None,
            intent=first.get("intent"),
            confidence=first.get("confidence"),
            status=first["status"],
            facts=[fact for reply in replies for fact in reply.get("facts") or []],
            near=[fact for reply in replies for fact in reply.get("near") or []],
            replies=[self._rendered(reply, conversation.id) for reply in replies],
            removed=removed,
            masked=list(kinds),
            took_ms=round((time.monotonic() - started) * 1000),
        )

    def _rendered(self, reply: dict[str, Any], conversation: str) -> dict[str, Any]:
        buttons = [
            {
                "title": button["title"],
                "token": self.signer.button(conversation, button["act"], button["title"]),
            }
            for button in reply.get("buttons") or []
        ]
        rendered = {
            "text": reply["text"],
            "buttons": buttons,
            "sources": reply.get("sources") or [],
        }
        return rendered | ({"receipt": reply["receipt"]} if reply.get("receipt") else {})

    async def record(self, conversation: Conversation, turn: Turn, started: float) -> bool:
        """Record a turn; whether it is. An answer is given even if it can't be.

        It waits for that at most as long as is left of the message's time.
        """
        left = IN_ALL - (time.monotonic() - started)
        recording = asyncio.create_task(self.store.record(conversation, turn))
        self._recording.add(recording)
        recording.add_done_callback(self._recorded)
        done, _ = await asyncio.wait({recording}, timeout=max(left, LEAST))
        try:
            if done:
                recording.result()
        except StoreUnavailable:
            return False
        return bool(done)

    def _recorded(self, recording: asyncio.Task[None]) -> None:
        self._recording.discard(recording)
        error = None if recording.cancelled() else recording.exception()
        if error is not None:
            logger.error("A turn could not be recorded: %s", error)
