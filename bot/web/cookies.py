"""The two cookies: which conversation this device is in, and its language."""

from aiohttp import web

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


def _set(
    request: web.Request, response: web.StreamResponse, name: str, value: str, seconds: int
) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=request.secure
    )
