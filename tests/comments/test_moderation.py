"""What staff do with a comment, its history, undo, and two people at once."""

import asyncio

import pytest
from sqlalchemy import select

from bot.comments import moderation as acts
from bot.comments.moderation import BadAct, NoComment, Seen, Stale
from bot.comments.review_tables import CommentTheme, HideReason, Note, Theme
from bot.comments.tables import CommentEvent, CommentState, Visibility


@pytest.fixture
async def filed(store, new):
    return await store.add_comment(new(text="Call Bob at the park."))


async def history(store):
    async with store.session() as session:
        return (
            (await session.execute(select(CommentEvent).order_by(CommentEvent.id))).scalars().all()
        )


async def seen(store, comment):
    return Seen(comment.receipt, (await history(store))[-1].id)


async def now(store, comment):
    return await store.comment_by_receipt(comment.receipt)


async def test_hiding_keeps_the_text_and_tells_why(store, filed):
    await acts.hide(store, await seen(store, filed), "staff:a", HideReason.THREAT, "Please ...")
    comment = await now(store, filed)
    assert comment.text == "Call Bob at the park."
    assert (comment.visibility, comment.hidden_reason) == ("hidden", "threat")
    assert comment.author_word == "Please ..."
    event = (await history(store))[-1]
    assert (event.actor, event.action, event.reason) == ("staff:a", "hidden", "threat")
    assert event.before["visibility"] == "pending"
    assert event.after["visibility"] == "hidden"


async def test_the_first_act_begins_the_review(store, filed):
    await acts.assign(store, await seen(store, filed), "staff:a", "a")
    assert (await now(store, filed)).state == CommentState.IN_REVIEW


async def test_an_act_is_undone_with_all_it_changed(store, filed):
    event = await acts.redact(
        store, await seen(store, filed), "staff:a", "Call the park.", HideReason.PERSONAL_DATA
    )
    await acts.undo(store, event, "staff:a")
    comment = await now(store, filed)
    assert (comment.visibility, comment.public_text, comment.hidden_reason) == (
        "pending",
        None,
        None,
    )
    assert comment.state == CommentState.RECEIVED
    assert [e.action for e in await history(store)] == ["filed", "redacted", "undone"]


async def test_only_the_last_act_is_undone_and_only_once(store, filed):
    first = await acts.assign(store, await seen(store, filed), "staff:a", "a")
    second = await acts.release(store, await seen(store, filed), "staff:a")
    with pytest.raises(Stale):
        await acts.undo(store, first, "staff:a")
    await acts.undo(store, second, "staff:a")
    with pytest.raises((Stale, BadAct)):
        await acts.undo(store, second, "staff:a")
    with pytest.raises(BadAct):
        await acts.undo(store, 10**6, "staff:a")


async def test_what_somebody_else_did_in_the_meantime_is_not_written_over(store, filed):
    mine = await seen(store, filed)
    await acts.release(store, mine, "staff:b")
    with pytest.raises(Stale) as stale:
        await acts.hide(store, mine, "staff:a", HideReason.HATE)
    assert [(e.actor, e.action) for e in stale.value.events] == [("staff:b", "released")]
    assert (await now(store, filed)).visibility == Visibility.RELEASED


async def test_of_two_at_the_same_moment_one_wins(store, filed):
    mine = await seen(store, filed)
    done = await asyncio.gather(
        *(acts.assign(store, mine, f"staff:{n}", str(n)) for n in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Stale) for one in done) == 4
    assert len(await history(store)) == 2


async def test_a_note_makes_nobodys_page_stale(store, filed):
    mine = await seen(store, filed)
    await acts.note(store, filed.receipt, "staff:b", "Looks fine.")
    await acts.release(store, mine, "staff:a")
    async with store.session() as session:
        assert (await session.scalars(select(Note))).one().text == "Looks fine."


async def test_themes_are_linked_and_listed(store, filed):
    async with store.session() as session:
        for key in ("parks", "wifi"):
            session.add(
                Theme(
                    key=key,
                    title_en=key,
                    title_es=key,
                    topics=[],
                    created_at=filed.created_at,
                    updated_at=filed.created_at,
                )
            )
    event = await acts.put_themes(store, await seen(store, filed), "staff:a", ["wifi", "parks"])
    assert (await now(store, filed)).themes == ["parks", "wifi"]
    with pytest.raises(BadAct):
        await acts.put_themes(store, Seen(filed.receipt, event), "staff:a", ["gone"])
    await acts.undo(store, event, "staff:a")
    assert (await now(store, filed)).themes == []
    async with store.session() as session:
        assert (await session.scalars(select(CommentTheme))).all() == []


async def test_what_its_author_withdrew_is_left_alone(store, filed):
    async with store.session() as session:
        (await session.get(type(filed), filed.id)).visibility = "withdrawn"
    with pytest.raises(BadAct, match="withdrawn"):
        await acts.release(store, await seen(store, filed), "staff:a")


async def test_nothing_is_redacted_to_nothing_and_too_long_words_are_refused(store, filed):
    mine = await seen(store, filed)
    with pytest.raises(BadAct):
        await acts.redact(store, mine, "staff:a", " \x07 ", HideReason.HATE)
    with pytest.raises(BadAct, match="too long"):
        await acts.hide(store, mine, "staff:a", HideReason.HATE, "x" * 2000)
    with pytest.raises(NoComment):
        await acts.release(store, Seen("AAAA-AAAA", 1), "staff:a")
    assert len(await history(store)) == 1
