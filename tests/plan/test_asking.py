"""Whether a message after an answer asks: learned from lines, kept as a file."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.language.encoder import SentenceEncoder
from bot.plan import asking
from bot.plan.indexing import build
from bot.plan.lines import AfterAnswer
from bot.plan.load import Knowledge, load
from bot.plan.search import Index
from tests.plan.little import with_follow_ups

SHOWN = "five-pillars"
LINES = (
    *(
        AfterAnswer(SHOWN, "ask", text)
        for text in ("which is the first?", "who chose them", "and how much do they cost?")
    ),
    *(
        AfterAnswer(SHOWN, "smalltalk", text)
        for text in ("thanks a lot", "ok good night", "haha fine")
    ),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return replace(load(), after_answers=LINES)


@pytest.fixture(scope="module")
def index(encoder: SentenceEncoder) -> Index:
    return build(with_follow_ups(), encoder)


def test_a_message_that_asks_is_told_from_one_that_does_not(knowledge, index, tmp_path: Path):
    found = asking.load_or_fit(knowledge, index, tmp_path)
    assert found is not None
    asks = found.likely(index, ("pillars",), "who came up with those?")
    assert asks > 0.5 > found.likely(index, ("pillars",), "thank you, good night")


def test_it_is_fitted_once_and_kept(knowledge, index, tmp_path: Path):
    first = asking.load_or_fit(knowledge, index, tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name == asking.name(knowledge)
    again = asking.load_or_fit(knowledge, index, tmp_path)
    assert first is not None
    assert again is not None
    assert list(first.weights) == list(again.weights)


def test_other_lines_make_another_one(knowledge):
    fewer = replace(knowledge, after_answers=LINES[1:])
    assert asking.name(fewer) != asking.name(knowledge)


@pytest.mark.parametrize("lines", [(), LINES[:3]])
def test_without_lines_of_both_kinds_there_is_none(knowledge, index, tmp_path: Path, lines):
    assert asking.load_or_fit(replace(knowledge, after_answers=lines), index, tmp_path) is None
