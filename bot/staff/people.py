"""Admins look after the people of the desk."""

from aiohttp import web

from bot.comments.staff import (
    BadStaff,
    add,
    change,
    everyone,
    leave_notice,
    new_link,
    set_desk_setting,
)
from bot.comments.staff_tables import Role
from bot.staff import codes
from bot.staff.asked import form_of, me, needs
from bot.staff.gate import CODES_REQUIRED, codes_are_required
from bot.staff.keys import SETTINGS, STORE
from bot.staff.look import page

routes = web.RouteTableDef()


@routes.get("/people", name="people")
@needs(Role.ADMIN)
async def people(request: web.Request) -> web.StreamResponse:
    """Everybody, and the form for a new person."""
    return await _people_page(request)


async def _people_page(
    request: web.Request, message: str | None = None, status: int = 200, link: str | None = None
) -> web.StreamResponse:
    return page(
        request, "people.html", status, people=await everyone(request.config_dict[STORE]),
        message=message, link=link, codes_required=await codes_are_required(request),
    )  # fmt: skip


@routes.post("/people", name="person_added")
@needs(Role.ADMIN)
async def person_added(request: web.Request) -> web.StreamResponse:
    """Add a person; the page shows the one-time link once."""
    form, store = form_of(request), request.config_dict[STORE]
    try:
        person = await add(
            store, form.get("name", ""), _role(form.get("role", "")),
            form.get("email", "").strip() or None, me(request).actor,
        )  # fmt: skip
    except BadStaff as error:
        return await _people_page(request, str(error), 400)
    link = await new_link(store, person.id, me(request).actor)
    return await _people_page(request, link=link_address(request, link))


@routes.post("/people/{id:[0-9]{1,9}}", name="person_changed")
@needs(Role.ADMIN)
async def person_changed(request: web.Request) -> web.StreamResponse:
    """Change a role, switch a person off or on, make a new link, or take codes away."""
    form, store, identity = form_of(request), request.config_dict[STORE], _identity(request)
    try:
        match form.get("do"):
            case "link":
                link = await new_link(store, identity, me(request).actor)
                return await _people_page(request, link=link_address(request, link))
            case "codes":
                await codes.switch_off(store, identity, me(request).actor, "by an admin")
            case "off" | "on" as wanted:
                role = _role(form.get("role", ""))
                await change(store, identity, me(request).actor, role, wanted == "on")
            case _:
                await change(store, identity, me(request).actor, _role(form.get("role", "")), True)
    except BadStaff as error:
        return await _people_page(request, str(error), 400)
    await leave_notice(store, me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther("/staff/people")


@routes.post("/people/codes", name="codes_required")
@needs(Role.ADMIN)
async def codes_required(request: web.Request) -> web.StreamResponse:
    """Whether everybody with a password needs one-time codes."""
    wanted = form_of(request).get("required") == "yes"
    store = request.config_dict[STORE]
    await set_desk_setting(store, CODES_REQUIRED, wanted, me(request).actor)
    await leave_notice(store, me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther("/staff/people")


def link_address(request: web.Request, link: str) -> str:
    """The whole address of a one-time link."""
    base = request.config_dict[SETTINGS].public_url or f"{request.scheme}://{request.host}"
    return f"{base}/staff/link/{link}"


def _role(typed: str) -> Role:
    try:
        return Role(typed)
    except ValueError as error:
        raise BadStaff("Choose one of the roles: viewer, reviewer, admin.") from error


def _identity(request: web.Request) -> int:
    return int(request.match_info["id"])
