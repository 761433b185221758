"""POST /api/messages, as the contract has it."""

from typing import Any

from aiohttp import web

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import Busy, TooFast
from bot.channels.turns import BadMessage, Incoming
from bot.language.messages import say
from bot.web.cookies import remember_conversation
from bot.web.keys import SETTINGS, TURNS
from bot.web.language import page_language
from bot.web.middlewares import error_response

routes = web.RouteTableDef()
CHANNELS = ("web", "sms")
STATUS_OF_CODE = {"unknown_conversation": 404}


@routes.post("/api/messages", name="messages")
async def messages(request: web.Request) -> web.StreamResponse:
    """Take one message and answer it."""
    language = page_language(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body: Any = await request.json()
    except (ValueError, LookupError, RecursionError) as error:  # also an unknown charset
        raise web.HTTPBadRequest from error
    message = _message(body, request, language)
    if message is None:
        raise web.HTTPBadRequest
    try:
        result = await request.app[TURNS].handle(message)
    except BadMessage as error:
        status = STATUS_OF_CODE.get(error.code, 400)
        return error_response(request, status, error.code, error.sentence)
    except Busy:
        return error_response(request, 429, "busy", say("error_busy", language))
    except TooFast:
        response = error_response(request, 429, "rate_limited", say("error_rate_limited", language))
        response.headers["Retry-After"] = "60"
        return response
    except AssistantUnavailable as error:
        sentence = error.sentence(language, request.app[SETTINGS].contact)
        response = error_response(request, 503, "unavailable", sentence)
        response.headers["Retry-After"] = "5"
        return response
    response = web.json_response(result.as_json() | {"expects": result.expects})
    if message.channel == "web":
        remember_conversation(request, response, result.conversation, result.language)
    return response


def _message(body: Any, request: web.Request, language: str) -> Incoming | None:
    if not isinstance(body, dict):
        return None
    text, button = body.get("text", ""), body.get("button")
    conversation, channel = body.get("conversation"), body.get("channel", "web")
    strings = [text, *(value for value in (button, conversation) if value is not None)]
    if not all(isinstance(value, str) for value in strings) or channel not in CHANNELS:
        return None
    return Incoming(
        channel=channel,
        text=text,
        conversation=conversation or None,
        button=button or None,
        language=language,
        address=request.remote or "",
    )
