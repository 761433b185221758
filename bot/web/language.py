"""Which language a page is in: asked for in the address, remembered, or the browser's."""

from aiohttp import web

from bot.web.place import place_of

COOKIE = "language"


def page_language(request: web.Request) -> str:
    """ "es" or "en"."""
    for asked in (request.query.get("lang"), request.cookies.get(place_of(request).cookie(COOKIE))):
        if asked in {"en", "es"}:
            return asked
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        code = part.split(";")[0].strip()[:2]
        if code in {"en", "es"}:
            return code
    return "en"
