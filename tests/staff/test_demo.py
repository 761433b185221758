"""The demonstration: 500 made-up comments, marked, the same each time, never beside real ones."""

import pytest

from bot import demo
from bot.comments import gaps
from bot.comments.gaps import GapView
from bot.comments.staff_tables import Role


async def test_a_demonstration_is_marked_reviewed_in_part_and_made_once(store, knowledge, sign_in):
    assert await demo.seed(store, knowledge)
    found = [c async for c in store.comments()]
    assert len(found) == demo.COMMENTS
    assert all(c.text.startswith(demo.MARK) for c in found)
    assert {c.language for c in found} == {"en", "es"}
    assert {c.channel for c in found} == {"web", "sms", "phone", "letter"}
    assert {"pending", "released", "hidden"} <= {c.visibility for c in found}
    assert sum(c.similar_group == 1 for c in found) > 20, "the campaign"
    board, _ = await gaps.board(store, GapView(), "UTC")
    assert board[0].people >= 20 and len(board) >= 6
    assert board[0].group.state == "draft"
    assert await demo.seed(store, knowledge) is None
    desk = await sign_in(Role.VIEWER)
    await desk.open("/staff/comments")
    assert "every comment here is made up" in desk.words


async def test_a_database_with_real_comments_is_left_alone(store, knowledge, file_comment):
    await file_comment("real")
    with pytest.raises(demo.NotEmpty):
        await demo.seed(store, knowledge)
    assert len([c async for c in store.comments()]) == 1
