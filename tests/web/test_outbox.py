"""A comment confirmed while the store is away: its receipt, its page, and how it is filed."""

import asyncio
import sqlite3

import pytest

from bot.web import comment_pages
from bot.web.comment_words import TEXTS
from bot.web.keys import OUTBOX, STORE
from tests.web.test_comment_form import TYPED, read_back

EN, ES = TEXTS["en"], TEXTS["es"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The outbox is looked into often."""
    monkeypatch.setattr(comment_pages, "PERIOD", 0.05)


@pytest.fixture
async def store_away(app, settings):
    """Takes the database away (first call) and brings it back (second)."""
    file = settings.data_dir / "bot.db"

    async def away():
        await app[STORE].close()
        file.rename(settings.data_dir / "away.db")
        file.symlink_to(settings.data_dir / "gone" / "bot.db")

    async def back():
        await app[STORE].close()
        (settings.data_dir / "away.db").replace(file)  # in one step: nobody makes a new one between

    yield away, back
    await asyncio.sleep(0.05)  # the threads of connections that failed end after them


async def all_of(app):
    return [comment async for comment in app[STORE].comments()]


def address_of(page, receipt):
    """The link that leads its author to the comment."""
    return next(a["href"] for a in page.all("a") if receipt in a.words)


async def until_empty(app):
    for _ in range(200):
        if app[OUTBOX].count() == 0:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the outbox was not emptied")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_comment_confirmed_while_the_store_is_away_has_its_receipt_and_is_filed_by_itself(
    visitor, app, store_away, language
):
    away, back = store_away
    texts = TEXTS[language]
    await visitor.open(f"/comment?lang={language}")
    await visitor.press(texts["read_it"], **TYPED)
    await away()
    page = await visitor.press(texts["file_it"])
    assert visitor.status == 200
    assert page.one("h1").words == texts["waits_title"]
    assert texts["waits_lead"] in page.one("main").words
    assert TYPED["text"] in page.one("main").words
    receipt = page.one("strong", class_="code").words
    own = address_of(page, receipt)
    assert TYPED["text"] in (await visitor.open(own)).one("main").words
    stranger = await visitor.open(f"/c/{receipt}?lang={language}")
    assert TYPED["text"] not in stranger.one("main").words
    await back()
    await until_empty(app)
    (comment,) = await all_of(app)
    assert (comment.receipt, comment.text) == (receipt, TYPED["text"])
    page = await visitor.open(own)
    assert receipt in page.one("h1").words
    assert TYPED["text"] in page.one("main").words


async def test_pressing_again_shows_the_same_receipt_and_files_one(visitor, app, store_away):
    away, back = store_away
    await read_back(visitor)
    confirm = visitor.page
    await away()
    first = (await visitor.press(EN["file_it"])).one("strong", class_="code").words
    visitor.page = confirm
    assert (await visitor.press(EN["file_it"])).one("strong", class_="code").words == first
    await back()
    await until_empty(app)
    visitor.page = confirm
    assert first in (await visitor.press(EN["file_it"])).one("h1").words or first in visitor.address
    assert len(await all_of(app)) == 1


async def test_a_locked_database_is_told_as_kept_too(visitor, app, settings, monkeypatch):
    monkeypatch.setattr("bot.comments.outbox.PATIENCE", 0.3)
    await read_back(visitor)
    lock = sqlite3.connect(settings.data_dir / "bot.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    page = await visitor.press(EN["file_it"])
    assert page.one("h1").words == EN["waits_title"]
    lock.execute("ROLLBACK")
    lock.close()
    await until_empty(app)
    assert len(await all_of(app)) == 1


async def test_ready_says_how_many_wait(visitor, client, app, store_away):
    away, back = store_away

    async def waiting():
        async with client.get("/ready") as response:
            return (await response.json()).get("outbox")

    assert await waiting() is None
    await read_back(visitor)
    await away()
    await visitor.press(EN["file_it"])
    assert await waiting() == 1
    await back()
    await until_empty(app)
    assert await waiting() is None


async def test_a_comment_that_waits_can_be_changed_only_once_it_is_filed(visitor, app, store_away):
    away, back = store_away
    await read_back(visitor)
    await away()
    page = await visitor.press(EN["file_it"])
    address = address_of(page, page.one("strong", class_="code").words)
    kept = app[OUTBOX].deliver

    async def nothing(_):
        return 0

    app[OUTBOX].deliver = nothing
    await back()
    page = await visitor.open(address)
    assert visitor.status == 200 and page.one("h1").words == EN["waits_title"]
    app[OUTBOX].deliver = kept
    await until_empty(app)
    await visitor.open(address)
    await visitor.press(EN["take_back_go"])
    assert visitor.status == 200
