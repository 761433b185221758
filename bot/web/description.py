"""GET /openapi.json: what programs may call, as openapi.yml beside this file describes it."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from bot.web.assets import AN_HOUR, Asset, serve
from bot.web.keys import DESCRIPTION

routes = web.RouteTableDef()
FILE = Path(__file__).with_name("openapi.yml")


def description() -> dict[str, Any]:
    """The public side in OpenAPI 3.1."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return content


@lru_cache(maxsize=1)
def asset() -> Asset:
    """The description as it is served; made once a process."""
    body = json.dumps(description(), ensure_ascii=False).encode()
    return Asset.of(body, "application/json")


@routes.get("/openapi.json", name="openapi")
async def openapi(request: web.Request) -> web.Response:
    """The description, for programs and for those who write them."""
    return serve(request, request.app[DESCRIPTION], AN_HOUR)
