"""The public record: what staff released, to be searched, filtered and downloaded."""

import csv
import io
from datetime import UTC, datetime

import pytest

from bot.comments.record import PER_PAGE
from bot.web.comment_words import TEXTS

EN, ES = TEXTS["en"], TEXTS["es"]


@pytest.fixture
def put(file):
    """Puts a comment on the record; say what is special about it."""
    count = iter(range(1000))

    async def put_one(text="Lend laptops.", visibility="released", topic="education", **changed):
        return await file(
            {"visibility": visibility} | changed, draft=f"d{next(count)}", text=text, topic=topic
        )

    return put_one


def shown(page):
    return [p.text for p in page.all("p", class_="text")]


async def table(client, path="/record.csv"):
    async with client.get(path) as response:
        assert response.content_type == "text/csv"
        assert "comments.csv" in response.headers["Content-Disposition"]
        text = (await response.read()).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_empty_record_says_what_it_is_for(visitor, language):
    page = await visitor.open(f"/record?lang={language}")
    assert visitor.status == 200
    assert TEXTS[language]["record_empty"] in page.words


async def test_released_comments_are_shown_with_the_citys_reply(visitor, put):
    comment = await put(
        "Lend laptops <b>now</b>.", public_reply="We do.",
        replied_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
    )  # fmt: skip
    await put("not yet", "pending")
    page = await visitor.open("/record?lang=en")
    assert shown(page) == ["Lend laptops <b>now</b>."]
    entry = page.one("li", id=f"no-{comment.id}")
    assert entry.one("h3").words == "The city's reply of November 20, 2026"
    assert entry.one("p", class_="answered").text == "We do."
    assert "1 comment" in page.words
    assert comment.receipt not in page.html


async def test_what_is_hidden_leaves_a_tombstone_with_the_reason(visitor, put):
    await put("insult", "hidden", hidden_reason="hate")
    page = await visitor.open("/record?lang=es")
    assert "El motivo: ataca a personas por quienes son" in page.words
    assert "insult" not in page.html


@pytest.mark.parametrize("visibility", ["withdrawn", "erased"])
async def test_what_its_author_took_back_leaves_a_tombstone(visitor, put, visibility):
    await put("mine", visibility)
    page = await visitor.open("/record?lang=en")
    assert EN[f"record_{visibility}"] in page.words
    assert shown(page) == []


async def test_a_redacted_comment_shows_its_redacted_text_and_why(visitor, put):
    await put("Jane is bad", "redacted", public_text="[...] is bad", hidden_reason="personal_data")
    page = await visitor.open("/record?lang=en")
    assert shown(page) == ["[...] is bad"]
    assert "A part was left out. The reason: it holds somebody's private details" in page.words


async def test_the_record_is_searched_and_filtered(visitor, put):
    await put("Más escuelas", topic="education")
    await put("More buses", topic="economy", created_at=datetime(2018, 3, 1, tzinfo=UTC))
    await visitor.open("/record?lang=en")
    assert shown(await visitor.press("Show", q="ESCUELAS")) == ["Más escuelas"]
    assert shown(await visitor.press("Show", q="", topic="economy")) == ["More buses"]
    page = await visitor.press("Show", topic="", year="2018")
    assert shown(page) == ["More buses"]
    assert shown(await visitor.follow("Show all")) == ["Más escuelas", "More buses"]


async def test_a_search_that_finds_nothing_says_so(visitor, put):
    await put()
    page = await visitor.open("/record?q=zebra&lang=en")
    assert EN["record_none"] in page.words
    assert page.one("input", id="q")["value"] == "zebra"


async def test_the_record_comes_in_pages_that_keep_the_search(visitor, put):
    for number in range(PER_PAGE + 1):
        await put(f"word {number}")
    page = await visitor.open("/record?q=word&lang=en")
    assert len(shown(page)) == PER_PAGE
    page = await visitor.follow("Older")
    assert shown(page) == ["word 0"]
    assert "Page 2 of 2" in page.words
    assert len(shown(await visitor.follow("Newer"))) == PER_PAGE


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=99999999999999", "page=x", "year=0", "year=99999", "topic=nonsense",
     "q=%00", "q=%F0%9F%99%82", "q=" + "x" * 3000, "page=１", "lang=fr"],
)  # fmt: skip
async def test_what_makes_no_sense_in_the_address_is_left_out(visitor, put, query):
    await put()
    await visitor.open(f"/record?{query}")
    assert visitor.status == 200


async def test_the_record_is_downloaded_as_it_is_filtered(visitor, client, put):
    await put("=1+1", topic="economy", public_reply="No.")
    await put("hidden words", "hidden", hidden_reason="hate")
    await visitor.open("/record?topic=economy&lang=en")
    link = next(a for a in visitor.page.all("a") if a.words == EN["record_csv"])
    (row,) = await table(client, link["href"])
    assert (row["text"], row["reply"], row["status"]) == ("'=1+1", "No.", "released")
    all_of_it = await table(client)
    assert [(r["status"], r["text"], r["reason"]) for r in all_of_it] == [
        ("hidden", "", "hate"), ("released", "'=1+1", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/record", "/record.csv"])
async def test_when_the_store_is_gone_the_record_is_unavailable(visitor, lose_store, path):
    await lose_store()
    page = await visitor.open(path)
    assert visitor.status == 503
    assert "410-396-0000" in page.one("p", class_="lead").words
