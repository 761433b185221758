"""A comment that is still being written: what was typed, checked, and sealed into its page.

Nothing of it is stored before its author confirms. The page carries it, encrypted, so that what
is filed is exactly what was read back, and so that the same draft is filed once.
"""

import json
import re
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.comments.code_word import BadCodeWord, check
from bot.comments.contacts import BadContact, parse_contact
from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.tables import CommentTopic
from bot.language.clean import COMMENT_LIMIT, clean
from bot.language.detect import language_of
from bot.language.mask import LABELS, Personal, mask

TYPED = ("topic", "text", "zip_code", "contact", "code_word")
_ZIP = re.compile(r"(\d{5})(?:[- ]?\d{4})?", re.ASCII)
_ZIPS = range(501, 99951)
"""From Holtsville, New York, to Ketchikan, Alaska."""
_PURPOSE = "comment draft"
Errors = dict[str, str]
"""By field: the key of the sentence that says what is wrong."""


@dataclass(frozen=True)
class Draft:
    """What its author typed so far, and what it is about."""

    id: str
    notice_version: str
    topic: str = ""
    text: str = ""
    zip_code: str = ""
    contact: str = ""
    code_word: str = ""
    language: str = ""
    masked: tuple[str, ...] = ()
    fact: str = ""
    conversation: str = ""
    turn: str = ""
    turn_status: str = ""
    receipt: str = ""
    """Of the comment that is corrected."""

    def seal(self, sealer: Sealer) -> str:
        """The draft as its page carries it."""
        values = {key: value for key, value in asdict(self).items() if value}
        return sealer.seal(json.dumps([_PURPOSE, values], ensure_ascii=False))

    def typed(self, fields: dict[str, str]) -> "Draft":
        """The draft with what a form sent, as it was typed."""
        given: dict[str, Any] = {name: fields[name] for name in TYPED if name in fields}
        return replace(self, **given)


def new_draft(notice_version: str) -> Draft:
    """A fresh draft."""
    return Draft(uuid.uuid4().hex, notice_version)


def opened(sealed: str, sealer: Sealer) -> Draft | None:
    """The draft that a page carried; None if it was changed or is not ours."""
    try:
        purpose, values = json.loads(sealer.open(sealed))
    except (BrokenSeal, ValueError, TypeError):
        return None
    if purpose != _PURPOSE:
        return None
    return Draft(**values | {"masked": tuple(values.get("masked", ()))})


def checked(draft: Draft, page_language: str) -> tuple[Draft, Errors]:
    """The draft as it would be stored, and what is wrong with it."""
    errors: Errors = {}
    if draft.topic not in list(CommentTopic):
        errors["topic"] = "topic_missing"
    draft, wrong = checked_text(draft, page_language)
    draft, more = checked_details(draft)
    return draft, errors | wrong | more


def checked_text(draft: Draft, page_language: str) -> tuple[Draft, Errors]:
    """Clean the text and mask what is personal in it; where it is wrong it stays as typed."""
    cleaned = clean(draft.text)
    if not cleaned.text:
        return draft, {"text": "text_empty"}
    if not cleaned.has_words:
        return draft, {"text": "text_words"}
    if len(cleaned.text) > COMMENT_LIMIT:
        return draft, {"text": "text_long"}
    masked = mask(cleaned.text, page_language)
    before = [kind for kind in draft.masked if _label_stands_in(masked.text, kind)]
    kinds = tuple(dict.fromkeys([*before, *masked.kinds]))
    language = language_of(cleaned.text, page_language)
    return replace(draft, text=masked.text, masked=kinds, language=language), {}


def checked_details(draft: Draft) -> tuple[Draft, Errors]:
    """Check what is optional, and bring it into the form in which it is kept."""
    errors: Errors = {}
    zip_code, contact, word = (
        clean(value).text for value in (draft.zip_code, draft.contact, draft.code_word)
    )
    if zip_code:
        match = _ZIP.fullmatch(zip_code)
        if match and int(match[1]) in _ZIPS:
            zip_code = match[1]
        else:
            errors["zip_code"] = "zip_code_bad"
    if contact:
        try:
            contact = parse_contact(contact)[1]
        except BadContact:
            errors["contact"] = "contact_bad"
    if word:
        try:
            check(word)
        except BadCodeWord:
            errors["code_word"] = "code_word_bad"
    return replace(draft, zip_code=zip_code, contact=contact, code_word=word), errors


def _label_stands_in(text: str, kind: str) -> bool:
    return any(labels[Personal(kind)] in text for labels in LABELS.values())
