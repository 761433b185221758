"""Do not copy what is only logged at a level that is off.

Why: the processor and RulePolicy deep-copy events, entities and states for each debug line before
it is known that nobody reads it. In both modules that is the only use of `copy`.
"""

import inspect
import re
from types import ModuleType
from typing import Any

import rasa.core.policies.rule_policy
import rasa.core.processor

from bot.nlu.hot_path.fit import WrongRasa

_LOGGED = re.compile(r"\b\w+=copy\.deepcopy\([^()]*\),?$")
MODULES = (rasa.core.processor, rasa.core.policies.rule_policy)


class _NoCopies:
    """Stands for the module `copy` where a copy is only for the log."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """The value itself."""
        return value


def install() -> None:
    """Replace `copy` in the modules that only log with it."""
    for module in MODULES:
        if not isinstance(module.copy, _NoCopies):
            check(module)
            module.copy = _NoCopies()  # type: ignore[attr-defined]


def check(module: ModuleType) -> None:
    """Raise WrongRasa if a module copies anything else than arguments of a debug line."""
    for line in inspect.getsource(module).splitlines():
        if re.search(r"\bcopy\.", line) and not _LOGGED.search(line):
            raise WrongRasa(f"{module.__name__} copies more than what it logs: {line.strip()}")
