"""The gap board at the desk."""

import asyncio

import pytest

from tests.comments.test_gaps import WIFI, ask, encoder, grouped_here  # noqa: F401


@pytest.fixture
async def board(reviewer, ask):  # noqa: F811
    """A reviewer at a board with two groups."""
    for n, question in enumerate(WIFI):
        await ask(question, who=f"talk-{n}", channel="sms" if n else "web")
    await ask("how do i pay my <b>water</b> bill", "out_of_scope")
    await reviewer.open("/staff/gaps")
    assert "No questions are grouped here" in reviewer.words
    await reviewer.press("Group them now")
    for _ in range(300):
        await reviewer.open("/staff/gaps")
        if "3 people" in reviewer.words:
            return reviewer
        await asyncio.sleep(0.1)
    raise AssertionError(reviewer.words)


async def open_first(desk):
    await desk.open("/staff/gaps")
    await desk.open(desk.page.one("ol").all("a")[0]["href"])


async def test_the_board_shows_people_channels_languages_and_samples(board):
    first = board.page.one("ol").all("li")[0].words
    assert "3 people" in first and "text message, web" in first and WIFI[1] in first
    assert "&lt;b&gt;water" in board.page.html
    await board.press("Show", channel="web", language="en")
    assert len(board.page.one("ol").all("li")) == 2 and "3 people" not in board.words
    await board.open("/staff/gaps?state=nonsense&page=x&since=yesterday")
    assert board.status == 200


async def test_a_group_is_set_aside_with_a_reason_and_put_back(board):
    await open_first(board)
    assert WIFI[0] in board.words
    await board.press("Set aside", reason="")
    assert board.status == 400 and "Say why" in board.words
    await board.press("Set aside", reason="asked of the parks department")
    assert "Reason: asked of the parks department" in board.words
    assert "the-reviewer" in board.words
    await open_first(board)
    assert "water" in board.words
    await board.open("/staff/gaps?state=set_aside")
    await board.open(board.page.one("ol").all("a")[0]["href"])
    await board.press("Put it back on the board")
    await open_first(board)
    assert WIFI[0] in board.words


async def test_a_viewer_reads_and_changes_nothing(board, sign_in):
    viewer = await sign_in("viewer")
    await open_first(viewer)
    assert WIFI[0] in viewer.words and not viewer.page.all("textarea")
    assert [b.words for b in viewer.page.one("main").all("button")] == []
