"""A comment's own page at /c/{receipt}: its state for whoever has the code, more for its author.

The receipt alone shows state, history and reply. The text, and changing it, need the code word,
or the half hour after filing; both give a key, which the page's address carries.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.channels.assistant import AssistantUnavailable
from bot.channels.limits import TooFast
from bot.channels.tokens import OldToken
from bot.comments import code_word
from bot.comments.author import NotPossible, add_details, correct, erase, withdraw
from bot.comments.contacts import seal_contact
from bot.comments.gap_answers import since_asked
from bot.comments.receipt import BadReceipt, parse_receipt
from bot.comments.store import StoreUnavailable
from bot.comments.tables import Comment
from bot.comments.themes import decision_of, published_of, title_of, words_of
from bot.language.messages import say
from bot.web.comment_draft import Draft, Errors, checked_details, checked_text, new_draft, opened
from bot.web.comment_form import PURPOSE, read_back_page, sentences
from bot.web.comment_view import view_of
from bot.web.comment_words import TEXTS
from bot.web.csrf import RefusedForm, read_form
from bot.web.keys import ASSISTANT, GUESSES, KNOWLEDGE, SEALER, SETTINGS, SIGNER, STORE
from bot.web.language import page_language
from bot.web.render import render
from bot.web.tickets import author_key, opened_by, receipt_path
from bot.web.waiting import waiting_page

routes = web.RouteTableDef()
logger = logging.getLogger(__name__)
NOTES = ("filed", "added", "corrected", "withdrawn", "erased")
"""What a page may say was just done."""


class Answered(Exception):
    """The page to answer with, instead of going on."""

    def __init__(self, response: web.StreamResponse) -> None:
        self.response = response
        super().__init__()


@routes.get("/find", name="find_comment")
async def find_comment(request: web.Request) -> web.StreamResponse:
    """The form for a receipt code leads to its page."""
    code = request.query.get("receipt", "").strip()
    if not code:
        return _find_page(request)
    path = f"/c/{quote(code, safe='')}?lang={page_language(request)}"
    return web.Response(status=303, headers={"Location": path})


@routes.get("/c/{receipt}", name="comment")
async def comment(request: web.Request) -> web.StreamResponse:
    """What became of a comment, by its receipt code."""
    try:
        found = await _found(request)
        key, over = _key(request, found.receipt, request.query.get("key", ""))
        return await _comment_page(request, found, key=key, over=over)
    except Answered as answer:
        return answer.response


@routes.post("/c/{receipt}", name="change_comment")
async def change_comment(request: web.Request) -> web.StreamResponse:
    """What its author does with a comment; the pressed button says what."""
    language = page_language(request)
    try:
        fields = await read_form(request, PURPOSE)
    except RefusedForm as error:
        return _kept_page(request, error.fields, 403, error.sentence(language))
    except web.HTTPRequestEntityTooLarge:
        return _find_page(request, TEXTS[language]["too_large"], 413)
    try:
        step = _STEPS.get(fields.get("step", ""))
        if step is None:
            raise web.HTTPBadRequest
        return await step(request, fields)
    except Answered as answer:
        return answer.response
    except NotPossible:
        return await _again(request, TEXTS[language]["not_possible"], 409)
    except StoreUnavailable as error:
        logger.error("A comment could not be changed: %s", error)
        sentence = TEXTS[language]["not_now"].format(contact=request.app[SETTINGS].contact)
        return _kept_page(request, fields, 503, sentence)


async def _open(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Take the code word; the key it gives opens the comment for half an hour."""
    found = await _found(request)
    guesses, address = request.app[GUESSES], request.remote or ""
    try:
        await guesses.code_word(address, found.receipt)
    except TooFast as error:
        raise Answered(_too_fast(request)) from error
    if not found.code_word or not await code_word.fits(fields.get("word", ""), found.code_word):
        wrong = {"word": TEXTS[page_language(request)]["code_word_wrong"]}
        return await _comment_page(request, found, 403, errors=wrong)
    await guesses.right_code_word(address, found.receipt)
    return _done(request, found.receipt, author_key(request.app[SIGNER], found.receipt))


async def _add(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Add ZIP code, contact or code word."""
    receipt, key = await _as_author(request, fields)
    draft, errors = checked_details(_draft(request).typed(fields))
    if not (draft.zip_code or draft.contact or draft.code_word):
        errors = {"zip_code": "details_empty"}
    if errors:
        return _change_page(request, "add", receipt, key, draft, 400, errors)
    await add_details(
        request.app[STORE],
        receipt,
        draft.zip_code or None,
        await code_word.hashed(draft.code_word) if draft.code_word else None,
        seal_contact(draft.contact, request.app[SEALER]) if draft.contact else None,
    )
    return _done(request, receipt, key, "added")


async def _read_correction(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Read a corrected text back."""
    receipt, key = await _as_author(request, fields)
    draft = Draft(**vars(_draft(request).typed(fields)) | {"receipt": receipt})
    draft, errors = checked_text(draft, page_language(request))
    if errors:
        return _change_page(request, "correct", receipt, key, draft, 400, errors)
    return read_back_page(request, draft)


async def _file_correction(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Put the text that was read back in the old one's place."""
    draft, receipt = _sealed(request, fields)
    draft, _ = checked_text(draft, page_language(request))
    await correct(request.app[STORE], receipt, draft.text, draft.masked, draft.language)
    return _done(request, receipt, author_key(request.app[SIGNER], receipt), "corrected")


async def _change_correction(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Write the correction once more."""
    draft, receipt = _sealed(request, fields)
    key = author_key(request.app[SIGNER], receipt)
    return _change_page(request, "correct", receipt, key, draft)


async def _switch_correction(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """The read-back in the other language."""
    return read_back_page(request, _sealed(request, fields)[0])


async def _take_back(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    """Ask whether to withdraw or to erase."""
    receipt, key = await _as_author(request, fields)
    found = await _found(request)
    view = view_of(request, found, [], author=True)
    return _change_page(request, "take_back", receipt, key, _draft(request), view=view)


async def _withdraw(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    receipt, key = await _as_author(request, fields)
    await withdraw(request.app[STORE], receipt)
    return _done(request, receipt, key, "withdrawn")


async def _erase(request: web.Request, fields: dict[str, str]) -> web.StreamResponse:
    receipt, _ = await _as_author(request, fields)
    keep = request.app[SETTINGS].records_law == "redact"
    erased = await erase(request.app[STORE], receipt, keep_original=keep)
    if keep:
        return _done(request, receipt, "", "")
    if erased.conversation_id:
        try:
            await request.app[ASSISTANT].forget(erased.conversation_id)
        except AssistantUnavailable as error:
            logger.warning("An erased comment's dialogue state is still kept: %s", error)
    return _done(request, receipt, "", "erased")


_STEPS: dict[str, Callable[[web.Request, dict[str, str]], Awaitable[web.StreamResponse]]] = {
    "open": _open,
    "add": _add,
    "correct": _read_correction,
    "file": _file_correction,
    "change": _change_correction,
    "switch_read": _switch_correction,
    "take_back": _take_back,
    "withdraw": _withdraw,
    "erase": _erase,
}


async def _found(request: web.Request) -> Comment:
    """The comment of the address; wrong codes are counted. Raises Answered."""
    language = page_language(request)
    guesses, address = request.app[GUESSES], request.remote or ""
    try:
        await guesses.receipt(address)
    except TooFast as error:
        raise Answered(_too_fast(request)) from error
    try:
        receipt = parse_receipt(request.match_info["receipt"])
    except BadReceipt as error:
        sentence = say("status_bad_code", language)
        raise Answered(_find_page(request, sentence, 404)) from error
    try:
        found = await request.app[STORE].comment_by_receipt(receipt)
    except StoreUnavailable as error:
        await guesses.right_receipt(address)
        _unless_waiting(request, receipt)
        if request.method == "POST":
            raise
        sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
        raise Answered(render(request, "error.html", 503, message=sentence)) from error
    if found is None:
        _unless_waiting(request, receipt)
        sentence = say("status_unknown", language, receipt=receipt)
        raise Answered(_find_page(request, sentence, 404))
    await guesses.right_receipt(address)
    return found


def _unless_waiting(request: web.Request, receipt: str) -> None:
    """Raises Answered with the page of a comment that still waits in the outbox."""
    key, _ = _key(request, receipt, request.query.get("key", ""))
    status = 409 if request.method == "POST" else 200
    page = waiting_page(request, receipt, key, status)
    if page is not None:
        raise Answered(page)


def _key(request: web.Request, receipt: str, key: str) -> tuple[str, bool]:
    """The key if it opens the comment, else nothing; and whether its time is over."""
    try:
        return (key, False) if opened_by(request.app[SIGNER], receipt, key) else ("", False)
    except OldToken:
        return "", True


async def _as_author(request: web.Request, fields: dict[str, str]) -> tuple[str, str]:
    """Receipt and key of who may change this comment; needs no store. Raises Answered."""
    language = page_language(request)
    try:
        receipt = parse_receipt(request.match_info["receipt"])
    except BadReceipt as error:
        sentence = say("status_bad_code", language)
        raise Answered(_find_page(request, sentence, 404)) from error
    key, _ = _key(request, receipt, fields.get("key", ""))
    if not key:
        found = await _found(request)
        page = await _comment_page(request, found, 403, over=True, typed=fields.get("text", ""))
        raise Answered(page)
    return receipt, key


def _sealed(request: web.Request, fields: dict[str, str]) -> tuple[Draft, str]:
    """The correction that the page carried, and its receipt. Raises Answered."""
    draft = opened(fields.get("draft", ""), request.app[SEALER])
    try:
        receipt = parse_receipt(request.match_info["receipt"])
    except BadReceipt:
        receipt = ""
    if draft is None or not draft.receipt or draft.receipt != receipt:
        sentence = TEXTS[page_language(request)]["draft_lost"]
        raise Answered(_find_page(request, sentence, 400))
    return draft, receipt


def _draft(request: web.Request) -> Draft:
    return new_draft(request.app[KNOWLEDGE].plan.notice_version)


def _done(request: web.Request, receipt: str, key: str, note: str = "") -> web.Response:
    path = receipt_path(receipt, page_language(request), key, note)
    return web.Response(status=303, headers={"Location": path})


async def _again(request: web.Request, sentence: str, status: int) -> web.StreamResponse:
    """The comment's page as it is now, with a sentence on top."""
    try:
        found = await _found(request)
        return await _comment_page(request, found, status, message=sentence)
    except Answered as answer:
        return answer.response


async def _comment_page(
    request: web.Request,
    found: Comment,
    status: int = 200,
    key: str = "",
    over: bool = False,
    errors: dict[str, str] | None = None,
    message: str = "",
    typed: str = "",
) -> web.Response:
    """The page of a comment; with a key, its author's."""
    language = page_language(request)
    try:
        history = await request.app[STORE].history(found.id)
        decided = await published_of(request.app[STORE], found.id)
        answered = await since_asked(request.app[STORE], found)
    except StoreUnavailable:
        history, decided, answered = [], [], []
    note = request.query.get("note", "") if request.method == "GET" else ""
    page = render(
        request,
        "comment.html",
        status,
        texts=TEXTS[language],
        comment=view_of(request, found, history, author=bool(key)),
        decided=[
            (t.key, title_of(t, language), decision_of(t, language), words_of(t, language))
            for t in decided
        ],
        answered=[(fact, titles[language]) for fact, titles in answered],
        key=key,
        note=note if note in NOTES and (key or note == "erased") else "",
        message=message or (TEXTS[language]["link_over"] if over else ""),
        errors=errors or {},
        draft=Draft("", "", text=typed or (found.text if key else "")),
        typed=typed,
        plain="",
    )
    page.headers["Referrer-Policy"] = "no-referrer"  # the address may carry the key
    return page


def _find_page(request: web.Request, message: str = "", status: int = 200) -> web.Response:
    """The form for a receipt code."""
    texts = TEXTS[page_language(request)]
    return render(request, "find.html", status, texts=texts, message=message)


def _too_fast(request: web.Request) -> web.Response:
    page = _find_page(request, TEXTS[page_language(request)]["too_many_tries"], 429)
    page.headers["Retry-After"] = "60"
    return page


def _kept_page(
    request: web.Request, fields: dict[str, str], status: int, sentence: str
) -> web.StreamResponse:
    """What was sent, to be sent again; needs no store."""
    step = fields.get("step", "")
    draft = opened(fields.get("draft", ""), request.app[SEALER])
    if draft is not None and draft.receipt:
        return read_back_page(request, draft, status, sentence)
    try:
        receipt = parse_receipt(request.match_info["receipt"])
    except BadReceipt:
        return _find_page(request, sentence, status)
    key, _ = _key(request, receipt, fields.get("key", ""))
    part = {"withdraw": "take_back", "erase": "take_back"}.get(step, step)
    if part not in {"add", "correct", "take_back"} or (part == "take_back" and not key):
        part = "open"
    draft = _draft(request).typed(fields)
    return _change_page(request, part, receipt, key, draft, status, message=sentence)


def _change_page(
    request: web.Request,
    part: str,
    receipt: str,
    key: str,
    draft: Draft,
    status: int = 200,
    errors: Errors | None = None,
    message: str = "",
    **more: Any,
) -> web.Response:
    """One of the author's forms on a page of its own."""
    language = page_language(request)
    page = render(
        request,
        "comment_change.html",
        status,
        texts=TEXTS[language],
        part=part,
        receipt=receipt,
        key=key,
        draft=draft,
        errors=sentences(errors or {}, draft, language),
        message=message,
        view=more.get("view"),
        kept_by_law=request.app[SETTINGS].records_law == "redact",
        back=receipt_path(receipt, language, key),
    )
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
