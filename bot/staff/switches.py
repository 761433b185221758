"""The off switches at the desk."""

from aiohttp import web

from bot.comments.staff import leave_notice
from bot.comments.staff_tables import Role
from bot.comments.switches import NAMES, BadSwitch, switched_off, turn_off, turn_on
from bot.staff.asked import form_of, me, needs
from bot.staff.keys import STORE
from bot.staff.look import page
from bot.web.keys import TURNS

routes = web.RouteTableDef()
TITLES = {"all": "The whole assistant", "web": "The chat on the web", "sms": "Text messages"}


@routes.get("/switches", name="switches")
@needs(Role.ADMIN)
async def switches(request: web.Request) -> web.StreamResponse:
    """What is on and off, and why."""
    return await _page(request)


@routes.post("/switches", name="switched")
@needs(Role.ADMIN)
async def switched(request: web.Request) -> web.StreamResponse:
    """Switch something off or on, with the reason."""
    form, store = form_of(request), request.config_dict[STORE]
    name, reason = form.get("name", ""), form.get("reason", "")
    try:
        if form.get("do") == "on":
            await turn_on(store, name, me(request).actor, reason)
        else:
            await turn_off(
                store, name, me(request).actor, reason, form.get("notice_en", ""),
                form.get("notice_es", ""),
            )  # fmt: skip
    except BadSwitch as error:
        return await _page(request, str(error), dict(form), 400)
    request.config_dict[TURNS].switchboard.forget()
    words = f"{TITLES[name]}: switched {'on' if form.get('do') == 'on' else 'off'}."
    await leave_notice(store, me(request).session, {"text": words})
    raise web.HTTPSeeOther("/staff/switches")


async def _page(
    request: web.Request,
    message: str | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    off = {row.name: row for row in await switched_off(request.config_dict[STORE])}
    return page(
        request, "switches.html", status, off=off, names=NAMES, titles=TITLES, message=message,
        typed=typed or {},
    )  # fmt: skip
