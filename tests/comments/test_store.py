"""The comment store: comments once per draft, conversations and turns, and clear failures."""

import asyncio
import re
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.comments.migrate import is_current, upgrade
from bot.comments.receipt import parse_receipt
from bot.comments.store import StoreUnavailable
from bot.comments.tables import CommentEvent, Turn


async def texts(store, batch=500):
    return [comment.text async for comment in store.comments(batch)]


async def events(store):
    async with store.session() as session:
        return (await session.execute(select(CommentEvent))).scalars().all()


async def test_a_comment_gets_a_receipt_and_is_found_by_it(store, new):
    filed = await store.add_comment(new(text="Más fibra, por favor 🙂", language="es"))
    assert parse_receipt(filed.receipt) == filed.receipt
    found = await store.comment_by_receipt(filed.receipt)
    assert (found.text, found.language) == ("Más fibra, por favor 🙂", "es")


async def test_a_new_comment_is_received_and_not_yet_public(store, new):
    filed = await store.add_comment(new())
    assert (filed.state, filed.visibility, filed.status) == ("received", "pending", "received")
    assert filed.themes == []
    assert filed.public_reply is None


async def test_a_comment_keeps_all_that_was_confirmed(store, new):
    given = new(
        channel="sms", window="open", masked=("phone", "email"), conversation_id="talk-1",
        turn_id="turn-1", turn_status="absent",
    )  # fmt: skip
    filed = await store.add_comment(given)
    found = await store.comment_by_receipt(filed.receipt)
    assert found.masked == ["phone", "email"]
    for name in ("draft", "channel", "language", "topic", "text", "window", "plan_version",
                 "notice_version", "conversation_id", "turn_id", "turn_status"):  # fmt: skip
        assert getattr(found, name) == getattr(given, name)


async def test_a_comment_knows_when_it_came_in_utc(store, new):
    filed = await store.add_comment(new())
    found = await store.comment_by_receipt(filed.receipt)
    assert found.created_at.tzinfo is UTC
    assert abs(found.created_at - datetime.now(UTC)) < timedelta(seconds=10)
    assert found.updated_at == found.created_at


async def test_filing_a_comment_is_the_first_event_of_its_history(store, new):
    filed = await store.add_comment(new())
    (event,) = await events(store)
    assert (event.comment_id, event.actor, event.action) == (filed.id, "resident", "filed")
    assert event.after == {"topic": "education", "window": "late"}


async def test_an_unknown_receipt_finds_nothing(store):
    assert await store.comment_by_receipt("K7M4-QX9T") is None


async def test_a_draft_is_stored_once_however_often_it_comes(store, new):
    first = await store.add_comment(new("d", "first"))
    again = await store.add_comment(new("d", "second"))
    assert again.receipt == first.receipt
    assert await texts(store) == ["first"]


async def test_two_drafts_of_the_same_text_are_two_comments(store, new):
    one, two = await store.add_comment(new("a")), await store.add_comment(new("b"))
    assert one.receipt != two.receipt
    assert len(await texts(store)) == 2


async def test_a_draft_is_stored_once_when_20_calls_of_two_processes_come_at_once(
    store, open_store, new
):
    other = open_store()
    calls = [(store, other)[n % 2].add_comment(new("d")) for n in range(20)]
    filed = await asyncio.gather(*calls)
    assert len({comment.receipt for comment in filed}) == 1
    assert len(await texts(store)) == 1
    assert len(await events(store)) == 1


async def test_20_drafts_that_come_at_once_are_all_stored(store, open_store, new):
    other = open_store()
    calls = [(store, other)[n % 2].add_comment(new(f"d{n}", str(n))) for n in range(20)]
    filed = await asyncio.gather(*calls)
    assert len({comment.receipt for comment in filed}) == 20
    assert sorted(map(int, await texts(other))) == list(range(20))


@pytest.mark.parametrize("batch", [1, 2, 3, 6, 7, 500])
async def test_comments_come_oldest_first_whatever_the_batch(store, new, batch):
    for number in range(6):
        await store.add_comment(new(f"d{number}", f"comment {number}"))
    assert await texts(store, batch) == [f"comment {number}" for number in range(6)]


async def test_a_store_without_comments_gives_none(store):
    assert await texts(store) == []


async def test_a_comment_filed_while_comments_are_read_comes_too(store, new):
    await store.add_comment(new("a", "first"))
    await store.add_comment(new("b", "second"))
    seen = []
    async for comment in store.comments(batch=1):
        seen.append(comment.text)
        if comment.text == "first":
            await store.add_comment(new("c", "third"))
    assert seen == ["first", "second", "third"]


async def test_a_turn_is_recorded_with_its_conversation(store, conversation, turn):
    await store.record(conversation(), turn(0, masked=["phone"], confidence=0.93))
    kept = await store.conversation("talk-1")
    assert (kept.channel, kept.language, kept.expects) == ("web", "en", "question")
    found = await store.turn("talk-1-0")
    assert found.question == "question 0"
    assert found.replies == [{"text": "$65 million"}]
    assert (found.facts, found.masked, found.confidence) == (["plan-money"], ["phone"], 0.93)


async def test_a_conversation_becomes_what_its_last_turn_made_it(store, conversation, turn):
    await store.record(conversation(), turn(0))
    await store.record(conversation(language="es", expects="comment"), turn(1))
    kept = await store.conversation("talk-1")
    assert (kept.language, kept.expects) == ("es", "comment")


async def test_turns_come_oldest_first_and_only_of_their_conversation(store, conversation, turn):
    for minute in (2, 0, 1):
        await store.record(conversation(), turn(minute))
    await store.record(conversation("talk-2"), turn(0, "talk-2"))
    found = await store.turns("talk-1")
    assert [one.question for one in found] == ["question 0", "question 1", "question 2"]
    assert found[0].created_at.tzinfo is UTC


async def test_only_the_last_turns_are_given(store, conversation, turn):
    for minute in range(5):
        await store.record(conversation(), turn(minute))
    assert [one.question for one in await store.turns("talk-1", 2)] == ["question 3", "question 4"]


async def test_what_is_unknown_is_none_or_empty(store):
    assert await store.conversation("nobody") is None
    assert await store.turn("nothing") is None
    assert await store.turns("nobody") == []


async def test_a_forgotten_conversation_is_gone_with_its_turns(store, conversation, turn):
    await store.record(conversation(), turn(0))
    await store.record(conversation("talk-2"), turn(0, "talk-2"))
    await store.forget_conversation("talk-1")
    assert await store.conversation("talk-1") is None
    assert await store.turns("talk-1") == []
    assert len(await store.turns("talk-2")) == 1


async def test_a_filed_comment_outlives_its_conversation(store, conversation, turn, new):
    await store.record(conversation(), turn(0))
    filed = await store.add_comment(new(conversation_id="talk-1", turn_id="talk-1-0"))
    await store.forget_conversation("talk-1")
    assert (await store.comment_by_receipt(filed.receipt)).text == "More Wi-Fi, please."


async def test_forgetting_an_unknown_conversation_is_no_error(store):
    await store.forget_conversation("nobody")


async def test_a_turn_without_its_conversation_is_refused(store, turn):
    with pytest.raises(IntegrityError, match="(?i)foreign key"):
        async with store.session() as session:
            session.add(turn(0, "nobody"))


async def test_a_transaction_that_fails_leaves_nothing(store, conversation, turn):
    await store.record(conversation(), turn(0))
    with pytest.raises(RuntimeError):
        async with store.session() as session:
            session.add(turn(1))
            await session.flush()
            raise RuntimeError
    assert await store.turn("talk-1-1") is None


async def test_a_moment_without_a_time_zone_is_refused(store, conversation, turn):
    with pytest.raises(Exception, match="a moment needs a time zone"):
        await store.record(conversation(created_at=datetime(2018, 3, 1)), turn(0))


async def test_a_store_that_answers_can_be_pinged(store):
    await store.ping()


async def test_the_database_keeps_a_log_for_readers_beside_the_writer(store, file, new):
    await store.add_comment(new())
    with sqlite3.connect(file) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


# Failures


def read_only(file):
    return f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true"


async def complaint(work):
    with pytest.raises(StoreUnavailable) as raised:
        await work
    line = str(raised.value)
    assert "\n" not in line
    assert "INSERT" not in line
    return line


async def test_a_read_only_database_can_be_read(store, open_store, file, new):
    await store.add_comment(new(text="kept"))
    reader = open_store(read_only(file))
    await reader.ping()
    assert await texts(reader) == ["kept"]


async def test_a_read_only_database_takes_no_comment(store, open_store, file, new):
    reader = open_store(read_only(file))
    line = await complaint(reader.add_comment(new()))
    assert line == "attempt to write a readonly database"
    assert await texts(store) == []


async def test_a_read_only_database_takes_no_turn(store, open_store, file, conversation, turn):
    reader = open_store(read_only(file))
    await complaint(reader.record(conversation(), turn(0)))
    assert await store.turns("talk-1") == []


@pytest.fixture
def locked(store, file, monkeypatch):
    """The database while another program writes and does not end; nobody waits long for it."""
    monkeypatch.setattr("bot.comments.store.BUSY_TIMEOUT_MS", 100)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


async def test_a_locked_database_takes_no_comment(store, open_store, locked, new):
    assert await complaint(open_store().add_comment(new())) == "database is locked"


async def test_a_locked_database_can_be_read(open_store, locked):
    assert await texts(open_store()) == []


async def test_a_comment_can_be_filed_again_once_the_lock_is_gone(store, open_store, locked, new):
    other = open_store()
    await complaint(other.add_comment(new()))
    locked.execute("ROLLBACK")
    await other.add_comment(new())
    assert len(await texts(store)) == 1


BROKEN = {
    "a folder that is missing": ("none/bot.db", None, "unable to open database file"),
    "a folder in the file's place": (".", None, "unable to open database file"),
    "a file that is no database": ("bad.db", b"no database " * 500, "file is not a database"),
}


@pytest.fixture(params=BROKEN)
async def broken(request, open_store, tmp_path):
    """A store that can't work, and its complaint."""
    path, content, words = BROKEN[request.param]
    if content:
        (tmp_path / path).write_bytes(content)
    threads = threading.active_count()
    yield open_store(f"sqlite+aiosqlite:///{tmp_path / path}"), words
    await back_to(threads)


async def back_to(threads):
    """Wait until connections that failed have ended their threads; whether they did."""
    for _ in range(100):
        if threading.active_count() <= threads:
            return True
        await asyncio.sleep(0.01)
    return False


async def test_a_broken_store_says_so_when_pinged(broken):
    store, words = broken
    assert await complaint(store.ping()) == words


async def test_a_broken_store_takes_no_comment(broken, new):
    store, words = broken
    assert await complaint(store.add_comment(new())) == words


async def test_a_broken_store_gives_no_comments(broken):
    store, words = broken
    assert await complaint(texts(store)) == words


async def test_a_broken_store_records_no_turn(broken, conversation, turn):
    store, words = broken
    assert await complaint(store.record(conversation(), turn(0))) == words


async def test_a_broken_store_can_not_be_migrated(broken):
    store, words = broken
    assert await complaint(upgrade(store)) == words
    assert await complaint(is_current(store)) == words


async def test_a_broken_store_leaves_no_thread_behind(broken):
    store, _ = broken
    before = threading.active_count()
    for _ in range(20):
        await complaint(store.ping())
    assert await back_to(before)


async def test_a_database_without_tables_says_so(open_store, new):
    said = await complaint(open_store().add_comment(new()))
    assert re.search(r"no such table: comments|relation \"comments\" does not exist", said)


async def test_a_turn_of_the_same_id_is_refused(store, conversation, turn):
    await store.record(conversation(), turn(0))
    with pytest.raises(IntegrityError, match="(?i)unique"):
        await store.record(conversation(), turn(0))
    async with store.session() as session:
        assert len((await session.execute(select(Turn))).scalars().all()) == 1
