"""Retention, legal hold, erasing and correcting by receipt, records law, who looked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.comments import retention
from bot.comments.retention import Periods
from bot.comments.sealing import Sealer
from bot.comments.staff_tables import StaffEvent
from bot.comments.tables import Comment, CommentEvent, Contact, Conversation, Outgoing, Turn
from bot.front import make_app

PERIODS = Periods(conversations=365, contacts=180, messages=90, comments=730, staff_log=1000)
LONG_AGO = datetime.now(UTC) - timedelta(days=2000)


async def every(store, table):
    async with store.session() as session:
        return (await session.scalars(select(table))).all()


@pytest.fixture
async def old_and_new(store, file_comment):
    """One closed comment of everything, long ago; the same on hold; the same of today."""
    made = {}
    for name, moment in (("old", LONG_AGO), ("held", LONG_AGO), ("new", datetime.now(UTC))):
        comment = await file_comment(f"{name} words", conversation_id=f"talk-{name}")
        async with store.session() as session:
            session.add(
                Conversation(
                    id=f"talk-{name}",
                    channel="web",
                    language="en",
                    created_at=moment,
                    updated_at=moment,
                )
            )
            await session.flush()
            session.add(
                Turn(
                    id=f"turn-{name}",
                    conversation_id=f"talk-{name}",
                    created_at=moment,
                    channel="web",
                    language="en",
                    question="q",
                    status="answered",
                    facts=[],
                    near=[],
                    replies=[],
                    masked=[],
                    took_ms=1,
                )
            )
            session.add(
                Contact(
                    comment_id=comment.id,
                    kind="email",
                    sealed=Sealer(b"k").seal("a@b.example"),
                    language="en",
                    created_at=moment,
                )
            )
            session.add(
                Outgoing(
                    id=f"o-{name}",
                    key=name,
                    kind="email",
                    text="t",
                    language="en",
                    comment_id=comment.id,
                    state="failed",
                    not_before=moment,
                    created_at=moment,
                    updated_at=moment,
                )
            )
            await session.execute(
                update(Comment)
                .where(Comment.id == comment.id)
                .values(
                    created_at=moment,
                    state="closed" if name == "old" else "in_review",
                    legal_hold=name == "held",
                )
            )
        made[name] = comment
    return made


async def test_a_dry_run_counts_and_deletes_nothing(store, old_and_new):
    due = {one.kind: (one.due, one.held) for one in await retention.run(store, PERIODS)}
    assert due["conversations"] == (2, 1)
    assert due["contacts"] == (2, 1)
    assert due["messages to residents"] == (2, 1)
    assert due["closed comments"] == (1, 0)
    assert len(await every(store, Turn)) == 3
    assert not [e for e in await every(store, StaffEvent) if e.action == "retention_run"]


async def test_what_is_due_goes_and_what_is_held_stays_whole(store, old_and_new):
    await retention.run(store, PERIODS, dry=False)
    assert {c.id for c in await every(store, Conversation)} == {"talk-held", "talk-new"}
    assert {t.id for t in await every(store, Turn)} == {"turn-held", "turn-new"}
    assert {o.key for o in await every(store, Outgoing)} == {"held", "new"}
    assert len(await every(store, Contact)) == 2
    texts = {c.receipt: (c.text, c.visibility) for c in await every(store, Comment)}
    assert texts[old_and_new["old"].receipt] == ("[erased]", "erased")
    assert texts[old_and_new["held"].receipt] == ("held words", "pending")
    again = await retention.run(store, PERIODS)
    assert sum(one.due - one.held for one in again) == 0


async def test_without_a_period_nothing_goes(store, old_and_new):
    nothing = Periods(None, None, None, None, None)
    assert sum(one.due for one in await retention.run(store, nothing)) == 0


async def test_states_of_the_dialogue_go_with_their_conversations(store, tmp_path):
    import sqlite3

    path = tmp_path / "trackers.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE trackers (conversation_id, updated_at, state)")
        database.executemany(
            "INSERT INTO trackers VALUES (?, ?, '')",
            [("a", LONG_AGO.timestamp()), ("b", datetime.now().timestamp())],
        )
    done = await retention.run(store, PERIODS, path, dry=False)
    assert next(one for one in done if one.kind == "dialogue states").due == 1
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT conversation_id FROM trackers").fetchall() == [("b",)]


async def test_an_admin_sees_what_is_due_and_runs_it(admin, store, old_and_new):
    await admin.open("/staff/privacy")
    assert "conversations36521" in admin.words
    await admin.press("Delete what is due now")
    assert "deleted or erased." in admin.words


async def test_an_author_who_calls_is_erased_and_the_tombstone_stays(
    admin, file_comment, store, client
):
    filed = await file_comment("My secret words")
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Add note", note="She told me her secret words")
    await admin.press("Erase", erase_reason="Author, by phone")
    assert admin.status == 400 and "tick that you are sure" in admin.words
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Erase", erase_reason="Author, by phone", sure="yes")
    assert "secret words" not in admin.page.html
    async with client.get(f"/c/{filed.receipt}") as response:
        assert response.status == 200 and "secret" not in await response.text()
    await admin.open("/staff/comments?visibility=any&search=secret")
    assert "No comment fits" in admin.words
    assert [e for e in await every(store, StaffEvent) if e.action == "erased"]


async def test_a_held_comment_is_not_erased(admin, file_comment, store):
    filed = await file_comment("keep me")
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Hold", hold_reason="Case 12")
    await admin.press("Erase", erase_reason="Author", sure="yes")
    assert admin.status == 409
    assert (await store.comment_by_receipt(filed.receipt)).text == "keep me"


async def test_a_correction_for_the_author_is_masked_and_the_history_keeps_both(
    admin, reviewer, file_comment, store
):
    filed = await file_comment("Teh park")
    await admin.open(f"/staff/comments/{filed.receipt}")
    await admin.press("Correct", text="The park, mail a@b.example", correct_reason="By phone")
    comment = await store.comment_by_receipt(filed.receipt)
    assert comment.text.startswith("The park") and "a@b.example" not in comment.text
    event = next(e for e in await every(store, CommentEvent) if e.action == "corrected")
    assert event.before["text"] == "Teh park" and event.reason == "By phone"
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    assert "Teh park" not in reviewer.page.html


async def test_a_records_law_turns_erasing_into_taking_from_view_and_says_so_before(
    settings, knowledge, aiohttp_client, tmp_path
):
    from bot.comments import staff as people
    from bot.comments.staff_tables import Role
    from bot.staff.asked import COOKIE
    from bot.web.keys import STORE
    from tests.staff.conftest import Desk

    app = make_app(settings.model_copy(update={"records_law": "redact"}), knowledge)
    client = await aiohttp_client(app)
    async with client.get("/comment") as response:
        assert "By law comments are kept as records" in await response.text()
    store = app[STORE]
    person = await people.add(store, "root", Role.ADMIN, None, "test")
    desk = Desk(client, {COOKIE: await people.open_session(store, person)})
    from bot.comments.store import NewComment

    filed = await store.add_comment(
        NewComment("d", "web", "en", "economy", "Secret words", "late", (), "v", "n")
    )
    await desk.open(f"/staff/comments/{filed.receipt}")
    await desk.press("Erase", erase_reason="Author", sure="yes")
    comment = await store.comment_by_receipt(filed.receipt)
    assert (comment.text, comment.visibility) == ("Secret words", "redacted")
    assert comment.hidden_reason == "author_request"
    async with client.get(f"/c/{filed.receipt}") as response:
        assert "Secret" not in await response.text()


async def test_who_looked_at_contact_data_is_listed(admin, reviewer, store, old_and_new):
    await reviewer.open(f"/staff/comments/{old_and_new['new'].receipt}")
    await reviewer.press("Show the contact (this is logged)")
    await admin.open("/staff/log?action=contact_seen")
    assert "the-reviewer" in admin.words and old_and_new["new"].receipt in admin.words
