"""Themes and the city's decisions: you said, we did."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.comments.review_tables import CommentTheme, Decision, Theme
from bot.comments.staff import log
from bot.comments.store import Store
from bot.comments.tables import CommentTopic
from bot.language.gsm7 import size_of, to_gsm7

FIELDS = (
    "title_en", "title_es", "words_en", "words_es", "changed_en", "changed_es", "plan_section",
    "wording_before", "wording_after",
)  # fmt: skip
LONGEST = 5000
TITLE = 120
DECISIONS = {
    "en": {"accepted": "Accepted", "partly": "Accepted in part", "declined": "Declined",
           "out_of_scope": "Outside of this plan"},
    "es": {"accepted": "Aceptado", "partly": "Aceptado en parte", "declined": "No aceptado",
           "out_of_scope": "Fuera de este plan"},
}  # fmt: skip
_SMS = {
    "en": "You said ({count}): {title}. City: {decision}. {words}",
    "es": "Usted dijo ({count}): {title}. Ciudad: {decision}. {words}",
}
_COUNT = {
    "en": ("1 comment", "{count:,} comments"),
    "es": ("1 comentario", "{count:,} comentarios"),
}
SMS_SEGMENTS = 2


class BadTheme(ValueError):
    """Why a theme is not saved or published, in one sentence."""


@dataclass(frozen=True)
class Counted:
    """A theme and how many comments have it."""

    theme: Theme
    comments: int


async def add(store: Store, title_en: str, title_es: str, actor: str) -> Theme:
    """Define a theme; its key is made of its English title. Raises BadTheme."""
    title_en, title_es = _line(title_en, TITLE), _line(title_es, TITLE)
    if not title_en or not title_es:
        raise BadTheme("A theme needs a title in English and in Spanish.")
    async with store.session() as session:
        taken = set((await session.scalars(select(Theme.key))).all())
        now = datetime.now(UTC)
        theme = Theme(
            key=_key(title_en, taken), title_en=title_en, title_es=title_es, topics=[],
            created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(theme)
        log(session, actor, "theme_added", theme.key, after={"title_en": title_en})
    return theme


async def save(
    store: Store,
    key: str,
    actor: str,
    values: dict[str, str],
    topics: Sequence[str],
    decision: str,
    retired: bool,
    seen: str,
) -> Theme:
    """Change a theme. What is published stays complete. Raises BadTheme.

    `seen` is when the page's theme was changed last: nobody writes over what they have not read.
    """
    async with store.session() as session:
        theme = await session.scalar(select(Theme).where(Theme.key == key).with_for_update())
        if theme is None:
            raise BadTheme("There is no such theme.")
        if theme.updated_at.isoformat() != seen:
            raise BadTheme("Somebody changed this theme since you opened it. Compare, then save.")
        if decision and decision not in set(Decision):
            raise BadTheme("Choose a decision of the list.")
        given = {name: values.get(name, "").strip() for name in FIELDS}
        if any(len(value) > LONGEST for value in given.values()):
            raise BadTheme(f"{LONGEST:,} characters fit into each field.")
        given["title_en"] = _line(given["title_en"], TITLE)
        given["title_es"] = _line(given["title_es"], TITLE)
        if not given["title_en"] or not given["title_es"]:
            raise BadTheme("A theme needs a title in English and in Spanish.")
        before = {name: getattr(theme, name) for name in (*FIELDS, "decision", "retired")}
        for name, value in given.items():
            setattr(theme, name, value)
        theme.topics = [one for one in CommentTopic if one in topics]
        theme.decision, theme.retired = decision or None, retired
        theme.updated_at = datetime.now(UTC)
        if theme.published_at is not None:
            check(theme)
        after = {name: getattr(theme, name) for name in before}
        changed = {name for name in before if before[name] != after[name]}
        log(
            session, actor, "theme_saved", key,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )  # fmt: skip
    return theme


async def publish(store: Store, key: str, actor: str, public: bool) -> Theme:
    """Show a theme to the public, or take it back. Raises BadTheme without a decision."""
    async with store.session() as session:
        theme = await session.scalar(select(Theme).where(Theme.key == key).with_for_update())
        if theme is None:
            raise BadTheme("There is no such theme.")
        if public:
            check(theme)
        theme.published_at = datetime.now(UTC) if public else None
        log(session, actor, "theme_published" if public else "theme_taken_back", key)
    return theme


def check(theme: Theme) -> None:
    """Raise BadTheme unless a theme is complete enough for the public."""
    if not theme.decision:
        raise BadTheme("A theme is not shown without the city's decision.")
    if not theme.words_en or not theme.words_es:
        raise BadTheme("The city's words are missing in English or in Spanish.")


async def counted(store: Store, published: bool = False) -> list[Counted]:
    """Themes with the number of their comments, the most said first."""
    async with store.session() as session:
        query = (
            select(Theme, func.count(CommentTheme.comment_id))
            .outerjoin(CommentTheme, CommentTheme.theme_id == Theme.id)
            .group_by(Theme.id)
            .order_by(func.count(CommentTheme.comment_id).desc(), Theme.title_en)
        )
        if published:
            query = query.where(Theme.published_at.is_not(None))
        return [Counted(theme, number) for theme, number in (await session.execute(query)).tuples()]


async def one(store: Store, key: str) -> Counted | None:
    """A theme by its key."""
    return next((c for c in await counted(store) if c.theme.key == key), None)


async def published_of(store: Store, comment: int) -> Sequence[Theme]:
    """The published themes of a comment."""
    async with store.session() as session:
        query = (
            select(Theme)
            .join(CommentTheme, CommentTheme.theme_id == Theme.id)
            .where(CommentTheme.comment_id == comment, Theme.published_at.is_not(None))
            .order_by(Theme.title_en)
        )
        return (await session.scalars(query)).all()


async def public(store: Store) -> list[Counted]:
    """The published themes in the order they were published in: a new one comes last."""
    found = await counted(store, published=True)
    return sorted(found, key=lambda one: (one.theme.published_at, one.theme.id))


def title_of(theme: Theme, language: str) -> str:
    """Its title."""
    return theme.title_es if language == "es" else theme.title_en


def words_of(theme: Theme, language: str) -> str:
    """The city's words on it."""
    return theme.words_es if language == "es" else theme.words_en


def decision_of(theme: Theme, language: str) -> str:
    """The city's decision, in words."""
    return DECISIONS[language].get(theme.decision or "", "")


def count_of(found: Counted, language: str) -> str:
    """How many comments have it, in words."""
    one, many = _COUNT[language]
    return one if found.comments == 1 else many.format(count=found.comments)


def sms_summary(found: Counted, language: str) -> str:
    """What the city did about a theme, in two segments at most; longer words are cut."""
    theme = found.theme
    begin = _SMS[language].format(
        count=count_of(found, language), title=title_of(theme, language),
        decision=decision_of(theme, language), words="",
    )  # fmt: skip
    return as_fits(begin, words_of(theme, language))


def as_fits(begin: str, words: str) -> str:
    """A text message that ends with as many of these words as two segments hold."""
    begin = begin.strip()
    pieces = words.split()
    for kept in range(len(pieces), 0, -1):
        said = " ".join(pieces[:kept]) + ("" if kept == len(pieces) else " ...")
        text = f"{begin} {said}"
        if size_of(to_gsm7(text)).segments <= SMS_SEGMENTS:
            return text
    return begin


def _line(typed: str, most: int) -> str:
    line = " ".join(typed.split())
    if len(line) > most:
        raise BadTheme(f"A title has up to {most} characters.")
    return line


def _key(title: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "theme"
    number = 2
    found = key
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    return found
