"""The front: an aiohttp application, the only thing that faces the public."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.channels.assistant import Assistant
from bot.channels.heartbeat import keep_beating
from bot.channels.shared import Shared
from bot.channels.tokens import Signer
from bot.channels.turns import Turns
from bot.comments.migrate import upgrade
from bot.comments.store import Store, StoreUnavailable
from bot.plan.load import Knowledge
from bot.plan.load import load as load_knowledge
from bot.settings import Settings
from bot.web import (
    api,
    assets,
    chat,
    comment_pages,
    description,
    facts,
    health,
    pages,
    sms,
    themes,
)
from bot.web.assets import Assets
from bot.web.csrf import refuse_other_sites
from bot.web.keys import (
    ASSETS,
    ASSISTANT,
    DESCRIPTION,
    KNOWLEDGE,
    LEAVING,
    SETTINGS,
    SHARED,
    SIGNER,
    STORE,
    TEMPLATES,
    TURNS,
)
from bot.web.middlewares import MAX_BODY, compress, errors, security_headers
from bot.web.proxies import behind_proxies
from bot.web.render import templates
from bot.web.requests import give_id, logged

HERE = Path(__file__).parent


def make_app(
    settings: Settings, knowledge: Knowledge | None = None, assistant: Assistant | None = None
) -> web.Application:
    """The front's application. Raises BadSettings and BadKnowledge."""
    app = web.Application(
        middlewares=[
            logged,
            behind_proxies,
            compress,
            security_headers,
            errors,
            refuse_other_sites,
        ],
        client_max_size=MAX_BODY,
    )
    url = settings.assistant_url or "http://127.0.0.1:5005"
    app[SETTINGS] = settings
    app[KNOWLEDGE] = (knowledge or load_knowledge(published=settings.published)).copy()
    app[STORE] = Store(settings.database)
    app[ASSISTANT] = assistant or Assistant(url, settings.hop_secret)
    app[SIGNER] = Signer(settings.key)
    app[SHARED] = Shared(settings.redis_url, settings.key)
    app[TURNS] = Turns(settings, app[STORE], app[ASSISTANT], app[SIGNER], app[SHARED])
    app[LEAVING] = asyncio.Event()
    app[ASSETS] = Assets.of(HERE / "static")
    app[DESCRIPTION] = description.asset()
    app[TEMPLATES] = templates()
    app.cleanup_ctx.append(_resources)
    app.on_response_prepare.append(_part_when_leaving)
    app.on_response_prepare.append(give_id)
    app.add_routes(assets.routes)
    app.add_routes(api.routes)
    app.add_routes(description.routes)
    app.add_routes(health.routes)
    app.add_routes(chat.routes)
    app.add_routes(facts.routes)
    app.add_routes(pages.routes)
    app.add_routes(themes.routes)
    comment_pages.attach(app)
    sms.attach(app)
    return app


async def _resources(app: web.Application) -> AsyncIterator[None]:
    """Bring the database up to date at the start, and give everything back at the end."""
    if app[SETTINGS].database.startswith("sqlite"):
        try:
            await upgrade(app[STORE])
        except StoreUnavailable:
            # The thread of a connection that failed ends after it, and is loud without its loop.
            await asyncio.sleep(0.1)
            raise
    every, heart = app[SETTINGS].heartbeat_seconds, None
    if every:
        heart = asyncio.create_task(keep_beating(app[ASSISTANT], app[STORE], every))
    yield
    if heart:
        heart.cancel()
    await app[ASSISTANT].close()
    await app[SHARED].close()
    await app[STORE].close()


async def _part_when_leaving(request: web.Request, response: web.StreamResponse) -> None:
    """A connection that is kept open would be cut when the front stops."""
    if request.config_dict[LEAVING].is_set():
        response.force_close()
        response.headers["Connection"] = "close"  # the headers are made already
