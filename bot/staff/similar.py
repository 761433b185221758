"""Near-copies at the desk: a sample, how many, and what each person changed."""

from aiohttp import web

from bot.comments import similar
from bot.comments.staff import leave_notice, log
from bot.comments.staff_tables import Role
from bot.staff.asked import Refused, me, needs
from bot.staff.keys import STORE
from bot.staff.look import page
from bot.web.themes import policy

routes = web.RouteTableDef()
PAGE = 25


@routes.get("/similar", name="similar")
@needs(Role.VIEWER)
async def groups(request: web.Request) -> web.StreamResponse:
    """The groups of near-copies, the largest first."""
    found = await similar.groups(request.config_dict[STORE])
    return page(request, "similar.html", groups=found, policy=policy("en"))


@routes.post("/similar", name="regrouped")
@needs(Role.REVIEWER)
async def regroup(request: web.Request) -> web.StreamResponse:
    """Look at every comment again."""
    store = request.config_dict[STORE]
    number = await similar.regroup(store)
    async with store.session() as session:
        log(session, me(request).actor, "regrouped", after={"comments": number})
    text = f"Done: {number} comments are near-copies of another."
    await leave_notice(store, me(request).session, {"text": text})
    raise web.HTTPSeeOther("/staff/similar")


@routes.get("/similar/{id:[0-9]{1,15}}", name="similar_group")
@needs(Role.VIEWER)
async def group(request: web.Request) -> web.StreamResponse:
    """One group: the sample, and of each other what its author changed."""
    store, identity = request.config_dict[STORE], int(request.match_info["id"])
    begin = request.query.get("from", "0")
    after = int(begin) if begin.isdigit() and len(begin) < 16 else 0
    first = await similar.members(store, identity, 0, 1)
    if not first:
        raise Refused("There is no such group.", 404)
    sample = first[0].public_text or first[0].text
    found = await similar.members(store, identity, max(after, identity), PAGE + 1)
    rows = [(c, similar.differences(sample, c.public_text or c.text)) for c in found[:PAGE]]
    return page(
        request, "similar_group.html", sample=first[0], text=sample, rows=rows, group=identity,
        following=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip
