"""A person's own account: password, one-time codes, the daily e-mail."""

import asyncio

from aiohttp import web
from markupsafe import Markup

from bot.comments.staff import (
    BadStaff,
    by_name,
    leave_notice,
    open_session,
    password_is_right,
    set_digest,
    set_password,
)
from bot.comments.staff_tables import Role
from bot.staff import codes
from bot.staff.asked import COOKIE, before_codes, form_of, me, needs, set_cookie
from bot.staff.gate import codes_are_required
from bot.staff.keys import SEALER, STORE
from bot.staff.look import page

routes = web.RouteTableDef()


@routes.get("/account", name="account")
@needs(Role.VIEWER)
async def account(request: web.Request) -> web.StreamResponse:
    """The account page."""
    return await _account_page(request)


async def _account_page(
    request: web.Request, message: str | None = None, status: int = 200
) -> web.StreamResponse:
    person = await by_name(request.config_dict[STORE], me(request).name)
    required = await codes_are_required(request)
    return page(
        request, "account.html", status, person=person, message=message, codes_required=required
    )


@routes.post("/account/password", name="new_password")
@needs(Role.VIEWER)
async def new_password(request: web.Request) -> web.StreamResponse:
    """A new password, for who knows the old one; every other session of the person ends."""
    form, store = form_of(request), request.config_dict[STORE]
    person = await by_name(store, me(request).name)
    assert person is not None
    if not await asyncio.to_thread(password_is_right, person, form.get("old", "")):
        return await _account_page(request, "The old password is not right.", 400)
    if form.get("password") != form.get("repeated"):
        return await _account_page(request, "The two new passwords differ.", 400)
    try:
        await set_password(store, person.id, form.get("password", ""), me(request).actor)
    except BadStaff as error:
        return await _account_page(request, str(error), 400)
    response = web.HTTPSeeOther("/staff/account")
    set_cookie(request, response, COOKIE, await open_session(store, person))
    raise response


@routes.get("/account/codes", name="codes")
@before_codes
@needs(Role.VIEWER)
async def codes_form(request: web.Request) -> web.StreamResponse:
    """A fresh secret as a picture, and the field for the first code."""
    return await _codes_page(request, codes.new_secret())


@routes.post("/account/codes", name="codes_sent")
@before_codes
@needs(Role.VIEWER)
async def codes_sent(request: web.Request) -> web.StreamResponse:
    """Codes are asked for from now on."""
    form, store, sealer = form_of(request), request.config_dict[STORE], request.config_dict[SEALER]
    try:
        secret = sealer.open(form.get("secret", ""))
        await codes.set_up(store, sealer, me(request).id, secret, form.get("code", ""))
    except BadStaff as error:
        return await _codes_page(request, secret, str(error), 400)
    except ValueError:
        return await _codes_page(request, codes.new_secret(), "Scan the new picture.", 400)
    await leave_notice(store, me(request).session, {"text": "One-time codes are on."})
    raise web.HTTPSeeOther("/staff/account")


@routes.post("/account/codes/off", name="codes_off")
@needs(Role.VIEWER)
async def codes_off(request: web.Request) -> web.StreamResponse:
    """Ask for no codes any more, for who knows the password, unless everybody needs them."""
    form, store = form_of(request), request.config_dict[STORE]
    person = await by_name(store, me(request).name)
    if await codes_are_required(request):
        return await _account_page(request, "Everybody needs one-time codes here.", 400)
    if not await asyncio.to_thread(password_is_right, person, form.get("old", "")):
        return await _account_page(request, "The password is not right.", 400)
    await codes.switch_off(store, me(request).id, me(request).actor)
    await leave_notice(store, me(request).session, {"text": "One-time codes are off."})
    raise web.HTTPSeeOther("/staff/account")


@routes.post("/account/digest", name="digest")
@needs(Role.VIEWER)
async def digest(request: web.Request) -> web.StreamResponse:
    """Whether the daily e-mail comes, and where to."""
    form = form_of(request)
    try:
        await set_digest(
            request.config_dict[STORE], me(request).id, form.get("digest") == "yes",
            form.get("email", "").strip() or None,
        )  # fmt: skip
    except BadStaff as error:
        return await _account_page(request, str(error), 400)
    await leave_notice(request.config_dict[STORE], me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther("/staff/account")


async def _codes_page(
    request: web.Request, secret: str, message: str | None = None, status: int = 200
) -> web.StreamResponse:
    picture = Markup(codes.picture(secret, me(request).name))  # noqa: S704  (ours, from segno)
    return page(
        request, "codes.html", status, secret=secret, message=message, picture=picture,
        sealed=request.config_dict[SEALER].seal(secret),
    )  # fmt: skip
