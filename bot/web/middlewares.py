"""What every request passes: security headers, and errors as one clear sentence."""

import logging

from aiohttp import web

from bot.language.messages import say
from bot.metrics import ERRORS
from bot.web.csrf import ForeignRequest, RefusedForm
from bot.web.handler import Handler
from bot.web.keys import SETTINGS
from bot.web.language import page_language
from bot.web.place import place_of
from bot.web.render import render

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024
"""Bytes; a comment of 5,000 characters in any script fits. Forms are read by bot.web.csrf."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_COMPRESSED = {"text/html", "application/json"}
_WORTH_IT = 1000
"""Bytes from which compressing pays."""
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
    """Put the security headers on every response; what may be personal is never cached.

    Only the widget's frame may be shown inside other pages, and only on the allowed hosts.
    """
    response = await handler(request)
    settings = request.app[SETTINGS]
    framed = place_of(request).in_frame
    ancestors = " ".join(("'self'", *settings.embed_ancestors)) if framed else "'none'"
    special = {
        "Content-Security-Policy": _POLICY.format(ancestors=ancestors),
        "Cross-Origin-Resource-Policy": "cross-origin" if framed else "same-origin",
    }
    if not framed:
        special["X-Frame-Options"] = "DENY"
    if (settings.public_url or "").startswith("https:"):
        special["Strict-Transport-Security"] = "max-age=31536000"
    for name, value in (_HEADERS | special).items():
        response.headers.setdefault(name, value)
    return response


@web.middleware
async def compress(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Compress pages and JSON. Files are compressed once, at the start."""
    response = await handler(request)
    if isinstance(response, web.Response) and response.content_type in _COMPRESSED:
        response.headers.add("Vary", "Accept-Encoding")
        size = len(response.body) if isinstance(response.body, bytes) else 0
        if size > _WORTH_IT and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.enable_compression(web.ContentCoding.gzip)
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
        ERRORS.labels("unexpected").inc()
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
