"""A reply compiled for SMS: at most two segments a page, MORE for the rest.

The order is text, source, numbered choices. GSM-7 is used wherever it keeps all letters: á í ó ú
lose their accent (they are not in GSM-7, and one of them would cost half of the room), é ñ ü ¿ ¡
stay. A text in another script is sent as UCS-2. Choices that only lead on from an answer are
left out where they would cost a segment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.language.gsm7 import size_of, to_gsm7
from bot.language.messages import say

SEGMENTS = 2
"""The most that one page may cost."""
_SENTENCE_END = re.compile(r"[.!?;](?:\s|$)|\n")


@dataclass(frozen=True)
class Compiled:
    """A reply ready to send: its pages, and the button that each number presses."""

    pages: tuple[str, ...]
    choices: tuple[str, ...] = ()
    """Tokens of the buttons 1, 2, 3 ..."""


def as_sms(text: str) -> str:
    """The text in GSM-7 if that keeps every letter, else as it is."""
    plain = to_gsm7(text)
    return text if _letters(text) > _letters(plain) else plain


def compile_reply(
    replies: Sequence[dict[str, Any]], language: str, public_url: str | None = None
) -> Compiled:
    """Compile the replies of one turn (as `Result.replies` has them) into pages."""
    text = as_sms("\n".join(reply["text"] for reply in replies))
    sources = [source for reply in replies for source in reply["sources"]]
    buttons = [button for reply in replies for button in reply["buttons"]][:9]
    pages = pages_of(text, language)
    if sources:
        pages = _append(pages, as_sms(source_line(sources, language, public_url)), language)
    menu = as_sms("\n".join(f"{n} {button['title']}" for n, button in enumerate(buttons, 1)))
    leads_on = bool(sources)
    if not menu or (leads_on and _costs_more(pages, menu)):
        return Compiled(pages)
    return Compiled(
        _append(pages, menu, language), tuple(str(button["token"]) for button in buttons)
    )


def source_line(
    sources: Sequence[dict[str, Any]], language: str, public_url: str | None = None
) -> str:
    """One short line: the fact's own page with all its sources, or the first source's site."""
    first = sources[0]
    if public_url:
        return f"{say('source', language)}: {public_url}/f/{first['fact']}"
    sites = list(dict.fromkeys(_site(source["url"]) for source in sources))
    more = f" +{len(sites) - 1}" if len(sites) > 1 else ""
    return f"{say('source', language)}: {sites[0]}{more}"


def pages_of(text: str, language: str) -> tuple[str, ...]:
    """Cut a text into pages of two segments, each but the last with the word for the rest."""
    text = text.strip()
    if size_of(text).segments <= SEGMENTS:
        return (text,)
    hint = f" {as_sms(say('sms_more', language))}"
    pages = []
    while size_of(text).segments > SEGMENTS:
        end = _cut(text, hint)
        pages.append(text[:end].rstrip() + hint)
        text = text[end:].lstrip()
    return (*pages, text)


def _append(pages: tuple[str, ...], block: str, language: str) -> tuple[str, ...]:
    """Put a block that stays together onto the last page, or on a page after it."""
    *before, last = pages
    together = f"{last}\n{block}"
    if size_of(together).segments <= SEGMENTS:
        return (*before, together)
    hint = f" {as_sms(say('sms_more', language))}"
    if size_of(last + hint).segments <= SEGMENTS:
        return (*before, last + hint, *pages_of(block, language))
    return (*before, *pages_of(together, language))


def _costs_more(pages: tuple[str, ...], menu: str) -> bool:
    together = size_of(f"{pages[-1]}\n{menu}").segments
    return together > min(size_of(pages[-1]).segments, SEGMENTS)


def _cut(text: str, hint: str) -> int:
    """Where to cut, so that what is before it fits with the hint: after a sentence, else a word."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = size_of(text[:middle].rstrip() + hint).segments <= SEGMENTS
        low, high = (middle, high) if fits else (low, middle - 1)
    ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, low)]
    if ends and ends[-1] > low // 2:
        return ends[-1]
    blank = text.rfind(" ", low // 2, low + 1)
    return blank if blank > 0 else low


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
