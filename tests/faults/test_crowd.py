"""A thousand people at once: everybody hears something clear, and it is well again afterwards."""

import asyncio
from collections import Counter

import aiohttp
import pytest

from bench.running import Running
from tests.faults.cluster import answers, file_comment
from tests.services import until

pytestmark = pytest.mark.heavy
PEOPLE, EACH = 1000, 10
CLEAR = {"busy", "rate_limited", "unavailable"}


async def crowd(url: str) -> Counter[str]:
    """What each of a thousand people was told, ten times each: code of the error, or ok."""
    told: Counter[str] = Counter()
    connector = aiohttp.TCPConnector(limit=PEOPLE)
    limit = aiohttp.ClientTimeout(total=60)

    async def person(session: aiohttp.ClientSession) -> None:
        conversation: str | None = None
        for number in range(EACH):
            if number % 5 == 4:
                async with session.get(f"{url}/f/five-pillars") as page:
                    told["ok" if page.status == 200 else f"page {page.status}"] += 1
                continue
            body = {"text": "what are the five pillars?", "conversation": conversation}
            body = {key: value for key, value in body.items() if value}
            async with session.post(f"{url}/api/messages", json=body) as response:
                answer = await response.json()
            if response.status == 200:
                told["ok"] += 1
                assert answer["replies"]
                conversation = answer["conversation"]
            else:
                assert answer["error"]["message"]
                told[answer["error"]["code"]] += 1

    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
        results = await asyncio.gather(
            *(person(session) for _ in range(PEOPLE)), return_exceptions=True
        )
    for one in results:
        if one is not None:
            told[repr(one)] += 1
    return told


def test_ten_thousand_requests_of_a_thousand_people_are_all_answered_clearly(
    own_assistant: Running,
) -> None:
    own_assistant.start()
    text = "The crowd wants shade."

    async def both() -> Counter[str]:
        filing = asyncio.create_task(
            asyncio.to_thread(file_comment, own_assistant.url, text, limit=240)
        )
        told = await crowd(own_assistant.url)
        assert "receipt" in await filing
        return told

    told = asyncio.run(both())
    print(told)
    assert set(told) <= CLEAR | {"ok"}, told
    assert told.total() == PEOPLE * EACH
    until(lambda: own_assistant.is_ready() and answers(own_assistant.url), "The assistant", 30)
    stored = own_assistant.command("comments", "export", "--format", "jsonl").stdout
    assert stored.count(text) == 1
