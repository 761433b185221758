"""What the application holds."""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment

from bot.channels.assistant import Assistant
from bot.channels.guesses import Guesses
from bot.channels.shared import Shared
from bot.channels.tokens import Signer
from bot.channels.turns import Turns
from bot.comments.outbox import Outbox
from bot.comments.sealing import Sealer
from bot.comments.store import Store
from bot.plan.load import Knowledge
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.web.assets import Asset, Assets

SETTINGS = web.AppKey("settings", Settings)
KNOWLEDGE = web.AppKey("knowledge", Knowledge)
STORE = web.AppKey("store", Store)
ASSISTANT = web.AppKey("assistant", Assistant)
SIGNER = web.AppKey("signer", Signer)
SHARED = web.AppKey("shared", Shared)
TURNS = web.AppKey("turns", Turns)
LEAVING = web.AppKey("leaving", asyncio.Event)
"""Set when the front is to stop: it still answers, but nobody should come anew."""
ASSETS: web.AppKey["Assets"] = web.AppKey("assets")
DESCRIPTION: web.AppKey["Asset"] = web.AppKey("description")
"""Of what programs may call, for /openapi.json."""
TEMPLATES = web.AppKey("templates", Environment)
OUTBOX = web.AppKey("outbox", Outbox)
SEALER = web.AppKey("sealer", Sealer)
GUESSES = web.AppKey("guesses", Guesses)
