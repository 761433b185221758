"""Replies to residents, the templates they begin with, and who looks at contact data."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bot.comments import replying
from bot.comments.moderation import Act, BadAct, Seen
from bot.comments.replying import Place
from bot.comments.sealing import BrokenSeal
from bot.comments.staff import leave_notice, log
from bot.comments.staff_tables import Role
from bot.comments.tables import Comment, CommentEvent, CommentState, Contact
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import SEALER, SETTINGS, STORE
from bot.staff.look import page
from bot.staff.one_comment import acting, comment_page, receipt_of

routes = web.RouteTableDef()


def place_of(request: web.Request) -> Place:
    """What replies say of this installation."""
    settings = request.config_dict[SETTINGS]
    return Place(settings.public_url, settings.contact, settings.timezone)


@routes.post("/comments/{receipt}/reply", name="reply")
@needs(Role.REVIEWER)
async def reply(request: web.Request) -> web.StreamResponse:
    """Answer the comment; the author is told if they asked for it. Or begin from a template."""
    form = form_of(request)
    if form.get("do") == "template":
        return await _from_template(request)
    told: list[str | None] = []

    async def act(seen: Seen, form: Any) -> None:
        if form.get("reply_state") not in set(CommentState):
            raise BadAct("Choose a state.")
        state = CommentState(form["reply_state"])
        _, kind = await replying.reply(
            request.config_dict[STORE], seen, me(request).actor, form.get("reply", ""), state,
            place_of(request),
        )  # fmt: skip
        told.append(kind)

    try:
        return await acting(request, act, "Answered. The reply is on the receipt page.")
    except web.HTTPSeeOther:
        if told and told[0]:
            words = {"email": "an e-mail", "sms": "a text message"}[told[0]]
            text = f"Answered. The reply is on the receipt page, and {words} to the author waits."
            await leave_notice(request.config_dict[STORE], me(request).session, {"text": text})
        raise


async def _from_template(request: web.Request) -> web.StreamResponse:
    """The page with a template's text in the reply's box; nothing is saved by it."""
    form, store = form_of(request), request.config_dict[STORE]
    comment = await store.comment_by_receipt(receipt_of(request))
    chosen = form.get("template", "")
    found = [one for one in await replying.templates(store) if str(one.id) == chosen]
    if comment is None or not found:
        return await comment_page(request, 400, "Choose a template.", typed=dict(form))
    try:
        text = replying.filled(found[0], comment, place_of(request), me(request).name)
    except BadAct as error:
        return await comment_page(request, 400, str(error), typed=dict(form))
    typed = dict(form) | {"reply": text, "reply_state": found[0].state}
    return await comment_page(request, typed=typed)


@routes.post("/comments/{receipt}/contact", name="contact")
@needs(Role.REVIEWER)
async def contact(request: web.Request) -> web.StreamResponse:
    """Show how to reach the author; that it was looked at stands in both histories."""
    store, receipt = request.config_dict[STORE], receipt_of(request)
    async with store.session() as session:
        comment = await session.scalar(select(Comment).where(Comment.receipt == receipt))
        if comment is None:
            raise Refused("There is no comment with this receipt.", 404)
        row = await session.scalar(select(Contact).where(Contact.comment_id == comment.id))
        if row is None:
            raise Refused("Its author left no contact, or it was deleted.", 404)
        try:
            address = request.config_dict[SEALER].open(row.sealed)
        except BrokenSeal as error:
            raise Refused("The contact was sealed with another secret key.", 503) from error
        log(session, me(request).actor, Act.CONTACT_SEEN.value, f"comment:{receipt}")
        session.add(
            CommentEvent(
                comment_id=comment.id, at=datetime.now(UTC), actor=me(request).actor,
                action=Act.CONTACT_SEEN.value,
            )
        )  # fmt: skip
    return await comment_page(request, address=address)


@routes.get("/templates", name="templates")
@needs(Role.REVIEWER)
async def templates(request: web.Request) -> web.StreamResponse:
    """Every reply template, and the form for a new one."""
    return await _templates_page(request)


@routes.post("/templates", name="template_saved")
@needs(Role.REVIEWER)
async def template_saved(request: web.Request) -> web.StreamResponse:
    """Add, change or delete a template."""
    form, store = form_of(request), request.config_dict[STORE]
    typed = form.get("id", "")
    identity = int(typed) if typed.isdigit() and len(typed) < 10 else None
    if form.get("do") == "delete" and identity:
        await replying.delete_template(store, identity)
    else:
        try:
            await replying.save_template(
                store, identity, form.get("title", ""), form.get("state", ""),
                form.get("language", ""), form.get("text", ""),
            )  # fmt: skip
        except BadAct as error:
            return await _templates_page(request, str(error), dict(form), 400)
    await leave_notice(store, me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther("/staff/templates")


async def _templates_page(
    request: web.Request,
    message: str | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    return page(
        request, "templates.html", status, templates=await replying.templates(
            request.config_dict[STORE]
        ),
        message=message, typed=typed or {}, states=list(CommentState),
        placeholders=replying.PLACEHOLDERS,
    )  # fmt: skip
