"""Residents' pages that only tell something: privacy, accessibility."""

from aiohttp import web

from bot.language.messages import say
from bot.web.language import page_language
from bot.web.render import render

routes = web.RouteTableDef()


@routes.get("/privacy", name="privacy")
async def privacy(request: web.Request) -> web.Response:
    """What is recorded and why."""
    return render(request, "privacy.html", text=say("privacy", page_language(request)))


@routes.get("/accessibility", name="accessibility")
async def accessibility(request: web.Request) -> web.Response:
    """The accessibility statement."""
    return render(request, "accessibility.html")
