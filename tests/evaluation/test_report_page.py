"""The report page stands alone and lists every miss with what was expected and what was said."""

import re
from datetime import UTC, datetime

import pytest

from bot.evaluation.baselines import Baseline
from bot.evaluation.gold import Kind, Line
from bot.evaluation.judge import Given, Verdict
from bot.evaluation.outcome import Outcome
from bot.evaluation.page import write_page
from bot.evaluation.report import Report
from bot.evaluation.retrieval import Recall
from bot.evaluation.share import Share
from bot.evaluation.thresholds import compare, measures
from bot.plan.model import Status

MISSED = Line(
    "q7", Kind.SINGLE, "test", "es", "typo", "<b>cuándo</b> fue?", (Status.ANSWERED,), "es",
    frozenset({"T16"}), ("16 de marzo",),
)  # fmt: skip
HIT = Line("q8", Kind.SINGLE, "test", "en", "plain", "hello", (Status.SMALLTALK,), "en")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    outcome = Outcome(
        (
            Verdict(MISSED, Given(Status.ABSENT, "No lo sé & ya.", (), "es"), False, why="absent"),
            Verdict(
                HIT, Given(Status.SMALLTALK, "Hi in 1999.", (), "en"), True, unbacked=("1999",)
            ),
        )
    )
    recalls = [Recall("our search", {k: Share(1, 2) for k in (1, 3, 5)})]
    report = Report(
        "a title",
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        outcome,
        [Baseline("keyword search", "measured in this run", outcome.summary)],
        recalls,
        compare(measures(outcome, recalls)),
    )
    return write_page(report, tmp_path_factory.mktemp("page")).read_text("utf-8")


def test_it_needs_nothing_from_anywhere(page: str) -> None:
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert not re.findall(r"@import|url\(", page)


def test_a_miss_shows_what_was_expected_and_what_was_said(page: str) -> None:
    miss = page[page.index('id="misses"') :]
    assert "&lt;b&gt;cuándo&lt;/b&gt; fue?" in miss
    assert "answered, from T16, with “16 de marzo”" in miss
    assert "No lo sé &amp; ya." in miss
    assert "hello" not in miss


def test_the_confusion_is_a_picture_with_a_sentence(page: str) -> None:
    assert re.search(r'<svg class="matrix".*role="img"', page)
    assert "1 of 2 answers have the status that was expected" in page


def test_a_value_that_no_fact_declares_is_shown(page: str) -> None:
    assert "1999" in page[page.index('id="values"') : page.index('id="misses"')]


def test_it_says_that_a_threshold_fails(page: str) -> None:
    assert "Below a threshold." in page
