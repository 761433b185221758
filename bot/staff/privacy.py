"""Privacy at the desk: retention, erasing and correcting by receipt, and who did what."""

from typing import Any

from aiohttp import web
from sqlalchemy import select

from bot.comments import author, moderation, retention
from bot.comments.author import NotPossible
from bot.comments.moderation import BadAct, Seen
from bot.comments.retention import Periods
from bot.comments.staff import leave_notice, log
from bot.comments.staff_tables import Role, StaffEvent
from bot.comments.tables import Comment
from bot.language.clean import COMMENT_LIMIT, clean
from bot.language.mask import mask
from bot.settings import Settings
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import SETTINGS, STORE
from bot.staff.look import page
from bot.staff.one_comment import acting, receipt_of

routes = web.RouteTableDef()
SHOWN = 100


def periods_of(settings: Settings) -> Periods:
    """The periods that the settings say."""
    return Periods(
        settings.keep_conversations, settings.keep_contacts, settings.keep_messages,
        settings.keep_comments, settings.keep_staff_log, settings.records_law == "redact",
    )  # fmt: skip


@routes.get("/privacy", name="retention")
@needs(Role.ADMIN)
async def privacy(request: web.Request) -> web.StreamResponse:
    """What is kept how long, what would be deleted now, and what is under legal hold."""
    settings, store = request.config_dict[SETTINGS], request.config_dict[STORE]
    due = await retention.run(store, periods_of(settings), settings.data_dir / "trackers.db")
    async with store.session() as session:
        query = select(Comment).where(Comment.legal_hold.is_(True)).order_by(Comment.id.desc())
        held = (await session.scalars(query.limit(SHOWN))).all()
    return page(request, "privacy_desk.html", due=due, held=held, records_law=settings.records_law)


@routes.post("/privacy", name="retention_run")
@needs(Role.ADMIN)
async def run_retention(request: web.Request) -> web.StreamResponse:
    """Delete what is due now."""
    settings, store = request.config_dict[SETTINGS], request.config_dict[STORE]
    done = await retention.run(
        store, periods_of(settings), settings.data_dir / "trackers.db", dry=False,
        actor=me(request).actor,
    )  # fmt: skip
    count = sum(one.due - one.held for one in done)
    await leave_notice(store, me(request).session, {"text": f"{count} deleted or erased."})
    raise web.HTTPSeeOther("/staff/privacy")


@routes.post("/comments/{receipt}/erase", name="erase")
@needs(Role.ADMIN)
async def erase(request: web.Request) -> web.StreamResponse:
    """Erase a comment because its author asks for it; its tombstone stays."""
    form, settings = form_of(request), request.config_dict[SETTINGS]
    store, receipt = request.config_dict[STORE], receipt_of(request)
    reason = form.get("erase_reason", "").strip()[:500]
    if not reason or form.get("sure") != "yes":
        raise Refused("Say who asked for it, and tick that you are sure. Nothing was erased.")
    try:
        await author.erase(
            store, receipt, settings.records_law == "redact", me(request).actor, reason
        )
    except NotPossible as error:
        raise Refused(
            "It can't be erased: it is under legal hold, erased already, or not there.", 409
        ) from error
    async with store.session() as session:
        log(session, me(request).actor, "erased", f"comment:{receipt}", reason)
    await leave_notice(store, me(request).session, {"text": "Done. The receipt page says so."})
    raise web.HTTPSeeOther(f"/staff/comments/{receipt}")


@routes.post("/comments/{receipt}/correct", name="correct")
@needs(Role.ADMIN)
async def correct(request: web.Request) -> web.StreamResponse:
    """Put the wording that the author asks for in place of the old; the history keeps both."""

    async def act(seen: Seen, form: Any) -> int:
        cleaned = clean(form.get("text", ""))
        if not cleaned.has_words or len(cleaned.text) > COMMENT_LIMIT:
            raise BadAct("Write the new text, up to 5,000 characters.")
        if not form.get("correct_reason", "").strip():
            raise BadAct("Say who asked for it.")
        language = "es" if form.get("language") == "es" else "en"
        masked = mask(cleaned.text, language)
        return await moderation.correct(
            request.config_dict[STORE], seen, me(request).actor, masked.text,
            [str(kind) for kind in masked.kinds], form["correct_reason"].strip()[:500],
        )  # fmt: skip

    return await acting(request, act, "Corrected.")


@routes.get("/log", name="log")
@needs(Role.ADMIN)
async def history(request: web.Request) -> web.StreamResponse:
    """The desk's history: sign-ins, people, exports, switches, who looked at contact data."""
    store = request.config_dict[STORE]
    action, begin = request.query.get("action", "")[:40], request.query.get("from", "")
    async with store.session() as session:
        query = select(StaffEvent).order_by(StaffEvent.id.desc()).limit(SHOWN + 1)
        if action:
            query = query.where(StaffEvent.action == action)
        if begin.isdigit() and len(begin) < 16:
            query = query.where(StaffEvent.id < int(begin))
        events = (await session.scalars(query)).all()
        actions = (await session.scalars(select(StaffEvent.action).distinct())).all()
    more = events[SHOWN - 1].id if len(events) > SHOWN else None
    return page(
        request, "log.html", events=events[:SHOWN], actions=sorted(actions), action=action,
        more=more,
    )  # fmt: skip
