"""The sentence encoder, opened once for all tests of the language."""

import pytest

from bot.language.encoder import SentenceEncoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The sentence encoder as it ships."""
    return SentenceEncoder()
