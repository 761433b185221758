"""The client that speaks to the assistant: what it asks, and what it takes for no answer."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.assistant import Assistant, AssistantUnavailable
from bot.run import free_port
from tests.channels.fake_assistant import SECRET, FakeAssistant, reply

NONSENSE = {
    "no JSON": ("text/html", "<h1>It works!</h1>"),
    "broken JSON": ("application/json", '{"replies": ['),
    "a list": ("application/json", "[]"),
    "a number": ("application/json", "7"),
    "null": ("application/json", "null"),
    "nothing": ("application/json", ""),
    "no replies": ("application/json", "{}"),
    "replies that are a number": ("application/json", '{"replies": 7}'),
    "replies that are a text": ("application/json", '{"replies": "hello"}'),
    "replies that are texts": ("application/json", '{"replies": ["hello"]}'),
}
ODD_REPLIES = {
    "no text": {"text": None},
    "an empty text": {"text": ""},
    "a number for a text": {"text": 7},
    "no status": {"status": None},
    "a status of its own": {"status": "wonderful"},
    "a number for buttons": {"buttons": 7},
    "a button without a title": {"buttons": [{"act": {"kind": "fact", "value": "x"}}]},
    "a button that does nothing": {"buttons": [{"title": "x"}]},
    "a button that does what nobody knows": {
        "buttons": [{"title": "x", "act": {"kind": "run", "value": "x"}}]
    },
    "sources without an address": {"sources": [{"fact": "x", "title": "x"}]},
    "facts that are no list": {"facts": "five-pillars"},
}


@pytest.fixture
async def assistant(fake: FakeAssistant) -> AsyncIterator[Assistant]:
    assistant = Assistant(fake.url, SECRET)
    yield assistant
    await assistant.close()


async def test_it_gives_the_replies(assistant, fake):
    fake.replies = [reply(), reply(text="And another.")]
    replies = await assistant.ask("talk-1", "what are the pillars?", {"language": "en"})
    assert [r["text"] for r in replies] == ["The plan rests on five pillars.", "And another."]


async def test_it_sends_conversation_text_and_metadata(assistant, fake):
    await assistant.ask("talk-1", "hi", {"language": "es"}, "greet")
    assert fake.last == {
        "conversation": "talk-1", "text": "hi", "metadata": {"language": "es"}, "intent": "greet",
    }  # fmt: skip


@pytest.fixture
async def two() -> AsyncIterator[tuple[Assistant, list[FakeAssistant]]]:
    fakes = [FakeAssistant(), FakeAssistant()]
    for one in fakes:
        await one.server.start_server()
    assistant = Assistant(",".join(one.url for one in fakes), SECRET)
    yield assistant, fakes
    await assistant.close()
    for one in fakes:
        await one.server.close()


async def test_of_several_assistants_each_conversation_has_its_own(two):
    assistant, fakes = two
    for _ in range(3):
        for number in range(20):
            await assistant.ask(f"talk-{number}", "hi", {})
    first, second = ({heard["conversation"] for heard in one.heard} for one in fakes)
    assert first and second
    assert not first & second


async def test_where_nobody_listens_another_assistant_takes_over(two):
    assistant, fakes = two
    await fakes[0].server.close()
    for number in range(20):
        assert await assistant.ask(f"talk-{number}", "hi", {})
    assert not await assistant.is_ready()


async def test_an_assistant_that_is_late_is_not_gone_around(two):
    _, fakes = two
    fakes[0].delay = fakes[1].delay = 5
    assistant = Assistant(",".join(one.url for one in fakes), SECRET, patience=1.0)
    with pytest.raises(AssistantUnavailable):
        await assistant.ask("talk-1", "hi", {})
    await assistant.close()
    assert len(fakes[0].heard) + len(fakes[1].heard) == 1


async def test_several_assistants_are_ready_when_all_are(two):
    assistant, fakes = two
    assert await assistant.is_ready()
    fakes[1].is_ready = False
    assert not await assistant.is_ready()


async def test_nothing_listening_is_unavailable():
    assistant = Assistant(f"http://127.0.0.1:{free_port(0)}", SECRET)
    with pytest.raises(AssistantUnavailable):
        await assistant.ask("talk-1", "hi", {})
    assert not await assistant.is_ready()
    await assistant.close()


async def test_a_late_answer_is_unavailable(fake):
    fake.delay = 5
    assistant = Assistant(fake.url, SECRET, patience=0.2)
    with pytest.raises(AssistantUnavailable):
        await assistant.ask("talk-1", "hi", {})
    await assistant.close()


async def test_a_wrong_secret_is_unavailable(fake):
    assistant = Assistant(fake.url, "another secret")
    with pytest.raises(AssistantUnavailable, match="403"):
        await assistant.ask("talk-1", "hi", {})
    assert fake.heard == []
    await assistant.close()


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502, 503])
async def test_an_error_of_the_assistant_is_unavailable(assistant, fake, status):
    fake.status = status
    with pytest.raises(AssistantUnavailable, match=str(status)):
        await assistant.ask("talk-1", "hi", {})


@pytest.mark.parametrize("case", NONSENSE)
async def test_nonsense_is_unavailable(assistant, fake, case):
    fake.raw = NONSENSE[case]
    with pytest.raises(AssistantUnavailable):
        await assistant.ask("talk-1", "hi", {})


async def test_no_reply_at_all_is_unavailable(assistant, fake):
    fake.replies = []
    with pytest.raises(AssistantUnavailable, match="nothing to say"):
        await assistant.ask("talk-1", "hi", {})


@pytest.mark.parametrize("case", ODD_REPLIES)
async def test_a_reply_of_another_shape_is_unavailable(assistant, fake, case):
    fake.replies = [reply(**ODD_REPLIES[case])]
    with pytest.raises(AssistantUnavailable):
        await assistant.ask("talk-1", "hi", {})


async def test_it_is_ready_when_the_model_is_loaded(assistant, fake):
    assert await assistant.is_ready()
    fake.is_ready = False
    assert not await assistant.is_ready()
