"""You said, we did: what the city decided about the themes of comments, for the public."""

from typing import Any

from aiohttp import web

from bot.comments import themes
from bot.comments.similar import SHORTEST, THRESHOLD
from bot.comments.store import StoreUnavailable
from bot.language.messages import say
from bot.web.keys import SETTINGS, STORE
from bot.web.language import page_language
from bot.web.middlewares import error_response
from bot.web.render import render

routes = web.RouteTableDef()
TEXTS = {
    "en": {
        "title": "You said, we did",
        "lead": "What residents said about the plan, and what the city decided.",
        "none": "The city has not decided on any theme yet.",
        "decision": "Decision", "words": "The city's words", "changed": "What changed",
        "section": "Part of the plan", "before": "Wording before", "after": "Wording after",
        "all": "All themes", "date": "Published",
        "policy_title": "How comments are counted",
        "policy": "Every comment counts, also when many people send the same words. Comments that "
        "share at least about {percent} % of their wording, and have at least {words} words, are "
        "read together; staff see what each person changed. None is deleted for that.",
    },
    "es": {
        "title": "Usted dijo, la ciudad hizo",
        "lead": "Lo que los residentes dijeron sobre el plan, y lo que la ciudad decidió.",
        "none": "La ciudad aún no ha decidido sobre ningún tema.",
        "decision": "Decisión", "words": "Palabras de la ciudad", "changed": "Qué cambió",
        "section": "Parte del plan", "before": "Texto anterior", "after": "Texto nuevo",
        "all": "Todos los temas", "date": "Publicado",
        "policy_title": "Cómo se cuentan los comentarios",
        "policy": "Cada comentario cuenta, también cuando muchas personas envían las mismas "
        "palabras. Los comentarios que comparten al menos cerca del {percent} % de su texto, y "
        "tienen al menos {words} palabras, se leen juntos; el personal ve qué cambió cada persona. "
        "Ninguno se borra por eso.",
    },
}  # fmt: skip


def policy(language: str) -> str:
    """How near-copies are handled, with the thresholds that are used."""
    text = TEXTS[language]["policy"]
    return text.format(percent=round(THRESHOLD * 100), words=SHORTEST)


@routes.get("/themes", name="themes")
async def all_themes(request: web.Request) -> web.StreamResponse:
    """Every theme with a decision that is published."""
    language = page_language(request)
    try:
        found = await themes.counted(request.app[STORE], published=True)
    except StoreUnavailable:
        return _unavailable(request, language)
    shown = [_shown(one, language) for one in found]
    return render(
        request, "themes.html", texts=TEXTS[language], themes=shown, policy=policy(language)
    )


@routes.get("/themes/{key}", name="theme")
async def one_theme(request: web.Request) -> web.StreamResponse:
    """One theme: what was said, decided and changed."""
    language = page_language(request)
    try:
        found = await themes.one(request.app[STORE], request.match_info["key"])
    except StoreUnavailable:
        return _unavailable(request, language)
    if found is None or found.theme.published_at is None:
        raise web.HTTPNotFound
    return render(request, "theme.html", texts=TEXTS[language], theme=_shown(found, language))


def _shown(found: themes.Counted, language: str) -> dict[str, Any]:
    theme = found.theme
    return {
        "key": theme.key,
        "title": themes.title_of(theme, language),
        "count": themes.count_of(found, language),
        "decision": themes.decision_of(theme, language),
        "words": themes.words_of(theme, language),
        "changed": theme.changed_es if language == "es" else theme.changed_en,
        "section": theme.plan_section,
        "before": theme.wording_before,
        "after": theme.wording_after,
    }


def _unavailable(request: web.Request, language: str) -> web.StreamResponse:
    sentence = say("error_unavailable", language, contact=request.app[SETTINGS].contact)
    return error_response(request, 503, "unavailable", sentence)
