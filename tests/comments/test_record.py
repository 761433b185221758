"""The public record holds what staff released, and says where something was."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.comments import record, search
from bot.comments.record import COLUMNS, PER_PAGE, RecordQuery, as_csv, find, years
from bot.comments.tables import CommentTopic
from tests.comments.changing import change

BALTIMORE = ZoneInfo("America/New_York")


@pytest.fixture
def put(store, new):
    """Puts a comment on the record; say what is special about it."""
    count = iter(range(1000))

    async def put_one(text="Lend laptops.", visibility="released", topic="education", **values):
        comment = await store.add_comment(new(f"draft-{next(count)}", text, topic=topic))
        await change(store, comment, visibility=visibility, **values)
        return comment

    return put_one


async def texts(store, **asked):
    page = await find(store, RecordQuery(**asked), BALTIMORE)
    return [entry.text for entry in page.entries]


async def test_what_is_pending_is_not_on_the_record(store, put):
    await put("secret so far", "pending")
    await put("released")
    assert await texts(store) == ["released"]


async def test_the_newest_comes_first(store, put):
    for text in ("one", "two", "three"):
        await put(text)
    assert await texts(store) == ["three", "two", "one"]


async def test_a_redacted_comment_shows_only_its_redacted_text(store, put):
    await put("my boss Jane is bad", "redacted", public_text="my boss [...] is bad")
    assert await texts(store) == ["my boss [...] is bad"]
    assert await texts(store, text="jane") == []
    assert len(await texts(store, text="boss")) == 1


async def test_a_redacted_comment_without_redacted_text_shows_nothing(store, put):
    await put("my boss Jane is bad", "redacted")
    assert await texts(store) == [None]
    assert await texts(store, text="boss") == []


@pytest.mark.parametrize("visibility", ["hidden", "withdrawn", "erased"])
async def test_what_is_gone_leaves_a_tombstone_that_no_search_finds(store, put, visibility):
    comment = await put(
        "insult", visibility, hidden_reason="It insults a person.", public_reply="insult you too"
    )
    (entry,) = (await find(store, RecordQuery(), BALTIMORE)).entries
    assert (entry.number, entry.text, entry.reply) == (comment.id, None, None)
    assert entry.reason == ("It insults a person." if visibility == "hidden" else None)
    assert await texts(store, text="insult") == []


async def test_no_receipt_is_on_the_record(store, put):
    comment = await put()
    page = await find(store, RecordQuery(), BALTIMORE)
    text = "".join([part async for part in as_csv(store, RecordQuery(), BALTIMORE)])
    assert comment.receipt not in f"{page}{text}"


@pytest.mark.parametrize("typed", ["educacion", "EDUCACIÓN", "niños educación", "mas", "escuela"])
async def test_a_search_looks_past_marks_and_case_in_text_and_reply(store, put, typed):
    await put("Más Educación para NIÑOS", public_reply="Sí, en cada ESCUELA.")
    await put("Other words")
    assert len(await texts(store, text=typed)) == 1


async def test_every_word_of_a_search_has_to_be_there(store, put):
    await put("free buses")
    await put("free trains")
    assert await texts(store, text="buses free") == ["free buses"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "100%", "' OR 1=1 --"])
async def test_signs_of_sql_are_only_signs(store, put, typed):
    await put("plain words")
    assert await texts(store, text=typed) == []
    await put(f"It is {typed} here")
    assert len(await texts(store, text=typed)) == 1


async def test_the_record_is_filtered_by_topic_and_by_the_citys_year(store, put):
    late = datetime(2019, 1, 1, 2, tzinfo=UTC)  # still 2018 in Baltimore
    await put("in 2018", topic="economy", created_at=late)
    await put("later", created_at=datetime(2019, 6, 1, tzinfo=UTC))
    assert await texts(store, topic=CommentTopic.ECONOMY) == ["in 2018"]
    assert await texts(store, year=2018) == ["in 2018"]
    assert await texts(store, year=2019) == ["later"]
    assert await years(store, BALTIMORE) == [2019, 2018]


async def test_an_empty_record_has_no_years_and_one_page(store):
    assert await years(store, BALTIMORE) == []
    page = await find(store, RecordQuery(page=7), BALTIMORE)
    assert (page.entries, page.total, page.page, page.pages) == ([], 0, 1, 1)


async def test_the_record_comes_in_pages(store, put):
    for number in range(PER_PAGE + 3):
        await put(str(number))
    second = await find(store, RecordQuery(page=2), BALTIMORE)
    assert [entry.text for entry in second.entries] == ["2", "1", "0"]
    assert (second.total, second.pages) == (PER_PAGE + 3, 2)
    assert (await find(store, RecordQuery(page=99), BALTIMORE)).page == 2


async def test_of_very_many_only_so_many_are_counted_and_all_are_shown(store, put, monkeypatch):
    monkeypatch.setattr(record, "COUNTED", 2 * PER_PAGE)
    for number in range(2 * PER_PAGE + 5):
        await put(f"number {number}")
    first = await find(store, RecordQuery(text="number"), BALTIMORE)
    assert (first.total, first.has_more, first.has_older) == (2 * PER_PAGE, True, True)
    third = await find(store, RecordQuery(page=3), BALTIMORE)
    assert [entry.text for entry in third.entries] == [f"number {n}" for n in (4, 3, 2, 1, 0)]
    assert not third.has_older
    assert (await find(store, RecordQuery(page=99), BALTIMORE)).page == 2


@pytest.mark.parametrize("many", [2000, 0])
async def test_words_are_found_by_their_beginnings_be_they_few_or_many(
    store, put, monkeypatch, many
):
    monkeypatch.setattr(search, "MANY", many)
    await put("free buses")
    await put("a bus lane", "pending")
    await put("my boss has a bus", "redacted")
    await put("autobus", public_reply="No bus yet.")
    assert await texts(store, text="bus") == ["autobus", "free buses"]
    assert await texts(store, text="Bus free") == ["free buses"]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
async def test_the_csv_has_all_of_it_whatever_the_batch(store, put, batch):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(6):
        await put(str(number), created_at=moment)
    text = "".join([part async for part in as_csv(store, RecordQuery(), BALTIMORE, batch)])
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["text"] for row in rows] == ["5", "4", "3", "2", "1", "0"]
    assert tuple(rows[0]) == COLUMNS


async def test_no_cell_of_the_csv_runs_as_a_formula(store, put):
    await put("=cmd|' /C calc'!A0", public_reply="+1 from us")
    text = "".join([part async for part in as_csv(store, RecordQuery(), BALTIMORE)])
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["text"] == "'=cmd|' /C calc'!A0"
    assert row["reply"] == "'+1 from us"
