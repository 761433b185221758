"""The staff's view on comments: filters, search, order and pages, on both databases."""

from datetime import UTC, date, datetime

import pytest
from multidict import MultiDict
from sqlalchemy import update

from bot.comments import moderation, search
from bot.comments.moderation import Seen
from bot.comments.queue import PAGE, Sort, View, count, neighbour, page, stream
from bot.comments.tables import Comment, Priority

ZONE = "America/New_York"


@pytest.fixture
def file(store, new):
    """Files comments; gives their receipts."""
    number = iter(range(10_000))

    async def file(*texts, **more):
        drafts = [new(draft=f"d{next(number)}", text=text, **more) for text in texts]
        return [(await store.add_comment(draft)).receipt for draft in drafts]

    return file


async def texts(store, view, begin=""):
    return [c.text for c in (await page(store, view, begin, ZONE)).comments]


async def test_what_waits_is_shown_urgent_first_then_oldest(store, file):
    one, two, three = await file("one", "two", "three")
    await moderation.prioritise(store, Seen(two, 10**6), "staff:a", Priority.URGENT)
    await moderation.release(store, Seen(three, 10**6), "staff:a")
    assert await texts(store, View()) == ["two", "one"]
    assert await texts(store, View(visibility=("any",), sort=Sort.NEWEST)) == [
        "three",
        "two",
        "one",
    ]


@pytest.mark.parametrize("few", [200, 0])
async def test_words_are_found_without_case_and_accents_be_they_few_or_many(
    store, file, monkeypatch, few
):
    monkeypatch.setattr(search, "FEW", few)
    await file("Más Wi-Fi en las bibliotecas", "Libraries, please", "Nothing of this")
    assert await texts(store, View(search="BIBLIOTECAS mas")) == ["Más Wi-Fi en las bibliotecas"]
    assert await texts(store, View(search='"wi-fi en"')) == ["Más Wi-Fi en las bibliotecas"]
    assert await texts(store, View(search="please -libraries")) == []
    assert await texts(store, View(search="libraries please")) == ["Libraries, please"]


@pytest.mark.parametrize(
    "typed", ['"', "*", "-", "AND OR", "a:b", "NEAR(", "'; DROP", "-only", "\x00"]
)
async def test_no_search_breaks(store, file, typed):
    await file("a text")
    await page(store, View(search=typed), "", ZONE)
    await count(store, View(search=typed), ZONE)


async def test_a_redacted_comment_is_found_by_what_the_public_reads(store, file):
    (receipt,) = await file("My neighbour Ottokar is loud")
    await moderation.redact(
        store, Seen(receipt, 10**6), "staff:a", "My neighbour is loud", moderation.HideReason.HATE
    )
    everything = View(visibility=("any",))
    assert await count(store, everything, ZONE) == 1
    assert await texts(store, View(visibility=("any",), search="ottokar")) == []
    assert len(await texts(store, View(visibility=("any",), search="neighbour"))) == 1


async def test_every_filter_narrows(store, file):
    await file("web en")
    await file(
        "sms es", channel="sms", language="es", topic="economy", window="open", masked=("email",)
    )
    for view in (
        View(channel=("sms",)), View(language=("es",)), View(topic=("economy",)),
        View(window=("open",)), View(masked=True), View(language=("es",), channel=("sms", "web")),
    ):  # fmt: skip
        assert await texts(store, view) == ["sms es"], view
    for view in (View(held=True), View(owed=True), View(theme="x"), View(assignee="ana")):
        assert await texts(store, view) == [], view
    assert len(await texts(store, View(assignee="nobody"))) == 2


async def test_a_day_is_the_citys_day(store, file):
    (receipt,) = await file("late evening")
    async with store.session() as session:
        moment = datetime(2018, 3, 2, 3, 0, tzinfo=UTC)  # 10 in the evening of March 1 there
        await session.execute(update(Comment).values(created_at=moment))
    day = date(2018, 3, 1)
    assert await texts(store, View(since=day, until=day)) == ["late evening"]
    assert await texts(store, View(since=date(2018, 3, 2))) == []


@pytest.mark.parametrize("sort", Sort)
async def test_pages_hold_every_comment_once(store, file, sort):
    receipts = await file(*[f"text {n}" for n in range(PAGE * 2 + 3)])
    for receipt in receipts[::7]:
        await moderation.prioritise(store, Seen(receipt, 10**6), "staff:a", Priority.HIGH)
    seen, begin = [], ""
    while begin is not None:
        found = await page(store, View(sort=sort), begin, ZONE)
        seen += [c.receipt for c in found.comments]
        begin = found.following
    assert sorted(seen) == sorted(receipts)
    first = (await page(store, View(sort=sort), "", ZONE)).comments[0]
    assert (await neighbour(store, View(sort=sort), first, ZONE)).receipt == seen[1]


@pytest.mark.parametrize("few", [200, 5])
async def test_an_export_streams_the_view_in_batches(store, file, monkeypatch, few):
    monkeypatch.setattr(search, "FEW", few)
    await file(*[f"text {n}" for n in range(7)])
    found = [c.text async for c in stream(store, View(search="text"), ZONE, batch=3)]
    assert found == [f"text {n}" for n in reversed(range(7))]


async def test_counting_stops_where_it_is_told(store, file):
    await file(*[f"text {n}" for n in range(5)])
    assert await count(store, View(), ZONE) == 5
    assert await count(store, View(), ZONE, most=3) == 4


def test_a_view_is_its_address_and_back():
    view = View(
        search="wi-fi", visibility=("any",), topic=("economy", "education"), theme="parks",
        assignee="ana", since=date(2018, 3, 1), masked=True, similar=7, sort=Sort.OLDEST,
    )  # fmt: skip
    from urllib.parse import parse_qsl

    assert View.of(MultiDict(parse_qsl(view.query()))) == view
    assert View().query() == ""


def test_what_does_not_fit_is_left_out():
    odd = MultiDict(
        visibility="x", topic="x", since="yesterday", similar="-1", sort="x", masked="1"
    )
    assert View.of(odd) == View()
