"""What several fronts count together: limits and one message at a time, in Redis.

Without Redis, or while it is away, each front goes by its own memory; it is back by itself.
"""

import hashlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.channels.limits import Busy, NoticeOnce, OneAtATime, RateLimit, TooFast

logger = logging.getLogger(__name__)
PATIENCE = 0.25
"""Seconds in which Redis answers; a resident waits for it at each message."""
AWAY = 2.0
"""Seconds after which it is asked again once it was away."""
HELD_MS = 10_000
"""A front that died gives its conversations free after this; an answer is late after 8 s."""

# One clock for all fronts: that of Redis. What is kept of a key is its tokens, when they were
# counted, and whether its sender was told of the limit.
_TAKE = """
local amount, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'told')
local tokens = amount
if kept[1] then
  local passed = math.max(0, now - tonumber(kept[2]))
  tokens = math.min(amount, tonumber(kept[1]) + passed * amount / seconds)
end
local answer = tokens >= 1 and 'allowed' or (kept[3] and 'again' or 'first')
if answer == 'allowed' then
  tokens = tokens - 1
  redis.call('HDEL', KEYS[1], 'told')
else
  redis.call('HSET', KEYS[1], 'told', 1)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(seconds * 1000))
return answer
"""
_GIVE_BACK = """
local tokens = redis.call('HGET', KEYS[1], 'tokens')
if tokens then
  local more = math.min(tonumber(ARGV[1]), tonumber(tokens) + 1)
  redis.call('HSET', KEYS[1], 'tokens', tostring(more))
end
return 'given'
"""
# A hold may be asked for twice: Redis may have taken it and said so too late.
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 'busy' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'held'
"""
_LET_GO = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'free'
"""


class Shared:
    """Limits that hold over all fronts with the same Redis, or over this one without."""

    def __init__(
        self, url: str | None = None, key: bytes = b"", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`key` is the secret key: addresses and numbers are kept as keyed hashes."""
        self._redis: Redis | None = None
        if url:
            self._redis = Redis.from_url(
                url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 1), decode_responses=True,
            )  # fmt: skip
        self._key = hashlib.sha256(key).digest()
        self._clock = clock
        self._front = secrets.token_hex(8)
        """Who holds a conversation. What this front holds it may take again: it goes by its own
        memory first."""
        self._again_at: float | None = None
        """When Redis is asked again; None while it is there."""

    @property
    def is_used(self) -> bool:
        """Whether a Redis is set at all."""
        return self._redis is not None

    async def is_there(self) -> bool:
        """Whether Redis answers now."""
        return await self._ask(lambda redis: redis.ping()) is not None

    async def take(self, name: str, own: RateLimit, key: str) -> None:
        """Count one message against the limit `own`; `name` tells limits apart. Raises TooFast."""
        answer = await self._call(_TAKE, f"{name}:{key}", own.amount, own.seconds)
        if answer is None:
            own.take(key)
        elif answer != "allowed":
            raise TooFast(key)

    async def take_and_tell(self, name: str, own: NoticeOnce, key: str) -> None:
        """As `take`; the error's `first` says whether the sender was not told yet."""
        answer = await self._call(_TAKE, f"{name}:{key}", own.amount, own.seconds)
        if answer is None:
            own.take(key)
        elif answer != "allowed":
            error = TooFast(key)
            error.first = answer == "first"
            raise error

    async def give_back(self, name: str, own: RateLimit, key: str) -> None:
        """Uncount one message that was taken."""
        if await self._call(_GIVE_BACK, f"{name}:{key}", own.amount) is None:
            own.give_back(key)

    @asynccontextmanager
    async def hold(self, own: OneAtATime, conversation: str) -> AsyncIterator[None]:
        """Hold a conversation while its message is answered, over all fronts. Raises Busy."""
        with own.hold(conversation):
            name = f"busy:{conversation}"
            asked = self._is_asked
            if await self._call(_HOLD, name, self._front, HELD_MS) == "busy":
                raise Busy(conversation)
            try:
                yield
            finally:
                if asked:  # with no answer too: it may have been taken
                    await self._call(_LET_GO, name, self._front, insist=True)

    async def close(self) -> None:
        """Give the connections back."""
        if self._redis is not None:
            await self._redis.aclose()

    @property
    def _is_asked(self) -> bool:
        """Whether Redis is used, and was not away a moment ago."""
        return self.is_used and not (self._again_at and self._clock() < self._again_at)

    async def _call(
        self, script: str, name: str, *values: str | float, insist: bool = False
    ) -> str | None:
        """What a script says of a key; None when Redis is not there."""
        key = self._named(name)
        answer: str | None = await self._ask(
            lambda redis: redis.eval(script, 1, key, *values), insist
        )
        return answer

    async def _ask(self, command: Callable[[Redis], Any], insist: bool = False) -> Any:
        """The answer of Redis; None when it is not there, which is said once.

        To `insist` is to ask also when it was away a moment ago.
        """
        if self._redis is None or not (insist or self._is_asked):
            return None
        try:
            answer = await command(self._redis)
        except (RedisError, OSError) as error:
            if self._again_at is None:
                logger.warning(
                    "Redis is away (%s); this front goes by its own memory until it is back.",
                    type(error).__name__,
                )
            self._again_at = self._clock() + AWAY
            return None
        if self._again_at is not None:
            self._again_at = None
            logger.warning("Redis is back; limits are shared again.")
        return answer

    def _named(self, name: str) -> str:
        """The key in Redis: what kind it is, and a hash of whose."""
        kind, _, whose = name.partition(":")
        digest = hashlib.blake2b(whose.encode(), key=self._key, digest_size=16).hexdigest()
        return f"plan-assistant:{kind}:{digest}"
