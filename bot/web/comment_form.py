"""The comment form at /comment: write, read once more, file. It needs no assistant.

One address for all steps. What was typed is in the page that comes back, whatever goes wrong.
"""

import logging

from aiohttp import web

from bot.comments import code_word
from bot.comments.contacts import seal_contact
from bot.comments.outbox import Filed
from bot.comments.store import NewComment, StoreUnavailable
from bot.comments.tables import CommentTopic
from bot.language.messages import say
from bot.language.safety import danger_in
from bot.metrics import COMMENTS
from bot.plan.clock import long_date
from bot.plan.model import Topic
from bot.plan.today import window
from bot.web.comment_draft import Draft, Errors, checked, new_draft, opened
from bot.web.comment_words import TEXTS
from bot.web.csrf import RefusedForm, read_form
from bot.web.keys import KNOWLEDGE, OUTBOX, SEALER, SETTINGS, SIGNER, STORE
from bot.web.language import page_language
from bot.web.render import render
from bot.web.tickets import author_key, receipt_path, seen_answer
from bot.web.waiting import waiting_page

routes = web.RouteTableDef()
logger = logging.getLogger(__name__)
PURPOSE = "comment"
_WHOLE_PLAN = {
    Topic.PLAN, Topic.VISION, Topic.PILLARS, Topic.STRATEGIES, Topic.TIMELINE, Topic.MONEY,
    Topic.TAKE_PART, Topic.PEOPLE,
}  # fmt: skip


@routes.get("/comment", name="comment_form")
async def comment_form(request: web.Request) -> web.Response:
    """The empty form; `about` and `turn` say which fact and which answer it is about."""
    draft = new_draft(request.app[KNOWLEDGE].plan.notice_version)
    answer = seen_answer(request.app[SIGNER], request.query.get("turn", ""))
    values: dict[str, str] = {}
    if answer:
        values = {"conversation": answer.conversation, "turn": answer.turn,
                  "turn_status": answer.status}  # fmt: skip
    fact = request.app[KNOWLEDGE].facts.get(request.query.get("about", ""))
    if fact:
        values |= {"fact": fact.id, "topic": topic_of(fact.id, fact.topic).value}
    return form_page(request, Draft(**vars(draft) | values))


@routes.post("/comment", name="send_comment")
async def send_comment(request: web.Request) -> web.StreamResponse:
    """Read the comment back, let it be changed, or file it, as the pressed button says."""
    language = page_language(request)
    message, status = "", 200
    try:
        fields = await read_form(request, PURPOSE)
    except RefusedForm as error:
        fields, message, status = error.fields, error.sentence(language), 403
    except web.HTTPRequestEntityTooLarge:
        draft = new_draft(request.app[KNOWLEDGE].plan.notice_version)
        return form_page(request, draft, 413, message=TEXTS[language]["too_large"])
    kept = opened(fields.get("draft", ""), request.app[SEALER])
    step = fields.get("step", "read")
    if kept is None:
        if "text" not in fields:
            draft = new_draft(request.app[KNOWLEDGE].plan.notice_version)
            return form_page(request, draft, 400, message=TEXTS[language]["draft_lost"])
        kept = new_draft(request.app[KNOWLEDGE].plan.notice_version)
        message = message or say("error_form_forged", language)
        return form_page(request, kept.typed(fields), 403, message=message)
    draft = kept.typed(fields)
    if step in {"file", "switch_read"}:
        if message or step == "switch_read":
            return read_back_page(request, draft, status, message)
        return await _file(request, draft)
    if message or step in {"change", "switch"}:
        return form_page(request, draft, status, message=message)
    draft, errors = checked(draft, language)
    if errors:
        return form_page(request, draft, 400, errors)
    return read_back_page(request, draft)


def topic_of(fact: str, topic: Topic) -> CommentTopic:
    """What a comment on this fact is probably about."""
    pillar = fact.removeprefix("pillar-").replace("-", "_")
    if fact.startswith("pillar-") and pillar in list(CommentTopic):
        return CommentTopic(pillar)
    return CommentTopic.WHOLE_PLAN if topic in _WHOLE_PLAN else CommentTopic.SOMETHING_ELSE


async def _file(request: web.Request, draft: Draft) -> web.StreamResponse:
    language = page_language(request)
    draft, errors = checked(draft, language)
    if errors:
        return form_page(request, draft, 400, errors)
    try:
        comment = await _stored(request, draft)
    except StoreUnavailable as error:
        logger.error("A comment could not be stored: %s", error)
        contact = request.app[SETTINGS].contact
        sentence = TEXTS[language]["not_stored"].format(contact=contact)
        return read_back_page(request, draft, 503, sentence)
    key = author_key(request.app[SIGNER], comment.receipt, comment.created_at.timestamp())
    if comment.waits:
        # Here and now: behind a balancer the next request may reach another machine.
        page = waiting_page(request, comment.receipt, key)
        if page is not None:
            return page
    path = receipt_path(comment.receipt, language, key, "filed")
    return web.Response(status=303, headers={"Location": path})


async def _stored(request: web.Request, draft: Draft) -> Filed:
    plan, settings = request.app[KNOWLEDGE].plan, request.app[SETTINGS]
    contact = seal_contact(draft.contact, request.app[SEALER]) if draft.contact else None
    filed = await request.app[OUTBOX].file(
        request.app[STORE],
        NewComment(
            draft=draft.id,
            channel="web",
            language=draft.language,
            topic=draft.topic,
            text=draft.text,
            window=window(settings.now().date(), plan.comments_open, plan.comments_close),
            masked=draft.masked,
            plan_version=plan.version,
            notice_version=draft.notice_version,
            conversation_id=draft.conversation or None,
            turn_id=draft.turn or None,
            turn_status=draft.turn_status or None,
            zip_code=draft.zip_code or None,
            code_word=await code_word.hashed(draft.code_word) if draft.code_word else None,
            contact=contact,
            about=draft.fact or None,
        ),
    )
    COMMENTS.labels("web").inc()
    return filed


def form_page(
    request: web.Request,
    draft: Draft,
    status: int = 200,
    errors: Errors | None = None,
    message: str = "",
) -> web.Response:
    """The form with what was typed."""
    language = page_language(request)
    fact = request.app[KNOWLEDGE].facts.get(draft.fact)
    return render(
        request,
        "comment_form.html",
        status,
        texts=TEXTS[language],
        draft=draft,
        sealed=draft.seal(request.app[SEALER]),
        fact_title=fact.title.in_(language) if fact else "",
        topics=topic_names(language),
        errors=sentences(errors or {}, draft, language),
        message=message,
        notice=_notice(request, language),
        window=window_sentence(request),
        kept=request.method == "POST",
    )


def _notice(request: web.Request, language: str) -> str:
    """What a comment becomes, said before it is written."""
    notice = say("comment_notice", language)
    if request.app[SETTINGS].records_law == "redact":
        notice += " " + say("records_notice", language)
    return notice


def read_back_page(
    request: web.Request, draft: Draft, status: int = 200, message: str = ""
) -> web.Response:
    """What will be recorded, with the button that does it."""
    language = page_language(request)
    danger = danger_in(draft.text)
    return render(
        request,
        "comment_read_back.html",
        status,
        texts=TEXTS[language],
        draft=draft,
        sealed=draft.seal(request.app[SEALER]),
        topic=topic_names(language).get(draft.topic, ""),
        masked=masked_sentence(draft, language),
        danger=say(danger.value, language) if danger else "",
        message=message,
        window=window_sentence(request),
    )


def topic_names(language: str) -> dict[str, str]:
    """The comment topics by their values, for people."""
    return {topic.value: capital(say(f"topic_{topic.value}", language)) for topic in CommentTopic}


def sentences(errors: Errors, draft: Draft, language: str) -> dict[str, str]:
    """What is wrong, in words, by field."""
    values = {"length": f"{len(draft.text):,}"}
    return {field: TEXTS[language][key].format(**values) for field, key in errors.items()}


def masked_sentence(draft: Draft, language: str) -> str:
    """Which private details were taken out; empty if none were."""
    kinds = ", ".join(say(f"kind_{kind}", language) for kind in draft.masked)
    return TEXTS[language]["read_masked"].format(kinds=kinds) if kinds else ""


def window_sentence(request: web.Request) -> str:
    """Whether the comment period is open, and what that means for a comment."""
    plan, language = request.app[KNOWLEDGE].plan, page_language(request)
    state = window(request.app[SETTINGS].now().date(), plan.comments_open, plan.comments_close)
    return say(f"window_{state}", language, closed=long_date(plan.comments_close, language))


def capital(text: str) -> str:
    """With a capital at the beginning."""
    return text[:1].upper() + text[1:]
