"""One comment beside the conversation that led to it, and everything staff do with it."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from bot.comments import moderation
from bot.comments.moderation import UNDOABLE, BadAct, NoComment, Seen, Stale
from bot.comments.queue import View, neighbour
from bot.comments.reading import dossier, suggested, themes
from bot.comments.receipt import BadReceipt, parse_receipt
from bot.comments.replying import templates
from bot.comments.review_tables import HideReason
from bot.comments.staff import everyone, leave_notice, log
from bot.comments.staff_tables import Role
from bot.comments.tables import CommentEvent, CommentState, Priority
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import KNOWLEDGE, SETTINGS, STORE
from bot.staff.look import page
from bot.staff.queue import chosen_reason

routes = web.RouteTableDef()


@routes.get("/comments/{receipt}", name="one_comment")
@needs(Role.VIEWER)
async def one_comment(request: web.Request) -> web.StreamResponse:
    """A comment with its conversation, notes and history."""
    return await comment_page(request)


async def comment_page(
    request: web.Request,
    status: int = 200,
    problem: str | None = None,
    changed: list[CommentEvent] | None = None,
    typed: dict[str, str] | None = None,
    address: str | None = None,
) -> web.Response:
    """The page; `changed` is what somebody else did meanwhile, `typed` what is not saved yet.

    `address` is how to reach the author, on the one page that may show it.
    """
    store = request.config_dict[STORE]
    found = await dossier(store, receipt_of(request))
    if found is None:
        raise Refused("There is no comment with this receipt.", 404)
    view = View.of(MultiDict(parse_qsl(request.query.get("view", ""))))
    zone = request.config_dict[SETTINGS].timezone
    known = await themes(store)
    last = next((e for e in found.events if e.action not in moderation.QUIET), None)
    can_undo = last is not None and last.action in UNDOABLE
    return page(
        request, "comment.html", status, d=found, c=found.comment, themes=known,
        suggested=await suggested(store, found.comment, known), people=await everyone(store),
        reasons=list(HideReason), states=list(CommentState), priorities=list(Priority),
        following=await neighbour(store, view, found.comment, zone), view=view.query(),
        facts=request.config_dict[KNOWLEDGE].facts, problem=problem, changed=changed or [],
        typed=typed or {}, undo_event=last.id if last and can_undo else None,
        gone=found.comment.visibility in moderation.GONE, address=address,
        templates=await templates(store),
    )  # fmt: skip


async def acting(
    request: web.Request, act: Callable[[Seen, Any], Awaitable[int | None]], words: str
) -> web.StreamResponse:
    """Do something with the comment; if it changed meanwhile, show how, with nothing typed lost."""
    form, store = form_of(request), request.config_dict[STORE]
    try:
        seen = Seen.of(form.get("seen", ""))
        if seen.receipt != receipt_of(request):
            raise BadAct("That form is of another comment.")
        event = await act(seen, form)
    except Stale as error:
        sentence = "Somebody changed this comment since you opened it. Your change was not saved."
        return await comment_page(request, 409, sentence, list(error.events), dict(form))
    except BadAct as error:
        return await comment_page(request, 400, str(error), typed=dict(form))
    except NoComment as error:
        raise Refused("There is no comment with this receipt.", 404) from error
    notice: dict[str, Any] = {"text": words, "back": "comment"}
    if event is not None:
        notice["undo"] = [event]
    await leave_notice(store, me(request).session, notice)
    query = f"?{request.query_string}" if request.query_string else ""
    raise web.HTTPSeeOther(f"/staff/comments/{seen.receipt}{query}")


@routes.post("/comments/{receipt}/assign", name="assign")
@needs(Role.REVIEWER)
async def assign(request: web.Request) -> web.StreamResponse:
    """Give the comment to somebody, to oneself, or to nobody."""

    async def act(seen: Seen, form: Any) -> int:
        store = request.config_dict[STORE]
        name = me(request).name if form.get("do") == "mine" else form.get("assignee", "")
        if name and name not in {one.name for one in await everyone(store) if one.active}:
            raise BadAct("Nobody active has this name.")
        return await moderation.assign(store, seen, me(request).actor, name or None)

    return await acting(request, act, "Assigned.")


@routes.post("/comments/{receipt}/priority", name="priority")
@needs(Role.REVIEWER)
async def priority(request: web.Request) -> web.StreamResponse:
    """Say how soon the comment should be looked at."""

    async def act(seen: Seen, form: Any) -> int:
        typed = form.get("priority", "")
        if typed not in {str(one.value) for one in Priority}:
            raise BadAct("Choose a priority.")
        wanted = Priority(int(typed))
        return await moderation.prioritise(
            request.config_dict[STORE], seen, me(request).actor, wanted
        )

    return await acting(request, act, "Priority saved.")


@routes.post("/comments/{receipt}/state", name="state")
@needs(Role.REVIEWER)
async def state(request: web.Request) -> web.StreamResponse:
    """Say how far the comment is."""

    async def act(seen: Seen, form: Any) -> int:
        if form.get("state") not in set(CommentState):
            raise BadAct("Choose a state.")
        wanted = CommentState(form["state"])
        return await moderation.move(request.config_dict[STORE], seen, me(request).actor, wanted)

    return await acting(request, act, "State saved.")


@routes.post("/comments/{receipt}/themes", name="themes_put")
@needs(Role.REVIEWER)
async def put_themes(request: web.Request) -> web.StreamResponse:
    """Put exactly the ticked themes on the comment."""

    async def act(seen: Seen, form: Any) -> int:
        keys = form.getall("theme", [])
        return await moderation.put_themes(
            request.config_dict[STORE], seen, me(request).actor, keys
        )

    return await acting(request, act, "Themes saved.")


@routes.post("/comments/{receipt}/release", name="release")
@needs(Role.REVIEWER)
async def release(request: web.Request) -> web.StreamResponse:
    """Let the public read the comment."""

    async def act(seen: Seen, _: Any) -> int:
        return await moderation.release(request.config_dict[STORE], seen, me(request).actor)

    return await acting(request, act, "Released.")


@routes.post("/comments/{receipt}/hide", name="hide")
@needs(Role.REVIEWER)
async def hide(request: web.Request) -> web.StreamResponse:
    """Keep the comment from the public, with a reason and a word to the author."""

    async def act(seen: Seen, form: Any) -> int:
        reason = chosen_reason(form.get("reason", ""))
        return await moderation.hide(
            request.config_dict[STORE], seen, me(request).actor, reason, form.get("word", "")
        )

    return await acting(request, act, "Hidden.")


@routes.post("/comments/{receipt}/redact", name="redact")
@needs(Role.REVIEWER)
async def redact(request: web.Request) -> web.StreamResponse:
    """Let the public read a wording without a part of it."""

    async def act(seen: Seen, form: Any) -> int:
        return await moderation.redact(
            request.config_dict[STORE], seen, me(request).actor, form.get("public_text", ""),
            chosen_reason(form.get("reason", "")), form.get("word", ""),
        )  # fmt: skip

    return await acting(request, act, "Redacted.")


@routes.post("/comments/{receipt}/note", name="note")
@needs(Role.REVIEWER)
async def note(request: web.Request) -> web.StreamResponse:
    """Add an internal note."""

    async def act(seen: Seen, form: Any) -> None:
        store = request.config_dict[STORE]
        await moderation.note(store, seen.receipt, me(request).actor, form.get("note", ""))

    return await acting(request, act, "Note added.")


@routes.post("/comments/{receipt}/hold", name="hold")
@needs(Role.ADMIN)
async def hold(request: web.Request) -> web.StreamResponse:
    """Put a legal hold on the comment, or lift it, with the reason."""

    async def act(seen: Seen, form: Any) -> int:
        store, actor = request.config_dict[STORE], me(request).actor
        wanted = form.get("do") == "hold"
        event = await moderation.hold(store, seen, actor, wanted, form.get("hold_reason", ""))
        async with store.session() as session:
            word = "hold_set" if wanted else "hold_lifted"
            log(session, actor, word, f"comment:{seen.receipt}", form.get("hold_reason", ""))
        return event

    return await acting(request, act, "Saved.")


def receipt_of(request: web.Request) -> str:
    """The canonical receipt of the address. Raises Refused."""
    try:
        return parse_receipt(request.match_info["receipt"])
    except BadReceipt as error:
        raise Refused("That is not a receipt code.", 404) from error
