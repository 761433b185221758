"""The lock store in a real Redis: two assistants, and Redis stopped and started meanwhile.

Called with a folder, and the port on which the test keeps a Redis; asks for it to be stopped and
started by a line on standard output, and waits for a line on standard input.
"""

import asyncio
import sys
import time

from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.nlu import lock_store as module

module.AWAY = 0.2
PORT = int(sys.argv[2])


def store() -> LockStore:
    config = EndpointConfig(
        "127.0.0.1", type="bot.nlu.lock_store.SharedLockStore", port=PORT, db=0,
        username=None, password=None, use_ssl=False, key_prefix="planassistant",
    )  # fmt: skip
    made = LockStore.create(config)
    assert isinstance(made, module.SharedLockStore)
    return made


def ask_for(what: str) -> None:
    print(what, flush=True)
    sys.stdin.readline()


async def in_turn(*stores: LockStore) -> list:
    """Twenty messages of one conversation, each of which must not meet another."""
    inside, met, order = 0, [], []

    async def message(number: int) -> None:
        nonlocal inside
        async with stores[number % len(stores)].lock("talk"):
            met.append(inside)
            inside += 1
            await asyncio.sleep(0.01)
            inside -= 1
            order.append(number)

    await asyncio.gather(*(message(number) for number in range(20)))
    assert len(order) == 20
    return met


async def main() -> None:
    first, second = store(), store()
    assert set(await in_turn(first, second)) == {0}
    assert first.red.dbsize() == 0

    # A dead assistant's lock ends with its lifetime.
    left = first.lock("dead", lock_lifetime=0.5)
    await left.__aenter__()
    began = time.monotonic()
    async with second.lock("dead", lock_lifetime=20):
        assert 0.3 < time.monotonic() - began < 5

    # Redis goes while a conversation is held, and a message is waiting: nothing fails.
    async with first.lock("held"):
        ask_for("stop")
        async with first.lock("other"):
            pass
    assert set(await in_turn(first)) == {0}
    ask_for("start")
    await asyncio.sleep(0.3)
    assert set(await in_turn(first, second)) == {0}
    assert first.red.dbsize() == 0 and first._again_at is None


asyncio.run(main())
print("lock store: good")
