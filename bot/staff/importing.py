"""Comments that come another way: a spreadsheet of the city's form, a phone call, a letter."""

import contextlib
import re
import secrets
import time as clock
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import BodyPartReader, web

from bot.comments import importing
from bot.comments.contacts import BadContact, seal_contact
from bot.comments.importing import Origin, Report
from bot.comments.sheets import MOST_BYTES, BadSheet
from bot.comments.staff import leave_notice, log
from bot.comments.staff_tables import Role
from bot.comments.store import NewComment
from bot.comments.tables import Comment, CommentEvent, CommentTopic
from bot.language.clean import COMMENT_LIMIT, clean
from bot.language.mask import mask
from bot.plan.today import window
from bot.staff.asked import Refused, check_token, form_of, me, needs, reads_its_form
from bot.staff.keys import KNOWLEDGE, SEALER, SETTINGS, STORE
from bot.staff.look import page

routes = web.RouteTableDef()
BY_HAND = ("phone", "letter", "form")
IMPORTED = ("form", "import")
KEPT = 24 * 3600
"""Seconds that an uploaded file waits between its dry run and its import."""


@routes.get("/import", name="import_form")
@needs(Role.REVIEWER)
async def import_form(request: web.Request) -> web.StreamResponse:
    """The form for a spreadsheet, and what its columns may be called."""
    return _import_page(request)


@routes.post("/import", name="import_tried")
@reads_its_form
@needs(Role.REVIEWER)
async def import_tried(request: web.Request) -> web.StreamResponse:
    """Take the file and say, line by line, what an import would do. Nothing is stored yet."""
    path, channel = await _take(request)
    try:
        report = await _run(request, path, channel, dry=True)
    except BadSheet as error:
        path.unlink(missing_ok=True)
        return _import_page(request, str(error), status=400)
    return _import_page(request, report=report, name=path.name, channel=channel)


@routes.post("/import/{name:[0-9a-f]{32}}", name="import_done")
@needs(Role.REVIEWER)
async def import_done(request: web.Request) -> web.StreamResponse:
    """Import the file whose dry run was shown; a repeat stores nothing twice."""
    form, store = form_of(request), request.config_dict[STORE]
    path = _folder(request) / request.match_info["name"]
    channel = form.get("channel", "")
    if channel not in IMPORTED or not path.exists():
        raise Refused("That file is not here any more. Upload it again.", 404)
    report = await _run(request, path, channel, dry=False)
    async with store.session() as session:
        counts = {"stored": report.stored, "repeated": report.repeated, "wrong": report.wrong}
        log(session, me(request).actor, "imported", channel, after=counts)
    path.unlink(missing_ok=True)
    return _import_page(request, report=report, done=True)


async def _take(request: web.Request) -> tuple[Path, str]:
    """The uploaded file, kept for its import, and the channel. Raises Refused."""
    if request.content_type != "multipart/form-data":
        raise Refused("Choose a file first.", 415)
    folder = _folder(request)
    for old in folder.iterdir():
        with contextlib.suppress(OSError):
            is_ours = re.fullmatch(r"[0-9a-f]{32}", old.name)
            if is_ours and old.stat().st_mtime < clock.time() - KEPT:
                old.unlink()
    checked, channel = False, "import"
    path = folder / secrets.token_hex(16)
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise Refused("That form can't be read.")
        if part.name in {"token", "channel"}:
            value = (await part.read_chunk(1000)).decode(errors="replace")
            if part.name == "token":
                check_token(request, value)
                checked = True
            elif value in IMPORTED:
                channel = value
        elif part.name == "file":
            if not checked:
                raise Refused("This form did not come from the staff desk.", 403)
            await _keep(part, path)
    if not checked:
        raise Refused("This form did not come from the staff desk. Nothing was changed.", 403)
    if not path.exists():
        raise Refused("Choose a file first.")
    return path, channel


async def _keep(part: BodyPartReader, path: Path) -> None:
    """Write an uploaded file piece by piece. Raises Refused for one that is too large."""
    size = 0
    try:
        with path.open("xb") as file:
            while piece := await part.read_chunk(64 * 1024):
                size += len(piece)
                if size > MOST_BYTES:
                    raise Refused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.", 413)
                file.write(piece)
    finally:
        if not 0 < size <= MOST_BYTES:
            path.unlink(missing_ok=True)  # noqa: ASYNC240


async def _run(request: web.Request, path: Path, channel: str, dry: bool) -> Report:
    plan = request.config_dict[KNOWLEDGE].plan
    origin = Origin(
        channel, plan.version, plan.notice_version,
        lambda day: window(day, plan.comments_open, plan.comments_close),
        request.config_dict[SETTINGS].timezone,
    )  # fmt: skip
    return await importing.run(request.config_dict[STORE], path, origin, me(request).actor, dry)


def _import_page(
    request: web.Request, message: str | None = None, status: int = 200, **more: Any
) -> web.Response:
    given: dict[str, Any] = {"report": None, "name": None, "channel": "import", "done": False}
    return page(
        request, "import.html", status, message=message, columns=importing.COLUMNS,
        topics=list(CommentTopic), most=MOST_BYTES // 1024 // 1024, **(given | more),
    )  # fmt: skip


def _folder(request: web.Request) -> Path:
    folder = request.config_dict[SETTINGS].data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@routes.get("/enter", name="enter")
@needs(Role.REVIEWER)
async def enter_form(request: web.Request) -> web.StreamResponse:
    """The form for a comment that came by phone, by letter or on paper."""
    return _enter_page(request, {"draft": f"hand-{secrets.token_hex(12)}"})


@routes.post("/enter", name="entered")
@needs(Role.REVIEWER)
async def entered(request: web.Request) -> web.StreamResponse:
    """Store it, cleaned and masked as one from a resident; pressed twice it is stored once."""
    form, store = form_of(request), request.config_dict[STORE]
    problems, values = _checked(request)
    if problems:
        return _enter_page(request, dict(form), problems, 400)
    at = values.pop("at")
    comment = await store.add_comment(NewComment(**values))
    async with store.session() as session:
        row = await session.get_one(Comment, comment.id)
        events = await store.history(comment.id)
        if not any(event.action == "entered" for event in events):
            row.created_at = at
            session.add(
                CommentEvent(
                    comment_id=row.id, at=datetime.now(UTC), actor=me(request).actor,
                    action="entered", after={"channel": row.channel},
                )
            )  # fmt: skip
    words = f"Stored. The receipt is {comment.receipt}."
    if comment.masked:
        words += f" Taken out: {', '.join(comment.masked).replace('_', ' ')}."
    await leave_notice(store, me(request).session, {"text": words})
    raise web.HTTPSeeOther(f"/staff/comments/{comment.receipt}")


def _checked(request: web.Request) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """What is wrong, by field; and what to store."""
    form, plan = form_of(request), request.config_dict[KNOWLEDGE].plan
    zone = ZoneInfo(request.config_dict[SETTINGS].timezone)
    problems: list[tuple[str, str]] = []
    language = "es" if form.get("language") == "es" else "en"
    cleaned = clean(form.get("text", ""))
    if not cleaned.has_words:
        problems.append(("text", "Write down what the resident said."))
    if len(cleaned.text) > COMMENT_LIMIT:
        problems.append(("text", f"{COMMENT_LIMIT:,} characters fit."))
    if form.get("topic") not in set(CommentTopic):
        problems.append(("topic", "Choose a topic."))
    if form.get("channel") not in BY_HAND:
        problems.append(("channel", "Choose how it came."))
    try:
        day = date.fromisoformat(form.get("date", ""))
    except ValueError:
        day = datetime.now(zone).date()
        problems.append(("date", "Choose the day it came."))
    if day > datetime.now(zone).date():
        problems.append(("date", "That day is still to come."))
    contact = None
    if form.get("contact", "").strip():
        try:
            contact = seal_contact(form["contact"], request.config_dict[SEALER])
        except BadContact:
            problems.append(("contact", "An e-mail address or a US phone number, or nothing."))
    if not re.fullmatch(r"hand-[0-9a-f]{24}", form.get("draft", "")):
        problems.append(("text", "Open the form again; it is not complete."))
    masked = mask(cleaned.text, language)
    values = {
        "draft": form.get("draft", ""), "channel": form.get("channel", ""), "language": language,
        "topic": form.get("topic", ""), "text": masked.text,
        "window": window(day, plan.comments_open, plan.comments_close),
        "masked": tuple(str(kind) for kind in masked.kinds), "plan_version": plan.version,
        "notice_version": plan.notice_version, "contact": contact,
        "at": datetime.combine(day, time(12), zone),
    }  # fmt: skip
    return problems, values


def _enter_page(
    request: web.Request,
    typed: dict[str, str],
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> web.Response:
    zone = ZoneInfo(request.config_dict[SETTINGS].timezone)
    return page(
        request, "enter.html", status, typed=typed, problems=problems or [],
        channels=[(one, one) for one in BY_HAND], topics=list(CommentTopic),
        today=datetime.now(zone).date(), limit=COMMENT_LIMIT,
    )  # fmt: skip
