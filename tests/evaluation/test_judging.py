"""What counts as right, and what as a wrong fact."""

from dataclasses import replace

import pytest

from bot.evaluation.gold import Kind, Line
from bot.evaluation.judge import Given, Verdict, given_by, judge
from bot.plan.load import Knowledge, load
from bot.plan.model import Status

ASKED = Line(
    "q1", Kind.SINGLE, "test", "en", "plain", "when were comments due?",
    (Status.ANSWERED,), "en", frozenset({"T16"}), ("March 16, 2018",),
)  # fmt: skip
ABSENT = replace(ASKED, statuses=(Status.ABSENT,), refs=frozenset(), must=())


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def right(knowledge: Knowledge) -> Given:
    """An answer that is right to ASKED."""
    fact = next(f for f in knowledge.facts.values() if "T16" in f.refs)
    return Given(Status.ANSWERED, "Until March 16, 2018.", (fact.id,), "en")


@pytest.fixture(scope="module")
def other(knowledge: Knowledge) -> str:
    """A fact that does not answer ASKED."""
    return next(f.id for f in knowledge.facts.values() if not ASKED.refs & set(f.refs))


def test_the_right_fact_with_what_must_be_said_is_right(knowledge: Knowledge, right: Given) -> None:
    assert judge(ASKED, right, knowledge) == Verdict(ASKED, right, True)


def test_another_fact_is_a_wrong_fact(knowledge: Knowledge, right: Given, other: str) -> None:
    verdict = judge(ASKED, replace(right, facts=(other,)), knowledge)
    assert (verdict.right, verdict.wrong_fact) == (False, True)
    assert other in verdict.why


def test_an_answer_to_what_should_be_declined_is_a_wrong_fact(
    knowledge: Knowledge, right: Given
) -> None:
    verdict = judge(ABSENT, right, knowledge)
    assert (verdict.right, verdict.wrong_fact) == (False, True)


def test_declining_what_should_be_answered_is_a_miss_but_no_wrong_fact(
    knowledge: Knowledge,
) -> None:
    verdict = judge(ASKED, Given(Status.ABSENT, "I do not know.", (), "en"), knowledge)
    assert (verdict.right, verdict.wrong_fact, verdict.declined) == (False, False, True)


@pytest.mark.parametrize(
    ("line", "changed", "why"),
    [
        (ASKED, {"text": "Until some day in March."}, "lacks March 16, 2018"),
        (ASKED, {"language": "es"}, "in es, should be in en"),
        (replace(ASKED, must_not=("until",)), {}, "says until"),
        (replace(ASKED, parts=(frozenset({"T16"}), frozenset({"P01"}))), {}, "lacks P01"),
        (ASKED, {"error": "unavailable"}, "error unavailable"),
    ],
    ids=["must", "language", "must not", "one of two questions", "error"],
)
def test_the_right_fact_is_not_enough(
    knowledge: Knowledge, right: Given, line: Line, changed: dict[str, str], why: str
) -> None:
    verdict = judge(line, replace(right, **changed), knowledge)
    assert not verdict.right
    assert not verdict.wrong_fact
    assert why in verdict.why


def test_the_standing_of_the_fact_decides_answered_or_conflicting(
    knowledge: Knowledge, right: Given
) -> None:
    assert judge(ASKED, replace(right, status=Status.CONFLICTING), knowledge).right


def test_an_accepted_status_counts_as_the_expected_one(knowledge: Knowledge) -> None:
    line = replace(ABSENT, statuses=(Status.ABSENT, Status.CLARIFY))
    assert judge(line, Given(Status.CLARIFY), knowledge).expected is Status.CLARIFY
    assert judge(line, Given(Status.COMMENT), knowledge).expected is Status.ABSENT


def test_the_fronts_json_is_read_with_every_reply_and_source() -> None:
    source = {"fact": "a", "title": "", "url": "", "page": None}
    replies = [{"text": "One.", "sources": [source, source]}, {"text": "Two.", "sources": []}]
    answer = {"status": "answered", "language": "es", "replies": replies}
    assert given_by(answer) == Given(Status.ANSWERED, "One.\n\nTwo.", ("a",), "es")
    assert given_by({"error": {"code": "busy", "message": ""}}).error == "busy"
