"""The page of one fact: its words in both languages, its dates and its sources."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.plan.answer import Speaker, neighbours, wording
from bot.plan.clock import in_words, long_date, when_in_words
from bot.plan.load import Knowledge
from bot.plan.model import Fact
from bot.web.comment_words import TEXTS
from bot.web.keys import KNOWLEDGE, SETTINGS
from bot.web.language import page_language
from bot.web.pictures import picture_of
from bot.web.render import render

routes = web.RouteTableDef()
RELATED = 4


@dataclass(frozen=True)
class SourceShown:
    """A source as the page lists it. `copy_at` is the site of a third-party copy."""

    title: str
    publisher: str
    url: str
    date: str | None
    page: int | None
    quote: str | None
    copy_at: str | None


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
    related = neighbours(found, knowledge)[: max(RELATED, len(found.parts))]
    return render(
        request,
        "fact.html",
        texts=TEXTS[language],
        fact=found,
        title=found.title.in_(language),
        text=wording(found, Speaker(language, "web", today)),
        when=when_in_words(found.when, language) if found.when else None,
        today=long_date(today, language),
        other=other,
        other_title=found.title.in_(other),
        other_text=wording(found, Speaker(other, "web", today)),
        picture=picture_of(found.id, knowledge, language, today),
        sources=_sources(found, knowledge, language),
        related=[(one.id, one.title.in_(language)) for one in related],
    )


def _sources(found: Fact, knowledge: Knowledge, language: str) -> list[SourceShown]:
    shown = []
    for citation in found.sources:
        source = knowledge.sources[citation.id]
        copy_at = urlsplit(source.url).hostname if source.kind == "copy" else None
        shown.append(
            SourceShown(
                source.title,
                source.publisher,
                source.url,
                in_words(source.date, language) if source.date else None,
                citation.page,
                citation.quote,
                copy_at,
            )
        )
    return shown
