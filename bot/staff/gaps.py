"""The gap board at the desk: what residents ask and get no good answer to, in groups."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.comments import gaps
from bot.comments.gap_tables import GapState
from bot.comments.gaps import BadGap, Gap, GapView
from bot.comments.queue import LANGUAGES, day_of
from bot.comments.staff import leave_notice, log
from bot.comments.staff_tables import Role
from bot.comments.store import Store, StoreUnavailable
from bot.plan import drafts
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import KNOWLEDGE, REGROUPING, SETTINGS, STORE
from bot.staff.labels import ANSWER_LABELS
from bot.staff.look import page
from bot.staff.publishing import state_of

logger = logging.getLogger(__name__)
routes = web.RouteTableDef()
CHANNELS = ("web", "sms")
"""Where questions are asked."""


@routes.get("/gaps", name="gaps")
@needs(Role.VIEWER)
async def board(request: web.Request) -> web.StreamResponse:
    """Groups of questions, those of the most people first."""
    view = _view(request)
    typed = request.query.get("page", "1")
    number = int(typed) if typed.isdigit() and 0 < len(typed) < 5 else 1
    zone = request.config_dict[SETTINGS].timezone
    found, more = await gaps.board(request.config_dict[STORE], view, zone, number)
    chosen = {name: value for name, value in vars(view).items() if value}
    return page(
        request, "gaps.html", gaps=found, view=view, number=number,
        following=urlencode(chosen | {"page": number + 1}) if more else None,
        before=urlencode(chosen | {"page": number - 1}) if number > 1 else None,
        states=list(GapState), channels=CHANNELS, languages=LANGUAGES, statuses=gaps.STATUSES,
        facts=request.config_dict[KNOWLEDGE].facts, busy=bool(request.app[REGROUPING]),
    )  # fmt: skip


def _view(request: web.Request) -> GapView:
    """The view of the address's query; what does not fit is left out."""
    query = request.query

    def of(name: str, known: Any) -> str:
        return query.get(name, "") if query.get(name, "") in set(known) else ""

    days = {name: str(day_of(query.get(name, "")) or "") for name in ("since", "until")}
    return GapView(
        of("state", GapState), of("channel", CHANNELS), of("language", LANGUAGES),
        of("status", gaps.STATUSES), **days,
    )  # fmt: skip


@routes.post("/gaps", name="gaps_regrouped")
@needs(Role.REVIEWER)
async def regrouped(request: web.Request) -> web.StreamResponse:
    """Begin to group all questions anew; the page does not wait for it."""
    store = request.config_dict[STORE]
    tasks = request.app[REGROUPING]
    if not tasks:
        task = asyncio.create_task(regroup_quietly(store))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        async with store.session() as session:
            log(session, me(request).actor, "questions_regrouped")
    text = "The questions are being grouped. That takes up to a minute; then load the page anew."
    await leave_notice(store, me(request).session, {"text": text})
    raise web.HTTPSeeOther("/staff/gaps")


async def regroup_quietly(store: Store) -> None:
    """Group all questions anew; what goes wrong is logged, and the board stays as it was."""
    try:
        await gaps.regroup(store)
    except StoreUnavailable as error:
        logger.warning("The gap board stays as it was; the database can't be used: %s", error)
    except IntegrityError:
        logger.info("The questions were grouped by another front at the same time")
    except Exception:
        logger.exception("The gap board stays as it was")


@routes.get("/gaps/{id:[0-9]{1,9}}", name="gap")
@needs(Role.VIEWER)
async def one_gap(request: web.Request) -> web.StreamResponse:
    """One group: who asked what, the nearest facts, and its history."""
    return await gap_page(request)


async def gap_page(
    request: web.Request, message: str | None = None, status: int = 200, **more: Any
) -> web.StreamResponse:
    """The page of a group; what was typed stays."""
    store, identity = request.config_dict[STORE], int(request.match_info["id"])
    try:
        found = await gaps.one(store, identity)
    except BadGap as error:
        raise Refused(str(error), 404) from error
    return page(
        request, "gap.html", status, gap=found, group=found.group, message=message,
        typed=dict(form_of(request)) if request.method == "POST" else {},
        facts=request.config_dict[KNOWLEDGE].facts,
        history=await gaps.history(store, identity), **(_answer(request, found) | more),
    )  # fmt: skip


def _answer(request: web.Request, found: Gap) -> dict[str, Any]:
    """What the form of the answer is filled with and offers to choose."""
    knowledge, group = request.config_dict[KNOWLEDGE], found.group
    typed = group.answer or {}
    if request.method == "POST" and request.path.endswith("/answer"):
        typed = dict(form_of(request))
    asked = {
        f"asks_{language}": "\n".join(t.question for t in found.samples if t.language == language)
        for language in LANGUAGES
    }
    answer = {name: typed.get(name, asked.get(name, "")) for name in drafts.FIELDS}
    problems = {}
    if group.answer and group.state in (GapState.DRAFT, GapState.WAITING, GapState.TAKEN_BACK):
        problems = drafts.problems_of(group.id, answer, knowledge)
    found_first, missed = state_of(request.config_dict[SETTINGS].published, group.fact or "")
    return {
        "answer": answer,
        "problems": problems, "drafts": drafts, "labels": ANSWER_LABELS,
        "sources": sorted(knowledge.sources.values(), key=lambda one: one.title.casefold()),
        "is_served": found_first, "missed": missed, "mine": group.writer == me(request).actor,
    }  # fmt: skip


@routes.post("/gaps/{id:[0-9]{1,9}}/aside", name="gap_set_aside")
@needs(Role.REVIEWER)
async def aside(request: web.Request) -> web.StreamResponse:
    """Take a group off the board with a reason, or put it back."""
    form, store, identity = form_of(request), request.config_dict[STORE], group_of(request)
    try:
        if form.get("do") == "reopen":
            await gaps.reopen(store, identity, form.get("seen", ""), me(request).actor)
        else:
            reason = form.get("reason", "")
            await gaps.set_aside(store, identity, form.get("seen", ""), me(request).actor, reason)
    except BadGap as error:
        return await gap_page(request, str(error), 400)
    await leave_notice(store, me(request).session, {"text": "Saved."})
    raise web.HTTPSeeOther(f"/staff/gaps/{identity}")


def group_of(request: web.Request) -> int:
    """The group that the address names."""
    return int(request.match_info["id"])
