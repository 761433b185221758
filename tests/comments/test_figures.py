"""The dashboard's figures, on both databases."""

from datetime import UTC, date, datetime

from bot.comments.figures import NO_FACT, Span, figures
from bot.comments.tables import Conversation, Turn
from tests.comments.changing import change

MONTH = Span(date(2018, 3, 1), date(2018, 3, 31), "America/New_York")


async def rows(store, span, topics=None):
    _, found = await figures(store, span, topics or {})
    return {one.name: dict(one.rows) for one in found}


async def test_a_week_begins_on_monday_by_the_citys_clocks_also_when_they_change(store, new):
    for number, moment in enumerate((
        datetime(2018, 3, 5, 4, 59, 59, tzinfo=UTC),  # Sunday, a second to midnight
        datetime(2018, 3, 5, 5, 0, tzinfo=UTC),  # Monday
        datetime(2018, 3, 12, 3, 59, 59, tzinfo=UTC),  # Sunday, daylight saving time by then
        datetime(2018, 3, 12, 4, 0, tzinfo=UTC),  # Monday
    )):  # fmt: skip
        await change(store, await store.add_comment(new(f"d{number}")), created_at=moment)
    weeks = (await rows(store, MONTH))["comments-over-time"]
    assert weeks == {
        "2018-02-26": 1, "2018-03-05": 2, "2018-03-12": 1, "2018-03-19": 0, "2018-03-26": 0,
    }  # fmt: skip


async def test_each_kind_is_counted_of_all_or_of_one_channel_and_language(store, new):
    moment = datetime(2018, 3, 7, 15, tzinfo=UTC)
    for number, (channel, language) in enumerate((("web", "en"), ("web", "es"), ("sms", "es"))):
        filed = await store.add_comment(new(f"d{number}", channel=channel, language=language))
        await change(store, filed, created_at=moment)
    found = await rows(store, MONTH)
    assert found["comments-by-channel"] == {"web": 2, "sms": 1}
    assert found["comments-by-language"] == {"es": 2, "en": 1}
    spanish = Span(MONTH.first, MONTH.last, MONTH.timezone, language="es")
    assert (await rows(store, spanish))["comments-by-channel"] == {"sms": 1, "web": 1}


async def test_a_question_has_the_topic_of_the_first_fact_that_answered_it(store):
    moment = datetime(2018, 3, 7, 15, tzinfo=UTC)
    async with store.session() as session:
        session.add(
            Conversation(id="t", channel="web", language="en", created_at=moment, updated_at=moment)
        )
        await session.flush()
        for number, facts in enumerate((["pillars", "cost"], ["cost"], ["cost"], [])):
            session.add(
                Turn(
                    id=f"t{number}", conversation_id="t", created_at=moment, channel="web",
                    language="en", question="q", status="answered" if facts else "absent",
                    facts=facts, near=[], replies=[], masked=[], took_ms=1,
                )
            )  # fmt: skip
    found = await rows(store, MONTH, {"pillars": "vision", "cost": "money"})
    assert found["questions-by-topic"] == {"money": 2, "vision": 1, NO_FACT: 1}
    assert found["questions-by-status"] == {"answered": 3, "absent": 1}
