"""A demonstration: 500 made-up comments in a database of their own, never beside real ones."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select, update

from bot import ROOT
from bot.comments import gap_answers, gaps, moderation, similar, staff, themes
from bot.comments.gaps import GapView
from bot.comments.moderation import Seen
from bot.comments.review_tables import HideReason
from bot.comments.staff_tables import Role
from bot.comments.store import NewComment, Store
from bot.comments.tables import Comment, CommentState, Conversation, Priority, Turn
from bot.language.detect import spanish_share
from bot.plan.load import Knowledge
from bot.plan.today import window

MARK = "(Made up) "
"""Begins every text of the demonstration."""
SETTING = "demonstration"
COMMENTS = 500
CAMPAIGN = 40
SEED = 2018
ACTOR = "staff:demo"
THANKS = {
    "en": "Thank you. Your comment was read and counted.",
    "es": "Gracias. Su comentario fue leído y contado.",
}


class NotEmpty(Exception):
    """The database holds something else than a demonstration."""


async def seed(store: Store, knowledge: Knowledge) -> str | None:
    """Fill an empty database; the token of the link for its admin, None if it was done before.

    Raises NotEmpty.
    """
    if await staff.desk_setting(store, SETTING):
        return None
    async with store.session(None) as session:
        if await session.scalar(select(func.count()).select_from(Comment)):
            raise NotEmpty
    await staff.set_desk_setting(store, SETTING, True, "bot demo")
    words = yaml.safe_load((ROOT / "data" / "demo.yml").read_text("utf-8"))
    chance = random.Random(SEED)  # noqa: S311  (the same demonstration each time)
    filed = await _comments(store, knowledge, words, chance)
    for theme in words["themes"]:
        await _theme(store, theme)
    await _review(store, words, filed, chance)
    await similar.regroup(store)
    await _gaps(store, words["gaps"], random.Random(SEED))  # noqa: S311
    person = await staff.add(store, "demo", Role.ADMIN, None, "bot demo")
    return await staff.new_link(store, person.id, "bot demo")


async def _comments(
    store: Store, knowledge: Knowledge, words: Any, chance: random.Random
) -> list[Comment]:
    plan = knowledge.plan
    first = datetime.combine(plan.comments_open, datetime.min.time(), UTC)
    days = (plan.comments_close - plan.comments_open).days + 20
    filed = []
    texts: set[str] = set()
    for number in range(COMMENTS):
        moment = first + timedelta(days=chance.random() * days, hours=chance.randint(8, 22) - 12)
        language = "es" if chance.random() < 0.2 else "en"
        topic = chance.choice([key for key in words["en"] if key not in {"begin", "end"}])
        if number < CAMPAIGN:
            language, topic = "en", "quality_of_life"
        text = _text(words, language, topic, number < CAMPAIGN, chance)
        while text in texts and number >= CAMPAIGN:
            text = _text(words, language, topic, False, chance)
        texts.add(text)
        channel = chance.choices(["web", "sms", "phone", "letter"], [60, 30, 6, 4])[0]
        talk = f"demo-{number}" if channel in {"web", "sms"} else None
        if talk:
            await _talk(store, talk, channel, language, moment, knowledge, chance)
        comment = await store.add_comment(
            NewComment(
                draft=f"demo-{number}", channel=channel, language=language, topic=topic,
                text=MARK + text, window=window(moment.date(), plan.comments_open,
                                                plan.comments_close),
                masked=("email",) if chance.random() < 0.04 else (), plan_version=plan.version,
                notice_version=plan.notice_version, conversation_id=talk,
                turn_id=f"{talk}-1" if talk else None, turn_status="answered" if talk else None,
            )
        )  # fmt: skip
        async with store.session(None) as session:
            await session.execute(
                update(Comment).where(Comment.id == comment.id).values(created_at=moment)
            )
        filed.append(comment)
    return filed


def _text(words: Any, language: str, topic: str, campaign: bool, chance: random.Random) -> str:
    if campaign:
        text = f"{words['campaign']} {chance.choice(words['campaign_more'])}".strip()
    else:
        said = words[language]
        parts = [chance.choice(said["begin"]), chance.choice(said[topic])]
        if chance.random() < 0.4:
            parts.append(chance.choice([s for s in said[topic] if s not in parts] or [""]))
        parts.append(chance.choice(said["end"]))
        text = " ".join(part for part in parts if part)
    return str(text.format(place=chance.choice(words["places"])))


async def _talk(
    store: Store,
    identity: str,
    channel: str,
    language: str,
    moment: datetime,
    knowledge: Knowledge,
    chance: random.Random,
) -> None:
    fact = chance.choice(list(knowledge.facts.values()))
    async with store.session(None) as session:
        session.add(
            Conversation(
                id=identity, channel=channel, language=language, created_at=moment,
                updated_at=moment,
            )
        )  # fmt: skip
        await session.flush()
        asks = getattr(fact.asks, language)
        session.add(
            Turn(
                id=f"{identity}-1", conversation_id=identity, created_at=moment, channel=channel,
                language=language, question=asks[0] if asks else fact.title.in_(language),
                intent="ask_plan", confidence=round(chance.uniform(0.6, 0.99), 2),
                status="answered", facts=[fact.id], near=[], masked=[], took_ms=20,
                replies=[{"text": fact.title.in_(language), "sources": [], "buttons": []}],
            )
        )  # fmt: skip


async def _theme(store: Store, theme: Any) -> None:
    made = await themes.add(store, theme["en"], theme["es"], ACTOR)
    values = {
        "title_en": theme["en"], "title_es": theme["es"], "words_en": theme["words_en"],
        "words_es": theme["words_es"],
    }  # fmt: skip
    await themes.save(
        store, made.key, ACTOR, values, [theme["topic"]], theme["decision"], False,
        made.updated_at.isoformat(),
    )  # fmt: skip
    if theme["decision"]:
        await themes.publish(store, made.key, ACTOR, True)


async def _review(store: Store, words: Any, filed: list[Comment], chance: random.Random) -> None:
    """Let about half of them be reviewed, as staff would."""
    keys = {one.theme.title_en: one.theme.key for one in await themes.counted(store)}
    for comment in filed:
        if chance.random() < 0.5:
            continue
        seen = Seen(comment.receipt, 10**12)
        fits = [
            keys[theme["en"]]
            for theme in words["themes"]
            if any(word in comment.text for word in theme["words"])
        ]
        if fits:
            await moderation.put_themes(store, seen, ACTOR, fits)
        luck = chance.random()
        if luck < 0.05:
            await moderation.hide(store, seen, ACTOR, HideReason.NOT_A_COMMENT)
        elif luck < 0.85:
            await moderation.release(store, seen, ACTOR)
        if luck > 0.9:
            await moderation.prioritise(store, seen, ACTOR, Priority.HIGH)
        if 0.4 < luck < 0.6:
            async with store.session(None) as session:
                text = THANKS[comment.language]
                await moderation.reply(session, seen, ACTOR, text, CommentState.ANSWERED)


async def _gaps(store: Store, asked: Any, chance: random.Random) -> None:
    """Questions that got no answer, by different people, and one answer that is begun."""
    now = datetime.now(UTC)
    for place, one in enumerate(asked):
        for number in range(one["times"]):
            question = one["ask"][number % len(one["ask"])]
            identity = f"demo-gap-{place}-{number}"
            channel = chance.choices(["web", "sms"], [2, 1])[0]
            language = "es" if (spanish_share(question) or 0) > 0.5 else "en"
            moment = now - timedelta(days=chance.random() * 60)
            async with store.session(None) as session:
                session.add(
                    Conversation(
                        id=identity, channel=channel, language=language, created_at=moment,
                        updated_at=moment,
                    )
                )  # fmt: skip
                await session.flush()
                session.add(
                    Turn(
                        id=f"{identity}-1", conversation_id=identity, created_at=moment,
                        channel=channel, language=language, question=question, intent="ask_plan",
                        confidence=0.4, status=one["status"], facts=[], near=one["near"],
                        replies=[], masked=[], took_ms=20,
                    )
                )  # fmt: skip
    await gaps.regroup(store)
    found, _ = await gaps.board(store, GapView(), "UTC")
    begun = {
        "title_en": "Free Wi-Fi in city parks", "title_es": "Wi-Fi gratis en los parques",
        "answer_en": f"{MARK}The city has free Wi-Fi in 12 parks.", "topic": "digital_divide",
        "standing": "context", "source_kind": "city",
    }  # fmt: skip
    group = found[0].group
    await gap_answers.save(store, group.id, group.updated_at.isoformat(), ACTOR, begun)


def folder_of(data_dir: Path) -> Path:
    """Where the demonstration lives: a data folder of its own."""
    return data_dir / "demo"
