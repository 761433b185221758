"""The pages about comments: the form, the receipt, the public record, ratings."""

from aiohttp import web

from bot.comments.sealing import Sealer
from bot.web import comment_form, ratings, receipts, record
from bot.web.keys import GUESSES, SEALER, SETTINGS, TURNS


def attach(app: web.Application) -> None:
    """Add the pages, and what they work with."""
    app[SEALER] = Sealer(app[SETTINGS].key)
    app[GUESSES] = app[TURNS].guesses
    for part in (comment_form, receipts, record, ratings):
        app.add_routes(part.routes)
