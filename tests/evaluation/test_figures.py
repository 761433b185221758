"""Shares, intervals, groups, labels, thresholds: known numbers in, known numbers out."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.evaluation import baselines
from bot.evaluation.gold import Kind, Line, read
from bot.evaluation.judge import Given, Verdict
from bot.evaluation.keyword import KeywordSearch
from bot.evaluation.outcome import Outcome
from bot.evaluation.retrieval import Recall
from bot.evaluation.share import Gap, Share
from bot.evaluation.thresholds import THRESHOLDS, BadThresholds, compare, measures
from bot.plan.indexing import Document
from bot.plan.load import load
from bot.plan.model import Status


def verdict(
    expected: str, given: str, right: bool, lang: str = "en", style: str = "plain", **more: bool
) -> Verdict:
    line = Line("x", Kind.SINGLE, "test", lang, style, "?", (Status(expected),), lang)
    return Verdict(line, Given(Status(given)), right, **more)


SOME = Outcome(
    (
        verdict("answered", "answered", True),
        verdict("answered", "answered", True),
        verdict("answered", "absent", False, lang="es"),
        verdict("absent", "absent", True, lang="es", style="typo"),
        verdict("absent", "answered", False, wrong_fact=True, style="sms"),
    )
)
RECALL = [Recall("ours", {1: Share(8, 10), 3: Share(9, 10), 5: Share(10, 10)})]


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = Share(81, 263).interval
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(20, 20).interval[1] == 1.0


def test_the_interval_of_a_difference_is_newcombes() -> None:
    low, high = Gap("", Share(56, 70), Share(48, 80)).interval
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_groups_count_what_belongs_to_them() -> None:
    sections = dict(SOME.sections)
    assert [(g.name, g.right) for g in sections["Language"]] == [
        ("English", Share(2, 3)),
        ("Spanish", Share(1, 2)),
    ]
    absent = next(g for g in sections["What is right"] if g.name.startswith("absent"))
    assert (absent.declined, absent.wrong_fact) == (Share(1, 2), Share(1, 2))
    assert "Kind of misuse" not in sections


def test_each_status_has_its_precision_and_recall() -> None:
    answered = next(label for label in SOME.labels if label.status is Status.ANSWERED)
    assert (answered.given, answered.expected) == (3, 3)
    assert answered.precision == answered.recall == answered.f1 == pytest.approx(2 / 3)


def test_gaps_between_languages_and_styles() -> None:
    language, typo, texting = SOME.gaps
    assert language.value == pytest.approx(2 / 3 - 1 / 2)
    assert typo.value == pytest.approx(2 / 3 - 1)
    assert texting.value == pytest.approx(2 / 3)


def test_every_measure_has_a_threshold_that_is_no_better_than_its_goal() -> None:
    for threshold in compare(measures(SOME, RECALL)):
        if threshold.at_least:
            assert threshold.limit <= threshold.goal
        else:
            assert threshold.limit >= threshold.goal


def test_a_measure_below_its_threshold_fails() -> None:
    found = {t.name: t for t in compare(measures(SOME, RECALL))}
    assert not found["questions_right"].holds
    assert not found["wrong_facts"].holds
    assert found["recall_at_5"].reaches_goal


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"questions_rihgt": {"at_least": 1, "goal": 1}}, "'questions_rihgt' is no measure"),
        ({"questions_right": None}, "'questions_right' has no threshold"),
    ],
    ids=["unknown", "missing"],
)
def test_thresholds_that_do_not_fit_the_measures_are_named(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    written = yaml.safe_load(THRESHOLDS.read_text("utf-8")) | change
    file = tmp_path / "thresholds.yml"
    file.write_text(yaml.safe_dump({k: v for k, v in written.items() if v}), "utf-8")
    with pytest.raises(BadThresholds, match=problem):
        compare(measures(SOME, RECALL), file)


def test_keyword_search_always_finds_something() -> None:
    search = KeywordSearch([Document("a", (), ("red cars",)), Document("b", (), ("blue boats",))])
    assert search.search("Which BOATS are there?") == ["b", "a"]
    assert search.search("xyzzy", limit=1) == ["a"]


def test_what_was_kept_of_rasa_says_when_and_on_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.json"
    monkeypatch.setattr(baselines, "KEPT", kept)
    baselines.keep_rasa(
        {"test": {"misuse": Share(3, 4)}},
        "3.6.21",
        3,
        Share(96, 100),
        baselines.data_digest(),
        date(2026, 11, 24),
    )
    found = baselines.kept_rasa("test", kept)
    assert found
    assert found.summary == {"misuse": Share(3, 4)}
    assert found.note == (
        "measured 2026-11-24 with Rasa 3.6.21 after 3 epochs of its 100, when it tells 96% of its "
        "own examples; each message on its own"
    )
    assert baselines.kept_rasa("validation", kept) is None
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"data": "other"}))
    changed = baselines.kept_rasa("test", kept)
    assert changed
    assert "changed since" in changed.note


def test_rasas_fallback_counts_as_the_refusal_that_is_right() -> None:
    knowledge = load()
    fact = next(iter(knowledge.facts.values()))
    ask = Line("a", Kind.SINGLE, "test", "en", "plain", "a", (Status(fact.status),), "en",
               frozenset(fact.refs))  # fmt: skip
    decline = Line("b", Kind.SINGLE, "test", "en", "plain", "b", (Status.OUT_OF_SCOPE,), "en")
    told = {"a": fact.id, "b": "nlu_fallback"}
    outcome = baselines.outcome_of_rasa([ask, decline], told, {}, knowledge)
    assert [v.right for v in outcome.verdicts] == [True, True]
    told = {"a": "nlu_fallback", "b": fact.id}
    outcome = baselines.outcome_of_rasa([ask, decline], told, {}, knowledge)
    assert [(v.right, v.wrong_fact) for v in outcome.verdicts] == [(False, False), (False, True)]


def test_keyword_baselines_answer_every_gold_line() -> None:
    talks = read(split="validation")
    for baseline in baselines.keyword_baselines(talks, load()):
        assert baseline.summary["absent, declined"].value == 0.0
        assert "measured in this run" in baseline.note
