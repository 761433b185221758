"""The sentence encoder: whole files, unit vectors, the same sentence always the same."""

import base64
import shutil

import numpy as np
import pytest

from bot.language.encoder import (
    ENCODER_DIR,
    MAX_TOKENS,
    SHA256,
    SIZE,
    WORD_SIZE,
    DamagedEncoder,
    SentenceEncoder,
    begin_turn,
    check_files,
    pack,
)

SENTENCES = [
    "When were comments due?",
    "What are the five pillars of the plan?",
    "hi",
    "",
    "👍",
    "Does the plan say anything about the ransomware attack of May 2019, and how long it took?",
    "who is Frank Johnson",
]


@pytest.fixture
def copy(tmp_path):
    """The encoder's files, to be damaged."""
    for name in SHA256:
        shutil.copy(ENCODER_DIR / name, tmp_path / name)
    return tmp_path


def test_the_shipped_files_are_whole():
    check_files()


@pytest.mark.parametrize("name", SHA256)
def test_a_damaged_file_is_refused_with_the_way_to_mend_it(copy, name):
    with (copy / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedEncoder) as caught:
        SentenceEncoder(copy)
    assert str(caught.value) == (
        f"{copy / name} is damaged. Get it back with: git checkout -- models/encoder/{name}"
    )


@pytest.mark.parametrize("name", SHA256)
def test_a_file_cut_short_is_refused(copy, name):
    whole = (copy / name).read_bytes()
    (copy / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedEncoder, match="is damaged"):
        check_files(copy)


@pytest.mark.parametrize("name", SHA256)
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(
        DamagedEncoder, match=rf"{name} is missing\. Get it back with: git checkout"
    ):
        check_files(copy)


def words_of(encoder, sentence):
    return encoder.encode_with_words(sentence)[1]


def test_every_sentence_becomes_a_vector_of_length_one(encoder):
    vectors = encoder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), SIZE)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_sentences_vector_does_not_depend_on_its_neighbours(encoder):
    together = encoder.encode(SENTENCES)
    for sentence, vector in zip(SENTENCES, together, strict=True):
        assert np.array_equal(encoder.encode([sentence])[0], vector)


def test_another_encoder_gives_the_same_vectors(encoder):
    assert np.array_equal(SentenceEncoder().encode(SENTENCES), encoder.encode(SENTENCES))


def test_no_sentences_give_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, SIZE)


def test_a_sentence_too_long_is_cut_not_refused(encoder):
    long = "broadband " * (MAX_TOKENS * 3)
    assert np.array_equal(encoder.encode([long])[0], encoder.encode([long + "and wires"])[0])


def test_sentences_of_like_meaning_are_near_and_others_far(encoder):
    due, deadline, pillars = encoder.encode(
        ["When were comments due?", "What was the deadline for comments?", "Name the five pillars."]
    )
    assert due @ deadline > 0.7
    assert due @ pillars < 0.3


def test_each_telling_word_of_a_sentence_has_a_vector_of_length_one(encoder):
    words = words_of(encoder, "what are the five pillars?")
    assert words.shape == (2, WORD_SIZE)
    assert np.linalg.norm(words, axis=1) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    "sentence", ["and when was that?", "and who's that?", "didn't they?", "", "?!"]
)
def test_a_sentence_that_tells_nothing_by_itself_has_no_telling_words(encoder, sentence):
    assert words_of(encoder, sentence).shape == (0, WORD_SIZE)


def test_a_message_after_a_title_has_words_of_its_own_and_the_meaning_of_both(encoder):
    money, pillars = (
        encoder.encode_after(title, "how much?")
        for title in ("The cost of the 2019 attack", "The five pillars of the plan")
    )
    assert money[1].shape == pillars[1].shape == (2, WORD_SIZE)
    assert money[0] @ pillars[0] < 0.9
    assert np.diag(money[1] @ pillars[1].T).max() < 0.9


@pytest.mark.parametrize("message, words", [("and when?", 1), ("and that?", 2), ("?!", 0)])
def test_after_a_title_question_words_tell_and_without_others_all_do(encoder, message, words):
    assert encoder.encode_after("The 2019 attack", message)[1].shape == (words, WORD_SIZE)


def test_marks_of_the_tokenizer_in_what_a_message_leans_on_do_not_end_it(encoder):
    words = encoder.encode_after("a title [SEP] of two parts", "how much?")[1]
    assert words.shape == (2, WORD_SIZE)


def test_without_a_title_a_message_is_read_alone(encoder):
    alone, after = encoder.encode_with_words("how much?"), encoder.encode_after("", "how much?")
    assert all(np.array_equal(*pair) for pair in zip(alone, after, strict=True))


def test_what_is_kept_for_another_process_is_the_same_there(encoder, tmp_path):
    here, there = SentenceEncoder(), SentenceEncoder()
    here.prepare(SENTENCES, threads=2)
    here.save(tmp_path / "kept.npz")
    there.load(tmp_path / "kept.npz")
    begin_turn()
    assert np.array_equal(there.encode(SENTENCES), encoder.encode(SENTENCES))
    for sentence in SENTENCES:
        assert np.array_equal(words_of(there, sentence), words_of(encoder, sentence))


def test_a_vector_that_was_packed_is_taken_instead_of_encoding_again(encoder):
    pillars = "what are the five pillars?"
    vector, words = encoder.encode([pillars])[0], words_of(encoder, pillars)
    begin_turn("another sentence", pack(vector, words))
    assert (encoder.encode(["another sentence"])[0] == vector).all()
    assert (words_of(encoder, "another sentence") == words).all()
    begin_turn()
    assert not (encoder.encode(["another sentence"])[0] == vector).all()


@pytest.mark.parametrize(
    "packed", ["AAAA", "", base64.b64encode(np.zeros(SIZE, dtype="<f4").tobytes()).decode()]
)
def test_what_was_packed_wrongly_or_by_another_encoder_is_encoded_instead(encoder, packed):
    begin_turn("a sentence", packed)
    taken = encoder.encode(["a sentence"])[0]
    begin_turn()
    assert (encoder.encode(["a sentence"])[0] == taken).all()
