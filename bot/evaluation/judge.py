"""Compare one answer with what its gold line accepts; no judgement but by rule.

An answer is right when its status is one of the accepted, it is in the resident's language, and,
where it answers, it rests on a fact that covers one of the accepted entries of the fact sheet
(one of each part, where two things were asked) and holds every string it must. A wrong fact is
an answer that rests on none of them, or that answers what should be declined.
"""

from dataclasses import dataclass
from typing import Any

from bot.evaluation.gold import Line
from bot.plan.load import Knowledge
from bot.plan.model import Status

ANSWERING = frozenset({Status.ANSWERED, Status.CONFLICTING, Status.OTHER_PLAN})


@dataclass(frozen=True)
class Given:
    """What was answered to one line, by the assistant or by a baseline."""

    status: Status
    text: str = ""
    facts: tuple[str, ...] = ()
    language: str | None = None
    """None where a baseline chooses none."""
    error: str = ""
    """The code of an error that was sent in place of an answer."""


@dataclass(frozen=True)
class Verdict:
    """How one line was answered."""

    line: Line
    given: Given
    right: bool
    wrong_fact: bool = False
    why: str = ""
    unbacked: tuple[str, ...] = ()
    """Values of the answer that none of its facts declares."""

    @property
    def expected(self) -> Status:
        """The status it is counted under: the given one where that is accepted."""
        if self.given.status in self.line.statuses or self.right:
            return self.given.status
        return self.line.statuses[0]

    @property
    def declined(self) -> bool:
        """Whether it gave no fact."""
        return self.given.status not in ANSWERING


def given_by(answer: dict[str, Any]) -> Given:
    """What the front's JSON says."""
    if "error" in answer:
        return Given(Status.ERROR, error=str(answer["error"]["code"]))
    replies = answer["replies"]
    facts = dict.fromkeys(source["fact"] for reply in replies for source in reply["sources"])
    return Given(
        Status(answer["status"]),
        "\n\n".join(reply["text"] for reply in replies),
        tuple(facts),
        answer["language"],
    )


def judge(line: Line, given: Given, knowledge: Knowledge) -> Verdict:
    """Whether an answer is right, and if not why."""
    wrong_fact, why = _fault(line, given, knowledge)
    return Verdict(line, given, not why, wrong_fact, why)


def _fault(line: Line, given: Given, knowledge: Knowledge) -> tuple[bool, str]:
    """Whether a wrong fact was given, and what is wrong; nothing if all is right."""
    if given.error:
        return False, f"error {given.error}"
    accepted = ", ".join(line.statuses)
    refs = {ref for fact in given.facts for ref in knowledge.facts[fact].refs}
    if given.status in ANSWERING:
        # The standing of the fact decides answered or conflicting, and a fact about another plan
        # may be asked for as such: what counts is that the right fact was given.
        if not ANSWERING & set(line.statuses):
            return True, f"answered, should be {accepted}"
        if line.refs and not refs & line.refs:
            return True, f"rests on {', '.join(given.facts) or 'nothing'}"
        lacking = [part for part in line.parts if part and not refs & part]
        if lacking:
            return False, f"answers only a part; lacks {' '.join(sorted(lacking[0]))}"
        text = given.text.lower()
        missing = [must for must in line.must if must.lower() not in text]
        if missing:
            return False, f"lacks {', '.join(missing)}"
    elif given.status not in line.statuses:
        return False, f"{given.status}, should be {accepted}"
    said = [word for word in line.must_not if word.lower() in given.text.lower()]
    if said:
        return False, f"says {', '.join(said)}"
    if given.language and given.language != line.reply_lang:
        return False, f"in {given.language}, should be in {line.reply_lang}"
    return False, ""
