"""What the staff desk holds beside what the front holds."""

from aiohttp import web
from jinja2 import Environment

from bot.comments.sealing import Sealer
from bot.web.keys import KNOWLEDGE, SETTINGS, STORE

SEALER = web.AppKey("staff_sealer", Sealer)
TEMPLATES = web.AppKey("staff_templates", Environment)

__all__ = ["KNOWLEDGE", "SEALER", "SETTINGS", "STORE", "TEMPLATES"]
