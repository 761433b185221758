"""Spanish becomes rough English by the lexicon; what it does not know stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.gloss import (
    LEXICON,
    LONGEST_PHRASE,
    Gloss,
    default_gloss,
    fold,
    in_english,
    words,
)


@pytest.fixture
def small(tmp_path):
    """A lexicon of a few lines."""
    path = tmp_path / "gloss.tsv"
    path.write_text(
        "# a comment\n"
        "\n"
        "plan\tplan\n"
        "el\tthe\n"
        "rendicion\tsurrender\n"
        "rendicion de cuentas\taccountability\n"
        "de\tof\n"
        "cuentas\tbills\n"
        "se\t\n"
        "año\tyear\n"
        "ano\tbackside\n",
        encoding="utf-8",
    )
    return Gloss(path)


def test_the_longest_phrase_wins(small):
    assert small("rendición de cuentas") == "accountability"
    assert small("rendición de el plan") == "surrender of the plan"


def test_a_phrase_is_found_anywhere_in_the_text(small):
    assert small("El plan de rendición de cuentas") == "the plan of accountability"


def test_accents_and_capitals_do_not_matter(small):
    assert small("RENDICIÓN") == small("rendicion") == "surrender"


def test_ñ_is_a_letter_of_its_own(small):
    assert small("año") == "year"
    assert small("ano") == "backside"


def test_an_unknown_word_stays(small):
    assert small("el BCIT de 2018") == "the bcit of 2018"


def test_a_word_with_an_empty_gloss_is_dropped(small):
    assert small("se plan") == "plan"


def test_punctuation_is_dropped_between_words(small):
    assert small("¿El plan?") == "the plan"


def test_comments_and_empty_lines_are_no_entries(small):
    assert "# a comment" not in small
    assert "" not in small


def test_a_word_can_be_asked_for(small):
    assert "año" in small
    assert "broadband" not in small


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Público", "publico"),
        ("AÑO", "año"),
        ("an\u0303o", "año"),
        ("pingüino", "pinguino"),
        ("É", "e"),
        ("çà", "ca"),
        ("\0", "\0"),
        ("", ""),
    ],
    ids=ascii,
)
def test_folding_lowers_and_drops_accents_but_keeps_ñ(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("¿Cuánto cuesta?", ["cuanto", "cuesta"]),
        ("$102-122 million", ["$102-122", "million"]),
        ("20%, 31,133,000", ["20%", "31,133,000"]),
        ("city's plan", ["city's", "plan"]),
        ("K7M4-QX9T", ["k7m4-qx9t"]),
        ("", []),
        ("¿?", []),
    ],
)
def test_numbers_and_prices_count_as_words(text, found):
    assert words(text) == found


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("¿Cuáles son los cinco pilares?", {"what", "five", "pillars"}),
        ("cuanto gasta la ciudad en tecnologia", {"how", "much", "city", "technology"}),
        ("rendición de cuentas", {"accountability"}),
        ("calidad de vida", {"quality", "life"}),
        ("seguridad pública", {"public", "safety"}),
        ("quiero dejar un comentario", {"want", "leave", "comment"}),
        ("q paso con el ataque", {"what", "happened", "attack"}),
        ("¿Quién escribió el plan?", {"who", "wrote", "plan"}),
    ],
)
def test_a_residents_question_is_understandable_in_english(spanish, english):
    assert english <= set(default_gloss()(spanish).split())


def test_spanish_is_glossed_and_english_is_left_alone():
    assert in_english("What are the five pillars?") == "What are the five pillars?"
    assert "pillars" in in_english("¿Cuáles son los cinco pilares?")


@given(st.text(max_size=80))
def test_any_text_can_be_glossed(text):
    assert isinstance(default_gloss()(text), str)


def entries():
    with LEXICON.open(encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines if not line.startswith("#")]


def test_every_line_of_the_lexicon_is_well_formed():
    key = re.compile(rf"[a-zñ0-9-]+(?: [a-zñ0-9-]+){{0,{LONGEST_PHRASE - 1}}}")
    value = re.compile(r"(?:[A-Za-z0-9$%'.-]+(?: [A-Za-z0-9$%'.-]+)*)?")
    for line in entries():
        spanish, tab, english = line.partition("\t")
        assert tab and key.fullmatch(spanish), line
        assert value.fullmatch(english), line


def test_no_entry_of_the_lexicon_comes_twice():
    keys = [line.partition("\t")[0] for line in entries()]
    assert len(keys) == len(set(keys))


def test_the_lexicon_is_sorted_by_its_keys():
    keys = [line.partition("\t")[0].encode() for line in entries()]
    assert keys == sorted(keys)


def test_every_key_of_the_lexicon_can_be_reached():
    """A key that is folded or split differently from a typed text would never match."""
    for line in entries():
        spanish = line.partition("\t")[0]
        assert " ".join(words(spanish)) == spanish, line
