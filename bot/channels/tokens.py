"""Ids and tokens that only the front can make: conversations and buttons."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ID_BYTES = 18
_SIGNATURE_BYTES = 12


class ForgedToken(ValueError):
    """An id or token that this front did not make, or not for this use."""


class OldToken(ForgedToken):
    """A token that this front made, but whose time is over."""


@dataclass(frozen=True)
class Signer:
    """Signs with the secret key; several fronts that share the key know each other's tokens."""

    key: bytes

    def new_conversation(self, channel: str) -> str:
        """A fresh conversation id for a channel; it can't be guessed or chosen."""
        identity = secrets.token_urlsafe(ID_BYTES)
        return f"{identity}.{self._signature('conversation', channel, identity)}"

    def conversation(self, token: str, channel: str) -> str:
        """The bare id of a conversation token. Raises ForgedToken."""
        identity, dot, signature = token.partition(".")
        expected = self._signature("conversation", channel, identity)
        if not dot or not _same(signature, expected):
            raise ForgedToken("conversation")
        return identity

    def conversation_token(self, identity: str, channel: str) -> str:
        """The token of a conversation whose bare id is known."""
        return f"{identity}.{self._signature('conversation', channel, identity)}"

    def button(self, conversation: str, act: dict[str, Any], title: str) -> str:
        """A token for a button: what it does, bound to its conversation (bare id)."""
        content = json.dumps([act["kind"], act["value"], title], ensure_ascii=False)
        body = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
        return f"{body}.{self._signature('button', conversation, body)}"

    def pressed(self, conversation: str, token: str) -> tuple[dict[str, str], str]:
        """What a button of this conversation does, and its title. Raises ForgedToken."""
        body, dot, signature = token.partition(".")
        expected = self._signature("button", conversation, body)
        if not dot or not _same(signature, expected):
            raise ForgedToken("button")
        kind, value, title = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return {"kind": kind, "value": value}, title

    def form(self, purpose: str, visitor: str, issued: int) -> str:
        """A token for a form: what it is for, whose browser it was shown to, and when (seconds)."""
        content = f"{visitor}.{issued:x}"
        return f"{content}.{self._signature('form', purpose, content)}"

    def form_shown(self, purpose: str, token: str) -> tuple[str, int]:
        """Whose browser a form was shown to, and when. Raises ForgedToken."""
        content, _, signature = token.rpartition(".")
        visitor, dot, issued = content.partition(".")
        if not dot or not _same(signature, self._signature("form", purpose, content)):
            raise ForgedToken("form")
        return visitor, int(issued, 16)

    def ticket(self, purpose: str, content: Sequence[str], until: int) -> str:
        """What its holder may do until a moment (seconds): a link that speaks for itself."""
        text = json.dumps([until, *content], ensure_ascii=False)
        body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{body}.{self._signature('ticket', purpose, body)}"

    def ticket_content(self, purpose: str, token: str, now: float) -> list[str]:
        """What a ticket for this purpose says. Raises ForgedToken, and OldToken after its end."""
        body, dot, signature = token.partition(".")
        if not dot or not _same(signature, self._signature("ticket", purpose, body)):
            raise ForgedToken("ticket")
        until, *content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if now > until:
            raise OldToken("ticket")
        return [str(one) for one in content]

    def _signature(self, purpose: str, scope: str, content: str) -> str:
        data = json.dumps([purpose, scope, content]).encode()
        digest = hmac.new(self.key, data, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _same(given: str, expected: str) -> bool:
    """Whether a signature is right; half characters of UTF-16 can't be encoded, and are never."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
