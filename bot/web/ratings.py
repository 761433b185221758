"""Was this useful? A rating per answer, by form post or by the script."""

import logging
from dataclasses import dataclass

from aiohttp import web

from bot.channels.tokens import ForgedToken
from bot.comments.ratings import RatingReason, UnknownTurn, rate
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Rating
from bot.web.chat import PURPOSE, conversation_page
from bot.web.comment_words import TEXTS
from bot.web.cookies import are_on
from bot.web.csrf import RefusedForm, form_token, read_form
from bot.web.keys import SIGNER, STORE
from bot.web.language import page_language
from bot.web.place import place_of
from bot.web.render import render_part

routes = web.RouteTableDef()
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """A rating that was kept, or the sentence that says why none was."""

    conversation: str
    language: str
    rating: Rating | None = None
    status: int = 200
    code: str = ""
    sentence: str = ""


@routes.post("/rate", name="rate")
@routes.post("/embed/rate", name="embed_rate")
async def rate_answer(request: web.Request) -> web.StreamResponse:
    """Keep a rating and show it, where it can be changed."""
    outcome = await _take(request)
    if "application/json" in request.headers.get("Accept", ""):
        return _as_json(request, outcome)
    if outcome.rating is None or not are_on(request):
        return await conversation_page(
            request, outcome.conversation, outcome.status, outcome.sentence
        )
    to = f"{place_of(request).path}#rate-{outcome.rating.turn_id}"
    return web.Response(status=303, headers={"Location": to})


async def _take(request: web.Request) -> Outcome:
    language = page_language(request)
    try:
        form = await read_form(request, PURPOSE)
    except RefusedForm as error:
        conversation = error.fields.get("conversation", "")
        return Outcome(conversation, language, None, 403, "form", error.sentence(language))
    language = form["language"] if form.get("language") in TEXTS else language
    texts = TEXTS[language]
    conversation, reason = form.get("conversation", ""), form.get("reason")
    useful = form.get("useful")
    if useful not in {None, "yes", "no"} or reason not in {None, *RatingReason}:
        raise web.HTTPBadRequest
    if useful is None and reason is None:
        raise web.HTTPBadRequest
    try:
        identity = request.app[SIGNER].conversation(conversation, "web")
        rating = await rate(
            request.app[STORE],
            identity,
            form.get("turn", ""),
            useful == "yes",
            RatingReason(reason) if reason else None,
        )
    except (ForgedToken, UnknownTurn):
        return Outcome(conversation, language, None, 404, "unknown", texts["rate_unknown"])
    except StoreUnavailable as error:
        logger.error("A rating could not be stored: %s", error)
        return Outcome(conversation, language, None, 503, "unavailable", texts["rate_failed"])
    return Outcome(conversation, language, rating)


def _as_json(request: web.Request, outcome: Outcome) -> web.Response:
    """The block under the answer as it is now, for the script to put in; or the error."""
    fresh = {"form_token": form_token(request, PURPOSE)}
    if outcome.rating is None:
        error = {"code": outcome.code, "message": outcome.sentence}
        return web.json_response({"error": error} | fresh, status=outcome.status)
    texts = TEXTS[outcome.language]
    html = render_part(
        request,
        "rated.html",
        turn_id=outcome.rating.turn_id,
        spoken=outcome.language,
        rating=outcome.rating,
        texts=texts,
        place=place_of(request),
        conversation=outcome.conversation,
    )
    return web.json_response({"html": html, "spoken": texts["rate_thanks"]} | fresh)
