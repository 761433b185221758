"""What the staff desk holds beside what the front holds."""

import asyncio

from aiohttp import web
from jinja2 import Environment

from bot.comments.figures import Figure, Numbers, Span
from bot.comments.sealing import Sealer
from bot.web.keys import KNOWLEDGE, SETTINGS, STORE

SEALER = web.AppKey("staff_sealer", Sealer)
TEMPLATES = web.AppKey("staff_templates", Environment)
REGROUPING = web.AppKey("regrouping", set[asyncio.Task[None]])
"""The grouping of questions that somebody asked for and that still runs."""

Counting = asyncio.Task[tuple[Numbers, list[Figure]]]
COUNTED = web.AppKey("counted", dict[Span, tuple[float, Counting]])
"""The figures of the last minute by their span, with the moment: charts are drawn from them."""

PUBLISHING = web.AppKey("publishing", asyncio.Lock)
"""Held while published answers are brought to this machine."""
WAKE = web.AppKey("wake", asyncio.Event)
"""Set when something was published or taken back here."""

__all__ = [
    "COUNTED",
    "KNOWLEDGE",
    "PUBLISHING",
    "REGROUPING",
    "SEALER",
    "SETTINGS",
    "STORE",
    "TEMPLATES",
    "WAKE",
]
