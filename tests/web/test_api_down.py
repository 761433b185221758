"""POST /api/messages while something behind it is down: one sentence, and nothing is lost."""

import pytest

from bot.language.messages import say as sentence
from bot.web.keys import STORE, TURNS
from tests.web.api import MESSAGES, error_of


async def assert_unavailable(client, text="what are the five pillars?", language="en", read="en"):
    async with client.post(
        MESSAGES, json={"text": text}, headers={"Accept-Language": read}
    ) as response:
        assert response.status == 503
        assert await error_of(response) == "unavailable"
        message = (await response.json())["error"]["message"]
        assert message == sentence("error_unavailable", language, contact="410-396-0000")
        assert int(response.headers["Retry-After"]) > 0


async def test_an_assistant_that_is_down_is_unavailable(client, fake):
    await fake.server.close()
    await assert_unavailable(client)


async def test_an_assistant_that_is_down_is_told_in_the_language_of_the_message(client, fake):
    await fake.server.close()
    await assert_unavailable(client, "¿cuáles son los cinco pilares?", "es")
    await assert_unavailable(client, "what are the five pillars?", "en", read="es")


async def test_an_assistant_that_is_slow_is_unavailable(aiohttp_client, make, settings, fake):
    fake.delay = 5
    await assert_unavailable(await aiohttp_client(make(settings, patience=0.2)))


@pytest.mark.parametrize(
    "raw",
    [
        ("text/html", "<h1>Bad gateway</h1>"),
        ("application/json", "[]"),
        ("application/json", "{"),
        ("application/json", '{"replies": 1}'),
    ],
    ids=["a page", "a list", "broken", "no list"],
)
async def test_an_assistant_that_answers_nonsense_is_unavailable(client, fake, raw):
    fake.raw = raw
    await assert_unavailable(client)


async def test_an_assistant_that_says_nothing_is_unavailable(client, fake):
    fake.replies = []
    await assert_unavailable(client)


async def test_an_assistant_with_an_error_is_unavailable(client, fake):
    fake.status = 500
    await assert_unavailable(client)


async def test_an_assistant_with_another_secret_is_unavailable(client, monkeypatch, fake):
    monkeypatch.setattr("tests.channels.fake_assistant.SECRET", "another")
    await assert_unavailable(client)


async def test_nothing_is_recorded_as_answered_while_the_assistant_is_down(client, say, app, fake):
    _, first = await say("hello")
    fake.status = 500
    status, _ = await say("what are the five pillars?", conversation=first["conversation"])
    assert status == 503
    identity = app[TURNS].signer.conversation(first["conversation"], "web")
    assert [turn.question for turn in await app[STORE].turns(identity)] == ["hello"]


async def test_danger_is_answered_while_the_assistant_is_down(say, fake):
    await fake.server.close()
    status, answer = await say("there is a fire in my kitchen, help")
    assert (status, answer["status"]) == (200, "safety")
    assert "911" in answer["replies"][0]["text"]
    _, answer = await say("quiero suicidarme")
    assert "988" in answer["replies"][0]["text"]
    assert answer["language"] == "es"


async def test_a_read_only_database_does_not_keep_the_answer_back(
    aiohttp_client, make, app, settings, say
):
    await say("hello")
    url = f"sqlite+aiosqlite:///file:{settings.data_dir}/bot.db?mode=ro&uri=true"
    client = await aiohttp_client(make(settings.model_copy(update={"database_url": url})))
    async with client.post(MESSAGES, json={"text": "what are the five pillars?"}) as response:
        assert response.status == 200
        assert (await response.json())["status"] == "answered"


async def test_a_lost_database_does_not_keep_the_answer_back(say, fake, lose_store):
    _, first = await say("hello")
    fake.then = lose_store
    status, answer = await say("what are the five pillars?", conversation=first["conversation"])
    assert (status, answer["status"]) == (200, "answered")
    fake.then = None
    status, answer = await say("what are the five pillars?", conversation=first["conversation"])
    assert (status, answer["status"]) == (200, "answered")


async def test_what_nobody_foresaw_is_one_sentence_and_no_stack_trace(client, app, caplog):
    app[TURNS].assistant = None
    async with client.post(MESSAGES, json={"text": "hello"}) as response:
        assert (response.status, await error_of(response)) == (503, "unavailable")
        assert "410-396-0000" in await response.text()
    assert "Unexpected error" in caplog.text
