"""Residents' pages beside the chat: comments by receipt, privacy, accessibility."""

from urllib.parse import quote

from aiohttp import web

from bot.comments.receipt import BadReceipt, parse_receipt
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Visibility
from bot.language.messages import say
from bot.plan.clock import long_date
from bot.web.keys import SETTINGS, STORE
from bot.web.language import page_language
from bot.web.render import render

routes = web.RouteTableDef()


@routes.get("/c/{receipt}", name="comment")
async def comment(request: web.Request) -> web.Response:
    """What became of a comment, by its receipt code."""
    language = page_language(request)
    typed = request.match_info["receipt"]
    try:
        receipt = parse_receipt(typed)
    except BadReceipt:
        return render(
            request, "comment.html", 404, comment=None, message=say("status_bad_code", language)
        )
    try:
        found = await request.app[STORE].comment_by_receipt(receipt)
    except StoreUnavailable:
        sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
        return render(request, "error.html", 503, message=sentence)
    if found is None:
        message = say("status_unknown", language, receipt=receipt)
        return render(request, "comment.html", 404, comment=None, message=message)
    gone = {Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED}
    key = f"visibility_{found.visibility}" if found.visibility in gone else f"state_{found.state}"
    return render(
        request,
        "comment.html",
        comment=found,
        message=None,
        state=say(key, language),
        topic=say(f"topic_{found.topic}", language),
        filed=long_date(found.created_at.date(), language),
    )


@routes.get("/find", name="find_comment")
async def find_comment(request: web.Request) -> web.StreamResponse:
    """The form for a receipt code leads to its page."""
    code = request.query.get("receipt", "").strip()
    if not code:
        return render(request, "comment.html", comment=None, message=None)
    return web.Response(status=303, headers={"Location": f"/c/{quote(code, safe='')}"})


@routes.get("/privacy", name="privacy")
async def privacy(request: web.Request) -> web.Response:
    """What is recorded and why."""
    return render(request, "privacy.html", text=say("privacy", page_language(request)))


@routes.get("/accessibility", name="accessibility")
async def accessibility(request: web.Request) -> web.Response:
    """The accessibility statement."""
    return render(request, "accessibility.html")
