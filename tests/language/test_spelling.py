"""Misspelled words are put right by the words around them; what is right stays as it is."""

import pickle

import pytest

from bot.language.spelling import Speller

TEXTS = [
    "what is my name", "what is my plan", "what is the plan about", "i need to change my oil",
    "i need to leave a comment", "who led the plan", "when were comments due",
    "what are the five pillars", "tell me about the five pillars", "are the pillars done",
    "the pillars of the plan", "who are the pillars for", "name the pillars", "list the pillars",
    "cuáles son los cinco pilares", "quiero dejar un comentario", "quiero saber del plan",
    "el plan de la ciudad", "what is the plan", "i need to ask a question",
]  # fmt: skip


@pytest.fixture(scope="module")
def speller():
    return Speller(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what are the five pillrs", "what are the five pillars"),
        ("waht is my name", "what is my name"),
        ("i ned to change my oil", "i need to change my oil"),
        ("i need ot leave a coment", "i need to leave a coment"),
        ("who led hte plan", "who led the plan"),
        ("qiero saber del plan", "quiero saber del plan"),
    ],
)
def test_a_slip_is_put_right_by_the_words_around_it(speller, typed, meant):
    assert speller(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS,
        "my hat is green",
        "i'd like to know, he'll call",
        "Ned was there",
        "what is photosynthesis",
        "mi abuela vive en la calle Pratt",
        "1,200 people & 5% of $65 million!",
        "",
        "???",
    ],
)
def test_what_is_right_stays_to_the_letter(speller, text):
    assert speller(text) == text


def test_text_message_english_is_written_out(speller):
    assert speller("wat r the 5 pillars abt") == "what are the 5 pillars about"


def test_a_saved_speller_reads_the_same(speller):
    copy = pickle.loads(pickle.dumps(speller))
    assert copy("i ned to chnage my oil") == speller("i ned to chnage my oil")


def test_a_speller_that_knows_no_text_leaves_all_as_it_is():
    assert Speller([])("waht is ths plan") == "waht is ths plan"
