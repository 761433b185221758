"""One line in the log for each request, and its id in the response."""

import logging
import time

from aiohttp import web

from bot import metrics
from bot.logs import HEADER, as_request, tell
from bot.web.handler import Handler
from bot.web.keys import SETTINGS
from bot.web.proxies import within

ID = web.RequestKey("id", str)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
GONE = 499
"""What is written for a caller who went away before the answer."""
_OF_MACHINES = {"/live", "/ready", "/metrics"}


@web.middleware
async def logged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Handle a request under its id: the one of a trusted proxy, or a fresh one."""
    trusted = within(request.remote, request.config_dict[SETTINGS].proxies)
    began, status = time.monotonic(), GONE
    with as_request(request.headers.get(HEADER) if trusted else None) as identity:
        request[ID] = identity
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            route = route_of(request)
            metrics.REQUESTS.labels(route, status).inc()
            tell(
                "request",
                logging.DEBUG if route in _OF_MACHINES else logging.INFO,
                method=request.method if request.method in METHODS else "other",
                route=route,
                status=status,
                ms=round((time.monotonic() - began) * 1000),
            )


async def give_id(request: web.Request, response: web.StreamResponse) -> None:
    """Put the request's id into its response."""
    if ID in request:
        response.headers[HEADER] = request[ID]


def route_of(request: web.Request) -> str:
    """The route of a request, such as /c/{receipt}: the address itself may hold a receipt."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
