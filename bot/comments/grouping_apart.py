"""Grouping in a process of its own, which alone loads what it needs for that."""

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor


async def group_apart(questions: Sequence[str]) -> list[int]:
    """The group of each question, worked out in a process that ends afterwards.

    The front keeps answering, and its memory stays as it was.
    """
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, _patiently, list(questions))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _patiently(questions: list[str]) -> list[int]:
    from bot.comments.grouping import groups_of  # 100 MB that the front does without

    os.nice(10)
    return groups_of(questions)
