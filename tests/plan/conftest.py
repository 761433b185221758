"""A small knowledge base that is all right, for a test to break in one way."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.language.encoder import SentenceEncoder
from bot.plan.check import check
from bot.plan.indexing import build
from bot.plan.load import BadKnowledge, Knowledge, load
from bot.plan.problems import Problem
from bot.plan.search import Index
from tests.plan.little import DOCUMENTS

PLAN = {
    "title": {"en": "Strategic Plan", "es": "Plan Estratégico"},
    "short_title": {"en": "The plan", "es": "El plan"},
    "version": "2018-final",
    "period": [2018, 2023],
    "opened": "2018-02",
    "comments_open": "2018-02-01",
    "comments_close": "2018-03-16",
    "as_of": "2026-11-23",
    "notice_version": "2026-11",
    "always_names": ["Baltimore", "City", "Mayor"],
    "always_dates": ["2018", "2023"],
    "entries": {"A": 3},
}
SOURCES = [
    {
        "id": "city-page",
        "title": "The plan in short",
        "publisher": "City of Baltimore",
        "url": "https://example.gov/plan",
        "date": "2018-02",
        "kind": "city",
    },
    {
        "id": "paper",
        "title": "A plan for five years",
        "publisher": "The paper",
        "url": "https://example.com/plan",
        "date": None,
        "kind": "press",
    },
]
NAMES = [
    {"id": "person:pugh", "type": "person", "en": ["Catherine Pugh", "Pugh"], "es": []},
    {"id": "program:citistat", "type": "program", "en": ["CitiStat"], "es": []},
]
GAPS = [
    {
        "id": "gap-full-text",
        "topic": "plan",
        "title": {"en": "The full text", "es": "El texto completo"},
        "answer": {
            "en": "We do not have the full text of the plan.",
            "es": "No tenemos el texto completo del plan.",
        },
        "sms": {"en": "We do not have the full text.", "es": "No tenemos el texto completo."},
        "asks": {
            "en": ["where is the full text", "pdf of the plan", "whole document please"],
            "es": ["dónde está el texto completo", "pdf del plan", "quiero todo el documento"],
        },
        "near": ["plan-money"],
    }
]
FACTS = [
    {
        "id": "comments-close",
        "refs": ["A01"],
        "topic": "take_part",
        "standing": "plan",
        "title": {"en": "When comments closed", "es": "Cuándo cerraron los comentarios"},
        "answer": {
            "en": "People could send comments on the draft until March 16, 2018. "
            "Mayor Pugh asked for them.",
            "es": "La gente pudo enviar comentarios sobre el borrador hasta el 16 de marzo de "
            "2018. La alcaldesa Pugh los pidió.",
        },
        "sms": {
            "en": "Comments closed on March 16, 2018.",
            "es": "Los comentarios cerraron el 16 de marzo de 2018.",
        },
        "when": {"date": "2018-03-16", "precision": "day"},
        "upcoming": {
            "en": "You can send comments on the draft until March 16, 2018.",
            "es": "Puede enviar comentarios sobre el borrador hasta el 16 de marzo de 2018.",
        },
        "values": {"dates": ["2018-03-16"], "names": ["Pugh"]},
        "asks": {
            "en": ["when did comments close", "comment deadline", "last day to comment"],
            "es": ["cuándo cerraron los comentarios", "fecha límite", "último día para opinar"],
        },
        "sources": [{"id": "city-page"}],
    },
    {
        "id": "plan-money",
        "refs": ["A02"],
        "topic": "money",
        "standing": "conflict",
        "title": {"en": "What the plan costs", "es": "Cuánto cuesta el plan"},
        "answer": {
            "en": "Sources differ. The plan costs $65 million, or up to 2.5% more. "
            "It has five parts.",
            "es": "Las fuentes no coinciden. El plan cuesta $65 millones, o hasta 2.5% más. "
            "Tiene cinco partes.",
        },
        "sms": {
            "en": "The plan costs $65 million, or up to 2.5% more.",
            "es": "El plan cuesta $65 millones, o hasta 2.5% más.",
        },
        "values": {"numbers": ["$65 million", "2.5%", "5"]},
        "asks": {
            "en": ["how much does the plan cost", "price of the plan", "plan budget"],
            "es": ["cuánto cuesta el plan", "precio del plan", "presupuesto del plan"],
        },
        "sources": [{"id": "city-page", "quote": "sixty-five million"}, {"id": "paper"}],
    },
    {
        "id": "plan-years",
        "refs": ["A03"],
        "topic": "timeline",
        "standing": "reported",
        "title": {"en": "The years of the plan", "es": "Los años del plan"},
        "answer": {
            "en": "The plan runs from 2018 to 2023.",
            "es": "El plan va de 2018 a 2023.",
        },
        "sms": {"en": "It runs from 2018 to 2023.", "es": "Va de 2018 a 2023."},
        "when": {"start": "2018", "end": "2023", "precision": "year"},
        "asks": {
            "en": ["which years", "how long is the plan", "when does the plan end"],
            "es": ["qué años", "cuánto dura el plan", "cuándo termina el plan"],
        },
        "sources": [{"id": "paper"}],
    },
]


class KnowledgeBase:
    """Files of a knowledge base in a folder of the test's own.

    `base["facts", 0, "answer", "en"]` is one text of it; `base.line(...)` is where it stands.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "facts").mkdir(parents=True)
        self.facts_file = folder / "facts" / "plan.yml"
        self._data = copy.deepcopy(
            {"plan": PLAN, "sources": SOURCES, "entities": NAMES, "gaps": GAPS, "facts": FACTS}
        )
        self.write()

    def __getitem__(self, path: tuple[str | int, ...]) -> Any:
        value: Any = self._data
        for step in path:
            value = value[step]
        return value

    def __setitem__(self, path: tuple[str | int, ...], value: Any) -> None:
        self[path[:-1]][path[-1]] = value
        self.write()

    def __delitem__(self, path: tuple[str | int, ...]) -> None:
        del self[path[:-1]][path[-1]]
        self.write()

    def file(self, name: str) -> Path:
        return self.facts_file if name == "facts" else self.folder / f"{name}.yml"

    def write(self) -> None:
        for name, content in self._data.items():
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)
            self.file(name).write_text(text, encoding="utf-8")

    def line(self, name: str, *needles: str) -> int:
        """The line that holds the last needle, each looked for from where the one before is."""
        lines = self.file(name).read_text(encoding="utf-8").splitlines()
        at = -1
        for needle in needles:
            at = next(i for i in range(at + 1, len(lines)) if needle in lines[i])
        return at + 1

    def load(self) -> Knowledge:
        return load(self.folder)

    def problems(self) -> list[Problem]:
        """What `bot plan check` finds."""
        try:
            return check(self.load())
        except BadKnowledge as error:
            return error.problems

    def the_problem(self) -> Problem:
        """The one problem there is."""
        found = self.problems()
        assert len(found) == 1, "\n".join(map(str, found))
        return found[0]


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase(tmp_path / "plan")


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The sentence encoder, opened once."""
    return SentenceEncoder()


@pytest.fixture(scope="session")
def index(encoder: SentenceEncoder) -> Index:
    """An index over the four little documents."""
    return build(DOCUMENTS, encoder)
