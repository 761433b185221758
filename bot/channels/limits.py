"""How many messages a conversation or an address may send, and one at a time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PER_CONVERSATION = (20, 60.0)
"""20 messages in 60 seconds: faster than anybody reads the answers."""
PER_ADDRESS = (120, 60.0)
"""A library's or a school's residents share one address."""
PER_NUMBER = (20, 300.0)
"""20 texts in five minutes, then four a minute: nobody reads and types faster for long."""
REMEMBERED = 10_000


class TooFast(Exception):
    """More messages than the limit allows."""

    first: bool = True
    """Whether this is the first one over it, where that is told apart."""


class Busy(Exception):
    """The conversation's last message is still being answered."""


@dataclass
class RateLimit:
    """A token bucket per key; keys that were quiet longest are forgotten first."""

    amount: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, init=False)

    def take(self, key: str) -> None:
        """Count one message; raises TooFast."""
        now = self.clock()
        tokens, last = self._buckets.pop(key, (float(self.amount), now))
        tokens = min(self.amount, tokens + (now - last) * self.amount / self.seconds)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if not allowed:
            raise TooFast(key)

    def give_back(self, key: str) -> None:
        """Uncount one message that was taken."""
        if key in self._buckets:
            tokens, last = self._buckets[key]
            self._buckets[key] = (min(self.amount, tokens + 1), last)


@dataclass
class NoticeOnce:
    """A limit that is told of once, then kept in silence until the sender is below it again."""

    amount: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _told: OrderedDict[str, None] = field(default_factory=OrderedDict, init=False)
    _rate: RateLimit = field(init=False)

    def __post_init__(self) -> None:
        self._rate = RateLimit(self.amount, self.seconds, self.clock)

    def take(self, key: str) -> None:
        """Count one message; raises TooFast, whose `first` tells whether to say so."""
        try:
            self._rate.take(key)
        except TooFast as error:
            error.first = key not in self._told
            self._told[key] = None
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
            raise
        self._told.pop(key, None)


@dataclass
class OneAtATime:
    """One pending message per conversation."""

    _pending: set[str] = field(default_factory=set, init=False)

    @contextmanager
    def hold(self, conversation: str) -> Iterator[None]:
        """Hold a conversation while its message is answered; raises Busy."""
        if conversation in self._pending:
            raise Busy(conversation)
        self._pending.add(conversation)
        try:
            yield
        finally:
            self._pending.discard(conversation)
