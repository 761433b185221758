"""The code word with which an author changes a comment: chosen by them, kept as a hash (argon2id).

It may be said aloud and typed on a phone: case, accents' forms and blanks do not count.
"""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 6, 60
# OWASP's smallest settings for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class BadCodeWord(ValueError):
    """Shorter or longer than a code word may be."""


def normal(word: str) -> str:
    """A code word in the form that counts; may be empty."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def check(word: str) -> str:
    """The code word in the form that counts. Raises BadCodeWord."""
    counts = normal(word)
    if not SHORTEST <= len(counts) <= LONGEST:
        raise BadCodeWord
    return counts


async def hashed(word: str) -> str:
    """The hash to keep; made beside the event loop, since it is slow on purpose."""
    return await asyncio.to_thread(_HASHER.hash, normal(word))


async def fits(word: str, kept: str) -> bool:
    """Whether this is the code word whose hash was kept."""

    def verify() -> bool:
        try:
            return _HASHER.verify(kept, normal(word))
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)
