import asyncio
import sys
from pathlib import Path

import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.tracker_store import PresentStateTrackerStore

url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(sys.argv[1]) / 'trackers.db'}"
domain = Domain.load("domain.yml")


async def main() -> None:
    store = PresentStateTrackerStore(domain, host=url)
    reader = sa.create_engine(url)
    sizes = []
    for turn in range(200):
        tracker = await store.get_or_create_tracker("a")
        tracker.update(UserUttered(f"question {turn}", {"name": "ask_plan"}), domain)
        tracker.update(ActionExecuted("action_answer"), domain)
        tracker.update(SlotSet("last_question", f"question {turn:03}"), domain)
        tracker.update(ActionExecuted("action_listen"), domain)
        await store.save(tracker)
        with reader.connect() as connection:
            sizes.append(len(connection.execute(sa.text("SELECT state FROM trackers")).scalar()))
    assert len(set(sizes)) == 1, sizes
    tracker = await store.retrieve("a")
    assert isinstance(tracker, DialogueStateTracker)
    assert tracker.get_slot("last_question") == "question 199"
    assert tracker.latest_action_name == "action_listen"
    assert len(tracker.events) < 8

    tracker.update(ActiveLoop("comment_form"), domain)
    tracker.update(SlotSet("requested_slot", "comment_text"), domain)
    tracker.update(SlotSet("comment_draft", {"id": "x", "text": "ñandú 中文"}), domain)
    tracker.update(ActionExecuted("action_listen"), domain)
    await store.save(tracker)
    again = await PresentStateTrackerStore(domain, host=url).retrieve("a")
    assert again is not None
    assert again.active_loop_name == "comment_form"
    assert again.get_slot("requested_slot") == "comment_text"
    assert again.get_slot("comment_draft") == {"id": "x", "text": "ñandú 中文"}

    again.update(ActiveLoop(None), domain)
    again.update(SlotSet("comment_draft", None), domain)
    await store.save(again)
    last = await store.retrieve("a")
    assert last is not None
    assert last.active_loop_name is None
    assert last.get_slot("comment_draft") is None
    last.update(UserUttered("1", {"name": "affirm"}, metadata={"message": "m-7"}), domain)
    last.update(BotUttered("", {"custom": {"text": "Recorded."}}), domain)
    last.update(ActionExecuted("action_listen"), domain)
    await store.save(last)
    assert await store.answered("a", "m-7") == [{"text": "Recorded."}]
    assert await store.answered("a", "m-6") == []
    assert await store.answered("nobody", "m-7") == []
    last.update(UserUttered("thanks", {"name": "thanks"}), domain)
    await store.save(last)
    assert await store.answered("a", "m-7") == []
    assert await store.answered("a", "m-8") == []
    await store.save(last)  # what was read before is not what is there now
    read = await store.retrieve("a")
    assert read is not None and read.latest_action_name == last.latest_action_name
    assert await store.retrieve("nobody") is None
    await store.save(await store.get_or_create_tracker("b"))
    await store.forget("b")
    assert list(await store.keys()) == ["a"]
    if len(sys.argv) > 2:
        await a_lock_in_the_database_holds_up_only_its_own_conversation(store, reader)


async def a_lock_in_the_database_holds_up_only_its_own_conversation(store, reader) -> None:
    tracker = await store.retrieve("a")
    with reader.begin() as connection:
        connection.execute(sa.text("SELECT * FROM trackers WHERE conversation_id = 'a' FOR UPDATE"))
        saving = asyncio.create_task(store.save(tracker))
        assert await store.retrieve("nobody") is None
        assert not saving.done()
        failed = (await asyncio.gather(saving, return_exceptions=True))[0]
        assert isinstance(failed, sa.exc.OperationalError), failed


asyncio.run(main())
print("tracker store: good")
