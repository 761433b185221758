"""Vectors that are kept as whole numbers of 8 bits."""

import numpy as np

from bot.language.vectors import Vectors

SENTENCES = [
    "When was the draft published?",
    "Who was mayor of Baltimore then?",
    "how much did the attack cost",
    "¿Cuáles son los cinco pilares?",
    "I like the parks.",
]


def test_a_sentence_is_as_like_to_others_as_with_exact_numbers(encoder):
    exact = encoder.encode(SENTENCES)
    kept = Vectors.of(exact)
    for vector in exact:
        assert np.abs(kept.likeness(vector) - exact @ vector).max() < 0.003


def test_what_is_read_back_is_rounded_only_once(encoder):
    once = Vectors.of(encoder.encode(SENTENCES))
    again = Vectors.of(once.floats())
    assert (again.numbers == once.numbers).all()


def test_a_part_holds_the_texts_in_between(encoder):
    exact = encoder.encode(SENTENCES)
    part = Vectors.of(exact)[1:3]
    assert len(part) == 2
    assert (part.likeness(exact[2]) == Vectors.of(exact).likeness(exact[2])[1:3]).all()


def test_no_texts_are_like_nothing(encoder):
    none = Vectors.of(np.zeros((0, 384), dtype=np.float32))
    assert none.likeness(encoder.encode(["Hello"])[0]).shape == (0,)


def test_a_vector_of_nothing_is_like_nothing():
    kept = Vectors.of(np.zeros((2, 384), dtype=np.float32))
    assert (kept.likeness(np.zeros(384, dtype=np.float32)) == 0).all()
