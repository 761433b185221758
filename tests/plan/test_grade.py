"""The reading grade of an English text, by Flesch and Kincaid."""

import pytest

from bot.plan.grade import ease_of_spanish, grade_of, spanish_syllables, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [("plan", 1), ("city", 2), ("technology", 4), ("Baltimore", 3), ("2018", 1), ("BCIT", 4),
     ("broadbandy", 3), ("José", 2)],
)  # fmt: skip
def test_syllables_are_counted(word, count):
    assert syllables(word) == count


def test_the_grade_follows_the_formula():
    # Six words of one syllable in one sentence.
    assert grade_of("The plan has five good parts.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_a_longer_sentence_has_a_higher_grade():
    apart = "The plan has parts. The parts have goals."
    assert grade_of(apart.replace(". The", " and the")) > grade_of(apart)


def test_a_longer_word_has_a_higher_grade():
    assert grade_of("The plan transforms.") > grade_of("The plan helps.")


def test_a_sentence_that_ends_within_quotes_is_a_sentence():
    assert grade_of('It says "we plan." It ends.') == grade_of("It says we plan. It ends.")


def test_the_dots_of_an_abbreviation_end_no_sentence():
    assert grade_of("The U.S. plan is good.") == grade_of("The U S plan is good.")


def test_a_text_without_words_has_grade_zero():
    assert grade_of(" ... ") == 0


@pytest.mark.parametrize(
    ("word", "count"),
    [("plan", 1), ("ciudad", 2), ("tecnología", 5), ("guerra", 2), ("oído", 3), ("leer", 2),
     ("muy", 1), ("río", 2), ("BCIT", 4), ("2018", 1)],
)  # fmt: skip
def test_spanish_syllables_are_counted(word, count):
    assert spanish_syllables(word) == count


def test_the_spanish_index_follows_the_formula():
    # Five words, eight syllables, one sentence.
    text = "El plan tiene cinco partes."
    assert ease_of_spanish(text) == pytest.approx(206.835 - 62.3 * 8 / 5 - 5)


def test_long_words_and_sentences_are_harder_in_spanish():
    assert ease_of_spanish("El plan ayuda.") > ease_of_spanish(
        "El plan transformará infraestructuras."
    )
