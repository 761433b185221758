"""What the actions work with: settings, the plan's decider, the comment store."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot import ROOT
from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.comments.store import Store
from bot.language.encoder import SentenceEncoder
from bot.plan.decide import Decider, documents
from bot.plan.declines import decline_documents
from bot.plan.load import load as load_knowledge
from bot.plan.search import Index
from bot.settings import Settings
from bot.settings import load as load_settings


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


@lru_cache(maxsize=1)
def services() -> Services:
    """The services of this process; raises BadSettings, BadKnowledge, DamagedEncoder."""
    settings = load_settings()
    knowledge = load_knowledge()
    encoder, models = SentenceEncoder(), ROOT / "models"
    index = Index.load_or_build(documents(knowledge), encoder, models)
    declines = Index.load_or_build(decline_documents(), encoder, models)
    return Services(settings, Decider(knowledge, index, declines), Store(settings.database))
