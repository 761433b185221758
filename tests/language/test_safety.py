"""Danger is told by rule: a missed emergency is worse than a false alarm, but a topic is neither.

The messages are in tests/language/danger/, one a line.
"""

import re
from pathlib import Path

import pytest
import yaml

from bot import ROOT
from bot.language.safety import Danger, danger_in, plain_sentences
from tests.growth import growth

MESSAGES = Path(__file__).parent / "danger"


def messages(name):
    return (MESSAGES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", messages("emergencies_en") + messages("emergencies_es"))
def test_a_message_from_someone_in_danger_is_answered_with_help(text):
    assert danger_in(text) in (Danger.EMERGENCY, Danger.CRISIS)


@pytest.mark.parametrize("text", messages("crises_en") + messages("crises_es"))
def test_a_message_of_someone_who_wants_to_die_is_answered_with_help(text):
    assert danger_in(text) in (Danger.CRISIS, Danger.EMERGENCY)


@pytest.mark.parametrize("text", messages("topics_en") + messages("topics_es"))
def test_a_question_or_comment_that_only_speaks_of_danger_is_not_an_emergency(text):
    assert danger_in(text) is None


def share(kind, name):
    texts = messages(name)
    return sum(danger_in(text) is kind for text in texts) / len(texts)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Danger.EMERGENCY, "emergencies_en"),
        (Danger.EMERGENCY, "emergencies_es"),
        (Danger.CRISIS, "crises_en"),
        (Danger.CRISIS, "crises_es"),
    ],
    ids=lambda value: str(value),
)
def test_nearly_all_dangers_get_the_number_that_helps_best(kind, name):
    assert share(kind, name) >= 0.97


@pytest.mark.parametrize(
    "text",
    [
        "MY HOUSE IS ON FIRE",
        "my house is on fire.",
        "My house   is\non fire",
        "my house... is on fire",
        "my house is on fireeee",
        "My\u00a0house is on fire",
        "ｍｙ ｈｏｕｓｅ ｉｓ ｏｎ ｆｉｒｅ",
        "my house is on 🔥",
        "hi, what are the pillars? also my house is on fire",
        "my house is on fire, what does the plan say about 911?",
        "Mi casa se está quemando. ¿Qué dice el plan?",
    ],
)
def test_how_it_is_written_does_not_matter(text):
    assert danger_in(text) is Danger.EMERGENCY


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "`", "´", ""])
def test_any_apostrophe_or_none_will_do(apostrophe):
    assert danger_in(f"he isn{apostrophe}t breathing") is Danger.EMERGENCY
    assert danger_in(f"I don{apostrophe}t want to live anymore") is Danger.CRISIS


@pytest.mark.parametrize(
    "text",
    [
        "i want to kil myself",
        "there is a shoter outside",
        "someone is breking into my house",
        "we need an ambulanc",
        "my freind overdosd",
        "he is not brething",
        "hay un incendo en mi casa",
        "mi hermano tuvo una sobredosys",
    ],
)
def test_one_slip_in_a_word_of_danger_is_forgiven(text):
    assert danger_in(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "the shorter plan",
        "there is a scooter on my stairs",
        "weeding the park",
        "he is shouting about the plan",
        "the stabled horses",
    ],
)
def test_a_word_of_its_own_is_not_taken_for_a_misspelled_danger(text):
    assert danger_in(text) is None


@pytest.mark.parametrize("text", ["how did the robbers get in?", "🔥🔥", "🔥🤡"])
def test_who_got_in_once_and_pictures_alone_are_no_emergency(text):
    assert danger_in(text) is None


def test_a_crisis_comes_before_an_emergency():
    assert danger_in("my house is on fire and I want to kill myself") is Danger.CRISIS


def test_what_is_past_is_no_emergency_but_what_still_goes_on_is():
    assert danger_in("my brother was shot in 2019") is None
    assert danger_in("my brother was shot and he is bleeding right now") is Danger.EMERGENCY
    assert danger_in("my son is missing since yesterday") is Danger.EMERGENCY


def test_what_is_supposed_is_no_emergency_but_not_knowing_is():
    assert danger_in("will 911 find me if someone breaks into my house") is None
    assert danger_in("what do I do if my son is not breathing") is Danger.EMERGENCY


def test_a_masked_address_does_not_hide_an_emergency():
    assert danger_in("there's a fire at [address removed], kids inside") is Danger.EMERGENCY


def labelled(intent_is_emergency, files="*.yml"):
    for file in sorted((ROOT / "data" / "nlu").glob(files)):
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if ("intent" in item) and (item["intent"] == "emergency") == intent_is_emergency:
                for line in item["examples"].splitlines():
                    yield line.strip().removeprefix("- ")


def test_the_examples_of_other_intents_raise_next_to_no_alarm():
    examples = list(labelled(intent_is_emergency=False))
    alarms = [text for text in examples if danger_in(text)]
    assert len(alarms) <= len(examples) / 500, alarms


def test_nearly_all_plain_examples_of_the_emergency_intent_are_told_by_rule_too():
    examples = list(labelled(intent_is_emergency=True, files="safety.yml"))
    missed = [text for text in examples if not danger_in(text)]
    assert len(missed) <= len(examples) / 10, missed


def test_the_answers_of_the_knowledge_base_raise_no_alarm_but_for_the_number_911_itself():
    for file in sorted((ROOT / "data" / "plan" / "facts").glob("*.yml")):
        for fact in yaml.safe_load(file.read_text(encoding="utf-8")):
            if fact["id"].startswith("emergency") or "911" in str(fact["answer"]):
                continue
            for text in fact["answer"].values():
                assert danger_in(text) is None, fact["id"]


@pytest.mark.parametrize("text", ["", " ", "...", "👍", "\n\n", "¿?", "_", "'"])
def test_a_message_without_words_is_no_danger(text):
    assert danger_in(text) is None


@pytest.mark.parametrize(
    "piece",
    ["a", "a ", "1", " ", "my baby is ", "the man ", "i am ", "hay un ", "help ", "!", "' "],
)
def test_a_long_message_is_read_in_even_time(piece):
    assert growth(danger_in, (piece * 1250)[:1250]) < 8


def test_text_message_spelling_is_written_out():
    assert plain_sentences("im gonna, hes not ok") == ["i am going to he is not ok"]


def test_every_fragment_that_a_rule_names_is_there():
    folder = ROOT / "data" / "language" / "danger"
    fragments = yaml.safe_load((folder / "fragments.yml").read_text(encoding="utf-8"))
    for file in sorted(folder.glob("*.yml")):
        for name in re.findall(r"\{([a-z]+)\}", file.read_text(encoding="utf-8")):
            assert name in fragments, f"{file.name} names {name}"
