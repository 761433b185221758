"""Who may see what is inside: callers on this machine, and those with the token."""

import hmac

from aiohttp import web

from bot.web.keys import SETTINGS

LOOPBACK = {"127.0.0.1", "::1"}
_FORWARDED = ("X-Forwarded-For", "Forwarded")


def is_inside(request: web.Request) -> bool:
    """Whether the caller is on loopback, and nobody's proxy, or has BOT_METRICS_TOKEN."""
    settings = request.app[SETTINGS]
    token = settings.metrics_token
    given = request.headers.get("Authorization", "").encode(errors="replace")
    if token is not None:
        expected = f"Bearer {token.get_secret_value()}".encode()
        if hmac.compare_digest(given, expected):
            return True
    # A proxy on this machine that is not trusted by name would bring in the whole world.
    passed_on = not settings.proxies and any(name in request.headers for name in _FORWARDED)
    return request.remote in LOOPBACK and not passed_on
