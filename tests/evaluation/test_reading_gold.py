"""Gold lines are read strictly: what can't be meant is named with its file and line."""

import json
from pathlib import Path

import pytest

from bot.evaluation.gold import BadGold, Kind, read
from bot.plan.load import load
from bot.plan.model import Status

QUESTION = {"id": "q1", "lang": "en", "style": "typo", "text": "wen", "status": ["answered"]}
TALK = {
    "id": "c1",
    "lang": "en",
    "split": "test",
    "turns": [
        {"text": "the pillars", "status": ["answered"], "refs": ["P01"]},
        {"text": "en español", "status": ["answered"], "reply_lang": "es"},
        {"text": "y cuándo?", "status": ["absent"]},
    ],
}


def file(folder: Path, *rows: object) -> Path:
    path = folder / "gold.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_question_a_conversation_and_misuse_are_told_apart(tmp_path: Path) -> None:
    misuse = QUESTION | {"id": "m1", "kind": "insult", "must_not": ["idiot"]}
    del misuse["style"]
    talks = read(file(tmp_path, QUESTION, TALK, misuse))
    assert [talk[0].kind for talk in talks] == [Kind.SINGLE, Kind.TURN, Kind.MISUSE]
    assert [talk[0].style for talk in talks] == ["typo", "conversation", "insult"]
    assert talks[0][0].statuses == (Status.ANSWERED,)


def test_a_switch_of_language_stays_for_the_turns_after_it(tmp_path: Path) -> None:
    (talk,) = read(file(tmp_path, TALK))
    assert [line.reply_lang for line in talk] == ["en", "es", "es"]


def test_a_split_holds_its_own_lines_and_those_without_one(tmp_path: Path) -> None:
    both = file(tmp_path, QUESTION, TALK)
    assert [talk[0].id for talk in read(both, split="validation")] == ["q1"]
    assert [talk[0].id for talk in read(both, split="test")] == ["q1", "c1"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (QUESTION | {"status": ["anwsered"]}, "'status.0' is not right"),
        (QUESTION | {"refs": ["P1"]}, "'refs.0' is not right"),
        (QUESTION | {"answer": "yes"}, "'answer' is not right"),
        (QUESTION | {"text": ""}, "'text' is not right"),
        (QUESTION, "the id 'q1' stands twice"),
        ("{", "is not one JSON object"),
        ("[1]", "is not one JSON object"),
    ],
    ids=["status", "ref", "unknown key", "empty", "id twice", "broken", "no object"],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, row: object, problem: str) -> None:
    path = file(tmp_path, QUESTION, row)
    with pytest.raises(BadGold, match=r"gold\.jsonl:2: ") as error:
        read(path)
    assert problem in str(error.value)


def test_every_ref_of_the_gold_set_is_an_entry_that_a_fact_covers() -> None:
    covered = {ref for fact in load().facts.values() for ref in fact.refs}
    for talk in read():
        for line in talk:
            assert line.refs <= covered, line.id
            for part in line.parts:
                assert part <= line.refs, line.id


def test_the_gold_set_is_as_large_as_it_must_be() -> None:
    lines = [line for talk in read() for line in talk if line.kind is not Kind.MISUSE]
    assert sum(line.lang == "en" for line in lines) >= 300
    assert sum(line.lang == "es" for line in lines) >= 150
    for split in ("validation", "test"):
        assert {line.lang for line in lines if line.split == split} == {"en", "es"}
        assert {line.kind for talk in read(split=split) for line in talk} == set(Kind)
