"""Answering a gap at the desk: written by one person, approved by another, served at once."""

from datetime import UTC, datetime

from aiohttp import web

from bot.comments import gap_answers, gaps
from bot.comments.gap_answers import Word
from bot.comments.gap_tables import GapGroup, GapState
from bot.comments.gaps import BadGap
from bot.comments.staff import leave_notice
from bot.comments.staff_tables import Role
from bot.plan import drafts
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.gaps import gap_page, group_of
from bot.staff.keys import KNOWLEDGE, SETTINGS, STORE, WAKE

routes = web.RouteTableDef()


@routes.post("/gaps/{id:[0-9]{1,9}}/answer", name="gap_answered")
@needs(Role.REVIEWER)
async def answer(request: web.Request) -> web.StreamResponse:
    """Keep the answer as it is typed, or check it and send it for approval."""
    form, store, identity = form_of(request), request.config_dict[STORE], group_of(request)
    typed = {name: form.get(name, "").strip() for name in drafts.FIELDS}
    send = form.get("do") == "send"
    problems = drafts.problems_of(identity, typed, request.config_dict[KNOWLEDGE])
    if send and problems:
        number = sum(map(len, problems.values()))
        words = f"{number} thing{'s' if number > 1 else ''} to mend before it can be sent."
        return await gap_page(request, words, 400, problems=problems)
    try:
        await gap_answers.save(
            store, identity, form.get("seen", ""), me(request).actor, typed, send
        )
    except BadGap as error:
        return await gap_page(request, str(error), 400, problems=problems)
    words = "Saved."
    if send:
        words = "Sent. An admin other than you can approve it now."
    elif problems:
        words = f"Saved. {sum(map(len, problems.values()))} to mend before it can be sent."
    await leave_notice(store, me(request).session, {"text": words})
    raise web.HTTPSeeOther(f"/staff/gaps/{identity}")


@routes.post("/gaps/{id:[0-9]{1,9}}/decide", name="gap_decided")
@needs(Role.ADMIN)
async def decide(request: web.Request) -> web.StreamResponse:
    """Publish what waits, send it back, or take back what is published."""
    form, store, identity = form_of(request), request.config_dict[STORE], group_of(request)
    seen, actor, reason = form.get("seen", ""), me(request).actor, form.get("reason", "")
    try:
        match form.get("do"):
            case "publish":
                told = await _publish(request, identity, seen, actor)
                people = "1 person is" if told == 1 else f"{told} people are"
                words = (
                    f"Published. Its page is there now; questions find it within a minute, without "
                    f"a restart. {people} told."
                )
            case "send_back":
                await gap_answers.send_back(store, identity, seen, actor, reason)
                words = "Sent back to its writer."
            case "take_back":
                _refuse_released(request, identity)
                await gap_answers.take_back(store, identity, seen, actor, reason)
                words = "Taken back. Questions no longer find it within a minute."
            case _:
                raise BadGap("Choose what to do with it.")
    except BadGap as error:
        return await gap_page(request, str(error), 400)
    request.config_dict[WAKE].set()
    await leave_notice(store, me(request).session, {"text": words})
    raise web.HTTPSeeOther(f"/staff/gaps/{identity}")


def _refuse_released(request: web.Request, identity: int) -> None:
    fact = drafts.fact_id(identity)
    one = request.config_dict[KNOWLEDGE].published.get(fact)
    if one and one.training == "released":
        raise BadGap(
            f"Its training lines are released. Remove data/plan/published/{fact}.yml on every "
            f"machine first, and start again."
        )


async def _publish(request: web.Request, identity: int, seen: str, actor: str) -> int:
    store, settings = request.config_dict[STORE], request.config_dict[SETTINGS]
    group: GapGroup = (await gaps.one(store, identity)).group
    gap_answers.may_decide(group, actor)
    typed = group.answer or {}
    problems = drafts.problems_of(identity, typed, request.config_dict[KNOWLEDGE])
    if problems:
        first = next(iter(problems.values()))[0]
        raise BadGap(f"The answer no longer passes its checks: {first}")
    fact = drafts.fact_id(identity)
    entry = drafts.entry_of(identity, typed, group.writer or "", actor, datetime.now(UTC))
    link = f"{settings.public_url}/f/{fact}" if settings.public_url else None
    said = entry["fact"]
    word = Word(said["answer"], said["sms"], link, settings.contact)
    return await gap_answers.publish(
        store, identity, seen, actor, fact, drafts.as_yaml(entry), word
    )


@routes.get("/gaps/{id:[0-9]{1,9}}/file", name="gap_file")
@needs(Role.VIEWER)
async def file(request: web.Request) -> web.StreamResponse:
    """The published file, for who keeps the knowledge base."""
    try:
        group = (await gaps.one(request.config_dict[STORE], group_of(request))).group
    except BadGap as error:
        raise Refused(str(error), 404) from error
    if group.state != GapState.PUBLISHED or not group.entry:
        raise Refused("Nothing is published here.", 404)
    name = f'attachment; filename="{group.fact}.yml"'
    return web.Response(
        text=group.entry, content_type="application/yaml", headers={"Content-Disposition": name}
    )
