"""The queue: comments by filter and search, kept views, and acts on many at once."""

from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from bot.comments import moderation, views
from bot.comments.moderation import BadAct, NoComment, Seen, Stale
from bot.comments.queue import CHANNELS, COUNTED, LANGUAGES, NOBODY, View, count, page
from bot.comments.reading import themes
from bot.comments.receipt import BadReceipt, parse_receipt
from bot.comments.review_tables import HideReason
from bot.comments.staff import everyone, leave_notice
from bot.comments.staff_tables import Role
from bot.comments.tables import CommentState, CommentTopic, Visibility, Window
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import SETTINGS, STORE
from bot.staff.look import page as show

routes = web.RouteTableDef()
EXCERPT = 280
"""Characters of a comment that a row shows."""
GROUPS = (
    ("visibility", "Visibility", (*Visibility, "any")),
    ("state", "State", tuple(CommentState)),
    ("topic", "Topic", tuple(CommentTopic)),
    ("channel", "Channel", CHANNELS),
    ("language", "Language", LANGUAGES),
    ("window", "Comment period", tuple(Window)),
)
MOST_AT_ONCE = 100


@routes.get("/comments", name="queue")
@needs(Role.VIEWER)
async def queue(request: web.Request) -> web.StreamResponse:
    """The comments of a view, 25 a page; what waits for review if nothing else is asked."""
    view = View.of(request.query)
    if view.search:
        try:
            raise web.HTTPSeeOther(f"/staff/comments/{parse_receipt(view.search)}")
        except BadReceipt:
            pass
    store, zone = request.config_dict[STORE], request.config_dict[SETTINGS].timezone
    found = await page(store, view, request.query.get("from", ""), zone)
    async with store.session() as session:
        seen = await moderation.last_events(session, [c.id for c in found.comments])
    return show(
        request, "queue.html", view=view, comments=found.comments, seen=seen,
        following=found.following and view.query(**{"from": found.following}),
        groups=GROUPS, themes=await themes(store), people=await everyone(store),
        saved=await views.saved(store, me(request).name), reasons=list(HideReason),
        query=view.query(), begin=request.query.get("from", ""), excerpt=EXCERPT,
    )  # fmt: skip


@routes.get("/comments/count", name="count")
@needs(Role.VIEWER)
async def counted(request: web.Request) -> web.StreamResponse:
    """How many comments a view has; "more than" beyond a thousand."""
    view = View.of(request.query)
    zone = request.config_dict[SETTINGS].timezone
    number = await count(request.config_dict[STORE], view, zone)
    words = f"more than {COUNTED:,} comments" if number > COUNTED else f"{number:,} comments"
    words = "1 comment" if number == 1 else words
    if "json" in request.headers.get("Accept", ""):
        return web.json_response({"words": words})
    return show(request, "count.html", words=words, query=view.query())


@routes.post("/comments/views", name="view_saved")
@needs(Role.VIEWER)
async def save_view(request: web.Request) -> web.StreamResponse:
    """Keep the view under a name, for oneself or for everybody."""
    form, store = form_of(request), request.config_dict[STORE]
    query = _view(form.get("query", "")).query()
    try:
        await views.save(
            store, me(request).name, form.get("title", ""), query, form.get("shared") == "yes"
        )
    except ValueError as error:
        raise Refused(str(error)) from error
    await leave_notice(store, me(request).session, {"text": "The view is kept."})
    raise web.HTTPSeeOther(f"/staff/comments?{query}")


@routes.post("/comments/views/{id:[0-9]{1,9}}", name="view_forgotten")
@needs(Role.VIEWER)
async def forget_view(request: web.Request) -> web.StreamResponse:
    """Delete one of one's own views."""
    store = request.config_dict[STORE]
    if not await views.forget(store, me(request).name, int(request.match_info["id"])):
        raise Refused("That is not a view of yours.", 404)
    await leave_notice(store, me(request).session, {"text": "The view is deleted."})
    raise web.HTTPSeeOther("/staff/comments")


@routes.post("/comments", name="bulk")
@needs(Role.REVIEWER)
async def bulk(request: web.Request) -> web.StreamResponse:
    """Do the same with every ticked comment; the next page offers to undo it."""
    form, store = form_of(request), request.config_dict[STORE]
    ticked = form.getall("seen", [])[:MOST_AT_ONCE]
    back = _view(form.get("query", "")).query()
    if not ticked:
        raise Refused("Tick the comments first.")
    done: list[int] = []
    stale: list[str] = []
    refused: list[str] = []
    for one in ticked:
        try:
            done.append(await _act(request, Seen.of(one), form))
        except Stale:
            stale.append(one.split(":")[0])
        except (BadAct, NoComment) as error:
            refused.append(str(error))
    words = f"{len(done)} changed."
    if stale:
        words += f" Changed by somebody else in the meantime, so left alone: {', '.join(stale)}."
    if refused:
        words += f" Not done: {refused[0]}"
    await leave_notice(store, me(request).session, {"text": words, "undo": done, "back": back})
    raise web.HTTPSeeOther(f"/staff/comments?{back}")


async def _act(request: web.Request, seen: Seen, form: Any) -> int:
    store, actor = request.config_dict[STORE], me(request).actor
    match form.get("do"):
        case "mine":
            return await moderation.assign(store, seen, actor, me(request).name)
        case "release":
            return await moderation.release(store, seen, actor)
        case "close":
            return await moderation.move(store, seen, actor, CommentState.CLOSED)
        case "theme":
            return await _add_theme(request, seen, form.get("theme", ""))
        case "hide":
            reason = chosen_reason(form.get("reason", ""))
            return await moderation.hide(store, seen, actor, reason)
    raise BadAct("Choose what to do with them.")


async def _add_theme(request: web.Request, seen: Seen, key: str) -> int:
    store = request.config_dict[STORE]
    comment = await store.comment_by_receipt(seen.receipt)
    if comment is None:
        raise NoComment(seen.receipt)
    if not key:
        raise BadAct("Choose a theme.")
    return await moderation.put_themes(store, seen, me(request).actor, [*comment.themes, key])


@routes.post("/comments/undo", name="undo")
@needs(Role.REVIEWER)
async def undo(request: web.Request) -> web.StreamResponse:
    """Take back acts, each if nothing happened to its comment since."""
    form, store = form_of(request), request.config_dict[STORE]
    done, kept, receipt = 0, 0, ""
    for event in form.getall("event", [])[:MOST_AT_ONCE]:
        try:
            number = int(event) if event.isdigit() and len(event) < 16 else 0
            receipt = (await moderation.undo(store, number, me(request).actor)).receipt
            done += 1
        except (BadAct, Stale, NoComment):
            kept += 1
    words = f"{done} undone."
    if kept:
        words += f" {kept} stayed: something else happened to them since."
    await leave_notice(store, me(request).session, {"text": words})
    if form.get("back") == "comment" and receipt:
        raise web.HTTPSeeOther(f"/staff/comments/{receipt}")
    raise web.HTTPSeeOther(f"/staff/comments?{_view(form.get('back', '')).query()}")


def chosen_reason(typed: str) -> HideReason:
    """The reason of the closed list. Raises BadAct."""
    try:
        return HideReason(typed)
    except ValueError as error:
        raise BadAct("Choose a reason from the list.") from error


def _view(query: str) -> View:
    return View.of(MultiDict(parse_qsl(query)))


__all__ = ["NOBODY", "chosen_reason", "routes"]
