"""What the application holds."""

from aiohttp import web
from jinja2 import Environment

from bot.channels.assistant import Assistant
from bot.channels.tokens import Signer
from bot.channels.turns import Turns
from bot.comments.store import Store
from bot.plan.load import Knowledge
from bot.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
KNOWLEDGE = web.AppKey("knowledge", Knowledge)
STORE = web.AppKey("store", Store)
ASSISTANT = web.AppKey("assistant", Assistant)
SIGNER = web.AppKey("signer", Signer)
TURNS = web.AppKey("turns", Turns)
TEMPLATES = web.AppKey("templates", Environment)
