"""Whether the installed Rasa is the one that the changes of this package were written for."""

import hashlib
import inspect
from typing import Any

import rasa

FITS = "3.6.21"


class WrongRasa(RuntimeError):
    """The installed Rasa is not the one these changes were written for."""


def check_version() -> None:
    """Raise WrongRasa for any other version of Rasa."""
    if rasa.__version__ != FITS:
        raise WrongRasa(
            f"bot/nlu/hot_path was written for Rasa {FITS}, not {rasa.__version__}; "
            f"read it again before you change the pin."
        )


def check_source(what: Any, digest: str) -> None:
    """Raise WrongRasa unless this part of Rasa has the source that was read for the change."""
    if source_digest(what) != digest:
        raise WrongRasa(
            f"{what.__qualname__} is not as it was when bot/nlu/hot_path was written; "
            f"read both again."
        )


def source_digest(what: Any) -> str:
    """A short digest of the source of a function or class."""
    return hashlib.sha256(inspect.getsource(what).encode()).hexdigest()[:16]
