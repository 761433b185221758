"""Themes at the desk: defining them, the city's decision, and showing them to the public."""

from aiohttp import web

from bot.comments import themes
from bot.comments.review_tables import Decision
from bot.comments.staff import leave_notice
from bot.comments.staff_tables import Role
from bot.comments.tables import CommentTopic
from bot.comments.themes import BadTheme
from bot.language.gsm7 import size_of, to_gsm7
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import STORE
from bot.staff.look import page

routes = web.RouteTableDef()


@routes.get("/themes", name="desk_themes")
@needs(Role.VIEWER)
async def all_themes(request: web.Request) -> web.StreamResponse:
    """Every theme with its count, and the form for a new one."""
    return await _all(request)


async def _all(
    request: web.Request, message: str | None = None, status: int = 200
) -> web.StreamResponse:
    typed = dict(form_of(request)) if request.method == "POST" else {}
    found = await themes.counted(request.config_dict[STORE])
    return page(request, "desk_themes.html", status, themes=found, message=message, typed=typed)


@routes.post("/themes", name="theme_added")
@needs(Role.REVIEWER)
async def theme_added(request: web.Request) -> web.StreamResponse:
    """Define a theme."""
    form = form_of(request)
    try:
        theme = await themes.add(
            request.config_dict[STORE], form.get("title_en", ""), form.get("title_es", ""),
            me(request).actor,
        )  # fmt: skip
    except BadTheme as error:
        return await _all(request, str(error), 400)
    raise web.HTTPSeeOther(f"/staff/themes/{theme.key}")


@routes.get("/themes/{key}", name="desk_theme")
@needs(Role.VIEWER)
async def one_theme(request: web.Request) -> web.StreamResponse:
    """One theme: titles, decision, the city's words, what changed, and its text message."""
    return await _one(request)


async def _one(
    request: web.Request, message: str | None = None, status: int = 200
) -> web.StreamResponse:
    found = await themes.one(request.config_dict[STORE], request.match_info["key"])
    if found is None:
        raise Refused("There is no such theme.", 404)
    texts = {language: themes.sms_summary(found, language) for language in ("en", "es")}
    typed = dict(form_of(request)) if request.method == "POST" else {}
    chosen = form_of(request).getall("topic", []) if typed else found.theme.topics
    return page(
        request, "desk_theme.html", status, found=found, t=found.theme, message=message,
        typed=typed, chosen=chosen, topics=list(CommentTopic), decisions=list(Decision),
        sms={k: (text, size_of(to_gsm7(text)).segments) for k, text in texts.items()},
    )  # fmt: skip


@routes.post("/themes/{key}", name="theme_saved")
@needs(Role.REVIEWER)
async def theme_saved(request: web.Request) -> web.StreamResponse:
    """Save a theme, show it to the public, or take it back."""
    form, store, key = form_of(request), request.config_dict[STORE], request.match_info["key"]
    try:
        if form.get("do") in {"publish", "take_back"}:
            await themes.publish(store, key, me(request).actor, form["do"] == "publish")
        else:
            await themes.save(
                store, key, me(request).actor, dict(form), form.getall("topic", []),
                form.get("decision", ""), form.get("retired") == "yes", form.get("seen", ""),
            )  # fmt: skip
    except BadTheme as error:
        return await _one(request, str(error), 400)
    await leave_notice(store, me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther(f"/staff/themes/{key}")
