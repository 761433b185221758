"""/live, /ready and /metrics: whether the process runs, whether each dependency does, figures."""

from aiohttp import web

from bot import metrics
from bot.comments.migrate import is_current
from bot.comments.outgoing import waiting
from bot.comments.store import StoreUnavailable
from bot.web.inside import is_inside
from bot.web.keys import ASSISTANT, LEAVING, OUTBOX, SHARED, STORE

routes = web.RouteTableDef()


@routes.get("/live", name="live")
async def live(_: web.Request) -> web.Response:
    """The front runs."""
    return web.json_response({"live": True})


@routes.get("/ready", name="ready")
async def ready(request: web.Request) -> web.Response:
    """200 if a resident can be answered, else 503; names each dependency to those inside.

    A front that is about to stop still answers, and says 503 here so that none is sent to it.
    """
    inside = is_inside(request)
    parts = await parts_of(request.app, inside)
    is_leaving = request.app[LEAVING].is_set()
    needed = all(good for name, good in parts.items() if name != "redis")
    body: dict[str, object] = {"ready": needed and not is_leaving}
    if inside:
        body["dependencies"] = {name: "ok" if good else "down" for name, good in parts.items()}
        kept = request.app[OUTBOX].count()
        if kept:
            body["outbox"] = kept
    return web.json_response(body, status=200 if body["ready"] else 503)


@routes.get("/metrics", name="metrics")
async def figures(request: web.Request) -> web.Response:
    """Figures for Prometheus, for those inside; for others the page is not there."""
    if not is_inside(request):
        raise web.HTTPNotFound
    app = request.app
    metrics.show_up(await parts_of(app, True))
    metrics.OUTBOX.set(app[OUTBOX].count())
    try:
        queued, texts = await waiting(app[STORE])
        metrics.show_outgoing(queued)
        metrics.TEXTS_WAITING.set(texts)
    except StoreUnavailable:
        pass  # the queues are as long as they were; that the store is down is told
    return web.Response(
        body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


async def parts_of(app: web.Application, with_redis: bool) -> dict[str, bool]:
    """What a front depends on, and whether it answers.

    Redis is not needed: without it a front goes by its own memory.
    """
    parts = await app[ASSISTANT].parts() | {"store": await _store(app)}
    if with_redis and app[SHARED].is_used:
        parts["redis"] = await app[SHARED].is_there()
    return parts


async def _store(app: web.Application) -> bool:
    try:
        await app[STORE].ping()
        return await is_current(app[STORE])
    except (StoreUnavailable, OSError):
        return False
