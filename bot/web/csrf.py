"""Forms that only our own pages can send, with cookies on or off.

Three things are checked. The browser says from which site a request comes. The form's token says
that we made the form, for this purpose, not too long ago. And if the browser keeps our cookies,
the token must have been shown to this very browser. Without cookies there is nothing that another
site could borrow: the form itself then names the conversation or carries the code word.

In a template: {{ csrf("comment") }}. In a handler: fields = await read_form(request, "comment").
"""

import re
import secrets
import time
from enum import StrEnum

from aiohttp import web
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.channels.tokens import ForgedToken
from bot.language.messages import say
from bot.web.handler import Handler
from bot.web.keys import SETTINGS, SIGNER
from bot.web.place import place_of

COOKIE = "visitor"
FIELD = "form_token"
LIFETIME = 24 * 3600
"""Seconds for which a form may be sent after it was shown."""
MAX_FORM = 512 * 1024
"""Bytes; so much is read of a form, so that a text which is far too long can be shown again."""
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_FRESH = web.RequestKey("fresh_visitor", str)
_VISITOR = re.compile(r"[\w-]{16}", re.ASCII)


class Refusal(StrEnum):
    """Why a form is not taken; the value is the key of the sentence for people."""

    EXPIRED = "error_form_expired"
    FORGED = "error_form_forged"


class RefusedForm(Exception):
    """A form that is not taken. `fields` holds what was typed, to be shown again."""

    def __init__(self, refusal: Refusal, fields: dict[str, str]) -> None:
        self.refusal = refusal
        self.fields = fields
        super().__init__(refusal.name)

    def sentence(self, language: str) -> str:
        """What to tell the person."""
        return say(self.refusal.value, language)


@web.middleware
async def refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what changes something and was sent by another site's page."""
    if request.method not in SAFE_METHODS and not from_here(request):
        raise ForeignRequest
    return await handler(request)


class ForeignRequest(web.HTTPForbidden):
    """Another site's page sent this."""


def from_here(request: web.Request) -> bool:
    """Whether a request comes from a page of ours, or from no page at all.

    All browsers since 2023 say so in Sec-Fetch-Site; older ones name the page's site in Origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = {f"http://{request.host}", f"https://{request.host}"}
    public = request.app[SETTINGS].public_url
    return origin in ours or origin == public


@pass_context
def csrf(context: Context, purpose: str) -> Markup:
    """The hidden field that every posted form of a page holds."""
    request: web.Request = context["request"]
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FIELD, form_token(request, purpose)
    )


def form_token(request: web.Request, purpose: str) -> str:
    """A token for a form that is shown now to this browser."""
    visitor = _visitor(request) or request.get(_FRESH)
    if visitor is None:
        visitor = request[_FRESH] = secrets.token_urlsafe(12)
    return request.app[SIGNER].form(purpose, visitor, int(time.time()))


def fresh_visitor(request: web.Request) -> str | None:
    """The name to keep in this browser's cookie, if a form was shown and it has none yet."""
    return request.get(_FRESH)


async def read_form(request: web.Request, purpose: str) -> dict[str, str]:
    """The text fields of a form of ours.

    Raises RefusedForm, HTTPBadRequest for what can't be read as a form, and
    HTTPRequestEntityTooLarge.
    """
    try:
        form = await request.clone(client_max_size=MAX_FORM).post()
    except (ValueError, LookupError) as error:  # no boundary, an unknown charset
        raise web.HTTPBadRequest from error
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    token = fields.pop(FIELD, "")
    try:
        visitor, shown = request.app[SIGNER].form_shown(purpose, token)
    except ForgedToken as error:
        raise RefusedForm(Refusal.FORGED, fields) from error
    kept = _visitor(request)
    if kept is not None and kept != visitor:
        raise RefusedForm(Refusal.FORGED, fields)
    if not -60 <= time.time() - shown <= LIFETIME:
        raise RefusedForm(Refusal.EXPIRED, fields)
    return fields


def _visitor(request: web.Request) -> str | None:
    kept = request.cookies.get(place_of(request).cookie(COOKIE), "")
    return kept if _VISITOR.fullmatch(kept) else None
