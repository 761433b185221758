"""What the actions work with: settings, the plan's decider, the comment store."""

import logging
import threading
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot import ROOT
from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.comments.store import Store
from bot.language.encoder import SentenceEncoder
from bot.plan import asking
from bot.plan.decide import Decider
from bot.plan.declines import decline_documents
from bot.plan.documents import documents
from bot.plan.indexing import load_or_build
from bot.plan.load import READY, BadKnowledge
from bot.plan.load import load as load_knowledge
from bot.plan.published import index_of
from bot.settings import Settings
from bot.settings import load as load_settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """Made once per process."""

    settings: Settings
    decider: Decider
    store: Store

    @cached_property
    def outbox(self) -> Outbox:
        """Where confirmed comments wait while the store is away."""
        return Outbox(self.settings.outbox, Sealer(self.settings.key))


@dataclass
class Serving:
    """The services, and the published gaps they know: what is new is taken up while they run."""

    made: Services
    encoder: SentenceEncoder
    known: int
    """When the published gaps were made ready, as the file system says it."""
    taking: threading.Thread | None = None

    def current(self) -> Services:
        """The services; if something was published since, it is read beside and then served."""
        ready = when_ready(self.made.settings)
        if ready not in (0, self.known) and not (self.taking and self.taking.is_alive()):
            self.taking = threading.Thread(target=self._take, args=(ready,), daemon=True)
            self.taking.start()
        return self.made

    def _take(self, ready: int) -> None:
        self.known = ready
        try:
            decider = decider_of(self.made.settings, self.encoder)
        except (BadKnowledge, OSError) as error:
            logger.error("What was published is not served: %s", error)
            return
        self.made = replace(self.made, decider=decider)


def when_ready(settings: Settings) -> int:
    """When the published gaps were made ready; 0 while they are not."""
    try:
        return (settings.published / READY).stat().st_mtime_ns
    except OSError:
        return 0


def decider_of(settings: Settings, encoder: SentenceEncoder) -> Decider:
    """The decider over the plan and what staff published. Raises BadKnowledge."""
    knowledge = load_knowledge(published=settings.published)
    models = ROOT / "models"
    if knowledge.holds_more:
        index = index_of(knowledge, encoder, settings.published)
    else:
        index = load_or_build(documents(knowledge), encoder, models)
    declines = load_or_build(decline_documents(), encoder, models)
    return Decider(knowledge, index, declines, asking.load_or_fit(knowledge, index, models))


@lru_cache(maxsize=1)
def _serving() -> Serving:
    settings, encoder = load_settings(), SentenceEncoder()
    known = when_ready(settings)
    decider = decider_of(settings, encoder)
    return Serving(Services(settings, decider, Store(settings.database)), encoder, known)


def services() -> Services:
    """The services of this process; raises BadSettings, BadKnowledge, DamagedEncoder."""
    return _serving().current()
