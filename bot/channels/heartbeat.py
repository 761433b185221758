"""A question of our own, once a minute, through assistant, actions and store.

When nobody writes, only this tells that a resident could be answered: what watches the service
raises the alarm when the last success is long ago, whatever the reason.
"""

import asyncio
import logging
import uuid
from contextlib import suppress

from bot import metrics
from bot.channels.assistant import Assistant, AssistantUnavailable
from bot.comments.store import Store, StoreUnavailable
from bot.logs import as_request

logger = logging.getLogger(__name__)
QUESTION = "What are the five pillars of the plan?"
METADATA = {"language": "en", "channel": "web"}


async def keep_beating(assistant: Assistant, store: Store, every: float) -> None:
    """Ask every so many seconds, until cancelled; nothing that fails here ends it."""
    while True:
        await asyncio.sleep(every)
        with as_request():
            try:
                await beat(assistant, store)
            except Exception:
                metrics.ERRORS.labels("heartbeat").inc()
                logger.exception("The question of our own could not be asked")


async def beat(assistant: Assistant, store: Store) -> bool:
    """Ask once; whether it was answered. It is no turn: nothing of it is kept."""
    conversation = f"heartbeat-{uuid.uuid4().hex[:24]}"
    try:
        await store.ping()
        await assistant.ask(conversation, QUESTION, METADATA)
    except (AssistantUnavailable, StoreUnavailable) as error:
        metrics.ERRORS.labels("heartbeat").inc()
        logger.warning("The question of our own was not answered: %s", error)
        return False
    metrics.LAST_SUCCESS.set_to_current_time()
    with suppress(AssistantUnavailable):  # its row goes with others that are past their period
        await assistant.forget(conversation)
    return True
