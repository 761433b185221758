"""What a provider of text messages is to us: verify, parse, render, send.

The rules (consent, limits, paging, delivery) know nothing of a provider. Another one is one
module with a class that has these methods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.comments.tables import OutgoingState


class Forged(Exception):
    """The signature is missing, wrong or too old: nothing of the request is believed."""


class BadText(Exception):
    """A signed request that can't be read; the text says what is missing, for its sender."""


class NotSent(Exception):
    """A text could not be handed over. `again` tells whether it may pass by itself."""

    def __init__(self, code: str, again: bool, wait: float | None = None) -> None:
        self.code = code
        self.again = again
        self.wait = wait
        """Seconds after which the provider wants to be asked again."""
        super().__init__(code)


@dataclass(frozen=True)
class Received:
    """A request as it came: what a signature is made over."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    charset: str = "utf-8"


@dataclass(frozen=True)
class Text:
    """One text message from a resident."""

    id: str
    """The provider's own id: the same one is the same message."""
    sender: str
    """The address as the provider writes it, to answer to."""
    receiver: str
    body: str
    media: int = 0
    """How many pictures and the like came with it; they are never fetched."""
    handled: str | None = None
    """The consent keyword that the provider has answered itself: "STOP", "START", "HELP"."""


@dataclass(frozen=True)
class Report:
    """What became of a text we sent."""

    id: str
    state: OutgoingState | None
    """None for a state that says nothing new, such as "queued"."""
    error: str | None = None
    receiver: str | None = None


@dataclass(frozen=True)
class Rendered:
    """The body of the webhook's answer."""

    body: str
    content_type: str


class Provider(Protocol):
    """One way in and out for text messages."""

    name: str

    @property
    def can_send(self) -> bool:
        """Whether texts can be sent outside of a webhook's answer."""

    @property
    def can_redact(self) -> bool:
        """Whether the bodies of inbound texts can be blanked at the provider."""

    def verify(self, request: Received) -> None:
        """Raise Forged unless the provider itself made this request."""

    def parse(self, request: Received) -> Text:
        """The text of a verified request. Raises BadText."""

    def report(self, request: Received) -> Report:
        """The delivery report of a verified request. Raises BadText."""

    def render(self, messages: Sequence[str]) -> Rendered:
        """Answer the webhook with these messages, or with none."""

    async def send(self, identity: str, to: str, text: str) -> str:
        """Hand a text over; its id at the provider. `identity` is ours. Raises NotSent."""

    async def find(self, identity: str, to: str, text: str, since: datetime) -> str | None:
        """The provider's id of a text that may have been handed over before a crash."""

    async def redact(self, identity: str) -> None:
        """Blank the body of an inbound text at the provider. Raises NotSent."""

    async def close(self) -> None:
        """Give the connections back."""
