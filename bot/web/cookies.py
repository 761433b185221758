"""The three cookies: which conversation this device is in, its language, and this visit.

On our own pages they are Lax. In the widget's frame, which is another site's guest, they have
names of their own and are kept apart for each site that shows it (Partitioned).
"""

from http.cookies import Morsel

from aiohttp import web

from bot.web.csrf import COOKIE as VISITOR
from bot.web.keys import SETTINGS
from bot.web.language import COOKIE as LANGUAGE
from bot.web.place import place_of

CONVERSATION = "conversation"
KEPT_DAYS = 30
YEAR = 365 * 24 * 3600


def kept_conversation(request: web.Request) -> str | None:
    """The conversation that this device is in."""
    return request.cookies.get(place_of(request).cookie(CONVERSATION)) or None


def remember_conversation(
    request: web.Request, response: web.StreamResponse, token: str, language: str
) -> None:
    """Keep the conversation for 30 days after its last message, so that a reload shows it."""
    _set(request, response, CONVERSATION, token, KEPT_DAYS * 24 * 3600)
    remember_language(request, response, language)


def forget_conversation(request: web.Request, response: web.StreamResponse) -> None:
    """Take the conversation's cookie away."""
    _set(request, response, CONVERSATION, "", 0)


def remember_language(request: web.Request, response: web.StreamResponse, language: str) -> None:
    """Keep the language for a year."""
    _set(request, response, LANGUAGE, language, YEAR)


def remember_visitor(request: web.Request, response: web.StreamResponse, visitor: str) -> None:
    """Keep a random name for this visit, so that only this browser can send the page's forms."""
    _set(request, response, VISITOR, visitor, None)


def are_on(request: web.Request) -> bool:
    """Whether this browser keeps our cookies; without them an answer can't wait for a redirect."""
    place = place_of(request)
    return any(place.cookie(name) in request.cookies for name in (CONVERSATION, LANGUAGE, VISITOR))


def _set(
    request: web.Request, response: web.StreamResponse, name: str, value: str, seconds: int | None
) -> None:
    place = place_of(request)
    public = (request.app[SETTINGS].public_url or "").startswith("https:")
    cookie = Morsel[str]()
    cookie.set(place.cookie(name), value, value)
    for attribute, setting in (("path", "/"), ("httponly", True), ("samesite", "Lax")):
        cookie[attribute] = setting
    if seconds is not None:
        cookie["max-age"] = str(seconds)
    cookie["secure"] = place.in_frame or request.secure or public
    header = cookie.OutputString()
    if place.in_frame:
        # http.cookies knows Partitioned only from Python 3.14 on.
        header = header.replace("SameSite=Lax", "SameSite=None") + "; Partitioned"
    response.headers.add("Set-Cookie", header)
