"""The dashboard: figures that add up, charts with tables and CSV, a report to print and as PDF."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.comments.figures import Span, figures
from bot.comments.tables import Conversation, Rating, Turn


@pytest.fixture
async def asked(store):
    moment = datetime.now(UTC)
    async with store.session() as session:
        session.add(
            Conversation(id="t", channel="sms", language="es", created_at=moment, updated_at=moment)
        )
        await session.flush()
        for n, status in enumerate(["answered", "answered", "absent", "out_of_scope", "smalltalk"]):
            session.add(
                Turn(
                    id=f"t{n}",
                    conversation_id="t",
                    created_at=moment,
                    channel="sms",
                    language="es",
                    question="q",
                    status=status,
                    facts=[],
                    near=[],
                    replies=[],
                    masked=[],
                    took_ms=1,
                )
            )
        await session.flush()
        session.add(Rating(turn_id="t0", useful=True, created_at=moment, updated_at=moment))
        session.add(Rating(turn_id="t1", useful=False, created_at=moment, updated_at=moment))


def days(before=7):
    today = datetime.now(UTC).date()
    return Span(today - timedelta(days=before), today + timedelta(days=1), "America/New_York")


async def test_every_figure_counts_every_comment_of_the_days_once(
    store, file_comment, asked, reviewer
):
    for n in range(5):
        comment = await file_comment(f"text {n}", topic="economy" if n else "education")
    await reviewer.open(f"/staff/comments/{comment.receipt}")
    await reviewer.press("Send the reply", reply="Yes.")
    numbers, found = await figures(store, days(), {})
    for figure in found:
        if figure.name == "themes":  # a comment may have several, or none
            continue
        assert figure.total == (5 if figure.name.startswith("comments") else 4), figure.name
    assert (numbers.answered, numbers.absent, numbers.refused, numbers.useful) == (
        0.5,
        0.25,
        0.25,
        0.5,
    )
    assert numbers.hours_to_review < 1 and numbers.hours_to_reply < 1
    past = Span(datetime(2001, 1, 1).date(), datetime(2001, 2, 1).date(), "UTC")
    numbers, found = await figures(store, past, {})
    assert sum(f.total for f in found) == 0 and numbers.answered is None


async def test_the_dashboard_has_a_chart_a_table_and_a_csv_of_each(
    sign_in, file_comment, asked, client
):
    desk = await sign_in("viewer")
    await file_comment(topic="economy")
    page = await desk.open("/staff/reports")
    images = page.one("main").all("img")
    assert len(images) == 11  # no comment has a theme yet
    assert all(image["alt"] for image in images)
    await desk.open(next(i["src"] for i in images if "by-topic" in i["src"]))
    assert desk.body.startswith(b"<?xml") and b"<script" not in desk.body
    await desk.open("/staff/reports/comments-by-topic.csv")
    assert desk.body.decode("utf-8-sig").splitlines() == ["Topic,Comments", "economy,1"]
    await desk.open("/staff/reports/nothing.svg")
    assert desk.status == 404
    await desk.open("/staff/reports?since=2018-13-01")
    assert desk.status == 400
    await desk.open("/staff/reports?since=2018-03-02&until=2018-03-01")
    assert desk.status == 400


async def test_a_pages_charts_say_what_its_tables_say_until_it_is_counted_again(
    sign_in, file_comment
):
    desk = await sign_in("viewer")
    await file_comment(topic="economy")

    async def shows(name):
        await desk.open("/staff/reports/comments-by-topic.svg")
        return f"<!-- {name} -->" in desk.body.decode().lower()

    await desk.open("/staff/reports")
    await file_comment(topic="education")
    assert await shows("economy") and not await shows("education")
    await desk.open("/staff/reports/comments-by-topic.csv")
    assert "education,1" in desk.body.decode()
    await desk.open("/staff/reports")
    assert await shows("education")


async def test_themes_and_questions_are_counted_of_one_channel_and_language_too(
    sign_in, reviewer, file_comment, asked, store
):
    keys = []
    for title in ("Parks", "Wi-Fi"):
        await reviewer.open("/staff/themes")
        await reviewer.press("Add the theme", title_en=title, title_es=title)
        keys.append(reviewer.address.rpartition("/")[2])
    for channel, language, themes in (
        ("web", "en", keys), ("sms", "es", keys[1:]), ("web", "es", []),
    ):  # fmt: skip
        filed = await file_comment(f"{channel} {language}", channel=channel, language=language)
        await reviewer.open(f"/staff/comments/{filed.receipt}")
        await reviewer.press("Save themes", theme=themes)

    async def table(name, query=""):
        await reviewer.open(f"/staff/reports/{name}.csv?{query}")
        return reviewer.body.decode("utf-8-sig").splitlines()[1:]

    assert await table("themes") == ["Wi-Fi,2", "Parks,1"]
    assert await table("themes", "channel=sms") == ["Wi-Fi,1"]
    assert await table("themes", "language=en") == ["Parks,1", "Wi-Fi,1"]
    assert await table("comments-by-topic", "channel=web&language=es") == ["education,1"]
    assert await table("questions-by-status", "channel=web") == []
    await reviewer.open("/staff/reports?channel=sms&language=es")
    assert "channel=sms&language=es" in reviewer.page.one("main").all("img")[0]["src"]
    await reviewer.open("/staff/reports/print?channel=sms")
    assert "text message only" in reviewer.words


async def test_the_report_prints_and_is_a_pdf(reviewer, file_comment):
    await file_comment()
    await reviewer.open("/staff/reports/print")
    assert "Comments by topic" in reviewer.words
    await reviewer.open("/staff/reports/report.pdf")
    assert reviewer.body.startswith(b"%PDF") and len(reviewer.body) > 10_000
