"""The pages about comments: the form, the receipt, the public record, ratings."""

from aiohttp import web

from bot.channels.guesses import Guesses
from bot.comments.sealing import Sealer
from bot.web import comment_form, ratings, receipts, record
from bot.web.keys import GUESSES, SEALER, SETTINGS


def attach(app: web.Application) -> None:
    """Add the pages, and what they work with."""
    settings = app[SETTINGS]
    app[SEALER] = Sealer(settings.key)
    app[GUESSES] = Guesses(on=settings.rate_limit == "on")
    for part in (comment_form, receipts, record, ratings):
        app.add_routes(part.routes)
