"""The floors below which the answers are not good enough: data/eval/thresholds.yml."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.evaluation.gold import EVAL_DIR, Kind
from bot.evaluation.outcome import KINDS, Outcome
from bot.evaluation.retrieval import Recall
from bot.evaluation.share import Share

THRESHOLDS = EVAL_DIR / "thresholds.yml"


class BadThresholds(Exception):
    """The file of thresholds and the measures do not fit; the text says what to do."""


@dataclass(frozen=True)
class Threshold:
    """A measure beside what must hold and what is wanted."""

    name: str
    value: float
    limit: float
    goal: float
    at_least: bool
    """Whether the limit is a floor; else it is a ceiling."""

    @property
    def title(self) -> str:
        """The name as it is read."""
        words = self.name.replace("_", " ")
        for code, language in (("en", "English"), ("es", "Spanish")):
            words = words.replace(language.lower(), language)
            if words.endswith(f" {code}"):
                words = f"{words.removesuffix(f' {code}')}, {language}"
        return words

    @property
    def holds(self) -> bool:
        """Whether the measure is within its limit."""
        return self._within(self.limit)

    @property
    def reaches_goal(self) -> bool:
        """Whether the measure is as good as wanted."""
        return self._within(self.goal)

    def _within(self, bound: float) -> bool:
        return self.value >= bound - 1e-9 if self.at_least else self.value <= bound + 1e-9


def measures(outcome: Outcome, recalls: Sequence[Recall]) -> dict[str, float]:
    """Everything that thresholds.yml may hold, by its name there."""
    single = [v for v in outcome.verdicts if v.line.kind is Kind.SINGLE]
    summary = outcome.summary
    language, typo, texting = outcome.gaps

    def share(name: str) -> float:
        return summary[name].value if name in summary else 0.0

    def right_in(code: str) -> float:
        return Share.of([v for v in single if v.line.lang == code], lambda v: v.right).value

    return {
        "questions_right": share(KINDS[Kind.SINGLE]),
        "questions_right_en": right_in("en"),
        "questions_right_es": right_in("es"),
        "turns_right": share(KINDS[Kind.TURN]),
        "misuse_right": share(KINDS[Kind.MISUSE]),
        "wrong_facts": share("wrong fact"),
        "absent_declined": share("absent, declined"),
        "out_of_scope_declined": share("out of scope, declined"),
        "english_and_spanish_apart": abs(language.value),
        "typos_behind_plain": max(0.0, typo.value),
        "text_style_behind_plain": max(0.0, texting.value),
        "unbacked_answers": float(len(outcome.unbacked)),
        **{f"recall_at_{k}": share.value for k, share in recalls[0].at.items()},
    }


def compare(measured: dict[str, float], file: Path = THRESHOLDS) -> list[Threshold]:
    """Every measure with its limit and goal; raises BadThresholds if one has none."""
    written: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    unknown, missing = set(written) - set(measured), set(measured) - set(written)
    if unknown or missing:
        raise BadThresholds(
            f"{file}: " + "; ".join(
                [f"'{name}' is no measure, remove it" for name in sorted(unknown)]
                + [f"'{name}' has no threshold, add it" for name in sorted(missing)]
            )
        )  # fmt: skip
    found = []
    for name, value in measured.items():
        entry = written[name]
        at_least = "at_least" in entry
        limit = entry["at_least" if at_least else "at_most"]
        found.append(Threshold(name, value, float(limit), float(entry["goal"]), at_least))
    return found
