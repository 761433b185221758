"""The page of a comment that was confirmed and waits in the outbox for the store."""

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.comments.receipt import aloud
from bot.language.messages import say
from bot.plan.clock import long_date
from bot.web.comment_words import TEXTS
from bot.web.keys import OUTBOX, SETTINGS
from bot.web.language import page_language
from bot.web.render import render
from bot.web.tickets import receipt_path


def waiting_page(
    request: web.Request, receipt: str, key: str, status: int = 200
) -> web.Response | None:
    """The page, with the text if there is an author's key; None if no such comment waits here.

    With another status than 200 it says that what was asked for can't be done yet.
    """
    kept = request.app[OUTBOX].find(receipt)
    if kept is None:
        return None
    language = page_language(request)
    topic = say(f"topic_{kept.new.topic}", language)
    zone = ZoneInfo(request.app[SETTINGS].timezone)
    page = render(
        request,
        "comment_waiting.html",
        status,
        texts=TEXTS[language],
        receipt=receipt,
        aloud=aloud(receipt),
        topic=topic[:1].upper() + topic[1:],
        confirmed=long_date(kept.kept_at.astimezone(zone).date(), language),
        text=kept.new.text if key else "",
        address=receipt_path(receipt, language, key),
        message="" if status == 200 else TEXTS[language]["waits_not_yet"],
    )
    page.headers["Referrer-Policy"] = "no-referrer"  # the address may carry the key
    return page
