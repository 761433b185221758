"""Signing in and out, and the one-time link with which a person sets a password."""

import asyncio

from aiohttp import web

from bot.comments.staff import (
    ATTEMPT_SPAN,
    BadStaff,
    by_name,
    close_session,
    count_failure,
    link_owner,
    may_try,
    open_session,
    password_is_right,
    set_password,
    signed_in,
)
from bot.comments.staff_tables import Role
from bot.staff.asked import (
    COOKIE,
    ME,
    Kept,
    Refused,
    before_codes,
    form_of,
    me,
    needs,
    open_to_all,
    set_cookie,
)
from bot.staff.codes import use_code
from bot.staff.keys import SEALER, STORE
from bot.staff.look import again_page, page_for_anybody, sign_in_page

routes = web.RouteTableDef()
HOME = "/staff/comments"
WRONG = "That name, password or code is not right. Check all three and try again."


@routes.get("", name="staff_root")
@routes.get("/", name="staff_home")
@open_to_all
async def home(request: web.Request) -> web.StreamResponse:
    """The desk begins with the comments."""
    raise web.HTTPSeeOther(HOME)


@routes.get("/sign-in", name="sign_in")
@open_to_all
async def sign_in_form(request: web.Request) -> web.StreamResponse:
    """The form for name, password and code."""
    if request.get(ME):
        raise web.HTTPSeeOther(HOME)
    return sign_in_page(request, next=inside(request.query.get("next", "")))


@routes.post("/sign-in", name="sign_in_sent")
@open_to_all
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check name, password and code; too many failures have to wait."""
    form, store, sealer = form_of(request), request.config_dict[STORE], request.config_dict[SEALER]
    name, following = form.get("name", "").strip().lower(), inside(form.get("next", ""))
    whos = (
        sealer.fingerprint(name, "sign-in name"),
        sealer.fingerprint(request.remote or "", "sign-in address"),
    )
    again = {"name": name[:60], "next": following, "kept": form.get("kept", "")}
    if not await may_try(store, whos):
        minutes = int(ATTEMPT_SPAN.total_seconds() // 60)
        message = f"Too many attempts. Wait {minutes} minutes, then try again."
        return sign_in_page(request, 429, message=message, **again)
    person = await by_name(store, name)
    right = await asyncio.to_thread(password_is_right, person, form.get("password", ""))
    if person is None or not right or not person.active:
        await count_failure(store, whos)
        return sign_in_page(request, 401, message=WRONG, **again)
    if not await use_code(store, sealer, person.id, form.get("code", "")):
        await count_failure(store, whos)
        return sign_in_page(request, 401, message=WRONG, **again)
    cookie = await open_session(store, person, whos)
    kept = Kept.opened(sealer, form.get("kept", ""))
    if kept:
        return await _send_again(request, cookie, kept)
    response = web.HTTPSeeOther(following or HOME)
    set_cookie(request, response, COOKIE, cookie)
    raise response


async def _send_again(request: web.Request, cookie: str, kept: Kept) -> web.StreamResponse:
    """What was typed before the session ended, now with a form of the new session."""
    person = await signed_in(request.config_dict[STORE], cookie)
    if person is None:  # ended within the same moment, by an admin
        return sign_in_page(request, 401, message=WRONG)
    request[ME] = person
    sentence = "You are signed in again. This was not saved yet: look at it and send it."
    response = again_page(request, kept, sentence)
    set_cookie(request, response, COOKIE, cookie)
    return response


@routes.post("/sign-out", name="sign_out")
@before_codes
@needs(Role.VIEWER)
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    await close_session(request.config_dict[STORE], me(request).session, me(request).actor)
    response = web.HTTPSeeOther("/staff/sign-in")
    response.del_cookie(COOKIE, path="/staff")
    raise response


@routes.get("/link/{link}", name="link")
@open_to_all
async def link_form(request: web.Request) -> web.StreamResponse:
    """The form for a new password, by a one-time link."""
    person = await link_owner(request.config_dict[STORE], request.match_info["link"])
    if person is None:
        raise Refused("This link was used, replaced or is too old. Ask an admin for another.", 404)
    return _link_page(request, person.name)


@routes.post("/link/{link}", name="link_sent")
@open_to_all
async def link_sent(request: web.Request) -> web.StreamResponse:
    """Set the password; the link works no more."""
    store, form = request.config_dict[STORE], form_of(request)
    person = await link_owner(store, request.match_info["link"])
    if person is None:
        raise Refused("This link was used, replaced or is too old. Ask an admin for another.", 404)
    if form.get("password") != form.get("repeated"):
        return _link_page(request, person.name, "The two passwords differ.", 400)
    try:
        await set_password(store, person.id, form.get("password", ""), f"staff:{person.name}")
    except BadStaff as error:
        return _link_page(request, person.name, str(error), 400)
    return sign_in_page(request, name=person.name, done="Your password is set. Now sign in.")


def _link_page(
    request: web.Request, name: str, message: str | None = None, status: int = 200
) -> web.StreamResponse:
    return page_for_anybody(request, "link.html", status, name=name, message=message)


def inside(address: str) -> str:
    """An address of the desk to go to after the sign-in, or nothing."""
    is_ours = address.startswith("/staff/") and "\\" not in address and "//" not in address
    return address if is_ours and address.isprintable() else ""
