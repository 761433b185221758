"""What every request to the desk passes: who it is, what they may do, and that the form is ours."""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.comments.staff import SignedIn, desk_setting, signed_in
from bot.comments.store import StoreUnavailable
from bot.staff.asked import (
    COOKIE,
    DEMONSTRATION,
    FORM,
    FORM_COOKIE,
    FORM_TIE,
    ME,
    Handler,
    Kept,
    Refused,
    fits,
    form_of,
    token_for,
)
from bot.staff.keys import SEALER, SETTINGS, STORE
from bot.staff.look import again_page, page, sign_in_page

logger = logging.getLogger(__name__)
CODES_REQUIRED = "codes_required"
"""The desk's setting: everybody needs one-time codes."""
LARGEST_FORM = 1024 * 1024
"""Bytes of a form; files are read apart, piece by piece."""


def same_site(request: web.Request) -> bool:
    """Whether the browser says that the form was sent by a page of ours."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return False
    origin = request.headers.get("Origin")
    if not origin:
        return "Sec-Fetch-Site" in request.headers
    ours = {request.host, urlsplit(request.config_dict[SETTINGS].public_url or "").netloc}
    return urlsplit(origin).netloc in ours


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may; turn what goes wrong into one sentence, with nothing typed lost."""
    target: Any = request.match_info.handler
    target = getattr(target, "func", target)
    if _is_static(request):
        response = await handler(request)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response
    if request.match_info.http_exception is not None:
        return await handler(request)
    try:
        return await _let_in(request, handler, target)
    except Refused as error:
        return page(request, "refused.html", error.status, sentence=error.sentence)
    except StoreUnavailable as error:
        logger.warning("The desk can't use the database: %s", error)
        sentence = "The database can't be reached just now. Nothing was changed."
        if request.get(FORM) is not None:
            return _again(request, sentence, 503)
        return page(request, "refused.html", 503, sentence=sentence)


async def _let_in(request: web.Request, handler: Handler, target: Any) -> web.StreamResponse:
    store = request.config_dict[STORE]
    cookie = request.cookies.get(COOKIE, "")
    request[FORM_TIE] = request.cookies.get(FORM_COOKIE, "")
    is_open = getattr(target, "is_open", False)
    reads_form = getattr(target, "reads_form", False)
    if request.method == "POST" and not reads_form:
        request[FORM] = await _form(request)  # before the database is asked: nothing typed is lost
    takes = request.method == "GET" and not is_open
    person = await signed_in(store, cookie, takes) if cookie else None
    if person:
        request[ME] = person
        request[DEMONSTRATION] = bool(await desk_setting(store, "demonstration"))
    if not is_open:
        if person is None:
            return _sign_in_first(request)
        needed = getattr(target, "needed", None)
        if needed is None or not person.role.covers(needed):
            raise Refused(
                f"This is for the role {needed or 'nobody'}; yours is {person.role}.", 403
            )
        if await _has_to_set_up_codes(request, person, target):
            raise web.HTTPSeeOther("/staff/account/codes")
    if request.method == "POST" and not reads_form:
        typed = form_of(request).get("token", "")
        if not person and not request[FORM_TIE]:
            raise Refused("Your browser sent no cookie. Allow cookies for this site, then retry.")
        if not fits(typed, token_for(request)):
            if person and same_site(request):
                return _again(request, "You signed in again since this page was opened.", 409)
            raise Refused("This form did not come from the staff desk. Nothing was changed.", 403)
    return await handler(request)


async def _form(request: web.Request) -> MultiDictProxy[str]:
    """The text fields of a form. Raises Refused for what can't be read as one."""
    if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise Refused("That is not a form of the staff desk.", 415)
    larger = request.clone(client_max_size=LARGEST_FORM)
    try:
        sent = await larger.post()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused("That is too long to be saved. Nothing was changed.", 413) from error
    except (ValueError, LookupError) as error:
        raise Refused("That form can't be read. Nothing was changed.") from error
    fields: MultiDict[str] = MultiDict()
    for name, value in sent.items():
        if isinstance(value, str):
            # Browsers send line ends as CR LF; the store holds LF.
            fields.add(name, value.replace("\r\n", "\n").replace("\x00", ""))
    return MultiDictProxy(fields)


async def _has_to_set_up_codes(request: web.Request, person: SignedIn, target: Any) -> bool:
    if person.has_codes or not person.has_password or getattr(target, "before_codes", False):
        return False
    return await codes_are_required(request)


async def codes_are_required(request: web.Request) -> bool:
    """Whether everybody with a password needs one-time codes."""
    return bool(await desk_setting(request.config_dict[STORE], CODES_REQUIRED, False))


def _kept(request: web.Request) -> Kept:
    fields = tuple((n, v) for n, v in form_of(request).items() if n != "token")
    return Kept(request.path_qs, fields)


def _sign_in_first(request: web.Request) -> web.StreamResponse:
    """The sign-in page; what was typed into an expired session's form waits behind it."""
    if request.method == "POST" and request.get(FORM) is not None and same_site(request):
        kept = _kept(request).sealed(request.config_dict[SEALER])
        return sign_in_page(request, 401, kept=kept, message="Your session has ended.")
    if request.method == "POST":
        return sign_in_page(request, 401, message="Please sign in first.")
    raise web.HTTPSeeOther("/staff/sign-in?" + _next_of(request))


def _next_of(request: web.Request) -> str:
    return urlencode({"next": request.path_qs})


def _again(request: web.Request, sentence: str, status: int) -> web.StreamResponse:
    return again_page(request, _kept(request), sentence, status)


def _is_static(request: web.Request) -> bool:
    return request.path.startswith("/staff/static/")
