"""Tell an empty domain without making another one.

Why: for each message Rasa asks whether its domain is empty, and builds an empty one to compare
with. The domain of a running assistant does not change.
"""

from rasa.shared.core.domain import Domain

from bot.nlu.hot_path.fit import check_source

REPLACES = "884be90ef485f1d2"
_is_empty = Domain.is_empty


def install() -> None:
    """Replace Domain.is_empty."""
    if Domain.is_empty is not _remembered:
        check_source(Domain.is_empty, REPLACES)
        Domain.is_empty = _remembered  # type: ignore[assignment]


def _remembered(self: Domain) -> bool:
    if "_was_empty" not in self.__dict__:
        self.__dict__["_was_empty"] = _is_empty(self)
    return bool(self.__dict__["_was_empty"])
