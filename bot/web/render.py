"""A page from its template, with what every page has."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from bot.plan.clock import long_date
from bot.web.cookies import KEPT_DAYS, remember_language, remember_visitor
from bot.web.csrf import csrf, fresh_visitor
from bot.web.keys import ASSETS, KNOWLEDGE, SETTINGS, TEMPLATES
from bot.web.language import page_language
from bot.web.words import WORDS

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
NAVIGATION = (
    ("chat", "nav_ask"),
    ("comment_form", "nav_comment"),
    ("record", "nav_record"),
    ("themes", "nav_themes"),
    ("find_comment", "check_comment"),
)
"""The routes in the header of every page, with the key of their words; those that exist."""


@lru_cache(maxsize=4)
def templates(*folders: Path) -> Environment:
    """The templates of residents' pages, and those of further folders; made once a process."""
    loaders = [FileSystemLoader(folder) for folder in (TEMPLATE_FOLDER, *folders)]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["csrf"] = csrf
    return environment


def render(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """The page; `values` are the template's own, and may replace what every page has."""
    page = request.app[TEMPLATES].get_template(template)
    html = page.render(_shared(request) | {"status": status} | values)
    response = web.Response(text=html, status=status, content_type="text/html")
    if request.query.get("lang") in WORDS:
        remember_language(request, response, request.query["lang"])
    if visitor := fresh_visitor(request):
        remember_visitor(request, response, visitor)
    return response


def render_part(request: web.Request, template: str, **values: Any) -> str:
    """A part of a page, for the script to put in."""
    return request.app[TEMPLATES].get_template(template).render(_shared(request) | values)


def _shared(request: web.Request) -> dict[str, Any]:
    language = page_language(request)
    knowledge, settings = request.app[KNOWLEDGE], request.app[SETTINGS]
    other = "en" if language == "es" else "es"
    return {
        "request": request,
        "language": language,
        "other_language": "?" + request.rel_url.update_query(lang=other).raw_query_string,
        "words": WORDS[language],
        "plan": knowledge.plan,
        "checked": long_date(knowledge.plan.as_of, language),
        "contact": settings.contact,
        "static": request.app[ASSETS].address,
        "kept_days": KEPT_DAYS,
        "navigation": _navigation(request, language),
    }


def _navigation(request: web.Request, language: str) -> list[tuple[str, str, bool]]:
    """Address, words and whether it is this page, of every entry in the header."""
    router = request.app.router
    return [
        (str(router[name].url_for()), WORDS[language][key], request.path == router[name].canonical)
        for name, key in NAVIGATION
        if name in router
    ]
