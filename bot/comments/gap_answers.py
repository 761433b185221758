"""The answer to a gap on its way: written, sent for approval, published by somebody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.gap_tables import GapGroup, GapMember, GapState
from bot.comments.gaps import LONGEST_REASON, BadGap, hold, note
from bot.comments.letter_words import words
from bot.comments.outgoing import Letter, enqueue
from bot.comments.queue import LANGUAGES
from bot.comments.staff import log
from bot.comments.store import Store
from bot.comments.tables import Comment, Contact, ContactKind, Visibility
from bot.language.gsm7 import size_of, to_gsm7

LONGEST = 5000
MOST_SEGMENTS = 2
GONE = (Visibility.WITHDRAWN.value, Visibility.ERASED.value)


@dataclass(frozen=True)
class Word:
    """What askers are told of an answer, by language, and where more stands."""

    answer: Mapping[str, str]
    sms: Mapping[str, str]
    link: str | None
    contact: str


async def save(
    store: Store, identity: int, seen: str, actor: str, typed: dict[str, str], send: bool = False
) -> None:
    """Keep an answer as it is typed, or send it for approval. Raises BadGap.

    What waits for approval and is saved again has to be sent again.
    """
    if any(len(value) > LONGEST for value in typed.values()):
        raise BadGap(f"{LONGEST:,} characters fit into each field.")
    async with store.session() as session:
        group = await hold(session, identity, seen)
        if group.state == GapState.PUBLISHED:
            raise BadGap("This answer is published. Take it back first, then change it.")
        if group.state == GapState.SET_ASIDE:
            raise BadGap("This was set aside. Put it back on the board first.")
        before = group.answer or {}
        changed = [k for k in {**before, **typed} if before.get(k, "") != typed.get(k, "")]
        group.answer, group.reason = typed, None
        group.state = (GapState.WAITING if send else GapState.DRAFT).value
        group.writer = actor
        note(
            session, group, actor, "sent" if send else "saved", None,
            {name: before.get(name, "") for name in sorted(changed)},
            {name: typed.get(name, "") for name in sorted(changed)},
        )  # fmt: skip


async def publish(
    store: Store, identity: int, seen: str, actor: str, fact: str, entry: str, word: Word
) -> int:
    """Publish an answer that somebody else wrote; the number of people who are told.

    They are told in the same transaction. Raises BadGap.
    """
    async with store.session() as session:
        group = await hold(session, identity, seen)
        may_decide(group, actor)
        group.state, group.fact, group.entry = GapState.PUBLISHED.value, fact, entry
        told = await _tell(session, group, word)
        note(session, group, actor, "published", None, None, {"fact": fact, "told": told})
        log(session, actor, "gap_published", fact, after={"writer": group.writer, "told": told})
    return told


def may_decide(group: GapGroup, actor: str) -> None:
    """Raise BadGap unless this waits for approval, and by somebody else than its writer."""
    if group.state != GapState.WAITING:
        raise BadGap("Nothing waits for approval here.")
    if group.writer == actor:
        raise BadGap("You wrote this answer. Somebody else has to approve it.")


async def send_back(store: Store, identity: int, seen: str, actor: str, reason: str) -> None:
    """Give an answer back to its writer, with the reason. Raises BadGap."""
    reason = _reason(reason)
    async with store.session() as session:
        group = await hold(session, identity, seen)
        if group.state != GapState.WAITING:
            raise BadGap("Nothing waits for approval here.")
        group.state, group.reason = GapState.DRAFT.value, reason
        note(session, group, actor, "sent_back", reason)


async def take_back(store: Store, identity: int, seen: str, actor: str, reason: str) -> None:
    """Stop serving a published answer, with the reason. Raises BadGap."""
    reason = _reason(reason)
    async with store.session() as session:
        group = await hold(session, identity, seen)
        if group.state != GapState.PUBLISHED:
            raise BadGap("Nothing is published here.")
        entry: dict[str, Any] = {"entry": group.entry}
        group.state, group.reason = GapState.TAKEN_BACK.value, reason
        group.fact, group.entry = None, None
        note(session, group, actor, "taken_back", reason, entry)
        log(session, actor, "gap_taken_back", f"gap {identity}", reason)


async def published(store: Store) -> dict[str, str]:
    """The file of each published answer, by its fact."""
    async with store.session() as session:
        query = select(GapGroup.fact, GapGroup.entry).where(
            GapGroup.state == GapState.PUBLISHED.value
        )
        rows = (await session.execute(query)).tuples()
        return {fact: entry for fact, entry in rows if fact and entry}


async def since_asked(store: Store, comment: Comment) -> list[tuple[str, dict[str, str]]]:
    """Facts that answer what was asked before a comment, published since; with their titles."""
    if comment.conversation_id is None or comment.visibility in GONE:
        return []
    async with store.session() as session:
        asked = select(GapMember.group_id).where(
            GapMember.conversation_id == comment.conversation_id
        )
        query = select(GapGroup.fact, GapGroup.answer).where(
            GapGroup.id.in_(asked), GapGroup.state == GapState.PUBLISHED.value
        )
        rows = (await session.execute(query.order_by(GapGroup.id))).tuples()
        return [
            (
                fact,
                {language: (answer or {}).get(f"title_{language}", "") for language in LANGUAGES},
            )
            for fact, answer in rows
            if fact
        ]


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise BadGap(f"Say why in up to {LONGEST_REASON} characters.")
    return reason


async def _tell(session: AsyncSession, group: GapGroup, word: Word) -> int:
    """Queue a message to who asked, and left a comment with a way to be told; each once."""
    asked = select(GapMember.conversation_id).where(GapMember.group_id == group.id)
    query = (
        select(Comment, Contact)
        .join(Contact, Contact.comment_id == Comment.id)
        .where(Comment.conversation_id.in_(asked), Comment.visibility.not_in(GONE))
        .order_by(Comment.id)
    )
    told = 0
    for comment, contact in (await session.execute(query)).tuples().all():
        kind, language = ContactKind(contact.kind), contact.language
        spoken = "es" if language == "es" else "en"
        if kind is ContactKind.EMAIL:
            subject: str | None = words("answer_subject", language)
            text = words(
                "answer_email", language, receipt=comment.receipt, answer=word.answer[spoken],
                link=word.link or f"/f/{group.fact}", contact=word.contact,
            )  # fmt: skip
        else:
            subject, text = None, _sms(word, language, spoken)
        await enqueue(
            session,
            Letter(
                key=f"gap-{group.id}-{comment.id}", kind=kind, sealed=contact.sealed, text=text,
                language=language, subject=subject, comment_id=comment.id,
            ),
        )  # fmt: skip
        told += 1
    return told


def _sms(word: Word, language: str, spoken: str) -> str:
    whole = words("answer_sms", language, answer=word.sms[spoken])
    if size_of(to_gsm7(whole)).segments <= MOST_SEGMENTS:
        return whole
    if word.link:
        return words("answer_sms_link", language, link=word.link)
    return words("answer_sms_short", language)
