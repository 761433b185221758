"""Changes to Rasa 3.6.21's behaviour, each with its reason; installed when the channel loads.

1. Every answer of the action server is validated with `jsonschema.validate`, which first checks
   the schema itself: 61 % of a message's time. The schema never changes, so its validator is
   built once.
"""

from functools import lru_cache
from typing import Any, Dict

import rasa
from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

FITS = "3.6.21"


class WrongRasa(RuntimeError):
    """The installed Rasa is not the one these changes were written for."""


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    for error in _validator().iter_errors(result):
        raise ValidationError(f"The action server's answer does not fit: {error.message}")
    return True


def install() -> None:
    """Put the changes in place; raise WrongRasa for any other version of Rasa."""
    if rasa.__version__ != FITS:
        raise WrongRasa(
            f"bot/nlu/hot_path.py was written for Rasa {FITS}, not {rasa.__version__}; "
            f"read it again before you change the pin."
        )
    RemoteAction._validate_action_result = _validate_action_result  # type: ignore[assignment]
