"""How the work of a call grows with its text: a trap for the machine grows with the square."""

import time
from collections.abc import Callable

REPEATS = 5


def growth(call: Callable[[str], object], text: str) -> float:
    """How many times the work of `text` the work of four times as much is: 4 is even growth.

    In processor time of this thread, the least of several runs: what else the machine does counts
    for little.
    """
    return _work(call, text * 4) / _work(call, text)


def _work(call: Callable[[str], object], text: str) -> float:
    def once() -> float:
        began = time.thread_time()
        call(text)
        return time.thread_time() - began

    return min(once() for _ in range(REPEATS))
