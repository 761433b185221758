"""Receipts and code words can't be guessed at: wrong ones are counted and slowed down.

A try is counted before it is looked up and given back if it was right, so that a hundred tries
at the same moment are no way around the limit.
"""

from dataclasses import dataclass, field

from bot.channels.limits import RateLimit
from bot.channels.shared import Shared

PER_ADDRESS = (5, 60.0)
"""Five wrong receipts or code words from an address in a minute."""
PER_COMMENT = (10, 3600.0)
"""Ten wrong code words for one comment in an hour, wherever they come from."""


@dataclass
class Guesses:
    """Wrong tries of receipts and code words."""

    on: bool = True
    shared: Shared = field(default_factory=Shared)
    by_address: RateLimit = field(default_factory=lambda: RateLimit(*PER_ADDRESS))
    by_comment: RateLimit = field(default_factory=lambda: RateLimit(*PER_COMMENT))

    async def receipt(self, address: str) -> None:
        """Count a try of a receipt. Raises TooFast."""
        if self.on:
            await self.shared.take("guess-address", self.by_address, address)

    async def right_receipt(self, address: str) -> None:
        """It was right, and does not count."""
        if self.on:
            await self.shared.give_back("guess-address", self.by_address, address)

    async def code_word(self, address: str, receipt: str) -> None:
        """Count a try of a code word. Raises TooFast."""
        if self.on:
            await self.shared.take("guess-address", self.by_address, address)
            await self.shared.take("guess-comment", self.by_comment, receipt)

    async def right_code_word(self, address: str, receipt: str) -> None:
        """It was right, and does not count."""
        if self.on:
            await self.shared.give_back("guess-address", self.by_address, address)
            await self.shared.give_back("guess-comment", self.by_comment, receipt)
