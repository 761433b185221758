"""Everything the desk shows of one comment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.comments.moderation import last_event
from bot.comments.review_tables import Note, Theme
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentEvent, Contact, Outgoing, Turn

SHOWN_TURNS = 20
SUGGESTED = 5
RECENT = 300
"""So many comments of the same topic tell which themes are usual for it."""


@dataclass(frozen=True)
class Dossier:
    """One comment with all that belongs to it."""

    comment: Comment
    turns: Sequence[Turn]
    """The conversation up to the comment, oldest first."""
    events: Sequence[CommentEvent]
    notes: Sequence[Note]
    contact: Contact | None
    letters: Sequence[Outgoing]
    similar: int
    """How many comments are near-copies of this one, itself included; 0 without any."""
    seen: str
    """The marker its forms carry: which comment, and the last event shown."""


async def dossier(store: Store, receipt: str) -> Dossier | None:
    """Everything about a comment, by its canonical receipt."""
    async with store.session() as session:
        comment = await session.scalar(select(Comment).where(Comment.receipt == receipt))
        if comment is None:
            return None
        identity = comment.id

        turns: Sequence[Turn] = ()
        if comment.conversation_id:
            query = (
                select(Turn)
                .where(
                    Turn.conversation_id == comment.conversation_id,
                    Turn.created_at <= comment.created_at,
                )
                .order_by(Turn.created_at.desc())
                .limit(SHOWN_TURNS)
            )
            turns = list(reversed((await session.scalars(query)).all()))
        similar = 0
        if comment.similar_group is not None:
            same = Comment.similar_group == comment.similar_group
            similar = await session.scalar(select(func.count()).where(same)) or 0
        contact = await session.scalar(select(Contact).where(Contact.comment_id == identity))
        events = select(CommentEvent).where(CommentEvent.comment_id == identity)
        events = events.order_by(CommentEvent.id.desc())
        notes = select(Note).where(Note.comment_id == identity).order_by(Note.id)
        letters = select(Outgoing).where(Outgoing.comment_id == identity)
        letters = letters.order_by(Outgoing.created_at)
        return Dossier(
            comment=comment,
            turns=turns,
            events=(await session.scalars(events)).all(),
            notes=(await session.scalars(notes)).all(),
            contact=contact,
            letters=(await session.scalars(letters)).all(),
            similar=similar,
            seen=f"{comment.receipt}:{await last_event(session, identity)}",
        )


async def themes(store: Store) -> Sequence[Theme]:
    """The themes that can be put on comments, by title."""
    async with store.session() as session:
        query = select(Theme).where(Theme.retired.is_(False)).order_by(Theme.title_en)
        return (await session.scalars(query)).all()


async def suggested(store: Store, comment: Comment, known: Sequence[Theme]) -> list[str]:
    """Keys of themes that fit a comment: those of near-copies, of its topic, and usual for it."""
    async with store.session() as session:
        query = (
            select(Comment.themes, Comment.similar_group)
            .where(Comment.topic == comment.topic, Comment.id != comment.id)
            .order_by(Comment.id.desc())
            .limit(RECENT)
        )
        near = (await session.execute(query)).tuples().all()
        if comment.similar_group is not None:
            alike = select(Comment.themes, Comment.similar_group).where(
                Comment.similar_group == comment.similar_group, Comment.id != comment.id
            )
            near = [*near, *(await session.execute(alike.limit(RECENT))).tuples().all()]
    weights: dict[str, float] = {t.key: 2.0 for t in known if comment.topic in t.topics}
    for keys, group in near:
        is_copy = group is not None and group == comment.similar_group
        for key in keys:
            weights[key] = weights.get(key, 0) + (10 if is_copy else 0.05)
    choosable = {t.key for t in known} - set(comment.themes)
    ranked = sorted(weights, key=lambda key: (-weights[key], key))
    return [key for key in ranked if key in choosable][:SUGGESTED]
