"""Changes to Rasa 3.6.21 that make a message cheaper; what is said and done stays the same.

Each module replaces one thing, says why, and names what it replaces, so that `install` can see
that it is still what the change was written for. docs/decisions/0008 has the measurements.
"""

from bot.nlu.hot_path import (
    action_calls,
    action_results,
    empty_domain,
    event_types,
    graph_run,
    log_copies,
    rules,
)
from bot.nlu.hot_path.fit import WrongRasa, check_version

__all__ = ["CHANGES", "WrongRasa", "install"]
CHANGES = (graph_run, rules, action_calls, action_results, event_types, log_copies, empty_domain)


def install() -> None:
    """Put the changes in place; raise WrongRasa for any other version of Rasa."""
    check_version()
    for change in CHANGES:
        change.install()
