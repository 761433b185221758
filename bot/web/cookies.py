"""The three cookies: which conversation this device is in, its language, and this visit."""

from aiohttp import web

from bot.web.csrf import COOKIE as VISITOR
from bot.web.keys import SETTINGS
from bot.web.language import COOKIE as LANGUAGE

CONVERSATION = "conversation"
KEPT_DAYS = 30
YEAR = 365 * 24 * 3600


def remember_conversation(
    request: web.Request, response: web.StreamResponse, token: str, language: str
) -> None:
    """Keep the conversation for 30 days after its last message, so that a reload shows it.

    The cookie only shows the conversation; to speak in it a page has to name it in the form.
    """
    _set(request, response, CONVERSATION, token, KEPT_DAYS * 24 * 3600)
    remember_language(request, response, language)


def remember_language(request: web.Request, response: web.StreamResponse, language: str) -> None:
    """Keep the language for a year."""
    _set(request, response, LANGUAGE, language, YEAR)


def remember_visitor(request: web.Request, response: web.StreamResponse, visitor: str) -> None:
    """Keep a random name for this visit, so that only this browser can send the page's forms."""
    _set(request, response, VISITOR, visitor, None)


def are_on(request: web.Request) -> bool:
    """Whether this browser keeps our cookies; without them an answer can't wait for a redirect."""
    return not {CONVERSATION, LANGUAGE, VISITOR}.isdisjoint(request.cookies)


def _set(
    request: web.Request, response: web.StreamResponse, name: str, value: str, seconds: int | None
) -> None:
    secure = request.secure or (request.app[SETTINGS].public_url or "").startswith("https:")
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
