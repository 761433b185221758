"""Grouping in a process of its own: the front loads none of what it takes."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence

from bot import ROOT


class GroupingFailed(Exception):
    """The process that groups ended without groups; the text is its last words."""


async def group_apart(questions: Sequence[str]) -> list[int]:
    """The group of each question, worked out in a process that ends afterwards.

    The front keeps answering, and its memory stays as it was. Raises GroupingFailed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.comments.grouping", cwd=ROOT, stdin=PIPE, stdout=PIPE,
        stderr=PIPE,
    )  # fmt: skip
    try:
        out, said = await process.communicate(json.dumps(list(questions)).encode())
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise GroupingFailed(said.decode(errors="replace")[-500:].strip())
    labels: list[int] = json.loads(out)
    return labels
