"""Every number, date and name in an answer stands in the facts it cites."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.evaluation.gold import read
from bot.plan.answer import Answer, Speaker, join, show
from bot.plan.backing import unbacked
from bot.plan.context import Memory, Question
from bot.plan.decide import Decider
from bot.plan.load import Knowledge, load
from bot.plan.shown import more, simpler
from bot.train import load_index

TODAY = date(2026, 11, 24)
DAYS = (date(2018, 2, 10), date(2018, 3, 16), date(2019, 6, 1), TODAY)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def decider(knowledge: Knowledge) -> Decider:
    return Decider(knowledge, load_index(knowledge))


def speakers(day: date) -> Iterator[Speaker]:
    for language in ("en", "es"):
        for channel in ("web", "sms"):
            yield Speaker(language, channel, day)


def faults(answer: Answer, speaker: Speaker, knowledge: Knowledge, question: str = "") -> list[str]:
    return unbacked(
        answer.text, answer.facts, knowledge, speaker.language, speaker.today, question, "311"
    )


@pytest.mark.parametrize("day", [DAYS[0], TODAY], ids=str)
def test_every_fact_says_only_what_it_declares(knowledge: Knowledge, day: date) -> None:
    for speaker in speakers(day):
        for fact in knowledge.facts.values():
            shown = show(fact, knowledge, speaker)
            assert not faults(shown, speaker, knowledge), (fact.id, speaker)


def test_short_forms_joined_answers_and_what_depends_on_the_day_are_backed(
    knowledge: Knowledge, decider: Decider
) -> None:
    ids = list(knowledge.facts)
    for day in DAYS:
        for speaker in speakers(day):
            said = [decider.whats_next(speaker), decider.comment_window(speaker)]
            for pair in zip(ids[::20], ids[7::20], strict=False):
                memory = Memory(pair)
                said += [
                    simpler(decider, memory, speaker, Question("")),
                    more(decider, memory, speaker),
                ]
                said.append(join([show(knowledge.facts[i], knowledge, speaker) for i in pair]))
            for answer in said:
                assert not faults(answer, speaker, knowledge), (answer.facts, speaker)


@pytest.mark.parametrize("channel", ["web", "sms"])
def test_answers_to_the_validation_questions_are_backed(
    knowledge: Knowledge, decider: Decider, channel: str
) -> None:
    lines = [line for talk in read(split="validation") for line in talk]
    # Both channels say the same facts, so each is asked a part of the questions; `bot eval` checks all.
    for line in lines[channel == "sms" :: 4]:
        speaker = Speaker(line.reply_lang, channel, TODAY)
        answer = decider.answer(Question(line.text), Memory(), speaker)
        assert not faults(answer, speaker, knowledge, line.text), line.text


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("en", "The city spends $66 million on technology.", "66000000"),
        ("en", "Comments closed on March 17, 2018.", "2018-03-17"),
        ("en", "The plan was led by Maria Lopez of Chicago.", "Lopez"),
        ("es", "La ciudad gasta $66 millones en tecnología.", "66000000"),
        ("es", "Los comentarios cerraron el 17 de marzo de 2018.", "2018-03-17"),
        ("es", "El plan tiene veintiseis pilares.", "26"),
        ("en", "As of November 23, 2026, this is in the past.", "2026-11-23"),
    ],
)
def test_what_no_cited_fact_declares_is_found(
    knowledge: Knowledge, language: str, text: str, fault: str
) -> None:
    assert fault in unbacked(text, [], knowledge, language, TODAY)


def test_a_value_of_another_fact_does_not_count(knowledge: Knowledge) -> None:
    speaker = Speaker("en", "web", TODAY)
    with_number = next(f for f in knowledge.facts.values() if "$65 million" in f.answer.en)
    other = next(f for f in knowledge.facts.values() if not f.values.numbers)
    shown = show(with_number, knowledge, speaker)
    assert not faults(shown, speaker, knowledge)
    assert "65000000" in faults(replace(shown, facts=(other.id,)), speaker, knowledge)


def test_todays_date_counts_only_in_the_lines_that_tell_the_time(knowledge: Knowledge) -> None:
    told = "As of November 24, 2026, this is in the past."
    assert unbacked(told, [], knowledge, "en", TODAY) == []
    assert unbacked("It closed on November 24, 2026.", [], knowledge, "en", TODAY)


def test_the_residents_own_words_may_be_quoted_back_and_no_others(knowledge: Knowledge) -> None:
    quoted = 'About "what did Zuckerberg pay in 1999": I could not find that in the sources I have about the plan.'
    asked = "Who led the plan and what did Zuckerberg pay in 1999?"
    assert unbacked(quoted, [], knowledge, "en", TODAY, asked) == []
    assert unbacked(quoted, [], knowledge, "en", TODAY, "Who led the plan?")
