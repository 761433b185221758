"""Check the action server's answer without a JSON schema.

Why: Rasa validates it with `jsonschema.validate`, which checks the schema itself each time (61 %
of a message's time) and tries each event against the schema of every kind of event (another 20 ms
of a message). What an event must hold is checked again when it is built.
"""

from typing import Any, Dict, FrozenSet, List

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from bot.nlu.hot_path.fit import check_source

REPLACES = "f8cdb4be68123961"
_KINDS: FrozenSet[str] = frozenset(
    kind.type_name for kind in all_subclasses(Event) if getattr(kind, "type_name", None)
)


def install() -> None:
    """Replace RemoteAction._validate_action_result."""
    if RemoteAction._validate_action_result is not _validate:
        check_source(RemoteAction._validate_action_result, REPLACES)
        RemoteAction._validate_action_result = _validate  # type: ignore[assignment]


def _validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
    if not isinstance(result, dict):
        raise _bad("it is no object")
    for event in _objects(result, "events"):
        kind = event.get("event")
        if kind not in _KINDS:
            raise _bad("an event is of no kind that Rasa knows")
        if kind == "slot" and not isinstance(event.get("name"), str):
            raise _bad("a slot has no name")
    _objects(result, "responses")
    return True


def _objects(result: Dict[str, Any], name: str) -> List[Dict[str, Any]]:
    given = result.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _bad(f"its {name} are no list of objects")
    return given


def _bad(why: str) -> ValidationError:
    return ValidationError(f"The action server's answer does not fit: {why}")
