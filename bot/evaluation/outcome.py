"""All verdicts of a run, counted: by group, by status, and as a few named measures."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.evaluation.gold import Kind
from bot.evaluation.judge import ANSWERING, Verdict
from bot.evaluation.share import Gap, Share
from bot.plan.model import Status

Wanted = Callable[[Verdict], bool]


@dataclass(frozen=True)
class Group:
    """Some of the verdicts, under a name."""

    name: str
    verdicts: tuple[Verdict, ...]

    @property
    def right(self) -> Share:
        """The share of right answers."""
        return Share.of(self.verdicts, lambda v: v.right)

    @property
    def wrong_fact(self) -> Share:
        """The share of answers that give a wrong fact."""
        return Share.of(self.verdicts, lambda v: v.wrong_fact)

    @property
    def declined(self) -> Share:
        """The share of answers that give no fact."""
        return Share.of(self.verdicts, lambda v: v.declined)


@dataclass(frozen=True)
class Label:
    """How well one answer status is told from the others."""

    status: Status
    hits: int
    given: int
    expected: int

    @property
    def precision(self) -> float:
        """Of those given this status, the share that should have it."""
        return self.hits / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Of those that should have it, the share that was given it."""
        return self.hits / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    verdicts: tuple[Verdict, ...]

    def group(self, name: str, wanted: Wanted = lambda _: True) -> Group:
        """The verdicts that are wanted, under a name."""
        return Group(name, tuple(v for v in self.verdicts if wanted(v)))

    @property
    def misses(self) -> tuple[Verdict, ...]:
        """Every answer that was not right."""
        return tuple(v for v in self.verdicts if not v.right)

    @property
    def unbacked(self) -> tuple[Verdict, ...]:
        """Every answer with a value that none of its facts declares."""
        return tuple(v for v in self.verdicts if v.unbacked)

    @cached_property
    def sections(self) -> list[tuple[str, list[Group]]]:
        """The groups, each under a heading; those without a line are left out."""
        made = [
            ("How it was put", [self._kind(kind) for kind in Kind]),
            ("Language", [self.group(name, _in(code)) for code, name in LANGUAGES]),
            ("Style of a single question",
             [self.group(style, _styled(style)) for style in ("plain", "typo", "sms", "indirect")]),
            ("What is right", [self.group(name, _first(*kinds)) for name, kinds in FAMILIES]),
            ("Kind of misuse",
             [self.group(kind, _styled(kind)) for kind in self._styles(Kind.MISUSE)]),
        ]  # fmt: skip
        return [
            (heading, kept)
            for heading, groups in made
            if (kept := [g for g in groups if g.verdicts])
        ]

    def _kind(self, kind: Kind) -> Group:
        return self.group(KINDS[kind], lambda v: v.line.kind is kind)

    def _styles(self, kind: Kind) -> list[str]:
        return sorted({v.line.style for v in self.verdicts if v.line.kind is kind})

    @cached_property
    def gaps(self) -> list[Gap]:
        """How far languages and styles are apart, over single questions."""
        single = [v for v in self.verdicts if v.line.kind is Kind.SINGLE]

        def share(wanted: Wanted) -> Share:
            return Share.of([v for v in single if wanted(v)], lambda v: v.right)

        return [
            Gap("English and Spanish", share(_in("en")), share(_in("es"))),
            Gap("plain and typos", share(_styled("plain")), share(_styled("typo"))),
            Gap("plain and text-message style", share(_styled("plain")), share(_styled("sms"))),
        ]

    @cached_property
    def confusion(self) -> dict[tuple[Status, Status], int]:
        """How often each status was given where another, or the same, was expected."""
        return dict(Counter((v.expected, v.given.status) for v in self.verdicts))

    @cached_property
    def labels(self) -> list[Label]:
        """Precision and recall of every status that was expected or given."""
        found = []
        for status in Status:
            given = sum(n for (_, g), n in self.confusion.items() if g is status)
            expected = sum(n for (e, _), n in self.confusion.items() if e is status)
            if given or expected:
                hits = self.confusion.get((status, status), 0)
                found.append(Label(status, hits, given, expected))
        return found

    @cached_property
    def summary(self) -> dict[str, Share]:
        """The figures by which it is compared with a baseline."""
        return {name: share for name, share in self._summary() if share.total}

    def _summary(self) -> Iterator[tuple[str, Share]]:
        for kind in Kind:
            yield KINDS[kind], self._kind(kind).right
        yield "wrong fact", self.group("").wrong_fact
        yield "absent, declined", self.group("", _first(Status.ABSENT)).declined
        yield "out of scope, declined", self.group("", _first(Status.OUT_OF_SCOPE)).declined


KINDS = {
    Kind.SINGLE: "single questions",
    Kind.TURN: "turns of conversations",
    Kind.MISUSE: "misuse",
}
LANGUAGES = (("en", "English"), ("es", "Spanish"))
FAMILIES = (
    ("an answer", tuple(ANSWERING)),
    ("absent: not in the sources", (Status.ABSENT,)),
    ("out of scope", (Status.OUT_OF_SCOPE,)),
    ("a city service", (Status.CITY_SERVICE,)),
    ("danger", (Status.SAFETY,)),
    ("small talk", (Status.SMALLTALK,)),
    ("a comment", (Status.COMMENT,)),
    ("a choice", (Status.CLARIFY,)),
    ("refused", (Status.REFUSED,)),
)


def _in(language: str) -> Wanted:
    return lambda v: v.line.lang == language


def _styled(style: str) -> Wanted:
    return lambda v: v.line.style == style


def _first(*statuses: Status) -> Wanted:
    """Lines whose preferred status is one of these; what may also be answered is no refusal."""

    def wanted(verdict: Verdict) -> bool:
        accepted = verdict.line.statuses
        if accepted[0] not in statuses:
            return False
        return accepted[0] in ANSWERING or not ANSWERING & set(accepted)

    return wanted
