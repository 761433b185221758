"""Receipts and code words can't be guessed at: wrong ones are counted and slowed down.

A try is counted before it is looked up and given back if it was right, so that a hundred tries
at the same moment are no way around the limit.
"""

from dataclasses import dataclass, field

from bot.channels.limits import RateLimit

PER_ADDRESS = (5, 60.0)
"""Five wrong receipts or code words from an address in a minute."""
PER_COMMENT = (10, 3600.0)
"""Ten wrong code words for one comment in an hour, wherever they come from."""


@dataclass
class Guesses:
    """Wrong tries of receipts and code words."""

    on: bool = True
    by_address: RateLimit = field(default_factory=lambda: RateLimit(*PER_ADDRESS))
    by_comment: RateLimit = field(default_factory=lambda: RateLimit(*PER_COMMENT))

    def receipt(self, address: str) -> None:
        """Count a try of a receipt. Raises TooFast."""
        if self.on:
            self.by_address.take(address)

    def right_receipt(self, address: str) -> None:
        """It was right, and does not count."""
        if self.on:
            self.by_address.give_back(address)

    def code_word(self, address: str, receipt: str) -> None:
        """Count a try of a code word. Raises TooFast."""
        if self.on:
            self.by_address.take(address)
            self.by_comment.take(receipt)

    def right_code_word(self, address: str, receipt: str) -> None:
        """It was right, and does not count."""
        if self.on:
            self.by_address.give_back(address)
            self.by_comment.give_back(receipt)
