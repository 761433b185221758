"""What leans on an earlier message, and what is picked from a list."""

import pytest

from bot.plan.context import Leaning, Memory, chosen, leaning
from bot.plan.load import load
from bot.plan.shapes import (
    is_correction,
    ordinal_in,
    split_questions,
    without_correction,
    without_opener,
)

KNOWLEDGE = load()
FIVE = KNOWLEDGE.facts["five-pillars"].parts


@pytest.mark.parametrize(
    "text",
    ["and when was that?", "how much", "who replaced him", "and after that?", "why did he leave",
     "¿y cuándo se fue?", "cuánto les pagaron", "¿quién lo dirigió?", "y eso cuánto costó", "cuándo"],
)  # fmt: skip
def test_a_message_without_words_of_its_own_leans_on_the_last_one(text: str) -> None:
    assert leaning(text) is Leaning.FULL


@pytest.mark.parametrize(
    "text",
    ["What are the five pillars of the digital plan for Baltimore?",
     "Which neighborhoods in Baltimore have the slowest home internet service",
     "¿Cuáles son los cinco pilares del plan digital de Baltimore?"],
)  # fmt: skip
def test_a_whole_question_leans_on_nothing(text: str) -> None:
    assert leaning(text) is Leaning.NONE


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("the second one", 2), ("tell me more about the third one please", 3),
     ("la última", -1), ("cuénteme más de la primera", 1), ("option 4", 4), ("número dos", 2),
     ("the first one, what's that about?", 1)],
)  # fmt: skip
def test_a_number_or_a_place_picks(text: str, number: int) -> None:
    assert ordinal_in(text) == number


@pytest.mark.parametrize(
    "text",
    ["who was the first chief data officer", "when was the second attack on the city", "20",
     "what happened in the first year", "el primer director de datos"],
)  # fmt: skip
def test_a_place_in_a_question_of_its_own_picks_nothing(text: str) -> None:
    assert ordinal_in(text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [("the jobs one", 3), ("la de educación", 1), ("and the quality of life one?", 4),
     ("el de seguridad", 0)],
)  # fmt: skip
def test_a_word_of_its_title_picks_from_a_list(text: str, place: int) -> None:
    assert chosen(text, Memory(choices=FIVE), KNOWLEDGE) == FIVE[place]


def test_nothing_is_picked_without_a_list() -> None:
    assert chosen("the second one", Memory(), KNOWLEDGE) is None


@pytest.mark.parametrize("text", ["and the next one?", "next pillar", "¿y el siguiente?"])
def test_the_next_one_is_what_follows_in_the_list_of_what_was_shown(text: str) -> None:
    assert chosen(text, Memory(facts=(FIVE[1],)), KNOWLEDGE) == FIVE[2]
    assert chosen(text, Memory(facts=(FIVE[-1],)), KNOWLEDGE) is None
    assert chosen(text, Memory(facts=("attack-2019",)), KNOWLEDGE) is None


@pytest.mark.parametrize(
    "text", ["what's next?", "whats next", "¿qué es lo siguiente?", "next year"]
)
def test_what_comes_next_is_no_pick(text: str) -> None:
    assert chosen(text, Memory(facts=(FIVE[1],)), KNOWLEDGE) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("no, I meant the final version", "the final version"),
     ("no, la versión definitiva", "la versión definitiva"),
     ("sorry, I was asking about the second attack", "the second attack"),
     ("me refería a los del alcalde Scott", "los del alcalde Scott"),
     ("No, sorry, I wanted the second one's budget", "the second one's budget"),
     ("skip the weather, just the draft's date", "the draft's date"),
     ("Olvide el clima, sólo la fecha del borrador", "la fecha del borrador")],
)  # fmt: skip
def test_a_correction_is_what_was_meant(text: str, meant: str) -> None:
    assert without_correction(text) == meant


@pytest.mark.parametrize(
    "text", ["no pasaron por la basura en mi calle", "no one picked up my trash", "no, gracias"]
)
def test_a_no_that_begins_a_sentence_corrects_nothing(text: str) -> None:
    assert without_correction(text) == text


@pytest.mark.parametrize(
    ("text", "corrects"),
    [("no, the final version", True), ("skip that, just the money part", True),
     ("no, the plan is a mess", False), ("I like the final version", False)],
)  # fmt: skip
def test_a_correction_names_a_thing_and_judges_nothing(text: str, corrects: bool) -> None:
    assert is_correction(text) is corrects


@pytest.mark.parametrize(
    ("text", "parts"),
    [("who wrote it and whats the weather today", 2), ("los pilares son cinco y a cómo está el dólar", 2),
     ("when did the draft come out, and when did comments close?", 2),
     ("¿Quién firmó el borrador y va a nevar mañana?", 2),
     ("Who signed the draft? Also my street light is out.", 2),
     ("what does the plan say about jobs and education", 1)],
)  # fmt: skip
def test_two_questions_are_told_from_one(text: str, parts: int) -> None:
    assert len(split_questions(text)) == parts


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("fine. then the pillars", "the pillars"),
        ("so which are the pillars", "which are the pillars"),
        ("bueno, entonces los pilares", "los pilares"),
        ("ok", "ok"),
        ("Rightly so, when was that?", "Rightly so, when was that?"),
    ],
)
def test_what_only_links_a_message_to_the_talk_is_not_searched(text: str, rest: str) -> None:
    assert without_opener(text) == rest
