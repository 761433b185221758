"""Sealing what is personal: contacts and phone numbers are encrypted, or kept as keyed hashes.

Both keys are derived from the secret key (HKDF-SHA256, RFC 5869), each for its own purpose, so
that a leaked database alone gives away no address and no number.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FINGERPRINT_LENGTH = 40
"""Characters of a fingerprint: 160 of HMAC-SHA256's 256 bits."""


class BrokenSeal(ValueError):
    """A sealed text was changed, or sealed with another secret key."""


class Sealer:
    """Seals and opens texts with keys of one secret key."""

    def __init__(self, key: bytes) -> None:
        self._box = Fernet(base64.urlsafe_b64encode(_derived(key, b"sealed texts")))
        self._print_key = _derived(key, b"fingerprints")

    def seal(self, text: str) -> str:
        """Encrypt a text (AES-128-CBC with HMAC, Fernet); the same text never looks the same."""
        return self._box.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises BrokenSeal."""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise BrokenSeal("sealed with another secret key, or changed") from error

    def fingerprint(self, text: str, purpose: str) -> str:
        """A keyed hash that is always the same for a text and purpose, and leads to no text."""
        digest = hmac.new(self._print_key, f"{purpose}\0{text}".encode(), hashlib.sha256)
        return digest.hexdigest()[:FINGERPRINT_LENGTH]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
