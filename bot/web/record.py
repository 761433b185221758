"""The public record at /record: comments that staff released, to be searched and downloaded."""

from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.comments.record import Entry, RecordPage, RecordQuery, as_csv, find, years
from bot.comments.store import StoreUnavailable
from bot.comments.tables import CommentTopic
from bot.language.clean import clean
from bot.language.messages import say
from bot.plan.clock import long_date
from bot.web.comment_form import topic_names
from bot.web.comment_view import reason_words
from bot.web.comment_words import TEXTS
from bot.web.keys import SETTINGS, STORE
from bot.web.language import page_language
from bot.web.render import render

routes = web.RouteTableDef()
LONGEST_SEARCH = 200
YEARS = range(2000, 2200)


@dataclass(frozen=True)
class ShownEntry:
    """An entry in the reader's language."""

    number: int
    topic: str
    filed: str
    window: str
    language: str
    text: str
    mark: str
    """What became of it, if it is not shown as it was written."""
    gone: bool
    reply: str
    reply_title: str


@routes.get("/record", name="record")
async def record(request: web.Request) -> web.Response:
    """A page of the record."""
    language, zone = page_language(request), _zone(request)
    query = asked(request)
    try:
        page = await find(request.app[STORE], query, zone)
        all_years = await years(request.app[STORE], zone)
    except StoreUnavailable:
        sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
        return render(request, "error.html", 503, message=sentence)
    topics = topic_names(language)
    return render(
        request,
        "record.html",
        texts=TEXTS[language],
        query=query,
        entries=[_shown(entry, topics, language) for entry in page.entries],
        count=_count(page, language),
        page=page,
        topics=topics,
        years=[(str(year), str(year)) for year in all_years],
        filtered=bool(query.text or query.topic or query.year),
        newer=_path("/record", query, language, page.page - 1) if page.page > 1 else "",
        older=_path("/record", query, language, page.page + 1) if page.has_older else "",
        csv=_path("/record.csv", query, language),
    )


@routes.get("/record.csv", name="record_csv")
async def record_csv(request: web.Request) -> web.StreamResponse:
    """The record as a table, row by row; the same filters as the page."""
    rows = as_csv(request.app[STORE], asked(request), _zone(request))
    try:
        first = [await anext(rows), await anext(rows, "")]  # fails before anything is sent
    except StoreUnavailable:
        language = page_language(request)
        sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
        return render(request, "error.html", 503, message=sentence)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="comments.csv"',
        }
    )
    await response.prepare(request)
    for part in first:
        await response.write(part.encode())
    async for part in rows:
        await response.write(part.encode())
    await response.write_eof()
    return response


def asked(request: web.Request) -> RecordQuery:
    """What the address asks for; what makes no sense there is left out."""
    given = request.query
    topic = given.get("topic", "")
    year, page = _number(given.get("year", "")), _number(given.get("page", ""))
    return RecordQuery(
        text=clean(given.get("q", "")[:LONGEST_SEARCH]).text,
        topic=CommentTopic(topic) if topic in list(CommentTopic) else None,
        year=year if year in YEARS else None,
        page=max(1, page),
    )


def _shown(entry: Entry, topics: dict[str, str], language: str) -> ShownEntry:
    texts = TEXTS[language]
    mark = "" if entry.visibility == "released" else texts[f"record_{entry.visibility}"]
    title = texts["record_reply"]
    if entry.replied:
        title = texts["record_reply_on"].format(date=long_date(entry.replied, language))
    return ShownEntry(
        number=entry.number,
        topic=topics[entry.topic],
        filed=texts["record_filed"].format(date=long_date(entry.filed, language)),
        window=texts[f"window_{entry.window}"],
        language=entry.language,
        text=entry.text or "",
        mark=mark.format(reason=reason_words(entry.reason, language)),
        gone=entry.text is None,
        reply=entry.reply or "",
        reply_title=title,
    )


def _count(page: RecordPage, language: str) -> str:
    if page.has_more:
        return TEXTS[language]["record_count_more"].format(count=f"{page.total:,}")
    if page.total == 1:
        return TEXTS[language]["record_count_one"]
    return TEXTS[language]["record_count"].format(count=f"{page.total:,}")


def _path(path: str, query: RecordQuery, language: str, page: int = 1) -> str:
    values: dict[str, object] = {"lang": language}
    if query.text:
        values["q"] = query.text
    if query.topic:
        values["topic"] = query.topic.value
    if query.year:
        values["year"] = query.year
    if page > 1:
        values["page"] = page
    return f"{path}?{urlencode(values)}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _zone(request: web.Request) -> ZoneInfo:
    return ZoneInfo(request.app[SETTINGS].timezone)
