"""What of a question the words of a document's texts tell of."""

from typing import Any

import numpy as np
import pytest

from bot.language.encoder import SentenceEncoder
from bot.plan.readings import Readings
from bot.plan.wordings import Wordings

TEXTS = ["how many computers does the city have?", "when did the ransomware attack happen?"]
COMPUTERS, ATTACK, NOTHING = range(3)


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def words_of(encoder: SentenceEncoder, text: str) -> Any:
    return encoder.encode_with_words(text)[1]


@pytest.fixture(scope="module")
def wordings(encoder: SentenceEncoder) -> Wordings:
    readings = Readings.of([("", text) for text in TEXTS], encoder, {})
    return Wordings.of(readings, np.array([COMPUTERS, ATTACK]), 3)


def test_a_word_that_stands_in_a_text_is_near_it(encoder, wordings):
    own = wordings.nearest(words_of(encoder, TEXTS[0]), COMPUTERS)
    assert own.shape == (len(words_of(encoder, TEXTS[0])),)
    assert own == pytest.approx(1, abs=0.02)


def test_a_word_of_like_meaning_is_nearer_than_another(encoder, wordings):
    like, other = (
        wordings.nearest(words_of(encoder, f"when did the {word} happen?"), ATTACK).min()
        for word in ("hack", "parade")
    )
    assert like > other


def test_nothing_is_near_a_document_without_texts(encoder, wordings):
    assert (wordings.nearest(words_of(encoder, "computers"), NOTHING) == -1).all()


def test_a_message_without_words_is_no_error(encoder, wordings):
    assert wordings.nearest(words_of(encoder, ""), COMPUTERS).shape == (0,)
