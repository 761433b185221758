"""The chat: on its page and in the widget's frame, with and without JavaScript.

The same form post answers both. To the script it gives the new turns as JSON, to a browser
without one it gives the page.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import Busy, TooFast
from bot.channels.switched_off import notice
from bot.channels.tokens import ForgedToken
from bot.channels.turns import BadMessage, Incoming, Result
from bot.comments.ratings import ratings_of
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Rating, Turn
from bot.language.clean import COMMENT_LIMIT, QUESTION_LIMIT
from bot.language.messages import say
from bot.plan.clock import long_date
from bot.web.after_answer import after_answer
from bot.web.cookies import (
    KEPT_DAYS,
    are_on,
    forget_conversation,
    kept_conversation,
    remember_conversation,
)
from bot.web.csrf import RefusedForm, form_token, read_form
from bot.web.keys import ASSISTANT, KNOWLEDGE, SETTINGS, SIGNER, STORE, TURNS
from bot.web.language import page_language
from bot.web.place import place_of
from bot.web.render import render, render_part
from bot.web.shown import ShownTurn, shown
from bot.web.words import WORDS

routes = web.RouteTableDef()
logger = logging.getLogger(__name__)
SHOWN_TURNS = 50
PURPOSE, CLEARING = "chat", "clear"


@dataclass(frozen=True)
class Outcome:
    """What came of a form: a turn, or a sentence that says why there is none."""

    token: str | None
    status: int = 200
    code: str = ""
    sentence: str | None = None
    typed: str = ""
    seen: str = ""
    """The newest turn that the page showed when the form was sent."""
    result: Result | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation as its page shows it."""

    token: str = ""
    turns: list[ShownTurn] = field(default_factory=list)
    expects: str = "question"
    until: datetime | None = None
    """When it is no longer shown on this device."""
    problem: str | None = None
    ratings: dict[str, Rating] = field(default_factory=dict)
    """What was said of the answers, by turn."""


@routes.get("/", name="chat")
@routes.get("/embed", name="embed")
async def chat(request: web.Request) -> web.StreamResponse:
    """The chat, with the conversation so far."""
    outcome = Outcome(kept_conversation(request))
    return await _page(request, outcome, cleared="cleared" in request.query)


@routes.post("/", name="say")
@routes.post("/embed", name="embed_say")
async def post(request: web.Request) -> web.StreamResponse:
    """A question or a pressed button."""
    outcome = await _take(request)
    if "application/json" in request.headers.get("Accept", ""):
        return await _as_json(request, outcome)
    result = outcome.result
    if result is None or not result.recorded or not are_on(request):
        response: web.StreamResponse = await _page(request, outcome)
    else:
        # The address names the new answer, so the browser (and a screen reader) goes there.
        to = f"{place_of(request).path}#turn-{result.turn}"
        response = web.Response(status=303, headers={"Location": to})
    if result is not None:
        remember_conversation(request, response, result.conversation, result.language)
    return response


async def _take(request: web.Request) -> Outcome:
    language = page_language(request)
    try:
        form = await read_form(request, PURPOSE)
    except RefusedForm as error:
        typed = error.fields.get("text", "")
        if danger := request.app[TURNS].danger_first(Incoming("web", typed, language=language)):
            return Outcome(danger.conversation, result=danger)
        token = error.fields.get("conversation")
        return Outcome(token, 403, "form", error.sentence(language), typed)
    text, token = form.get("text", ""), form.get("conversation") or kept_conversation(request)
    message = Incoming(
        channel="web",
        text=text,
        conversation=token,
        button=form.get("button") or None,
        language=language,
        address=request.remote or "",
    )
    try:
        result = await request.app[TURNS].handle(message)
    except BadMessage as error:
        if error.code == "unknown_conversation":
            return Outcome(None, 404, error.code, error.sentence, text)
        return Outcome(token, 400, error.code, error.sentence, text)
    except Busy:
        return Outcome(token, 429, "busy", say("error_busy", language), text)
    except TooFast:
        return Outcome(token, 429, "rate_limited", say("error_rate_limited", language), text)
    except AssistantUnavailable as error:
        sentence = error.sentence(language, request.app[SETTINGS].contact)
        return Outcome(token, 503, "unavailable", sentence, text)
    return Outcome(result.conversation, seen=form.get("seen", ""), result=result)


async def _conversation(request: web.Request, outcome: Outcome) -> Conversation:
    """The conversation of an outcome, with its new turn even if that is not in the store."""
    language, app = page_language(request), request.app
    rows: list[Turn | Result] = []
    ratings: dict[str, Rating] = {}
    token, expects, until, problem = outcome.token or "", "question", None, outcome.sentence
    if token:
        try:
            identity = app[SIGNER].conversation(token, "web")
            row = await app[STORE].conversation(identity)
            if row is not None:
                expects, until = row.expects, row.updated_at + timedelta(days=KEPT_DAYS)
            if until is not None and until < datetime.now(UTC) and outcome.result is None:
                return Conversation(problem=problem)
            rows.extend(recorded := await app[STORE].turns(identity, SHOWN_TURNS))
            ratings = await ratings_of(app[STORE], [turn.id for turn in recorded])
        except ForgedToken:
            token = ""
        except StoreUnavailable:
            if outcome.result is None:
                problem = problem or say(
                    "error_unavailable", language, contact=app[SETTINGS].contact
                )
    if outcome.result is not None and not outcome.result.recorded:
        rows.append(outcome.result)
    today = app[SETTINGS].now().date()
    turns = [shown(row, app[KNOWLEDGE], today) for row in rows]
    return Conversation(token, turns, expects, until, problem, ratings)


def _frame(request: web.Request, talk: Conversation) -> dict[str, Any]:
    """What the templates of the chat need."""
    return {
        "place": place_of(request),
        "conversation": talk.token,
        "kept": _kept(request, talk, page_language(request)),
        "seen": talk.turns[-1].id if talk.turns else "",
        "WORDS": WORDS,
        **after_answer(request, talk.token, talk.ratings),
    }


def _kept(request: web.Request, talk: Conversation, language: str) -> str:
    """How long this browser keeps the conversation, in one sentence."""
    words = WORDS[language]
    if talk.turns and not are_on(request):
        return words["not_kept"]
    until = talk.until or datetime.now(UTC) + timedelta(days=KEPT_DAYS)
    day = until.astimezone(request.app[SETTINGS].now().tzinfo).date()
    return words["kept"].format(date=long_date(day, language))


async def conversation_page(
    request: web.Request, token: str, status: int, sentence: str
) -> web.Response:
    """The chat with this conversation, and a sentence on top if there is one to say."""
    return await _page(request, Outcome(token or None, status, sentence=sentence or None))


async def _page(request: web.Request, outcome: Outcome, cleared: bool = False) -> web.Response:
    talk = await _conversation(request, outcome)
    off = await request.app[TURNS].switchboard.off("web")
    contact = request.app[SETTINGS].contact
    plain = notice(off, page_language(request), contact) if off else None
    return render(
        request,
        place_of(request).template,
        outcome.status,
        turns=talk.turns,
        message=talk.problem or plain,
        wrong=outcome.code in {"empty", "too_long"},
        typed=outcome.typed,
        question_limit=QUESTION_LIMIT,
        comment_limit=COMMENT_LIMIT,
        expects=talk.expects,
        cleared=cleared and not talk.turns,
        missed=_missed(talk, outcome),
        **_frame(request, talk),
    )


async def _as_json(request: web.Request, outcome: Outcome) -> web.Response:
    """The new turns for the script; or the error, with a fresh token for the form."""
    fresh = {"form_token": form_token(request, PURPOSE)}
    if outcome.result is None:
        error = {"code": outcome.code, "message": outcome.sentence}
        return web.json_response({"error": error} | fresh, status=outcome.status)
    result = outcome.result
    talk = await _conversation(request, outcome)
    new = _unseen(talk, outcome.seen) if result.recorded else talk.turns[-1:]
    frame = _frame(request, talk)
    body = {
        "html": render_part(request, "turns.html", turns=new, **frame),
        "spoken": "\n".join(reply["text"] for reply in result.replies),
        "conversation": result.conversation,
        "turn": result.turn,
        "language": result.language,
        "expects": result.expects,
        "kept": {language: _kept(request, talk, language) for language in WORDS},
        "missed": _missed(talk, outcome),
    }
    response = web.json_response(body | fresh)
    remember_conversation(request, response, result.conversation, result.language)
    return response


def _unseen(talk: Conversation, seen: str) -> list[ShownTurn]:
    """The turns after the newest one that the page showed."""
    places = [place for place, turn in enumerate(talk.turns) if turn.id == seen]
    return talk.turns[places[0] + 1 :] if places else talk.turns


def _missed(talk: Conversation, outcome: Outcome) -> bool:
    """Whether something was said in another tab since the page was shown."""
    if outcome.result is None or not outcome.result.recorded:
        return False
    return len(_unseen(talk, outcome.seen)) > 1


@routes.get("/clear", name="confirm_clear")
@routes.get("/embed/clear", name="embed_confirm_clear")
async def confirm_clear(request: web.Request) -> web.StreamResponse:
    """Ask before deleting the conversation."""
    return _confirm(request, kept_conversation(request) or "")


@routes.post("/clear", name="clear")
@routes.post("/embed/clear", name="embed_clear")
async def clear(request: web.Request) -> web.StreamResponse:
    """Delete the conversation named by the form, when it is sure; filed comments stay."""
    try:
        form = await read_form(request, CLEARING)
    except RefusedForm as error:
        sentence = error.sentence(page_language(request))
        return _confirm(request, error.fields.get("conversation", ""), 403, sentence)
    conversation = form.get("conversation", "")
    if not form.get("sure"):
        return _confirm(request, conversation)
    try:
        identity = request.app[SIGNER].conversation(conversation, "web")
        await request.app[STORE].forget_conversation(identity)
        await request.app[ASSISTANT].forget(identity)
    except ForgedToken:
        pass
    except StoreUnavailable:
        sentence = say(
            "error_unavailable", page_language(request), contact=request.app[SETTINGS].contact
        )
        return _confirm(request, conversation, 503, sentence)
    except AssistantUnavailable as error:
        logger.warning("A cleared conversation's dialogue state is still kept: %s", error)
    to = f"{place_of(request).path}?cleared"
    response = web.Response(status=303, headers={"Location": to})
    forget_conversation(request, response)
    return response


def _confirm(
    request: web.Request, conversation: str, status: int = 200, message: str | None = None
) -> web.Response:
    place = place_of(request)
    return render(
        request,
        "clear.html",
        status,
        place=place,
        conversation=conversation,
        message=message,
        frame="frame.html" if place.in_frame else "base.html",
    )
