"""What the city decided about themes, by text: THEMES lists them, "THEME 2" tells of one."""

import re
from collections.abc import Sequence

from bot.comments.store import Store
from bot.comments.themes import Counted, decision_of, public, sms_summary, title_of
from bot.language.gloss import fold
from bot.language.messages import say

_ASKED = re.compile(r"(?:themes?|temas?)\b[\s:#]*(.*)")
_WORD = re.compile(r"[a-z0-9]+")


def asked_theme(body: str) -> str | None:
    """What follows the word THEME, folded; None for a text that does not begin with it."""
    found = _ASKED.fullmatch(fold(body).strip(" \t\n.,!?;:¡¿\"'()*"))
    return found[1] if found else None


async def decided(store: Store, asked: str, language: str) -> str | None:
    """The list, or one theme by its number or by words of its title.

    None if no one theme is meant: then the text is a question or a comment. Raises
    StoreUnavailable.
    """
    themes = await public(store)
    if not asked:
        return _listed(themes, language)
    if asked.isdecimal():
        number = int(asked)
        found = themes[number - 1 : number] if number else []
    else:
        found = [one for one in themes if _names(asked, one)]
    return sms_summary(found[0], language) if len(found) == 1 else None


def _listed(themes: Sequence[Counted], language: str) -> str:
    if not themes:
        return say("sms_themes_none", language)
    lines = [say("sms_themes", language)]
    for number, one in enumerate(themes, 1):
        title, decision = title_of(one.theme, language), decision_of(one.theme, language)
        lines.append(say("sms_themes_one", language, number=number, title=title, decision=decision))
    return "\n".join(lines)


def _names(asked: str, found: Counted) -> bool:
    """Whether all that was asked for are words of the title."""
    words = _words(asked)
    titles = (found.theme.title_en, found.theme.title_es)
    return bool(words) and any(words <= _words(fold(title)) for title in titles)


def _words(folded: str) -> set[str]:
    """Its words; Wi-Fi is wifi."""
    return set(_WORD.findall(folded.replace("-", "")))
