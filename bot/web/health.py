"""/live and /ready: whether the process runs, and whether each dependency does."""

from aiohttp import web

from bot.comments.migrate import is_current
from bot.comments.store import StoreUnavailable
from bot.web.keys import ASSISTANT, LEAVING, OUTBOX, SHARED, STORE

routes = web.RouteTableDef()
LOOPBACK = {"127.0.0.1", "::1"}


@routes.get("/live", name="live")
async def live(_: web.Request) -> web.Response:
    """The front runs."""
    return web.json_response({"live": True})


@routes.get("/ready", name="ready")
async def ready(request: web.Request) -> web.Response:
    """200 if a resident can be answered, else 503; names each dependency, on loopback only.

    A front that is about to stop still answers, and says 503 here so that none is sent to it.
    """
    parts = {"assistant": await request.app[ASSISTANT].is_ready(), "store": await _store(request)}
    is_leaving = request.app[LEAVING].is_set()
    body: dict[str, object] = {"ready": all(parts.values()) and not is_leaving}
    if request.remote in LOOPBACK:
        if request.app[SHARED].is_used:  # without it a front goes by its own memory
            parts["redis"] = await request.app[SHARED].is_there()
        body["dependencies"] = {name: "ok" if good else "down" for name, good in parts.items()}
        waiting = request.app[OUTBOX].count()
        if waiting:
            body["outbox"] = waiting
    return web.json_response(body, status=200 if body["ready"] else 503)


async def _store(request: web.Request) -> bool:
    try:
        await request.app[STORE].ping()
        return await is_current(request.app[STORE])
    except (StoreUnavailable, OSError):
        return False
