"""The machine's clock is moved while a comment is being written: it is filed, once."""

import time

import pytest

from bot.web.comment_words import TEXTS
from bot.web.keys import STORE
from tests.web.test_comment_form import TYPED, read_back

EN = TEXTS["en"]
HOUR = 3600.0


@pytest.fixture
def clock(monkeypatch):
    """Moves the clock by so many seconds."""
    real = time.time

    def move(seconds):
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return move


@pytest.mark.parametrize("hours", [-24 * 365, -1, 1, 48, 24 * 365])
async def test_a_comment_written_before_the_clock_was_moved_is_filed_once(
    visitor, app, clock, hours
):
    await read_back(visitor)
    clock(hours * HOUR)
    page = await visitor.press(EN["file_it"])
    if visitor.status == 403:  # the form's time is over; what was typed is on the page
        assert page.one("blockquote").text == TYPED["text"]
        page = await visitor.press(EN["file_it"])
    assert visitor.status == 200
    (comment,) = [comment async for comment in app[STORE].comments()]
    assert comment.text == TYPED["text"]
    assert comment.receipt in page.one("main").words


@pytest.mark.parametrize("hours", [-1, 48])
async def test_a_conversation_goes_on_after_the_clock_was_moved(visitor, clock, hours):
    await visitor.open("/")
    await visitor.ask("pillars?")
    clock(hours * HOUR)
    page = await visitor.ask("pillars?")
    if visitor.status == 403:
        page = await visitor.press("Send")
    assert visitor.status == 200
    assert "five pillars" in page.one("main").words
