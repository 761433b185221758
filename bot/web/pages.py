"""Residents' pages, rendered on the server; the chat works without JavaScript."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import Busy, TooFast
from bot.channels.tokens import ForgedToken
from bot.channels.turns import BadMessage, Incoming, Result
from bot.comments.receipt import BadReceipt, parse_receipt
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Turn, Visibility
from bot.language.clean import COMMENT_LIMIT, QUESTION_LIMIT
from bot.language.messages import say
from bot.plan.answer import Speaker, sources_of, wording
from bot.plan.clock import long_date
from bot.web.cookies import CONVERSATION, are_on, remember_conversation
from bot.web.csrf import RefusedForm, read_form
from bot.web.keys import ASSISTANT, KNOWLEDGE, SETTINGS, SIGNER, STORE, TURNS
from bot.web.language import page_language
from bot.web.render import render

routes = web.RouteTableDef()
logger = logging.getLogger(__name__)
SHOWN_TURNS = 50


@routes.get("/", name="chat")
async def chat(request: web.Request) -> web.Response:
    """The chat page, with the conversation so far."""
    return await _chat_page(request, request.cookies.get(CONVERSATION))


@routes.post("/", name="say")
async def chat_post(request: web.Request) -> web.StreamResponse:
    """A question or a pressed button from the page's form, without JavaScript.

    The conversation is named by the form itself, so a foreign page can't speak for a resident.
    """
    language = page_language(request)
    try:
        form = await read_form(request, "chat")
    except RefusedForm as error:
        typed = error.fields.get("text", "")
        if danger := request.app[TURNS].danger_first(Incoming("web", typed, language=language)):
            return await _chat_page(request, None, unrecorded=danger)
        token = error.fields.get("conversation")
        return await _chat_page(request, token, 403, error.sentence(language), typed)
    text = form.get("text", "")
    message = Incoming(
        channel="web",
        text=text,
        conversation=form.get("conversation") or None,
        button=form.get("button") or None,
        language=language,
        address=request.remote or "",
    )
    try:
        result = await request.app[TURNS].handle(message)
    except BadMessage as error:
        token = None if error.code == "unknown_conversation" else message.conversation
        status = 404 if error.code == "unknown_conversation" else 400
        return await _chat_page(request, token, status, error.sentence, text)
    except (Busy, TooFast) as error:
        key = "error_busy" if isinstance(error, Busy) else "error_rate_limited"
        return await _chat_page(request, message.conversation, 429, say(key, language), text)
    except AssistantUnavailable as error:
        spoken = error.language or language
        sentence = say("error_unavailable", spoken, contact=request.app[SETTINGS].contact)
        return await _chat_page(request, message.conversation, 503, sentence, text)
    if not result.recorded:
        page = await _chat_page(request, result.conversation, unrecorded=result)
        remember_conversation(request, page, result.conversation, result.language)
        return page
    if not are_on(request):
        page = await _chat_page(request, result.conversation)
        remember_conversation(request, page, result.conversation, result.language)
        return page
    # The address names the new answer, so the browser (and a screen reader) goes there.
    response = web.Response(status=303, headers={"Location": f"/#turn-{result.turn}"})
    remember_conversation(request, response, result.conversation, result.language)
    return response


@routes.post("/clear", name="clear")
async def clear(request: web.Request) -> web.StreamResponse:
    """Delete the conversation named by the form; comments that were filed stay."""
    try:
        form = await read_form(request, "clear")
    except RefusedForm as error:
        sentence = error.sentence(page_language(request))
        conversation = error.fields.get("conversation", "")
        return render(request, "clear.html", 403, conversation=conversation, message=sentence)
    try:
        identity = request.app[SIGNER].conversation(form.get("conversation", ""), "web")
        await request.app[STORE].forget_conversation(identity)
        await request.app[ASSISTANT].forget(identity)
    except ForgedToken:
        pass
    except AssistantUnavailable as error:
        logger.warning("A cleared conversation's dialogue state is still kept: %s", error)
    response = web.Response(status=303, headers={"Location": "/"})
    response.del_cookie(CONVERSATION)
    return response


@routes.get("/clear", name="confirm_clear")
async def confirm_clear(request: web.Request) -> web.Response:
    """Ask before deleting the conversation."""
    conversation = request.cookies.get(CONVERSATION) or ""
    return render(request, "clear.html", conversation=conversation, message=None)


@routes.get("/f/{fact}", name="fact")
async def fact(request: web.Request) -> web.Response:
    """One fact with its sources, in both languages."""
    knowledge = request.app[KNOWLEDGE]
    found = knowledge.facts.get(request.match_info["fact"])
    if found is None:
        raise web.HTTPNotFound
    language = page_language(request)
    other = "en" if language == "es" else "es"
    today = request.app[SETTINGS].now().date()
    return render(
        request,
        "fact.html",
        fact=found,
        text=wording(found, Speaker(language, "web", today)),
        other=other,
        other_text=wording(found, Speaker(other, "web", today)),
        sources=[
            (line, knowledge.sources[citation.id])
            for line, citation in zip(sources_of(found, knowledge), found.sources, strict=True)
        ],
    )


@routes.get("/c/{receipt}", name="comment")
async def comment(request: web.Request) -> web.Response:
    """What became of a comment, by its receipt code."""
    language = page_language(request)
    typed = request.match_info["receipt"]
    try:
        receipt = parse_receipt(typed)
    except BadReceipt:
        return render(
            request, "comment.html", 404, comment=None, message=say("status_bad_code", language)
        )
    try:
        found = await request.app[STORE].comment_by_receipt(receipt)
    except StoreUnavailable:
        sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
        return render(request, "error.html", 503, message=sentence)
    if found is None:
        message = say("status_unknown", language, receipt=receipt)
        return render(request, "comment.html", 404, comment=None, message=message)
    gone = {Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.ERASED}
    key = f"visibility_{found.visibility}" if found.visibility in gone else f"state_{found.state}"
    return render(
        request,
        "comment.html",
        comment=found,
        message=None,
        state=say(key, language),
        topic=say(f"topic_{found.topic}", language),
        filed=long_date(found.created_at.date(), language),
    )


@routes.get("/find", name="find_comment")
async def find_comment(request: web.Request) -> web.StreamResponse:
    """The form for a receipt code leads to its page."""
    code = request.query.get("receipt", "").strip()
    if not code:
        return render(request, "comment.html", comment=None, message=None)
    return web.Response(status=303, headers={"Location": f"/c/{quote(code, safe='')}"})


@routes.get("/privacy", name="privacy")
async def privacy(request: web.Request) -> web.Response:
    """What is recorded and why."""
    return render(request, "privacy.html", text=say("privacy", page_language(request)))


@dataclass(frozen=True)
class Shown:
    """What the page needs of a turn that is not in the store."""

    id: str
    question: str
    language: str
    replies: list[dict[str, Any]]


async def _chat_page(
    request: web.Request,
    token: str | None,
    status: int = 200,
    message: str | None = None,
    typed: str = "",
    unrecorded: Result | None = None,
) -> web.Response:
    """The chat page; `unrecorded` is a turn that is not in the store and is shown all the same."""
    turns: list[Turn | Shown] = []
    expects = "question"
    language = page_language(request)
    if token:
        try:
            identity = request.app[SIGNER].conversation(token, "web")
            turns.extend(await request.app[STORE].turns(identity, SHOWN_TURNS))
            row = await request.app[STORE].conversation(identity)
            expects = row.expects if row else expects
        except ForgedToken:
            token = None
        except StoreUnavailable:
            contact = request.app[SETTINGS].contact
            if unrecorded is None:
                message = message or say("error_unavailable", language, contact=contact)
    if unrecorded is not None:
        turns.append(
            Shown(unrecorded.turn, unrecorded.question, unrecorded.language, unrecorded.replies)
        )
    return render(
        request,
        "chat.html",
        status,
        conversation=token or "",
        turns=turns,
        message=message,
        typed=typed,
        limit=COMMENT_LIMIT if expects == "comment" else QUESTION_LIMIT,
        question_limit=QUESTION_LIMIT,
        comment_limit=COMMENT_LIMIT,
        expects=expects,
    )
