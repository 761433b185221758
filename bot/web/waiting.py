"""The page of a comment that was confirmed and waits in the outbox for the store."""

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.comments.receipt import aloud
from bot.plan.clock import long_date
from bot.web.comment_form import topic_names
from bot.web.comment_words import TEXTS
from bot.web.keys import OUTBOX, SETTINGS
from bot.web.language import page_language
from bot.web.render import render


def waiting_page(request: web.Request, receipt: str, is_author: bool) -> web.Response | None:
    """The page, with the text for its author; None if no such comment waits here."""
    kept = request.app[OUTBOX].find(receipt)
    if kept is None:
        return None
    language = page_language(request)
    zone = ZoneInfo(request.app[SETTINGS].timezone)
    is_change = request.method == "POST"
    page = render(
        request,
        "comment_waiting.html",
        409 if is_change else 200,
        texts=TEXTS[language],
        receipt=receipt,
        aloud=aloud(receipt),
        topic=topic_names(language)[kept.new.topic],
        confirmed=long_date(kept.kept_at.astimezone(zone).date(), language),
        text=kept.new.text if is_author else "",
        message=TEXTS[language]["waits_not_yet"] if is_change else "",
    )
    page.headers["Referrer-Policy"] = "no-referrer"  # the address may carry the key
    return page
