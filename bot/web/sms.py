"""The webhooks of text messages: POST /sms/twilio, /sms/gateway, and their delivery reports."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from bot import metrics
from bot.channels.sms.connector import Connector
from bot.channels.sms.delivery import Delivery
from bot.channels.sms.late import Worker
from bot.channels.sms.provider import BadText, Forged, Provider, Received
from bot.channels.sms.reply import Speech
from bot.channels.sms.signed_json import SignedJson
from bot.channels.sms.twilio import Twilio
from bot.comments.sealing import Sealer
from bot.comments.store import StoreUnavailable
from bot.language.gsm7 import size_of
from bot.settings import Settings
from bot.web.keys import SETTINGS, STORE, TURNS

logger = logging.getLogger(__name__)
routes = web.RouteTableDef()


@dataclass(frozen=True)
class TextMessages:
    """What the webhooks work with."""

    connector: Connector
    deliveries: dict[str, Delivery]


TEXTS = web.AppKey("texts", TextMessages)


def attach(app: web.Application) -> None:
    """Add the webhooks and their background work to the front."""
    settings = app[SETTINGS]
    providers = providers_of(settings)
    sealer = Sealer(settings.key)
    speech = Speech(settings, app[TURNS])
    connector = Connector(settings, app[STORE], sealer, speech, providers)
    deliveries = {
        name: Delivery(app[STORE], sealer, provider, settings.timezone)
        for name, provider in providers.items()
    }
    app[TEXTS] = TextMessages(connector, deliveries)
    app.cleanup_ctx.append(_work)
    app.add_routes(routes)


def providers_of(settings: Settings) -> dict[str, Provider]:
    """The providers that the settings switch on."""
    providers: dict[str, Provider] = {}
    if settings.twilio_auth_token is not None:
        status = f"{settings.public_url}/sms/twilio/status" if settings.public_url else None
        providers["twilio"] = Twilio(
            settings.twilio_auth_token.get_secret_value(),
            settings.twilio_account_sid,
            settings.twilio_number,
            status,
        )
    if settings.sms_gateway_secret is not None:
        providers["gateway"] = SignedJson(
            settings.sms_gateway_secret.get_secret_value(), settings.sms_gateway_url
        )
    return providers


def sending(deliveries: dict[str, Delivery]) -> list[Delivery]:
    """Who sends what is queued: the first provider that can. Two would share out one queue."""
    able = [delivery for delivery in deliveries.values() if delivery.provider.can_send]
    return able[:1]


async def _work(app: web.Application) -> AsyncIterator[None]:
    texts = app[TEXTS]
    _say_what_is_on(app[SETTINGS], texts.connector.providers)
    if not texts.connector.providers:
        yield
        return
    worker = Worker(texts.connector, sending(texts.deliveries))
    task = asyncio.create_task(worker.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await texts.connector.close()
    for provider in texts.connector.providers.values():
        await provider.close()


def _say_what_is_on(settings: Settings, providers: dict[str, Provider]) -> None:
    if "twilio" not in providers:
        logger.info("Text messages by Twilio are off: BOT_TWILIO_AUTH_TOKEN is not set.")
        return
    where = settings.public_url or f"http://{settings.host}:{settings.port}"
    logger.info("Text messages by Twilio are on: %s/sms/twilio", where)
    if not providers["twilio"].can_send:
        logger.info(
            "Late answers and replies of staff can't be texted: set BOT_TWILIO_ACCOUNT_SID and "
            "BOT_TWILIO_NUMBER too."
        )


@routes.post("/sms/twilio", name="sms_twilio")
async def twilio(request: web.Request) -> web.Response:
    """A text from a resident, by Twilio."""
    return await _verified(request, "twilio", _text)


@routes.post("/sms/twilio/status", name="sms_twilio_status")
async def twilio_status(request: web.Request) -> web.Response:
    """What became of a text that we sent by Twilio."""
    return await _verified(request, "twilio", _report)


@routes.post("/sms/gateway", name="sms_gateway")
async def gateway(request: web.Request) -> web.Response:
    """A text from a resident, by a city's own gateway."""
    return await _verified(request, "gateway", _text)


@routes.post("/sms/gateway/status", name="sms_gateway_status")
async def gateway_status(request: web.Request) -> web.Response:
    """What became of a text that we sent by a city's own gateway."""
    return await _verified(request, "gateway", _report)


async def _verified(
    request: web.Request,
    name: str,
    view: "Callable[[web.Request, Provider, Received], Awaitable[web.Response]]",
) -> web.Response:
    """Nothing is read or stored before the signature is known to be right."""
    provider = request.app[TEXTS].connector.providers.get(name)
    if provider is None:
        return _plain(404, "This webhook is off.")
    received = Received(
        _public_address(request), request.headers, await request.read(), request.charset or "utf-8"
    )
    try:
        provider.verify(received)
    except Forged as error:
        logger.warning("A request to %s was refused: %s", request.path, error)
        return _plain(403, "The signature is missing or wrong.")
    try:
        return await view(request, provider, received)
    except BadText as error:
        return _plain(400, f"{error}.")


async def _text(request: web.Request, provider: Provider, received: Received) -> web.Response:
    messages = await request.app[TEXTS].connector.receive(provider, provider.parse(received))
    metrics.SEGMENTS.inc(sum(size_of(message).segments for message in messages))
    rendered = provider.render(messages)
    return web.Response(text=rendered.body, content_type=rendered.content_type, charset="utf-8")


async def _report(request: web.Request, provider: Provider, received: Received) -> web.Response:
    delivery = request.app[TEXTS].deliveries[provider.name]
    try:
        await delivery.take_report(provider.report(received))
    except StoreUnavailable:
        return _plain(503, "The report could not be stored; please send it again.")
    return web.Response(status=204)


def _public_address(request: web.Request) -> str:
    """The address as the provider called it: the setting's, or the request's own."""
    public = request.app[SETTINGS].public_url or f"{request.scheme}://{request.host}"
    return f"{public}{request.raw_path}"


def _plain(status: int, sentence: str) -> web.Response:
    return web.Response(status=status, text=sentence)
