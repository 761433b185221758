"""Confirmed comments that the store can't take: kept on disk, filed once when it is back."""

import asyncio
import logging
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from bot.comments import outbox as module
from bot.comments.outbox import Outbox
from bot.comments.receipt import parse_receipt
from bot.comments.sealing import Sealer
from bot.comments.store import NewContact, StoreUnavailable
from bot.comments.tables import ContactKind

SEALER = Sealer(b"the secret key")
AWAY = "postgresql+asyncpg://nobody@127.0.0.1:9/none"


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tmp_path / "outbox", SEALER)


@pytest.fixture
def away(open_store):
    """A store that can't be reached."""
    return open_store(AWAY)


async def all_of(store):
    return [comment async for comment in store.comments()]


async def test_while_the_store_is_there_nothing_is_kept(outbox, store, new):
    filed = await outbox.file(store, new())
    assert not filed.waits
    assert [c.receipt for c in await all_of(store)] == [filed.receipt]
    assert outbox.count() == 0


async def test_what_the_store_can_not_take_is_kept_and_filed_as_it_was_confirmed(
    outbox, away, store, new
):
    contact = NewContact(ContactKind.EMAIL, "sealed")
    given = new(
        text="Más fibra 🙂", masked=("phone",), contact=contact, about="five-pillars",
        zip_code="21202", code_word="hash",
    )  # fmt: skip
    before = datetime.now(UTC)
    filed = await outbox.file(away, given)
    assert filed.waits
    assert parse_receipt(filed.receipt) == filed.receipt
    assert outbox.find(filed.receipt).new == given
    assert await outbox.deliver(store) == 1
    (comment,) = await all_of(store)
    assert (comment.receipt, comment.text) == (filed.receipt, "Más fibra 🙂")
    assert before - timedelta(seconds=1) <= comment.created_at == filed.created_at
    assert (comment.masked, comment.zip_code, comment.code_word) == (["phone"], "21202", "hash")
    (event,) = await store.history(comment.id)
    assert event.after == {"topic": "education", "window": "late", "about": "five-pillars"}
    assert outbox.count() == 0 and outbox.find(filed.receipt) is None


async def test_the_same_draft_has_one_receipt_and_is_one_comment_however_often_confirmed(
    outbox, away, store, new
):
    filed = [await outbox.file(away, new()) for _ in range(3)]
    filed += await asyncio.gather(*(outbox.file(away, new()) for _ in range(5)))
    filed.append(await outbox.file(store, new()))
    assert len({one.receipt for one in filed}) == 1
    assert outbox.count() == 1
    await outbox.deliver(store)
    assert len(await all_of(store)) == 1


async def test_two_drafts_are_two_comments(outbox, away, store, new):
    receipts = {(await outbox.file(away, new(f"d{n}", f"text {n}"))).receipt for n in range(20)}
    assert len(receipts) == 20
    assert await outbox.deliver(store) == 20
    assert {c.receipt for c in await all_of(store)} == receipts


async def test_a_comment_that_was_stored_although_nobody_heard_of_it_stays_one(
    outbox, away, store, new
):
    stored = await outbox.file(store, new())
    kept = await outbox.file(away, new())
    assert kept.waits and kept.receipt == stored.receipt
    await outbox.deliver(store)
    assert len(await all_of(store)) == 1 and outbox.count() == 0


async def test_a_process_that_died_between_store_and_outbox_files_nothing_twice(
    outbox, away, store, new, tmp_path
):
    filed = await outbox.file(away, new())
    file = next((tmp_path / "outbox").glob("*.comment"))
    content = file.read_bytes()
    await outbox.deliver(store)
    file.write_bytes(content)  # as it was before the file was removed
    assert await Outbox(tmp_path / "outbox", SEALER).deliver(store) == 1
    assert [c.receipt for c in await all_of(store)] == [filed.receipt]


async def test_two_fronts_that_empty_one_outbox_file_once(outbox, away, store, new, tmp_path):
    for number in range(10):
        await outbox.file(away, new(f"d{number}"))
    twin = Outbox(tmp_path / "outbox", SEALER)
    await asyncio.gather(outbox.deliver(store), twin.deliver(store))
    assert len(await all_of(store)) == 10 and outbox.count() == 0


async def test_a_receipt_that_another_comment_has_is_not_given_twice(
    outbox, away, store, new, monkeypatch
):
    taken = (await outbox.file(store, new("a"))).receipt
    real = outbox.receipts("b")
    monkeypatch.setattr(outbox, "receipts", lambda draft: iter([taken, next(real), next(real)]))
    filed = await outbox.file(store, new("b"))
    assert filed.receipt != taken
    kept = await outbox.file(away, new("c"))  # it can't know
    await outbox.deliver(store)
    comment = (await all_of(store))[-1]
    assert kept.receipt == taken != comment.receipt
    (event,) = await store.history(comment.id)
    assert event.after["given_receipt"] == taken


async def test_nothing_of_a_comment_can_be_read_on_the_disk(outbox, away, new, tmp_path):
    await outbox.file(away, new(text="a secret bench"))
    (file,) = (tmp_path / "outbox").iterdir()
    assert b"bench" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_a_filed_comment_is_in_the_file_itself_and_not_only_in_the_log_of_writes(
    outbox, store, open_store, file, new, tmp_path
):
    await outbox.file(store, new())
    apart = tmp_path / "after-a-power-cut.db"
    apart.write_bytes(file.read_bytes())
    assert len(await all_of(open_store(f"sqlite+aiosqlite:///{apart}"))) == 1


async def test_a_read_only_store_counts_as_away(outbox, open_store, store, file, new):
    reader = open_store(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true")
    assert (await outbox.file(reader, new())).waits
    await outbox.deliver(store)
    assert len(await all_of(store)) == 1


async def test_with_neither_store_nor_disk_nothing_is_said_to_be_kept(
    outbox, away, store, new, tmp_path
):
    (tmp_path / "outbox").write_text("in the folder's place")
    with pytest.raises(StoreUnavailable):
        await outbox.file(away, new())
    (tmp_path / "outbox").unlink()
    assert not (await outbox.file(store, new())).waits


async def test_a_data_folder_that_is_gone_is_not_made_anew(away, new, tmp_path):
    with pytest.raises(StoreUnavailable):
        await Outbox(tmp_path / "unmounted" / "outbox", SEALER).file(away, new())
    assert not (tmp_path / "unmounted").exists()


async def test_a_store_that_does_not_answer_counts_as_away(outbox, store, new, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    real = store.add_comment

    async def slow(*given, **more):
        await asyncio.sleep(0.5)
        return await real(*given, **more)

    monkeypatch.setattr(store, "add_comment", slow)
    filed = await outbox.file(store, new())
    assert filed.waits
    await asyncio.sleep(0.8)  # it was stored all the same
    await outbox.deliver(store)
    assert [c.receipt for c in await all_of(store)] == [filed.receipt]


async def test_what_waits_stays_while_the_store_is_away_and_the_log_says_how_many(
    outbox, away, store, new, caplog
):
    caplog.set_level(logging.WARNING)
    await outbox.file(away, new("a"))
    await outbox.file(away, new("b"))
    assert "2 confirmed comments wait in the outbox." in caplog.messages[-1]
    assert await outbox.deliver(away) == 0
    assert outbox.count() == 2
    await outbox.deliver(store)
    assert "2 comments were filed from the outbox, 0 wait." in caplog.messages[-1]
    assert not [one for one in caplog.messages if "Wi-Fi" in one]


async def test_with_another_secret_key_a_comment_stays_until_the_right_one_is_back(
    outbox, away, store, new, tmp_path, caplog
):
    await outbox.file(away, new())
    other = Outbox(tmp_path / "outbox", Sealer(b"another key"))
    for _ in range(3):
        assert await other.deliver(store) == 0
    assert sum("can't be read" in one for one in caplog.messages) == 1
    assert await outbox.deliver(store) == 1


async def test_what_a_dead_process_left_unfinished_is_tidied_away(outbox, away, new, tmp_path):
    await outbox.file(away, new())
    (tmp_path / "outbox" / "aa.new").write_text("half")
    outbox.tidy()
    assert (tmp_path / "outbox" / "aa.new").exists()  # perhaps being written just now
    os.utime(tmp_path / "outbox" / "aa.new", (0, 0))
    outbox.tidy()
    assert not (tmp_path / "outbox" / "aa.new").exists()
    assert outbox.count() == 1
