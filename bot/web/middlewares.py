"""What every request passes: security headers, and errors as one clear sentence."""

import logging

from aiohttp import web

from bot.language.messages import say
from bot.web.csrf import ForeignRequest, RefusedForm
from bot.web.handler import Handler
from bot.web.keys import SETTINGS
from bot.web.language import page_language
from bot.web.render import render

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024
"""Bytes; a comment of 5,000 characters in any script fits. Forms are read by bot.web.csrf."""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CODES = {
    400: ("bad_request", "error_bad_request"),
    403: ("forbidden", "error_bad_request"),
    404: ("not_found", "error_not_found"),
    405: ("method_not_allowed", "error_method"),
    413: ("too_large", "error_too_large"),
    415: ("unsupported_media_type", "error_unsupported"),
}


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security headers on every response; personal pages are never cached."""
    response = await handler(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    else:
        response.headers.setdefault("Cache-Control", "public, max-age=86400")
    return response


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into one sentence; never a stack trace."""
    language = page_language(request)
    try:
        return await handler(request)
    except RefusedForm as error:
        return error_response(request, 403, "forbidden", error.sentence(language))
    except ForeignRequest:
        return error_response(request, 403, "forbidden", say("error_form_foreign", language))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code, key = _CODES.get(error.status, ("bad_request", "error_bad_request"))
        response = error_response(request, error.status, code, say(key, language))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        logger.exception("Unexpected error on %s %s", request.method, request.match_info.route.name)
        contact = request.app[SETTINGS].contact
        sentence = say("error_unavailable", language, contact=contact)
        return error_response(request, 503, "unavailable", sentence)


def error_response(
    request: web.Request, status: int, code: str, message: str
) -> web.StreamResponse:
    """An error as JSON for programs and as a page for people."""
    if request.path.startswith("/api/") or request.path in {"/live", "/ready"}:
        body = {"error": {"code": code, "message": message}}
        return web.json_response(body, status=status)
    return render(request, "error.html", status, message=message)
