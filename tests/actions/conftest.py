"""The real actions with the real knowledge base, and a comment store of each test's own."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.services import Services
from bot import ROOT
from bot.comments.store import Store
from bot.comments.tables import Comment
from bot.language.encoder import SentenceEncoder
from bot.plan import asking
from bot.plan.decide import Decider
from bot.plan.declines import decline_documents
from bot.plan.indexing import load_or_build
from bot.plan.load import load
from bot.settings import Settings
from bot.train import MODELS, load_index
from tests.actions.commenting import WORDS
from tests.actions.talk import Talk
from tests.database import empty_database

LONG_AFTER = date(2026, 11, 23)


@pytest.fixture(scope="session")
def decider() -> Decider:
    """Built once, and kept beside the models as the assistant keeps it."""
    knowledge = load()
    index = load_index(knowledge, MODELS)
    declines = load_or_build(decline_documents(), SentenceEncoder(), MODELS)
    return Decider(knowledge, index, declines, asking.load_or_fit(knowledge, index, MODELS))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A comment store."""
    store = Store(empty_database(tmp_path))
    yield store
    await store.close()


@pytest.fixture
def on(
    monkeypatch: pytest.MonkeyPatch, decider: Decider, store: Store, tmp_path: Path
) -> Callable[[str], None]:
    """Sets the day on which the conversation is held."""

    def set_today(day: str) -> None:
        settings = Settings(
            today=date.fromisoformat(day), contact="410-396-0000", data_dir=tmp_path,
            secret_key="k",
        )  # fmt: skip
        made = Services(settings, decider, store)
        monkeypatch.setattr("actions.turn.services", lambda: made)

    return set_today


@pytest.fixture
def talk(on: Callable[[str], None]) -> Talk:
    """A conversation in English on the web, long after the plan."""
    on(LONG_AFTER.isoformat())
    return Talk()


@pytest.fixture
def charla(on: Callable[[str], None]) -> Talk:
    """The same in Spanish."""
    on(LONG_AFTER.isoformat())
    return Talk("es")


@pytest.fixture
def stored(store: Store) -> Callable[[], "object"]:
    """The comments in the store."""

    async def look() -> list[Comment]:
        return [comment async for comment in store.comments()]

    return look


@pytest.fixture(scope="session")
def domain() -> dict[str, Any]:
    """The domain of the assistant."""
    return dict(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


@pytest.fixture(params=["en", "es"])
def words(request):
    """What a resident says, in English and in Spanish."""
    return WORDS[request.param] | {"language": request.param}


@pytest.fixture
def both(on, words):
    """A conversation in either language."""
    on("2026-11-23")
    return Talk(words["language"])
