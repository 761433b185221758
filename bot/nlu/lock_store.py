"""One message of a conversation at a time, over all assistants: Rasa's own lock store in Redis.

While Redis is away each assistant goes by its own locks, and by Redis again when it is back.
"""

import logging
import time
from contextlib import asynccontextmanager, suppress
from typing import AsyncGenerator, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError, RedisLockStore
from rasa.utils.endpoints import EndpointConfig
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PATIENCE = 0.3
"""Seconds in which Redis answers; nothing else is done meanwhile."""
AWAY = 2.0
"""Seconds after which it is asked again once it was away."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at whether it is a message's turn."""


class SharedLockStore(RedisLockStore):
    """Rasa's lock store in Redis, with this process's own locks inside of it."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Made from `lock_store` of endpoints.yml; takes what Rasa's own takes there."""
        options = {"socket_timeout": PATIENCE, **endpoint_config.kwargs}
        super().__init__(host=endpoint_config.url, **options)
        self._own = InMemoryLockStore()
        self._again_at: Optional[float] = None

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = LOOK_AGAIN,
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold a conversation; raises LockError if others held it for a lock's whole lifetime."""
        async with self._own.lock(conversation_id, lock_lifetime, LOOK_AGAIN) as lock:
            ticket = await self._queue(conversation_id, lock_lifetime)
            try:
                yield lock
            finally:
                if ticket is not None:
                    self._leave(conversation_id, ticket)

    async def _queue(self, conversation_id: str, lifetime: float) -> Optional[int]:
        """Wait for this message's turn among all assistants; None when Redis can't tell."""
        began = time.monotonic()
        if self._again_at is not None and began < self._again_at:
            return None
        try:
            ticket = self.issue_ticket(conversation_id, lifetime)
            await self._acquire_lock(conversation_id, ticket, LOOK_AGAIN)
        except (LockError, RedisError) as error:
            if self._is_there():
                if time.monotonic() - began >= lifetime:
                    raise
                return None  # Redis came back empty, so nobody else holds it by Redis either
            if self._again_at is None:
                logger.warning("Redis is away; this assistant goes by its own locks: %s", error)
            self._again_at = time.monotonic() + AWAY
            return None
        if self._again_at is not None:
            self._again_at = None
            logger.warning("Redis is back; locks are shared again.")
        return ticket

    def _leave(self, conversation_id: str, ticket: int) -> None:
        # What can't be given back ends by itself, and the next message finds that Redis is away.
        with suppress(RedisError):
            self.cleanup(conversation_id, ticket)

    def _is_there(self) -> bool:
        try:
            return bool(self.red.ping())
        except RedisError:
            return False
